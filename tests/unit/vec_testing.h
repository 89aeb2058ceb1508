/* What the tests of src/vec share: cmocka with what it needs before it, random numbers that are the same on every
 * machine, and moments written as text. */
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

enum { SECOND_US = 1000000 };

/* "-0044-03-15 12:00:00" as microseconds. */
static inline int64_t moment(const char *text) {
  int sign = text[0] == '-' ? -1 : 1, month, day, hour, minute, second;
  int64_t year;
  int n = sscanf(text + (sign < 0), "%ld-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second);
  assert_int_equal(n, 6);
  year = sign * year - (month <= 2);
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t days = era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
  return ((days * 24 + hour) * 60 + minute) * 60 * SECOND_US + (int64_t)second * SECOND_US;
}

#endif
