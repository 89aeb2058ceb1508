/* Comparisons, BETWEEN and IN. Operands of different types are brought to one type by explicit casts
 * first, so that a kernel compares two columns of one physical type; a comparison with a
 * constant has a loop of its own. */
#include <string.h>

#include "func/decimal_math.h"
#include "func/kernel.h"
#include "func/type_rules.h"

#define COMPARE_LOOP(type, order)                                                       \
  do {                                                                                  \
    const type *a = arguments[0]->values, *b = arguments[1]->values;                    \
    const Value *constant = kernel_constant(call, 1);                                   \
    if (constant != NULL) {                                                             \
      const type fixed = *b;                                                            \
      for (uint32_t row = 0; row < call->n_rows; row++) out[row] = a[row] order fixed;  \
    } else {                                                                            \
      for (uint32_t row = 0; row < call->n_rows; row++) out[row] = a[row] order b[row]; \
    }                                                                                   \
  } while (0)

/* DECIMALs of different scales: exact, whatever the digits. */
static int compare_scaled(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale) {
  int128_t a_unit = decimal_power10(a_scale), b_unit = decimal_power10(b_scale);
  int128_t a_whole = a / a_unit, b_whole = b / b_unit;
  if (a_whole != b_whole) return a_whole < b_whole ? -1 : 1;
  int128_t a_rest = a % a_unit, b_rest = b % b_unit;
  if (a_scale < b_scale) a_rest *= decimal_power10(b_scale - a_scale);
  if (b_scale < a_scale) b_rest *= decimal_power10(a_scale - b_scale);
  return a_rest < b_rest ? -1 : a_rest > b_rest;
}

#define DECIMAL_LOOP(order)                                                                                       \
  do {                                                                                                            \
    int32_t a_scale = arguments[0]->type.scale, b_scale = arguments[1]->type.scale;                               \
    const int128_t *a = arguments[0]->values, *b = arguments[1]->values;                                          \
    int32_t a_digits = arguments[0]->type.precision - a_scale, b_digits = arguments[1]->type.precision - b_scale; \
    int32_t scale = a_scale > b_scale ? a_scale : b_scale;                                                        \
    if (a_digits + scale <= 38 && b_digits + scale <= 38) {                                                       \
      int128_t a_factor = decimal_power10(scale - a_scale), b_factor = decimal_power10(scale - b_scale);          \
      for (uint32_t row = 0; row < call->n_rows; row++)                                                           \
        out[row] = (int128_t)((uint128_t)a[row] * (uint128_t)a_factor)                                            \
            order(int128_t)((uint128_t)b[row] * (uint128_t)b_factor);                                             \
    } else {                                                                                                      \
      for (uint32_t row = 0; row < call->n_rows; row++)                                                           \
        out[row] = compare_scaled(a[row], a_scale, b[row], b_scale) order 0;                                      \
    }                                                                                                             \
  } while (0)

#define STRING_LOOP(order)                                                                                      \
  do {                                                                                                          \
    const StringView *a = arguments[0]->values, *b = arguments[1]->values;                                      \
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = string_view_compare(&a[row], &b[row]) order 0; \
  } while (0)

/* Equality of strings is decided by length and first bytes mostly; a short constant by its 16 bytes. */
static void equal_strings(KernelCall *call, const Column *const *arguments, uint8_t *out, uint8_t flip) {
  const StringView *a = arguments[0]->values, *b = arguments[1]->values;
  const Value *constant = kernel_constant(call, 1);
  if (constant != NULL && constant->string.length <= STRING_VIEW_INLINE_MAX) {
    uint64_t wanted[2];
    memcpy(wanted, &constant->string, sizeof wanted);
    for (uint32_t row = 0; row < call->n_rows; row++) {
      uint64_t given[2];
      memcpy(given, &a[row], sizeof given);
      out[row] = (uint8_t)(((given[0] ^ wanted[0]) | (given[1] ^ wanted[1])) == 0) ^ flip;
    }
  } else {
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = string_view_equal(&a[row], &b[row]) ^ flip;
  }
}

#define COMPARE_KERNEL(name, order)                                                    \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    uint8_t *out = result->values;                                                     \
    switch (type_physical(arguments[0]->type.kind)) {                                  \
      case PHYSICAL_BOOL:                                                              \
        COMPARE_LOOP(uint8_t, order);                                                  \
        break;                                                                         \
      case PHYSICAL_INT32:                                                             \
        COMPARE_LOOP(int32_t, order);                                                  \
        break;                                                                         \
      case PHYSICAL_INT64:                                                             \
        COMPARE_LOOP(int64_t, order);                                                  \
        break;                                                                         \
      case PHYSICAL_DOUBLE:                                                            \
        COMPARE_LOOP(double, order);                                                   \
        break;                                                                         \
      case PHYSICAL_INT128:                                                            \
        DECIMAL_LOOP(order);                                                           \
        break;                                                                         \
      case PHYSICAL_STRING:                                                            \
        STRING_LOOP(order);                                                            \
        break;                                                                         \
      case PHYSICAL_COUNT:                                                             \
        break;                                                                         \
    }                                                                                  \
    return true;                                                                       \
  }
COMPARE_KERNEL(less_kernel, <)
COMPARE_KERNEL(less_equal_kernel, <=)
COMPARE_KERNEL(greater_kernel, >)
COMPARE_KERNEL(greater_equal_kernel, >=)
COMPARE_KERNEL(equal_other_kernel, ==)
COMPARE_KERNEL(not_equal_other_kernel, !=)

static bool equal_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  if (!type_is_string(arguments[0]->type.kind)) return equal_other_kernel(call, arguments, result);
  equal_strings(call, arguments, result->values, 0);
  return true;
}

static bool not_equal_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  if (!type_is_string(arguments[0]->type.kind)) return not_equal_other_kernel(call, arguments, result);
  equal_strings(call, arguments, result->values, 1);
  return true;
}

/* The six comparisons: for two columns of one type, and (Java's Double.compare, in which NaN is the greatest and
 * equal to itself and -0.0 is below 0.0) for a DOUBLE beside a DECIMAL. */
typedef struct Comparison {
  Overload overload;
  Overload total_order;
  const char *mirrored; /* the comparison that says the same of swapped operands */
} Comparison;

static int compare_doubles(double a, double b) {
  if (a < b) return -1;
  if (a > b) return 1;
  int64_t a_bits, b_bits;
  memcpy(&a_bits, &a, 8);
  memcpy(&b_bits, &b, 8);
  if (a != a) a_bits = INT64_C(0x7FF8000000000000);
  if (b != b) b_bits = INT64_C(0x7FF8000000000000);
  return a_bits < b_bits ? -1 : a_bits > b_bits;
}

#define TOTAL_ORDER_KERNEL(name, order)                                                                   \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) {                    \
    const double *a = arguments[0]->values, *b = arguments[1]->values;                                    \
    uint8_t *out = result->values;                                                                        \
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = compare_doubles(a[row], b[row]) order 0; \
    return true;                                                                                          \
  }
TOTAL_ORDER_KERNEL(total_less_kernel, <)
TOTAL_ORDER_KERNEL(total_less_equal_kernel, <=)
TOTAL_ORDER_KERNEL(total_greater_kernel, >)
TOTAL_ORDER_KERNEL(total_greater_equal_kernel, >=)
TOTAL_ORDER_KERNEL(total_equal_kernel, ==)
TOTAL_ORDER_KERNEL(total_not_equal_kernel, !=)

#define COMPARISON(name, kernel, mirrored) \
  static const Comparison name = {{kernel, 0, LAZY_NONE, NULL}, {total_##kernel, 0, LAZY_NONE, NULL}, mirrored};
COMPARISON(less, less_kernel, ">")
COMPARISON(less_equal, less_equal_kernel, ">=")
COMPARISON(greater, greater_kernel, "<")
COMPARISON(greater_equal, greater_equal_kernel, "<=")
COMPARISON(equal, equal_kernel, "=")
COMPARISON(not_equal, not_equal_kernel, "<>")

/* Text beside a timestamp is read as one; what is none is null, but for a literal an error. */
static bool read_as_timestamp(Resolution *r, uint32_t i, Type type) {
  Expr *text = r->arguments[i];
  bool nullable = text->type.nullable;
  Expr *read = function_cast(r->arena, text, type, true, text->place, r->settings, r->error);
  if (read == NULL) return false;
  if (read->kind == EXPR_LITERAL && !read->literal.is_null) read->type.nullable = nullable;
  if (text->kind == EXPR_LITERAL && !text->literal.is_null && read->literal.is_null) {
    error_at(r->error, ERROR_USAGE, text->place, "'%.*s' is compared with a timestamp, but is none",
             (int)text->literal.value.string.length, string_view_bytes(&text->literal.value.string));
    error_hint(r->error, "a timestamp is written '2026-01-31 23:59:59.123'");
    return false;
  }
  r->arguments[i] = read;
  return true;
}

/* Casts both operands to what they are compared as; false when they cannot be. */
static bool make_comparable(Resolution *r, bool *total_order) {
  *total_order = false;
  Type a = resolution_type(r, 0), b = resolution_type(r, 1);
  if (a.kind == TYPE_NULL && b.kind == TYPE_NULL) b = type_make(TYPE_BOOLEAN, true);
  resolution_cast_null(r, 0, b);
  resolution_cast_null(r, 1, resolution_type(r, 0));
  a = resolution_type(r, 0);
  b = resolution_type(r, 1);
  if (type_is_numeric(a.kind) && type_is_numeric(b.kind)) {
    bool any_double = a.kind == TYPE_DOUBLE || b.kind == TYPE_DOUBLE;
    bool any_decimal = a.kind == TYPE_DECIMAL || b.kind == TYPE_DECIMAL;
    *total_order = any_double && any_decimal;
    if (any_double)
      return resolution_cast(r, 0, type_make(TYPE_DOUBLE, true)) && resolution_cast(r, 1, type_make(TYPE_DOUBLE, true));
    if (any_decimal) return resolution_cast(r, 0, type_as_decimal(a)) && resolution_cast(r, 1, type_as_decimal(b));
    Type wider = type_make(a.kind > b.kind ? a.kind : b.kind, true);
    return resolution_cast(r, 0, wider) && resolution_cast(r, 1, wider);
  }
  if (type_is_string(a.kind) && type_is_string(b.kind)) return true;
  if (type_is_timestamp(a.kind) && type_is_timestamp(b.kind)) {
    if (a.kind == b.kind) return true;
    return a.precision > b.precision ? resolution_cast(r, 1, a) : resolution_cast(r, 0, b);
  }
  if (type_is_timestamp(a.kind) && type_is_string(b.kind)) return read_as_timestamp(r, 1, a);
  if (type_is_string(a.kind) && type_is_timestamp(b.kind)) return read_as_timestamp(r, 0, b);
  if ((type_is_numeric(a.kind) && type_is_string(b.kind)) || (type_is_string(a.kind) && type_is_numeric(b.kind))) {
    char a_name[TYPE_NAME_MAX], b_name[TYPE_NAME_MAX];
    error_at(r->error, ERROR_USAGE, r->place, "implicit type conversion between %s and %s is not supported",
             type_name(a, a_name), type_name(b, b_name));
    error_hint(r->error, "write a CAST, or quote the number");
    return false;
  }
  if (a.kind == b.kind) return true;
  return resolution_refuse(r);
}

/* x = x is TRUE where x is not null, to Flink, also for NaN. */
static bool resolve_with_itself(Resolution *r, const Comparison *comparison) {
  bool holds = comparison == &equal || comparison == &less_equal || comparison == &greater_equal;
  Expr *test = resolution_make(r, holds ? "IS NOT NULL" : "IS NULL", r->arguments, 1);
  if (test == NULL) return false;
  Expr *parts[] = {test, expr_null(r->arena, type_make(TYPE_BOOLEAN, true), r->place)};
  bool nullable = resolution_type(r, 0).nullable;
  return resolution_rewrite(r, nullable ? resolution_make(r, holds ? "OR" : "AND", parts, 2) : test);
}

static bool resolve_comparison(Resolution *r) {
  const Comparison *comparison = r->function->parameter;
  bool total_order;
  if (!make_comparable(r, &total_order)) return false;
  Expr **operands = r->arguments;
  if (resolution_type(r, 0).kind == TYPE_DOUBLE && expr_equal(operands[0], operands[1]))
    return resolve_with_itself(r, comparison);
  if (operands[0]->kind == EXPR_LITERAL && operands[1]->kind != EXPR_LITERAL) {
    Expr *swapped[] = {operands[1], operands[0]};
    return resolution_rewrite(r, resolution_make(r, comparison->mirrored, swapped, 2));
  }
  return resolution_result(r, type_make(TYPE_BOOLEAN, true),
                           total_order ? &comparison->total_order : &comparison->overload);
}

/* a IS [NOT] DISTINCT FROM b, as Flink spells it out: (both null) OR (a = b) IS TRUE. */
static bool resolve_distinct(Resolution *r) {
  Expr *is_null[2];
  for (int i = 0; i < 2; i++) {
    is_null[i] = resolution_make(r, "IS NULL", &r->arguments[i], 1);
    if (is_null[i] == NULL) return false;
  }
  Expr *equals = resolution_make(r, "=", r->arguments, 2);
  Expr *is_equal = equals == NULL ? NULL : resolution_make(r, "IS TRUE", &equals, 1);
  if (is_equal == NULL) return false;
  Expr *either[] = {resolution_make(r, "AND", is_null, 2), is_equal};
  Expr *same = either[0] == NULL ? NULL : resolution_make(r, "OR", either, 2);
  if (same == NULL || r->function->parameter != NULL) return resolution_rewrite(r, same);
  return resolution_rewrite(r, resolution_make(r, "NOT", &same, 1));
}

/* a [NOT] BETWEEN b AND c. */
static bool resolve_between(Resolution *r) {
  Expr *low[] = {r->arguments[0], r->arguments[1]}, *high[] = {r->arguments[0], r->arguments[2]};
  Expr *both[] = {resolution_make(r, ">=", low, 2), NULL};
  if (both[0] == NULL) return false;
  both[1] = resolution_make(r, "<=", high, 2);
  if (both[1] == NULL) return false;
  Expr *within = resolution_make(r, "AND", both, 2);
  if (within == NULL || r->function->parameter != NULL) return resolution_rewrite(r, within);
  return resolution_rewrite(r, resolution_make(r, "NOT", &within, 1));
}

/* a [NOT] IN (b, c, ...): an OR of equalities. */
static bool resolve_in(Resolution *r) {
  Expr **tests = arena_alloc(r->arena, r->n_arguments * sizeof *tests);
  for (uint32_t i = 1; i < r->n_arguments; i++) {
    Expr *pair[] = {r->arguments[0], r->arguments[i]};
    tests[i - 1] = resolution_make(r, "=", pair, 2);
    if (tests[i - 1] == NULL) return false;
  }
  Expr *any = r->n_arguments == 2 ? tests[0] : resolution_make(r, "OR", tests, r->n_arguments - 1);
  if (any == NULL || r->function->parameter != NULL) return resolution_rewrite(r, any);
  return resolution_rewrite(r, resolution_make(r, "NOT", &any, 1));
}

static const Function functions[] = {
    {"=", "value = value", resolve_comparison, 2, 2, &equal},
    {"<>", "value <> value", resolve_comparison, 2, 2, &not_equal},
    {"<", "value < value", resolve_comparison, 2, 2, &less},
    {"<=", "value <= value", resolve_comparison, 2, 2, &less_equal},
    {">", "value > value", resolve_comparison, 2, 2, &greater},
    {">=", "value >= value", resolve_comparison, 2, 2, &greater_equal},
    {"IS DISTINCT FROM", "value IS DISTINCT FROM value", resolve_distinct, 2, 2, NULL},
    {"IS NOT DISTINCT FROM", "value IS NOT DISTINCT FROM value", resolve_distinct, 2, 2, "not"},
    {"BETWEEN", "value BETWEEN value AND value", resolve_between, 3, 3, "between"},
    {"NOT BETWEEN", "value NOT BETWEEN value AND value", resolve_between, 3, 3, NULL},
    {"IN", "value IN (value [, value]*)", resolve_in, 2, ARGUMENTS_ANY, "in"},
    {"NOT IN", "value NOT IN (value [, value]*)", resolve_in, 2, ARGUMENTS_ANY, NULL},
};
const FunctionArea comparison_area = {functions, sizeof functions / sizeof functions[0], true};

void comparison_order_totally(Expr *expr) {
  const Function *function = expr->kind == EXPR_CALL ? expr->call.function : NULL;
  bool is_comparison = function != NULL && function >= functions && function < functions + 6; /* the first rows */
  if (is_comparison && expr->call.arguments[0]->type.kind == TYPE_DOUBLE)
    expr->call.overload = &((const Comparison *)function->parameter)->total_order;
}
