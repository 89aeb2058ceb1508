/* The keys of an OVER aggregation: found by value, forgotten by time.
 *
 * A key is forgotten when Flink's clean-up timer for it goes off. That is decided exactly, by the stamp of the row that
 * asks; the memory follows later, from buckets of keys by the time at which they may go. A key that is forgotten while
 * rows of it still wait to come out lives on for these, out of the table, and a new one takes its place.
 */
#ifndef WEIR_OPS_OVER_KEYS_H
#define WEIR_OPS_OVER_KEYS_H

#include "vec/batch.h"

/* Memory in pieces that are used again; aligned to 16 bytes. */
enum { OVER_POOL_CLASSES = 33 };
typedef struct OverPieces {
  void **pieces;
  size_t n_pieces;
  size_t capacity;
} OverPieces;

typedef struct OverPool {
  OverPieces free[OVER_POOL_CLASSES]; /* by size in units of 16 bytes */
  uint8_t **slabs;
  size_t n_slabs;
  size_t slabs_capacity;
  uint8_t *next;
  size_t n_left;
  size_t held_bytes;
} OverPool;

void *over_pool_take(OverPool *pool, size_t n_bytes); /* not zeroed */
void over_pool_give(OverPool *pool, void *piece, size_t n_bytes);
void over_pool_free(OverPool *pool); /* large pieces must have been given back */

struct OverEntry;
struct OverTimer;

typedef struct OverKey {
  struct OverKey *next_of_hash;
  uint32_t hash;
  uint32_t null_keys;       /* bit k: key k is null */
  int64_t fired_us;         /* the last time that has given results, or 0 */
  int64_t cleanup_us;       /* the watermark that makes it forgotten */
  int64_t registered_us;    /* the watermark when that was last put off */
  struct OverTimer *timers; /* the earlier ones that have not gone off, ascending */
  struct OverEntry *first;  /* the frame: over_frame.h */
  struct OverEntry *last;
  struct OverEntry *first_back;
  uint8_t *back;
  uint32_t n_back;
  uint32_t n_waiting; /* rows that are not due yet */
  uint32_t n_pending; /* rows that have not come out yet */
  bool is_forgotten;
  /* The key's values follow. */
} OverKey;

typedef struct OverBucket {
  int64_t start_us;
  OverKey **keys;
  size_t n_keys;
  size_t capacity;
} OverBucket;

typedef struct OverKeys {
  OverPool *pool;
  uint32_t n_keys;
  Physical *physicals;
  uint32_t *offsets; /* of the values in a key */
  uint32_t fixed_bytes;
  int64_t keep_us;   /* a row needs its key for so long, at least */
  int64_t forget_us; /* and asks for its being forgotten after so long */
  OverKey **slots;
  size_t slot_mask;
  size_t n_linked;
  OverBucket *buckets; /* by start */
  size_t n_buckets;
  size_t buckets_capacity;
  int64_t width_us;
  size_t n_touched; /* of the first bucket's last keys */
} OverKeys;

void over_keys_init(OverKeys *keys, OverPool *pool, const Type *key_types, uint32_t n_keys, int64_t preceding_us);
/* Gives all keys back to the pool; their frames must be empty. */
void over_keys_free(OverKeys *keys);

/* The key of a row that comes at a watermark; NULL when there is none or it has been forgotten by then. */
OverKey *over_keys_find(OverKeys *keys, const Column *const *columns, uint32_t hash, uint32_t row,
                        int64_t watermark_us);
OverKey *over_keys_add(OverKeys *keys, const Column *const *columns, uint32_t hash, uint32_t row);
/* A row of the key was taken: it will be kept for as long as this row needs it. */
void over_keys_keep(OverKeys *keys, OverKey *key, int64_t time_us, int64_t watermark_us);
/* Takes some key out whose memory may go, NULL when there is none (left); give it back by over_keys_release once its
 * frame is empty. */
OverKey *over_keys_next_expired(OverKeys *keys, int64_t watermark_us);
void over_keys_release(OverKeys *keys, OverKey *key);

static inline OverKey **over_keys_slot(const OverKeys *keys, uint32_t hash) {
  return &keys->slots[hash & keys->slot_mask];
}

#endif
