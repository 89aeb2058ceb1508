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

/* A token's text as a message shows it: the first characters, on one line. */
static void show_token(const Token *token, char *shown, size_t shown_bytes) {
  size_t n_bytes = 0;
  size_t room = shown_bytes - sizeof "...";
  while (n_bytes < token->n_bytes && n_bytes < room) {
    unsigned char c = (unsigned char)token->text[n_bytes];
    shown[n_bytes++] = (char)(c < 0x20 || c == 0x7F ? ' ' : c);
  }
  if (n_bytes < token->n_bytes) {
    while (n_bytes > 0 && ((unsigned char)token->text[n_bytes] & 0xC0) == 0x80) n_bytes--; /* not inside a character */
    memcpy(shown + n_bytes, "...", 3);
    n_bytes += 3;
  }
  shown[n_bytes] = '\0';
}

bool parser_is_structural(const Parser *parser) {
  static const char *const WORDS[] = {"SELECT", "FROM", "WHERE",    "GROUP",   "HAVING", "ORDER", "UNION", "INTERSECT",
                                      "EXCEPT", "ON",   "USING",    "WHEN",    "THEN",   "ELSE",  "END",   "AND",
                                      "OR",     "NOT",  "IN",       "BETWEEN", "LIKE",   "AS",    "BY",    "VALUES",
                                      "WITH",   "OVER", "JOIN",     "INNER",   "CROSS",  "SET",   "INTO",  "CASE",
                                      "IS",     "ALL",  "DISTINCT", "TABLE"};
  for (size_t w = 0; w < sizeof WORDS / sizeof WORDS[0]; w++) {
    if (parser_is_word(parser, 0, WORDS[w])) return true;
  }
  return false;
}

void parser_hint_reserved(Parser *parser) {
  const Token *token = parser_token(parser);
  if (token->kind != TOKEN_WORD || !token_is_reserved(token->text) || parser_is_structural(parser)) return;
  error_hint(parser->error, "%s is a reserved word: as a name, write it `%s`", token->text, token->text);
}

static bool set_expected(Parser *parser, const char *what) {
  const Token *token = parser_token(parser);
  char shown[64];
  show_token(token, shown, sizeof shown);
  switch (token->kind) {
    case TOKEN_END:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found the end of the script", what);
    case TOKEN_STRING:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found the string '%s'", what, shown);
    case TOKEN_HINT:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found a hint", what);
    case TOKEN_QUOTED:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found `%s`", what, shown);
    case TOKEN_SYMBOL:
      return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found '%s'", what, shown);
    case TOKEN_WORD:
    case TOKEN_NUMBER:
      break;
  }
  return error_at(parser->error, ERROR_USAGE, token->place, "expected %s, found %s", what, shown);
}

bool parser_expected(Parser *parser, const char *what) {
  set_expected(parser, what);
  bool is_behind_comma = parser->position > 0 && parser_token(parser)[-1].kind == TOKEN_SYMBOL &&
                         strcmp(parser_token(parser)[-1].text, ",") == 0;
  bool is_end = parser_is_structural(parser) || parser_is_symbol(parser, 0, ")") || parser_is_symbol(parser, 0, ";") ||
                parser_token(parser)->kind == TOKEN_END;
  if (is_behind_comma && is_end) error_hint(parser->error, "the comma before it is one too many");
  return false;
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
    parser_hint_reserved(parser);
    if (token->kind == TOKEN_NUMBER)
      error_hint(parser->error, "a name that begins with a digit is quoted: `%s...`", token->text);
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

bool parser_check_height(Parser *parser, uint32_t height, SourcePlace place) {
  if (height <= HEIGHT_MAX) return true;
  return error_at(parser->error, ERROR_USAGE, place, "more than %d operators, joins or set operations in a row",
                  HEIGHT_MAX);
}

const char *parser_upper_copy(Parser *parser, const char *text) {
  char *copy = arena_copy_text(parser->arena, text, strlen(text));
  for (char *c = copy; *c != '\0'; c++) *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
  return copy;
}

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

/* Behind a whole statement: what other dialects would go on with gets Flink's spelling as a hint. */
static bool expected_end(Parser *parser) {
  static const char *const HINTS[][2] = {
      {"MINUS", "write EXCEPT"},
      {"LIMIT", "write LIMIT before OFFSET"},
      {"WHERE", "WHERE stands behind FROM and its joins, before GROUP BY"},
      {"GROUP", "GROUP BY stands behind WHERE, before HAVING and ORDER BY"},
      {"FROM", "FROM stands behind the columns of SELECT, before WHERE"},
      {"HAVING", "HAVING stands behind GROUP BY"},
      {"ORDER", "ORDER BY stands last, before LIMIT"},
      {"PARTITIONED", "PARTITIONED BY stands before WITH (...)"},
      {"INSERT", "a statement ends with ;"},
      {"CREATE", "a statement ends with ;"},
      {"SELECT", "a statement ends with ;"},
      {"SET", "a statement ends with ;"},
  };
  parser_expected(parser, "';' or the end of the statement");
  const Token *last = parser->position > 0 ? parser_token(parser) - 1 : NULL;
  if (last != NULL && last->kind == TOKEN_WORD) { /* FORM t: what was taken for an alias is a keyword misspelt */
    static const char *const CLAUSES[] = {"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "JOIN", "UNION"};
    const char *nearest = error_nearest_name(last->text, CLAUSES, sizeof CLAUSES / sizeof CLAUSES[0]);
    if (nearest != NULL && !token_is_reserved(last->text)) {
      error_hint(parser->error, "did you mean %s instead of %s?", nearest, last->text);
    }
  }
  for (size_t h = 0; h < sizeof HINTS / sizeof HINTS[0]; h++) {
    if (parser_is_word(parser, 0, HINTS[h][0])) error_hint(parser->error, "%s", HINTS[h][1]);
  }
  if (parser_is_symbol(parser, 0, ",") && parser->position >= 2 &&
      strcasecmp(parser->tokens[parser->position - 2].text, "LIMIT") == 0) {
    error_hint(parser->error, "write LIMIT count OFFSET start");
  }
  if (parser_is_symbol(parser, 0, ":") && parser_is_symbol(parser, 1, ":")) {
    error_hint(parser->error, "a cast is written CAST(value AS type)");
  }
  return false;
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
    parser.tallest = 0;
    AstStatement *statement = parse_statement(&parser);
    if (statement == NULL) return false;
    PARSER_APPEND(&parser, *statements, *n_statements, statement);
    if (parser_token(&parser)->kind != TOKEN_END && !parser_is_symbol(&parser, 0, ";")) {
      return expected_end(&parser);
    }
  }
}
