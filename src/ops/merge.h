/* Merges the inputs of an operator by watermark stamp, so that what it does is a function of the data and not of which
 * input was read faster.
 *
 * Each input is a queue of batches. Its frontier is the stamp of its next queued row, else its watermark, else
 * infinity once it has finished. A row of input i with stamp s may go when no other input can still bring a row that
 * belongs before it: frontier > s for inputs before i, >= s for those after (ties go to the lower input). So the
 * minimum over the inputs' watermarks at the moment a row is consumed is that row's own stamp.
 *
 *   merge_push(m, input, batch); while (merge_next(m, &run)) consume(run);
 */
#ifndef WEIR_OPS_MERGE_H
#define WEIR_OPS_MERGE_H

#include "vec/batch.h"

typedef struct Merge Merge;

/* Rows [from, to) of a batch that may be consumed now, as many as possible. `batch` is borrowed until the next call. */
typedef struct MergeRun {
  Batch *batch;
  uint32_t input;
  uint32_t from;
  uint32_t to;
} MergeRun;

Merge *merge_new(uint32_t n_inputs);
void merge_free(Merge *merge);

void merge_push(Merge *merge, uint32_t input, Batch *batch); /* retains; the batch has stamps */
void merge_watermark(Merge *merge, uint32_t input, int64_t watermark_us);
void merge_finish(Merge *merge, uint32_t input);

bool merge_next(Merge *merge, MergeRun *run);
/* Minimum over the inputs' frontiers: the merged stream's watermark once merge_next has returned false. */
int64_t merge_watermark_us(const Merge *merge);
bool merge_is_finished(const Merge *merge); /* all inputs are, and their queues are empty */
uint64_t merge_queued_rows(const Merge *merge);

#endif
