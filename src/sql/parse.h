/* From SQL text to syntax tree: recursive descent over the tokens, with precedence climbing for expressions. */
#ifndef WEIR_SQL_PARSE_H
#define WEIR_SQL_PARSE_H

#include "sql/ast.h"

/* Parses a whole script: statements separated by `;`, which may be left out after the last one. (Flink's SQL client
 * ends a statement only at a `;` that ends a line; a file that keeps to that means the same to both.) All of the tree
 * lives in `arena`; `file` is kept in its places. */
bool parse_script(Arena *arena, const char *file, const char *text, size_t n_bytes, AstStatement ***statements,
                  uint32_t *n_statements, Error *error);

#endif
