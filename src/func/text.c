/* UTF-8 text as SQL sees it. */
#include "func/text.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

static bool continues(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

uint32_t text_length(const char *bytes, uint32_t n_bytes) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < n_bytes; i++) n += !continues(bytes[i]);
  return n;
}

uint32_t text_utf16_length(const char *bytes, uint32_t n_bytes) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < n_bytes; i++) n += !continues(bytes[i]) + ((unsigned char)bytes[i] >= 0xF0);
  return n;
}

bool text_is_ascii(const char *bytes, uint32_t n_bytes) {
  unsigned char any = 0;
  for (uint32_t i = 0; i < n_bytes; i++) any |= (unsigned char)bytes[i];
  return any < 0x80;
}

uint32_t text_step(const char *bytes, uint32_t n_bytes) {
  uint32_t n = 1;
  while (n < n_bytes && n < 4 && continues(bytes[n])) n++;
  return n;
}

uint32_t text_offset(const char *bytes, uint32_t n_bytes, uint32_t index) {
  uint32_t i = 0;
  for (; index > 0 && i < n_bytes; index--) i += (unsigned char)bytes[i] < 0x80 ? 1 : text_step(bytes + i, n_bytes - i);
  return i;
}

StringView text_slice(const StringView *text, uint32_t from_byte, uint32_t n_bytes) {
  return string_view(string_view_bytes(text) + from_byte, n_bytes);
}

StringView text_trim(const StringView *text) {
  const char *bytes = string_view_bytes(text);
  uint32_t from = 0, to = text->length;
  while (from < to && bytes[from] == ' ') from++;
  while (to > from && bytes[to - 1] == ' ') to--;
  return text_slice(text, from, to - from);
}

StringView text_from_bytes(const char *bytes, uint32_t n_bytes, Arena *arena) {
  if (text_is_ascii(bytes, n_bytes) || g_utf8_validate(bytes, n_bytes, NULL)) return string_view(bytes, n_bytes);
  char *valid = g_utf8_make_valid(bytes, n_bytes);
  uint32_t n = (uint32_t)strlen(valid);
  StringView view = string_view(arena_copy_text(arena, valid, n), n);
  g_free(valid);
  return view;
}

int64_t text_find(const char *bytes, uint32_t n_bytes, const char *needle, uint32_t needle_bytes, uint32_t from) {
  if (from > n_bytes || needle_bytes > n_bytes - from) return -1;
  if (needle_bytes == 0) return from;
  /* texts are short: finding the first byte and comparing beats setting up a cleverer search */
  const char *at = bytes + from, *last = bytes + n_bytes - needle_bytes;
  while (at <= last && (at = memchr(at, needle[0], (size_t)(last - at) + 1)) != NULL) {
    if (memcmp(at, needle, needle_bytes) == 0) return at - bytes;
    at++;
  }
  return -1;
}

/* Digits of a base, with at most one point among them; how many there are. */
static uint32_t skip_digits(const char *text, uint32_t *at, bool hexadecimal) {
  uint32_t n = 0;
  bool point = false;
  for (;; (*at)++) {
    char c = text[*at];
    bool digit = (c >= '0' && c <= '9') || (hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    if (!digit && (c != '.' || point)) return n;
    n += digit;
    point |= c == '.';
  }
}

/* What Double.parseDouble takes after trimming, which strtod takes more than. */
static bool is_java_double(const char *text) {
  uint32_t i = text[0] == '+' || text[0] == '-';
  if (strcmp(text + i, "NaN") == 0 || strcmp(text + i, "Infinity") == 0) return true;
  bool hexadecimal = text[i] == '0' && (text[i + 1] == 'x' || text[i + 1] == 'X');
  if (hexadecimal) i += 2;
  if (skip_digits(text, &i, hexadecimal) == 0) return false;
  bool has_exponent = hexadecimal ? text[i] == 'p' || text[i] == 'P' : text[i] == 'e' || text[i] == 'E';
  if (hexadecimal && !has_exponent) return false;
  if (has_exponent) {
    i++;
    if (text[i] == '+' || text[i] == '-') i++;
    uint32_t from = i;
    while (text[i] >= '0' && text[i] <= '9') i++;
    if (i == from) return false;
  }
  if (text[i] != '\0' && strchr("dDfF", text[i]) != NULL) i++;
  return text[i] == '\0';
}

bool text_to_double(const char *bytes, uint32_t n_bytes, double *value) {
  while (n_bytes > 0 && (unsigned char)bytes[0] <= ' ') bytes++, n_bytes--;
  while (n_bytes > 0 && (unsigned char)bytes[n_bytes - 1] <= ' ') n_bytes--;
  if (n_bytes == 0 || memchr(bytes, '\0', n_bytes) != NULL) return false;
  char room[128];
  char *text = n_bytes < sizeof room ? room : malloc(n_bytes + 1); /* long numbers are rare, and then long */
  if (text == NULL) return false;
  memcpy(text, bytes, n_bytes);
  text[n_bytes] = '\0';
  bool ok = is_java_double(text);
  if (ok) *value = strtod(text, NULL);
  if (text != room) free(text);
  return ok;
}
