/* See batch.h. A batch, its column array and its computed columns are one arena, so that making one is a few pointer
 * bumps and freeing it is one release. */
#include "vec/batch.h"

#include <assert.h>
#include <string.h>

enum { FIRST_HOLDS = 4, ROW_OVERHEAD_BYTES = 1024 };

Batch *batch_new(uint32_t n_columns, uint32_t capacity_rows) {
  Arena *arena = arena_new(ROW_OVERHEAD_BYTES + (size_t)n_columns * capacity_rows * 12);
  Batch *batch = arena_alloc_zeroed(arena, sizeof *batch);
  batch->references = 1;
  batch->n_columns = n_columns;
  batch->capacity_rows = capacity_rows;
  batch->columns = arena_alloc_zeroed(arena, (n_columns + 1) * sizeof *batch->columns);
  batch->watermark_after_us = WATERMARK_NONE;
  batch->arena = arena;
  return batch;
}

Batch *batch_retain(Batch *batch) {
  assert(batch->references > 0);
  batch->references++;
  return batch;
}

void batch_release(Batch *batch) {
  if (batch == NULL) return;
  assert(batch->references > 0);
  if (--batch->references > 0) return;
  for (uint32_t h = 0; h < batch->n_holds; h++) arena_release(batch->holds[h]);
  arena_release(batch->arena); /* last: the batch itself lives there */
}

void batch_hold(Batch *batch, Arena *arena) {
  if (arena == batch->arena) return;
  for (uint32_t h = batch->n_holds; h > 0; h--) {
    if (batch->holds[h - 1] == arena) return;
  }
  if (batch->n_holds == batch->holds_capacity) {
    uint32_t capacity = batch->holds_capacity == 0 ? FIRST_HOLDS : batch->holds_capacity * 2;
    Arena **holds = arena_alloc(batch->arena, capacity * sizeof *holds);
    if (batch->n_holds > 0) memcpy(holds, batch->holds, batch->n_holds * sizeof *holds);
    batch->holds = holds;
    batch->holds_capacity = capacity;
  }
  batch->holds[batch->n_holds++] = arena_retain(arena);
}

void batch_hold_batch(Batch *batch, const Batch *other) {
  batch_hold(batch, other->arena);
  for (uint32_t h = 0; h < other->n_holds; h++) batch_hold(batch, other->holds[h]);
}

Column *batch_add_column(Batch *batch, uint32_t c, Type type) {
  assert(c < batch->n_columns);
  Column *column = &batch->columns[c];
  column->type = type;
  column->values = arena_alloc_column(batch->arena, batch->capacity_rows * physical_bytes(type_physical(type.kind)));
  column->valid = NULL;
  return column;
}

void column_make_valid(Column *column, Batch *batch) {
  if (column->valid != NULL) return;
  size_t n_bytes = valid_words(batch->capacity_rows) * sizeof(uint64_t);
  column->valid = arena_alloc_column(batch->arena, n_bytes);
  memset(column->valid, 0xff, n_bytes);
}

void batch_share_column(Batch *batch, uint32_t c, const Batch *source, uint32_t source_column) {
  assert(c < batch->n_columns && source_column < source->n_columns);
  batch->columns[c] = source->columns[source_column];
  batch_hold_batch(batch, source);
}

static void gather_values(void *target, const void *source, size_t value_bytes, const uint32_t *rows, uint32_t n_rows) {
  switch (value_bytes) {
    case 1:
      for (uint32_t i = 0; i < n_rows; i++) ((uint8_t *)target)[i] = ((const uint8_t *)source)[rows[i]];
      break;
    case 4:
      for (uint32_t i = 0; i < n_rows; i++) ((uint32_t *)target)[i] = ((const uint32_t *)source)[rows[i]];
      break;
    case 8:
      for (uint32_t i = 0; i < n_rows; i++) ((uint64_t *)target)[i] = ((const uint64_t *)source)[rows[i]];
      break;
    default:
      assert(value_bytes == 16);
      for (uint32_t i = 0; i < n_rows; i++) ((uint128_t *)target)[i] = ((const uint128_t *)source)[rows[i]];
  }
}

void batch_gather_column(Batch *batch, uint32_t c, const Column *source, const uint32_t *rows, uint32_t n_rows) {
  assert(n_rows <= batch->capacity_rows);
  Column *column = batch_add_column(batch, c, source->type);
  gather_values(column->values, source->values, physical_bytes(type_physical(source->type.kind)), rows, n_rows);
  if (source->valid == NULL) return;
  column_make_valid(column, batch);
  for (uint32_t i = 0; i < n_rows; i++) {
    if (!column_is_valid(source, rows[i])) column_set_null(column, i);
  }
}

Batch *batch_gather(const Batch *source, const uint32_t *rows, uint32_t n_rows) {
  Batch *batch = batch_new(source->n_columns, n_rows);
  batch->n_rows = n_rows;
  batch->watermark_after_us = source->watermark_after_us;
  for (uint32_t c = 0; c < source->n_columns; c++) batch_gather_column(batch, c, &source->columns[c], rows, n_rows);
  if (source->watermarks_us != NULL) {
    int64_t *stamps = arena_alloc_column(batch->arena, n_rows * sizeof *stamps);
    gather_values(stamps, source->watermarks_us, sizeof *stamps, rows, n_rows);
    batch->watermarks_us = stamps;
  }
  if (source->row_kinds != NULL) {
    batch->row_kinds = arena_alloc_column(batch->arena, n_rows);
    gather_values(batch->row_kinds, source->row_kinds, 1, rows, n_rows);
  }
  batch_hold_batch(batch, source);
  return batch;
}

void column_append(Batch *target_batch, uint32_t target, uint32_t at, const Column *source, uint32_t from,
                   uint32_t to) {
  Column *column = &target_batch->columns[target];
  size_t value_bytes = physical_bytes(type_physical(column->type.kind));
  assert(type_physical(column->type.kind) == type_physical(source->type.kind));
  assert(from <= to && at + (to - from) <= target_batch->capacity_rows);
  memcpy((char *)column->values + at * value_bytes, (const char *)source->values + from * value_bytes,
         (to - from) * value_bytes);
  if (source->valid == NULL && column->valid == NULL) return;
  column_make_valid(column, target_batch);
  for (uint32_t i = 0; i < to - from; i++) {
    uint32_t row = at + i;
    uint64_t bit = UINT64_C(1) << (row & 63);
    if (column_is_valid(source, from + i)) {
      column->valid[row >> 6] |= bit;
    } else {
      column->valid[row >> 6] &= ~bit;
    }
  }
}
