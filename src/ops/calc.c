/* See calc.h. The filter yields row numbers; only the columns that the projection uses are gathered by them, and
 * before it runs, so that the projection cannot fail on a row that the filter has dropped. */
#include "ops/calc.h"

#include <assert.h>
#include <stdlib.h>

#include "func/program.h"
#include "vec/memory.h"

typedef struct Calc {
  Operator base;
  Program *filter; /* NULL: every row stays */
  Program *projection;
  bool *used; /* by the projection, per input column */
  uint32_t n_input_columns;
  uint32_t n_outputs;
  uint32_t rows[BATCH_ROWS_MAX];
} Calc;

/* The selected rows of the columns in use; the others stay empty. */
static Batch *gather_used(const Calc *self, const Batch *batch, uint32_t n_rows) {
  Batch *kept = batch_new(batch->n_columns, n_rows);
  kept->n_rows = n_rows;
  kept->watermark_after_us = batch->watermark_after_us;
  for (uint32_t c = 0; c < batch->n_columns; c++) {
    if (self->used[c]) batch_gather_column(kept, c, &batch->columns[c], self->rows, n_rows);
  }
  if (batch->watermarks_us != NULL) {
    int64_t *stamps = arena_alloc_column(kept->arena, n_rows * sizeof *stamps);
    for (uint32_t i = 0; i < n_rows; i++) stamps[i] = batch->watermarks_us[self->rows[i]];
    kept->watermarks_us = stamps;
  }
  if (batch->row_kinds != NULL) {
    kept->row_kinds = arena_alloc_column(kept->arena, n_rows);
    for (uint32_t i = 0; i < n_rows; i++) kept->row_kinds[i] = batch->row_kinds[self->rows[i]];
  }
  batch_hold_batch(kept, batch);
  return kept;
}

static bool calc_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  Calc *self = (Calc *)operator;
  assert(input == 0 && batch->n_columns == self->n_input_columns && batch->n_rows <= BATCH_ROWS_MAX);
  (void)input;
  Batch *kept = NULL;
  if (self->filter != NULL) {
    uint32_t n_kept = 0;
    if (!program_select(self->filter, batch, self->rows, &n_kept, error)) return false;
    if (n_kept == 0) return operator_emit_watermark(operator, batch->watermark_after_us, error);
    if (n_kept < batch->n_rows) kept = gather_used(self, batch, n_kept);
  }
  const Batch *source = kept != NULL ? kept : batch;
  Batch *output = batch_new(self->n_outputs, source->n_rows);
  output->n_rows = source->n_rows;
  output->row_kinds = source->row_kinds;
  output->watermarks_us = source->watermarks_us;
  output->watermark_after_us = source->watermark_after_us;
  batch_hold_batch(output, source);
  bool is_done = program_evaluate(self->projection, source, output, 0, error);
  batch_release(kept);
  if (!is_done) {
    batch_release(output);
    return false;
  }
  return operator_emit(operator, output, error);
}

static bool calc_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  (void)input;
  return operator_emit_watermark(operator, watermark_us, error);
}

static bool calc_finish(Operator *operator, uint32_t input, Error *error) {
  (void)input;
  return operator_emit_finish(operator, error);
}

static void calc_destroy(Operator *operator) {
  Calc *self = (Calc *)operator;
  program_free(self->filter);
  program_free(self->projection);
  free(self->used);
}

static const OperatorClass CALC_CLASS = {
    .name = "Calc",
    .push = calc_push,
    .watermark = calc_watermark,
    .finish = calc_finish,
    .destroy = calc_destroy,
};

Operator *calc_new(const CalcSpec *spec) {
  Calc *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &CALC_CLASS;
  self->n_input_columns = spec->n_input_columns;
  self->n_outputs = spec->n_outputs;
  self->used = memory_alloc_zeroed(spec->n_input_columns + 1, sizeof *self->used);
  for (uint32_t i = 0; i < spec->n_outputs; i++) expr_mark_columns(spec->outputs[i], self->used);
  if (spec->filter != NULL) self->filter = program_new(&spec->filter, 1, spec->settings);
  self->projection = program_new(spec->outputs, spec->n_outputs, spec->settings);
  return &self->base;
}
