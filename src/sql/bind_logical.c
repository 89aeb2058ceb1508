/* Making logical nodes. */
#include <string.h>

#include "sql/binder.h"

static const WindowColumns NO_WINDOW = {.start = -1, .end = -1, .time = -1};

Logical *logical_new(Binder *binder, LogicalKind kind, SourcePlace place, uint32_t n_inputs) {
  Logical *logical = arena_alloc_zeroed(binder->arena, sizeof *logical);
  logical->kind = kind;
  logical->place = place;
  logical->window = NO_WINDOW;
  logical->inputs = arena_alloc_zeroed(binder->arena, (n_inputs + 1) * sizeof *logical->inputs);
  logical->n_inputs = n_inputs;
  return logical;
}

/* Where a projection passes column `column` of its input on; -1: nowhere. */
static int32_t passed_on(Expr *const *exprs, uint32_t n_exprs, int32_t column) {
  for (uint32_t e = 0; e < n_exprs && column >= 0; e++) {
    if (exprs[e]->kind == EXPR_COLUMN && exprs[e]->column == (uint32_t)column) return (int32_t)e;
  }
  return -1;
}

Logical *logical_project(Binder *binder, Logical *input, Expr *const *exprs, const char *const *names, uint32_t n_exprs,
                         SourcePlace place) {
  Logical *project = logical_new(binder, LOGICAL_PROJECT, place, 1);
  project->inputs[0] = input;
  project->project = arena_alloc(binder->arena, (n_exprs + 1) * sizeof *project->project);
  project->schema.fields = arena_alloc(binder->arena, (n_exprs + 1) * sizeof *project->schema.fields);
  project->schema.n_fields = n_exprs;
  for (uint32_t e = 0; e < n_exprs; e++) {
    project->project[e] = exprs[e];
    project->schema.fields[e] = (Field){.name = names[e], .type = exprs[e]->type};
  }
  project->window = (WindowColumns){.start = passed_on(exprs, n_exprs, input->window.start),
                                    .end = passed_on(exprs, n_exprs, input->window.end),
                                    .time = passed_on(exprs, n_exprs, input->window.time)};
  return project;
}

Logical *logical_filter(Binder *binder, Logical *input, Expr *condition, SourcePlace place) {
  Logical *filter = logical_new(binder, LOGICAL_FILTER, place, 1);
  filter->inputs[0] = input;
  filter->schema = input->schema;
  filter->window = input->window;
  filter->filter = condition;
  return filter;
}

Logical *logical_one_row(Binder *binder, SourcePlace place) {
  Logical *values = logical_new(binder, LOGICAL_VALUES, place, 0);
  values->values.rows = arena_alloc_zeroed(binder->arena, sizeof *values->values.rows);
  values->values.n_rows = 1;
  return values;
}
