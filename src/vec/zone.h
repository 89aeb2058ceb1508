/* The session's time zone: 'table.local-time-zone', with java.time's rules.
 *
 * A moment (TIMESTAMP_LTZ) is microseconds since the epoch in UTC; a wall-clock time (TIMESTAMP) is the microseconds
 * that UTC would have at that clock reading. Offsets come from the system's time zone database, historic ones
 * included, and beyond its table from the zone's own yearly rule.
 *
 *   where clocks go forward   readings that no clock showed: as if the clocks had not been set yet, so the result lies
 *                             the gap's length after the gap's start (02:30 is 03:30)
 *   where clocks go back      readings shown twice: the first of the two
 *
 * Results past the range of int64 wrap around. All functions may be called from any thread. */
#ifndef WEIR_VEC_ZONE_H
#define WEIR_VEC_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "vec/error.h"

typedef struct Zone Zone;

/* The zone of a name that Flink takes for 'table.local-time-zone': a full name of the time zone database
 * ("Europe/Berlin"), "UTC", or an offset as "GMT+05:30". Lives as long as the process: one Zone a name. NULL with
 * *error set, its hint naming the nearest form, for other names ("+05:30", "PST", "europe/berlin"). */
const Zone *zone_find(const char *name, SourcePlace place, Error *error);

/* As given to zone_find. */
const char *zone_name(const Zone *zone);
/* Nothing ever shifts: callers may leave times as they are. True for NULL, so that no zone means UTC. */
bool zone_is_utc(const Zone *zone);

int64_t zone_to_local(const Zone *zone, int64_t utc_us);
int64_t zone_to_utc(const Zone *zone, int64_t local_us);
/* The moment from which on no clock shows `local_us` or less: in a gap its start, and of readings shown twice the
 * second. That is when a window that ends there has all its rows. */
int64_t zone_to_utc_latest(const Zone *zone, int64_t local_us);

/* The same for arrays; `from` and `to` may be one array. Rows that are null may hold any value. */
void zone_column_to_local(const Zone *zone, const int64_t *from_us, int64_t *to_us, uint32_t n_rows);
void zone_column_to_utc(const Zone *zone, const int64_t *from_us, int64_t *to_us, uint32_t n_rows);

#endif
