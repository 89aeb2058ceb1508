/* See over_keys.h. */
#include "ops/over_keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"
#include "vec/touch.h"

enum {
  UNIT_BYTES = 16,
  SLAB_BYTES = 1 << 18,
  SLOTS_MIN = 1024,
  KEYS_MAX = 32,
  SPAN_BUCKETS = 32,
  PREFETCH_KEYS = 32,
  PREFETCH_PIECES = 8,
  MILLISECOND_US = 1000
};
#define BUCKET_US_MIN INT64_C(1000000)
#define BUCKET_US_MAX INT64_C(86400000000)

/* A clean-up time that has been put off. */
typedef struct OverTimer {
  struct OverTimer *next;
  int64_t time_us;
} OverTimer;

/* --- memory --- */

void *over_pool_take(OverPool *pool, size_t n_bytes) {
  size_t class = (n_bytes + UNIT_BYTES - 1) / UNIT_BYTES;
  if (class >= OVER_POOL_CLASSES) {
    pool->held_bytes += n_bytes;
    return memory_alloc(n_bytes);
  }
  OverPieces *of_class = &pool->free[class];
  if (of_class->n_pieces > 0) {
    void *piece = of_class->pieces[--of_class->n_pieces];
    if (of_class->n_pieces >= PREFETCH_PIECES) {
      __builtin_prefetch(of_class->pieces[of_class->n_pieces - PREFETCH_PIECES], 1);
    }
    return piece;
  }
  if (pool->n_left < class * UNIT_BYTES) {
    pool->slabs = memory_grow(pool->slabs, &pool->slabs_capacity, pool->n_slabs + 1, sizeof *pool->slabs);
    pool->next = pool->slabs[pool->n_slabs++] = memory_alloc_aligned(SLAB_BYTES);
    pool->n_left = SLAB_BYTES;
    pool->held_bytes += SLAB_BYTES;
  }
  void *piece = pool->next;
  pool->next += class * UNIT_BYTES;
  pool->n_left -= class * UNIT_BYTES;
  return piece;
}

void over_pool_give(OverPool *pool, void *piece, size_t n_bytes) {
  size_t class = (n_bytes + UNIT_BYTES - 1) / UNIT_BYTES;
  if (class >= OVER_POOL_CLASSES) {
    pool->held_bytes -= n_bytes;
    free(piece);
    return;
  }
  OverPieces *of_class = &pool->free[class];
  of_class->pieces =
      memory_grow(of_class->pieces, &of_class->capacity, of_class->n_pieces + 1, sizeof *of_class->pieces);
  of_class->pieces[of_class->n_pieces++] = piece;
}

void over_pool_free(OverPool *pool) {
  for (size_t c = 0; c < OVER_POOL_CLASSES; c++) free(pool->free[c].pieces);
  for (size_t s = 0; s < pool->n_slabs; s++) free(pool->slabs[s]);
  free(pool->slabs);
}

/* --- the table --- */

void over_keys_init(OverKeys *keys, OverPool *pool, const Type *key_types, uint32_t n_keys, int64_t preceding_us) {
  assert(n_keys <= KEYS_MAX && preceding_us >= 0 && preceding_us % MILLISECOND_US == 0);
  *keys = (OverKeys){.pool = pool, .n_keys = n_keys};
  keys->physicals = memory_alloc_zeroed(n_keys + 1, sizeof *keys->physicals);
  keys->offsets = memory_alloc_zeroed(n_keys + 1, sizeof *keys->offsets);
  uint32_t offset = sizeof(OverKey);
  for (uint32_t k = 0; k < n_keys; k++) {
    keys->physicals[k] = type_physical(key_types[k].kind);
    keys->offsets[k] = offset;
    offset += (uint32_t)physical_bytes(keys->physicals[k]);
  }
  keys->fixed_bytes = offset;
  int64_t half_again_us = preceding_us / MILLISECOND_US * 3 / 2 * MILLISECOND_US;
  keys->keep_us = preceding_us + MILLISECOND_US;
  keys->forget_us = half_again_us + MILLISECOND_US;
  keys->width_us = half_again_us / SPAN_BUCKETS;
  if (keys->width_us < BUCKET_US_MIN) keys->width_us = BUCKET_US_MIN;
  if (keys->width_us > BUCKET_US_MAX) keys->width_us = BUCKET_US_MAX;
  keys->slots = memory_alloc_zeroed(SLOTS_MIN, sizeof *keys->slots);
  keys->slot_mask = SLOTS_MIN - 1;
}

/* A stored value may be unaligned. A long string is its view, with the place of its bytes behind the fixed part. */
static inline StringView stored_string(const OverKeys *keys, const OverKey *key, uint32_t k) {
  StringView view;
  memcpy(&view, (const uint8_t *)key + keys->offsets[k], sizeof view);
  return view;
}

static size_t key_bytes(const OverKeys *keys, const OverKey *key) {
  size_t n_bytes = keys->fixed_bytes;
  for (uint32_t k = 0; k < keys->n_keys; k++) {
    if (keys->physicals[k] != PHYSICAL_STRING || (key->null_keys >> k & 1) != 0) continue;
    uint32_t length = stored_string(keys, key, k).length;
    if (length > STRING_VIEW_INLINE_MAX) n_bytes += length;
  }
  return n_bytes;
}

void over_keys_free(OverKeys *keys) {
  for (size_t b = 0; b < keys->n_buckets; b++) {
    OverBucket *bucket = &keys->buckets[b];
    for (size_t k = 0; k < bucket->n_keys; k++) {
      over_pool_give(keys->pool, bucket->keys[k], key_bytes(keys, bucket->keys[k]));
    }
    free(bucket->keys);
  }
  free(keys->slots);
  free(keys->buckets);
  free(keys->physicals);
  free(keys->offsets);
}

static bool key_matches(const OverKeys *keys, const OverKey *key, const Column *const *columns, uint32_t row) {
  for (uint32_t k = 0; k < keys->n_keys; k++) {
    const Column *column = columns[k];
    bool is_null = !column_is_valid(column, row);
    if (is_null != (key->null_keys >> k & 1)) return false;
    if (is_null) continue;
    if (keys->physicals[k] == PHYSICAL_STRING) {
      StringView view = stored_string(keys, key, k);
      if (!string_view_equal(&view, (const StringView *)column->values + row)) return false;
      continue;
    }
    size_t n_bytes = physical_bytes(keys->physicals[k]);
    const uint8_t *value = (const uint8_t *)column->values + row * n_bytes;
    if (memcmp((const uint8_t *)key + keys->offsets[k], value, n_bytes) != 0) return false;
  }
  return true;
}

static void grow_slots(OverKeys *keys) {
  size_t n_slots = keys->slot_mask + 1;
  OverKey **before = keys->slots;
  keys->slots = memory_alloc_zeroed(n_slots * 2, sizeof *keys->slots);
  keys->slot_mask = n_slots * 2 - 1;
  for (size_t s = 0; s < n_slots; s++) {
    for (OverKey *key = before[s]; key != NULL;) {
      OverKey *next = key->next_of_hash;
      OverKey **slot = over_keys_slot(keys, key->hash);
      key->next_of_hash = *slot;
      *slot = key;
      key = next;
    }
  }
  free(before);
}

static void unlink_key(OverKeys *keys, OverKey *key) {
  OverKey **link = over_keys_slot(keys, key->hash);
  while (*link != key) link = &(*link)->next_of_hash;
  *link = key->next_of_hash;
  keys->n_linked--;
  key->is_forgotten = true;
}

static void drop_timer(OverKeys *keys, OverKey *key) {
  OverTimer *timer = key->timers;
  key->timers = timer->next;
  over_pool_give(keys->pool, timer, sizeof *timer);
}

/* What the key's timers have done by the time of a watermark. A timer that is registered behind the watermark goes off
 * when the watermark next rises. */
static void let_timers_go_off(OverKeys *keys, OverKey *key, int64_t watermark_us) {
  if (watermark_us <= key->registered_us) return;
  while (key->timers != NULL && key->timers->time_us <= watermark_us) {
    if (key->timers->time_us > key->fired_us) key->fired_us = key->timers->time_us;
    drop_timer(keys, key);
  }
  if (key->cleanup_us <= watermark_us) unlink_key(keys, key);
}

OverKey *over_keys_find(OverKeys *keys, const Column *const *columns, uint32_t hash, uint32_t row,
                        int64_t watermark_us) {
  OverKey *key = *over_keys_slot(keys, hash);
  while (key != NULL && (key->hash != hash || !key_matches(keys, key, columns, row))) key = key->next_of_hash;
  if (key == NULL) return NULL;
  let_timers_go_off(keys, key, watermark_us);
  return key->is_forgotten ? NULL : key;
}

OverKey *over_keys_add(OverKeys *keys, const Column *const *columns, uint32_t hash, uint32_t row) {
  size_t n_bytes = keys->fixed_bytes;
  uint32_t null_keys = 0;
  for (uint32_t k = 0; k < keys->n_keys; k++) {
    if (!column_is_valid(columns[k], row)) {
      null_keys |= UINT32_C(1) << k;
    } else if (keys->physicals[k] == PHYSICAL_STRING) {
      uint32_t length = ((const StringView *)columns[k]->values)[row].length;
      if (length > STRING_VIEW_INLINE_MAX) n_bytes += length;
    }
  }
  OverKey *key = over_pool_take(keys->pool, n_bytes);
  *key = (OverKey){.hash = hash, .null_keys = null_keys, .cleanup_us = INT64_MIN, .registered_us = INT64_MIN};
  char *text = (char *)key + keys->fixed_bytes;
  for (uint32_t k = 0; k < keys->n_keys; k++) {
    if ((null_keys >> k & 1) != 0) continue;
    size_t value_bytes = physical_bytes(keys->physicals[k]);
    uint8_t *stored = (uint8_t *)key + keys->offsets[k];
    memcpy(stored, (const uint8_t *)columns[k]->values + row * value_bytes, value_bytes);
    if (keys->physicals[k] != PHYSICAL_STRING) continue;
    StringView view = ((const StringView *)columns[k]->values)[row];
    if (view.length <= STRING_VIEW_INLINE_MAX) continue;
    memcpy(text, view.bytes, view.length);
    view = string_view(text, view.length);
    memcpy(stored, &view, sizeof view);
    text += view.length;
  }
  if (keys->n_linked * 2 > keys->slot_mask) grow_slots(keys); /* chains cost a cache miss a step */
  OverKey **slot = over_keys_slot(keys, hash);
  key->next_of_hash = *slot;
  *slot = key;
  keys->n_linked++;
  return key;
}

/* --- time --- */

static void put_in_bucket(OverKeys *keys, OverKey *key, int64_t time_us) {
  int64_t remainder = time_us % keys->width_us;
  int64_t start_us = time_us - remainder - (remainder < 0 ? keys->width_us : 0);
  size_t low = 0, high = keys->n_buckets;
  if (high > 0 && keys->buckets[high - 1].start_us < start_us) low = high;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (keys->buckets[middle].start_us < start_us) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == keys->n_buckets || keys->buckets[low].start_us != start_us) {
    keys->buckets = memory_grow(keys->buckets, &keys->buckets_capacity, keys->n_buckets + 1, sizeof *keys->buckets);
    memmove(keys->buckets + low + 1, keys->buckets + low, (keys->n_buckets - low) * sizeof *keys->buckets);
    keys->buckets[low] = (OverBucket){.start_us = start_us};
    keys->n_buckets++;
  }
  OverBucket *bucket = &keys->buckets[low];
  bucket->keys = memory_grow(bucket->keys, &bucket->capacity, bucket->n_keys + 1, sizeof *bucket->keys);
  bucket->keys[bucket->n_keys++] = key;
}

void over_keys_keep(OverKeys *keys, OverKey *key, int64_t time_us, int64_t watermark_us) {
  bool is_new = key->cleanup_us == INT64_MIN;
  if (!is_new && key->cleanup_us >= time_us + keys->keep_us) return;
  if (!is_new) {
    OverTimer *timer = over_pool_take(keys->pool, sizeof *timer);
    *timer = (OverTimer){.time_us = key->cleanup_us};
    OverTimer **link = &key->timers;
    while (*link != NULL) link = &(*link)->next;
    *link = timer;
  }
  key->cleanup_us = time_us + keys->forget_us;
  key->registered_us = watermark_us;
  if (is_new) put_in_bucket(keys, key, key->cleanup_us);
}

/* Brings the keys that are next in turn near: the keys, what they lead to, and what is first in their chains. */
static void touch_expiring(OverKeys *keys, const OverBucket *bucket) {
  size_t n = bucket->n_keys < TOUCH_BLOCK ? bucket->n_keys : TOUCH_BLOCK;
  OverKey *const *expiring = bucket->keys + bucket->n_keys - n;
  for (size_t k = 0; k < n; k++) touch(expiring[k]);
  for (size_t k = 0; k < n; k++) {
    touch(over_keys_slot(keys, expiring[k]->hash));
    if (expiring[k]->first != NULL) touch(expiring[k]->first);
  }
  for (size_t k = 0; k < n; k++) {
    const OverKey *first = *over_keys_slot(keys, expiring[k]->hash);
    if (first != NULL) touch(first);
  }
  keys->n_touched = n;
}

OverKey *over_keys_next_expired(OverKeys *keys, int64_t watermark_us) {
  while (keys->n_buckets > 0 && keys->buckets[0].start_us <= watermark_us - keys->width_us) {
    while (keys->buckets[0].n_keys > 0) {
      OverBucket *bucket = &keys->buckets[0];
      if (keys->n_touched == 0) touch_expiring(keys, bucket);
      keys->n_touched--;
      OverKey *key = bucket->keys[--bucket->n_keys];
      if (!key->is_forgotten) let_timers_go_off(keys, key, watermark_us);
      if (key->is_forgotten && key->n_pending == 0) return key;
      put_in_bucket(keys, key, key->cleanup_us > watermark_us ? key->cleanup_us : watermark_us + keys->width_us);
    }
    free(keys->buckets[0].keys);
    keys->n_touched = 0;
    keys->n_buckets--;
    memmove(keys->buckets, keys->buckets + 1, keys->n_buckets * sizeof *keys->buckets);
  }
  return NULL;
}

void over_keys_release(OverKeys *keys, OverKey *key) {
  assert(key->n_pending == 0 && key->first == NULL && key->is_forgotten);
  while (key->timers != NULL) drop_timer(keys, key);
  over_pool_give(keys->pool, key, key_bytes(keys, key));
}
