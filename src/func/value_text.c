/* A value as text, exactly as Flink's CAST(value AS STRING) writes it. */
#include "func/value_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "func/number_convert.h"
#include "func/time_parse.h"
#include "vec/double_text.h"

/* n digits of a number that is not negative, most significant first. */
static uint32_t write_digits(char *text, int64_t value, int n) {
  for (int i = n - 1; i >= 0; i--, value /= 10) text[i] = (char)('0' + value % 10);
  return (uint32_t)n;
}

/* yyyy-MM-dd HH:mm:ss with all the fraction digits of the type. */
static uint32_t timestamp_text(int64_t wall_us, int32_t precision, char *text) {
  TimeParts parts = time_parts_of(wall_us);
  uint32_t n = 0;
  if (parts.year >= 0) /* Flink writes the last four digits of any year */
    n = write_digits(text, parts.year % 10000, 4);
  else
    n = (uint32_t)snprintf(text, 24, "%04" PRId64, parts.year);
  text[n++] = '-';
  n += write_digits(text + n, parts.month, 2);
  text[n++] = '-';
  n += write_digits(text + n, parts.day, 2);
  text[n++] = ' ';
  n += write_digits(text + n, parts.hour, 2);
  text[n++] = ':';
  n += write_digits(text + n, parts.minute, 2);
  text[n++] = ':';
  n += write_digits(text + n, parts.second, 2);
  if (precision == 0) return n;
  text[n++] = '.';
  write_digits(text + n, parts.microsecond, 6);
  return n + (uint32_t)precision;
}

/* +1-02: years and months. */
static uint32_t months_text(int64_t months, char *text) {
  uint64_t size = months < 0 ? UINT64_C(0) - (uint64_t)months : (uint64_t)months;
  return (uint32_t)snprintf(text, VALUE_TEXT_MAX, "%c%" PRIu64 "-%02" PRIu64, months < 0 ? '-' : '+', size / 12,
                            size % 12);
}

/* +1 02:03:04.005: days, hours, minutes, seconds, milliseconds. */
static uint32_t day_time_text(int64_t ms, char *text) {
  uint64_t size = ms < 0 ? UINT64_C(0) - (uint64_t)ms : (uint64_t)ms;
  uint64_t seconds = size / 1000;
  return (uint32_t)snprintf(text, VALUE_TEXT_MAX, "%c%" PRIu64 " %02u:%02u:%02u.%03u", ms < 0 ? '-' : '+',
                            seconds / 86400, (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
                            (unsigned)(seconds % 60), (unsigned)(size % 1000));
}

StringView value_text(Type type, const Value *value, char room[VALUE_TEXT_MAX]) {
  switch (type.kind) {
    case TYPE_BOOLEAN:
      return value->boolean ? string_view("TRUE", 4) : string_view("FALSE", 5);
    case TYPE_INT:
      return string_view(room, integer_to_text(value->int32, room));
    case TYPE_BIGINT:
      return string_view(room, integer_to_text(value->int64, room));
    case TYPE_DOUBLE:
      return string_view(room, double_text(value->float64, room));
    case TYPE_DECIMAL:
      return string_view(room, decimal_to_text(value->int128, type.scale, room));
    case TYPE_CHAR:
    case TYPE_VARCHAR:
      return value->string;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      return string_view(room, timestamp_text(value->int64, type.precision, room));
    case TYPE_INTERVAL_DAY_TIME:
      return string_view(room, day_time_text(value->int64, room));
    case TYPE_INTERVAL_YEAR_MONTH:
      return string_view(room, months_text(value->int64, room));
    case TYPE_NULL:
      return string_view("NULL", 4);
    case TYPE_KIND_COUNT:
      break;
  }
  assert(false);
  return string_view("", 0);
}
