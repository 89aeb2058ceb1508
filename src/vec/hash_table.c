/* See hash_table.h. Open addressing with linear probing over slots that are filled to three fifths at most; nothing is
 * ever removed but the whole table. A record's own header, which lies before it, keeps 32 bits of its hash for growing
 * the directory, and which of its keys are null.
 *
 *   header        uint32 hash, uint32 bit k = key k is null     16 bytes, to keep the record aligned
 *   record        state_bytes of the user's
 *   keys          values by their physical types, each aligned to its size
 *   string bytes  of the keys that are longer than a view holds
 */
#include "vec/hash_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vec/hash.h"
#include "vec/memory.h"

enum {
  SLOTS_MIN = 64,
  SLOTS_WORTH_PREFETCHING = 1 << 13, /* a smaller directory is in the cache anyway */
  PREFETCH_SLOT_ROWS = 24,
  PREFETCH_RECORD_ROWS = 12,
  KEYS_MAX = 32,
  FIRST_BLOCK_BYTES = 4096,
  POINTER_BITS = 48
};

typedef struct RecordHeader {
  uint32_t hash;
  uint32_t null_keys;
  uint64_t unused;
} RecordHeader;

struct HashTable {
  uint64_t *slots; /* 0 = empty; else the record's address below its hash's 16 high bits */
  uint64_t slot_mask;
  uint8_t **records; /* by number */
  size_t records_capacity;
  uint32_t n_records;
  uint32_t n_keys;
  uint32_t keys_offset;
  uint32_t fixed_bytes; /* state and key values */
  uint32_t key_offsets[KEYS_MAX];
  Physical physicals[KEYS_MAX];
  Arena *arena;
};

HashTable *hash_table_new(const Type *key_types, uint32_t n_keys, uint32_t state_bytes) {
  assert(n_keys <= KEYS_MAX);
  HashTable *table = memory_alloc_zeroed(1, sizeof *table);
  table->slots = memory_alloc_zeroed(SLOTS_MIN, sizeof *table->slots);
  table->slot_mask = SLOTS_MIN - 1;
  table->n_keys = n_keys;
  uint32_t offset = (state_bytes + 7) & ~7u;
  for (uint32_t k = 0; k < n_keys; k++) {
    Physical physical = type_physical(key_types[k].kind);
    uint32_t n_bytes = (uint32_t)physical_bytes(physical);
    uint32_t alignment = physical == PHYSICAL_STRING ? 8 : n_bytes;
    offset = (offset + alignment - 1) / alignment * alignment;
    table->physicals[k] = physical;
    table->key_offsets[k] = offset;
    offset += n_bytes;
  }
  table->fixed_bytes = offset;
  table->arena = arena_new(FIRST_BLOCK_BYTES);
  return table;
}

void hash_table_free(HashTable *table) {
  if (table == NULL) return;
  arena_release(table->arena);
  free(table->slots);
  free(table->records);
  free(table);
}

static inline uint8_t *slot_record(uint64_t slot) {
  return (uint8_t *)(uintptr_t)(slot & ((UINT64_C(1) << POINTER_BITS) - 1));
}
static inline RecordHeader *record_header(uint8_t *record) { return (RecordHeader *)(void *)record - 1; }
static inline uint64_t slot_tag(uint32_t hash) { return (uint64_t)(hash >> 16) << POINTER_BITS; }
static inline uint64_t slot_place(const HashTable *table, uint32_t hash) { return hash & table->slot_mask; }

static void grow_directory(HashTable *table) {
  uint64_t n_slots = (table->slot_mask + 1) * 2;
  free(table->slots);
  table->slots = memory_alloc_large(n_slots * sizeof *table->slots);
  memset(table->slots, 0, n_slots * sizeof *table->slots);
  table->slot_mask = n_slots - 1;
  for (uint32_t r = 0; r < table->n_records; r++) {
    if (r + PREFETCH_SLOT_ROWS < table->n_records) {
      __builtin_prefetch(record_header(table->records[r + PREFETCH_SLOT_ROWS]));
    }
    if (r + PREFETCH_RECORD_ROWS < table->n_records) {
      uint32_t hash = record_header(table->records[r + PREFETCH_RECORD_ROWS])->hash;
      __builtin_prefetch(&table->slots[slot_place(table, hash)], 1);
    }
    uint8_t *record = table->records[r];
    uint32_t hash = record_header(record)->hash;
    uint64_t place = slot_place(table, hash);
    while (table->slots[place] != 0) place = (place + 1) & table->slot_mask;
    table->slots[place] = (uint64_t)(uintptr_t)record | slot_tag(hash);
  }
}

static inline bool value_equal(Physical physical, const uint8_t *stored, const void *values, uint32_t row) {
  switch (physical) {
    case PHYSICAL_BOOL:
      return *stored == ((const uint8_t *)values)[row];
    case PHYSICAL_INT32:
      return memcmp(stored, (const uint32_t *)values + row, 4) == 0;
    case PHYSICAL_INT64:
    case PHYSICAL_DOUBLE:
      return memcmp(stored, (const uint64_t *)values + row, 8) == 0;
    case PHYSICAL_INT128:
      return memcmp(stored, (const uint128_t *)values + row, 16) == 0;
    default:
      return string_view_equal((const StringView *)(const void *)stored, (const StringView *)values + row);
  }
}

static bool record_matches(const HashTable *table, uint8_t *record, uint32_t hash, const Column *const *keys,
                           uint32_t row) {
  const RecordHeader *header = record_header(record);
  if (header->hash != hash) return false;
  for (uint32_t k = 0; k < table->n_keys; k++) {
    const Column *key = keys[k];
    bool is_null = !column_is_valid(key, row);
    if (is_null != (header->null_keys >> k & 1)) return false;
    if (!is_null && !value_equal(table->physicals[k], record + table->key_offsets[k], key->values, row)) return false;
  }
  return true;
}

static uint8_t *record_new(HashTable *table, uint32_t hash, const Column *const *keys, uint32_t row) {
  size_t text_bytes = 0;
  for (uint32_t k = 0; k < table->n_keys; k++) {
    if (table->physicals[k] != PHYSICAL_STRING) continue;
    const StringView *view = (const StringView *)keys[k]->values + row;
    if (view->length > STRING_VIEW_INLINE_MAX && column_is_valid(keys[k], row)) text_bytes += view->length;
  }
  RecordHeader *header = arena_alloc(table->arena, sizeof *header + table->fixed_bytes + text_bytes);
  *header = (RecordHeader){.hash = hash};
  uint8_t *record = (uint8_t *)(header + 1);
  memset(record, 0, table->fixed_bytes);
  char *text = (char *)record + table->fixed_bytes;
  for (uint32_t k = 0; k < table->n_keys; k++) {
    const Column *key = keys[k];
    uint8_t *stored = record + table->key_offsets[k];
    if (!column_is_valid(key, row)) {
      header->null_keys |= UINT32_C(1) << k;
      continue;
    }
    size_t n_bytes = physical_bytes(table->physicals[k]);
    memcpy(stored, (const char *)key->values + row * n_bytes, n_bytes);
    if (table->physicals[k] != PHYSICAL_STRING) continue;
    StringView *view = (StringView *)(void *)stored;
    if (view->length <= STRING_VIEW_INLINE_MAX) continue;
    memcpy(text, view->bytes, view->length);
    view->bytes = text;
    text += view->length;
  }
  table->records = memory_grow(table->records, &table->records_capacity, table->n_records + 1, sizeof *table->records);
  table->records[table->n_records++] = record;
  return record;
}

static inline uint8_t *find_or_insert(HashTable *table, uint32_t hash, const Column *const *keys, uint32_t row) {
  uint64_t tag = slot_tag(hash);
  uint64_t place = slot_place(table, hash);
  for (uint64_t slot; (slot = table->slots[place]) != 0; place = (place + 1) & table->slot_mask) {
    if (slot >> POINTER_BITS == tag >> POINTER_BITS && record_matches(table, slot_record(slot), hash, keys, row)) {
      return slot_record(slot);
    }
  }
  uint8_t *record = record_new(table, hash, keys, row);
  assert((uintptr_t)record >> POINTER_BITS == 0);
  table->slots[place] = (uint64_t)(uintptr_t)record | tag;
  if (table->n_records * UINT64_C(5) > (table->slot_mask + 1) * 3) grow_directory(table);
  return record;
}

void hash_table_find_or_insert(HashTable *table, const Column *const *keys, const uint64_t *hashes,
                               const uint32_t *rows, uint32_t n_rows, uint8_t **records) {
  if (table->slot_mask < SLOTS_WORTH_PREFETCHING) {
    for (uint32_t i = 0; i < n_rows; i++) {
      uint32_t row = rows == NULL ? i : rows[i];
      records[i] = find_or_insert(table, (uint32_t)hashes[row], keys, row);
    }
    return;
  }
  for (uint32_t i = 0; i < n_rows; i++) {
    if (i + PREFETCH_SLOT_ROWS < n_rows) {
      uint32_t ahead = rows == NULL ? i + PREFETCH_SLOT_ROWS : rows[i + PREFETCH_SLOT_ROWS];
      __builtin_prefetch(&table->slots[slot_place(table, (uint32_t)hashes[ahead])], 1);
    }
    if (i + PREFETCH_RECORD_ROWS < n_rows) {
      uint32_t ahead = rows == NULL ? i + PREFETCH_RECORD_ROWS : rows[i + PREFETCH_RECORD_ROWS];
      uint32_t hash = (uint32_t)hashes[ahead];
      uint64_t slot = table->slots[slot_place(table, hash)];
      if (slot != 0 && slot >> POINTER_BITS == slot_tag(hash) >> POINTER_BITS) {
        __builtin_prefetch(record_header(slot_record(slot)), 1);
        __builtin_prefetch(slot_record(slot) + table->fixed_bytes - 1, 1);
      }
    }
    uint32_t row = rows == NULL ? i : rows[i];
    records[i] = find_or_insert(table, (uint32_t)hashes[row], keys, row);
  }
}

uint32_t hash_table_count(const HashTable *table) { return table->n_records; }

uint8_t *hash_table_record(const HashTable *table, uint32_t number) {
  assert(number < table->n_records);
  return table->records[number];
}

#define READ_EACH(CType)                                                                             \
  do {                                                                                               \
    CType *values = target->values;                                                                  \
    for (uint32_t i = 0; i < n_records; i++) memcpy(&values[i], records[i] + offset, sizeof(CType)); \
  } while (0)

void hash_table_read_key(const HashTable *table, uint32_t k, uint8_t *const *records, uint32_t n_records, Batch *batch,
                         uint32_t column) {
  Column *target = &batch->columns[column];
  assert(k < table->n_keys && type_physical(target->type.kind) == table->physicals[k]);
  assert(n_records <= batch->capacity_rows);
  uint32_t offset = table->key_offsets[k];
  switch (physical_bytes(table->physicals[k])) {
    case 1:
      READ_EACH(uint8_t);
      break;
    case 4:
      READ_EACH(uint32_t);
      break;
    case 8:
      READ_EACH(uint64_t);
      break;
    default:
      READ_EACH(uint128_t);
  }
  for (uint32_t i = 0; i < n_records; i++) {
    if ((record_header(records[i])->null_keys >> k & 1) == 0) continue;
    column_make_valid(target, batch);
    column_set_null(target, i);
  }
}

Arena *hash_table_arena(const HashTable *table) { return table->arena; }

size_t hash_table_bytes(const HashTable *table) {
  return arena_held_bytes(table->arena) + (table->slot_mask + 1) * sizeof *table->slots +
         table->records_capacity * sizeof *table->records;
}
