/* The json format's encoder: columns to lines, as Flink's JsonRowDataSerializationSchema and Jackson write them: fields
 * in the order of the columns, no spaces. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "format/byte_buffer.h"
#include "format/json.h"
#include "format/json_write.h"
#include "format/value_write.h"

/* The most that a value other than a string takes. */
enum { VALUE_BYTES_MAX = 64 };
_Static_assert((int)VALUE_BYTES_MAX >= (int)DECIMAL_WRITE_BYTES &&
                   (int)VALUE_BYTES_MAX >= (int)TIMESTAMP_WRITE_BYTES + 2 &&
                   (int)VALUE_BYTES_MAX >= (int)DOUBLE_TEXT_BYTES_MAX + 2,
               "room for every value and its quotes");

typedef struct JsonField {
  char *name; /* as written: in quotes, escaped, with the colon */
  size_t n_name;
  Type type;
} JsonField;

typedef struct JsonEncoder {
  Encoder encoder;
  JsonField *fields;
  uint32_t n_fields;
  char time_separator;
  DecimalStyle decimal_style;
  bool leaves_nulls_out;
} JsonEncoder;

static char *put_text(char *out, const char *text, size_t n_bytes) {
  memcpy(out, text, n_bytes);
  return out + n_bytes;
}

/* What is no number in JSON is written as a string. */
static char *put_double(char *out, double value) {
  bool is_number = isfinite(value);
  if (!is_number) *out++ = '"';
  out += double_text(value, out);
  if (!is_number) *out++ = '"';
  return out;
}

static void encode_value(const JsonEncoder *self, Type type, const Column *column, uint32_t row, ByteBuffer *buffer) {
  if (type_is_string(type.kind)) {
    const StringView *view = (const StringView *)column->values + row;
    json_write_string(buffer, string_view_bytes(view), view->length, JSON_ASTRAL_ESCAPED);
    return;
  }
  char *out = byte_buffer_reserve(buffer, VALUE_BYTES_MAX);
  switch (type.kind) {
    case TYPE_BOOLEAN:
      out = ((const uint8_t *)column->values)[row] ? put_text(out, "true", 4) : put_text(out, "false", 5);
      break;
    case TYPE_INT:
      out = write_integer(out, ((const int32_t *)column->values)[row]);
      break;
    case TYPE_BIGINT:
    case TYPE_INTERVAL_DAY_TIME:
    case TYPE_INTERVAL_YEAR_MONTH:
      out = write_integer(out, ((const int64_t *)column->values)[row]);
      break;
    case TYPE_DOUBLE:
      out = put_double(out, ((const double *)column->values)[row]);
      break;
    case TYPE_DECIMAL:
      out = write_decimal(out, ((const int128_t *)column->values)[row], type.scale, self->decimal_style);
      break;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      *out++ = '"';
      out = write_timestamp(out, ((const int64_t *)column->values)[row], self->time_separator,
                            type.kind == TYPE_TIMESTAMP_LTZ);
      *out++ = '"';
      break;
    default:
      assert(type.kind == TYPE_NULL);
      out = put_text(out, "null", 4);
      break;
  }
  byte_buffer_advance(buffer, out);
}

static bool json_encode(Encoder *encoder, const Batch *batch, ByteBuffer *buffer, Error *error) {
  const JsonEncoder *self = (const JsonEncoder *)encoder;
  (void)error;
  assert(batch->n_columns >= self->n_fields);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    char before = '{';
    for (uint32_t c = 0; c < self->n_fields; c++) {
      const JsonField *field = &self->fields[c];
      const Column *column = &batch->columns[c];
      bool is_null = !column_is_valid(column, row) || field->type.kind == TYPE_NULL;
      if (is_null && self->leaves_nulls_out) continue;
      char *out = byte_buffer_reserve(buffer, field->n_name + 5);
      *out++ = before;
      out = put_text(out, field->name, field->n_name);
      if (is_null) out = put_text(out, "null", 4);
      byte_buffer_advance(buffer, out);
      if (!is_null) encode_value(self, field->type, column, row, buffer);
      before = ',';
    }
    if (before == '{') byte_buffer_append_byte(buffer, '{');
    byte_buffer_append(buffer, "}\n", 2);
  }
  return true;
}

static void json_encoder_destroy(Encoder *encoder) {
  JsonEncoder *self = (JsonEncoder *)encoder;
  for (uint32_t c = 0; c < self->n_fields; c++) free(self->fields[c].name);
  free(self->fields);
  free(self);
}

Encoder *json_encoder_new(const Schema *schema, const Options *options, Error *error) {
  if (!json_check(options, error)) return NULL;
  JsonEncoder *self = memory_alloc_zeroed(1, sizeof *self);
  self->encoder = (Encoder){.encode = json_encode, .destroy = json_encoder_destroy};
  const char *standard = options_get(options, json_options, "json.timestamp-format.standard");
  self->time_separator = strcmp(standard, "SQL") == 0 ? ' ' : 'T';
  bool is_plain = options_get_boolean(options, json_options, "json.encode.decimal-as-plain-number");
  self->decimal_style = is_plain ? DECIMAL_PLAIN : DECIMAL_SHORTEST;
  self->leaves_nulls_out = options_get_boolean(options, json_options, "json.encode.ignore-null-fields");
  self->n_fields = schema->n_fields;
  self->fields = memory_alloc_zeroed(schema->n_fields + 1, sizeof *self->fields);
  for (uint32_t c = 0; c < schema->n_fields; c++) {
    ByteBuffer name = {0};
    json_write_string(&name, schema->fields[c].name, strlen(schema->fields[c].name), JSON_ASTRAL_ESCAPED);
    byte_buffer_append_byte(&name, ':');
    self->fields[c] = (JsonField){.name = name.bytes, .n_name = name.n_bytes, .type = schema->fields[c].type};
  }
  return &self->encoder;
}
