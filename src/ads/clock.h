/* UTC calendar time of epoch milliseconds, without the C library's time zone state. */
#ifndef WEIR_ADS_CLOCK_H
#define WEIR_ADS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

enum { CLOCK_NAME_BYTES = 21 }; /* with the final NUL */

/* YYYYMMDDTHHMMSS.mmmZ: sorts by time as text. 0 <= time_ms, before the year 10000. */
void clock_name(int64_t time_ms, char text[CLOCK_NAME_BYTES]);

/* YYYY-MM-DD[(T| )HH:MM[:SS[.mmm]]][Z]; nothing else. */
bool clock_parse(const char *text, int64_t *time_ms);

#endif
