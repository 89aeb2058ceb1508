/* Aggregate functions, over groups and over windows of rows (OVER).
 *
 * While an expression is bound, an aggregate in it stands for a column behind those of the input. For OVER that is
 * what the node yields. For GROUP BY, grouping_rewrite then replaces what equals a group key by that key. */
#include <string.h>

#include "sql/binder.h"

enum { CALLS_MAX = 1024 };

static bool any_has_aggregate(AstExpr *const *list, uint32_t n_list) {
  for (uint32_t i = 0; i < n_list; i++) {
    if (has_aggregate(list[i])) return true;
  }
  return false;
}

bool has_aggregate(const AstExpr *ast) {
  switch (ast->kind) {
    case AST_CALL:
      if (!ast->call.is_operator && ast->call.over == NULL && aggregate_find(ast->call.name) != NULL) return true;
      return any_has_aggregate(ast->call.arguments, ast->call.n_arguments);
    case AST_CASE:
      if (ast->case_when.operand != NULL && has_aggregate(ast->case_when.operand)) return true;
      for (uint32_t w = 0; w < ast->case_when.n_whens; w++) {
        if (has_aggregate(ast->case_when.whens[w].condition) || has_aggregate(ast->case_when.whens[w].result))
          return true;
      }
      return ast->case_when.otherwise != NULL && has_aggregate(ast->case_when.otherwise);
    case AST_CAST:
      return has_aggregate(ast->cast.operand);
    default:
      return false;
  }
}

static bool same_expr(const Expr *a, const Expr *b) { return a == NULL || b == NULL ? a == b : expr_equal(a, b); }

/* The number of an equal call, or of a new one. */
static uint32_t call_add(Binder *binder, LogicalAggregateCall **calls, uint32_t *n_calls,
                         const LogicalAggregateCall *call) {
  for (uint32_t c = 0; c < *n_calls; c++) {
    const LogicalAggregateCall *other = &(*calls)[c];
    if (other->call.aggregate == call->call.aggregate && other->is_distinct == call->is_distinct &&
        same_expr(other->argument, call->argument) && same_expr(other->filter, call->filter)) {
      return c;
    }
  }
  LogicalAggregateCall *grown = arena_alloc(binder->arena, (*n_calls + 1) * sizeof *grown);
  if (*n_calls > 0) memcpy(grown, *calls, *n_calls * sizeof *grown);
  grown[*n_calls] = *call;
  *calls = grown;
  return (*n_calls)++;
}

/* The call's function and argument; DISTINCT and FILTER as well. `context` is where the argument stands. */
static bool bind_aggregate_call(const ExprContext *context, const AstExpr *ast, const Aggregate *aggregate,
                                LogicalAggregateCall *result) {
  Binder *binder = context->binder;
  const char *name = aggregate_name(aggregate);
  bool is_star = ast->call.n_arguments == 1 && ast->call.arguments[0]->kind == AST_STAR;
  if (ast->call.n_within_group > 0) return bind_unsupported(binder, ast->place, "WITHIN GROUP", NULL) != NULL;
  if (is_star && ast->call.is_distinct)
    return error_at(binder->error, ERROR_USAGE, ast->place, "%s(DISTINCT *) has no meaning", name);
  if (ast->call.n_arguments > 1 && strcmp(name, "COUNT") == 0)
    return bind_unsupported(binder, ast->place, "COUNT of several columns", NULL) != NULL;
  if (ast->call.n_arguments != 1) {
    error_at(binder->error, ERROR_USAGE, ast->place, "Invalid number of arguments to function '%s': %u given", name,
             ast->call.n_arguments);
    error_hint(binder->error, "it is called as %s", aggregate_signature(aggregate));
    return false;
  }
  memset(result, 0, sizeof *result);
  ExprContext inside = *context;
  inside.in_aggregate = true;
  inside.over = NULL;
  if (!is_star && (result->argument = bind_expression(&inside, ast->call.arguments[0])) == NULL) return false;
  inside.clause = "FILTER";
  if (ast->call.filter != NULL && (result->filter = bind_condition(&inside, ast->call.filter)) == NULL) return false;
  result->is_distinct = ast->call.is_distinct && aggregate_distinct_matters(aggregate);
  return aggregate_resolve(binder->arena, aggregate, is_star ? NULL : &result->argument, ast->place, &result->call,
                           binder->error);
}

Expr *bind_aggregate(const ExprContext *context, const AstExpr *ast, const Aggregate *aggregate) {
  Binder *binder = context->binder;
  if (context->in_aggregate) {
    error_at(binder->error, ERROR_USAGE, ast->place, "Aggregate expressions cannot be nested");
    error_hint(binder->error, "aggregate in a derived table, then aggregate its rows: FROM (SELECT ... GROUP BY ...)");
    return NULL;
  }
  if (context->grouping == NULL) {
    error_at(binder->error, ERROR_USAGE, ast->place, "Aggregate expression is illegal in %s clause", context->clause);
    return NULL;
  }
  LogicalAggregateCall call;
  if (!bind_aggregate_call(context, ast, aggregate, &call)) return NULL;
  Grouping *grouping = context->grouping;
  uint32_t index = call_add(binder, &grouping->calls, &grouping->n_calls, &call);
  if (grouping->n_calls > CALLS_MAX) {
    error_at(binder->error, ERROR_USAGE, ast->place, "more than %d aggregates in one SELECT", CALLS_MAX);
    return NULL;
  }
  return expr_column(binder->arena, context->scope->schema->n_fields + index, call.call.result_type, ast->place);
}

/* ---- GROUP BY ---- */

Expr *grouping_rewrite(Binder *binder, const Grouping *grouping, const Schema *input, Expr *expr, const char *clause) {
  if (expr->kind == EXPR_LITERAL) return expr;
  for (uint32_t k = 0; k < grouping->n_keys; k++) {
    if (expr_equal(expr, grouping->keys[k])) return expr_column(binder->arena, k, grouping->keys[k]->type, expr->place);
  }
  if (expr->kind == EXPR_COLUMN) {
    if (expr->column >= input->n_fields)
      return expr_column(binder->arena, grouping->n_keys + expr->column - input->n_fields, expr->type, expr->place);
    const char *name = input->fields[expr->column].name;
    error_at(binder->error, ERROR_USAGE, expr->place, "Expression '%s' is not being grouped", name);
    error_hint(binder->error, "in %s, a column is one of GROUP BY or stands inside an aggregate such as MAX(%s)",
               clause, name);
    return NULL;
  }
  Expr *copy = arena_alloc(binder->arena, sizeof *copy);
  *copy = *expr;
  copy->call.arguments = arena_alloc(binder->arena, (expr->call.n_arguments + 1) * sizeof(Expr *));
  for (uint32_t a = 0; a < expr->call.n_arguments; a++) {
    copy->call.arguments[a] = grouping_rewrite(binder, grouping, input, expr->call.arguments[a], clause);
    if (copy->call.arguments[a] == NULL) return NULL;
  }
  return copy;
}

/* ---- OVER ---- */

/* The definition behind OVER: in place, or by name in the WINDOW clause. */
static const AstWindow *find_window(const ExprContext *context, const AstWindow *over) {
  if (over->name == NULL) return over;
  if (over->n_partition_by > 0 || over->n_order_by > 0 || over->has_frame) {
    return bind_unsupported(context->binder, over->place, "a window that extends another", NULL);
  }
  const AstSelect *select = context->select;
  for (uint32_t w = 0; select != NULL && w < select->n_windows; w++) {
    if (strcmp(select->windows[w].name->text, over->name->text) == 0) return &select->windows[w];
  }
  error_at(context->binder->error, ERROR_USAGE, over->name->place, "Window '%s' not found", over->name->text);
  return NULL;
}

static bool bind_frame(const ExprContext *context, const AstWindow *window, OverCalls *over) {
  Binder *binder = context->binder;
  static const char HINT[] = "weir has RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW";
  if (!window->has_frame) return bind_unsupported(binder, window->place, "OVER without a frame", HINT) != NULL;
  if (!window->is_range) return bind_unsupported(binder, window->place, "OVER with ROWS", HINT) != NULL;
  if (window->upper.kind != FRAME_CURRENT_ROW) {
    error_at(binder->error, ERROR_USAGE, window->place, "OVER windows can only end at CURRENT ROW");
    return false;
  }
  if (window->lower.kind != FRAME_PRECEDING)
    return bind_unsupported(binder, window->place, "OVER from UNBOUNDED PRECEDING or CURRENT ROW", HINT) != NULL;
  Expr *preceding = bind_expression(context, window->lower.offset);
  if (preceding == NULL) return false;
  if (preceding->kind != EXPR_LITERAL || preceding->type.kind != TYPE_INTERVAL_DAY_TIME || preceding->literal.is_null ||
      preceding->literal.value.int64 < 0 || preceding->literal.value.int64 > INT64_MAX / 2000) {
    return error_at(binder->error, ERROR_USAGE, window->lower.offset->place,
                    "RANGE takes an interval of at least zero, such as INTERVAL '10' MINUTE");
  }
  over->preceding_us = preceding->literal.value.int64 * 1000;
  return true;
}

static bool bind_window(const ExprContext *context, const AstWindow *window, OverCalls *over) {
  Binder *binder = context->binder;
  over->window = window;
  over->n_partition_by = window->n_partition_by;
  over->partition_by = arena_alloc(binder->arena, (window->n_partition_by + 1) * sizeof(Expr *));
  for (uint32_t p = 0; p < window->n_partition_by; p++) {
    if ((over->partition_by[p] = bind_expression(context, window->partition_by[p])) == NULL) return false;
  }
  if (window->n_order_by == 0) {
    return error_at(binder->error, ERROR_USAGE, window->place, "OVER needs ORDER BY a time attribute");
  }
  Expr *order = bind_expression(context, window->order_by[0].expr);
  if (order == NULL) return false;
  if (window->n_order_by > 1 || order->kind != EXPR_COLUMN || !order->type.is_row_time ||
      window->order_by[0].is_descending) {
    error_at(binder->error, ERROR_USAGE, window->order_by[0].expr->place,
             "OVER windows' ordering in stream mode must be defined on a time attribute, ascending");
    error_hint(binder->error, "a time attribute is a column with a WATERMARK, passed on unchanged");
    return false;
  }
  over->time_column = order->column;
  return bind_frame(context, window, over);
}

static bool same_window(const OverCalls *a, const OverCalls *b) {
  if (a->n_partition_by != b->n_partition_by || a->time_column != b->time_column || a->preceding_us != b->preceding_us)
    return false;
  for (uint32_t p = 0; p < a->n_partition_by; p++) {
    if (!expr_equal(a->partition_by[p], b->partition_by[p])) return false;
  }
  return true;
}

Expr *bind_over(const ExprContext *context, const AstExpr *ast) {
  Binder *binder = context->binder;
  const char *name = ast->call.name;
  if (context->over == NULL) {
    if (context->grouping != NULL && !context->in_aggregate)
      return bind_unsupported(binder, ast->place, "OVER in a SELECT that aggregates", "aggregate in a derived table");
    error_at(binder->error, ERROR_USAGE, ast->place, "OVER can stand in a SELECT list only, not in %s",
             context->in_aggregate ? "an aggregate" : context->clause);
    return NULL;
  }
  const Aggregate *aggregate = aggregate_find(name);
  if (aggregate == NULL) {
    if (!is_flink_function(name)) return bind_call(binder, name, NULL, 0, ast->place);
    return bind_unsupported(binder, ast->place, arena_printf(binder->arena, "%s(...) OVER", name), NULL);
  }
  if (ast->call.is_distinct) return bind_unsupported(binder, ast->place, "DISTINCT with OVER", NULL);
  if (ast->call.filter != NULL) return bind_unsupported(binder, ast->place, "FILTER with OVER", NULL);
  const AstWindow *window = find_window(context, ast->call.over);
  if (window == NULL) return NULL;
  ExprContext inside = *context;
  inside.over = NULL;
  inside.clause = "OVER";
  OverCalls *over = context->over;
  OverCalls found = {0};
  if (!bind_window(&inside, window, &found)) return NULL;
  if (over->n_calls == 0) {
    *over = found;
  } else if (!same_window(over, &found)) {
    error_at(binder->error, ERROR_USAGE, ast->place,
             "Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window");
    error_hint(binder->error, "compute the second one in a SELECT around this one");
    return NULL;
  }
  LogicalAggregateCall call = {0};
  inside.grouping = NULL;
  if (!bind_aggregate_call(&inside, ast, aggregate, &call)) return NULL;
  uint32_t index = call_add(binder, &over->calls, &over->n_calls, &call);
  return expr_column(binder->arena, context->scope->schema->n_fields + index, call.call.result_type, ast->place);
}
