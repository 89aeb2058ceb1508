/* See utf8.h. */
#include "format/utf8.h"

#include <stdint.h>
#include <string.h>

static bool is_continuation(unsigned char c) { return (c & 0xc0) == 0x80; }

size_t utf8_character_bytes(const char *p, const char *end) {
  const unsigned char *u = (const unsigned char *)p;
  ptrdiff_t room = end - p;
  if (u[0] >= 0xc2 && u[0] <= 0xdf) return room >= 2 && is_continuation(u[1]) ? 2 : 0;
  if ((u[0] & 0xf0) == 0xe0) {
    if (room < 3 || !is_continuation(u[1]) || !is_continuation(u[2])) return 0;
    if (u[0] == 0xe0 && u[1] < 0xa0) return 0;
    return u[0] == 0xed && u[1] >= 0xa0 ? 0 : 3;
  }
  if (u[0] >= 0xf0 && u[0] <= 0xf4) {
    if (room < 4 || !is_continuation(u[1]) || !is_continuation(u[2]) || !is_continuation(u[3])) return 0;
    if (u[0] == 0xf0 && u[1] < 0x90) return 0;
    return u[0] == 0xf4 && u[1] >= 0x90 ? 0 : 4;
  }
  return 0;
}

bool utf8_is_valid(const char *bytes, size_t n_bytes) {
  const char *end = bytes + n_bytes;
  for (const char *p = bytes; p < end;) {
    uint64_t word;
    if (end - p >= (ptrdiff_t)sizeof word) {
      memcpy(&word, p, sizeof word);
      if ((word & UINT64_C(0x8080808080808080)) == 0) {
        p += sizeof word;
        continue;
      }
    }
    size_t n_character = (unsigned char)*p < 0x80 ? 1 : utf8_character_bytes(p, end);
    if (n_character == 0) return false;
    p += n_character;
  }
  return true;
}

const char *utf8_show(const char *bytes, size_t n_bytes, char out[UTF8_SHOWN_ROOM]) {
  const char *end = bytes + n_bytes;
  size_t n_shown = 0;
  const char *p = bytes;
  while (p < end) {
    unsigned char c = (unsigned char)*p;
    size_t n_character = c < 0x80 ? 1 : utf8_character_bytes(p, end);
    size_t n_taken = n_character == 0 ? 1 : n_character;
    if (n_shown + n_taken > UTF8_SHOWN_BYTES) break;
    if (c < ' ' || c == 0x7f) {
      out[n_shown] = ' ';
    } else if (n_character == 0) {
      out[n_shown] = '?';
    } else {
      memcpy(out + n_shown, p, n_taken);
    }
    n_shown += n_taken;
    p += n_taken;
  }
  strcpy(out + n_shown, p < end ? "..." : "");
  return out;
}
