/* What the tests of src/vec share: cmocka with what it needs before it, and random numbers that are the same on every
 * machine. */
#ifndef WEIR_TESTS_VEC_TESTING_H
#define WEIR_TESTS_VEC_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off: cmocka needs those before it */
#include <cmocka.h>
/* clang-format on */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static inline uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state * UINT64_C(0x2545F4914F6CDD1D) >> 11;
}

#endif
