/* DECIMAL arithmetic against a slow oracle: numbers as arrays of decimal digits, computed as on paper. */
#include "func/decimal_math.h"
#include "func_testing.h"

enum { DIGITS_MAX = 200 };

/* sign * digits, the least significant digit first. */
typedef struct Paper {
  int sign;
  int digits[DIGITS_MAX];
} Paper;

static Paper paper_of(int128_t value) {
  Paper paper = {.sign = value < 0 ? -1 : 1};
  uint128_t rest = value < 0 ? -(uint128_t)value : (uint128_t)value;
  for (int i = 0; rest != 0; i++, rest /= 10) paper.digits[i] = (int)(rest % 10);
  return paper;
}

static int compare(const Paper *a, const Paper *b) {
  for (int i = DIGITS_MAX - 1; i >= 0; i--)
    if (a->digits[i] != b->digits[i]) return a->digits[i] < b->digits[i] ? -1 : 1;
  return 0;
}

static int n_digits(const Paper *a) {
  int n = DIGITS_MAX;
  while (n > 0 && a->digits[n - 1] == 0) n--;
  return n;
}

static void subtract_from(Paper *a, const Paper *b) {
  for (int i = 0, borrow = 0; i < DIGITS_MAX; i++) {
    a->digits[i] -= b->digits[i] + borrow;
    borrow = a->digits[i] < 0;
    if (borrow) a->digits[i] += 10;
  }
}

static void add_to(Paper *a, const Paper *b) {
  for (int i = 0, carry = 0; i < DIGITS_MAX; i++) {
    a->digits[i] += b->digits[i] + carry;
    carry = a->digits[i] > 9;
    if (carry) a->digits[i] -= 10;
  }
}

static Paper shifted(const Paper *a, int by) {
  Paper result = {.sign = a->sign};
  for (int i = 0; i + by < DIGITS_MAX && i < DIGITS_MAX; i++) result.digits[i + by] = a->digits[i];
  return result;
}

/* Without the last `dropped` digits, rounded half up. */
static Paper rounded(const Paper *a, int dropped) {
  if (dropped <= 0) return shifted(a, -dropped);
  Paper result = {.sign = a->sign};
  if (dropped > DIGITS_MAX) return result;
  for (int i = dropped; i < DIGITS_MAX; i++) result.digits[i - dropped] = a->digits[i];
  Paper one = {.digits = {1}};
  if (a->digits[dropped - 1] >= 5) add_to(&result, &one);
  return result;
}

static Paper plus(const Paper *a, const Paper *b) {
  Paper result = *a;
  if (a->sign == b->sign) {
    add_to(&result, b);
  } else if (compare(a, b) >= 0) {
    subtract_from(&result, b);
  } else {
    result = *b;
    subtract_from(&result, a);
  }
  return result;
}

static Paper times(const Paper *a, const Paper *b) {
  Paper result = {.sign = a->sign * b->sign};
  for (int i = 0; i < 90; i++) {
    int carry = 0;
    for (int j = 0; j < 100; j++) {
      int sum = result.digits[i + j] + a->digits[i] * b->digits[j] + carry;
      result.digits[i + j] = sum % 10;
      carry = sum / 10;
    }
  }
  return result;
}

/* Whole quotient and remainder, of the sizes. */
static Paper divided(const Paper *a, const Paper *b, Paper *rest) {
  Paper quotient = {.sign = a->sign * b->sign};
  memset(rest, 0, sizeof *rest);
  rest->sign = a->sign;
  for (int i = DIGITS_MAX - 1; i >= 0; i--) {
    Paper down = shifted(rest, 1);
    *rest = down;
    rest->digits[0] = a->digits[i];
    while (compare(rest, b) >= 0) {
      subtract_from(rest, b);
      quotient.digits[i]++;
    }
  }
  return quotient;
}

/* At `scale` digits after the point; at least 100 digits long before it is rounded. */
static const char *paper_text(const Paper *exact, int exact_scale, int precision, int scale) {
  Paper result = rounded(exact, exact_scale - scale);
  if (n_digits(&result) > precision) return "overflow";
  char text[DIGITS_MAX + 2];
  int n = n_digits(&result), at = 0;
  if (n == 0) return "0";
  if (result.sign < 0) text[at++] = '-';
  while (n > 0) text[at++] = (char)('0' + result.digits[--n]);
  text[at] = '\0';
  return arena_printf(test_arena, "%s", text);
}

static const char *value_of(bool fits, int128_t value) {
  if (!fits) return "overflow";
  Paper paper = paper_of(value);
  return paper_text(&paper, 0, 39, 0);
}

static int128_t random_value(uint64_t *state, int digits) {
  int128_t value = 0;
  for (int i = 0; i < digits; i++) value = value * 10 + (int128_t)(test_random(state) % 10);
  if (test_random(state) % 4 == 0) value = decimal_power10(digits) - 1 - (int128_t)(test_random(state) % 3);
  if (test_random(state) % 8 == 0) value = 5 * decimal_power10(digits > 1 ? digits - 1 : 0); /* ties */
  return test_random(state) % 2 == 0 ? value : -value;
}

static void arithmetic_is_as_on_paper(void **state) {
  (void)state;
  uint64_t chance = 20260101;
  for (int round = 0; round < 3000; round++) {
    int a_digits = 1 + (int)(test_random(&chance) % 38), b_digits = 1 + (int)(test_random(&chance) % 38);
    int a_scale = (int)(test_random(&chance) % (uint64_t)(a_digits + 1));
    int b_scale = (int)(test_random(&chance) % (uint64_t)(b_digits + 1));
    int precision = 1 + (int)(test_random(&chance) % 38);
    int scale = (int)(test_random(&chance) % (uint64_t)(precision + 1));
    int128_t a = random_value(&chance, a_digits), b = random_value(&chance, b_digits), result = 0;
    Paper paper_a = paper_of(a), paper_b = paper_of(b);
    int top = a_scale > b_scale ? a_scale : b_scale;
    Paper wide_a = shifted(&paper_a, top - a_scale), wide_b = shifted(&paper_b, top - b_scale);

    bool fits = decimal_add(a, a_scale, b, b_scale, precision, scale, &result);
    Paper sum = plus(&wide_a, &wide_b);
    assert_string_equal(value_of(fits, result), paper_text(&sum, top, precision, scale));

    fits = decimal_multiply(a, a_scale, b, b_scale, precision, scale, &result);
    Paper product = times(&paper_a, &paper_b);
    assert_string_equal(value_of(fits, result), paper_text(&product, a_scale + b_scale, precision, scale));

    fits = decimal_rescale(a, a_scale, precision, scale, &result);
    assert_string_equal(value_of(fits, result), paper_text(&paper_a, a_scale, precision, scale));

    if (b == 0) continue;
    Paper rest;
    divided(&wide_a, &wide_b, &rest);
    fits = decimal_modulo(a, a_scale, b, b_scale, precision, scale, &result);
    assert_string_equal(value_of(fits, result), paper_text(&rest, top, precision, scale));

    /* to 38 significant digits, then to the scale */
    enum { FRACTION = 90 };
    Paper dividend = shifted(&paper_a, FRACTION);
    Paper quotient = divided(&dividend, &paper_b, &rest);
    int quotient_scale = FRACTION + a_scale - b_scale;
    Paper significant = quotient;
    if (n_digits(&quotient) > 38) {
      int dropped = n_digits(&quotient) - 38;
      significant = rounded(&quotient, dropped);
      quotient_scale -= dropped;
    }
    fits = decimal_divide(a, a_scale, b, b_scale, precision, scale, &result);
    assert_string_equal(value_of(fits, result), paper_text(&significant, quotient_scale, precision, scale));
  }
}

static void types_of_results_are_flinks(void **state) {
  (void)state;
  static const TestCall calls[] = {
      {"DECIMAL(11, 2) 24691.34", "+", {"DECIMAL(10, 2):12345.67", "DECIMAL(10, 2):12345.67"}},
      {"DECIMAL(21, 4) 152415567.7489", "*", {"DECIMAL(10, 2):12345.67", "DECIMAL(10, 2):12345.67"}},
      {"DECIMAL(23, 13) 1.0000000000000", "/", {"DECIMAL(10, 2):12345.67", "DECIMAL(10, 2):12345.67"}},
      {"DECIMAL(21, 13) 4115.2233333333333", "/", {"DECIMAL(10, 2):12345.67", "INT:3"}},
      {"DECIMAL(10, 2) 45.67", "%", {"DECIMAL(10, 2):12345.67", "INT:100"}},
      {"DOUBLE 30864.175", "*", {"DECIMAL(10, 2):12345.67", "DOUBLE:2.5"}},
      {"DECIMAL(38, 6) NULL", "*", {"DECIMAL(38, 10):9999999999999999999999999999", "DECIMAL(38, 10):10000000000"}},
      {"ERROR", "/", {"DECIMAL(10, 2):1", "INT:0"}},
      {"DECIMAL(9, 0) 12346", "ROUND", {"DECIMAL(10, 2):12345.67"}},
      {"DECIMAL(10, 1) -12345.7", "ROUND", {"DECIMAL(10, 2):-12345.67", "INT:1"}},
  };
  test_calls(calls, sizeof calls / sizeof calls[0], false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(arithmetic_is_as_on_paper, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(types_of_results_are_flinks, test_set_up, test_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
