/* See error.h. */
#include "vec/error.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Text that is too long is cut, but not inside a UTF-8 character. */
static void write_text(char *out, size_t out_bytes, const char *format, va_list arguments) {
  int wanted = vsnprintf(out, out_bytes, format, arguments);
  if (wanted < 0 || (size_t)wanted < out_bytes) return;
  size_t end = out_bytes - 1;
  size_t start = end;
  while (start > 0 && end - start < 3 && ((unsigned char)out[start - 1] & 0xC0) == 0x80) start--;
  if (start == 0 || ((unsigned char)out[start - 1] & 0x80) == 0) return;
  unsigned char lead = (unsigned char)out[start - 1];
  size_t n_bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (start - 1 + n_bytes > end) out[start - 1] = '\0';
}

static bool set(Error *error, ErrorKind kind, SourcePlace place, const char *format, va_list arguments) {
  assert(kind != ERROR_NONE);
  assert(error->kind == ERROR_NONE && "an error is set once");
  error->kind = kind;
  error->place = place;
  error->hint[0] = '\0';
  write_text(error->message, sizeof error->message, format, arguments);
  return false;
}

bool error_set(Error *error, ErrorKind kind, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  set(error, kind, (SourcePlace){0}, format, arguments);
  va_end(arguments);
  return false;
}

bool error_at(Error *error, ErrorKind kind, SourcePlace place, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  set(error, kind, place, format, arguments);
  va_end(arguments);
  return false;
}

void error_hint(Error *error, const char *format, ...) {
  assert(error->kind != ERROR_NONE);
  va_list arguments;
  va_start(arguments, format);
  write_text(error->hint, sizeof error->hint, format, arguments);
  va_end(arguments);
}

enum { NAME_LENGTH_MAX = 128 };

/* Optimal string alignment distance: insertions, deletions, substitutions, and swaps of neighbours, in bytes. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  uint8_t rows[3][NAME_LENGTH_MAX + 1];
  uint8_t *before_last = rows[0], *last = rows[1], *current = rows[2];
  for (size_t j = 0; j <= b_length; j++) last[j] = (uint8_t)j;
  for (size_t i = 1; i <= a_length; i++) {
    current[0] = (uint8_t)i;
    for (size_t j = 1; j <= b_length; j++) {
      int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
      uint8_t best = (uint8_t)(last[j - 1] + (ca != cb));
      if (last[j] + 1 < best) best = (uint8_t)(last[j] + 1);
      if (current[j - 1] + 1 < best) best = (uint8_t)(current[j - 1] + 1);
      if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) && tolower((unsigned char)a[i - 2]) == cb &&
          before_last[j - 2] + 1 < best) {
        best = (uint8_t)(before_last[j - 2] + 1);
      }
      current[j] = best;
    }
    uint8_t *oldest = before_last;
    before_last = last;
    last = current;
    current = oldest;
  }
  return last[b_length];
}

const char *error_nearest_name(const char *wanted, const char *const *names, size_t n_names) {
  size_t length = strlen(wanted);
  if (length == 0 || length > NAME_LENGTH_MAX) return NULL;
  const char *nearest = NULL;
  /* One more than what may differ: of a single letter nothing but its case, else every name would be near. */
  size_t nearest_distance = (length == 1 ? 0 : length < 4 ? 1 : length / 3) + 1;
  for (size_t n = 0; n < n_names; n++) {
    size_t name_length = strlen(names[n]);
    if (name_length > NAME_LENGTH_MAX) continue;
    size_t distance = edit_distance(wanted, length, names[n], name_length);
    if (distance < nearest_distance) {
      nearest_distance = distance;
      nearest = names[n];
    }
  }
  return nearest;
}
