/* Literals and their types, as Calcite gives them: 7 is an INT, 3000000000 a BIGINT, 1.50 a DECIMAL(3, 2), 1e0 a
 * DOUBLE, 'abc' a CHAR(3), TIMESTAMP '2026-01-01 00:00:00.5' a TIMESTAMP(1). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sql/binder.h"

static Expr *out_of_range(Binder *binder, const AstExpr *ast) {
  error_at(binder->error, ERROR_USAGE, ast->place, "Numeric literal '%s' out of range", ast->text);
  if (!ast->is_approximate)
    error_hint(binder->error, "a literal's digits must fit 64 bits; longer numbers: CAST('%s' AS DECIMAL(38, 0))",
               ast->text);
  return NULL;
}

static Expr *bind_double(Binder *binder, const AstExpr *ast, bool is_negative) {
  errno = 0;
  double value = strtod(ast->text, NULL);
  if (errno == ERANGE && value > 1) return out_of_range(binder, ast);
  return expr_literal(binder->arena, type_make(TYPE_DOUBLE, false), (Value){.float64 = is_negative ? -value : value},
                      ast->place);
}

Expr *bind_number(Binder *binder, const AstExpr *ast, bool is_negative) {
  if (ast->is_approximate) return bind_double(binder, ast, is_negative);
  int128_t unscaled = 0;
  int n_digits = 0;
  int scale = 0;
  bool is_behind_point = false;
  for (const char *c = ast->text; *c != '\0'; c++) {
    if (*c == '.') {
      is_behind_point = true;
      continue;
    }
    n_digits++;
    scale += is_behind_point ? 1 : 0;
    unscaled = unscaled * 10 + (*c - '0');
    if (unscaled > (int128_t)INT64_MAX + 1) return out_of_range(binder, ast);
  }
  if (is_negative) unscaled = -unscaled;
  if (unscaled > INT64_MAX) return out_of_range(binder, ast);
  if (scale > 0) {
    if (n_digits > DECIMAL_PRECISION_MAX) return out_of_range(binder, ast);
    return expr_literal(binder->arena, type_decimal(n_digits, scale, false), (Value){.int128 = unscaled}, ast->place);
  }
  if (unscaled >= INT32_MIN && unscaled <= INT32_MAX) {
    return expr_literal(binder->arena, type_make(TYPE_INT, false), (Value){.int32 = (int32_t)unscaled}, ast->place);
  }
  return expr_literal(binder->arena, type_make(TYPE_BIGINT, false), (Value){.int64 = (int64_t)unscaled}, ast->place);
}

Expr *bind_string(Binder *binder, const AstExpr *ast) {
  int32_t n_characters = 0; /* UTF-16 units, as Calcite counts them */
  for (uint32_t i = 0; i < ast->n_bytes; i++) {
    unsigned char byte = (unsigned char)ast->text[i];
    n_characters += ((byte & 0xC0) != 0x80) + (byte >= 0xF0);
  }
  const char *text = arena_copy_text(binder->arena, ast->text, ast->n_bytes);
  return expr_literal(binder->arena, type_char(n_characters, false), (Value){.string = string_view(text, ast->n_bytes)},
                      ast->place);
}

Expr *bind_boolean(Binder *binder, bool value, SourcePlace place) {
  return expr_literal(binder->arena, type_make(TYPE_BOOLEAN, false), (Value){.boolean = value}, place);
}

/* Casts are lenient (February 30 becomes the 28th), literals are not: the date must come back as it was written. */
static bool date_comes_back(Binder *binder, const AstExpr *ast, Expr *literal) {
  Error ignored = {.kind = ERROR_NONE};
  const Expr *text = function_cast(binder->arena, literal, type_string(false), false, ast->place,
                                   &binder->context->settings, &ignored);
  if (text == NULL || text->kind != EXPR_LITERAL || text->literal.is_null) return false;
  const StringView *view = &text->literal.value.string;
  return ast->n_bytes >= 10 && view->length >= 10 && memcmp(string_view_bytes(view), ast->text, 10) == 0;
}

Expr *bind_timestamp(Binder *binder, const AstExpr *ast) {
  if (strcmp(ast->name, "TIMESTAMP") != 0) {
    error_at(binder->error, ERROR_UNSUPPORTED, ast->place, "%s literals are not supported yet", ast->name);
    return NULL;
  }
  const char *point = strchr(ast->text, '.');
  size_t precision = point == NULL ? 0 : strlen(point + 1);
  if (precision > TIMESTAMP_PRECISION_MAX) {
    error_at(binder->error, ERROR_UNSUPPORTED, ast->place,
             "TIMESTAMP '%s' is not supported: weir keeps microseconds, so at most %d digits behind the point",
             ast->text, TIMESTAMP_PRECISION_MAX);
    return NULL;
  }
  Type type = type_timestamp(TYPE_TIMESTAMP, (int)precision, false);
  Error ignored = {.kind = ERROR_NONE};
  Expr *text = bind_string(binder, ast);
  Expr *literal = function_cast(binder->arena, text, type, false, ast->place, &binder->context->settings, &ignored);
  if (literal != NULL && literal->kind == EXPR_LITERAL && !literal->literal.is_null &&
      date_comes_back(binder, ast, literal)) {
    literal->type.nullable = false;
    return literal;
  }
  error_at(binder->error, ERROR_USAGE, ast->place, "Illegal TIMESTAMP literal '%s'", ast->text);
  error_hint(binder->error, "it is written TIMESTAMP '2026-01-31 23:59:59.123'");
  return NULL;
}
