/* Numbers as a person reads them, for progress lines and reports. Each writes into `text` and returns it. */
#ifndef WEIR_CMD_TEXT_H
#define WEIR_CMD_TEXT_H

#include <stdint.h>

enum { TEXT_MAX = 48 };

/* 1234567 -> "1,234,567" */
const char *text_count(uint64_t count, char text[TEXT_MAX]);
/* 3200000.0 -> "3.20 M" */
const char *text_rate(double per_second, char text[TEXT_MAX]);
/* 1234567 -> "1.2 MB" (powers of ten) */
const char *text_bytes(uint64_t n_bytes, char text[TEXT_MAX]);
/* 1234567890 -> "1.23 s" */
const char *text_duration(uint64_t ns, char text[TEXT_MAX]);
/* Microseconds since the epoch -> "2026-01-01 00:10:00" (UTC) */
const char *text_time(int64_t time_us, char text[TEXT_MAX]);

#endif
