/* Scripts: see script.h. What is not UTF-8 is refused here, so that neither the lexer nor anybody who prints a piece
 * of the text has to think about it again. */
#include "sql/script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#include "vec/memory.h"

static bool is_continuation(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

/* The place of text[at], counted as the lexer does: columns in code points. */
static SourcePlace place_of(const char *name, const char *text, size_t at) {
  SourcePlace place = {.file = name, .line = 1, .column = 1, .length = 1};
  for (size_t i = 0; i < at; i++) {
    if (text[i] == '\n') {
      place.line++;
      place.column = 1;
    } else if (!is_continuation(text[i])) {
      place.column++;
    }
  }
  return place;
}

static bool check_text(const Script *script, Error *error) {
  for (size_t at = 0; at < script->n_bytes;) {
    utf8proc_int32_t code_point;
    utf8proc_ssize_t n_bytes = utf8proc_iterate((const utf8proc_uint8_t *)script->text + at,
                                                (utf8proc_ssize_t)(script->n_bytes - at), &code_point);
    if (n_bytes > 0 && code_point != 0) {
      at += (size_t)n_bytes;
      continue;
    }
    SourcePlace place = place_of(script->name, script->text, at);
    if (n_bytes > 0) return error_at(error, ERROR_USAGE, place, "a NUL byte: this is not SQL text");
    error_at(error, ERROR_USAGE, place, "byte 0x%02x is not valid UTF-8", (unsigned char)script->text[at]);
    error_hint(error, "SQL files are UTF-8: convert it with iconv -t UTF-8");
    return false;
  }
  return true;
}

bool script_from_text(Arena *arena, const char *name, const char *text, size_t n_bytes, Script *script, Error *error) {
  if (n_bytes > SCRIPT_BYTES_MAX) {
    return error_set(error, ERROR_USAGE, "%s is longer than %d MiB, the most that a SQL file may be", name,
                     SCRIPT_BYTES_MAX >> 20);
  }
  script->name = arena_copy_text(arena, name, strlen(name));
  script->text = arena_copy_text(arena, text, n_bytes);
  script->n_bytes = n_bytes;
  return check_text(script, error);
}

/* Reads until the end or one byte past the limit. NULL and errno on failure. */
static char *read_all(int fd, size_t *n_bytes) {
  char *text = NULL;
  size_t capacity = 0;
  *n_bytes = 0;
  while (*n_bytes <= SCRIPT_BYTES_MAX) {
    text = memory_grow(text, &capacity, *n_bytes + 4096, 1);
    ssize_t n_read = read(fd, text + *n_bytes, capacity - *n_bytes);
    if (n_read < 0 && errno == EINTR) continue;
    if (n_read < 0) {
      free(text);
      return NULL;
    }
    if (n_read == 0) break;
    *n_bytes += (size_t)n_read;
  }
  return text;
}

bool script_read(Arena *arena, const char *path, Script *script, Error *error) {
  bool is_stdin = strcmp(path, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return error_set(error, ERROR_USAGE, "can't open %s: %s", path, strerror(errno));
  size_t n_bytes;
  char *text = read_all(fd, &n_bytes);
  int read_errno = errno;
  if (!is_stdin) close(fd);
  if (text == NULL) return error_set(error, ERROR_USAGE, "can't read %s: %s", path, strerror(read_errno));
  bool ok = script_from_text(arena, is_stdin ? "<stdin>" : path, text, n_bytes, script, error);
  free(text);
  return ok;
}
