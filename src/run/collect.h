/* The end of a bare SELECT: hands its batches, in order, to whoever shows them. */
#ifndef WEIR_RUN_COLLECT_H
#define WEIR_RUN_COLLECT_H

#include "ops/operator.h"
#include "plan/plan.h"

typedef struct CollectSpec {
  const PlanJob *job;
  /* `batch` is borrowed. NULL: rows are counted and dropped. */
  bool (*collect)(void *context, const PlanJob *job, const Batch *batch, Error *error);
  void *context;
} CollectSpec;

Operator *collect_new(const CollectSpec *spec);

#endif
