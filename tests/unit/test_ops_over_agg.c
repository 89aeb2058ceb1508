/* Bounded OVER aggregation against Flink's RowTimeRangeBoundedPrecedingFunction, written down literally: per key its
 * timers, its last triggering time and its clean-up time. */
#include "func/aggregate.h"
#include "ops/over_agg.h"
#include "ops_testing.h"

enum { KEY, NUMBER, VALUE, TEXT, IS_GOOD, TIME, N_COLUMNS };
enum { N_AGGREGATES = 5, SECOND_US = 1000000 };

static const uint32_t key_columns[] = {KEY, NUMBER};
static AggregateCall calls[N_AGGREGATES];
static WindowAggregate aggregates[N_AGGREGATES];
static Arena *arena;

static void stream_open(TestStream *stream) {
  *stream = (TestStream){.n_columns = N_COLUMNS, .watermark_us = WATERMARK_NONE};
  stream->types[KEY] = stream->types[TEXT] = type_string(true);
  stream->types[NUMBER] = type_make(TYPE_INT, true);
  stream->types[VALUE] = type_make(TYPE_BIGINT, true);
  stream->types[IS_GOOD] = type_make(TYPE_BOOLEAN, true);
  stream->types[TIME] = type_timestamp(TYPE_TIMESTAMP, 3, false);
}

static int set_up(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int32_t argument, filter;
  } made[N_AGGREGATES] = {
      {"COUNT", -1, -1}, {"SUM", VALUE, -1}, {"MAX", TEXT, -1}, {"MIN", VALUE, IS_GOOD}, {"COUNT", TEXT, IS_GOOD}};
  arena = arena_new(1024);
  TestStream stream;
  stream_open(&stream);
  for (uint32_t a = 0; a < N_AGGREGATES; a++) {
    Expr *argument = NULL;
    if (made[a].argument >= 0) {
      uint32_t column = (uint32_t)made[a].argument;
      argument = expr_column(arena, column, stream.types[column], (SourcePlace){0});
    }
    Error error = {0};
    assert_true(aggregate_resolve(arena, aggregate_find(made[a].name), argument == NULL ? NULL : &argument,
                                  (SourcePlace){0}, &calls[a], &error));
    aggregates[a] =
        (WindowAggregate){.call = &calls[a], .argument_column = made[a].argument, .filter_column = made[a].filter};
  }
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_release(arena);
  return 0;
}

static Operator *make(const void *context) { return over_agg_new(context); }

static OverSpec over(const TestStream *stream, uint32_t n_keys, int64_t preceding_us) {
  return (OverSpec){.types = stream->types,
                    .n_columns = N_COLUMNS,
                    .key_columns = key_columns,
                    .n_keys = n_keys,
                    .time_column = TIME,
                    .preceding_us = preceding_us,
                    .aggregates = aggregates,
                    .n_aggregates = N_AGGREGATES};
}

/* --- the oracle: Flink's function, one key after the other has no say in another's results --- */

typedef enum OracleState { NOT_SEEN, LATE, WAITING, IN_FRAME, LEFT } OracleState;

typedef struct OracleKey {
  const TestRow *example;
  int64_t last_us; /* triggering; -1: none */
  int64_t cleanup_us;
  bool has_cleanup;
  int64_t timers_us[4096];
  size_t n_timers;
} OracleKey;

typedef struct Oracle {
  const TestStream *stream;
  const OverSpec *spec;
  OracleState *states;
  OracleKey *keys;
  size_t n_keys;
  int64_t watermark_us;
  Collector *out;
} Oracle;

static bool same_key(const OverSpec *spec, const TestRow *a, const TestRow *b) {
  for (uint32_t k = 0; k < spec->n_keys; k++) {
    uint32_t c = spec->key_columns[k];
    if (a->nulls[c] != b->nulls[c] || strcmp(a->cells[c], b->cells[c]) != 0) return false;
  }
  return true;
}

static int64_t time_of(const TestRow *row) { return atoll(row->cells[TIME]); }

static void add_timer(OracleKey *key, int64_t time_us) {
  size_t at = 0;
  while (at < key->n_timers && key->timers_us[at] < time_us) at++;
  if (at < key->n_timers && key->timers_us[at] == time_us) return;
  assert_true(key->n_timers < 4096);
  memmove(key->timers_us + at + 1, key->timers_us + at, (key->n_timers - at) * sizeof(int64_t));
  key->timers_us[at] = time_us;
  key->n_timers++;
}

static void oracle_frame_text(const Oracle *oracle, const OracleKey *key, char *text, size_t size) {
  int64_t n = 0, sum = 0, n_values = 0, n_good_texts = 0, n_good = 0, least = INT64_MAX;
  const char *greatest = NULL;
  for (size_t r = 0; r < oracle->stream->n_rows; r++) {
    const TestRow *row = &oracle->stream->rows[r];
    if (oracle->states[r] != IN_FRAME || !same_key(oracle->spec, row, key->example)) continue;
    bool is_good = strcmp(row->cells[IS_GOOD], "true") == 0;
    n++;
    if (!row->nulls[VALUE]) {
      int64_t value = atoll(row->cells[VALUE]);
      n_values++;
      sum += value;
      if (is_good) n_good++;
      if (is_good && value < least) least = value;
    }
    if (row->nulls[TEXT]) continue;
    n_good_texts += is_good;
    if (greatest == NULL || strcmp(row->cells[TEXT], greatest) > 0) greatest = row->cells[TEXT];
  }
  char sum_text[32] = "NULL", least_text[32] = "NULL";
  if (n_values > 0) snprintf(sum_text, sizeof sum_text, "%lld", (long long)sum);
  if (n_good > 0) snprintf(least_text, sizeof least_text, "%lld", (long long)least);
  snprintf(text, size, "%lld|%s|%s|%s|%lld", (long long)n, sum_text, greatest == NULL ? "NULL" : greatest, least_text,
           (long long)n_good_texts);
}

/* onTimer; writes the frame's text to those of the rows that come out. */
static void oracle_timer(Oracle *oracle, OracleKey *key, int64_t time_us, char (*texts)[256], bool *comes_out) {
  const TestStream *stream = oracle->stream;
  if (key->has_cleanup && key->cleanup_us <= time_us) {
    for (size_t r = 0; r < stream->n_rows; r++) {
      bool is_kept = oracle->states[r] == WAITING || oracle->states[r] == IN_FRAME;
      if (is_kept && same_key(oracle->spec, &stream->rows[r], key->example)) oracle->states[r] = LEFT;
    }
    key->has_cleanup = false;
    key->last_us = -1;
    return;
  }
  bool fires = false;
  for (size_t r = 0; r < stream->n_rows; r++) {
    if (oracle->states[r] != WAITING || time_of(&stream->rows[r]) != time_us) continue;
    if (!same_key(oracle->spec, &stream->rows[r], key->example)) continue;
    fires = comes_out[r] = true;
    oracle->states[r] = IN_FRAME;
  }
  for (size_t r = 0; fires && r < stream->n_rows; r++) {
    if (oracle->states[r] != IN_FRAME || !same_key(oracle->spec, &stream->rows[r], key->example)) continue;
    if (time_us - time_of(&stream->rows[r]) > oracle->spec->preceding_us) oracle->states[r] = LEFT;
  }
  char text[256];
  if (fires) oracle_frame_text(oracle, key, text, sizeof text);
  for (size_t r = 0; fires && r < stream->n_rows; r++) {
    bool is_mine = comes_out[r] && same_key(oracle->spec, &stream->rows[r], key->example);
    if (is_mine) memcpy(texts[r], text, sizeof text);
  }
  key->last_us = time_us;
}

static void oracle_rise(Oracle *oracle, int64_t watermark_us) {
  const TestStream *stream = oracle->stream;
  char(*texts)[256] = memory_alloc_zeroed(stream->n_rows + 1, sizeof *texts);
  bool *comes_out = memory_alloc_zeroed(stream->n_rows + 1, sizeof *comes_out);
  for (;;) {
    int64_t time_us = INT64_MAX;
    for (size_t k = 0; k < oracle->n_keys; k++) {
      if (oracle->keys[k].n_timers > 0 && oracle->keys[k].timers_us[0] < time_us) {
        time_us = oracle->keys[k].timers_us[0];
      }
    }
    if (time_us > watermark_us || time_us == INT64_MAX) break;
    for (size_t k = 0; k < oracle->n_keys; k++) {
      OracleKey *key = &oracle->keys[k];
      if (key->n_timers == 0 || key->timers_us[0] != time_us) continue;
      memmove(key->timers_us, key->timers_us + 1, --key->n_timers * sizeof(int64_t));
      oracle_timer(oracle, key, time_us, texts, comes_out);
    }
    for (size_t r = 0; r < stream->n_rows; r++) {
      if (!comes_out[r]) continue;
      comes_out[r] = false;
      const TestRow *row = &stream->rows[r];
      char line[1024], stamp[32];
      test_stamp_text(time_us > oracle->watermark_us ? time_us - 1 : oracle->watermark_us, stamp, sizeof stamp);
      size_t n = 0;
      for (uint32_t c = 0; c < N_COLUMNS; c++) {
        n += (size_t)snprintf(line + n, sizeof line - n, "%s|", row->cells[c]);
      }
      snprintf(line + n, sizeof line - n, "%s @%s", texts[r], stamp);
      test_collect(oracle->out, line);
    }
  }
  oracle->watermark_us = watermark_us;
  free(texts);
  free(comes_out);
}

static uint64_t oracle_run(const TestStream *stream, const OverSpec *spec, Collector *out) {
  Oracle oracle = {.stream = stream, .spec = spec, .watermark_us = WATERMARK_NONE, .out = out};
  oracle.states = memory_alloc_zeroed(stream->n_rows + 1, sizeof *oracle.states);
  oracle.keys = memory_alloc_zeroed(stream->n_rows + 1, sizeof *oracle.keys);
  uint64_t n_late = 0;
  int64_t preceding_us = spec->preceding_us;
  for (size_t r = 0; r < stream->n_rows; r++) {
    const TestRow *row = &stream->rows[r];
    if (row->stamp_us > oracle.watermark_us) oracle_rise(&oracle, row->stamp_us);
    size_t k = 0;
    while (k < oracle.n_keys && !same_key(spec, oracle.keys[k].example, row)) k++;
    if (k == oracle.n_keys) oracle.keys[oracle.n_keys++] = (OracleKey){.example = row, .last_us = -1};
    OracleKey *key = &oracle.keys[k];
    int64_t time_us = time_of(row);
    if (time_us <= (key->last_us < 0 ? 0 : key->last_us)) {
      oracle.states[r] = LATE;
      n_late++;
      continue;
    }
    oracle.states[r] = WAITING;
    add_timer(key, time_us);
    int64_t longest_us = time_us + preceding_us / 1000 * 3 / 2 * 1000 + 1000;
    if (!key->has_cleanup || key->cleanup_us < time_us + preceding_us + 1000) {
      add_timer(key, longest_us);
      key->has_cleanup = true;
      key->cleanup_us = longest_us;
    }
  }
  oracle_rise(&oracle, INT64_MAX);
  free(oracle.states);
  free(oracle.keys);
  return n_late;
}

/* --- tests --- */

static void check(const char *what, const TestStream *stream, const OverSpec *spec) {
  Collector *wanted = collector_new();
  uint64_t n_late = oracle_run(stream, spec, wanted);
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
    int64_t n_keys_of;
  } cases[] = {
      {"in order", 300, 1, 1000, SECOND_US, 20},         {"out of order", 300, 5000000, 5000000, SECOND_US, 10},
      {"late", 300, 20000000, 2000000, SECOND_US, 10},   {"very late", 300, 90000000, 1000000, 3000000, 4},
      {"no delay", 300, 6000000, 0, SECOND_US, 5},       {"equal times", 300, 4000, 3000, 3000, 4},
      {"all at once", 300, 1000, 1000, 10, 3},           {"sparse", 200, 1, 0, 40000000, 6},
      {"long frames", 400, 1000000, 1000000, 200000, 1},
  };
  static const int64_t preceding_us[] = {10 * SECOND_US, 3 * SECOND_US + 1000, 0, 60 * SECOND_US};
  uint64_t chance = 4711;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    TestStream stream;
    stream_open(&stream);
    int64_t now_us = i == 0 ? -20 * SECOND_US : 1000 * (int64_t)SECOND_US, greatest_us = INT64_MIN / 2;
    for (uint32_t r = 0; r < cases[i].n_rows; r++) {
      now_us += test_random_below(&chance, cases[i].step_us) / 1000 * 1000;
      int64_t time_us = (now_us - test_random_below(&chance, cases[i].spread_us)) / 1000 * 1000;
      if (time_us > greatest_us) greatest_us = time_us;
      char key[48] = "NULL", number[32] = "NULL", value[32] = "NULL", text[48] = "NULL", cells[256];
      int64_t key_number = test_random_below(&chance, cases[i].n_keys_of + 1);
      if (key_number > 0) {
        snprintf(key, sizeof key, key_number % 2 == 0 ? "k%lld" : "impression_%012lld", (long long)key_number);
      }
      if (test_random_below(&chance, 5) > 0) {
        snprintf(number, sizeof number, "%d", (int)test_random_below(&chance, 2));
      }
      if (test_random_below(&chance, 4) > 0) {
        snprintf(value, sizeof value, "%lld", (long long)test_random_below(&chance, 2000) - 1000);
      }
      if (test_random_below(&chance, 4) > 0) {
        int length = (int)test_random_below(&chance, 30);
        snprintf(text, sizeof text, "%c%.*s", (char)('a' + test_random_below(&chance, 26)), length,
                 "-is-a-text-of-thirty-characters");
      }
      static const char *const truths[] = {"true", "false", "NULL"};
      snprintf(cells, sizeof cells, "%s|%s|%s|%s|%s|%lld", key, number, value, text,
               truths[test_random_below(&chance, 3)], (long long)time_us);
      test_add(&stream, cells, greatest_us - cases[i].delay_us);
    }
    for (size_t p = 0; p < sizeof preceding_us / sizeof preceding_us[0]; p++) {
      for (uint32_t n_keys = 0; n_keys <= 2; n_keys++) {
        char what[128];
        snprintf(what, sizeof what, "%s, preceding %zu, %u keys", cases[i].name, p, n_keys);
        OverSpec spec = over(&stream, n_keys, preceding_us[p]);
        check(what, &stream, &spec);
      }
    }
    test_stream_free(&stream);
  }
}

/* Rows of one time are one round, however many: all see all. */
static void more_peers_than_a_batch(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  enum { N_ROWS = 5000 };
  char *wanted[N_ROWS];
  for (int r = 0; r < N_ROWS; r++) {
    test_add(&stream, "a|1|1|x|true|5000000", 4000000);
    wanted[r] = (char *)(uintptr_t) "a|1|1|x|true|5000000|5000|5000|x|1|5000 @4999999";
  }
  OverSpec spec = over(&stream, 1, SECOND_US);
  test_expect("peers", make, &spec, &stream, 1, true, wanted, N_ROWS, 0);
  test_stream_free(&stream);
}

/* Rows as on Flink: tests/golden/windows/over_range_late.case. */
static void late_is_by_key(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  static const struct {
    const char *key;
    int second, value;
  } rows[] = {{"a", 10, 1},    {"b", 30, 2},    {"a", 15, 4},    {"a", 15, 8},   {"a", 8, 16},
              {"a", 10, 32},   {"c", 12, 64},   {"c", 11, 128},  {"b", 40, 256}, {"a", 12, 512},
              {"a", 16, 1024}, {"c", 20, 2048}, {"b", 50, 4096}, {"c", 21, 8192}};
  int greatest = 0;
  for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
    char cells[128];
    if (rows[r].second > greatest) greatest = rows[r].second;
    snprintf(cells, sizeof cells, "%s|0|%d|NULL|NULL|%d000000", rows[r].key, rows[r].value, rows[r].second);
    test_add(&stream, cells, (greatest - 5) * (int64_t)SECOND_US);
  }
  static const struct {
    const char *key;
    int second, value, n, sum, stamp_us;
  } results[] = {
      {"a", 10, 1, 1, 1, 9999999},      {"c", 11, 128, 1, 128, 25000000},   {"c", 12, 64, 2, 192, 25000000},
      {"a", 15, 4, 3, 13, 25000000},    {"a", 15, 8, 3, 13, 25000000},      {"b", 30, 2, 1, 2, 29999999},
      {"a", 12, 512, 1, 512, 35000000}, {"a", 16, 1024, 2, 1536, 35000000}, {"c", 20, 2048, 1, 2048, 35000000},
      {"b", 40, 256, 2, 258, 39999999}, {"c", 21, 8192, 1, 8192, 45000000}, {"b", 50, 4096, 2, 4352, 49999999}};
  enum { N_RESULTS = sizeof results / sizeof results[0] };
  char lines[N_RESULTS][128];
  char *wanted[N_RESULTS];
  for (size_t r = 0; r < N_RESULTS; r++) {
    snprintf(lines[r], sizeof lines[r], "%s|0|%d|NULL|NULL|%d000000|%d|%d|NULL|NULL|0 @%d", results[r].key,
             results[r].value, results[r].second, results[r].n, results[r].sum, results[r].stamp_us);
    wanted[r] = lines[r];
  }
  OverSpec spec = over(&stream, 1, 10 * SECOND_US);
  test_expect("late by key", make, &spec, &stream, 1, true, wanted, N_RESULTS, 2);
  test_stream_free(&stream);
}

/* The row at 15 s needs its key until 25.001 s, which is just when the row at 10 s asked for its being forgotten. */
static void forgets_at_the_bound(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  test_add(&stream, "a|0|1|NULL|NULL|10000000", 10000000);
  test_add(&stream, "a|0|2|NULL|NULL|15000000", 25000000);
  test_add(&stream, "a|0|4|NULL|NULL|12000000", 25001000);
  test_add(&stream, "a|0|8|NULL|NULL|12000000", 25001000);
  char *wanted[] = {"a|0|1|NULL|NULL|10000000|1|1|NULL|NULL|0 @9999999",
                    "a|0|2|NULL|NULL|15000000|2|3|NULL|NULL|0 @14999999",
                    "a|0|8|NULL|NULL|12000000|1|8|NULL|NULL|0 @25001000"};
  OverSpec spec = over(&stream, 1, 10 * SECOND_US);
  test_expect("forgets", make, &spec, &stream, 1, true, wanted, 3, 1);
  test_stream_free(&stream);
}

/* Keys that come once and never again do not stay. */
static void state_is_forgotten(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  for (int r = 0; r < 20000; r++) {
    char cells[128];
    snprintf(cells, sizeof cells, "a key that is used only once, of number %d|0|1|a text of some length|true|%d000000",
             r, r + 1);
    test_add(&stream, cells, (r - 4) * (int64_t)SECOND_US);
  }
  OverSpec spec = over(&stream, 1, 100 * SECOND_US);
  Operator *subject = over_agg_new(&spec);
  Collector *collector = collector_new();
  operator_connect(subject, &collector->base, 0);
  test_run(subject, &stream, 1, 50, true, NULL);
  assert_int_equal(collector->n_rows, stream.n_rows);
  assert_true(subject->stats.peak_state_bytes < 1500000);
  operator_free(subject);
  operator_free(&collector->base);
  test_stream_free(&stream);
}

static void null_row_time_fails(void **state) {
  (void)state;
  TestStream stream;
  stream_open(&stream);
  test_add(&stream, "a|1|1|x|true|NULL", 0);
  OverSpec spec = over(&stream, 1, SECOND_US);
  Operator *subject = over_agg_new(&spec);
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
      cmocka_unit_test(agrees_with_oracle), cmocka_unit_test(more_peers_than_a_batch),
      cmocka_unit_test(late_is_by_key),     cmocka_unit_test(forgets_at_the_bound),
      cmocka_unit_test(state_is_forgotten), cmocka_unit_test(null_row_time_fails),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
