/* The calendar as Flink's time functions compute with it: its DateTimeUtils, step by step, on Julian day numbers.
 * Division truncates towards zero, as Java's: before 1970 that shows, and is Flink's answer. */
#include "func/time_parts.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#define MS_PER_DAY INT64_C(86400000)
enum { JULIAN_1970 = 2440588 };

static const struct {
  const char *name;
  TimeUnit unit;
} unit_names[] = {
    {"YEAR", UNIT_YEAR},
    {"QUARTER", UNIT_QUARTER},
    {"MONTH", UNIT_MONTH},
    {"WEEK", UNIT_WEEK},
    {"DAY", UNIT_DAY},
    {"HOUR", UNIT_HOUR},
    {"MINUTE", UNIT_MINUTE},
    {"SECOND", UNIT_SECOND},
    {"MILLISECOND", UNIT_MILLISECOND},
    {"MICROSECOND", UNIT_MICROSECOND},
    {"NANOSECOND", UNIT_NANOSECOND},
    {"DOW", UNIT_DAY_OF_WEEK},
    {"ISODOW", UNIT_ISO_DAY_OF_WEEK},
    {"DOY", UNIT_DAY_OF_YEAR},
    {"ISOYEAR", UNIT_ISO_YEAR},
    {"EPOCH", UNIT_EPOCH},
    {"DECADE", UNIT_DECADE},
    {"CENTURY", UNIT_CENTURY},
    {"MILLENNIUM", UNIT_MILLENNIUM},
    {"SQL_TSI_YEAR", UNIT_YEAR},
    {"SQL_TSI_QUARTER", UNIT_QUARTER},
    {"SQL_TSI_MONTH", UNIT_MONTH},
    {"SQL_TSI_WEEK", UNIT_WEEK},
    {"SQL_TSI_DAY", UNIT_DAY},
    {"SQL_TSI_HOUR", UNIT_HOUR},
    {"SQL_TSI_MINUTE", UNIT_MINUTE},
    {"SQL_TSI_SECOND", UNIT_SECOND},
};

bool time_unit_find(const char *name, uint32_t length, TimeUnit *unit) {
  for (size_t i = 0; i < sizeof unit_names / sizeof unit_names[0]; i++) {
    if (strlen(unit_names[i].name) != length || g_ascii_strncasecmp(unit_names[i].name, name, length) != 0) continue;
    *unit = unit_names[i].unit;
    return true;
  }
  return false;
}

int64_t time_unit_months(TimeUnit unit) {
  switch (unit) {
    case UNIT_YEAR:
      return 12;
    case UNIT_QUARTER:
      return 3;
    case UNIT_MONTH:
      return 1;
    default:
      return 0;
  }
}

int64_t time_unit_milliseconds(TimeUnit unit) {
  switch (unit) {
    case UNIT_WEEK:
      return 7 * MS_PER_DAY;
    case UNIT_DAY:
      return MS_PER_DAY;
    case UNIT_HOUR:
      return 3600000;
    case UNIT_MINUTE:
      return 60000;
    case UNIT_SECOND:
      return 1000;
    case UNIT_MILLISECOND:
      return 1;
    default:
      return 0;
  }
}

bool time_unit_rounds(TimeUnit unit) {
  return time_unit_months(unit) != 0 || time_unit_milliseconds(unit) != 0 || unit == UNIT_DECADE ||
         unit == UNIT_CENTURY || unit == UNIT_MILLENNIUM;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }
static int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }

static int64_t julian_of(int64_t year, int64_t month, int64_t day) {
  int64_t a = (14 - month) / 12;
  int64_t y = year + 4800 - a;
  int64_t m = month + 12 * a - 3;
  return day + (153 * m + 2) / 5 + 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) - 32045;
}

static int64_t days_of(int64_t year, int64_t month, int64_t day) { return julian_of(year, month, day) - JULIAN_1970; }

typedef struct Date {
  int64_t year, month, day;
} Date;

static Date date_of_julian(int64_t julian) {
  int64_t j = julian + 32044;
  int64_t g = j / 146097, dg = j % 146097;
  int64_t c = (dg / 36524 + 1) * 3 / 4, dc = dg - c * 36524;
  int64_t b = dc / 1461, db = dc % 1461;
  int64_t a = (db / 365 + 1) * 3 / 4, da = db - a * 365;
  int64_t y = g * 400 + c * 100 + b * 4 + a;
  int64_t m = (da * 5 + 308) / 153 - 2;
  int64_t d = da - (m + 4) * 153 / 5 + 122;
  return (Date){y - 4800 + (m + 2) / 12, (m + 2) % 12 + 1, d + 1};
}

static int64_t first_monday_of_first_week(int64_t year) {
  int64_t january_first = julian_of(year, 1, 1);
  return january_first + (11 - floor_mod(january_first + 1, 7)) % 7 - 3;
}

static int64_t iso_week(int64_t julian, Date date) {
  int64_t week_day = floor_mod(julian, 7) + 1;
  if (date.month == 12 && date.day > 28) {
    bool stays = 31 - date.day + 4 > 7 - week_day && 31 - date.day + week_day >= 4;
    return stays ? (julian - first_monday_of_first_week(date.year)) / 7 + 1 : 1;
  }
  if (date.month == 1 && date.day < 5) {
    bool first = 4 - date.day <= 7 - week_day && date.day - week_day >= -3;
    return first ? 1 : (julian - first_monday_of_first_week(date.year - 1)) / 7 + 1;
  }
  return (julian - first_monday_of_first_week(date.year)) / 7 + 1;
}

static int64_t extract_from_day(TimeUnit unit, int64_t day) {
  int64_t julian = day + JULIAN_1970;
  Date date = date_of_julian(julian);
  switch (unit) {
    case UNIT_YEAR:
      return date.year;
    case UNIT_QUARTER:
      return (date.month + 2) / 3;
    case UNIT_MONTH:
      return date.month;
    case UNIT_WEEK:
      return iso_week(julian, date);
    case UNIT_DAY:
      return date.day;
    case UNIT_DAY_OF_WEEK:
      return floor_mod(julian + 1, 7) + 1;
    case UNIT_ISO_DAY_OF_WEEK:
      return floor_mod(julian, 7) + 1;
    case UNIT_DAY_OF_YEAR:
      return julian - julian_of(date.year, 1, 1) + 1;
    case UNIT_ISO_YEAR: {
      int64_t week = iso_week(julian, date);
      if (week == 1 && date.month == 12) return date.year + 1;
      return date.month == 1 && week > 50 ? date.year - 1 : date.year;
    }
    case UNIT_DECADE:
      return date.year / 10;
    case UNIT_CENTURY:
      return date.year > 0 ? (date.year + 99) / 100 : (date.year - 99) / 100;
    case UNIT_MILLENNIUM:
      return date.year > 0 ? (date.year + 999) / 1000 : (date.year - 999) / 1000;
    default:
      assert(false);
      return 0;
  }
}

int64_t time_extract(TimeUnit unit, int64_t wall_us) {
  int64_t ms = floor_div(wall_us, 1000), us_of_ms = wall_us - ms * 1000;
  switch (unit) {
    case UNIT_HOUR:
      return ms % MS_PER_DAY / 3600000;
    case UNIT_MINUTE:
      return ms % 3600000 / 60000;
    case UNIT_SECOND:
      return ms % 60000 / 1000;
    case UNIT_MILLISECOND:
      return ms % 1000;
    case UNIT_MICROSECOND:
      return ms % 1000 * 1000 + us_of_ms;
    case UNIT_NANOSECOND:
      return ms % 1000 * 1000000 + us_of_ms * 1000;
    case UNIT_EPOCH:
      return ms / 1000;
    default:
      return extract_from_day(unit, ms / MS_PER_DAY);
  }
}

/* The day that a day is rounded to. Rounding up looks at the date only: a month's first day is itself, whatever
 * the time of day. */
static int64_t round_day(TimeUnit unit, int64_t day, bool is_ceil) {
  int64_t julian = day + JULIAN_1970;
  Date date = date_of_julian(julian);
  int64_t up = is_ceil;
  switch (unit) {
    case UNIT_MILLENNIUM:
      return days_of(1000 * ((date.year + 999) / 1000) + (is_ceil ? 1 : -999), 1, 1);
    case UNIT_CENTURY:
      return days_of(100 * ((date.year + 99) / 100) + (is_ceil ? 1 : -99), 1, 1);
    case UNIT_DECADE:
      return days_of(10 * (up + date.year / 10), 1, 1);
    case UNIT_YEAR:
      return days_of(date.year + (is_ceil && (date.month > 1 || date.day > 1)), 1, 1);
    case UNIT_QUARTER: {
      int64_t quarter = (date.month + 2) / 3 + (is_ceil && (date.month > 1 || date.day > 1));
      return days_of(date.year, quarter * 3 - 2, 1);
    }
    case UNIT_MONTH:
      return days_of(date.year, date.month + (is_ceil && date.day > 1), 1);
    case UNIT_WEEK: {
      int64_t after_sunday = floor_mod(julian + 1, 7);
      if (is_ceil && after_sunday > 0) after_sunday -= 7;
      return day - after_sunday;
    }
    default:
      assert(false);
      return day;
  }
}

int64_t time_round(TimeUnit unit, int64_t wall_us, bool is_ceil) {
  int64_t ms = floor_div(wall_us, 1000);
  int64_t unit_ms = time_unit_milliseconds(unit);
  if (unit_ms != 0 && unit != UNIT_WEEK) {
    int64_t rest = floor_mod(ms, unit_ms);
    return (ms - rest + (is_ceil && rest > 0 ? unit_ms : 0)) * 1000;
  }
  return round_day(unit, ms / MS_PER_DAY, is_ceil) * MS_PER_DAY * 1000;
}

static int64_t last_day_of(int64_t year, int64_t month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && is_leap);
}

static int64_t add_months_to_day(int64_t day, int64_t months) {
  Date date = date_of_julian(day + JULIAN_1970);
  int64_t month = date.month + months;
  int64_t year = date.year + floor_div(month, 12);
  month = floor_mod(month, 12);
  if (month == 0) {
    year--;
    month = 12;
  }
  int64_t last = last_day_of(year, month);
  return days_of(year, month, date.day > last ? last : date.day);
}

int64_t time_add_months(int64_t wall_us, int64_t months) {
  int64_t day_us = MS_PER_DAY * 1000;
  int64_t day = floor_div(wall_us, day_us);
  return add_months_to_day(day, months) * day_us + (wall_us - day * day_us);
}

static int64_t months_between_days(int64_t to, int64_t from) {
  if (to < from) return -months_between_days(from, to);
  int64_t months = (to - from) / 31; /* an estimate that is never too high */
  for (;; months++) {
    if (add_months_to_day(from, months) >= to) return months;
    if (add_months_to_day(from, months + 1) > to) return months;
  }
}

int64_t time_months_between(int64_t to_ms, int64_t from_ms) {
  int64_t to_day = floor_div(to_ms, MS_PER_DAY), from_day = floor_div(from_ms, MS_PER_DAY);
  int64_t months = months_between_days(to_day, from_day);
  if (add_months_to_day(from_day, months) == to_day && floor_mod(to_ms, MS_PER_DAY) < floor_mod(from_ms, MS_PER_DAY))
    months--;
  return months;
}
