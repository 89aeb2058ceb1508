/* Expressions: names become columns, calls find their functions, every node gets its type. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql/binder.h"
#include "vec/memory.h"

void *bind_unsupported(Binder *binder, SourcePlace place, const char *what, const char *hint) {
  error_at(binder->error, ERROR_UNSUPPORTED, place, "%s is not supported yet", what);
  if (hint != NULL) error_hint(binder->error, "%s", hint);
  return NULL;
}

/* ---- calls ---- */

/* The window functions of GROUP BY that Flink's table functions replaced. */
static const char *const GROUP_WINDOWS[] = {"TUMBLE_START",  "TUMBLE_END",  "TUMBLE_ROWTIME",  "TUMBLE_PROCTIME",
                                            "HOP_START",     "HOP_END",     "HOP_ROWTIME",     "HOP_PROCTIME",
                                            "SESSION_START", "SESSION_END", "SESSION_ROWTIME", "SESSION_PROCTIME",
                                            "TUMBLE",        "HOP",         "SESSION",         "CUMULATE"};

static bool is_group_window(const char *name) {
  for (size_t w = 0; w < sizeof GROUP_WINDOWS / sizeof GROUP_WINDOWS[0]; w++) {
    if (strcasecmp(name, GROUP_WINDOWS[w]) == 0) return true;
  }
  return false;
}

static Expr *refuse_function(Binder *binder, const char *name, SourcePlace place) {
  if (is_group_window(name)) {
    return bind_unsupported(binder, place, arena_printf(binder->arena, "%s(...) outside of FROM", name),
                            "windows are a table function: FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' "
                            "MINUTE)) GROUP BY window_start, window_end");
  }
  if (is_flink_function(name))
    return bind_unsupported(binder, place, arena_printf(binder->arena, "the function %s", name), NULL);
  error_at(binder->error, ERROR_USAGE, place, "No match found for function %s", name);
  size_t n_scalar;
  const char *const *scalar = function_names(&n_scalar);
  size_t n_aggregates;
  const char *const *aggregates = aggregate_names(&n_aggregates);
  const char **names = memory_alloc((n_scalar + n_aggregates) * sizeof *names);
  memcpy(names, scalar, n_scalar * sizeof *names);
  memcpy(names + n_scalar, aggregates, n_aggregates * sizeof *names);
  const char *nearest = error_nearest_name(name, names, n_scalar + n_aggregates);
  free(names);
  if (nearest != NULL) error_hint(binder->error, "did you mean %s?", nearest);
  return NULL;
}

Expr *bind_call(Binder *binder, const char *name, Expr *const *arguments, uint32_t n_arguments, SourcePlace place) {
  const Function *function = function_find(name);
  if (function == NULL) return refuse_function(binder, name, place);
  return function_call(binder->arena, function, arguments, n_arguments, place, &binder->context->settings,
                       binder->error);
}

Expr *bind_and(Binder *binder, Expr *left, Expr *right) {
  if (left == NULL) return right;
  if (right == NULL) return left;
  Expr *arguments[] = {left, right};
  return bind_call(binder, "AND", arguments, 2, right->place);
}

/* Syntax that parses as a call and is not one here. */
static bool check_call_form(Binder *binder, const AstExpr *ast) {
  const char *name = ast->call.name;
  if (strcmp(name, "[]") == 0) return bind_unsupported(binder, ast->place, "access to elements", NULL) != NULL;
  if (!ast->call.is_quoted && (strcmp(name, "ARRAY") == 0 || strcmp(name, "MAP") == 0 || strcmp(name, "ROW") == 0)) {
    return bind_unsupported(binder, ast->place, arena_printf(binder->arena, "the type %s", name), NULL) != NULL;
  }
  const char *suffix = ast->call.filter != NULL       ? "FILTER"
                       : ast->call.is_distinct        ? "DISTINCT"
                       : ast->call.n_within_group > 0 ? "WITHIN GROUP"
                                                      : NULL;
  if (suffix != NULL && (function_find(name) != NULL || !is_flink_function(name))) {
    return error_at(binder->error, ERROR_USAGE, ast->place, "%s needs an aggregate function; %s is none", suffix, name);
  }
  return true;
}

static Expr *bind_scalar_call(const ExprContext *context, const AstExpr *ast) {
  Binder *binder = context->binder;
  if (!check_call_form(binder, ast)) return NULL;
  const char *name = ast->call.name;
  uint32_t n = ast->call.n_arguments;
  /* A sign before a number belongs to it: the least BIGINT has no positive counterpart. */
  if (ast->call.is_operator && n == 1 && strcmp(name, "-") == 0 && ast->call.arguments[0]->kind == AST_NUMBER)
    return bind_number(binder, ast->call.arguments[0], true);
  Expr **arguments = arena_alloc(binder->arena, (n + 1) * sizeof *arguments);
  for (uint32_t a = 0; a < n; a++) {
    if (ast->call.arguments[a]->kind == AST_STAR) {
      error_at(binder->error, ERROR_USAGE, ast->call.arguments[a]->place,
               "%s(*) has no meaning: only COUNT takes a star", name);
      return NULL;
    }
    arguments[a] = bind_expression(context, ast->call.arguments[a]);
    if (arguments[a] == NULL) return NULL;
  }
  /* A negated operator that has no row of its own in the table. */
  if (ast->call.is_operator && strncmp(name, "NOT ", 4) == 0 && function_find(name) == NULL) {
    Expr *positive = bind_call(binder, name + 4, arguments, n, ast->place);
    return positive == NULL ? NULL : bind_call(binder, "NOT", &positive, 1, ast->place);
  }
  if (strcmp(name, "BETWEEN SYMMETRIC") == 0 || strcmp(name, "NOT BETWEEN SYMMETRIC") == 0) {
    Expr *turned[] = {arguments[0], arguments[2], arguments[1]};
    Expr *either[] = {bind_call(binder, "BETWEEN", arguments, 3, ast->place), NULL};
    if (either[0] == NULL || (either[1] = bind_call(binder, "BETWEEN", turned, 3, ast->place)) == NULL) return NULL;
    Expr *inside = bind_call(binder, "OR", either, 2, ast->place);
    return inside == NULL || *name == 'B' ? inside : bind_call(binder, "NOT", &inside, 1, ast->place);
  }
  return bind_call(binder, name, arguments, n, ast->place);
}

static Expr *bind_any_call(const ExprContext *context, const AstExpr *ast) {
  if (ast->call.over != NULL) return bind_over(context, ast);
  const Aggregate *aggregate = ast->call.is_operator ? NULL : aggregate_find(ast->call.name);
  if (aggregate != NULL) return bind_aggregate(context, ast, aggregate);
  return bind_scalar_call(context, ast);
}

/* ---- the other kinds ---- */

static Expr *bind_column(const ExprContext *context, const AstExpr *ast) {
  uint32_t column;
  if (!scope_find(context->scope, &ast->path, &column, context->binder->error)) return NULL;
  return expr_column(context->binder->arena, column, context->scope->schema->fields[column].type, ast->place);
}

/* CASE is a call of conditions and values, in pairs, and an else. */
static Expr *bind_case(const ExprContext *context, const AstExpr *ast) {
  Binder *binder = context->binder;
  uint32_t n = 2 * ast->case_when.n_whens + 1;
  Expr **arguments = arena_alloc(binder->arena, n * sizeof *arguments);
  Expr *operand = NULL;
  if (ast->case_when.operand != NULL && (operand = bind_expression(context, ast->case_when.operand)) == NULL)
    return NULL;
  for (uint32_t w = 0; w < ast->case_when.n_whens; w++) {
    const AstWhen *when = &ast->case_when.whens[w];
    if (operand == NULL) {
      bool is_null = when->condition->kind == AST_NULL; /* CASE refuses it where it has no type */
      arguments[2 * w] = is_null ? bind_expression(context, when->condition) : bind_condition(context, when->condition);
    } else {
      Expr *pair[] = {operand, bind_expression(context, when->condition)};
      arguments[2 * w] = pair[1] == NULL ? NULL : bind_call(binder, "=", pair, 2, when->condition->place);
    }
    if (arguments[2 * w] == NULL || (arguments[2 * w + 1] = bind_expression(context, when->result)) == NULL)
      return NULL;
  }
  if (ast->case_when.otherwise == NULL) {
    arguments[n - 1] = expr_null(binder->arena, type_make(TYPE_NULL, true), ast->place);
  } else if ((arguments[n - 1] = bind_expression(context, ast->case_when.otherwise)) == NULL) {
    return NULL;
  }
  return bind_call(binder, "CASE", arguments, n, ast->place);
}

static Expr *bind_cast(const ExprContext *context, const AstExpr *ast) {
  Binder *binder = context->binder;
  Type type;
  Expr *operand = bind_expression(context, ast->cast.operand);
  if (operand == NULL || !bind_type(&ast->cast.type, &type, binder->error)) return NULL;
  if (ast->cast.type.is_not_null) {
    error_at(binder->error, ERROR_USAGE, ast->cast.type.place, "CAST takes a type without NOT NULL");
    return NULL;
  }
  type.nullable = operand->type.nullable;
  Expr *cast = function_cast(binder->arena, operand, type, ast->cast.is_try, ast->place, &binder->context->settings,
                             binder->error);
  if (cast == NULL || !cast->type.is_row_time) return cast;
  /* Also a cast that changes nothing makes a time attribute an ordinary time. */
  Expr *plain = arena_alloc(binder->arena, sizeof *plain);
  *plain = *cast;
  plain->type.is_row_time = false;
  return plain;
}

static Expr *bind_subquery(Binder *binder, const AstExpr *ast) {
  static const char *const NAMES[] = {[SUBQUERY_SCALAR] = "a scalar subquery",
                                      [SUBQUERY_EXISTS] = "EXISTS (SELECT ...)",
                                      [SUBQUERY_IN] = "IN (SELECT ...)"};
  return bind_unsupported(binder, ast->place, NAMES[ast->subquery.kind], "join the two tables within a time interval");
}

Expr *bind_expression(const ExprContext *context, const AstExpr *ast) {
  Binder *binder = context->binder;
  switch (ast->kind) {
    case AST_COLUMN:
      return bind_column(context, ast);
    case AST_STRING:
      return bind_string(binder, ast);
    case AST_NUMBER:
      return bind_number(binder, ast, false);
    case AST_BOOLEAN:
      return bind_boolean(binder, ast->boolean, ast->place);
    case AST_NULL:
      return expr_null(binder->arena, type_make(ast->boolean ? TYPE_BOOLEAN : TYPE_NULL, true), ast->place);
    case AST_TIMESTAMP:
      return bind_timestamp(binder, ast);
    case AST_INTERVAL:
      return bind_interval(binder, ast);
    case AST_CALL:
      return bind_any_call(context, ast);
    case AST_CASE:
      return bind_case(context, ast);
    case AST_CAST:
      return bind_cast(context, ast);
    case AST_SUBQUERY:
      return bind_subquery(binder, ast);
    case AST_STAR:
      error_at(binder->error, ERROR_USAGE, ast->place, "a star has no meaning here");
      return NULL;
    case AST_DESCRIPTOR:
    case AST_TABLE_ARGUMENT:
      error_at(binder->error, ERROR_USAGE, ast->place, "%s belongs into a table function such as TUMBLE",
               ast->kind == AST_DESCRIPTOR ? "DESCRIPTOR" : "TABLE");
      return NULL;
    case AST_NAMED_ARGUMENT:
      return bind_unsupported(binder, ast->place, "a named argument (=>) outside of a table function", NULL);
  }
  return NULL;
}

Expr *bind_condition(const ExprContext *context, const AstExpr *ast) {
  Binder *binder = context->binder;
  Expr *condition = bind_expression(context, ast);
  if (condition == NULL || condition->type.kind == TYPE_BOOLEAN) return condition;
  if (condition->type.kind == TYPE_NULL)
    return expr_null(binder->arena, type_make(TYPE_BOOLEAN, true), condition->place);
  char name[TYPE_NAME_MAX];
  error_at(binder->error, ERROR_USAGE, ast->place, "%s must be a condition (BOOLEAN), but this is %s", context->clause,
           type_name(condition->type, name));
  return NULL;
}
