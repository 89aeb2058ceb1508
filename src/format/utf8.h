/* UTF-8: what is well-formed, and how records are shown that may not be. */
#ifndef WEIR_FORMAT_UTF8_H
#define WEIR_FORMAT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the valid character at p (2 to 4), or 0. For p whose first byte is >= 0x80. */
size_t utf8_character_bytes(const char *p, const char *end);

bool utf8_is_valid(const char *bytes, size_t n_bytes);

enum { UTF8_SHOWN_BYTES = 200, UTF8_SHOWN_ROOM = UTF8_SHOWN_BYTES + 4 };

/* The beginning of a record for a message, NUL-terminated: without control characters and bytes that are no UTF-8,
 * which a terminal would choke on, and cut with "..." between two characters. Returns `out`. */
const char *utf8_show(const char *bytes, size_t n_bytes, char out[UTF8_SHOWN_ROOM]);

#endif
