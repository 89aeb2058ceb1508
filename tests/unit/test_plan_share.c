/* Several jobs in one plan: what they share, what they don't, and whose settings count. */
#include "plan_testing.h"

static const char BY_MINUTE[] =
    "SELECT window_start, k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' MINUTE))\n"
    "WHERE id > 0 GROUP BY window_start, window_end, k;";

static bool is_wanted(const PlanNode *scan, const char *name) {
  return scan->scan.wanted[schema_find(&scan->scan.physical, name)];
}

static void inputs_come_first(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {BY_MINUTE, "SELECT a.id FROM a JOIN b ON b.ts = a.ts;", BY_MINUTE, NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(plan->n_jobs, 3);
  for (uint32_t n = 0; n < plan->n_nodes; n++) {
    assert_int_equal(plan->nodes[n]->id, n);
    for (uint32_t i = 0; i < plan->nodes[n]->n_inputs; i++) assert_true(plan->nodes[n]->inputs[i]->id < n);
  }
  for (uint32_t j = 0; j < plan->n_jobs; j++) assert_ptr_equal(plan->jobs[j].root, plan->nodes[plan->jobs[j].root->id]);
  compiler_free(compiler);
}

static void a_table_is_scanned_once_for_all(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {"SELECT k FROM b;", "SELECT id FROM b WHERE other = 'x';", NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(testing_count(plan, PLAN_SCAN), 1);
  const PlanNode *scan = testing_find(plan, PLAN_SCAN);
  assert_true(is_wanted(scan, "k"));
  assert_true(is_wanted(scan, "id"));
  assert_true(is_wanted(scan, "other"));
  assert_true(is_wanted(scan, "ts")); /* its watermark */
  assert_false(is_wanted(scan, "price"));
  assert_int_equal(scan->schema.n_fields, 4);
  assert_string_equal(scan->schema.fields[scan->row_time].name, "ts");
  compiler_free(compiler);
}

static void equal_plans_are_one(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {BY_MINUTE, BY_MINUTE, NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(testing_count(plan, PLAN_WINDOW_AGGREGATE), 1);
  assert_int_equal(testing_count(plan, PLAN_COLLECT), 2);
  assert_ptr_equal(plan->jobs[0].root->inputs[0], plan->jobs[1].root->inputs[0]);
  compiler_free(compiler);
}

/* The same join, of which one job reads more columns than the other. */
static void a_shared_node_yields_what_any_reader_needs(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {
      "SELECT a.id FROM a JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR WHERE a.id > 1;",
      "SELECT b.other FROM a JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR WHERE a.id > 1;",
      NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(testing_count(plan, PLAN_INTERVAL_JOIN), 1);
  const PlanNode *join = testing_find(plan, PLAN_INTERVAL_JOIN);
  assert_int_equal(join->schema.n_fields, 2);
  assert_int_equal(plan->jobs[0].root->inputs[0]->kind, PLAN_CALC);
  assert_int_equal(plan->jobs[1].root->inputs[0]->calc.outputs[0]->column, 1);
  compiler_free(compiler);
}

#define JOINED " JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' HOUR "

typedef struct JoinsCase {
  const char *jobs[4]; /* up to NULL */
  uint32_t n_joins;
  const char *left_filter; /* of the first join; NULL: not looked at */
} JoinsCase;

static void joins_are_shared_but_for_nulls(void **state) {
  (void)state;
  static const JoinsCase CASES[] = {
      {{"SELECT a.id FROM a LEFT" JOINED "WHERE a.id IS NOT NULL;",
        "SELECT b.other FROM a LEFT" JOINED "WHERE a.price IS NOT NULL;"},
       1,
       "(id IS NOT NULL OR price IS NOT NULL)"},
      {{"SELECT a.id FROM a LEFT" JOINED "WHERE a.id IS NOT NULL AND a.k IS NOT NULL AND a.id > 1;",
        "SELECT b.other FROM a LEFT" JOINED "WHERE a.price IS NOT NULL AND a.id > 1;",
        "SELECT b.id FROM a LEFT" JOINED "WHERE a.id > 1 AND a.id IS NOT NULL;"},
       1,
       "((id > 1) AND (((id IS NOT NULL AND k IS NOT NULL) OR price IS NOT NULL) OR id IS NOT NULL))"},
      {{"SELECT a.id FROM a LEFT" JOINED "WHERE a.id > 1;", "SELECT a.id FROM a LEFT" JOINED "WHERE a.price IS NULL;"},
       2,
       "(id > 1)"},
      {{"SELECT a.id FROM a LEFT" JOINED ";", "SELECT a.id FROM a LEFT" JOINED "WHERE a.price IS NOT NULL;"}, 1, ""},
      /* an INNER join's right side as well, a LEFT join's not: padded rows have nulls there */
      {{"SELECT a.id FROM a" JOINED "WHERE b.id IS NOT NULL;", "SELECT b.id FROM a" JOINED ";"}, 1, ""},
      {{"SELECT a.id FROM a LEFT" JOINED "AND b.id IS NOT NULL;", "SELECT b.id FROM a LEFT" JOINED ";"}, 2, NULL},
      {{"SELECT a.id FROM a LEFT" JOINED ";", "SELECT a.id FROM a" JOINED ";"}, 2, NULL},
  };
  for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
    Compiler *compiler = compiler_new();
    const Plan *plan = testing_plan(compiler, CASES[c].jobs);
    const PlanNode *join = testing_find(plan, PLAN_INTERVAL_JOIN);
    const PlanNode *left = join->inputs[0];
    Arena *arena = arena_new(1024);
    const char *filter = left->kind != PLAN_CALC || left->calc.filter == NULL
                             ? ""
                             : expr_text(arena, left->calc.filter, &left->inputs[0]->schema);
    if (testing_count(plan, PLAN_INTERVAL_JOIN) != CASES[c].n_joins ||
        (CASES[c].left_filter != NULL && strcmp(filter, CASES[c].left_filter) != 0)) {
      fail_msg("%s\n%s\n%s", CASES[c].jobs[0], filter, plan_explain(arena, plan, NULL, NULL));
    }
    arena_release(arena);
    compiler_free(compiler);
  }
}

static void other_zones_share_nothing(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {"SET 'table.local-time-zone' = 'Asia/Kolkata'; SELECT ts FROM c;", "SELECT ts FROM c;",
                              NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(testing_count(plan, PLAN_SCAN), 2);
  assert_ptr_not_equal(plan->jobs[0].root->inputs[0]->settings.zone, plan->jobs[1].root->inputs[0]->settings.zone);
  compiler_free(compiler);
}

static void tables_of_one_name_need_not_be_one(void **state) {
  (void)state;
  static const char FIRST[] =
      "CREATE TABLE t (k STRING) WITH ('connector' = 'filesystem', 'path' = '/t', 'format' = 'json'); SELECT k FROM t;";
  static const char SAME[] =
      "CREATE TABLE t (k STRING) WITH ('connector' = 'filesystem', 'format' = 'json', 'path' = '/t'); SELECT k FROM t;";
  static const char OTHER[] =
      "CREATE TABLE t (k STRING) WITH ('connector' = 'filesystem', 'path' = '/u', 'format' = 'json'); SELECT k FROM t;";
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {FIRST, SAME, OTHER, NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(testing_count(plan, PLAN_SCAN), 2);
  assert_ptr_equal(plan->jobs[0].root->inputs[0], plan->jobs[1].root->inputs[0]);
  assert_ptr_not_equal(plan->jobs[0].root->inputs[0], plan->jobs[2].root->inputs[0]);
  compiler_free(compiler);
}

static void settings_are_those_of_who_sets_them(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const char *const jobs[] = {
      "SELECT k FROM plain;",
      "SET 'weir.batch-rows' = '77'; SET 'execution.checkpointing.interval' = '5 s';\n"
      "SET 'table.exec.source.idle-timeout' = '3 s'; SELECT k FROM a; SELECT word FROM c;",
      "SET 'weir.batch-rows' = '78'; SET 'weir.dead-letter.path' = '/dead'; SELECT k FROM plain;", NULL};
  const Plan *plan = testing_plan(compiler, jobs);
  assert_int_equal(plan->batch_rows, 77);
  assert_int_equal(plan->commit_interval_ms, 5000);
  assert_string_equal(plan->dead_letter_path, "/dead");
  for (uint32_t n = 0; n < plan->n_nodes; n++) {
    const PlanNode *node = plan->nodes[n];
    if (node->kind != PLAN_SCAN) continue;
    bool is_c = strcmp(node->scan.table.table_name, "c") == 0; /* has an option of its own */
    int64_t expected_ms = is_c ? 2000 : node->scan.watermark != NULL ? 3000 : 0;
    assert_int_equal(node->scan.idle_timeout_ms, expected_ms);
  }
  compiler_free(compiler);
}

static void settings_have_defaults(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const Plan *plan = testing_plan_one(compiler, "INSERT INTO sink (n, k) SELECT id, k FROM plain;");
  assert_int_equal(plan->batch_rows, 2048);
  assert_int_equal(plan->commit_interval_ms, 1000);
  assert_null(plan->dead_letter_path);
  const PlanNode *sink = plan->jobs[0].root;
  assert_int_equal(sink->kind, PLAN_SINK);
  assert_string_equal(plan->jobs[0].name, "sink");
  assert_int_equal(sink->sink.n_not_null, 1); /* id is NOT NULL already, k might be null */
  assert_int_equal(sink->sink.not_null[0], 0);
  assert_false(sink->sink.drops_null_rows);
  assert_false(sink->has_watermark);
  compiler_free(compiler);
}

typedef struct StampsCase {
  const char *sql;
  bool has_watermark;
} StampsCase;

static void stamps_survive_where_all_inputs_have_them(void **state) {
  (void)state;
  static const StampsCase CASES[] = {
      {"SELECT k FROM a;", true},
      {"SELECT k FROM plain;", false},
      {"SELECT 1;", false},
      {"SELECT k FROM a UNION ALL SELECT k FROM b;", true},
      {"SELECT k FROM a UNION ALL SELECT k FROM plain;", false},
      {"SELECT a.k FROM a JOIN b ON b.ts = a.ts;", true},
  };
  for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
    Compiler *compiler = compiler_new();
    const Plan *plan = testing_plan_one(compiler, CASES[c].sql);
    if (plan->jobs[0].root->has_watermark != CASES[c].has_watermark) fail_msg("%s", CASES[c].sql);
    compiler_free(compiler);
  }
}

static void options_are_checked_when_a_table_is_used(void **state) {
  (void)state;
  static const struct {
    const char *sql;
    const char *message;
  } CASES[] = {
      {"CREATE TABLE t (k STRING) WITH ('connector' = 'filesistem'); SELECT k FROM t;", "filesistem"},
      {"CREATE TABLE t (k STRING) WITH ('connector' = 'blackhole'); SELECT k FROM t;", "blackhole"},
      {"CREATE TABLE t (k STRING) WITH ('connector' = 'blackhole', 'x' = '1'); INSERT INTO t SELECT k FROM a;", "x"},
  };
  for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
    Compiler *compiler = compiler_new();
    Error error = {0};
    const char *const jobs[] = {CASES[c].sql, NULL};
    assert_null(testing_compile(compiler, jobs, &error));
    if (strstr(error.message, CASES[c].message) == NULL) fail_msg("%s: %s", CASES[c].sql, error.message);
    compiler_free(compiler);
  }
}

/* Twice as many readers with every name: only a plan that remembers what it has made comes to an end. */
static void chains_of_names_stay_small(void **state) {
  (void)state;
  static const char *const LINKS[] = {"SELECT k, n FROM c%d UNION ALL SELECT k, n FROM c%d",
                                      "SELECT k, n FROM c%d WHERE n > 1 UNION ALL SELECT k, n FROM c%d WHERE n > 2"};
  for (size_t l = 0; l < sizeof LINKS / sizeof LINKS[0]; l++) {
    char sql[4096];
    size_t n = (size_t)snprintf(sql, sizeof sql, "WITH c0 AS (SELECT k, 1 AS n FROM a)");
    for (int c = 1; c <= 24; c++) {
      n += (size_t)snprintf(sql + n, sizeof sql - n, ", c%d AS (", c);
      n += (size_t)snprintf(sql + n, sizeof sql - n, LINKS[l], c - 1, c - 1);
      n += (size_t)snprintf(sql + n, sizeof sql - n, ")");
    }
    snprintf(sql + n, sizeof sql - n, " SELECT k FROM c24;");
    Compiler *compiler = compiler_new();
    Error error = {0};
    const char *const jobs[] = {sql, NULL};
    const Plan *plan = testing_compile(compiler, jobs, &error);
    assert_non_null(plan);
    assert_in_range(plan->n_nodes, 1, 400);
    compiler_free(compiler);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(inputs_come_first),
      cmocka_unit_test(a_table_is_scanned_once_for_all),
      cmocka_unit_test(equal_plans_are_one),
      cmocka_unit_test(a_shared_node_yields_what_any_reader_needs),
      cmocka_unit_test(joins_are_shared_but_for_nulls),
      cmocka_unit_test(other_zones_share_nothing),
      cmocka_unit_test(tables_of_one_name_need_not_be_one),
      cmocka_unit_test(settings_are_those_of_who_sets_them),
      cmocka_unit_test(settings_have_defaults),
      cmocka_unit_test(stamps_survive_where_all_inputs_have_them),
      cmocka_unit_test(options_are_checked_when_a_table_is_used),
      cmocka_unit_test(chains_of_names_stay_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
