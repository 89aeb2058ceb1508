/* + - * / % and signs over numbers, timestamps and intervals.
 *
 * INT and BIGINT wrap around as Java's do, and division by zero fails the job; DOUBLE follows IEEE;
 * a DECIMAL result that does not fit its type is NULL. Operands of DECIMAL arithmetic are not cast
 * to the result's type (that could change them): kernels take each at its own scale. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "func/decimal_math.h"
#include "func/kernel.h"
#include "func/time_parts.h"
#include "func/type_rules.h"

/* --- INT, BIGINT, DOUBLE --- */

#define BINARY_KERNEL(name, type, expression)                                          \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    const type *as = arguments[0]->values, *bs = arguments[1]->values;                 \
    type *out = result->values;                                                        \
    for (uint32_t row = 0; row < call->n_rows; row++) {                                \
      type a = as[row], b = bs[row];                                                   \
      out[row] = (type)(expression);                                                   \
    }                                                                                  \
    return true;                                                                       \
  }
BINARY_KERNEL(add_int32, int32_t, (uint32_t)a + (uint32_t)b)
BINARY_KERNEL(add_int64, int64_t, (uint64_t)a + (uint64_t)b)
BINARY_KERNEL(add_double, double, a + b)
BINARY_KERNEL(subtract_int32, int32_t, (uint32_t)a - (uint32_t)b)
BINARY_KERNEL(subtract_int64, int64_t, (uint64_t)a - (uint64_t)b)
BINARY_KERNEL(subtract_double, double, a - b)
BINARY_KERNEL(multiply_int32, int32_t, (uint32_t)a *(uint32_t)b)
BINARY_KERNEL(multiply_int64, int64_t, (uint64_t)a *(uint64_t)b)
BINARY_KERNEL(multiply_double, double, a *b)
BINARY_KERNEL(divide_double, double, a / b)
#undef BINARY_KERNEL

/* Java: the least value divided by -1 is itself, with remainder 0. */
#define DIVISION_KERNEL(name, type, by_minus_one, expression)                          \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    const type *as = arguments[0]->values, *bs = arguments[1]->values;                 \
    type *out = result->values;                                                        \
    for (uint32_t row = 0; row < call->n_rows; row++) {                                \
      type a = as[row], b = bs[row];                                                   \
      if (b == 0) {                                                                    \
        if (kernel_is_active(call, row)) return kernel_fail(call, "/ by zero");        \
        out[row] = 0;                                                                  \
      } else if (b == -1) {                                                            \
        out[row] = (type)(by_minus_one);                                               \
      } else {                                                                         \
        out[row] = expression;                                                         \
      }                                                                                \
    }                                                                                  \
    return true;                                                                       \
  }
DIVISION_KERNEL(divide_int32, int32_t, 0u - (uint32_t)a, a / b)
DIVISION_KERNEL(divide_int64, int64_t, UINT64_C(0) - (uint64_t)a, a / b)
DIVISION_KERNEL(modulo_int32, int32_t, 0, a % b)
DIVISION_KERNEL(modulo_int64, int64_t, 0, a % b)
#undef DIVISION_KERNEL

#define NEGATE_KERNEL(name, type, expression)                                          \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    const type *as = arguments[0]->values;                                             \
    type *out = result->values;                                                        \
    for (uint32_t row = 0; row < call->n_rows; row++) {                                \
      type a = as[row];                                                                \
      out[row] = (type)(expression);                                                   \
    }                                                                                  \
    return true;                                                                       \
  }
NEGATE_KERNEL(negate_int32, int32_t, 0u - (uint32_t)a)
NEGATE_KERNEL(negate_int64, int64_t, UINT64_C(0) - (uint64_t)a)
NEGATE_KERNEL(negate_double, double, -a)
NEGATE_KERNEL(negate_int128, int128_t, (uint128_t)0 - (uint128_t)a)
#undef NEGATE_KERNEL

/* --- DECIMAL --- */

/* a + sign * b. When the result's type has room for every digit, at the larger scale nothing can overflow and the
 * loop has no branches; only types cut down to 38 digits take the careful way. */
static bool decimal_sum(KernelCall *call, const Column *const *arguments, Column *result, int sign) {
  const int128_t *a = arguments[0]->values, *b = arguments[1]->values;
  int128_t *out = result->values;
  Type a_type = arguments[0]->type, b_type = arguments[1]->type;
  int32_t scale = a_type.scale > b_type.scale ? a_type.scale : b_type.scale;
  int32_t a_digits = a_type.precision - a_type.scale, b_digits = b_type.precision - b_type.scale;
  int32_t digits = (a_digits > b_digits ? a_digits : b_digits) + scale + 1;
  if (digits <= DECIMAL_PRECISION_MAX) {
    int128_t a_factor = decimal_power10(scale - a_type.scale), b_factor = sign * decimal_power10(scale - b_type.scale);
    for (uint32_t row = 0; row < call->n_rows; row++)
      out[row] = (int128_t)((uint128_t)a[row] * (uint128_t)a_factor + (uint128_t)b[row] * (uint128_t)b_factor);
    return true;
  }
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (decimal_add(a[row], a_type.scale, sign * b[row], b_type.scale, result->type.precision, result->type.scale,
                    &out[row]))
      continue;
    out[row] = 0;
    kernel_set_null(call, result, row);
  }
  return true;
}

static bool add_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  return decimal_sum(call, arguments, result, 1);
}
static bool subtract_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  return decimal_sum(call, arguments, result, -1);
}

static bool multiply_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  const int128_t *a = arguments[0]->values, *b = arguments[1]->values;
  int128_t *out = result->values;
  Type a_type = arguments[0]->type, b_type = arguments[1]->type;
  if (a_type.precision + b_type.precision < DECIMAL_PRECISION_MAX) {
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = (int128_t)((uint128_t)a[row] * (uint128_t)b[row]);
    return true;
  }
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (decimal_multiply(a[row], a_type.scale, b[row], b_type.scale, result->type.precision, result->type.scale,
                         &out[row]))
      continue;
    out[row] = 0;
    kernel_set_null(call, result, row);
  }
  return true;
}

typedef bool (*DecimalDivision)(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision,
                                int32_t scale, int128_t *result);

static bool decimal_division(KernelCall *call, const Column *const *arguments, Column *result, DecimalDivision divide) {
  const int128_t *a = arguments[0]->values, *b = arguments[1]->values;
  int128_t *out = result->values;
  int32_t a_scale = arguments[0]->type.scale, b_scale = arguments[1]->type.scale;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (b[row] == 0) {
      if (kernel_is_active(call, row))
        return kernel_fail(call, a[row] == 0 && divide == decimal_divide ? "Division undefined" : "Division by zero");
      out[row] = 0;
    } else if (!divide(a[row], a_scale, b[row], b_scale, result->type.precision, result->type.scale, &out[row])) {
      out[row] = 0;
      kernel_set_null(call, result, row);
    }
  }
  return true;
}

static bool divide_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  return decimal_division(call, arguments, result, decimal_divide);
}
static bool modulo_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  return decimal_division(call, arguments, result, decimal_modulo);
}

/* --- time --- */

/* Timestamps are in microseconds, intervals in milliseconds or months. */
static bool shift_by_milliseconds(KernelCall *call, const Column *const *arguments, Column *result, int64_t factor) {
  const int64_t *at = arguments[0]->values, *by = arguments[1]->values;
  int64_t *out = result->values;
  const Value *constant = kernel_constant(call, 1);
  if (constant != NULL) {
    uint64_t shift = (uint64_t)constant->int64 * (uint64_t)factor;
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = (int64_t)((uint64_t)at[row] + shift);
  } else {
    for (uint32_t row = 0; row < call->n_rows; row++)
      out[row] = (int64_t)((uint64_t)at[row] + (uint64_t)by[row] * (uint64_t)factor);
  }
  return true;
}

static bool add_milliseconds(KernelCall *call, const Column *const *arguments, Column *result) {
  return shift_by_milliseconds(call, arguments, result, 1000);
}
static bool subtract_milliseconds(KernelCall *call, const Column *const *arguments, Column *result) {
  return shift_by_milliseconds(call, arguments, result, -1000);
}

static bool add_months_signed(KernelCall *call, const Column *const *arguments, Column *result, int sign) {
  const int64_t *at = arguments[0]->values, *by = arguments[1]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = time_add_months(at[row], sign * by[row]);
  return true;
}
static bool add_months(KernelCall *call, const Column *const *arguments, Column *result) {
  return add_months_signed(call, arguments, result, 1);
}
static bool subtract_months(KernelCall *call, const Column *const *arguments, Column *result) {
  return add_months_signed(call, arguments, result, -1);
}

/* --- types --- */

typedef struct Arithmetic {
  Overload int32, int64, float64, decimal;
  Type (*decimal_type)(Type a, Type b);
  const Overload *shift_milliseconds, *shift_months; /* of a timestamp */
} Arithmetic;

#define PLAIN(kernel) \
  { kernel, 0, LAZY_NONE, NULL }
#define FAILING(kernel) \
  { kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL }
static const Overload add_milliseconds_overload = PLAIN(add_milliseconds), add_months_overload = PLAIN(add_months),
                      subtract_milliseconds_overload = PLAIN(subtract_milliseconds),
                      subtract_months_overload = PLAIN(subtract_months);
static const Arithmetic addition = {PLAIN(add_int32),    PLAIN(add_int64), PLAIN(add_double),
                                    PLAIN(add_decimal),  decimal_sum_type, &add_milliseconds_overload,
                                    &add_months_overload};
static const Arithmetic subtraction = {PLAIN(subtract_int32),    PLAIN(subtract_int64), PLAIN(subtract_double),
                                       PLAIN(subtract_decimal),  decimal_sum_type,      &subtract_milliseconds_overload,
                                       &subtract_months_overload};
static const Arithmetic multiplication = {PLAIN(multiply_int32),
                                          PLAIN(multiply_int64),
                                          PLAIN(multiply_double),
                                          PLAIN(multiply_decimal),
                                          decimal_product_type,
                                          NULL,
                                          NULL};
static const Arithmetic division = {FAILING(divide_int32),
                                    FAILING(divide_int64),
                                    PLAIN(divide_double),
                                    FAILING(divide_decimal),
                                    decimal_quotient_type,
                                    NULL,
                                    NULL};

static bool resolve_numbers(Resolution *r, const Arithmetic *arithmetic) {
  Type a = resolution_type(r, 0), b = resolution_type(r, 1);
  Type common;
  type_merge(a, b, &common);
  if (common.kind == TYPE_DECIMAL) {
    a = type_as_decimal(a);
    b = type_as_decimal(b);
    return resolution_cast(r, 0, a) && resolution_cast(r, 1, b) &&
           resolution_result(r, arithmetic->decimal_type(a, b), &arithmetic->decimal);
  }
  if (!resolution_cast(r, 0, common) || !resolution_cast(r, 1, common)) return false;
  return resolution_result(r, common,
                           common.kind == TYPE_INT      ? &arithmetic->int32
                           : common.kind == TYPE_BIGINT ? &arithmetic->int64
                                                        : &arithmetic->float64);
}

/* -a and +a. */
static bool resolve_sign(Resolution *r, bool is_plus) {
  static const Overload int32 = PLAIN(negate_int32), int64 = PLAIN(negate_int64), float64 = PLAIN(negate_double),
                        decimal = PLAIN(negate_int128);
  Type type = resolution_type(r, 0);
  if (!type_is_numeric(type.kind) && !type_is_interval(type.kind)) return resolution_refuse(r);
  if (is_plus) return resolution_rewrite(r, r->arguments[0]);
  switch (type_physical(type.kind)) {
    case PHYSICAL_INT32:
      return resolution_result(r, type, &int32);
    case PHYSICAL_INT64:
      return resolution_result(r, type, &int64);
    case PHYSICAL_DOUBLE:
      return resolution_result(r, type, &float64);
    case PHYSICAL_INT128:
      return resolution_result(r, type, &decimal);
    default:
      assert(false);
      return false;
  }
}

static bool resolve_sum(Resolution *r) {
  const Arithmetic *arithmetic = r->function->parameter;
  bool is_plus = arithmetic == &addition;
  if (r->n_arguments == 1) return resolve_sign(r, is_plus);
  Type a = resolution_type(r, 0), b = resolution_type(r, 1);
  if (type_is_numeric(a.kind) && type_is_numeric(b.kind)) return resolve_numbers(r, arithmetic);
  if (is_plus && type_is_interval(a.kind) && type_is_timestamp(b.kind)) {
    Expr *first = r->arguments[0];
    r->arguments[0] = r->arguments[1];
    r->arguments[1] = first;
    a = resolution_type(r, 0);
    b = resolution_type(r, 1);
  }
  if (type_is_timestamp(a.kind) && type_is_interval(b.kind))
    return resolution_result(
        r, a, b.kind == TYPE_INTERVAL_DAY_TIME ? arithmetic->shift_milliseconds : arithmetic->shift_months);
  if (type_is_interval(a.kind) && a.kind == b.kind) return resolution_result(r, a, &arithmetic->int64);
  return resolution_refuse(r);
}

static bool resolve_product(Resolution *r) {
  Type a = resolution_type(r, 0), b = resolution_type(r, 1);
  if (type_is_numeric(a.kind) && type_is_numeric(b.kind)) return resolve_numbers(r, r->function->parameter);
  if (r->function->parameter == &multiplication && type_is_interval(b.kind)) {
    Expr *swapped[] = {r->arguments[1], r->arguments[0]};
    if (!type_is_interval(a.kind)) return resolution_rewrite(r, resolution_make(r, "*", swapped, 2));
  }
  if (r->function->parameter == &multiplication && type_is_interval(a.kind) &&
      (b.kind == TYPE_INT || b.kind == TYPE_BIGINT))
    return resolution_cast(r, 1, type_make(TYPE_BIGINT, true)) && resolution_result(r, a, &multiplication.int64);
  return resolution_refuse(r);
}

static const Overload modulo_int32_overload = FAILING(modulo_int32), modulo_int64_overload = FAILING(modulo_int64),
                      modulo_decimal_overload = FAILING(modulo_decimal);

/* The remainder of exact numbers has the type of the divisor; with digits after the point, one of its own. Flink
 * divides by the divisor's type: a BIGINT dividend with an INT divisor is divided as BIGINT, then cut to INT. */
static bool resolve_modulo(Resolution *r) {
  Type a = resolution_type(r, 0), b = resolution_type(r, 1);
  if (!type_is_numeric(a.kind) || !type_is_numeric(b.kind) || a.kind == TYPE_DOUBLE || b.kind == TYPE_DOUBLE)
    return resolution_refuse(r);
  Type bigint = type_make(TYPE_BIGINT, true);
  if (a.kind == TYPE_DECIMAL || b.kind == TYPE_DECIMAL) {
    Type a_decimal = type_as_decimal(a), b_decimal = type_as_decimal(b);
    bool is_whole = a_decimal.scale == 0 && b_decimal.scale == 0;
    if (!is_whole || b.kind == TYPE_DECIMAL)
      return resolution_cast(r, 0, a_decimal) && resolution_cast(r, 1, b_decimal) &&
             resolution_result(r, is_whole ? b : decimal_remainder_type(a_decimal, b_decimal),
                               &modulo_decimal_overload);
    if (!resolution_cast(r, 0, bigint)) return false;
    a = resolution_type(r, 0);
  }
  if (a.kind == TYPE_INT && b.kind == TYPE_INT) return resolution_result(r, b, &modulo_int32_overload);
  if (!resolution_cast(r, 0, bigint) || !resolution_cast(r, 1, bigint)) return false;
  if (b.kind == TYPE_BIGINT) return resolution_result(r, b, &modulo_int64_overload);
  Expr *wide = resolution_make(r, r->function->name, r->arguments, 2);
  if (wide == NULL) return false;
  b.nullable = wide->type.nullable;
  return resolution_rewrite(r, function_cast(r->arena, wide, b, false, r->place, r->settings, r->error));
}

static const Function functions[] = {
    {"+", "number + number, timestamp + interval, interval + interval", resolve_sum, 1, 2, &addition},
    {"-", "number - number, timestamp - interval, interval - interval, - number", resolve_sum, 1, 2, &subtraction},
    {"*", "number * number, interval * integer", resolve_product, 2, 2, &multiplication},
    {"/", "number / number", resolve_product, 2, 2, &division},
    {"%", "exact number % exact number", resolve_modulo, 2, 2, NULL},
    {"MOD", "MOD(exact number, exact number)", resolve_modulo, 2, 2, NULL},
};
const FunctionArea arithmetic_area = {functions, sizeof functions / sizeof functions[0], false};
