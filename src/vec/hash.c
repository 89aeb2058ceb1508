/* See hash.h. */
#include "vec/hash.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static const uint64_t NULL_HASH = UINT64_C(0x8ebc6af09c88c6e3);
static const uint64_t COMBINE = UINT64_C(0x589965cc75374cc3);

static inline uint64_t hash_string(const StringView *view) {
  if (view->length > STRING_VIEW_INLINE_MAX) return XXH3_64bits(view->bytes, view->length);
  uint64_t head, rest;
  memcpy(&head, view, 8);
  memcpy(&rest, view->rest, 8);
  return hash_mix(head ^ UINT64_C(0xa0761d6478bd642f), rest ^ UINT64_C(0xe7037ed1a0b428db));
}

static inline uint64_t hash_int128(const uint128_t *value) {
  return hash_mix((uint64_t)*value ^ UINT64_C(0xa0761d6478bd642f),
                  (uint64_t)(*value >> 64) ^ UINT64_C(0xe7037ed1a0b428db));
}

/* One loop per physical type and per "first or combined": `expression` yields the hash of values[i]. */
#define HASH_EACH(CType, expression)                             \
  do {                                                           \
    const CType *values = column->values;                        \
    if (is_first) {                                              \
      for (uint32_t i = 0; i < n_rows; i++) {                    \
        hashes[i] = (expression);                                \
      }                                                          \
    } else {                                                     \
      for (uint32_t i = 0; i < n_rows; i++) {                    \
        hashes[i] = hash_mix(hashes[i] ^ COMBINE, (expression)); \
      }                                                          \
    }                                                            \
  } while (0)

static void hash_valid(const Column *column, uint32_t n_rows, bool is_first, uint64_t *hashes) {
  switch (type_physical(column->type.kind)) {
    case PHYSICAL_BOOL:
      HASH_EACH(uint8_t, hash_int64(values[i]));
      break;
    case PHYSICAL_INT32:
      HASH_EACH(uint32_t, hash_int64(values[i]));
      break;
    case PHYSICAL_INT64:
    case PHYSICAL_DOUBLE:
      HASH_EACH(uint64_t, hash_int64(values[i]));
      break;
    case PHYSICAL_INT128:
      HASH_EACH(uint128_t, hash_int128(&values[i]));
      break;
    case PHYSICAL_STRING:
      HASH_EACH(StringView, hash_string(&values[i]));
      break;
    default:
      assert(!"a physical type");
  }
}

void hash_column(const Column *column, uint32_t n_rows, bool is_first, uint64_t *hashes) {
  if (column->valid == NULL) {
    hash_valid(column, n_rows, is_first, hashes);
    return;
  }
  uint64_t before[BATCH_ROWS_MAX];
  assert(n_rows <= BATCH_ROWS_MAX);
  if (!is_first) memcpy(before, hashes, n_rows * sizeof *before);
  hash_valid(column, n_rows, is_first, hashes);
  for (uint32_t i = 0; i < n_rows; i++) {
    if (column_is_valid(column, i)) continue;
    hashes[i] = is_first ? NULL_HASH : hash_mix(before[i] ^ COMBINE, NULL_HASH);
  }
}

void hash_rows(const Batch *batch, const uint32_t *key_columns, uint32_t n_keys, uint64_t *hashes) {
  for (uint32_t k = 0; k < n_keys; k++) hash_column(&batch->columns[key_columns[k]], batch->n_rows, k == 0, hashes);
  if (n_keys > 0) return;
  for (uint32_t i = 0; i < batch->n_rows; i++) hashes[i] = HASH_OF_NO_KEYS;
}
