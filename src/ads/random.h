/* Random numbers that are the same on every machine: xoshiro256** 1.0 (Blackman and Vigna, public domain), seeded by
 * splitmix64 as its authors advise.
 *
 * The generator's bytes are a function of its seed, so nothing here or above it uses floating point or libm, whose last
 * bit differs between systems: probabilities are 32-bit integer thresholds, and the few curves that are needed
 * (exponential gaps, log-normal delays) come from ads/curves.h. Every purpose (traffic, clicks, network, faults ...)
 * has a stream of its own, so that switching a fault on does not change the traffic beneath it. */
#ifndef WEIR_ADS_RANDOM_H
#define WEIR_ADS_RANDOM_H

#include <stdint.h>

typedef struct Random {
  uint64_t state[4];
} Random;

/* A bijection of 64-bit numbers that looks random: splitmix64's finaliser. */
static inline uint64_t random_mix(uint64_t x) {
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* Stream number `stream` of `seed`. */
static inline Random random_stream(uint64_t seed, uint64_t stream) {
  uint64_t x = random_mix(seed + UINT64_C(0x632be59bd9b4e019)) ^ random_mix(stream * UINT64_C(0x9e3779b97f4a7c15) + 1);
  Random random;
  for (int i = 0; i < 4; i++) random.state[i] = random_mix(x += UINT64_C(0x9e3779b97f4a7c15));
  return random;
}

static inline uint64_t random_next(Random *random) {
  uint64_t *s = random->state;
  uint64_t x = s[1] * 5;
  uint64_t result = (x << 7 | x >> 57) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = s[3] << 45 | s[3] >> 19;
  return result;
}

/* 32 random bits to a number below `bound`: multiply and shift, whose bias (below 2^-32 x bound) does not matter here.
 */
static inline uint32_t random_scale(uint32_t bits, uint32_t bound) { return (uint32_t)((uint64_t)bits * bound >> 32); }

static inline uint32_t random_below(Random *random, uint32_t bound) {
  return random_scale((uint32_t)(random_next(random) >> 32), bound);
}
/* Both ends included. */
static inline int64_t random_between(Random *random, int64_t low, int64_t high) {
  return low + (int64_t)random_below(random, (uint32_t)(high - low + 1));
}

/* A probability as the threshold that 32 random bits must be below; certain is 2^32. */
static inline uint64_t random_threshold(uint64_t parts_per_billion) {
  return (parts_per_billion << 32) / UINT64_C(1000000000);
}

#endif
