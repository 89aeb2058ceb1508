/* One JSON value to one column value, with the coercions of Flink's JsonParserToRowDataConverters: a table of what
 * becomes of each token under each type is in tests/golden/formats. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "format/json_decode.h"

void json_store_null(const JsonTarget *target, uint32_t column, uint32_t row) {
  size_t n_bytes = physical_bytes(target->columns[column].physical);
  memset((char *)target->values[column] + row * n_bytes, 0, n_bytes);
}

static ParseResult convert_integer(JsonReader *reader, const JsonColumn *column, void *slot, Arena *arena) {
  bool is_int = column->physical == PHYSICAL_INT32;
  bool is_float = reader->token == JSON_FLOAT;
  JsonText text;
  if (!json_reader_text(reader, arena, false, &text)) return PARSE_ERROR;
  if (reader->token != JSON_INTEGER && !is_float) parse_trim(&text.bytes, &text.n_bytes);
  bool done;
  if (is_int) {
    done =
        is_float ? parse_int32_from_float(text.bytes, text.n_bytes, slot) : parse_int32(text.bytes, text.n_bytes, slot);
  } else {
    done =
        is_float ? parse_int64_from_float(text.bytes, text.n_bytes, slot) : parse_int64(text.bytes, text.n_bytes, slot);
  }
  return done ? PARSE_OK : PARSE_ERROR;
}

/* Boolean.parseBoolean: whatever is not "true" is false, an object too. */
static ParseResult convert_boolean(JsonReader *reader, uint8_t *slot, Arena *arena) {
  JsonText text;
  if (!json_reader_text(reader, arena, false, &text)) return PARSE_ERROR;
  parse_trim(&text.bytes, &text.n_bytes);
  *slot = text.n_bytes == 4 && strncasecmp(text.bytes, "true", 4) == 0;
  return PARSE_OK;
}

static ParseResult convert_decimal(JsonReader *reader, Type type, int128_t *slot, Arena *arena) {
  if (reader->token != JSON_STRING && reader->token != JSON_INTEGER && reader->token != JSON_FLOAT) return PARSE_ERROR;
  JsonText text;
  if (!json_reader_text(reader, arena, false, &text)) return PARSE_ERROR;
  if (reader->token == JSON_STRING) parse_trim(&text.bytes, &text.n_bytes);
  return parse_decimal(text.bytes, text.n_bytes, type.precision, type.scale, slot);
}

static ParseResult convert_string(JsonReader *reader, bool exact_numbers, StringView *slot, Arena *arena) {
  JsonText text;
  bool done = reader->token == JSON_OBJECT_START || reader->token == JSON_ARRAY_START
                  ? json_reader_tree_text(reader, arena, exact_numbers, &text)
                  : json_reader_text(reader, arena, false, &text);
  if (!done) return PARSE_ERROR;
  *slot = string_view(text.bytes, (uint32_t)text.n_bytes);
  return PARSE_OK;
}

ParseResult json_convert(JsonReader *reader, const JsonTarget *target, uint32_t c, uint32_t row, Arena *arena) {
  assert(reader->token != JSON_NULL && reader->token != JSON_NONE);
  const JsonColumn *column = &target->columns[c];
  Type type = column->type;
  void *slot = (char *)target->values[c] + row * physical_bytes(column->physical);
  JsonText text;
  switch (type.kind) {
    case TYPE_BOOLEAN:
      return convert_boolean(reader, slot, arena);
    case TYPE_INT:
    case TYPE_BIGINT:
    case TYPE_INTERVAL_DAY_TIME:
    case TYPE_INTERVAL_YEAR_MONTH:
      return convert_integer(reader, column, slot, arena);
    case TYPE_DOUBLE:
      if (!json_reader_text(reader, arena, false, &text)) return PARSE_ERROR;
      return parse_double(text.bytes, text.n_bytes, slot) ? PARSE_OK : PARSE_ERROR;
    case TYPE_DECIMAL:
      return convert_decimal(reader, type, slot, arena);
    case TYPE_CHAR:
    case TYPE_VARCHAR:
      return convert_string(reader, target->exact_numbers, slot, arena);
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      if (!json_reader_text(reader, arena, false, &text)) return PARSE_ERROR;
      return parse_timestamp(text.bytes, text.n_bytes, target->time_separator, type.kind == TYPE_TIMESTAMP_LTZ,
                             type.precision, slot)
                 ? PARSE_OK
                 : PARSE_ERROR;
    case TYPE_NULL:
    case TYPE_KIND_COUNT:
      break;
  }
  return PARSE_NULL;
}
