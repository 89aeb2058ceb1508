/* Intervals and calls. Calls with a syntax of their own become plain calls, with units and flags as strings:
 *
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
#include "sql/precedence.h"

AstExpr *parser_new_expr(Parser *parser, AstExprKind kind, SourcePlace place) {
  AstExpr *expr = arena_alloc_zeroed(parser->arena, sizeof *expr);
  expr->kind = kind;
  expr->place = place;
  return expr;
}

static AstExpr *string_new(Parser *parser, SourcePlace place, const char *text) {
  AstExpr *expr = parser_new_expr(parser, AST_STRING, place);
  expr->text = text;
  expr->n_bytes = (uint32_t)strlen(text);
  return expr;
}

AstExpr *parser_new_call(Parser *parser, SourcePlace place, const char *name, bool is_operator, uint32_t n_arguments,
                         AstExpr *const *arguments) {
  AstExpr *expr = parser_new_expr(parser, AST_CALL, place);
  expr->call.name = name;
  expr->call.is_operator = is_operator;
  if (n_arguments > 0) expr->call.arguments = arena_alloc(parser->arena, n_arguments * sizeof(AstExpr *));
  for (uint32_t a = 0; a < n_arguments; a++) expr->call.arguments[a] = arguments[a];
  expr->call.n_arguments = n_arguments;
  return expr;
}

/* ---- units and intervals ---- */

static const char *const UNITS[] = {
    "YEAR",       "QUARTER", "MONTH", "WEEK",   "DAY",     "HOUR",  "MINUTE", "SECOND",  "MILLISECOND", "MICROSECOND",
    "NANOSECOND", "DOY",     "DOW",   "ISODOW", "ISOYEAR", "EPOCH", "DECADE", "CENTURY", "MILLENNIUM"};
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
    *targets[i] = value;
    if (targets[1] == NULL || !parser_accept_symbol(parser, ",")) break;
  }
  return parser_expect_symbol(parser, ")");
}

/* INTERVAL's own units, singular or plural, which the tree holds in the singular. */
static const char *accept_interval_unit(Parser *parser) {
  static const char *const INTERVAL_UNITS[][2] = {{"YEAR", "YEARS"},     {"QUARTER", "QUARTERS"}, {"MONTH", "MONTHS"},
                                                  {"WEEK", "WEEKS"},     {"DAY", "DAYS"},         {"HOUR", "HOURS"},
                                                  {"MINUTE", "MINUTES"}, {"SECOND", "SECONDS"}};
  for (size_t u = 0; u < sizeof INTERVAL_UNITS / sizeof INTERVAL_UNITS[0]; u++) {
    if (parser_accept_word(parser, INTERVAL_UNITS[u][0]) || parser_accept_word(parser, INTERVAL_UNITS[u][1]))
      return INTERVAL_UNITS[u][0];
  }
  return NULL;
}

/* Whether FROM TO to is one of standard SQL's compound intervals. */
static bool is_compound(const char *from, const char *to) {
  static const char *const COMPOUNDS[][2] = {{"YEAR", "MONTH"},   {"DAY", "HOUR"},    {"DAY", "MINUTE"},
                                             {"DAY", "SECOND"},   {"HOUR", "MINUTE"}, {"HOUR", "SECOND"},
                                             {"MINUTE", "SECOND"}};
  for (size_t c = 0; c < sizeof COMPOUNDS / sizeof COMPOUNDS[0]; c++) {
    if (strcmp(from, COMPOUNDS[c][0]) == 0 && strcmp(to, COMPOUNDS[c][1]) == 0) return true;
  }
  return false;
}

bool parse_interval_units(Parser *parser, IntervalUnits *units) {
  *units = (IntervalUnits){.precision = -1, .fraction = -1};
  units->from = accept_interval_unit(parser);
  if (units->from == NULL) return parser_expected(parser, "a time unit such as DAY or MINUTE");
  bool is_second = strcmp(units->from, "SECOND") == 0;
  if (!parse_interval_precision(parser, &units->precision, is_second ? &units->fraction : NULL)) return false;
  if (!parser_accept_word(parser, "TO")) return true;
  SourcePlace place = parser_token(parser)->place;
  units->to = accept_interval_unit(parser);
  if (units->to == NULL) return parser_expected(parser, "a time unit");
  if (!is_compound(units->from, units->to)) {
    return error_at(parser->error, ERROR_USAGE, place, "there is no interval %s TO %s", units->from, units->to);
  }
  return strcmp(units->to, "SECOND") != 0 || parse_interval_precision(parser, &units->fraction, NULL);
}

AstExpr *parse_interval(Parser *parser) {
  AstExpr *expr = parser_new_expr(parser, AST_INTERVAL, parser_token(parser)->place);
  parser->position++;
  expr->interval.is_negative = parser_accept_symbol(parser, "-");
  if (!expr->interval.is_negative) parser_accept_symbol(parser, "+");
  if (parser_token(parser)->kind == TOKEN_NUMBER) {
    const Token *token = parser_token(parser);
    error_at(parser->error, ERROR_UNSUPPORTED, token->place, "an interval of a number is not supported yet");
    error_hint(parser->error, "write the value in apostrophes: INTERVAL '%.40s'", token->text);
    return NULL;
  }
  expr->interval.text = parser_expect_string(parser, "an interval's value in apostrophes, as in INTERVAL '5' MINUTE");
  IntervalUnits units;
  if (expr->interval.text == NULL || !parse_interval_units(parser, &units)) return NULL;
  expr->interval.from = units.from;
  expr->interval.to = units.to;
  expr->interval.precision = units.precision;
  expr->interval.fraction = units.fraction;
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
  if (side != NULL) parser_accept_word(parser, "FROM"); /* TRIM(LEADING FROM x), and Calcite's TRIM(LEADING x) */
  text = parse_expression(parser);
  if (text != NULL && parser_accept_word(parser, "FROM")) {
    characters = text;
    text = parse_expression(parser);
  }
  if (text == NULL || !parser_expect_symbol(parser, ")")) return NULL;
  if (characters == NULL) characters = string_new(parser, place, " ");
  AstExpr *arguments[] = {string_new(parser, place, side == NULL ? "BOTH" : side), characters, text};
  return parser_new_call(parser, place, "TRIM", false, 3, arguments);
}

static AstExpr *parse_extract(Parser *parser, SourcePlace place) {
  AstExpr *arguments[2];
  if ((arguments[0] = expect_unit(parser)) == NULL || !parser_expect_word(parser, "FROM") ||
      (arguments[1] = parse_expression(parser)) == NULL || !parser_expect_symbol(parser, ")")) {
    return NULL;
  }
  return parser_new_call(parser, place, "EXTRACT", false, 2, arguments);
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
  return parser_new_call(parser, place, name, false, n_arguments, arguments);
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
  if ((arguments[0] = parse_operators_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL ||
      !parser_expect_word(parser, "IN") || (arguments[1] = parse_expression(parser)) == NULL ||
      !parser_expect_symbol(parser, ")")) {
    return NULL;
  }
  return parser_new_call(parser, place, "POSITION", false, 2, arguments);
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
  return parser_new_call(parser, place, name, false, n_arguments, arguments);
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
  return parser_new_call(parser, place, name, false, 3, arguments);
}

static AstExpr *parse_timestampadd(Parser *parser, SourcePlace place) {
  return parse_timestamp_arithmetic(parser, place, "TIMESTAMPADD");
}
static AstExpr *parse_timestampdiff(Parser *parser, SourcePlace place) {
  return parse_timestamp_arithmetic(parser, place, "TIMESTAMPDIFF");
}

static AstExpr *parse_cast_call(Parser *parser, SourcePlace place, bool is_try) {
  AstExpr *expr = parser_new_expr(parser, AST_CAST, place);
  expr->cast.is_try = is_try;
  if ((expr->cast.operand = parse_expression(parser)) == NULL || !parser_expect_word(parser, "AS") ||
      !parse_type(parser, &expr->cast.type)) {
    return NULL;
  }
  if (!parser_expect_symbol(parser, ")")) {
    bool is_null = parser_is_word(parser, 0, "NULL") || parser_is_word(parser, 1, "NULL");
    if (is_null) error_hint(parser->error, "CAST takes a type without NULL or NOT NULL");
    return NULL;
  }
  return expr;
}

static AstExpr *parse_cast(Parser *parser, SourcePlace place) { return parse_cast_call(parser, place, false); }
static AstExpr *parse_try_cast(Parser *parser, SourcePlace place) { return parse_cast_call(parser, place, true); }

static AstExpr *parse_exists(Parser *parser, SourcePlace place) {
  AstExpr *expr = parser_new_expr(parser, AST_SUBQUERY, place);
  expr->subquery.kind = SUBQUERY_EXISTS;
  if ((expr->subquery.query = parse_query(parser)) == NULL || !parser_expect_symbol(parser, ")")) return NULL;
  return expr;
}

static AstExpr *parse_descriptor(Parser *parser, SourcePlace place) {
  AstExpr *expr = parser_new_call(parser, place, "DESCRIPTOR", false, 0, NULL);
  expr->kind = AST_DESCRIPTOR;
  do {
    AstExpr *column = parser_new_expr(parser, AST_COLUMN, parser_token(parser)->place);
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
  if (!call->call.is_distinct && parser_accept_symbol(parser, "*")) {
    argument = parser_new_expr(parser, AST_STAR, token->place);
  } else if (parser_is_word(parser, 0, "TABLE") && !parser_is_symbol(parser, 1, "=")) {
    argument = parser_new_expr(parser, AST_TABLE_ARGUMENT, token->place);
    argument->table.from = parse_table_argument(parser);
    if (argument->table.from == NULL) return false;
  } else if (parser_is_symbol(parser, 0, "(") &&
             (parser_is_word(parser, 1, "SELECT") || parser_is_word(parser, 1, "WITH"))) {
    /* A query is a table argument; where a scalar is wanted, it is a scalar subquery: the binder decides. */
    argument = parse_expression(parser);
  } else if ((token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED) && parser_is_symbol(parser, 1, "=>")) {
    argument = parser_new_expr(parser, AST_NAMED_ARGUMENT, token->place);
    argument->named.name = (AstName){.text = token->text, .place = token->place};
    parser->position += 2;
    AstExpr holder = {0};
    if (!parser_enter(parser) || !parse_argument(parser, &holder)) return false;
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

AstExpr *parse_call(Parser *parser) {
  const Token *token = parser_token(parser);
  parser->position += 2;
  for (size_t s = 0; s < sizeof SPECIAL_CALLS / sizeof SPECIAL_CALLS[0]; s++) {
    if (token->kind == TOKEN_WORD && strcasecmp(token->text, SPECIAL_CALLS[s].name) == 0)
      return SPECIAL_CALLS[s].parse(parser, token->place);
  }
  AstExpr *call = parser_new_call(parser, token->place, token->text, false, 0, NULL);
  call->call.is_quoted = token->kind == TOKEN_QUOTED;
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
