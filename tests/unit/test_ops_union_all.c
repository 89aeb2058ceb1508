/* UNION ALL against sorting by (stamp, input), which is what merging comes to. */
#include "ops/union_all.h"
#include "ops_testing.h"

static Operator *make(const void *context) { return union_all_new(context); }

static Type types[2];

static int set_up(void **state) {
  (void)state;
  types[0] = type_string(true);
  types[1] = type_make(TYPE_BIGINT, true);
  return 0;
}

static void stream_open(TestStream *stream) {
  *stream = (TestStream){.n_columns = 2, .types = {types[0], types[1]}, .watermark_us = WATERMARK_NONE};
}

/* Always the lowest (stamp, input) of the heads. */
static void oracle(const TestStream *streams, uint32_t n_streams, Collector *out) {
  size_t position[4] = {0};
  for (;;) {
    const TestRow *least = NULL;
    uint32_t from = 0;
    for (uint32_t s = 0; s < n_streams; s++) {
      if (position[s] == streams[s].n_rows) continue;
      const TestRow *row = &streams[s].rows[position[s]];
      if (least == NULL || row->stamp_us < least->stamp_us) {
        least = row;
        from = s;
      }
    }
    if (least == NULL) return;
    position[from]++;
    char text[256], stamp[32];
    test_stamp_text(least->stamp_us, stamp, sizeof stamp);
    snprintf(text, sizeof text, "%s|%s @%s", least->cells[0], least->cells[1], stamp);
    test_collect(out, text);
  }
}

static void merges_by_stamp(void **state) {
  (void)state;
  uint64_t chance = 4711;
  for (uint32_t n = 1; n <= 4; n++) {
    for (int round = 0; round < 12; round++) {
      TestStream streams[4];
      for (uint32_t s = 0; s < n; s++) {
        stream_open(&streams[s]);
        int64_t watermark_us = WATERMARK_NONE;
        int64_t n_rows = round == 0 ? 0 : test_random_below(&chance, round % 3 == 0 ? 5000 : 60);
        int64_t step = round % 2 == 0 ? 3 : 1000;
        for (int64_t r = 0; r < n_rows; r++) {
          char text[64];
          snprintf(text, sizeof text, "%s_%u_%05lld|%s", r % 3 == 0 ? "s" : "a rather long string", s, (long long)r,
                   r % 7 == 0 ? "NULL" : "5");
          int64_t next_us = test_random_below(&chance, step) + (watermark_us == WATERMARK_NONE ? 0 : watermark_us);
          if (r > 2) watermark_us = next_us;
          test_add(&streams[s], text, watermark_us);
        }
      }
      Collector *wanted = collector_new();
      oracle(streams, n, wanted);
      UnionAllSpec spec = {.n_inputs = n, .types = types, .n_columns = 2, .has_row_time = true};
      char what[64];
      snprintf(what, sizeof what, "%u inputs, round %d", n, round);
      test_expect(what, make, &spec, streams, n, true, wanted->rows, wanted->n_rows, 0);
      operator_free(&wanted->base);
      for (uint32_t s = 0; s < n; s++) test_stream_free(&streams[s]);
    }
  }
}

/* What is free to go does not wait for the next call. */
static void lets_go_at_once(void **state) {
  (void)state;
  TestStream streams[2];
  for (int s = 0; s < 2; s++) stream_open(&streams[s]);
  test_add(&streams[0], "a|1", 10);
  test_add(&streams[0], "b|2", 20);
  test_add(&streams[1], "c|3", 15);
  UnionAllSpec spec = {.n_inputs = 2, .types = types, .n_columns = 2, .has_row_time = true};
  Operator *subject = union_all_new(&spec);
  Collector *collector = collector_new();
  operator_connect(subject, &collector->base, 0);
  Error error = {0};
  Batch *batch = test_batch(&streams[0], 0, 2, true);
  assert_true(operator_push(subject, 0, batch, &error));
  batch_release(batch);
  assert_int_equal(collector->n_rows, 1); /* a; b waits for the other input to reach 10 */
  batch = test_batch(&streams[1], 0, 1, true);
  assert_true(operator_push(subject, 1, batch, &error));
  batch_release(batch);
  assert_int_equal(collector->n_rows, 3);
  assert_string_equal(collector->rows[1], "c|3 @none");
  assert_int_equal(collector->watermark_us, 15);
  assert_true(operator_watermark(subject, 1, 18, &error));
  assert_int_equal(collector->watermark_us, 18);
  assert_true(operator_finish(subject, 1, &error));
  assert_int_equal(collector->watermark_us, 20);
  assert_true(operator_finish(subject, 0, &error));
  assert_true(collector->is_finished);
  operator_free(subject);
  operator_free(&collector->base);
  for (int s = 0; s < 2; s++) test_stream_free(&streams[s]);
}

static void without_row_time_passes_through(void **state) {
  (void)state;
  TestStream streams[2];
  for (int s = 0; s < 2; s++) stream_open(&streams[s]);
  test_add(&streams[0], "a|1", 0);
  test_add(&streams[1], "b|2", 0);
  UnionAllSpec spec = {.n_inputs = 2, .types = types, .n_columns = 2, .has_row_time = false};
  Operator *subject = union_all_new(&spec);
  Collector *collector = collector_new();
  operator_connect(subject, &collector->base, 0);
  test_run(subject, streams, 2, 5, false, NULL);
  assert_int_equal(collector->n_rows, 2);
  assert_string_equal(collector->rows[0], "a|1");
  assert_true(collector->is_finished);
  operator_free(subject);
  operator_free(&collector->base);
  for (int s = 0; s < 2; s++) test_stream_free(&streams[s]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(merges_by_stamp),
      cmocka_unit_test(lets_go_at_once),
      cmocka_unit_test(without_row_time_passes_through),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
