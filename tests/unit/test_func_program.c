/* Programs: batches of any size give the same, guards keep failures to the rows that reach them, selection. */
#include "func_testing.h"

enum { N_ROWS = 2048, N_COLUMNS = 5 };

static Type types[N_COLUMNS];

static int set_up(void **state) {
  test_set_up(state);
  types[0] = type_make(TYPE_INT, true);
  types[1] = type_make(TYPE_BIGINT, true);
  types[2] = type_make(TYPE_DOUBLE, true);
  types[3] = type_string(true);
  types[4] = type_decimal(10, 2, true);
  return 0;
}

static Expr *column(uint32_t c) { return expr_column(test_arena, c, types[c], test_place); }

static Expr *make(const char *name, Expr *a, Expr *b, Expr *c) {
  Expr *arguments[] = {a, b, c};
  Error error = {.kind = ERROR_NONE};
  uint32_t n = a == NULL ? 0 : b == NULL ? 1 : c == NULL ? 2 : 3;
  Expr *call = function_call(test_arena, function_find(name), arguments, n, test_place, &test_settings, &error);
  if (call == NULL) fail_msg("%s: %s", name, error.message);
  return call;
}

/* All values, nulls among them; long strings and short. */
static Batch *make_rows(void) {
  Batch *batch = batch_new(N_COLUMNS, N_ROWS);
  batch->n_rows = N_ROWS;
  uint64_t chance = 11;
  for (uint32_t c = 0; c < N_COLUMNS; c++) {
    Column *added = batch_add_column(batch, c, types[c]);
    column_make_valid(added, batch);
    for (uint32_t row = 0; row < N_ROWS; row++) {
      int64_t number = (int64_t)(test_random(&chance) % 9) - 3;
      if (c == 0) ((int32_t *)added->values)[row] = (int32_t)number;
      if (c == 1) ((int64_t *)added->values)[row] = number * 3000000000;
      if (c == 2) ((double *)added->values)[row] = (double)number / 4;
      if (c == 4) ((int128_t *)added->values)[row] = number * 1234567;
      if (c == 3) {
        const char *text = number % 2 == 0 ? "Grüße von der Küste" : "kurz";
        ((StringView *)added->values)[row] = string_view(text, (uint32_t)strlen(text));
      }
      if (test_random(&chance) % 5 == 0) {
        if (c == 3) ((StringView *)added->values)[row] = string_view("", 0);
        column_set_null(added, row);
      }
    }
  }
  return batch;
}

static Expr *guarded_division(void) {
  Expr *zero = test_constant("INT:0"), *hundred = test_constant("INT:100");
  return make("CASE", make("=", column(0), zero, NULL), zero, make("/", hundred, column(0), NULL));
}

static uint32_t make_expressions(const Expr **out) {
  uint32_t n = 0;
  out[n++] = make("+", column(0), column(1), NULL);
  out[n++] = make("*", column(2), column(4), NULL);
  out[n++] = make("UPPER", make("||", column(3), test_constant("STRING: x"), NULL), NULL, NULL);
  out[n++] = make("/", make("+", column(4), column(0), NULL), test_constant("INT:7"), NULL);
  out[n++] = guarded_division();
  out[n++] = make("AND", make("<", column(0), column(2), NULL),
                  make("LIKE", column(3), test_constant("STRING:%ü%"), NULL), NULL);
  out[n++] = make("COALESCE", column(0), make("ABS", column(0), NULL, NULL), test_constant("INT:-1"));
  out[n++] = column(3);
  out[n++] = test_constant("STRING:the same for all rows");
  out[n++] = make("REGEXP_REPLACE", column(3), test_constant("STRING:[aeiouü]+"), test_constant("STRING:__"));
  out[n++] = make("SUBSTRING", column(3), make("+", column(0), test_constant("INT:2"), NULL), NULL);
  return n;
}

static void batch_size_does_not_matter(void **state) {
  (void)state;
  enum { MOST = 16 };
  static const uint32_t sizes[] = {2048, 1, 7, 64, 1000};
  const Expr *expressions[MOST];
  uint32_t n = make_expressions(expressions);
  Batch *rows = make_rows();
  const char **expected = calloc((size_t)n * N_ROWS, sizeof *expected);
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
    Program *program = program_new(expressions, n, &test_settings);
    for (uint32_t from = 0; from < N_ROWS; from += sizes[s]) {
      uint32_t size = from + sizes[s] <= N_ROWS ? sizes[s] : N_ROWS - from;
      uint32_t picked[N_ROWS];
      for (uint32_t i = 0; i < size; i++) picked[i] = from + i;
      Batch *input = batch_gather(rows, picked, size);
      batch_hold_batch(input, rows);
      Batch *output = batch_new(n, size);
      output->n_rows = size;
      Error error = {.kind = ERROR_NONE};
      if (!program_evaluate(program, input, output, 0, &error)) fail_msg("%s", error.message);
      batch_release(input); /* the output keeps what it needs */
      for (uint32_t e = 0; e < n; e++)
        for (uint32_t i = 0; i < size; i++) {
          const char *cell = test_cell(&output->columns[e], i);
          const char **cell_expected = &expected[(size_t)e * N_ROWS + from + i];
          if (s == 0)
            *cell_expected = cell;
          else
            assert_string_equal(cell, *cell_expected);
        }
      batch_release(output);
    }
    program_free(program);
  }
  free(expected);
  batch_release(rows);
}

static void failures_count_only_where_rows_reach_them(void **state) {
  (void)state;
  Batch *rows = make_rows();
  Error error = {.kind = ERROR_NONE};
  Batch *output = test_evaluate(guarded_division(), rows, &error);
  assert_non_null(output);
  for (uint32_t row = 0; row < N_ROWS; row++) {
    const char *divisor = test_cell(&rows->columns[0], row), *result = test_cell(&output->columns[0], row);
    if (strcmp(divisor, "0") == 0) assert_string_equal(result, "0");
    if (strcmp(divisor, "NULL") == 0) assert_string_equal(result, "NULL");
    if (strcmp(divisor, "-3") == 0) assert_string_equal(result, "-33");
  }
  batch_release(output);
  Expr *naked = make("/", test_constant("INT:100"), column(0), NULL);
  assert_null(test_evaluate(naked, rows, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  error.kind = ERROR_NONE;
  /* decided by the first operand, or not */
  Expr *is_zero = make("=", column(0), test_constant("INT:0"), NULL);
  Expr *is_large = make(">", naked, test_constant("INT:1"), NULL);
  output = test_evaluate(make("OR", is_zero, is_large, NULL), rows, &error);
  assert_non_null(output);
  batch_release(output);
  assert_null(test_evaluate(make("OR", is_large, is_zero, NULL), rows, &error));
  batch_release(rows);
}

static void selection_takes_what_is_true(void **state) {
  (void)state;
  Batch *rows = make_rows();
  const Expr *condition = make("OR", make("<", column(0), column(2), NULL),
                               make("LIKE", column(3), test_constant("STRING:k%"), NULL), NULL);
  Error error = {.kind = ERROR_NONE};
  Batch *output = test_evaluate(condition, rows, &error);
  Program *program = program_new(&condition, 1, &test_settings);
  uint32_t selected[N_ROWS], n_selected;
  assert_true(program_select(program, rows, selected, &n_selected, &error));
  uint32_t n = 0;
  for (uint32_t row = 0; row < N_ROWS; row++) {
    if (strcmp(test_cell(&output->columns[0], row), "TRUE") != 0) continue;
    assert_true(n < n_selected);
    assert_int_equal(selected[n++], row);
  }
  assert_int_equal(n, n_selected);
  program_free(program);
  batch_release(output);
  batch_release(rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(batch_size_does_not_matter, set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(failures_count_only_where_rows_reach_them, set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(selection_takes_what_is_true, set_up, test_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
