/* Which joins run, with what bounds and keys, and how the others are refused. */
#include "plan_testing.h"

typedef struct BoundsCase {
  const char *condition;
  int64_t lower_ms;
  int64_t upper_ms;
  uint32_t n_keys;
  bool has_residual;
} BoundsCase;

static const BoundsCase BOUNDS[] = {
    {"a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '10' MINUTE", 0, 600000, 1, false},
    {"a.k = b.k AND b.ts >= a.ts AND b.ts <= a.ts + INTERVAL '10' MINUTE", 0, 600000, 1, false},
    {"b.k = a.k AND a.ts BETWEEN b.ts - INTERVAL '10' MINUTE AND b.ts", 0, 600000, 1, false},
    {"a.ts <= b.ts AND b.ts - INTERVAL '10' MINUTE <= a.ts", 0, 600000, 0, false},
    {"b.ts > a.ts AND b.ts < a.ts + INTERVAL '10' MINUTE", 1, 599999, 0, false},
    {"a.ts < b.ts AND a.ts > b.ts - INTERVAL '10' MINUTE", 1, 599999, 0, false},
    {"b.ts BETWEEN a.ts - INTERVAL '40' MINUTE AND a.ts - INTERVAL '1' MINUTE", -2400000, -60000, 0, false},
    {"b.ts + INTERVAL '1' SECOND BETWEEN a.ts - INTERVAL '1' SECOND AND a.ts + INTERVAL '3' SECOND", -2000, 2000, 0,
     false},
    {"b.ts = a.ts", 0, 0, 0, false},
    {"b.ts - INTERVAL '2' SECOND = a.ts + INTERVAL '1' SECOND", 3000, 3000, 0, false},
    {"b.ts BETWEEN a.ts + INTERVAL '1' HOUR - INTERVAL '1' MINUTE AND INTERVAL '1' HOUR + a.ts", 3540000, 3600000, 0,
     false},
    {"b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR AND b.ts < a.ts + INTERVAL '1' MINUTE AND b.ts >= a.ts - "
     "INTERVAL '1' DAY",
     0, 59999, 0, false},
    {"b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' DAY AND a.k = b.k AND a.k = b.other AND a.id = b.id", 0, 86400000, 3,
     false},
    {"b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' DAY AND a.id < b.id", 0, 86400000, 0, true},
    {"b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' DAY AND (a.k = b.k OR a.id = b.id)", 0, 86400000, 0, true},
    {"b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' DAY AND a.k IS NOT DISTINCT FROM b.k", 0, 86400000, 0, true},
    {"b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' DAY AND a.k || b.k = 'xy'", 0, 86400000, 0, true},
    {"b.ts > a.ts AND b.ts < a.ts - INTERVAL '1' DAY", 1, 1, 0, true}, /* nothing is within */
};

static void bounds_are_found(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof BOUNDS / sizeof BOUNDS[0]; c++) {
    const BoundsCase *expected = &BOUNDS[c];
    char sql[1024];
    snprintf(sql, sizeof sql, "SELECT a.id, b.id FROM a LEFT JOIN b ON %s;", expected->condition);
    Compiler *compiler = compiler_new();
    const PlanNode *node = testing_find(testing_plan_one(compiler, sql), PLAN_INTERVAL_JOIN);
    const PlanIntervalJoin *join = &node->interval_join;
    if (join->lower_us != expected->lower_ms * 1000 || join->upper_us != expected->upper_ms * 1000 ||
        join->n_keys != expected->n_keys || (join->residual != NULL) != expected->has_residual) {
      fail_msg("%s: [%lld ms, %lld ms], %u keys, %s residual", sql, (long long)join->lower_us / 1000,
               (long long)join->upper_us / 1000, join->n_keys, join->residual == NULL ? "no" : "a");
    }
    assert_int_equal(join->kind, JOIN_LEFT);
    assert_true(node->has_watermark);
    assert_string_equal(node->inputs[0]->schema.fields[join->left_time].name, "ts");
    assert_string_equal(node->inputs[1]->schema.fields[join->right_time].name, "ts");
    compiler_free(compiler);
  }
}

/* Keys, times and what only the residual reads are not passed on. */
static void outputs_are_what_is_read(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const Plan *plan = testing_plan_one(compiler,
                                      "SELECT b.other, a.price FROM a JOIN b ON a.k = b.k AND a.id < b.id AND b.ts "
                                      "BETWEEN a.ts AND a.ts + INTERVAL '1' DAY;");
  const PlanNode *node = testing_find(plan, PLAN_INTERVAL_JOIN);
  assert_int_equal(node->schema.n_fields, 2);
  assert_int_equal(node->interval_join.n_left_outputs, 1);
  assert_string_equal(node->inputs[0]->schema.fields[node->interval_join.left_outputs[0]].name, "price");
  assert_int_equal(node->interval_join.n_right_outputs, 1);
  assert_string_equal(node->inputs[1]->schema.fields[node->interval_join.right_outputs[0]].name, "other");
  assert_int_equal(node->row_time, -1);
  assert_true(node->has_watermark);
  compiler_free(compiler);
}

typedef struct RefusedCase {
  const char *sql;
  int line;
  int column;
  const char *message;
  const char *hint;
} RefusedCase;

static const RefusedCase REFUSED[] = {
    {"SELECT a.id FROM a JOIN b ON a.k = b.k;", 1, 20, "a join without time bounds is not supported yet",
     "b.ts BETWEEN a.ts - INTERVAL"},
    {"SELECT a.id\nFROM a, b;", 2, 7, "a join without time bounds is not supported yet", "b.ts BETWEEN a.ts"},
    {"SELECT a.id FROM a JOIN b ON a.k = b.k AND b.ts > a.ts;", 1, 20, "a bound in one direction only", "b.ts BETWEEN"},
    {"SELECT a.id FROM a JOIN b ON b.ts > a.ts AND b.ts < TIMESTAMP '2026-01-01 00:00:00';", 1, 20,
     "a bound in one direction only", ""},
    {"SELECT a.id FROM a JOIN plain ON a.k = plain.k;", 1, 20, "a join without time bounds",
     "the right input has no row time"},
    {"SELECT p.id FROM plain AS p JOIN a ON a.k = p.k;", 1, 29, "a join without time bounds",
     "the left input has no row time"},
    {"SELECT a.id FROM a JOIN c ON a.k = c.word AND c.ts BETWEEN a.ts AND a.ts + INTERVAL '1' DAY;", 1, 20,
     "a join without time bounds", "TIMESTAMP_LTZ"},
    {"SELECT k, COUNT(*) FROM a GROUP BY k;", 1, 1, "an aggregation without a window is not supported yet",
     "TABLE(TUMBLE("},
    {"SELECT COUNT(*) FROM plain;", 1, 1, "an aggregation without a window is not supported yet", "TABLE(TUMBLE("},
    {"SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_end;",
     1, 1, "by both window_start and window_end", "GROUP BY window_start, window_end"},
};

static void others_are_refused(void **state) {
  (void)state;
  for (size_t c = 0; c < sizeof REFUSED / sizeof REFUSED[0]; c++) {
    const RefusedCase *refused = &REFUSED[c];
    Compiler *compiler = compiler_new();
    Error error = {0};
    const char *const jobs[] = {refused->sql, NULL};
    assert_null(testing_compile(compiler, jobs, &error));
    if (strstr(error.message, refused->message) == NULL || strstr(error.hint, refused->hint) == NULL ||
        error.place.line != refused->line || error.place.column != refused->column) {
      fail_msg("%s\n%d:%d: %s\nhint: %s", refused->sql, error.place.line, error.place.column, error.message,
               error.hint);
    }
    assert_int_equal(error.kind, ERROR_UNSUPPORTED);
    compiler_free(compiler);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_are_found), cmocka_unit_test(outputs_are_what_is_read),
                                     cmocka_unit_test(others_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
