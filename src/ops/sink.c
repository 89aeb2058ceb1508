/* See sink.h. */
#include "ops/sink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

typedef struct SinkOperator {
  Operator base;
  Sink *sink;
  const Schema *columns;
  uint32_t *not_null;
  uint32_t n_not_null;
  bool drops_null_rows;
  uint32_t rows[BATCH_ROWS_MAX];
} SinkOperator;

/* Fills self->rows with the rows that have no null where none may be. *n_kept stays n_rows when there is no null. */
static bool check_nulls(SinkOperator *self, const Batch *batch, uint32_t *n_kept, Error *error) {
  *n_kept = batch->n_rows;
  for (uint32_t i = 0; i < self->n_not_null; i++) {
    uint32_t c = self->not_null[i];
    const Column *column = &batch->columns[c];
    if (column->valid == NULL) continue;
    if (*n_kept == batch->n_rows) {
      for (uint32_t row = 0; row < batch->n_rows; row++) self->rows[row] = row;
    }
    uint32_t kept = 0;
    for (uint32_t r = 0; r < *n_kept; r++) {
      if (column_is_valid(column, self->rows[r])) {
        self->rows[kept++] = self->rows[r];
      } else if (!self->drops_null_rows) {
        error_set(error, ERROR_RUNTIME, "Column '%s' is NOT NULL, however, a null value is being written into it",
                  self->columns->fields[c].name);
        error_hint(error, "SET 'table.exec.sink.not-null-enforcer' = 'DROP' leaves such rows out");
        return false;
      }
    }
    *n_kept = kept;
  }
  return true;
}

static bool sink_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  SinkOperator *self = (SinkOperator *)operator;
  assert(input == 0 && batch->n_rows <= BATCH_ROWS_MAX);
  (void)input;
  uint32_t n_kept;
  if (!check_nulls(self, batch, &n_kept, error)) return false;
  if (n_kept == 0) return true;
  operator->stats.rows_out += n_kept;
  if (n_kept == batch->n_rows) return self->sink->write(self->sink, batch, error);
  Batch *kept = batch_gather(batch, self->rows, n_kept);
  bool is_done = self->sink->write(self->sink, kept, error);
  batch_release(kept);
  return is_done;
}

static bool sink_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  (void)operator,(void) input, (void)watermark_us, (void)error;
  return true;
}

static bool sink_finish(Operator *operator, uint32_t input, Error *error) {
  (void)operator,(void) input, (void)error;
  return true;
}

static void sink_destroy(Operator *operator) {
  SinkOperator *self = (SinkOperator *)operator;
  free(self->not_null);
}

static const OperatorClass SINK_CLASS = {
    .name = "Sink",
    .push = sink_push,
    .watermark = sink_watermark,
    .finish = sink_finish,
    .destroy = sink_destroy,
};

Operator *sink_new(const SinkSpec *spec) {
  SinkOperator *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &SINK_CLASS;
  self->sink = spec->sink;
  self->columns = spec->columns;
  self->not_null = memory_alloc_zeroed(spec->n_not_null + 1, sizeof *self->not_null);
  if (spec->n_not_null > 0) memcpy(self->not_null, spec->not_null, spec->n_not_null * sizeof *self->not_null);
  self->n_not_null = spec->n_not_null;
  self->drops_null_rows = spec->drops_null_rows;
  return &self->base;
}
