/* COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE: over all rows, over chosen rows (as FILTER and DISTINCT choose
 * them), and merged. */
#include "func/aggregate.h"
#include "func_testing.h"

typedef struct TestAggregate {
  const char *name;
  const char *result; /* with its type */
  const char *values[TEST_ARGUMENTS_MAX];
} TestAggregate;

/* Runs the aggregate over the values, each a row: at once, or each in a slice of its own, merged in order; with
 * `chosen` the rows come among others that are not chosen. */
static const char *run(const TestAggregate *test, bool in_slices, bool chosen) {
  Expr *constants[TEST_ARGUMENTS_MAX];
  uint32_t n = 0;
  for (; n < TEST_ARGUMENTS_MAX && test->values[n] != NULL; n++) constants[n] = test_constant(test->values[n]);
  Batch *input = batch_new(1, 32);
  input->n_rows = chosen ? 3 * n : n;
  Expr *spread[3 * TEST_ARGUMENTS_MAX];
  uint32_t rows[TEST_ARGUMENTS_MAX];
  for (uint32_t i = 0; i < input->n_rows; i++) spread[i] = constants[chosen ? i / 3 : i];
  for (uint32_t i = 0; i < n; i++) rows[i] = chosen ? 3 * i + 1 : i;
  for (uint32_t i = 0; chosen && i < input->n_rows; i++)
    if (i % 3 != 1) spread[i] = constants[(i * 7) % n]; /* not chosen: any of the values */
  test_fill(input, 0, spread, input->n_rows);
  Type type = constants[0]->type;
  type.nullable = true;
  Expr *argument = expr_column(test_arena, 0, type, test_place);
  AggregateCall call;
  Error error = {.kind = ERROR_NONE};
  if (!aggregate_resolve(test_arena, aggregate_find(test->name), &argument, test_place, &call, &error)) {
    batch_release(input);
    return "ERROR";
  }
  enum { OFFSET = 16 };
  uint8_t *states[TEST_ARGUMENTS_MAX + 1], *groups[TEST_ARGUMENTS_MAX + 1];
  for (uint32_t i = 0; i <= n; i++) states[i] = arena_alloc_zeroed(test_arena, OFFSET + call.state_bytes);
  for (uint32_t i = 0; i < n; i++) groups[i] = in_slices ? states[i + 1] : states[0];
  call.update(&call, groups, OFFSET, &input->columns[0], chosen ? rows : NULL, n, test_arena);
  for (uint32_t i = 1; in_slices && i <= n; i++) call.merge(&call, states[0] + OFFSET, states[i] + OFFSET, test_arena);
  batch_release(input); /* what is kept was copied */
  Batch *output = batch_new(1, 1);
  output->n_rows = 1;
  batch_add_column(output, 0, call.result_type);
  assert_true(call.finish(&call, states, OFFSET, 1, output, 0, &error));
  char name[TYPE_NAME_MAX];
  const char *text =
      arena_printf(test_arena, "%s %s", type_name(call.result_type, name), test_cell(&output->columns[0], 0));
  batch_release(output);
  return text;
}

static void results(void **state) {
  (void)state;
  static const TestAggregate tests[] = {
      {"COUNT", "BIGINT NOT NULL 3", {"INT:1", "INT:2", "INT:NULL", "INT:2"}},
      {"COUNT", "BIGINT NOT NULL 0", {"STRING:NULL"}},
      {"SUM", "INT 5", {"INT:1", "INT:2", "INT:NULL", "INT:2"}},
      {"SUM", "INT -2147483648", {"INT:2147483647", "INT:1"}},
      {"SUM", "BIGINT 9000000001", {"BIGINT:9000000000", "BIGINT:1"}},
      {"SUM", "DOUBLE 0.75", {"DOUBLE:0.5", "DOUBLE:NULL", "DOUBLE:0.25"}},
      {"SUM", "DECIMAL(38, 2) 3.75", {"DECIMAL(10, 2):1.50", "DECIMAL(10, 2):2.25"}},
      {"SUM", "DECIMAL(38, 2) NULL", {"DECIMAL(10, 2):NULL"}},
      {"AVG", "INT 1", {"INT:1", "INT:2"}},
      {"AVG", "INT -1", {"INT:-1", "INT:-2"}},
      {"AVG", "BIGINT NULL", {"BIGINT:NULL"}},
      {"AVG", "DOUBLE 1.5", {"DOUBLE:1", "DOUBLE:2"}},
      {"AVG", "DECIMAL(38, 6) 1.666667", {"DECIMAL(10, 2):1", "DECIMAL(10, 2):2", "DECIMAL(10, 2):2"}},
      {"MIN", "INT -3", {"INT:4", "INT:NULL", "INT:-3", "INT:0"}},
      {"MAX", "DECIMAL(10, 2) 4.50", {"DECIMAL(10, 2):-4", "DECIMAL(10, 2):4.5"}},
      {"MAX", "DOUBLE 2.5", {"DOUBLE:2.5", "DOUBLE:-7"}},
      {"MIN", "BOOLEAN FALSE", {"BOOLEAN:TRUE", "BOOLEAN:FALSE"}},
      {"MIN", "STRING Grüße an die Küste", {"STRING:kurz", "STRING:Grüße an die Küste", "STRING:Grüße an die Lüste"}},
      {"MAX", "STRING zweiundzwanzig Mal", {"STRING:kurz", "STRING:zweiundzwanzig", "STRING:zweiundzwanzig Mal"}},
      {"MAX",
       "TIMESTAMP(3) 2026-01-02 03:04:05.678",
       {"TIMESTAMP(3):2026-01-02 03:04:05.678", "TIMESTAMP(3):1969-12-31 00:00:00"}},
      {"MIN", "STRING NULL", {"STRING:NULL"}},
      {"FIRST_VALUE", "INT 4", {"INT:NULL", "INT:4", "INT:-3"}},
      {"LAST_VALUE", "INT -3", {"INT:4", "INT:-3", "INT:NULL"}},
      {"FIRST_VALUE", "STRING Grüße an die Küste", {"STRING:Grüße an die Küste", "STRING:kurz"}},
      {"LAST_VALUE", "STRING ein noch längerer Text", {"STRING:Grüße an die Küste", "STRING:ein noch längerer Text"}},
      {"LAST_VALUE", "DECIMAL(10, 2) NULL", {"DECIMAL(10, 2):NULL", "DECIMAL(10, 2):NULL"}},
      {"STDDEV_POP", "DOUBLE 0.5", {"DOUBLE:1.5", "DOUBLE:NULL", "DOUBLE:2.5"}},
      {"STDDEV_SAMP", "DOUBLE 0.7071067811865476", {"DOUBLE:1.5", "DOUBLE:2.5"}},
      {"STDDEV_SAMP", "DOUBLE NULL", {"DOUBLE:1.5"}},
      {"VAR_POP", "DOUBLE 0.0", {"DOUBLE:1.5"}},
      {"VARIANCE", "DOUBLE 0.5", {"DOUBLE:1.5", "DOUBLE:2.5"}},
      {"VAR_POP", "ERROR", {"INT:1"}},
      {"SUM", "ERROR", {"STRING:1"}},
      {"AVG", "ERROR", {"BOOLEAN:TRUE"}},
  };
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    for (int how = 0; how < 4; how++) {
      const char *result = run(&tests[i], (how & 1) != 0, (how & 2) != 0);
      const char *expected = strcmp(tests[i].result, "ERROR") == 0 ? "ERROR" : tests[i].result;
      if (strcmp(result, expected) != 0)
        fail_msg("%s(%s, ...), case %zu, way %d: expected %s, got %s", tests[i].name, tests[i].values[0], i, how,
                 expected, result);
    }
  }
}

static void count_star_counts_rows(void **state) {
  (void)state;
  AggregateCall call;
  Error error = {.kind = ERROR_NONE};
  assert_true(aggregate_resolve(test_arena, aggregate_find("count"), NULL, test_place, &call, &error));
  uint8_t *record = arena_alloc_zeroed(test_arena, call.state_bytes),
          *groups[5] = {record, record, record, record, record};
  call.update(&call, groups, 0, NULL, NULL, 5, test_arena);
  Batch *output = batch_new(1, 1);
  output->n_rows = 1;
  batch_add_column(output, 0, call.result_type);
  assert_true(call.finish(&call, &record, 0, 1, output, 0, &error));
  assert_string_equal(test_cell(&output->columns[0], 0), "5");
  batch_release(output);
  assert_false(aggregate_resolve(test_arena, aggregate_find("SUM"), NULL, test_place, &call, &error));
  assert_true(aggregate_distinct_matters(aggregate_find("COUNT")));
  assert_false(aggregate_distinct_matters(aggregate_find("MIN")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(results, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(count_star_counts_rows, test_set_up, test_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
