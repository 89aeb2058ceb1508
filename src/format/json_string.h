/* JSON strings: finding their end, checking them, undoing and writing escapes. */
#ifndef WEIR_FORMAT_JSON_STRING_H
#define WEIR_FORMAT_JSON_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { JSON_SCAN_BYTES = 16 };

/* The first byte from p on that is not plain ASCII text: a quote, a backslash, a control character, or part of a
 * character beyond ASCII. At least JSON_SCAN_BYTES must be readable before `limit`; returns a place >= limit -
 * JSON_SCAN_BYTES + 1 that may be plain when there was none before it. */
static inline const char *json_string_scan(const char *p, const char *limit) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(' '); /* signed: bytes >= 0x80 are below it as well */
  while (limit - p >= JSON_SCAN_BYTES) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                   _mm_cmplt_epi8(bytes, space));
    unsigned mask = (unsigned)_mm_movemask_epi8(special);
    if (mask != 0) return p + __builtin_ctz(mask);
    p += JSON_SCAN_BYTES;
  }
#else
  while (limit - p >= JSON_SCAN_BYTES) {
    for (int i = 0; i < JSON_SCAN_BYTES; i++, p++) {
      unsigned char c = (unsigned char)*p;
      if (c == '"' || c == '\\' || c < ' ' || c >= 0x80) return p;
    }
  }
#endif
  return p;
}

/* From the first byte after a string's opening quote to the first byte after its closing one; or NULL, with *at behind
 * the byte at fault and the reason why. *is_plain: the bytes are the value, no escapes, strict UTF-8. Overlong forms
 * and surrogates in UTF-8 pass, as in Jackson, but are not plain. */
const char *json_string_end(const char *bytes, const char *end, bool *is_plain, const char **at, const char **reason);

/* Undoes the escapes of a string that json_string_end has passed. `out` has room for 2 * n_bytes. Halves of surrogate
 * pairs become '?', as when Java encodes them, or three bytes each with `keep_surrogates`. */
size_t json_string_decode(const char *bytes, size_t n_bytes, bool keep_surrogates, char *out);

/* Chars in Java of strict UTF-8. */
size_t json_string_utf16_length(const char *bytes, size_t n_bytes);

#endif
