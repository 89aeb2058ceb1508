/* See share_joins.h. Only filters of IS NOT NULL are moved: they can't fail, cost next to nothing, and nearly all rows
 * pass them, so that the shared join is hardly larger than each of those it stands for. */
#include "plan/share_joins.h"

#include <assert.h>
#include <string.h>

#include "plan/push_down.h"

enum { LEFT, RIGHT };

/* An input of a join: a filter and a projection over a base. */
typedef struct Side {
  PlanNode *base;
  Expr *const *outputs;
  Conjuncts filter; /* over the base's columns */
} Side;

/* Joins that can be one. */
typedef struct Group {
  PlanNode **joins;
  Side (*sides)[2]; /* per join */
  uint32_t n_joins;
  Conjuncts common[2];
  PlanNode *shared; /* NULL until it is made */
} Group;

static Side side_of(Arena *arena, PlanNode *input) {
  if (input->kind != PLAN_CALC) return (Side){.base = input, .outputs = expr_columns(arena, &input->schema, 0)};
  return (Side){
      .base = input->inputs[0], .outputs = input->calc.outputs, .filter = conjuncts_of(arena, input->calc.filter)};
}

static bool contains(const Conjuncts *conjuncts, const Expr *item) {
  for (uint32_t i = 0; i < conjuncts->n_items; i++) {
    if (expr_equal(conjuncts->items[i], item)) return true;
  }
  return false;
}

static Conjuncts without(Arena *arena, const Conjuncts *conjuncts, const Conjuncts *left_out) {
  Conjuncts rest = {0};
  for (uint32_t i = 0; i < conjuncts->n_items; i++) {
    if (!contains(left_out, conjuncts->items[i])) conjuncts_add(arena, &rest, conjuncts->items[i]);
  }
  return rest;
}

/* Where the side passes a column of its base on; -1: nowhere. */
static int32_t passed_on(const Side *side, uint32_t n_outputs, uint32_t column) {
  for (uint32_t i = 0; i < n_outputs; i++) {
    if (side->outputs[i]->kind == EXPR_COLUMN && side->outputs[i]->column == column) return (int32_t)i;
  }
  return -1;
}

/* Whether all of these conditions can as well be asked above the join. */
static bool can_rise(const Side *side, uint32_t n_outputs, const Conjuncts *conditions) {
  for (uint32_t i = 0; i < conditions->n_items; i++) {
    const Expr *item = conditions->items[i];
    if (!expr_is_call(item, "IS NOT NULL") || item->call.arguments[0]->kind != EXPR_COLUMN ||
        passed_on(side, n_outputs, item->call.arguments[0]->column) < 0) {
      return false;
    }
  }
  return true;
}

static bool is_same_but_for_nulls(Arena *arena, const PlanNode *a, const Side a_sides[2], const PlanNode *b,
                                  const Side b_sides[2]) {
  if (!interval_joins_equal(&a->interval_join, &b->interval_join) || a->settings.zone != b->settings.zone ||
      a->settings.query_start_us != b->settings.query_start_us) {
    return false;
  }
  for (int s = LEFT; s <= RIGHT; s++) {
    const Side *side_a = &a_sides[s], *side_b = &b_sides[s];
    uint32_t n_outputs = a->inputs[s]->schema.n_fields;
    if (side_a->base != side_b->base || n_outputs != b->inputs[s]->schema.n_fields ||
        !exprs_equal(side_a->outputs, side_b->outputs, n_outputs)) {
      return false;
    }
    Conjuncts only_a = without(arena, &side_a->filter, &side_b->filter);
    Conjuncts only_b = without(arena, &side_b->filter, &side_a->filter);
    bool is_padded_with_nulls = (a->interval_join.kind & (s == LEFT ? JOIN_RIGHT : JOIN_LEFT)) != 0;
    if (is_padded_with_nulls && only_a.n_items + only_b.n_items > 0) return false;
    if (!can_rise(side_a, n_outputs, &only_a) || !can_rise(side_b, n_outputs, &only_b)) return false;
  }
  return true;
}

/* Puts each join into the first group whose first join it resembles. */
static Group *find_groups(Arena *arena, PlanNode **nodes, uint32_t n_nodes, uint32_t *n_groups) {
  Group *groups = arena_alloc_zeroed(arena, (n_nodes + 1) * sizeof *groups);
  *n_groups = 0;
  for (uint32_t n = 0; n < n_nodes; n++) {
    PlanNode *join = nodes[n];
    if (join->kind != PLAN_INTERVAL_JOIN) continue;
    const Side sides[2] = {side_of(arena, join->inputs[LEFT]), side_of(arena, join->inputs[RIGHT])};
    uint32_t g = 0;
    while (g < *n_groups && !is_same_but_for_nulls(arena, groups[g].joins[0], groups[g].sides[0], join, sides)) g++;
    Group *group = &groups[g];
    if (g == *n_groups) {
      (*n_groups)++;
      group->joins = arena_alloc(arena, n_nodes * sizeof(PlanNode *));
      group->sides = arena_alloc(arena, n_nodes * sizeof *group->sides);
      for (int s = LEFT; s <= RIGHT; s++) group->common[s] = sides[s].filter;
    }
    for (int s = LEFT; s <= RIGHT; s++) {
      Conjuncts others = without(arena, &group->common[s], &sides[s].filter);
      group->common[s] = without(arena, &group->common[s], &others);
    }
    memcpy(group->sides[group->n_joins], sides, sizeof sides);
    group->joins[group->n_joins++] = join;
  }
  return groups;
}

/* What a row of the side must fulfil to be wanted by any of the joins. */
static bool make_filter(Lowering *lowering, const Group *group, int s, Expr **filter) {
  Expr *any = NULL;
  bool wants_all = false; /* some join asks no more than what all ask */
  for (uint32_t j = 0; j < group->n_joins && !wants_all; j++) {
    Conjuncts rest = without(lowering->arena, &group->sides[j][s].filter, &group->common[s]);
    Expr *own = NULL;
    if (!conjuncts_join(lowering, &rest, &own)) return false;
    wants_all = own == NULL;
    if (own == NULL || any == NULL) {
      any = own;
      continue;
    }
    Expr *arguments[] = {any, own};
    any = function_call(lowering->arena, function_find("OR"), arguments, 2, own->place, &lowering->settings,
                        lowering->error);
    if (any == NULL) return false;
  }
  Expr *common = NULL;
  return conjuncts_join(lowering, &group->common[s], &common) &&
         expr_and(lowering, common, wants_all ? NULL : any, filter);
}

/* The join that takes the rows which any of the group's wants. `made` is where the nodes below are by now. */
static PlanNode *make_shared(Lowering *lowering, const Group *group, PlanNode *const *made) {
  const PlanNode *first = group->joins[0];
  PlanNode *join = node_new(lowering, PLAN_INTERVAL_JOIN, first->schema.n_fields, 2, first->place);
  memcpy(join->schema.fields, first->schema.fields, first->schema.n_fields * sizeof(Field));
  join->interval_join = first->interval_join;
  for (int s = LEFT; s <= RIGHT; s++) {
    const Schema *schema = &first->inputs[s]->schema;
    Expr *filter = NULL;
    if (!make_filter(lowering, group, s, &filter)) return NULL;
    join->inputs[s] = node_calc(lowering, made[group->sides[0][s].base->id], filter, group->sides[0][s].outputs,
                                schema->fields, schema->n_fields, first->inputs[s]->place);
    if (join->inputs[s] == NULL) return NULL;
  }
  return node_share(lowering, join);
}

/* The group's join with what one of its joins asks on top. */
static PlanNode *pick_own(Lowering *lowering, Group *group, uint32_t j, PlanNode *const *made) {
  if (group->shared == NULL) group->shared = make_shared(lowering, group, made);
  if (group->shared == NULL) return NULL;
  Conjuncts above = {0};
  for (int s = LEFT; s <= RIGHT; s++) {
    const Side *side = &group->sides[j][s];
    const PlanNode *input = group->joins[j]->inputs[s];
    uint32_t first = s == LEFT ? 0 : group->joins[j]->inputs[LEFT]->schema.n_fields;
    Expr **columns = expr_columns(lowering->arena, &side->base->schema, 0);
    for (uint32_t c = 0; c < side->base->schema.n_fields; c++) {
      int32_t at = passed_on(side, input->schema.n_fields, c);
      if (at >= 0) columns[c]->column = first + (uint32_t)at;
    }
    Conjuncts rest = without(lowering->arena, &side->filter, &group->common[s]);
    for (uint32_t i = 0; i < rest.n_items; i++) {
      conjuncts_add(lowering->arena, &above, expr_substitute(lowering->arena, rest.items[i], columns));
    }
  }
  Expr *filter = NULL;
  if (!conjuncts_join(lowering, &above, &filter)) return NULL;
  return node_filter(lowering, group->shared, filter, group->joins[j]->place);
}

/* The node over what its inputs have become. */
static PlanNode *rebuild(Lowering *lowering, PlanNode *node, PlanNode *const *made) {
  bool is_changed = false;
  for (uint32_t i = 0; i < node->n_inputs; i++) {
    is_changed = is_changed || made[node->inputs[i]->id] != node->inputs[i];
  }
  if (!is_changed) return node;
  if (node->kind == PLAN_CALC) {
    return node_calc(lowering, made[node->inputs[0]->id], node->calc.filter, node->calc.outputs, node->schema.fields,
                     node->schema.n_fields, node->place);
  }
  PlanNode *copy = node_new(lowering, node->kind, 0, node->n_inputs, node->place);
  PlanNode **inputs = copy->inputs;
  *copy = *node;
  copy->inputs = inputs;
  for (uint32_t i = 0; i < node->n_inputs; i++) copy->inputs[i] = made[node->inputs[i]->id];
  return node_share(lowering, copy);
}

static PlanNode *rewrite(Lowering *lowering, PlanNode *node, Group *groups, uint32_t n_groups, PlanNode *const *made) {
  lowering->settings = node->settings;
  for (uint32_t g = 0; g < n_groups; g++) {
    if (groups[g].n_joins == 1) continue;
    for (uint32_t j = 0; j < groups[g].n_joins; j++) {
      if (groups[g].joins[j] == node) return pick_own(lowering, &groups[g], j, made);
    }
  }
  return rebuild(lowering, node, made);
}

bool plan_share_joins(Lowering *lowering, PlanJob *jobs, uint32_t n_jobs) {
  uint32_t n_nodes = 0, n_groups = 0;
  PlanNode **nodes = plan_order(lowering, jobs, n_jobs, &n_nodes);
  Group *groups = find_groups(lowering->arena, nodes, n_nodes, &n_groups);
  PlanNode **made = arena_alloc(lowering->arena, (n_nodes + 1) * sizeof(PlanNode *));
  for (uint32_t n = 0; n < n_nodes; n++) {
    made[n] = rewrite(lowering, nodes[n], groups, n_groups, made);
    if (made[n] == NULL) return false;
  }
  for (uint32_t j = 0; j < n_jobs; j++) jobs[j].root = made[jobs[j].root->id];
  return true;
}
