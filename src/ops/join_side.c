/* See join_side.h. */
#include "ops/join_side.h"

#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

enum {
  SLOTS_MIN = 1024,
  RADIX_BITS = 11,
  FORGET_BLOCK_ROWS = 256,
  LINK_BLOCK_ROWS = 64,
  PREFETCH_ROWS = 8,
  MILLISECOND = 1000
};

void join_side_init(JoinSide *side, int64_t wait_us, int64_t width_us, bool is_outer) {
  assert(width_us > 0 && width_us % MILLISECOND == 0 && width_us / MILLISECOND <= INT32_MAX);
  side->wait_us = wait_us;
  side->width_us = width_us;
  side->is_outer = is_outer;
  side->slots = memory_alloc_zeroed(SLOTS_MIN, sizeof *side->slots);
  side->slot_mask = SLOTS_MIN - 1;
  side->chunks = memory_grow(NULL, &side->chunks_capacity, 1, sizeof *side->chunks);
  side->chunks[0] = (JoinChunk){0};
  side->n_chunks = 1;
  side->held_bytes = SLOTS_MIN * sizeof *side->slots;
}

static void bucket_free(JoinBucket *bucket) {
  free(bucket->chunks);
  free(bucket->due);
  free(bucket);
}

void join_side_free(JoinSide *side) {
  for (size_t b = 0; b < side->n_buckets; b++) bucket_free(side->buckets[b]);
  for (size_t c = 1; c < side->n_chunks; c++) {
    if (side->chunks[c].n_bytes != CHUNK_BYTES) free(side->chunks[c].bytes);
  }
  for (size_t s = 0; s < side->n_slabs; s++) free(side->slabs[s]);
  free(side->slabs);
  free(side->buckets);
  free(side->chunks);
  free(side->pool);
  free(side->free_numbers);
  free(side->slots);
  free(side->sort_buffer);
}

/* --- chunks and buckets --- */

static void pool_put(JoinSide *side, uint8_t *bytes) {
  side->pool = memory_grow(side->pool, &side->pool_capacity, side->n_pool + 1, sizeof *side->pool);
  side->pool[side->n_pool++] = bytes;
}

static uint8_t *pool_take(JoinSide *side) {
  if (side->n_pool == 0) {
    size_t n_chunks = side->n_slabs < 5 ? (size_t)1 << side->n_slabs : SLAB_CHUNKS;
    uint8_t *slab = memory_alloc_large(n_chunks * CHUNK_BYTES);
    side->slabs = memory_grow(side->slabs, &side->slabs_capacity, side->n_slabs + 1, sizeof *side->slabs);
    side->slabs[side->n_slabs++] = slab;
    side->held_bytes += n_chunks * CHUNK_BYTES;
    for (size_t c = n_chunks; c-- > 0;) pool_put(side, slab + c * CHUNK_BYTES);
  }
  return side->pool[--side->n_pool];
}

static uint32_t chunk_new(JoinSide *side, uint32_t n_bytes) {
  uint32_t number;
  if (side->n_free_numbers > 0) {
    number = side->free_numbers[--side->n_free_numbers];
  } else {
    number = (uint32_t)side->n_chunks++;
    assert(number < 1u << (32 - CHUNK_UNIT_BITS) && "32 GiB of rows a side");
    side->chunks = memory_grow(side->chunks, &side->chunks_capacity, side->n_chunks, sizeof *side->chunks);
  }
  JoinChunk *chunk = &side->chunks[number];
  *chunk = (JoinChunk){.n_bytes = n_bytes};
  if (n_bytes == CHUNK_BYTES) {
    chunk->bytes = pool_take(side);
  } else {
    chunk->bytes = memory_alloc(n_bytes);
    side->held_bytes += n_bytes;
  }
  return number;
}

static void chunk_free(JoinSide *side, uint32_t number) {
  JoinChunk *chunk = &side->chunks[number];
  if (chunk->n_bytes == CHUNK_BYTES) {
    pool_put(side, chunk->bytes);
  } else {
    free(chunk->bytes);
    side->held_bytes -= chunk->n_bytes;
  }
  *chunk = (JoinChunk){0};
  side->free_numbers =
      memory_grow(side->free_numbers, &side->free_numbers_capacity, side->n_free_numbers + 1, sizeof(uint32_t));
  side->free_numbers[side->n_free_numbers++] = number;
}

static JoinBucket *bucket_at(JoinSide *side, int64_t time_us) {
  JoinBucket *latest = side->latest;
  if (latest != NULL && time_us >= latest->start_us && time_us - latest->start_us < side->width_us) return latest;
  int64_t remainder = time_us % side->width_us;
  int64_t start_us = time_us - remainder - (remainder < 0 ? side->width_us : 0);
  size_t low = 0, high = side->n_buckets;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (side->buckets[middle]->start_us < start_us) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == side->n_buckets || side->buckets[low]->start_us != start_us) {
    side->buckets = memory_grow(side->buckets, &side->buckets_capacity, side->n_buckets + 1, sizeof *side->buckets);
    memmove(side->buckets + low + 1, side->buckets + low, (side->n_buckets - low) * sizeof *side->buckets);
    side->buckets[low] = memory_alloc_zeroed(1, sizeof **side->buckets);
    side->buckets[low]->start_us = start_us;
    side->n_buckets++;
    if (low < side->first_pending) side->first_pending = low;
  }
  return side->latest = side->buckets[low];
}

/* A bucket's first chunk is small, so that sparse buckets stay small. */
static uint32_t bucket_add_chunk(JoinSide *side, JoinBucket *bucket, uint32_t n_bytes) {
  uint32_t usual = bucket->n_chunks == 0 ? FIRST_CHUNK_BYTES : CHUNK_BYTES;
  if (n_bytes > usual - ROW_SPILL_BYTES) usual = CHUNK_BYTES;
  uint32_t number = chunk_new(side, n_bytes > usual - ROW_SPILL_BYTES ? n_bytes + ROW_SPILL_BYTES : usual);
  bucket->chunks = memory_grow(bucket->chunks, &bucket->chunks_capacity, bucket->n_chunks + 1, sizeof *bucket->chunks);
  bucket->chunks[bucket->n_chunks++] = number;
  return number;
}

uint8_t *join_side_place(JoinSide *side, int64_t time_us, uint32_t n_bytes, uint32_t *reference) {
  assert(n_bytes % ROW_ALIGNMENT == 0);
  JoinBucket *bucket = bucket_at(side, time_us);
  uint32_t number = bucket->n_chunks > 0 ? bucket->chunks[bucket->n_chunks - 1] : 0;
  JoinChunk *chunk = &side->chunks[number];
  if (number == 0 || chunk->used_bytes + n_bytes + ROW_SPILL_BYTES > chunk->n_bytes ||
      chunk->used_bytes >= CHUNK_BYTES) {
    number = bucket_add_chunk(side, bucket, n_bytes);
    chunk = &side->chunks[number];
  }
  *reference = number << CHUNK_UNIT_BITS | chunk->used_bytes / ROW_ALIGNMENT;
  uint8_t *record = chunk->bytes + chunk->used_bytes;
  chunk->used_bytes += n_bytes;
  return record;
}

/* --- what is due --- */

static uint64_t due_entry(const JoinBucket *bucket, int64_t time_us, uint32_t reference) {
  return (uint64_t)((time_us - bucket->start_us) / MILLISECOND) << 32 | reference;
}

static int64_t due_entry_us(const JoinSide *side, const JoinBucket *bucket, uint64_t entry) {
  return join_side_expiry_us(side, bucket->start_us + (int64_t)(entry >> 32) * MILLISECOND);
}

/* Stable, by the upper half: radix sort, unless it is sorted already. */
static void sort_due(JoinSide *side, uint64_t *due, size_t n) {
  uint64_t greatest = 0;
  bool is_sorted = true;
  for (size_t i = 0; i < n; i++) {
    if (due[i] >> 32 < greatest) {
      is_sorted = false;
    } else {
      greatest = due[i] >> 32;
    }
  }
  if (is_sorted) return;
  side->sort_buffer = memory_grow(side->sort_buffer, &side->sort_capacity, n, sizeof *side->sort_buffer);
  uint64_t *from = due, *to = side->sort_buffer;
  for (uint32_t shift = 32; shift < 64 && greatest >> (shift - 32) != 0; shift += RADIX_BITS) {
    size_t counts[1 << RADIX_BITS] = {0};
    for (size_t i = 0; i < n; i++) counts[from[i] >> shift & ((1 << RADIX_BITS) - 1)]++;
    size_t at = 0;
    for (size_t d = 0; d < 1 << RADIX_BITS; d++) {
      size_t count = counts[d];
      counts[d] = at;
      at += count;
    }
    for (size_t i = 0; i < n; i++) to[counts[from[i] >> shift & ((1 << RADIX_BITS) - 1)]++] = from[i];
    uint64_t *sorted = to;
    to = from;
    from = sorted;
  }
  if (from != due) memcpy(due, from, n * sizeof *due);
}

/* Lists the bucket's rows that are unmatched so far. */
static void bucket_make_due(JoinSide *side, JoinBucket *bucket) {
  bucket->is_due = true;
  for (size_t c = 0; c < bucket->n_chunks; c++) {
    uint32_t number = bucket->chunks[c];
    const JoinChunk *chunk = &side->chunks[number];
    for (uint32_t offset = 0; offset < chunk->used_bytes;) {
      uint8_t *record = chunk->bytes + offset;
      if ((*row_flags(&side->format, record) & ROW_FLAG_MATCHED) == 0) {
        uint32_t reference = number << CHUNK_UNIT_BITS | offset / ROW_ALIGNMENT;
        bucket->due = memory_grow(bucket->due, &bucket->due_capacity, bucket->n_due + 1, sizeof *bucket->due);
        bucket->due[bucket->n_due++] = due_entry(bucket, row_header(record)->time_us, reference);
      }
      offset += row_format_bytes(&side->format, record);
    }
  }
  sort_due(side, bucket->due, bucket->n_due);
}

void join_side_keep(JoinSide *side, uint32_t reference, uint8_t *record) {
  if (!side->is_outer) return;
  int64_t time_us = row_header(record)->time_us;
  JoinBucket *bucket = bucket_at(side, time_us);
  if (!bucket->is_due) return;
  /* Late, but not too late: it takes its place among those that wait to be padded. */
  uint64_t entry = due_entry(bucket, time_us, reference);
  bucket->due = memory_grow(bucket->due, &bucket->due_capacity, bucket->n_due + 1, sizeof *bucket->due);
  size_t at = bucket->n_due++;
  while (at > bucket->next_due && bucket->due[at - 1] >> 32 > entry >> 32) {
    bucket->due[at] = bucket->due[at - 1];
    at--;
  }
  bucket->due[at] = entry;
  side->first_pending = 0;
}

/* The first bucket with a row due at or before until_us, and that row's entry; skips those that found a partner. */
static JoinBucket *first_due(JoinSide *side, int64_t until_us) {
  for (; side->first_pending < side->n_buckets; side->first_pending++) {
    JoinBucket *bucket = side->buckets[side->first_pending];
    if (join_side_expiry_us(side, bucket->start_us) > until_us) return NULL;
    if (!bucket->is_due) bucket_make_due(side, bucket);
    for (; bucket->next_due < bucket->n_due; bucket->next_due++) {
      size_t ahead = bucket->next_due + PREFETCH_ROWS;
      if (ahead < bucket->n_due) {
        const uint8_t *record = join_side_record(side, (uint32_t)bucket->due[ahead]);
        __builtin_prefetch(record);
        __builtin_prefetch(record + side->format.strings_offset);
      }
      uint64_t entry = bucket->due[bucket->next_due];
      if (due_entry_us(side, bucket, entry) > until_us) return NULL;
      uint8_t *record = join_side_record(side, (uint32_t)entry);
      if ((*row_flags(&side->format, record) & ROW_FLAG_MATCHED) == 0) return bucket;
    }
  }
  return NULL;
}

int64_t join_side_peek_due(JoinSide *side, int64_t until_us) {
  JoinBucket *bucket = side->is_outer ? first_due(side, until_us) : NULL;
  return bucket == NULL ? INT64_MAX : due_entry_us(side, bucket, bucket->due[bucket->next_due]);
}

uint8_t *join_side_next_due(JoinSide *side, int64_t until_us, int64_t *due_us) {
  JoinBucket *bucket = side->is_outer ? first_due(side, until_us) : NULL;
  if (bucket == NULL) return NULL;
  uint64_t entry = bucket->due[bucket->next_due++];
  *due_us = due_entry_us(side, bucket, entry);
  return join_side_record(side, (uint32_t)entry);
}

/* --- the index --- */

/* Puts a chunk's records into the index. In blocks, so that their slots are fetched together. */
static void chunk_link(JoinSide *side, uint32_t number) {
  const JoinChunk *chunk = &side->chunks[number];
  for (uint32_t offset = 0; offset < chunk->used_bytes;) {
    uint32_t references[LINK_BLOCK_ROWS];
    uint32_t n = 0;
    while (n < LINK_BLOCK_ROWS && offset < chunk->used_bytes) {
      uint8_t *record = chunk->bytes + offset;
      if ((*row_flags(&side->format, record) & ROW_FLAG_UNLINKED) == 0) {
        references[n++] = number << CHUNK_UNIT_BITS | offset / ROW_ALIGNMENT;
        __builtin_prefetch(join_side_slot(side, row_header(record)->hash), 1);
      }
      offset += row_format_bytes(&side->format, record);
    }
    for (uint32_t i = 0; i < n; i++) join_side_link(side, references[i], join_side_record(side, references[i]));
  }
}

void join_side_reserve(JoinSide *side, size_t n_rows) {
  size_t n_slots = side->slot_mask + 1;
  if (side->n_linked + n_rows <= n_slots) return;
  side->held_bytes -= n_slots * sizeof *side->slots;
  while (side->n_linked + n_rows > n_slots) n_slots *= 2;
  free(side->slots);
  side->slots = memory_alloc_large(n_slots * sizeof *side->slots);
  memset(side->slots, 0, n_slots * sizeof *side->slots);
  side->slot_mask = n_slots - 1;
  side->held_bytes += n_slots * sizeof *side->slots;
  size_t n_before = side->n_linked;
  side->n_linked = 0;
  for (size_t b = 0; b < side->n_buckets; b++) {
    for (size_t c = 0; c < side->buckets[b]->n_chunks; c++) chunk_link(side, side->buckets[b]->chunks[c]);
  }
  assert(side->n_linked == n_before);
  (void)n_before;
}

/* Takes all leaving records out of the chain of a slot. */
static void slot_clean(JoinSide *side, uint32_t *slot) {
  uint32_t *link = slot;
  while (*link != 0) {
    uint8_t *record = join_side_record(side, *link);
    if (side->chunks[*link >> CHUNK_UNIT_BITS].is_leaving) {
      *row_flags(&side->format, record) |= ROW_FLAG_UNLINKED;
      *link = row_header(record)->next;
      side->n_linked--;
    } else {
      link = &row_header(record)->next;
    }
  }
}

/* Records in sequence, in blocks, so that the slots and what they lead to are fetched together. */
static void chunk_unlink(JoinSide *side, const JoinChunk *chunk) {
  for (uint32_t offset = 0; offset < chunk->used_bytes;) {
    uint8_t *records[FORGET_BLOCK_ROWS];
    uint32_t n = 0;
    for (; n < FORGET_BLOCK_ROWS && offset < chunk->used_bytes; n++) {
      records[n] = chunk->bytes + offset;
      offset += row_format_bytes(&side->format, records[n]);
      __builtin_prefetch(join_side_slot(side, row_header(records[n])->hash), 1);
    }
    for (uint32_t i = 0; i < n; i++) {
      uint32_t first = *join_side_slot(side, row_header(records[i])->hash);
      if (first != 0) __builtin_prefetch(join_side_record(side, first), 1);
    }
    for (uint32_t i = 0; i < n; i++) {
      if ((*row_flags(&side->format, records[i]) & ROW_FLAG_UNLINKED) != 0) continue;
      slot_clean(side, join_side_slot(side, row_header(records[i])->hash));
    }
  }
}

void join_side_forget(JoinSide *side, int64_t watermark_us) {
  size_t n_gone = 0;
  while (n_gone < side->n_buckets && side->buckets[n_gone]->start_us + side->width_us + side->wait_us <= watermark_us)
    n_gone++;
  if (n_gone == 0) return;
  bool is_all = n_gone == side->n_buckets;
  if (is_all) { /* the end of the input: no chain needs to be walked */
    memset(side->slots, 0, (side->slot_mask + 1) * sizeof *side->slots);
    side->n_linked = 0;
  }
  for (size_t b = 0; b < n_gone; b++) {
    JoinBucket *bucket = side->buckets[b];
    assert(!side->is_outer || (bucket->is_due && bucket->next_due == bucket->n_due));
    for (size_t c = 0; c < bucket->n_chunks; c++) side->chunks[bucket->chunks[c]].is_leaving = true;
    for (size_t c = 0; c < bucket->n_chunks && !is_all; c++) chunk_unlink(side, &side->chunks[bucket->chunks[c]]);
    for (size_t c = 0; c < bucket->n_chunks; c++) chunk_free(side, bucket->chunks[c]);
    if (side->latest == bucket) side->latest = NULL;
    bucket_free(bucket);
  }
  side->first_pending -= side->first_pending < n_gone ? side->first_pending : n_gone;
  side->n_buckets -= n_gone;
  memmove(side->buckets, side->buckets + n_gone, side->n_buckets * sizeof *side->buckets);
}
