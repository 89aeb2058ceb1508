/* Three-valued logic, nulls in bitmaps of odd lengths, and what picks one of its arguments. */
#include "func_testing.h"

enum { FALSE_3 = 0, TRUE_3 = 1, NULL_3 = 2 };

static const char *const texts[] = {"BOOLEAN:FALSE", "BOOLEAN:TRUE", "BOOLEAN:NULL"};
static const char *const answers[] = {"FALSE", "TRUE", "NULL"};

static int and_of(int a, int b) {
  return a == FALSE_3 || b == FALSE_3 ? FALSE_3 : a == TRUE_3 && b == TRUE_3 ? TRUE_3 : NULL_3;
}
static int not_of(int a) { return a == NULL_3 ? NULL_3 : 1 - a; }
static int or_of(int a, int b) { return not_of(and_of(not_of(a), not_of(b))); }
static int identity(int a) { return a; }
static int is_true(int a) { return a == TRUE_3; }
static int is_not_true(int a) { return a != TRUE_3; }
static int is_false(int a) { return a == FALSE_3; }
static int is_not_false(int a) { return a != FALSE_3; }
static int is_null(int a) { return a == NULL_3; }
static int is_not_null(int a) { return a != NULL_3; }

/* `name` over columns of n rows that run through all pairs of truth values; one argument for one-place tests. */
static void check_column(const char *name, uint32_t n_arguments, uint32_t n_rows, int (*two)(int, int),
                         int (*one)(int)) {
  Batch *input = batch_new(2, n_rows);
  input->n_rows = n_rows;
  Expr *firsts[3], *seconds[9], *arguments[2];
  for (int i = 0; i < 3; i++) firsts[i] = test_constant(texts[i]);
  for (int i = 0; i < 9; i++) seconds[i] = test_constant(texts[i / 3]);
  test_fill(input, 0, firsts, 3);
  test_fill(input, 1, seconds, 9);
  for (uint32_t i = 0; i < 2; i++) arguments[i] = expr_column(test_arena, i, type_make(TYPE_BOOLEAN, true), test_place);
  Error error = {.kind = ERROR_NONE};
  Expr *call =
      function_call(test_arena, function_find(name), arguments, n_arguments, test_place, &test_settings, &error);
  assert_non_null(call);
  Batch *output = test_evaluate(call, input, &error);
  assert_non_null(output);
  for (uint32_t row = 0; row < n_rows; row++) {
    int a = (int)row % 3, b = (int)row % 9 / 3;
    assert_string_equal(test_cell(&output->columns[0], row), answers[n_arguments == 2 ? two(a, b) : one(a)]);
  }
  batch_release(output);
  batch_release(input);
}

static void truth_tables(void **state) {
  (void)state;
  static const uint32_t lengths[] = {1, 7, 63, 64, 65, 129, 2048};
  static const struct {
    const char *name;
    int (*two)(int, int);
    int (*one)(int);
  } tests[] = {
      {"AND", and_of, NULL},
      {"OR", or_of, NULL},
      {"NOT", NULL, not_of},
      {"IS TRUE", NULL, is_true},
      {"IS NOT TRUE", NULL, is_not_true},
      {"IS FALSE", NULL, is_false},
      {"IS NOT FALSE", NULL, is_not_false},
      {"IS NULL", NULL, is_null},
      {"IS NOT NULL", NULL, is_not_null},
      {"IS UNKNOWN", NULL, is_null},
      {"COALESCE", NULL, identity},
  };
  for (size_t t = 0; t < sizeof tests / sizeof tests[0]; t++)
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
      check_column(tests[t].name, tests[t].two != NULL ? 2 : 1, lengths[l], tests[t].two, tests[t].one);
}

/* A strict function is null exactly where an argument is, whatever the shape of the arguments' bitmaps. */
static void nulls_go_through(void **state) {
  (void)state;
  static const uint32_t lengths[] = {1, 7, 63, 64, 65, 129, 2048};
  for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
    for (uint32_t periods = 0; periods < 9; periods++) {
      uint32_t a_period = periods % 3, b_period = periods / 3; /* 0: never null; k: every (3k + 1)-th row */
      Batch *input = batch_new(2, lengths[l]);
      input->n_rows = lengths[l];
      Expr *constants[8];
      for (uint32_t c = 0; c < 2; c++) {
        uint32_t period = 3 * (c == 0 ? a_period : b_period) + 1;
        for (uint32_t i = 0; i < period; i++)
          constants[i] = test_constant(i + 1 == period && period > 1 ? "INT:NULL" : "INT:20");
        test_fill(input, c, constants, period);
      }
      Expr *arguments[2];
      for (uint32_t i = 0; i < 2; i++) arguments[i] = expr_column(test_arena, i, type_make(TYPE_INT, true), test_place);
      Error error = {.kind = ERROR_NONE};
      Expr *sum = function_call(test_arena, function_find("+"), arguments, 2, test_place, &test_settings, &error);
      Expr *again[] = {sum, arguments[1]};
      Expr *call = function_call(test_arena, function_find("-"), again, 2, test_place, &test_settings, &error);
      Batch *output = test_evaluate(call, input, &error);
      assert_non_null(output);
      for (uint32_t row = 0; row < lengths[l]; row++) {
        bool null = !column_is_valid(&input->columns[0], row) || !column_is_valid(&input->columns[1], row);
        assert_string_equal(test_cell(&output->columns[0], row), null ? "NULL" : "20");
      }
      batch_release(output);
      batch_release(input);
    }
  }
}

static void choices(void **state) {
  (void)state;
  static const TestCall calls[] = {
      {"INT 1", "CASE", {"BOOLEAN:TRUE", "INT:1", "INT:2"}},
      {"INT 2", "CASE", {"BOOLEAN:NULL", "INT:1", "INT:2"}},
      {"BIGINT 3", "CASE", {"BOOLEAN:FALSE", "INT:1", "BOOLEAN:TRUE", "BIGINT:3", "INT:2"}},
      {"DOUBLE 2.0", "IF", {"BOOLEAN:FALSE", "DOUBLE:1.5", "INT:2"}},
      {"ERROR", "CASE", {"BOOLEAN:TRUE", "INT:1", "STRING:x"}},
      {"INT 5", "COALESCE", {"INT:NULL", "INT:NULL", "INT:5"}},
      {"INT NULL", "COALESCE", {"INT:NULL", "INT:NULL"}},
      {"INT NULL", "NULLIF", {"INT:7", "INT:7"}},
      {"INT 7", "NULLIF", {"INT:7", "INT:NULL"}},
      {"DOUBLE 7.5", "GREATEST", {"INT:7", "DOUBLE:7.5"}},
      {"INT NULL", "LEAST", {"INT:7", "INT:NULL"}},
      {"BOOLEAN TRUE", "IS DISTINCT FROM", {"INT:7", "INT:NULL"}},
      {"BOOLEAN FALSE", "IS DISTINCT FROM", {"INT:NULL", "INT:NULL"}},
      {"BOOLEAN NULL", "IN", {"INT:7", "INT:NULL", "INT:6"}},
      {"BOOLEAN TRUE", "IN", {"INT:7", "INT:NULL", "INT:7"}},
      {"BOOLEAN NULL", "BETWEEN", {"INT:7", "INT:NULL", "INT:9"}},
      {"BOOLEAN FALSE", "BETWEEN", {"INT:7", "INT:NULL", "INT:5"}},
      {"BOOLEAN TRUE", "<", {"STRING:Z", "STRING:a"}},
      {"BOOLEAN FALSE", "=", {"STRING:a", "STRING:a "}},
      {"BOOLEAN TRUE", "=", {"DECIMAL(4, 2):7.00", "INT:7"}},
      {"ERROR", "=", {"INT:7", "STRING:7"}},
  };
  test_calls(calls, sizeof calls / sizeof calls[0], true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(truth_tables, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(nulls_go_through, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(choices, test_set_up, test_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
