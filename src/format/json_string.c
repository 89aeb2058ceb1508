/* See json_string.h. */
#include "format/json_string.h"

#include "format/utf8.h"

static bool is_continuation(unsigned char c) { return (c & 0xc0) == 0x80; }

/* Bytes that the first byte of a character announces after itself, the way Jackson reads it; -1: none can begin so. */
static int announced_bytes(unsigned char first) {
  if ((first & 0xe0) == 0xc0) return 1;
  if ((first & 0xf0) == 0xe0) return 2;
  if ((first & 0xf8) == 0xf0) return 3;
  return -1;
}

/* A character beyond ASCII whose bytes are not strict UTF-8. Behind it, or NULL. */
static const char *pass_loose_character(const char *p, const char *end, const char **at, const char **reason) {
  int n_more = announced_bytes((unsigned char)*p++);
  *reason = "invalid UTF-8";
  *at = p;
  if (n_more < 0) return NULL;
  for (int i = 0; i < n_more; i++) {
    if (p == end) {
      *at = p;
      return NULL;
    }
    if (!is_continuation((unsigned char)*p++)) {
      *at = p;
      return NULL;
    }
  }
  return p;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* An escape, p behind its backslash. Behind it, or NULL. */
static const char *pass_escape(const char *p, const char *end, const char **at, const char **reason) {
  *at = end;
  *reason = "a string without its closing quote";
  if (p == end) return NULL;
  switch (*p) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return p + 1;
    case 'u':
      p++;
      for (int i = 0; i < 4; i++, p++) {
        if (p == end) return NULL;
        if (hex_digit(*p) < 0) {
          *at = p + 1;
          *reason = "\\u without four hexadecimal digits";
          return NULL;
        }
      }
      return p;
    default:
      if ((unsigned char)*p >= 0x80) {
        const char *after = pass_loose_character(p, end, at, reason);
        if (after == NULL) return NULL;
        p = after - 1;
      }
      *at = p + 1;
      *reason = "an unknown escape in a string";
      return NULL;
  }
}

const char *json_string_end(const char *p, const char *end, bool *is_plain, const char **at, const char **reason) {
  *is_plain = true;
  for (;;) {
    p = json_string_scan(p, end);
    if (p == end) {
      *at = end;
      *reason = "a string without its closing quote";
      return NULL;
    }
    unsigned char c = (unsigned char)*p;
    if (c == '"') return p + 1;
    if (c == '\\') {
      *is_plain = false;
      p = pass_escape(p + 1, end, at, reason);
      if (p == NULL) return NULL;
    } else if (c >= 0x80) {
      size_t n_bytes = utf8_character_bytes(p, end);
      if (n_bytes > 0) {
        p += n_bytes;
      } else {
        *is_plain = false;
        p = pass_loose_character(p, end, at, reason);
        if (p == NULL) return NULL;
      }
    } else {
      p++; /* plain, after all: the scan ends early near the end, and control characters pass */
    }
  }
}

/* Java's chars being joined into UTF-8. */
typedef struct Joiner {
  char *out;
  uint32_t high; /* a first half that waits for its second; 0: none */
  bool keep_surrogates;
} Joiner;

static void put_unit(Joiner *joiner, uint32_t unit) {
  char *out = joiner->out;
  bool is_lone = unit >= 0xd800 && unit <= 0xdfff;
  if (is_lone && !joiner->keep_surrogates) {
    *out++ = '?';
  } else if (unit < 0x80) {
    *out++ = (char)unit;
  } else if (unit < 0x800) {
    *out++ = (char)(0xc0 | unit >> 6);
    *out++ = (char)(0x80 | (unit & 0x3f));
  } else {
    *out++ = (char)(0xe0 | unit >> 12);
    *out++ = (char)(0x80 | (unit >> 6 & 0x3f));
    *out++ = (char)(0x80 | (unit & 0x3f));
  }
  joiner->out = out;
}

static void join_unit(Joiner *joiner, uint32_t unit) {
  if (joiner->high != 0) {
    uint32_t high = joiner->high;
    joiner->high = 0;
    if (unit >= 0xdc00 && unit <= 0xdfff) {
      uint32_t code_point = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
      *joiner->out++ = (char)(0xf0 | code_point >> 18);
      *joiner->out++ = (char)(0x80 | (code_point >> 12 & 0x3f));
      *joiner->out++ = (char)(0x80 | (code_point >> 6 & 0x3f));
      *joiner->out++ = (char)(0x80 | (code_point & 0x3f));
      return;
    }
    put_unit(joiner, high);
  }
  if (unit >= 0xd800 && unit <= 0xdbff) {
    joiner->high = unit;
  } else {
    put_unit(joiner, unit);
  }
}

size_t json_string_decode(const char *bytes, size_t n_bytes, bool keep_surrogates, char *out) {
  const char *end = bytes + n_bytes;
  Joiner joiner = {.out = out, .keep_surrogates = keep_surrogates};
  for (const char *p = bytes; p < end;) {
    unsigned char c = (unsigned char)*p++;
    uint32_t unit = c;
    if (c == '\\') {
      char escape = *p++;
      switch (escape) {
        case 'b':
          unit = '\b';
          break;
        case 'f':
          unit = '\f';
          break;
        case 'n':
          unit = '\n';
          break;
        case 'r':
          unit = '\r';
          break;
        case 't':
          unit = '\t';
          break;
        case 'u':
          unit = 0;
          for (int i = 0; i < 4; i++) unit = unit << 4 | (uint32_t)hex_digit(*p++);
          break;
        default:
          unit = (unsigned char)escape;
          break;
      }
    } else if (c >= 0x80) {
      int n_more = announced_bytes(c);
      unit = c & (0x3fu >> n_more);
      for (int i = 0; i < n_more; i++) unit = unit << 6 | ((unsigned char)*p++ & 0x3f);
      if (n_more == 3) { /* Jackson's arithmetic, which overlong forms do not stop */
        int32_t offset = (int32_t)unit - 0x10000;
        join_unit(&joiner, (0xd800u | (uint32_t)(offset >> 10)) & 0xffff);
        unit = 0xdc00u | ((uint32_t)offset & 0x3ff);
      }
    }
    join_unit(&joiner, unit);
  }
  if (joiner.high != 0) put_unit(&joiner, joiner.high);
  return (size_t)(joiner.out - out);
}

size_t json_string_utf16_length(const char *bytes, size_t n_bytes) {
  size_t length = 0;
  for (size_t i = 0; i < n_bytes; i++) {
    unsigned char c = (unsigned char)bytes[i];
    length += !is_continuation(c);
    length += c >= 0xf0;
  }
  return length;
}
