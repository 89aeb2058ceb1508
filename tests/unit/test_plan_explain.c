/* What SQL becomes: whole plans as EXPLAIN shows them. The texts pin down lowering, push-down, sharing and EXPLAIN
 * itself; where a plan changes for the better, so does the text. */
#include "plan_testing.h"

typedef struct TreeCase {
  const char *name;
  const char *sql;
  const char *tree;
} TreeCase;

static const TreeCase CALCS[] = {
    {"a projection and a filter are one calc", "SELECT k, id FROM a WHERE id > 3;",
     "Collect: k, id\n"
     "└─ Calc: SELECT k, id WHERE id > 3\n"
     "   └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"a projection that changes nothing is no calc", "SELECT * FROM plain;",
     "Collect: k, id\n"
     "└─ Scan plain: filesystem /plain: READ k, id\n"},
    {"without FROM there is one row", "SELECT 1, 'x';",
     "Collect: EXPR$0, EXPR$1\n"
     "└─ Calc: SELECT 1 AS EXPR$0, 'x' AS EXPR$1\n"
     "   └─ Values: 1 row\n"},
    {"VALUES are literal rows", "SELECT n + 1 AS n FROM (VALUES (1), (2)) AS t (n) WHERE n > 1;",
     "Collect: n\n"
     "└─ Calc: SELECT EXPR$0 + 1 AS n WHERE EXPR$0 > 1\n"
     "   └─ Values: 2 rows\n"},
    {"calcs merge, inner conditions first",
     "SELECT id + 1 AS n FROM (SELECT id, k FROM a WHERE k = 'x') WHERE id < 9 AND (id > 1 OR k = 'y');",
     "Collect: n\n"
     "└─ Calc: SELECT id + 1 AS n WHERE k = 'x' AND id < 9 AND ((id > 1) OR (k = 'y'))\n"
     "   └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"a filter on a projected name is decided on what it names",
     "SELECT n FROM (SELECT id * 2 AS n FROM plain) WHERE n > 3;",
     "Collect: n\n"
     "└─ Calc: SELECT id * 2 AS n WHERE (id * 2) > 3\n"
     "   └─ Scan plain: filesystem /plain: READ id\n"},
    {"filters go into every input of a union, which reads only what is asked for",
     "SELECT x FROM (SELECT k AS x, id FROM plain UNION ALL SELECT k, CAST(id AS INT) FROM b) WHERE id = "
     "3;",
     "Collect: x\n"
     "└─ Union: ALL of 2 inputs\n"
     "   ├─ Calc: SELECT k WHERE id = 3\n"
     "   │  └─ Scan plain: filesystem /plain: READ k, id\n"
     "   └─ Calc: SELECT k WHERE CAST(id AS INT) = 3\n"
     "      └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"three tables make one union", "SELECT k FROM a UNION ALL SELECT k FROM b UNION ALL SELECT UPPER(k) FROM plain;",
     "Collect: k\n"
     "└─ Union: ALL of 3 inputs\n"
     "   ├─ Calc: SELECT k\n"
     "   │  └─ Scan a: filesystem /a: READ k, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   ├─ Calc: SELECT k\n"
     "   │  └─ Scan b: filesystem /b: READ k, ts WATERMARK ts\n"
     "   └─ Calc: SELECT UPPER(k) AS EXPR$0\n"
     "      └─ Scan plain: filesystem /plain: READ k\n"},
    {"a table twice is scanned once", "SELECT k FROM plain UNION ALL SELECT k FROM plain;",
     "Collect: k\n"
     "└─ Union: ALL of 2 inputs\n"
     "   ├─ [1] Scan plain: filesystem /plain: READ k\n"
     "   └─ [1] Scan plain, as above\n"},
    {"a row time is read even if nobody asks: it may not be null", "SELECT shout FROM c;",
     "Collect: shout\n"
     "└─ Calc: SELECT shout\n"
     "   └─ Scan c: filesystem /c: READ at, word SELECT UPPER(word) AS shout, "
     "TO_TIMESTAMP_LTZ(COALESCE(at, 0), 3) AS ts WATERMARK ts IDLE AFTER 2 s\n"},
    {"the scan computes what the table computes", "SELECT ts FROM c;",
     "Collect: ts\n"
     "└─ Scan c: filesystem /c: READ at SELECT TO_TIMESTAMP_LTZ(COALESCE(at, 0), 3) AS ts WATERMARK ts "
     "IDLE AFTER 2 s\n"},
    {"the sink's NOT NULL columns are named, unless they can't be null",
     "INSERT INTO sink SELECT k, id, id FROM plain;",
     "Sink sink: filesystem /sink refuses NULL in k\n"
     "└─ Calc: SELECT k, CAST(id AS BIGINT) AS n, CAST(id AS BIGINT) AS m\n"
     "   └─ Scan plain: filesystem /plain: READ k, id\n"},
    {"rows with nulls may be dropped",
     "SET 'table.exec.sink.not-null-enforcer' = 'DROP'; INSERT INTO sink SELECT k, id, id FROM plain;",
     "Sink sink: filesystem /sink drops rows with NULL in k\n"
     "└─ Calc: SELECT k, CAST(id AS BIGINT) AS n, CAST(id AS BIGINT) AS m\n"
     "   └─ Scan plain: filesystem /plain: READ k, id\n"},
};

static const TreeCase AGGREGATIONS[] = {
    {"the window function is taken in",
     "SELECT window_start, k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' "
     "MINUTE)) GROUP BY window_start, window_end, k;",
     "Collect: window_start, k, n\n"
     "└─ Calc: SELECT window_start, k, COUNT(*) AS n\n"
     "   └─ WindowAggregate: TUMBLE(ts, 1 min) BY k: COUNT(*), window_start\n"
     "      └─ Scan a: filesystem /a: READ k, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"keys and arguments that are computed, below; order and names, above",
     "SELECT SUM(id * 2) FILTER (WHERE price > 1) AS s, window_end, UPPER(k) AS u FROM TABLE(TUMBLE(TABLE "
     "a, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '90' SECOND)) GROUP BY UPPER(k), window_start, "
     "window_end;",
     "Collect: s, window_end, u\n"
     "└─ Calc: SELECT SUM(id * 2) FILTER (WHERE price > 1) AS s, window_end, UPPER(k) AS u\n"
     "   └─ WindowAggregate: TUMBLE(ts, 1 h, 90 s) BY UPPER(k): SUM(id * 2) FILTER (WHERE price > 1), "
     "window_end\n"
     "      └─ Calc: SELECT ts, UPPER(k), id * 2, price > 1\n"
     "         └─ Scan a: filesystem /a: READ k, id, price, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"WHERE goes below, HAVING stays above but for what is about keys",
     "SELECT k, window_start FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE id > 3 "
     "GROUP BY k, window_start, window_end HAVING COUNT(*) > 1 AND k <> 'z';",
     "Collect: k, window_start\n"
     "└─ Calc: SELECT k, window_start WHERE COUNT(*) > 1\n"
     "   └─ WindowAggregate: TUMBLE(ts, 1 min) BY k: COUNT(*), window_start\n"
     "      └─ Calc: SELECT k, ts WHERE id > 3 AND k <> 'z'\n"
     "         └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"nobody asks: no aggregates, no window columns",
     "SELECT k FROM (SELECT window_start AS s, window_end AS e, k, SUM(id) AS n FROM TABLE(TUMBLE(TABLE a, "
     "DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, k);",
     "Collect: k\n"
     "└─ WindowAggregate: TUMBLE(ts, 1 min) BY k\n"
     "   └─ Scan a: filesystem /a: READ k, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"a condition on the window keeps the window function apart",
     "SELECT COUNT(*) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' DAY)) WHERE "
     "window_start > TIMESTAMP '2026-01-01 00:00:00' GROUP BY window_start, window_end;",
     "Collect: n\n"
     "└─ WindowAggregate: windows [window_start, window_end): COUNT(*)\n"
     "   └─ Calc: SELECT window_start, window_end WHERE window_start > TIMESTAMP '2026-01-01 00:00:00'\n"
     "      └─ WindowTableFunction: TUMBLE(ts, 1 d)\n"
     "         └─ Scan a: filesystem /a: READ ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"so does an aggregate of a window column",
     "SELECT MAX(window_time) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY "
     "window_start, window_end;",
     "Collect: n\n"
     "└─ WindowAggregate: windows [window_start, window_end): MAX(window_time)\n"
     "   └─ WindowTableFunction: TUMBLE(ts, 1 d)\n"
     "      └─ Scan a: filesystem /a: READ ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"rows with windows",
     "SELECT id, window_time FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' SECOND)) WHERE id > "
     "1;",
     "Collect: id, window_time\n"
     "└─ Calc: SELECT id, window_time WHERE id > 1\n"
     "   └─ WindowTableFunction: TUMBLE(ts, 1 s)\n"
     "      └─ Scan a: filesystem /a: READ id, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"an aggregation of an aggregation over the same windows",
     "SELECT window_start, MAX(n) AS m, COUNT(*) AS k FROM (SELECT window_start, window_end, k, "
     "COUNT(DISTINCT id) AS n FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY "
     "window_start, window_end, k) WHERE n > 1 GROUP BY window_start, window_end;",
     "Collect: window_start, m, k\n"
     "└─ Calc: SELECT window_start, MAX(COUNT(DISTINCT id)) AS m, COUNT(*) AS k\n"
     "   └─ WindowAggregate: windows [window_start, window_end): MAX(COUNT(DISTINCT id)), COUNT(*), "
     "window_start\n"
     "      └─ Calc: SELECT window_start, window_end, COUNT(DISTINCT id) WHERE COUNT(DISTINCT id) > 1\n"
     "         └─ WindowAggregate: TUMBLE(ts, 1 min) BY k: COUNT(DISTINCT id), window_start, window_end\n"
     "            └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"over larger windows, by way of window_time",
     "SELECT window_start, SUM(n) AS s FROM TABLE(TUMBLE((SELECT window_time AS rt, k, COUNT(*) AS n FROM "
     "TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, "
     "window_time, k), DESCRIPTOR(rt), INTERVAL '5' MINUTE)) GROUP BY window_start, window_end;",
     "Collect: window_start, s\n"
     "└─ Calc: SELECT window_start, SUM(n) AS s\n"
     "   └─ WindowAggregate: TUMBLE(rt, 5 min): SUM(n), window_start\n"
     "      └─ Calc: SELECT window_time AS rt, COUNT(*) AS n\n"
     "         └─ WindowAggregate: TUMBLE(ts, 1 min) BY k: COUNT(*), window_time\n"
     "            └─ Scan a: filesystem /a: READ k, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
    {"OVER keeps the columns that are read",
     "SELECT n + 1 AS n, price FROM (SELECT *, COUNT(*) OVER (PARTITION BY UPPER(k) ORDER BY ts RANGE "
     "BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS n, MAX(id) OVER (PARTITION BY UPPER(k) ORDER "
     "BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) AS unread FROM a WHERE id = 1) "
     "WHERE k = 'x';",
     "Collect: n, price\n"
     "└─ Calc: SELECT COUNT(*) + 1 AS n, price WHERE k = 'x'\n"
     "   └─ OverAggregate: BY UPPER(k) from ts - 1 h to ts: COUNT(*)\n"
     "      └─ Calc: SELECT k, price, ts, UPPER(k) WHERE id = 1\n"
     "         └─ Scan a: filesystem /a: READ k, id, price, ts WATERMARK ts - INTERVAL '5' SECOND\n"},
};

static const TreeCase JOINS[] = {
    {"pairs within bounds",
     "SELECT a.id, b.id FROM a JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '10' MINUTE;",
     "Collect: id, id0\n"
     "└─ IntervalJoin: INNER ON left.k = right.k AND right.ts BETWEEN left.ts AND left.ts + 10 min\n"
     "   ├─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"the old spelling; conditions on one side go there",
     "SELECT a.id, b.id FROM a, b WHERE a.k = b.k AND a.ts >= b.ts - INTERVAL '10' MINUTE AND a.ts < b.ts "
     "AND b.id > 102 AND a.id = 5;",
     "Collect: id, id0\n"
     "└─ IntervalJoin: INNER ON left.k = right.k AND right.ts BETWEEN left.ts + 1 ms AND left.ts + 10 min\n"
     "   ├─ Calc: SELECT k, id, ts WHERE id = 5\n"
     "   │  └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ Calc: SELECT k, id, ts WHERE id > 102\n"
     "      └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"LEFT: ON conditions on the left pad, WHERE conditions on the right see padding",
     "SELECT a.id, b.id FROM a LEFT JOIN b ON UPPER(a.k) = b.k AND b.ts BETWEEN a.ts - INTERVAL '1' SECOND "
     "AND a.ts AND a.id <> 1 AND b.id > 3 AND a.id < b.id WHERE a.price > 3 AND b.k IS NULL AND (a.id = 1 "
     "OR b.id IS NULL);",
     "Collect: id, id0\n"
     "└─ Calc: SELECT id, right.id AS id0 WHERE right.k IS NULL AND ((id = 1) OR right.id IS NULL)\n"
     "   └─ IntervalJoin: LEFT ON left.UPPER(k) = right.k AND right.ts BETWEEN left.ts - 1 s AND left.ts "
     "AND left.id <> 1 AND CAST(left.id AS BIGINT) < right.id\n"
     "      ├─ Calc: SELECT id, ts, UPPER(k) WHERE price > 3\n"
     "      │  └─ Scan a: filesystem /a: READ k, id, price, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "      └─ Calc: SELECT k, id, ts WHERE id > 3\n"
     "         └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"a WHERE that no padded row passes makes LEFT INNER",
     "SELECT a.id, b.id FROM a LEFT JOIN b ON a.k = b.k AND b.ts = a.ts WHERE b.id > 102;",
     "Collect: id, id0\n"
     "└─ IntervalJoin: INNER ON left.k = right.k AND right.ts = left.ts\n"
     "   ├─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ Calc: SELECT k, id, ts WHERE id > 102\n"
     "      └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"RIGHT: the other way round",
     "SELECT a.id, b.id FROM a RIGHT JOIN b ON a.k = b.k AND b.ts = a.ts AND a.id > 1 AND b.id > 2 WHERE "
     "b.price > 3 AND a.id IS NULL;",
     "Collect: id, id0\n"
     "└─ Calc: SELECT id, right.id AS id0 WHERE id IS NULL\n"
     "   └─ IntervalJoin: RIGHT ON left.k = right.k AND right.ts = left.ts AND right.id > 2\n"
     "      ├─ Calc: SELECT k, id, ts WHERE id > 1\n"
     "      │  └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "      └─ Calc: SELECT k, id, ts WHERE price > 3\n"
     "         └─ Scan b: filesystem /b: READ k, id, price, ts WATERMARK ts\n"},
    {"FULL: ON conditions stay, WHERE conditions come after",
     "SELECT a.id, b.id FROM a FULL JOIN b ON a.k = b.k AND b.ts = a.ts AND a.id > 1 AND b.id > 2 WHERE "
     "a.id IS NULL OR b.id IS NULL;",
     "Collect: id, id0\n"
     "└─ Calc: SELECT id, right.id AS id0 WHERE (id IS NULL OR right.id IS NULL)\n"
     "   └─ IntervalJoin: FULL ON left.k = right.k AND right.ts = left.ts AND left.id > 1 AND right.id > "
     "2\n"
     "      ├─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "      └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"a WHERE that one padding does not pass",
     "SELECT a.id, b.id FROM a FULL JOIN b ON a.k = b.k AND b.ts = a.ts WHERE a.id IS NOT NULL;",
     "Collect: id, id0\n"
     "└─ IntervalJoin: LEFT ON left.k = right.k AND right.ts = left.ts\n"
     "   ├─ Calc: SELECT k, id, ts WHERE id IS NOT NULL\n"
     "   │  └─ Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"},
    {"a table with itself",
     "SELECT x.id, y.id FROM a AS x JOIN a AS y ON x.id = y.id AND y.ts BETWEEN x.ts + INTERVAL '1' SECOND "
     "AND x.ts + INTERVAL '1.5' SECOND;",
     "Collect: id, id0\n"
     "└─ IntervalJoin: INNER ON left.id = right.id AND right.ts BETWEEN left.ts + 1 s AND left.ts + 1500 "
     "ms\n"
     "   ├─ [1] Scan a: filesystem /a: READ id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ [1] Scan a, as above\n"},
    {"keys of one form",
     "SELECT a.id FROM a JOIN b ON a.price = b.price AND a.id = b.id AND b.ts BETWEEN a.ts AND a.ts + "
     "INTERVAL '10' MINUTE;",
     "Collect: id\n"
     "└─ IntervalJoin: INNER ON left.CAST(price AS DECIMAL(12, 4)) = right.price AND left.CAST(id AS "
     "BIGINT) = right.id AND right.ts BETWEEN left.ts AND left.ts + 10 min\n"
     "   ├─ Calc: SELECT id, ts, CAST(price AS DECIMAL(12, 4)), CAST(id AS BIGINT)\n"
     "   │  └─ Scan a: filesystem /a: READ id, price, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ Scan b: filesystem /b: READ id, price, ts WATERMARK ts\n"},
    {"three streams",
     "SELECT a.id, b.id, m.id FROM a JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '10' "
     "MINUTE LEFT JOIN a AS m ON b.id = m.id AND m.ts BETWEEN a.ts AND a.ts + INTERVAL '15' MINUTE;",
     "Collect: id, id0, id1\n"
     "└─ IntervalJoin: LEFT ON left.right.id = right.CAST(id AS BIGINT) AND right.ts BETWEEN left.ts AND "
     "left.ts + 15 min\n"
     "   ├─ IntervalJoin: INNER ON left.k = right.k AND right.ts BETWEEN left.ts AND left.ts + 10 min\n"
     "   │  ├─ [1] Scan a: filesystem /a: READ k, id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   │  └─ Scan b: filesystem /b: READ k, id, ts WATERMARK ts\n"
     "   └─ Calc: SELECT id, ts, CAST(id AS BIGINT)\n"
     "      └─ [1] Scan a, as above\n"},
    {"bounds that nothing is within", "SELECT a.id FROM a JOIN b ON b.ts > a.ts AND b.ts < a.ts - INTERVAL '1' DAY;",
     "Collect: id\n"
     "└─ IntervalJoin: INNER ON right.ts = left.ts + 1 ms AND FALSE\n"
     "   ├─ Scan a: filesystem /a: READ id, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "   └─ Scan b: filesystem /b: READ ts WATERMARK ts\n"},
    {"a window over joined rows",
     "SELECT window_start, COUNT(other) AS n FROM TABLE(TUMBLE((SELECT a.ts, b.other FROM a JOIN b ON a.k "
     "= b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '10' MINUTE), DESCRIPTOR(ts), INTERVAL '1' MINUTE)) "
     "GROUP BY window_start, window_end;",
     "Collect: window_start, n\n"
     "└─ Calc: SELECT window_start, COUNT(other) AS n\n"
     "   └─ WindowAggregate: TUMBLE(ts, 1 min): COUNT(other), window_start\n"
     "      └─ IntervalJoin: INNER ON left.k = right.k AND right.ts BETWEEN left.ts AND left.ts + 10 min\n"
     "         ├─ Scan a: filesystem /a: READ k, ts WATERMARK ts - INTERVAL '5' SECOND\n"
     "         └─ Scan b: filesystem /b: READ k, ts, other WATERMARK ts\n"},
};

static void check_trees(const TreeCase *cases, size_t n_cases) {
  for (size_t c = 0; c < n_cases; c++) {
    Compiler *compiler = compiler_new();
    const Plan *plan = testing_plan_one(compiler, cases[c].sql);
    Arena *arena = arena_new(4096);
    const char *text = plan_explain(arena, plan, NULL, NULL);
    const char *tree = strchr(text, '\n') + 1; /* the first line names the file */
    if (strcmp(tree, cases[c].tree) != 0) fail_msg("%s:\n%s\n%s", cases[c].name, cases[c].sql, tree);
    arena_release(arena);
    compiler_free(compiler);
  }
}

static void calcs(void **state) {
  (void)state;
  check_trees(CALCS, sizeof CALCS / sizeof CALCS[0]);
}

static void aggregations(void **state) {
  (void)state;
  check_trees(AGGREGATIONS, sizeof AGGREGATIONS / sizeof AGGREGATIONS[0]);
}

static void joins(void **state) {
  (void)state;
  check_trees(JOINS, sizeof JOINS / sizeof JOINS[0]);
}

static const char *note_kind(void *context, const PlanNode *node) { return node->kind == PLAN_SCAN ? context : NULL; }

static void notes_stand_below_operators(void **state) {
  (void)state;
  Compiler *compiler = compiler_new();
  const Plan *plan = testing_plan_one(compiler, "INSERT INTO nowhere SELECT k, 1 FROM plain;");
  Arena *arena = arena_new(4096);
  const char *text = plan_explain(arena, plan, note_kind, "3 rows");
  assert_non_null(strstr(text, "nowhere (/tmp/weir_plan_"));
  assert_non_null(strstr(text, ")\nSink nowhere: blackhole\n"));
  assert_non_null(strstr(text, "Scan plain: filesystem /plain: READ k\n"));
  assert_non_null(strstr(text, "READ k\n         3 rows\n"));
  arena_release(arena);
  compiler_free(compiler);
}

/* Written out, this would be 2^60 additions: calcs stop merging before that. */
static void doubled_expressions_stay_small(void **state) {
  (void)state;
  char sql[4096] = "SELECT id FROM a";
  for (int depth = 0; depth < 60; depth++) {
    char inner[4096];
    strcpy(inner, sql);
    snprintf(sql, sizeof sql, "SELECT id + id AS id FROM (%.3800s)", inner);
  }
  char job[4200];
  snprintf(job, sizeof job, "%s WHERE id > 3;", sql);
  Compiler *compiler = compiler_new();
  const Plan *plan = testing_plan_one(compiler, job);
  assert_int_equal(testing_count(plan, PLAN_CALC), 6);
  compiler_free(compiler);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(calcs), cmocka_unit_test(aggregations), cmocka_unit_test(joins),
                                     cmocka_unit_test(notes_stand_below_operators),
                                     cmocka_unit_test(doubled_expressions_stay_small)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
