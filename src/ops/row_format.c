/* See row_format.h. */
#include "ops/row_format.h"

#include <assert.h>
#include <string.h>

enum { LENGTH_ESCAPE = 255, FIRST_NULL_FLAG = 2 };

/* --- the layout --- */

static RowStorage storage_of(Type type, bool is_wide) {
  switch (type_physical(type.kind)) {
    case PHYSICAL_BOOL:
      return STORE_1;
    case PHYSICAL_INT32:
      return STORE_4;
    case PHYSICAL_INT64:
    case PHYSICAL_DOUBLE:
      return STORE_8;
    case PHYSICAL_INT128:
      return type.precision <= ROW_DECIMAL_8_DIGITS && !is_wide ? STORE_DECIMAL_8 : STORE_16;
    default:
      return STORE_STRING;
  }
}

static uint32_t storage_bytes(RowStorage storage) {
  static const uint32_t n_bytes[] = {1, 4, 8, 16, 8, 0};
  return n_bytes[storage];
}

static void add_field(RowFormat *format, uint32_t column, Type type, RowStorage storage, uint32_t *offset) {
  assert(format->n_fields < ROW_FIELDS_MAX);
  RowField *field = &format->fields[format->n_fields];
  *field = (RowField){.column = column, .type = type, .storage = storage, .offset = *offset};
  if (storage == STORE_STRING) {
    field->offset = format->n_strings;
    format->string_fields[format->n_strings++] = format->n_fields;
  } else {
    *offset += storage_bytes(storage);
  }
  format->n_fields++;
}

static bool has_field(const RowFormat *format, uint32_t column) {
  for (uint32_t f = 0; f < format->n_fields; f++) {
    if (format->fields[f].column == column) return true;
  }
  return false;
}

void row_format_init(RowFormat *format, const Type *types, uint32_t n_columns, const bool *wanted,
                     const uint32_t *key_columns, const bool *is_wide_key, uint32_t n_keys, uint32_t time_column) {
  *format = (RowFormat){0};
  uint32_t offset = sizeof(RowHeader);
  for (uint32_t k = 0; k < n_keys; k++) {
    Type type = types[key_columns[k]];
    add_field(format, key_columns[k], type, storage_of(type, is_wide_key[k]), &offset);
  }
  format->key_bytes = offset - (uint32_t)sizeof(RowHeader);
  format->n_key_strings = format->n_strings;
  uint32_t time_offset = offsetof(RowHeader, time_us);
  add_field(format, time_column, types[time_column], STORE_8, &time_offset);
  for (uint32_t c = 0; c < n_columns; c++) {
    if (wanted[c] && !has_field(format, c)) add_field(format, c, types[c], storage_of(types[c], false), &offset);
  }
  format->flags_offset = offset;
  format->strings_offset = offset + (FIRST_NULL_FLAG + format->n_fields + 7) / 8;
}

uint32_t row_format_field(const RowFormat *format, uint32_t column) {
  for (uint32_t f = 0; f < format->n_fields; f++) {
    if (format->fields[f].column == column) return f;
  }
  assert(!"a column that is kept");
  return 0;
}

/* --- strings --- */

static inline uint32_t string_bytes(uint32_t length) {
  return length < LENGTH_ESCAPE ? 1 + length : 1 + sizeof length + length;
}

static inline const uint8_t *string_read(const uint8_t *at, uint32_t *length) {
  if (*at < LENGTH_ESCAPE) {
    *length = *at;
    return at + 1;
  }
  memcpy(length, at + 1, sizeof *length);
  return at + 1 + sizeof *length;
}

static inline const uint8_t *string_skip(const uint8_t *at) {
  uint32_t length;
  const uint8_t *bytes = string_read(at, &length);
  return bytes + length;
}

/* Short strings are copied in one or two moves of constant size: a call of memcpy costs more than the bytes do. */
static inline uint8_t *string_write(uint8_t *at, const StringView *view) {
  uint32_t length = view->length;
  if (length <= STRING_VIEW_INLINE_MAX) {
    *at++ = (uint8_t)length;
    memcpy(at, view->prefix, STRING_VIEW_INLINE_MAX);
    return at + length;
  }
  if (length < LENGTH_ESCAPE) {
    *at++ = (uint8_t)length;
  } else {
    *at++ = LENGTH_ESCAPE;
    memcpy(at, &length, sizeof length);
    at += sizeof length;
  }
  if (length <= 16) {
    memcpy(at, view->bytes, 8);
    memcpy(at + length - 8, view->bytes + length - 8, 8);
  } else if (length <= 32) {
    memcpy(at, view->bytes, 16);
    memcpy(at + length - 16, view->bytes + length - 16, 16);
  } else {
    memcpy(at, view->bytes, length);
  }
  return at + length;
}

_Static_assert((int)STRING_VIEW_INLINE_MAX <= (int)ROW_SPILL_BYTES, "a short string spills less than a view's bytes");

/* --- writing --- */

void row_format_sizes(const RowFormat *format, const Batch *batch, uint32_t from, uint32_t n_rows, uint32_t *sizes) {
  for (uint32_t i = 0; i < n_rows; i++) sizes[i] = format->strings_offset + ROW_ALIGNMENT - 1;
  for (uint32_t s = 0; s < format->n_strings; s++) {
    const RowField *field = &format->fields[format->string_fields[s]];
    const StringView *views = (const StringView *)batch->columns[field->column].values + from;
    for (uint32_t i = 0; i < n_rows; i++) sizes[i] += string_bytes(views[i].length);
  }
  for (uint32_t i = 0; i < n_rows; i++) sizes[i] &= ~(uint32_t)(ROW_ALIGNMENT - 1);
}

#define WRITE_EACH(n_bytes)                                                               \
  do {                                                                                    \
    const char *from_values = (const char *)column->values + (size_t)from * (n_bytes);    \
    for (uint32_t i = 0; i < n_rows; i++) {                                               \
      memcpy(records[i] + field->offset, from_values + (size_t)i * (n_bytes), (n_bytes)); \
    }                                                                                     \
  } while (0)

static void write_fixed(const RowField *field, const Column *column, uint32_t from, uint32_t n_rows,
                        uint8_t *const *records) {
  switch (field->storage) {
    case STORE_1:
      WRITE_EACH(1);
      break;
    case STORE_4:
      WRITE_EACH(4);
      break;
    case STORE_8:
      WRITE_EACH(8);
      break;
    case STORE_16:
      WRITE_EACH(16);
      break;
    case STORE_DECIMAL_8: {
      const int128_t *values = (const int128_t *)column->values + from;
      for (uint32_t i = 0; i < n_rows; i++) {
        int64_t value = (int64_t)values[i];
        memcpy(records[i] + field->offset, &value, sizeof value);
      }
      break;
    }
    case STORE_STRING:
      assert(!"fixed-size");
  }
}

void row_format_write(RowFormat *format, const Batch *batch, uint32_t from, uint32_t n_rows, uint8_t *const *records) {
  /* Strings first, row after row: what one spills, the next record's own bytes then overwrite. */
  const StringView *views[ROW_FIELDS_MAX];
  for (uint32_t s = 0; s < format->n_strings; s++) {
    views[s] = (const StringView *)batch->columns[format->fields[format->string_fields[s]].column].values + from;
  }
  uint32_t n_flag_bytes = format->strings_offset - format->flags_offset;
  for (uint32_t i = 0; i < n_rows; i++) {
    uint8_t *at = records[i] + format->strings_offset;
    for (uint32_t s = 0; s < format->n_strings; s++) at = string_write(at, &views[s][i]);
  }
  for (uint32_t i = 0; i < n_rows; i++) {
    for (uint32_t b = 0; b < n_flag_bytes; b++) records[i][format->flags_offset + b] = 0;
  }
  for (uint32_t f = 0; f < format->n_fields; f++) {
    const RowField *field = &format->fields[f];
    const Column *column = &batch->columns[field->column];
    if (field->storage != STORE_STRING) write_fixed(field, column, from, n_rows, records);
    if (column->valid == NULL) continue;
    format->fields[f].has_nulls = true;
    uint32_t byte = format->flags_offset + (FIRST_NULL_FLAG + f) / 8;
    uint8_t bit = (uint8_t)(1u << (FIRST_NULL_FLAG + f) % 8);
    for (uint32_t i = 0; i < n_rows; i++) {
      if (!column_is_valid(column, from + i)) records[i][byte] |= bit;
    }
  }
}

uint32_t row_format_bytes(const RowFormat *format, const uint8_t *record) {
  const uint8_t *at = record + format->strings_offset;
  for (uint32_t s = 0; s < format->n_strings; s++) at = string_skip(at);
  return (uint32_t)(at - record + ROW_ALIGNMENT - 1) & ~(uint32_t)(ROW_ALIGNMENT - 1);
}

/* --- reading --- */

#define READ_EACH(n_bytes)                                                                                         \
  do {                                                                                                             \
    char *to_values = column->values;                                                                              \
    for (uint32_t i = 0; i < n_rows; i++) {                                                                        \
      memcpy(to_values + (size_t)(rows == NULL ? i : rows[i]) * (n_bytes), records[i] + field->offset, (n_bytes)); \
    }                                                                                                              \
  } while (0)

static const uint8_t *string_at(const RowFormat *format, const RowField *field, const uint8_t *record,
                                uint32_t *length) {
  const uint8_t *at = record + format->strings_offset;
  for (uint32_t s = 0; s < field->offset; s++) at = string_skip(at);
  return string_read(at, length);
}

static void read_strings(const RowFormat *format, const RowField *field, uint8_t *const *records, const uint32_t *rows,
                         uint32_t n_rows, Batch *batch, StringView *views) {
  size_t n_long_bytes = 0;
  for (uint32_t i = 0; i < n_rows; i++) {
    uint32_t length;
    const uint8_t *bytes = string_at(format, field, records[i], &length);
    StringView *view = &views[rows == NULL ? i : rows[i]];
    if (length <= STRING_VIEW_INLINE_MAX) {
      *view = string_view((const char *)bytes, length);
    } else {
      *view = (StringView){.length = length, .bytes = (const char *)bytes};
      n_long_bytes += length;
    }
  }
  if (n_long_bytes == 0) return;
  char *text = arena_alloc_text(batch->arena, n_long_bytes);
  for (uint32_t i = 0; i < n_rows; i++) {
    StringView *view = &views[rows == NULL ? i : rows[i]];
    if (view->length <= STRING_VIEW_INLINE_MAX) continue;
    memcpy(text, view->bytes, view->length);
    *view = string_view(text, view->length);
    text += view->length;
  }
}

void row_format_read(const RowFormat *format, uint32_t f, uint8_t *const *records, const uint32_t *rows,
                     uint32_t n_rows, Batch *batch, uint32_t target) {
  const RowField *field = &format->fields[f];
  Column *column = &batch->columns[target];
  switch (field->storage) {
    case STORE_1:
      READ_EACH(1);
      break;
    case STORE_4:
      READ_EACH(4);
      break;
    case STORE_8:
      READ_EACH(8);
      break;
    case STORE_16:
      READ_EACH(16);
      break;
    case STORE_DECIMAL_8:
      for (uint32_t i = 0; i < n_rows; i++) {
        int64_t value;
        memcpy(&value, records[i] + field->offset, sizeof value);
        ((int128_t *)column->values)[rows == NULL ? i : rows[i]] = value;
      }
      break;
    case STORE_STRING:
      read_strings(format, field, records, rows, n_rows, batch, column->values);
      break;
  }
  if (!field->has_nulls) return;
  uint32_t byte = format->flags_offset + (FIRST_NULL_FLAG + f) / 8;
  uint8_t bit = (uint8_t)(1u << (FIRST_NULL_FLAG + f) % 8);
  for (uint32_t i = 0; i < n_rows; i++) {
    if ((records[i][byte] & bit) == 0) continue;
    column_make_valid(column, batch);
    column_set_null(column, rows == NULL ? i : rows[i]);
  }
}

bool row_format_keys_equal(const RowFormat *format_a, const uint8_t *a, const RowFormat *format_b, const uint8_t *b) {
  assert(format_a->key_bytes == format_b->key_bytes && format_a->n_key_strings == format_b->n_key_strings);
  if (memcmp(a + sizeof(RowHeader), b + sizeof(RowHeader), format_a->key_bytes) != 0) return false;
  const uint8_t *at_a = a + format_a->strings_offset, *at_b = b + format_b->strings_offset;
  for (uint32_t s = 0; s < format_a->n_key_strings; s++) {
    uint32_t length_a, length_b;
    at_a = string_read(at_a, &length_a);
    at_b = string_read(at_b, &length_b);
    if (length_a != length_b || memcmp(at_a, at_b, length_a) != 0) return false;
    at_a += length_a;
    at_b += length_b;
  }
  return true;
}
