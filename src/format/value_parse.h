/* Text to values, as the Java methods take it that Flink's formats call: Long.parseLong, Double.parseDouble, new
 * BigDecimal, DateTimeFormatter. Shared by json and csv. */
#ifndef WEIR_FORMAT_VALUE_PARSE_H
#define WEIR_FORMAT_VALUE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/type.h"

typedef enum ParseResult {
  PARSE_OK,
  PARSE_NULL, /* well-formed, and SQL's NULL: a decimal that does not fit its precision */
  PARSE_ERROR
} ParseResult;

/* String.trim(): without the bytes up to ' ' at both ends. */
void parse_trim(const char **text, size_t *n_bytes);

/* Long.parseLong, Integer.parseInt: a sign or none, digits, in range. */
bool parse_int64(const char *text, size_t n_bytes, int64_t *value);
bool parse_int32(const char *text, size_t n_bytes, int32_t *value);

/* Double.parseDouble: decimal and hexadecimal, NaN, Infinity, a final d or f, blanks around it. Correctly rounded. */
bool parse_double(const char *text, size_t n_bytes, double *value);

/* A JSON number with a fraction or an exponent, truncated towards zero as Jackson does for an integer column. */
bool parse_int64_from_float(const char *text, size_t n_bytes, int64_t *value);
bool parse_int32_from_float(const char *text, size_t n_bytes, int32_t *value);

/* new BigDecimal(text), rounded half up to `scale`, NULL when it has more than `precision` digits then. */
ParseResult parse_decimal(const char *text, size_t n_bytes, int precision, int scale, int128_t *unscaled);

/* yyyy-MM-dd HH:mm:ss[.fraction], with `separator` between date and time, and a final Z when `has_zone`. Day 29-31 of a
 * shorter month is its last day and 24:00:00 the next day's start, as in Java's SMART resolving. The fraction is cut to
 * the precision, at least to milliseconds, which is how Flink stores it. */
bool parse_timestamp(const char *text, size_t n_bytes, char separator, bool has_zone, int precision, int64_t *value_us);

extern const uint64_t POWERS_OF_TEN[20]; /* 10^0 .. 10^19 */
int128_t power_of_ten(int exponent);     /* 0 .. 38 */

#endif
