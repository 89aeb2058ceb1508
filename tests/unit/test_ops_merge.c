/* Merging by stamp: whatever the inputs are cut into and whichever is read first, rows come in the order of (stamp,
 * input, arrival), as soon as nothing can come before them and no sooner. */
#include "ops/merge.h"
#include "ops_testing.h"

enum { N_INPUTS_MAX = 4 };

/* What has been given to the merge, and what has come out. */
typedef struct Observed {
  Merge *merge;
  uint32_t n_inputs;
  const TestStream *streams;
  size_t given[N_INPUTS_MAX];
  size_t taken[N_INPUTS_MAX];
  int64_t watermarks_us[N_INPUTS_MAX];
  bool is_finished[N_INPUTS_MAX];
  int64_t last_stamp_us;
  uint32_t last_input;
} Observed;

static int64_t frontier_us(const Observed *o, uint32_t i) {
  return o->taken[i] < o->given[i] ? o->streams[i].rows[o->taken[i]].stamp_us : o->watermarks_us[i];
}

/* Whether the next row of input i must wait for another input. */
static bool must_wait(const Observed *o, uint32_t i) {
  int64_t stamp_us = o->streams[i].rows[o->taken[i]].stamp_us;
  for (uint32_t other = 0; other < o->n_inputs; other++) {
    int64_t frontier = frontier_us(o, other);
    if (other < i && frontier <= stamp_us) return true;
    if (other > i && frontier < stamp_us) return true;
  }
  return false;
}

static void drain(Observed *o) {
  MergeRun run;
  while (merge_next(o->merge, &run)) {
    assert_true(run.from < run.to && run.to <= run.batch->n_rows);
    for (uint32_t row = run.from; row < run.to; row++) {
      assert_true(o->taken[run.input] < o->given[run.input]);
      assert_false(must_wait(o, run.input));
      const TestRow *wanted = &o->streams[run.input].rows[o->taken[run.input]++];
      char cell[TEST_CELL_MAX];
      test_cell_text(&run.batch->columns[0], row, cell, sizeof cell);
      assert_string_equal(cell, wanted->cells[0]);
      int64_t stamp_us = run.batch->watermarks_us[row];
      assert_true(stamp_us > o->last_stamp_us || (stamp_us == o->last_stamp_us && run.input >= o->last_input));
      o->last_stamp_us = stamp_us;
      o->last_input = run.input;
    }
  }
  uint64_t n_queued = 0;
  int64_t least_us = WATERMARK_END;
  bool is_finished = true;
  for (uint32_t i = 0; i < o->n_inputs; i++) {
    n_queued += o->given[i] - o->taken[i];
    if (frontier_us(o, i) < least_us) least_us = frontier_us(o, i);
    is_finished &= o->is_finished[i] && o->given[i] == o->taken[i];
    /* Nothing is held back without need. */
    if (o->taken[i] < o->given[i]) assert_true(must_wait(o, i));
  }
  assert_int_equal(merge_queued_rows(o->merge), n_queued);
  assert_int_equal(merge_watermark_us(o->merge), least_us);
  assert_int_equal(merge_is_finished(o->merge), is_finished);
}

static void give(Observed *o, uint32_t i, size_t n) {
  const TestStream *stream = &o->streams[i];
  size_t to = o->given[i] + n < stream->n_rows ? o->given[i] + n : stream->n_rows;
  if (to == o->given[i]) {
    o->is_finished[i] = true;
    o->watermarks_us[i] = WATERMARK_END;
    merge_finish(o->merge, i);
    return;
  }
  Batch *batch = test_batch(stream, o->given[i], to, true);
  merge_push(o->merge, i, batch);
  o->given[i] = to;
  if (batch->watermark_after_us > o->watermarks_us[i]) o->watermarks_us[i] = batch->watermark_after_us;
  batch_release(batch);
}

static void merges_in_any_order_of_reading(void **state) {
  (void)state;
  uint64_t chance = 20260101;
  for (uint32_t round = 0; round < 200; round++) {
    uint32_t n_inputs = 1 + (uint32_t)test_random_below(&chance, N_INPUTS_MAX);
    TestStream streams[N_INPUTS_MAX];
    for (uint32_t i = 0; i < n_inputs; i++) {
      streams[i] = (TestStream){.n_columns = 1, .types = {type_string(true)}, .watermark_us = WATERMARK_NONE};
      int64_t watermark_us = test_random_below(&chance, 20);
      uint32_t n_rows = (uint32_t)test_random_below(&chance, 120);
      for (uint32_t r = 0; r < n_rows; r++) {
        char cell[32];
        snprintf(cell, sizeof cell, "%u.%u", i, r);
        if (test_random_below(&chance, 3) > 0) watermark_us += test_random_below(&chance, 4);
        test_add(&streams[i], cell, watermark_us);
      }
    }
    Observed o = {.merge = merge_new(n_inputs), .n_inputs = n_inputs, .streams = streams};
    o.last_stamp_us = WATERMARK_NONE;
    for (uint32_t i = 0; i < n_inputs; i++) o.watermarks_us[i] = WATERMARK_NONE;
    int64_t longest = 1 + test_random_below(&chance, 50);
    while (!merge_is_finished(o.merge)) {
      uint32_t i = (uint32_t)test_random_below(&chance, n_inputs);
      if (o.is_finished[i]) {
        drain(&o);
        continue;
      }
      if (o.given[i] < streams[i].n_rows && test_random_below(&chance, 4) == 0) {
        int64_t watermark_us = streams[i].rows[o.given[i]].stamp_us;
        merge_watermark(o.merge, i, watermark_us);
        if (watermark_us > o.watermarks_us[i]) o.watermarks_us[i] = watermark_us;
      } else {
        give(&o, i, 1 + (size_t)test_random_below(&chance, longest));
      }
      if (test_random_below(&chance, 3) > 0) drain(&o);
    }
    for (uint32_t i = 0; i < n_inputs; i++) assert_int_equal(o.taken[i], streams[i].n_rows);
    merge_free(o.merge);
    for (uint32_t i = 0; i < n_inputs; i++) test_stream_free(&streams[i]);
  }
}

/* Runs are as long as they can be: whole batches where the other inputs are ahead. */
static void runs_are_long(void **state) {
  (void)state;
  TestStream streams[2];
  for (uint32_t i = 0; i < 2; i++) {
    streams[i] = (TestStream){.n_columns = 1, .types = {type_string(true)}, .watermark_us = WATERMARK_NONE};
    for (int r = 0; r < 1000; r++) test_add(&streams[i], "x", i == 0 ? r : r / 500 * 500);
  }
  Observed o = {.merge = merge_new(2), .n_inputs = 2, .streams = streams};
  for (uint32_t i = 0; i < 2; i++) give(&o, i, 1000);
  uint32_t n_runs = 0;
  for (MergeRun run; merge_next(o.merge, &run);) n_runs++;
  assert_true(n_runs <= 6);
  merge_free(o.merge);
  for (uint32_t i = 0; i < 2; i++) test_stream_free(&streams[i]);
}

static void frees_what_waits(void **state) {
  (void)state;
  TestStream stream = {.n_columns = 1, .types = {type_string(true)}};
  test_add(&stream, "x", 5);
  Merge *merge = merge_new(2);
  Batch *batch = test_batch(&stream, 0, 1, true);
  merge_push(merge, 1, batch);
  batch_release(batch);
  MergeRun run;
  assert_false(merge_next(merge, &run));
  assert_int_equal(merge_queued_rows(merge), 1);
  merge_free(merge);
  merge_free(NULL);
  test_stream_free(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(merges_in_any_order_of_reading),
      cmocka_unit_test(runs_are_long),
      cmocka_unit_test(frees_what_waits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
