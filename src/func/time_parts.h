/* The calendar as Flink's time functions compute with it. Wall-clock times are microseconds since 1970-01-01 00:00:00.
 */
#ifndef WEIR_FUNC_TIME_PARTS_H
#define WEIR_FUNC_TIME_PARTS_H

#include "func/kernel.h"

typedef enum TimeUnit {
  UNIT_YEAR,
  UNIT_QUARTER,
  UNIT_MONTH,
  UNIT_WEEK,
  UNIT_DAY,
  UNIT_HOUR,
  UNIT_MINUTE,
  UNIT_SECOND,
  UNIT_MILLISECOND,
  UNIT_MICROSECOND,
  UNIT_NANOSECOND,
  UNIT_DAY_OF_WEEK,     /* DOW: Sunday is 1 */
  UNIT_ISO_DAY_OF_WEEK, /* ISODOW: Monday is 1 */
  UNIT_DAY_OF_YEAR,     /* DOY */
  UNIT_ISO_YEAR,
  UNIT_EPOCH,
  UNIT_DECADE,
  UNIT_CENTURY,
  UNIT_MILLENNIUM
} TimeUnit;

/* By SQL name without regard to case, the SQL_TSI_ forms included. */
bool time_unit_find(const char *name, uint32_t length, TimeUnit *unit);
/* What the unit is worth; 0 where it is not worth that. */
int64_t time_unit_months(TimeUnit unit);
int64_t time_unit_milliseconds(TimeUnit unit);
/* Whether FLOOR and CEIL round to it. */
bool time_unit_rounds(TimeUnit unit);

int64_t time_extract(TimeUnit unit, int64_t wall_us);
/* `wall_us` is of whole milliseconds. */
int64_t time_round(TimeUnit unit, int64_t wall_us, bool is_ceil);
/* The same day and time `months` later, or the month's last day. */
int64_t time_add_months(int64_t wall_us, int64_t months);
/* Whole months from the second to the first, as TIMESTAMPDIFF counts them. */
int64_t time_months_between(int64_t to_ms, int64_t from_ms);

/* TO_TIMESTAMP_LTZ(string [, pattern [, zone]]): the half of the function that is in func/time_format.c. */
bool time_resolve_parse_ltz(Resolution *resolution);

#endif
