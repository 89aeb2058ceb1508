/* What the ast_print*.c files share, and nobody outside them. */
#ifndef WEIR_SQL_PRINTER_H
#define WEIR_SQL_PRINTER_H

#include <stdio.h>

#include "sql/ast_print.h"

typedef struct Printer {
  FILE *out; /* memory */
  AstPrintStyle style;
} Printer;

void print_name(Printer *printer, const char *name);
void print_names(Printer *printer, const AstName *names, uint32_t n_names); /* (a, b) */
void print_path(Printer *printer, const AstPath *path);
void print_string(Printer *printer, const char *text, size_t n_bytes); /* 'it''s' */
void print_type(Printer *printer, const AstType *type);
void print_expr(Printer *printer, const AstExpr *expr);
void print_exprs(Printer *printer, AstExpr *const *exprs, uint32_t n_exprs); /* a, b */
void print_order_by(Printer *printer, const AstOrderItem *items, uint32_t n_items);
void print_window(Printer *printer, const AstWindow *window); /* what stands in the parentheses */
void print_query(Printer *printer, const AstQuery *query);
void print_from(Printer *printer, const AstFrom *from);
void print_table_argument(Printer *printer, const AstFrom *from);
void print_statement(Printer *printer, const AstStatement *statement);

#endif
