/* The csv format's encoder, byte for byte as Jackson's CsvGenerator writes what Flink's RowDataToCsvConverters give it.
 * Texts are quoted on the safe side: when they are long, or hold a character that could be special, or any below. */
#include <assert.h>
#include <stdlib.h>

#include "format/byte_buffer.h"
#include "format/csv.h"
#include "format/json_string.h"
#include "format/value_write.h"

enum {
  UNQUOTED_LENGTH_MAX = 24, /* chars in Java */
  VALUE_BYTES_MAX = 64
};
_Static_assert((int)VALUE_BYTES_MAX >= (int)DECIMAL_WRITE_BYTES && (int)VALUE_BYTES_MAX >= (int)TIMESTAMP_WRITE_BYTES &&
                   (int)VALUE_BYTES_MAX >= (int)DOUBLE_TEXT_BYTES_MAX,
               "room for every value");

typedef struct CsvEncoder {
  Encoder encoder;
  CsvDialect dialect;
  char *null_literal;
  unsigned char lowest_safe; /* characters from here on need no quotes */
  Type *types;
  uint32_t n_columns;
} CsvEncoder;

static bool needs_quotes(const CsvEncoder *self, const char *text, size_t n_bytes) {
  if (self->dialect.quote == CSV_NO_CHARACTER) return false;
  if (n_bytes > UNQUOTED_LENGTH_MAX && json_string_utf16_length(text, n_bytes) > UNQUOTED_LENGTH_MAX) return true;
  /* Without an escape character, Jackson takes a backslash for the one of control characters. */
  int escape = self->dialect.escape == CSV_NO_CHARACTER ? '\\' : self->dialect.escape;
  for (size_t i = 0; i < n_bytes; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < self->lowest_safe || c == escape) return true;
  }
  return false;
}

/* Quotes are doubled, and so is the escape character. */
static void append_text(const CsvEncoder *self, ByteBuffer *buffer, const char *text, size_t n_bytes) {
  if (!needs_quotes(self, text, n_bytes)) {
    byte_buffer_append(buffer, text, n_bytes);
    return;
  }
  char quote = (char)self->dialect.quote;
  char *out = byte_buffer_reserve(buffer, 2 * n_bytes + 2);
  *out++ = quote;
  for (size_t i = 0; i < n_bytes; i++) {
    if (text[i] == quote || (unsigned char)text[i] == self->dialect.escape) *out++ = text[i];
    *out++ = text[i];
  }
  *out++ = quote;
  byte_buffer_advance(buffer, out);
}

static void append_value(const CsvEncoder *self, ByteBuffer *buffer, Type type, const Column *column, uint32_t row) {
  char room[VALUE_BYTES_MAX];
  char *end = room;
  switch (type.kind) {
    case TYPE_CHAR:
    case TYPE_VARCHAR: {
      const StringView *view = (const StringView *)column->values + row;
      append_text(self, buffer, string_view_bytes(view), view->length);
      return;
    }
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      end = write_timestamp(room, ((const int64_t *)column->values)[row], ' ', type.kind == TYPE_TIMESTAMP_LTZ);
      append_text(self, buffer, room, (size_t)(end - room));
      return;
    case TYPE_BOOLEAN:
      byte_buffer_append_text(buffer, ((const uint8_t *)column->values)[row] ? "true" : "false");
      return;
    case TYPE_INT:
      end = write_integer(room, ((const int32_t *)column->values)[row]);
      break;
    case TYPE_BIGINT:
    case TYPE_INTERVAL_DAY_TIME:
    case TYPE_INTERVAL_YEAR_MONTH:
      end = write_integer(room, ((const int64_t *)column->values)[row]);
      break;
    case TYPE_DOUBLE:
      end += double_text(((const double *)column->values)[row], room);
      break;
    case TYPE_DECIMAL:
      end = write_decimal(room, ((const int128_t *)column->values)[row], type.scale,
                          self->dialect.writes_plain_decimals ? DECIMAL_PLAIN : DECIMAL_SHORTEST);
      break;
    default:
      assert(type.kind == TYPE_NULL);
      break;
  }
  byte_buffer_append(buffer, room, (size_t)(end - room));
}

static bool csv_encode(Encoder *encoder, const Batch *batch, ByteBuffer *buffer, Error *error) {
  const CsvEncoder *self = (const CsvEncoder *)encoder;
  (void)error;
  assert(batch->n_columns >= self->n_columns);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    for (uint32_t c = 0; c < self->n_columns; c++) {
      const Column *column = &batch->columns[c];
      if (c > 0) byte_buffer_append_byte(buffer, self->dialect.separator);
      if (column_is_valid(column, row) && self->types[c].kind != TYPE_NULL) {
        append_value(self, buffer, self->types[c], column, row);
      } else if (self->null_literal != NULL) {
        byte_buffer_append(buffer, self->null_literal, self->dialect.n_null_literal);
      }
    }
    byte_buffer_append_byte(buffer, '\n');
  }
  return true;
}

static void csv_encoder_destroy(Encoder *encoder) {
  CsvEncoder *self = (CsvEncoder *)encoder;
  free(self->types);
  free(self->null_literal);
  free(self);
}

Encoder *csv_encoder_new(const Schema *schema, const Options *options, Error *error) {
  if (!csv_check(options, error)) return NULL;
  CsvEncoder *self = memory_alloc_zeroed(1, sizeof *self);
  self->encoder = (Encoder){.encode = csv_encode, .destroy = csv_encoder_destroy};
  self->dialect = csv_dialect(options);
  if (self->dialect.null_literal != NULL) self->null_literal = memory_copy_text(self->dialect.null_literal);
  int highest = (unsigned char)self->dialect.separator;
  if (self->dialect.quote > highest) highest = self->dialect.quote;
  if ('\n' > highest) highest = '\n';
  self->lowest_safe = (unsigned char)(highest + 1);
  self->n_columns = schema->n_fields;
  self->types = memory_alloc_zeroed(schema->n_fields + 1, sizeof *self->types);
  for (uint32_t c = 0; c < schema->n_fields; c++) self->types[c] = schema->fields[c].type;
  return &self->encoder;
}
