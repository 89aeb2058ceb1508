/* Plans as people read them: EXPLAIN and `weir explain`. */
#ifndef WEIR_PLAN_EXPLAIN_H
#define WEIR_PLAN_EXPLAIN_H

#include "plan/plan.h"

/* What EXPLAIN ANALYZE adds below a node: counters; NULL for nothing. */
typedef const char *(*ExplainNote)(void *context, const PlanNode *node);

/* The tree of every job, sinks first, an indented line per operator; a node shared by several parents is written out
 * once and referred to by its number after that. The text lives in `arena`. */
const char *plan_explain(Arena *arena, const Plan *plan, ExplainNote note, void *context);

#endif
