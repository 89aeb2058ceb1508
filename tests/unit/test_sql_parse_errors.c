/* What the parser says about text that is none of Flink's SQL: where it went wrong, what stood there, what would have
 * been right. The real Flink refuses each of these too, but for what is "not supported" here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include "sql/parse.h"

typedef struct Case {
  const char *text;
  int line;
  int column;
  const char *message;
  const char *hint; /* NULL: none */
} Case;

static const Case CASES[] = {
    {"SELECT FROM t", 1, 8, "expected an expression, found FROM", NULL},
    {"SELECT a, FROM t", 1, 11, "expected an expression, found FROM", "the comma before it is one too many"},
    {"SELECT a AS FROM t", 1, 13, "expected a column's name, found FROM", NULL},
    {"SELECT user FROM t", 1, 8, "expected an expression, found user",
     "user is a reserved word: as a name, write it `user`"},
    {"SELECT (a FROM t", 1, 11, "expected ')', found FROM", NULL},
    {"SELECT a) FROM t", 1, 9, "expected ';' or the end of the statement, found ')'", NULL},
    {"SELECT a FROM", 1, 14, "expected a table name, found the end of the script", NULL},
    {"SELECT a FROM t,", 1, 17, "expected a table name, found the end of the script",
     "the comma before it is one too many"},
    {"SELECT a FROM t WHERE", 1, 22, "expected an expression, found the end of the script", NULL},
    {"SELECT a FROM t GROUP a", 1, 23, "expected BY, found a", NULL},
    {"SELECT a FROM t ORDER a", 1, 23, "expected BY, found a", NULL},
    {"SELECT a FROM t ORDER BY a NULLS", 1, 33, "expected FIRST or LAST, found the end of the script", NULL},
    {"SELECT a FROM t LIMIT a", 1, 23, "expected a whole number, found a", NULL},
    {"SELECT a FROM t LIMIT 1, 2", 1, 24, "expected ';' or the end of the statement, found ','",
     "write LIMIT count OFFSET start"},
    {"SELECT a FROM t OFFSET 1 LIMIT 2", 1, 26, "expected ';' or the end of the statement, found LIMIT",
     "write LIMIT before OFFSET"},
    {"SELECT a FROM t LIMIT 1 WHERE b", 1, 25, "expected ';' or the end of the statement, found WHERE",
     "WHERE stands behind FROM and its joins, before GROUP BY"},
    {"SELECT a WHERE b FROM t", 1, 10, "expected ';' or the end of the statement, found WHERE",
     "WHERE stands behind FROM and its joins, before GROUP BY"},
    {"SELECT 1 WHERE TRUE", 1, 10, "expected ';' or the end of the statement, found WHERE",
     "WHERE stands behind FROM and its joins, before GROUP BY"},
    {"SELECT a FROM t MINUS SELECT b FROM u", 1, 17, "expected ';' or the end of the statement, found MINUS",
     "write EXCEPT"},
    {"SELECT a FROM t UNION b", 1, 23, "expected SELECT, VALUES or a query in parentheses, found b", NULL},
    {"SELECT a FROM TABLE t", 1, 21, "expected '(', found t",
     "TABLE(...) holds a table function such as TUMBLE; a table's name stands alone"},
    {"SELECT a FROM (t)", 1, 17, "expected a join, found ')'",
     "in parentheses stands a query or a join; a table needs none"},
    {"SELECT a FROM t JOIN u", 1, 23, "expected ON or USING, found the end of the script", NULL},
    {"SELECT a FROM t NATURAL u", 1, 25, "expected JOIN, found u", NULL},
    {"SELECT a FROM t WHERE b != 1", 1, 25, "Flink SQL has no operator !=", "write <>"},
    {"SELECT a FROM t WHERE b == 1", 1, 25, "Flink SQL has no operator ==", "write ="},
    {"SELECT a FROM t WHERE b NOT RLIKE 'x'", 1, 29, "Flink SQL has no operator RLIKE",
     "write REGEXP(text, 'pattern')"},
    {"SELECT a FROM t WHERE b ILIKE 'x'", 1, 25, "Flink SQL has no operator ILIKE", "write LOWER(text) LIKE 'pattern'"},
    {"SELECT a FROM t WHERE b = ANY (SELECT 1)", 1, 27, "a comparison with ANY (...) is not supported yet", NULL},
    {"SELECT a FROM t WHERE a AND AND b", 1, 29, "expected an expression, found AND", NULL},
    {"SELECT a FROM t WHERE a IS 1", 1, 28, "expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM, found 1", NULL},
    {"SELECT a FROM t WHERE a BETWEEN 1", 1, 34, "expected AND, found the end of the script", NULL},
    {"SELECT a FROM t WHERE a IN 1", 1, 28, "expected '(', found 1", NULL},
    {"SELECT a FROM t WHERE a IN ()", 1, 29, "expected an expression, found ')'", NULL},
    {"SELECT a::INT", 1, 9, "expected ';' or the end of the statement, found ':'",
     "a cast is written CAST(value AS type)"},
    {"SELECT \"a\" FROM t", 1, 8, "unexpected character '\"'", "a string is written 'so', a quoted name `so`"},
    {"SELECT “a” FROM t", 1, 8, "unexpected character '“'",
     "a string is written 'so', with straight apostrophes; a quoted name `so`"},
    {"SELECT a & b FROM t", 1, 10, "unexpected character '&'",
     "conditions are joined by AND; there are no operators on bits"},
    {"SELECT a FROM t", 1, 9, "unexpected character ' '", "this is a no-break space: write a plain one"},
    {"SELECT 'abc FROM t", 1, 8, "this string is never closed", NULL},
    {"SELECT `abc FROM t", 1, 8, "this quoted name is never closed", NULL},
    {"SELECT a /* FROM t", 1, 10, "this comment is never closed", NULL},
    {"SELECT a FROM 1t", 1, 15, "expected a table name, found 1", "a name that begins with a digit is quoted: `1...`"},
    {"SELECT 'a' 'b'", 1, 12, "a string that goes on must do so on a new line",
     "an apostrophe in a string is written twice: 'it''s'; strings are joined by ||"},
    {"SELECT X'00'", 1, 8, "strings with the prefix X are not supported yet", NULL},
    {"SELECT U&'\\zz'", 1, 10, "in U&'...', four hexadecimal digits must follow a backslash", NULL},
    {"SELECT `` FROM t", 1, 8, "a quoted name can't be empty", NULL},
    {"SELECT COUNT(DISTINCT *)", 1, 23, "expected an expression, found '*'", NULL},
    {"SELECT f(a b)", 1, 12, "expected ')', found b", NULL},
    {"SELECT CAST(a, INT)", 1, 14, "expected AS, found ','", NULL},
    {"SELECT CAST(a AS INT NOT NULL)", 1, 22, "expected ')', found NOT", "CAST takes a type without NULL or NOT NULL"},
    {"SELECT CAST(a AS TIMESTAMP WITH TIME ZONE)", 1, 33, "expected LOCAL, found TIME", NULL},
    {"SELECT CAST(a AS DECIMAL(5, 2, 1))", 1, 32, "expected ')', found 1", NULL},
    {"SELECT CASE END", 1, 13, "expected an expression, found END", NULL},
    {"SELECT CASE a WHEN 1, 2 THEN 3 END", 1, 21, "several values behind one WHEN are not supported yet",
     "write a WHEN for each value"},
    {"SELECT CASE WHEN a THEN b", 1, 26, "expected END, found the end of the script", NULL},
    {"SELECT EXTRACT(foo FROM ts)", 1, 16, "expected a time unit such as DAY or MINUTE, found foo", NULL},
    {"SELECT TRIM(a, 'x')", 1, 14, "expected ')', found ','", NULL},
    {"SELECT INTERVAL 1 DAY", 1, 17, "an interval of a number is not supported yet",
     "write the value in apostrophes: INTERVAL '1'"},
    {"SELECT INTERVAL '1' MILLISECOND", 1, 21, "expected a time unit such as DAY or MINUTE, found MILLISECOND", NULL},
    {"SELECT INTERVAL '1' DAY TO DAY", 1, 28, "there is no interval DAY TO DAY", NULL},
    {"SELECT SUM(a) OVER (PARTITION a)", 1, 31, "expected BY, found a", NULL},
    {"SELECT SUM(a) OVER (ORDER BY a ROWS 2)", 1, 38, "expected PRECEDING or FOLLOWING, found ')'", NULL},
    {"SELECT FIRST_VALUE(a) IGNORE NULLS OVER w", 1, 23, "IGNORE NULLS is not supported", NULL},
    {"SELECT * FROM TABLE(TUMBLE(TABLE (t), DESCRIPTOR(ts), INTERVAL '1' MINUTE))", 1, 34,
     "expected a table name, found '('", "TABLE takes a name; a query is written (SELECT ...)"},
    {"SELECT * FROM TABLE(1 + 1)", 1, 21, "expected a table function such as TUMBLE(...)", NULL},
    {"SELECT a FROM t QUALIFY b = 1", 1, 17, "QUALIFY is not supported yet", NULL},
    {"SELECT a FROM t /*+ OPTIONS('a' = 'b') */", 1, 17, "hints on tables are not supported", NULL},
    {"SELEC a FROM t", 1, 1, "expected a statement, found SELEC", "did you mean SELECT?"},
    {"a", 1, 1, "expected a statement, found a", NULL},
    {"SELECT a FROM t SELECT b FROM u", 1, 17, "expected ';' or the end of the statement, found SELECT",
     "a statement ends with ;"},
    {"SELECT a\n  FROM t\n WHER a = 1", 3, 7, "expected ';' or the end of the statement, found a",
     "did you mean WHERE instead of WHER?"},
    {"CREATE TABEL t (a INT)", 1, 8, "expected TABLE or VIEW, found TABEL", "did you mean TABLE?"},
    {"CREATE TABLE t (a)", 1, 18, "expected a type, found ')'", NULL},
    {"CREATE TABLE t (a INT,)", 1, 23, "expected a column name, found ')'", "the comma before it is one too many"},
    {"CREATE TABLE t (a INT b STRING)", 1, 23, "expected ',' or ')' after a column, found b", NULL},
    {"CREATE TABLE t (a INT, PRIMARY KEY (a))", 1, 39, "expected NOT ENFORCED, found ')'",
     "the data belongs to somebody else, so a key is a promise: PRIMARY KEY (...) NOT ENFORCED"},
    {"CREATE TABLE t (a INT, PRIMARY KEY (a) NOT ENFORCED, PRIMARY KEY (a) NOT ENFORCED)", 1, 54,
     "a table can have only one PRIMARY KEY", NULL},
    {"CREATE TABLE t (a TIMESTAMP(3), WATERMARK FOR a, WATERMARK FOR a AS a)", 1, 48, "expected AS, found ','", NULL},
    {"CREATE TABLE t (timestamp TIMESTAMP(3))", 1, 17, "expected a column name, found timestamp",
     "timestamp is a reserved word: as a name, write it `timestamp`"},
    {"CREATE TABLE t (a INT) WITH (connector = 'x')", 1, 30,
     "expected an option's name in apostrophes, found connector", NULL},
    {"CREATE TABLE t (a INT) WITH ('connector' 'x')", 1, 42, "expected '=', found the string 'x'", NULL},
    {"CREATE TABLE t (a INT) WITH ('connector' = 'x',)", 1, 48, "expected an option's name in apostrophes, found ')'",
     "the comma before it is one too many"},
    {"CREATE TABLE t (a INT) WITH ('connector' = 'x') PARTITIONED BY (a)", 1, 49,
     "expected ';' or the end of the statement, found PARTITIONED", "PARTITIONED BY stands before WITH (...)"},
    {"CREATE TABLE t (a INT) LIKE u", 1, 24, "CREATE TABLE ... LIKE is not supported yet", NULL},
    {"CREATE VIEW v SELECT 1", 1, 15, "expected AS, found SELECT", NULL},
    {"INSERT t SELECT 1", 1, 8, "expected INTO or OVERWRITE, found t", NULL},
    {"INSERT INTO TABLE t SELECT 1", 1, 13, "expected a table name, found TABLE", NULL},
    {"INSERT INTO t (a b) SELECT 1", 1, 18, "expected ')', found b", NULL},
    {"EXECUTE STATEMENT SET BEGIN END", 1, 9, "a statement set must hold at least one INSERT", NULL},
    {"EXECUTE STATEMENT SET BEGIN SELECT 1; END", 1, 29, "expected INSERT or END, found SELECT", NULL},
    {"EXPLAIN CREATE TABLE t (a INT)", 1, 9, "expected a query, INSERT or STATEMENT SET, found CREATE", NULL},
    {"EXPLAIN ESTIMATED_COST, SELECT 1", 1, 25,
     "expected ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN or PLAN_ADVICE, found SELECT",
     "the comma before it is one too many"},
    {"SET 'a' 'b'", 1, 9, "expected '=', found the string 'b'", NULL},
    {"SET 'a' =", 1, 10, "expected a setting's value in apostrophes, found the end of the script", NULL},
    {"SELECT a FORM t", 1, 15, "expected ';' or the end of the statement, found t",
     "did you mean FROM instead of FORM?"},
    {"SELECT a FROM t WHER a = 1", 1, 22, "expected ';' or the end of the statement, found a",
     "did you mean WHERE instead of WHER?"},
    {"SELECT a FROM t GROP BY a", 1, 22, "expected ';' or the end of the statement, found BY",
     "did you mean GROUP instead of GROP?"},
};

static void errors(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    const Case *wanted = &CASES[i];
    Arena *arena = arena_new(4096);
    AstStatement **statements = NULL;
    uint32_t n_statements = 0;
    Error error = {.kind = ERROR_NONE};
    if (parse_script(arena, "test.sql", wanted->text, strlen(wanted->text), &statements, &n_statements, &error)) {
      fail_msg("%s\n  should not parse", wanted->text);
    }
    bool is_unsupported = strstr(wanted->message, "not supported") != NULL;
    assert_int_equal(error.kind, is_unsupported ? ERROR_UNSUPPORTED : ERROR_USAGE);
    assert_string_equal(error.message, wanted->message);
    assert_string_equal(error.hint, wanted->hint == NULL ? "" : wanted->hint);
    if (error.place.line != wanted->line || error.place.column != wanted->column) {
      fail_msg("%s\n  is wrong at %d:%d, not at %d:%d", wanted->text, wanted->line, wanted->column, error.place.line,
               error.place.column);
    }
    arena_release(arena);
  }
}

/* "(((...1...)))", "1+1+...+1" and so on: a piece before, between and behind, so many times. */
static char *repeat(const char *before, const char *middle, const char *behind, int times) {
  size_t n_bytes = (strlen(before) + strlen(behind)) * (size_t)times + strlen(middle) + 64;
  char *text = malloc(n_bytes);
  assert_non_null(text);
  strcpy(text, "SELECT ");
  for (int i = 0; i < times; i++) strcat(text, before);
  strcat(text, middle);
  for (int i = 0; i < times; i++) strcat(text, behind);
  return text;
}

/* Depth is bounded, whether it comes from nesting or from length, so that nothing that walks the tree overflows. */
static void depth(void **state) {
  (void)state;
  static const struct {
    const char *before;
    const char *middle;
    const char *behind;
    int times_right;
    int times_wrong;
    const char *message;
  } DEPTHS[] = {
      {"(", "1", ")", 190, 500, "nested more than 200 levels deep"},
      {"- ", "1", "", 100, 500, "nested more than 200 levels deep"},
      {"NOT ", "a", "", 100, 500, "nested more than 200 levels deep"},
      {"", "1", " + 1", 1900, 2100, "more than 2000 operators, joins or set operations in a row"},
      {"", "a", " OR b AND c", 1900, 2100, "more than 2000 operators, joins or set operations in a row"},
      {"", "a", "[1]", 1900, 2100, "more than 2000 operators, joins or set operations in a row"},
      {"(", "1", " + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)", 150, 180,
       "more than 2000 operators, joins or set operations in a row"},
      {"f(", "1", ")", 190, 500, "nested more than 200 levels deep"},
      {"(SELECT ", "1", ")", 60, 200, "nested more than 200 levels deep"},
      {"", "1", " UNION ALL SELECT 1", 1900, 2100, "more than 2000 operators, joins or set operations in a row"},
      {"", "1 FROM t", ", u", 1900, 2100, "more than 2000 operators, joins or set operations in a row"},
      {"", "CAST(a AS INT", " ARRAY", 150, 300, "expected the end of the type, found ARRAY"},
  };
  for (size_t d = 0; d < sizeof DEPTHS / sizeof DEPTHS[0]; d++) {
    for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
      char *text = repeat(DEPTHS[d].before, DEPTHS[d].middle, DEPTHS[d].behind,
                          is_wrong ? DEPTHS[d].times_wrong : DEPTHS[d].times_right);
      if (strstr(text, "CAST(") != NULL) strcat(text, ")");
      Arena *arena = arena_new(4096);
      AstStatement **statements = NULL;
      uint32_t n_statements = 0;
      Error error = {.kind = ERROR_NONE};
      bool ok = parse_script(arena, "test.sql", text, strlen(text), &statements, &n_statements, &error);
      if (!is_wrong && !ok) fail_msg("%.40s... should parse: %s", text, error.message);
      if (is_wrong) assert_string_equal(error.message, DEPTHS[d].message);
      arena_release(arena);
      free(text);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors),
      cmocka_unit_test(depth),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
