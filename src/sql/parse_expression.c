/* Expressions, by precedence climbing with Calcite's precedences:
 *
 *   80  unary + and -          prefix
 *   60  * / % ||               left
 *   40  + -                    left
 *   32  BETWEEN IN LIKE SIMILAR TO, negated or not
 *   30  = <> < <= > >=         left
 *   28  IS ...                 postfix
 *   26  NOT                    prefix
 *   24  AND                    left
 *   22  OR                     left
 */
#include <string.h>
#include <strings.h>

#include "sql/parser.h"
#include "sql/precedence.h"

bool parse_expression_list(Parser *parser, AstExpr ***list, uint32_t *n_list) {
  do {
    AstExpr *item = parse_expression(parser);
    if (item == NULL) return false;
    PARSER_APPEND(parser, *list, *n_list, item);
  } while (parser_accept_symbol(parser, ","));
  return true;
}

/* ---- primaries ---- */

static AstExpr *parse_case(Parser *parser) {
  AstExpr *expr = parser_new_expr(parser, AST_CASE, parser_token(parser)->place);
  parser->position++;
  if (!parser_is_word(parser, 0, "WHEN") && (expr->case_when.operand = parse_expression(parser)) == NULL) return NULL;
  while (parser_accept_word(parser, "WHEN")) {
    AstWhen when;
    if ((when.condition = parse_expression(parser)) == NULL) return NULL;
    if (expr->case_when.operand != NULL && parser_is_symbol(parser, 0, ",")) {
      error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place,
               "several values behind one WHEN are not supported yet");
      error_hint(parser->error, "write a WHEN for each value");
      return NULL;
    }
    if (!parser_expect_word(parser, "THEN") || (when.result = parse_expression(parser)) == NULL) {
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
    AstExpr *expr = parser_new_expr(parser, AST_SUBQUERY, place);
    expr->subquery.kind = SUBQUERY_SCALAR;
    if ((expr->subquery.query = parse_query(parser)) == NULL || !parser_expect_symbol(parser, ")")) return NULL;
    return expr;
  }
  AstExpr *expr = parse_expression(parser);
  if (expr == NULL) return NULL;
  if (parser_is_symbol(parser, 0, ",")) { /* (a, b): a row */
    AstExpr *row = parser_new_call(parser, place, "ROW", false, 0, NULL);
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
  AstExpr *expr = parser_new_expr(parser, AST_TIMESTAMP, token->place);
  expr->name = parser_upper_copy(parser, token->text);
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
  return parser_is_word(parser, 0, "PI") && !parser_is_symbol(parser, 1, "."); /* no reserved word */
}

static AstExpr *parse_collection(Parser *parser) { /* ARRAY[...], MAP[...] */
  const Token *token = parser_token(parser);
  AstExpr *call = parser_new_call(parser, token->place, parser_upper_copy(parser, token->text), false, 0, NULL);
  parser->position += 2;
  if (!parser_is_symbol(parser, 0, "]") &&
      !parse_expression_list(parser, &call->call.arguments, &call->call.n_arguments))
    return NULL;
  return parser_expect_symbol(parser, "]") ? call : NULL;
}

/* 'a' 'b', which is 'ab' when each piece stands on a line of its own. */
static AstExpr *parse_string(Parser *parser) {
  const Token *token = parser_token(parser);
  AstExpr *expr = parser_new_expr(parser, AST_STRING, token->place);
  uint64_t n_bytes = token->n_bytes;
  for (const Token *next = token + 1; next->kind == TOKEN_STRING; next++) {
    if (next->place.line == next[-1].end_line) {
      error_at(parser->error, ERROR_USAGE, next->place, "a string that goes on must do so on a new line");
      error_hint(parser->error, "an apostrophe in a string is written twice: 'it''s'; strings are joined by ||");
      return NULL;
    }
    n_bytes += next->n_bytes;
  }
  char *text = arena_alloc_text(parser->arena, n_bytes + 1);
  expr->text = text;
  expr->n_bytes = (uint32_t)n_bytes;
  for (; parser_token(parser)->kind == TOKEN_STRING; parser->position++) {
    memcpy(text, parser_token(parser)->text, parser_token(parser)->n_bytes);
    text += parser_token(parser)->n_bytes;
  }
  *text = '\0';
  return expr;
}

/* X'00', N'text', E'a\tb', _UTF8'text': a word that touches a string. */
static bool is_prefixed_string(const Parser *parser) {
  const Token *token = parser_token(parser);
  return token->kind == TOKEN_WORD && token[1].kind == TOKEN_STRING && token->place.line == token[1].place.line &&
         token->place.column + token->place.length == token[1].place.column;
}

static AstExpr *parse_column(Parser *parser) {
  const Token *token = parser_token(parser);
  AstExpr *expr = parser_new_expr(parser, AST_COLUMN, token->place);
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

static AstExpr *parse_primary(Parser *parser) {
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_NUMBER) {
    AstExpr *expr = parser_new_expr(parser, AST_NUMBER, token->place);
    expr->text = token->text;
    expr->n_bytes = token->n_bytes;
    expr->is_approximate = strpbrk(token->text, "eE") != NULL;
    parser->position++;
    return expr;
  }
  if (token->kind == TOKEN_STRING) return parse_string(parser);
  if (parser_is_symbol(parser, 0, "(")) return parse_parenthesised(parser);
  if (parser_is_word(parser, 0, "CASE")) return parse_case(parser);
  if (parser_is_word(parser, 0, "NULL") || parser_is_word(parser, 0, "UNKNOWN")) {
    AstExpr *expr = parser_new_expr(parser, AST_NULL, token->place);
    expr->boolean = parser_is_word(parser, 0, "UNKNOWN");
    parser->position++;
    return expr;
  }
  if (parser_is_word(parser, 0, "TRUE") || parser_is_word(parser, 0, "FALSE")) {
    AstExpr *expr = parser_new_expr(parser, AST_BOOLEAN, token->place);
    expr->boolean = parser_is_word(parser, 0, "TRUE");
    parser->position++;
    return expr;
  }
  bool is_quoted_next = token->kind == TOKEN_WORD && token[1].kind == TOKEN_STRING;
  if (is_quoted_next && (parser_is_word(parser, 0, "TIMESTAMP") || parser_is_word(parser, 0, "DATE") ||
                         parser_is_word(parser, 0, "TIME"))) {
    return parse_datetime_literal(parser);
  }
  bool is_interval = is_quoted_next || parser_is_symbol(parser, 1, "-") || parser_is_symbol(parser, 1, "+") ||
                     parser_token(parser)[token->kind == TOKEN_WORD ? 1 : 0].kind == TOKEN_NUMBER;
  if (is_interval && parser_is_word(parser, 0, "INTERVAL")) return parse_interval(parser);
  if (is_prefixed_string(parser)) {
    error_at(parser->error, ERROR_UNSUPPORTED, token->place, "strings with the prefix %.20s are not supported yet",
             token->text);
    return NULL;
  }
  if ((parser_is_word(parser, 0, "ARRAY") || parser_is_word(parser, 0, "MAP")) && parser_is_symbol(parser, 1, "["))
    return parse_collection(parser);
  bool is_nameable = token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
  if (is_nameable && parser_is_symbol(parser, 1, "(") && !parser_is_structural(parser)) return parse_call(parser);
  if (is_niladic(parser)) {
    parser->position++;
    AstExpr *call = parser_new_call(parser, token->place, parser_upper_copy(parser, token->text), false, 0, NULL);
    call->call.is_niladic = true;
    return call;
  }
  if (parser_is_name(parser, 0)) return parse_column(parser);
  parser_expected(parser, "an expression");
  parser_hint_reserved(parser);
  return NULL;
}

/* Access to elements: a[1], m['key'], (r).field. */
static AstExpr *parse_postfix(Parser *parser) {
  AstExpr *expr = parse_primary(parser);
  uint32_t tallest = parser->tallest;
  while (expr != NULL) {
    SourcePlace place = parser_token(parser)->place;
    bool is_field = expr->kind != AST_NUMBER && parser_is_symbol(parser, 0, ".") && parser_is_name(parser, 1);
    if (!is_field && !parser_is_symbol(parser, 0, "[")) break;
    parser->position++;
    AstExpr *arguments[] = {expr, NULL};
    if (is_field) {
      const Token *name = parser_token(parser);
      arguments[1] = parser_new_expr(parser, AST_STRING, name->place);
      arguments[1]->text = name->text;
      arguments[1]->n_bytes = name->n_bytes;
      parser->position++;
    } else if ((arguments[1] = parse_expression(parser)) == NULL || !parser_expect_symbol(parser, "]")) {
      return NULL;
    }
    tallest = (parser->tallest > tallest ? parser->tallest : tallest) + 1;
    if (!parser_check_height(parser, tallest, place)) return NULL;
    expr = parser_new_call(parser, place, is_field ? "." : "[]", true, 2, arguments);
  }
  parser->tallest = tallest;
  return expr;
}

/* ---- operators ---- */

static AstExpr *parse_prefix(Parser *parser) {
  SourcePlace place = parser_token(parser)->place;
  AstExpr *operand;
  if (parser_is_word(parser, 0, "NOT")) {
    parser->position++;
    operand = parse_operators_above(parser, PRECEDENCE_NOT);
    return operand == NULL ? NULL : parser_new_call(parser, place, "NOT", true, 1, &operand);
  }
  if (parser_is_symbol(parser, 0, "-") || parser_is_symbol(parser, 0, "+")) {
    const char *name = parser_is_symbol(parser, 0, "-") ? "-" : "+";
    parser->position++;
    operand = parse_operators_above(parser, PRECEDENCE_UNARY);
    return operand == NULL ? NULL : parser_new_call(parser, place, name, true, 1, &operand);
  }
  return parse_postfix(parser);
}

static AstExpr *parse_is(Parser *parser, AstExpr *left, SourcePlace place) {
  bool is_negated = parser_accept_word(parser, "NOT");
  if (parser_accept_words(parser, "DISTINCT", "FROM")) {
    AstExpr *arguments[] = {left, parse_operators_above(parser, PRECEDENCE_IS + 1)};
    if (arguments[1] == NULL) return NULL;
    return parser_new_call(parser, place, is_negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", true, 2, arguments);
  }
  static const char *const TESTS[][3] = {{"NULL", "IS NULL", "IS NOT NULL"},
                                         {"TRUE", "IS TRUE", "IS NOT TRUE"},
                                         {"FALSE", "IS FALSE", "IS NOT FALSE"},
                                         {"UNKNOWN", "IS UNKNOWN", "IS NOT UNKNOWN"}};
  for (size_t t = 0; t < sizeof TESTS / sizeof TESTS[0]; t++) {
    if (parser_accept_word(parser, TESTS[t][0]))
      return parser_new_call(parser, place, TESTS[t][is_negated ? 2 : 1], true, 1, &left);
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
  if ((arguments[1] = parse_operators_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL ||
      !parser_expect_word(parser, "AND") ||
      (arguments[2] = parse_operators_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL) {
    return NULL;
  }
  const char *name = is_symmetric ? (is_negated ? "NOT BETWEEN SYMMETRIC" : "BETWEEN SYMMETRIC")
                                  : (is_negated ? "NOT BETWEEN" : "BETWEEN");
  return parser_new_call(parser, place, name, true, 3, arguments);
}

static AstExpr *parse_in(Parser *parser, AstExpr *left, SourcePlace place, bool is_negated) {
  if (!parser_expect_symbol(parser, "(")) return NULL;
  if (parser_is_word(parser, 0, "SELECT") || parser_is_word(parser, 0, "WITH") || parser_is_word(parser, 0, "VALUES")) {
    AstExpr *expr = parser_new_expr(parser, AST_SUBQUERY, place);
    expr->subquery.kind = SUBQUERY_IN;
    expr->subquery.operand = left;
    expr->subquery.is_negated = is_negated;
    if ((expr->subquery.query = parse_query(parser)) == NULL) return NULL;
    return parser_expect_symbol(parser, ")") ? expr : NULL;
  }
  AstExpr *call = parser_new_call(parser, place, is_negated ? "NOT IN" : "IN", true, 0, NULL);
  PARSER_APPEND(parser, call->call.arguments, call->call.n_arguments, left);
  if (!parse_expression_list(parser, &call->call.arguments, &call->call.n_arguments)) return NULL;
  return parser_expect_symbol(parser, ")") ? call : NULL;
}

static AstExpr *parse_like(Parser *parser, AstExpr *left, SourcePlace place, const char *name) {
  AstExpr *arguments[3] = {left, parse_operators_above(parser, PRECEDENCE_BETWEEN + 1)};
  uint32_t n_arguments = 2;
  if (arguments[1] == NULL) return NULL;
  if (parser_accept_word(parser, "ESCAPE")) {
    if ((arguments[2] = parse_operators_above(parser, PRECEDENCE_BETWEEN + 1)) == NULL) return NULL;
    n_arguments = 3;
  }
  return parser_new_call(parser, place, name, true, n_arguments, arguments);
}

/* What stands where Flink has no such operator; true when an error was set. */
static bool refuse_infix(Parser *parser) {
  const Token *token = parser_token(parser);
  uint32_t ahead = parser_is_word(parser, 0, "NOT") ? 1 : 0;
  const char *hint = NULL;
  if (parser_is_symbol(parser, 0, "!=")) {
    hint = "write <>";
  } else if (parser_is_symbol(parser, 0, "=") && parser_is_symbol(parser, 1, "=")) {
    hint = "write =";
  } else if (parser_is_word(parser, ahead, "RLIKE")) {
    hint = "write REGEXP(text, 'pattern')";
  } else if (parser_is_word(parser, ahead, "ILIKE")) {
    hint = "write LOWER(text) LIKE 'pattern'";
  } else if (parser_is_word(parser, 0, "OVERLAPS")) {
    return !error_at(parser->error, ERROR_UNSUPPORTED, token->place, "OVERLAPS is not supported yet");
  } else {
    return false;
  }
  bool is_double = parser_is_symbol(parser, 1, "=");
  error_at(parser->error, ERROR_USAGE, token[ahead].place, "Flink SQL has no operator %s%s", token[ahead].text,
           is_double ? "=" : "");
  error_hint(parser->error, "%s", hint);
  return true;
}

/* x = ANY (...): after a comparison. */
static bool refuse_quantifier(Parser *parser, int precedence) {
  bool is_quantifier =
      parser_is_word(parser, 0, "ANY") || parser_is_word(parser, 0, "SOME") || parser_is_word(parser, 0, "ALL");
  if (precedence != PRECEDENCE_COMPARE || !is_quantifier || !parser_is_symbol(parser, 1, "(")) return false;
  error_at(parser->error, ERROR_UNSUPPORTED, parser_token(parser)->place,
           "a comparison with %s (...) is not supported yet", parser_token(parser)->text);
  return true;
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
    const char *name;
    int precedence;
  } SYMBOLS[] = {{"=", PRECEDENCE_COMPARE},  {"<>", PRECEDENCE_COMPARE}, {"<", PRECEDENCE_COMPARE},
                 {"<=", PRECEDENCE_COMPARE}, {">", PRECEDENCE_COMPARE},  {">=", PRECEDENCE_COMPARE},
                 {"+", PRECEDENCE_ADD},      {"-", PRECEDENCE_ADD},      {"*", PRECEDENCE_MULTIPLY},
                 {"/", PRECEDENCE_MULTIPLY}, {"%", PRECEDENCE_MULTIPLY}, {"||", PRECEDENCE_MULTIPLY}};
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_SYMBOL) {
    for (size_t s = 0; s < sizeof SYMBOLS / sizeof SYMBOLS[0]; s++) {
      if (strcmp(token->text, SYMBOLS[s].name) == 0) {
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
  if (parser_is_word(parser, at, "SIMILAR") && parser_is_word(parser, at + 1, "TO")) {
    return (Infix){INFIX_LIKE, PRECEDENCE_BETWEEN, at + 2, is_negated ? "NOT SIMILAR TO" : "SIMILAR TO", is_negated};
  }
  return (Infix){0};
}

/* An expression of operators that bind at least as tightly as `precedence`. */
AstExpr *parse_operators_above(Parser *parser, int precedence) {
  if (!parser_enter(parser)) return NULL;
  uint32_t tallest = parser->tallest; /* of what was parsed before: this expression's own height is counted from 0 */
  parser->tallest = 0;
  AstExpr *left = parse_prefix(parser);
  while (left != NULL) {
    if (refuse_infix(parser)) return NULL;
    Infix infix = find_infix(parser);
    if (infix.form == INFIX_NONE || infix.precedence < precedence) break;
    SourcePlace place = parser_token(parser)->place;
    parser->position += infix.n_tokens;
    switch (infix.form) {
      case INFIX_BINARY: {
        if (refuse_quantifier(parser, infix.precedence)) return NULL;
        AstExpr *arguments[] = {left, parse_operators_above(parser, infix.precedence + 1)};
        left = arguments[1] == NULL ? NULL : parser_new_call(parser, place, infix.name, true, 2, arguments);
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
    if (left != NULL && !parser_check_height(parser, ++parser->tallest, place)) return NULL;
  }
  parser->tallest++;
  if (parser->tallest < tallest) parser->tallest = tallest;
  parser_leave(parser);
  return left;
}

AstExpr *parse_expression(Parser *parser) { return parse_operators_above(parser, PRECEDENCE_OR); }
