/* UTF-8 text as SQL sees it: positions and lengths in code points. Text is valid UTF-8 (the formats see
 * to that); on bytes that are not, every function stays within them. */
#ifndef WEIR_FUNC_TEXT_H
#define WEIR_FUNC_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "vec/arena.h"
#include "vec/string_view.h"

/* Code points: the bytes that do not continue another. */
uint32_t text_length(const char *bytes, uint32_t n_bytes);
/* Byte offset of code point `index`, at most n_bytes. */
uint32_t text_offset(const char *bytes, uint32_t n_bytes, uint32_t index);
/* Bytes of the code point that starts here (1 to 4, within n_bytes, which is not 0). */
uint32_t text_step(const char *bytes, uint32_t n_bytes);
/* Length in UTF-16 units, in which Java counts: a code point beyond U+FFFF is two. */
uint32_t text_utf16_length(const char *bytes, uint32_t n_bytes);
bool text_is_ascii(const char *bytes, uint32_t n_bytes);

/* A part of a string, sharing its bytes. */
StringView text_slice(const StringView *text, uint32_t from_byte, uint32_t n_bytes);
/* Without spaces (U+0020 only) at both ends. */
StringView text_trim(const StringView *text);

/* Bytes in the arena (or on the stack, when at most 12) as text: what is not UTF-8 becomes U+FFFD. */
StringView text_from_bytes(const char *bytes, uint32_t n_bytes, Arena *arena);

/* First occurrence of `needle` at or after `from`, as a byte offset, or -1; an empty needle is found at once. */
int64_t text_find(const char *bytes, uint32_t n_bytes, const char *needle, uint32_t needle_bytes, uint32_t from);

/* Java's Double.parseDouble: spaces around, NaN, Infinity, hexadecimal and a final d or f included. */
bool text_to_double(const char *bytes, uint32_t n_bytes, double *value);

#endif
