/* Double.toString as the JDK 8 to 18 have it, which is what Flink runs on: the algorithm of
 * jdk.internal.math.FloatingDecimal (after Steele and White, Dragon4), digit for digit. It is not the shortest text in
 * every case (1e23 is 9.999999999999999E22), so no other algorithm will do.
 *
 * value = B / S with B and S integers of the form n * 2^i * 5^j; M is half the distance to the next double in the
 * units of B. Digits are divided off until what is left is below M (`low`) or above 10 S - M (`high`). */
#include "vec/double_text.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
  FRACTION_BITS = 52,
  EXPONENT_BIAS = 1023,
  SMALL_EXPONENT_MIN = -21,
  SMALL_EXPONENT_MAX = 62,
  N_FIVES = 27, /* powers of 5 below 2^63 that the JDK tabulates */
  DIGITS_MAX = 26,
  LIMBS_MAX = 48 /* 1536 bits: 5^325 * 2^60 and 2^1100 fit */
};

typedef struct Digits {
  char digits[DIGITS_MAX];
  int n_digits;
  int exponent; /* of the point: 0.ddd * 10^exponent */
} Digits;

/* The scaled fraction as powers: B = fraction * 2^b2 * 5^b5, S = 2^s2 * 5^s5, M = 2^m2 * 5^b5. */
typedef struct Scaling {
  uint64_t fraction;
  int b2, b5, s2, s5, m2;
  int decimal_exponent;
} Scaling;

/* Why the division stopped, and twice the rest minus 10 S when both ends were reached. */
typedef struct Stop {
  bool is_low;
  bool is_high;
  int tie; /* sign */
} Stop;

static uint64_t power_of_5(int n) {
  uint64_t power = 1;
  while (n-- > 0) power *= 5;
  return power;
}

/* Bits of 5^n as the JDK estimates them. */
static int bits_of_5(int n) {
  static const uint8_t BITS[N_FIVES] = {0,  3,  5,  7,  10, 12, 14, 17, 19, 21, 24, 26, 28, 31,
                                        33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61};
  return n < N_FIVES ? BITS[n] : 3 * n;
}

static void put_digit(Digits *digits, int digit) {
  assert(digit >= 0 && digit <= 9 && digits->n_digits < DIGITS_MAX);
  digits->digits[digits->n_digits++] = (char)('0' + digit);
}

/* The first digit: a leading zero is dropped. Java prints at least two digits with an exponent. */
static void put_first_digit(Digits *digits, int digit, int *decimal_exponent, Stop *stop) {
  if (digit == 0 && !stop->is_high) {
    --*decimal_exponent;
  } else {
    put_digit(digits, digit);
  }
  if (*decimal_exponent < -3 || *decimal_exponent >= 8) stop->is_low = stop->is_high = false;
}

/* --- in 32 or 64 bits, overflowing as Java does ------------------------------------------------------------------ */

static Stop divide_int(const Scaling *scaling, Digits *digits, int *decimal_exponent) {
  int32_t b = (int32_t)((uint32_t)scaling->fraction * (uint32_t)power_of_5(scaling->b5) << scaling->b2);
  int32_t s = (int32_t)((uint32_t)power_of_5(scaling->s5) << scaling->s2);
  int32_t m = (int32_t)((uint32_t)power_of_5(scaling->b5) << scaling->m2);
  int32_t tens = (int32_t)((uint32_t)s * 10);
  Stop stop = {false, false, 0};
  for (bool is_first = true; !stop.is_low && !stop.is_high; is_first = false) {
    int32_t digit = b / s;
    b = (int32_t)(10 * (uint32_t)(b % s));
    m = (int32_t)((uint32_t)m * 10);
    stop.is_low = stop.is_high = true;
    if (m > 0 || is_first) {
      stop.is_low = b < m;
      stop.is_high = (int32_t)((uint32_t)b + (uint32_t)m) > tens;
    }
    if (is_first) {
      put_first_digit(digits, digit, decimal_exponent, &stop);
    } else {
      put_digit(digits, digit);
    }
  }
  int32_t difference = (int32_t)(((uint32_t)b << 1) - (uint32_t)tens);
  stop.tie = (difference > 0) - (difference < 0);
  return stop;
}

static Stop divide_long(const Scaling *scaling, Digits *digits, int *decimal_exponent) {
  int64_t b = (int64_t)(scaling->fraction * power_of_5(scaling->b5) << scaling->b2);
  int64_t s = (int64_t)(power_of_5(scaling->s5) << scaling->s2);
  int64_t m = (int64_t)(power_of_5(scaling->b5) << scaling->m2);
  int64_t tens = (int64_t)((uint64_t)s * 10);
  Stop stop = {false, false, 0};
  for (bool is_first = true; !stop.is_low && !stop.is_high; is_first = false) {
    int digit = (int)(b / s);
    b = (int64_t)(10 * (uint64_t)(b % s));
    m = (int64_t)((uint64_t)m * 10);
    stop.is_low = stop.is_high = true;
    if (m > 0 || is_first) {
      stop.is_low = b < m;
      stop.is_high = (int64_t)((uint64_t)b + (uint64_t)m) > tens;
    }
    if (is_first) {
      put_first_digit(digits, digit, decimal_exponent, &stop);
    } else {
      put_digit(digits, digit);
    }
  }
  int64_t difference = (int64_t)(((uint64_t)b << 1) - (uint64_t)tens);
  stop.tie = (difference > 0) - (difference < 0);
  return stop;
}

/* --- in as many bits as it takes --------------------------------------------------------------------------------- */

typedef struct Big {
  uint32_t limbs[LIMBS_MAX]; /* the lowest first */
  int n_limbs;               /* the highest of them is not 0 */
} Big;

static void big_multiply(Big *big, uint32_t factor) {
  uint64_t carry = 0;
  for (int i = 0; i < big->n_limbs; i++) {
    carry += (uint64_t)big->limbs[i] * factor;
    big->limbs[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry == 0) return;
  assert(big->n_limbs < LIMBS_MAX);
  big->limbs[big->n_limbs++] = (uint32_t)carry;
}

static void big_shift_left(Big *big, int n_bits) {
  int n_whole = n_bits / 32;
  if (n_bits % 32 > 0) big_multiply(big, UINT32_C(1) << n_bits % 32);
  if (n_whole == 0 || big->n_limbs == 0) return;
  assert(big->n_limbs + n_whole <= LIMBS_MAX);
  memmove(big->limbs + n_whole, big->limbs, (size_t)big->n_limbs * sizeof *big->limbs);
  memset(big->limbs, 0, (size_t)n_whole * sizeof *big->limbs);
  big->n_limbs += n_whole;
}

/* value * 5^fives * 2^twos */
static Big big_make(uint64_t value, int fives, int twos) {
  enum { FIVES_AT_ONCE = 13 };
  Big big = {{(uint32_t)value, (uint32_t)(value >> 32)}, value >> 32 != 0 ? 2 : 1};
  for (; fives > 0; fives -= FIVES_AT_ONCE) {
    big_multiply(&big, (uint32_t)power_of_5(fives < FIVES_AT_ONCE ? fives : FIVES_AT_ONCE));
  }
  big_shift_left(&big, twos);
  return big;
}

static int big_compare(const Big *a, const Big *b) {
  if (a->n_limbs != b->n_limbs) return a->n_limbs < b->n_limbs ? -1 : 1;
  for (int i = a->n_limbs - 1; i >= 0; i--) {
    if (a->limbs[i] != b->limbs[i]) return a->limbs[i] < b->limbs[i] ? -1 : 1;
  }
  return 0;
}

/* The sign of a + b - c. */
static int big_compare_sum(const Big *a, const Big *b, const Big *c) {
  int n_limbs = a->n_limbs > b->n_limbs ? a->n_limbs : b->n_limbs;
  Big sum = {.n_limbs = 0};
  uint64_t carry = 0;
  for (int i = 0; i < n_limbs || carry != 0; i++) {
    carry += (i < a->n_limbs ? a->limbs[i] : 0);
    carry += (i < b->n_limbs ? b->limbs[i] : 0);
    assert(i < LIMBS_MAX);
    sum.limbs[i] = (uint32_t)carry;
    sum.n_limbs = i + 1;
    carry >>= 32;
  }
  return big_compare(&sum, c);
}

/* a -= b, which is not larger. */
static void big_subtract(Big *a, const Big *b) {
  int64_t borrow = 0;
  for (int i = 0; i < a->n_limbs; i++) {
    borrow += (int64_t)a->limbs[i] - (i < b->n_limbs ? b->limbs[i] : 0);
    a->limbs[i] = (uint32_t)borrow;
    borrow >>= 32;
  }
  while (a->n_limbs > 0 && a->limbs[a->n_limbs - 1] == 0) a->n_limbs--;
}

static int big_take_digit(Big *b, const Big *s) {
  int digit = 0;
  while (big_compare(b, s) >= 0) {
    big_subtract(b, s);
    digit++;
  }
  big_multiply(b, 10);
  return digit;
}

static Stop divide_big(const Scaling *scaling, Digits *digits, int *decimal_exponent) {
  Big b = big_make(scaling->fraction, scaling->b5, scaling->b2);
  Big s = big_make(1, scaling->s5, scaling->s2);
  Big m = big_make(1, scaling->b5, scaling->m2);
  Big tens = s;
  big_multiply(&tens, 10);
  Stop stop = {false, false, 0};
  for (bool is_first = true; !stop.is_low && !stop.is_high; is_first = false) {
    int digit = big_take_digit(&b, &s);
    big_multiply(&m, 10);
    stop.is_low = big_compare(&b, &m) < 0;
    stop.is_high = big_compare_sum(&b, &m, &tens) >= 0;
    if (is_first) {
      put_first_digit(digits, digit, decimal_exponent, &stop);
    } else {
      put_digit(digits, digit);
    }
  }
  stop.tie = big_compare_sum(&b, &b, &tens);
  return stop;
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static void round_up(Digits *digits) {
  int i = digits->n_digits - 1;
  while (i > 0 && digits->digits[i] == '9') digits->digits[i--] = '0';
  if (digits->digits[i] == '9') {
    digits->digits[0] = '1';
    digits->exponent++;
  } else {
    digits->digits[i]++;
  }
}

/* An integer; of one beyond 2^53 the digits that mean nothing go. */
static void develop_integer(Digits *digits, uint64_t value, int exponent, int n_significant_bits) {
  static const uint8_t INSIGNIFICANT[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};
  int n_dropped = exponent > n_significant_bits ? INSIGNIFICANT[exponent - n_significant_bits - 1] : 0;
  digits->exponent = n_dropped;
  if (n_dropped > 0) {
    uint64_t unit = power_of_5(n_dropped) << n_dropped;
    value = value / unit + (value % unit >= unit >> 1);
  }
  for (; value % 10 == 0; value /= 10) digits->exponent++;
  char reversed[DIGITS_MAX];
  int n_digits = 0;
  for (; value > 0; value /= 10) reversed[n_digits++] = (char)('0' + value % 10);
  digits->exponent += n_digits;
  while (n_digits > 0) digits->digits[digits->n_digits++] = reversed[--n_digits];
}

/* floor of about log10, as the JDK estimates it: by the tangent at 1.5. */
static int estimate_exponent(uint64_t fraction, int exponent) {
  uint64_t bits = (uint64_t)EXPONENT_BIAS << FRACTION_BITS | (fraction & ((UINT64_C(1) << FRACTION_BITS) - 1));
  double mantissa;
  memcpy(&mantissa, &bits, sizeof mantissa);
  return (int)floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + (double)exponent * 0.301029995663981);
}

/* `fraction` has bit 52 set; value = fraction * 2^(exponent - 52). */
static void develop_digits(Digits *digits, uint64_t fraction, int exponent, int n_significant_bits) {
  int n_zeros = __builtin_ctzll(fraction);
  int n_fraction_bits = FRACTION_BITS + 1 - n_zeros;
  int n_tiny_bits = n_fraction_bits - exponent - 1 > 0 ? n_fraction_bits - exponent - 1 : 0;
  if (exponent <= SMALL_EXPONENT_MAX && exponent >= SMALL_EXPONENT_MIN && n_tiny_bits == 0) {
    uint64_t value =
        exponent >= FRACTION_BITS ? fraction << (exponent - FRACTION_BITS) : fraction >> (FRACTION_BITS - exponent);
    develop_integer(digits, value, exponent, n_significant_bits);
    return;
  }
  Scaling scaling = {.fraction = fraction >> n_zeros};
  int decimal_exponent = estimate_exponent(fraction, exponent);
  scaling.b5 = decimal_exponent < 0 ? -decimal_exponent : 0;
  scaling.s5 = decimal_exponent > 0 ? decimal_exponent : 0;
  scaling.b2 = scaling.b5 + n_tiny_bits + exponent;
  scaling.s2 = scaling.s5 + n_tiny_bits;
  scaling.m2 = scaling.b2 - n_significant_bits;
  scaling.b2 -= n_fraction_bits - 1;
  int common = scaling.b2 < scaling.s2 ? scaling.b2 : scaling.s2;
  scaling.b2 -= common;
  scaling.s2 -= common;
  scaling.m2 -= common;
  if (n_fraction_bits == 1) scaling.m2--; /* below a power of two the next double is half as far away */
  if (scaling.m2 < 0) {
    scaling.b2 -= scaling.m2;
    scaling.s2 -= scaling.m2;
    scaling.m2 = 0;
  }
  int b_bits = n_fraction_bits + scaling.b2 + bits_of_5(scaling.b5);
  int tens_bits = scaling.s2 + 1 + bits_of_5(scaling.s5 + 1);
  Stop stop;
  if (b_bits < 32 && tens_bits < 32) {
    stop = divide_int(&scaling, digits, &decimal_exponent);
  } else if (b_bits < 64 && tens_bits < 64) {
    stop = divide_long(&scaling, digits, &decimal_exponent);
  } else {
    stop = divide_big(&scaling, digits, &decimal_exponent);
  }
  digits->exponent = decimal_exponent + 1;
  bool is_odd = (digits->digits[digits->n_digits - 1] & 1) != 0;
  if (stop.is_high && (!stop.is_low || stop.tie > 0 || (stop.tie == 0 && is_odd))) round_up(digits);
}

static uint32_t lay_out(const Digits *digits, char *text) {
  enum { PLAIN_EXPONENT_MIN = -3, PLAIN_EXPONENT_MAX = 8 };
  char *out = text;
  int n_digits = digits->n_digits;
  int exponent = digits->exponent;
  if (exponent > 0 && exponent < PLAIN_EXPONENT_MAX) {
    for (int i = 0; i < exponent; i++) *out++ = i < n_digits ? digits->digits[i] : '0';
    *out++ = '.';
    for (int i = exponent; i < n_digits; i++) *out++ = digits->digits[i];
    if (n_digits <= exponent) *out++ = '0';
    return (uint32_t)(out - text);
  }
  if (exponent <= 0 && exponent > PLAIN_EXPONENT_MIN) {
    *out++ = '0';
    *out++ = '.';
    for (int i = exponent; i < 0; i++) *out++ = '0';
    memcpy(out, digits->digits, (size_t)n_digits);
    return (uint32_t)(out - text) + (uint32_t)n_digits;
  }
  *out++ = digits->digits[0];
  *out++ = '.';
  if (n_digits == 1) *out++ = '0';
  for (int i = 1; i < n_digits; i++) *out++ = digits->digits[i];
  *out++ = 'E';
  int shown = exponent - 1;
  if (shown < 0) *out++ = '-';
  shown = shown < 0 ? -shown : shown;
  if (shown >= 100) *out++ = (char)('0' + shown / 100);
  if (shown >= 10) *out++ = (char)('0' + shown / 10 % 10);
  *out++ = (char)('0' + shown % 10);
  return (uint32_t)(out - text);
}

uint32_t double_text(double value, char text[DOUBLE_TEXT_BYTES_MAX]) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  bool is_negative = bits >> 63 != 0;
  const char *special = isnan(value) ? "NaN" : isinf(value) ? (is_negative ? "-Infinity" : "Infinity") : NULL;
  if (value == 0) special = is_negative ? "-0.0" : "0.0";
  if (special != NULL) {
    memcpy(text, special, strlen(special));
    return (uint32_t)strlen(special);
  }
  uint64_t fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
  int exponent = (int)(bits >> FRACTION_BITS & 0x7ff);
  int n_significant_bits = FRACTION_BITS + 1;
  if (exponent == 0) {
    int shift = __builtin_clzll(fraction) - (63 - FRACTION_BITS);
    fraction <<= shift;
    exponent = 1 - shift;
    n_significant_bits -= shift;
  } else {
    fraction |= UINT64_C(1) << FRACTION_BITS;
  }
  Digits digits = {.n_digits = 0};
  develop_digits(&digits, fraction, exponent - EXPONENT_BIAS, n_significant_bits);
  if (is_negative) text[0] = '-';
  return lay_out(&digits, text + is_negative) + is_negative;
}
