/* What the planner's tests share: tables to plan over, and plans from SQL texts. */
#ifndef WEIR_TESTS_PLAN_TESTING_H
#define WEIR_TESTS_PLAN_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* clang-format off: cmocka needs those before it */
#include <cmocka.h>
/* clang-format on */

#include "plan/compile.h"
#include "plan/explain.h"

static const char TESTING_TABLES[] =
    "CREATE TABLE a (k STRING, id INT, price DECIMAL(10, 2), ts TIMESTAMP(3),\n"
    "  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)\n"
    "  WITH ('connector' = 'filesystem', 'path' = '/a', 'format' = 'json');\n"
    "CREATE TABLE b (k STRING, id BIGINT, price DECIMAL(12, 4), ts TIMESTAMP(3), other STRING,\n"
    "  WATERMARK FOR ts AS ts)\n"
    "  WITH ('connector' = 'filesystem', 'path' = '/b', 'format' = 'json');\n"
    "CREATE TABLE c (`at` BIGINT, shout AS UPPER(word), word STRING, ts AS TO_TIMESTAMP_LTZ(COALESCE(`at`, 0), 3),\n"
    "  WATERMARK FOR ts AS ts)\n"
    "  WITH ('connector' = 'filesystem', 'path' = '/c', 'format' = 'json', 'scan.watermark.idle-timeout' = '2 s');\n"
    "CREATE TABLE plain (k STRING, id INT NOT NULL)\n"
    "  WITH ('connector' = 'filesystem', 'path' = '/plain', 'format' = 'json');\n"
    "CREATE TABLE sink (k STRING NOT NULL, n BIGINT NOT NULL, m BIGINT)\n"
    "  WITH ('connector' = 'filesystem', 'path' = '/sink', 'format' = 'json');\n"
    "CREATE TABLE nowhere (k STRING, n BIGINT) WITH ('connector' = 'blackhole');\n";

/* A file with the text, to be unlinked. */
static inline void testing_write(char path[], const char *text) {
  strcpy(path, "/tmp/weir_plan_XXXXXX");
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
}

enum { TESTING_PATH_MAX = 64 };

/* Compiles the job texts (up to NULL) over the tables above; NULL with *error. */
static inline const Plan *testing_compile(Compiler *compiler, const char *const *jobs, Error *error) {
  char path[TESTING_PATH_MAX];
  testing_write(path, TESTING_TABLES);
  bool is_good = compiler_add_init(compiler, path, error);
  unlink(path);
  for (; is_good && *jobs != NULL; jobs++) {
    testing_write(path, *jobs);
    is_good = compiler_add_job(compiler, path, error);
    unlink(path);
  }
  return is_good ? compiler_plan(compiler, error) : NULL;
}

/* The same, and it must succeed. */
static inline const Plan *testing_plan(Compiler *compiler, const char *const *jobs) {
  Error error = {0};
  const Plan *plan = testing_compile(compiler, jobs, &error);
  if (plan == NULL) fail_msg("%s: %s (%s)", jobs[0], error.message, error.hint);
  return plan;
}

static inline const Plan *testing_plan_one(Compiler *compiler, const char *job) {
  const char *const jobs[] = {job, NULL};
  return testing_plan(compiler, jobs);
}

/* The first node of a kind, inputs before their readers; NULL: none. */
static inline const PlanNode *testing_find(const Plan *plan, PlanKind kind) {
  for (uint32_t n = 0; n < plan->n_nodes; n++) {
    if (plan->nodes[n]->kind == kind) return plan->nodes[n];
  }
  return NULL;
}

static inline uint32_t testing_count(const Plan *plan, PlanKind kind) {
  uint32_t count = 0;
  for (uint32_t n = 0; n < plan->n_nodes; n++) count += plan->nodes[n]->kind == kind;
  return count;
}

#endif
