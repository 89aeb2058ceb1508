/* The SQL files that `weir run` and `weir explain` are given, and the plan they become. */
#ifndef WEIR_CMD_SCRIPT_FILES_H
#define WEIR_CMD_SCRIPT_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "plan/compile.h"

typedef struct ScriptFiles {
  const char **inits; /* pointers into argv */
  size_t n_inits;
  size_t inits_capacity;
  const char **jobs;
  size_t n_jobs;
  size_t jobs_capacity;
} ScriptFiles;

void script_files_add_init(ScriptFiles *files, const char *path);
void script_files_add_job(ScriptFiles *files, const char *path);
void script_files_free(ScriptFiles *files);

/* Compiles all of them; *plan belongs to *compiler, which the caller frees in any case. Returns EXIT_OK, or the exit
 * status after saying on stderr what is wrong. */
int script_files_compile(const ScriptFiles *files, Compiler **compiler, const Plan **plan);
/* "note: ..." for each of the compiler's notes, on stderr. */
void script_files_print_notes(const Compiler *compiler);

/* Rows of a batch: the environment's WEIR_BATCH_ROWS, or the plan's. False with *error when it is no such number. */
bool script_files_batch_rows(const Plan *plan, uint32_t *batch_rows, Error *error);

#endif
