/* The lexer: SQL text to tokens, after Calcite's lexical rules as Flink sets them up: identifiers keep their case and
 * are quoted by backquotes, strings by apostrophes, keywords have no case. */
#ifndef WEIR_SQL_TOKEN_H
#define WEIR_SQL_TOKEN_H

#include "vec/arena.h"
#include "vec/error.h"

typedef enum TokenKind {
  TOKEN_WORD,   /* a keyword or an identifier: the parser knows which */
  TOKEN_QUOTED, /* `an identifier` */
  TOKEN_STRING, /* 'text', also U&'text' */
  TOKEN_NUMBER,
  TOKEN_SYMBOL, /* an operator or punctuation */
  TOKEN_HINT,   /* the text between slash-star-plus and star-slash */
  TOKEN_END     /* after the last one */
} TokenKind;

typedef struct Token {
  TokenKind kind;
  const char *text; /* unquoted and unescaped, NUL-terminated; as written for words, numbers and symbols */
  uint32_t n_bytes; /* of text */
  SourcePlace place;
  int end_line; /* that the token ends on: strings and hints may go over several */
} Token;

typedef struct TokenList {
  Token *tokens; /* ends with a TOKEN_END */
  uint32_t n_tokens;
} TokenList;

/* Splits `text` (UTF-8, n_bytes long) into tokens that live in `arena`. `file` is kept in their places. */
bool token_split(Arena *arena, const char *file, const char *text, size_t n_bytes, TokenList *list, Error *error);

/* Whether an unquoted identifier may not be this word (Flink 2.2's reserved words). */
bool token_is_reserved(const char *word);

#endif
