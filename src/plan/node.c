/* Making the nodes of a plan: equal ones once, calcs merged. See lower.h. */
#include <assert.h>
#include <string.h>

#include "plan/lower.h"
#include "vec/memory.h"

PlanNode *node_new(Lowering *lowering, PlanKind kind, uint32_t n_fields, uint32_t n_inputs, SourcePlace place) {
  PlanNode *node = arena_alloc_zeroed(lowering->arena, sizeof *node);
  node->kind = kind;
  node->schema.fields = arena_alloc_zeroed(lowering->arena, (n_fields + 1) * sizeof(Field));
  node->schema.n_fields = n_fields;
  node->inputs = arena_alloc_zeroed(lowering->arena, (n_inputs + 1) * sizeof(PlanNode *));
  node->n_inputs = n_inputs;
  node->settings = lowering->settings;
  node->place = place;
  return node;
}

/* ---- equality ---- */

static bool optional_equal(const Expr *a, const Expr *b) {
  if (a == NULL || b == NULL) return a == b;
  return expr_equal(a, b) && !expr_is_volatile(a);
}

bool exprs_equal(Expr *const *a, Expr *const *b, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    if (!optional_equal(a[i], b[i])) return false;
  }
  return true;
}

static bool columns_equal(const uint32_t *a, const uint32_t *b, uint32_t n) {
  return n == 0 || memcmp(a, b, n * sizeof *a) == 0;
}

/* What a scan computes it computes once for all its readers, as Flink's scans do: so calls that differ from call to
 * call don't stand against sharing it when they come from the same CREATE TABLE. */
static bool scan_expr_equal(const Expr *a, const Expr *b) { return a == b || optional_equal(a, b); }

static bool scan_equal(const PlanNode *node_a, const PlanNode *node_b) {
  const PlanScan *a = &node_a->scan, *b = &node_b->scan;
  if (strcmp(a->table.table_name, b->table.table_name) != 0 || a->table.options.n_items != b->table.options.n_items ||
      a->physical.n_fields != b->physical.n_fields || a->idle_timeout_ms != b->idle_timeout_ms ||
      node_a->row_time != node_b->row_time) {
    return false;
  }
  for (uint32_t i = 0; i < a->table.options.n_items; i++) {
    const Option *option = &a->table.options.items[i];
    const Option *other = options_find(&b->table.options, option->key);
    if (other == NULL || strcmp(option->value, other->value) != 0) return false;
  }
  for (uint32_t i = 0; i < a->physical.n_fields; i++) {
    const Field *field = &a->physical.fields[i], *other = &b->physical.fields[i];
    if (strcmp(field->name, other->name) != 0 || !type_same(field->type, other->type) ||
        field->type.nullable != other->type.nullable) {
      return false;
    }
  }
  for (uint32_t i = 0; i < node_a->schema.n_fields; i++) {
    if (strcmp(node_a->schema.fields[i].name, node_b->schema.fields[i].name) != 0 ||
        !scan_expr_equal(a->outputs[i], b->outputs[i])) {
      return false;
    }
  }
  return scan_expr_equal(a->filter, b->filter) && scan_expr_equal(a->watermark, b->watermark);
}

static bool values_equal(const PlanNode *a, const PlanNode *b) {
  if (a->values.n_rows != b->values.n_rows) return false;
  for (uint32_t r = 0; r < a->values.n_rows; r++) {
    if (!exprs_equal(a->values.rows[r], b->values.rows[r], a->schema.n_fields)) return false;
  }
  return true;
}

static bool window_equal(const PlanWindow *a, const PlanWindow *b) {
  if (a->kind != b->kind) return false;
  if (a->kind == WINDOW_ATTACHED) return a->start_column == b->start_column && a->end_column == b->end_column;
  return a->time_column == b->time_column && a->size_us == b->size_us && a->offset_us == b->offset_us;
}

static bool aggregates_equal(const PlanAggregate *a, const PlanAggregate *b, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    if (a[i].call.aggregate != b[i].call.aggregate || a[i].call.update != b[i].call.update ||
        a[i].call.finish != b[i].call.finish || !type_same(a[i].call.result_type, b[i].call.result_type) ||
        a[i].argument_column != b[i].argument_column || a[i].filter_column != b[i].filter_column ||
        a[i].is_distinct != b[i].is_distinct) {
      return false;
    }
  }
  return true;
}

static bool window_aggregate_equal(const PlanWindowAggregate *a, const PlanWindowAggregate *b) {
  if (!window_equal(&a->window, &b->window) || a->n_keys != b->n_keys || a->n_aggregates != b->n_aggregates ||
      a->n_properties != b->n_properties) {
    return false;
  }
  for (uint32_t i = 0; i < a->n_properties; i++) {
    if (a->properties[i] != b->properties[i]) return false;
  }
  return columns_equal(a->key_columns, b->key_columns, a->n_keys) &&
         aggregates_equal(a->aggregates, b->aggregates, a->n_aggregates);
}

static bool over_aggregate_equal(const PlanOverAggregate *a, const PlanOverAggregate *b) {
  return a->n_keys == b->n_keys && a->n_aggregates == b->n_aggregates && a->time_column == b->time_column &&
         a->preceding_us == b->preceding_us && columns_equal(a->key_columns, b->key_columns, a->n_keys) &&
         aggregates_equal(a->aggregates, b->aggregates, a->n_aggregates);
}

bool interval_joins_equal(const PlanIntervalJoin *a, const PlanIntervalJoin *b) {
  return a->kind == b->kind && a->n_keys == b->n_keys && a->left_time == b->left_time &&
         a->right_time == b->right_time && a->lower_us == b->lower_us && a->upper_us == b->upper_us &&
         columns_equal(a->left_keys, b->left_keys, a->n_keys) &&
         columns_equal(a->right_keys, b->right_keys, a->n_keys) && a->n_left_outputs == b->n_left_outputs &&
         a->n_right_outputs == b->n_right_outputs &&
         columns_equal(a->left_outputs, b->left_outputs, a->n_left_outputs) &&
         columns_equal(a->right_outputs, b->right_outputs, a->n_right_outputs) &&
         optional_equal(a->residual, b->residual);
}

/* Whether two nodes yield the same rows. Names don't count, except those of a table. */
static bool nodes_equal(const PlanNode *a, const PlanNode *b) {
  if (a->kind != b->kind || a->n_inputs != b->n_inputs || a->schema.n_fields != b->schema.n_fields ||
      a->settings.zone != b->settings.zone || a->settings.query_start_us != b->settings.query_start_us ||
      (a->n_inputs > 0 && memcmp(a->inputs, b->inputs, a->n_inputs * sizeof(PlanNode *)) != 0)) {
    return false;
  }
  switch (a->kind) {
    case PLAN_SCAN:
      return scan_equal(a, b);
    case PLAN_VALUES:
      return values_equal(a, b);
    case PLAN_CALC:
      return optional_equal(a->calc.filter, b->calc.filter) &&
             exprs_equal(a->calc.outputs, b->calc.outputs, a->schema.n_fields);
    case PLAN_WINDOW_TVF:
      return window_equal(&a->window_tvf, &b->window_tvf);
    case PLAN_WINDOW_AGGREGATE:
      return window_aggregate_equal(&a->window_aggregate, &b->window_aggregate);
    case PLAN_OVER_AGGREGATE:
      return over_aggregate_equal(&a->over_aggregate, &b->over_aggregate);
    case PLAN_INTERVAL_JOIN:
      return interval_joins_equal(&a->interval_join, &b->interval_join);
    case PLAN_UNION_ALL:
      return true;
    case PLAN_SINK:
    case PLAN_COLLECT:
      return false; /* each job's own */
  }
  return false;
}

/* ---- sharing ---- */

/* Stamps survive only where every input has them. */
static bool has_watermark(const PlanNode *node) {
  if (node->kind == PLAN_SCAN) return node->scan.watermark != NULL;
  for (uint32_t i = 0; i < node->n_inputs; i++) {
    if (!node->inputs[i]->has_watermark) return false;
  }
  return node->n_inputs > 0;
}

/* A calc that passes on what it gets. */
static bool is_identity(const PlanNode *node) {
  if (node->kind != PLAN_CALC || node->calc.filter != NULL) return false;
  if (node->schema.n_fields != node->inputs[0]->schema.n_fields) return false;
  for (uint32_t i = 0; i < node->schema.n_fields; i++) {
    const Expr *output = node->calc.outputs[i];
    if (output->kind != EXPR_COLUMN || output->column != i) return false;
  }
  return true;
}

PlanNode *node_share(Lowering *lowering, PlanNode *node) {
  if (is_identity(node)) return node->inputs[0];
  node->row_time = -1;
  for (uint32_t i = 0; i < node->schema.n_fields && node->row_time < 0; i++) {
    if (node->schema.fields[i].type.is_row_time) node->row_time = (int32_t)i;
  }
  node->has_watermark = has_watermark(node);
  for (size_t i = 0; i < lowering->n_nodes; i++) {
    if (nodes_equal(lowering->nodes[i], node)) return lowering->nodes[i];
  }
  lowering->nodes = memory_grow(lowering->nodes, &lowering->capacity, lowering->n_nodes + 1, sizeof *lowering->nodes);
  lowering->nodes[lowering->n_nodes++] = node;
  return node;
}

/* ---- calcs ---- */

/* Whether what is above, written out in terms of what the calc reads, stays of a size to work with. */
static bool stays_small(Lowering *lowering, const PlanNode *calc, const Expr *filter, Expr *const *outputs,
                        uint32_t n_outputs) {
  uint32_t *sizes = arena_alloc_zeroed(lowering->arena, (calc->schema.n_fields + 1) * sizeof *sizes);
  for (uint32_t c = 0; c < calc->schema.n_fields; c++) {
    if (!expr_is_small(calc->calc.outputs[c], NULL, &sizes[c])) return false;
  }
  uint32_t size = 0;
  if (filter != NULL && !expr_is_small(filter, sizes, &size)) return false;
  for (uint32_t i = 0; i < n_outputs; i++) {
    size = 0;
    if (!expr_is_small(outputs[i], sizes, &size)) return false;
  }
  return true;
}

/* A volatile expression is evaluated once a row, however often what lies above reads it. */
static bool can_merge(const PlanNode *calc, const Expr *filter, Expr *const *outputs, uint32_t n_outputs) {
  if (calc->kind != PLAN_CALC) return false;
  for (uint32_t c = 0; c < calc->schema.n_fields; c++) {
    if (!expr_is_volatile(calc->calc.outputs[c])) continue;
    if (filter != NULL && expr_uses_column(filter, (int32_t)c)) return false;
    uint32_t n_uses = 0;
    for (uint32_t i = 0; i < n_outputs; i++) {
      bool is_bare = outputs[i]->kind == EXPR_COLUMN;
      if (expr_uses_column(outputs[i], (int32_t)c)) n_uses += is_bare ? 1 : 2;
    }
    if (n_uses > 1) return false;
  }
  return filter == NULL || calc->calc.filter == NULL || !expr_is_volatile(calc->calc.filter);
}

PlanNode *node_calc(Lowering *lowering, PlanNode *input, Expr *filter, Expr *const *outputs, const Field *fields,
                    uint32_t n_outputs, SourcePlace place) {
  Arena *arena = lowering->arena;
  Expr **copies = arena_alloc(arena, (n_outputs + 1) * sizeof *copies);
  if (n_outputs > 0) memcpy(copies, outputs, n_outputs * sizeof *copies);
  if (filter != NULL && expr_is_true(filter)) filter = NULL;
  if (can_merge(input, filter, outputs, n_outputs) && stays_small(lowering, input, filter, outputs, n_outputs)) {
    Expr *const *columns = input->calc.outputs;
    for (uint32_t i = 0; i < n_outputs; i++) copies[i] = expr_substitute(arena, outputs[i], columns);
    Expr *upper = filter == NULL ? NULL : expr_substitute(arena, filter, columns);
    if (!expr_and(lowering, input->calc.filter, upper, &filter)) return NULL;
    input = input->inputs[0];
  }
  PlanNode *node = node_new(lowering, PLAN_CALC, n_outputs, 1, place);
  node->inputs[0] = input;
  node->calc.filter = filter;
  node->calc.outputs = copies;
  if (n_outputs > 0) memcpy(node->schema.fields, fields, n_outputs * sizeof *fields);
  return node_share(lowering, node);
}

PlanNode *node_filter(Lowering *lowering, PlanNode *input, Expr *filter, SourcePlace place) {
  if (filter == NULL) return input;
  return node_calc(lowering, input, filter, expr_columns(lowering->arena, &input->schema, 0), input->schema.fields,
                   input->schema.n_fields, place);
}

/* ---- column lists ---- */

static void column_list_append(Lowering *lowering, ColumnList *list, Expr *expr, Field field) {
  if (list->n_columns == list->capacity) {
    uint32_t capacity = list->capacity * 2 + 8;
    Expr **exprs = arena_alloc(lowering->arena, capacity * sizeof *exprs);
    Field *fields = arena_alloc(lowering->arena, capacity * sizeof *fields);
    if (list->n_columns > 0) {
      memcpy(exprs, list->exprs, list->n_columns * sizeof *exprs);
      memcpy(fields, list->fields, list->n_columns * sizeof *fields);
    }
    list->exprs = exprs;
    list->fields = fields;
    list->capacity = capacity;
  }
  list->exprs[list->n_columns] = expr;
  list->fields[list->n_columns++] = field;
}

ColumnList column_list(Lowering *lowering, const PlanNode *passed_on) {
  ColumnList list = {0};
  if (passed_on == NULL) return list;
  Expr **columns = expr_columns(lowering->arena, &passed_on->schema, 0);
  for (uint32_t i = 0; i < passed_on->schema.n_fields; i++) {
    column_list_append(lowering, &list, columns[i], passed_on->schema.fields[i]);
  }
  return list;
}

uint32_t column_list_add(Lowering *lowering, ColumnList *list, Expr *expr, const Schema *input) {
  for (uint32_t i = 0; i < list->n_columns; i++) {
    if (expr_equal(list->exprs[i], expr) && !expr_is_volatile(expr)) return i;
  }
  Field field = {.name = expr_bare_text(lowering->arena, expr, input), .type = expr->type};
  if (expr->kind != EXPR_COLUMN) field.type.is_row_time = false;
  column_list_append(lowering, list, expr, field);
  return list->n_columns - 1;
}
