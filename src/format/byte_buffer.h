/* Appending to a ByteBuffer (format.h): make room once for a value, then write through the pointer. */
#ifndef WEIR_FORMAT_BYTE_BUFFER_H
#define WEIR_FORMAT_BYTE_BUFFER_H

#include <assert.h>
#include <string.h>

#include "format/format.h"
#include "vec/memory.h"

/* Where the next byte goes, with room for `n_bytes` of them; n_bytes of the buffer grows only by byte_buffer_advance.
 */
static inline char *byte_buffer_reserve(ByteBuffer *buffer, size_t n_bytes) {
  if (buffer->capacity - buffer->n_bytes <= n_bytes) { /* one more, so that there are bytes to point at */
    buffer->bytes = memory_grow(buffer->bytes, &buffer->capacity, buffer->n_bytes + n_bytes + 1, 1);
  }
  return buffer->bytes + buffer->n_bytes;
}

/* `end` is behind the last byte written since byte_buffer_reserve. */
static inline void byte_buffer_advance(ByteBuffer *buffer, const char *end) {
  assert(end >= buffer->bytes + buffer->n_bytes && end <= buffer->bytes + buffer->capacity);
  buffer->n_bytes = (size_t)(end - buffer->bytes);
}

static inline void byte_buffer_append(ByteBuffer *buffer, const char *bytes, size_t n_bytes) {
  char *out = byte_buffer_reserve(buffer, n_bytes);
  if (n_bytes > 0) memcpy(out, bytes, n_bytes);
  buffer->n_bytes += n_bytes;
}

static inline void byte_buffer_append_text(ByteBuffer *buffer, const char *text) {
  byte_buffer_append(buffer, text, strlen(text));
}

static inline void byte_buffer_append_byte(ByteBuffer *buffer, char byte) {
  *byte_buffer_reserve(buffer, 1) = byte;
  buffer->n_bytes++;
}

#endif
