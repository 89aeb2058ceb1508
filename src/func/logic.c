/* AND, OR, NOT and the tests of truth, in SQL's three-valued logic: 64 rows at a time, as two
 * bitmaps, "is true" and "is known". */
#include <string.h>

#include "func/kernel.h"

/* Writes 64 rows' BOOLEAN bytes from bits. */
static void write_bits(uint8_t *bytes, uint32_t word, uint32_t n_rows, uint64_t bits) {
  uint32_t from = word * 64;
  uint32_t n = n_rows - from < 64 ? n_rows - from : 64;
  for (uint32_t i = 0; i < n; i++) bytes[from + i] = bits >> i & 1;
}

/* AND and OR are one another's mirror: `absorbing` is the value that decides alone. */
static bool connective(KernelCall *call, const Column *const *arguments, Column *result, bool absorbing) {
  uint32_t n_arguments = call->expr->call.n_arguments;
  uint8_t *out = result->values;
  bool any_null = false;
  for (uint32_t a = 0; a < n_arguments; a++) any_null |= arguments[a]->valid != NULL;
  if (!any_null) {
    memcpy(out, arguments[0]->values, call->n_rows);
    for (uint32_t a = 1; a < n_arguments; a++) {
      const uint8_t *in = arguments[a]->values;
      if (absorbing)
        for (uint32_t row = 0; row < call->n_rows; row++) out[row] |= in[row];
      else
        for (uint32_t row = 0; row < call->n_rows; row++) out[row] &= in[row];
    }
    return true;
  }
  kernel_own_valid(call, result);
  uint64_t flip = absorbing ? 0 : ~UINT64_C(0);
  for (uint32_t word = 0; word < valid_words(call->n_rows); word++) {
    uint64_t decided = 0;          /* some argument has the absorbing value */
    uint64_t known = ~UINT64_C(0); /* no argument is null */
    for (uint32_t a = 0; a < n_arguments; a++) {
      uint64_t valid = kernel_valid_word(arguments[a], word);
      decided |= (kernel_bits(arguments[a]->values, word, call->n_rows) ^ flip) & valid;
      known &= valid;
    }
    result->valid[word] = decided | known;
    write_bits(out, word, call->n_rows, decided ^ flip);
  }
  return true;
}

static bool and_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return connective(call, arguments, result, false);
}
static bool or_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return connective(call, arguments, result, true);
}

static bool not_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const uint8_t *in = arguments[0]->values;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = in[row] ^ 1;
  return true;
}

/* IS [NOT] TRUE, FALSE, NULL: never null. Each is the XOR of a flip and one of three bitmaps. */
typedef enum Test { TEST_TRUE, TEST_FALSE, TEST_NULL } Test;

static bool test(KernelCall *call, const Column *column, Column *result, Test what, bool negated) {
  for (uint32_t word = 0; word < valid_words(call->n_rows); word++) {
    uint64_t valid = kernel_valid_word(column, word);
    uint64_t bits = ~valid;
    if (what != TEST_NULL) {
      uint64_t values = kernel_bits(column->values, word, call->n_rows);
      bits = valid & (what == TEST_TRUE ? values : ~values);
    }
    write_bits(result->values, word, call->n_rows, negated ? ~bits : bits);
  }
  return true;
}

#define TEST_KERNEL(name, what, negated)                                               \
  static bool name(KernelCall *call, const Column *const *arguments, Column *result) { \
    return test(call, arguments[0], result, what, negated);                            \
  }
TEST_KERNEL(is_true_kernel, TEST_TRUE, false)
TEST_KERNEL(is_not_true_kernel, TEST_TRUE, true)
TEST_KERNEL(is_false_kernel, TEST_FALSE, false)
TEST_KERNEL(is_not_false_kernel, TEST_FALSE, true)
TEST_KERNEL(is_null_kernel, TEST_NULL, false)
TEST_KERNEL(is_not_null_kernel, TEST_NULL, true)
#undef TEST_KERNEL

static const Overload and_overload = {and_kernel, OVERLOAD_NOT_STRICT, LAZY_AND, NULL};
static const Overload or_overload = {or_kernel, OVERLOAD_NOT_STRICT, LAZY_OR, NULL};
static const Overload not_overload = {not_kernel, 0, LAZY_NONE, NULL};
static const Overload is_true = {is_true_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};
static const Overload is_not_true = {is_not_true_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};
static const Overload is_false = {is_false_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};
static const Overload is_not_false = {is_not_false_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};
static const Overload is_null = {is_null_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};
static const Overload is_not_null = {is_not_null_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};

static bool resolve_logic(Resolution *r) {
  for (uint32_t i = 0; i < r->n_arguments; i++) {
    if (!resolution_check_null(r, i)) return false;
    if (resolution_type(r, i).kind != TYPE_BOOLEAN) return resolution_refuse(r);
  }
  return resolution_result(r, type_make(TYPE_BOOLEAN, true), r->function->parameter);
}

static bool resolve_truth_test(Resolution *r) {
  if (!resolve_logic(r)) return false;
  r->type.nullable = false;
  return true;
}

static bool resolve_null_test(Resolution *r) {
  resolution_cast_null(r, 0, type_make(TYPE_BOOLEAN, true));
  r->type = type_make(TYPE_BOOLEAN, false);
  r->overload = r->function->parameter;
  if (resolution_type(r, 0).nullable) return true;
  Value answer = {.boolean = r->overload == &is_not_null};
  return resolution_rewrite(r, expr_literal(r->arena, r->type, answer, r->place));
}

static const Function functions[] = {
    {"AND", "boolean AND boolean", resolve_logic, 2, ARGUMENTS_ANY, &and_overload},
    {"OR", "boolean OR boolean", resolve_logic, 2, ARGUMENTS_ANY, &or_overload},
    {"NOT", "NOT boolean", resolve_logic, 1, 1, &not_overload},
    {"IS TRUE", "boolean IS TRUE", resolve_truth_test, 1, 1, &is_true},
    {"IS NOT TRUE", "boolean IS NOT TRUE", resolve_truth_test, 1, 1, &is_not_true},
    {"IS FALSE", "boolean IS FALSE", resolve_truth_test, 1, 1, &is_false},
    {"IS NOT FALSE", "boolean IS NOT FALSE", resolve_truth_test, 1, 1, &is_not_false},
    {"IS UNKNOWN", "boolean IS UNKNOWN", resolve_null_test, 1, 1, &is_null},
    {"IS NOT UNKNOWN", "boolean IS NOT UNKNOWN", resolve_null_test, 1, 1, &is_not_null},
    {"IS NULL", "value IS NULL", resolve_null_test, 1, 1, &is_null},
    {"IS NOT NULL", "value IS NOT NULL", resolve_null_test, 1, 1, &is_not_null},
};
const FunctionArea logic_area = {functions, sizeof functions / sizeof functions[0], true};
