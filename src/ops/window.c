/* See window.h. */
#include "ops/window.h"

#include <assert.h>

#include "vec/zone.h"

static int64_t floor_to(int64_t value, int64_t step) {
  int64_t remainder = value % step;
  return remainder < 0 ? value - remainder - step : value - remainder;
}

static int64_t window_start_us(const WindowSpec *spec, int64_t time_us) {
  return floor_to(time_us - spec->offset_us, spec->size_us) + spec->offset_us;
}

bool window_check_times(const WindowSpec *spec, const Batch *batch, Error *error) {
  if (spec->assigner == ASSIGN_ATTACHED) return true;
  const Column *times = &batch->columns[spec->time_column];
  for (uint32_t row = 0; times->valid != NULL && row < batch->n_rows; row++) {
    if (column_is_valid(times, row)) continue;
    return error_set(error, ERROR_RUNTIME,
                     "RowTime field should not be null, please convert it to a non-null long value");
  }
  return true;
}

void window_assign_ends(const WindowSpec *spec, const Batch *batch, int64_t *ends_us) {
  if (spec->assigner == ASSIGN_ATTACHED) {
    const int64_t *ends = batch->columns[spec->end_column].values;
    for (uint32_t row = 0; row < batch->n_rows; row++) ends_us[row] = ends[row];
    return;
  }
  assert(spec->size_us > 0);
  if (batch->n_rows == 0) return;
  const int64_t *times_us = batch->columns[spec->time_column].values;
  if (!zone_is_utc(spec->zone)) {
    zone_column_to_local(spec->zone, times_us, ends_us, batch->n_rows);
    times_us = ends_us;
  }
  /* Rows come nearly in order, so the window is mostly that of the row before: a comparison instead of a division. */
  int64_t start_us = window_start_us(spec, times_us[0]);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    if (times_us[row] < start_us || times_us[row] - start_us >= spec->size_us) {
      start_us = window_start_us(spec, times_us[row]);
    }
    ends_us[row] = start_us + spec->size_us;
  }
}

int64_t window_fire_us(const WindowSpec *spec, int64_t end_us) {
  return zone_to_utc_latest(spec->zone, end_us - MILLISECOND_US);
}

int64_t window_time_us(const WindowSpec *spec, int64_t end_us) {
  return zone_to_utc(spec->zone, end_us - MILLISECOND_US);
}
