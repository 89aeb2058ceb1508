/* See push_down.h. Two passes: from the roots down, which columns each node's readers need; from the scans up, the same
 * nodes with only those columns. */
#include "plan/push_down.h"

#include <assert.h>
#include <string.h>

typedef struct Narrowing {
  Lowering *lowering;
  Arena *arena;
  bool **needed;      /* per old node and column: whether any reader wants it */
  PlanNode **made;    /* per old node: the narrow one */
  int32_t **position; /* per old node and column: where it is in the narrow one; -1: gone */
} Narrowing;

/* ---- order ---- */

enum { NOT_ORDERED = UINT32_MAX };

static void order_node(PlanNode *node, PlanNode **nodes, uint32_t *n_nodes) {
  if (node->id != NOT_ORDERED) return;
  for (uint32_t i = 0; i < node->n_inputs; i++) order_node(node->inputs[i], nodes, n_nodes);
  node->id = *n_nodes;
  nodes[(*n_nodes)++] = node;
}

PlanNode **plan_order(const Lowering *lowering, const PlanJob *jobs, uint32_t n_jobs, uint32_t *n_nodes) {
  for (size_t n = 0; n < lowering->n_nodes; n++) lowering->nodes[n]->id = NOT_ORDERED;
  PlanNode **nodes = arena_alloc(lowering->arena, (lowering->n_nodes + 1) * sizeof(PlanNode *));
  *n_nodes = 0;
  for (uint32_t j = 0; j < n_jobs; j++) order_node(jobs[j].root, nodes, n_nodes);
  return nodes;
}

/* ---- what is needed ---- */

static void mark_columns(const uint32_t *columns, uint32_t n_columns, bool *marks) {
  for (uint32_t i = 0; i < n_columns; i++) marks[columns[i]] = true;
}

static void mark_aggregate(const PlanAggregate *aggregate, bool *marks) {
  if (aggregate->argument_column >= 0) marks[aggregate->argument_column] = true;
  if (aggregate->filter_column >= 0) marks[aggregate->filter_column] = true;
}

static void mark_window_aggregate(const PlanWindowAggregate *plan, const bool *needed, bool *marks) {
  mark_columns(plan->key_columns, plan->n_keys, marks);
  for (uint32_t i = 0; i < plan->n_aggregates; i++) {
    if (needed[plan->n_keys + i]) mark_aggregate(&plan->aggregates[i], marks);
  }
  if (plan->window.kind == WINDOW_ATTACHED) {
    marks[plan->window.start_column] = true;
    marks[plan->window.end_column] = true;
  } else {
    marks[plan->window.time_column] = true;
  }
}

static void mark_join(const PlanNode *node, const bool *needed, uint32_t input, bool *marks) {
  const PlanIntervalJoin *plan = &node->interval_join;
  uint32_t n_left = node->inputs[0]->schema.n_fields, n_right = node->inputs[1]->schema.n_fields;
  uint32_t first = input == 0 ? 0 : n_left, n_columns = input == 0 ? n_left : n_right;
  for (uint32_t c = 0; c < n_columns; c++) {
    marks[c] = needed[first + c] || (plan->residual != NULL && expr_uses_column(plan->residual, (int32_t)(first + c)));
  }
  mark_columns(input == 0 ? plan->left_keys : plan->right_keys, plan->n_keys, marks);
  marks[input == 0 ? plan->left_time : plan->right_time] = true;
}

/* Sets marks[c] for the columns of the input that the node needs when its own readers need `needed`. `marks` is all
 * false before. */
static void mark_input(const PlanNode *node, const bool *needed, uint32_t input, bool *marks) {
  const Schema *schema = &node->inputs[input]->schema;
  switch (node->kind) {
    case PLAN_CALC:
      if (node->calc.filter != NULL) expr_mark_columns(node->calc.filter, marks);
      for (uint32_t i = 0; i < node->schema.n_fields; i++) {
        if (needed[i]) expr_mark_columns(node->calc.outputs[i], marks);
      }
      break;
    case PLAN_WINDOW_TVF:
      memcpy(marks, needed, schema->n_fields * sizeof *marks);
      marks[node->window_tvf.time_column] = true;
      break;
    case PLAN_WINDOW_AGGREGATE:
      mark_window_aggregate(&node->window_aggregate, needed, marks);
      break;
    case PLAN_OVER_AGGREGATE:
      memcpy(marks, needed, schema->n_fields * sizeof *marks);
      mark_columns(node->over_aggregate.key_columns, node->over_aggregate.n_keys, marks);
      marks[node->over_aggregate.time_column] = true;
      for (uint32_t i = 0; i < node->over_aggregate.n_aggregates; i++) {
        if (needed[schema->n_fields + i]) mark_aggregate(&node->over_aggregate.aggregates[i], marks);
      }
      break;
    case PLAN_INTERVAL_JOIN:
      mark_join(node, needed, input, marks);
      break;
    case PLAN_UNION_ALL:
      memcpy(marks, needed, schema->n_fields * sizeof *marks);
      break;
    case PLAN_SINK:
    case PLAN_COLLECT:
      memset(marks, true, schema->n_fields * sizeof *marks);
      break;
    case PLAN_SCAN:
    case PLAN_VALUES:
      assert(false && "has no inputs");
  }
}

static bool *new_marks(Arena *arena, const PlanNode *node) {
  return arena_alloc_zeroed(arena, (node->schema.n_fields + 1) * sizeof(bool));
}

/* ---- narrow nodes ---- */

static uint32_t moved(const int32_t *position, uint32_t column) {
  assert(position[column] >= 0);
  return (uint32_t)position[column];
}

static uint32_t *moved_columns(Arena *arena, const int32_t *position, const uint32_t *columns, uint32_t n_columns) {
  uint32_t *result = arena_alloc(arena, (n_columns + 1) * sizeof *result);
  for (uint32_t i = 0; i < n_columns; i++) result[i] = moved(position, columns[i]);
  return result;
}

static PlanAggregate moved_aggregate(const int32_t *position, const PlanAggregate *aggregate) {
  PlanAggregate result = *aggregate;
  if (result.argument_column >= 0) result.argument_column = (int32_t)moved(position, (uint32_t)result.argument_column);
  if (result.filter_column >= 0) result.filter_column = (int32_t)moved(position, (uint32_t)result.filter_column);
  return result;
}

/* References to where the columns of `schema` are now; NULL for those that are gone. */
static Expr **moved_exprs(Arena *arena, const Schema *schema, const int32_t *position) {
  Expr **columns = expr_columns(arena, schema, 0);
  for (uint32_t c = 0; c < schema->n_fields; c++) {
    if (position[c] < 0) {
      columns[c] = NULL;
    } else {
      columns[c]->column = (uint32_t)position[c];
    }
  }
  return columns;
}

static int32_t *new_positions(Arena *arena, const Schema *schema) {
  int32_t *position = arena_alloc(arena, (schema->n_fields + 1) * sizeof *position);
  for (uint32_t c = 0; c < schema->n_fields; c++) position[c] = -1;
  return position;
}

static PlanNode *node_like(Narrowing *narrowing, const PlanNode *old, uint32_t n_fields) {
  return node_new(narrowing->lowering, old->kind, n_fields, old->n_inputs, old->place);
}

/* Column c of the old node becomes the next one of the new. */
static void keep_field(const PlanNode *old, uint32_t c, PlanNode *node, int32_t *position) {
  position[c] = (int32_t)node->schema.n_fields;
  node->schema.fields[node->schema.n_fields++] = old->schema.fields[c];
}

/* The narrow input with exactly the marked columns, whatever its other readers need; *position says where they are. */
static PlanNode *exact_input(Narrowing *narrowing, const PlanNode *old, const bool *marks, int32_t **position) {
  PlanNode *made = narrowing->made[old->id];
  const int32_t *made_position = narrowing->position[old->id];
  PlanNode *calc = node_new(narrowing->lowering, PLAN_CALC, old->schema.n_fields, 1, old->place);
  Expr **outputs = arena_alloc(narrowing->arena, (old->schema.n_fields + 1) * sizeof *outputs);
  *position = new_positions(narrowing->arena, &old->schema);
  calc->schema.n_fields = 0;
  bool is_same = true;
  for (uint32_t c = 0; c < old->schema.n_fields; c++) {
    if (!marks[c]) continue;
    uint32_t at = moved(made_position, c);
    is_same = is_same && at == calc->schema.n_fields;
    outputs[calc->schema.n_fields] = expr_column(narrowing->arena, at, old->schema.fields[c].type, old->place);
    keep_field(old, c, calc, *position);
  }
  if (is_same && calc->schema.n_fields == made->schema.n_fields) return made;
  calc->inputs[0] = made;
  calc->calc.outputs = outputs;
  return node_share(narrowing->lowering, calc); /* not merged with what is below: that has other readers */
}

static PlanNode *narrow_scan(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  Arena *arena = narrowing->arena;
  const bool *needed = narrowing->needed[old->id];
  PlanNode *node = node_like(narrowing, old, old->schema.n_fields);
  node->schema.n_fields = 0;
  node->scan = old->scan;
  bool *wanted = arena_alloc_zeroed(arena, (old->scan.physical.n_fields + 1) * sizeof *wanted);
  Expr **outputs = arena_alloc(arena, (old->schema.n_fields + 1) * sizeof *outputs);
  for (uint32_t c = 0; c < old->schema.n_fields; c++) {
    /* The row time stays even if nobody reads it: a NULL there fails the job. */
    bool is_row_time = old->scan.watermark != NULL && (int32_t)c == old->row_time;
    if (!needed[c] && !is_row_time) continue;
    outputs[node->schema.n_fields] = old->scan.outputs[c];
    keep_field(old, c, node, position);
    expr_mark_columns(old->scan.outputs[c], wanted);
  }
  if (old->scan.watermark != NULL) expr_mark_columns(old->scan.watermark, wanted);
  int32_t *decoded = new_positions(arena, &old->scan.physical);
  int32_t n_decoded = 0;
  for (uint32_t p = 0; p < old->scan.physical.n_fields; p++) {
    if (wanted[p]) decoded[p] = n_decoded++;
  }
  Expr **columns = moved_exprs(arena, &old->scan.physical, decoded);
  for (uint32_t i = 0; i < node->schema.n_fields; i++) outputs[i] = expr_substitute(arena, outputs[i], columns);
  if (old->scan.watermark != NULL) node->scan.watermark = expr_substitute(arena, old->scan.watermark, columns);
  node->scan.wanted = wanted;
  node->scan.outputs = outputs;
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_calc(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  Arena *arena = narrowing->arena;
  const bool *needed = narrowing->needed[old->id];
  const PlanNode *input = old->inputs[0];
  Expr **columns = moved_exprs(arena, &input->schema, narrowing->position[input->id]);
  PlanNode *node = node_like(narrowing, old, old->schema.n_fields);
  node->schema.n_fields = 0;
  Expr **outputs = arena_alloc(arena, (old->schema.n_fields + 1) * sizeof *outputs);
  for (uint32_t c = 0; c < old->schema.n_fields; c++) {
    if (!needed[c]) continue;
    outputs[node->schema.n_fields] = expr_substitute(arena, old->calc.outputs[c], columns);
    keep_field(old, c, node, position);
  }
  node->inputs[0] = narrowing->made[input->id];
  node->calc.filter = old->calc.filter == NULL ? NULL : expr_substitute(arena, old->calc.filter, columns);
  node->calc.outputs = outputs;
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_window_tvf(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  const PlanNode *old_input = old->inputs[0];
  PlanNode *input = narrowing->made[old_input->id];
  const int32_t *input_position = narrowing->position[old_input->id];
  uint32_t n_old = old_input->schema.n_fields, n_new = input->schema.n_fields;
  PlanNode *node = node_like(narrowing, old, n_new + 3);
  node->inputs[0] = input;
  if (n_new > 0) memcpy(node->schema.fields, input->schema.fields, n_new * sizeof(Field));
  for (uint32_t c = 0; c < n_new; c++) node->schema.fields[c].type.is_row_time = false; /* the window's time is it */
  memcpy(node->schema.fields + n_new, old->schema.fields + n_old, 3 * sizeof(Field));
  memcpy(position, input_position, n_old * sizeof *position);
  for (uint32_t i = 0; i < 3; i++) position[n_old + i] = (int32_t)(n_new + i);
  node->window_tvf = old->window_tvf;
  node->window_tvf.time_column = moved(input_position, old->window_tvf.time_column);
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_window_aggregate(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  Arena *arena = narrowing->arena;
  const PlanWindowAggregate *plan = &old->window_aggregate;
  const bool *needed = narrowing->needed[old->id];
  const int32_t *from = narrowing->position[old->inputs[0]->id];
  PlanNode *node = node_like(narrowing, old, old->schema.n_fields);
  node->schema.n_fields = 0;
  node->inputs[0] = narrowing->made[old->inputs[0]->id];
  PlanWindowAggregate *narrow = &node->window_aggregate;
  *narrow = *plan;
  narrow->key_columns = moved_columns(arena, from, plan->key_columns, plan->n_keys);
  for (uint32_t k = 0; k < plan->n_keys; k++) keep_field(old, k, node, position);
  PlanAggregate *aggregates = arena_alloc(arena, (plan->n_aggregates + 1) * sizeof *aggregates);
  narrow->n_aggregates = 0;
  for (uint32_t i = 0; i < plan->n_aggregates; i++) {
    if (!needed[plan->n_keys + i]) continue;
    aggregates[narrow->n_aggregates++] = moved_aggregate(from, &plan->aggregates[i]);
    keep_field(old, plan->n_keys + i, node, position);
  }
  narrow->aggregates = aggregates;
  WindowProperty *properties = arena_alloc(arena, (plan->n_properties + 1) * sizeof *properties);
  narrow->n_properties = 0;
  for (uint32_t i = 0; i < plan->n_properties; i++) {
    uint32_t column = plan->n_keys + plan->n_aggregates + i;
    if (!needed[column]) continue;
    properties[narrow->n_properties++] = plan->properties[i];
    keep_field(old, column, node, position);
  }
  narrow->properties = properties;
  if (plan->window.kind == WINDOW_ATTACHED) {
    narrow->window.start_column = moved(from, plan->window.start_column);
    narrow->window.end_column = moved(from, plan->window.end_column);
  } else {
    narrow->window.time_column = moved(from, plan->window.time_column);
  }
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_over_aggregate(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  Arena *arena = narrowing->arena;
  const PlanOverAggregate *plan = &old->over_aggregate;
  const bool *needed = narrowing->needed[old->id];
  const PlanNode *old_input = old->inputs[0];
  uint32_t n_old = old_input->schema.n_fields;
  bool *marks = new_marks(arena, old_input);
  mark_input(old, needed, 0, marks);
  int32_t *from = NULL;
  PlanNode *input = exact_input(narrowing, old_input, marks, &from);
  PlanNode *node = node_like(narrowing, old, old->schema.n_fields);
  node->schema.n_fields = 0;
  node->inputs[0] = input;
  for (uint32_t c = 0; c < n_old; c++) {
    if (marks[c]) keep_field(old, c, node, position);
  }
  PlanOverAggregate *narrow = &node->over_aggregate;
  *narrow = *plan;
  narrow->key_columns = moved_columns(arena, from, plan->key_columns, plan->n_keys);
  narrow->time_column = moved(from, plan->time_column);
  PlanAggregate *aggregates = arena_alloc(arena, (plan->n_aggregates + 1) * sizeof *aggregates);
  narrow->n_aggregates = 0;
  for (uint32_t i = 0; i < plan->n_aggregates; i++) {
    if (!needed[n_old + i]) continue;
    aggregates[narrow->n_aggregates++] = moved_aggregate(from, &plan->aggregates[i]);
    keep_field(old, n_old + i, node, position);
  }
  narrow->aggregates = aggregates;
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_interval_join(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  Arena *arena = narrowing->arena;
  const PlanIntervalJoin *plan = &old->interval_join;
  const bool *needed = narrowing->needed[old->id];
  PlanNode *node = node_like(narrowing, old, old->schema.n_fields);
  node->schema.n_fields = 0;
  int32_t *from[2];
  int32_t *both = new_positions(arena, &old->schema); /* of the inputs' columns, side by side */
  uint32_t *outputs[2];
  uint32_t n_outputs[2] = {0, 0};
  uint32_t first = 0, narrow_first = 0;
  for (uint32_t i = 0; i < 2; i++) {
    const PlanNode *old_input = old->inputs[i];
    bool *marks = new_marks(arena, old_input);
    mark_input(old, needed, i, marks);
    node->inputs[i] = exact_input(narrowing, old_input, marks, &from[i]);
    outputs[i] = arena_alloc(arena, (old_input->schema.n_fields + 1) * sizeof *outputs[i]);
    for (uint32_t c = 0; c < old_input->schema.n_fields; c++) {
      if (!marks[c]) continue;
      both[first + c] = (int32_t)narrow_first + from[i][c];
      if (!needed[first + c]) continue;
      outputs[i][n_outputs[i]++] = (uint32_t)from[i][c];
      keep_field(old, first + c, node, position);
    }
    first += old_input->schema.n_fields;
    narrow_first += node->inputs[i]->schema.n_fields;
  }
  PlanIntervalJoin *narrow = &node->interval_join;
  *narrow = *plan;
  narrow->left_keys = moved_columns(arena, from[0], plan->left_keys, plan->n_keys);
  narrow->right_keys = moved_columns(arena, from[1], plan->right_keys, plan->n_keys);
  narrow->left_time = moved(from[0], plan->left_time);
  narrow->right_time = moved(from[1], plan->right_time);
  narrow->left_outputs = outputs[0];
  narrow->n_left_outputs = n_outputs[0];
  narrow->right_outputs = outputs[1];
  narrow->n_right_outputs = n_outputs[1];
  if (plan->residual != NULL) {
    narrow->residual = expr_substitute(arena, plan->residual, moved_exprs(arena, &old->schema, both));
  }
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_union(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  const bool *needed = narrowing->needed[old->id];
  PlanNode *node = node_like(narrowing, old, old->schema.n_fields);
  node->schema.n_fields = 0;
  for (uint32_t i = 0; i < old->n_inputs; i++) {
    int32_t *from = NULL;
    node->inputs[i] = exact_input(narrowing, old->inputs[i], needed, &from);
  }
  for (uint32_t c = 0; c < old->schema.n_fields; c++) {
    if (needed[c]) keep_field(old, c, node, position);
  }
  return node_share(narrowing->lowering, node);
}

/* Literal rows are few: they stay as they are, as do the ends of jobs. */
static PlanNode *copy_whole(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  PlanNode *node = arena_alloc(narrowing->arena, sizeof *node);
  *node = *old;
  node->inputs = arena_alloc(narrowing->arena, (old->n_inputs + 1) * sizeof(PlanNode *));
  for (uint32_t i = 0; i < old->n_inputs; i++) {
    bool *marks = new_marks(narrowing->arena, old->inputs[i]);
    mark_input(old, NULL, i, marks);
    int32_t *from = NULL;
    node->inputs[i] = exact_input(narrowing, old->inputs[i], marks, &from);
  }
  for (uint32_t c = 0; c < old->schema.n_fields; c++) position[c] = (int32_t)c;
  return node_share(narrowing->lowering, node);
}

static PlanNode *narrow_node(Narrowing *narrowing, const PlanNode *old, int32_t *position) {
  narrowing->lowering->settings = old->settings;
  switch (old->kind) {
    case PLAN_SCAN:
      return narrow_scan(narrowing, old, position);
    case PLAN_CALC:
      return narrow_calc(narrowing, old, position);
    case PLAN_WINDOW_TVF:
      return narrow_window_tvf(narrowing, old, position);
    case PLAN_WINDOW_AGGREGATE:
      return narrow_window_aggregate(narrowing, old, position);
    case PLAN_OVER_AGGREGATE:
      return narrow_over_aggregate(narrowing, old, position);
    case PLAN_INTERVAL_JOIN:
      return narrow_interval_join(narrowing, old, position);
    case PLAN_UNION_ALL:
      return narrow_union(narrowing, old, position);
    case PLAN_VALUES:
    case PLAN_SINK:
    case PLAN_COLLECT:
      return copy_whole(narrowing, old, position);
  }
  assert(false);
  return NULL;
}

void plan_narrow(Lowering *lowering, PlanJob *jobs, uint32_t n_jobs) {
  uint32_t n_nodes = 0;
  PlanNode **nodes = plan_order(lowering, jobs, n_jobs, &n_nodes);
  lowering->n_nodes = 0; /* narrow nodes are not to be confused with wide ones */
  Narrowing narrowing = {.lowering = lowering, .arena = lowering->arena};
  narrowing.needed = arena_alloc(lowering->arena, (n_nodes + 1) * sizeof *narrowing.needed);
  narrowing.made = arena_alloc(lowering->arena, (n_nodes + 1) * sizeof *narrowing.made);
  narrowing.position = arena_alloc(lowering->arena, (n_nodes + 1) * sizeof *narrowing.position);
  for (uint32_t n = 0; n < n_nodes; n++) narrowing.needed[n] = new_marks(lowering->arena, nodes[n]);
  for (uint32_t n = n_nodes; n-- > 0;) {
    for (uint32_t i = 0; i < nodes[n]->n_inputs; i++) {
      const PlanNode *input = nodes[n]->inputs[i];
      bool *marks = new_marks(lowering->arena, input);
      mark_input(nodes[n], narrowing.needed[n], i, marks);
      for (uint32_t c = 0; c < input->schema.n_fields; c++) narrowing.needed[input->id][c] |= marks[c];
    }
  }
  for (uint32_t n = 0; n < n_nodes; n++) {
    narrowing.position[n] = new_positions(lowering->arena, &nodes[n]->schema);
    narrowing.made[n] = narrow_node(&narrowing, nodes[n], narrowing.position[n]);
  }
  for (uint32_t j = 0; j < n_jobs; j++) jobs[j].root = narrowing.made[jobs[j].root->id];
}
