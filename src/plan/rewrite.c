/* Expressions as lowering takes them apart: conjuncts, which columns are used, what may be moved. See lower.h. */
#include <string.h>

#include "plan/lower.h"

bool expr_is_volatile(const Expr *expr) {
  if (expr->kind != EXPR_CALL) return false;
  if (!expr_equal(expr, expr)) return true; /* that is how volatile calls are known */
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) {
    if (expr_is_volatile(expr->call.arguments[i])) return true;
  }
  return false;
}

bool expr_is_within(const Expr *expr, uint32_t from, uint32_t to) {
  if (expr->kind == EXPR_COLUMN) return expr->column >= from && expr->column < to;
  if (expr->kind != EXPR_CALL) return true;
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) {
    if (!expr_is_within(expr->call.arguments[i], from, to)) return false;
  }
  return true;
}

bool expr_uses_column(const Expr *expr, int32_t column) {
  if (expr->kind == EXPR_COLUMN) return column >= 0 && expr->column == (uint32_t)column;
  if (expr->kind != EXPR_CALL) return false;
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) {
    if (expr_uses_column(expr->call.arguments[i], column)) return true;
  }
  return false;
}

bool expr_is_small(const Expr *expr, const uint32_t *sizes, uint32_t *size) {
  *size += expr->kind == EXPR_COLUMN && sizes != NULL ? sizes[expr->column] : 1;
  if (*size > EXPR_SIZE_MAX) return false;
  if (expr->kind != EXPR_CALL) return true;
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) {
    if (!expr_is_small(expr->call.arguments[i], sizes, size)) return false;
  }
  return true;
}

bool expr_is_call(const Expr *expr, const char *name) {
  return expr->kind == EXPR_CALL && strcmp(function_name(expr->call.function), name) == 0;
}

bool expr_is_true(const Expr *expr) {
  return expr->kind == EXPR_LITERAL && expr->type.kind == TYPE_BOOLEAN && !expr->literal.is_null &&
         expr->literal.value.boolean;
}

Expr **expr_columns(Arena *arena, const Schema *schema, uint32_t first) {
  Expr **columns = arena_alloc(arena, (schema->n_fields + 1) * sizeof *columns);
  for (uint32_t i = 0; i < schema->n_fields; i++) {
    columns[i] = expr_column(arena, first + i, schema->fields[i].type, (SourcePlace){0});
  }
  return columns;
}

const char *expr_bare_text(Arena *arena, const Expr *expr, const Schema *input) {
  const char *text = expr_text(arena, expr, input);
  size_t length = strlen(text);
  int depth = 0;
  bool is_quoted = false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\'') is_quoted = !is_quoted;
    if (is_quoted) continue;
    depth += (text[i] == '(') - (text[i] == ')');
    if (depth == 0 && (i == 0 || i + 1 < length)) return text;
  }
  return length > 2 && text[0] == '(' ? arena_copy_text(arena, text + 1, length - 2) : text;
}

void conjuncts_add(Arena *arena, Conjuncts *conjuncts, Expr *item) {
  if ((conjuncts->n_items & (conjuncts->n_items - 1)) == 0) { /* full: 0, or a power of two */
    Expr **items = arena_alloc(arena, (conjuncts->n_items * 2 + 1) * sizeof *items);
    if (conjuncts->n_items > 0) memcpy(items, conjuncts->items, conjuncts->n_items * sizeof *items);
    conjuncts->items = items;
  }
  conjuncts->items[conjuncts->n_items++] = item;
}

static void add_conjuncts(Arena *arena, Conjuncts *conjuncts, Expr *condition) {
  if (!expr_is_call(condition, "AND")) {
    if (!expr_is_true(condition)) conjuncts_add(arena, conjuncts, condition);
    return;
  }
  for (uint32_t i = 0; i < condition->call.n_arguments; i++) {
    add_conjuncts(arena, conjuncts, condition->call.arguments[i]);
  }
}

Conjuncts conjuncts_of(Arena *arena, Expr *condition) {
  Conjuncts conjuncts = {0};
  if (condition != NULL) add_conjuncts(arena, &conjuncts, condition);
  return conjuncts;
}

bool expr_and(Lowering *lowering, Expr *left, Expr *right, Expr **both) {
  if (left == NULL || right == NULL) {
    *both = left == NULL ? right : left;
    return true;
  }
  Expr *arguments[] = {left, right};
  *both = function_call(lowering->arena, function_find("AND"), arguments, 2, left->place, &lowering->settings,
                        lowering->error);
  return *both != NULL;
}

bool conjuncts_join(Lowering *lowering, const Conjuncts *conjuncts, Expr **condition) {
  *condition = NULL;
  for (uint32_t i = 0; i < conjuncts->n_items; i++) {
    if (!expr_and(lowering, *condition, conjuncts->items[i], condition)) return false;
  }
  return true;
}
