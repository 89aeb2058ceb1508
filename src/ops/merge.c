/* See merge.h for the order. The row that goes next is the least of all frontiers by (stamp, input): when that frontier
 * is a queued row, it goes, with all rows after it that are still less than every other frontier; when it is a
 * watermark, everything waits for that input. */
#include "ops/merge.h"

#include <assert.h>
#include <stdlib.h>

#include "vec/memory.h"

typedef struct MergeInput {
  Batch **queue; /* [head, tail) wait */
  size_t head;
  size_t tail;
  size_t capacity;
  uint32_t next_row; /* of the batch at head */
  int64_t watermark_us;
} MergeInput;

struct Merge {
  MergeInput *inputs;
  uint32_t n_inputs;
  uint32_t n_finished;
  uint64_t queued_rows;
  Batch *lent; /* the last run's batch, when that run was its last */
};

Merge *merge_new(uint32_t n_inputs) {
  assert(n_inputs > 0);
  Merge *merge = memory_alloc_zeroed(1, sizeof *merge);
  merge->inputs = memory_alloc_zeroed(n_inputs, sizeof *merge->inputs);
  merge->n_inputs = n_inputs;
  for (uint32_t i = 0; i < n_inputs; i++) merge->inputs[i].watermark_us = WATERMARK_NONE;
  return merge;
}

void merge_free(Merge *merge) {
  if (merge == NULL) return;
  for (uint32_t i = 0; i < merge->n_inputs; i++) {
    MergeInput *input = &merge->inputs[i];
    for (size_t q = input->head; q < input->tail; q++) batch_release(input->queue[q]);
    free(input->queue);
  }
  batch_release(merge->lent);
  free(merge->inputs);
  free(merge);
}

void merge_push(Merge *merge, uint32_t i, Batch *batch) {
  assert(i < merge->n_inputs && batch->n_rows > 0 && batch->watermarks_us != NULL);
  MergeInput *input = &merge->inputs[i];
  assert(batch->watermarks_us[0] >= (input->head == input->tail ? input->watermark_us : WATERMARK_NONE));
  assert(batch->watermarks_us[batch->n_rows - 1] < WATERMARK_END);
  if (input->head == input->tail) input->head = input->tail = 0;
  if (input->tail == input->capacity && input->head > 0) {
    for (size_t q = input->head; q < input->tail; q++) input->queue[q - input->head] = input->queue[q];
    input->tail -= input->head;
    input->head = 0;
  }
  input->queue = memory_grow(input->queue, &input->capacity, input->tail + 1, sizeof(Batch *));
  input->queue[input->tail++] = batch_retain(batch);
  merge->queued_rows += batch->n_rows;
  merge_watermark(merge, i, batch->watermark_after_us);
}

void merge_watermark(Merge *merge, uint32_t i, int64_t watermark_us) {
  assert(i < merge->n_inputs);
  MergeInput *input = &merge->inputs[i];
  if (watermark_us > input->watermark_us) input->watermark_us = watermark_us;
}

void merge_finish(Merge *merge, uint32_t i) {
  merge_watermark(merge, i, WATERMARK_END);
  merge->n_finished++;
  assert(merge->n_finished <= merge->n_inputs);
}

static bool has_queued(const MergeInput *input) { return input->head < input->tail; }

static int64_t frontier_us(const MergeInput *input) {
  return has_queued(input) ? input->queue[input->head]->watermarks_us[input->next_row] : input->watermark_us;
}

/* The first row at or after `from` whose stamp is not less than `bound`. Runs are often whole batches, and otherwise
 * short, so both ends are tried before halving. */
static uint32_t run_end(const Batch *batch, uint32_t from, int64_t bound_us) {
  const int64_t *stamps = batch->watermarks_us;
  uint32_t low = from, high = batch->n_rows;
  if (stamps[high - 1] < bound_us) return high;
  for (uint32_t step = 1; low + step < high; step *= 2) {
    if (stamps[low + step] >= bound_us) {
      high = low + step;
      break;
    }
    low += step;
  }
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (stamps[middle] < bound_us) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool merge_next(Merge *merge, MergeRun *run) {
  batch_release(merge->lent);
  merge->lent = NULL;

  uint32_t least = 0;
  int64_t least_us = frontier_us(&merge->inputs[0]);
  for (uint32_t i = 1; i < merge->n_inputs; i++) {
    int64_t frontier = frontier_us(&merge->inputs[i]);
    if (frontier < least_us) {
      least = i;
      least_us = frontier;
    }
  }
  MergeInput *input = &merge->inputs[least];
  if (!has_queued(input)) return false;

  int64_t bound_us = WATERMARK_END;
  for (uint32_t i = 0; i < merge->n_inputs; i++) {
    if (i == least) continue;
    int64_t frontier = frontier_us(&merge->inputs[i]);
    if (i > least && frontier < WATERMARK_END) frontier++; /* a tie goes to the lower input */
    if (frontier < bound_us) bound_us = frontier;
  }
  Batch *batch = input->queue[input->head];
  *run = (MergeRun){.batch = batch, .input = least, .from = input->next_row};
  run->to = run_end(batch, run->from, bound_us);
  assert(run->to > run->from);
  merge->queued_rows -= run->to - run->from;
  input->next_row = run->to;
  if (run->to == batch->n_rows) {
    merge->lent = batch;
    input->head++;
    input->next_row = 0;
  }
  return true;
}

int64_t merge_watermark_us(const Merge *merge) {
  int64_t least_us = WATERMARK_END;
  for (uint32_t i = 0; i < merge->n_inputs; i++) {
    int64_t frontier = frontier_us(&merge->inputs[i]);
    if (frontier < least_us) least_us = frontier;
  }
  return least_us;
}

bool merge_is_finished(const Merge *merge) { return merge->n_finished == merge->n_inputs && merge->queued_rows == 0; }
uint64_t merge_queued_rows(const Merge *merge) { return merge->queued_rows; }
