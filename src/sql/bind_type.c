/* Types as written in CREATE TABLE and CAST. A name is a line of TYPE_NAMES. */
#include <string.h>

#include "sql/binder.h"

typedef struct TypeName {
  const char *name;
  TypeKind kind;
  uint32_t n_arguments_max;
  int64_t default_precision;
  int64_t precision_min;
  int64_t precision_max;
} TypeName;

static const TypeName TYPE_NAMES[] = {
    {"BOOLEAN", TYPE_BOOLEAN, 0, 0, 0, 0},
    {"INT", TYPE_INT, 0, 0, 0, 0},
    {"BIGINT", TYPE_BIGINT, 0, 0, 0, 0},
    {"DOUBLE", TYPE_DOUBLE, 0, 0, 0, 0},
    {"DECIMAL", TYPE_DECIMAL, 2, 10, 1, DECIMAL_PRECISION_MAX},
    {"STRING", TYPE_VARCHAR, 0, STRING_LENGTH_MAX, 0, 0},
    {"VARCHAR", TYPE_VARCHAR, 1, STRING_LENGTH_MAX, 1, STRING_LENGTH_MAX},
    {"CHAR", TYPE_CHAR, 1, 1, 1, STRING_LENGTH_MAX},
    {"TIMESTAMP", TYPE_TIMESTAMP, 1, 6, 0, 9},
    {"TIMESTAMP_LTZ", TYPE_TIMESTAMP_LTZ, 1, 6, 0, 9},
};

static const char *const LATER_TYPES[] = {"TINYINT",
                                          "SMALLINT",
                                          "FLOAT",
                                          "REAL",
                                          "DATE",
                                          "TIME",
                                          "BINARY",
                                          "VARBINARY",
                                          "BYTES",
                                          "ARRAY",
                                          "MAP",
                                          "ROW",
                                          "MULTISET",
                                          "RAW",
                                          "VARIANT",
                                          "TIMESTAMP WITH TIME ZONE",
                                          "INTERVAL DAY TO SECOND",
                                          "INTERVAL YEAR TO MONTH",
                                          "INTERVAL"};

bool bind_type(const AstType *ast, Type *type, Error *error) {
  const TypeName *found = NULL;
  for (size_t t = 0; t < sizeof TYPE_NAMES / sizeof TYPE_NAMES[0]; t++) {
    if (strcmp(ast->name, TYPE_NAMES[t].name) == 0) found = &TYPE_NAMES[t];
  }
  if (found == NULL) {
    for (size_t t = 0; t < sizeof LATER_TYPES / sizeof LATER_TYPES[0]; t++) {
      if (strcmp(ast->name, LATER_TYPES[t]) == 0) {
        return error_at(error, ERROR_UNSUPPORTED, ast->place, "the type %s is not supported yet", ast->name);
      }
    }
    const char *names[sizeof TYPE_NAMES / sizeof TYPE_NAMES[0]];
    for (size_t t = 0; t < sizeof TYPE_NAMES / sizeof TYPE_NAMES[0]; t++) names[t] = TYPE_NAMES[t].name;
    error_at(error, ERROR_USAGE, ast->place, "there is no type %s", ast->name);
    const char *nearest = error_nearest_name(ast->name, names, sizeof names / sizeof names[0]);
    if (nearest != NULL) error_hint(error, "did you mean %s?", nearest);
    return false;
  }
  if (ast->n_arguments > found->n_arguments_max) {
    return error_at(error, ERROR_USAGE, ast->place, "%s takes %s", ast->name,
                    found->n_arguments_max == 0   ? "no arguments"
                    : found->n_arguments_max == 1 ? "one argument"
                                                  : "at most two arguments");
  }
  int64_t precision = ast->n_arguments > 0 ? ast->arguments[0] : found->default_precision;
  if (ast->n_arguments > 0 && (precision < found->precision_min || precision > found->precision_max)) {
    return error_at(error, ERROR_USAGE, ast->place, "%s(%lld): the %s must be from %lld to %lld", ast->name,
                    (long long)precision, type_is_string(found->kind) ? "length" : "precision",
                    (long long)found->precision_min, (long long)found->precision_max);
  }
  if (type_is_timestamp(found->kind) && precision > TIMESTAMP_PRECISION_MAX) {
    return error_at(error, ERROR_UNSUPPORTED, ast->place,
                    "%s(%lld) is not supported: weir keeps microseconds, so at most %s(%d)", ast->name,
                    (long long)precision, ast->name, TIMESTAMP_PRECISION_MAX);
  }
  *type = (Type){.kind = found->kind, .nullable = !ast->is_not_null, .precision = (int32_t)precision};
  if (found->kind == TYPE_DECIMAL && ast->n_arguments == 2) {
    if (ast->arguments[1] > precision) {
      return error_at(error, ERROR_USAGE, ast->place, "DECIMAL(%lld, %lld): the scale must be from 0 to the precision",
                      (long long)precision, (long long)ast->arguments[1]);
    }
    type->scale = (int32_t)ast->arguments[1];
  }
  return true;
}
