/* Literal rows as a stream: VALUES, and a SELECT without FROM. */
#ifndef WEIR_RUN_VALUES_H
#define WEIR_RUN_VALUES_H

#include "ops/operator.h"
#include "plan/plan.h"

/* An operator without inputs, to connect to. The node must outlive it. */
Operator *values_new(const PlanNode *node, uint32_t batch_rows);
/* Pushes all rows, then the end of the input. */
bool values_push(Operator *values, Error *error);

#endif
