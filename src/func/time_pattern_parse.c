/* Reading times by patterns: DateTimeFormatter's strict way and SimpleDateFormat's lenient one. */
#include <glib.h>
#include <string.h>
#include <time.h>

#include "func/time_parse.h"
#include "func/time_pattern.h"

typedef struct Fields {
  int64_t year, month, day, day_of_year;
  int64_t hour, half_day_hour, minute, second; /* half_day_hour: 0-11 */
  int64_t nanosecond, millisecond_of_day, nanosecond_of_day;
  int half; /* 0 AM, 1 PM */
  int day_of_week;
  bool has_year, has_month, has_day, has_day_of_year, has_hour, has_half_day_hour, has_half, has_minute, has_second;
  bool has_nanosecond, has_millisecond_of_day, has_nanosecond_of_day, has_day_of_week, has_offset;
  int32_t offset_s;
} Fields;

typedef struct Reader {
  const char *text;
  uint32_t length;
  uint32_t at;
  Fields fields;
} Reader;

static bool is_digit_at(const Reader *reader, uint32_t at) {
  return at < reader->length && g_ascii_isdigit(reader->text[at]);
}

/* The longest of n names here, whole or by their first three letters; -1 when none is. */
static int read_name(Reader *reader, const char *const *names, int n, bool takes_short, bool takes_full,
                     bool ignores_case) {
  int found = -1;
  size_t longest = 0;
  for (int i = 0; i < n; i++) {
    for (int is_full = 0; is_full <= 1; is_full++) {
      if (is_full ? !takes_full : !takes_short) continue;
      size_t length = is_full ? strlen(names[i]) : 3;
      if (length <= longest || reader->length - reader->at < length) continue;
      const char *here = reader->text + reader->at;
      if (ignores_case ? g_ascii_strncasecmp(here, names[i], length) != 0 : memcmp(here, names[i], length) != 0)
        continue;
      found = i;
      longest = length;
    }
  }
  reader->at += (uint32_t)longest;
  return found;
}

static int read_half(Reader *reader, bool ignores_case) {
  static const char *const halves[] = {"AM", "PM"};
  if (reader->length - reader->at < 2) return -1;
  for (int i = 0; i < 2; i++) {
    const char *here = reader->text + reader->at;
    if (ignores_case ? g_ascii_strncasecmp(here, halves[i], 2) != 0 : memcmp(here, halves[i], 2) != 0) continue;
    reader->at += 2;
    return i;
  }
  return -1;
}

/* Two digits. */
static bool read_pair(Reader *reader, int *value) {
  if (!is_digit_at(reader, reader->at) || !is_digit_at(reader, reader->at + 1)) return false;
  *value = (reader->text[reader->at] - '0') * 10 + (reader->text[reader->at + 1] - '0');
  reader->at += 2;
  return true;
}

/* +hh, +hhmm, +hh:mm, or Z where `takes_z`. */
static bool read_offset(Reader *reader, bool takes_z, bool needs_minutes, bool may_have_minutes, bool has_colon) {
  char sign = reader->at < reader->length ? reader->text[reader->at] : '\0';
  Fields *fields = &reader->fields;
  fields->has_offset = true;
  fields->offset_s = 0;
  if (takes_z && sign == 'Z') {
    reader->at++;
    return true;
  }
  if (sign != '+' && sign != '-') return false;
  reader->at++;
  int hours, minutes = 0;
  if (!read_pair(reader, &hours)) return false;
  uint32_t before = reader->at;
  bool colon = has_colon && reader->at < reader->length && reader->text[reader->at] == ':';
  reader->at += colon;
  bool found = (needs_minutes || may_have_minutes) && colon == has_colon && read_pair(reader, &minutes);
  if (!found) reader->at = before;
  if (needs_minutes && !found) return false;
  if (hours > 23 || minutes > 59) return false;
  fields->offset_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
  return true;
}

/* --- java.time --- */

typedef enum SignRule { SIGN_NONE, SIGN_NEGATIVE, SIGN_WHEN_WIDE } SignRule;

/* A number of `least` to `most` digits that leaves `reserved` digits to what follows. */
static bool read_number(Reader *reader, uint32_t least, uint32_t most, SignRule rule, uint32_t reserved,
                        int64_t *value) {
  uint32_t at = reader->at;
  char sign = at < reader->length ? reader->text[at] : '\0';
  bool negative = sign == '-', positive = sign == '+';
  if ((negative && rule == SIGN_NONE) || (positive && rule != SIGN_WHEN_WIDE)) return false;
  if (negative || positive) at++;
  uint32_t n = 0, most_here = most + reserved;
  while (n < most_here && is_digit_at(reader, at + n)) n++;
  if (reserved > 0) n = n > reserved + least ? n - reserved : n < least ? n : least;
  if (n < least || n == 0 || n > 18) return false;
  *value = 0;
  for (uint32_t i = 0; i < n; i++) *value = *value * 10 + (reader->text[at + i] - '0');
  if (negative && *value == 0) return false;
  if (rule == SIGN_WHEN_WIDE && positive && n <= least) return false;
  if (rule == SIGN_WHEN_WIDE && !positive && !negative && n > least) return false;
  if (negative) *value = -*value;
  reader->at = at + n;
  return true;
}

static bool set(int64_t *field, bool *has, int64_t value, int64_t least, int64_t most) {
  if (value < least || value > most || (*has && *field != value)) return false;
  *field = value;
  *has = true;
  return true;
}

/* A fixed number of fraction digits, as nanoseconds. */
static bool read_fraction(Reader *reader, uint32_t count, int64_t *value) {
  *value = 0;
  for (uint32_t i = 0; i < 9; i++) {
    if (i < count && !is_digit_at(reader, reader->at + i)) return false;
    *value = *value * 10 + (i < count ? reader->text[reader->at + i] - '0' : 0);
  }
  reader->at += count;
  return true;
}

static bool read_java_year(Reader *reader, const TimeElement *element, bool is_of_era) {
  int64_t year;
  Fields *fields = &reader->fields;
  uint32_t count = element->count;
  if (count == 2) {
    if (!read_number(reader, 2, 2, SIGN_NONE, element->reserved, &year)) return false;
    year += 2000;
  } else if (!read_number(reader, count, 19, count < 4 ? SIGN_NEGATIVE : SIGN_WHEN_WIDE, element->reserved, &year)) {
    return false;
  }
  return set(&fields->year, &fields->has_year, year, is_of_era ? 1 : -999999999, 999999999);
}

static bool read_java_element(Reader *reader, const TimeElement *element) {
  Fields *f = &reader->fields;
  uint32_t count = element->count, reserved = element->reserved;
  int64_t value;
  int found;
  switch (element->letter) {
    case 'y':
    case 'u':
      return read_java_year(reader, element, element->letter == 'y');
    case 'M':
    case 'L':
      if (count >= 3) {
        found = read_name(reader, time_month_names, 12, count == 3, count == 4, false);
        return found >= 0 && set(&f->month, &f->has_month, found + 1, 1, 12);
      }
      break;
    case 'E':
      found = read_name(reader, time_day_names, 7, count <= 3, count == 4, false);
      f->has_day_of_week = true;
      f->day_of_week = found;
      return found >= 0;
    case 'a':
      f->half = read_half(reader, false);
      f->has_half = true;
      return f->half >= 0;
    case 'S':
      return read_fraction(reader, count, &value) && set(&f->nanosecond, &f->has_nanosecond, value, 0, 999999999);
    case 'X':
    case 'x':
      return read_offset(reader, element->letter == 'X', count > 1, count == 1, count == 3);
    case 'Z':
      return read_offset(reader, false, true, true, false);
    default:
      break;
  }
  uint32_t most = 19;
  SignRule rule = SIGN_NEGATIVE;
  if (count > 1 || strchr("AnN", element->letter) != NULL) {
    rule = SIGN_NONE;
    most = element->letter == 'D' ? 3 : strchr("AnN", element->letter) != NULL ? 19 : count;
  }
  if (!read_number(reader, count, most, rule, reserved, &value)) return false;
  switch (element->letter) {
    case 'M':
    case 'L':
      return set(&f->month, &f->has_month, value, 1, 12);
    case 'd':
      return set(&f->day, &f->has_day, value, 1, 31);
    case 'D':
      return set(&f->day_of_year, &f->has_day_of_year, value, 1, 366);
    case 'H':
      return set(&f->hour, &f->has_hour, value, 0, 24);
    case 'k':
      return value >= 0 && set(&f->hour, &f->has_hour, value == 24 ? 0 : value, 0, 23);
    case 'K':
      return set(&f->half_day_hour, &f->has_half_day_hour, value, 0, 11);
    case 'h':
      return value >= 0 && set(&f->half_day_hour, &f->has_half_day_hour, value == 12 ? 0 : value, 0, 11);
    case 'm':
      return set(&f->minute, &f->has_minute, value, 0, 59);
    case 's':
      return set(&f->second, &f->has_second, value, 0, 59);
    case 'n':
      return set(&f->nanosecond, &f->has_nanosecond, value, 0, 999999999);
    case 'A':
      return set(&f->millisecond_of_day, &f->has_millisecond_of_day, value, 0, 86399999);
    case 'N':
      return set(&f->nanosecond_of_day, &f->has_nanosecond_of_day, value, 0, INT64_C(86399999999999));
    default:
      return false;
  }
}

/* Elements [from, to); an optional section that does not match leaves no trace. */
static bool read_java_elements(Reader *reader, const TimePattern *pattern, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    const TimeElement *element = &pattern->elements[i];
    if (element->letter == '[') {
      uint32_t end = i + 1;
      for (uint32_t depth = 1; depth > 0; end++)
        depth += pattern->elements[end].letter == '[' ? 1 : pattern->elements[end].letter == ']' ? UINT32_MAX : 0;
      Reader before = *reader;
      if (!read_java_elements(reader, pattern, i + 1, end - 1)) *reader = before;
      i = end - 1;
    } else if (element->letter == 0) {
      if (reader->length - reader->at < element->n_bytes ||
          memcmp(reader->text + reader->at, pattern->literals + element->from, element->n_bytes) != 0)
        return false;
      reader->at += element->n_bytes;
    } else if (!read_java_element(reader, element)) {
      return false;
    }
  }
  return true;
}

static int days_of_month(int64_t year, int64_t month) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return lengths[month - 1] + (month == 2 && is_leap);
}

/* ResolverStyle.SMART; what is missing is taken from 1970-01-01 00:00:00. */
static bool resolve_java(Fields *f, int64_t *wall_us) {
  int64_t hour = f->has_hour ? f->hour : 0;
  if (f->has_half && f->has_half_day_hour) {
    int64_t from_half = f->half * 12 + f->half_day_hour;
    if (f->has_hour && hour != from_half) return false;
    hour = from_half;
  }
  int64_t minute = f->has_minute ? f->minute : 0, second = f->has_second ? f->second : 0;
  int64_t nanosecond = f->has_nanosecond ? f->nanosecond : 0;
  if (f->has_millisecond_of_day || f->has_nanosecond_of_day) {
    int64_t of_day = f->has_nanosecond_of_day ? f->nanosecond_of_day : f->millisecond_of_day * 1000000;
    hour = of_day / INT64_C(3600000000000);
    minute = of_day / INT64_C(60000000000) % 60;
    second = of_day / 1000000000 % 60;
    nanosecond = of_day % 1000000000;
  }
  int64_t next_day = 0;
  if (hour == 24) {
    if (minute != 0 || second != 0 || nanosecond != 0) return false;
    hour = 0;
    next_day = 1;
  }
  bool has_date = f->has_year && ((f->has_month && f->has_day) || f->has_day_of_year);
  int64_t year = f->has_year ? f->year : 1970, month = f->has_month ? f->month : 1, day = f->has_day ? f->day : 1;
  if (has_date && f->has_day_of_year && !(f->has_month && f->has_day)) {
    if (f->day_of_year == 366 && days_of_month(year, 2) == 28) return false;
    TimeParts parts = time_parts_of(time_of_parts(year, 1, (int)f->day_of_year, 0, 0, 0, 0));
    month = parts.month;
    day = parts.day;
  }
  if (day > days_of_month(year, month)) {
    if (!has_date) return false;
    day = days_of_month(year, month);
  }
  if (year < -290000 || year > 290000) return false;
  int64_t date_us = time_of_parts(year, (int)month, (int)day, 0, 0, 0, 0);
  if (f->has_day_of_week && has_date) {
    int64_t days = date_us / INT64_C(86400000000);
    if (((days + 3) % 7 + 7) % 7 != f->day_of_week) return false;
  }
  if (has_date) date_us += next_day * INT64_C(86400000000);
  *wall_us = date_us + ((hour * 60 + minute) * 60 + second) * 1000000 + nanosecond / 1000;
  return true;
}

/* --- SimpleDateFormat --- */

/* An optional minus and digits; at most `most` characters of text from `start` on, when that is not 0. */
static bool read_simple_number(Reader *reader, uint32_t end, int64_t *value, uint32_t *n_read) {
  uint32_t start = reader->at;
  bool negative = reader->at < end && reader->text[reader->at] == '-';
  reader->at += negative;
  uint32_t n = 0;
  *value = 0;
  while (reader->at < end && is_digit_at(reader, reader->at)) {
    if (n < 18) *value = *value * 10 + (reader->text[reader->at] - '0');
    reader->at++;
    n++;
  }
  if (negative) *value = -*value;
  *n_read = reader->at - start;
  return n > 0 && n <= 18;
}

static bool is_simple_number(const TimeElement *element) {
  if (strchr("ML", element->letter) != NULL) return element->count <= 2;
  return element->letter != 0 && strchr("yudHhkKmsSD", element->letter) != NULL;
}

/* "26" for yy: the year between 80 years ago and in 20 years. */
static int64_t year_of_two_digits(int64_t two) {
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  int64_t first = utc.tm_year + 1900 - 80;
  int64_t year = first / 100 * 100 + two;
  return year < first ? year + 100 : year;
}

static bool read_simple_element(Reader *reader, const TimeElement *element, bool obeys_count) {
  Fields *f = &reader->fields;
  while (reader->at < reader->length && (reader->text[reader->at] == ' ' || reader->text[reader->at] == '\t'))
    reader->at++;
  if (reader->at >= reader->length) return false;
  int found;
  if (!is_simple_number(element)) {
    switch (element->letter) {
      case 'M':
      case 'L':
        found = read_name(reader, time_month_names, 12, true, true, true);
        f->month = found + 1;
        f->has_month = true;
        return found >= 0;
      case 'E':
        return read_name(reader, time_day_names, 7, true, true, true) >= 0;
      case 'a':
        f->half = read_half(reader, true);
        f->has_half = true;
        return f->half >= 0;
      case 'X':
        return read_offset(reader, true, element->count > 1, false, element->count == 3);
      default:
        return false;
    }
  }
  uint32_t end = reader->length, n_read;
  if (obeys_count) {
    if (reader->length - reader->at < element->count) return false;
    end = reader->at + element->count;
  }
  uint32_t start = reader->at;
  int64_t value;
  if (!read_simple_number(reader, end, &value, &n_read)) return false;
  if (value > INT32_MAX || value < INT32_MIN) return false;
  switch (element->letter) {
    case 'y':
      if (element->count <= 2 && n_read == 2 && reader->text[start] != '-') value = year_of_two_digits(value);
      f->year = value;
      f->has_year = true;
      return true;
    case 'M':
    case 'L':
      f->month = value;
      f->has_month = true;
      return true;
    case 'd':
      f->day = value;
      f->has_day = true;
      return true;
    case 'D':
      f->day_of_year = value;
      f->has_day_of_year = true;
      return true;
    case 'H':
    case 'k':
      f->hour = element->letter == 'k' && value == 24 ? 0 : value;
      f->has_hour = true;
      return true;
    case 'h':
    case 'K':
      f->half_day_hour = element->letter == 'h' && value == 12 ? 0 : value;
      f->has_half_day_hour = true;
      return true;
    case 'm':
      f->minute = value;
      return true;
    case 's':
      f->second = value;
      return true;
    case 'S':
      f->nanosecond = value; /* milliseconds, here */
      return true;
    default: /* the day of the week decides nothing */
      return true;
  }
}

static bool read_simple(Reader *reader, const TimePattern *pattern) {
  for (uint32_t i = 0; i < pattern->n_elements; i++) {
    const TimeElement *element = &pattern->elements[i];
    if (element->letter == 0) {
      if (reader->length - reader->at < element->n_bytes ||
          memcmp(reader->text + reader->at, pattern->literals + element->from, element->n_bytes) != 0)
        return false;
      reader->at += element->n_bytes;
      continue;
    }
    bool obeys_count = i + 1 < pattern->n_elements && is_simple_number(&pattern->elements[i + 1]);
    if (!read_simple_element(reader, element, obeys_count)) return false;
  }
  return true;
}

/* Out-of-range fields carry over, as in a lenient calendar. */
static bool resolve_simple(const Fields *f, int64_t *wall_us) {
  int64_t year = f->has_year ? f->year : 1970, month = f->has_month ? f->month : 1, day = f->has_day ? f->day : 1;
  if (f->has_day_of_year && !f->has_month && !f->has_day) day = f->day_of_year;
  int64_t hour = f->has_hour ? f->hour : f->half_day_hour + (f->has_half ? f->half * 12 : 0);
  int64_t months = year * 12 + month - 1;
  int64_t whole_years = months / 12 - (months % 12 < 0);
  month = months - whole_years * 12 + 1;
  if (whole_years < -200000 || whole_years > 200000) return false; /* beyond what a result can hold */
  int64_t days = time_of_parts(whole_years, (int)month, 1, 0, 0, 0, 0) / INT64_C(86400000000) + day - 1;
  if (days < JULIAN_UNTIL_DAY) days = time_julian_days(whole_years, month, 1) + day - 1;
  int64_t seconds = days * 86400 + hour * 3600 + f->minute * 60 + f->second;
  *wall_us = seconds * 1000000 + f->nanosecond * 1000;
  return true;
}

bool time_pattern_parse(const TimePattern *pattern, const char *text, uint32_t n_bytes, int64_t *wall_us,
                        bool *has_offset, int32_t *offset_s) {
  Reader reader = {.text = text, .length = n_bytes};
  bool ok;
  if (pattern->dialect == DIALECT_SIMPLE)
    ok = read_simple(&reader, pattern) && resolve_simple(&reader.fields, wall_us);
  else
    ok = read_java_elements(&reader, pattern, 0, pattern->n_elements) && reader.at == n_bytes &&
         resolve_java(&reader.fields, wall_us);
  *has_offset = reader.fields.has_offset;
  *offset_s = reader.fields.offset_s;
  return ok;
}
