/* See json_reader.h. The order of the steps in json_reader_next is Jackson's, fields of the state included: a test
 * runs both over millions of mangled records. */
#include "format/json_reader.h"

#include <assert.h>
#include <string.h>

#include "format/json_string.h"

void json_reader_start(JsonReader *reader, const char *record, size_t n_bytes) {
  static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";
  reader->position = record;
  reader->end = record + n_bytes;
  if (n_bytes >= 3 && memcmp(record, BYTE_ORDER_MARK, 3) == 0) reader->position += 3;
  reader->token = JSON_NONE;
  reader->next_token = JSON_NONE;
  reader->has_open_string = false;
  reader->depth = 0;
  reader->reason = NULL;
}

static bool fail(JsonReader *reader, const char *reason) {
  reader->reason = reason;
  return false;
}

static bool get_bit(const uint64_t *bits, uint32_t i) { return (bits[i >> 6] >> (i & 63) & 1) != 0; }

static bool open_level(JsonReader *reader, bool is_object) {
  if (reader->depth == JSON_DEPTH_MAX) return fail(reader, "nested deeper than 1000 levels");
  uint32_t level = ++reader->depth;
  uint64_t bit = UINT64_C(1) << (level & 63);
  if (is_object) {
    reader->is_object[level >> 6] |= bit;
  } else {
    reader->is_object[level >> 6] &= ~bit;
  }
  reader->has_entry[level >> 6] &= ~bit;
  return true;
}

static bool in_object(const JsonReader *reader) {
  return reader->depth > 0 && get_bit(reader->is_object, reader->depth);
}

/* The next byte that is no white space, consumed; -1 at the end, -2 when it is a byte that may not stand there. */
static int skip_space(JsonReader *reader) {
  while (reader->position < reader->end) {
    unsigned char c = (unsigned char)*reader->position++;
    if (c > ' ') return c;
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return -2;
  }
  return -1;
}

static bool fail_space(JsonReader *reader, int c) {
  return fail(reader, c == -2 ? "control character between tokens" : "unexpected end of the record");
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* A number whose first byte has been consumed. JSON_NONE when it is none. */
static JsonToken read_number(JsonReader *reader) {
  const char *p = reader->position - 1;
  const char *end = reader->end;
  reader->number_start = p;
  if (*p == '-') p++;
  if (p == end || !is_digit(*p)) {
    fail(reader, "a minus sign without a number");
    return JSON_NONE;
  }
  const char *digits = p;
  if (*p == '0') {
    p++;
    if (p < end && is_digit(*p)) {
      fail(reader, "a number with leading zeros");
      return JSON_NONE;
    }
  } else {
    while (p < end && is_digit(*p)) p++;
  }
  size_t n_digits = (size_t)(p - digits);
  JsonToken token = JSON_INTEGER;
  if (p < end && *p == '.') {
    const char *fraction = ++p;
    while (p < end && is_digit(*p)) p++;
    if (p == fraction) {
      fail(reader, "a decimal point without a digit after it");
      return JSON_NONE;
    }
    n_digits += (size_t)(p - fraction);
    token = JSON_FLOAT;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    const char *exponent = p;
    while (p < end && is_digit(*p)) p++;
    if (p == exponent) {
      fail(reader, "an exponent without digits");
      return JSON_NONE;
    }
    n_digits += (size_t)(p - exponent);
    token = JSON_FLOAT;
  }
  if (n_digits > JSON_NUMBER_DIGITS_MAX) {
    fail(reader, "a number of more than 1000 digits");
    return JSON_NONE;
  }
  reader->number_end = reader->position = p;
  return token;
}

static JsonToken read_word(JsonReader *reader, const char *rest, size_t n_rest, JsonToken token) {
  if ((size_t)(reader->end - reader->position) >= n_rest && memcmp(reader->position, rest, n_rest) == 0) {
    reader->position += n_rest;
    return token;
  }
  fail(reader, "a word that is not true, false or null");
  return JSON_NONE;
}

/* The value that begins with `c`, which has been consumed. JSON_NONE when there is none. */
static JsonToken read_value(JsonReader *reader, int c) {
  switch (c) {
    case '"':
      reader->has_open_string = true;
      return JSON_STRING;
    case '{':
      return JSON_OBJECT_START;
    case '[':
      return JSON_ARRAY_START;
    case 't':
      return read_word(reader, "rue", 3, JSON_TRUE);
    case 'f':
      return read_word(reader, "alse", 4, JSON_FALSE);
    case 'n':
      return read_word(reader, "ull", 3, JSON_NULL);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return read_number(reader);
    case -1:
    case -2:
      fail_space(reader, c);
      return JSON_NONE;
    default:
      fail(reader, "expected a value");
      return JSON_NONE;
  }
}

static bool enter_value(JsonReader *reader) {
  if (reader->token == JSON_OBJECT_START) return open_level(reader, true);
  if (reader->token == JSON_ARRAY_START) return open_level(reader, false);
  return true;
}

static bool skip_open_string(JsonReader *reader) {
  bool is_plain;
  const char *at = NULL;
  reader->has_open_string = false;
  const char *after = json_string_end(reader->position, reader->end, &is_plain, &at, &reader->reason);
  reader->position = after != NULL ? after : at;
  return after != NULL;
}

static bool read_name(JsonReader *reader, int c) {
  if (c < 0) return fail_space(reader, c);
  if (c != '"') return fail(reader, "expected a name in double quotes");
  const char *at;
  reader->name_start = reader->position;
  const char *after = json_string_end(reader->position, reader->end, &reader->name_is_plain, &at, &reader->reason);
  if (after == NULL) {
    reader->position = at;
    return false;
  }
  reader->position = after;
  reader->name_end = after - 1;
  if (reader->name_end - reader->name_start > JSON_NAME_BYTES_MAX) return fail(reader, "a name that is too long");
  reader->token = JSON_NAME;
  return true;
}

bool json_reader_next(JsonReader *reader) {
  if (reader->token == JSON_NAME) {
    reader->token = reader->next_token;
    reader->next_token = JSON_NONE;
    return enter_value(reader);
  }
  if (reader->has_open_string && !skip_open_string(reader)) return false;
  int c = skip_space(reader);
  if (c < 0) {
    if (c == -2 || reader->depth > 0) return fail_space(reader, c);
    reader->token = JSON_NONE;
    return true;
  }
  if (c == ']' || c == '}') {
    bool is_object = c == '}';
    if (reader->depth == 0 || in_object(reader) != is_object)
      return fail(reader, "a closing bracket that does not fit");
    reader->depth--;
    reader->token = is_object ? JSON_OBJECT_END : JSON_ARRAY_END;
    return true;
  }
  if (reader->depth > 0) {
    uint64_t bit = UINT64_C(1) << (reader->depth & 63);
    uint64_t *word = &reader->has_entry[reader->depth >> 6];
    if ((*word & bit) != 0) {
      if (c != ',') return fail(reader, "expected a comma or a closing bracket");
      c = skip_space(reader);
      if (c < 0) return fail_space(reader, c);
    }
    *word |= bit;
  }
  if (!in_object(reader)) {
    JsonToken token = read_value(reader, c);
    if (token == JSON_NONE) return false;
    reader->token = token;
    return enter_value(reader);
  }
  if (!read_name(reader, c)) return false;
  c = skip_space(reader);
  if (c != ':') return c < 0 ? fail_space(reader, c) : fail(reader, "expected a colon after a name");
  JsonToken value = read_value(reader, skip_space(reader));
  if (value == JSON_NONE) return false;
  reader->next_token = value;
  return true;
}

static bool string_text(JsonReader *reader, Arena *arena, bool keep_surrogates, JsonText *text) {
  assert(reader->has_open_string);
  bool is_plain;
  const char *at = NULL;
  const char *start = reader->position;
  reader->has_open_string = false;
  const char *after = json_string_end(start, reader->end, &is_plain, &at, &reader->reason);
  if (after == NULL) {
    reader->position = at;
    return false;
  }
  reader->position = after;
  text->bytes = start;
  text->n_bytes = (size_t)(after - 1 - start);
  if (!is_plain) {
    char *out = arena_alloc_text(arena, 2 * text->n_bytes);
    text->n_bytes = json_string_decode(start, text->n_bytes, keep_surrogates, out);
    text->bytes = out;
  }
  if (text->n_bytes > JSON_STRING_LENGTH_MAX &&
      json_string_utf16_length(text->bytes, text->n_bytes) > JSON_STRING_LENGTH_MAX) {
    return fail(reader, "a string of more than 20000000 characters");
  }
  return true;
}

bool json_reader_text(JsonReader *reader, Arena *arena, bool keep_surrogates, JsonText *text) {
  static const JsonText FIXED[] = {
      [JSON_OBJECT_START] = {"{", 1}, [JSON_OBJECT_END] = {"}", 1}, [JSON_ARRAY_START] = {"[", 1},
      [JSON_ARRAY_END] = {"]", 1},    [JSON_TRUE] = {"true", 4},    [JSON_FALSE] = {"false", 5},
      [JSON_NULL] = {"null", 4}};
  switch (reader->token) {
    case JSON_NONE:
      *text = (JsonText){NULL, 0};
      return true;
    case JSON_NAME:
      text->bytes = reader->name_start;
      text->n_bytes = (size_t)(reader->name_end - reader->name_start);
      if (!reader->name_is_plain) {
        char *out = arena_alloc_text(arena, 2 * text->n_bytes);
        text->n_bytes = json_string_decode(text->bytes, text->n_bytes, keep_surrogates, out);
        text->bytes = out;
      }
      return true;
    case JSON_STRING:
      if (!reader->has_open_string) { /* has been read already, and failed */
        *text = (JsonText){"", 0};
        return true;
      }
      return string_text(reader, arena, keep_surrogates, text);
    case JSON_INTEGER:
    case JSON_FLOAT:
      *text = (JsonText){reader->number_start, (size_t)(reader->number_end - reader->number_start)};
      return true;
    default:
      *text = FIXED[reader->token];
      return true;
  }
}

bool json_reader_skip_field(JsonReader *reader) {
  if (reader->token == JSON_NONE) return fail(reader, "unexpected end of the record");
  if (reader->token == JSON_OBJECT_START || reader->token == JSON_ARRAY_START) {
    uint32_t n_open = 1;
    while (n_open > 0) {
      if (!json_reader_next(reader)) return false;
      if (reader->token == JSON_OBJECT_END || reader->token == JSON_ARRAY_END) n_open--;
      if (reader->token == JSON_OBJECT_START || reader->token == JSON_ARRAY_START) n_open++;
    }
  }
  return json_reader_next(reader);
}
