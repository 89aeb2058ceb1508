/* Writing JSON strings byte for byte as Jackson does. */
#ifndef WEIR_FORMAT_JSON_WRITE_H
#define WEIR_FORMAT_JSON_WRITE_H

#include "format/format.h"

/* What Jackson does with characters beyond the Basic Multilingual Plane: the generator that writes bytes escapes them
 * as two \u escapes, the one that writes a Java string (a tree's toString) does not. */
typedef enum JsonAstral { JSON_ASTRAL_ESCAPED, JSON_ASTRAL_PLAIN } JsonAstral;

/* Appends the string in double quotes. Control characters become \n and the like, or \u001F; bytes that are no UTF-8
 * become U+FFFD, as when Java reads them. */
void json_write_string(ByteBuffer *out, const char *bytes, size_t n_bytes, JsonAstral astral);

#endif
