/* From script files to one plan: read, parse, bind, plan.
 *
 * Init files (-i) come first and are seen by all jobs: settings, tables, views. Each job file then works on its own
 * copy of that session and catalog, so that jobs in one process can't disturb each other. All INSERTs and bare SELECTs
 * of all job files become one plan, which scans each table once; nothing runs before all files have been found right.
 */
#ifndef WEIR_PLAN_COMPILE_H
#define WEIR_PLAN_COMPILE_H

#include "plan/plan.h"
#include "sql/script.h"

typedef struct Compiler Compiler;

Compiler *compiler_new(void);
void compiler_free(Compiler *compiler); /* with the plan; NULL is allowed */

/* Runs an init file's statements (CREATE, SET; an INSERT or SELECT there is an error). "-" is standard input. */
bool compiler_add_init(Compiler *compiler, const char *path, Error *error);
/* Compiles a job file. */
bool compiler_add_job(Compiler *compiler, const char *path, Error *error);
/* The plan of all that was added; may have no jobs. NULL with *error. To be called once, after the last file. */
const Plan *compiler_plan(Compiler *compiler, Error *error);

/* The text of a file that was read, for sql_error_print; NULL when there is none of that name. */
const Script *compiler_script(const Compiler *compiler, const char *name);
/* What EXPLAIN statements in the job files answered, in order. */
const char *const *compiler_explanations(const Compiler *compiler, uint32_t *n_explanations);
/* Notes for the user (settings that weir doesn't know), each one sentence, in order, without repetition. */
const char *const *compiler_notes(const Compiler *compiler, uint32_t *n_notes);

#endif
