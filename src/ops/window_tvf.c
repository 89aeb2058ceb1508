/* See window_tvf.h. */
#include "ops/window_tvf.h"

#include <assert.h>

#include "vec/memory.h"

typedef struct WindowTvf {
  Operator base;
  WindowTvfSpec spec;
} WindowTvf;

static bool window_tvf_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  WindowTvf *self = (WindowTvf *)operator;
  const WindowTvfSpec *spec = &self->spec;
  assert(input == 0 && batch->n_columns == spec->n_input_columns && batch->n_rows <= BATCH_ROWS_MAX);
  (void)input;
  if (!window_check_times(&spec->window, batch, error)) return false;
  Batch *output = batch_new(spec->n_input_columns + 3, batch->n_rows);
  output->n_rows = batch->n_rows;
  output->row_kinds = batch->row_kinds;
  output->watermarks_us = batch->watermarks_us;
  output->watermark_after_us = batch->watermark_after_us;
  for (uint32_t c = 0; c < spec->n_input_columns; c++) output->columns[c] = batch->columns[c];
  batch_hold_batch(output, batch);
  int64_t *starts_us = batch_add_column(output, spec->n_input_columns, spec->start_type)->values;
  int64_t *ends_us = batch_add_column(output, spec->n_input_columns + 1, spec->end_type)->values;
  int64_t *times_us = batch_add_column(output, spec->n_input_columns + 2, spec->time_type)->values;
  window_assign_ends(&spec->window, batch, ends_us);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    starts_us[row] = ends_us[row] - spec->window.size_us;
    bool is_as_before = row > 0 && ends_us[row] == ends_us[row - 1];
    times_us[row] = is_as_before ? times_us[row - 1] : window_time_us(&spec->window, ends_us[row]);
  }
  return operator_emit(operator, output, error);
}

static bool window_tvf_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  (void)input;
  return operator_emit_watermark(operator, watermark_us, error);
}

static bool window_tvf_finish(Operator *operator, uint32_t input, Error *error) {
  (void)input;
  return operator_emit_finish(operator, error);
}

static const OperatorClass WINDOW_TVF_CLASS = {
    .name = "WindowTableFunction",
    .push = window_tvf_push,
    .watermark = window_tvf_watermark,
    .finish = window_tvf_finish,
};

Operator *window_tvf_new(const WindowTvfSpec *spec) {
  assert(spec->window.assigner != ASSIGN_ATTACHED);
  WindowTvf *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &WINDOW_TVF_CLASS;
  self->spec = *spec;
  return &self->base;
}
