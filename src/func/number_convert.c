/* Numbers to and from text, and DOUBLE to and from DECIMAL, as Java does these: by way of the double's text. */
#include "func/number_convert.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "func/decimal_math.h"
#include "vec/double_text.h"

uint32_t integer_to_text(int64_t value, char text[INTEGER_TEXT_MAX]) {
  char reversed[20];
  uint32_t n = 0, length = 0;
  uint64_t rest = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
  do {
    reversed[n++] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) text[length++] = '-';
  while (n > 0) text[length++] = reversed[--n];
  return length;
}

/* |value| as digits * 10^exponent, the digits being those of Java's text of it. */
typedef struct Digits {
  uint64_t digits;
  int exponent;
} Digits;

static Digits text_digits(double value) {
  char text[DOUBLE_TEXT_BYTES_MAX];
  uint32_t n = double_text(fabs(value), text);
  Digits found = {0, 0};
  bool after_point = false;
  uint32_t i = 0;
  for (; i < n && text[i] != 'E'; i++) {
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    found.digits = found.digits * 10 + (uint64_t)(text[i] - '0');
    found.exponent -= after_point;
  }
  if (i < n) {
    bool negative = text[++i] == '-';
    int exponent = 0;
    for (i += negative; i < n; i++) exponent = exponent * 10 + (text[i] - '0');
    found.exponent += negative ? -exponent : exponent;
  }
  while (found.digits != 0 && found.digits % 10 == 0) {
    found.digits /= 10;
    found.exponent++;
  }
  return found;
}

uint32_t decimal_to_text(int128_t value, int32_t scale, char text[DECIMAL_TEXT_MAX]) {
  char reversed[DECIMAL_TEXT_MAX];
  uint32_t n = 0, length = 0;
  uint128_t rest = value < 0 ? -(uint128_t)value : (uint128_t)value;
  while (rest != 0 || n <= (uint32_t)scale) {
    if (rest >> 64 == 0) { /* the fast division */
      reversed[n++] = (char)('0' + (uint64_t)rest % 10);
      rest = (uint64_t)rest / 10;
    } else {
      reversed[n++] = (char)('0' + (int)(rest % 10));
      rest /= 10;
    }
  }
  if (value < 0) text[length++] = '-';
  while (n > 0) {
    if (n == (uint32_t)scale) text[length++] = '.';
    text[length++] = reversed[--n];
  }
  return length;
}

/* Digits beyond these cannot matter for 38-digit results but by being not zero, which HALF_UP does not ask. */
enum { KEPT_DIGITS = 38 };

/* `digits` (at most 38 of them kept, the first dropped one in `next`) times 10^exponent, to the type. */
static bool scale_digits(uint128_t digits, int next, int64_t exponent, bool negative, int32_t precision, int32_t scale,
                         int128_t *result) {
  int64_t up = exponent + scale;
  *result = 0;
  if (digits == 0 && up >= 0) return true;
  if (up >= 0) {
    if (up > DECIMAL_PRECISION_MAX) return false;
    if (digits > (uint128_t)decimal_power10(DECIMAL_PRECISION_MAX) / (uint128_t)decimal_power10((int)up)) return false;
    digits *= (uint128_t)decimal_power10((int)up);
    if (up == 0 && next >= 5) digits++;
  } else {
    if (-up > DECIMAL_PRECISION_MAX + 1) return true;
    if (-up == DECIMAL_PRECISION_MAX + 1) {
      digits = digits >= 5 * (uint128_t)decimal_power10(DECIMAL_PRECISION_MAX); /* never: it has 38 digits */
    } else {
      uint128_t unit = (uint128_t)decimal_power10((int)-up);
      uint128_t whole = digits / unit, rest = digits % unit;
      digits = whole + (rest >= unit - rest);
    }
  }
  if (digits >= (uint128_t)decimal_power10(precision)) return false;
  *result = negative ? -(int128_t)digits : (int128_t)digits;
  return true;
}

DecimalParse decimal_parse(const char *text, uint32_t length, int32_t precision, int32_t scale, int128_t *result) {
  uint32_t i = 0;
  bool negative = length > 0 && text[0] == '-';
  if (length > 0 && (text[0] == '-' || text[0] == '+')) i++;
  uint128_t digits = 0;
  int n_kept = 0, next = 0;
  int64_t exponent = 0;
  bool any_digit = false, after_point = false, dropped = false;
  for (; i < length; i++) {
    char c = text[i];
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any_digit = true;
    if (n_kept < KEPT_DIGITS) {
      digits = digits * 10 + (uint128_t)(c - '0');
      n_kept += digits != 0;
      exponent -= after_point;
    } else {
      if (!dropped) next = c - '0';
      dropped = true;
      exponent += !after_point;
    }
  }
  if (!any_digit) return DECIMAL_MALFORMED;
  if (i < length && (text[i] == 'e' || text[i] == 'E')) {
    i++;
    bool down = i < length && text[i] == '-';
    if (i < length && (text[i] == '-' || text[i] == '+')) i++;
    int64_t given = 0;
    uint32_t from = i;
    for (; i < length && text[i] >= '0' && text[i] <= '9'; i++)
      if (given < 100000000000) given = given * 10 + (text[i] - '0');
    if (i == from || given > INT32_MAX) return DECIMAL_MALFORMED;
    exponent += down ? -given : given;
  }
  if (i != length) return DECIMAL_MALFORMED;
  return scale_digits(digits, next, exponent, negative, precision, scale, result) ? DECIMAL_PARSED : DECIMAL_OVERFLOWS;
}

double decimal_to_double(int128_t value, int32_t scale) {
  if (value > -((int128_t)1 << 53) && value < (int128_t)1 << 53 && scale <= 22) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    return (double)(int64_t)value / powers[scale];
  }
  char text[DECIMAL_TEXT_MAX + 1];
  text[decimal_to_text(value, scale, text)] = '\0';
  return strtod(text, NULL);
}

bool decimal_from_double(double value, int32_t precision, int32_t scale, int128_t *result) {
  Digits found = text_digits(value);
  return scale_digits(found.digits, 0, found.exponent, value < 0, precision, scale, result);
}

double double_round(double value, int32_t digits, bool half_up) {
  if (value == 0) return 0; /* a BigDecimal has no -0 */
  Digits found = text_digits(value);
  int64_t dropped = -(int64_t)found.exponent - digits; /* digits of the text that go */
  if (dropped <= 0) return value;
  if (dropped > 19) return 0;
  uint128_t unit = (uint128_t)decimal_power10((int)dropped);
  uint128_t whole = found.digits / unit, rest = found.digits % unit;
  if (half_up) whole += rest >= unit - rest;
  char text[64];
  snprintf(text, sizeof text, "%s%llue%d", value < 0 ? "-" : "", (unsigned long long)whole, -digits);
  double rounded = strtod(text, NULL);
  return whole == 0 ? 0 : rounded;
}
