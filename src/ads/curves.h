/* Logarithms, powers of two and the random variates made from them, in integers only (see ads/random.h for why). Good
 * to about five digits, which is more than an invented world can notice. */
#ifndef WEIR_ADS_CURVES_H
#define WEIR_ADS_CURVES_H

#include "ads/random.h"

enum { CURVE_ONE_BITS = 16, CURVE_ONE = 1 << CURVE_ONE_BITS, EXPONENTIAL_STEPS = 4096, POWER_STEPS = 256 };

typedef struct Curves {
  /* -ln(1 - i/EXPONENTIAL_STEPS) in units of 1/CURVE_ONE; the last entry ends the tail at about 9 means. */
  uint32_t exponential[EXPONENTIAL_STEPS + 1];
  /* 2^(i/POWER_STEPS) in units of 1/CURVE_ONE, from 1 to 2. */
  uint32_t power[POWER_STEPS + 1];
} Curves;

void curves_init(Curves *curves);

/* log2(x) in units of 1/CURVE_ONE; x > 0. */
uint32_t curves_log2(uint64_t x);
/* value * 2^(exponent / CURVE_ONE), rounded down; saturates at INT64_MAX / 4. value >= 0. */
int64_t curves_scale_by_power(const Curves *curves, int64_t value, int64_t exponent);

/* Exponentially distributed with the given mean. */
uint64_t curves_exponential(const Curves *curves, Random *random, uint64_t mean);
/* About normal (the sum of twelve uniforms), mean 0 and deviation 1, in units of 1/CURVE_ONE; within +-6. */
int64_t curves_normal(Random *random);
/* Log-normal with the given median; sigma (of ln) in units of 1/CURVE_ONE. */
int64_t curves_log_normal(const Curves *curves, Random *random, int64_t median, int64_t sigma);

#endif
