/* Window aggregation against a slow, obvious one, and against hand-computed rows; aggregates are made here, so that
 * only the operator is tested. */
#include "ops/window_agg.h"
#include "ops_testing.h"

/* --- COUNT and SUM over BIGINT --- */

static void count_update(const AggregateCall *call, uint8_t *const *groups, uint32_t state_offset,
                         const Column *argument, const uint32_t *rows, uint32_t n_rows, Arena *arena) {
  (void)call, (void)arena;
  for (uint32_t i = 0; i < n_rows; i++) {
    uint32_t row = rows == NULL ? i : rows[i];
    if (argument == NULL || column_is_valid(argument, row)) ++*(int64_t *)(void *)(groups[i] + state_offset);
  }
}
static void sum_update(const AggregateCall *call, uint8_t *const *groups, uint32_t state_offset, const Column *argument,
                       const uint32_t *rows, uint32_t n_rows, Arena *arena) {
  (void)call, (void)arena;
  for (uint32_t i = 0; i < n_rows; i++) {
    uint32_t row = rows == NULL ? i : rows[i];
    if (!column_is_valid(argument, row)) continue;
    *(int128_t *)(void *)(groups[i] + state_offset) += ((const int64_t *)argument->values)[row];
  }
}
static bool count_finish(const AggregateCall *call, uint8_t *const *groups, uint32_t state_offset, uint32_t n_groups,
                         Batch *batch, uint32_t column, Error *error) {
  (void)call, (void)error;
  for (uint32_t i = 0; i < n_groups; i++) {
    ((int64_t *)batch->columns[column].values)[i] = *(const int64_t *)(const void *)(groups[i] + state_offset);
  }
  return true;
}

enum { MINUTE_US = 60000000 };
/* Input columns of all cases. */
enum { KEY, ID, VALUE, IS_GOOD, TIME, N_COLUMNS };

static AggregateCall count_call, sum_call, count_id_call;
static const uint32_t keys[] = {KEY, ID};
static Type key_types[2];
static const WindowAggregate aggregates[] = {
    {.call = &count_call, .argument_column = -1, .filter_column = -1},
    {.call = &sum_call, .argument_column = VALUE, .filter_column = -1},
    {.call = &count_call, .argument_column = -1, .filter_column = IS_GOOD},
    {.call = &count_call, .argument_column = VALUE, .filter_column = -1, .is_distinct = true},
    {.call = &sum_call, .argument_column = VALUE, .filter_column = IS_GOOD, .is_distinct = true},
    {.call = &count_id_call, .argument_column = ID, .filter_column = -1, .is_distinct = true},
};
enum { N_AGGREGATES = 6 };
static WindowOutput outputs[3];

static int set_up(void **state) {
  (void)state;
  Type bigint = type_make(TYPE_BIGINT, true);
  count_call = (AggregateCall){.argument_type = bigint,
                               .result_type = bigint,
                               .state_bytes = 8,
                               .state_align = 8,
                               .update = count_update,
                               .finish = count_finish};
  count_id_call = count_call;
  count_id_call.argument_type = type_string(true);
  sum_call = count_call;
  sum_call.state_bytes = 16;
  sum_call.state_align = 16;
  sum_call.update = sum_update;
  key_types[0] = key_types[1] = type_string(true);
  Type timestamp = type_timestamp(TYPE_TIMESTAMP, 3, false);
  outputs[0] = (WindowOutput){WINDOW_COLUMN_START, timestamp};
  outputs[1] = (WindowOutput){WINDOW_COLUMN_END, timestamp};
  outputs[2] = (WindowOutput){WINDOW_COLUMN_TIME, timestamp};
  return 0;
}

static void stream_open(TestStream *stream) {
  *stream = (TestStream){.n_columns = N_COLUMNS};
  stream->types[KEY] = stream->types[ID] = type_string(true);
  stream->types[VALUE] = type_make(TYPE_BIGINT, true);
  stream->types[IS_GOOD] = type_make(TYPE_BOOLEAN, true);
  stream->types[TIME] = type_timestamp(TYPE_TIMESTAMP, 3, false);
}

static Operator *make(const void *context) { return window_agg_new(context); }

static WindowAggSpec tumble(uint32_t n_keys, int64_t size_us, int64_t offset_us) {
  return (WindowAggSpec){
      .window = {.assigner = ASSIGN_TUMBLE, .time_column = TIME, .size_us = size_us, .offset_us = offset_us},
      .key_columns = keys,
      .key_types = key_types,
      .n_keys = n_keys,
      .aggregates = aggregates,
      .n_aggregates = N_AGGREGATES,
      .outputs = outputs,
      .n_outputs = 3};
}

/* --- the oracle --- */

static bool equal_cells(const TestRow *a, const TestRow *b, uint32_t c) {
  return a->nulls[c] == b->nulls[c] && strcmp(a->cells[c], b->cells[c]) == 0;
}

static int64_t end_of(const TestRow *row, const WindowAggSpec *spec) {
  int64_t size_us = spec->window.size_us, time_us = atoll(row->cells[TIME]) - spec->window.offset_us;
  int64_t start_us = time_us / size_us * size_us;
  if (start_us > time_us) start_us -= size_us;
  return start_us + size_us + spec->window.offset_us;
}

/* All rows of one group of one window: those that are like row `first`. */
static void oracle_group(const TestStream *stream, const WindowAggSpec *spec, const bool *is_late, size_t first,
                         Collector *out) {
  int64_t end_us = end_of(&stream->rows[first], spec);
  int64_t n = 0, sum = 0, n_good = 0, n_distinct = 0, sum_good_distinct = 0, n_ids = 0;
  for (size_t r = first; r < stream->n_rows; r++) {
    const TestRow *row = &stream->rows[r];
    bool is_same = !is_late[r] && end_of(row, spec) == end_us;
    for (uint32_t k = 0; k < spec->n_keys; k++) is_same &= equal_cells(row, &stream->rows[first], keys[k]);
    if (!is_same) continue;
    bool is_good = strcmp(row->cells[IS_GOOD], "true") == 0;
    bool is_new = !row->nulls[VALUE], is_new_good = is_new && is_good, is_new_id = !row->nulls[ID];
    for (size_t q = first; q < r; q++) {
      const TestRow *before = &stream->rows[q];
      bool counts = !is_late[q] && end_of(before, spec) == end_us;
      for (uint32_t k = 0; k < spec->n_keys; k++) counts &= equal_cells(before, row, keys[k]);
      if (!counts) continue;
      if (equal_cells(before, row, ID)) is_new_id = false;
      if (!equal_cells(before, row, VALUE)) continue;
      is_new = false;
      if (strcmp(before->cells[IS_GOOD], "true") == 0) is_new_good = false;
    }
    n++;
    if (!row->nulls[VALUE]) sum += atoll(row->cells[VALUE]);
    n_good += is_good;
    n_distinct += is_new;
    if (is_new_good) sum_good_distinct += atoll(row->cells[VALUE]);
    n_ids += is_new_id;
  }
  char text[512];
  size_t length = 0;
  for (uint32_t k = 0; k < spec->n_keys; k++) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s|", stream->rows[first].cells[keys[k]]);
  }
  snprintf(text + length, sizeof text - length, "%lld|%lld|%lld|%lld|%lld|%lld|%lld|%lld|%lld @%lld", (long long)n,
           (long long)sum, (long long)n_good, (long long)n_distinct, (long long)sum_good_distinct, (long long)n_ids,
           (long long)(end_us - spec->window.size_us), (long long)end_us, (long long)(end_us - 1000),
           (long long)(end_us - 1001));
  test_collect(out, text);
}

static uint64_t oracle(const TestStream *stream, const WindowAggSpec *spec, Collector *out) {
  bool *is_late = memory_alloc_zeroed(stream->n_rows + 1, sizeof *is_late);
  bool *is_done = memory_alloc_zeroed(stream->n_rows + 1, sizeof *is_done);
  uint64_t n_late = 0;
  for (size_t r = 0; r < stream->n_rows; r++) {
    is_late[r] = end_of(&stream->rows[r], spec) - 1000 <= stream->rows[r].stamp_us;
    n_late += is_late[r];
  }
  for (;;) {
    int64_t end_us = INT64_MAX;
    for (size_t r = 0; r < stream->n_rows; r++) {
      if (!is_late[r] && !is_done[r] && end_of(&stream->rows[r], spec) < end_us)
        end_us = end_of(&stream->rows[r], spec);
    }
    if (end_us == INT64_MAX) break;
    for (size_t r = 0; r < stream->n_rows; r++) {
      if (is_late[r] || is_done[r] || end_of(&stream->rows[r], spec) != end_us) continue;
      oracle_group(stream, spec, is_late, r, out);
      for (size_t q = r; q < stream->n_rows; q++) {
        bool is_same = !is_late[q] && end_of(&stream->rows[q], spec) == end_us;
        for (uint32_t k = 0; k < spec->n_keys; k++) is_same &= equal_cells(&stream->rows[q], &stream->rows[r], keys[k]);
        if (is_same) is_done[q] = true;
      }
    }
  }
  free(is_late);
  free(is_done);
  return n_late;
}

/* --- tests --- */

static void check(const char *what, const TestStream *stream, const WindowAggSpec *spec) {
  Collector *wanted = collector_new();
  uint64_t n_late = oracle(stream, spec, wanted);
  test_expect(what, make, spec, stream, 1, true, wanted->rows, wanted->n_rows, n_late);
  operator_free(&wanted->base);
}

static void agrees_with_oracle(void **state) {
  (void)state;
  static const struct {
    const char *name;
    uint32_t n_rows;
    int64_t spread_us; /* how far rows come out of order */
    int64_t delay_us;  /* of the watermark */
    int64_t step_us;   /* of time per row, on average half */
    int64_t n_keys_of, n_ids;
  } cases[] = {
      {"in order", 400, 1, 0, 2000000, 3, 10},
      {"out of order, all in time", 400, 20000000, 20000000, 2000000, 3, 10},
      {"out of order, some late", 400, 40000000, 5000000, 2000000, 3, 10},
      {"far out of order, many late", 400, 300000000, 60000000, 3000000, 2, 5},
      {"no delay", 300, 10000000, 0, 1000000, 4, 100},
      {"many windows per batch", 500, 5000000, 1000000, 40000000, 2, 3},
      {"one window", 500, 1000, 1000, 1000, 5, 50},
      {"many groups", 1500, 30000000, 10000000, 400000, 500, 700},
  };
  static const struct {
    int64_t size_us, offset_us;
  } windows[] = {{MINUTE_US, 0}, {MINUTE_US, 7000000}, {10000000, -3000000}, {3000, 0}};
  uint64_t chance = 12345;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    TestStream stream;
    stream_open(&stream);
    int64_t now_us = i % 2 == 0 ? 0 : -500000000;
    int64_t greatest_us = INT64_MIN / 2;
    for (uint32_t r = 0; r < cases[i].n_rows; r++) {
      now_us += test_random_below(&chance, cases[i].step_us) / 1000 * 1000;
      int64_t time_us = now_us - test_random_below(&chance, cases[i].spread_us) / 1000 * 1000;
      if (time_us > greatest_us) greatest_us = time_us;
      char key[32] = "NULL", id[48] = "NULL", value[32] = "NULL", text[256];
      int64_t key_number = test_random_below(&chance, cases[i].n_keys_of + 1);
      int64_t id_number = test_random_below(&chance, cases[i].n_ids + 1);
      if (key_number > 0) snprintf(key, sizeof key, "campaign_%lld", (long long)key_number);
      if (id_number > 0) snprintf(id, sizeof id, "impression_%012lld", (long long)id_number);
      if (test_random_below(&chance, 5) > 0) {
        snprintf(value, sizeof value, "%lld", (long long)test_random_below(&chance, 8) - 3);
      }
      static const char *const truths[] = {"true", "false", "NULL"};
      snprintf(text, sizeof text, "%s|%s|%s|%s|%lld", key, id, value, truths[test_random_below(&chance, 3)],
               (long long)time_us);
      test_add(&stream, text, greatest_us - cases[i].delay_us);
    }
    for (size_t w = 0; w < sizeof windows / sizeof windows[0]; w++) {
      for (uint32_t n_keys = 0; n_keys <= 2; n_keys++) {
        WindowAggSpec spec = tumble(n_keys, windows[w].size_us, windows[w].offset_us);
        char what[128];
        snprintf(what, sizeof what, "%s, window %zu, %u keys", cases[i].name, w, n_keys);
        check(what, &stream, &spec);
      }
    }
    test_stream_free(&stream);
  }
}

/* As seen on Flink: the row at 59.999 raises the watermark to 59.999, so [0, 60) fires; a later row in it is late. */
static void fires_at_the_last_millisecond(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  test_add(&stream, "a|x|1|true|1000000", 1000000);
  test_add(&stream, "a|x|1|true|59998000", 59998000);
  test_add(&stream, "a|x|1|true|2000000", 2000000);
  test_add(&stream, "a|x|1|true|59999000", 59999000);
  test_add(&stream, "a|x|1|true|3000000", 3000000);
  test_add(&stream, "a|x|1|true|60000000", 60000000);
  char *wanted[] = {"a|4|4|4|1|1|1|0|60000000|59999000 @59998999",
                    "a|1|1|1|1|1|1|60000000|120000000|119999000 @119998999"};
  WindowAggSpec spec = tumble(1, MINUTE_US, 0);
  test_expect("last millisecond", make, &spec, &stream, 1, true, wanted, 2, 1);
  test_stream_free(&stream);
}

/* Aggregating what a window aggregation put out: the windows come with the rows. */
static void attached_windows(void **state) {
  (void)state;
  TestStream stream = {.n_columns = 4};
  stream.types[0] = type_string(true);
  stream.types[1] = type_make(TYPE_BIGINT, true);
  stream.types[2] = stream.types[3] = type_timestamp(TYPE_TIMESTAMP, 3, false);
  test_add(&stream, "a|1|0|60000000", 50000000);
  test_add(&stream, "b|2|0|60000000", 50000000);
  test_add(&stream, "a|4|60000000|120000000", 59999000);
  test_add(&stream, "a|8|0|60000000", 59999000);
  test_add(&stream, "b|16|60000000|120000000", 59999000);
  char *wanted[] = {"a|1|0|60000000|59999000 @59998999", "b|2|0|60000000|59999000 @59998999",
                    "a|4|60000000|120000000|119999000 @119998999", "b|16|60000000|120000000|119999000 @119998999"};
  static const uint32_t attached_keys[] = {0};
  static const WindowAggregate sum[] = {{.call = &sum_call, .argument_column = 1, .filter_column = -1}};
  WindowAggSpec spec = {.window = {.assigner = ASSIGN_ATTACHED, .start_column = 2, .end_column = 3},
                        .key_columns = attached_keys,
                        .key_types = key_types,
                        .n_keys = 1,
                        .aggregates = sum,
                        .n_aggregates = 1,
                        .outputs = outputs,
                        .n_outputs = 3};
  test_expect("attached", make, &spec, &stream, 1, true, wanted, 4, 1);
  test_stream_free(&stream);
}

static void empty_input(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  WindowAggSpec spec = tumble(0, MINUTE_US, 0);
  test_expect("empty", make, &spec, &stream, 1, true, NULL, 0, 0);
}

static void null_row_time_fails(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  test_add(&stream, "a|x|1|true|NULL", 0);
  WindowAggSpec spec = tumble(0, MINUTE_US, 0);
  Operator *subject = window_agg_new(&spec);
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
      cmocka_unit_test(agrees_with_oracle),  cmocka_unit_test(fires_at_the_last_millisecond),
      cmocka_unit_test(attached_windows),    cmocka_unit_test(empty_input),
      cmocka_unit_test(null_row_time_fails),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
