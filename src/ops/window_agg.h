/* A window table function and the GROUP BY over it, as one operator. Output columns: keys, aggregates, window
 * properties, in that order; insert-only, in the order in which windows end and, within one, in which groups were
 * first seen.
 *
 * A row is late, counted and dropped when the watermark in force at its arrival had reached the last millisecond of
 * its window. A window without rows yields nothing, also when there are no keys. */
#ifndef WEIR_OPS_WINDOW_AGG_H
#define WEIR_OPS_WINDOW_AGG_H

#include "func/aggregate.h"
#include "ops/window.h"

typedef struct WindowAggregate {
  const AggregateCall *call;
  int32_t argument_column; /* of the input; -1 for COUNT(*) */
  int32_t filter_column;   /* a BOOLEAN column of the input; -1: none */
  bool is_distinct;
} WindowAggregate;

typedef struct WindowAggSpec {
  WindowSpec window;
  const uint32_t *key_columns;
  const Type *key_types;
  uint32_t n_keys;
  const WindowAggregate *aggregates;
  uint32_t n_aggregates;
  const WindowOutput *outputs;
  uint32_t n_outputs;
} WindowAggSpec;

/* The spec's arrays are copied; the aggregate calls must outlive the operator. */
Operator *window_agg_new(const WindowAggSpec *spec);

#endif
