/* Lowering: scans, projections and what else has its own operator one for one. Aggregations and joins have files of
 * their own. See lower.h. */
#include "plan/lower.h"

#include <assert.h>
#include <string.h>

enum { UNION_INPUTS_MAX = 64, FILTERS_MAX = 8 };

static int64_t idle_timeout_ms(const Lowering *lowering, const Table *table) {
  int64_t own_ms =
      options_get_duration_ms(&table->options.options, connector_common_options(), "scan.watermark.idle-timeout");
  return own_ms >= 0 ? own_ms : lowering->idle_timeout_ms;
}

/* All columns of the table, over its physical ones; which of them are decoded is known only when all jobs are. */
static PlanNode *lower_scan(Lowering *lowering, const Logical *logical, Expr *filter) {
  const Table *table = logical->table;
  if (!connector_check(&table->options, true, false, lowering->error)) return NULL;
  PlanNode *node = node_new(lowering, PLAN_SCAN, table->schema.n_fields, 0, logical->place);
  Expr **outputs = arena_alloc(lowering->arena, (table->schema.n_fields + 1) * sizeof *outputs);
  for (uint32_t c = 0; c < table->schema.n_fields; c++) {
    Field *field = &node->schema.fields[c];
    *field = table->schema.fields[c];
    field->type.is_row_time = (int32_t)c == table->row_time;
    outputs[c] = table->columns[c].kind == COLUMN_COMPUTED
                     ? table->columns[c].expr
                     : expr_column(lowering->arena, table->physical_of[c], field->type, table->options.place);
  }
  node->scan = (PlanScan){.table = table->options,
                          .physical = table->physical,
                          .outputs = outputs,
                          .watermark = table->watermark,
                          .idle_timeout_ms = table->watermark == NULL ? 0 : idle_timeout_ms(lowering, table)};
  return node_filter(lowering, node_share(lowering, node), filter, logical->place);
}

static PlanNode *lower_values(Lowering *lowering, const Logical *logical, Expr *filter) {
  uint32_t n_rows = logical->values.n_rows, n_fields = logical->schema.n_fields;
  PlanNode *node = node_new(lowering, PLAN_VALUES, n_fields, 0, logical->place);
  if (n_fields > 0) memcpy(node->schema.fields, logical->schema.fields, n_fields * sizeof(Field));
  Expr *const **rows = arena_alloc(lowering->arena, (n_rows + 1) * sizeof *rows);
  for (uint32_t r = 0; r < n_rows; r++) {
    rows[r] = logical->values.rows[r];
    for (uint32_t c = 0; c < n_fields; c++) assert(rows[r][c]->kind == EXPR_LITERAL);
  }
  node->values = (PlanValues){.rows = rows, .n_rows = n_rows};
  return node_filter(lowering, node_share(lowering, node), filter, logical->place);
}

static PlanNode *lower_filter(Lowering *lowering, const Logical *logical, Expr *filter) {
  Expr *both = NULL;
  if (!expr_and(lowering, logical->filter, filter, &both)) return NULL;
  return lower(lowering, logical->inputs[0], both);
}

/* Splits the conjuncts of a filter into those that may be decided below a projection, rewritten for there, and the
 * others. */
static bool split_over_projection(Lowering *lowering, Expr *const *project, Expr *filter, Expr **below, Expr **above) {
  Conjuncts all = conjuncts_of(lowering->arena, filter), lower_ones = {0}, upper_ones = {0};
  for (uint32_t i = 0; i < all.n_items; i++) {
    Expr *moved = expr_substitute(lowering->arena, all.items[i], project);
    uint32_t size = 0;
    if (!expr_is_small(moved, NULL, &size) || expr_is_volatile(moved)) {
      conjuncts_add(lowering->arena, &upper_ones, all.items[i]);
    } else {
      conjuncts_add(lowering->arena, &lower_ones, moved);
    }
  }
  return conjuncts_join(lowering, &lower_ones, below) && conjuncts_join(lowering, &upper_ones, above);
}

static PlanNode *lower_project(Lowering *lowering, const Logical *logical, Expr *filter) {
  Expr *below = NULL, *above = NULL;
  if (!split_over_projection(lowering, logical->project, filter, &below, &above)) return NULL;
  PlanNode *input = lower(lowering, logical->inputs[0], below);
  if (input == NULL) return NULL;
  PlanNode *node = node_calc(lowering, input, NULL, logical->project, logical->schema.fields, logical->schema.n_fields,
                             logical->place);
  return node == NULL ? NULL : node_filter(lowering, node, above, logical->place);
}

/* Filters stay above, as in Flink, where a NULL row time fails the job even if the row is filtered out afterwards. */
static PlanNode *lower_window(Lowering *lowering, const Logical *logical, Expr *filter) {
  PlanNode *input = lower(lowering, logical->inputs[0], NULL);
  if (input == NULL) return NULL;
  PlanNode *node = node_new(lowering, PLAN_WINDOW_TVF, logical->schema.n_fields, 1, logical->place);
  assert(logical->schema.n_fields == input->schema.n_fields + 3);
  memcpy(node->schema.fields, logical->schema.fields, logical->schema.n_fields * sizeof(Field));
  node->inputs[0] = input;
  node->window_tvf = (PlanWindow){.kind = WINDOW_TUMBLE,
                                  .time_column = logical->tumble.time_column,
                                  .size_us = logical->tumble.size_us,
                                  .offset_us = logical->tumble.offset_us};
  return node_filter(lowering, node_share(lowering, node), filter, logical->place);
}

static PlanNode *lower_union(Lowering *lowering, const Logical *logical, Expr *filter) {
  Expr *above = NULL;
  if (filter != NULL && expr_is_volatile(filter)) {
    above = filter;
    filter = NULL;
  }
  PlanNode **inputs = arena_alloc(lowering->arena, (logical->n_inputs + 1) * sizeof *inputs);
  uint32_t n_inputs = 0;
  for (uint32_t i = 0; i < logical->n_inputs; i++) {
    inputs[i] = lower(lowering, logical->inputs[i], filter);
    if (inputs[i] == NULL) return NULL;
    n_inputs += inputs[i]->kind == PLAN_UNION_ALL ? inputs[i]->n_inputs : 1;
  }
  /* a UNION ALL b UNION ALL c is one merge of three, within reason */
  bool is_flat = n_inputs <= UNION_INPUTS_MAX;
  if (!is_flat) n_inputs = logical->n_inputs;
  PlanNode *node = node_new(lowering, PLAN_UNION_ALL, logical->schema.n_fields, n_inputs, logical->place);
  memcpy(node->schema.fields, logical->schema.fields, logical->schema.n_fields * sizeof(Field));
  uint32_t n = 0;
  for (uint32_t i = 0; i < logical->n_inputs; i++) {
    bool is_union = is_flat && inputs[i]->kind == PLAN_UNION_ALL;
    memcpy(node->inputs + n, is_union ? inputs[i]->inputs : &inputs[i],
           (is_union ? inputs[i]->n_inputs : 1) * sizeof *inputs);
    n += is_union ? inputs[i]->n_inputs : 1;
  }
  return node_filter(lowering, node_share(lowering, node), above, logical->place);
}

static PlanNode *lower_kind(Lowering *lowering, const Logical *logical, Expr *filter) {
  switch (logical->kind) {
    case LOGICAL_SCAN:
      return lower_scan(lowering, logical, filter);
    case LOGICAL_VALUES:
      return lower_values(lowering, logical, filter);
    case LOGICAL_FILTER:
      return lower_filter(lowering, logical, filter);
    case LOGICAL_PROJECT:
      return lower_project(lowering, logical, filter);
    case LOGICAL_WINDOW:
      return lower_window(lowering, logical, filter);
    case LOGICAL_AGGREGATE:
      return lower_aggregate(lowering, logical, filter);
    case LOGICAL_OVER:
      return lower_over(lowering, logical, filter);
    case LOGICAL_JOIN:
      return lower_join(lowering, logical, filter);
    case LOGICAL_UNION_ALL:
      return lower_union(lowering, logical, filter);
  }
  assert(false);
  return NULL;
}

/* A name of WITH that is read twice is one logical node with two readers: without remembering, a chain of such names
 * would take twice the time with each. */
typedef struct Lowered {
  struct Lowered *next;
  Expr *filter;
  PlanNode *node;
} Lowered;

PlanNode *lower(Lowering *lowering, const Logical *logical, Expr *filter) {
  if (filter != NULL && expr_is_true(filter)) filter = NULL;
  Lowered *first = g_hash_table_lookup(lowering->lowered, logical);
  uint32_t n_filters = 0;
  for (const Lowered *known = first; known != NULL; known = known->next, n_filters++) {
    bool same_filter =
        filter == NULL || known->filter == NULL ? filter == known->filter : expr_equal(filter, known->filter);
    if (same_filter) return known->node;
  }
  /* One that is read with ever other filters is made once, and they stay above it. */
  if (n_filters >= FILTERS_MAX && filter != NULL) {
    PlanNode *whole = lower(lowering, logical, NULL);
    return whole == NULL ? NULL : node_filter(lowering, whole, filter, logical->place);
  }
  PlanNode *node = lower_kind(lowering, logical, filter);
  if (node == NULL) return NULL;
  Lowered *lowered = arena_alloc(lowering->arena, sizeof *lowered);
  *lowered = (Lowered){.next = first, .filter = filter, .node = node};
  g_hash_table_insert(lowering->lowered, (gpointer)logical, lowered);
  return node;
}
