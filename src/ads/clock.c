/* Days to civil dates and back, after Howard Hinnant's "chrono-compatible low-level date algorithms" (public domain).
 */
#include "ads/clock.h"

#include <assert.h>
#include <stdio.h>

typedef struct CivilDate {
  int64_t year;
  uint32_t month;
  uint32_t day;
} CivilDate;

static CivilDate civil_from_days(int64_t days) {
  days += 719468; /* from 0000-03-01 */
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  uint32_t day_of_era = (uint32_t)(days - era * 146097);
  uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  uint32_t shifted_month = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  date.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  date.year = era * 400 + year_of_era + (date.month <= 2);
  return date;
}

static int64_t days_from_civil(int64_t year, uint32_t month, uint32_t day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  uint32_t year_of_era = (uint32_t)(year - era * 400);
  uint32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void clock_name(int64_t time_ms, char text[CLOCK_NAME_BYTES]) {
  assert(time_ms >= 0);
  CivilDate date = civil_from_days(time_ms / DAY_MS);
  uint32_t of_day = (uint32_t)(time_ms % DAY_MS);
  char wide[64]; /* roomier than any valid time needs, so that the compiler sees no truncation */
  snprintf(wide, sizeof wide, "%04u%02u%02uT%02u%02u%02u.%03uZ", (unsigned)(date.year % 10000), date.month, date.day,
           of_day / HOUR_MS, of_day / MINUTE_MS % 60, of_day / SECOND_MS % 60, of_day % SECOND_MS);
  for (int i = 0; i < CLOCK_NAME_BYTES; i++) text[i] = wide[i];
}

/* Exactly n digits; *text moves past them. */
static bool take_digits(const char **text, int n, uint32_t *value) {
  uint32_t result = 0;
  for (int i = 0; i < n; i++, ++*text) {
    if (**text < '0' || **text > '9') return false;
    result = result * 10 + (uint32_t)(**text - '0');
  }
  *value = result;
  return true;
}

static bool take(const char **text, char wanted) {
  if (**text != wanted) return false;
  ++*text;
  return true;
}

bool clock_parse(const char *text, int64_t *time_ms) {
  uint32_t year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0;
  if (!take_digits(&text, 4, &year) || !take(&text, '-') || !take_digits(&text, 2, &month) || !take(&text, '-') ||
      !take_digits(&text, 2, &day)) {
    return false;
  }
  if (take(&text, 'T') || take(&text, ' ')) {
    if (!take_digits(&text, 2, &hour) || !take(&text, ':') || !take_digits(&text, 2, &minute)) return false;
    if (take(&text, ':') && !take_digits(&text, 2, &second)) return false;
    if (take(&text, '.') && !take_digits(&text, 3, &millisecond)) return false;
  }
  take(&text, 'Z');
  if (*text != '\0' || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
  int64_t days = days_from_civil(year, month, day);
  if (civil_from_days(days).month != month) return false; /* the 31st of a shorter month */
  *time_ms = days * DAY_MS + (int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS + second * SECOND_MS + millisecond;
  return true;
}
