/* Casts from and to CHAR and VARCHAR, accepting and writing exactly what Flink does: its parsers are its own for
 * BOOLEAN, integers and short decimals (BinaryStringDataUtil), Java's for DOUBLE and long decimals. */
#include <assert.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "func/cast.h"
#include "func/decimal_math.h"
#include "func/number_convert.h"
#include "func/session_time.h"
#include "func/text.h"
#include "func/value_text.h"

/* "For input string: '12x'. Invalid character found.": the text, cut where it is long. */
static bool reject_number(KernelCall *call, Column *result, uint32_t row, StringView text, const char *reason) {
  return cast_reject(call, result, row, "For input string: '%.*s'. %s", text.length < 200 ? (int)text.length : 200,
                     string_view_bytes(&text), reason);
}

/* --- to BOOLEAN --- */

bool cast_text_to_boolean(KernelCall *call, const Column *const *arguments, Column *result) {
  static const struct {
    const char *text;
    uint8_t value;
  } words[] = {{"t", 1}, {"true", 1},  {"y", 1}, {"yes", 1}, {"1", 1},
               {"f", 0}, {"false", 0}, {"n", 0}, {"no", 0},  {"0", 0}};
  const StringView *in = arguments[0]->values;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 2;
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
      if (in[row].length == strlen(words[w].text) &&
          g_ascii_strncasecmp(string_view_bytes(&in[row]), words[w].text, in[row].length) == 0)
        out[row] = words[w].value;
    if (out[row] < 2) continue;
    out[row] = 0;
    if (!cast_reject(call, result, row, "Cannot parse '%.*s' as BOOLEAN.", (int)in[row].length,
                     string_view_bytes(&in[row])))
      return false;
  }
  return true;
}

/* --- to INT and BIGINT --- */

/* Digits with an optional sign and an optional fraction, which must be digits and is dropped. NULL, or why not. */
static const char *parse_integer(const char *text, uint32_t length, int64_t least, int64_t *value) {
  if (length == 0) return "Input is empty.";
  bool negative = text[0] == '-';
  uint32_t i = negative || text[0] == '+';
  if (i == length) return "Input has only positive or negative symbol.";
  int64_t result = 0; /* negative while it grows: that side has one more value */
  for (; i < length && text[i] != '.'; i++) {
    if (text[i] < '0' || text[i] > '9') return "Invalid character found.";
    if (__builtin_mul_overflow(result, 10, &result) || __builtin_sub_overflow(result, text[i] - '0', &result) ||
        result < least)
      return "Overflow.";
  }
  for (i++; i < length; i++)
    if (text[i] < '0' || text[i] > '9') return "Invalid character found.";
  if (!negative && result == least) return "Overflow.";
  *value = negative ? result : -result;
  return NULL;
}

bool cast_text_to_integer(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  bool to_int = result->type.kind == TYPE_INT;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    StringView trimmed = text_trim(&in[row]);
    int64_t value = 0;
    const char *wrong =
        parse_integer(string_view_bytes(&trimmed), trimmed.length, to_int ? INT32_MIN : INT64_MIN, &value);
    if (wrong != NULL) {
      value = 0;
      if (!reject_number(call, result, row, trimmed, wrong)) return false;
    }
    if (to_int)
      ((int32_t *)result->values)[row] = (int32_t)value;
    else
      ((int64_t *)result->values)[row] = value;
  }
  return true;
}

/* --- to DOUBLE --- */

bool cast_text_to_double(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  double *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (text_to_double(string_view_bytes(&in[row]), in[row].length, &out[row])) continue;
    out[row] = 0;
    if (!cast_reject(call, result, row, in[row].length == 0 ? "empty String" : "For input string: \"%.*s\"",
                     (int)in[row].length, string_view_bytes(&in[row])))
      return false;
  }
  return true;
}

/* --- to DECIMAL --- */

static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

/* Flink's parser for at most 18 bytes into at most 18 digits, with its habit of taking one character after
 * the number for the end of it ("12x" is 12, "12xy" is not a number). */
static bool parse_short_decimal(const char *bytes, int length, Type type, int128_t *value) {
  int i = 0;
  char b = 0;
  for (; i < length; i++) {
    b = bytes[i];
    if (!is_space(b)) break;
  }
  if (i == length) return false;
  bool negative = b == '-';
  if (negative || b == '+') {
    i++;
    if (i == length) return false;
  }
  int64_t significand = 0;
  int n_digits = 0, point = -1;
  while (i < length) {
    b = bytes[i++];
    if (b >= '0' && b <= '9') {
      significand = significand * 10 + (b - '0');
      n_digits++;
    } else if (b == '.') {
      if (point >= 0) return false;
      point = n_digits;
    } else {
      break;
    }
  }
  if (point < 0) point = n_digits;
  if (negative) significand = -significand;
  int exponent = 0;
  if ((b == 'e' || b == 'E') && i < length) {
    b = bytes[i];
    bool exponent_is_negative = b == '-';
    if (exponent_is_negative || b == '+') {
      i++;
      if (i == length) return false;
    }
    while (i < length) {
      b = bytes[i++];
      if (b < '0' || b > '9') break;
      if (exponent < 40) exponent = exponent * 10 + (b - '0');
    }
    if (exponent_is_negative) exponent = -exponent;
  }
  exponent -= n_digits - point;
  for (; i < length; i++)
    if (!is_space(bytes[i])) return false;
  int change = exponent + type.scale;
  if (n_digits + change > type.precision) return false;
  if (change > 18 || change < -18) return false; /* an index out of bounds, to Flink */
  if (change >= 0) {
    *value = (int64_t)((uint64_t)significand * (uint64_t)decimal_power10(change));
  } else {
    int64_t half = (negative ? -5 : 5) * (int64_t)decimal_power10(-change - 1);
    *value = (significand + half) / (int64_t)decimal_power10(-change);
  }
  return true;
}

bool cast_text_to_decimal(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  int128_t *out = result->values;
  Type type = result->type;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const char *bytes = string_view_bytes(&in[row]);
    uint32_t length = in[row].length;
    DecimalParse parsed;
    if (type.precision <= 18 && length <= 18) {
      parsed = parse_short_decimal(bytes, (int)length, type, &out[row]) ? DECIMAL_PARSED : DECIMAL_OVERFLOWS;
    } else {
      while (length > 0 && is_space(bytes[0])) bytes++, length--;
      while (length > 0 && is_space(bytes[length - 1])) length--;
      parsed = decimal_parse(bytes, length, type.precision, type.scale, &out[row]);
    }
    if (parsed == DECIMAL_PARSED) continue;
    out[row] = 0;
    const char *reason = parsed == DECIMAL_OVERFLOWS ? "Overflow." : "Invalid character found.";
    if (!reject_number(call, result, row, in[row], reason)) return false;
  }
  return true;
}

/* --- to CHAR and VARCHAR --- */

/* The text cut to n code points or, for CHAR(n), filled up with spaces. */
static StringView fit_text(KernelCall *call, StringView text, Type type) {
  uint32_t wanted = (uint32_t)type.precision;
  if (type.kind == TYPE_VARCHAR && text.length <= wanted) return text;
  const char *bytes = string_view_bytes(&text);
  uint32_t n_points = text_length(bytes, text.length);
  if (n_points > wanted) {
    uint32_t n_bytes = text_offset(bytes, text.length, wanted);
    StringView cut = text;
    return text_slice(&cut, 0, n_bytes);
  }
  if (n_points == wanted || type.kind == TYPE_VARCHAR) return text;
  uint32_t n_spaces = wanted - n_points;
  char *padded = arena_alloc_text(call->arena, text.length + n_spaces);
  memcpy(padded, bytes, text.length);
  memset(padded + text.length, ' ', n_spaces);
  return string_view(padded, text.length + n_spaces);
}

bool cast_text_to_text(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = fit_text(call, in[row], result->type);
  return true;
}

static Value load_value(const Column *column, uint32_t row) {
  Value value = {.int128 = 0};
  switch (type_physical(column->type.kind)) {
    case PHYSICAL_BOOL:
      value.boolean = ((const uint8_t *)column->values)[row] != 0;
      break;
    case PHYSICAL_INT32:
      value.int32 = ((const int32_t *)column->values)[row];
      break;
    case PHYSICAL_INT64:
      value.int64 = ((const int64_t *)column->values)[row];
      break;
    case PHYSICAL_DOUBLE:
      value.float64 = ((const double *)column->values)[row];
      break;
    case PHYSICAL_INT128:
      value.int128 = ((const int128_t *)column->values)[row];
      break;
    default:
      assert(false);
  }
  return value;
}

bool cast_value_to_text(KernelCall *call, const Column *const *arguments, Column *result) {
  StringView *out = result->values;
  Type type = arguments[0]->type;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = (StringView){.length = 0};
    if (!column_is_valid(result, row)) continue;
    char room[VALUE_TEXT_MAX];
    Value value = load_value(arguments[0], row);
    if (type.kind == TYPE_TIMESTAMP_LTZ) value.int64 = session_to_local(call->settings, value.int64);
    StringView text = fit_text(call, value_text(type, &value, room), result->type);
    if (text.length > STRING_VIEW_INLINE_MAX && text.bytes == room)
      text.bytes = arena_copy_text(call->arena, room, text.length);
    out[row] = text;
  }
  return true;
}
