/* See explain.h. What it looks like:
 *
 *   clicks_per_minute (jobs/x.sql)
 *   Sink clicks_per_minute: filesystem data/results/x
 *   └─ Calc: SELECT window_start, COUNT(*) AS clicks
 *      └─ WindowAggregate: TUMBLE(ts, 1 min): COUNT(*), window_start
 *         └─ Scan ad_clicks: filesystem data/topics/ad_clicks: READ event_timestamp SELECT ts WATERMARK ts - 5 s
 */
#include "plan/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/lower.h"
#include "vec/memory.h"

typedef struct Explainer {
  Arena *arena;
  const Plan *plan;
  ExplainNote note;
  void *context;
  FILE *out;
  uint32_t *n_readers;  /* per node */
  uint32_t *numbers;    /* of shared nodes, from 1; 0: not written yet */
  uint32_t last_number; /* given to a shared node */
} Explainer;

/* ---- parts of a line ---- */

/* In the largest unit that it is a whole number of. */
static const char *duration_text(Arena *arena, int64_t us) {
  static const struct {
    int64_t us;
    const char *name;
  } UNITS[] = {{86400000000, "d"}, {3600000000, "h"}, {60000000, "min"}, {1000000, "s"}, {1000, "ms"}, {1, "us"}};
  if (us == 0) return "0 s";
  size_t unit = 0;
  while (us % UNITS[unit].us != 0) unit++;
  return arena_printf(arena, "%" PRId64 " %s", us / UNITS[unit].us, UNITS[unit].name);
}

/* "left.ts", "left.ts + 10 min" or "left.ts - 1 s". */
static const char *shifted_text(Arena *arena, const char *name, int64_t us) {
  if (us == 0) return name;
  return arena_printf(arena, "%s %c %s", name, us < 0 ? '-' : '+', duration_text(arena, us < 0 ? -us : us));
}

static void write_columns(const Explainer *explainer, const uint32_t *columns, uint32_t n_columns,
                          const Schema *schema) {
  for (uint32_t i = 0; i < n_columns; i++) {
    fprintf(explainer->out, "%s%s", i == 0 ? "" : ", ", schema->fields[columns[i]].name);
  }
}

static void write_names(const Explainer *explainer, const Schema *schema, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) fprintf(explainer->out, "%s%s", i == from ? "" : ", ", schema->fields[i].name);
}

/* "a = 1 AND (b OR c)" */
static void write_condition(const Explainer *explainer, Expr *condition, const Schema *input) {
  Conjuncts all = conjuncts_of(explainer->arena, condition);
  for (uint32_t i = 0; i < all.n_items; i++) {
    const Expr *item = all.items[i];
    const char *text = expr_is_call(item, "OR") ? expr_text(explainer->arena, item, input)
                                                : expr_bare_text(explainer->arena, item, input);
    fprintf(explainer->out, "%s%s", i == 0 ? "" : " AND ", text);
  }
}

/* "a, UPPER(b) AS c" */
static void write_select(const Explainer *explainer, Expr *const *outputs, const Schema *schema, const Schema *input) {
  for (uint32_t i = 0; i < schema->n_fields; i++) {
    const char *text = expr_bare_text(explainer->arena, outputs[i], input);
    fprintf(explainer->out, "%s%s", i == 0 ? "" : ", ", text);
    const char *name = schema->fields[i].name;
    if (strcmp(text, name) != 0) fprintf(explainer->out, " AS %s", name);
  }
}

static const char *place_text(Arena *arena, const TableOptions *table) {
  const char *connector = options_get(&table->options, NULL, "connector");
  const char *path = options_get(&table->options, NULL, "path");
  return path == NULL ? connector : arena_printf(arena, "%s %s", connector, path);
}

/* ---- operators ---- */

static Expr *replace_expr(Arena *arena, const Expr *expr, const Expr *pattern, Expr *by) {
  if (expr_equal(expr, pattern)) return by;
  if (expr->kind != EXPR_CALL) return (Expr *)expr;
  Expr *copy = arena_alloc(arena, sizeof *copy);
  *copy = *expr;
  copy->call.arguments = arena_alloc(arena, (expr->call.n_arguments + 1) * sizeof *copy->call.arguments);
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) {
    copy->call.arguments[i] = replace_expr(arena, expr->call.arguments[i], pattern, by);
  }
  return copy;
}

/* The watermark in terms of the row time, as the table's declaration has it. */
static const char *watermark_text(Arena *arena, const PlanNode *node, const Schema *decoded) {
  const Expr *watermark = node->scan.watermark;
  if (node->row_time < 0) return expr_bare_text(arena, watermark, decoded);
  Schema extended = {.fields = arena_alloc(arena, (decoded->n_fields + 1) * sizeof(Field)),
                     .n_fields = decoded->n_fields + 1};
  memcpy(extended.fields, decoded->fields, decoded->n_fields * sizeof(Field));
  extended.fields[decoded->n_fields] = node->schema.fields[node->row_time];
  const Expr *row_time = node->scan.outputs[node->row_time];
  Expr *name = expr_column(arena, decoded->n_fields, row_time->type, row_time->place);
  return expr_bare_text(arena, replace_expr(arena, watermark, row_time, name), &extended);
}

static void write_scan(const Explainer *explainer, const PlanNode *node) {
  const PlanScan *plan = &node->scan;
  Arena *arena = explainer->arena;
  Schema decoded = {.fields = arena_alloc(arena, (plan->physical.n_fields + 1) * sizeof(Field))};
  for (uint32_t c = 0; c < plan->physical.n_fields; c++) {
    if (plan->wanted[c]) decoded.fields[decoded.n_fields++] = plan->physical.fields[c];
  }
  fprintf(explainer->out, " %s: %s: READ ", plan->table.table_name, place_text(arena, &plan->table));
  if (decoded.n_fields == 0) fputs("nothing", explainer->out);
  write_names(explainer, &decoded, 0, decoded.n_fields);
  bool is_as_read = node->schema.n_fields == decoded.n_fields;
  for (uint32_t c = 0; c < node->schema.n_fields && is_as_read; c++) {
    is_as_read = plan->outputs[c]->kind == EXPR_COLUMN && plan->outputs[c]->column == c;
  }
  if (!is_as_read) {
    fputs(" SELECT ", explainer->out);
    write_select(explainer, plan->outputs, &node->schema, &decoded);
  }
  if (plan->filter != NULL) {
    fputs(" WHERE ", explainer->out);
    write_condition(explainer, plan->filter, &decoded);
  }
  if (plan->watermark != NULL) fprintf(explainer->out, " WATERMARK %s", watermark_text(arena, node, &decoded));
  if (plan->idle_timeout_ms > 0) {
    fprintf(explainer->out, " IDLE AFTER %s", duration_text(arena, plan->idle_timeout_ms * 1000));
  }
}

static void write_calc(const Explainer *explainer, const PlanNode *node) {
  const Schema *input = &node->inputs[0]->schema;
  fputs(": SELECT ", explainer->out);
  if (node->schema.n_fields == 0) fputs("nothing", explainer->out);
  write_select(explainer, node->calc.outputs, &node->schema, input);
  if (node->calc.filter != NULL) {
    fputs(" WHERE ", explainer->out);
    write_condition(explainer, node->calc.filter, input);
  }
}

static void write_window(const Explainer *explainer, const PlanWindow *window, const Schema *input) {
  if (window->kind == WINDOW_ATTACHED) {
    fprintf(explainer->out, "windows [%s, %s)", input->fields[window->start_column].name,
            input->fields[window->end_column].name);
    return;
  }
  fprintf(explainer->out, "TUMBLE(%s, %s", input->fields[window->time_column].name,
          duration_text(explainer->arena, window->size_us));
  if (window->offset_us != 0) fprintf(explainer->out, ", %s", duration_text(explainer->arena, window->offset_us));
  fputc(')', explainer->out);
}

static void write_window_aggregate(const Explainer *explainer, const PlanNode *node) {
  const PlanWindowAggregate *plan = &node->window_aggregate;
  fputs(": ", explainer->out);
  write_window(explainer, &plan->window, &node->inputs[0]->schema);
  if (plan->n_keys > 0) {
    fputs(" BY ", explainer->out);
    write_columns(explainer, plan->key_columns, plan->n_keys, &node->inputs[0]->schema);
  }
  if (node->schema.n_fields > plan->n_keys) fputs(": ", explainer->out);
  uint32_t n_before = plan->n_keys + plan->n_aggregates;
  write_names(explainer, &node->schema, plan->n_keys, n_before);
  static const char *const PROPERTIES[] = {
      [WINDOW_START] = "window_start", [WINDOW_END] = "window_end", [WINDOW_TIME] = "window_time"};
  for (uint32_t i = 0; i < plan->n_properties; i++) {
    fprintf(explainer->out, "%s%s", plan->n_aggregates + i == 0 ? "" : ", ", PROPERTIES[plan->properties[i]]);
  }
}

static void write_over_aggregate(const Explainer *explainer, const PlanNode *node) {
  const PlanOverAggregate *plan = &node->over_aggregate;
  const Schema *input = &node->inputs[0]->schema;
  fputs(": ", explainer->out);
  if (plan->n_keys > 0) {
    fputs("BY ", explainer->out);
    write_columns(explainer, plan->key_columns, plan->n_keys, input);
    fputc(' ', explainer->out);
  }
  fprintf(explainer->out,
          "from %s to %s: ", shifted_text(explainer->arena, input->fields[plan->time_column].name, -plan->preceding_us),
          input->fields[plan->time_column].name);
  write_names(explainer, &node->schema, input->n_fields, node->schema.n_fields);
}

/* The columns of both inputs under names that tell them apart. */
static Schema qualified_schema(Arena *arena, const PlanNode *node) {
  const Schema *left = &node->inputs[0]->schema, *right = &node->inputs[1]->schema;
  Schema schema = {.fields = arena_alloc(arena, (left->n_fields + right->n_fields + 1) * sizeof(Field)),
                   .n_fields = left->n_fields + right->n_fields};
  for (uint32_t c = 0; c < schema.n_fields; c++) {
    bool is_left = c < left->n_fields;
    schema.fields[c] = is_left ? left->fields[c] : right->fields[c - left->n_fields];
    schema.fields[c].name = arena_printf(arena, "%s.%s", is_left ? "left" : "right", schema.fields[c].name);
  }
  return schema;
}

static void write_interval_join(const Explainer *explainer, const PlanNode *node) {
  const PlanIntervalJoin *plan = &node->interval_join;
  Arena *arena = explainer->arena;
  uint32_t n_left = node->inputs[0]->schema.n_fields;
  Schema schema = qualified_schema(arena, node);
  static const char *const JOINS[] = {
      [JOIN_INNER] = "INNER", [JOIN_LEFT] = "LEFT", [JOIN_RIGHT] = "RIGHT", [JOIN_FULL] = "FULL"};
  fprintf(explainer->out, ": %s ON ", JOINS[plan->kind]);
  for (uint32_t k = 0; k < plan->n_keys; k++) {
    fprintf(explainer->out, "%s = %s AND ", schema.fields[plan->left_keys[k]].name,
            schema.fields[n_left + plan->right_keys[k]].name);
  }
  const char *left_time = schema.fields[plan->left_time].name;
  const char *right_time = schema.fields[n_left + plan->right_time].name;
  if (plan->lower_us == plan->upper_us) {
    fprintf(explainer->out, "%s = %s", right_time, shifted_text(arena, left_time, plan->lower_us));
  } else {
    fprintf(explainer->out, "%s BETWEEN %s AND %s", right_time, shifted_text(arena, left_time, plan->lower_us),
            shifted_text(arena, left_time, plan->upper_us));
  }
  if (plan->residual == NULL) return;
  fputs(" AND ", explainer->out);
  write_condition(explainer, plan->residual, &schema);
}

static void write_sink(const Explainer *explainer, const PlanNode *node) {
  const PlanSink *plan = &node->sink;
  fprintf(explainer->out, " %s: %s", plan->table.table_name, place_text(explainer->arena, &plan->table));
  if (plan->n_not_null == 0) return;
  fputs(plan->drops_null_rows ? " drops rows with NULL in " : " refuses NULL in ", explainer->out);
  write_columns(explainer, plan->not_null, plan->n_not_null, &plan->columns);
}

/* As the operators are called in src/ops. */
static const char *const KINDS[] = {[PLAN_SCAN] = "Scan",
                                    [PLAN_VALUES] = "Values",
                                    [PLAN_CALC] = "Calc",
                                    [PLAN_WINDOW_TVF] = "WindowTableFunction",
                                    [PLAN_WINDOW_AGGREGATE] = "WindowAggregate",
                                    [PLAN_OVER_AGGREGATE] = "OverAggregate",
                                    [PLAN_INTERVAL_JOIN] = "IntervalJoin",
                                    [PLAN_UNION_ALL] = "Union",
                                    [PLAN_SINK] = "Sink",
                                    [PLAN_COLLECT] = "Collect"};

static void write_operator(const Explainer *explainer, const PlanNode *node) {
  fputs(KINDS[node->kind], explainer->out);
  switch (node->kind) {
    case PLAN_SCAN:
      write_scan(explainer, node);
      break;
    case PLAN_VALUES:
      fprintf(explainer->out, ": %" PRIu32 " row%s", node->values.n_rows, node->values.n_rows == 1 ? "" : "s");
      break;
    case PLAN_CALC:
      write_calc(explainer, node);
      break;
    case PLAN_WINDOW_TVF:
      fputs(": ", explainer->out);
      write_window(explainer, &node->window_tvf, &node->inputs[0]->schema);
      break;
    case PLAN_WINDOW_AGGREGATE:
      write_window_aggregate(explainer, node);
      break;
    case PLAN_OVER_AGGREGATE:
      write_over_aggregate(explainer, node);
      break;
    case PLAN_INTERVAL_JOIN:
      write_interval_join(explainer, node);
      break;
    case PLAN_UNION_ALL:
      fprintf(explainer->out, ": ALL of %" PRIu32 " inputs", node->n_inputs);
      break;
    case PLAN_SINK:
      write_sink(explainer, node);
      break;
    case PLAN_COLLECT:
      fputs(": ", explainer->out);
      write_names(explainer, &node->schema, 0, node->schema.n_fields);
      break;
  }
}

/* ---- the tree ---- */

/* `indent` is what stands before the operators below; `branch` before this one. */
static void write_tree(Explainer *explainer, const PlanNode *node, const char *branch, const char *indent) {
  fputs(branch, explainer->out);
  if (explainer->numbers[node->id] != 0) {
    fprintf(explainer->out, "[%" PRIu32 "] %s%s, as above\n", explainer->numbers[node->id], KINDS[node->kind],
            node->kind == PLAN_SCAN ? arena_printf(explainer->arena, " %s", node->scan.table.table_name) : "");
    return;
  }
  if (explainer->n_readers[node->id] > 1) {
    explainer->numbers[node->id] = ++explainer->last_number;
    fprintf(explainer->out, "[%" PRIu32 "] ", explainer->numbers[node->id]);
  }
  write_operator(explainer, node);
  const char *note = explainer->note == NULL ? NULL : explainer->note(explainer->context, node);
  fputc('\n', explainer->out);
  if (note != NULL) fprintf(explainer->out, "%s%s  %s\n", indent, node->n_inputs > 0 ? "│" : " ", note);
  for (uint32_t i = 0; i < node->n_inputs; i++) {
    bool is_last = i + 1 == node->n_inputs;
    write_tree(explainer, node->inputs[i], arena_printf(explainer->arena, "%s%s", indent, is_last ? "└─ " : "├─ "),
               arena_printf(explainer->arena, "%s%s", indent, is_last ? "   " : "│  "));
  }
}

const char *plan_explain(Arena *arena, const Plan *plan, ExplainNote note, void *context) {
  char *text = NULL;
  size_t n_bytes = 0;
  Explainer explainer = {.arena = arena,
                         .plan = plan,
                         .note = note,
                         .context = context,
                         .out = open_memstream(&text, &n_bytes),
                         .n_readers = memory_alloc_zeroed(plan->n_nodes + 1, sizeof(uint32_t)),
                         .numbers = memory_alloc_zeroed(plan->n_nodes + 1, sizeof(uint32_t))};
  for (uint32_t n = 0; n < plan->n_nodes; n++) {
    for (uint32_t i = 0; i < plan->nodes[n]->n_inputs; i++) explainer.n_readers[plan->nodes[n]->inputs[i]->id]++;
  }
  for (uint32_t j = 0; j < plan->n_jobs; j++) {
    const PlanJob *job = &plan->jobs[j];
    fprintf(explainer.out, "%s%s (%s)\n", j == 0 ? "" : "\n", job->name, job->file);
    write_tree(&explainer, job->root, "", "");
  }
  fclose(explainer.out);
  char *result = arena_copy_text(arena, text, n_bytes);
  free(text);
  free(explainer.n_readers);
  free(explainer.numbers);
  return result;
}
