/* Casts among BOOLEAN, INT, BIGINT, DOUBLE and DECIMAL, with Java's arithmetic: BIGINT to INT keeps the
 * low bits, DOUBLE to an integer truncates and stops at the ends (NaN is 0), DECIMAL to an integer truncates, and
 * what does not fit a DECIMAL is NULL. */
#include <assert.h>
#include <math.h>

#include "func/cast.h"
#include "func/decimal_math.h"
#include "func/number_convert.h"

/* A loop over the pair (from, to), whose bodies are one expression of `value`. */
#define CAST_LOOP(from, to, expression)                 \
  do {                                                  \
    const from *in = arguments[0]->values;              \
    to *out = result->values;                           \
    for (uint32_t row = 0; row < call->n_rows; row++) { \
      const from value = in[row];                       \
      out[row] = (to)(expression);                      \
    }                                                   \
  } while (0)

bool cast_boolean_to_number(KernelCall *call, const Column *const *arguments, Column *result) {
  switch (type_physical(result->type.kind)) {
    case PHYSICAL_INT32:
      CAST_LOOP(uint8_t, int32_t, value);
      break;
    case PHYSICAL_INT64:
      CAST_LOOP(uint8_t, int64_t, value);
      break;
    case PHYSICAL_DOUBLE:
      CAST_LOOP(uint8_t, double, value);
      break;
    default: {
      assert(result->type.kind == TYPE_DECIMAL);
      bool one_fits = result->type.precision > result->type.scale;
      int128_t one = one_fits ? decimal_power10(result->type.scale) : 0;
      CAST_LOOP(uint8_t, int128_t, value == 0 ? 0 : one);
      const uint8_t *in = arguments[0]->values;
      for (uint32_t row = 0; row < call->n_rows && !one_fits; row++)
        if (in[row] != 0) kernel_set_null(call, result, row);
    }
  }
  return true;
}

bool cast_number_to_boolean(KernelCall *call, const Column *const *arguments, Column *result) {
  switch (type_physical(arguments[0]->type.kind)) {
    case PHYSICAL_INT32:
      CAST_LOOP(int32_t, uint8_t, value != 0);
      break;
    case PHYSICAL_INT64:
      CAST_LOOP(int64_t, uint8_t, value != 0);
      break;
    case PHYSICAL_DOUBLE:
      CAST_LOOP(double, uint8_t, value != 0);
      break;
    default:
      assert(arguments[0]->type.kind == TYPE_DECIMAL);
      CAST_LOOP(int128_t, uint8_t, value != 0);
  }
  return true;
}

bool cast_integer_to_integer(KernelCall *call, const Column *const *arguments, Column *result) {
  if (arguments[0]->type.kind == TYPE_INT)
    CAST_LOOP(int32_t, int64_t, value);
  else
    CAST_LOOP(int64_t, int32_t, (uint32_t)(uint64_t)value);
  return true;
}

bool cast_integer_to_double(KernelCall *call, const Column *const *arguments, Column *result) {
  if (arguments[0]->type.kind == TYPE_INT)
    CAST_LOOP(int32_t, double, value);
  else
    CAST_LOOP(int64_t, double, value);
  return true;
}

/* Java's (int) and (long) of a double. */
static int32_t double_to_int32(double value) {
  if (isnan(value)) return 0;
  if (value <= INT32_MIN) return INT32_MIN;
  if (value >= INT32_MAX) return INT32_MAX;
  return (int32_t)value;
}

static int64_t double_to_int64(double value) {
  if (isnan(value)) return 0;
  if (value <= -0x1p63) return INT64_MIN;
  if (value >= 0x1p63) return INT64_MAX;
  return (int64_t)value;
}

bool cast_double_to_integer(KernelCall *call, const Column *const *arguments, Column *result) {
  if (result->type.kind == TYPE_INT)
    CAST_LOOP(double, int32_t, double_to_int32(value));
  else
    CAST_LOOP(double, int64_t, double_to_int64(value));
  return true;
}

static int64_t load_integer(const Column *column, uint32_t row) {
  if (type_physical(column->type.kind) == PHYSICAL_INT32) return ((const int32_t *)column->values)[row];
  return ((const int64_t *)column->values)[row];
}

bool cast_integer_to_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  int32_t whole_digits = result->type.precision - result->type.scale;
  int32_t digits_at_most = arguments[0]->type.kind == TYPE_INT ? 10 : 19;
  int128_t unit = decimal_power10(result->type.scale);
  if (whole_digits >= digits_at_most) {
    if (arguments[0]->type.kind == TYPE_INT)
      CAST_LOOP(int32_t, int128_t, value * unit);
    else
      CAST_LOOP(int64_t, int128_t, value * unit);
    return true;
  }
  int128_t *out = result->values;
  const int128_t limit = decimal_power10(whole_digits);
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int128_t value = load_integer(arguments[0], row);
    bool fits = value < limit && value > -limit;
    out[row] = fits ? value * unit : 0;
    if (!fits) kernel_set_null(call, result, row);
  }
  return true;
}

bool cast_decimal_to_integer(KernelCall *call, const Column *const *arguments, Column *result) {
  const int128_t unit = decimal_power10(arguments[0]->type.scale);
  if (type_physical(result->type.kind) == PHYSICAL_INT32)
    CAST_LOOP(int128_t, int32_t, (uint32_t)(uint128_t)(value / unit));
  else
    CAST_LOOP(int128_t, int64_t, (uint64_t)(uint128_t)(value / unit));
  return true;
}

bool cast_decimal_to_double(KernelCall *call, const Column *const *arguments, Column *result) {
  const int128_t *in = arguments[0]->values;
  double *out = result->values;
  Type type = arguments[0]->type;
  if (type.precision <= 18) { /* Flink's compact decimals: one division */
    const double unit = (double)(int64_t)decimal_power10(type.scale);
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = (double)(int64_t)in[row] / unit;
  } else {
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = decimal_to_double(in[row], type.scale);
  }
  return true;
}

bool cast_double_to_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  const double *in = arguments[0]->values;
  int128_t *out = result->values;
  Type type = result->type;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    if (!isfinite(in[row])) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "Infinite or NaN");
    } else if (!decimal_from_double(in[row], type.precision, type.scale, &out[row])) {
      out[row] = 0;
      kernel_set_null(call, result, row);
    }
  }
  return true;
}

bool cast_decimal_to_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  const int128_t *in = arguments[0]->values;
  int128_t *out = result->values;
  Type from = arguments[0]->type, to = result->type;
  if (to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale) {
    const int128_t factor = decimal_power10(to.scale - from.scale);
    for (uint32_t row = 0; row < call->n_rows; row++) out[row] = (int128_t)((uint128_t)in[row] * (uint128_t)factor);
    return true;
  }
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (decimal_rescale(in[row], from.scale, to.precision, to.scale, &out[row])) continue;
    out[row] = 0;
    kernel_set_null(call, result, row);
  }
  return true;
}
