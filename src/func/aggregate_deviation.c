/* STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP and VARIANCE of DOUBLE, by the formula that Flink's planner puts in their
 * place: (SUM(x * x) - SUM(x) * SUM(x) / COUNT(x)) / COUNT(x), with COUNT(x) - 1 at the end for samples, and to the
 * power of 0.5 for deviations. It loses digits where values are large and close together; so does Flink's. */
#include <math.h>

#include "func/aggregate_kernel.h"

typedef struct DeviationState {
  double sum;
  double sum_of_squares;
  int64_t n;
} DeviationState;

typedef struct Deviation {
  bool is_sample;
  bool is_root;
} Deviation;

AGGREGATE_UPDATE(deviation_update) {
  (void)call, (void)arena;
  const double *values = argument->values;
  AGGREGATE_EACH(DeviationState, {
    state->sum += values[row];
    state->sum_of_squares += values[row] * values[row];
    state->n++;
  });
}

AGGREGATE_MERGE(deviation_merge) {
  (void)call, (void)arena;
  DeviationState *into = (DeviationState *)(void *)into_bytes;
  const DeviationState *from = (const DeviationState *)(const void *)from_bytes;
  into->sum += from->sum;
  into->sum_of_squares += from->sum_of_squares;
  into->n += from->n;
}

AGGREGATE_FINISH(deviation_finish) {
  (void)error;
  const Deviation *deviation = call->aggregate->parameter;
  double *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    const DeviationState *state = (const DeviationState *)(const void *)(groups[i] + state_offset);
    int64_t divisor = state->n - deviation->is_sample;
    out[i] = 0;
    if (divisor <= 0) {
      aggregate_result_null(batch, result_column, i);
      continue;
    }
    double variance = (state->sum_of_squares - state->sum * state->sum / (double)state->n) / (double)divisor;
    out[i] = deviation->is_root ? pow(variance, 0.5) : variance;
  }
  return true;
}

static bool resolve_deviation(const Aggregate *aggregate, AggregateCall *call) {
  const Deviation *deviation = aggregate->parameter;
  if (call->argument_type.kind != TYPE_DOUBLE) return false;
  call->result_type = type_make(TYPE_DOUBLE, call->argument_type.nullable || deviation->is_sample);
  call->state_bytes = sizeof(DeviationState);
  call->update = deviation_update;
  call->merge = deviation_merge;
  call->finish = deviation_finish;
  return true;
}

static const Deviation population_deviation = {false, true}, sample_deviation = {true, true},
                       population_variance = {false, false}, sample_variance = {true, false};

static const Aggregate aggregates[] = {
    {"STDDEV_POP", "STDDEV_POP([DISTINCT] double)", true, false, resolve_deviation, &population_deviation},
    {"STDDEV_SAMP", "STDDEV_SAMP([DISTINCT] double)", true, false, resolve_deviation, &sample_deviation},
    {"VAR_POP", "VAR_POP([DISTINCT] double)", true, false, resolve_deviation, &population_variance},
    {"VAR_SAMP", "VAR_SAMP([DISTINCT] double)", true, false, resolve_deviation, &sample_variance},
    {"VARIANCE", "VARIANCE([DISTINCT] double)", true, false, resolve_deviation, &sample_variance},
};
const AggregateArea deviation_aggregates = {aggregates, sizeof aggregates / sizeof aggregates[0]};
