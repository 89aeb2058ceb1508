/* SUM and AVG.
 *
 * SUM of INT is INT and wraps around, as Flink's; AVG of INT or BIGINT divides a 64-bit sum and
 * truncates. A DECIMAL sum that leaves 38 digits becomes NULL; Flink's SUM then starts again at the
 * next value (NULL + x is x to it), and so does this one, while its AVG stays NULL. */
#include "func/aggregate_kernel.h"
#include "func/decimal_math.h"
#include "func/type_rules.h"

typedef struct IntegerState {
  uint64_t sum; /* unsigned: it wraps */
  int64_t n;
} IntegerState;

typedef struct DoubleState {
  double sum;
  int64_t n;
} DoubleState;

typedef struct DecimalState {
  int128_t sum;
  int64_t n;
  bool is_null; /* overflowed */
} DecimalState;

static bool fits(int128_t value) {
  const int128_t limit = decimal_power10(DECIMAL_PRECISION_MAX);
  return value < limit && value > -limit;
}

/* Adds to a sum that may have overflowed before. */
static void add_decimal(DecimalState *state, int128_t value, bool restarts) {
  if (state->is_null && !restarts) return;
  int128_t sum;
  bool overflows = __builtin_add_overflow(state->is_null ? 0 : state->sum, value, &sum);
  state->is_null = overflows || !fits(sum);
  state->sum = state->is_null ? 0 : sum;
}

static bool is_sum(const AggregateCall *call);

AGGREGATE_UPDATE(int32_update) {
  (void)call, (void)arena;
  const int32_t *values = argument->values;
  AGGREGATE_EACH(IntegerState, {
    state->sum += (uint64_t)(int64_t)values[row];
    state->n++;
  });
}

AGGREGATE_UPDATE(int64_update) {
  (void)call, (void)arena;
  const int64_t *values = argument->values;
  AGGREGATE_EACH(IntegerState, {
    state->sum += (uint64_t)values[row];
    state->n++;
  });
}

AGGREGATE_UPDATE(double_update) {
  (void)call, (void)arena;
  const double *values = argument->values;
  AGGREGATE_EACH(DoubleState, {
    state->sum += values[row];
    state->n++;
  });
}

AGGREGATE_UPDATE(decimal_update) {
  (void)arena;
  const int128_t *values = argument->values;
  const bool restarts = is_sum(call);
  AGGREGATE_EACH(DecimalState, {
    add_decimal(state, values[row], restarts);
    state->n++;
  });
}

AGGREGATE_MERGE(integer_merge) {
  (void)call, (void)arena;
  IntegerState *into = (IntegerState *)(void *)into_bytes;
  const IntegerState *from = (const IntegerState *)(const void *)from_bytes;
  into->sum += from->sum;
  into->n += from->n;
}

AGGREGATE_MERGE(double_merge) {
  (void)call, (void)arena;
  DoubleState *into = (DoubleState *)(void *)into_bytes;
  const DoubleState *from = (const DoubleState *)(const void *)from_bytes;
  into->sum += from->sum;
  into->n += from->n;
}

AGGREGATE_MERGE(decimal_merge) {
  (void)arena;
  DecimalState *into = (DecimalState *)(void *)into_bytes;
  const DecimalState *from = (const DecimalState *)(const void *)from_bytes;
  if (from->n == 0) return;
  if (!from->is_null)
    add_decimal(into, from->sum, is_sum(call));
  else if (!is_sum(call))
    into->is_null = true;
  into->n += from->n;
}

#define STATE(State, i) ((const State *)(const void *)(groups[i] + state_offset))

AGGREGATE_FINISH(sum_int32_finish) {
  (void)call, (void)error;
  int32_t *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    out[i] = (int32_t)(uint32_t)STATE(IntegerState, i)->sum;
    if (STATE(IntegerState, i)->n == 0) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

AGGREGATE_FINISH(sum_int64_finish) {
  (void)call, (void)error;
  int64_t *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    out[i] = (int64_t)STATE(IntegerState, i)->sum;
    if (STATE(IntegerState, i)->n == 0) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

AGGREGATE_FINISH(sum_double_finish) {
  (void)call, (void)error;
  double *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    out[i] = STATE(DoubleState, i)->sum;
    if (STATE(DoubleState, i)->n == 0) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

AGGREGATE_FINISH(sum_decimal_finish) {
  (void)call, (void)error;
  int128_t *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    const DecimalState *state = STATE(DecimalState, i);
    out[i] = state->sum;
    if (state->n == 0 || state->is_null) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

AGGREGATE_FINISH(avg_integer_finish) {
  (void)error;
  Column *result = &batch->columns[result_column];
  for (uint32_t i = 0; i < n_groups; i++) {
    const IntegerState *state = STATE(IntegerState, i);
    int64_t average = state->n == 0 ? 0 : (int64_t)state->sum / state->n;
    if (call->result_type.kind == TYPE_INT)
      ((int32_t *)result->values)[i] = (int32_t)average;
    else
      ((int64_t *)result->values)[i] = average;
    if (state->n == 0) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

AGGREGATE_FINISH(avg_double_finish) {
  (void)call, (void)error;
  double *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    const DoubleState *state = STATE(DoubleState, i);
    out[i] = state->n == 0 ? 0 : state->sum / (double)state->n;
    if (state->n == 0) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

AGGREGATE_FINISH(avg_decimal_finish) {
  (void)error;
  int128_t *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    const DecimalState *state = STATE(DecimalState, i);
    out[i] = 0;
    if (state->n == 0 || state->is_null ||
        !decimal_divide(state->sum, call->argument_type.scale, state->n, 0, call->result_type.precision,
                        call->result_type.scale, &out[i]))
      aggregate_result_null(batch, result_column, i);
  }
  return true;
}

static bool resolve_sum_or_avg(const Aggregate *aggregate, AggregateCall *call);

static const Aggregate aggregates[] = {
    {"SUM", "SUM([DISTINCT] number)", true, false, resolve_sum_or_avg, NULL},
    {"AVG", "AVG([DISTINCT] number)", true, false, resolve_sum_or_avg, NULL},
};
const AggregateArea sum_avg_aggregates = {aggregates, sizeof aggregates / sizeof aggregates[0]};

static bool is_sum(const AggregateCall *call) { return call->aggregate == &aggregates[0]; }

static bool resolve_sum_or_avg(const Aggregate *aggregate, AggregateCall *call) {
  bool sum = aggregate == &aggregates[0];
  Type type = call->argument_type;
  call->result_type = type;
  switch (type.kind) {
    case TYPE_INT:
    case TYPE_BIGINT:
      call->state_bytes = sizeof(IntegerState);
      call->update = type.kind == TYPE_INT ? int32_update : int64_update;
      call->merge = integer_merge;
      call->finish = !sum ? avg_integer_finish : type.kind == TYPE_INT ? sum_int32_finish : sum_int64_finish;
      return true;
    case TYPE_DOUBLE:
      call->state_bytes = sizeof(DoubleState);
      call->update = double_update;
      call->merge = double_merge;
      call->finish = sum ? sum_double_finish : avg_double_finish;
      return true;
    case TYPE_DECIMAL:
      call->state_bytes = sizeof(DecimalState);
      call->state_align = 16;
      call->update = decimal_update;
      call->merge = decimal_merge;
      call->finish = sum ? sum_decimal_finish : avg_decimal_finish;
      call->result_type =
          sum ? type_decimal(DECIMAL_PRECISION_MAX, type.scale, type.nullable)
              : decimal_quotient_type(type_decimal(DECIMAL_PRECISION_MAX, type.scale, true), type_decimal(20, 0, true));
      call->result_type.nullable = type.nullable;
      return true;
    default:
      return false;
  }
}
