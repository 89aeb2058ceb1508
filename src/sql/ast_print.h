/* From syntax tree back to SQL: what EXPLAIN, messages and derived names show, and what the tests compare.
 *
 * The text parses to the same tree again. Keywords are upper case, names are quoted only where they must be, and it is
 * all one line. Comments are gone; so are spellings that mean the same (CEILING is CEIL, ALL is left out). */
#ifndef WEIR_SQL_AST_PRINT_H
#define WEIR_SQL_AST_PRINT_H

#include "sql/ast.h"

typedef enum AstPrintStyle {
  AST_PRINT_PLAIN,   /* as a person would write it: parentheses only where the tree needs them */
  AST_PRINT_EXPLICIT /* every operator in parentheses: shows how a text was understood */
} AstPrintStyle;

/* Each lives in `arena`. */
const char *ast_print_expr(Arena *arena, const AstExpr *expr, AstPrintStyle style);
const char *ast_print_type(Arena *arena, const AstType *type);
const char *ast_print_query(Arena *arena, const AstQuery *query, AstPrintStyle style);
const char *ast_print_statement(Arena *arena, const AstStatement *statement, AstPrintStyle style);

#endif
