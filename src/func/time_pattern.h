/* Patterns like "yyyy-MM-dd HH:mm:ss", compiled: for writing times and for reading them.
 *
 * Flink's functions use two dialects that look alike: java.time.format.DateTimeFormatter (DATE_FORMAT of timestamps,
 * TO_TIMESTAMP) and java.text.SimpleDateFormat (FROM_UNIXTIME, UNIX_TIMESTAMP, CONVERT_TZ, DATE_FORMAT of strings).
 * Names of months and days are English and weeks begin on Sunday, as in the JVM's locales en and en_US. */
#ifndef WEIR_FUNC_TIME_PATTERN_H
#define WEIR_FUNC_TIME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/string_view.h"

typedef enum TimeDialect { DIALECT_JAVA_TIME, DIALECT_SIMPLE } TimeDialect;
typedef enum TimeUse { USE_FORMAT, USE_PARSE } TimeUse;

typedef enum TimePatternStatus {
  TIME_PATTERN_READY,
  TIME_PATTERN_MALFORMED,  /* an IllegalArgumentException in Java, or nothing that a wall-clock time has */
  TIME_PATTERN_UNSUPPORTED /* right in Java */
} TimePatternStatus;

/* A run of one pattern letter, or literal text. */
typedef struct TimeElement {
  char letter; /* 0: literal; '[' and ']': an optional section */
  uint32_t count;
  uint32_t from, n_bytes; /* literal: of TimePattern.literals */
  uint32_t reserved;      /* java.time: digits that fixed-width fields right behind this number take */
} TimeElement;

typedef struct TimePattern {
  TimeDialect dialect;
  TimeElement *elements;
  uint32_t n_elements;
  char *literals;
  uint32_t most_bytes; /* of formatted text */
  bool needs_calendar; /* days of the week or the year occur */
} TimePattern;

enum { TIME_PATTERN_MESSAGE_MAX = 160 };

/* `pattern` is set only when READY; else `message` says what is wrong. Free with time_pattern_free. */
TimePatternStatus time_pattern_compile(const StringView *text, TimeDialect dialect, TimeUse use, TimePattern **pattern,
                                       char message[TIME_PATTERN_MESSAGE_MAX]);
void time_pattern_free(TimePattern *pattern); /* NULL is allowed */

/* Writes a wall-clock time; `offset_s` is the zone's offset then (for X and Z). Returns the length, at most
 * most_bytes. */
uint32_t time_pattern_format(const TimePattern *pattern, int64_t wall_us, int32_t offset_s, char *out);

/* Reads a wall-clock time. java.time: all of the text must match, what is not given is 1970-01-01 00:00:00; offsets
 * are read and ignored. SimpleDateFormat: text may follow, fields may be out of range; *has_offset tells that the text
 * names its own offset. */
bool time_pattern_parse(const TimePattern *pattern, const char *text, uint32_t n_bytes, int64_t *wall_us,
                        bool *has_offset, int32_t *offset_s);

/* The calendar of SimpleDateFormat is the Julian one before 1582-10-15. */
#define JULIAN_UNTIL_DAY INT64_C(-141427)
/* Days since 1970-01-01 of a date of the Julian calendar. */
int64_t time_julian_days(int64_t year, int64_t month, int64_t day);

/* Full names; the first three letters are the short ones. */
extern const char *const time_month_names[12];
extern const char *const time_day_names[7]; /* from Monday */

#endif
