/* What the files of aggregate functions share: the rows of their table and the loop over an argument's values. */
#ifndef WEIR_FUNC_AGGREGATE_KERNEL_H
#define WEIR_FUNC_AGGREGATE_KERNEL_H

#include "func/aggregate.h"

struct Aggregate {
  const char *name;
  const char *signature;
  bool distinct_matters;
  bool takes_star; /* COUNT(*) */
  /* Fills in call's result type, state and functions for its argument type; false: does not take that. */
  bool (*resolve)(const Aggregate *aggregate, AggregateCall *call);
  const void *parameter; /* for a resolve shared by several aggregates */
};

typedef struct AggregateArea {
  const Aggregate *aggregates;
  size_t n_aggregates;
} AggregateArea;

extern const AggregateArea count_aggregates, sum_avg_aggregates, min_max_aggregates, deviation_aggregates;

/* Runs `body` for every value of `argument` that is not null, with `row` its row and `state` (a State *) the
 * accumulator of its group. The common case, all rows and no nulls, is a loop without tests. */
#define AGGREGATE_EACH(State, body)                                 \
  do {                                                              \
    if (rows == NULL && argument->valid == NULL) {                  \
      for (uint32_t i = 0; i < n_rows; i++) {                       \
        const uint32_t row = i;                                     \
        State *state = (State *)(void *)(groups[i] + state_offset); \
        body                                                        \
      }                                                             \
    } else {                                                        \
      for (uint32_t i = 0; i < n_rows; i++) {                       \
        const uint32_t row = rows == NULL ? i : rows[i];            \
        if (!column_is_valid(argument, row)) continue;              \
        State *state = (State *)(void *)(groups[i] + state_offset); \
        body                                                        \
      }                                                             \
    }                                                               \
  } while (0)

/* The parameter lists, which are long. */
#define AGGREGATE_UPDATE(name)                                                                                       \
  static void name(const AggregateCall *call, uint8_t *const *groups, uint32_t state_offset, const Column *argument, \
                   const uint32_t *rows, uint32_t n_rows, Arena *arena)
#define AGGREGATE_MERGE(name) \
  static void name(const AggregateCall *call, uint8_t *into_bytes, const uint8_t *from_bytes, Arena *arena)
#define AGGREGATE_FINISH(name)                                                                                  \
  static bool name(const AggregateCall *call, uint8_t *const *groups, uint32_t state_offset, uint32_t n_groups, \
                   Batch *batch, uint32_t result_column, Error *error)

static inline void aggregate_result_null(Batch *batch, uint32_t column, uint32_t row) {
  column_make_valid(&batch->columns[column], batch);
  column_set_null(&batch->columns[column], row);
}

#endif
