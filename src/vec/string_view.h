/* A string in a column: 16 bytes, after the "German strings" of Umbra (Neumann and
 * Freitag, CIDR 2020). Up to 12 bytes lie in the view itself; a longer one keeps its
 * first 4 bytes there, so that most comparisons end without touching its memory.
 *
 *   bytes  0-3   length in bytes
 *   bytes  4-15  the string, padded with zeros        (length <= 12)
 *   bytes  4-7   its first four bytes                 (length > 12)
 *   bytes  8-15  pointer to all of its bytes
 *
 * The pointed-to bytes belong to the batch's arena or to an arena that the batch
 * holds (a read buffer). Unused inline bytes are always zero: two short strings are
 * equal exactly when their 16 bytes are. */
#ifndef WEIR_VEC_STRING_VIEW_H
#define WEIR_VEC_STRING_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { STRING_VIEW_INLINE_MAX = 12 };

typedef struct StringView {
  uint32_t length;
  char prefix[4];
  union {
    char rest[8];
    const char *bytes;
  };
} StringView;

_Static_assert(sizeof(StringView) == 16, "a view is two words");

static inline StringView string_view(const char *bytes, uint32_t length) {
  StringView view;
  view.length = length;
  if (length <= STRING_VIEW_INLINE_MAX) {
    memset(view.prefix, 0, STRING_VIEW_INLINE_MAX);
    memcpy(view.prefix, bytes, length);
  } else {
    memcpy(view.prefix, bytes, 4);
    view.bytes = bytes;
  }
  return view;
}

/* The bytes, not NUL-terminated. For an inline string they are inside *view, which
 * must outlive the result. */
static inline const char *string_view_bytes(const StringView *view) {
  return view->length <= STRING_VIEW_INLINE_MAX ? view->prefix : view->bytes;
}

static inline bool string_view_equal(const StringView *a, const StringView *b) {
  uint64_t a_head, b_head;
  memcpy(&a_head, a, 8);
  memcpy(&b_head, b, 8);
  if (a_head != b_head) return false;
  if (a->length <= STRING_VIEW_INLINE_MAX) return memcmp(a->rest, b->rest, 8) == 0;
  return memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* By bytes, as Flink's BinaryStringData: negative, 0 or positive. */
static inline int string_view_compare(const StringView *a, const StringView *b) {
  uint32_t shorter = a->length < b->length ? a->length : b->length;
  int order = memcmp(string_view_bytes(a), string_view_bytes(b), shorter);
  if (order != 0) return order;
  return a->length < b->length ? -1 : a->length > b->length;
}

#endif
