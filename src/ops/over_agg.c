/* See over_agg.h for what it computes, over_keys.h for when a key is forgotten and over_frame.h for the frames.
 *
 * Rows that wait for their time stay in the batches that they came in, which are held; of each, a run of the rows in
 * the order in which they fall due is kept. The runs are merged: what is due goes into a round, and a round is worked
 * off when it is full or the call ends. Rows of one key and time are due together, so they are never in two rounds.
 *
 * Whether a row is late depends on what its key has given results for by then. Only a row behind the watermark needs to
 * know: then all that is due by its stamp joins the round first. */
#include "ops/over_agg.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ops/over_frame.h"
#include "ops/over_keys.h"
#include "vec/hash.h"
#include "vec/memory.h"
#include "vec/touch.h"

enum { SHORT_SORT = 16, HELD_LATELY = 8 };

/* A row that waits. In time, it is due when the watermark reaches its time; behind the watermark of its stamp, it is
 * due as soon as the watermark is greater: after what is due at that stamp, before anything that is due later. */
typedef struct OverItem {
  int64_t due_us; /* its time, or, behind the watermark, its stamp */
  int64_t time_us;
  OverKey *key;
  uint32_t row;
  bool is_behind;
} OverItem;

typedef struct OverRun {
  Batch *batch;
  uint64_t number; /* in order of arrival */
  size_t held_bytes;
  uint32_t n_items;
  uint32_t next;
  OverItem items[];
} OverRun;

typedef struct OverAgg {
  Operator base;
  Type *types;
  uint32_t n_columns;
  uint32_t *key_columns;
  uint32_t n_keys;
  uint32_t time_column;
  OverPool pool;
  OverKeys keys;
  OverLayout layout;
  int64_t watermark_us; /* emitted so far */

  /* The batch being taken. */
  const Column **key_values;
  uint64_t hashes[BATCH_ROWS_MAX];
  OverItem items[BATCH_ROWS_MAX]; /* taken since the last run was closed */
  OverItem sort_buffer[BATCH_ROWS_MAX];
  uint32_t n_items;

  OverRun **runs; /* a heap by the next item */
  size_t n_runs;
  size_t runs_capacity;
  uint64_t n_runs_ever;
  size_t waiting_bytes;

  /* The round: rows in the order in which they come out, with the batches that they are in. */
  OverItem *due;
  Batch **due_batches;
  size_t n_due;
  size_t due_capacity;
  size_t due_batches_capacity;
  Batch **spent; /* to be released after the round */
  size_t n_spent;
  size_t spent_capacity;
  Batch **outputs;
  size_t outputs_capacity;
  OverEntry **entries; /* of the round's rows */
  size_t entries_capacity;
  Arena *results; /* accumulators of finished frames */
  uint8_t *groups[BATCH_ROWS_MAX];
  uint8_t *kept_groups[BATCH_ROWS_MAX];
  uint32_t kept_rows[BATCH_ROWS_MAX];
} OverAgg;

/* --- the order in which rows are due --- */

static inline int compare_items(const OverItem *a, const OverItem *b) {
  if (a->due_us != b->due_us) return a->due_us < b->due_us ? -1 : 1;
  if (a->is_behind != b->is_behind) return a->is_behind ? 1 : -1;
  return a->time_us < b->time_us ? -1 : a->time_us > b->time_us;
}

static inline bool is_due(const OverItem *item, int64_t watermark_us) {
  return item->is_behind ? item->due_us < watermark_us : item->due_us <= watermark_us;
}

static bool run_is_before(const OverRun *a, const OverRun *b) {
  int order = compare_items(&a->items[a->next], &b->items[b->next]);
  return order != 0 ? order < 0 : a->number < b->number;
}

static void sift_up(OverAgg *self, size_t at) {
  OverRun *run = self->runs[at];
  for (; at > 0 && run_is_before(run, self->runs[(at - 1) / 2]); at = (at - 1) / 2) {
    self->runs[at] = self->runs[(at - 1) / 2];
  }
  self->runs[at] = run;
}

static void sift_down(OverAgg *self) {
  OverRun *run = self->runs[0];
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= self->n_runs) break;
    if (child + 1 < self->n_runs && run_is_before(self->runs[child + 1], self->runs[child])) child++;
    if (!run_is_before(self->runs[child], run)) break;
    self->runs[at] = self->runs[child];
    at = child;
  }
  self->runs[at] = run;
}

/* Stable. Rows come nearly in order: short stretches by insertion, then merges, of which most have nothing to do. */
static void sort_items(OverAgg *self) {
  OverItem *items = self->items;
  uint32_t n = self->n_items;
  for (uint32_t start = 0; start < n; start += SHORT_SORT) {
    uint32_t end = n - start < SHORT_SORT ? n : start + SHORT_SORT;
    for (uint32_t i = start + 1; i < end; i++) {
      OverItem item = items[i];
      uint32_t at = i;
      for (; at > start && compare_items(&items[at - 1], &item) > 0; at--) items[at] = items[at - 1];
      items[at] = item;
    }
  }
  for (uint32_t width = SHORT_SORT; width < n; width *= 2) {
    for (uint32_t start = 0; n - start > width; start += 2 * width) {
      uint32_t middle = start + width, end = n - middle < width ? n : middle + width;
      if (compare_items(&items[middle - 1], &items[middle]) <= 0) {
        if (end == n) break;
        continue;
      }
      memcpy(self->sort_buffer, items + start, width * sizeof *items);
      uint32_t a = 0, b = middle, at = start;
      while (a < width && b < end) {
        items[at++] = compare_items(&items[b], &self->sort_buffer[a]) < 0 ? items[b++] : self->sort_buffer[a++];
      }
      memcpy(items + at, self->sort_buffer + a, (width - a) * sizeof *items);
      if (end == n) break;
    }
  }
}

static void close_run(OverAgg *self, Batch *batch) {
  if (self->n_items == 0) return;
  sort_items(self);
  size_t n_bytes = sizeof(OverRun) + self->n_items * sizeof(OverItem);
  OverRun *run = memory_alloc(n_bytes);
  run->batch = batch_retain(batch);
  run->number = self->n_runs_ever++;
  run->n_items = self->n_items;
  run->next = 0;
  memcpy(run->items, self->items, self->n_items * sizeof(OverItem));
  run->held_bytes = n_bytes + arena_held_bytes(batch->arena);
  self->waiting_bytes += run->held_bytes;
  self->n_items = 0;
  self->runs = memory_grow(self->runs, &self->runs_capacity, self->n_runs + 1, sizeof *self->runs);
  self->runs[self->n_runs++] = run;
  sift_up(self, self->n_runs - 1);
}

/* --- the round --- */

static void gather_values(const OverAgg *self, Batch *output, uint32_t c, const OverItem *items,
                          Batch *const *batches) {
  Column *target = batch_add_column(output, c, self->types[c]);
  size_t n_bytes = physical_bytes(type_physical(target->type.kind));
  for (uint32_t i = 0; i < output->n_rows;) {
    const Batch *batch = batches[i];
    const Column *source = &batch->columns[c];
    uint32_t from = i;
    switch (n_bytes) {
      case 1:
        for (; i < output->n_rows && batches[i] == batch; i++)
          ((uint8_t *)target->values)[i] = ((const uint8_t *)source->values)[items[i].row];
        break;
      case 4:
        for (; i < output->n_rows && batches[i] == batch; i++)
          ((uint32_t *)target->values)[i] = ((const uint32_t *)source->values)[items[i].row];
        break;
      case 8:
        for (; i < output->n_rows && batches[i] == batch; i++)
          ((uint64_t *)target->values)[i] = ((const uint64_t *)source->values)[items[i].row];
        break;
      default:
        for (; i < output->n_rows && batches[i] == batch; i++)
          ((uint128_t *)target->values)[i] = ((const uint128_t *)source->values)[items[i].row];
    }
    if (source->valid == NULL) continue;
    for (uint32_t r = from; r < i; r++) {
      if (column_is_valid(source, items[r].row)) continue;
      column_make_valid(target, output);
      column_set_null(target, r);
    }
  }
}

/* The input's columns of due rows [from, from + n), and their stamps. */
static Batch *gather_due(OverAgg *self, size_t from, uint32_t n) {
  const OverItem *items = self->due + from;
  Batch *const *batches = self->due_batches + from;
  Batch *output = batch_new(self->n_columns + self->layout.n_aggregates, n);
  output->n_rows = n;
  int64_t *stamps = arena_alloc_column(output->arena, n * sizeof *stamps);
  const Batch *held[HELD_LATELY] = {NULL}; /* rows of a few batches alternate */
  uint32_t n_held = 0;
  for (uint32_t i = 0; i < n; i++) {
    stamps[i] = items[i].is_behind ? items[i].due_us : items[i].due_us - 1;
    bool is_held = false;
    for (uint32_t h = 0; h < HELD_LATELY; h++) is_held |= held[h] == batches[i];
    if (is_held) continue;
    batch_hold_batch(output, batches[i]);
    held[n_held++ % HELD_LATELY] = batches[i];
  }
  output->watermarks_us = stamps;
  output->watermark_after_us = stamps[n - 1];
  for (uint32_t c = 0; c < self->n_columns; c++) gather_values(self, output, c, items, batches);
  return output;
}

/* Adds the rows to their entries. */
static void accumulate(OverAgg *self, const Batch *output, size_t from) {
  const OverLayout *layout = &self->layout;
  uint32_t n = output->n_rows;
  for (uint32_t i = 0; i < n; i++) self->groups[i] = over_entry_state(self->entries[from + i]);
  for (uint32_t a = 0; a < layout->n_aggregates; a++) {
    const WindowAggregate *aggregate = &layout->aggregates[a];
    const AggregateCall *call = aggregate->call;
    const Column *argument = aggregate->argument_column < 0 ? NULL : &output->columns[aggregate->argument_column];
    if (aggregate->filter_column < 0) {
      call->update(call, self->groups, layout->offsets[a], argument, NULL, n, layout->text->arena);
      continue;
    }
    const Column *filter = &output->columns[aggregate->filter_column];
    uint32_t n_kept = 0;
    for (uint32_t i = 0; i < n; i++) {
      self->kept_rows[n_kept] = i;
      self->kept_groups[n_kept] = self->groups[i];
      n_kept += ((const uint8_t *)filter->values)[i] != 0 && column_is_valid(filter, i);
    }
    if (n_kept == 0) continue;
    call->update(call, self->kept_groups, layout->offsets[a], argument, self->kept_rows, n_kept, layout->text->arena);
  }
}

/* Makes the results of the frames that end with the rows. */
static bool finish_frames(OverAgg *self, Batch *output, size_t from, Error *error) {
  OverLayout *layout = &self->layout;
  for (uint32_t i = 0; i < output->n_rows; i++) {
    OverEntry *entry = self->entries[from + i];
    if (entry->result == NULL) {
      entry->result = arena_alloc_zeroed(self->results, layout->state_bytes);
      over_frame_result(layout, self->due[from + i].key, entry, entry->result, self->results);
    }
    self->groups[i] = entry->result;
  }
  for (uint32_t a = 0; a < layout->n_aggregates; a++) {
    const AggregateCall *call = layout->aggregates[a].call;
    batch_add_column(output, self->n_columns + a, call->result_type);
    if (!call->finish(call, self->groups, layout->offsets[a], output->n_rows, output, self->n_columns + a, error)) {
      return false;
    }
  }
  return true;
}

static void release_spent(OverAgg *self) {
  for (size_t s = 0; s < self->n_spent; s++) batch_release(self->spent[s]);
  self->n_spent = 0;
}

/* Puts out the round. All rows are accumulated before the first result is made, in batches of which each is full but
 * the last; `watermark_us` follows the last. */
static bool work_off(OverAgg *self, int64_t watermark_us, Error *error) {
  size_t n = self->n_due, n_outputs = (n + BATCH_ROWS_MAX - 1) / BATCH_ROWS_MAX;
  self->entries = memory_grow(self->entries, &self->entries_capacity, n, sizeof *self->entries);
  self->outputs = memory_grow(self->outputs, &self->outputs_capacity, n_outputs, sizeof *self->outputs);
  over_layout_renew_text(&self->layout);
  for (size_t i = 0; i < n; i++) {
    self->entries[i] = over_frame_entry(&self->layout, self->due[i].key, self->due[i].time_us);
    self->due[i].key->n_pending--;
  }
  for (size_t o = 0; o < n_outputs; o++) {
    size_t from = o * BATCH_ROWS_MAX;
    self->outputs[o] = gather_due(self, from, n - from < BATCH_ROWS_MAX ? (uint32_t)(n - from) : BATCH_ROWS_MAX);
    accumulate(self, self->outputs[o], from);
  }
  bool is_done = true;
  for (size_t o = 0; o < n_outputs; o++) {
    Batch *output = self->outputs[o];
    is_done = is_done && finish_frames(self, output, o * BATCH_ROWS_MAX, error);
    if (is_done && o + 1 == n_outputs && watermark_us > output->watermark_after_us) {
      output->watermark_after_us = watermark_us;
    }
    if (is_done) {
      self->watermark_us = output->watermark_after_us;
      is_done = operator_emit(&self->base, output, error);
    } else {
      batch_release(output);
    }
  }
  arena_reset(self->results);
  self->n_due = 0;
  release_spent(self);
  return is_done;
}

static bool add_due(OverAgg *self, const OverItem *item, Batch *batch, Error *error) {
  if (self->n_due >= BATCH_ROWS_MAX && compare_items(&self->due[self->n_due - 1], item) != 0) {
    if (!work_off(self, WATERMARK_NONE, error)) return false;
  }
  self->due = memory_grow(self->due, &self->due_capacity, self->n_due + 1, sizeof *self->due);
  self->due_batches =
      memory_grow(self->due_batches, &self->due_batches_capacity, self->n_due + 1, sizeof *self->due_batches);
  self->due[self->n_due] = *item;
  self->due_batches[self->n_due++] = batch;
  item->key->n_waiting--;
  if (item->time_us > item->key->fired_us) item->key->fired_us = item->time_us;
  return true;
}

/* All rows that are due join the round. */
static bool collect_due(OverAgg *self, int64_t watermark_us, Error *error) {
  while (self->n_runs > 0) {
    OverRun *run = self->runs[0];
    if (!is_due(&run->items[run->next], watermark_us)) return true;
    const OverRun *rival = self->n_runs > 1 ? self->runs[1] : NULL;
    if (self->n_runs > 2 && run_is_before(self->runs[2], rival)) rival = self->runs[2];
    do {
      if (run->next % TOUCH_BLOCK == 0) {
        uint32_t to = run->n_items - run->next < TOUCH_BLOCK ? run->n_items : run->next + TOUCH_BLOCK;
        for (uint32_t i = run->next; i < to; i++) touch(run->items[i].key);
      }
      if (!add_due(self, &run->items[run->next], run->batch, error)) return false;
      run->next++;
    } while (run->next < run->n_items && is_due(&run->items[run->next], watermark_us) &&
             (rival == NULL || run_is_before(run, rival)));
    if (run->next == run->n_items) {
      self->spent = memory_grow(self->spent, &self->spent_capacity, self->n_spent + 1, sizeof *self->spent);
      self->spent[self->n_spent++] = run->batch;
      self->waiting_bytes -= run->held_bytes;
      free(run);
      self->runs[0] = self->runs[--self->n_runs];
      if (self->n_runs == 0) return true;
    }
    sift_down(self);
  }
  return true;
}

/* The watermark rises: what is due comes out, keys that are done with go. */
static bool advance(OverAgg *self, int64_t watermark_us, Error *error) {
  if (!collect_due(self, watermark_us, error)) return false;
  if (self->n_due > 0 && !work_off(self, watermark_us, error)) return false;
  if (watermark_us == WATERMARK_END || watermark_us == WATERMARK_NONE) return true;
  for (OverKey *key; (key = over_keys_next_expired(&self->keys, watermark_us)) != NULL;) {
    over_frame_clear(&self->layout, key);
    over_keys_release(&self->keys, key);
  }
  if (watermark_us <= self->watermark_us) return true;
  self->watermark_us = watermark_us;
  return operator_emit_watermark(&self->base, watermark_us, error);
}

/* --- taking rows --- */

static bool take_row(OverAgg *self, Batch *batch, uint32_t row, Error *error) {
  int64_t time_us = ((const int64_t *)batch->columns[self->time_column].values)[row];
  int64_t stamp_us = batch->watermarks_us[row];
  uint32_t hash = (uint32_t)self->hashes[row];
  OverKey *key = over_keys_find(&self->keys, self->key_values, hash, row, stamp_us);
  bool is_behind = time_us <= stamp_us;
  if (is_behind && key != NULL && key->n_waiting > 0) {
    close_run(self, batch);
    if (!collect_due(self, stamp_us, error)) return false;
  }
  if (time_us <= (key == NULL ? 0 : key->fired_us)) {
    self->base.stats.rows_late++;
    return true;
  }
  if (key == NULL) key = over_keys_add(&self->keys, self->key_values, hash, row);
  over_keys_keep(&self->keys, key, time_us, stamp_us);
  key->n_waiting++;
  key->n_pending++;
  self->items[self->n_items++] = (OverItem){
      .due_us = is_behind ? stamp_us : time_us, .time_us = time_us, .key = key, .row = row, .is_behind = is_behind};
  return true;
}

/* Brings the keys of the next rows near. */
static void touch_keys(const OverAgg *self, uint32_t from, uint32_t n_rows) {
  uint32_t to = n_rows - from < TOUCH_BLOCK ? n_rows : from + TOUCH_BLOCK;
  for (uint32_t row = from; row < to; row++) touch(over_keys_slot(&self->keys, (uint32_t)self->hashes[row]));
  for (uint32_t row = from; row < to; row++) {
    const OverKey *first = *over_keys_slot(&self->keys, (uint32_t)self->hashes[row]);
    if (first != NULL) touch(first);
  }
}

static bool over_agg_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  OverAgg *self = (OverAgg *)operator;
  assert(input == 0 && batch->watermarks_us != NULL && batch->row_kinds == NULL);
  assert(batch->n_rows <= BATCH_ROWS_MAX && batch->n_columns == self->n_columns);
  (void)input;
  WindowSpec times = {.assigner = ASSIGN_TUMBLE, .time_column = self->time_column};
  if (!window_check_times(&times, batch, error)) return false;
  hash_rows(batch, self->key_columns, self->n_keys, self->hashes);
  for (uint32_t k = 0; k < self->n_keys; k++) self->key_values[k] = &batch->columns[self->key_columns[k]];
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    if (row % TOUCH_BLOCK == 0) touch_keys(self, row, batch->n_rows);
    if (!take_row(self, batch, row, error)) return false;
  }
  close_run(self, batch);
  return advance(self, batch->watermark_after_us, error);
}

static bool over_agg_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  (void)input;
  return advance((OverAgg *)operator, watermark_us, error);
}

static bool over_agg_finish(Operator *operator, uint32_t input, Error *error) {
  (void)input;
  return advance((OverAgg *)operator, WATERMARK_END, error) && operator_emit_finish(operator, error);
}

static size_t over_agg_state_bytes(const Operator *operator) {
  const OverAgg *self = (const OverAgg *)operator;
  return self->pool.held_bytes + (self->keys.slot_mask + 1) * sizeof *self->keys.slots + self->waiting_bytes;
}

/* --- making and freeing --- */

static void over_agg_destroy(Operator *operator) {
  OverAgg *self = (OverAgg *)operator;
  for (size_t b = 0; b < self->keys.n_buckets; b++) {
    const OverBucket *bucket = &self->keys.buckets[b];
    for (size_t k = 0; k < bucket->n_keys; k++) over_frame_clear(&self->layout, bucket->keys[k]);
  }
  for (size_t r = 0; r < self->n_runs; r++) {
    batch_release(self->runs[r]->batch);
    free(self->runs[r]);
  }
  release_spent(self);
  over_keys_free(&self->keys);
  over_layout_free(&self->layout);
  over_pool_free(&self->pool);
  arena_release(self->results);
  free(self->types);
  free(self->key_columns);
  free(self->key_values);
  free(self->runs);
  free(self->due);
  free(self->due_batches);
  free(self->spent);
  free(self->outputs);
  free(self->entries);
}

static const OperatorClass OVER_AGG_CLASS = {
    .name = "OverAggregate",
    .push = over_agg_push,
    .watermark = over_agg_watermark,
    .finish = over_agg_finish,
    .state_bytes = over_agg_state_bytes,
    .destroy = over_agg_destroy,
};

Operator *over_agg_new(const OverSpec *spec) {
  OverAgg *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &OVER_AGG_CLASS;
  self->n_columns = spec->n_columns;
  self->types = memory_alloc_zeroed(spec->n_columns + 1, sizeof *self->types);
  memcpy(self->types, spec->types, spec->n_columns * sizeof *self->types);
  self->n_keys = spec->n_keys;
  self->key_columns = memory_alloc_zeroed(spec->n_keys + 1, sizeof *self->key_columns);
  self->key_values = memory_alloc_zeroed(spec->n_keys + 1, sizeof *self->key_values);
  Type *key_types = memory_alloc_zeroed(spec->n_keys + 1, sizeof *key_types);
  for (uint32_t k = 0; k < spec->n_keys; k++) {
    self->key_columns[k] = spec->key_columns[k];
    key_types[k] = spec->types[spec->key_columns[k]];
  }
  self->time_column = spec->time_column;
  over_keys_init(&self->keys, &self->pool, key_types, spec->n_keys, spec->preceding_us);
  over_layout_init(&self->layout, &self->pool, spec);
  free(key_types);
  self->results = arena_new(1 << 16);
  self->watermark_us = WATERMARK_NONE;
  return &self->base;
}
