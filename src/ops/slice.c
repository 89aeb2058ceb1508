/* See slice.h. One batch of rows goes through three passes: find each row's group, find each row's value in the
 * DISTINCT sets, and then aggregate by aggregate, each a typed loop over the rows that its FILTER and DISTINCT leave.
 */
#include "ops/slice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vec/hash.h"
#include "vec/memory.h"

enum { SET_MEMBERS_MAX = 64 };

/* Values of one argument column, shared by the DISTINCT aggregates over it. */
typedef struct DistinctSet {
  uint32_t argument_column;
  Type key_types[2]; /* the group's address, the value */
  uint32_t n_members;
  uint64_t hashes[BATCH_ROWS_MAX]; /* of the prepared batch's values */
  uint64_t *seen[BATCH_ROWS_MAX];  /* per row: which members have counted its value; NULL: the value is null */
} DistinctSet;

typedef struct LaidOutAggregate {
  WindowAggregate aggregate;
  uint32_t state_offset;
  int32_t set; /* -1: not DISTINCT */
  uint32_t set_bit;
} LaidOutAggregate;

struct SliceLayout {
  uint32_t n_keys;
  uint32_t *key_columns;
  Type *key_types;
  uint32_t n_aggregates;
  LaidOutAggregate *aggregates;
  uint32_t state_bytes;
  uint32_t n_sets;
  DistinctSet **sets;

  /* Per batch or per update: */
  const Column **keys;
  uint64_t hashes[BATCH_ROWS_MAX];
  uint8_t *groups[BATCH_ROWS_MAX];    /* of rows[i] */
  int64_t addresses[BATCH_ROWS_MAX];  /* the same as a column, by row: a key of the sets */
  uint32_t kept_rows[BATCH_ROWS_MAX]; /* those that reach an aggregate */
  uint8_t *kept_groups[BATCH_ROWS_MAX];
  uint64_t set_hashes[BATCH_ROWS_MAX];
  uint8_t *set_records[BATCH_ROWS_MAX];
};

static void add_to_set(SliceLayout *layout, LaidOutAggregate *aggregate) {
  uint32_t column = (uint32_t)aggregate->aggregate.argument_column;
  uint32_t s = 0;
  while (s < layout->n_sets &&
         (layout->sets[s]->argument_column != column || layout->sets[s]->n_members == SET_MEMBERS_MAX)) {
    s++;
  }
  if (s == layout->n_sets) {
    layout->sets = memory_resize(layout->sets, layout->n_sets + 1, sizeof *layout->sets);
    DistinctSet *set = memory_alloc_zeroed(1, sizeof *set);
    set->argument_column = column;
    set->key_types[0] = type_make(TYPE_BIGINT, false);
    set->key_types[1] = aggregate->aggregate.call->argument_type;
    layout->sets[layout->n_sets++] = set;
  }
  aggregate->set = (int32_t)s;
  aggregate->set_bit = layout->sets[s]->n_members++;
}

SliceLayout *slice_layout_new(const WindowAggSpec *spec) {
  SliceLayout *layout = memory_alloc_zeroed(1, sizeof *layout);
  layout->n_keys = spec->n_keys;
  layout->key_columns = memory_alloc_zeroed(spec->n_keys + 1, sizeof *layout->key_columns);
  layout->key_types = memory_alloc_zeroed(spec->n_keys + 1, sizeof *layout->key_types);
  layout->keys = memory_alloc_zeroed(spec->n_keys + 1, sizeof *layout->keys);
  for (uint32_t k = 0; k < spec->n_keys; k++) {
    layout->key_columns[k] = spec->key_columns[k];
    layout->key_types[k] = spec->key_types[k];
  }
  layout->n_aggregates = spec->n_aggregates;
  layout->aggregates = memory_alloc_zeroed(spec->n_aggregates + 1, sizeof *layout->aggregates);
  for (uint32_t a = 0; a < spec->n_aggregates; a++) {
    LaidOutAggregate *aggregate = &layout->aggregates[a];
    const AggregateCall *call = spec->aggregates[a].call;
    assert(call->state_align == 8 || call->state_align == 16);
    aggregate->aggregate = spec->aggregates[a];
    aggregate->state_offset = (layout->state_bytes + call->state_align - 1) & ~(call->state_align - 1);
    layout->state_bytes = aggregate->state_offset + call->state_bytes;
    aggregate->set = -1;
    assert(!aggregate->aggregate.is_distinct || aggregate->aggregate.argument_column >= 0);
    if (aggregate->aggregate.is_distinct) add_to_set(layout, aggregate);
  }
  return layout;
}

void slice_layout_free(SliceLayout *layout) {
  if (layout == NULL) return;
  for (uint32_t s = 0; s < layout->n_sets; s++) free(layout->sets[s]);
  free(layout->sets);
  free(layout->aggregates);
  free(layout->keys);
  free(layout->key_types);
  free(layout->key_columns);
  free(layout);
}

Slice *slice_new(const SliceLayout *layout, int64_t start_us, int64_t end_us, int64_t fire_us) {
  Slice *slice = memory_alloc_zeroed(1, sizeof *slice);
  slice->start_us = start_us;
  slice->end_us = end_us;
  slice->fire_us = fire_us;
  slice->groups = hash_table_new(layout->key_types, layout->n_keys, layout->state_bytes);
  slice->sets = memory_alloc_zeroed(layout->n_sets + 1, sizeof *slice->sets);
  for (uint32_t s = 0; s < layout->n_sets; s++) {
    slice->sets[s] = hash_table_new(layout->sets[s]->key_types, 2, sizeof(uint64_t));
  }
  return slice;
}

void slice_free(Slice *slice, const SliceLayout *layout) {
  if (slice == NULL) return;
  for (uint32_t s = 0; s < layout->n_sets; s++) hash_table_free(slice->sets[s]);
  free(slice->sets);
  hash_table_free(slice->groups);
  free(slice);
}

size_t slice_bytes(const Slice *slice, const SliceLayout *layout) {
  size_t n_bytes = hash_table_bytes(slice->groups);
  for (uint32_t s = 0; s < layout->n_sets; s++) n_bytes += hash_table_bytes(slice->sets[s]);
  return n_bytes;
}

void slice_prepare(SliceLayout *layout, const Batch *batch) {
  assert(batch->n_rows <= BATCH_ROWS_MAX);
  hash_rows(batch, layout->key_columns, layout->n_keys, layout->hashes);
  for (uint32_t k = 0; k < layout->n_keys; k++) layout->keys[k] = &batch->columns[layout->key_columns[k]];
  for (uint32_t s = 0; s < layout->n_sets; s++) {
    DistinctSet *set = layout->sets[s];
    hash_column(&batch->columns[set->argument_column], batch->n_rows, true, set->hashes);
  }
}

/* Fills set->seen for the rows. The group is part of the key, as its address. */
static void look_up_values(Slice *slice, SliceLayout *layout, uint32_t s, const Batch *batch, const uint32_t *rows,
                           uint32_t n_rows) {
  DistinctSet *set = layout->sets[s];
  const Column *argument = &batch->columns[set->argument_column];
  Column addresses = {.type = set->key_types[0], .values = layout->addresses};
  const Column *keys[2] = {&addresses, argument};
  uint32_t n_kept = 0;
  for (uint32_t i = 0; i < n_rows; i++) {
    uint32_t row = rows == NULL ? i : rows[i];
    set->seen[row] = NULL;
    if (!column_is_valid(argument, row)) continue;
    layout->addresses[row] = (int64_t)(uintptr_t)layout->groups[i];
    layout->set_hashes[row] = hash_mix(set->hashes[row], hash_int64((uint64_t)layout->addresses[row]));
    layout->kept_rows[n_kept++] = row;
  }
  hash_table_find_or_insert(slice->sets[s], keys, layout->set_hashes, layout->kept_rows, n_kept, layout->set_records);
  for (uint32_t i = 0; i < n_kept; i++) {
    set->seen[layout->kept_rows[i]] = (uint64_t *)(void *)layout->set_records[i];
  }
}

/* The rows that an aggregate's FILTER and DISTINCT let through, with their groups, into kept_rows and kept_groups. */
static uint32_t keep_rows(SliceLayout *layout, const LaidOutAggregate *aggregate, const Batch *batch,
                          const uint32_t *rows, uint32_t n_rows) {
  const Column *filter = NULL;
  if (aggregate->aggregate.filter_column >= 0) filter = &batch->columns[aggregate->aggregate.filter_column];
  uint32_t n_kept = 0;
  if (filter != NULL && aggregate->set < 0) {
    const uint8_t *is_true = filter->values;
    for (uint32_t i = 0; i < n_rows; i++) {
      uint32_t row = rows == NULL ? i : rows[i];
      layout->kept_rows[n_kept] = row;
      layout->kept_groups[n_kept] = layout->groups[i];
      n_kept += is_true[row] != 0 && column_is_valid(filter, row);
    }
    return n_kept;
  }
  uint64_t bit = UINT64_C(1) << aggregate->set_bit;
  DistinctSet *set = layout->sets[aggregate->set];
  for (uint32_t i = 0; i < n_rows; i++) {
    uint32_t row = rows == NULL ? i : rows[i];
    if (filter != NULL && (((const uint8_t *)filter->values)[row] == 0 || !column_is_valid(filter, row))) continue;
    if (set->seen[row] == NULL || (*set->seen[row] & bit) != 0) continue;
    *set->seen[row] |= bit;
    layout->kept_rows[n_kept] = row;
    layout->kept_groups[n_kept++] = layout->groups[i];
  }
  return n_kept;
}

void slice_update(Slice *slice, SliceLayout *layout, const Batch *batch, const uint32_t *rows, uint32_t n_rows) {
  hash_table_find_or_insert(slice->groups, layout->keys, layout->hashes, rows, n_rows, layout->groups);
  for (uint32_t s = 0; s < layout->n_sets; s++) look_up_values(slice, layout, s, batch, rows, n_rows);
  Arena *arena = hash_table_arena(slice->groups);
  for (uint32_t a = 0; a < layout->n_aggregates; a++) {
    const LaidOutAggregate *aggregate = &layout->aggregates[a];
    const AggregateCall *call = aggregate->aggregate.call;
    const Column *argument = NULL;
    if (aggregate->aggregate.argument_column >= 0) argument = &batch->columns[aggregate->aggregate.argument_column];
    if (aggregate->aggregate.filter_column < 0 && aggregate->set < 0) {
      call->update(call, layout->groups, aggregate->state_offset, argument, rows, n_rows, arena);
    } else {
      uint32_t n_kept = keep_rows(layout, aggregate, batch, rows, n_rows);
      if (n_kept == 0) continue;
      call->update(call, layout->kept_groups, aggregate->state_offset, argument, layout->kept_rows, n_kept, arena);
    }
  }
}

bool slice_read(const SliceLayout *layout, const Slice *any, uint8_t *const *groups, uint32_t n_groups, Batch *batch,
                Error *error) {
  for (uint32_t k = 0; k < layout->n_keys; k++) {
    batch_add_column(batch, k, layout->key_types[k]);
    hash_table_read_key(any->groups, k, groups, n_groups, batch, k);
  }
  for (uint32_t a = 0; a < layout->n_aggregates; a++) {
    const LaidOutAggregate *aggregate = &layout->aggregates[a];
    const AggregateCall *call = aggregate->aggregate.call;
    batch_add_column(batch, layout->n_keys + a, call->result_type);
    if (!call->finish(call, groups, aggregate->state_offset, n_groups, batch, layout->n_keys + a, error)) return false;
  }
  return true;
}
