/* The end of a pipeline: what reaches the connector's sink, and what NOT NULL columns keep from it. */
#include "ops/sink.h"
#include "ops_testing.h"

enum { N_COLUMNS = 3 };

/* A connector's sink that writes rows into a list, and fails at a row that says so. */
typedef struct ListSink {
  Sink base;
  Collector *rows;
} ListSink;

static bool list_write(Sink *base, const Batch *batch, Error *error) {
  ListSink *self = (ListSink *)base;
  assert_int_equal(batch->n_columns, N_COLUMNS);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    char line[256] = "";
    for (uint32_t c = 0; c < N_COLUMNS; c++) {
      char cell[TEST_CELL_MAX];
      test_cell_text(&batch->columns[c], row, cell, sizeof cell);
      if (strcmp(cell, "disk full") == 0) return error_set(error, ERROR_RUNTIME, "disk full");
      strcat(strcat(line, c > 0 ? "|" : ""), cell);
    }
    if (batch->row_kinds != NULL && batch->row_kinds[row] == ROW_DELETE) strcat(line, " -D");
    test_collect(self->rows, line);
  }
  return true;
}

static const char *const rows[] = {"a|1|x", "NULL|2|x", "b|NULL|x", "c|3|NULL", "NULL|NULL|y", "d|4|z"};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

static TestStream stream_new(void) {
  TestStream stream = {.n_columns = N_COLUMNS, .watermark_us = WATERMARK_NONE};
  stream.types[0] = stream.types[2] = type_string(true);
  stream.types[1] = type_make(TYPE_BIGINT, true);
  for (int r = 0; r < N_ROWS; r++) test_add(&stream, rows[r], r);
  return stream;
}

static Field fields[] = {{"id", {0}}, {"clicks", {0}}, {"note", {0}}};
static const Schema schema = {fields, N_COLUMNS};

static void leaves_out_rows_with_nulls(void **state) {
  (void)state;
  static const struct {
    uint32_t not_null[2], n_not_null;
    const char *kept; /* 1 per row that arrives */
  } cases[] = {
      {{0}, 0, "111111"}, {{0}, 1, "101101"}, {{1}, 1, "110101"}, {{0, 1}, 2, "100101"}, {{1, 0}, 2, "100101"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    for (uint32_t b = 0; b < N_TEST_BATCH_ROWS; b++) {
      TestStream stream = stream_new();
      ListSink list = {.base = {.write = list_write}, .rows = collector_new()};
      SinkSpec spec = {.sink = &list.base,
                       .columns = &schema,
                       .not_null = cases[i].not_null,
                       .n_not_null = cases[i].n_not_null,
                       .drops_null_rows = true};
      Operator *subject = sink_new(&spec);
      test_run(subject, &stream, 1, TEST_BATCH_ROWS[b], true, NULL);
      size_t at = 0;
      for (int r = 0; r < N_ROWS; r++) {
        if (cases[i].kept[r] == '0') continue;
        assert_true(at < list.rows->n_rows);
        assert_string_equal(list.rows->rows[at++], rows[r]);
      }
      assert_int_equal(list.rows->n_rows, at);
      assert_int_equal(subject->stats.rows_out, at);
      assert_int_equal(subject->stats.rows_in, N_ROWS);
      operator_free(subject);
      operator_free(&list.rows->base);
      test_stream_free(&stream);
    }
  }
}

static void a_null_fails_the_job_and_names_the_column(void **state) {
  (void)state;
  static const uint32_t not_null[] = {1};
  TestStream stream = stream_new();
  ListSink list = {.base = {.write = list_write}, .rows = collector_new()};
  SinkSpec spec = {.sink = &list.base, .columns = &schema, .not_null = not_null, .n_not_null = 1};
  Operator *subject = sink_new(&spec);
  Batch *batch = test_batch(&stream, 0, N_ROWS, true);
  Error error = {0};
  assert_false(operator_push(subject, 0, batch, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  assert_non_null(strstr(error.message, "'clicks'"));
  assert_int_equal(list.rows->n_rows, 0);
  batch_release(batch);
  operator_free(subject);
  operator_free(&list.rows->base);
  test_stream_free(&stream);
}

static void passes_on_kinds_and_errors(void **state) {
  (void)state;
  static const uint32_t not_null[] = {0};
  TestStream stream = stream_new();
  ListSink list = {.base = {.write = list_write}, .rows = collector_new()};
  SinkSpec spec = {
      .sink = &list.base, .columns = &schema, .not_null = not_null, .n_not_null = 1, .drops_null_rows = true};
  Operator *subject = sink_new(&spec);
  Batch *batch = test_batch(&stream, 0, 4, true);
  static const uint8_t kinds[] = {ROW_INSERT, ROW_DELETE, ROW_DELETE, ROW_INSERT};
  batch->row_kinds = arena_alloc(batch->arena, sizeof kinds);
  memcpy(batch->row_kinds, kinds, sizeof kinds);
  Error error = {0};
  assert_true(operator_push(subject, 0, batch, &error));
  assert_int_equal(list.rows->n_rows, 3);
  assert_string_equal(list.rows->rows[1], "b|NULL|x -D");
  batch_release(batch);
  test_add(&stream, "e|5|disk full", 100);
  batch = test_batch(&stream, N_ROWS, N_ROWS + 1, true);
  assert_false(operator_push(subject, 0, batch, &error));
  assert_string_equal(error.message, "disk full");
  batch_release(batch);
  operator_free(subject);
  operator_free(&list.rows->base);
  test_stream_free(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(leaves_out_rows_with_nulls),
      cmocka_unit_test(a_null_fails_the_job_and_names_the_column),
      cmocka_unit_test(passes_on_kinds_and_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
