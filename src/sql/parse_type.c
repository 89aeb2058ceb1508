/* Types as written in CREATE TABLE and CAST: names, arguments in parentheses, elements in angle brackets. */
#include <stdlib.h>
#include <string.h>

#include "sql/parser.h"

static bool parse_type_arguments(Parser *parser, AstType *type) {
  if (!parser_accept_symbol(parser, "(")) return true;
  do {
    const Token *token = parser_token(parser);
    if (token->kind != TOKEN_NUMBER || strspn(token->text, "0123456789") != token->n_bytes || token->n_bytes > 12) {
      return parser_expected(parser, "a whole number");
    }
    if (type->n_arguments == 2) return parser_expected(parser, "')'");
    type->arguments[type->n_arguments++] = strtoll(token->text, NULL, 10);
    parser->position++;
  } while (parser_accept_symbol(parser, ","));
  return parser_expect_symbol(parser, ")");
}

static bool append_element(Parser *parser, AstType *type, const AstName *name) {
  AstType element;
  if (!parse_type_and_null(parser, &element)) return false;
  uint32_t n_names = type->n_elements;
  if (name != NULL) PARSER_APPEND(parser, type->element_names, n_names, *name);
  PARSER_APPEND(parser, type->elements, type->n_elements, element);
  return true;
}

/* ROW<a INT, b STRING 'comment'>, or in parentheses. Comments are left out of the tree. */
static bool parse_fields(Parser *parser, AstType *type) {
  const char *close = parser_accept_symbol(parser, "(") ? ")" : ">";
  if (*close == '>' && !parser_expect_symbol(parser, "<")) return false;
  do {
    AstName name;
    if (!parser_expect_name(parser, "a field's name", &name) || !append_element(parser, type, &name)) return false;
    if (parser_token(parser)->kind == TOKEN_STRING) parser->position++;
  } while (parser_accept_symbol(parser, ","));
  return parser_expect_symbol(parser, close);
}

/* ARRAY<INT>, MULTISET<INT>, MAP<STRING, INT> */
static bool parse_elements(Parser *parser, AstType *type, uint32_t n_elements) {
  if (!parser_expect_symbol(parser, "<")) return false;
  for (uint32_t e = 0; e < n_elements; e++) {
    if (e > 0 && !parser_expect_symbol(parser, ",")) return false;
    if (!append_element(parser, type, NULL)) return false;
  }
  return parser_expect_symbol(parser, ">");
}

static bool parse_zone(Parser *parser, AstType *type) {
  if (parser_accept_words(parser, "WITHOUT", "TIME")) return parser_expect_word(parser, "ZONE");
  if (strcmp(type->name, "TIMESTAMP") != 0 || !parser_accept_word(parser, "WITH")) return true;
  if (!parser_expect_word(parser, "LOCAL") || !parser_expect_word(parser, "TIME") ||
      !parser_expect_word(parser, "ZONE")) {
    return false;
  }
  type->name = "TIMESTAMP_LTZ";
  return true;
}

static bool parse_interval_type(Parser *parser, AstType *type) {
  IntervalUnits units;
  if (!parse_interval_units(parser, &units)) return false;
  type->from = units.from;
  type->to = units.to;
  return true;
}

/* INT ARRAY is ARRAY<INT>. */
static void wrap_element(Parser *parser, AstType *type, const char *name) {
  AstType element = *type;
  *type = (AstType){.name = name, .place = element.place};
  PARSER_APPEND(parser, type->elements, type->n_elements, element);
}

static bool parse_named_type(Parser *parser, AstType *type) {
  const char *name = type->name;
  if (strcmp(name, "ARRAY") == 0 || strcmp(name, "MULTISET") == 0) return parse_elements(parser, type, 1);
  if (strcmp(name, "MAP") == 0) return parse_elements(parser, type, 2);
  if (strcmp(name, "ROW") == 0) return parse_fields(parser, type);
  if (strcmp(name, "INTERVAL") == 0) return parse_interval_type(parser, type);
  if (strcmp(name, "DOUBLE") == 0) parser_accept_word(parser, "PRECISION");
  if (strcmp(name, "CHAR") == 0 && parser_accept_word(parser, "VARYING")) type->name = "VARCHAR";
  if (strcmp(name, "BINARY") == 0 && parser_accept_word(parser, "VARYING")) type->name = "VARBINARY";
  if (!parse_type_arguments(parser, type)) return false;
  return (strcmp(name, "TIMESTAMP") != 0 && strcmp(name, "TIME") != 0) || parse_zone(parser, type);
}

bool parse_type(Parser *parser, AstType *type) {
  static const char *const SYNONYMS[][2] = {
      {"INTEGER", "INT"}, {"DEC", "DECIMAL"}, {"NUMERIC", "DECIMAL"}, {"CHARACTER", "CHAR"}};
  const Token *token = parser_token(parser);
  *type = (AstType){.place = token->place};
  if (token->kind != TOKEN_WORD) return parser_expected(parser, "a type");
  if (!parser_enter(parser)) return false;
  parser->position++;
  const char *name = parser_upper_copy(parser, token->text);
  type->name = name;
  for (size_t s = 0; s < sizeof SYNONYMS / sizeof SYNONYMS[0]; s++) {
    if (strcmp(name, SYNONYMS[s][0]) == 0) type->name = SYNONYMS[s][1];
  }
  if (!parse_named_type(parser, type)) return false;
  for (uint32_t wraps = 0; parser_is_word(parser, 0, "ARRAY") || parser_is_word(parser, 0, "MULTISET"); wraps++) {
    if (wraps == NESTING_MAX) return parser_expected(parser, "the end of the type");
    wrap_element(parser, type, parser_is_word(parser, 0, "ARRAY") ? "ARRAY" : "MULTISET");
    parser->position++;
  }
  const Token *last = parser_token(parser) - 1;
  if (last->place.line == type->place.line)
    type->place.length = last->place.column + last->place.length - type->place.column;
  parser_leave(parser);
  return true;
}

bool parse_type_and_null(Parser *parser, AstType *type) {
  if (!parse_type(parser, type)) return false;
  type->is_not_null = parser_accept_words(parser, "NOT", "NULL");
  if (!type->is_not_null) parser_accept_word(parser, "NULL");
  return true;
}
