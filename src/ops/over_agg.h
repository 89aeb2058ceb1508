/* Bounded OVER aggregation: PARTITION BY keys ORDER BY row time RANGE BETWEEN x PRECEDING AND CURRENT ROW. Output: the
 * input's columns, then the aggregates, a row for every row, in the order of row time and then of arrival. Rows of one
 * key and time see each other.
 *
 * When a row comes out and which rows are late is Flink's RowTimeRangeBoundedPrecedingFunction's, made exact:
 *   - a row comes out when the watermark reaches its time; one that comes behind the watermark, when it next rises;
 *   - a row is late, counted and dropped when its key has given results for that time or a later one. Behind the
 *     watermark alone is not late, and rows at or before 1970-01-01 always are, since 0 is where a key starts;
 *   - a key is forgotten, and with it what was late, 1.5 x + 1 ms after a row (the first, then the first one later than
 *     x after that, and so on); a timer for that which was put off still counts as a result given at its time.
 * Sums of DOUBLE may differ from Flink's in the last digits: it subtracts what leaves the frame, this adds anew.
 */
#ifndef WEIR_OPS_OVER_AGG_H
#define WEIR_OPS_OVER_AGG_H

#include "ops/window_agg.h"

typedef struct OverSpec {
  const Type *types; /* of the input's columns */
  uint32_t n_columns;
  const uint32_t *key_columns;
  uint32_t n_keys;
  uint32_t time_column;
  int64_t preceding_us;              /* whole milliseconds, not negative */
  const WindowAggregate *aggregates; /* not DISTINCT */
  uint32_t n_aggregates;
} OverSpec;

/* The spec's arrays are copied; the aggregate calls must outlive the operator. */
Operator *over_agg_new(const OverSpec *spec);

#endif
