/* A file of SQL, as `weir run -f JOB.sql` names it, in memory and fit to be parsed. */
#ifndef WEIR_SQL_SCRIPT_H
#define WEIR_SQL_SCRIPT_H

#include "vec/arena.h"
#include "vec/error.h"

enum { SCRIPT_BYTES_MAX = 16 << 20 };

typedef struct Script {
  const char *name; /* as it was given; "<stdin>" for "-" */
  const char *text; /* valid UTF-8 without NUL bytes; NUL-terminated */
  size_t n_bytes;
} Script;

/* Reads a file whole ("-" is standard input). Name and text live in `arena`. False with *error when the file can't be
 * read, is longer than SCRIPT_BYTES_MAX, or is not text; the place of the first byte that is not is given. */
bool script_read(Arena *arena, const char *path, Script *script, Error *error);

/* The same for text that is there already (a line typed by a person, an argument); it is copied. */
bool script_from_text(Arena *arena, const char *name, const char *text, size_t n_bytes, Script *script, Error *error);

#endif
