/* Lowering aggregations: GROUP BY over windows, and OVER. See lower.h.
 *
 * A GROUP BY whose rows come straight from TABLE(TUMBLE(...)), but for projections and filters that leave the window
 * columns alone, takes the window function in: one operator assigns and aggregates, and no row carries window columns.
 * Otherwise rows bring their window with them (an aggregation of an aggregation, a filter on window_start), and the
 * aggregation is attached to that. */
#include <assert.h>
#include <string.h>

#include "plan/lower.h"

/* What an aggregation reads, once it is known where from. */
typedef struct Source {
  PlanNode *input;
  Expr *const *columns; /* the columns of the logical input as expressions over `input` */
  PlanWindow window;    /* its columns are those of `input` */
} Source;

/* ---- GROUP BY ---- */

/* Which property of the window a group key is; false: none. */
static bool find_property(const Logical *logical, uint32_t key, WindowProperty *property) {
  const Expr *expr = logical->aggregate.keys[key];
  const WindowColumns *window = &logical->inputs[0]->window;
  if (expr->kind != EXPR_COLUMN) return false;
  int32_t column = (int32_t)expr->column;
  if (column == window->start) *property = WINDOW_START;
  if (column == window->end) *property = WINDOW_END;
  if (column == window->time) *property = WINDOW_TIME;
  return column == window->start || column == window->end || column == window->time;
}

static bool check_has_window(const Lowering *lowering, const Logical *logical) {
  bool has[WINDOW_TIME + 1] = {false};
  for (uint32_t k = 0; k < logical->aggregate.n_keys; k++) {
    WindowProperty property;
    if (find_property(logical, k, &property)) has[property] = true;
  }
  if (has[WINDOW_START] && has[WINDOW_END]) return true;
  if (logical->inputs[0]->window.start >= 0) {
    error_at(lowering->error, ERROR_UNSUPPORTED, logical->place,
             "an aggregation that is not by both window_start and window_end is not supported yet");
    error_hint(lowering->error, "GROUP BY window_start, window_end, ...: without both, groups never end");
  } else {
    error_at(lowering->error, ERROR_UNSUPPORTED, logical->place,
             "an aggregation without a window is not supported yet");
    error_hint(lowering->error,
               "aggregate FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, "
               "window_end, ...");
  }
  return false;
}

/* Whether the keys, arguments and filters of the aggregation are all made of `columns` that lie in [0, n_columns), its
 * window keys aside. */
static bool is_made_of(const Lowering *lowering, const Logical *logical, Expr *const *columns, uint32_t n_columns) {
  Arena *arena = lowering->arena;
  for (uint32_t k = 0; k < logical->aggregate.n_keys; k++) {
    WindowProperty property;
    if (find_property(logical, k, &property)) continue;
    const Expr *key = expr_substitute(arena, logical->aggregate.keys[k], columns);
    if (!expr_is_within(key, 0, n_columns) || expr_is_volatile(key)) return false;
  }
  for (uint32_t i = 0; i < logical->aggregate.n_calls; i++) {
    const Expr *parts[] = {logical->aggregate.calls[i].argument, logical->aggregate.calls[i].filter};
    for (uint32_t p = 0; p < 2; p++) {
      if (parts[p] == NULL) continue;
      const Expr *part = expr_substitute(arena, parts[p], columns);
      if (!expr_is_within(part, 0, n_columns) || expr_is_volatile(part)) return false;
    }
  }
  return true;
}

/* Looks for the window function below the aggregation. Sets *is_fused when it can be taken in. False on failure. */
static bool fuse_window(Lowering *lowering, const Logical *logical, Expr *filter, Source *source, bool *is_fused) {
  Arena *arena = lowering->arena;
  const Logical *from = logical->inputs[0];
  uint32_t n_columns = from->schema.n_fields;
  Expr **columns = expr_columns(arena, &from->schema, 0);
  *is_fused = false;
  while (from->kind == LOGICAL_PROJECT || from->kind == LOGICAL_FILTER) {
    if (from->kind == LOGICAL_FILTER) {
      if (!expr_and(lowering, from->filter, filter, &filter)) return false;
    } else {
      uint32_t size = 0;
      if (filter != NULL) filter = expr_substitute(arena, filter, from->project);
      if (filter != NULL && !expr_is_small(filter, NULL, &size)) return true;
      for (uint32_t c = 0; c < n_columns; c++) {
        columns[c] = expr_substitute(arena, columns[c], from->project);
        size = 0;
        if (!expr_is_small(columns[c], NULL, &size)) return true;
      }
    }
    from = from->inputs[0];
  }
  if (from->kind != LOGICAL_WINDOW) return true;
  uint32_t n_inner = from->inputs[0]->schema.n_fields;
  if (!is_made_of(lowering, logical, columns, n_inner)) return true;
  if (filter != NULL && (!expr_is_within(filter, 0, n_inner) || expr_is_volatile(filter))) return true;
  source->input = lower(lowering, from->inputs[0], filter);
  source->columns = columns;
  source->window = (PlanWindow){.kind = WINDOW_TUMBLE,
                                .time_column = from->tumble.time_column,
                                .size_us = from->tumble.size_us,
                                .offset_us = from->tumble.offset_us};
  *is_fused = true;
  return source->input != NULL;
}

static bool find_source(Lowering *lowering, const Logical *logical, Expr *filter, Source *source) {
  bool is_fused = false;
  if (!fuse_window(lowering, logical, filter, source, &is_fused)) return false;
  if (is_fused) return true;
  const Logical *from = logical->inputs[0];
  source->input = lower(lowering, from, filter);
  source->columns = expr_columns(lowering->arena, &from->schema, 0);
  source->window = (PlanWindow){
      .kind = WINDOW_ATTACHED, .start_column = (uint32_t)from->window.start, .end_column = (uint32_t)from->window.end};
  return source->input != NULL;
}

/* Splits HAVING: what is about plain keys alone decides about rows as well as about groups. */
static bool split_having(Lowering *lowering, const Logical *logical, Expr *having, Expr **below, Expr **above) {
  uint32_t n_keys = logical->aggregate.n_keys;
  Conjuncts all = conjuncts_of(lowering->arena, having), rows = {0}, groups = {0};
  for (uint32_t i = 0; i < all.n_items; i++) {
    Expr *item = all.items[i];
    bool is_about_keys = expr_is_within(item, 0, n_keys) && !expr_is_within(item, 0, 0) && !expr_is_volatile(item);
    for (uint32_t k = 0; k < n_keys && is_about_keys; k++) {
      WindowProperty property;
      if (!expr_uses_column(item, (int32_t)k)) continue;
      is_about_keys = !find_property(logical, k, &property) && !expr_is_volatile(logical->aggregate.keys[k]);
    }
    if (is_about_keys) {
      conjuncts_add(lowering->arena, &rows, expr_substitute(lowering->arena, item, logical->aggregate.keys));
    } else {
      conjuncts_add(lowering->arena, &groups, item);
    }
  }
  return conjuncts_join(lowering, &rows, below) && conjuncts_join(lowering, &groups, above);
}

static const char *call_text(Lowering *lowering, const LogicalAggregateCall *call, const PlanNode *input,
                             const PlanAggregate *aggregate) {
  Arena *arena = lowering->arena;
  const char *argument = aggregate->argument_column < 0 ? "*" : input->schema.fields[aggregate->argument_column].name;
  const char *text = arena_printf(arena, "%s(%s%s)", aggregate_name(call->call.aggregate),
                                  call->is_distinct ? "DISTINCT " : "", argument);
  if (aggregate->filter_column < 0) return text;
  return arena_printf(arena, "%s FILTER (WHERE %s)", text, input->schema.fields[aggregate->filter_column].name);
}

/* The calls with their arguments as columns of the list, which grows. */
static PlanAggregate *add_calls(Lowering *lowering, const LogicalAggregateCall *calls, uint32_t n_calls,
                                Expr *const *columns, const Schema *input, ColumnList *list) {
  PlanAggregate *aggregates = arena_alloc(lowering->arena, (n_calls + 1) * sizeof *aggregates);
  for (uint32_t i = 0; i < n_calls; i++) {
    const LogicalAggregateCall *call = &calls[i];
    aggregates[i] = (PlanAggregate){
        .call = call->call, .argument_column = -1, .filter_column = -1, .is_distinct = call->is_distinct};
    if (call->argument != NULL) {
      Expr *argument = expr_substitute(lowering->arena, call->argument, columns);
      aggregates[i].argument_column = (int32_t)column_list_add(lowering, list, argument, input);
    }
    if (call->filter != NULL) {
      Expr *filter = expr_substitute(lowering->arena, call->filter, columns);
      aggregates[i].filter_column = (int32_t)column_list_add(lowering, list, filter, input);
    }
  }
  return aggregates;
}

/* A node that has the list's columns: the input itself when they are columns of it, where (*at)[i] is the i-th; else a
 * calc of them. NULL on failure. */
static PlanNode *make_columns(Lowering *lowering, PlanNode *input, const ColumnList *list, SourcePlace place,
                              uint32_t **at) {
  *at = arena_alloc(lowering->arena, (list->n_columns + 1) * sizeof **at);
  bool all_bare = true;
  for (uint32_t i = 0; i < list->n_columns; i++) all_bare = all_bare && list->exprs[i]->kind == EXPR_COLUMN;
  for (uint32_t i = 0; i < list->n_columns; i++) (*at)[i] = all_bare ? list->exprs[i]->column : i;
  return all_bare ? input : node_calc(lowering, input, NULL, list->exprs, list->fields, list->n_columns, place);
}

static void move_calls(PlanAggregate *aggregates, uint32_t n_aggregates, const uint32_t *at) {
  for (uint32_t i = 0; i < n_aggregates; i++) {
    PlanAggregate *aggregate = &aggregates[i];
    if (aggregate->argument_column >= 0) aggregate->argument_column = (int32_t)at[aggregate->argument_column];
    if (aggregate->filter_column >= 0) aggregate->filter_column = (int32_t)at[aggregate->filter_column];
  }
}

static uint32_t add_column(Lowering *lowering, ColumnList *list, const Schema *input, uint32_t column) {
  Expr *expr = expr_column(lowering->arena, column, input->fields[column].type, (SourcePlace){0});
  return column_list_add(lowering, list, expr, input);
}

/* The aggregation itself. outputs[i] becomes where column i of the logical node is in it. */
static PlanNode *make_window_aggregate(Lowering *lowering, const Logical *logical, const Source *source,
                                       Expr **outputs) {
  Arena *arena = lowering->arena;
  const Schema *input = &source->input->schema;
  uint32_t n_keys = logical->aggregate.n_keys, n_calls = logical->aggregate.n_calls;
  ColumnList list = {0};
  PlanWindowAggregate plan = {.window = source->window, .n_aggregates = n_calls};
  if (plan.window.kind == WINDOW_ATTACHED) {
    plan.window.start_column = add_column(lowering, &list, input, plan.window.start_column);
    plan.window.end_column = add_column(lowering, &list, input, plan.window.end_column);
  } else {
    plan.window.time_column = add_column(lowering, &list, input, plan.window.time_column);
  }
  uint32_t *key_columns = arena_alloc(arena, (n_keys + 1) * sizeof *key_columns);
  WindowProperty *properties = arena_alloc(arena, (n_keys + 1) * sizeof *properties);
  for (uint32_t k = 0; k < n_keys; k++) {
    if (find_property(logical, k, &properties[plan.n_properties])) {
      plan.n_properties++;
    } else {
      Expr *key = expr_substitute(arena, logical->aggregate.keys[k], source->columns);
      key_columns[plan.n_keys++] = column_list_add(lowering, &list, key, input);
    }
  }
  PlanAggregate *aggregates = add_calls(lowering, logical->aggregate.calls, n_calls, source->columns, input, &list);

  PlanNode *node = node_new(lowering, PLAN_WINDOW_AGGREGATE, n_keys + n_calls, 1, logical->place);
  uint32_t *at_column;
  node->inputs[0] = make_columns(lowering, source->input, &list, logical->place, &at_column);
  if (node->inputs[0] == NULL) return NULL;
  for (uint32_t k = 0; k < plan.n_keys; k++) key_columns[k] = at_column[key_columns[k]];
  move_calls(aggregates, n_calls, at_column);
  if (plan.window.kind == WINDOW_ATTACHED) {
    plan.window.start_column = at_column[plan.window.start_column];
    plan.window.end_column = at_column[plan.window.end_column];
  } else {
    plan.window.time_column = at_column[plan.window.time_column];
  }
  plan.key_columns = key_columns;
  plan.properties = properties;
  plan.aggregates = aggregates;
  uint32_t next_key = 0, next_property = plan.n_keys + n_calls;
  for (uint32_t i = 0; i < n_keys + n_calls; i++) {
    Field field = logical->schema.fields[i];
    uint32_t at = 0;
    WindowProperty property;
    if (i >= n_keys) {
      at = plan.n_keys + i - n_keys;
      field.name =
          call_text(lowering, &logical->aggregate.calls[i - n_keys], node->inputs[0], &plan.aggregates[i - n_keys]);
    } else if (find_property(logical, i, &property)) {
      at = next_property++;
    } else {
      field.name = node->inputs[0]->schema.fields[key_columns[next_key]].name;
      at = next_key++;
    }
    node->schema.fields[at] = field;
    outputs[i] = expr_column(arena, at, field.type, logical->place);
  }
  node->window_aggregate = plan;
  return node_share(lowering, node);
}

PlanNode *lower_aggregate(Lowering *lowering, const Logical *logical, Expr *filter) {
  if (!check_has_window(lowering, logical)) return NULL;
  Expr *below = NULL, *above = NULL;
  Source source;
  if (!split_having(lowering, logical, filter, &below, &above) || !find_source(lowering, logical, below, &source)) {
    return NULL;
  }
  uint32_t n_fields = logical->schema.n_fields;
  Expr **outputs = arena_alloc(lowering->arena, (n_fields + 1) * sizeof *outputs);
  PlanNode *node = make_window_aggregate(lowering, logical, &source, outputs);
  if (node == NULL) return NULL;
  if (above != NULL) above = expr_substitute(lowering->arena, above, outputs);
  Field *fields = arena_alloc(lowering->arena, (n_fields + 1) * sizeof *fields);
  for (uint32_t i = 0; i < n_fields; i++) fields[i] = node->schema.fields[outputs[i]->column];
  return node_calc(lowering, node, above, outputs, fields, n_fields, logical->place);
}

/* ---- OVER ---- */

PlanNode *lower_over(Lowering *lowering, const Logical *logical, Expr *filter) {
  Arena *arena = lowering->arena;
  PlanNode *input = lower(lowering, logical->inputs[0], NULL);
  if (input == NULL) return NULL;
  uint32_t n_input = input->schema.n_fields, n_calls = logical->over.n_calls, n_keys = logical->over.n_partition_by;
  ColumnList list = column_list(lowering, input);
  PlanOverAggregate plan = {.n_keys = n_keys,
                            .time_column = logical->over.time_column,
                            .preceding_us = logical->over.preceding_us,
                            .n_aggregates = n_calls};
  uint32_t *key_columns = arena_alloc(arena, (n_keys + 1) * sizeof *key_columns);
  for (uint32_t k = 0; k < n_keys; k++) {
    key_columns[k] = column_list_add(lowering, &list, logical->over.partition_by[k], &input->schema);
  }
  plan.key_columns = key_columns;
  plan.aggregates =
      add_calls(lowering, logical->over.calls, n_calls, expr_columns(arena, &input->schema, 0), &input->schema, &list);

  PlanNode *node = node_new(lowering, PLAN_OVER_AGGREGATE, list.n_columns + n_calls, 1, logical->place);
  node->inputs[0] = node_calc(lowering, input, NULL, list.exprs, list.fields, list.n_columns, logical->place);
  if (node->inputs[0] == NULL) return NULL;
  memcpy(node->schema.fields, list.fields, list.n_columns * sizeof *list.fields);
  for (uint32_t i = 0; i < n_calls; i++) {
    Field *field = &node->schema.fields[list.n_columns + i];
    field->name = call_text(lowering, &logical->over.calls[i], node->inputs[0], &plan.aggregates[i]);
    field->type = logical->schema.fields[n_input + i].type;
  }
  node->over_aggregate = plan;
  node = node_share(lowering, node);

  uint32_t n_fields = n_input + n_calls;
  Expr **outputs = arena_alloc(arena, (n_fields + 1) * sizeof *outputs);
  Field *fields = arena_alloc(arena, (n_fields + 1) * sizeof *fields);
  for (uint32_t i = 0; i < n_fields; i++) {
    uint32_t at = i < n_input ? i : list.n_columns + i - n_input;
    fields[i] = node->schema.fields[at];
    outputs[i] = expr_column(arena, at, fields[i].type, logical->place);
  }
  if (filter != NULL) filter = expr_substitute(arena, filter, outputs);
  return node_calc(lowering, node, filter, outputs, fields, n_fields, logical->place);
}
