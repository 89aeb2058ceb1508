/* See row_text.h. */
#include "format/row_text.h"

#include <assert.h>

#include "format/byte_buffer.h"
#include "format/value_write.h"
#include "vec/double_text.h"

enum { VALUE_BYTES_MAX = 96 };

/* BigDecimal.toString: plain unless the number begins more than six places behind the point. */
static char *write_big_decimal(char *out, int128_t unscaled, int scale) {
  enum { PLAIN_EXPONENT_MIN = -6 };
  char digits[DECIMAL_WRITE_BYTES];
  int128_t size = unscaled < 0 ? -unscaled : unscaled;
  int n_digits = (int)(write_decimal(digits, size, 0, DECIMAL_PLAIN) - digits);
  int exponent = n_digits - 1 - scale;
  if (exponent >= PLAIN_EXPONENT_MIN) return write_decimal(out, unscaled, scale, DECIMAL_PLAIN);
  if (unscaled < 0) *out++ = '-';
  *out++ = digits[0];
  if (n_digits > 1) *out++ = '.';
  memcpy(out, digits + 1, (size_t)n_digits - 1);
  out += n_digits - 1;
  *out++ = 'E';
  return write_integer(out, exponent);
}

/* LocalDateTime.toString, Instant.toString: the fraction has 3 or 6 digits; of a LocalDateTime's time of day, seconds
 * that are zero are left out. */
static char *write_java_time(char *out, int64_t value_us, bool is_instant) {
  enum { FRACTION_DIGITS = 6, SECONDS_BYTES = 3 };
  char *end = write_timestamp(out, value_us, 'T', false);
  int64_t micros = value_us % 1000000 < 0 ? value_us % 1000000 + 1000000 : value_us % 1000000;
  if (micros != 0) {
    char *fraction = end;
    while (fraction[-1] != '.') fraction--;
    char *wanted = fraction + (micros % 1000 == 0 ? FRACTION_DIGITS / 2 : FRACTION_DIGITS);
    while (end < wanted) *end++ = '0';
  } else if (!is_instant && memcmp(end - SECONDS_BYTES, ":00", SECONDS_BYTES) == 0) {
    end -= SECONDS_BYTES;
  }
  if (is_instant) *end++ = 'Z';
  return end;
}

static char *write_part(char *out, int64_t amount, char unit) {
  out = write_integer(out, amount);
  *out++ = unit;
  return out;
}

/* Duration.toString: PT26H3M4.005S, each part with its own sign, parts that are zero left out. */
static char *write_duration(char *out, int64_t ms) {
  memcpy(out, "PT", 2);
  out += 2;
  if (ms == 0) return write_part(out, 0, 'S');
  int64_t hours = ms / 3600000, minutes = ms / 60000 % 60, second_ms = ms % 60000;
  if (hours != 0) out = write_part(out, hours, 'H');
  if (minutes != 0) out = write_part(out, minutes, 'M');
  if (second_ms == 0) return out;
  if (second_ms < 0) *out++ = '-';
  int64_t size = second_ms < 0 ? -second_ms : second_ms;
  out = write_integer(out, size / 1000);
  if (size % 1000 != 0) {
    *out++ = '.';
    for (int64_t rest = size % 1000, unit = 100; rest > 0; rest %= unit, unit /= 10) {
      *out++ = (char)('0' + rest / unit);
    }
  }
  *out++ = 'S';
  return out;
}

/* Period.toString: P1Y2M. */
static char *write_period(char *out, int64_t months) {
  *out++ = 'P';
  if (months == 0) return write_part(out, 0, 'D');
  if (months / 12 != 0) out = write_part(out, months / 12, 'Y');
  if (months % 12 != 0) out = write_part(out, months % 12, 'M');
  return out;
}

static void append_value(ByteBuffer *out, const Column *column, uint32_t row) {
  char *at = byte_buffer_reserve(out, VALUE_BYTES_MAX);
  const void *values = column->values;
  switch (column->type.kind) {
    case TYPE_BOOLEAN:
      byte_buffer_append_text(out, ((const uint8_t *)values)[row] ? "true" : "false");
      return;
    case TYPE_INT:
      at = write_integer(at, ((const int32_t *)values)[row]);
      break;
    case TYPE_BIGINT:
      at = write_integer(at, ((const int64_t *)values)[row]);
      break;
    case TYPE_DOUBLE:
      at += double_text(((const double *)values)[row], at);
      break;
    case TYPE_DECIMAL:
      at = write_big_decimal(at, ((const int128_t *)values)[row], column->type.scale);
      break;
    case TYPE_CHAR:
    case TYPE_VARCHAR: {
      const StringView *view = &((const StringView *)values)[row];
      byte_buffer_append(out, string_view_bytes(view), view->length);
      return;
    }
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      at = write_java_time(at, ((const int64_t *)values)[row], column->type.kind == TYPE_TIMESTAMP_LTZ);
      break;
    case TYPE_INTERVAL_DAY_TIME:
      at = write_duration(at, ((const int64_t *)values)[row]);
      break;
    case TYPE_INTERVAL_YEAR_MONTH:
      at = write_period(at, ((const int64_t *)values)[row]);
      break;
    case TYPE_NULL:
    case TYPE_KIND_COUNT:
      assert(!"a column of nulls, or no type");
      return;
  }
  byte_buffer_advance(out, at);
}

void row_text_append(ByteBuffer *out, const Batch *batch, uint32_t row) {
  static const char *const KINDS[] = {
      [ROW_INSERT] = "+I[", [ROW_UPDATE_BEFORE] = "-U[", [ROW_UPDATE_AFTER] = "+U[", [ROW_DELETE] = "-D["};
  byte_buffer_append_text(out, KINDS[batch->row_kinds == NULL ? ROW_INSERT : batch->row_kinds[row]]);
  for (uint32_t c = 0; c < batch->n_columns; c++) {
    const Column *column = &batch->columns[c];
    if (c > 0) byte_buffer_append_text(out, ", ");
    if (column->type.kind == TYPE_NULL || !column_is_valid(column, row)) {
      byte_buffer_append_text(out, "null");
    } else {
      append_value(out, column, row);
    }
  }
  byte_buffer_append_byte(out, ']');
}
