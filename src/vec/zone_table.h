/* A time zone as a table of offsets, read from the system's compiled time zone database (TZif, RFC 8536).
 *
 * The C library would answer for its own zone only, and GLib's GTimeZone says neither where an interval ends, which
 * column conversions need, nor what holds after the file's last transition. */
#ifndef WEIR_VEC_ZONE_TABLE_H
#define WEIR_VEC_ZONE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The Gregorian calendar, weekdays included, repeats after 400 years. */
#define ZONE_CYCLE_US (INT64_C(146097) * 86400 * 1000000)

typedef struct ZoneTable {
  size_t n_transitions;
  size_t transitions_capacity;
  int64_t *at_us;         /* [n_transitions] rising moments */
  int64_t *offsets_us;    /* [n_transitions + 1] local minus UTC: before the first transition, then after each */
  int64_t cycle_start_us; /* from here on everything repeats each ZONE_CYCLE_US, for one of which there are */
  int64_t cycle_end_us;   /* transitions; both INT64_MAX when the last offset stays for ever */
} ZoneTable;

/* One offset for ever. Free with zone_table_free. */
void zone_table_fixed(ZoneTable *table, int64_t offset_us);
/* From the bytes of a TZif file; false when they are not one. */
bool zone_table_read(ZoneTable *table, const char *bytes, size_t n_bytes);
void zone_table_free(ZoneTable *table);

#endif
