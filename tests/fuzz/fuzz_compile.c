/* Any text at all through the whole front end: read, parsed, bound against a few tables, constants folded, planned and
 * explained. It must end in a plan or in an error that can be shown. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plan/compile.h"
#include "plan/explain.h"
#include "sql/sql_error.h"

/* The tables that the golden cases use most. */
static const char TABLES[] =
    "CREATE TABLE t (id INT, k STRING, i INT, b BIGINT, d DOUBLE, m DECIMAL(10, 2), s STRING, t BOOLEAN, "
    "ts TIMESTAMP(3), c AS i + 1, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) "
    "WITH ('connector' = 'filesystem', 'path' = 't.json', 'format' = 'json');\n"
    "CREATE TABLE u (id INT, k STRING, v DECIMAL(38, 10), ms BIGINT, ts AS TO_TIMESTAMP_LTZ(ms, 3), "
    "WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'u', 'format' = 'csv');\n"
    "CREATE TABLE v (i INT, b BIGINT, d DOUBLE, `dec` DECIMAL(10, 2), dec38 DECIMAL(38, 10), s STRING, t BOOLEAN, "
    "ts TIMESTAMP(3), ltz TIMESTAMP_LTZ(3), ni INT, ns STRING, nd DECIMAL(10, 2), nts TIMESTAMP(3)) "
    "WITH ('connector' = 'filesystem', 'path' = 'v.json', 'format' = 'json');\n"
    "CREATE VIEW w AS SELECT id, k, ts FROM t WHERE i > 0;\n"
    "CREATE TABLE sink (k STRING, n BIGINT, m DECIMAL(10, 2)) "
    "WITH ('connector' = 'filesystem', 'path' = 'sink', 'format' = 'json');\n";

/* A file in memory that can be opened by `path`. */
static int open_text(const char *text, size_t n_bytes, char *path, size_t path_bytes) {
  int fd = memfd_create("script", 0);
  if (fd < 0 || write(fd, text, n_bytes) != (ssize_t)n_bytes) abort();
  snprintf(path, path_bytes, "/proc/self/fd/%d", fd);
  return fd;
}

static void check_error(const Error *error) {
  if (error->kind == ERROR_NONE || error->message[0] == '\0') abort();
  if (error->place.line < 1) {
    fprintf(stderr, "an error without a place: %s\n", error->message);
    abort();
  }
  if (!g_utf8_validate(error->message, -1, NULL) || !g_utf8_validate(error->hint, -1, NULL)) {
    fprintf(stderr, "an error that is no text: %s\n", error->message);
    abort();
  }
  char *shown = NULL;
  size_t shown_bytes = 0;
  FILE *out = open_memstream(&shown, &shown_bytes);
  sql_error_print(out, error, NULL, 0);
  fclose(out);
  free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
  char tables_path[64], job_path[64];
  int tables_fd = open_text(TABLES, sizeof TABLES - 1, tables_path, sizeof tables_path);
  int job_fd = open_text((const char *)data, n_bytes, job_path, sizeof job_path);
  Compiler *compiler = compiler_new();
  Error error = {.kind = ERROR_NONE};
  if (!compiler_add_init(compiler, tables_path, &error)) {
    fprintf(stderr, "the tables are refused: %s\n", error.message);
    abort();
  }
  const Plan *plan = NULL;
  if (compiler_add_job(compiler, job_path, &error)) plan = compiler_plan(compiler, &error);
  if (plan == NULL) {
    check_error(&error);
  } else {
    Arena *arena = arena_new(4096);
    plan_explain(arena, plan, NULL, NULL);
    arena_release(arena);
  }
  compiler_free(compiler);
  close(tables_fd);
  close(job_fd);
  return 0;
}
