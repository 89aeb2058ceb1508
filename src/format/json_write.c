/* See json_write.h. */
#include "format/json_write.h"

#include "format/byte_buffer.h"
#include "format/json_string.h"
#include "format/utf8.h"

enum { ESCAPE_BYTES_MAX = 12 };

static const char HEX[] = "0123456789ABCDEF";

static char *put_unit(char *out, uint32_t unit) {
  *out++ = '\\';
  *out++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = HEX[unit >> shift & 15];
  return out;
}

/* A quote, a backslash or a control character. */
static char *put_escape(char *out, unsigned char c) {
  static const char LETTERS[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
  char letter = c == '"' || c == '\\' ? (char)c : c < sizeof LETTERS ? LETTERS[c] : '\0';
  if (letter == '\0') return put_unit(out, c);
  *out++ = '\\';
  *out++ = letter;
  return out;
}

static uint32_t code_point_of_four(const char *p) {
  const unsigned char *u = (const unsigned char *)p;
  return (u[0] & 7u) << 18 | (u[1] & 63u) << 12 | (u[2] & 63u) << 6 | (u[3] & 63u);
}

/* How many bytes of a malformed character Java replaces by one U+FFFD: those that could still have begun one. */
static size_t malformed_bytes(const char *p, const char *end) {
  const unsigned char *u = (const unsigned char *)p;
  ptrdiff_t room = end - p;
  if (u[0] < 0xc2 || u[0] > 0xf4 || room < 2) return 1;
  unsigned char low = u[0] == 0xe0 ? 0xa0 : u[0] == 0xf0 ? 0x90 : 0x80;
  unsigned char high = u[0] == 0xed ? 0x9f : u[0] == 0xf4 ? 0x8f : 0xbf;
  if (u[0] < 0xe0 || u[1] < low || u[1] > high) return 1;
  if (u[0] < 0xf0 || room < 3 || (u[2] & 0xc0) != 0x80) return 2;
  return 3;
}

void json_write_string(ByteBuffer *buffer, const char *bytes, size_t n_bytes, JsonAstral astral) {
  const char *p = bytes;
  const char *end = bytes + n_bytes;
  /* One byte becomes at most six. */
  char *out = byte_buffer_reserve(buffer, 6 * n_bytes + 2 + ESCAPE_BYTES_MAX);
  *out++ = '"';
  while (p < end) {
    const char *special = json_string_scan(p, end);
    if (special > p) {
      memcpy(out, p, (size_t)(special - p));
      out += special - p;
      p = special;
      if (p == end) break;
    }
    unsigned char c = (unsigned char)*p;
    if (c >= 0x80) {
      size_t n_character = utf8_character_bytes(p, end);
      if (n_character == 4 && astral == JSON_ASTRAL_ESCAPED) {
        uint32_t offset = code_point_of_four(p) - 0x10000;
        out = put_unit(out, 0xd800 | offset >> 10);
        out = put_unit(out, 0xdc00 | (offset & 0x3ff));
      } else if (n_character > 0) {
        memcpy(out, p, n_character);
        out += n_character;
      } else {
        memcpy(out, "\xef\xbf\xbd", 3);
        out += 3;
        n_character = malformed_bytes(p, end);
      }
      p += n_character;
    } else {
      if (c == '"' || c == '\\' || c < ' ') {
        out = put_escape(out, c);
      } else {
        *out++ = (char)c;
      }
      p++;
    }
  }
  *out++ = '"';
  byte_buffer_advance(buffer, out);
}
