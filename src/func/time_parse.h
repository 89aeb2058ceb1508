/* Reading timestamps from text. Results are wall-clock microseconds since 1970-01-01 00:00:00. */
#ifndef WEIR_FUNC_TIME_PARSE_H
#define WEIR_FUNC_TIME_PARSE_H

#include <stdbool.h>
#include <stdint.h>

/* Microseconds since 1970-01-01 of a date and a time of day; the parts are in range. */
int64_t time_of_parts(int64_t year, int month, int day, int hour, int minute, int second, int microsecond);
typedef struct TimeParts {
  int64_t year;
  int month, day, hour, minute, second, microsecond;
} TimeParts;
TimeParts time_parts_of(int64_t wall_us);

/* By Flink's default pattern, which CAST and TO_TIMESTAMP use; the fraction is cut to `precision` digits. */
bool time_parse_default(const char *text, uint32_t length, int precision, int64_t *wall_us);

/* As java.sql.Timestamp.valueOf, or without a space in the text java.sql.Date.valueOf, do: fields of the time of day
 * may be out of range, and carry over. */
bool time_parse_jdbc(const char *text, uint32_t length, int64_t *wall_us);

#endif
