/* See row_text.h. */
#include "io/row_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "format/byte_buffer.h"
#include "format/value_write.h"

enum { VALUE_BYTES_MAX = 96, MICROS_PER_SECOND = 1000000 };

static const char *const KINDS[] = {
    [ROW_INSERT] = "+I[", [ROW_UPDATE_BEFORE] = "-U[", [ROW_UPDATE_AFTER] = "+U[", [ROW_DELETE] = "-D["};

/* The fraction in groups of three digits, as java.time writes it. */
static char *write_fraction(char *out, uint32_t micros) {
  int n_digits = micros % 1000 == 0 ? 3 : 6;
  uint32_t value = n_digits == 3 ? micros / 1000 : micros;
  *out = '.';
  for (int i = n_digits; i > 0; i--, value /= 10) out[i] = (char)('0' + value % 10);
  return out + 1 + n_digits;
}

/* LocalDateTime leaves out seconds that are zero, Instant does not. */
static char *write_time(char *out, int64_t value_us, bool is_instant) {
  enum { SECONDS_BYTES = 3 };
  uint32_t micros = (uint32_t)(((value_us % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND);
  out = write_timestamp(out, value_us - micros, 'T', false);
  if (micros > 0) {
    out = write_fraction(out, micros);
  } else if (!is_instant && out[-1] == '0' && out[-2] == '0') {
    out -= SECONDS_BYTES;
  }
  if (is_instant) *out++ = 'Z';
  return out;
}

/* Period.toString of a period of months, which Flink does not make years of: P14M. */
static char *write_period(char *out, int64_t months) {
  return out + (months == 0 ? sprintf(out, "P0D") : sprintf(out, "P%" PRId64 "M", months));
}

/* Duration.toString: PT48H0.5S. */
static char *write_duration(char *out, int64_t ms) {
  if (ms == 0) return out + sprintf(out, "PT0S");
  int64_t seconds = ms / 1000;
  int fraction = (int)(ms % 1000);
  out += sprintf(out, "PT");
  if (seconds / 3600 != 0) out += sprintf(out, "%" PRId64 "H", seconds / 3600);
  if (seconds / 60 % 60 != 0) out += sprintf(out, "%dM", (int)(seconds / 60 % 60));
  if (seconds % 60 == 0 && fraction == 0) return out;
  const char *sign = ms < 0 ? "-" : "";
  int second = (int)(seconds % 60);
  out += sprintf(out, "%s%d", sign, second < 0 ? -second : second);
  if (fraction != 0) {
    out += sprintf(out, ".%03d", fraction < 0 ? -fraction : fraction);
    while (out[-1] == '0') out--;
  }
  *out++ = 'S';
  return out;
}

static void append_value(ByteBuffer *buffer, Type type, const Column *column, uint32_t row) {
  if (type_is_string(type.kind)) {
    const StringView *view = (const StringView *)column->values + row;
    byte_buffer_append(buffer, string_view_bytes(view), view->length);
    return;
  }
  char *out = byte_buffer_reserve(buffer, VALUE_BYTES_MAX);
  switch (type.kind) {
    case TYPE_BOOLEAN:
      out += sprintf(out, "%s", ((const uint8_t *)column->values)[row] ? "true" : "false");
      break;
    case TYPE_INT:
      out = write_integer(out, ((const int32_t *)column->values)[row]);
      break;
    case TYPE_BIGINT:
      out = write_integer(out, ((const int64_t *)column->values)[row]);
      break;
    case TYPE_DOUBLE:
      out += double_text(((const double *)column->values)[row], out);
      break;
    case TYPE_DECIMAL:
      out = write_decimal(out, ((const int128_t *)column->values)[row], type.scale, DECIMAL_JAVA);
      break;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      out = write_time(out, ((const int64_t *)column->values)[row], type.kind == TYPE_TIMESTAMP_LTZ);
      break;
    case TYPE_INTERVAL_YEAR_MONTH:
      out = write_period(out, ((const int64_t *)column->values)[row]);
      break;
    case TYPE_INTERVAL_DAY_TIME:
      out = write_duration(out, ((const int64_t *)column->values)[row]);
      break;
    default:
      assert(!"a type without values");
      break;
  }
  byte_buffer_advance(buffer, out);
}

void row_text_append(ByteBuffer *buffer, const Schema *schema, const Batch *batch, uint32_t row) {
  assert(batch->n_columns >= schema->n_fields && row < batch->n_rows);
  byte_buffer_append_text(buffer, KINDS[batch->row_kinds == NULL ? ROW_INSERT : batch->row_kinds[row]]);
  for (uint32_t c = 0; c < schema->n_fields; c++) {
    const Column *column = &batch->columns[c];
    if (c > 0) byte_buffer_append(buffer, ", ", 2);
    if (column_is_valid(column, row) && schema->fields[c].type.kind != TYPE_NULL) {
      append_value(buffer, schema->fields[c].type, column, row);
    } else {
      byte_buffer_append(buffer, "null", 4);
    }
  }
  byte_buffer_append_byte(buffer, ']');
}
