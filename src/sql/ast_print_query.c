/* Printing queries: see ast_print.h. */
#include <assert.h>
#include <strings.h>

#include "sql/printer.h"

void print_order_by(Printer *printer, const AstOrderItem *items, uint32_t n_items) {
  for (uint32_t i = 0; i < n_items; i++) {
    fputs(i == 0 ? "ORDER BY " : ", ", printer->out);
    print_expr(printer, items[i].expr);
    if (items[i].is_descending) fputs(" DESC", printer->out);
    if (items[i].has_nulls_order) fputs(items[i].nulls_first ? " NULLS FIRST" : " NULLS LAST", printer->out);
  }
}

/* ---- windows ---- */

static void print_frame_bound(Printer *printer, const AstFrameBound *bound) {
  static const char *const WORDS[] = {
      [FRAME_UNBOUNDED_PRECEDING] = "UNBOUNDED PRECEDING",
      [FRAME_PRECEDING] = " PRECEDING",
      [FRAME_CURRENT_ROW] = "CURRENT ROW",
      [FRAME_FOLLOWING] = " FOLLOWING",
      [FRAME_UNBOUNDED_FOLLOWING] = "UNBOUNDED FOLLOWING",
  };
  if (bound->offset != NULL) print_expr(printer, bound->offset);
  fputs(WORDS[bound->kind], printer->out);
}

void print_window(Printer *printer, const AstWindow *window) {
  FILE *out = printer->out;
  const char *gap = "";
  if (window->name != NULL) {
    print_name(printer, window->name->text);
    gap = " ";
  }
  if (window->n_partition_by > 0) {
    fprintf(out, "%sPARTITION BY ", gap);
    print_exprs(printer, window->partition_by, window->n_partition_by);
    gap = " ";
  }
  if (window->n_order_by > 0) {
    fputs(gap, out);
    print_order_by(printer, window->order_by, window->n_order_by);
    gap = " ";
  }
  if (!window->has_frame) return;
  fprintf(out, "%s%s BETWEEN ", gap, window->is_range ? "RANGE" : "ROWS");
  print_frame_bound(printer, &window->lower);
  fputs(" AND ", out);
  print_frame_bound(printer, &window->upper);
}

/* ---- FROM ---- */

static void print_alias(Printer *printer, const AstFrom *from) {
  if (from->alias == NULL) return;
  fputs(" AS ", printer->out);
  print_name(printer, from->alias->text);
  if (from->n_alias_columns == 0) return;
  fputc(' ', printer->out);
  print_names(printer, from->alias_columns, from->n_alias_columns);
}

static void print_join(Printer *printer, const AstFrom *from) {
  static const char *const WORDS[] = {
      [AST_JOIN_INNER] = "JOIN",     [AST_JOIN_LEFT] = "LEFT JOIN",   [AST_JOIN_RIGHT] = "RIGHT JOIN",
      [AST_JOIN_FULL] = "FULL JOIN", [AST_JOIN_CROSS] = "CROSS JOIN",
  };
  FILE *out = printer->out;
  print_from(printer, from->join.left);
  fprintf(out, " %s%s ", from->join.is_natural ? "NATURAL " : "", WORDS[from->join.kind]);
  bool is_bracketed = from->join.right->kind == FROM_JOIN;
  if (is_bracketed) fputc('(', out);
  print_from(printer, from->join.right);
  if (is_bracketed) fputc(')', out);
  if (from->join.on != NULL) {
    fputs(" ON ", out);
    print_expr(printer, from->join.on);
  }
  if (from->join.n_using > 0) {
    fputs(" USING ", out);
    print_names(printer, from->join.using_columns, from->join.n_using);
  }
}

void print_table_argument(Printer *printer, const AstFrom *from) {
  assert(from->kind == FROM_TABLE);
  fputs("TABLE ", printer->out);
  print_path(printer, &from->table.path);
}

static void print_function(Printer *printer, const AstFrom *from) {
  const AstExpr *call = from->function.call;
  bool is_unnest = strcasecmp(call->call.name, "UNNEST") == 0;
  if (from->function.is_lateral) fputs("LATERAL ", printer->out);
  if (!is_unnest) fputs("TABLE(", printer->out);
  print_expr(printer, call);
  if (!is_unnest) fputc(')', printer->out);
}

void print_from(Printer *printer, const AstFrom *from) {
  FILE *out = printer->out;
  switch (from->kind) {
    case FROM_TABLE:
      print_path(printer, &from->table.path);
      if (from->table.as_of != NULL) {
        fputs(" FOR SYSTEM_TIME AS OF ", out);
        print_expr(printer, from->table.as_of);
      }
      break;
    case FROM_QUERY:
      fputc('(', out);
      print_query(printer, from->query);
      fputc(')', out);
      break;
    case FROM_FUNCTION:
      print_function(printer, from);
      break;
    case FROM_JOIN:
      print_join(printer, from);
      break;
  }
  print_alias(printer, from);
}

/* ---- SELECT, VALUES, set operations ---- */

static void print_select_item(Printer *printer, const AstSelectItem *item) {
  if (item->expr == NULL) {
    print_path(printer, &item->star_of);
    fputs(item->star_of.n_parts > 0 ? ".*" : "*", printer->out);
    return;
  }
  print_expr(printer, item->expr);
  if (item->alias == NULL) return;
  fputs(" AS ", printer->out);
  print_name(printer, item->alias->text);
}

static void print_group_item(Printer *printer, const AstGroupItem *item) {
  static const char *const WORDS[] = {
      [GROUP_PLAIN] = "", [GROUP_SETS] = "GROUPING SETS", [GROUP_ROLLUP] = "ROLLUP", [GROUP_CUBE] = "CUBE"};
  if (item->kind == GROUP_PLAIN) {
    print_expr(printer, item->expr);
    return;
  }
  fprintf(printer->out, "%s (", WORDS[item->kind]);
  for (uint32_t s = 0; s < item->n_sets; s++) {
    fputs(s == 0 ? "(" : ", (", printer->out);
    print_exprs(printer, item->sets[s], item->set_sizes[s]);
    fputc(')', printer->out);
  }
  fputc(')', printer->out);
}

static void print_select(Printer *printer, const AstSelect *select) {
  FILE *out = printer->out;
  fputs(select->is_distinct ? "SELECT DISTINCT " : "SELECT ", out);
  for (uint32_t i = 0; i < select->n_items; i++) {
    if (i > 0) fputs(", ", out);
    print_select_item(printer, &select->items[i]);
  }
  if (select->from != NULL) {
    fputs(" FROM ", out);
    print_from(printer, select->from);
  }
  if (select->where != NULL) {
    fputs(" WHERE ", out);
    print_expr(printer, select->where);
  }
  if (select->has_group_by) fputs(select->n_group_by == 0 ? " GROUP BY ()" : " GROUP BY ", out);
  for (uint32_t g = 0; g < select->n_group_by; g++) {
    if (g > 0) fputs(", ", out);
    print_group_item(printer, &select->group_by[g]);
  }
  if (select->having != NULL) {
    fputs(" HAVING ", out);
    print_expr(printer, select->having);
  }
  for (uint32_t w = 0; w < select->n_windows; w++) {
    AstWindow window = select->windows[w];
    fputs(w == 0 ? " WINDOW " : ", ", out);
    print_name(printer, window.name->text);
    fputs(" AS (", out);
    window.name = NULL; /* in a definition it is the name of the window itself */
    print_window(printer, &window);
    fputc(')', out);
  }
}

static void print_values(Printer *printer, const AstQuery *query) {
  for (uint32_t r = 0; r < query->values.n_rows; r++) {
    fputs(r == 0 ? "VALUES (" : ", (", printer->out);
    print_exprs(printer, query->values.rows[r], query->values.row_sizes[r]);
    fputc(')', printer->out);
  }
}

/* An operand of a set operation; in parentheses where it would otherwise be read differently. */
static void print_set_operand(Printer *printer, const AstQuery *operand, const AstQuery *parent, bool is_right) {
  bool has_tail = operand->n_with > 0 || operand->n_order_by > 0 || operand->limit != NULL || operand->offset != NULL;
  bool binds_less = operand->kind == QUERY_SET_OPERATION &&
                    (is_right || (parent->set.operation == SET_INTERSECT && operand->set.operation != SET_INTERSECT));
  bool is_bracketed =
      has_tail || binds_less || (printer->style == AST_PRINT_EXPLICIT && operand->kind == QUERY_SET_OPERATION);
  if (is_bracketed) fputc('(', printer->out);
  print_query(printer, operand);
  if (is_bracketed) fputc(')', printer->out);
}

void print_query(Printer *printer, const AstQuery *query) {
  static const char *const OPERATIONS[] = {
      [SET_UNION] = "UNION", [SET_INTERSECT] = "INTERSECT", [SET_EXCEPT] = "EXCEPT"};
  FILE *out = printer->out;
  for (uint32_t w = 0; w < query->n_with; w++) {
    const AstWith *with = &query->with[w];
    fputs(w == 0 ? "WITH " : ", ", out);
    print_name(printer, with->name.text);
    if (with->n_columns > 0) {
      fputc(' ', out);
      print_names(printer, with->columns, with->n_columns);
    }
    fputs(" AS (", out);
    print_query(printer, with->query);
    fputc(')', out);
  }
  if (query->n_with > 0) fputc(' ', out);
  switch (query->kind) {
    case QUERY_SELECT:
      print_select(printer, &query->select);
      break;
    case QUERY_VALUES:
      print_values(printer, query);
      break;
    case QUERY_SET_OPERATION:
      print_set_operand(printer, query->set.left, query, false);
      fprintf(out, " %s%s ", OPERATIONS[query->set.operation], query->set.is_all ? " ALL" : "");
      print_set_operand(printer, query->set.right, query, true);
      break;
  }
  if (query->n_order_by > 0) {
    fputc(' ', out);
    print_order_by(printer, query->order_by, query->n_order_by);
  }
  if (query->limit != NULL) {
    fputs(" LIMIT ", out);
    print_expr(printer, query->limit);
  }
  if (query->offset != NULL) {
    fputs(" OFFSET ", out);
    print_expr(printer, query->offset);
  }
}
