/* See collect.h. */
#include "run/collect.h"

#include <assert.h>

#include "vec/memory.h"

typedef struct Collect {
  Operator base;
  CollectSpec spec;
} Collect;

static bool collect_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  Collect *self = (Collect *)operator;
  assert(input == 0);
  (void)input;
  operator->stats.rows_out += batch->n_rows;
  if (self->spec.collect == NULL) return true;
  return self->spec.collect(self->spec.context, self->spec.job, batch, error);
}

static bool collect_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  (void)operator,(void) input, (void)watermark_us, (void)error;
  return true;
}

static bool collect_finish(Operator *operator, uint32_t input, Error *error) {
  (void)operator,(void) input, (void)error;
  return true;
}

static const OperatorClass COLLECT_CLASS = {
    .name = "Collect",
    .push = collect_push,
    .watermark = collect_watermark,
    .finish = collect_finish,
};

Operator *collect_new(const CollectSpec *spec) {
  Collect *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &COLLECT_CLASS;
  self->spec = *spec;
  return &self->base;
}
