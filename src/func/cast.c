/* CAST and TRY_CAST: which types can be cast to which, as a table of kernels by pair.
 *
 * A cast that changes only the type's name (nullability, a longer VARCHAR) is an alias, not a copy; one that changes
 * nothing is no call at all. */
#include "func/cast.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

typedef struct CastRule {
  Kernel kernel;
  bool can_fail;
} CastRule;

#define NUMBERS(kernel) [TYPE_INT] = {kernel, false}, [TYPE_BIGINT] = {kernel, false}
#define TO_TEXT [TYPE_CHAR] = {cast_value_to_text, false}, [TYPE_VARCHAR] = {cast_value_to_text, false}

/* rules[from][to]; no kernel: not allowed. */
static const CastRule rules[TYPE_KIND_COUNT][TYPE_KIND_COUNT] = {
    [TYPE_BOOLEAN] = {NUMBERS(cast_boolean_to_number), [TYPE_DOUBLE] = {cast_boolean_to_number, false},
                      [TYPE_DECIMAL] = {cast_boolean_to_number, false}, TO_TEXT},
    [TYPE_INT] = {NUMBERS(cast_integer_to_integer), [TYPE_BOOLEAN] = {cast_number_to_boolean, false},
                  [TYPE_DOUBLE] = {cast_integer_to_double, false}, [TYPE_DECIMAL] = {cast_integer_to_decimal, false},
                  TO_TEXT},
    [TYPE_BIGINT] = {NUMBERS(cast_integer_to_integer), [TYPE_BOOLEAN] = {cast_number_to_boolean, false},
                     [TYPE_DOUBLE] = {cast_integer_to_double, false}, [TYPE_DECIMAL] = {cast_integer_to_decimal, false},
                     TO_TEXT},
    [TYPE_DOUBLE] = {NUMBERS(cast_double_to_integer), [TYPE_BOOLEAN] = {cast_number_to_boolean, false},
                     [TYPE_DECIMAL] = {cast_double_to_decimal, true}, TO_TEXT},
    [TYPE_DECIMAL] =
        {NUMBERS(cast_decimal_to_integer), [TYPE_BOOLEAN] = {cast_number_to_boolean, false},
         [TYPE_DOUBLE] = {cast_decimal_to_double, false}, [TYPE_DECIMAL] = {cast_decimal_to_decimal, false}, TO_TEXT},
    [TYPE_CHAR] = {[TYPE_BOOLEAN] = {cast_text_to_boolean, true},
                   [TYPE_INT] = {cast_text_to_integer, true},
                   [TYPE_BIGINT] = {cast_text_to_integer, true},
                   [TYPE_DOUBLE] = {cast_text_to_double, true},
                   [TYPE_DECIMAL] = {cast_text_to_decimal, true},
                   [TYPE_CHAR] = {cast_text_to_text, false},
                   [TYPE_VARCHAR] = {cast_text_to_text, false},
                   [TYPE_TIMESTAMP] = {cast_text_to_timestamp, true},
                   [TYPE_TIMESTAMP_LTZ] = {cast_text_to_timestamp, true}},
    [TYPE_VARCHAR] = {[TYPE_BOOLEAN] = {cast_text_to_boolean, true},
                      [TYPE_INT] = {cast_text_to_integer, true},
                      [TYPE_BIGINT] = {cast_text_to_integer, true},
                      [TYPE_DOUBLE] = {cast_text_to_double, true},
                      [TYPE_DECIMAL] = {cast_text_to_decimal, true},
                      [TYPE_CHAR] = {cast_text_to_text, false},
                      [TYPE_VARCHAR] = {cast_text_to_text, false},
                      [TYPE_TIMESTAMP] = {cast_text_to_timestamp, true},
                      [TYPE_TIMESTAMP_LTZ] = {cast_text_to_timestamp, true}},
    [TYPE_TIMESTAMP] = {[TYPE_TIMESTAMP] = {cast_timestamp_to_timestamp, false},
                        [TYPE_TIMESTAMP_LTZ] = {cast_timestamp_to_timestamp, false},
                        TO_TEXT},
    [TYPE_TIMESTAMP_LTZ] = {[TYPE_TIMESTAMP] = {cast_timestamp_to_timestamp, false},
                            [TYPE_TIMESTAMP_LTZ] = {cast_timestamp_to_timestamp, false},
                            TO_TEXT},
    [TYPE_INTERVAL_DAY_TIME] = {TO_TEXT},
    [TYPE_INTERVAL_YEAR_MONTH] = {TO_TEXT},
};
#undef NUMBERS
#undef TO_TEXT

/* One overload for each kernel, without and with failures. */
static const Overload alias_overload = {NULL, OVERLOAD_IDENTITY, LAZY_NONE, NULL};

#define OVERLOADS(kernel)                                                        \
  {                                                                              \
    {kernel, 0, LAZY_NONE, NULL}, { kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL } \
  }
static const Overload kernel_overloads[][2] = {
    OVERLOADS(cast_boolean_to_number),  OVERLOADS(cast_number_to_boolean),  OVERLOADS(cast_integer_to_integer),
    OVERLOADS(cast_integer_to_double),  OVERLOADS(cast_integer_to_decimal), OVERLOADS(cast_double_to_integer),
    OVERLOADS(cast_double_to_decimal),  OVERLOADS(cast_decimal_to_integer), OVERLOADS(cast_decimal_to_double),
    OVERLOADS(cast_decimal_to_decimal), OVERLOADS(cast_text_to_boolean),    OVERLOADS(cast_text_to_integer),
    OVERLOADS(cast_text_to_double),     OVERLOADS(cast_text_to_decimal),    OVERLOADS(cast_text_to_text),
    OVERLOADS(cast_value_to_text),      OVERLOADS(cast_text_to_timestamp),  OVERLOADS(cast_timestamp_to_timestamp),
};
#undef OVERLOADS

static const Overload *find_overload(Kernel kernel, bool can_fail) {
  for (size_t i = 0; i < sizeof kernel_overloads / sizeof kernel_overloads[0]; i++)
    if (kernel_overloads[i][0].kernel == kernel) return &kernel_overloads[i][can_fail];
  assert(false);
  return NULL;
}

bool cast_reject(KernelCall *call, Column *result, uint32_t row, const char *format, ...) {
  if (!kernel_is_active(call, row)) return true;
  if (call->expr->call.function == try_cast_function) {
    kernel_set_null(call, result, row);
    return true;
  }
  char message[ERROR_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  g_vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return kernel_fail(call, "%s", message);
}

/* Values of `from` are values of `to` as they are. */
static bool is_alias(Type from, Type to) {
  if (type_same(from, to)) return true;
  if (type_is_string(from.kind) && to.kind == TYPE_VARCHAR) return from.precision <= to.precision;
  if (from.kind == to.kind && type_is_timestamp(from.kind)) return from.precision <= to.precision;
  return from.kind == TYPE_DECIMAL && to.kind == TYPE_DECIMAL && from.scale == to.scale &&
         from.precision <= to.precision;
}

static const char *refusal_hint(Type from, Type to) {
  if (from.kind == TYPE_TIMESTAMP && type_is_numeric(to.kind))
    return "use UNIX_TIMESTAMP(CAST(timestamp_col AS STRING)) instead";
  if (type_is_numeric(from.kind) && to.kind == TYPE_TIMESTAMP)
    return "use TO_TIMESTAMP(FROM_UNIXTIME(numeric_col)) instead, the numeric being seconds";
  if (type_is_numeric(from.kind) && to.kind == TYPE_TIMESTAMP_LTZ)
    return "use TO_TIMESTAMP_LTZ(numeric_col, precision) instead";
  return NULL;
}

static bool refuse_cast(Resolution *r, Type from, Type to) {
  char from_name[TYPE_NAME_MAX], to_name[TYPE_NAME_MAX];
  to.nullable = from.nullable = true;
  error_at(r->error, ERROR_USAGE, r->place, "Cast function cannot convert value of type %s to type %s",
           type_name(from, from_name), type_name(to, to_name));
  const char *hint = refusal_hint(from, to);
  if (hint != NULL) error_hint(r->error, "%s", hint);
  return false;
}

/* CAST has no place for its type among the arguments: it is made by function_cast only. */
static bool resolve_without_type(Resolution *r) { return resolution_refuse(r); }

/* TYPEOF(value [, TRUE]): the type's name as Flink prints it, or as its DDL takes it. */
static bool resolve_type_of(Resolution *r) {
  Type type = resolution_type(r, 0);
  const Expr *flag = r->n_arguments > 1 ? r->arguments[1] : NULL;
  if (flag != NULL && (flag->kind != EXPR_LITERAL || flag->type.kind != TYPE_BOOLEAN)) return resolution_refuse(r);
  char name[TYPE_NAME_MAX];
  const char *text = arena_printf(r->arena, "%s", type_name(type, name));
  if (flag != NULL && !flag->literal.is_null && flag->literal.value.boolean) {
    const char *suffix = type.nullable ? "" : " NOT NULL";
    if (type.kind == TYPE_VARCHAR) text = arena_printf(r->arena, "VARCHAR(%d)%s", type.precision, suffix);
    if (type.kind == TYPE_TIMESTAMP_LTZ)
      text = arena_printf(r->arena, "TIMESTAMP(%d) WITH LOCAL TIME ZONE%s", type.precision, suffix);
  }
  Value value = {.string = string_view(text, (uint32_t)strlen(text))};
  return resolution_rewrite(r, expr_literal(r->arena, type_string(true), value, r->place));
}

static const Function functions[] = {
    {"CAST", "CAST(value AS type)", resolve_without_type, 1, 1, NULL},
    {"TRY_CAST", "TRY_CAST(value AS type)", resolve_without_type, 1, 1, NULL},
    {"TYPEOF", "TYPEOF(value [, is_serializable])", resolve_type_of, 1, 2, NULL},
};
const FunctionArea cast_area = {functions, sizeof functions / sizeof functions[0], true};
const Function *const try_cast_function = &functions[1];

Expr *function_cast(Arena *arena, Expr *expr, Type type, bool is_try, SourcePlace place,
                    const SessionSettings *settings, Error *error) {
  Resolution r = {.arena = arena,
                  .function = &functions[is_try],
                  .arguments = arena_alloc(arena, sizeof(Expr *)),
                  .n_arguments = 1,
                  .place = place,
                  .settings = settings,
                  .error = error};
  Type from = expr->type;
  r.arguments[0] = expr;
  if (from.kind == TYPE_NULL) return expr_null(arena, type, place);
  type.is_row_time = false;
  type.nullable = from.nullable || is_try;
  if (type_same(from, type) && from.nullable == type.nullable && !from.is_row_time) return expr;
  r.type = type;
  if (is_alias(from, type)) {
    r.overload = &alias_overload;
    return resolution_call(&r);
  }
  const CastRule *rule = &rules[from.kind][type.kind];
  if (rule->kernel == NULL) {
    refuse_cast(&r, from, type);
    return NULL;
  }
  r.overload = find_overload(rule->kernel, rule->can_fail);
  return resolution_call(&r);
}
