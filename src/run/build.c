/* See build.h. A builder per kind of node, found in one table: each turns the node's part of the plan into the spec of
 * its operator. Nodes come in the order of the plan, so what a node reads is there before it. */
#include "run/build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "io/dead_letter.h"
#include "ops/calc.h"
#include "ops/interval_join.h"
#include "ops/over_agg.h"
#include "ops/sink.h"
#include "ops/union_all.h"
#include "ops/window_agg.h"
#include "ops/window_tvf.h"
#include "run/collect.h"
#include "run/values.h"
#include "vec/memory.h"
#include "vec/zone.h"

typedef struct Builder {
  JobParts *parts;
  const Plan *plan;
  const JobSettings *settings;
} Builder;

/* NULL with *error when what the operator needs can't be opened. */
typedef Operator *(*BuildNode)(Builder *builder, const PlanNode *node, Error *error);

static Type *schema_types(const Schema *schema) {
  Type *types = memory_alloc_zeroed(schema->n_fields + 1, sizeof *types);
  for (uint32_t c = 0; c < schema->n_fields; c++) types[c] = schema->fields[c].type;
  return types;
}

static const Expr *const *const_exprs(Expr *const *exprs) { return (const Expr *const *)exprs; }

static Operator *build_scan(Builder *builder, const PlanNode *node, Error *error) {
  JobParts *parts = builder->parts;
  BadRecordSink bad_records = {0};
  if (parts->dead_letters != NULL) bad_records = dead_letter_sink(parts->dead_letters, node->scan.table.table_name);
  Scan *scan = scan_new(node, &node->settings, bad_records, builder->settings->batch_rows, error);
  if (scan == NULL) return NULL;
  parts->scans[parts->n_scans++] = scan;
  return scan_operator(scan);
}

static Operator *build_values(Builder *builder, const PlanNode *node, Error *error) {
  (void)error;
  return values_new(node, builder->settings->batch_rows);
}

static Operator *build_calc(Builder *builder, const PlanNode *node, Error *error) {
  (void)builder, (void)error;
  return calc_new(&(CalcSpec){.n_input_columns = node->inputs[0]->schema.n_fields,
                              .filter = node->calc.filter,
                              .outputs = const_exprs(node->calc.outputs),
                              .n_outputs = node->schema.n_fields,
                              .settings = &node->settings});
}

static Operator *build_union_all(Builder *builder, const PlanNode *node, Error *error) {
  (void)builder, (void)error;
  Type *types = schema_types(&node->schema);
  Operator *built = union_all_new(&(UnionAllSpec){.n_inputs = node->n_inputs,
                                                  .types = types,
                                                  .n_columns = node->schema.n_fields,
                                                  .has_row_time = node->has_watermark});
  free(types);
  return built;
}

/* The type of the row time that a node's watermarks come from, though its column may have been projected away. */
static TypeKind row_time_kind(const PlanNode *node) {
  if (node->row_time >= 0) return node->schema.fields[node->row_time].type.kind;
  return node->n_inputs == 0 ? TYPE_NULL : row_time_kind(node->inputs[0]);
}

static WindowSpec window_spec(const PlanWindow *window, const PlanNode *node) {
  bool is_shifted = row_time_kind(node->inputs[0]) == TYPE_TIMESTAMP_LTZ && !zone_is_utc(node->settings.zone);
  return (WindowSpec){.assigner = window->kind == WINDOW_TUMBLE ? ASSIGN_TUMBLE : ASSIGN_ATTACHED,
                      .time_column = window->time_column,
                      .size_us = window->size_us,
                      .offset_us = window->offset_us,
                      .start_column = window->start_column,
                      .end_column = window->end_column,
                      .zone = is_shifted ? node->settings.zone : NULL};
}

static Operator *build_window_tvf(Builder *builder, const PlanNode *node, Error *error) {
  (void)builder, (void)error;
  uint32_t n_input_columns = node->inputs[0]->schema.n_fields;
  assert(node->schema.n_fields == n_input_columns + 3);
  const Field *added = node->schema.fields + n_input_columns;
  return window_tvf_new(&(WindowTvfSpec){.window = window_spec(&node->window_tvf, node),
                                         .n_input_columns = n_input_columns,
                                         .start_type = added[0].type,
                                         .end_type = added[1].type,
                                         .time_type = added[2].type});
}

static WindowAggregate *window_aggregates(const PlanAggregate *aggregates, uint32_t n_aggregates) {
  WindowAggregate *copies = memory_alloc_zeroed(n_aggregates + 1, sizeof *copies);
  for (uint32_t a = 0; a < n_aggregates; a++) {
    copies[a] = (WindowAggregate){.call = &aggregates[a].call,
                                  .argument_column = aggregates[a].argument_column,
                                  .filter_column = aggregates[a].filter_column,
                                  .is_distinct = aggregates[a].is_distinct};
  }
  return copies;
}

static Type *key_types(const PlanNode *input, const uint32_t *key_columns, uint32_t n_keys) {
  Type *types = memory_alloc_zeroed(n_keys + 1, sizeof *types);
  for (uint32_t k = 0; k < n_keys; k++) types[k] = input->schema.fields[key_columns[k]].type;
  return types;
}

static WindowColumn window_column(WindowProperty property) {
  switch (property) {
    case WINDOW_START:
      return WINDOW_COLUMN_START;
    case WINDOW_END:
      return WINDOW_COLUMN_END;
    case WINDOW_TIME:
      break;
  }
  return WINDOW_COLUMN_TIME;
}

static Operator *build_window_aggregate(Builder *builder, const PlanNode *node, Error *error) {
  (void)builder, (void)error;
  const PlanWindowAggregate *plan = &node->window_aggregate;
  uint32_t n_before = plan->n_keys + plan->n_aggregates;
  assert(node->schema.n_fields == n_before + plan->n_properties);
  Type *types = key_types(node->inputs[0], plan->key_columns, plan->n_keys);
  WindowAggregate *aggregates = window_aggregates(plan->aggregates, plan->n_aggregates);
  WindowOutput *outputs = memory_alloc_zeroed(plan->n_properties + 1, sizeof *outputs);
  for (uint32_t p = 0; p < plan->n_properties; p++) {
    outputs[p] =
        (WindowOutput){.column = window_column(plan->properties[p]), .type = node->schema.fields[n_before + p].type};
  }
  Operator *built = window_agg_new(&(WindowAggSpec){.window = window_spec(&plan->window, node),
                                                    .key_columns = plan->key_columns,
                                                    .key_types = types,
                                                    .n_keys = plan->n_keys,
                                                    .aggregates = aggregates,
                                                    .n_aggregates = plan->n_aggregates,
                                                    .outputs = outputs,
                                                    .n_outputs = plan->n_properties});
  free(types);
  free(aggregates);
  free(outputs);
  return built;
}

static Operator *build_over_aggregate(Builder *builder, const PlanNode *node, Error *error) {
  (void)builder, (void)error;
  const PlanOverAggregate *plan = &node->over_aggregate;
  Type *types = schema_types(&node->inputs[0]->schema);
  WindowAggregate *aggregates = window_aggregates(plan->aggregates, plan->n_aggregates);
  Operator *built = over_agg_new(&(OverSpec){.types = types,
                                             .n_columns = node->inputs[0]->schema.n_fields,
                                             .key_columns = plan->key_columns,
                                             .n_keys = plan->n_keys,
                                             .time_column = plan->time_column,
                                             .preceding_us = plan->preceding_us,
                                             .aggregates = aggregates,
                                             .n_aggregates = plan->n_aggregates});
  free(types);
  free(aggregates);
  return built;
}

static Operator *build_interval_join(Builder *builder, const PlanNode *node, Error *error) {
  (void)builder, (void)error;
  const PlanIntervalJoin *plan = &node->interval_join;
  IntervalJoinSide left = {.types = schema_types(&node->inputs[0]->schema),
                           .n_columns = node->inputs[0]->schema.n_fields,
                           .key_columns = plan->left_keys,
                           .time_column = plan->left_time,
                           .outputs = plan->left_outputs,
                           .n_outputs = plan->n_left_outputs,
                           .is_outer = (plan->kind & JOIN_LEFT) != 0};
  IntervalJoinSide right = {.types = schema_types(&node->inputs[1]->schema),
                            .n_columns = node->inputs[1]->schema.n_fields,
                            .key_columns = plan->right_keys,
                            .time_column = plan->right_time,
                            .outputs = plan->right_outputs,
                            .n_outputs = plan->n_right_outputs,
                            .is_outer = (plan->kind & JOIN_RIGHT) != 0};
  IntervalJoinSpec spec = {.sides = {left, right},
                           .n_keys = plan->n_keys,
                           .lower_us = plan->lower_us,
                           .upper_us = plan->upper_us,
                           .residual = plan->residual,
                           .settings = &node->settings};
  Operator *built = interval_join_new(&spec);
  for (int side = 0; side < 2; side++) free((void *)spec.sides[side].types);
  return built;
}

static Operator *build_sink(Builder *builder, const PlanNode *node, Error *error) {
  JobParts *parts = builder->parts;
  const PlanSink *plan = &node->sink;
  const Connector *connector = connector_find(options_get(&plan->table.options, NULL, "connector"));
  assert(connector != NULL && connector->sink_open != NULL && "the planner checks connectors");
  Sink *sink = connector->sink_open(&plan->table, &plan->columns, node->settings.zone, error);
  if (sink == NULL) return NULL;
  parts->sinks[parts->n_sinks++] = (NamedSink){.name = plan->table.table_name, .sink = sink};
  return sink_new(&(SinkSpec){.sink = sink,
                              .columns = &plan->columns,
                              .not_null = plan->not_null,
                              .n_not_null = plan->n_not_null,
                              .drops_null_rows = plan->drops_null_rows});
}

static Operator *build_collect(Builder *builder, const PlanNode *node, Error *error) {
  (void)error;
  const PlanJob *job = NULL;
  for (uint32_t j = 0; j < builder->plan->n_jobs; j++) {
    if (builder->plan->jobs[j].root == node) job = &builder->plan->jobs[j];
  }
  assert(job != NULL && "only a job's root collects");
  return collect_new(
      &(CollectSpec){.job = job, .collect = builder->settings->collect, .context = builder->settings->context});
}

static const BuildNode BUILDERS[] = {
    [PLAN_SCAN] = build_scan,
    [PLAN_VALUES] = build_values,
    [PLAN_CALC] = build_calc,
    [PLAN_WINDOW_TVF] = build_window_tvf,
    [PLAN_WINDOW_AGGREGATE] = build_window_aggregate,
    [PLAN_OVER_AGGREGATE] = build_over_aggregate,
    [PLAN_INTERVAL_JOIN] = build_interval_join,
    [PLAN_UNION_ALL] = build_union_all,
    [PLAN_SINK] = build_sink,
    [PLAN_COLLECT] = build_collect,
};

bool job_build(JobParts *parts, const Plan *plan, const JobSettings *settings, Error *error) {
  *parts = (JobParts){.plan = plan};
  parts->operators = memory_alloc_zeroed(plan->n_nodes + 1, sizeof(Operator *));
  parts->scans = memory_alloc_zeroed(plan->n_nodes + 1, sizeof(Scan *));
  parts->sinks = memory_alloc_zeroed(plan->n_nodes + 1, sizeof(NamedSink));
  if (settings->dead_letter_path != NULL) {
    parts->dead_letters = dead_letter_open(settings->dead_letter_path, error);
    if (parts->dead_letters == NULL) return false;
  }
  Builder builder = {.parts = parts, .plan = plan, .settings = settings};
  for (uint32_t n = 0; n < plan->n_nodes; n++) {
    const PlanNode *node = plan->nodes[n];
    assert(node->id == n && node->kind < sizeof BUILDERS / sizeof BUILDERS[0]);
    Operator *built = BUILDERS[node->kind](&builder, node, error);
    if (built == NULL) return false;
    built->is_timed = settings->is_timed;
    parts->operators[n] = built;
    for (uint32_t i = 0; i < node->n_inputs; i++) {
      assert(node->inputs[i]->id < n);
      operator_connect(parts->operators[node->inputs[i]->id], built, i);
    }
  }
  return true;
}

bool job_push_values(JobParts *parts, Error *error) {
  for (uint32_t n = 0; n < parts->plan->n_nodes; n++) {
    if (parts->plan->nodes[n]->kind == PLAN_VALUES && !values_push(parts->operators[n], error)) return false;
  }
  return true;
}

void job_parts_free(JobParts *parts) {
  for (uint32_t n = 0; parts->operators != NULL && n < parts->plan->n_nodes; n++) {
    if (parts->plan->nodes[n]->kind != PLAN_SCAN) operator_free(parts->operators[n]);
  }
  for (uint32_t s = 0; s < parts->n_scans; s++) scan_free(parts->scans[s]);
  for (uint32_t s = 0; s < parts->n_sinks; s++) parts->sinks[s].sink->close(parts->sinks[s].sink);
  dead_letter_close(parts->dead_letters);
  free(parts->operators);
  free(parts->scans);
  free(parts->sinks);
  *parts = (JobParts){0};
}
