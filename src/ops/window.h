/* What windows are, for the operators that work with them: which window a row belongs to, and when the watermark has
 * passed it.
 *
 * Windows lie on the wall clock: over a TIMESTAMP_LTZ row time their bounds are local times of the session zone (as in
 * Flink, whose window_start and window_end are TIMESTAMP(3) either way), so a row's time is shifted to local time first
 * and the end of a window is shifted back to know when to fire. `zone` is NULL where nothing shifts: for TIMESTAMP row
 * times, and in UTC. All times are microseconds; window bounds are whole milliseconds.
 */
#ifndef WEIR_OPS_WINDOW_H
#define WEIR_OPS_WINDOW_H

#include "ops/operator.h"

struct Zone;

typedef enum WindowAssigner {
  ASSIGN_TUMBLE,
  ASSIGN_ATTACHED /* the rows carry window_start and window_end, from a window operator before */
} WindowAssigner;

typedef struct WindowSpec {
  WindowAssigner assigner;
  uint32_t time_column; /* the row time; unused when attached */
  int64_t size_us;
  int64_t offset_us;     /* less than size_us in magnitude */
  uint32_t start_column; /* attached only */
  uint32_t end_column;
  const struct Zone *zone; /* the session's, when the row time is TIMESTAMP_LTZ; else NULL */
} WindowSpec;

/* The columns that windows give to rows. */
typedef enum WindowColumn { WINDOW_COLUMN_START, WINDOW_COLUMN_END, WINDOW_COLUMN_TIME } WindowColumn;

typedef struct WindowOutput {
  WindowColumn column;
  Type type; /* TIMESTAMP(3), or for the time the row time's type */
} WindowOutput;

enum { MILLISECOND_US = 1000 };

/* A null row time fails the job, as in Flink: a row-time column is null after an outer join. */
bool window_check_times(const WindowSpec *spec, const Batch *batch, Error *error);
/* Row times as window ends in local time. `ends` has room for n_rows. */
void window_assign_ends(const WindowSpec *spec, const Batch *batch, int64_t *ends_us);
/* The watermark at which a window has all its rows: that of its last millisecond. */
int64_t window_fire_us(const WindowSpec *spec, int64_t end_us);
/* window_time: the last millisecond of the window as a row time. */
int64_t window_time_us(const WindowSpec *spec, int64_t end_us);

#endif
