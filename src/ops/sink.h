/* The end of a pipeline: hands batches to a connector's sink, which the job commits and closes. Also enforces the NOT
 * NULL columns of the sink's table, as Flink's ConstraintEnforcer does. */
#ifndef WEIR_OPS_SINK_H
#define WEIR_OPS_SINK_H

#include "io/connector.h"
#include "ops/operator.h"
#include "vec/schema.h"

typedef struct SinkSpec {
  Sink *sink;               /* borrowed: must outlive the operator */
  const Schema *columns;    /* for the message about a null; may be NULL when n_not_null is 0 */
  const uint32_t *not_null; /* columns where a null is refused */
  uint32_t n_not_null;
  bool
      drops_null_rows; /* leave such rows out silently (table.exec.sink.not-null-enforcer = DROP), else the job fails */
} SinkSpec;

Operator *sink_new(const SinkSpec *spec);

#endif
