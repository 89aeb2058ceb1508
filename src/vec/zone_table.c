/* See zone_table.h. A TZif file is a header, the data in 32 bits, a second header, the data in 64 bits, and a rule for
 * the time after the last transition in the form of the TZ variable of POSIX ("CET-1CEST,M3.5.0,M10.5.0/3"). The rule
 * is written out for 400 years, so that a lookup is one binary search. */
#include "vec/zone_table.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

enum { SECOND_US = 1000000, DAY_SECONDS = 86400, CYCLE_YEARS = 400, TZIF_HEADER_BYTES = 44, TZIF_TYPE_BYTES = 6 };

/* Microseconds fit for some 292,000 years each way; a file's "big bang" lies before that. The rule's years come on top.
 */
#define SECONDS_MAX (INT64_MAX / SECOND_US - INT64_C(1000) * 366 * DAY_SECONDS)

static int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0); }

void zone_table_fixed(ZoneTable *table, int64_t offset_us) {
  *table = (ZoneTable){.cycle_start_us = INT64_MAX, .cycle_end_us = INT64_MAX};
  table->offsets_us = memory_alloc(sizeof *table->offsets_us);
  table->offsets_us[0] = offset_us;
}

void zone_table_free(ZoneTable *table) {
  free(table->at_us);
  free(table->offsets_us);
  *table = (ZoneTable){0};
}

/* A transition that only renames the time (or its "daylight" mark) is none. */
static void add_transition(ZoneTable *table, int64_t at_seconds, int64_t offset_seconds) {
  int64_t offset_us = offset_seconds * SECOND_US;
  if (at_seconds < -SECONDS_MAX) {
    assert(table->n_transitions == 0);
    table->offsets_us[0] = offset_us;
    return;
  }
  if (at_seconds > SECONDS_MAX || table->offsets_us[table->n_transitions] == offset_us) return;
  if (table->n_transitions == table->transitions_capacity) {
    table->at_us =
        memory_grow(table->at_us, &table->transitions_capacity, table->n_transitions + 1, sizeof *table->at_us);
    table->offsets_us = memory_resize(table->offsets_us, table->transitions_capacity + 1, sizeof *table->offsets_us);
  }
  table->at_us[table->n_transitions++] = at_seconds * SECOND_US;
  table->offsets_us[table->n_transitions] = offset_us;
}

/* ---- the rule after the last transition ---- */

/* The day of a year on which clocks change, and the second of that day on the clock before the change. */
typedef struct RuleDay {
  enum { DAY_OF_MONTH_WEEK, DAY_WITHOUT_LEAP, DAY_WITH_LEAP } form; /* Mm.w.d, Jn, n */
  int month;                                                        /* 1 to 12 */
  int week;                                                         /* 1 to 5; 5 is the last */
  int day;                                                          /* of the week, Sunday is 0; or n */
  int64_t seconds;
} RuleDay;

typedef struct Rule {
  int64_t standard_seconds;
  int64_t daylight_seconds;
  bool has_daylight;
  RuleDay start; /* of daylight time */
  RuleDay end;
} Rule;

static bool read_number(const char **at, int least, int most, int *value) {
  const char *p = *at;
  if (!isdigit((unsigned char)*p)) return false;
  int number = 0;
  for (; isdigit((unsigned char)*p) && number <= most; p++) number = number * 10 + (*p - '0');
  *at = p;
  *value = number;
  return number >= least && number <= most;
}

/* [+-]hh[:mm[:ss]]; hours go up to a week. */
static bool read_clock(const char **at, int64_t *seconds) {
  int64_t sign = **at == '-' ? -1 : 1;
  if (**at == '-' || **at == '+') ++*at;
  int hours, minutes = 0, rest = 0;
  if (!read_number(at, 0, 167, &hours)) return false;
  if (**at == ':' && (++*at, !read_number(at, 0, 59, &minutes))) return false;
  if (**at == ':' && (++*at, !read_number(at, 0, 59, &rest))) return false;
  *seconds = sign * (hours * INT64_C(3600) + minutes * 60 + rest);
  return true;
}

/* "CET", or "<+0530>". */
static bool skip_abbreviation(const char **at) {
  const char *p = *at;
  if (*p == '<') {
    p = strchr(p, '>');
    if (p == NULL) return false;
    *at = p + 1;
    return true;
  }
  while (isalpha((unsigned char)*p)) p++;
  bool is_there = p > *at;
  *at = p;
  return is_there;
}

static bool read_rule_day(const char **at, RuleDay *day) {
  *day = (RuleDay){.form = DAY_WITH_LEAP, .seconds = 2 * 3600};
  if (*(*at)++ != ',') return false;
  if (**at == 'M') {
    day->form = DAY_OF_MONTH_WEEK;
    ++*at;
    if (!read_number(at, 1, 12, &day->month) || *(*at)++ != '.') return false;
    if (!read_number(at, 1, 5, &day->week) || *(*at)++ != '.') return false;
    if (!read_number(at, 0, 6, &day->day)) return false;
  } else if (**at == 'J') {
    day->form = DAY_WITHOUT_LEAP;
    ++*at;
    if (!read_number(at, 1, 365, &day->day)) return false;
  } else if (!read_number(at, 0, 365, &day->day)) {
    return false;
  }
  return **at != '/' || (++*at, read_clock(at, &day->seconds));
}

static bool read_rule(const char *text, Rule *rule) {
  *rule = (Rule){0};
  const char *at = text;
  if (!skip_abbreviation(&at) || !read_clock(&at, &rule->standard_seconds)) return false;
  rule->standard_seconds = -rule->standard_seconds; /* POSIX counts westwards */
  if (*at == '\0') return true;
  rule->has_daylight = true;
  rule->daylight_seconds = rule->standard_seconds + 3600;
  if (!skip_abbreviation(&at)) return false;
  if (*at != ',') {
    if (!read_clock(&at, &rule->daylight_seconds)) return false;
    rule->daylight_seconds = -rule->daylight_seconds;
  }
  return read_rule_day(&at, &rule->start) && read_rule_day(&at, &rule->end) && *at == '\0';
}

static bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* Days from 1970-01-01 to January 1st. */
static int64_t days_before_year(int64_t year) {
  int64_t y = year - 1;
  return y * 365 + floor_divide(y, 4) - floor_divide(y, 100) + floor_divide(y, 400) - 719162;
}

static int64_t year_of(int64_t at_us) {
  int64_t days = floor_divide(at_us, (int64_t)DAY_SECONDS * SECOND_US);
  int64_t year = 1970 + floor_divide(days * 400, 146097);
  while (days_before_year(year) > days) year--;
  while (days_before_year(year + 1) <= days) year++;
  return year;
}

/* The local time of a change, in seconds as if it were UTC. */
static int64_t rule_day_seconds(const RuleDay *rule, int64_t year) {
  static const int MONTH_DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t day = days_before_year(year);
  switch (rule->form) {
    case DAY_WITH_LEAP:
      day += rule->day;
      break;
    case DAY_WITHOUT_LEAP:
      day += rule->day - 1 + (is_leap(year) && rule->day >= 60);
      break;
    case DAY_OF_MONTH_WEEK: {
      for (int month = 1; month < rule->month; month++) day += MONTH_DAYS[month - 1] + (month == 2 && is_leap(year));
      int month_days = MONTH_DAYS[rule->month - 1] + (rule->month == 2 && is_leap(year));
      int first_weekday = (int)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
      int in_month = (rule->day - first_weekday + 7) % 7 + (rule->week - 1) * 7;
      if (in_month >= month_days) in_month -= 7;
      day += in_month;
      break;
    }
  }
  return day * DAY_SECONDS + rule->seconds;
}

/* Writes the rule out behind the table's transitions: up to a year after the first whole cycle, so that the cycle's own
 * end is an ordinary moment. */
static void add_rule(ZoneTable *table, const Rule *rule) {
  if (!rule->has_daylight) return;
  int64_t last_us = table->n_transitions == 0 ? 0 : table->at_us[table->n_transitions - 1];
  int64_t first_year = year_of(last_us);
  /* Daylight time all year is written as one that ends when the next begins. */
  if (rule_day_seconds(&rule->end, first_year) - rule->daylight_seconds >=
      rule_day_seconds(&rule->start, first_year + 1) - rule->standard_seconds) {
    return;
  }
  table->cycle_start_us = days_before_year(first_year + 2) * DAY_SECONDS * SECOND_US;
  table->cycle_end_us = table->cycle_start_us + ZONE_CYCLE_US;
  for (int64_t year = first_year; year <= first_year + CYCLE_YEARS + 2; year++) {
    int64_t start = rule_day_seconds(&rule->start, year) - rule->standard_seconds;
    int64_t end = rule_day_seconds(&rule->end, year) - rule->daylight_seconds;
    bool starts_first = start < end;
    for (int step = 0; step < 2; step++) {
      bool is_start = (step == 0) == starts_first;
      int64_t at = is_start ? start : end;
      if (table->n_transitions > 0 && at * SECOND_US <= table->at_us[table->n_transitions - 1]) continue;
      add_transition(table, at, is_start ? rule->daylight_seconds : rule->standard_seconds);
    }
  }
}

/* ---- the file ---- */

typedef struct TzifHeader {
  char version;
  uint32_t n_ut_marks, n_standard_marks, n_leaps, n_times, n_types, n_chars;
} TzifHeader;

static uint64_t big_endian(const char *bytes, int n_bytes) {
  uint64_t value = 0;
  for (int b = 0; b < n_bytes; b++) value = value << 8 | (unsigned char)bytes[b];
  return value;
}

static bool read_header(const char *bytes, size_t n_bytes, TzifHeader *header) {
  if (n_bytes < TZIF_HEADER_BYTES || memcmp(bytes, "TZif", 4) != 0) return false;
  uint32_t *const counts[] = {&header->n_ut_marks, &header->n_standard_marks, &header->n_leaps,
                              &header->n_times,    &header->n_types,          &header->n_chars};
  header->version = bytes[4];
  for (int c = 0; c < 6; c++) *counts[c] = (uint32_t)big_endian(bytes + 20 + 4 * c, 4);
  return true;
}

static size_t data_bytes(const TzifHeader *header, size_t time_bytes) {
  return (size_t)header->n_times * (time_bytes + 1) + (size_t)header->n_types * TZIF_TYPE_BYTES + header->n_chars +
         (size_t)header->n_leaps * (time_bytes + 4) + header->n_standard_marks + header->n_ut_marks;
}

bool zone_table_read(ZoneTable *table, const char *bytes, size_t n_bytes) {
  TzifHeader header;
  if (!read_header(bytes, n_bytes, &header) || header.version < '2') return false;
  size_t skip = TZIF_HEADER_BYTES + data_bytes(&header, 4);
  if (skip > n_bytes || !read_header(bytes + skip, n_bytes - skip, &header)) return false;
  bytes += skip + TZIF_HEADER_BYTES;
  n_bytes -= skip + TZIF_HEADER_BYTES;
  size_t data = data_bytes(&header, 8);
  if (data + 2 > n_bytes || header.n_types == 0) return false;

  const char *times = bytes;
  const char *time_types = times + (size_t)header.n_times * 8;
  const char *types = time_types + header.n_times;
  const char *footer = bytes + data;
  const char *footer_end = memchr(footer + 1, '\n', n_bytes - data - 1);
  if (footer[0] != '\n' || footer_end == NULL) return false;

  zone_table_fixed(table, (int32_t)big_endian(types, 4) * (int64_t)SECOND_US);
  for (uint32_t t = 0; t < header.n_times; t++) {
    unsigned type = (unsigned char)time_types[t];
    int64_t at = (int64_t)big_endian(times + (size_t)t * 8, 8);
    if (type >= header.n_types || (t > 0 && at <= (int64_t)big_endian(times + (size_t)(t - 1) * 8, 8))) {
      zone_table_free(table);
      return false;
    }
    add_transition(table, at, (int32_t)big_endian(types + (size_t)type * TZIF_TYPE_BYTES, 4));
  }
  char text[64] = "";
  size_t length = (size_t)(footer_end - footer - 1);
  if (length == 0) return true; /* no rule: the last offset stays */
  Rule rule;
  if (length >= sizeof text) length = 0;
  memcpy(text, footer + 1, length);
  text[length] = '\0';
  if (!read_rule(text, &rule)) {
    zone_table_free(table);
    return false;
  }
  add_rule(table, &rule);
  return true;
}
