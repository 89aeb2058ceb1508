/* What the parse_*.c files share, and nobody outside them: the position in the tokens and the small steps from it.
 *
 * On a syntax error a function sets the parser's error and returns NULL or false; callers pass that on at once. */
#ifndef WEIR_SQL_PARSER_H
#define WEIR_SQL_PARSER_H

#include "sql/ast.h"
#include "sql/token.h"

/* Expressions and queries may nest this deep: the parser, and all that walk the tree after it, recurse. */
enum { NESTING_MAX = 200 };

typedef struct Parser {
  Arena *arena;
  const Token *tokens;
  uint32_t position;
  uint32_t depth;
  Error *error;
} Parser;

static inline const Token *parser_token(const Parser *parser) { return &parser->tokens[parser->position]; }

/* Tests, without moving. `ahead` 0 is the current token. */
bool parser_is_word(const Parser *parser, uint32_t ahead, const char *word);
bool parser_is_symbol(const Parser *parser, uint32_t ahead, const char *symbol);
/* Whether the token can be a name: quoted, or a word that is not reserved. */
bool parser_is_name(const Parser *parser, uint32_t ahead);

/* Moves past the token if it is that. */
bool parser_accept_word(Parser *parser, const char *word);
bool parser_accept_words(Parser *parser, const char *first, const char *second);
bool parser_accept_symbol(Parser *parser, const char *symbol);

/* Moves past the token, or sets "expected X, found Y". */
bool parser_expect_word(Parser *parser, const char *word);
bool parser_expect_symbol(Parser *parser, const char *symbol);
bool parser_expect_name(Parser *parser, const char *what, AstName *name);
/* A string literal: NULL on error. */
const char *parser_expect_string(Parser *parser, const char *what);
/* Sets "expected `what`, found ..." at the current token; returns false. */
bool parser_expected(Parser *parser, const char *what);

/* Guards recursion: enter fails (with an error) beyond NESTING_MAX; leave undoes a successful enter. */
bool parser_enter(Parser *parser);
void parser_leave(Parser *parser);

bool parse_path(Parser *parser, const char *what, AstPath *path);
/* (a, b, c) */
bool parse_name_list(Parser *parser, AstName **names, uint32_t *n_names);
bool parse_type(Parser *parser, AstType *type);
AstExpr *parse_expression(Parser *parser);
/* expr, expr, ... */
bool parse_expression_list(Parser *parser, AstExpr ***list, uint32_t *n_list);
bool parse_window(Parser *parser, AstWindow *window);
bool parse_order_by(Parser *parser, AstOrderItem **items, uint32_t *n_items);
AstQuery *parse_query(Parser *parser);
AstFrom *parse_table_argument(Parser *parser);
AstStatement *parse_statement(Parser *parser);

/* Lists that grow while they are parsed: amortised doubling in the arena. */
#define PARSER_APPEND(parser, list, count, item)                         \
  do {                                                                   \
    if (((count) & ((count)-1)) == 0) {                                  \
      (list) = parser_double((parser), (list), (count), sizeof *(list)); \
    }                                                                    \
    (list)[(count)++] = (item);                                          \
  } while (0)
/* A copy of a full list of `count` items (0 or a power of two) with room for twice as many. */
void *parser_double(Parser *parser, const void *list, uint32_t count, size_t item_bytes);

#endif
