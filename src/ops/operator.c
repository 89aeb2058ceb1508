/* What all operators share: the way into one and the way out of one, with the counting and timing that EXPLAIN ANALYZE
 * and the metrics show. See operator.h for the protocol. */
#include "ops/operator.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

#include "vec/memory.h"

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void operator_connect(Operator *from, Operator *to, uint32_t input) {
  from->outputs = memory_resize(from->outputs, from->n_outputs + 1, sizeof *from->outputs);
  from->outputs[from->n_outputs++] = (OperatorEdge){.target = to, .input = input};
}

void operator_free(Operator *self) {
  if (self == NULL) return;
  OperatorEdge *outputs = self->outputs;
  if (self->class->destroy != NULL) self->class->destroy(self);
  free(outputs);
  free(self);
}

/* A call into an operator: what it spends in its outputs is theirs, not its own. */
typedef struct Call {
  uint64_t start_ns;
  uint64_t outer_children_ns;
} Call;

static Call call_begin(Operator *target) {
  if (!target->is_timed) return (Call){0};
  Call call = {.start_ns = now_ns(), .outer_children_ns = target->children_ns};
  target->children_ns = 0;
  return call;
}

static bool call_end(Operator *target, Call call, bool is_done) {
  if (target->is_timed) {
    target->stats.self_ns += now_ns() - call.start_ns - target->children_ns;
    target->children_ns = call.outer_children_ns;
  }
  if (target->class->state_bytes != NULL) {
    size_t bytes = target->class->state_bytes(target);
    if (bytes > target->stats.peak_state_bytes) target->stats.peak_state_bytes = bytes;
  }
  return is_done;
}

bool operator_push(Operator *target, uint32_t input, Batch *batch, Error *error) {
  assert(batch->references > 0);
  assert(batch->n_rows > 0 && "an empty batch travels as a watermark");
  assert(batch->watermarks_us == NULL || batch->watermarks_us[batch->n_rows - 1] <= batch->watermark_after_us);
  target->stats.rows_in += batch->n_rows;
  target->stats.batches_in++;
  Call call = call_begin(target);
  return call_end(target, call, target->class->push(target, input, batch, error));
}

bool operator_watermark(Operator *target, uint32_t input, int64_t watermark_us, Error *error) {
  Call call = call_begin(target);
  return call_end(target, call, target->class->watermark(target, input, watermark_us, error));
}

bool operator_finish(Operator *target, uint32_t input, Error *error) {
  Call call = call_begin(target);
  return call_end(target, call, target->class->finish(target, input, error));
}

bool operator_emit(Operator *self, Batch *batch, Error *error) {
  if (batch->n_rows == 0) {
    int64_t watermark_us = batch->watermark_after_us;
    batch_release(batch);
    return operator_emit_watermark(self, watermark_us, error);
  }
  self->stats.rows_out += batch->n_rows;
  uint64_t start_ns = self->is_timed ? now_ns() : 0;
  bool is_done = true;
  for (uint32_t o = 0; is_done && o < self->n_outputs; o++) {
    is_done = operator_push(self->outputs[o].target, self->outputs[o].input, batch, error);
  }
  batch_release(batch);
  if (self->is_timed) self->children_ns += now_ns() - start_ns;
  return is_done;
}

bool operator_emit_watermark(Operator *self, int64_t watermark_us, Error *error) {
  uint64_t start_ns = self->is_timed ? now_ns() : 0;
  bool is_done = true;
  for (uint32_t o = 0; is_done && o < self->n_outputs; o++) {
    is_done = operator_watermark(self->outputs[o].target, self->outputs[o].input, watermark_us, error);
  }
  if (self->is_timed) self->children_ns += now_ns() - start_ns;
  return is_done;
}

bool operator_emit_finish(Operator *self, Error *error) {
  uint64_t start_ns = self->is_timed ? now_ns() : 0;
  bool is_done = true;
  for (uint32_t o = 0; is_done && o < self->n_outputs; o++) {
    is_done = operator_finish(self->outputs[o].target, self->outputs[o].input, error);
  }
  if (self->is_timed) self->children_ns += now_ns() - start_ns;
  return is_done;
}
