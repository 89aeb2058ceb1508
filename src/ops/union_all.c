/* See union_all.h. Rows leave at the latest when the call that made them free to leave ends: an output batch is never
 * kept open across calls, so nothing waits for rows that may not come. */
#include "ops/union_all.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ops/merge.h"
#include "vec/memory.h"

/* From this many rows on, sharing a batch's columns is cheaper than copying its rows. */
enum { SHARE_ROWS_MIN = 256 };

typedef struct UnionAll {
  Operator base;
  UnionAllSpec spec;
  Type *types;
  Merge *merge;
  Batch *output; /* being gathered; NULL: none */
  int64_t *output_stamps;
  int64_t watermark_us; /* emitted so far */
  uint32_t n_finished;
} UnionAll;

static bool flush(UnionAll *self, int64_t watermark_us, Error *error) {
  Batch *output = self->output;
  self->output = NULL;
  if (output == NULL) return true;
  output->watermark_after_us = watermark_us;
  if (watermark_us > self->watermark_us) self->watermark_us = watermark_us;
  return operator_emit(&self->base, output, error);
}

/* The batch under another watermark_after_us: its own runs ahead of the union's. */
static Batch *share_whole(const Batch *batch, int64_t watermark_us) {
  Batch *shared = batch_new(batch->n_columns, batch->n_rows);
  shared->n_rows = batch->n_rows;
  memcpy(shared->columns, batch->columns, batch->n_columns * sizeof *shared->columns);
  shared->row_kinds = batch->row_kinds;
  shared->watermarks_us = batch->watermarks_us;
  shared->watermark_after_us = watermark_us;
  batch_hold_batch(shared, batch);
  return shared;
}

static void open_output(UnionAll *self) {
  self->output = batch_new(self->spec.n_columns, BATCH_ROWS_MAX);
  for (uint32_t c = 0; c < self->spec.n_columns; c++) batch_add_column(self->output, c, self->types[c]);
  self->output_stamps = arena_alloc_column(self->output->arena, BATCH_ROWS_MAX * sizeof *self->output_stamps);
  self->output->watermarks_us = self->output_stamps;
}

static void append(UnionAll *self, const Batch *batch, uint32_t from, uint32_t to) {
  Batch *output = self->output;
  uint32_t at = output->n_rows, n = to - from;
  for (uint32_t c = 0; c < batch->n_columns; c++) column_append(output, c, at, &batch->columns[c], from, to);
  memcpy(self->output_stamps + at, batch->watermarks_us + from, n * sizeof *self->output_stamps);
  if (batch->row_kinds != NULL && output->row_kinds == NULL) {
    output->row_kinds = arena_alloc_zeroed(output->arena, output->capacity_rows);
    _Static_assert(ROW_INSERT == 0, "zeroed row kinds are inserts");
  }
  if (batch->row_kinds != NULL) {
    memcpy(output->row_kinds + at, batch->row_kinds + from, n);
  } else if (output->row_kinds != NULL) {
    memset(output->row_kinds + at, ROW_INSERT, n);
  }
  output->n_rows += n;
  batch_hold_batch(output, batch);
}

static bool emit_run(UnionAll *self, const MergeRun *run, Error *error) {
  const Batch *batch = run->batch;
  assert(batch->n_columns == self->spec.n_columns);
  if (run->to - run->from == batch->n_rows && batch->n_rows >= SHARE_ROWS_MIN) {
    if (!flush(self, batch->watermarks_us[0], error)) return false;
    return operator_emit(&self->base, share_whole(batch, batch->watermarks_us[batch->n_rows - 1]), error);
  }
  for (uint32_t from = run->from; from < run->to;) {
    if (self->output == NULL) open_output(self);
    uint32_t room = self->output->capacity_rows - self->output->n_rows;
    uint32_t to = run->to - from > room ? from + room : run->to;
    append(self, batch, from, to);
    from = to;
    if (self->output->n_rows == self->output->capacity_rows && !flush(self, batch->watermarks_us[to - 1], error)) {
      return false;
    }
  }
  return true;
}

/* Lets go what may go. */
static bool drain(UnionAll *self, Error *error) {
  MergeRun run;
  while (merge_next(self->merge, &run)) {
    if (!emit_run(self, &run, error)) return false;
  }
  int64_t watermark_us = merge_watermark_us(self->merge);
  if (!flush(self, watermark_us, error)) return false;
  if (watermark_us > self->watermark_us && watermark_us < WATERMARK_END) {
    self->watermark_us = watermark_us;
    if (!operator_emit_watermark(&self->base, watermark_us, error)) return false;
  }
  return !merge_is_finished(self->merge) || operator_emit_finish(&self->base, error);
}

static bool union_all_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  UnionAll *self = (UnionAll *)operator;
  if (!self->spec.has_row_time) return operator_emit(operator, batch_retain(batch), error);
  merge_push(self->merge, input, batch);
  return drain(self, error);
}

static bool union_all_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  UnionAll *self = (UnionAll *)operator;
  if (!self->spec.has_row_time) return true;
  merge_watermark(self->merge, input, watermark_us);
  return drain(self, error);
}

static bool union_all_finish(Operator *operator, uint32_t input, Error *error) {
  UnionAll *self = (UnionAll *)operator;
  self->n_finished++;
  assert(self->n_finished <= self->spec.n_inputs);
  if (!self->spec.has_row_time) {
    return self->n_finished < self->spec.n_inputs || operator_emit_finish(operator, error);
  }
  merge_finish(self->merge, input);
  return drain(self, error);
}

static void union_all_destroy(Operator *operator) {
  UnionAll *self = (UnionAll *)operator;
  merge_free(self->merge);
  batch_release(self->output);
  free(self->types);
}

static size_t union_all_state_bytes(const Operator *operator) {
  const UnionAll *self = (const UnionAll *)operator;
  size_t row_bytes = sizeof(int64_t);
  for (uint32_t c = 0; c < self->spec.n_columns; c++) row_bytes += physical_bytes(type_physical(self->types[c].kind));
  return merge_queued_rows(self->merge) * row_bytes;
}

static const OperatorClass UNION_ALL_CLASS = {
    .name = "Union",
    .push = union_all_push,
    .watermark = union_all_watermark,
    .finish = union_all_finish,
    .state_bytes = union_all_state_bytes,
    .destroy = union_all_destroy,
};

Operator *union_all_new(const UnionAllSpec *spec) {
  UnionAll *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &UNION_ALL_CLASS;
  self->spec = *spec;
  self->types = memory_alloc_zeroed(spec->n_columns + 1, sizeof *self->types);
  memcpy(self->types, spec->types, spec->n_columns * sizeof *self->types);
  self->spec.types = self->types;
  self->merge = merge_new(spec->n_inputs);
  self->watermark_us = WATERMARK_NONE;
  return &self->base;
}
