/* Lowering joins: which conditions bound the times of a pair (an interval join must have both bounds), which are keys,
 * which may be decided on one side alone, and which are left for pairs. See lower.h. */
#include <assert.h>
#include <string.h>

#include "plan/lower.h"

enum { LEFT, RIGHT };

/* right.time is within [left.time + lower, left.time + upper]. Times are columns of their sides. */
typedef struct Bounds {
  bool has_columns; /* the columns are known: those of the first bound */
  uint32_t columns[2];
  bool has_lower;
  bool has_upper;
  int64_t lower_ms;
  int64_t upper_ms;
} Bounds;

typedef struct Join {
  Lowering *lowering;
  const Logical *logical;
  uint32_t n_columns[2]; /* of the logical inputs */
  bool is_outer[2];      /* rows of this side that find no partner are padded */
  Bounds bounds;
  Conjuncts sides[2]; /* decided below the join, over the side's own columns */
  Conjuncts keys[2];  /* pairs of equal expressions, over the side's own columns */
  Conjuncts pairs;    /* the residual, over all columns */
  Conjuncts above;    /* WHERE conditions that see padded rows */
} Join;

/* ---- time bounds ---- */

/* A row time plus a constant. */
typedef struct TimeTerm {
  int side;
  uint32_t column; /* of the side */
  int64_t shift_ms;
} TimeTerm;

/* Casts to a finer precision do not change the time. */
static const Expr *without_widening(const Expr *expr) {
  while (expr_is_call(expr, "CAST") && expr->call.n_arguments == 1) {
    const Expr *operand = expr->call.arguments[0];
    if (operand->type.kind != expr->type.kind || operand->type.precision > expr->type.precision) break;
    expr = operand;
  }
  return expr;
}

static bool is_constant_interval(const Expr *expr, int64_t *ms) {
  if (expr->kind != EXPR_LITERAL || expr->type.kind != TYPE_INTERVAL_DAY_TIME || expr->literal.is_null) return false;
  *ms = expr->literal.value.int64;
  return true;
}

static bool find_time_term(const Join *join, const Expr *expr, TimeTerm *term) {
  if (!type_is_timestamp(expr->type.kind)) return false;
  expr = without_widening(expr);
  term->shift_ms = 0;
  while (expr_is_call(expr, "+") || expr_is_call(expr, "-")) {
    bool is_plus = expr_is_call(expr, "+");
    if (expr->call.n_arguments != 2) return false;
    const Expr *time = expr->call.arguments[0];
    int64_t ms = 0;
    if (!is_constant_interval(expr->call.arguments[1], &ms)) {
      time = expr->call.arguments[1]; /* interval + time */
      if (!is_plus || !is_constant_interval(expr->call.arguments[0], &ms)) return false;
    }
    if (__builtin_add_overflow(term->shift_ms, is_plus ? ms : -ms, &term->shift_ms)) return false;
    expr = without_widening(time);
  }
  if (expr->kind != EXPR_COLUMN) return false;
  term->side = expr->column < join->n_columns[LEFT] ? LEFT : RIGHT;
  term->column = term->side == LEFT ? expr->column : expr->column - join->n_columns[LEFT];
  return join->logical->inputs[term->side]->schema.fields[term->column].type.is_row_time;
}

static void raise_lower(Bounds *bounds, int64_t ms) {
  if (!bounds->has_lower || ms > bounds->lower_ms) bounds->lower_ms = ms;
  bounds->has_lower = true;
}

static void reduce_upper(Bounds *bounds, int64_t ms) {
  if (!bounds->has_upper || ms < bounds->upper_ms) bounds->upper_ms = ms;
  bounds->has_upper = true;
}

/* Takes in a comparison of the two row times; false when the conjunct is something else. */
static bool take_bound(Join *join, const Expr *conjunct) {
  static const struct {
    const char *name;
    const char *mirrored;
    bool is_lower;
    bool is_upper;
    int64_t strict_ms;
  } COMPARISONS[] = {
      {">=", "<=", true, false, 0}, {">", "<", true, false, 1}, {"<=", ">=", false, true, 0},
      {"<", ">", false, true, 1},   {"=", "=", true, true, 0},
  };
  if (conjunct->kind != EXPR_CALL || conjunct->call.n_arguments != 2) return false;
  TimeTerm left, right;
  if (!find_time_term(join, conjunct->call.arguments[0], &left) ||
      !find_time_term(join, conjunct->call.arguments[1], &right) || left.side == right.side) {
    return false;
  }
  bool is_mirrored = left.side == LEFT; /* l + a op r + b is r + b mirrored(op) l + a */
  if (is_mirrored) {
    TimeTerm term = left;
    left = right;
    right = term;
  }
  /* now left + shift op right + shift, `left` being the join's right row time */
  Bounds *bounds = &join->bounds;
  if (bounds->has_columns && (bounds->columns[RIGHT] != left.column || bounds->columns[LEFT] != right.column)) {
    return false;
  }
  int64_t difference_ms;
  if (__builtin_sub_overflow(right.shift_ms, left.shift_ms, &difference_ms) || difference_ms > INT64_MAX / 4000 ||
      difference_ms < INT64_MIN / 4000) {
    return false;
  }
  for (size_t i = 0; i < sizeof COMPARISONS / sizeof COMPARISONS[0]; i++) {
    if (!expr_is_call(conjunct, is_mirrored ? COMPARISONS[i].mirrored : COMPARISONS[i].name)) continue;
    if (COMPARISONS[i].is_lower) raise_lower(bounds, difference_ms + COMPARISONS[i].strict_ms);
    if (COMPARISONS[i].is_upper) reduce_upper(bounds, difference_ms - COMPARISONS[i].strict_ms);
    bounds->has_columns = true;
    bounds->columns[RIGHT] = left.column;
    bounds->columns[LEFT] = right.column;
    return true;
  }
  return false;
}

/* ---- keys and other conditions ---- */

static bool is_left_only(const Join *join, const Expr *expr) { return expr_is_within(expr, 0, join->n_columns[LEFT]); }

static bool is_right_only(const Join *join, const Expr *expr) {
  return expr_is_within(expr, join->n_columns[LEFT], join->n_columns[LEFT] + join->n_columns[RIGHT]);
}

static bool is_one_side(const Join *join, const Expr *expr) {
  return !expr_is_within(expr, 0, 0) && (is_left_only(join, expr) || is_right_only(join, expr));
}

/* The expression over its side's own columns. */
static Expr *over_side(const Join *join, Expr *expr, int side) {
  if (side == LEFT) return expr;
  Arena *arena = join->lowering->arena;
  Expr **columns = expr_columns(arena, &join->logical->schema, 0);
  for (uint32_t c = join->n_columns[LEFT]; c < join->n_columns[LEFT] + join->n_columns[RIGHT]; c++) {
    columns[c]->column -= join->n_columns[LEFT];
    columns[c]->type = join->logical->inputs[RIGHT]->schema.fields[c - join->n_columns[LEFT]].type;
  }
  return expr_substitute(arena, expr, columns);
}

/* Keys are compared as bytes: both of one physical type, and of one scale, which a cast that loses nothing sees to. */
static bool give_equal_form(const Join *join, Expr **a, Expr **b) {
  if (type_physical((*a)->type.kind) != type_physical((*b)->type.kind)) return false;
  bool is_decimal = (*a)->type.kind == TYPE_DECIMAL;
  if (is_decimal != ((*b)->type.kind == TYPE_DECIMAL)) return false;
  if (!is_decimal || (*a)->type.scale == (*b)->type.scale) return true;
  Type types[] = {(*a)->type, (*b)->type}, common;
  if (!function_common_type(types, 2, &common)) return false;
  Expr **sides[] = {a, b};
  for (int i = 0; i < 2; i++) {
    if (types[i].scale > common.scale || types[i].precision - types[i].scale > common.precision - common.scale) {
      return false;
    }
  }
  for (int i = 0; i < 2; i++) {
    common.nullable = types[i].nullable;
    Error ignored = {0}; /* what can't be cast is compared as it is */
    Expr *cast = function_cast(join->lowering->arena, *sides[i], common, false, (*sides[i])->place,
                               &join->lowering->settings, &ignored);
    if (cast == NULL) return false;
    *sides[i] = cast;
  }
  return true;
}

/* Takes in an equality of something left with something right; false when the conjunct is something else. */
static bool take_key(Join *join, const Expr *conjunct) {
  if (!expr_is_call(conjunct, "=") || conjunct->call.n_arguments != 2 || expr_is_volatile(conjunct)) return false;
  Expr *a = conjunct->call.arguments[0], *b = conjunct->call.arguments[1];
  if (!is_one_side(join, a) || !is_one_side(join, b) || is_left_only(join, a) == is_left_only(join, b) ||
      !give_equal_form(join, &a, &b)) {
    return false;
  }
  bool is_swapped = is_left_only(join, b);
  conjuncts_add(join->lowering->arena, &join->keys[LEFT], is_swapped ? b : a);
  conjuncts_add(join->lowering->arena, &join->keys[RIGHT], over_side(join, is_swapped ? a : b, RIGHT));
  return true;
}

/* Takes in a condition on one side alone, unless rows that `keeps_all` names have to stay. */
static bool take_side(Join *join, Expr *conjunct, const bool keeps_all[2]) {
  if (!is_one_side(join, conjunct) || expr_is_volatile(conjunct)) return false;
  int side = is_left_only(join, conjunct) ? LEFT : RIGHT;
  if (keeps_all[side]) return false;
  conjuncts_add(join->lowering->arena, &join->sides[side], over_side(join, conjunct, side));
  return true;
}

/* ON decides about pairs: of a side that is padded, rows that fail it stay. */
static void take_on(Join *join, Expr *conjunct) {
  if (take_side(join, conjunct, join->is_outer) || take_bound(join, conjunct) || take_key(join, conjunct)) return;
  conjuncts_add(join->lowering->arena, &join->pairs, conjunct);
}

/* WHERE decides about joined rows, also about padded ones, whose columns of this side are null. */
static void take_where(Join *join, Expr *conjunct) {
  const bool may_be_null[2] = {[LEFT] = join->is_outer[RIGHT], [RIGHT] = join->is_outer[LEFT]};
  if (!join->is_outer[LEFT] && !join->is_outer[RIGHT]) {
    take_on(join, conjunct);
  } else if (!take_side(join, conjunct, may_be_null)) {
    conjuncts_add(join->lowering->arena, &join->above, conjunct);
  }
}

/* Whether a condition can't be true where a side's columns are null: it compares one of them, or asks IS NOT NULL. */
static bool rejects_nulls_of(const Join *join, const Expr *conjunct, int side) {
  static const char *const STRICT[] = {"=", "<>", "<", "<=", ">", ">=", "IS NOT NULL"};
  for (size_t i = 0; i < sizeof STRICT / sizeof STRICT[0]; i++) {
    if (!expr_is_call(conjunct, STRICT[i])) continue;
    for (uint32_t a = 0; a < conjunct->call.n_arguments; a++) {
      const Expr *argument = conjunct->call.arguments[a];
      if (argument->kind == EXPR_COLUMN && (argument->column < join->n_columns[LEFT]) == (side == LEFT)) return true;
    }
  }
  return false;
}

static void sort_conditions(Join *join, Expr *where) {
  Conjuncts filters = conjuncts_of(join->lowering->arena, where);
  Conjuncts on = conjuncts_of(join->lowering->arena, join->logical->join.condition);
  for (uint32_t i = 0; i < filters.n_items; i++) { /* who is padded would be filtered out: no need to pad */
    if (rejects_nulls_of(join, filters.items[i], RIGHT)) join->is_outer[LEFT] = false;
    if (rejects_nulls_of(join, filters.items[i], LEFT)) join->is_outer[RIGHT] = false;
  }
  for (uint32_t i = 0; i < on.n_items; i++) take_on(join, on.items[i]);
  for (uint32_t i = 0; i < filters.n_items; i++) take_where(join, filters.items[i]);
}

/* ---- what can't run ---- */

static const Field *row_time_field(const Logical *side) {
  for (uint32_t c = 0; c < side->schema.n_fields; c++) {
    if (side->schema.fields[c].type.is_row_time) return &side->schema.fields[c];
  }
  return NULL;
}

static bool check_bounds(const Join *join) {
  if (join->bounds.has_lower && join->bounds.has_upper) return true;
  Error *error = join->lowering->error;
  const Logical *logical = join->logical;
  if (logical->inputs[LEFT]->window.start >= 0 && logical->inputs[RIGHT]->window.start >= 0) {
    return error_at(error, ERROR_UNSUPPORTED, logical->place, "a join of windows is not supported yet");
  }
  const Field *left = row_time_field(logical->inputs[LEFT]), *right = row_time_field(logical->inputs[RIGHT]);
  if (join->bounds.has_lower || join->bounds.has_upper) {
    error_at(error, ERROR_UNSUPPORTED, logical->place,
             "a join whose times have a bound in one direction only is not supported yet: it would keep every row");
  } else {
    error_at(error, ERROR_UNSUPPORTED, logical->place,
             "a join without time bounds is not supported yet: it would keep every row");
  }
  if (left == NULL || right == NULL) {
    error_hint(error, "the %s input has no row time to bound: it needs a table with a WATERMARK, and its column",
               left == NULL ? "left" : "right");
  } else if (left->type.kind != right->type.kind) {
    error_hint(error, "the row times '%s' and '%s' can't bound each other: one is TIMESTAMP, the other TIMESTAMP_LTZ",
               left->name, right->name);
  } else {
    error_hint(error, "add: AND b.%s BETWEEN a.%s - INTERVAL '10' MINUTE AND a.%s + INTERVAL '10' MINUTE", right->name,
               left->name, left->name);
  }
  return false;
}

/* ---- the operator ---- */

/* A side with its filter, its key columns marked in `keys`; computed keys come behind its own columns. */
static PlanNode *lower_side(const Join *join, int side, uint32_t *keys) {
  Lowering *lowering = join->lowering;
  const Logical *logical = join->logical->inputs[side];
  Expr *filter = NULL;
  if (!conjuncts_join(lowering, &join->sides[side], &filter)) return NULL;
  PlanNode *input = lower(lowering, logical, filter);
  if (input == NULL) return NULL;
  ColumnList list = column_list(lowering, input);
  for (uint32_t k = 0; k < join->keys[side].n_items; k++) {
    keys[k] = column_list_add(lowering, &list, join->keys[side].items[k], &input->schema);
  }
  return node_calc(lowering, input, NULL, list.exprs, list.fields, list.n_columns, logical->place);
}

/* The conditions that are left for pairs, over the columns of the operator's inputs. */
static bool make_residual(const Join *join, const PlanNode *node, Expr *const *outputs, Expr **residual) {
  Lowering *lowering = join->lowering;
  *residual = NULL;
  if (!conjuncts_join(lowering, &join->pairs, residual)) return false;
  if (*residual != NULL) *residual = expr_substitute(lowering->arena, *residual, outputs);
  if (join->bounds.lower_ms <= join->bounds.upper_ms) return true;
  /* No pair can be within the bounds. */
  *residual = expr_literal(lowering->arena, type_make(TYPE_BOOLEAN, false), (Value){.boolean = false}, node->place);
  return true;
}

/* For EXPLAIN: what is called the same on both sides is told apart. */
static const char *unique_name(Arena *arena, const Schema *schema, uint32_t column) {
  const char *name = schema->fields[column].name;
  for (uint32_t c = 0; c < column; c++) {
    if (strcmp(schema->fields[c].name, name) != 0) continue;
    name = arena_printf(arena, "right.%s", name);
    c = UINT32_MAX; /* from the start again */
  }
  return name;
}

static PlanNode *make_join(Join *join) {
  Lowering *lowering = join->lowering;
  Arena *arena = lowering->arena;
  const Logical *logical = join->logical;
  uint32_t n_keys = join->keys[LEFT].n_items, n_fields = logical->schema.n_fields;
  uint32_t *keys[2];
  PlanNode *inputs[2];
  for (int side = LEFT; side <= RIGHT; side++) {
    keys[side] = arena_alloc(arena, (n_keys + 1) * sizeof *keys[side]);
    inputs[side] = lower_side(join, side, keys[side]);
    if (inputs[side] == NULL) return NULL;
  }
  uint32_t n_left = inputs[LEFT]->schema.n_fields, n_right = inputs[RIGHT]->schema.n_fields;
  PlanNode *node = node_new(lowering, PLAN_INTERVAL_JOIN, n_left + n_right, 2, logical->place);
  memcpy(node->inputs, inputs, sizeof inputs);
  for (uint32_t c = 0; c < n_left + n_right; c++) {
    bool is_left = c < n_left;
    node->schema.fields[c] = is_left ? inputs[LEFT]->schema.fields[c] : inputs[RIGHT]->schema.fields[c - n_left];
    if (join->is_outer[is_left ? RIGHT : LEFT]) node->schema.fields[c].type.nullable = true;
    if (!is_left) node->schema.fields[c].name = unique_name(arena, &node->schema, c);
  }
  uint32_t *all_columns = arena_alloc(arena, (n_left + n_right + 1) * sizeof *all_columns);
  for (uint32_t c = 0; c < n_left + n_right; c++) all_columns[c] = c;
  Expr **outputs = arena_alloc(arena, (n_fields + 1) * sizeof *outputs);
  Field *fields = arena_alloc(arena, (n_fields + 1) * sizeof *fields);
  for (uint32_t c = 0; c < n_fields; c++) {
    uint32_t at = c < join->n_columns[LEFT] ? c : n_left + c - join->n_columns[LEFT];
    fields[c] = logical->schema.fields[c];
    outputs[c] = expr_column(arena, at, fields[c].type, logical->place);
  }
  Bounds *bounds = &join->bounds;
  bool is_empty = bounds->lower_ms > bounds->upper_ms;
  node->interval_join = (PlanIntervalJoin){
      .kind = (join->is_outer[LEFT] ? JOIN_LEFT : JOIN_INNER) | (join->is_outer[RIGHT] ? JOIN_RIGHT : JOIN_INNER),
      .left_keys = keys[LEFT],
      .right_keys = keys[RIGHT],
      .n_keys = n_keys,
      .left_time = bounds->columns[LEFT],
      .right_time = bounds->columns[RIGHT],
      .left_outputs = all_columns,
      .n_left_outputs = n_left,
      .right_outputs = all_columns,
      .n_right_outputs = n_right,
      .lower_us = bounds->lower_ms * 1000,
      .upper_us = (is_empty ? bounds->lower_ms : bounds->upper_ms) * 1000};
  Expr *above = NULL;
  if (!make_residual(join, node, outputs, &node->interval_join.residual) ||
      !conjuncts_join(lowering, &join->above, &above)) {
    return NULL;
  }
  node = node_share(lowering, node);
  if (above != NULL) above = expr_substitute(arena, above, outputs);
  return node_calc(lowering, node, above, outputs, fields, n_fields, logical->place);
}

PlanNode *lower_join(Lowering *lowering, const Logical *logical, Expr *filter) {
  AstJoinKind kind = logical->join.kind;
  Join join = {.lowering = lowering,
               .logical = logical,
               .is_outer = {[LEFT] = kind == AST_JOIN_LEFT || kind == AST_JOIN_FULL,
                            [RIGHT] = kind == AST_JOIN_RIGHT || kind == AST_JOIN_FULL}};
  for (int side = LEFT; side <= RIGHT; side++) join.n_columns[side] = logical->inputs[side]->schema.n_fields;
  sort_conditions(&join, filter);
  return check_bounds(&join) ? make_join(&join) : NULL;
}
