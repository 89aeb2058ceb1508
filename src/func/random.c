/* RAND, RAND_INTEGER and UUID. With a seed the numbers are those of java.util.Random, so that a job with a seed gives
 * what it gives on Flink (on one shard). */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "func/kernel.h"
#include "vec/memory.h"

/* The linear congruential generator of java.util.Random. */
typedef struct JavaRandom {
  uint64_t seed;
} JavaRandom;

static void random_seed(JavaRandom *random, int64_t seed) {
  random->seed = ((uint64_t)seed ^ UINT64_C(0x5DEECE66D)) & ((UINT64_C(1) << 48) - 1);
}

static uint32_t random_bits(JavaRandom *random, int bits) {
  random->seed = (random->seed * UINT64_C(0x5DEECE66D) + 0xB) & ((UINT64_C(1) << 48) - 1);
  return (uint32_t)(random->seed >> (48 - bits));
}

static double random_double(JavaRandom *random) {
  uint64_t high = random_bits(random, 26);
  return (double)((high << 27) + random_bits(random, 27)) * 0x1p-53;
}

/* In [0, bound); bound is positive. */
static int32_t random_below(JavaRandom *random, int32_t bound) {
  int32_t bits = (int32_t)random_bits(random, 31);
  if ((bound & (bound - 1)) == 0) return (int32_t)((int64_t)bound * bits >> 31);
  int32_t value = bits % bound;
  while ((int64_t)bits - value + (bound - 1) > INT32_MAX) {
    bits = (int32_t)random_bits(random, 31);
    value = bits % bound;
  }
  return value;
}

/* The generator that lives as long as the program; a seed that varies from row to row starts one anew each time. */
static JavaRandom *random_of(KernelCall *call, const Column *seeds, uint32_t seed_argument) {
  if (*call->state != NULL) return *call->state;
  JavaRandom *random = memory_alloc_zeroed(1, sizeof *random);
  *call->state = random;
  const Value *constant = seeds == NULL ? NULL : kernel_constant(call, seed_argument);
  random_seed(random, constant != NULL ? constant->int32 : (int64_t)((uint64_t)g_random_int() << 32 | g_random_int()));
  return random;
}

static bool rand_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const Column *seeds = call->expr->call.n_arguments > 0 ? arguments[0] : NULL;
  bool reseeds = seeds != NULL && kernel_constant(call, 0) == NULL;
  JavaRandom *random = random_of(call, seeds, 0);
  double *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (reseeds) random_seed(random, ((const int32_t *)seeds->values)[row]);
    out[row] = random_double(random);
  }
  return true;
}

static bool rand_integer_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  bool is_seeded = call->expr->call.n_arguments > 1;
  const Column *seeds = is_seeded ? arguments[0] : NULL;
  const int32_t *bounds = arguments[is_seeded]->values;
  bool reseeds = is_seeded && kernel_constant(call, 0) == NULL;
  JavaRandom *random = random_of(call, seeds, 0);
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (reseeds) random_seed(random, ((const int32_t *)seeds->values)[row]);
    out[row] = 0;
    if (bounds[row] > 0)
      out[row] = random_below(random, bounds[row]);
    else if (kernel_is_active(call, row))
      return kernel_fail(call, "bound must be positive");
  }
  return true;
}

static bool uuid_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  (void)arguments;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    enum { UUID_BYTES = 36 };
    char text[UUID_BYTES + 1];
    uint32_t a = g_random_int(), b = g_random_int(), c = g_random_int(), d = g_random_int();
    /* version 4, variant 1 */
    snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%04x%08x", a, b >> 16, b & 0xFFF, (c >> 16 & 0x3FFF) | 0x8000,
             c & 0xFFFF, d);
    out[row] = string_view(memcpy(arena_alloc_text(call->arena, UUID_BYTES), text, UUID_BYTES), UUID_BYTES);
  }
  return true;
}

static bool resolve_random(Resolution *r) {
  static const Overload rand_overload = {rand_kernel, OVERLOAD_VOLATILE, LAZY_NONE, NULL},
                        rand_integer_overload = {rand_integer_kernel, OVERLOAD_VOLATILE | OVERLOAD_CAN_FAIL, LAZY_NONE,
                                                 NULL};
  bool is_integer = r->function->parameter != NULL;
  for (uint32_t i = 0; i < r->n_arguments; i++)
    if (resolution_type(r, i).kind != TYPE_INT) return resolution_refuse(r);
  return resolution_result(r, type_make(is_integer ? TYPE_INT : TYPE_DOUBLE, true),
                           is_integer ? &rand_integer_overload : &rand_overload);
}

static bool resolve_uuid(Resolution *r) {
  static const Overload overload = {uuid_kernel, OVERLOAD_VOLATILE, LAZY_NONE, NULL};
  return resolution_result(r, type_char(36, false), &overload);
}

static const Function functions[] = {
    {"RAND", "RAND([seed])", resolve_random, 0, 1, NULL},
    {"RAND_INTEGER", "RAND_INTEGER([seed,] bound)", resolve_random, 1, 2, "integer"},
    {"UUID", "UUID()", resolve_uuid, 0, 0, NULL},
};
const FunctionArea random_area = {functions, sizeof functions / sizeof functions[0], false};
