/* A slice: the groups of one stretch of time and their accumulators. A tumbling window is one slice; the windows of
 * HOP and CUMULATE are put together from several.
 *
 * All slices of an operator have one layout: where in a group's record each accumulator lies, and which DISTINCT
 * aggregates share a set. A set holds every (group, value) pair that was seen, with one bit per aggregate that has
 * counted it: COUNT(DISTINCT u) and COUNT(DISTINCT u) FILTER (WHERE ...) keep their values once. */
#ifndef WEIR_OPS_SLICE_H
#define WEIR_OPS_SLICE_H

#include "ops/window_agg.h"
#include "vec/hash_table.h"

typedef struct SliceLayout SliceLayout;

typedef struct Slice {
  int64_t start_us; /* of the window, local time */
  int64_t end_us;
  int64_t fire_us; /* the watermark that completes it */
  HashTable *groups;
  HashTable **sets;    /* one per set of the layout */
  uint32_t n_segment;  /* rows of the segment that is being assigned (window_agg.c) */
  uint32_t segment_at; /* where they start */
} Slice;

/* Copies the arrays of the spec that it needs. */
SliceLayout *slice_layout_new(const WindowAggSpec *spec);
void slice_layout_free(SliceLayout *layout);

Slice *slice_new(const SliceLayout *layout, int64_t start_us, int64_t end_us, int64_t fire_us);
void slice_free(Slice *slice, const SliceLayout *layout);
size_t slice_bytes(const Slice *slice, const SliceLayout *layout);

/* Hashes the keys and the DISTINCT arguments of a batch, once, for all slices that its rows go to. */
void slice_prepare(SliceLayout *layout, const Batch *batch);
/* Adds rows of the prepared batch: rows[i], i < n_rows, or all of them when rows is NULL. */
void slice_update(Slice *slice, SliceLayout *layout, const Batch *batch, const uint32_t *rows, uint32_t n_rows);

/* Writes keys, then aggregates, of the groups into the first columns of `batch`. The groups may be of several slices.
 */
bool slice_read(const SliceLayout *layout, const Slice *any, uint8_t *const *groups, uint32_t n_groups, Batch *batch,
                Error *error);

#endif
