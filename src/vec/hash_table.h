/* The group table: from keys to records, in batches. GROUP BY keeps a group's accumulators in its record; DISTINCT
 * keeps the values it has seen.
 *
 * A record is found by its keys and created, all zero but for the keys, when it is not there. Records never move, so
 * pointers to them stay good until the table is freed, and they are numbered in the order in which they were created.
 * Null is a key value like any other: GROUP BY puts nulls together.
 *
 *   record   state_bytes of the user's, 16-byte aligned; then the key values, a long string's bytes right behind them
 *
 * Directory slots are a pointer and 16 bits of the hash in 8 bytes, so that a lookup costs one cache miss for the slot
 * and one for the record; both are prefetched a few rows ahead.
 */
#ifndef WEIR_VEC_HASH_TABLE_H
#define WEIR_VEC_HASH_TABLE_H

#include "vec/batch.h"

typedef struct HashTable HashTable;

HashTable *hash_table_new(const Type *key_types, uint32_t n_keys, uint32_t state_bytes);
void hash_table_free(HashTable *table); /* NULL is allowed; batches that hold the arena keep the records */

/* For i < n_rows: records[i] becomes the record whose keys are row rows[i] (or row i, when rows is NULL) of the key
 * columns. `hashes` is indexed by row (vec/hash.h). */
void hash_table_find_or_insert(HashTable *table, const Column *const *keys, const uint64_t *hashes,
                               const uint32_t *rows, uint32_t n_rows, uint8_t **records);

uint32_t hash_table_count(const HashTable *table);
uint8_t *hash_table_record(const HashTable *table, uint32_t number); /* 0 = the first created */

/* Writes key k of n records into a column of that physical type, at [0, n). Long strings point into the records:
 * hold hash_table_arena(). */
void hash_table_read_key(const HashTable *table, uint32_t k, uint8_t *const *records, uint32_t n_records, Batch *batch,
                         uint32_t column);

/* Where the records are, and what accumulators may allocate from. */
Arena *hash_table_arena(const HashTable *table);
size_t hash_table_bytes(const HashTable *table);

#endif
