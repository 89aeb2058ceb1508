/* The steps of parser.h and the script loop. */
#include "sql/parse.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sql/parser.h"

static const Token *token_ahead(const Parser *parser, uint32_t ahead) {
  const Token *token = parser_token(parser);
  while (ahead-- > 0 && token->kind != TOKEN_END) token++;
  return token;
}

bool parser_is_word(const Parser *parser, uint32_t ahead, const char *word) {
  const Token *token = token_ahead(parser, ahead);
  return token->kind == TOKEN_WORD && strcasecmp(token->text, word) == 0;
}

bool parser_is_symbol(const Parser *parser, uint32_t ahead, const char *symbol) {
  const Token *token = token_ahead(parser, ahead);
  return token->kind == TOKEN_SYMBOL && strcmp(token->text, symbol) == 0;
}

bool parser_is_name(const Parser *parser, uint32_t ahead) {
  const Token *token = token_ahead(parser, ahead);
  return token->kind == TOKEN_QUOTED || (token->kind == TOKEN_WORD && !token_is_reserved(token->text));
}

bool parser_accept_word(Parser *parser, const char *word) {
  if (!parser_is_word(parser, 0, word)) return false;
  parser->position++;
  return true;
}

bool parser_accept_words(Parser *parser, const char *first, const char *second) {
  if (!parser_is_word(parser, 0, first) || !parser_is_word(parser, 1, second)) return false;
  parser->position += 2;
  return true;
}

bool parser_accept_symbol(Parser *parser, const char *symbol) {
  if (!parser_is_symbol(parser, 0, symbol)) return false;
  parser->position++;
  return true;
}

bool parser_expected(Parser *parser, const char *what) {
  const Token *token = parser_token(parser);
  switch (token->kind) {
    case TOKEN_END:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found the end of the script", what);
    case TOKEN_STRING:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found the string '%.60s'", what,
                      token->text);
    case TOKEN_HINT:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found a hint", what);
    case TOKEN_WORD:
    case TOKEN_QUOTED:
    case TOKEN_NUMBER:
    case TOKEN_SYMBOL:
      break;
  }
  return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found %.60s", what, token->text);
}

bool parser_expect_word(Parser *parser, const char *word) {
  if (parser_accept_word(parser, word)) return true;
  parser_expected(parser, word);
  const Token *token = parser_token(parser);
  if (token->kind == TOKEN_WORD && error_nearest_name(token->text, &word, 1) != NULL) {
    error_hint(parser->error, "did you mean %s?", word);
  }
  return false;
}

bool parser_expect_symbol(Parser *parser, const char *symbol) {
  if (parser_accept_symbol(parser, symbol)) return true;
  char what[8];
  snprintf(what, sizeof what, "'%s'", symbol);
  return parser_expected(parser, what);
}

bool parser_expect_name(Parser *parser, const char *what, AstName *name) {
  const Token *token = parser_token(parser);
  if (!parser_is_name(parser, 0)) {
    parser_expected(parser, what);
    if (token->kind == TOKEN_WORD) {
      error_hint(parser->error, "%s is a reserved word: as a name, write it `%s`", token->text, token->text);
    }
    return false;
  }
  *name = (AstName){.text = token->text, .place = token->place};
  parser->position++;
  return true;
}

const char *parser_expect_string(Parser *parser, const char *what) {
  const Token *token = parser_token(parser);
  if (token->kind != TOKEN_STRING) {
    parser_expected(parser, what);
    return NULL;
  }
  if (memchr(token->text, '\0', token->n_bytes) != NULL) {
    error_at(parser->error, ERROR_USAGE, token->place, "a NUL character is not allowed in %s", what);
    return NULL;
  }
  parser->position++;
  return token->text;
}

bool parser_enter(Parser *parser) {
  if (parser->depth >= NESTING_MAX) {
    return error_at(parser->error, ERROR_USAGE, parser_token(parser)->place, "nested more than %d levels deep",
                    NESTING_MAX);
  }
  parser->depth++;
  return true;
}

void parser_leave(Parser *parser) { parser->depth--; }

void *parser_double(Parser *parser, const void *list, uint32_t count, size_t item_bytes) {
  char *grown = arena_alloc(parser->arena, (count == 0 ? 1 : 2 * (size_t)count) * item_bytes);
  if (count > 0) memcpy(grown, list, count * item_bytes);
  return grown;
}

bool parse_path(Parser *parser, const char *what, AstPath *path) {
  *path = (AstPath){.place = parser_token(parser)->place};
  do {
    AstName name;
    if (!parser_expect_name(parser, what, &name)) return false;
    PARSER_APPEND(parser, path->parts, path->n_parts, name);
  } while (parser_accept_symbol(parser, "."));
  return true;
}

bool parse_name_list(Parser *parser, AstName **names, uint32_t *n_names) {
  if (!parser_expect_symbol(parser, "(")) return false;
  do {
    AstName name;
    if (!parser_expect_name(parser, "a column name", &name)) return false;
    PARSER_APPEND(parser, *names, *n_names, name);
  } while (parser_accept_symbol(parser, ","));
  return parser_expect_symbol(parser, ")");
}

bool parse_script(Arena *arena, const char *file, const char *text, size_t n_bytes, AstStatement ***statements,
                  uint32_t *n_statements, Error *error) {
  *statements = NULL;
  *n_statements = 0;
  TokenList list;
  if (!token_split(arena, file, text, n_bytes, &list, error)) return false;
  Parser parser = {.arena = arena, .tokens = list.tokens, .error = error};
  for (;;) {
    while (parser_accept_symbol(&parser, ";")) continue;
    if (parser_token(&parser)->kind == TOKEN_END) return true;
    AstStatement *statement = parse_statement(&parser);
    if (statement == NULL) return false;
    PARSER_APPEND(&parser, *statements, *n_statements, statement);
    if (parser_token(&parser)->kind != TOKEN_END && !parser_is_symbol(&parser, 0, ";")) {
      return parser_expected(&parser, "';' or the end of the statement");
    }
  }
}
