/* COUNT(*) and COUNT(x): the accumulator is the count. */
#include "func/aggregate_kernel.h"

typedef struct CountState {
  int64_t n;
} CountState;

AGGREGATE_UPDATE(count_update) {
  (void)call, (void)arena;
  if (argument == NULL) {
    for (uint32_t i = 0; i < n_rows; i++) ((CountState *)(void *)(groups[i] + state_offset))->n++;
    return;
  }
  AGGREGATE_EACH(CountState, {
    (void)row;
    state->n++;
  });
}

AGGREGATE_MERGE(count_merge) {
  (void)call, (void)arena;
  ((CountState *)(void *)into_bytes)->n += ((const CountState *)(const void *)from_bytes)->n;
}

AGGREGATE_FINISH(count_finish) {
  (void)call, (void)error;
  int64_t *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) out[i] = ((const CountState *)(const void *)(groups[i] + state_offset))->n;
  return true;
}

static bool resolve_count(const Aggregate *aggregate, AggregateCall *call) {
  (void)aggregate;
  call->result_type = type_make(TYPE_BIGINT, false);
  call->state_bytes = sizeof(CountState);
  call->update = count_update;
  call->merge = count_merge;
  call->finish = count_finish;
  return true;
}

static const Aggregate aggregates[] = {
    {"COUNT", "COUNT(* | [DISTINCT] value)", true, true, resolve_count, NULL},
};
const AggregateArea count_aggregates = {aggregates, sizeof aggregates / sizeof aggregates[0]};
