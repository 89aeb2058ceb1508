/* UNION ALL: rows of all inputs, merged by watermark stamp where the inputs have row time (ops/merge.h), else in the
 * order in which they arrive. Batches that are still whole after the merge pass through as they are; cut ones are
 * gathered, so that inputs that interleave finely do not become slivers downstream. */
#ifndef WEIR_OPS_UNION_ALL_H
#define WEIR_OPS_UNION_ALL_H

#include "ops/operator.h"

typedef struct UnionAllSpec {
  uint32_t n_inputs;
  const Type *types; /* of the output columns; inputs' columns are of these types already */
  uint32_t n_columns;
  bool has_row_time; /* all inputs carry stamps */
} UnionAllSpec;

Operator *union_all_new(const UnionAllSpec *spec);

#endif
