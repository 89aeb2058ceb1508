/* TABLE(TUMBLE(...)) by itself: the input's columns, then window_start, window_end and window_time. Where an
 * aggregation follows, ops/window_agg.h takes the window in and this operator is not there. */
#ifndef WEIR_OPS_WINDOW_TVF_H
#define WEIR_OPS_WINDOW_TVF_H

#include "ops/window.h"

typedef struct WindowTvfSpec {
  WindowSpec window; /* not ASSIGN_ATTACHED */
  uint32_t n_input_columns;
  Type start_type;
  Type end_type;
  Type time_type;
} WindowTvfSpec;

Operator *window_tvf_new(const WindowTvfSpec *spec);

#endif
