/* Filter and projection: which rows stay, what goes with them, and that the projection never sees a dropped row. */
#include "func/function.h"
#include "ops/calc.h"
#include "ops_testing.h"

enum { ID, A, B, N_COLUMNS };

static const SessionSettings settings;
static Arena *arena;
static Expr *columns[N_COLUMNS];

static Expr *call(const char *name, Expr *left, Expr *right) {
  Expr *arguments[] = {left, right};
  Error error = {0};
  Expr *made = function_call(arena, function_find(name), arguments, 2, (SourcePlace){0}, &settings, &error);
  if (made == NULL) fail_msg("%s", error.message);
  return made;
}

static Expr *number(int64_t value) {
  return expr_literal(arena, type_make(TYPE_BIGINT, false), (Value){.int64 = value}, (SourcePlace){0});
}

static int set_up(void **state) {
  (void)state;
  arena = arena_new(1024);
  columns[ID] = expr_column(arena, ID, type_string(true), (SourcePlace){0});
  columns[A] = expr_column(arena, A, type_make(TYPE_BIGINT, true), (SourcePlace){0});
  columns[B] = expr_column(arena, B, type_make(TYPE_BIGINT, true), (SourcePlace){0});
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_release(arena);
  return 0;
}

static Operator *make(const void *context) { return calc_new(context); }

static TestStream stream_of_rows(void) {
  TestStream stream = {.n_columns = N_COLUMNS, .watermark_us = WATERMARK_NONE};
  stream.types[ID] = type_string(true);
  stream.types[A] = stream.types[B] = type_make(TYPE_BIGINT, true);
  test_add(&stream, "first|10|2", 100);
  test_add(&stream, "a name longer than a view|7|0", 200);
  test_add(&stream, "NULL|NULL|3", 200);
  test_add(&stream, "|9|NULL", 400);
  test_add(&stream, "last|-8|4", 500);
  return stream;
}

static void projects(void **state) {
  (void)state;
  TestStream stream = stream_of_rows();
  const Expr *outputs[] = {columns[A], columns[ID], call("+", columns[A], columns[B]), number(42)};
  CalcSpec spec = {.n_input_columns = N_COLUMNS, .outputs = outputs, .n_outputs = 4, .settings = &settings};
  char *wanted[] = {"10|first|12|42 @none", "7|a name longer than a view|7|42 @100", "NULL|NULL|NULL|42 @200",
                    "9||NULL|42 @200", "-8|last|-4|42 @400"};
  test_expect("projection", make, &spec, &stream, 1, true, wanted, 5, 0);
  test_stream_free(&stream);
}

/* Neither false nor null stays, and the division never sees the 0 that the filter has dropped. */
static void filters_before_it_projects(void **state) {
  (void)state;
  TestStream stream = stream_of_rows();
  const Expr *outputs[] = {columns[ID], call("/", columns[A], columns[B])};
  CalcSpec spec = {.n_input_columns = N_COLUMNS,
                   .filter = call("<>", columns[B], number(0)),
                   .outputs = outputs,
                   .n_outputs = 2,
                   .settings = &settings};
  char *wanted[] = {"first|5 @none", "NULL|NULL @200", "last|-2 @400"};
  test_expect("filter", make, &spec, &stream, 1, true, wanted, 3, 0);
  test_stream_free(&stream);
}

static void a_failing_row_ends_the_job(void **state) {
  (void)state;
  TestStream stream = stream_of_rows();
  const Expr *outputs[] = {call("/", columns[A], columns[B])};
  CalcSpec spec = {.n_input_columns = N_COLUMNS, .outputs = outputs, .n_outputs = 1, .settings = &settings};
  Operator *subject = calc_new(&spec);
  Batch *batch = test_batch(&stream, 0, stream.n_rows, true);
  Error error = {0};
  assert_false(operator_push(subject, 0, batch, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  assert_int_equal(batch->references, 1);
  batch_release(batch);
  operator_free(subject);
  test_stream_free(&stream);
}

static void all_dropped_is_a_watermark(void **state) {
  (void)state;
  TestStream stream = stream_of_rows();
  const Expr *outputs[] = {columns[ID]};
  CalcSpec spec = {.n_input_columns = N_COLUMNS,
                   .filter = call(">", columns[A], number(1000)),
                   .outputs = outputs,
                   .n_outputs = 1,
                   .settings = &settings};
  Operator *subject = calc_new(&spec);
  Collector *collector = collector_new();
  operator_connect(subject, &collector->base, 0);
  test_run(subject, &stream, 1, 2048, true, NULL);
  assert_int_equal(collector->n_rows, 0);
  assert_int_equal(collector->watermark_us, 500);
  assert_true(collector->is_finished);
  operator_free(subject);
  operator_free(&collector->base);
  test_stream_free(&stream);
}

typedef struct Kinds {
  Operator base;
  uint8_t seen[8];
  uint32_t n_seen;
  const void *values;
} Kinds;

static bool kinds_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  (void)input, (void)error;
  Kinds *self = (Kinds *)operator;
  assert_non_null(batch->row_kinds);
  memcpy(self->seen + self->n_seen, batch->row_kinds, batch->n_rows);
  self->n_seen += batch->n_rows;
  self->values = batch->columns[0].values;
  return true;
}

static const OperatorClass KINDS_CLASS = {
    .name = "Kinds", .push = kinds_push, .watermark = collector_watermark, .finish = collector_finish};

static void row_kinds_go_with_their_rows(void **state) {
  (void)state;
  static const uint8_t kinds[] = {ROW_INSERT, ROW_UPDATE_BEFORE, ROW_UPDATE_AFTER, ROW_DELETE, ROW_INSERT};
  TestStream stream = stream_of_rows();
  const Expr *outputs[] = {columns[A]};
  CalcSpec spec = {.n_input_columns = N_COLUMNS, .outputs = outputs, .n_outputs = 1, .settings = &settings};
  for (int has_filter = 0; has_filter < 2; has_filter++) {
    spec.filter = has_filter ? call("<>", columns[B], number(0)) : NULL;
    Operator *subject = calc_new(&spec);
    Kinds *target = memory_alloc_zeroed(1, sizeof *target);
    target->base.class = &KINDS_CLASS;
    operator_connect(subject, &target->base, 0);
    Batch *batch = test_batch(&stream, 0, stream.n_rows, false);
    batch->row_kinds = arena_alloc(batch->arena, sizeof kinds);
    memcpy(batch->row_kinds, kinds, sizeof kinds);
    Error error = {0};
    assert_true(operator_push(subject, 0, batch, &error));
    static const uint8_t filtered[] = {ROW_INSERT, ROW_UPDATE_AFTER, ROW_INSERT};
    assert_int_equal(target->n_seen, has_filter ? 3 : 5);
    assert_memory_equal(target->seen, has_filter ? filtered : kinds, target->n_seen);
    /* A column that is only passed on is the same memory. */
    assert_int_equal(target->values == batch->columns[A].values, !has_filter);
    batch_release(batch);
    operator_free(subject);
    operator_free(&target->base);
  }
  test_stream_free(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(projects),
      cmocka_unit_test(filters_before_it_projects),
      cmocka_unit_test(a_failing_row_ends_the_job),
      cmocka_unit_test(all_dropped_is_a_watermark),
      cmocka_unit_test(row_kinds_go_with_their_rows),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
