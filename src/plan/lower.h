/* What the files that lower logical plans share, and nobody outside src/plan.
 *
 * Lowering goes node by node, and takes filters along on their way down: lower() is asked for a node's rows for which
 * a filter holds, and each kind of node passes on to its inputs what is safe to be decided there. At this stage every
 * operator yields all columns that it could yield; plan_narrow() (push_down.h) then drops what no job reads.
 * Nodes that do the same over the same inputs are one node, whichever jobs asked for them. */
#ifndef WEIR_PLAN_LOWER_H
#define WEIR_PLAN_LOWER_H

#include <glib.h>

#include "plan/plan.h"
#include "sql/logical.h"

typedef struct Lowering {
  Arena *arena;
  SessionSettings settings; /* of the job at hand */
  int64_t idle_timeout_ms;  /* of the job at hand; a table's own option goes first */
  PlanNode **nodes;         /* all that were made, used or not */
  size_t n_nodes;
  size_t capacity;
  GHashTable *lowered; /* by logical node: what it became, a list of one entry per filter */
  Error *error;
} Lowering;

/* The node's rows for which `filter` (over its columns; NULL: all rows) is true. NULL with the error set. */
PlanNode *lower(Lowering *lowering, const Logical *logical, Expr *filter);
PlanNode *lower_aggregate(Lowering *lowering, const Logical *logical, Expr *filter);
PlanNode *lower_over(Lowering *lowering, const Logical *logical, Expr *filter);
PlanNode *lower_join(Lowering *lowering, const Logical *logical, Expr *filter);

/* ---- nodes (node.c) ---- */

/* A node with the settings of the job at hand, room for `n_fields` columns and n_inputs inputs; not yet shared. */
PlanNode *node_new(Lowering *lowering, PlanKind kind, uint32_t n_fields, uint32_t n_inputs, SourcePlace place);
/* The finished node, or one made earlier that is equal to it, or the input of a calc that changes nothing. Fills in
 * row_time and has_watermark. */
PlanNode *node_share(Lowering *lowering, PlanNode *node);
/* Filter, then projection, over `input`; merged with it when it is a calc itself, left out when it would change
 * nothing. `fields` names and types the outputs. NULL with the error set. */
PlanNode *node_calc(Lowering *lowering, PlanNode *input, Expr *filter, Expr *const *outputs, const Field *fields,
                    uint32_t n_outputs, SourcePlace place);
/* The same with all columns passed on. */
PlanNode *node_filter(Lowering *lowering, PlanNode *input, Expr *filter, SourcePlace place);

/* Whether two joins do the same with their inputs. */
bool interval_joins_equal(const PlanIntervalJoin *a, const PlanIntervalJoin *b);

/* A list of columns that an operator's input needs: grows by what is not in it yet. */
typedef struct ColumnList {
  Expr **exprs;
  Field *fields;
  uint32_t n_columns;
  uint32_t capacity;
} ColumnList;

/* An empty list, or one that starts with the columns of a node, which keep their positions. */
ColumnList column_list(Lowering *lowering, const PlanNode *passed_on);
/* The position of the expression in the list; added with its text (over `input`) as name when it isn't there. */
uint32_t column_list_add(Lowering *lowering, ColumnList *list, Expr *expr, const Schema *input);

/* ---- expressions (rewrite.c) ---- */

/* Whether a call inside differs from call to call, so that it may not be moved or doubled. */
bool expr_is_volatile(const Expr *expr);
/* Whether every column of the expression lies in [from, to). An expression without columns does. */
bool expr_is_within(const Expr *expr, uint32_t from, uint32_t to);
bool expr_uses_column(const Expr *expr, int32_t column);
/* Whether the expression, written out, has at most so many parts when column c stands for sizes[c] parts (NULL: one).
 * Expressions that projections are merged into share parts, and double with every `a + a` written out. */
enum { EXPR_SIZE_MAX = 4096 };
bool expr_is_small(const Expr *expr, const uint32_t *sizes, uint32_t *size);
bool expr_is_call(const Expr *expr, const char *name);
bool expr_is_true(const Expr *expr); /* the literal TRUE */
/* Whether all n expressions are equal in pairs, and none differs from call to call. */
bool exprs_equal(Expr *const *a, Expr *const *b, uint32_t n);
/* expr_text without outermost parentheses. */
const char *expr_bare_text(Arena *arena, const Expr *expr, const Schema *input);
/* References to the columns of a schema, the first as column `first`: what expr_substitute takes to shift columns. */
Expr **expr_columns(Arena *arena, const Schema *schema, uint32_t first);

/* The operands of nested ANDs, in order; none for NULL. */
typedef struct Conjuncts {
  Expr **items;
  uint32_t n_items;
} Conjuncts;

Conjuncts conjuncts_of(Arena *arena, Expr *condition);
void conjuncts_add(Arena *arena, Conjuncts *conjuncts, Expr *item);
/* Put together again; NULL when there are none. False with the error set. */
bool conjuncts_join(Lowering *lowering, const Conjuncts *conjuncts, Expr **condition);
/* `left` AND `right`, either of which may be NULL; false with the error set. */
bool expr_and(Lowering *lowering, Expr *left, Expr *right, Expr **both);

#endif
