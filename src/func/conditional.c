/* CASE and what is short for it: a row takes the value of the first argument whose turn comes.
 * Arguments are whole columns by then (the program has made sure that those which can fail did so
 * only for rows that reach them); here they are merged from the last to the first, 64 rows at a time. */
#include <assert.h>
#include <string.h>

#include "func/kernel.h"
#include "func/type_rules.h"

/* Rows of `from` whose bit is set overwrite those of `into`. */
#define DEFINE_OVERWRITE(name, type)                                                          \
  static void name(void *into, const void *from, uint32_t first, uint32_t n, uint64_t bits) { \
    type *out = (type *)into + first;                                                         \
    const type *in = (const type *)from + first;                                              \
    for (uint32_t i = 0; i < n; i++) out[i] = bits >> i & 1 ? in[i] : out[i];                 \
  }
DEFINE_OVERWRITE(overwrite_1, uint8_t)
DEFINE_OVERWRITE(overwrite_4, uint32_t)
DEFINE_OVERWRITE(overwrite_8, uint64_t)
DEFINE_OVERWRITE(overwrite_16, uint128_t)
#undef DEFINE_OVERWRITE

static void overwrite(Column *result, const Column *from, uint32_t word, uint32_t n_rows, size_t width, uint64_t bits) {
  uint32_t first = word * 64;
  uint32_t n = n_rows - first < 64 ? n_rows - first : 64;
  uint64_t all = n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
  if ((bits & all) == all) {
    memcpy((char *)result->values + first * width, (const char *)from->values + first * width, n * width);
  } else if ((bits & all) != 0) {
    switch (width) {
      case 1:
        overwrite_1(result->values, from->values, first, n, bits);
        break;
      case 4:
        overwrite_4(result->values, from->values, first, n, bits);
        break;
      case 8:
        overwrite_8(result->values, from->values, first, n, bits);
        break;
      default:
        assert(width == 16);
        overwrite_16(result->values, from->values, first, n, bits);
    }
  }
}

/* Starts the result as a copy of `column`; the bitmap is there when any argument has one. */
static void start_with(KernelCall *call, const Column *column, bool any_null, Column *result, size_t width) {
  memcpy(result->values, column->values, call->n_rows * width);
  if (!any_null) return;
  result->valid = column->valid;
  kernel_own_valid(call, result);
}

static bool case_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  uint32_t n_arguments = call->expr->call.n_arguments;
  size_t width = physical_bytes(type_physical(result->type.kind));
  bool any_null = arguments[n_arguments - 1]->valid != NULL;
  for (uint32_t a = 1; a < n_arguments; a += 2) any_null |= arguments[a]->valid != NULL;
  start_with(call, arguments[n_arguments - 1], any_null, result, width);
  for (uint32_t a = n_arguments - 1; a >= 2; a -= 2) {
    const Column *condition = arguments[a - 2];
    const Column *value = arguments[a - 1];
    for (uint32_t word = 0; word < valid_words(call->n_rows); word++) {
      uint64_t bits = kernel_bits(condition->values, word, call->n_rows) & kernel_valid_word(condition, word);
      overwrite(result, value, word, call->n_rows, width, bits);
      if (any_null) result->valid[word] = (result->valid[word] & ~bits) | (kernel_valid_word(value, word) & bits);
    }
  }
  return true;
}

static bool coalesce_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  uint32_t n_arguments = call->expr->call.n_arguments;
  size_t width = physical_bytes(type_physical(result->type.kind));
  start_with(call, arguments[n_arguments - 1], true, result, width);
  for (uint32_t a = n_arguments - 1; a-- > 0;) {
    for (uint32_t word = 0; word < valid_words(call->n_rows); word++) {
      uint64_t bits = kernel_valid_word(arguments[a], word);
      overwrite(result, arguments[a], word, call->n_rows, width, bits);
      result->valid[word] |= bits;
    }
  }
  return true;
}

static const Overload case_overload = {case_kernel, OVERLOAD_NOT_STRICT, LAZY_CASE, NULL};
/* All arguments are evaluated, as in Flink, so that one that fails always does. */
static const Overload coalesce_overload = {coalesce_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};

/* Casts arguments first, first + step, ... (and the last) to their common type. */
static bool agree(Resolution *r, uint32_t first, uint32_t step, Type *common) {
  uint32_t last = r->n_arguments - 1;
  *common = resolution_type(r, last);
  for (uint32_t i = first; i < last; i += step)
    if (!type_merge(*common, resolution_type(r, i), common)) return resolution_refuse(r);
  if (common->kind == TYPE_NULL) return resolution_refuse(r);
  /* of timestamps with and without zone CASE takes the first's kind, all others that with */
  bool is_case = first == 1 && type_is_timestamp(common->kind) && type_is_timestamp(resolution_type(r, first).kind);
  if (is_case) common->kind = resolution_type(r, first).kind;
  common->is_row_time = false;
  for (uint32_t i = first; i <= last; i = i < last && i + step > last ? last : i + step) {
    resolution_cast_null(r, i, *common);
    if (!resolution_cast(r, i, *common)) return false;
  }
  return true;
}

static bool resolve_case(Resolution *r) {
  if (r->n_arguments % 2 == 0) return resolution_refuse(r);
  for (uint32_t i = 0; i + 1 < r->n_arguments; i += 2) {
    if (!resolution_check_null(r, i)) return false;
    if (resolution_type(r, i).kind != TYPE_BOOLEAN) return resolution_refuse(r);
  }
  r->overload = &case_overload;
  if (!agree(r, 1, 2, &r->type)) return false;
  r->type.nullable = r->arguments[r->n_arguments - 1]->type.nullable;
  for (uint32_t i = 1; i < r->n_arguments; i += 2) r->type.nullable |= resolution_type(r, i).nullable;
  return true;
}

/* IF is a CASE whose result Flink takes to be nullable, whatever its arguments are. */
static bool resolve_if(Resolution *r) {
  for (uint32_t i = 1; i < r->n_arguments; i++)
    if (!resolution_check_null(r, i)) return false;
  if (!resolve_case(r)) return false;
  r->type.nullable = true;
  return true;
}

static bool resolve_coalesce(Resolution *r) {
  r->overload = &coalesce_overload;
  if (!agree(r, 0, 1, &r->type)) return false;
  r->type.nullable = true;
  for (uint32_t i = 0; i < r->n_arguments; i++) r->type.nullable &= resolution_type(r, i).nullable;
  if (!resolution_type(r, 0).nullable) return resolution_rewrite(r, r->arguments[0]);
  return true;
}

static bool resolve_nullif(Resolution *r) {
  if (!resolution_check_null(r, 0)) return false;
  Expr *equal = resolution_make(r, "=", r->arguments, 2);
  if (equal == NULL) return false;
  Expr *arguments[] = {equal, expr_null(r->arena, resolution_type(r, 0), r->place), r->arguments[0]};
  return resolution_rewrite(r, resolution_make(r, "CASE", arguments, 3));
}

/* GREATEST and LEAST: fold over pairs, CASE WHEN a > b THEN a ELSE b END, but null when any is null. */
static bool resolve_extreme(Resolution *r) {
  Type common;
  for (uint32_t i = 0; i < r->n_arguments; i++)
    if (!resolution_check_null(r, i)) return false;
  if (!agree(r, 0, 1, &common)) return false;
  Expr *best = r->arguments[0];
  for (uint32_t i = 1; i < r->n_arguments; i++) {
    Expr *pair[] = {best, r->arguments[i]};
    Expr *better = resolution_make(r, r->function->parameter, pair, 2);
    if (better == NULL) return false;
    comparison_order_totally(better);
    Expr *worse = resolution_make(r, "NOT", &better, 1);
    if (worse == NULL) return false;
    Expr *choice[] = {better, best, worse, r->arguments[i], expr_null(r->arena, common, r->place)};
    Expr *either[] = {better, best, r->arguments[i]};
    best = better->type.nullable ? resolution_make(r, "CASE", choice, 5) : resolution_make(r, "CASE", either, 3);
    if (best == NULL) return false;
  }
  return resolution_rewrite(r, best);
}

static const Function functions[] = {
    {"CASE", "CASE WHEN condition THEN value [WHEN ...]* ELSE value END", resolve_case, 3, ARGUMENTS_ANY, NULL},
    {"IF", "IF(condition, value, value)", resolve_if, 3, 3, NULL},
    {"COALESCE", "COALESCE(value [, value]*)", resolve_coalesce, 1, ARGUMENTS_ANY, NULL},
    {"IFNULL", "IFNULL(value, value)", resolve_coalesce, 2, 2, NULL},
    {"NULLIF", "NULLIF(value, value)", resolve_nullif, 2, 2, NULL},
    {"GREATEST", "GREATEST(value [, value]*)", resolve_extreme, 1, ARGUMENTS_ANY, ">="},
    {"LEAST", "LEAST(value [, value]*)", resolve_extreme, 1, ARGUMENTS_ANY, "<="},
};
const FunctionArea conditional_area = {functions, sizeof functions / sizeof functions[0], true};
