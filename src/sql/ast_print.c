/* Printing statements, and the entry points: see ast_print.h. */
#include "sql/ast_print.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sql/printer.h"

static void print_text(Printer *printer, const char *text) { print_string(printer, text, strlen(text)); }

static void print_comment(Printer *printer, const char *comment) {
  if (comment == NULL) return;
  fputs(" COMMENT ", printer->out);
  print_text(printer, comment);
}

static void print_column(Printer *printer, const AstColumn *column) {
  FILE *out = printer->out;
  print_name(printer, column->name.text);
  fputc(' ', out);
  if (column->kind == COLUMN_COMPUTED) {
    fputs("AS ", out);
    print_expr(printer, column->expr);
  } else {
    print_type(printer, &column->type);
  }
  if (column->kind == COLUMN_METADATA) {
    fputs(" METADATA", out);
    if (column->metadata_key != NULL) {
      fputs(" FROM ", out);
      print_text(printer, column->metadata_key);
    }
    if (column->is_virtual) fputs(" VIRTUAL", out);
  }
  if (column->is_primary_key) fputs(" PRIMARY KEY NOT ENFORCED", out);
  print_comment(printer, column->comment);
}

static void print_create_table(Printer *printer, const AstCreateTable *table) {
  FILE *out = printer->out;
  fprintf(out, "CREATE %sTABLE %s", table->is_temporary ? "TEMPORARY " : "",
          table->if_not_exists ? "IF NOT EXISTS " : "");
  print_path(printer, &table->path);
  const char *gap = " (";
  for (uint32_t c = 0; c < table->n_columns; c++) {
    fputs(gap, out);
    print_column(printer, &table->columns[c]);
    gap = ", ";
  }
  if (table->watermark_column != NULL) {
    fprintf(out, "%sWATERMARK FOR ", gap);
    print_name(printer, table->watermark_column->text);
    fputs(" AS ", out);
    print_expr(printer, table->watermark);
    gap = ", ";
  }
  if (table->n_primary_key > 0) {
    fprintf(out, "%sPRIMARY KEY ", gap);
    print_names(printer, table->primary_key, table->n_primary_key);
    fputs(" NOT ENFORCED", out);
    gap = ", ";
  }
  if (strcmp(gap, ", ") == 0) fputc(')', out);
  print_comment(printer, table->comment);
  if (table->n_partitioned_by > 0) {
    fputs(" PARTITIONED BY ", out);
    print_names(printer, table->partitioned_by, table->n_partitioned_by);
  }
  for (uint32_t o = 0; o < table->n_options; o++) {
    fputs(o == 0 ? " WITH (" : ", ", out);
    print_text(printer, table->options[o].key);
    fputs(" = ", out);
    print_text(printer, table->options[o].value);
  }
  if (table->n_options > 0) fputc(')', out);
}

static void print_create_view(Printer *printer, const AstCreateView *view) {
  FILE *out = printer->out;
  fprintf(out, "CREATE %sVIEW %s", view->is_temporary ? "TEMPORARY " : "", view->if_not_exists ? "IF NOT EXISTS " : "");
  print_path(printer, &view->path);
  if (view->n_columns > 0) {
    fputc(' ', out);
    print_names(printer, view->columns, view->n_columns);
  }
  print_comment(printer, view->comment);
  fputs(" AS ", out);
  print_query(printer, view->query);
}

static void print_insert(Printer *printer, const AstInsert *insert) {
  fputs(insert->is_overwrite ? "INSERT OVERWRITE " : "INSERT INTO ", printer->out);
  print_path(printer, &insert->path);
  if (insert->n_columns > 0) {
    fputc(' ', printer->out);
    print_names(printer, insert->columns, insert->n_columns);
  }
  fputc(' ', printer->out);
  print_query(printer, insert->query);
}

static void print_insert_block(Printer *printer, const AstStatement *statement) {
  fputs("STATEMENT SET BEGIN ", printer->out);
  for (uint32_t s = 0; s < statement->set_of_inserts.n_statements; s++) {
    print_statement(printer, statement->set_of_inserts.statements[s]);
    fputs("; ", printer->out);
  }
  fputs("END", printer->out);
}

static void print_explain(Printer *printer, const AstStatement *statement) {
  const AstStatement *explained = statement->explain.statement;
  fputs(statement->explain.n_details == 0 ? "EXPLAIN PLAN FOR " : "EXPLAIN ", printer->out);
  for (uint32_t d = 0; d < statement->explain.n_details; d++) {
    fprintf(printer->out, "%s%s", d == 0 ? "" : ", ", statement->explain.details[d]);
  }
  if (statement->explain.n_details > 0) fputc(' ', printer->out);
  if (explained->kind == STATEMENT_SET_OF_INSERTS) {
    print_insert_block(printer, explained); /* without its EXECUTE */
  } else {
    print_statement(printer, explained);
  }
}

void print_statement(Printer *printer, const AstStatement *statement) {
  FILE *out = printer->out;
  switch (statement->kind) {
    case STATEMENT_CREATE_TABLE:
      print_create_table(printer, &statement->create_table);
      break;
    case STATEMENT_CREATE_VIEW:
      print_create_view(printer, &statement->create_view);
      break;
    case STATEMENT_SET:
    case STATEMENT_RESET:
      fputs(statement->kind == STATEMENT_SET ? "SET" : "RESET", out);
      if (statement->set.key != NULL) {
        fputc(' ', out);
        print_text(printer, statement->set.key);
      }
      if (statement->set.value != NULL) {
        fputs(" = ", out);
        print_text(printer, statement->set.value);
      }
      break;
    case STATEMENT_INSERT:
      print_insert(printer, &statement->insert);
      break;
    case STATEMENT_SET_OF_INSERTS:
      fputs("EXECUTE ", out);
      print_insert_block(printer, statement);
      break;
    case STATEMENT_EXPLAIN:
      print_explain(printer, statement);
      break;
    case STATEMENT_SELECT:
      print_query(printer, statement->query);
      break;
    case STATEMENT_OTHER:
      fputs(statement->name, out);
      break;
  }
}

/* ---- entry points ---- */

typedef struct Memory {
  char *text;
  size_t n_bytes;
} Memory;

static Printer open_printer(Memory *memory, AstPrintStyle style) {
  Printer printer = {.out = open_memstream(&memory->text, &memory->n_bytes), .style = style};
  assert(printer.out != NULL);
  return printer;
}

static const char *close_printer(Printer *printer, Memory *memory, Arena *arena) {
  fclose(printer->out);
  const char *text = arena_copy_text(arena, memory->text, memory->n_bytes);
  free(memory->text);
  return text;
}

const char *ast_print_expr(Arena *arena, const AstExpr *expr, AstPrintStyle style) {
  Memory memory;
  Printer printer = open_printer(&memory, style);
  print_expr(&printer, expr);
  return close_printer(&printer, &memory, arena);
}

const char *ast_print_type(Arena *arena, const AstType *type) {
  Memory memory;
  Printer printer = open_printer(&memory, AST_PRINT_PLAIN);
  print_type(&printer, type);
  return close_printer(&printer, &memory, arena);
}

const char *ast_print_query(Arena *arena, const AstQuery *query, AstPrintStyle style) {
  Memory memory;
  Printer printer = open_printer(&memory, style);
  print_query(&printer, query);
  return close_printer(&printer, &memory, arena);
}

const char *ast_print_statement(Arena *arena, const AstStatement *statement, AstPrintStyle style) {
  Memory memory;
  Printer printer = open_printer(&memory, style);
  print_statement(&printer, statement);
  return close_printer(&printer, &memory, arena);
}
