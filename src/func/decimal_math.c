/* DECIMAL arithmetic. What fits in 128 bits is done there; the rest in a 256-bit magnitude of eight 32-bit limbs, which
 * every sum, product and scaled dividend of 38-digit numbers fits in. */
#include "func/decimal_math.h"

#include <assert.h>
#include <string.h>

enum { LIMBS = 8 };

/* Least significant limb first. */
typedef struct Wide {
  uint32_t limbs[LIMBS];
} Wide;

int128_t decimal_power10(int exponent) {
  static const uint64_t powers[] = {
      1ull,
      10ull,
      100ull,
      1000ull,
      10000ull,
      100000ull,
      1000000ull,
      10000000ull,
      100000000ull,
      1000000000ull,
      10000000000ull,
      100000000000ull,
      1000000000000ull,
      10000000000000ull,
      100000000000000ull,
      1000000000000000ull,
      10000000000000000ull,
      100000000000000000ull,
      1000000000000000000ull,
      10000000000000000000ull,
  };
  assert(exponent >= 0 && exponent <= DECIMAL_PRECISION_MAX);
  if (exponent < 20) return (int128_t)powers[exponent];
  return (int128_t)powers[19] * (int128_t)powers[exponent - 19];
}

static uint128_t magnitude(int128_t value) { return value < 0 ? -(uint128_t)value : (uint128_t)value; }

static Wide wide_of(uint128_t value) {
  Wide wide = {{0}};
  for (int i = 0; i < 4; i++) wide.limbs[i] = (uint32_t)(value >> (32 * i));
  return wide;
}

static bool wide_fits(const Wide *wide) {
  return (wide->limbs[4] | wide->limbs[5] | wide->limbs[6] | wide->limbs[7]) == 0 && wide->limbs[3] < 0x80000000u;
}

static uint128_t wide_low(const Wide *wide) {
  uint128_t value = 0;
  for (int i = 3; i >= 0; i--) value = value << 32 | wide->limbs[i];
  return value;
}

static Wide wide_multiply(uint128_t a, uint128_t b) {
  Wide left = wide_of(a), right = wide_of(b), product = {{0}};
  for (int i = 0; i < 4; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < 4; j++) {
      uint64_t sum = (uint64_t)left.limbs[i] * right.limbs[j] + product.limbs[i + j] + carry;
      product.limbs[i + j] = (uint32_t)sum;
      carry = sum >> 32;
    }
    product.limbs[i + 4] = (uint32_t)carry;
  }
  return product;
}

static void wide_multiply_small(Wide *wide, uint32_t factor) {
  uint64_t carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += (uint64_t)wide->limbs[i] * factor;
    wide->limbs[i] = (uint32_t)carry;
    carry >>= 32;
  }
}

static uint32_t wide_divide_small(Wide *wide, uint32_t divisor) {
  uint64_t rest = 0;
  for (int i = LIMBS - 1; i >= 0; i--) {
    rest = rest << 32 | wide->limbs[i];
    wide->limbs[i] = (uint32_t)(rest / divisor);
    rest %= divisor;
  }
  return (uint32_t)rest;
}

static void wide_scale_up(Wide *wide, int exponent) {
  for (; exponent >= 9; exponent -= 9) wide_multiply_small(wide, 1000000000u);
  if (exponent > 0) wide_multiply_small(wide, (uint32_t)decimal_power10(exponent));
}

/* Drops `exponent` decimal digits, rounding HALF_UP: by the first digit dropped alone. */
static void wide_scale_down(Wide *wide, int exponent) {
  if (exponent <= 0) return;
  for (exponent--; exponent >= 9; exponent -= 9) wide_divide_small(wide, 1000000000u);
  if (exponent > 0) wide_divide_small(wide, (uint32_t)decimal_power10(exponent));
  if (wide_divide_small(wide, 10) < 5) return;
  for (int i = 0; i < LIMBS && ++wide->limbs[i] == 0; i++) continue;
}

static int wide_compare(const Wide *a, const Wide *b) {
  for (int i = LIMBS - 1; i >= 0; i--)
    if (a->limbs[i] != b->limbs[i]) return a->limbs[i] < b->limbs[i] ? -1 : 1;
  return 0;
}

static void wide_add(Wide *a, const Wide *b) {
  uint64_t carry = 0;
  for (int i = 0; i < LIMBS; i++) {
    carry += (uint64_t)a->limbs[i] + b->limbs[i];
    a->limbs[i] = (uint32_t)carry;
    carry >>= 32;
  }
}

static void wide_subtract(Wide *a, const Wide *b) {
  int64_t borrow = 0;
  for (int i = 0; i < LIMBS; i++) {
    borrow += (int64_t)a->limbs[i] - b->limbs[i];
    a->limbs[i] = (uint32_t)borrow;
    borrow >>= 32;
  }
}

static bool wide_bit(const Wide *wide, int bit) { return wide->limbs[bit / 32] >> (bit % 32) & 1; }

/* Quotient and rest, bit by bit: only numbers past 128 bits come here. */
static Wide wide_divide(const Wide *dividend, const Wide *divisor, Wide *rest) {
  Wide quotient = {{0}};
  memset(rest, 0, sizeof *rest);
  for (int bit = LIMBS * 32 - 1; bit >= 0; bit--) {
    for (int i = LIMBS - 1; i > 0; i--) rest->limbs[i] = rest->limbs[i] << 1 | rest->limbs[i - 1] >> 31;
    rest->limbs[0] = rest->limbs[0] << 1 | wide_bit(dividend, bit);
    if (wide_compare(rest, divisor) < 0) continue;
    wide_subtract(rest, divisor);
    quotient.limbs[bit / 32] |= 1u << (bit % 32);
  }
  return quotient;
}

static int count_digits(const Wide *wide) {
  Wide rest = *wide;
  const Wide zero = {{0}};
  int n = 0;
  for (; wide_compare(&rest, &zero) != 0; n++) wide_divide_small(&rest, 10);
  return n;
}

static bool finish(uint128_t value, bool negative, int32_t precision, int128_t *result) {
  if (value >= (uint128_t)decimal_power10(precision)) return false;
  *result = negative ? -(int128_t)value : (int128_t)value;
  return true;
}

/* From a magnitude at `scale` to the wanted type. */
static bool finish_wide(Wide *value, int32_t scale, bool negative, int32_t precision, int32_t to_scale,
                        int128_t *result) {
  if (to_scale >= scale) {
    if (!wide_fits(value)) return false;
    uint128_t low = wide_low(value);
    int32_t up = to_scale - scale;
    if (low != 0 && (up > DECIMAL_PRECISION_MAX || low >= (uint128_t)decimal_power10(DECIMAL_PRECISION_MAX)))
      return false;
    if (low == 0) return finish(0, false, precision, result);
    if (low > (uint128_t)decimal_power10(DECIMAL_PRECISION_MAX) / (uint128_t)decimal_power10(up)) return false;
    return finish(low * (uint128_t)decimal_power10(up), negative, precision, result);
  }
  wide_scale_down(value, scale - to_scale);
  return wide_fits(value) && finish(wide_low(value), negative, precision, result);
}

bool decimal_rescale(int128_t value, int32_t scale, int32_t to_precision, int32_t to_scale, int128_t *result) {
  uint128_t low = magnitude(value);
  if (to_scale < scale) {
    int32_t dropped = scale - to_scale;
    if (dropped > DECIMAL_PRECISION_MAX) return finish(0, false, to_precision, result);
    uint128_t unit = (uint128_t)decimal_power10(dropped);
    uint128_t whole = low / unit, rest = low % unit;
    return finish(whole + (rest >= unit - rest), value < 0, to_precision, result);
  }
  Wide wide = wide_of(low);
  return finish_wide(&wide, scale, value < 0, to_precision, to_scale, result);
}

bool decimal_add(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                 int128_t *result) {
  int32_t common = a_scale > b_scale ? a_scale : b_scale;
  Wide left = wide_of(magnitude(a)), right = wide_of(magnitude(b));
  wide_scale_up(&left, common - a_scale);
  wide_scale_up(&right, common - b_scale);
  bool negative = a < 0;
  if ((a < 0) == (b < 0)) {
    wide_add(&left, &right);
  } else if (wide_compare(&left, &right) >= 0) {
    wide_subtract(&left, &right);
  } else {
    wide_subtract(&right, &left);
    left = right;
    negative = b < 0;
  }
  return finish_wide(&left, common, negative, precision, scale, result);
}

bool decimal_multiply(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                      int128_t *result) {
  Wide product = wide_multiply(magnitude(a), magnitude(b));
  return finish_wide(&product, a_scale + b_scale, (a < 0) != (b < 0), precision, scale, result);
}

/* The quotient by one division in 128 bits, where rounding to 38 digits first cannot make a difference: the scaled
 * dividend is below 10^37, so the quotient is further from a tie than that rounding could move it. */
static bool divide_narrow(uint128_t a, uint128_t b, int32_t up, uint128_t *quotient) {
  if (up < 0 || up > 37) return false;
  uint128_t unit = (uint128_t)decimal_power10(up);
  if (a >= (uint128_t)decimal_power10(37) / unit) return false;
  uint128_t dividend = a * unit;
  uint128_t rest;
  if (dividend >> 64 == 0 && b >> 64 == 0) {
    *quotient = (uint64_t)dividend / (uint64_t)b;
    rest = (uint64_t)dividend % (uint64_t)b;
  } else {
    *quotient = dividend / b;
    rest = dividend % b;
  }
  *quotient += rest >= b - rest;
  return true;
}

bool decimal_divide(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                    int128_t *result) {
  assert(b != 0);
  bool negative = (a < 0) != (b < 0);
  uint128_t quotient;
  if (divide_narrow(magnitude(a), magnitude(b), scale + b_scale - a_scale, &quotient))
    return finish(quotient, negative, precision, result);
  if (a == 0) return finish(0, false, precision, result);
  Wide dividend = wide_of(magnitude(a)), divisor = wide_of(magnitude(b)), rest;
  int up = 39 + count_digits(&divisor) - count_digits(&dividend); /* a quotient of 39 or 40 digits */
  wide_scale_up(&dividend, up);
  Wide digits = wide_divide(&dividend, &divisor, &rest);
  int extra = count_digits(&digits) - DECIMAL_PRECISION_MAX;
  wide_scale_down(&digits, extra);
  return finish_wide(&digits, a_scale - b_scale + up - extra, negative, precision, scale, result);
}

bool decimal_modulo(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                    int128_t *result) {
  assert(b != 0);
  int32_t common = a_scale > b_scale ? a_scale : b_scale;
  Wide dividend = wide_of(magnitude(a)), divisor = wide_of(magnitude(b)), rest;
  wide_scale_up(&dividend, common - a_scale);
  wide_scale_up(&divisor, common - b_scale);
  if (wide_fits(&dividend) && wide_fits(&divisor))
    rest = wide_of(wide_low(&dividend) % wide_low(&divisor));
  else
    wide_divide(&dividend, &divisor, &rest);
  return finish_wide(&rest, common, a < 0, precision, scale, result);
}
