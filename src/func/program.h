/* A list of expressions over one input, compiled once and then evaluated a batch at a time:
 * each distinct sub-expression is one step that runs a typed kernel over whole columns.
 *
 * Branches (CASE, IF, AND, OR) evaluate their arms only for the rows that reach them, so
 * that a guarded division or cast cannot fail for a row that its guard excludes; steps that cannot
 * fail may compute all rows. Constants are columns made once.
 */
#ifndef WEIR_FUNC_PROGRAM_H
#define WEIR_FUNC_PROGRAM_H

#include "func/expr.h"
#include "func/function.h"
#include "vec/batch.h"

typedef struct Program Program;

/* The expressions and what they point to must outlive the program. `settings` is copied. */
Program *program_new(const Expr *const *expressions, uint32_t n_expressions, const SessionSettings *settings);
void program_free(Program *program);

/* Column first_column + i of `output` becomes expression i over all rows of `input`: a shared column where the
 * expression is a bare column, else computed into output's arena. output's n_rows is set by the caller and
 * equals input's. False with *error when a row makes an expression fail (as it fails the job in Flink). */
bool program_evaluate(Program *program, const Batch *input, Batch *output, uint32_t first_column, Error *error);

/* For a program of one BOOLEAN expression: fills `rows` (room for input->n_rows) with the rows for which it is
 * true (not false, not null), ascending. */
bool program_select(Program *program, const Batch *input, uint32_t *rows, uint32_t *n_rows, Error *error);

#endif
