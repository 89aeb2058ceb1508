/* See window_agg.h for what it computes, and slice.h for how groups are kept.
 *
 * A batch is worked off in segments: rows with stamps below the moment at which the next open window fires. Within a
 * segment nothing fires, so its rows may be sorted by window and each window's rows be handled together. What fires is
 * only noted, as pointers to groups, and becomes batches when enough has come together or the call ends: many small
 * windows share an output batch. */
#include "ops/window_agg.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ops/slice.h"
#include "vec/memory.h"

enum { NO_SLICE = UINT32_MAX };

typedef struct WindowAgg {
  Operator base;
  WindowSpec window;
  SliceLayout *layout;
  uint32_t n_groups_columns; /* keys and aggregates */
  WindowOutput *outputs;
  uint32_t n_outputs;

  Slice **slices; /* open, by end: also by the moment of firing */
  size_t n_slices;
  size_t slices_capacity;
  int64_t watermark_us;

  /* The segment being assigned. */
  int64_t ends_us[BATCH_ROWS_MAX];
  uint32_t slice_of[BATCH_ROWS_MAX]; /* number in `touched`, or NO_SLICE for late rows */
  uint32_t rows[BATCH_ROWS_MAX];     /* sorted by slice */
  Slice *touched[BATCH_ROWS_MAX];

  /* Fired groups that are not emitted yet, and the slices that own them. */
  uint8_t *fired[BATCH_ROWS_MAX];
  const Slice *fired_of[BATCH_ROWS_MAX];
  uint32_t n_fired;
  Slice **retired;
  size_t n_retired;
  size_t retired_capacity;
} WindowAgg;

/* --- firing --- */

static int64_t slice_property_us(const WindowAgg *self, const Slice *slice, WindowColumn column) {
  switch (column) {
    case WINDOW_COLUMN_START:
      return slice->start_us;
    case WINDOW_COLUMN_END:
      return slice->end_us;
    default:
      return window_time_us(&self->window, slice->end_us);
  }
}

/* Emits the fired groups as a batch. Slices that are done with go. */
static bool flush(WindowAgg *self, int64_t watermark_us, Error *error) {
  uint32_t n = self->n_fired;
  bool is_done = true;
  if (n > 0) {
    Batch *batch = batch_new(self->n_groups_columns + self->n_outputs, n);
    batch->n_rows = n;
    batch->watermark_after_us = watermark_us;
    int64_t *stamps = arena_alloc_column(batch->arena, n * sizeof *stamps);
    const Slice *held = NULL;
    for (uint32_t i = 0; i < n; i++) {
      stamps[i] = self->fired_of[i]->fire_us - 1;
      if (self->fired_of[i] == held) continue;
      held = self->fired_of[i];
      batch_hold(batch, hash_table_arena(held->groups));
    }
    batch->watermarks_us = stamps;
    is_done = slice_read(self->layout, self->fired_of[0], self->fired, n, batch, error);
    for (uint32_t o = 0; o < self->n_outputs; o++) {
      int64_t *values = batch_add_column(batch, self->n_groups_columns + o, self->outputs[o].type)->values;
      for (uint32_t i = 0; i < n; i++) {
        values[i] = slice_property_us(self, self->fired_of[i], self->outputs[o].column);
      }
    }
    self->n_fired = 0;
    if (is_done) {
      is_done = operator_emit(&self->base, batch, error);
    } else {
      batch_release(batch);
    }
  }
  for (size_t r = 0; r < self->n_retired; r++) slice_free(self->retired[r], self->layout);
  self->n_retired = 0;
  return is_done;
}

static bool fire_slice(WindowAgg *self, Slice *slice, Error *error) {
  uint32_t n_groups = hash_table_count(slice->groups);
  assert(n_groups > 0);
  for (uint32_t g = 0; g < n_groups; g++) {
    /* Only when another group needs the room: the batch that ends the call carries the call's watermark. */
    if (self->n_fired == BATCH_ROWS_MAX && !flush(self, slice->fire_us - 1, error)) return false;
    self->fired[self->n_fired] = hash_table_record(slice->groups, g);
    self->fired_of[self->n_fired++] = slice;
  }
  return true;
}

static bool fire_until(WindowAgg *self, int64_t watermark_us, Error *error) {
  assert(watermark_us >= self->watermark_us);
  self->watermark_us = watermark_us;
  size_t n_due = 0;
  bool is_done = true;
  while (is_done && n_due < self->n_slices && self->slices[n_due]->fire_us <= watermark_us) {
    Slice *slice = self->slices[n_due++];
    is_done = fire_slice(self, slice, error);
    self->retired = memory_grow(self->retired, &self->retired_capacity, self->n_retired + 1, sizeof *self->retired);
    self->retired[self->n_retired++] = slice;
  }
  if (n_due > 0) {
    self->n_slices -= n_due;
    memmove(self->slices, self->slices + n_due, self->n_slices * sizeof *self->slices);
  }
  return is_done;
}

/* --- taking rows --- */

/* The position of the open slice with that end, or where it belongs. */
static size_t slice_position(const WindowAgg *self, int64_t end_us) {
  size_t low = 0, high = self->n_slices;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (self->slices[middle]->end_us < end_us) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static int64_t row_window_start_us(const WindowAgg *self, const Batch *batch, uint32_t row) {
  if (self->window.assigner == ASSIGN_ATTACHED) {
    return ((const int64_t *)batch->columns[self->window.start_column].values)[row];
  }
  return self->ends_us[row] - self->window.size_us;
}

/* The open slice of a row's window, opened if need be; NULL when the row is late. */
static Slice *slice_for(WindowAgg *self, const Batch *batch, uint32_t row) {
  int64_t end_us = self->ends_us[row];
  size_t position = slice_position(self, end_us);
  assert(position == self->n_slices || self->slices[position] != NULL);
  if (position < self->n_slices && self->slices[position]->end_us == end_us) return self->slices[position];
  int64_t fire_us = window_fire_us(&self->window, end_us);
  if (fire_us <= batch->watermarks_us[row]) return NULL;
  self->slices = memory_grow(self->slices, &self->slices_capacity, self->n_slices + 1, sizeof *self->slices);
  memmove(self->slices + position + 1, self->slices + position, (self->n_slices - position) * sizeof *self->slices);
  self->n_slices++;
  Slice *slice = slice_new(self->layout, row_window_start_us(self, batch, row), end_us, fire_us);
  self->slices[position] = slice;
  assert(position == 0 || self->slices[position - 1]->fire_us <= fire_us);
  return slice;
}

/* Takes rows from `from` on until one has a stamp at which an open window fires; returns that row. */
static uint32_t take_segment(WindowAgg *self, const Batch *batch, uint32_t from) {
  const int64_t *stamps = batch->watermarks_us;
  int64_t bound_us = self->n_slices > 0 ? self->slices[0]->fire_us : WATERMARK_END;
  uint32_t n_touched = 0, n_late = 0;
  Slice *slice = NULL;
  uint32_t number = NO_SLICE, row = from;
  for (; row < batch->n_rows && stamps[row] < bound_us; row++) {
    if (slice == NULL || slice->end_us != self->ends_us[row]) {
      slice = slice_for(self, batch, row);
      if (slice == NULL) {
        self->slice_of[row] = NO_SLICE;
        n_late++;
        continue;
      }
      if (slice->fire_us < bound_us) bound_us = slice->fire_us;
      if (slice->n_segment == 0) {
        slice->segment_at = n_touched; /* its number, for now */
        self->touched[n_touched++] = slice;
      }
      number = slice->segment_at;
    }
    slice->n_segment++;
    self->slice_of[row] = number;
  }
  self->base.stats.rows_late += n_late;

  if (n_touched == 1 && row - from == batch->n_rows && n_late == 0) {
    slice_update(slice, self->layout, batch, NULL, batch->n_rows);
    slice->n_segment = 0;
    return row;
  }
  uint32_t at = 0;
  for (uint32_t t = 0; t < n_touched; t++) {
    self->touched[t]->segment_at = at;
    at += self->touched[t]->n_segment;
    self->touched[t]->n_segment = 0;
  }
  for (uint32_t r = from; r < row; r++) {
    if (self->slice_of[r] == NO_SLICE) continue;
    slice = self->touched[self->slice_of[r]];
    self->rows[slice->segment_at + slice->n_segment++] = r;
  }
  for (uint32_t t = 0; t < n_touched; t++) {
    slice = self->touched[t];
    slice_update(slice, self->layout, batch, self->rows + slice->segment_at, slice->n_segment);
    slice->n_segment = 0;
  }
  return row;
}

static bool window_agg_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  WindowAgg *self = (WindowAgg *)operator;
  assert(input == 0 && batch->watermarks_us != NULL && batch->row_kinds == NULL);
  (void)input;
  if (!window_check_times(&self->window, batch, error)) return false;
  window_assign_ends(&self->window, batch, self->ends_us);
  slice_prepare(self->layout, batch);
  for (uint32_t row = 0; row < batch->n_rows;) {
    if (!fire_until(self, batch->watermarks_us[row], error)) return false;
    row = take_segment(self, batch, row);
  }
  if (!fire_until(self, batch->watermark_after_us, error)) return false;
  if (self->n_fired > 0) return flush(self, self->watermark_us, error);
  return operator_emit_watermark(operator, self->watermark_us, error);
}

static bool window_agg_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  WindowAgg *self = (WindowAgg *)operator;
  (void)input;
  if (watermark_us <= self->watermark_us) return true;
  if (!fire_until(self, watermark_us, error)) return false;
  if (self->n_fired > 0) return flush(self, watermark_us, error);
  return operator_emit_watermark(operator, watermark_us, error);
}

static bool window_agg_finish(Operator *operator, uint32_t input, Error *error) {
  return window_agg_watermark(operator, input, WATERMARK_END, error) && operator_emit_finish(operator, error);
}

static size_t window_agg_state_bytes(const Operator *operator) {
  const WindowAgg *self = (const WindowAgg *)operator;
  size_t n_bytes = 0;
  for (size_t s = 0; s < self->n_slices; s++) n_bytes += slice_bytes(self->slices[s], self->layout);
  return n_bytes;
}

static void window_agg_destroy(Operator *operator) {
  WindowAgg *self = (WindowAgg *)operator;
  for (size_t s = 0; s < self->n_slices; s++) slice_free(self->slices[s], self->layout);
  for (size_t r = 0; r < self->n_retired; r++) slice_free(self->retired[r], self->layout);
  free(self->slices);
  free(self->retired);
  free(self->outputs);
  slice_layout_free(self->layout);
}

static const OperatorClass WINDOW_AGG_CLASS = {
    .name = "WindowAggregate",
    .push = window_agg_push,
    .watermark = window_agg_watermark,
    .finish = window_agg_finish,
    .state_bytes = window_agg_state_bytes,
    .destroy = window_agg_destroy,
};

Operator *window_agg_new(const WindowAggSpec *spec) {
  WindowAgg *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &WINDOW_AGG_CLASS;
  self->window = spec->window;
  self->layout = slice_layout_new(spec);
  self->n_groups_columns = spec->n_keys + spec->n_aggregates;
  self->outputs = memory_alloc_zeroed(spec->n_outputs + 1, sizeof *self->outputs);
  if (spec->n_outputs > 0) memcpy(self->outputs, spec->outputs, spec->n_outputs * sizeof *self->outputs);
  self->n_outputs = spec->n_outputs;
  self->watermark_us = WATERMARK_NONE;
  return &self->base;
}
