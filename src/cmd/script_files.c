/* See script_files.h. */
#include "cmd/script_files.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/command.h"
#include "vec/batch.h"
#include "vec/memory.h"

void script_files_add_init(ScriptFiles *files, const char *path) {
  files->inits = memory_grow(files->inits, &files->inits_capacity, files->n_inits + 1, sizeof *files->inits);
  files->inits[files->n_inits++] = path;
}

void script_files_add_job(ScriptFiles *files, const char *path) {
  files->jobs = memory_grow(files->jobs, &files->jobs_capacity, files->n_jobs + 1, sizeof *files->jobs);
  files->jobs[files->n_jobs++] = path;
}

void script_files_free(ScriptFiles *files) {
  free(files->inits);
  free(files->jobs);
  *files = (ScriptFiles){0};
}

int script_files_compile(const ScriptFiles *files, Compiler **compiler, const Plan **plan) {
  Error error = {0};
  *compiler = compiler_new();
  bool is_right = true;
  for (size_t i = 0; is_right && i < files->n_inits; i++) {
    is_right = compiler_add_init(*compiler, files->inits[i], &error);
  }
  for (size_t j = 0; is_right && j < files->n_jobs; j++) {
    is_right = compiler_add_job(*compiler, files->jobs[j], &error);
  }
  *plan = is_right ? compiler_plan(*compiler, &error) : NULL;
  return *plan != NULL ? EXIT_OK : command_report_script_error(&error, *compiler);
}

void script_files_print_notes(const Compiler *compiler) {
  uint32_t n_notes;
  const char *const *notes = compiler_notes(compiler, &n_notes);
  for (uint32_t n = 0; n < n_notes; n++) fprintf(stderr, "note: %s\n", notes[n]);
}

bool script_files_batch_rows(const Plan *plan, uint32_t *batch_rows, Error *error) {
  *batch_rows = plan->batch_rows;
  const char *text = getenv("WEIR_BATCH_ROWS");
  if (text == NULL || text[0] == '\0') return true;
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  if (*end != '\0' || value < 1 || value > BATCH_ROWS_MAX) {
    return error_set(error, ERROR_USAGE, "WEIR_BATCH_ROWS is '%s': expected a number from 1 to %d", text,
                     BATCH_ROWS_MAX);
  }
  *batch_rows = (uint32_t)value;
  return true;
}
