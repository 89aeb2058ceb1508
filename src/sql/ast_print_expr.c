/* Printing names, literals and expressions: see ast_print.h. Parentheses come from the precedences that the parser
 * climbs by. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "sql/precedence.h"
#include "sql/printer.h"
#include "sql/token.h"

static bool is_plain_name(const char *name) {
  static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  static const char LETTERS_AND_DIGITS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return name[0] != '\0' && strchr(LETTERS, name[0]) != NULL && name[strspn(name, LETTERS_AND_DIGITS)] == '\0' &&
         !token_is_reserved(name);
}

static void print_quoted(Printer *printer, const char *text, size_t n_bytes, char quote) {
  fputc(quote, printer->out);
  for (size_t i = 0; i < n_bytes; i++) {
    if (text[i] == quote) fputc(quote, printer->out);
    fputc(text[i], printer->out);
  }
  fputc(quote, printer->out);
}

void print_name(Printer *printer, const char *name) {
  if (is_plain_name(name)) {
    fputs(name, printer->out);
  } else {
    print_quoted(printer, name, strlen(name), '`');
  }
}

void print_names(Printer *printer, const AstName *names, uint32_t n_names) {
  for (uint32_t n = 0; n < n_names; n++) {
    fputs(n == 0 ? "(" : ", ", printer->out);
    print_name(printer, names[n].text);
  }
  fputc(')', printer->out);
}

void print_path(Printer *printer, const AstPath *path) {
  for (uint32_t p = 0; p < path->n_parts; p++) {
    if (p > 0) fputc('.', printer->out);
    print_name(printer, path->parts[p].text);
  }
}

void print_string(Printer *printer, const char *text, size_t n_bytes) { print_quoted(printer, text, n_bytes, '\''); }

void print_exprs(Printer *printer, AstExpr *const *exprs, uint32_t n_exprs) {
  for (uint32_t e = 0; e < n_exprs; e++) {
    if (e > 0) fputs(", ", printer->out);
    print_expr(printer, exprs[e]);
  }
}

/* ---- types ---- */

void print_type(Printer *printer, const AstType *type) {
  FILE *out = printer->out;
  if (type->from != NULL) {
    fprintf(out, "INTERVAL %s", type->from);
    if (type->to != NULL) fprintf(out, " TO %s", type->to);
  } else {
    fputs(type->name, out);
  }
  if (type->n_elements > 0) {
    for (uint32_t e = 0; e < type->n_elements; e++) {
      fputs(e == 0 ? "<" : ", ", out);
      if (type->element_names != NULL) {
        print_name(printer, type->element_names[e].text);
        fputc(' ', out);
      }
      print_type(printer, &type->elements[e]);
    }
    fputc('>', out);
  }
  for (uint32_t a = 0; a < type->n_arguments; a++) {
    fprintf(out, "%s%lld", a == 0 ? "(" : ", ", (long long)type->arguments[a]);
  }
  if (type->n_arguments > 0) fputc(')', out);
  if (type->is_not_null) fputs(" NOT NULL", out);
}

/* ---- calls ---- */

/* The precedence of an operator as it stands in a tree; calls and literals are primaries. */
static int precedence_of(const AstExpr *expr) {
  static const struct {
    const char *name;
    int precedence;
  } OPERATORS[] = {{"OR", PRECEDENCE_OR},      {"AND", PRECEDENCE_AND},    {"NOT", PRECEDENCE_NOT},
                   {"=", PRECEDENCE_COMPARE},  {"<>", PRECEDENCE_COMPARE}, {"<", PRECEDENCE_COMPARE},
                   {"<=", PRECEDENCE_COMPARE}, {">", PRECEDENCE_COMPARE},  {">=", PRECEDENCE_COMPARE},
                   {"+", PRECEDENCE_ADD},      {"-", PRECEDENCE_ADD},      {"*", PRECEDENCE_MULTIPLY},
                   {"/", PRECEDENCE_MULTIPLY}, {"%", PRECEDENCE_MULTIPLY}, {"||", PRECEDENCE_MULTIPLY},
                   {"[]", PRECEDENCE_PRIMARY}, {".", PRECEDENCE_PRIMARY}};
  if (expr->kind == AST_SUBQUERY && expr->subquery.kind == SUBQUERY_IN) return PRECEDENCE_BETWEEN;
  if (expr->kind != AST_CALL || !expr->call.is_operator) return PRECEDENCE_PRIMARY;
  const char *name = expr->call.name;
  if (expr->call.n_arguments == 1 && (strcmp(name, "-") == 0 || strcmp(name, "+") == 0)) return PRECEDENCE_UNARY;
  for (size_t o = 0; o < sizeof OPERATORS / sizeof OPERATORS[0]; o++) {
    if (strcmp(name, OPERATORS[o].name) == 0) return OPERATORS[o].precedence;
  }
  if (strncmp(name, "IS ", 3) == 0) return PRECEDENCE_IS;
  return PRECEDENCE_BETWEEN; /* BETWEEN, IN, LIKE and theirs, negated or not */
}

/* An operand of something that binds with `precedence`. */
static void print_operand(Printer *printer, const AstExpr *operand, int precedence) {
  bool is_explicit = printer->style == AST_PRINT_EXPLICIT && precedence_of(operand) < PRECEDENCE_PRIMARY;
  bool is_bracketed = !is_explicit && precedence_of(operand) < precedence; /* in explicit style it has its own */
  if (is_bracketed) fputc('(', printer->out);
  print_expr(printer, operand);
  if (is_bracketed) fputc(')', printer->out);
}

static void print_operator(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  const char *name = expr->call.name;
  AstExpr **arguments = expr->call.arguments;
  uint32_t n_arguments = expr->call.n_arguments;
  int precedence = precedence_of(expr);
  if (strcmp(name, "[]") == 0) {
    print_operand(printer, arguments[0], PRECEDENCE_PRIMARY);
    fputc('[', out);
    print_expr(printer, arguments[1]);
    fputc(']', out);
  } else if (strcmp(name, ".") == 0) {
    bool is_call = arguments[0]->kind == AST_CALL; /* else in parentheses: (a).b is not the path a.b */
    if (!is_call) fputc('(', out);
    print_operand(printer, arguments[0], PRECEDENCE_PRIMARY);
    fputs(is_call ? "." : ").", out);
    print_name(printer, arguments[1]->text);
  } else if (precedence == PRECEDENCE_UNARY) {
    fputs(name, out);
    if (precedence_of(arguments[0]) == PRECEDENCE_UNARY && printer->style == AST_PRINT_PLAIN) fputc(' ', out);
    print_operand(printer, arguments[0], precedence); /* - -a: two minus signs would begin a comment */
  } else if (precedence == PRECEDENCE_NOT) {
    fputs("NOT ", out);
    print_operand(printer, arguments[0], precedence);
  } else if (precedence == PRECEDENCE_IS && n_arguments == 1) {
    print_operand(printer, arguments[0], precedence);
    fprintf(out, " %s", name);
  } else if (strstr(name, "BETWEEN") != NULL) {
    print_operand(printer, arguments[0], precedence);
    fprintf(out, " %s ", name);
    print_operand(printer, arguments[1], precedence + 1);
    fputs(" AND ", out);
    print_operand(printer, arguments[2], precedence + 1);
  } else if (strcmp(name, "IN") == 0 || strcmp(name, "NOT IN") == 0) {
    print_operand(printer, arguments[0], precedence);
    fprintf(out, " %s (", name);
    print_exprs(printer, arguments + 1, n_arguments - 1);
    fputc(')', out);
  } else {
    /* LIKE has no left associativity to speak of: what stands left of it is bracketed, to be clear. */
    print_operand(printer, arguments[0], precedence == PRECEDENCE_BETWEEN ? precedence + 1 : precedence);
    fprintf(out, " %s ", name);
    print_operand(printer, arguments[1], precedence + 1);
    if (n_arguments == 3) {
      fputs(" ESCAPE ", out);
      print_operand(printer, arguments[2], precedence + 1);
    }
  }
}

static bool is_call_of(const AstExpr *expr, const char *name, uint32_t n_arguments) {
  return strcasecmp(expr->call.name, name) == 0 && expr->call.n_arguments == n_arguments;
}

/* Calls that the parser made from a syntax of their own, back in that syntax; false for any other call. */
static bool print_special_call(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  AstExpr **arguments = expr->call.arguments;
  if (expr->call.n_arguments < 2 || expr->call.is_quoted) return false;
  bool is_unit_first = arguments[0]->kind == AST_STRING;
  bool is_unit_second = arguments[1]->kind == AST_STRING;
  if (is_call_of(expr, "EXTRACT", 2) && is_unit_first) {
    fprintf(out, "EXTRACT(%s FROM ", arguments[0]->text);
    print_expr(printer, arguments[1]);
  } else if ((is_call_of(expr, "CEIL", 2) || is_call_of(expr, "FLOOR", 2)) && is_unit_second) {
    fprintf(out, "%s(", expr->call.name);
    print_expr(printer, arguments[0]);
    fprintf(out, " TO %s", arguments[1]->text);
  } else if ((is_call_of(expr, "TIMESTAMPADD", 3) || is_call_of(expr, "TIMESTAMPDIFF", 3)) && is_unit_first) {
    fprintf(out, "%s(%s, ", expr->call.name, arguments[0]->text);
    print_exprs(printer, arguments + 1, 2);
  } else if (is_call_of(expr, "TRIM", 3) && is_unit_first) {
    fprintf(out, "TRIM(%s ", arguments[0]->text);
    print_expr(printer, arguments[1]);
    fputs(" FROM ", out);
    print_expr(printer, arguments[2]);
  } else if (is_call_of(expr, "POSITION", 2)) {
    fputs("POSITION(", out);
    print_operand(printer, arguments[0], PRECEDENCE_BETWEEN + 1);
    fputs(" IN ", out);
    print_expr(printer, arguments[1]);
  } else if (is_call_of(expr, "OVERLAY", expr->call.n_arguments) && expr->call.n_arguments >= 3) {
    static const char *const WORDS[] = {"OVERLAY(", " PLACING ", " FROM ", " FOR "};
    for (uint32_t a = 0; a < expr->call.n_arguments; a++) {
      fputs(WORDS[a], out);
      print_expr(printer, arguments[a]);
    }
  } else {
    return false;
  }
  fputc(')', out);
  return true;
}

static void print_call(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  const char *name = expr->call.name;
  if (expr->call.is_niladic) {
    fputs(name, out);
    return;
  }
  if (!expr->call.is_quoted && (strcmp(name, "ARRAY") == 0 || strcmp(name, "MAP") == 0)) {
    fprintf(out, "%s[", name);
    print_exprs(printer, expr->call.arguments, expr->call.n_arguments);
    fputc(']', out);
    return;
  }
  if (!print_special_call(printer, expr)) {
    if (expr->call.is_quoted || (!is_plain_name(name) && !token_is_reserved(name))) {
      print_quoted(printer, name, strlen(name), '`');
    } else {
      fputs(name, out);
    }
    fputs(expr->call.is_distinct ? "(DISTINCT " : "(", out);
    print_exprs(printer, expr->call.arguments, expr->call.n_arguments);
    fputc(')', out);
  }
  if (expr->call.n_within_group > 0) {
    fputs(" WITHIN GROUP (", out);
    print_order_by(printer, expr->call.within_group, expr->call.n_within_group);
    fputc(')', out);
  }
  if (expr->call.filter != NULL) {
    fputs(" FILTER (WHERE ", out);
    print_expr(printer, expr->call.filter);
    fputc(')', out);
  }
  if (expr->call.over == NULL) return;
  fputs(" OVER ", out);
  const AstWindow *over = expr->call.over;
  if (over->name != NULL && over->n_partition_by == 0 && over->n_order_by == 0 && !over->has_frame) {
    print_name(printer, over->name->text);
  } else {
    fputc('(', out);
    print_window(printer, over);
    fputc(')', out);
  }
}

/* ---- the rest ---- */

static void print_case(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  fputs("CASE", out);
  if (expr->case_when.operand != NULL) {
    fputc(' ', out);
    print_expr(printer, expr->case_when.operand);
  }
  for (uint32_t w = 0; w < expr->case_when.n_whens; w++) {
    const AstWhen *when = &expr->case_when.whens[w];
    fputs(" WHEN ", out);
    print_expr(printer, when->condition);
    fputs(" THEN ", out);
    print_expr(printer, when->result);
  }
  if (expr->case_when.otherwise != NULL) {
    fputs(" ELSE ", out);
    print_expr(printer, expr->case_when.otherwise);
  }
  fputs(" END", out);
}

static void print_interval(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  fprintf(out, "INTERVAL %s", expr->interval.is_negative ? "-" : "");
  print_string(printer, expr->interval.text, strlen(expr->interval.text));
  fprintf(out, " %s", expr->interval.from);
  bool is_second = expr->interval.to == NULL && strcmp(expr->interval.from, "SECOND") == 0;
  if (expr->interval.precision >= 0) {
    fprintf(out, "(%d", expr->interval.precision);
    if (is_second && expr->interval.fraction >= 0) fprintf(out, ", %d", expr->interval.fraction);
    fputc(')', out);
  }
  if (expr->interval.to != NULL) {
    fprintf(out, " TO %s", expr->interval.to);
    if (expr->interval.fraction >= 0) fprintf(out, "(%d)", expr->interval.fraction);
  }
}

static void print_subquery(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  switch (expr->subquery.kind) {
    case SUBQUERY_SCALAR:
      break;
    case SUBQUERY_EXISTS:
      fputs("EXISTS ", out);
      break;
    case SUBQUERY_IN:
      print_operand(printer, expr->subquery.operand, PRECEDENCE_BETWEEN);
      fputs(expr->subquery.is_negated ? " NOT IN " : " IN ", out);
      break;
  }
  fputc('(', out);
  print_query(printer, expr->subquery.query);
  fputc(')', out);
}

void print_expr(Printer *printer, const AstExpr *expr) {
  FILE *out = printer->out;
  bool is_bracketed = printer->style == AST_PRINT_EXPLICIT && precedence_of(expr) < PRECEDENCE_PRIMARY;
  if (is_bracketed) fputc('(', out);
  switch (expr->kind) {
    case AST_COLUMN:
      print_path(printer, &expr->path);
      break;
    case AST_STRING:
      print_string(printer, expr->text, expr->n_bytes);
      break;
    case AST_NUMBER:
      fputs(expr->text, out);
      break;
    case AST_BOOLEAN:
      fputs(expr->boolean ? "TRUE" : "FALSE", out);
      break;
    case AST_NULL:
      fputs(expr->boolean ? "UNKNOWN" : "NULL", out);
      break;
    case AST_TIMESTAMP:
      fprintf(out, "%s ", expr->name);
      print_string(printer, expr->text, expr->n_bytes);
      break;
    case AST_INTERVAL:
      print_interval(printer, expr);
      break;
    case AST_CALL:
      if (expr->call.is_operator) {
        print_operator(printer, expr);
      } else {
        print_call(printer, expr);
      }
      break;
    case AST_CASE:
      print_case(printer, expr);
      break;
    case AST_CAST:
      fputs(expr->cast.is_try ? "TRY_CAST(" : "CAST(", out);
      print_expr(printer, expr->cast.operand);
      fputs(" AS ", out);
      print_type(printer, &expr->cast.type);
      fputc(')', out);
      break;
    case AST_STAR:
      fputc('*', out);
      break;
    case AST_SUBQUERY:
      print_subquery(printer, expr);
      break;
    case AST_DESCRIPTOR:
      fputs("DESCRIPTOR(", out);
      print_exprs(printer, expr->call.arguments, expr->call.n_arguments);
      fputc(')', out);
      break;
    case AST_TABLE_ARGUMENT:
      print_table_argument(printer, expr->table.from);
      break;
    case AST_NAMED_ARGUMENT:
      print_name(printer, expr->named.name.text);
      fputs(" => ", out);
      print_expr(printer, expr->named.value);
      break;
  }
  if (is_bracketed) fputc(')', out);
}
