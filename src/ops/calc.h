/* Filter, then projection: the workhorse between the operators that keep state. Columns that are only passed on are
 * shared, not copied. Rows keep their watermark stamps and row kinds. */
#ifndef WEIR_OPS_CALC_H
#define WEIR_OPS_CALC_H

#include "func/expr.h"
#include "func/function.h"
#include "ops/operator.h"

typedef struct CalcSpec {
  uint32_t n_input_columns;
  const Expr *filter; /* BOOLEAN, over the input; rows for which it is not true are dropped; NULL: all stay */
  const Expr *const *outputs;
  uint32_t n_outputs;
  const SessionSettings *settings;
} CalcSpec;

/* The expressions must outlive the operator. */
Operator *calc_new(const CalcSpec *spec);

#endif
