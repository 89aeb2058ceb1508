/* Joins two streams where keys are equal and left.time + lower <= right.time <= left.time + upper.
 *
 * Flink's rules, made exact (its TimeIntervalJoin cleans up by timers per key, whose moments depend on chance): with
 * left_wait = upper and right_wait = -lower, at a row's stamp w,
 *   - it is paired with every row of the other side that is still kept and whose time is in bounds;
 *   - it is kept itself when w < time + wait, so that later rows of the other side find it;
 *   - a kept row is dropped when the watermark reaches time + wait + 1 ms, and padded with nulls then if it has found
 *     no partner and its side is outer; a row that was not kept is padded at once.
 * Late rows are not dropped: they find what is still kept. Null keys match nothing. A row of an inner side that comes
 * at or after its own time's watermark, is not kept and finds no partner is lost for being late: it is counted so.
 *
 * Output: the wanted columns of the left input, then of the right. Pairs come at the arrival of their second row, in
 * the order of the first one's time, then arrival; padded rows in the order of their time. The output's watermark
 * lags by the longer wait, so that joined rows are in time for their windows; where a side is padded, by 1 ms more,
 * since Flink loses a padded row of the last millisecond of a window when a watermark hits its expiry exactly.
 */
#ifndef WEIR_OPS_INTERVAL_JOIN_H
#define WEIR_OPS_INTERVAL_JOIN_H

#include "func/expr.h"
#include "func/function.h"
#include "ops/operator.h"

typedef struct IntervalJoinSide {
  const Type *types; /* of the input's columns */
  uint32_t n_columns;
  const uint32_t *key_columns; /* may be none: then all rows of both sides share one key */
  uint32_t time_column;
  const uint32_t *outputs; /* columns that the join passes on, in output order */
  uint32_t n_outputs;
  bool is_outer; /* rows without a partner come out, padded: LEFT is an outer left side */
} IntervalJoinSide;

typedef struct IntervalJoinSpec {
  IntervalJoinSide sides[2]; /* left, right; matching keys are of the same physical type and scale */
  uint32_t n_keys;
  int64_t lower_us; /* whole milliseconds */
  int64_t upper_us;
  const Expr *residual; /* BOOLEAN, over all left columns then all right columns; pairs must make it true; or NULL */
  const SessionSettings *settings; /* for the residual */
} IntervalJoinSpec;

/* The spec's arrays are copied; the residual must outlive the operator. */
Operator *interval_join_new(const IntervalJoinSpec *spec);

#endif
