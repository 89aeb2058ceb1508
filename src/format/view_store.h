/* string_view() for decoders, whose strings lie in a buffer with more bytes behind them: short ones are taken with one
 * load of 16 bytes, where copying a few would cost a call. */
#ifndef WEIR_FORMAT_VIEW_STORE_H
#define WEIR_FORMAT_VIEW_STORE_H

#include "vec/string_view.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { VIEW_STORE_BYTES = 16 };

/* `readable_end`: bytes before it may be read. */
static inline void view_store(StringView *slot, const char *bytes, size_t n_bytes, const char *readable_end) {
#ifdef __SSE2__
  if (n_bytes <= STRING_VIEW_INLINE_MAX && readable_end - bytes >= VIEW_STORE_BYTES) {
    static const uint8_t MASKS[2 * 16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i mask = _mm_loadu_si128((const __m128i *)(const void *)(MASKS + 16 - n_bytes));
    __m128i view = _mm_or_si128(_mm_slli_si128(_mm_and_si128(text, mask), 4), _mm_cvtsi32_si128((int)n_bytes));
    _mm_storeu_si128((__m128i *)(void *)slot, view);
    return;
  }
#else
  (void)readable_end;
#endif
  *slot = string_view(bytes, (uint32_t)n_bytes);
}

#endif
