/* What the parser makes of statements, shown by printing them again. Printed text must parse to the same tree, so every
 * statement here also checks ast_print against the parser. All of it was tried on the real Flink, which takes what is
 * taken here. Errors are in test_sql_parse_errors.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "sql/ast_print.h"
#include "sql/parse.h"

typedef struct Case {
  const char *text;
  const char *printed;   /* NULL: as it was written */
  const char *bracketed; /* every operator in parentheses; NULL: as printed */
} Case;

static const Case LITERALS[] = {
    {"SELECT 1, 1.50, .5, 5., 1e9, 1.5E-3, 'it''s', '', NULL, TRUE, FALSE, UNKNOWN", NULL, NULL},
    {"SELECT 'a'\n  'b'\n  'c'", "SELECT 'abc'", NULL},
    {"SELECT U&'gr\\00FC\\00DFe \\\\'", "SELECT 'grüße \\'", NULL},
    {"SELECT DATE '2026-01-31', TIME '01:02:03', TIMESTAMP '2026-01-31 23:59:58.123'", NULL, NULL},
    {"select `select`, `a b`, `a``b`, größe, $x, a$1 from `from`",
     "SELECT `select`, `a b`, `a``b`, `größe`, `$x`, `a$1` FROM `from`", NULL},
    {"SELECT a -- a comment\n, b // another\n, /* and\n a third */ c FROM t", "SELECT a, b, c FROM t", NULL},
    {"SELECT default_catalog.default_database.t.i FROM t", NULL, NULL},
    {"SELECT 1 a, 2 AS b, 3 `c d`, 4e", "SELECT 1 AS a, 2 AS b, 3 AS `c d`, 4 AS e", NULL},
    {"SELECT INTERVAL '5' SECOND, INTERVAL '1' MINUTES, INTERVAL -'2' DAY, INTERVAL +'3' HOUR, - INTERVAL "
     "'1' WEEK",
     "SELECT INTERVAL '5' SECOND, INTERVAL '1' MINUTE, INTERVAL -'2' DAY, INTERVAL '3' HOUR, -INTERVAL '1' WEEK",
     "SELECT INTERVAL '5' SECOND, INTERVAL '1' MINUTE, INTERVAL -'2' DAY, INTERVAL '3' HOUR, (-INTERVAL '1' WEEK)"},
    {"SELECT INTERVAL '1-6' YEAR TO MONTH, INTERVAL '1 2' DAY TO HOURS, INTERVAL '1' QUARTER",
     "SELECT INTERVAL '1-6' YEAR TO MONTH, INTERVAL '1 2' DAY TO HOUR, INTERVAL '1' QUARTER", NULL},
    {"SELECT INTERVAL '100' DAY(3), INTERVAL '1.5' SECOND(2, 3), INTERVAL '1:2.5' MINUTE(2) TO SECOND(1)", NULL, NULL},
};

static const Case OPERATORS[] = {
    {"SELECT a + b * c - d / e % f || g", NULL, "SELECT ((a + (b * c)) - (((d / e) % f) || g))"},
    {"SELECT a - (b - c), (a - b) - c, (a + b) * c", "SELECT a - (b - c), a - b - c, (a + b) * c",
     "SELECT (a - (b - c)), ((a - b) - c), ((a + b) * c)"},
    {"SELECT -a, +a, - -a, -(-a), -(a + b), a - -b, a * -1", "SELECT -a, +a, - -a, - -a, -(a + b), a - -b, a * -1",
     "SELECT (-a), (+a), (-(-a)), (-(-a)), (-(a + b)), (a - (-b)), (a * (-1))"},
    {"SELECT NOT a, NOT NOT a, NOT (a AND b), (NOT a) = b, NOT a = b", NULL,
     "SELECT (NOT a), (NOT (NOT a)), (NOT (a AND b)), ((NOT a) = b), (NOT (a = b))"},
    {"SELECT a OR b AND c OR d, (a OR b) AND c", NULL, "SELECT ((a OR (b AND c)) OR d), ((a OR b) AND c)"},
    {"SELECT a = b, a <> b, a < b, a <= b, a > b, a >= b, a = (b = c), (a = b) = c",
     "SELECT a = b, a <> b, a < b, a <= b, a > b, a >= b, a = (b = c), a = b = c",
     "SELECT (a = b), (a <> b), (a < b), (a <= b), (a > b), (a >= b), (a = (b = c)), ((a = b) = c)"},
    {"SELECT a IS NULL, a IS NOT NULL, a IS TRUE, a IS NOT TRUE, a IS FALSE, a IS NOT FALSE, a IS UNKNOWN, "
     "a IS NOT UNKNOWN",
     NULL,
     "SELECT (a IS NULL), (a IS NOT NULL), (a IS TRUE), (a IS NOT TRUE), (a IS FALSE), (a IS NOT FALSE), "
     "(a IS UNKNOWN), (a IS NOT UNKNOWN)"},
    {"SELECT a = b IS NULL, a = (b IS NULL), NOT a IS NULL, a IS NULL IS TRUE", NULL,
     "SELECT ((a = b) IS NULL), (a = (b IS NULL)), (NOT (a IS NULL)), ((a IS NULL) IS TRUE)"},
    {"SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b + 1", NULL,
     "SELECT (a IS DISTINCT FROM b), (a IS NOT DISTINCT FROM (b + 1))"},
    {"SELECT a BETWEEN 1 AND 2 AND b, a NOT BETWEEN 1 AND 2, a BETWEEN SYMMETRIC 2 AND 1, a BETWEEN "
     "ASYMMETRIC 1 AND 2",
     "SELECT a BETWEEN 1 AND 2 AND b, a NOT BETWEEN 1 AND 2, a BETWEEN SYMMETRIC 2 AND 1, a BETWEEN 1 AND 2",
     "SELECT ((a BETWEEN 1 AND 2) AND b), (a NOT BETWEEN 1 AND 2), (a BETWEEN SYMMETRIC 2 AND 1), (a "
     "BETWEEN 1 AND 2)"},
    {"SELECT a BETWEEN b + 1 AND (c = d)", NULL, "SELECT (a BETWEEN (b + 1) AND (c = d))"},
    {"SELECT a IN (1), a NOT IN (1, b + 2), a IN (1) = b, (a, b) IN ((1, 2))",
     "SELECT a IN (1), a NOT IN (1, b + 2), a IN (1) = b, ROW(a, b) IN (ROW(1, 2))",
     "SELECT (a IN (1)), (a NOT IN (1, (b + 2))), ((a IN (1)) = b), (ROW(a, b) IN (ROW(1, 2)))"},
    {"SELECT a LIKE 'x%', a NOT LIKE 'x' ESCAPE '!', a LIKE b || c, a SIMILAR TO 'x', a NOT SIMILAR TO 'x'", NULL,
     "SELECT (a LIKE 'x%'), (a NOT LIKE 'x' ESCAPE '!'), (a LIKE (b || c)), (a SIMILAR TO 'x'), (a NOT "
     "SIMILAR TO 'x')"},
    {"SELECT a[1], a[1][2], m['k'], (r).x, (a).b.c, f(x).y, a[b + 1].c", NULL,
     "SELECT a[1], a[1][2], m['k'], (r).x, (a).b.c, f(x).y, a[(b + 1)].c"},
};

static const Case CALLS[] = {
    {"SELECT f(), f(1), f(a, b), `f`(a), `COUNT`(*), count(*), COUNT(DISTINCT a), SUM(ALL a), IF(a, b, c)",
     "SELECT f(), f(1), f(a, b), `f`(a), `COUNT`(*), count(*), COUNT(DISTINCT a), SUM(a), IF(a, b, c)", NULL},
    {"SELECT CURRENT_TIMESTAMP, current_date, LOCALTIMESTAMP, CURRENT_TIMESTAMP(), NOW()",
     "SELECT CURRENT_TIMESTAMP, CURRENT_DATE, LOCALTIMESTAMP, CURRENT_TIMESTAMP(), NOW()", NULL},
    {"SELECT EXTRACT(DAY FROM ts), CEIL(a), CEILING(a), CEIL(ts TO DAY), FLOOR(ts TO MONTH)",
     "SELECT EXTRACT(DAY FROM ts), CEIL(a), CEIL(a), CEIL(ts TO DAY), FLOOR(ts TO MONTH)", NULL},
    {"SELECT TIMESTAMPADD(DAY, 1, ts), TIMESTAMPDIFF(MINUTE, a, b)", NULL, NULL},
    {"SELECT TRIM(a), TRIM(BOTH FROM a), TRIM(LEADING 'x' FROM a), TRIM(TRAILING a), TRIM('x' FROM a)",
     "SELECT TRIM(BOTH ' ' FROM a), TRIM(BOTH ' ' FROM a), TRIM(LEADING 'x' FROM a), TRIM(TRAILING ' ' "
     "FROM a), TRIM(BOTH 'x' FROM a)",
     NULL},
    {"SELECT SUBSTRING(a FROM 2 FOR 3), SUBSTRING(a, 2), POSITION('x' IN a), OVERLAY(a PLACING 'x' FROM 2 FOR 3)",
     "SELECT SUBSTRING(a, 2, 3), SUBSTRING(a, 2), POSITION('x' IN a), OVERLAY(a PLACING 'x' FROM 2 FOR 3)", NULL},
    {"SELECT CAST(a AS INT), TRY_CAST(a AS DECIMAL(10, 2)), CAST('1' AS STRING)", NULL, NULL},
    {"SELECT CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END, CASE a WHEN 1 THEN 'x' END", NULL, NULL},
    {"SELECT (1, 2), ROW(1, 2), ARRAY[1, 2], MAP['a', 1]", "SELECT ROW(1, 2), ROW(1, 2), ARRAY[1, 2], MAP['a', 1]",
     NULL},
    {"SELECT COUNT(*) FILTER (WHERE a > 1), LISTAGG(a, ',') WITHIN GROUP (ORDER BY b DESC)", NULL,
     "SELECT COUNT(*) FILTER (WHERE (a > 1)), LISTAGG(a, ',') WITHIN GROUP (ORDER BY b DESC)"},
};

static const Case TYPES[] = {
    {"SELECT CAST(a AS BOOLEAN), CAST(a AS TINYINT), CAST(a AS INTEGER), CAST(a AS BIGINT), CAST(a AS "
     "DOUBLE PRECISION)",
     "SELECT CAST(a AS BOOLEAN), CAST(a AS TINYINT), CAST(a AS INT), CAST(a AS BIGINT), CAST(a AS DOUBLE)", NULL},
    {"SELECT CAST(a AS DEC), CAST(a AS NUMERIC(5)), CAST(a AS DECIMAL(38, 18)), CAST(a AS CHARACTER(3)), "
     "CAST(a AS CHAR VARYING(9))",
     "SELECT CAST(a AS DECIMAL), CAST(a AS DECIMAL(5)), CAST(a AS DECIMAL(38, 18)), CAST(a AS CHAR(3)), "
     "CAST(a AS VARCHAR(9))",
     NULL},
    {"SELECT CAST(a AS TIMESTAMP), CAST(a AS TIMESTAMP(3) WITHOUT TIME ZONE), CAST(a AS TIMESTAMP(3) WITH "
     "LOCAL TIME ZONE), CAST(a AS TIMESTAMP_LTZ(6)), CAST(a AS TIME(0))",
     "SELECT CAST(a AS TIMESTAMP), CAST(a AS TIMESTAMP(3)), CAST(a AS TIMESTAMP_LTZ(3)), CAST(a AS "
     "TIMESTAMP_LTZ(6)), CAST(a AS TIME(0))",
     NULL},
    {"SELECT CAST(a AS ARRAY<INT NOT NULL>), CAST(a AS MAP<STRING, ARRAY<INT>>), CAST(a AS MULTISET<INT>), "
     "CAST(a AS INT ARRAY ARRAY)",
     "SELECT CAST(a AS ARRAY<INT NOT NULL>), CAST(a AS MAP<STRING, ARRAY<INT>>), CAST(a AS MULTISET<INT>), "
     "CAST(a AS ARRAY<ARRAY<INT>>)",
     NULL},
    {"SELECT CAST(a AS ROW<x INT, `y z` STRING 'a comment'>), CAST(a AS ROW(x INT NOT NULL))",
     "SELECT CAST(a AS ROW<x INT, `y z` STRING>), CAST(a AS ROW<x INT NOT NULL>)", NULL},
    {"SELECT CAST(a AS INTERVAL DAY TO SECOND), CAST(a AS INTERVAL YEARS), CAST(a AS BINARY VARYING(3))",
     "SELECT CAST(a AS INTERVAL DAY TO SECOND), CAST(a AS INTERVAL YEAR), CAST(a AS VARBINARY(3))", NULL},
};

static const Case QUERIES[] = {
    {"SELECT * FROM t", NULL, NULL},
    {"SELECT t.*, a.b.c.*, a FROM t", NULL, NULL},
    {"SELECT DISTINCT a FROM t", NULL, NULL},
    {"SELECT ALL a FROM t", "SELECT a FROM t", NULL},
    {"SELECT a FROM t WHERE a > 1 GROUP BY a, b HAVING COUNT(*) > 1 ORDER BY a DESC NULLS LAST, b ASC "
     "LIMIT 10 OFFSET 5 ROWS",
     "SELECT a FROM t WHERE a > 1 GROUP BY a, b HAVING COUNT(*) > 1 ORDER BY a DESC NULLS LAST, b LIMIT 10 "
     "OFFSET 5",
     "SELECT a FROM t WHERE (a > 1) GROUP BY a, b HAVING (COUNT(*) > 1) ORDER BY a DESC NULLS LAST, b "
     "LIMIT 10 OFFSET 5"},
    {"SELECT a FROM t LIMIT ALL OFFSET 3", "SELECT a FROM t OFFSET 3", NULL},
    {"SELECT a FROM t FETCH FIRST 3 ROWS ONLY", "SELECT a FROM t LIMIT 3", NULL},
    {"SELECT a FROM t OFFSET 1 ROW FETCH NEXT 3 ROW ONLY", "SELECT a FROM t LIMIT 3 OFFSET 1", NULL},
    {"SELECT COUNT(*) FROM t GROUP BY ()", NULL, NULL},
    {"SELECT a FROM t GROUP BY (a, b), c", "SELECT a FROM t GROUP BY a, b, c", NULL},
    {"SELECT a FROM t GROUP BY GROUPING SETS ((a, b), a, ()), ROLLUP (a, (b, c)), CUBE (a)",
     "SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ()), ROLLUP ((a), (b, c)), CUBE ((a))", NULL},
    {"TABLE t", "SELECT * FROM t", NULL},
    {"VALUES 1, 2", "VALUES (1), (2)", NULL},
    {"VALUES (1, 'a'), ROW(2, 'b'), (3, 'c')", "VALUES (1, 'a'), (2, 'b'), (3, 'c')", NULL},
    {"(SELECT a FROM t)", "SELECT a FROM t", NULL},
    {"((SELECT a FROM t)) LIMIT 3", "SELECT a FROM t LIMIT 3", NULL},
    {"SELECT a FROM t UNION SELECT b FROM u UNION ALL SELECT c FROM v", NULL,
     "(SELECT a FROM t UNION SELECT b FROM u) UNION ALL SELECT c FROM v"},
    {"SELECT a FROM t UNION (SELECT b FROM u UNION ALL SELECT c FROM v)", NULL, NULL},
    {"SELECT a FROM t UNION ALL SELECT b FROM u INTERSECT SELECT c FROM v EXCEPT SELECT d FROM w",
     "SELECT a FROM t UNION ALL (SELECT b FROM u INTERSECT SELECT c FROM v) EXCEPT SELECT d FROM w",
     "(SELECT a FROM t UNION ALL (SELECT b FROM u INTERSECT SELECT c FROM v)) EXCEPT SELECT d FROM w"},
    {"(SELECT a FROM t UNION ALL SELECT b FROM u) INTERSECT ALL SELECT c FROM v", NULL, NULL},
    {"(SELECT a FROM t ORDER BY a LIMIT 1) UNION DISTINCT SELECT b FROM u ORDER BY 1",
     "(SELECT a FROM t ORDER BY a LIMIT 1) UNION SELECT b FROM u ORDER BY 1", NULL},
    {"WITH x AS (SELECT 1), y (a, b) AS (VALUES (1, 2)) SELECT * FROM x, y",
     "WITH x AS (SELECT 1), y (a, b) AS (VALUES (1, 2)) SELECT * FROM x CROSS JOIN y", NULL},
    {"SELECT (SELECT MAX(a) FROM t), EXISTS (SELECT 1 FROM t), a IN (SELECT b FROM u), a NOT IN (VALUES 1, 2)",
     "SELECT (SELECT MAX(a) FROM t), EXISTS (SELECT 1 FROM t), a IN (SELECT b FROM u), a NOT IN (VALUES (1), (2))",
     "SELECT (SELECT MAX(a) FROM t), EXISTS (SELECT 1 FROM t), (a IN (SELECT b FROM u)), (a NOT IN (VALUES "
     "(1), (2)))"},
    {"SELECT a FROM (SELECT * FROM t) AS x (a, b)", NULL, NULL},
    {"SELECT a FROM (VALUES (1)) x", "SELECT a FROM (VALUES (1)) AS x", NULL},
};

static const Case JOINS[] = {
    {"SELECT * FROM a, b, c", "SELECT * FROM a CROSS JOIN b CROSS JOIN c", NULL},
    {"SELECT * FROM a CROSS JOIN b", NULL, NULL},
    {"SELECT * FROM a JOIN b ON a.x = b.x AND a.t BETWEEN b.t AND b.t + INTERVAL '1' HOUR", NULL,
     "SELECT * FROM a JOIN b ON ((a.x = b.x) AND (a.t BETWEEN b.t AND (b.t + INTERVAL '1' HOUR)))"},
    {"SELECT * FROM a INNER JOIN b USING (x, y) LEFT OUTER JOIN c ON TRUE RIGHT JOIN d ON FALSE FULL OUTER "
     "JOIN e ON a.x = e.x",
     "SELECT * FROM a JOIN b USING (x, y) LEFT JOIN c ON TRUE RIGHT JOIN d ON FALSE FULL JOIN e ON a.x = e.x",
     "SELECT * FROM a JOIN b USING (x, y) LEFT JOIN c ON TRUE RIGHT JOIN d ON FALSE FULL JOIN e ON (a.x = e.x)"},
    {"SELECT * FROM a NATURAL LEFT JOIN b", NULL, NULL},
    {"SELECT * FROM a JOIN (b CROSS JOIN c) ON a.x = b.x", NULL,
     "SELECT * FROM a JOIN (b CROSS JOIN c) ON (a.x = b.x)"},
    {"SELECT * FROM t FOR SYSTEM_TIME AS OF o.ts AS x", NULL, NULL},
    {"SELECT * FROM t, LATERAL TABLE(split(a)) AS s (word)",
     "SELECT * FROM t CROSS JOIN LATERAL TABLE(split(a)) AS s (word)", NULL},
    {"SELECT * FROM t CROSS JOIN UNNEST(t.a) AS u (e)", NULL, NULL},
};

static const Case WINDOWS[] = {
    {"SELECT window_start FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY "
     "window_start, window_end",
     NULL, NULL},
    {"SELECT * FROM HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE) AS w",
     "SELECT * FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)) AS w", NULL},
    {"SELECT * FROM TABLE(CUMULATE(DATA => TABLE c.d.t, TIMECOL => DESCRIPTOR(ts), STEP => INTERVAL '1' "
     "MINUTE, SIZE => INTERVAL '1' HOUR))",
     NULL, NULL},
    {"SELECT * FROM TABLE(TUMBLE((SELECT * FROM t), DESCRIPTOR(ts, `a b`), INTERVAL '1' MINUTE))", NULL, NULL},
    {"SELECT SUM(a) OVER (PARTITION BY b, c ORDER BY ts RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND "
     "CURRENT ROW) FROM t",
     NULL, NULL},
    {"SELECT SUM(a) OVER (ORDER BY ts ROWS 2 PRECEDING), ROW_NUMBER() OVER (PARTITION BY a ORDER BY b "
     "DESC) FROM t",
     "SELECT SUM(a) OVER (ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), ROW_NUMBER() OVER "
     "(PARTITION BY a ORDER BY b DESC) FROM t",
     NULL},
    {"SELECT SUM(a) OVER (), SUM(a) OVER w, SUM(a) OVER (w ROWS UNBOUNDED PRECEDING) FROM t WINDOW w AS "
     "(ORDER BY ts), v AS (PARTITION BY a)",
     "SELECT SUM(a) OVER (), SUM(a) OVER w, SUM(a) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT "
     "ROW) FROM t WINDOW w AS (ORDER BY ts), v AS (PARTITION BY a)",
     NULL},
    {"SELECT SUM(a) OVER (ORDER BY ts ROWS BETWEEN 1 + 1 PRECEDING AND UNBOUNDED FOLLOWING), SUM(a) OVER "
     "(ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING) FROM t",
     NULL,
     "SELECT SUM(a) OVER (ORDER BY ts ROWS BETWEEN (1 + 1) PRECEDING AND UNBOUNDED FOLLOWING), SUM(a) OVER "
     "(ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING) FROM t"},
};

static const Case STATEMENTS[] = {
    {"CREATE TABLE t (a INT)", NULL, NULL},
    {"CREATE TEMPORARY TABLE IF NOT EXISTS c.d.t (a INT NOT NULL COMMENT 'x', b STRING NULL, c AS a + 1 "
     "COMMENT 'y', PRIMARY KEY (a) NOT ENFORCED) COMMENT 'it''s a table' PARTITIONED BY (a, b) WITH "
     "('connector' = 'filesystem', 'path' = '/tmp/x')",
     "CREATE TEMPORARY TABLE IF NOT EXISTS c.d.t (a INT NOT NULL COMMENT 'x', b STRING, c AS a + 1 COMMENT "
     "'y', PRIMARY KEY (a) NOT ENFORCED) COMMENT 'it''s a table' PARTITIONED BY (a, b) WITH ('connector' = "
     "'filesystem', 'path' = '/tmp/x')",
     "CREATE TEMPORARY TABLE IF NOT EXISTS c.d.t (a INT NOT NULL COMMENT 'x', b STRING, c AS (a + 1) "
     "COMMENT 'y', PRIMARY KEY (a) NOT ENFORCED) COMMENT 'it''s a table' PARTITIONED BY (a, b) WITH "
     "('connector' = 'filesystem', 'path' = '/tmp/x')"},
    {"CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED COMMENT 'x', b INT CONSTRAINT k PRIMARY KEY NOT "
     "ENFORCED) WITH ()",
     "CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED COMMENT 'x', b INT PRIMARY KEY NOT ENFORCED)", NULL},
    {"CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, CONSTRAINT k PRIMARY "
     "KEY (ts) NOT ENFORCED) WITH ('connector' = 'datagen')",
     "CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (ts) NOT "
     "ENFORCED) WITH ('connector' = 'datagen')",
     "CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS (ts - INTERVAL '5' SECOND), PRIMARY KEY (ts) "
     "NOT ENFORCED) WITH ('connector' = 'datagen')"},
    {"CREATE TABLE t (m TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL, o BIGINT METADATA, p INT "
     "METADATA VIRTUAL COMMENT 'x')",
     NULL, NULL},
    {"CREATE VIEW v AS SELECT 1", NULL, NULL},
    {"CREATE TEMPORARY VIEW IF NOT EXISTS v (a, `b c`) COMMENT 'x' AS VALUES (1, 2)", NULL, NULL},
    {"SET 'table.local-time-zone' = 'Europe/Paris'", NULL, NULL},
    {"SET execution.runtime-mode = batch", "SET 'execution.runtime-mode' = 'batch'", NULL},
    {"SET pipeline.name = 7", "SET 'pipeline.name' = '7'", NULL},
    {"SET", NULL, NULL},
    {"RESET 'table.local-time-zone'", NULL, NULL},
    {"RESET", NULL, NULL},
    {"INSERT INTO t SELECT * FROM u", NULL, NULL},
    {"INSERT INTO c.d.t (a, `b c`) VALUES (1, 2)", NULL, NULL},
    {"INSERT OVERWRITE t SELECT 1", NULL, NULL},
    {"INSERT INTO t (SELECT 1)", "INSERT INTO t SELECT 1", NULL},
    {"EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; INSERT INTO u SELECT 2; END", NULL, NULL},
    {"BEGIN STATEMENT SET; INSERT INTO t SELECT 1; END", "EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END",
     NULL},
    {"EXECUTE INSERT INTO t SELECT 1", "INSERT INTO t SELECT 1", NULL},
    {"EXPLAIN SELECT 1", "EXPLAIN PLAN FOR SELECT 1", NULL},
    {"EXPLAIN PLAN FOR INSERT INTO t SELECT 1", NULL, NULL},
    {"EXPLAIN ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN, PLAN_ADVICE SELECT 1", NULL, NULL},
    {"EXPLAIN STATEMENT SET BEGIN INSERT INTO t SELECT 1; END",
     "EXPLAIN PLAN FOR STATEMENT SET BEGIN INSERT INTO t SELECT 1; END", NULL},
    {"EXPLAIN EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END",
     "EXPLAIN PLAN FOR STATEMENT SET BEGIN INSERT INTO t SELECT 1; END", NULL},
    {"DROP TABLE IF EXISTS t", "DROP TABLE", NULL},
    {"SHOW TABLES", NULL, NULL},
    {"create temporary function f AS 'x'", "CREATE TEMPORARY FUNCTION", NULL},
    {"ALTER TABLE t SET ('a' = 'b')", "ALTER TABLE", NULL},
    {"CREATE CATALOG c WITH ('a' = 'b')", "CREATE CATALOG", NULL},
    {"USE c.d", "USE", NULL},
};

static AstStatement *parse_one(Arena *arena, const char *text) {
  AstStatement **statements = NULL;
  uint32_t n_statements = 0;
  Error error = {.kind = ERROR_NONE};
  if (!parse_script(arena, "test.sql", text, strlen(text), &statements, &n_statements, &error)) {
    fail_msg("%s\n  %d:%d: %s", text, error.place.line, error.place.column, error.message);
  }
  if (n_statements != 1) fail_msg("%s\n  is %u statements", text, n_statements);
  return statements[0];
}

static void check(const Case *cases, size_t n_cases) {
  for (size_t i = 0; i < n_cases; i++) {
    Arena *arena = arena_new(4096);
    const char *wanted = cases[i].printed == NULL ? cases[i].text : cases[i].printed;
    const char *wanted_bracketed = cases[i].bracketed == NULL ? wanted : cases[i].bracketed;
    const AstStatement *statement = parse_one(arena, cases[i].text);
    const char *printed = ast_print_statement(arena, statement, AST_PRINT_PLAIN);
    assert_string_equal(printed, wanted);
    assert_string_equal(ast_print_statement(arena, statement, AST_PRINT_EXPLICIT), wanted_bracketed);
    const AstStatement *again = parse_one(arena, printed);
    assert_string_equal(ast_print_statement(arena, again, AST_PRINT_PLAIN), wanted);
    assert_string_equal(ast_print_statement(arena, again, AST_PRINT_EXPLICIT), wanted_bracketed);
    arena_release(arena);
  }
}

static void literals_and_names(void **state) {
  (void)state;
  check(LITERALS, sizeof LITERALS / sizeof LITERALS[0]);
}

static void operators_bind_as_in_calcite(void **state) {
  (void)state;
  check(OPERATORS, sizeof OPERATORS / sizeof OPERATORS[0]);
}

static void calls(void **state) {
  (void)state;
  check(CALLS, sizeof CALLS / sizeof CALLS[0]);
}

static void types(void **state) {
  (void)state;
  check(TYPES, sizeof TYPES / sizeof TYPES[0]);
}

static void queries(void **state) {
  (void)state;
  check(QUERIES, sizeof QUERIES / sizeof QUERIES[0]);
}

static void joins(void **state) {
  (void)state;
  check(JOINS, sizeof JOINS / sizeof JOINS[0]);
}

static void windows(void **state) {
  (void)state;
  check(WINDOWS, sizeof WINDOWS / sizeof WINDOWS[0]);
}

static void statements(void **state) {
  (void)state;
  check(STATEMENTS, sizeof STATEMENTS / sizeof STATEMENTS[0]);
}

/* A script is its statements in order, whatever separates them. */
static void scripts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t n_statements;
  } SCRIPTS[] = {{"", 0},
                 {" -- nothing\n", 0},
                 {";;", 0},
                 {"SELECT 1", 1},
                 {"\xEF\xBB\xBFSELECT 1;", 1},
                 {"SET 'a' = 'b';\r\nSELECT 1;\r\n;SELECT 2", 3},
                 {"BEGIN STATEMENT SET;\nINSERT INTO t SELECT 1;\nINSERT INTO u SELECT 2;\nEND;\nSELECT 3;", 2},
                 {"SHOW TABLES IN ('x'); SELECT ';' AS x;", 2}};
  for (size_t s = 0; s < sizeof SCRIPTS / sizeof SCRIPTS[0]; s++) {
    Arena *arena = arena_new(4096);
    AstStatement **statements = NULL;
    uint32_t n_statements = 0;
    Error error = {.kind = ERROR_NONE};
    assert_true(
        parse_script(arena, "test.sql", SCRIPTS[s].text, strlen(SCRIPTS[s].text), &statements, &n_statements, &error));
    assert_int_equal(n_statements, SCRIPTS[s].n_statements);
    arena_release(arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(literals_and_names),
      cmocka_unit_test(operators_bind_as_in_calcite),
      cmocka_unit_test(calls),
      cmocka_unit_test(types),
      cmocka_unit_test(queries),
      cmocka_unit_test(joins),
      cmocka_unit_test(windows),
      cmocka_unit_test(statements),
      cmocka_unit_test(scripts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
