/* How a join keeps a row: one compact record instead of a value in each of several columns, so that finding a partner
 * touches one or two cache lines, and so that a row costs little more memory than its own bytes.
 *
 *   header    next record of its hash chain (a reference, see join_side.h), 32 bits of the key's hash, row time
 *   values    fixed-size keys first, then the other fixed-size fields; a DECIMAL of up to 18 digits takes 8 bytes
 *   flags     bit 0: has found a partner; bit 1: not in the index; bit 2 + f: field f is null
 *   strings   key strings first; each its length (1 byte, or 255 and 4 more) and its bytes
 *
 * Fields are unaligned. The keys of both sides of a join are encoded alike, so that they compare as bytes. Writing a
 * record may spill up to ROW_SPILL_BYTES past its end: records are written in ascending order of address, and a chunk
 * of them ends that much before its memory does.
 */
#ifndef WEIR_OPS_ROW_FORMAT_H
#define WEIR_OPS_ROW_FORMAT_H

#include "vec/batch.h"

typedef struct RowHeader {
  uint32_t next;
  uint32_t hash;
  int64_t time_us;
} RowHeader;

enum {
  ROW_SPILL_BYTES = 16,
  ROW_ALIGNMENT = 8,
  ROW_FIELDS_MAX = 1024,
  ROW_DECIMAL_8_DIGITS = 18, /* a DECIMAL of no more digits fits 8 bytes */
  ROW_FLAG_MATCHED = 1,
  ROW_FLAG_UNLINKED = 2
};

typedef enum RowStorage { STORE_1, STORE_4, STORE_8, STORE_16, STORE_DECIMAL_8, STORE_STRING } RowStorage;

typedef struct RowField {
  uint32_t column; /* of the input */
  Type type;
  RowStorage storage;
  uint32_t offset; /* of a fixed-size value; of a string: how many strings come before it */
  bool has_nulls;  /* a null has been written */
} RowField;

typedef struct RowFormat {
  RowField fields[ROW_FIELDS_MAX];
  uint32_t n_fields;
  uint32_t key_bytes; /* of fixed-size keys, right behind the header */
  uint32_t n_key_strings;
  uint32_t n_strings;
  uint32_t string_fields[ROW_FIELDS_MAX]; /* in the order in which they are stored */
  uint32_t flags_offset;
  uint32_t strings_offset; /* fixed bytes of every record */
} RowFormat;

/* `wanted` marks the columns to keep besides the keys and the time, which is kept in the header. `is_wide_key[k]` keeps
 * a DECIMAL key in 16 bytes because the other side's needs them. */
void row_format_init(RowFormat *format, const Type *types, uint32_t n_columns, const bool *wanted,
                     const uint32_t *key_columns, const bool *is_wide_key, uint32_t n_keys, uint32_t time_column);
/* The field that keeps a column, which must be wanted, a key or the time. */
uint32_t row_format_field(const RowFormat *format, uint32_t column);

/* Bytes that rows [from, from + n) of a batch take as records. */
void row_format_sizes(const RowFormat *format, const Batch *batch, uint32_t from, uint32_t n_rows, uint32_t *sizes);
/* Writes them; of the header only the time. */
void row_format_write(RowFormat *format, const Batch *batch, uint32_t from, uint32_t n_rows, uint8_t *const *records);
/* Bytes of a record that was written. */
uint32_t row_format_bytes(const RowFormat *format, const uint8_t *record);

/* Writes a field of records[i] into row rows[i] (or i, when rows is NULL) of a column of the batch, which has been
 * added. Strings are copied to the batch. */
void row_format_read(const RowFormat *format, uint32_t field, uint8_t *const *records, const uint32_t *rows,
                     uint32_t n_rows, Batch *batch, uint32_t column);

static inline RowHeader *row_header(uint8_t *record) { return (RowHeader *)(void *)record; }
static inline uint8_t *row_flags(const RowFormat *format, uint8_t *record) { return record + format->flags_offset; }

/* Equality of keys of two records, perhaps of different formats; neither key is null. */
bool row_format_keys_equal(const RowFormat *format_a, const uint8_t *a, const RowFormat *format_b, const uint8_t *b);

#endif
