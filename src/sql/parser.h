/* What the parse_*.c files share, and nobody outside them: the position in the tokens and the small steps from it.
 *
 * On a syntax error a function sets the parser's error and returns NULL or false; callers pass that on at once. */
#ifndef WEIR_SQL_PARSER_H
#define WEIR_SQL_PARSER_H

#include "sql/ast.h"
#include "sql/token.h"

/* Expressions and queries may nest this deep: the parser, and all that walk the tree after it, recurse. */
enum { NESTING_MAX = 200 };

/* The tree may be this high. It grows higher than the text is nested where operators, joins or set operations stand in
 * a row, since each takes what stands left of it as its operand. */
enum { HEIGHT_MAX = 2000 };

typedef struct Parser {
  Arena *arena;
  const Token *tokens;
  uint32_t position;
  uint32_t depth;
  uint32_t tallest; /* height of the highest tree so far in the expression or query that is being parsed */
  Error *error;
} Parser;

static inline const Token *parser_token(const Parser *parser) { return &parser->tokens[parser->position]; }

/* Tests, without moving. `ahead` 0 is the current token. */
bool parser_is_word(const Parser *parser, uint32_t ahead, const char *word);
bool parser_is_symbol(const Parser *parser, uint32_t ahead, const char *symbol);
/* Whether the token can be a name: quoted, or a word that is not reserved. */
bool parser_is_name(const Parser *parser, uint32_t ahead);
/* A reserved word that holds a statement together: before "(" it begins no call, and nobody meant it as a name. */
bool parser_is_structural(const Parser *parser);

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
/* Adds the hint to the error at the current token that a reserved word, if it was meant as a name, must be quoted. */
void parser_hint_reserved(Parser *parser);

/* Guards recursion: enter fails (with an error) beyond NESTING_MAX; leave undoes a successful enter. */
bool parser_enter(Parser *parser);
void parser_leave(Parser *parser);
/* Sets an error at `place` beyond HEIGHT_MAX. */
bool parser_check_height(Parser *parser, uint32_t height, SourcePlace place);

const char *parser_upper_copy(Parser *parser, const char *text);
AstExpr *parser_new_expr(Parser *parser, AstExprKind kind, SourcePlace place);
AstExpr *parser_new_call(Parser *parser, SourcePlace place, const char *name, bool is_operator, uint32_t n_arguments,
                         AstExpr *const *arguments);

bool parse_path(Parser *parser, const char *what, AstPath *path);
/* (a, b, c) */
bool parse_name_list(Parser *parser, AstName **names, uint32_t *n_names);
/* Without NOT NULL, which belongs to columns and elements but not to CAST. */
bool parse_type(Parser *parser, AstType *type);
bool parse_type_and_null(Parser *parser, AstType *type);

/* What stands behind an interval's value, and behind INTERVAL as a type. */
typedef struct IntervalUnits {
  const char *from; /* singular */
  const char *to;   /* NULL: a single unit */
  int32_t precision;
  int32_t fraction;
} IntervalUnits;
bool parse_interval_units(Parser *parser, IntervalUnits *units);
AstExpr *parse_interval(Parser *parser); /* at INTERVAL */

AstExpr *parse_expression(Parser *parser);
/* Operators that bind at least as tightly as `precedence` (sql/precedence.h). */
AstExpr *parse_operators_above(Parser *parser, int precedence);
AstExpr *parse_call(Parser *parser); /* at the name before "(" */
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
