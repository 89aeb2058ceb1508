/* The window columns that TUMBLE adds to rows. */
#include "ops/window_tvf.h"
#include "ops_testing.h"

enum { MINUTE_US = 60000000 };

static Operator *make(const void *context) { return window_tvf_new(context); }

static TestStream stream_new(void) {
  TestStream stream = {.n_columns = 2, .watermark_us = WATERMARK_NONE};
  stream.types[0] = type_string(true);
  stream.types[1] = type_timestamp(TYPE_TIMESTAMP, 3, false);
  return stream;
}

static WindowTvfSpec tumble(int64_t size_us, int64_t offset_us) {
  Type timestamp = type_timestamp(TYPE_TIMESTAMP, 3, false);
  return (WindowTvfSpec){
      .window = {.assigner = ASSIGN_TUMBLE, .time_column = 1, .size_us = size_us, .offset_us = offset_us},
      .n_input_columns = 2,
      .start_type = timestamp,
      .end_type = timestamp,
      .time_type = timestamp};
}

static void adds_the_window(void **state) {
  (void)state;
  static const struct {
    int64_t size_us, offset_us, time_us;
    const char *window;
  } cases[] = {
      {MINUTE_US, 0, 0, "0|60000000|59999000"},
      {MINUTE_US, 0, 59999000, "0|60000000|59999000"},
      {MINUTE_US, 0, 60000000, "60000000|120000000|119999000"},
      {MINUTE_US, 0, -1000, "-60000000|0|-1000"},
      {MINUTE_US, 0, -60000000, "-60000000|0|-1000"},
      {MINUTE_US, 0, -60001000, "-120000000|-60000000|-60001000"},
      {MINUTE_US, 10000000, 9999000, "-50000000|10000000|9999000"},
      {MINUTE_US, 10000000, 10000000, "10000000|70000000|69999000"},
      {MINUTE_US, -10000000, 50000000, "50000000|110000000|109999000"},
      {1000, 0, 1767225600123000, "1767225600123000|1767225600124000|1767225600123000"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    TestStream stream = stream_new();
    char cells[64], line[256];
    snprintf(cells, sizeof cells, "a|%lld", (long long)cases[i].time_us);
    test_add(&stream, cells, 0);
    test_add(&stream, cells, 0); /* the row before is in the same window */
    char *wanted[2] = {line, NULL};
    char second[256];
    snprintf(line, sizeof line, "%s|%s @none", cells, cases[i].window);
    snprintf(second, sizeof second, "%s|%s @0", cells, cases[i].window);
    wanted[1] = second;
    WindowTvfSpec spec = tumble(cases[i].size_us, cases[i].offset_us);
    test_expect(cells, make, &spec, &stream, 1, true, wanted, 2, 0);
    test_stream_free(&stream);
  }
}

static void late_rows_stay(void **state) {
  (void)state;
  TestStream stream = stream_new();
  test_add(&stream, "a|300000000", 200000000);
  test_add(&stream, "NULL|1000000", 200000000);
  char *wanted[] = {"a|300000000|300000000|360000000|359999000 @none", "NULL|1000000|0|60000000|59999000 @200000000"};
  WindowTvfSpec spec = tumble(MINUTE_US, 0);
  test_expect("late", make, &spec, &stream, 1, true, wanted, 2, 0);
  test_stream_free(&stream);
}

static void null_row_time_fails(void **state) {
  (void)state;
  TestStream stream = stream_new();
  test_add(&stream, "a|NULL", 0);
  WindowTvfSpec spec = tumble(MINUTE_US, 0);
  Operator *subject = window_tvf_new(&spec);
  Batch *batch = test_batch(&stream, 0, 1, true);
  Error error = {0};
  assert_false(operator_push(subject, 0, batch, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  batch_release(batch);
  operator_free(subject);
  test_stream_free(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adds_the_window),
      cmocka_unit_test(late_rows_stay),
      cmocka_unit_test(null_row_time_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
