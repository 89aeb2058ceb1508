/* The table of scalar functions and operators: every name that an expression can call.
 *
 * A function lives in the file of its area (func/string.c, func/arithmetic.c, ...), which
 * exports one array of Function; function.c lists those arrays and nothing else. Adding a
 * function is a kernel and a row in its area's array. docs/flink-sql.md is checked against it.
 *
 * Operators are functions too, under the names "+", "-", "=", "AND", "IS NULL", "CASE", "CAST",
 * "TRY_CAST", "LIKE", "BETWEEN" and so on, so that the binder has one way to make a call.
 */
#ifndef WEIR_FUNC_FUNCTION_H
#define WEIR_FUNC_FUNCTION_H

#include "func/expr.h"

typedef struct Function Function;

/* What binding and evaluation need to know of the session. */
typedef struct SessionSettings {
  const struct Zone *zone; /* table.local-time-zone */
  int64_t query_start_us;  /* what CURRENT_TIMESTAMP and friends say in bounded runs, when fixed by a test; 0 = the wall
                              clock */
} SessionSettings;

/* By SQL name without regard to case; NULL when there is none. */
const Function *function_find(const char *name);
const char *function_name(const Function *function);

/* Makes the call `name(arguments)`: picks the overload, inserts Flink's implicit casts, infers
 * Flink's result type, folds constants where Flink's result can't differ. NULL with *error set
 * (what was given, what the function takes) when the arguments do not fit. */
Expr *function_call(Arena *arena, const Function *function, Expr *const *arguments, uint32_t n_arguments,
                    SourcePlace place, const SessionSettings *settings, Error *error);

/* CAST(expr AS type), or TRY_CAST. Returns the expression itself when nothing changes. */
Expr *function_cast(Arena *arena, Expr *expr, Type type, bool is_try, SourcePlace place,
                    const SessionSettings *settings, Error *error);

/* The implicit cast that Flink inserts to make expressions agree (UNION, CASE arms, INSERT):
 * the least restrictive common type, or false when there is none. */
bool function_common_type(const Type *types, uint32_t n_types, Type *common);
/* Whether INSERT may write `from` into a column of type `to` without CAST (Flink's implicit cast rule for sinks). */
bool function_can_store(Type from, Type to);

/* For docs, `weir sql` completion and nearest-name hints: all names, sorted. */
const char *const *function_names(size_t *n_names);
/* One line: how it is called, e.g. "SUBSTRING(string FROM start [FOR length])". */
const char *function_signature(const Function *function);

#endif
