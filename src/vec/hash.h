/* Hashing columns: 64-bit hashes of whole rows' keys, a column at a time.
 *
 * Equal keys of one physical type hash alike, whatever column or input they come from; doubles are hashed and compared
 * by their bits, as Flink does with its keys (so -0.0 and 0.0 are two keys). Nulls have a hash of their own. Not
 * stable between versions: never written to a checkpoint. */
#ifndef WEIR_VEC_HASH_H
#define WEIR_VEC_HASH_H

#include "vec/batch.h"

/* hashes[row] for rows [0, batch->n_rows) of the given key columns; without columns, one constant. */
void hash_rows(const Batch *batch, const uint32_t *key_columns, uint32_t n_keys, uint64_t *hashes);

/* One step of the above, for keys that are not all columns of one batch: the first column starts the hashes, each
 * other one is combined in. */
void hash_column(const Column *column, uint32_t n_rows, bool is_first, uint64_t *hashes);

enum { HASH_OF_NO_KEYS = 0x5bd1e995 };

/* Multiplies to 128 bits and folds: the mixing step of wyhash. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b) {
  uint128_t product = (uint128_t)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}
static inline uint64_t hash_int64(uint64_t value) {
  return hash_mix(value ^ UINT64_C(0xa0761d6478bd642f), UINT64_C(0xe7037ed1a0b428db));
}

#endif
