/* Integer logarithms and powers by the schoolbook methods: a bit of the logarithm per squaring, and a table of powers
 * interpolated linearly. They run when a table is built or a click is drawn, never per impression. */
#include "ads/curves.h"

#include <assert.h>

static const uint64_t LN_2 = 45426;                         /* ln(2) in units of 1/CURVE_ONE */
static const uint64_t ONE_OVER_LN_2 = 94548;                /* 1/ln(2) in units of 1/CURVE_ONE */
static const uint64_t STEP_ROOT_OF_2 = 4624189567668517720; /* 2^(1/256) in units of 2^-62 */

uint32_t curves_log2(uint64_t x) {
  assert(x > 0);
  uint32_t whole = 63 - (uint32_t)__builtin_clzll(x);
  uint64_t mantissa = whole <= 62 ? x << (62 - whole) : x >> 1; /* in [1, 2) in units of 2^-62 */
  uint32_t fraction = 0;
  for (int bit = 0; bit < CURVE_ONE_BITS; bit++) {
    mantissa = (uint64_t)((unsigned __int128)mantissa * mantissa >> 62);
    fraction <<= 1;
    if (mantissa >> 63 != 0) {
      mantissa >>= 1;
      fraction |= 1;
    }
  }
  return whole << CURVE_ONE_BITS | fraction;
}

void curves_init(Curves *curves) {
  for (uint32_t i = 0; i < EXPONENTIAL_STEPS; i++) {
    uint32_t log2_of_rest = curves_log2(EXPONENTIAL_STEPS) - curves_log2(EXPONENTIAL_STEPS - i);
    curves->exponential[i] = (uint32_t)(log2_of_rest * LN_2 >> CURVE_ONE_BITS);
  }
  curves->exponential[EXPONENTIAL_STEPS] = curves->exponential[EXPONENTIAL_STEPS - 1] + CURVE_ONE;
  uint64_t power = UINT64_C(1) << 62;
  for (int i = 0; i < POWER_STEPS; i++) {
    curves->power[i] = (uint32_t)(power >> (62 - CURVE_ONE_BITS));
    power = (uint64_t)((unsigned __int128)power * STEP_ROOT_OF_2 >> 62);
  }
  curves->power[POWER_STEPS] = 2 * CURVE_ONE;
}

int64_t curves_scale_by_power(const Curves *curves, int64_t value, int64_t exponent) {
  const int64_t limit = INT64_MAX / 4;
  assert(value >= 0);
  int64_t whole = exponent >> CURVE_ONE_BITS; /* rounds down, so that the fraction is never negative */
  uint32_t fraction = (uint32_t)(exponent & (CURVE_ONE - 1));
  uint32_t step = fraction / (CURVE_ONE / POWER_STEPS);
  uint32_t within = fraction % (CURVE_ONE / POWER_STEPS);
  uint64_t factor = curves->power[step] +
                    (uint64_t)(curves->power[step + 1] - curves->power[step]) * within * POWER_STEPS / CURVE_ONE;
  unsigned __int128 scaled = (unsigned __int128)(uint64_t)value * factor;
  if (whole >= 47) return value == 0 ? 0 : limit;
  if (whole <= -64) return 0;
  scaled = whole >= 0 ? scaled << whole : scaled >> -whole;
  scaled >>= CURVE_ONE_BITS;
  return scaled > (unsigned __int128)limit ? limit : (int64_t)scaled;
}

uint64_t curves_exponential(const Curves *curves, Random *random, uint64_t mean) {
  uint32_t bits = (uint32_t)(random_next(random) >> 32);
  uint32_t step = bits >> 20;
  uint64_t within = bits & 0xfffff;
  uint64_t low = curves->exponential[step];
  uint64_t variate = low + ((curves->exponential[step + 1] - low) * within >> 20);
  return (uint64_t)((unsigned __int128)mean * variate >> CURVE_ONE_BITS);
}

int64_t curves_normal(Random *random) {
  int64_t sum = 0;
  for (int i = 0; i < 3; i++) {
    uint64_t bits = random_next(random);
    sum += (int64_t)((bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48));
  }
  return sum - 6 * CURVE_ONE;
}

int64_t curves_log_normal(const Curves *curves, Random *random, int64_t median, int64_t sigma) {
  int64_t exponent = curves_normal(random) * sigma / CURVE_ONE * (int64_t)ONE_OVER_LN_2 / CURVE_ONE;
  return curves_scale_by_power(curves, median, exponent);
}
