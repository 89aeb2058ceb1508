/* How everything in weir reports failure: a function that can fail takes an
 * `Error *` last and returns false (or NULL) after filling it in, once. The
 * caller passes it on untouched or adds what only it knows (file, line).
 *
 * Running out of memory is not reported this way: vec/memory.h ends the process
 * with one sentence, because no caller could do anything better. */
#ifndef WEIR_VEC_ERROR_H
#define WEIR_VEC_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum ErrorKind {
  ERROR_NONE = 0,
  ERROR_USAGE,       /* the command line or the SQL is wrong: exit status 2 */
  ERROR_UNSUPPORTED, /* right for Flink, not (yet) there in weir: exit status 2 */
  ERROR_RUNTIME,     /* the job failed while it ran: exit status 1 */
  ERROR_STOPPED      /* the user asked for it (SIGINT, SIGTERM) */
} ErrorKind;

/* Where in the SQL text: lines and columns count from 1, columns in code points;
 * line 0 means that no place is known. `length` is in code points, for underlining. */
typedef struct SourcePlace {
  const char *file; /* not owned; lives as long as the script */
  int line;
  int column;
  int length;
} SourcePlace;

enum { ERROR_MESSAGE_MAX = 1024, ERROR_HINT_MAX = 512 };

typedef struct Error {
  ErrorKind kind;
  SourcePlace place;
  char message[ERROR_MESSAGE_MAX]; /* one sentence, no final newline */
  char hint[ERROR_HINT_MAX];       /* what to do or what was meant; "" when there is none */
} Error;

/* Each fills *error (which must not be set already) and returns false, so that
 * a failing function can say `return error_set(...)`. Text too long is cut, between characters. */
bool error_set(Error *error, ErrorKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool error_at(Error *error, ErrorKind kind, SourcePlace place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds the hint line to an error that is set. */
void error_hint(Error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The nearest of `names` to `wanted` by edit distance, without regard to case,
 * or NULL when none is near enough to be what was meant. */
const char *error_nearest_name(const char *wanted, const char *const *names, size_t n_names);

#endif
