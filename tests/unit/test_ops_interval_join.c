/* The interval join against a nested loop over all rows in the order of their stamps, for bounds of both signs, all
 * kinds of join, nulls, duplicates and late rows, at every cut into batches. */
#include "func/function.h"
#include "ops/interval_join.h"
#include "ops_testing.h"

enum { KEY, NUMBER, VALUE, TIME, TEXT, N_COLUMNS };
enum { SECOND_US = 1000000, N_STREAMS = 2 };

static const uint32_t key_columns[] = {KEY, NUMBER};
static const uint32_t left_outputs[] = {VALUE, KEY, TIME};
static const uint32_t right_outputs[] = {TEXT, VALUE, NUMBER};
static const SessionSettings settings;
static Arena *arena;
static Expr *value_less; /* left.VALUE < right.VALUE */

static void stream_open(TestStream *stream, int number_digits) {
  *stream = (TestStream){.n_columns = N_COLUMNS, .watermark_us = WATERMARK_NONE};
  stream->types[KEY] = stream->types[TEXT] = type_string(true);
  stream->types[NUMBER] = type_decimal(number_digits, 2, true);
  stream->types[VALUE] = type_make(TYPE_BIGINT, true);
  stream->types[TIME] = type_timestamp(TYPE_TIMESTAMP, 3, false);
}

static int set_up(void **state) {
  (void)state;
  arena = arena_new(1024);
  Type bigint = type_make(TYPE_BIGINT, true);
  Expr *sides[] = {expr_column(arena, VALUE, bigint, (SourcePlace){0}),
                   expr_column(arena, N_COLUMNS + VALUE, bigint, (SourcePlace){0})};
  Error error = {0};
  value_less = function_call(arena, function_find("<"), sides, 2, (SourcePlace){0}, &settings, &error);
  assert_non_null(value_less);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_release(arena);
  return 0;
}

static Operator *make(const void *context) { return interval_join_new(context); }

static IntervalJoinSpec join_of(const TestStream streams[N_STREAMS], uint32_t n_keys, int64_t lower_us,
                                int64_t upper_us, bool is_left, bool is_right, bool has_residual) {
  IntervalJoinSpec spec = {.n_keys = n_keys,
                           .lower_us = lower_us,
                           .upper_us = upper_us,
                           .residual = has_residual ? value_less : NULL,
                           .settings = &settings};
  for (uint32_t s = 0; s < N_STREAMS; s++) {
    spec.sides[s] = (IntervalJoinSide){.types = streams[s].types,
                                       .n_columns = N_COLUMNS,
                                       .key_columns = key_columns,
                                       .time_column = TIME,
                                       .outputs = s == 0 ? left_outputs : right_outputs,
                                       .n_outputs = 3,
                                       .is_outer = s == 0 ? is_left : is_right};
  }
  return spec;
}

/* --- the oracle --- */

typedef struct OracleRow {
  const TestRow *row;
  uint32_t side;
  int64_t time_us;
  bool is_kept;
  bool is_matched;
  bool is_padded;
} OracleRow;

typedef struct Oracle {
  const IntervalJoinSpec *spec;
  OracleRow *rows; /* as they are taken */
  size_t n_rows;
  uint64_t n_late;
  Collector *out;
} Oracle;

static int64_t wait_us(const IntervalJoinSpec *spec, uint32_t side) {
  return side == 0 ? spec->upper_us : -spec->lower_us;
}

static void oracle_put(Oracle *oracle, const TestRow *left, const TestRow *right, int64_t stamp_us) {
  const IntervalJoinSpec *spec = oracle->spec;
  int64_t lag_us = wait_us(spec, 0) > wait_us(spec, 1) ? wait_us(spec, 0) : wait_us(spec, 1);
  if (spec->sides[0].is_outer || spec->sides[1].is_outer) lag_us += 1000;
  char text[TEST_CELL_MAX * 8], stamp[32];
  size_t n = 0;
  for (uint32_t s = 0; s < N_STREAMS; s++) {
    const TestRow *row = s == 0 ? left : right;
    for (uint32_t o = 0; o < 3; o++) {
      const char *cell = row == NULL ? "NULL" : row->cells[spec->sides[s].outputs[o]];
      n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", s + o > 0 ? "|" : "", cell);
    }
  }
  test_stamp_text(stamp_us == WATERMARK_NONE ? stamp_us : stamp_us - lag_us, stamp, sizeof stamp);
  snprintf(text + n, sizeof text - n, " @%s", stamp);
  test_collect(oracle->out, text);
}

static void oracle_put_row(Oracle *oracle, const OracleRow *row, const TestRow *other, int64_t stamp_us) {
  oracle_put(oracle, row->side == 0 ? row->row : other, row->side == 0 ? other : row->row, stamp_us);
}

static void oracle_pad(Oracle *oracle, size_t n_seen, int64_t until_us) {
  for (;;) {
    OracleRow *next = NULL;
    int64_t next_us = 0;
    for (size_t r = 0; r < n_seen; r++) {
      OracleRow *row = &oracle->rows[r];
      if (!row->is_kept || row->is_matched || row->is_padded || !oracle->spec->sides[row->side].is_outer) continue;
      int64_t due_us = row->time_us + wait_us(oracle->spec, row->side) + 1000;
      if (due_us > until_us) continue;
      if (next != NULL && (due_us > next_us || (due_us == next_us && row->side >= next->side))) continue;
      next = row;
      next_us = due_us;
    }
    if (next == NULL) return;
    next->is_padded = true;
    oracle_put_row(oracle, next, NULL, next_us - 1);
  }
}

static bool oracle_pairs(const IntervalJoinSpec *spec, const OracleRow *a, const OracleRow *b) {
  const OracleRow *left = a->side == 0 ? a : b, *right = a->side == 0 ? b : a;
  if (right->time_us < left->time_us + spec->lower_us || right->time_us > left->time_us + spec->upper_us) return false;
  for (uint32_t k = 0; k < spec->n_keys; k++) {
    uint32_t c = key_columns[k];
    if (left->row->nulls[c] || right->row->nulls[c] || strcmp(left->row->cells[c], right->row->cells[c]) != 0) {
      return false;
    }
  }
  if (spec->residual == NULL) return true;
  return !left->row->nulls[VALUE] && !right->row->nulls[VALUE] &&
         atoll(left->row->cells[VALUE]) < atoll(right->row->cells[VALUE]);
}

static void oracle_take(Oracle *oracle, size_t at) {
  const IntervalJoinSpec *spec = oracle->spec;
  OracleRow *row = &oracle->rows[at];
  int64_t stamp_us = row->row->stamp_us;
  oracle_pad(oracle, at, stamp_us);
  OracleRow **partners = memory_alloc_zeroed(at + 1, sizeof(OracleRow *));
  size_t n_partners = 0;
  for (size_t r = 0; r < at; r++) {
    OracleRow *other = &oracle->rows[r];
    if (other->side == row->side || !other->is_kept) continue;
    if (stamp_us >= other->time_us + wait_us(spec, other->side) + 1000 || !oracle_pairs(spec, row, other)) continue;
    size_t place = n_partners++;
    for (; place > 0 && partners[place - 1]->time_us > other->time_us; place--) partners[place] = partners[place - 1];
    partners[place] = other;
  }
  for (size_t p = 0; p < n_partners; p++) {
    row->is_matched = partners[p]->is_matched = true;
    oracle_put_row(oracle, row, partners[p]->row, stamp_us);
  }
  free(partners);
  row->is_kept = stamp_us < row->time_us + wait_us(spec, row->side);
  if (row->is_kept || row->is_matched) return;
  if (spec->sides[row->side].is_outer) {
    oracle_put_row(oracle, row, NULL, stamp_us);
    return;
  }
  bool has_null_key = false;
  for (uint32_t k = 0; k < spec->n_keys; k++) has_null_key |= row->row->nulls[key_columns[k]];
  oracle->n_late += !has_null_key && row->time_us <= stamp_us;
}

static uint64_t oracle_run(const IntervalJoinSpec *spec, const TestStream streams[N_STREAMS], Collector *out) {
  size_t n_rows = streams[0].n_rows + streams[1].n_rows, next[N_STREAMS] = {0};
  Oracle oracle = {.spec = spec, .rows = memory_alloc_zeroed(n_rows + 1, sizeof(OracleRow)), .out = out};
  for (size_t r = 0; r < n_rows; r++) {
    bool takes_right =
        next[0] == streams[0].n_rows ||
        (next[1] < streams[1].n_rows && streams[1].rows[next[1]].stamp_us < streams[0].rows[next[0]].stamp_us);
    const TestRow *row = &streams[takes_right].rows[next[takes_right]++];
    oracle.rows[r] = (OracleRow){.row = row, .side = takes_right, .time_us = atoll(row->cells[TIME])};
  }
  for (size_t r = 0; r < n_rows; r++) oracle_take(&oracle, r);
  oracle_pad(&oracle, n_rows, INT64_MAX);
  free(oracle.rows);
  return oracle.n_late;
}

/* --- tests --- */

typedef struct Shape {
  const char *name;
  uint32_t n_rows;
  int64_t spread_us; /* how far rows come out of order */
  int64_t delay_us;  /* of the watermark */
  int64_t step_us;   /* of time per row, on average half */
  int64_t n_keys_of;
} Shape;

static void fill(TestStream *stream, const Shape *shape, uint64_t *chance) {
  int64_t now_us = -100 * (int64_t)SECOND_US, greatest_us = INT64_MIN / 2;
  for (uint32_t r = 0; r < shape->n_rows; r++) {
    now_us += test_random_below(chance, shape->step_us) / 1000 * 1000;
    int64_t time_us = now_us - test_random_below(chance, shape->spread_us) / 1000 * 1000;
    if (time_us > greatest_us) greatest_us = time_us;
    char key[48] = "NULL", number[32] = "NULL", value[32] = "NULL", written[48] = "NULL", cells[256];
    int64_t key_number = test_random_below(chance, shape->n_keys_of + 1);
    if (key_number > 0) {
      snprintf(key, sizeof key, key_number % 2 == 0 ? "k%lld" : "impression_%012lld", (long long)key_number);
    }
    if (test_random_below(chance, 20) > 0) {
      snprintf(number, sizeof number, "%lld", (long long)test_random_below(chance, 2) - 1);
    }
    if (test_random_below(chance, 6) > 0) {
      snprintf(value, sizeof value, "%lld", (long long)test_random_below(chance, 10));
    }
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst";
    int length = (int)test_random_below(chance, 46);
    if (test_random_below(chance, 8) > 0) snprintf(written, sizeof written, "%.*s", length, letters);
    snprintf(cells, sizeof cells, "%s|%s|%s|%lld|%s", key, number, value, (long long)time_us, written);
    test_add(stream, cells, greatest_us - shape->delay_us);
  }
}

static void check(const char *what, const TestStream streams[N_STREAMS], const IntervalJoinSpec *spec) {
  Collector *wanted = collector_new();
  uint64_t n_late = oracle_run(spec, streams, wanted);
  test_expect(what, make, spec, streams, N_STREAMS, true, wanted->rows, wanted->n_rows, n_late);
  operator_free(&wanted->base);
}

static void agrees_with_oracle(void **state) {
  (void)state;
  static const Shape shapes[][N_STREAMS] = {
      {{"in order", 200, 1000, 1000, SECOND_US, 20}, {"", 150, 1000, 1000, 1500000, 20}},
      {{"out of order", 160, 3000000, 3000000, SECOND_US, 12}, {"", 160, 5000000, 5000000, SECOND_US, 12}},
      {{"late", 160, 30000000, 2000000, SECOND_US, 8}, {"", 160, 20000000, 1000000, SECOND_US, 8}},
      {{"many to one", 200, 1000, 1000, 500000, 3}, {"", 40, 1000, 1000, 5000000, 3}},
      {{"equal times", 120, 3000, 2000, 4000, 30}, {"", 120, 3000, 2000, 4000, 30}},
      {{"nothing on the right", 200, 5000, 5000, SECOND_US, 5}, {"", 0, 1000, 1000, 1000, 5}},
      {{"sparse", 150, 100000000, 60000000, 300000000, 2}, {"", 150, 100000000, 90000000, 300000000, 2}},
  };
  static const struct {
    int64_t lower_us, upper_us;
  } bounds[] = {{0, 10 * SECOND_US},
                {-5 * SECOND_US, 5 * SECOND_US},
                {-20 * SECOND_US, -3 * SECOND_US},
                {2 * SECOND_US, 30 * SECOND_US},
                {0, 0},
                {-60 * SECOND_US, 0}};
  static const struct {
    bool is_left, is_right, has_residual;
  } kinds[] = {{false, false, false}, {true, false, false}, {true, false, true},
               {false, true, false},  {true, true, false},  {false, false, true}};
  uint64_t chance = 99;
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    TestStream streams[N_STREAMS];
    stream_open(&streams[0], 10);
    stream_open(&streams[1], 30);
    for (uint32_t s = 0; s < N_STREAMS; s++) fill(&streams[s], &shapes[i][s], &chance);
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
      for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        uint32_t n_keys = (uint32_t)(i + b + k) % 3;
        char what[128];
        snprintf(what, sizeof what, "%s, bounds %zu, kind %zu, %u keys", shapes[i][0].name, b, k, n_keys);
        IntervalJoinSpec spec = join_of(streams, n_keys, bounds[b].lower_us, bounds[b].upper_us, kinds[k].is_left,
                                        kinds[k].is_right, kinds[k].has_residual);
        check(what, streams, &spec);
      }
    }
    for (uint32_t s = 0; s < N_STREAMS; s++) test_stream_free(&streams[s]);
  }
}

/* More partners of one row than a batch has rows, in no order. */
static void pairs_fill_many_batches(void **state) {
  (void)state;
  TestStream streams[N_STREAMS];
  stream_open(&streams[0], 10);
  stream_open(&streams[1], 10);
  Shape many = {"", 2500, 8000000, 10000000, 4000, 1}, one = {"", 2, 1000, 1000, 10000000, 1};
  uint64_t chance = 7;
  fill(&streams[0], &many, &chance);
  fill(&streams[1], &one, &chance);
  IntervalJoinSpec spec = join_of(streams, 0, -30 * SECOND_US, 30 * SECOND_US, true, false, true);
  check("many pairs", streams, &spec);
  for (uint32_t s = 0; s < N_STREAMS; s++) test_stream_free(&streams[s]);
}

/* As seen on Flink: found until the watermark reaches time + wait + 1 ms, kept only while it is below time + wait. */
static void ends_at_the_bound(void **state) {
  (void)state;
  TestStream streams[N_STREAMS];
  stream_open(&streams[0], 10);
  stream_open(&streams[1], 10);
  test_add(&streams[0], "a|1|1|1000000|NULL", 1000000);
  test_add(&streams[0], "b|1|2|2000000|NULL", 12000000);
  test_add(&streams[0], "c|1|3|2000000|NULL", 12001000); /* its watermark is 12,000,000: not kept, padded at once */
  test_add(&streams[0], "d|1|4|30000000|NULL", 30000000);
  test_add(&streams[1], "z|1|5|0|first", 12000000);
  test_add(&streams[1], "b|1|6|12000000|second", 12001000);
  test_add(&streams[1], "b|1|7|12000000|third", 40000000);
  char *wanted[] = {"1|a|1000000|NULL|NULL|NULL @999999", "3|c|2000000|NULL|NULL|NULL @1999000",
                    "2|b|2000000|second|6|1 @1999000", "4|d|30000000|NULL|NULL|NULL @29999999"};
  IntervalJoinSpec spec = join_of(streams, 1, 0, 10 * SECOND_US, true, false, false);
  /* "z" is kept; "third" comes when nothing can be found any more, and is lost for being late. */
  test_expect("bounds", make, &spec, streams, N_STREAMS, true, wanted, 4, 1);
  for (uint32_t s = 0; s < N_STREAMS; s++) test_stream_free(&streams[s]);
}

static void watermark_lags(void **state) {
  (void)state;
  TestStream streams[N_STREAMS];
  stream_open(&streams[0], 10);
  stream_open(&streams[1], 10);
  IntervalJoinSpec spec = join_of(streams, 1, 0, 10 * SECOND_US, false, false, false);
  Operator *subject = interval_join_new(&spec);
  Collector *collector = collector_new();
  operator_connect(subject, &collector->base, 0);
  Error error = {0};
  assert_true(operator_watermark(subject, 0, 100000000, &error));
  assert_int_equal(collector->watermark_us, WATERMARK_NONE);
  assert_true(operator_watermark(subject, 1, 70000000, &error));
  assert_int_equal(collector->watermark_us, 60000000);
  assert_true(operator_finish(subject, 1, &error));
  assert_int_equal(collector->watermark_us, 90000000);
  assert_false(collector->is_finished);
  assert_true(operator_finish(subject, 0, &error));
  assert_true(collector->is_finished);
  operator_free(subject);
  operator_free(&collector->base);
}

static void null_row_time_fails(void **state) {
  (void)state;
  TestStream streams[N_STREAMS];
  stream_open(&streams[0], 10);
  stream_open(&streams[1], 10);
  test_add(&streams[0], "a|1|1|NULL|x", 0);
  IntervalJoinSpec spec = join_of(streams, 1, 0, 10 * SECOND_US, true, false, false);
  Operator *subject = interval_join_new(&spec);
  Error error = {0};
  assert_true(operator_finish(subject, 1, &error));
  Batch *batch = test_batch(&streams[0], 0, 1, true);
  assert_false(operator_push(subject, 0, batch, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  batch_release(batch);
  operator_free(subject);
  test_stream_free(&streams[0]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_oracle),  cmocka_unit_test(pairs_fill_many_batches),
      cmocka_unit_test(ends_at_the_bound),   cmocka_unit_test(watermark_lags),
      cmocka_unit_test(null_row_time_fails),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
