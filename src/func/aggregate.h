/* The table of aggregate functions (COUNT, SUM, AVG, MIN, MAX, ...), as function.h for scalar ones: a function
 * is a row in func/aggregate_*.c. DISTINCT and FILTER are not here: they decide which rows reach an aggregate
 * and are the operator's business (ops/window_agg.h).
 *
 * An accumulator is `state_bytes` of plain memory inside the group's record (vec/hash_table.h), all zero at
 * first; strings that it keeps are copied to the arena it is given, which lives as long as the group.
 */
#ifndef WEIR_FUNC_AGGREGATE_H
#define WEIR_FUNC_AGGREGATE_H

#include "func/expr.h"
#include "vec/batch.h"

typedef struct Aggregate Aggregate;

/* An aggregate function with its argument types fixed. Immutable, owned by the plan's arena. */
typedef struct AggregateCall {
  const Aggregate *aggregate;
  Type argument_type; /* undefined for COUNT(*) */
  Type result_type;
  uint32_t state_bytes; /* a multiple of 8 */
  uint32_t state_align; /* 8 or 16 */

  /* Adds row rows[i] of the argument (or row i, when rows is NULL; argument is NULL for COUNT(*)) to the
   * accumulator at groups[i] + state_offset, for i < n_rows. Null arguments are left out, as SQL says. */
  void (*update)(const struct AggregateCall *call, uint8_t *const *groups, uint32_t state_offset,
                 const Column *argument, const uint32_t *rows, uint32_t n_rows, Arena *arena);
  /* Adds one accumulator to another: slices into windows. */
  void (*merge)(const struct AggregateCall *call, uint8_t *into, const uint8_t *from, Arena *arena);
  /* Writes the results of n groups into `result` (allocated, n_rows room); may set nulls. */
  bool (*finish)(const struct AggregateCall *call, uint8_t *const *groups, uint32_t state_offset, uint32_t n_groups,
                 Batch *batch, uint32_t result_column, Error *error);
} AggregateCall;

const Aggregate *aggregate_find(const char *name); /* NULL when there is none */
const char *aggregate_name(const Aggregate *aggregate);
/* Whether the function takes DISTINCT to mean something (MIN, MAX do not: the binder drops it). */
bool aggregate_distinct_matters(const Aggregate *aggregate);

/* Fixes the argument type (NULL type pointer for COUNT(*)) and Flink's result type; may replace *argument by a
 * cast of it. False with *error when the function does not take that. `in_group_by_nothing` is whether there
 * may be a group without rows, which decides nullability. */
bool aggregate_resolve(Arena *arena, const Aggregate *aggregate, Expr **argument, SourcePlace place,
                       AggregateCall *call, Error *error);

const char *const *aggregate_names(size_t *n_names);
const char *aggregate_signature(const Aggregate *aggregate);

#endif
