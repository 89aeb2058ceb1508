/* Windows over time zones: to which window of the wall clock a row belongs, when the window fires, and its row time. */
#include "ops/window.h"
#include "vec/zone.h"
#include "vec_testing.h"

#define MINUTE_US (INT64_C(60) * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

typedef struct Case {
  const char *zone;
  int64_t size_us;
  int64_t offset_us;
  const char *row;   /* in UTC */
  const char *start; /* on the wall clock */
  const char *fires; /* in UTC: the millisecond after its last one, or the transition that skips it */
  const char *time;  /* in UTC: the millisecond after window_time */
} Case;

static const Case CASES[] = {
    {NULL, HOUR_US, 0, "2026-01-01 05:29:59", "2026-01-01 05:00:00", "2026-01-01 06:00:00", "2026-01-01 06:00:00"},
    {NULL, HOUR_US, 0, "1969-12-31 23:59:59", "1969-12-31 23:00:00", "1970-01-01 00:00:00", "1970-01-01 00:00:00"},
    {NULL, DAY_US, 8 * HOUR_US, "2026-01-01 07:59:59", "2025-12-31 08:00:00", "2026-01-01 08:00:00",
     "2026-01-01 08:00:00"},
    {NULL, DAY_US, -8 * HOUR_US, "2026-01-01 16:00:00", "2026-01-01 16:00:00", "2026-01-02 16:00:00",
     "2026-01-02 16:00:00"},
    {"UTC", HOUR_US, 0, "2026-01-01 05:29:59", "2026-01-01 05:00:00", "2026-01-01 06:00:00", "2026-01-01 06:00:00"},
    {"Asia/Kolkata", HOUR_US, 0, "2025-12-31 23:59:59", "2026-01-01 05:00:00", "2026-01-01 00:30:00",
     "2026-01-01 00:30:00"},
    {"Asia/Kolkata", DAY_US, 0, "2026-01-01 18:29:59", "2026-01-01 00:00:00", "2026-01-01 18:30:00",
     "2026-01-01 18:30:00"},
    {"America/New_York", DAY_US, 0, "2026-03-08 04:59:59", "2026-03-07 00:00:00", "2026-03-08 05:00:00",
     "2026-03-08 05:00:00"},
    /* a day of 23 hours, and one of 25 */
    {"America/New_York", DAY_US, 0, "2026-03-09 03:59:59", "2026-03-08 00:00:00", "2026-03-09 04:00:00",
     "2026-03-09 04:00:00"},
    {"America/New_York", DAY_US, 0, "2026-11-02 04:59:59", "2026-11-01 00:00:00", "2026-11-02 05:00:00",
     "2026-11-02 05:00:00"},
    {"America/New_York", DAY_US, 6 * HOUR_US, "2026-03-08 09:59:59", "2026-03-07 06:00:00", "2026-03-08 10:00:00",
     "2026-03-08 10:00:00"},
    /* the hour that comes twice is one window, which ends when it has come twice */
    {"America/New_York", HOUR_US, 0, "2026-11-01 05:10:00", "2026-11-01 01:00:00", "2026-11-01 07:00:00",
     "2026-11-01 06:00:00"},
    {"America/New_York", HOUR_US, 0, "2026-11-01 06:59:59", "2026-11-01 01:00:00", "2026-11-01 07:00:00",
     "2026-11-01 06:00:00"},
    {"America/New_York", HOUR_US, 0, "2026-11-01 07:00:00", "2026-11-01 02:00:00", "2026-11-01 08:00:00",
     "2026-11-01 08:00:00"},
    {"Australia/Lord_Howe", 15 * MINUTE_US, 0, "2026-04-04 15:14:00", "2026-04-05 01:30:00", "2026-04-04 15:15:00",
     "2026-04-04 14:45:00"},
    /* around the hour that is left out */
    {"America/New_York", HOUR_US, 0, "2026-03-08 06:59:59", "2026-03-08 01:00:00", "2026-03-08 07:00:00",
     "2026-03-08 07:00:00"},
    {"America/New_York", HOUR_US, 0, "2026-03-08 07:00:00", "2026-03-08 03:00:00", "2026-03-08 08:00:00",
     "2026-03-08 08:00:00"},
    {"America/New_York", 2 * HOUR_US, 0, "2026-03-08 07:00:00", "2026-03-08 02:00:00", "2026-03-08 08:00:00",
     "2026-03-08 08:00:00"},
};

/* Each row alone, and behind a row of another window. */
static void rows_fall_into_windows_of_the_wall_clock(void **state) {
  (void)state;
  for (size_t c = 0; c < LENGTH(CASES); c++) {
    const Case *test = &CASES[c];
    Error error = {0};
    WindowSpec spec = {.assigner = ASSIGN_TUMBLE, .size_us = test->size_us, .offset_us = test->offset_us};
    if (test->zone != NULL) spec.zone = zone_find(test->zone, (SourcePlace){0}, &error);
    assert_int_equal(error.kind, ERROR_NONE);
    Batch *batch = batch_new(1, 4);
    int64_t *times = batch_add_column(batch, 0, type_timestamp(TYPE_TIMESTAMP_LTZ, 3, false))->values;
    times[0] = times[2] = times[3] = moment(test->row);
    times[1] = times[0] - 90 * DAY_US;
    for (batch->n_rows = 0; batch->n_rows <= 4; batch->n_rows++) {
      int64_t ends[4] = {0};
      window_assign_ends(&spec, batch, ends);
      for (uint32_t row = 0; row < batch->n_rows; row += row == 0 ? 2 : 1) {
        if (ends[row] != moment(test->start) + test->size_us) {
          fail_msg("case %zu: the window starts %ld s off", c,
                   (ends[row] - test->size_us - moment(test->start)) / SECOND_US);
        }
      }
    }
    int64_t end = moment(test->start) + test->size_us;
    if (window_fire_us(&spec, end) != moment(test->fires) - MILLISECOND_US) fail_msg("case %zu: fires wrongly", c);
    if (window_time_us(&spec, end) != moment(test->time) - MILLISECOND_US) fail_msg("case %zu: window_time", c);
    batch_release(batch);
  }
}

/* A window that no clock shows fires when the clock skips it, not later: Flink's timers do the same. */
static void skipped_windows_fire_at_the_transition(void **state) {
  (void)state;
  Error error = {0};
  WindowSpec spec = {.size_us = HOUR_US, .zone = zone_find("America/New_York", (SourcePlace){0}, &error)};
  assert_int_equal(window_fire_us(&spec, moment("2026-03-08 03:00:00")), moment("2026-03-08 07:00:00"));
  assert_int_equal(window_fire_us(&spec, moment("2026-03-08 02:30:00")), moment("2026-03-08 07:00:00"));
}

/* At every watermark a window is either still open or no row can belong to it any more. */
static void no_row_comes_after_its_window_fired(void **state) {
  (void)state;
  static const char *const zones[] = {"UTC",          "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                      "Asia/Kolkata", "Pacific/Apia"};
  static const int64_t sizes[] = {15 * MINUTE_US, HOUR_US, 5 * HOUR_US, DAY_US, 7 * DAY_US};
  enum { STEPS = 366 * 24 * 12 };
  for (size_t z = 0; z < LENGTH(zones); z++) {
    for (size_t s = 0; s < LENGTH(sizes); s++) {
      Error error = {0};
      WindowSpec spec = {.size_us = sizes[s], .zone = zone_find(zones[z], (SourcePlace){0}, &error)};
      Batch *batch = batch_new(1, 1);
      batch->n_rows = 1;
      int64_t *time = batch_add_column(batch, 0, type_timestamp(TYPE_TIMESTAMP_LTZ, 3, false))->values;
      *time = moment(z == 5 ? "2011-01-01 00:00:00" : "2026-01-01 00:00:00");
      for (int step = 0; step < STEPS; step++, *time += 5 * MINUTE_US) {
        int64_t end;
        window_assign_ends(&spec, batch, &end);
        int64_t watermark_us = *time - 1;
        if (window_fire_us(&spec, end) <= watermark_us) fail_msg("%s: a row of %ld is late", zones[z], *time);
      }
      batch_release(batch);
    }
  }
}

static void attached_windows_are_read(void **state) {
  (void)state;
  WindowSpec spec = {.assigner = ASSIGN_ATTACHED, .start_column = 0, .end_column = 1};
  Batch *batch = batch_new(2, 2);
  batch->n_rows = 2;
  batch_add_column(batch, 0, type_timestamp(TYPE_TIMESTAMP, 3, false));
  int64_t *given = batch_add_column(batch, 1, type_timestamp(TYPE_TIMESTAMP, 3, false))->values, ends[2];
  given[0] = 5 * HOUR_US;
  given[1] = 3 * HOUR_US;
  window_assign_ends(&spec, batch, ends);
  assert_memory_equal(ends, given, sizeof ends);
  Error error = {0};
  assert_true(window_check_times(&spec, batch, &error));
  batch_release(batch);
}

static void null_times_fail(void **state) {
  (void)state;
  WindowSpec spec = {.assigner = ASSIGN_TUMBLE, .size_us = HOUR_US};
  Batch *batch = batch_new(1, 3);
  batch->n_rows = 2;
  Column *column = batch_add_column(batch, 0, type_timestamp(TYPE_TIMESTAMP, 3, true));
  Error error = {0};
  assert_true(window_check_times(&spec, batch, &error));
  column_make_valid(column, batch);
  column_set_null(column, 2); /* past the rows */
  assert_true(window_check_times(&spec, batch, &error));
  column_set_null(column, 1);
  assert_false(window_check_times(&spec, batch, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  batch_release(batch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_fall_into_windows_of_the_wall_clock),
      cmocka_unit_test(skipped_windows_fire_at_the_transition),
      cmocka_unit_test(no_row_comes_after_its_window_fired),
      cmocka_unit_test(attached_windows_are_read),
      cmocka_unit_test(null_times_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
