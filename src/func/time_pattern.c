/* Time patterns: compiling and writing. Reading is in func/time_pattern_parse.c. */
#include "func/time_pattern.h"

#include <assert.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "func/time_parse.h"
#include "vec/memory.h"

const char *const time_month_names[12] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
const char *const time_day_names[7] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* Room for any number or name. */
enum { FIELD_BYTES_MAX = 24, COUNT_MAX = 64 };

static TimePatternStatus refuse(TimePatternStatus status, char message[TIME_PATTERN_MESSAGE_MAX], const char *what,
                                char letter, uint32_t count) {
  snprintf(message, TIME_PATTERN_MESSAGE_MAX, "%s: %u x '%c'", what, count, letter);
  return status;
}

/* Whether `count` letters of DateTimeFormatter mean something here. */
static TimePatternStatus check_java_time(char letter, uint32_t count, TimeUse use, char *message) {
  bool known = true;
  uint32_t most = 19;
  switch (letter) {
    case 'y':
    case 'u':
      break;
    case 'A':
    case 'n':
    case 'N':
      break;
    case 'M':
    case 'L':
    case 'Q':
    case 'q':
    case 'E':
      most = 5;
      if (count == 5) known = false;
      if (use == USE_PARSE && (letter == 'Q' || letter == 'q')) known = false;
      break;
    case 'd':
    case 'h':
    case 'H':
    case 'k':
    case 'K':
    case 'm':
    case 's':
      most = 2;
      break;
    case 'D':
      most = 3;
      break;
    case 'S':
      most = 9;
      break;
    case 'a':
      most = 1;
      break;
    case 'G':
      known = use == USE_FORMAT && count <= 3;
      most = 5;
      break;
    case 'X':
    case 'x':
    case 'Z':
      most = 5;
      known = count <= 3;
      if (use == USE_FORMAT)
        return refuse(TIME_PATTERN_MALFORMED, message, "a time without zone has no offset", letter, count);
      break;
    case 'V':
    case 'v':
    case 'z':
    case 'O':
      if (use == USE_FORMAT)
        return refuse(TIME_PATTERN_MALFORMED, message, "a time without zone has no zone", letter, count);
      known = false;
      break;
    case 'Y':
      known = use == USE_FORMAT;
      break;
    case 'w':
    case 'W':
      most = letter == 'w' ? 2 : 1;
      known = use == USE_FORMAT;
      break;
    case 'e':
    case 'c':
      most = 5;
      known = use == USE_FORMAT && count != 5;
      if (letter == 'c' && count == 2) return refuse(TIME_PATTERN_MALFORMED, message, "Invalid pattern", letter, count);
      break;
    case 'F':
    case 'B':
    case 'g':
    case 'p':
      known = false;
      break;
    default:
      return refuse(TIME_PATTERN_MALFORMED, message, "Unknown pattern letter", letter, count);
  }
  if (count > most) return refuse(TIME_PATTERN_MALFORMED, message, "Too many pattern letters", letter, count);
  return known ? TIME_PATTERN_READY : refuse(TIME_PATTERN_UNSUPPORTED, message, "pattern letters", letter, count);
}

static TimePatternStatus check_simple(char letter, uint32_t count, TimeUse use, char *message) {
  if (strchr("yMLdHkKhmsSaEuD", letter) != NULL) return TIME_PATTERN_READY;
  if (use == USE_FORMAT && strchr("GYwWF", letter) != NULL) return TIME_PATTERN_READY;
  if (letter == 'X') {
    if (count <= 3) return TIME_PATTERN_READY;
    return refuse(TIME_PATTERN_MALFORMED, message, "invalid ISO 8601 format: length", letter, count);
  }
  if (letter == 'Z' && use == USE_FORMAT) return TIME_PATTERN_READY;
  bool known = strchr("GYwWFzZ", letter) != NULL;
  return refuse(known ? TIME_PATTERN_UNSUPPORTED : TIME_PATTERN_MALFORMED, message,
                known ? "pattern letters" : "Illegal pattern character", letter, count);
}

static TimeElement *add_element(TimePattern *pattern, char letter, uint32_t count) {
  assert(pattern->elements != NULL);
  TimeElement *element = &pattern->elements[pattern->n_elements++];
  *element = (TimeElement){.letter = letter, .count = count};
  return element;
}

static void add_literal(TimePattern *pattern, uint32_t *n_literals, char byte) {
  TimeElement *last = pattern->n_elements == 0 ? NULL : &pattern->elements[pattern->n_elements - 1];
  if (last == NULL || last->letter != 0) {
    last = add_element(pattern, 0, 0);
    last->from = *n_literals;
  }
  pattern->literals[(*n_literals)++] = byte;
  last->n_bytes++;
}

static bool is_number(const TimeElement *element) {
  return strchr("yudhHkKmsDSAnN", element->letter) != NULL ||
         (strchr("MLQq", element->letter) != NULL && element->count <= 2);
}
/* Of exactly `count` digits. */
static bool is_fixed(const TimeElement *element) {
  if (!is_number(element)) return false;
  return element->letter == 'S' ||
         (element->count == 2 && element->letter != 'D' && strchr("AnN", element->letter) == NULL);
}

/* A number leaves digits to the fixed-width numbers that follow it without anything between. */
static void reserve_digits(TimePattern *pattern) {
  TimeElement *active = NULL;
  for (uint32_t i = 0; i < pattern->n_elements; i++) {
    TimeElement *element = &pattern->elements[i];
    if (element->letter == 0 || !is_number(element))
      active = NULL;
    else if (active != NULL && is_fixed(element))
      active->reserved += element->count;
    else
      active = element;
  }
}

static TimePatternStatus compile(TimePattern *pattern, const char *text, uint32_t n, TimeUse use, char *message) {
  bool is_java_time = pattern->dialect == DIALECT_JAVA_TIME;
  uint32_t n_literals = 0, depth = 0;
  for (uint32_t i = 0; i < n;) {
    char c = text[i];
    if (g_ascii_isalpha(c)) {
      uint32_t count = 1;
      while (i + count < n && text[i + count] == c) count++;
      TimePatternStatus status =
          is_java_time ? check_java_time(c, count, use, message) : check_simple(c, count, use, message);
      if (status == TIME_PATTERN_READY && count > COUNT_MAX)
        status = refuse(TIME_PATTERN_UNSUPPORTED, message, "so many pattern letters", c, count);
      if (status != TIME_PATTERN_READY) return status;
      add_element(pattern, c, count);
      i += count;
    } else if (c == '\'') {
      bool closed = false;
      if (i + 1 < n && text[i + 1] == '\'') {
        add_literal(pattern, &n_literals, '\'');
        i += 2;
        continue;
      }
      for (i++; i < n && !closed; i++) {
        if (text[i] != '\'')
          add_literal(pattern, &n_literals, text[i]);
        else if (i + 1 < n && text[i + 1] == '\'')
          add_literal(pattern, &n_literals, text[++i]);
        else
          closed = true;
      }
      if (!closed) return refuse(TIME_PATTERN_MALFORMED, message, "Unterminated quote", '\'', 1);
    } else if (is_java_time && (c == '[' || c == ']')) {
      if (c == ']' && depth == 0)
        return refuse(TIME_PATTERN_MALFORMED, message, "Pattern invalid as it contains ] without previous [", c, 1);
      depth += c == '[' ? 1 : UINT32_MAX;
      add_element(pattern, c, 1);
      i++;
    } else if (is_java_time && (c == '{' || c == '}' || c == '#')) {
      return refuse(TIME_PATTERN_MALFORMED, message, "Pattern includes reserved character", c, 1);
    } else {
      add_literal(pattern, &n_literals, c);
      i++;
    }
  }
  for (; depth > 0; depth--) add_element(pattern, ']', 1);
  pattern->most_bytes = n_literals + 1; /* room there is, also for nothing */
  for (uint32_t e = 0; e < pattern->n_elements; e++)
    if (pattern->elements[e].letter != 0) pattern->most_bytes += FIELD_BYTES_MAX + pattern->elements[e].count;
  for (uint32_t e = 0; e < pattern->n_elements; e++)
    pattern->needs_calendar |=
        pattern->elements[e].letter != 0 && strchr("EecDuYwW", pattern->elements[e].letter) != NULL;
  if (is_java_time) reserve_digits(pattern);
  return TIME_PATTERN_READY;
}

TimePatternStatus time_pattern_compile(const StringView *text, TimeDialect dialect, TimeUse use, TimePattern **pattern,
                                       char message[TIME_PATTERN_MESSAGE_MAX]) {
  TimePattern *made = memory_alloc_zeroed(1, sizeof *made);
  made->dialect = dialect;
  made->elements = memory_alloc_zeroed((size_t)text->length * 2 + 1, sizeof *made->elements);
  made->literals = memory_alloc(text->length + 1);
  TimePatternStatus status = compile(made, string_view_bytes(text), text->length, use, message);
  if (status == TIME_PATTERN_READY)
    *pattern = made;
  else
    time_pattern_free(made);
  return status;
}

void time_pattern_free(TimePattern *pattern) {
  if (pattern == NULL) return;
  free(pattern->elements);
  free(pattern->literals);
  free(pattern);
}

/* --- writing --- */

typedef struct Output {
  char *bytes;
  uint32_t length;
} Output;

static void write_text(Output *out, const char *text, size_t n) {
  memcpy(out->bytes + out->length, text, n);
  out->length += (uint32_t)n;
}

/* At least `width` digits. */
static void write_number(Output *out, int64_t value, uint32_t width) {
  if (value >= 0 && value < 100 && width <= 2) { /* nearly all */
    if (value >= 10 || width == 2) out->bytes[out->length++] = (char)('0' + value / 10);
    out->bytes[out->length++] = (char)('0' + value % 10);
    return;
  }
  char digits[20];
  uint32_t n = 0;
  uint64_t rest = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
  if (value < 0) out->bytes[out->length++] = '-';
  for (; rest > 0 || n == 0; rest /= 10) digits[n++] = (char)('0' + rest % 10);
  for (; width > n; width--) out->bytes[out->length++] = '0';
  while (n > 0) out->bytes[out->length++] = digits[--n];
}

static void write_name(Output *out, const char *name, bool is_short) {
  write_text(out, name, is_short ? 3 : strlen(name));
}

/* ISO 8601: Z, +05, +0530, +05:30 for one, two and three letters of X. */
static void write_offset(Output *out, int32_t offset_s, uint32_t count, bool is_rfc822) {
  if (offset_s == 0 && !is_rfc822) {
    write_text(out, "Z", 1);
    return;
  }
  int32_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  out->bytes[out->length++] = offset_s < 0 ? '-' : '+';
  write_number(out, minutes / 60, 2);
  if (count == 1 && !is_rfc822) return;
  if (count == 3 && !is_rfc822) write_text(out, ":", 1);
  write_number(out, minutes % 60, 2);
}

static void write_java_year(Output *out, int64_t year, uint32_t count) {
  if (count == 2) {
    write_number(out, (year % 100 + 100) % 100, 2);
    return;
  }
  if (count >= 4 && year > 9999) { /* wider than the pattern: with a sign */
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)year);
    if ((uint32_t)n > count) out->bytes[out->length++] = '+';
  }
  write_number(out, year, count);
}

int64_t time_julian_days(int64_t year, int64_t month, int64_t day) {
  int64_t is_early = month <= 2;
  int64_t y = year + 4800 - is_early, m = month + 12 * is_early - 3;
  return day + (153 * m + 2) / 5 + 365 * y + (y >= 0 ? y : y - 3) / 4 - 32083 - 2440588;
}

/* The date of the Julian calendar on a day, found from the Gregorian one, which is at most some weeks away. */
static void julian_parts(int64_t day, TimeParts *parts) {
  int64_t year = parts->year, month = parts->month;
  while (time_julian_days(year, month, 1) > day) {
    year -= month == 1;
    month = month == 1 ? 12 : month - 1;
  }
  for (;;) {
    int64_t next_year = year + (month == 12), next_month = month == 12 ? 1 : month + 1;
    if (time_julian_days(next_year, next_month, 1) > day) break;
    year = next_year;
    month = next_month;
  }
  parts->year = year;
  parts->month = (int)month;
  parts->day = (int)(day - time_julian_days(year, month, 1)) + 1;
}

typedef struct Moment {
  TimeParts parts;
  int64_t us_of_day;
  int day_of_week; /* 0 = Monday */
  int day_of_year;
  int days_of_year; /* all of them */
  int32_t offset_s;
} Moment;

/* Days since the Sunday on or before the first of `n` days, of which the last is `at`. */
static int days_into_week(const Moment *at, int n) { return ((at->day_of_week + 1 - (n - 1)) % 7 + 7) % 7; }

/* The week that holds a new year's first day is that year's first. */
static bool is_in_first_week_of_next_year(const Moment *at) {
  int days_to_saturday = 6 - (at->day_of_week + 1) % 7;
  return at->day_of_year + days_to_saturday > at->days_of_year;
}

static int week_of(const Moment *at, int n) { return (n - 1 + days_into_week(at, n)) / 7 + 1; }

static void write_week_element(Output *out, const TimeElement *element, TimeDialect dialect, const Moment *at) {
  uint32_t count = element->count;
  bool is_next_year = is_in_first_week_of_next_year(at);
  int64_t year = at->parts.year + is_next_year;
  switch (element->letter) {
    case 'Y':
      if (dialect == DIALECT_SIMPLE)
        write_number(out, count == 2 ? year % 100 : year, count);
      else
        write_java_year(out, year, count);
      break;
    case 'w':
      write_number(out, is_next_year ? 1 : week_of(at, at->day_of_year), count);
      break;
    case 'W':
      write_number(out, week_of(at, at->parts.day), count);
      break;
    case 'F':
      write_number(out, (at->parts.day - 1) / 7 + 1, count);
      break;
    default: /* e and c */
      if (count <= 2)
        write_number(out, (at->day_of_week + 1) % 7 + 1, count);
      else
        write_name(out, time_day_names[at->day_of_week], count == 3);
  }
}

static void write_element(Output *out, const TimeElement *element, TimeDialect dialect, const Moment *at) {
  const TimeParts *parts = &at->parts;
  uint32_t count = element->count;
  bool is_simple = dialect == DIALECT_SIMPLE;
  int64_t year_of_era = parts->year > 0 ? parts->year : 1 - parts->year;
  switch (element->letter) {
    case 'G':
      write_text(out, parts->year > 0 ? "AD" : "BC", 2);
      break;
    case 'y':
      if (is_simple)
        write_number(out, count == 2 ? year_of_era % 100 : year_of_era, count);
      else
        write_java_year(out, year_of_era, count);
      break;
    case 'u':
      if (is_simple)
        write_number(out, at->day_of_week + 1, count);
      else
        write_java_year(out, parts->year, count);
      break;
    case 'M':
    case 'L':
      if (count <= 2)
        write_number(out, parts->month, count);
      else
        write_name(out, time_month_names[parts->month - 1], count == 3);
      break;
    case 'Q':
    case 'q': {
      static const char *const names[] = {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"};
      int quarter = (parts->month + 2) / 3;
      if (count == 3) write_text(out, "Q", 1);
      if (count == 4)
        write_text(out, names[quarter - 1], strlen(names[0]));
      else
        write_number(out, quarter, count == 2 ? 2 : 1);
      break;
    }
    case 'Y':
    case 'w':
    case 'W':
    case 'F':
    case 'e':
    case 'c':
      write_week_element(out, element, dialect, at);
      break;
    case 'd':
      write_number(out, parts->day, count);
      break;
    case 'D':
      write_number(out, at->day_of_year, count);
      break;
    case 'E':
      write_name(out, time_day_names[at->day_of_week], count <= 3);
      break;
    case 'a':
      write_text(out, parts->hour < 12 ? "AM" : "PM", 2);
      break;
    case 'H':
      write_number(out, parts->hour, count);
      break;
    case 'k':
      write_number(out, parts->hour == 0 ? 24 : parts->hour, count);
      break;
    case 'K':
      write_number(out, parts->hour % 12, count);
      break;
    case 'h':
      write_number(out, parts->hour % 12 == 0 ? 12 : parts->hour % 12, count);
      break;
    case 'm':
      write_number(out, parts->minute, count);
      break;
    case 's':
      write_number(out, parts->second, count);
      break;
    case 'S':
      if (is_simple) {
        write_number(out, parts->microsecond / 1000, count);
      } else {
        char nanoseconds[16];
        snprintf(nanoseconds, sizeof nanoseconds, "%06d000", parts->microsecond);
        write_text(out, nanoseconds, count);
      }
      break;
    case 'n':
      write_number(out, (int64_t)parts->microsecond * 1000, count);
      break;
    case 'A':
      write_number(out, at->us_of_day / 1000, count);
      break;
    case 'N':
      write_number(out, at->us_of_day * 1000, count);
      break;
    case 'X':
    case 'Z':
      write_offset(out, at->offset_s, count, element->letter == 'Z');
      break;
    default: /* '[' and ']': what is optional is there */
      break;
  }
}

/* Where the day lies in its week and year. */
static void place_in_calendar(Moment *at, int64_t day, bool is_julian) {
  int64_t day_us = INT64_C(86400000000), year = at->parts.year;
  at->day_of_week = (int)(((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
  int64_t first = is_julian ? time_julian_days(year, 1, 1) : time_of_parts(year, 1, 1, 0, 0, 0, 0) / day_us;
  int64_t next = is_julian ? time_julian_days(year + 1, 1, 1) : time_of_parts(year + 1, 1, 1, 0, 0, 0, 0) / day_us;
  at->day_of_year = (int)(day - first) + 1;
  at->days_of_year = (int)(next - first);
}

uint32_t time_pattern_format(const TimePattern *pattern, int64_t wall_us, int32_t offset_s, char *out) {
  Moment at = {.parts = time_parts_of(wall_us), .offset_s = offset_s};
  at.us_of_day =
      ((at.parts.hour * INT64_C(60) + at.parts.minute) * 60 + at.parts.second) * 1000000 + at.parts.microsecond;
  int64_t day = (wall_us - at.us_of_day) / INT64_C(86400000000);
  bool is_julian = pattern->dialect == DIALECT_SIMPLE && day < JULIAN_UNTIL_DAY;
  if (is_julian) julian_parts(day, &at.parts);
  if (pattern->needs_calendar) place_in_calendar(&at, day, is_julian);
  Output output = {.bytes = out};
  for (uint32_t i = 0; i < pattern->n_elements; i++) {
    const TimeElement *element = &pattern->elements[i];
    if (element->letter == 0)
      write_text(&output, pattern->literals + element->from, element->n_bytes);
    else
      write_element(&output, element, pattern->dialect, &at);
  }
  return output.length;
}
