/* Numeric functions: rounding in the number's own type, everything else in DOUBLE by the C library. */
#include "func/math.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "func/decimal_math.h"
#include "func/number_convert.h"
#include "func/type_rules.h"

#define PLAIN(kernel) \
  { kernel, 0, LAZY_NONE, NULL }

/* --- DOUBLE in, DOUBLE out --- */

typedef struct DoubleFunction {
  Overload overload;
  double constant; /* of a function without arguments */
} DoubleFunction;

#define DOUBLE_KERNEL(name, expression)                                                         \
  static bool name##_kernel(KernelCall *call, const Column *const *arguments, Column *result) { \
    const double *in = arguments[0]->values;                                                    \
    double *out = result->values;                                                               \
    for (uint32_t row = 0; row < call->n_rows; row++) {                                         \
      const double x = in[row];                                                                 \
      out[row] = expression;                                                                    \
    }                                                                                           \
    return true;                                                                                \
  }
#define DOUBLE_FUNCTION(name, expression) \
  DOUBLE_KERNEL(name, expression)         \
  static const DoubleFunction name##_function = {PLAIN(name##_kernel), 0};

DOUBLE_FUNCTION(exp, exp(x))
DOUBLE_FUNCTION(ln, log(x))
DOUBLE_FUNCTION(log10, log10(x))
DOUBLE_FUNCTION(log2, log(x) / log(2.0)) /* as Flink computes it */
DOUBLE_FUNCTION(sin, sin(x))
DOUBLE_FUNCTION(cos, cos(x))
DOUBLE_FUNCTION(tan, tan(x))
DOUBLE_FUNCTION(cot, 1.0 / tan(x))
DOUBLE_FUNCTION(asin, asin(x))
DOUBLE_FUNCTION(acos, acos(x))
DOUBLE_FUNCTION(atan, atan(x))
DOUBLE_FUNCTION(sinh, sinh(x))
DOUBLE_FUNCTION(cosh, cosh(x))
DOUBLE_FUNCTION(tanh, tanh(x))
DOUBLE_FUNCTION(degrees, x *(180.0 / M_PI))
DOUBLE_FUNCTION(radians, x *(M_PI / 180.0))
DOUBLE_FUNCTION(floor_double, floor(x))
DOUBLE_FUNCTION(ceil_double, ceil(x))
DOUBLE_KERNEL(abs_double, fabs(x))
DOUBLE_KERNEL(sign_double, x > 0 ? 1.0 : x < 0 ? -1.0 : x)

static bool resolve_double(Resolution *r) {
  const DoubleFunction *function = r->function->parameter;
  for (uint32_t i = 0; i < r->n_arguments; i++) {
    if (!type_is_numeric(resolution_type(r, i).kind)) return resolution_refuse(r);
    if (!resolution_cast(r, i, type_make(TYPE_DOUBLE, true))) return false;
  }
  return resolution_result(r, type_make(TYPE_DOUBLE, true), &function->overload);
}

/* Java's Math.pow differs from C's in one place: 1 to the power of NaN, or -1 to that of infinity, is NaN. */
static double java_power(double x, double y) {
  if (y == 0) return 1;
  if (isnan(y) || (isinf(y) && fabs(x) == 1)) return NAN;
  return pow(x, y);
}

#define DOUBLE_PAIR_FUNCTION(name, expression)                                                  \
  static bool name##_kernel(KernelCall *call, const Column *const *arguments, Column *result) { \
    const double *first = arguments[0]->values, *second = arguments[1]->values;                 \
    double *out = result->values;                                                               \
    for (uint32_t row = 0; row < call->n_rows; row++) {                                         \
      const double x = first[row], y = second[row];                                             \
      out[row] = expression;                                                                    \
    }                                                                                           \
    return true;                                                                                \
  }                                                                                             \
  static const DoubleFunction name##_function = {PLAIN(name##_kernel), 0};
DOUBLE_PAIR_FUNCTION(power, java_power(x, y))
DOUBLE_PAIR_FUNCTION(atan2, atan2(x, y))
DOUBLE_PAIR_FUNCTION(log_base, log(y) / log(x))

static bool resolve_log(Resolution *r) {
  if (r->n_arguments == 1) return resolution_rewrite(r, resolution_make(r, "LN", r->arguments, 1));
  return resolve_double(r);
}

/* SQRT(x) is POWER(x, 0.5), to Calcite. */
static bool resolve_sqrt(Resolution *r) {
  Value half = {.float64 = 0.5};
  Expr *arguments[] = {r->arguments[0], expr_literal(r->arena, type_make(TYPE_DOUBLE, false), half, r->place)};
  return resolution_rewrite(r, resolution_make(r, "POWER", arguments, 2));
}

static bool resolve_constant(Resolution *r) {
  Value value = {.float64 = ((const DoubleFunction *)r->function->parameter)->constant};
  return resolution_rewrite(r, expr_literal(r->arena, type_make(TYPE_DOUBLE, false), value, r->place));
}
static const DoubleFunction pi_function = {{NULL, 0, LAZY_NONE, NULL}, M_PI};
static const DoubleFunction e_function = {{NULL, 0, LAZY_NONE, NULL}, M_E};

/* --- ABS, SIGN --- */

#define UNARY_KERNEL(name, type, expression)                                           \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    const type *in = arguments[0]->values;                                             \
    type *out = result->values;                                                        \
    for (uint32_t row = 0; row < call->n_rows; row++) {                                \
      const type x = in[row];                                                          \
      out[row] = (type)(expression);                                                   \
    }                                                                                  \
    return true;                                                                       \
  }
UNARY_KERNEL(abs_int32, int32_t, x < 0 ? 0u - (uint32_t)x : (uint32_t)x)
UNARY_KERNEL(abs_int64, int64_t, x < 0 ? UINT64_C(0) - (uint64_t)x : (uint64_t)x)
UNARY_KERNEL(abs_int128, int128_t, x < 0 ? (uint128_t)0 - (uint128_t)x : (uint128_t)x)
UNARY_KERNEL(sign_int32, int32_t, (x > 0) - (x < 0))
UNARY_KERNEL(sign_int64, int64_t, (x > 0) - (x < 0))

static bool sign_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  const int128_t *in = arguments[0]->values;
  int128_t *out = result->values;
  int128_t one = decimal_power10(result->type.scale);
  bool one_fits = result->type.precision > result->type.scale;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = in[row] > 0 ? one : in[row] < 0 ? -one : 0;
    if (!one_fits && in[row] != 0) kernel_set_null(call, result, row);
  }
  return true;
}

typedef struct TypedFunction {
  Overload int32, int64, float64, decimal;
} TypedFunction;
static const TypedFunction abs_function = {PLAIN(abs_int32), PLAIN(abs_int64), PLAIN(abs_double_kernel),
                                           PLAIN(abs_int128)};
static const TypedFunction sign_function = {PLAIN(sign_int32), PLAIN(sign_int64), PLAIN(sign_double_kernel),
                                            PLAIN(sign_decimal)};

static bool resolve_typed(Resolution *r) {
  const TypedFunction *function = r->function->parameter;
  Type type = resolution_type(r, 0);
  switch (type.kind) {
    case TYPE_INT:
      return resolution_result(r, type, &function->int32);
    case TYPE_BIGINT:
      return resolution_result(r, type, &function->int64);
    case TYPE_DOUBLE:
      return resolution_result(r, type, &function->float64);
    case TYPE_DECIMAL:
      return resolution_result(r, type, &function->decimal);
    default:
      return resolution_refuse(r);
  }
}

/* --- FLOOR, CEIL of numbers (of timestamps: func/time.c) --- */

static bool floor_or_ceil_decimal(KernelCall *call, const Column *const *arguments, Column *result, bool is_ceil) {
  const int128_t *in = arguments[0]->values;
  int128_t *out = result->values;
  const int128_t unit = decimal_power10(arguments[0]->type.scale);
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int128_t whole = in[row] / unit, rest = in[row] % unit;
    out[row] = is_ceil ? whole + (rest > 0) : whole - (rest < 0);
  }
  return true;
}
static bool floor_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  return floor_or_ceil_decimal(call, arguments, result, false);
}
static bool ceil_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  return floor_or_ceil_decimal(call, arguments, result, true);
}

bool math_resolve_floor_or_ceil(Resolution *r, bool is_ceil) {
  static const Overload floor_overload = PLAIN(floor_decimal), ceil_overload = PLAIN(ceil_decimal);
  Type type = resolution_type(r, 0);
  if (type.kind == TYPE_INT || type.kind == TYPE_BIGINT) return resolution_rewrite(r, r->arguments[0]);
  if (type.kind == TYPE_DOUBLE)
    return resolution_result(r, type, is_ceil ? &ceil_double_function.overload : &floor_double_function.overload);
  if (type.kind != TYPE_DECIMAL) return resolution_refuse(r);
  return resolution_result(r, type_decimal(type.precision, 0, true), is_ceil ? &ceil_overload : &floor_overload);
}

/* --- ROUND, TRUNCATE --- */

/* value * 10^-scale to `digits` after the point, HALF_UP or cut off; unscaled at scale max(digits, 0). */
static int128_t round_unscaled(int128_t value, int32_t scale, int32_t digits, bool half_up) {
  if (digits >= scale) return value;
  int32_t dropped = scale - digits;
  if (dropped > DECIMAL_PRECISION_MAX) return 0;
  int128_t unit = decimal_power10(dropped);
  int128_t whole = value / unit, rest = value % unit;
  if (half_up) {
    int128_t magnitude = rest < 0 ? -rest : rest;
    if (magnitude >= unit - magnitude) whole += value < 0 ? -1 : 1;
  }
  if (digits >= 0) return whole;
  return -digits > DECIMAL_PRECISION_MAX ? 0 : (int128_t)((uint128_t)whole * (uint128_t)decimal_power10(-digits));
}

static int32_t digits_of(const KernelCall *call, const Column *const *arguments, uint32_t row) {
  return call->expr->call.n_arguments > 1 ? ((const int32_t *)arguments[1]->values)[row] : 0;
}

static bool round_integer(KernelCall *call, const Column *const *arguments, Column *result, bool half_up) {
  bool is_int = result->type.kind == TYPE_INT;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int32_t digits = digits_of(call, arguments, row);
    int128_t value =
        is_int ? ((const int32_t *)arguments[0]->values)[row] : ((const int64_t *)arguments[0]->values)[row];
    int128_t rounded =
        round_unscaled(value, 0, digits < -DECIMAL_PRECISION_MAX ? -DECIMAL_PRECISION_MAX : digits, half_up);
    if (is_int)
      ((int32_t *)result->values)[row] = (int32_t)(uint32_t)(uint128_t)rounded;
    else
      ((int64_t *)result->values)[row] = (int64_t)(uint64_t)(uint128_t)rounded;
  }
  return true;
}

/* A DECIMAL column has one scale, that of the type; a value rounded less than that keeps zeros. */
static bool round_decimal(KernelCall *call, const Column *const *arguments, Column *result, bool half_up) {
  const int128_t *in = arguments[0]->values;
  int128_t *out = result->values;
  int32_t from_scale = arguments[0]->type.scale, to_scale = result->type.scale;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int32_t digits = digits_of(call, arguments, row);
    if (digits < -DECIMAL_PRECISION_MAX) digits = -DECIMAL_PRECISION_MAX;
    int32_t scale = digits >= from_scale ? from_scale : digits > 0 ? digits : 0;
    int128_t rounded = round_unscaled(in[row], from_scale, digits, half_up);
    if (decimal_rescale(rounded, scale, result->type.precision, to_scale, &out[row])) continue;
    out[row] = 0;
    kernel_set_null(call, result, row);
  }
  return true;
}

/* Through the shortest decimal text of the double, as BigDecimal.valueOf does. */
static bool round_double(KernelCall *call, const Column *const *arguments, Column *result, bool half_up) {
  const double *in = arguments[0]->values;
  double *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int32_t digits = digits_of(call, arguments, row);
    out[row] = in[row];
    if (!isfinite(in[row])) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "Infinite or NaN");
      continue;
    }
    out[row] = double_round(in[row], digits, half_up);
  }
  return true;
}

#define ROUND_KERNELS(type)                                                                                \
  static bool round_##type##_kernel(KernelCall *call, const Column *const *arguments, Column *result) {    \
    return round_##type(call, arguments, result, true);                                                    \
  }                                                                                                        \
  static bool truncate_##type##_kernel(KernelCall *call, const Column *const *arguments, Column *result) { \
    return round_##type(call, arguments, result, false);                                                   \
  }
ROUND_KERNELS(integer)
ROUND_KERNELS(decimal)
ROUND_KERNELS(double)
static const Overload rounding[2][3] = {
    {PLAIN(truncate_integer_kernel),
     PLAIN(truncate_decimal_kernel),
     {truncate_double_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL}},
    {PLAIN(round_integer_kernel),
     PLAIN(round_decimal_kernel),
     {round_double_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL}},
};

static bool resolve_round(Resolution *r) {
  bool half_up = r->function->parameter != NULL;
  Type type = resolution_type(r, 0);
  if (!type_is_numeric(type.kind)) return resolution_refuse(r);
  if (r->n_arguments == 2) {
    if (resolution_type(r, 1).kind != TYPE_INT) return resolution_refuse(r);
  }
  if (type.kind == TYPE_DOUBLE) return resolution_result(r, type, &rounding[half_up][2]);
  if (type.kind != TYPE_DECIMAL) return resolution_result(r, type, &rounding[half_up][0]);
  const Expr *digits = r->n_arguments == 2 ? r->arguments[1] : NULL;
  if (digits == NULL)
    type = decimal_round_type(type, 0);
  else if (digits->kind == EXPR_LITERAL && !digits->literal.is_null)
    type = decimal_round_type(type, digits->literal.value.int32);
  return resolution_result(r, type, &rounding[half_up][1]);
}

static const Function functions[] = {
    {"ABS", "ABS(number)", resolve_typed, 1, 1, &abs_function},
    {"SIGN", "SIGN(number)", resolve_typed, 1, 1, &sign_function},
    {"ROUND", "ROUND(number [, digits])", resolve_round, 1, 2, "half up"},
    {"TRUNCATE", "TRUNCATE(number [, digits])", resolve_round, 1, 2, NULL},
    {"POWER", "POWER(number, number)", resolve_double, 2, 2, &power_function},
    {"SQRT", "SQRT(number)", resolve_sqrt, 1, 1, NULL},
    {"EXP", "EXP(number)", resolve_double, 1, 1, &exp_function},
    {"LN", "LN(number)", resolve_double, 1, 1, &ln_function},
    {"LOG", "LOG([base,] number)", resolve_log, 1, 2, &log_base_function},
    {"LOG10", "LOG10(number)", resolve_double, 1, 1, &log10_function},
    {"LOG2", "LOG2(number)", resolve_double, 1, 1, &log2_function},
    {"SIN", "SIN(number)", resolve_double, 1, 1, &sin_function},
    {"COS", "COS(number)", resolve_double, 1, 1, &cos_function},
    {"TAN", "TAN(number)", resolve_double, 1, 1, &tan_function},
    {"COT", "COT(number)", resolve_double, 1, 1, &cot_function},
    {"ASIN", "ASIN(number)", resolve_double, 1, 1, &asin_function},
    {"ACOS", "ACOS(number)", resolve_double, 1, 1, &acos_function},
    {"ATAN", "ATAN(number)", resolve_double, 1, 1, &atan_function},
    {"ATAN2", "ATAN2(y, x)", resolve_double, 2, 2, &atan2_function},
    {"SINH", "SINH(number)", resolve_double, 1, 1, &sinh_function},
    {"COSH", "COSH(number)", resolve_double, 1, 1, &cosh_function},
    {"TANH", "TANH(number)", resolve_double, 1, 1, &tanh_function},
    {"DEGREES", "DEGREES(number)", resolve_double, 1, 1, &degrees_function},
    {"RADIANS", "RADIANS(number)", resolve_double, 1, 1, &radians_function},
    {"PI", "PI()", resolve_constant, 0, 0, &pi_function},
    {"E", "E()", resolve_constant, 0, 0, &e_function},
};
const FunctionArea math_area = {functions, sizeof functions / sizeof functions[0], false};
