/* Rendering errors: see sql_error.h. The caret must stand under the right character whatever stands before it: tabs
 * are written as one space, other control characters as '?', and wide characters take two columns of the terminal. A
 * line of a generated script can be megabytes long, so only a stretch around the place is shown. */
#include "sql/sql_error.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "sql/script.h"

/* Code points shown of a long line, and of these before the place. */
enum { SHOWN_MAX = 110, SHOWN_BEFORE = 60 };

typedef struct CodePoint {
  const char *bytes;
  int n_bytes;
  int32_t value; /* -1: not valid UTF-8 */
} CodePoint;

static CodePoint code_point_at(const char *at, const char *end) {
  CodePoint point = {.bytes = at};
  point.n_bytes = (int)utf8proc_iterate((const utf8proc_uint8_t *)at, end - at, &point.value);
  if (point.n_bytes <= 0) point = (CodePoint){.bytes = at, .n_bytes = 1, .value = -1};
  return point;
}

/* Writes the code point so that it takes the returned number of columns on the terminal. */
static int print_code_point(FILE *out, CodePoint point) {
  if (point.value == '\t') {
    fputc(' ', out);
    return 1;
  }
  if (point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0)) {
    fputc('?', out);
    return 1;
  }
  fwrite(point.bytes, 1, (size_t)point.n_bytes, out);
  return utf8proc_charwidth(point.value);
}

/* Start and end of a line counted from 1; false when the text has no such line. */
static bool find_line(const char *text, size_t n_bytes, int line, const char **start, const char **end) {
  const char *text_end = text + n_bytes;
  *start = text;
  for (int l = 1; l < line; l++) {
    const char *newline = memchr(*start, '\n', (size_t)(text_end - *start));
    if (newline == NULL) return false;
    *start = newline + 1;
  }
  *end = memchr(*start, '\n', (size_t)(text_end - *start));
  if (*end == NULL) *end = text_end;
  if (*end > *start && (*end)[-1] == '\r') (*end)--;
  return true;
}

static void print_source_line(FILE *out, SourcePlace place, const char *text, size_t n_bytes) {
  const char *at, *end;
  if (!find_line(text, n_bytes, place.line, &at, &end)) return;
  int gutter = snprintf(NULL, 0, "%d", place.line);
  if (gutter < 4) gutter = 4;
  bool is_cut = place.column > SHOWN_BEFORE + 20;
  int first = is_cut ? place.column - SHOWN_BEFORE : 1;

  fprintf(out, "%*d | %s", gutter, place.line, is_cut ? "… " : "");
  int columns_before = 0, columns_under = 0;
  for (int column = 1; at < end && column < first + SHOWN_MAX; column++) {
    CodePoint point = code_point_at(at, end);
    at += point.n_bytes;
    if (column < first) continue;
    int width = print_code_point(out, point);
    if (column < place.column) columns_before += width;
    if (column >= place.column && column < place.column + place.length) columns_under += width;
  }
  fputs(at < end ? " …\n" : "\n", out);

  fprintf(out, "%*s | %s%*s^", gutter, "", is_cut ? "  " : "", columns_before, "");
  for (int c = 1; c < columns_under; c++) fputc('~', out);
  fputc('\n', out);
}

void sql_error_print(FILE *out, const Error *error, const char *text, size_t n_bytes) {
  SourcePlace place = error->place;
  if (place.line == 0) {
    fprintf(out, "error: %s\n", error->message);
  } else {
    fprintf(out, "%s:%d:%d: error: %s\n", place.file == NULL ? "<sql>" : place.file, place.line, place.column,
            error->message);
    Arena *arena = NULL;
    if (text == NULL && place.file != NULL && place.file[0] != '<') {
      arena = arena_new(4096);
      Script script;
      Error ignored = {0};
      if (script_read(arena, place.file, &script, &ignored)) {
        text = script.text;
        n_bytes = script.n_bytes;
      }
    }
    if (text != NULL) print_source_line(out, place, text, n_bytes);
    arena_release(arena);
  }
  if (error->hint[0] != '\0') fprintf(out, "hint: %s\n", error->hint);
}
