/* Expressions, by precedence climbing with Calcite's precedences:
 *
 *   80  unary + and -          prefix
 *   60  * / % ||               left
 *   40  + -                    left
 *   32  BETWEEN IN LIKE SIMILAR TO RLIKE, negated or not
 *   30  = <> != < <= > >=      left
 *   28  IS ...                 postfix
 *   26  NOT                    prefix
 *   24  AND                    left
 *   22  OR                     left
 *
 * Calls with a syntax of their own become plain calls, with units and flags as strings in front or behind:
 *   EXTRACT(DAY FROM x)          EXTRACT('DAY', x)
 *   CEIL(x TO DAY)               CEIL(x, 'DAY')          FLOOR likewise
 *   TIMESTAMPADD(DAY, n, x)      TIMESTAMPADD('DAY', n, x)   TIMESTAMPDIFF likewise
 *   TRIM(x)                      TRIM('BOTH', ' ', x)
 *   TRIM(LEADING 'a' FROM x)     TRIM('LEADING', 'a', x)
 *   SUBSTRING(x FROM a FOR b)    SUBSTRING(x, a, b)
 *   POSITION(x IN y)             POSITION(x, y)
 *   OVERLAY(x PLACING y FROM a FOR b)   OVERLAY(x, y, a, b)
 */
#include <string.h>
#include <strings.h>

#include "sql/parser.h"

enum {
  PRECEDENCE_OR = 22,
  PRECEDENCE_AND = 24,
  PRECEDENCE_NOT = 26,
  PRECEDENCE_IS = 28,
  PRECEDENCE_COMPARE = 30,
  PRECEDENCE_BETWEEN = 32,
  PRECEDENCE_ADD = 40,
  PRECEDENCE_MULTIPLY = 60,
  PRECEDENCE_UNARY = 80
};

static AstExpr *parse_above(Parser *parser, int precedence);

static AstExpr *expr_new(Parser *parser, AstExprKind kind, SourcePlace place) {
  AstExpr *expr = arena_alloc_zeroed(parser->arena, sizeof *expr);
  expr->kind = kind;
  expr->place = place;
  return expr;
}

static AstExpr *string_new(Parser *parser, SourcePlace place, const char *text) {
  AstExpr *expr = expr_new(parser, AST_STRING, place);
  expr->text = text;
  expr->n_bytes = (uint32_t)strlen(text);
  return expr;
}

static AstExpr *call_new(Parser *parser, SourcePlace place, const char *name, bool is_operator, uint32_t n_arguments,
                         AstExpr *const *arguments) {
  AstExpr *expr = expr_new(parser, AST_CALL, place);
  expr->call.name = name;
  expr->call.is_operator = is_operator;
  expr->call.arguments = arena_alloc(parser->arena, (n_arguments + 1) * sizeof(AstExpr *));
  for (uint32_t a = 0; a < n_arguments; a++) expr->call.arguments[a] = arguments[a];
  expr->call.n_arguments = n_arguments;
  return expr;
}

static const char *upper_copy(Parser *parser, const char *text) {
  char *copy = arena_copy_text(parser->arena, text, strlen(text));
  for (char *c = copy; *c != '\0'; c++) *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
  return copy;
}

bool parse_expression_list(Parser *parser, AstExpr ***list, uint32_t *n_list) {
  do {
    AstExpr *item = parse_expression(parser);
    if (item == NULL) return false;
    PARSER_APPEND(parser, *list, *n_list, item);
  } while (parser_accept_symbol(parser, ","));
  return true;
}

/* ---- units and intervals ---- */

static const char *const UNITS[] = {
    "YEAR",       "QUARTER", "MONTH", "WEEK",   "DAY",     "HOUR",  "MINUTE", "SECOND",  "MILLISECOND", "MICROSECOND",
    "NANOSECOND", "DOY",     "DOW",   "ISODOW", "ISOYEAR", "EPOCH", "DECADE", "CENTURY", "MILLENNIUM"};
/* With TIMESTAMPADD also the plural and SQL_TSI_ spellings, which only ODBC still uses, are not taken. */
static const char *accept_unit(Parser *parser) {
  for (size_t u = 0; u < sizeof UNITS / sizeof UNITS[0]; u++) {
    if (parser_accept_word(parser, UNITS[u])) return UNITS[u];
  }
  return NULL;
}

static AstExpr *expect_unit(Parser *parser) {
  SourcePlace place = parser_token(parser)->place;
  const char *unit = accept_unit(parser);
  if (unit == NULL) {
    parser_expected(parser, "a time unit such as DAY or MINUTE");
    return NULL;
  }
  return string_new(parser, place, unit);
}

static bool parse_interval_precision(Parser *parser, int32_t *first, int32_t *second) {
  if (!parser_accept_symbol(parser, "(")) return true;
  int32_t *targets[2] = {first, second};
  for (int i = 0; i < 2; i++) {
    const Token *token = parser_token(parser);
    if (token->kind != TOKEN_NUMBER || token->n_bytes > 2 || strspn(token->text, "0123456789") != token->n_bytes) {
      return parser_expected(parser, "a precision");
    }
    int32_t value = 0;
    for (const char *digit = token->text; *digit != '\0'; digit++) value = value * 10 + (*digit - '0');
    parser->position++;
    if (targets[i] != NULL) *targets[i] = value;
    if (!parser_accept_symbol(parser, ",")) break;
  }
  return parser_expect_symbol(parser, ")");
}

static AstExpr *parse_interval(Parser *parser) {
  AstExpr *expr = expr_new(parser, AST_INTERVAL, parser_token(parser)->place);
  parser->position++;
  expr->interval.is_negative = parser_accept_symbol(parser, "-");
  if (!expr->interval.is_negative) parser_accept_symbol(parser, "+");
  expr->interval.text = parser_expect_string(parser, "an interval's value in apostrophes, as in INTERVAL '5' MINUTE");
  if (expr->interval.text == NULL) return NULL;
  expr->interval.precision = expr->interval.fraction = -1;
  expr->interval.from = accept_unit(parser);
  if (expr->interval.from == NULL) {
    static const char *const PLURALS[] = {"YEARS", "QUARTERS", "MONTHS",  "WEEKS",
                                          "DAYS",  "HOURS",    "MINUTES", "SECONDS"};
    for (size_t p = 0; p < sizeof PLURALS / sizeof PLURALS[0] && expr->interval.from == NULL; p++) {
      if (parser_accept_word(parser, PLURALS[p]))
        expr->interval.from = arena_copy_text(parser->arena, PLURALS[p], strlen(PLURALS[p]) - 1);
    }
  }
  if (expr->interval.from == NULL) {
    parser_expected(parser, "a time unit such as DAY or MINUTE");
    return NULL;
  }
  bool is_second = strcmp(expr->interval.from, "SECOND") == 0;
  if (!parse_interval_precision(parser, &expr->interval.precision, is_second ? &expr->interval.fraction : NULL))
    return NULL;
  if (parser_accept_word(parser, "TO")) {
    expr->interval.to = accept_unit(parser);
    if (expr->interval.to == NULL) {
      parser_expected(parser, "a time unit");
      return NULL;
    }
    if (!parse_interval_precision(parser, &expr->interval.fraction, NULL)) return NULL;
  }
  return expr;
}

/* ---- calls ---- */

static AstExpr *parse_trim(Parser *parser, SourcePlace place) {
  static const char *const SIDES[] = {"BOTH", "LEADING", "TRAILING"};
  const char *side = NULL;
  for (int s = 0; s < 3 && side == NULL; s++) {
    if (parser_accept_word(parser, SIDES[s])) side = SIDES[s];
  }
  AstExpr *characters = NULL;
  AstExpr *text = NULL;
  if (side != NULL && parser_accept_word(parser, "FROM")) {
    text = parse_expression(parser);
  } else {
    text = parse_expression(parser);
    if (text != NULL && parser_accept_word(parser, "FROM")) {
      characters = text;
      text = parse_expression(parser);
    } else if (text != NULL && side != NULL) {
      parser_expected(parser, "FROM");
      return NULL;
    }
  }
  if (text == NULL || !parser_expect_symbol(parser, ")")) return NULL;
  if (characters == NULL) characters = string_new(parser, place, " ");
  AstExpr *arguments[] = {string_new(parser, place, side == NULL ? "BOTH" : side), characters, text};
  return call_new(parser, place, "TRIM", false, 3, arguments);
}

static AstExpr *parse_extract(Parser *parser, SourcePlace place) {
  AstExpr *arguments[2];
  if ((arguments[0] = expect_unit(parser)) == NULL || !parser_expect_word(parser, "FROM") ||
      (arguments[1] = parse_expression(parser)) == NULL || !parser_expect_symbol(parser, ")")) {
    return NULL;
  }
  return call_new(parser, place, "EXTRACT", false, 2, arguments);
}

/* SUBSTRING and OVERLAY: words or commas between the arguments. */
static AstExpr *parse_with_words(Parser *parser, SourcePlace place, const char *name, const char *const *words,
                                 uint32_t n_words) {
  AstExpr *arguments[4];
  uint32_t n_arguments = 0;
  for (;;) {
    if ((arguments[n_arguments++] = parse_expression(parser)) == NULL) return NULL;
    if (n_arguments > n_words) break;
    if (!parser_accept_word(parser, words[n_arguments - 1]) && !parser_accept_symbol(parser, ",")) break;
  }
  if (!parser_expect_symbol(parser, ")")) return NULL;
  return call_new(parser, place, name, false, n_arguments, arguments);
}

static AstExpr *parse_substring(Parser *parser, SourcePlace place) {
  static const char *const WORDS[] = {"FROM", "FOR"};
  return parse_with_words(parser, place, "SUBSTRING", WORDS, 2);
}

static AstExpr *parse_overlay(Parser *parser, SourcePlace place) {
  static const char *const WORDS[] = {"PLACING", "FROM", "FOR"};
  return parse_with_words(parser, place, "OVERLAY", WORDS, 3);
}

static AstExpr *parse_position(Parser *parser, SourcePlace place) {
  AstExpr *arguments[2];
  /* Above IN, which separates the arguments here. */
  if ((arguments[0] = parse_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL || !parser_expect_word(parser, "IN") ||
      (arguments[1] = parse_expression(parser)) == NULL || !parser_expect_symbol(parser, ")")) {
    return NULL;
  }
  return call_new(parser, place, "POSITION", false, 2, arguments);
}

static AstExpr *parse_rounding(Parser *parser, SourcePlace place, const char *name) {
  AstExpr *arguments[2];
  uint32_t n_arguments = 1;
  if ((arguments[0] = parse_expression(parser)) == NULL) return NULL;
  if (parser_accept_word(parser, "TO")) {
    if ((arguments[1] = expect_unit(parser)) == NULL) return NULL;
    n_arguments = 2;
  }
  if (!parser_expect_symbol(parser, ")")) return NULL;
  return call_new(parser, place, name, false, n_arguments, arguments);
}

static AstExpr *parse_ceil(Parser *parser, SourcePlace place) { return parse_rounding(parser, place, "CEIL"); }
static AstExpr *parse_floor(Parser *parser, SourcePlace place) { return parse_rounding(parser, place, "FLOOR"); }

static AstExpr *parse_timestamp_arithmetic(Parser *parser, SourcePlace place, const char *name) {
  AstExpr *arguments[3];
  if ((arguments[0] = expect_unit(parser)) == NULL) return NULL;
  for (int a = 1; a < 3; a++) {
    if (!parser_expect_symbol(parser, ",") || (arguments[a] = parse_expression(parser)) == NULL) return NULL;
  }
  if (!parser_expect_symbol(parser, ")")) return NULL;
  return call_new(parser, place, name, false, 3, arguments);
}

static AstExpr *parse_timestampadd(Parser *parser, SourcePlace place) {
  return parse_timestamp_arithmetic(parser, place, "TIMESTAMPADD");
}
static AstExpr *parse_timestampdiff(Parser *parser, SourcePlace place) {
  return parse_timestamp_arithmetic(parser, place, "TIMESTAMPDIFF");
}

static AstExpr *parse_cast_call(Parser *parser, SourcePlace place, bool is_try) {
  AstExpr *expr = expr_new(parser, AST_CAST, place);
  expr->cast.is_try = is_try;
  if ((expr->cast.operand = parse_expression(parser)) == NULL || !parser_expect_word(parser, "AS") ||
      !parse_type(parser, &expr->cast.type) || !parser_expect_symbol(parser, ")")) {
    return NULL;
  }
  return expr;
}

static AstExpr *parse_cast(Parser *parser, SourcePlace place) { return parse_cast_call(parser, place, false); }
static AstExpr *parse_try_cast(Parser *parser, SourcePlace place) { return parse_cast_call(parser, place, true); }

static AstExpr *parse_exists(Parser *parser, SourcePlace place) {
  AstExpr *expr = expr_new(parser, AST_SUBQUERY, place);
  expr->subquery.kind = SUBQUERY_EXISTS;
  if ((expr->subquery.query = parse_query(parser)) == NULL || !parser_expect_symbol(parser, ")")) return NULL;
  return expr;
}

static AstExpr *parse_descriptor(Parser *parser, SourcePlace place) {
  AstExpr *expr = call_new(parser, place, "DESCRIPTOR", false, 0, NULL);
  expr->kind = AST_DESCRIPTOR;
  do {
    AstExpr *column = expr_new(parser, AST_COLUMN, parser_token(parser)->place);
    if (!parse_path(parser, "a column name", &column->path)) return NULL;
    PARSER_APPEND(parser, expr->call.arguments, expr->call.n_arguments, column);
  } while (parser_accept_symbol(parser, ","));
  return parser_expect_symbol(parser, ")") ? expr : NULL;
}

/* Calls with a syntax of their own: the parser stands behind the opening parenthesis. */
static const struct {
  const char *name;
  AstExpr *(*parse)(Parser *parser, SourcePlace place);
} SPECIAL_CALLS[] = {
    {"CAST", parse_cast},
    {"CEIL", parse_ceil},
    {"CEILING", parse_ceil},
    {"DESCRIPTOR", parse_descriptor},
    {"EXISTS", parse_exists},
    {"EXTRACT", parse_extract},
    {"FLOOR", parse_floor},
    {"OVERLAY", parse_overlay},
    {"POSITION", parse_position},
    {"SUBSTRING", parse_substring},
    {"TIMESTAMPADD", parse_timestampadd},
    {"TIMESTAMPDIFF", parse_timestampdiff},
    {"TRIM", parse_trim},
    {"TRY_CAST", parse_try_cast},
};

static bool parse_argument(Parser *parser, AstExpr *call) {
  const Token *token = parser_token(parser);
  AstExpr *argument = NULL;
  if (parser_accept_symbol(parser, "*")) {
    argument = expr_new(parser, AST_STAR, token->place);
  } else if (parser_is_word(parser, 0, "TABLE") && !parser_is_symbol(parser, 1, "=")) {
    argument = expr_new(parser, AST_TABLE_ARGUMENT, token->place);
    argument->table.from = parse_table_argument(parser);
    if (argument->table.from == NULL) return false;
  } else if (parser_is_symbol(parser, 0, "(") &&
             (parser_is_word(parser, 1, "SELECT") || parser_is_word(parser, 1, "WITH"))) {
    /* A query is a table argument; where a scalar is wanted, it is a scalar subquery: the binder decides. */
    argument = parse_expression(parser);
  } else if ((token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED) && parser_is_symbol(parser, 1, "=>")) {
    argument = expr_new(parser, AST_NAMED_ARGUMENT, token->place);
    argument->named.name = (AstName){.text = token->text, .place = token->place};
    parser->position += 2;
    AstExpr holder = {0};
    if (!parser_enter(parser)) return false;
    if (!parse_argument(parser, &holder)) return false;
    parser_leave(parser);
    argument->named.value = holder.call.arguments[0];
  } else {
    argument = parse_expression(parser);
  }
  if (argument == NULL) return false;
  PARSER_APPEND(parser, call->call.arguments, call->call.n_arguments, argument);
  return true;
}

/* FILTER (WHERE ...), WITHIN GROUP (ORDER BY ...), OVER ... */
static bool parse_call_suffixes(Parser *parser, AstExpr *call) {
  if (parser_accept_words(parser, "WITHIN", "GROUP")) {
    if (!parser_expect_symbol(parser, "(") ||
        !parse_order_by(parser, &call->call.within_group, &call->call.n_within_group) ||
        !parser_expect_symbol(parser, ")")) {
      return false;
    }
  }
  if (parser_is_word(parser, 0, "FILTER") && parser_is_symbol(parser, 1, "(")) {
    parser->position += 2;
    if (!parser_expect_word(parser, "WHERE")) return false;
    call->call.filter = parse_expression(parser);
    if (call->call.filter == NULL || !parser_expect_symbol(parser, ")")) return false;
  }
  if (parser_is_word(parser, 0, "IGNORE") || parser_is_word(parser, 0, "RESPECT")) {
    if (parser_is_word(parser, 1, "NULLS")) {
      return error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place, "%s NULLS is not supported",
                      parser_is_word(parser, 0, "IGNORE") ? "IGNORE" : "RESPECT");
    }
  }
  if (parser_accept_word(parser, "OVER")) {
    call->call.over = arena_alloc_zeroed(parser->arena, sizeof *call->call.over);
    call->call.over->place = parser_token(parser)->place;
    if (parser_accept_symbol(parser, "(")) {
      return parse_window(parser, call->call.over) && parser_expect_symbol(parser, ")");
    }
    call->call.over->name = arena_alloc_zeroed(parser->arena, sizeof(AstName));
    return parser_expect_name(parser, "a window's name or '('", call->call.over->name);
  }
  return true;
}

static AstExpr *parse_call(Parser *parser) {
  const Token *token = parser_token(parser);
  parser->position += 2;
  for (size_t s = 0; s < sizeof SPECIAL_CALLS / sizeof SPECIAL_CALLS[0]; s++) {
    if (token->kind == TOKEN_WORD && strcasecmp(token->text, SPECIAL_CALLS[s].name) == 0)
      return SPECIAL_CALLS[s].parse(parser, token->place);
  }
  AstExpr *call = call_new(parser, token->place, token->text, false, 0, NULL);
  call->call.arguments = NULL;
  if (!parser_accept_symbol(parser, ")")) {
    if (parser_accept_word(parser, "DISTINCT")) {
      call->call.is_distinct = true;
    } else {
      parser_accept_word(parser, "ALL");
    }
    do {
      if (!parse_argument(parser, call)) return NULL;
    } while (parser_accept_symbol(parser, ","));
    if (!parser_expect_symbol(parser, ")")) return NULL;
  }
  return parse_call_suffixes(parser, call) ? call : NULL;
}

/* ---- primaries ---- */

static AstExpr *parse_case(Parser *parser) {
  AstExpr *expr = expr_new(parser, AST_CASE, parser_token(parser)->place);
  parser->position++;
  if (!parser_is_word(parser, 0, "WHEN") && (expr->case_when.operand = parse_expression(parser)) == NULL) return NULL;
  while (parser_accept_word(parser, "WHEN")) {
    AstWhen when;
    if ((when.condition = parse_expression(parser)) == NULL || !parser_expect_word(parser, "THEN") ||
        (when.result = parse_expression(parser)) == NULL) {
      return NULL;
    }
    PARSER_APPEND(parser, expr->case_when.whens, expr->case_when.n_whens, when);
  }
  if (expr->case_when.n_whens == 0) {
    parser_expected(parser, "WHEN");
    return NULL;
  }
  if (parser_accept_word(parser, "ELSE") && (expr->case_when.otherwise = parse_expression(parser)) == NULL) return NULL;
  return parser_expect_word(parser, "END") ? expr : NULL;
}

static AstExpr *parse_parenthesised(Parser *parser) {
  SourcePlace place = parser_token(parser)->place;
  parser->position++;
  if (parser_is_word(parser, 0, "SELECT") || parser_is_word(parser, 0, "WITH") || parser_is_word(parser, 0, "VALUES")) {
    AstExpr *expr = expr_new(parser, AST_SUBQUERY, place);
    expr->subquery.kind = SUBQUERY_SCALAR;
    if ((expr->subquery.query = parse_query(parser)) == NULL || !parser_expect_symbol(parser, ")")) return NULL;
    return expr;
  }
  AstExpr *expr = parse_expression(parser);
  if (expr == NULL) return NULL;
  if (parser_is_symbol(parser, 0, ",")) { /* (a, b): a row */
    AstExpr *row = call_new(parser, place, "ROW", false, 0, NULL);
    row->call.arguments = NULL;
    PARSER_APPEND(parser, row->call.arguments, row->call.n_arguments, expr);
    while (parser_accept_symbol(parser, ",")) {
      if ((expr = parse_expression(parser)) == NULL) return NULL;
      PARSER_APPEND(parser, row->call.arguments, row->call.n_arguments, expr);
    }
    expr = row;
  }
  return parser_expect_symbol(parser, ")") ? expr : NULL;
}

static AstExpr *parse_datetime_literal(Parser *parser) {
  const Token *token = parser_token(parser);
  AstExpr *expr = expr_new(parser, AST_TIMESTAMP, token->place);
  expr->name = upper_copy(parser, token->text);
  expr->text = token[1].text;
  expr->n_bytes = token[1].n_bytes;
  parser->position += 2;
  return expr;
}

/* Functions that are called without parentheses. */
static bool is_niladic(const Parser *parser) {
  static const char *const NILADICS[] = {"CURRENT_DATE",   "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME",
                                         "LOCALTIMESTAMP", "CURRENT_USER", "CURRENT_CATALOG"};
  for (size_t n = 0; n < sizeof NILADICS / sizeof NILADICS[0]; n++) {
    if (parser_is_word(parser, 0, NILADICS[n])) return true;
  }
  return false;
}

/* Reserved words that never begin a call: before "(" they mean something else. */
static bool is_structural(const Parser *parser) {
  static const char *const WORDS[] = {
      "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "INTERSECT", "EXCEPT", "ON",  "USING",   "WHEN",
      "THEN",   "ELSE", "END",   "AND",   "OR",     "NOT",   "IN",    "BETWEEN",   "LIKE",   "AS",  "BY",      "VALUES",
      "WITH",   "OVER", "JOIN",  "INNER", "CROSS",  "SET",   "INTO",  "CASE",      "IS",     "ALL", "DISTINCT"};
  for (size_t w = 0; w < sizeof WORDS / sizeof WORDS[0]; w++) {
    if (parser_is_word(parser, 0, WORDS[w])) return true;
  }
  return false;
}

static AstExpr *parse_collection(Parser *parser) { /* ARRAY[...], MAP[...] */
  const Token *token = parser_token(parser);
  AstExpr *call = call_new(parser, token->place, upper_copy(parser, token->text), false, 0, NULL);
  call->call.arguments = NULL;
  parser->position += 2;
  if (!parser_is_symbol(parser, 0, "]") &&
      !parse_expression_list(parser, &call->call.arguments, &call->call.n_arguments))
    return NULL;
  return parser_expect_symbol(parser, "]") ? call : NULL;
}

static AstExpr *parse_primary(Parser *parser) {
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_NUMBER) {
    AstExpr *expr = expr_new(parser, AST_NUMBER, token->place);
    expr->text = token->text;
    expr->n_bytes = token->n_bytes;
    expr->is_approximate = strpbrk(token->text, "eE") != NULL;
    parser->position++;
    return expr;
  }
  if (token->kind == TOKEN_STRING) {
    AstExpr *expr = expr_new(parser, AST_STRING, token->place);
    expr->text = token->text;
    expr->n_bytes = token->n_bytes;
    parser->position++;
    return expr;
  }
  if (parser_is_symbol(parser, 0, "(")) return parse_parenthesised(parser);
  if (parser_is_word(parser, 0, "CASE")) return parse_case(parser);
  if (parser_is_word(parser, 0, "NULL") || parser_is_word(parser, 0, "UNKNOWN")) {
    parser->position++;
    return expr_new(parser, AST_NULL, token->place);
  }
  if (parser_is_word(parser, 0, "TRUE") || parser_is_word(parser, 0, "FALSE")) {
    AstExpr *expr = expr_new(parser, AST_BOOLEAN, token->place);
    expr->boolean = parser_is_word(parser, 0, "TRUE");
    parser->position++;
    return expr;
  }
  bool is_quoted_next = token->kind == TOKEN_WORD && token[1].kind == TOKEN_STRING;
  if (is_quoted_next && (parser_is_word(parser, 0, "TIMESTAMP") || parser_is_word(parser, 0, "DATE") ||
                         parser_is_word(parser, 0, "TIME"))) {
    return parse_datetime_literal(parser);
  }
  if (parser_is_word(parser, 0, "INTERVAL") &&
      (is_quoted_next || parser_is_symbol(parser, 1, "-") || parser_is_symbol(parser, 1, "+"))) {
    return parse_interval(parser);
  }
  if (is_quoted_next && (parser_is_word(parser, 0, "X") || parser_is_word(parser, 0, "B"))) {
    error_at(parser->error, ERROR_UNSUPPORTED, token->place, "binary literals are not supported yet");
    return NULL;
  }
  if ((parser_is_word(parser, 0, "ARRAY") || parser_is_word(parser, 0, "MAP")) && parser_is_symbol(parser, 1, "["))
    return parse_collection(parser);
  bool is_nameable = token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
  if (is_nameable && parser_is_symbol(parser, 1, "(") && !is_structural(parser)) return parse_call(parser);
  if (is_niladic(parser)) {
    parser->position++;
    return call_new(parser, token->place, token->text, false, 0, NULL);
  }
  if (parser_is_name(parser, 0)) {
    AstExpr *expr = expr_new(parser, AST_COLUMN, token->place);
    /* Stops before ".*", which a select item may end in. */
    do {
      AstName name;
      if (!parser_expect_name(parser, "a name", &name)) return NULL;
      PARSER_APPEND(parser, expr->path.parts, expr->path.n_parts, name);
    } while (!parser_is_symbol(parser, 1, "*") && parser_accept_symbol(parser, "."));
    expr->path.place = token->place;
    const Token *last = parser_token(parser) - 1;
    if (last->place.line == token->place.line)
      expr->place.length = last->place.column + last->place.length - token->place.column;
    return expr;
  }
  parser_expected(parser, "an expression");
  if (token->kind == TOKEN_WORD) {
    error_hint(parser->error, "%s is a reserved word: as a name, write it `%s`", token->text, token->text);
  }
  return NULL;
}

/* Element access: a[1], m['key']. */
static AstExpr *parse_postfix(Parser *parser) {
  AstExpr *expr = parse_primary(parser);
  while (expr != NULL && parser_is_symbol(parser, 0, "[")) {
    SourcePlace place = parser_token(parser)->place;
    parser->position++;
    AstExpr *arguments[] = {expr, parse_expression(parser)};
    if (arguments[1] == NULL || !parser_expect_symbol(parser, "]")) return NULL;
    expr = call_new(parser, place, "[]", true, 2, arguments);
  }
  return expr;
}

/* ---- operators ---- */

static AstExpr *parse_prefix(Parser *parser) {
  SourcePlace place = parser_token(parser)->place;
  AstExpr *operand;
  if (parser_is_word(parser, 0, "NOT")) {
    parser->position++;
    operand = parse_above(parser, PRECEDENCE_NOT);
    return operand == NULL ? NULL : call_new(parser, place, "NOT", true, 1, &operand);
  }
  if (parser_is_symbol(parser, 0, "-") || parser_is_symbol(parser, 0, "+")) {
    const char *name = parser_is_symbol(parser, 0, "-") ? "-" : "+";
    parser->position++;
    operand = parse_above(parser, PRECEDENCE_UNARY);
    return operand == NULL ? NULL : call_new(parser, place, name, true, 1, &operand);
  }
  return parse_postfix(parser);
}

static AstExpr *parse_is(Parser *parser, AstExpr *left, SourcePlace place) {
  bool is_negated = parser_accept_word(parser, "NOT");
  if (parser_accept_words(parser, "DISTINCT", "FROM")) {
    AstExpr *arguments[] = {left, parse_above(parser, PRECEDENCE_IS + 1)};
    if (arguments[1] == NULL) return NULL;
    return call_new(parser, place, is_negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", true, 2, arguments);
  }
  static const char *const TESTS[][3] = {{"NULL", "IS NULL", "IS NOT NULL"},
                                         {"TRUE", "IS TRUE", "IS NOT TRUE"},
                                         {"FALSE", "IS FALSE", "IS NOT FALSE"},
                                         {"UNKNOWN", "IS UNKNOWN", "IS NOT UNKNOWN"}};
  for (size_t t = 0; t < sizeof TESTS / sizeof TESTS[0]; t++) {
    if (parser_accept_word(parser, TESTS[t][0]))
      return call_new(parser, place, TESTS[t][is_negated ? 2 : 1], true, 1, &left);
  }
  if (parser_is_word(parser, 0, "JSON") || parser_is_word(parser, 0, "NORMALIZED")) {
    error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place, "IS %s is not supported yet",
             parser_token(parser)->text);
    return NULL;
  }
  parser_expected(parser, "NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
  return NULL;
}

static AstExpr *parse_between(Parser *parser, AstExpr *left, SourcePlace place, bool is_negated) {
  bool is_symmetric = parser_accept_word(parser, "SYMMETRIC");
  if (!is_symmetric) parser_accept_word(parser, "ASYMMETRIC");
  AstExpr *arguments[3] = {left};
  if ((arguments[1] = parse_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL || !parser_expect_word(parser, "AND") ||
      (arguments[2] = parse_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL) {
    return NULL;
  }
  const char *name = is_symmetric ? (is_negated ? "NOT BETWEEN SYMMETRIC" : "BETWEEN SYMMETRIC")
                                  : (is_negated ? "NOT BETWEEN" : "BETWEEN");
  return call_new(parser, place, name, true, 3, arguments);
}

static AstExpr *parse_in(Parser *parser, AstExpr *left, SourcePlace place, bool is_negated) {
  if (!parser_expect_symbol(parser, "(")) return NULL;
  if (parser_is_word(parser, 0, "SELECT") || parser_is_word(parser, 0, "WITH") || parser_is_word(parser, 0, "VALUES")) {
    AstExpr *expr = expr_new(parser, AST_SUBQUERY, place);
    expr->subquery.kind = SUBQUERY_IN;
    expr->subquery.operand = left;
    expr->subquery.is_negated = is_negated;
    if ((expr->subquery.query = parse_query(parser)) == NULL) return NULL;
    return parser_expect_symbol(parser, ")") ? expr : NULL;
  }
  AstExpr *call = call_new(parser, place, is_negated ? "NOT IN" : "IN", true, 0, NULL);
  call->call.arguments = NULL;
  PARSER_APPEND(parser, call->call.arguments, call->call.n_arguments, left);
  if (!parse_expression_list(parser, &call->call.arguments, &call->call.n_arguments)) return NULL;
  return parser_expect_symbol(parser, ")") ? call : NULL;
}

static AstExpr *parse_like(Parser *parser, AstExpr *left, SourcePlace place, const char *name) {
  AstExpr *arguments[3] = {left, parse_above(parser, PRECEDENCE_BETWEEN + 1)};
  uint32_t n_arguments = 2;
  if (arguments[1] == NULL) return NULL;
  if (parser_accept_word(parser, "ESCAPE")) {
    if ((arguments[2] = parse_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL) return NULL;
    n_arguments = 3;
  }
  return call_new(parser, place, name, true, n_arguments, arguments);
}

typedef enum InfixForm { INFIX_NONE, INFIX_BINARY, INFIX_IS, INFIX_BETWEEN, INFIX_IN, INFIX_LIKE } InfixForm;

typedef struct Infix {
  InfixForm form;
  int precedence;
  uint32_t n_tokens;
  const char *name;
  bool is_negated;
} Infix;

/* The infix operator at the current token; form INFIX_NONE when there is none. */
static Infix find_infix(const Parser *parser) {
  static const struct {
    const char *text;
    const char *name;
    int precedence;
  } SYMBOLS[] = {{"=", "=", PRECEDENCE_COMPARE},   {"<>", "<>", PRECEDENCE_COMPARE}, {"!=", "<>", PRECEDENCE_COMPARE},
                 {"<", "<", PRECEDENCE_COMPARE},   {"<=", "<=", PRECEDENCE_COMPARE}, {">", ">", PRECEDENCE_COMPARE},
                 {">=", ">=", PRECEDENCE_COMPARE}, {"+", "+", PRECEDENCE_ADD},       {"-", "-", PRECEDENCE_ADD},
                 {"*", "*", PRECEDENCE_MULTIPLY},  {"/", "/", PRECEDENCE_MULTIPLY},  {"%", "%", PRECEDENCE_MULTIPLY},
                 {"||", "||", PRECEDENCE_MULTIPLY}};
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_SYMBOL) {
    for (size_t s = 0; s < sizeof SYMBOLS / sizeof SYMBOLS[0]; s++) {
      if (strcmp(token->text, SYMBOLS[s].text) == 0) {
        return (Infix){
            .form = INFIX_BINARY, .precedence = SYMBOLS[s].precedence, .n_tokens = 1, .name = SYMBOLS[s].name};
      }
    }
    return (Infix){0};
  }
  if (parser_is_word(parser, 0, "AND")) return (Infix){INFIX_BINARY, PRECEDENCE_AND, 1, "AND", false};
  if (parser_is_word(parser, 0, "OR")) return (Infix){INFIX_BINARY, PRECEDENCE_OR, 1, "OR", false};
  if (parser_is_word(parser, 0, "IS")) return (Infix){INFIX_IS, PRECEDENCE_IS, 1, "IS", false};
  bool is_negated = parser_is_word(parser, 0, "NOT");
  uint32_t at = is_negated ? 1 : 0;
  if (parser_is_word(parser, at, "BETWEEN"))
    return (Infix){INFIX_BETWEEN, PRECEDENCE_BETWEEN, at + 1, "BETWEEN", is_negated};
  if (parser_is_word(parser, at, "IN")) return (Infix){INFIX_IN, PRECEDENCE_BETWEEN, at + 1, "IN", is_negated};
  if (parser_is_word(parser, at, "LIKE"))
    return (Infix){INFIX_LIKE, PRECEDENCE_BETWEEN, at + 1, is_negated ? "NOT LIKE" : "LIKE", is_negated};
  if (parser_is_word(parser, at, "RLIKE"))
    return (Infix){INFIX_LIKE, PRECEDENCE_BETWEEN, at + 1, is_negated ? "NOT RLIKE" : "RLIKE", is_negated};
  if (parser_is_word(parser, at, "SIMILAR") && parser_is_word(parser, at + 1, "TO")) {
    return (Infix){INFIX_LIKE, PRECEDENCE_BETWEEN, at + 2, is_negated ? "NOT SIMILAR TO" : "SIMILAR TO", is_negated};
  }
  return (Infix){0};
}

/* An expression of operators that bind at least as tightly as `precedence`. */
static AstExpr *parse_above(Parser *parser, int precedence) {
  if (!parser_enter(parser)) return NULL;
  AstExpr *left = parse_prefix(parser);
  uint32_t n_chained = 0;
  while (left != NULL) {
    Infix infix = find_infix(parser);
    if (infix.form == INFIX_NONE || infix.precedence < precedence) break;
    /* A chain of operators makes the tree as deep as it is long. */
    if (++n_chained > 10 * NESTING_MAX) {
      error_at(parser->error, ERROR_USAGE, parser_token(parser)->place, "more than %d operators in a row",
               10 * NESTING_MAX);
      return NULL;
    }
    SourcePlace place = parser_token(parser)->place;
    parser->position += infix.n_tokens;
    switch (infix.form) {
      case INFIX_BINARY: {
        AstExpr *arguments[] = {left, parse_above(parser, infix.precedence + 1)};
        left = arguments[1] == NULL ? NULL : call_new(parser, place, infix.name, true, 2, arguments);
        break;
      }
      case INFIX_IS:
        left = parse_is(parser, left, place);
        break;
      case INFIX_BETWEEN:
        left = parse_between(parser, left, place, infix.is_negated);
        break;
      case INFIX_IN:
        left = parse_in(parser, left, place, infix.is_negated);
        break;
      case INFIX_LIKE:
        left = parse_like(parser, left, place, infix.name);
        break;
      case INFIX_NONE:
        break;
    }
  }
  parser_leave(parser);
  return left;
}

AstExpr *parse_expression(Parser *parser) { return parse_above(parser, PRECEDENCE_OR); }
