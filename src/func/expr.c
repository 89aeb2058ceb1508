/* Typed expression trees: making, comparing, rewriting and printing them. */
#include "func/expr.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "func/kernel.h"
#include "func/value_text.h"

static Expr *expr_new(Arena *arena, ExprKind kind, Type type, SourcePlace place) {
  Expr *expr = arena_alloc_zeroed(arena, sizeof *expr);
  expr->kind = kind;
  expr->type = type;
  expr->place = place;
  return expr;
}

Expr *expr_column(Arena *arena, uint32_t column, Type type, SourcePlace place) {
  Expr *expr = expr_new(arena, EXPR_COLUMN, type, place);
  expr->column = column;
  return expr;
}

Expr *expr_literal(Arena *arena, Type type, Value value, SourcePlace place) {
  Expr *expr = expr_new(arena, EXPR_LITERAL, type, place);
  expr->literal.value = value;
  return expr;
}

Expr *expr_null(Arena *arena, Type type, SourcePlace place) {
  type.nullable = true;
  Expr *expr = expr_new(arena, EXPR_LITERAL, type, place);
  expr->literal.is_null = true;
  return expr;
}

static bool value_equal(Type type, const Value *a, const Value *b) {
  switch (type_physical(type.kind)) {
    case PHYSICAL_BOOL:
      return a->boolean == b->boolean;
    case PHYSICAL_INT32:
      return a->int32 == b->int32;
    case PHYSICAL_INT64:
      return a->int64 == b->int64;
    case PHYSICAL_DOUBLE:
      return a->int64 == b->int64; /* bit by bit: 0.0 is not -0.0 */
    case PHYSICAL_INT128:
      return a->int128 == b->int128;
    case PHYSICAL_STRING:
      return string_view_equal(&a->string, &b->string);
    case PHYSICAL_COUNT:
      break;
  }
  assert(false);
  return false;
}

bool expr_equal(const Expr *a, const Expr *b) {
  if (a->kind == EXPR_CALL && b->kind == EXPR_CALL && (a->call.overload->flags & OVERLOAD_VOLATILE) != 0) return false;
  if (a == b) return true;
  if (a->kind != b->kind || !type_same(a->type, b->type) || a->type.nullable != b->type.nullable) return false;
  switch (a->kind) {
    case EXPR_COLUMN:
      return a->column == b->column;
    case EXPR_LITERAL:
      if (a->literal.is_null || b->literal.is_null) return a->literal.is_null == b->literal.is_null;
      return value_equal(a->type, &a->literal.value, &b->literal.value);
    case EXPR_CALL:
      break;
  }
  if (a->call.function != b->call.function || a->call.overload != b->call.overload ||
      a->call.n_arguments != b->call.n_arguments)
    return false;
  for (uint32_t i = 0; i < a->call.n_arguments; i++)
    if (!expr_equal(a->call.arguments[i], b->call.arguments[i])) return false;
  return true;
}

Expr *expr_substitute(Arena *arena, const Expr *expr, Expr *const *columns) {
  switch (expr->kind) {
    case EXPR_COLUMN:
      return columns[expr->column];
    case EXPR_LITERAL:
      return (Expr *)expr;
    case EXPR_CALL:
      break;
  }
  Expr *copy = expr_new(arena, EXPR_CALL, expr->type, expr->place);
  copy->call = expr->call;
  copy->call.arguments = arena_alloc(arena, expr->call.n_arguments * sizeof *copy->call.arguments);
  for (uint32_t i = 0; i < expr->call.n_arguments; i++)
    copy->call.arguments[i] = expr_substitute(arena, expr->call.arguments[i], columns);
  return copy;
}

void expr_mark_columns(const Expr *expr, bool *used) {
  if (expr->kind == EXPR_COLUMN) used[expr->column] = true;
  if (expr->kind != EXPR_CALL) return;
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) expr_mark_columns(expr->call.arguments[i], used);
}

/* Text that grows in pieces; sizes are those of an EXPLAIN line. */
typedef struct Writer {
  Arena *arena;
  char *text;
  size_t length;
  size_t capacity;
  const Schema *input;
} Writer;

static void write_bytes(Writer *writer, const char *bytes, size_t n_bytes) {
  if (writer->length + n_bytes + 1 > writer->capacity) {
    size_t capacity = (writer->length + n_bytes + 1) * 2;
    char *grown = arena_alloc(writer->arena, capacity);
    memcpy(grown, writer->text, writer->length);
    writer->text = grown;
    writer->capacity = capacity;
  }
  memcpy(writer->text + writer->length, bytes, n_bytes);
  writer->length += n_bytes;
  writer->text[writer->length] = '\0';
}

static void write_text(Writer *writer, const char *text) { write_bytes(writer, text, strlen(text)); }

static void write_expr(Writer *writer, const Expr *expr);

static void write_arguments(Writer *writer, const Expr *expr, uint32_t from, const char *separator) {
  for (uint32_t i = from; i < expr->call.n_arguments; i++) {
    if (i > from) write_text(writer, separator);
    write_expr(writer, expr->call.arguments[i]);
  }
}

/* INTERVAL '10' MINUTE: in the largest unit that it is a whole number of. */
static void write_interval(Writer *writer, const Expr *expr) {
  static const struct {
    int64_t size;
    const char *name;
  } DAY_TIME[] = {{86400000, "DAY"}, {3600000, "HOUR"}, {60000, "MINUTE"}, {1000, "SECOND"}};
  int64_t value = expr->literal.value.int64;
  char text[64];
  if (expr->type.kind == TYPE_INTERVAL_YEAR_MONTH) {
    bool is_years = value % 12 == 0;
    snprintf(text, sizeof text, "INTERVAL '%" PRId64 "' %s", is_years ? value / 12 : value,
             is_years ? "YEAR" : "MONTH");
  } else if (value % 1000 != 0) {
    snprintf(text, sizeof text, "INTERVAL '%s%" PRId64 ".%03d' SECOND", value < 0 ? "-" : "",
             (int64_t)llabs(value / 1000), abs((int)(value % 1000)));
  } else {
    size_t unit = value == 0 ? 3 : 0;
    while (value % DAY_TIME[unit].size != 0) unit++;
    snprintf(text, sizeof text, "INTERVAL '%" PRId64 "' %s", value / DAY_TIME[unit].size, DAY_TIME[unit].name);
  }
  write_text(writer, text);
}

static void write_literal(Writer *writer, const Expr *expr) {
  if (expr->literal.is_null) {
    write_text(writer, "NULL");
    return;
  }
  if (type_is_interval(expr->type.kind)) {
    write_interval(writer, expr);
    return;
  }
  char room[VALUE_TEXT_MAX];
  StringView text = value_text(expr->type, &expr->literal.value, room);
  const char *bytes = string_view_bytes(&text);
  if (!type_is_string(expr->type.kind)) {
    if (type_is_timestamp(expr->type.kind)) write_text(writer, "TIMESTAMP '");
    write_bytes(writer, bytes, text.length);
    if (type_is_timestamp(expr->type.kind)) write_text(writer, "'");
    return;
  }
  write_text(writer, "'");
  for (uint32_t i = 0; i < text.length; i++) {
    if (bytes[i] == '\'') write_text(writer, "'");
    write_bytes(writer, bytes + i, 1);
  }
  write_text(writer, "'");
}

static bool is_operator_name(const char *name) {
  return strchr("+-*/%=<>|", name[0]) != NULL || strcmp(name, "AND") == 0 || strcmp(name, "OR") == 0;
}

static void write_call(Writer *writer, const Expr *expr) {
  const char *name = function_name(expr->call.function);
  uint32_t n = expr->call.n_arguments;
  if (strcmp(name, "CAST") == 0 || strcmp(name, "TRY_CAST") == 0) {
    Type type = expr->type;
    type.nullable = true;
    type.is_row_time = false;
    char room[TYPE_NAME_MAX];
    write_text(writer, name);
    write_text(writer, "(");
    write_expr(writer, expr->call.arguments[0]);
    write_text(writer, " AS ");
    write_text(writer, type_name(type, room));
    write_text(writer, ")");
  } else if (strcmp(name, "CASE") == 0) {
    write_text(writer, "CASE");
    for (uint32_t i = 0; i + 1 < n; i += 2) {
      write_text(writer, " WHEN ");
      write_expr(writer, expr->call.arguments[i]);
      write_text(writer, " THEN ");
      write_expr(writer, expr->call.arguments[i + 1]);
    }
    write_text(writer, " ELSE ");
    write_expr(writer, expr->call.arguments[n - 1]);
    write_text(writer, " END");
  } else if (n == 1 && strncmp(name, "IS ", 3) == 0) {
    write_expr(writer, expr->call.arguments[0]);
    write_text(writer, " ");
    write_text(writer, name);
  } else if (n >= 2 && is_operator_name(name)) {
    write_text(writer, "(");
    write_expr(writer, expr->call.arguments[0]);
    for (uint32_t i = 1; i < n; i++) {
      write_text(writer, " ");
      write_text(writer, name);
      write_text(writer, " ");
      write_expr(writer, expr->call.arguments[i]);
    }
    write_text(writer, ")");
  } else {
    write_text(writer, name);
    write_text(writer, "(");
    write_arguments(writer, expr, 0, ", ");
    write_text(writer, ")");
  }
}

static void write_expr(Writer *writer, const Expr *expr) {
  switch (expr->kind) {
    case EXPR_COLUMN:
      if (writer->input != NULL && expr->column < writer->input->n_fields) {
        write_text(writer, writer->input->fields[expr->column].name);
      } else {
        char name[16];
        snprintf(name, sizeof name, "$%" PRIu32, expr->column);
        write_text(writer, name);
      }
      break;
    case EXPR_LITERAL:
      write_literal(writer, expr);
      break;
    case EXPR_CALL:
      write_call(writer, expr);
      break;
  }
}

const char *expr_text(Arena *arena, const Expr *expr, const Schema *input) {
  Writer writer = {.arena = arena, .text = arena_alloc(arena, 64), .capacity = 64, .input = input};
  write_expr(&writer, expr);
  return writer.text;
}
