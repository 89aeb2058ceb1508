/* Writing JSON strings byte for byte as Jackson's UTF8JsonGenerator does. */
#ifndef WEIR_FORMAT_JSON_WRITE_H
#define WEIR_FORMAT_JSON_WRITE_H

#include "format/format.h"

/* Appends the string in double quotes. Characters beyond the Basic Multilingual Plane become two \u escapes, control
 * characters \n and the like or \u001F; bytes that are no UTF-8 become U+FFFD, as when Java reads them. */
void json_write_string(ByteBuffer *out, const char *bytes, size_t n_bytes);

#endif
