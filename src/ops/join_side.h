/* One side of an interval join: the rows that are kept, found by key and forgotten by time.
 *
 *   buckets    rows by time, in stretches of a fixed width; each a list of chunks of records in order of arrival
 *   index      one hash table over all buckets: slots of chains through the records, newest first
 *   due list   of an outer side's oldest buckets: their unmatched rows sorted by time, to be padded one by one
 *
 * A bucket is forgotten as a whole, when its last row has expired: its rows leave the index in one sequential pass and
 * its chunks go back to the pool. Whether a row has expired is decided by its own time alone, so results do not depend
 * on the width.
 *
 * Records are referred to by 32 bits: chunk number and offset in units of 8 bytes. 0 is none.
 */
#ifndef WEIR_OPS_JOIN_SIDE_H
#define WEIR_OPS_JOIN_SIDE_H

#include <assert.h>

#include "ops/row_format.h"

enum { CHUNK_UNIT_BITS = 13, CHUNK_BYTES = 1 << (CHUNK_UNIT_BITS + 3), FIRST_CHUNK_BYTES = 4096, SLAB_CHUNKS = 32 };

typedef struct JoinChunk {
  uint8_t *bytes;
  uint32_t n_bytes; /* allocated; at most CHUNK_BYTES but for a chunk of one huge record */
  uint32_t used_bytes;
  bool is_leaving; /* its bucket is being forgotten */
} JoinChunk;

typedef struct JoinBucket {
  int64_t start_us;
  uint32_t *chunks;
  size_t n_chunks;
  size_t chunks_capacity;
  uint64_t *due; /* outer sides, once the bucket begins to expire: ms since start << 32 | reference, ascending */
  size_t n_due;
  size_t next_due;
  size_t due_capacity;
  bool is_due;
} JoinBucket;

typedef struct JoinSide {
  RowFormat format;
  int64_t wait_us;  /* a row expires when the watermark reaches its time + wait + 1 ms */
  int64_t width_us; /* of a bucket */
  bool is_outer;

  JoinChunk *chunks; /* by number; 0 is not used */
  size_t n_chunks;
  size_t chunks_capacity;
  uint32_t *free_numbers; /* of chunks without memory */
  size_t n_free_numbers;
  size_t free_numbers_capacity;
  uint8_t **pool; /* memory of CHUNK_BYTES to use, or to use again: parts of slabs */
  size_t n_pool;
  size_t pool_capacity;
  uint8_t **slabs; /* what chunks of CHUNK_BYTES are cut from: of one, two, four, ... chunks, then of SLAB_CHUNKS */
  size_t n_slabs;
  size_t slabs_capacity;

  JoinBucket **buckets; /* by start */
  size_t n_buckets;
  size_t buckets_capacity;
  JoinBucket *latest;   /* the bucket last used */
  size_t first_pending; /* outer sides: nothing waits to be padded in the buckets before this one */

  uint32_t *slots;
  size_t slot_mask;
  size_t n_linked;

  uint64_t *sort_buffer;
  size_t sort_capacity;
  size_t held_bytes;
} JoinSide;

void join_side_init(JoinSide *side, int64_t wait_us, int64_t width_us, bool is_outer);
void join_side_free(JoinSide *side);

/* Memory for a record of a row to be kept. */
uint8_t *join_side_place(JoinSide *side, int64_t time_us, uint32_t n_bytes, uint32_t *reference);
/* To be called when a kept row has been written. Rows with a null key are kept only to be padded. */
void join_side_keep(JoinSide *side, uint32_t reference, uint8_t *record);
/* Makes the index large enough for n more rows, so that slots do not move while they are added. */
void join_side_reserve(JoinSide *side, size_t n_rows);

/* Takes the next unmatched row that is due at or before `until_us`, and says when it was; NULL when there is none. */
uint8_t *join_side_next_due(JoinSide *side, int64_t until_us, int64_t *due_us);
/* When the next may be due, at the earliest: INT64_MAX when nothing is kept. */
int64_t join_side_peek_due(JoinSide *side, int64_t until_us);
/* Whether there is a bucket to forget. */
static inline bool join_side_has_expired(const JoinSide *side, int64_t watermark_us) {
  return side->n_buckets > 0 && side->buckets[0]->start_us + side->width_us + side->wait_us <= watermark_us;
}
/* Forgets the buckets whose rows have all expired. Records in them are gone. */
void join_side_forget(JoinSide *side, int64_t watermark_us);

/* A row is found while the watermark has not reached this. */
static inline int64_t join_side_expiry_us(const JoinSide *side, int64_t time_us) {
  return time_us + side->wait_us + 1000;
}

static inline uint8_t *join_side_record(const JoinSide *side, uint32_t reference) {
  return side->chunks[reference >> CHUNK_UNIT_BITS].bytes +
         (size_t)(reference & ((1u << CHUNK_UNIT_BITS) - 1)) * ROW_ALIGNMENT;
}

static inline uint32_t *join_side_slot(const JoinSide *side, uint32_t hash) {
  return &side->slots[hash & side->slot_mask];
}

static inline void join_side_link(JoinSide *side, uint32_t reference, uint8_t *record) {
  RowHeader *header = row_header(record);
  uint32_t *slot = join_side_slot(side, header->hash);
  header->next = *slot;
  *slot = reference;
  side->n_linked++;
}

#endif
