/* See values.h. Rows are few and come once: each is written value by value. */
#include "run/values.h"

#include <assert.h>
#include <string.h>

#include "vec/memory.h"

typedef struct Values {
  Operator base;
  const PlanNode *node;
  uint32_t batch_rows;
} Values;

static const OperatorClass VALUES_CLASS = {.name = "Values"};

Operator *values_new(const PlanNode *node, uint32_t batch_rows) {
  assert(node->kind == PLAN_VALUES && batch_rows >= 1 && batch_rows <= BATCH_ROWS_MAX);
  Values *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &VALUES_CLASS;
  self->node = node;
  self->batch_rows = batch_rows;
  return &self->base;
}

static void write_value(Batch *batch, uint32_t c, uint32_t row, const Expr *literal) {
  assert(literal->kind == EXPR_LITERAL && "the planner folds constants");
  Column *column = &batch->columns[c];
  size_t n_bytes = physical_bytes(type_physical(column->type.kind));
  char *slot = (char *)column->values + row * n_bytes;
  if (literal->literal.is_null) {
    memset(slot, 0, n_bytes);
    column_make_valid(column, batch);
    column_set_null(column, row);
  } else {
    memcpy(slot, &literal->literal.value, n_bytes); /* a union: every member begins where it does */
  }
}

static Batch *make_batch(const PlanNode *node, uint32_t from, uint32_t to) {
  uint32_t n_columns = node->schema.n_fields;
  Batch *batch = batch_new(n_columns, to - from);
  batch->watermark_after_us = WATERMARK_NONE;
  batch->n_rows = to - from;
  for (uint32_t c = 0; c < n_columns; c++) {
    batch_add_column(batch, c, node->schema.fields[c].type);
    for (uint32_t row = from; row < to; row++) write_value(batch, c, row - from, node->values.rows[row][c]);
  }
  return batch;
}

bool values_push(Operator *operator, Error * error) {
  Values *self = (Values *)operator;
  assert(self->base.class == &VALUES_CLASS);
  uint32_t n_rows = self->node->values.n_rows;
  for (uint32_t from = 0; from < n_rows; from += self->batch_rows) {
    uint32_t to = n_rows - from < self->batch_rows ? n_rows : from + self->batch_rows;
    if (!operator_emit(operator, make_batch(self->node, from, to), error)) return false;
  }
  return operator_emit_finish(operator, error);
}
