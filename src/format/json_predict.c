/* The fast way through JSON. Events of one topic nearly always have their keys in one order, so the bytes between two
 * values (`,"cost":`) are those of an earlier record: they are compared 16 at a time instead of being parsed, and the
 * values are read as what the column wants. Nothing is assumed: a byte that differs, a value of another kind, a number
 * that does not fit, and the record goes the general way. What is accepted here is exactly what the general way
 * accepts, with the same result; the fuzzer holds the two against each other. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "format/json_decode.h"
#include "format/json_string.h"
#include "format/view_store.h"
#include "vec/memory.h"

enum {
  N_SHAPES = 4,       /* remembered; a topic with an optional field has two */
  LITERAL_BYTES = 48, /* the longest stretch between two values that is worth predicting */
  FIELDS_MAX = 96,
  LOOK_AHEAD = 32, /* bytes that reading a literal or a number may touch beyond its start */
  MISSES_MAX = 16, /* in a row, before learning becomes rare */
  RARELY = 64
};

/* What to do with a value. */
typedef enum Reading {
  READ_SKIP,
  READ_BOOLEAN,
  READ_INT,
  READ_BIGINT,
  READ_DOUBLE,
  READ_DECIMAL,
  READ_STRING,
  READ_TIMESTAMP
} Reading;

typedef struct ShapeField {
  char literal[LITERAL_BYTES + LOOK_AHEAD]; /* from the previous value to this one */
  uint32_t n_literal;
  uint32_t head_mask; /* of the first 16 bytes, those that count */
  uint32_t tail_mask; /* of the next 16 */
  Reading reading;
  uint32_t column;
} ShapeField;

typedef struct Shape {
  uint32_t n_fields;
  ShapeField *fields; /* one more than n_fields: the last literal ends with the closing brace and has no value */
  uint32_t *missing;  /* columns that records of this shape do not have */
  uint32_t n_missing;
} Shape;

struct JsonPredictor {
  Shape shapes[N_SHAPES + 1]; /* the last is where one is being learned */
  uint32_t n_shapes;
  uint32_t current;
  uint32_t oldest;
  uint32_t n_misses;
};

JsonPredictor *json_predictor_new(uint32_t n_columns) {
  JsonPredictor *predictor = memory_alloc_zeroed(1, sizeof *predictor);
  for (int i = 0; i <= N_SHAPES; i++) {
    predictor->shapes[i].fields = memory_alloc_zeroed(FIELDS_MAX + 1, sizeof(ShapeField));
    predictor->shapes[i].missing = memory_alloc_zeroed(n_columns + 1, sizeof(uint32_t));
  }
  return predictor;
}

void json_predictor_free(JsonPredictor *predictor) {
  if (predictor == NULL) return;
  for (int i = 0; i <= N_SHAPES; i++) {
    free(predictor->shapes[i].fields);
    free(predictor->shapes[i].missing);
  }
  free(predictor);
}

/* --- learning ------------------------------------------------------------------------------------------------- */

static Reading reading_of(TypeKind kind) {
  switch (kind) {
    case TYPE_BOOLEAN:
      return READ_BOOLEAN;
    case TYPE_INT:
    case TYPE_INTERVAL_YEAR_MONTH:
      return type_physical(kind) == PHYSICAL_INT32 ? READ_INT : READ_BIGINT;
    case TYPE_BIGINT:
    case TYPE_INTERVAL_DAY_TIME:
      return READ_BIGINT;
    case TYPE_DOUBLE:
      return READ_DOUBLE;
    case TYPE_DECIMAL:
      return READ_DECIMAL;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      return READ_TIMESTAMP;
    default:
      return READ_STRING;
  }
}

/* False when the stretch cannot be a literal. A line feed must not be in one, or it could match across two lines. */
static bool set_literal(ShapeField *field, const char *from, const char *to) {
  size_t n_bytes = (size_t)(to - from);
  if (n_bytes > LITERAL_BYTES || memchr(from, '\n', n_bytes) != NULL) return false;
  memcpy(field->literal, from, n_bytes);
  field->n_literal = (uint32_t)n_bytes;
  field->head_mask = n_bytes >= 16 ? 0xffff : (1u << n_bytes) - 1;
  field->tail_mask = n_bytes >= 32 ? 0xffff : n_bytes <= 16 ? 0 : (1u << (n_bytes - 16)) - 1;
  return true;
}

/* Where the value begins that the reader has just recognised behind a name. */
static const char *value_start(const JsonReader *reader) {
  switch (reader->next_token) {
    case JSON_INTEGER:
    case JSON_FLOAT:
      return reader->number_start;
    case JSON_TRUE:
    case JSON_NULL:
      return reader->position - 4;
    case JSON_FALSE:
      return reader->position - 5;
    default:
      return reader->position - 1;
  }
}

/* Moves the reader onto the value's last token; returns the byte behind the value. */
static const char *pass_value(JsonReader *reader) {
  if (!json_reader_next(reader)) return NULL;
  if (reader->token == JSON_STRING) {
    bool is_plain;
    const char *at;
    const char *reason;
    return json_string_end(reader->position, reader->end, &is_plain, &at, &reason);
  }
  if (reader->token == JSON_OBJECT_START || reader->token == JSON_ARRAY_START) {
    uint32_t depth = reader->depth - 1;
    while (reader->depth > depth) {
      if (!json_reader_next(reader)) return NULL;
    }
  }
  return reader->position;
}

static int find_column(const JsonTarget *target, const char *name, size_t n_name) {
  for (uint32_t c = 0; c < target->n_columns; c++) {
    if (target->columns[c].n_name == n_name && memcmp(target->columns[c].name, name, n_name) == 0) return (int)c;
  }
  return -1;
}

static bool learn_shape(Shape *shape, const JsonTarget *target, const char *record, size_t n_bytes) {
  JsonReader reader;
  json_reader_start(&reader, record, n_bytes);
  const char *from = reader.position;
  if (!json_reader_next(&reader) || reader.token != JSON_OBJECT_START || !json_reader_next(&reader)) return false;
  bool is_seen[FIELDS_MAX] = {false};
  uint32_t n_found = 0;
  shape->n_fields = 0;
  while (reader.token == JSON_NAME) {
    if (shape->n_fields == FIELDS_MAX || !reader.name_is_plain) return false;
    ShapeField *field = &shape->fields[shape->n_fields++];
    if (!set_literal(field, from, value_start(&reader))) return false;
    /* Once all columns have been found, Flink's converter looks at no more names. */
    int column = -1;
    if (n_found < target->n_columns) {
      column = find_column(target, reader.name_start, (size_t)(reader.name_end - reader.name_start));
    }
    field->reading = READ_SKIP;
    if (column >= 0) {
      if (column >= FIELDS_MAX || is_seen[column]) return false; /* duplicates go the general way */
      is_seen[column] = true;
      n_found++;
      field->column = (uint32_t)column;
      field->reading = reading_of(target->columns[column].type.kind);
    }
    from = pass_value(&reader);
    if (from == NULL || !json_reader_next(&reader)) return false;
  }
  if (reader.token != JSON_OBJECT_END || target->n_columns > FIELDS_MAX) return false;
  if (!set_literal(&shape->fields[shape->n_fields], from, reader.position)) return false;
  shape->n_missing = 0;
  for (uint32_t c = 0; c < target->n_columns; c++) {
    if (!is_seen[c]) shape->missing[shape->n_missing++] = c;
  }
  return true;
}

static bool is_same_shape(const Shape *a, const Shape *b) {
  if (a->n_fields != b->n_fields) return false;
  for (uint32_t i = 0; i <= a->n_fields; i++) {
    if (a->fields[i].n_literal != b->fields[i].n_literal ||
        memcmp(a->fields[i].literal, b->fields[i].literal, a->fields[i].n_literal) != 0) {
      return false;
    }
  }
  return true;
}

void json_predictor_learn(JsonPredictor *predictor, const JsonTarget *target, const char *record, size_t n_bytes) {
  /* Records without any order would be learned in vain, one after the other. */
  if (++predictor->n_misses > MISSES_MAX && predictor->n_misses % RARELY != 0) return;
  Shape *learned = &predictor->shapes[N_SHAPES];
  if (!learn_shape(learned, target, record, n_bytes)) return;
  for (uint32_t i = 0; i < predictor->n_shapes; i++) {
    if (is_same_shape(learned, &predictor->shapes[i])) return; /* its values were the surprise */
  }
  uint32_t place = predictor->n_shapes;
  if (place == N_SHAPES) {
    place = predictor->oldest;
    predictor->oldest = (predictor->oldest + 1) % N_SHAPES;
  } else {
    predictor->n_shapes++;
  }
  Shape replaced = predictor->shapes[place];
  predictor->shapes[place] = *learned;
  *learned = replaced;
  predictor->current = place;
}

/* --- reading values ------------------------------------------------------------------------------------------- */

static inline uint64_t load_8(const char *p) {
  uint64_t bytes;
  memcpy(&bytes, p, 8);
  return bytes;
}

/* How many of the 8 bytes are digits, from the first on; each byte of `bytes` xor '0'. */
static inline uint32_t leading_digits(uint64_t bytes) {
  uint64_t others = ((bytes + UINT64_C(0x7676767676767676)) | bytes) & UINT64_C(0x8080808080808080);
  return others == 0 ? 8 : (uint32_t)__builtin_ctzll(others) >> 3;
}

/* Eight digits, each a byte 0-9, the first in the lowest byte. */
static inline uint32_t eight_digits(uint64_t bytes) {
  bytes = bytes * 10 + (bytes >> 8);
  return (uint32_t)(((bytes & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) +
                     (bytes >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >>
                    32);
}

/* Up to 18 digits at p, which has LOOK_AHEAD bytes to read. Returns how many there are; more than 18: 0. */
static inline uint32_t read_digits(const char *p, uint64_t *value) {
  static const uint32_t POWERS[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
  uint64_t bytes = load_8(p) ^ UINT64_C(0x3030303030303030);
  uint32_t n_digits = leading_digits(bytes);
  if (n_digits < 8) {
    *value = n_digits == 0 ? 0 : eight_digits(bytes << (64 - 8 * n_digits));
    return n_digits;
  }
  uint64_t sum = eight_digits(bytes);
  bytes = load_8(p + 8) ^ UINT64_C(0x3030303030303030);
  n_digits = leading_digits(bytes);
  if (n_digits < 8) {
    *value = n_digits == 0 ? sum : sum * POWERS[n_digits] + eight_digits(bytes << (64 - 8 * n_digits));
    return 8 + n_digits;
  }
  sum = sum * 100000000 + eight_digits(bytes);
  for (n_digits = 16; p[n_digits] >= '0' && p[n_digits] <= '9'; n_digits++) {
    if (n_digits == 18) return 0;
    sum = sum * 10 + (uint64_t)(p[n_digits] - '0');
  }
  *value = sum;
  return n_digits;
}

/* A number without an exponent: its digits as one integer, how many of them are behind the point. */
typedef struct SimpleNumber {
  uint64_t digits;
  uint32_t n_fraction;
  uint32_t n_digits;
  bool is_negative;
} SimpleNumber;

/* Returns the byte behind it, or NULL when it is not that simple. Needs 2 * LOOK_AHEAD readable bytes. */
static inline const char *read_simple_number(const char *p, SimpleNumber *number) {
  number->is_negative = *p == '-';
  p += number->is_negative;
  uint32_t n_digits = read_digits(p, &number->digits);
  if (n_digits == 0 || (*p == '0' && n_digits > 1)) return NULL;
  p += n_digits;
  number->n_fraction = 0;
  number->n_digits = n_digits;
  if (*p == '.') {
    uint64_t fraction;
    uint32_t n_fraction = read_digits(p + 1, &fraction);
    if (n_fraction == 0 || n_digits + n_fraction > 18) return NULL;
    number->digits = number->digits * POWERS_OF_TEN[n_fraction] + fraction;
    number->n_fraction = n_fraction;
    number->n_digits = n_digits + n_fraction;
    p += 1 + n_fraction;
  }
  if (*p == 'e' || *p == 'E') return NULL;
  return p;
}

static inline bool is_null_word(const char *p) { return memcmp(p, "null", 4) == 0; }

static inline const char *read_decimal(const char *p, Type type, int128_t *slot) {
  SimpleNumber number;
  const char *after = read_simple_number(p, &number);
  if (after == NULL) return NULL;
  int shift = type.scale - (int)number.n_fraction;
  if (shift < 0 || (int)number.n_digits + shift > 18) return NULL;
  uint64_t unscaled = number.digits * POWERS_OF_TEN[shift];
  if (type.precision < 19 && unscaled >= POWERS_OF_TEN[type.precision]) return NULL;
  *slot = number.is_negative ? -(int128_t)unscaled : (int128_t)unscaled;
  return after;
}

static inline const char *read_double(const char *p, double *slot) {
  static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  SimpleNumber number;
  const char *after = read_simple_number(p, &number);
  if (after == NULL || number.digits > UINT64_C(1) << 53) return NULL;
  double magnitude = (double)number.digits / POWERS[number.n_fraction];
  *slot = number.is_negative ? -magnitude : magnitude;
  return after;
}

/* Where bytes end and how they may be read. */
typedef struct Extent {
  const char *readable_end;
  const char *record_end; /* NULL: at the next line feed */
} Extent;

static const char *record_end(const Extent *extent, const char *p) {
  if (extent->record_end != NULL) return extent->record_end;
  const char *line_end = memchr(p, '\n', (size_t)(extent->readable_end - p));
  return line_end != NULL ? line_end : extent->readable_end;
}

/* A string with escapes or characters beyond ASCII; one with escapes is decoded into `arena`. */
static __attribute__((noinline)) const char *read_special_string(const char *start, const char *special,
                                                                 const Extent *extent, StringView *slot, Arena *arena) {
  bool is_plain;
  const char *at;
  const char *reason;
  const char *after = json_string_end(start, record_end(extent, special), &is_plain, &at, &reason);
  if (after == NULL || after - start > JSON_STRING_LENGTH_MAX) return NULL;
  size_t n_bytes = (size_t)(after - 1 - start);
  if (!is_plain) {
    char *out = arena_alloc_text(arena, 2 * n_bytes);
    n_bytes = json_string_decode(start, n_bytes, false, out);
    start = out;
  }
  *slot = string_view(start, (uint32_t)n_bytes);
  return after;
}

/* A string that is a value. */
static inline const char *read_string(const char *p, const Extent *extent, StringView *slot, Arena *arena) {
  const char *start = p + 1;
  const char *end = extent->readable_end;
  const char *close = json_string_scan(start, end);
  if (close < end && *close == '"' && close - start < JSON_STRING_LENGTH_MAX) {
    view_store(slot, start, (size_t)(close - start), end);
    return close + 1;
  }
  return read_special_string(start, close, extent, slot, arena);
}

static const char *skip_string(const char *p, const Extent *extent) {
  bool is_plain;
  const char *at;
  const char *reason;
  return json_string_end(p + 1, record_end(extent, p), &is_plain, &at, &reason);
}

/* Any value: one that nobody wants must be well-formed all the same. */
static __attribute__((noinline)) const char *skip_value(const char *p, const Extent *extent) {
  if (*p == '"') return skip_string(p, extent);
  if ((*p >= '0' && *p <= '9') || *p == '-') {
    SimpleNumber number;
    const char *after = read_simple_number(p, &number);
    if (after != NULL) return after;
  }
  const char *end = record_end(extent, p);
  if (p > end) return NULL;
  JsonReader reader;
  json_reader_start(&reader, p, (size_t)(end - p));
  reader.position = p; /* a byte order mark is no white space here */
  reader.depth = 1;    /* inside the record's object; as an array, which takes a value */
  reader.is_object[0] = reader.has_entry[0] = 0;
  if (!json_reader_next(&reader)) return NULL;
  if (reader.token == JSON_STRING) return NULL;
  while (reader.depth > 1) {
    if (!json_reader_next(&reader)) return NULL;
  }
  return reader.depth == 1 ? reader.position : NULL;
}

/* --- decoding ------------------------------------------------------------------------------------------------- */

#ifdef __SSE2__
static inline bool equals_16(const char *p, const char *wanted, uint32_t mask) {
  __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
                                 _mm_loadu_si128((const __m128i *)(const void *)wanted));
  return ((uint32_t)_mm_movemask_epi8(equal) & mask) == mask;
}
#endif

static inline bool is_literal(const char *p, const ShapeField *field) {
#ifdef __SSE2__
  if (!equals_16(p, field->literal, field->head_mask)) return false;
  if (field->n_literal <= 16) return true;
  if (!equals_16(p + 16, field->literal + 16, field->tail_mask)) return false;
  if (field->n_literal <= 32) return true;
#endif
  return memcmp(p, field->literal, field->n_literal) == 0;
}

static const char *decode_shape(const Shape *shape, JsonTarget *target, const char *p, const Extent *extent,
                                uint32_t row, Arena *arena) {
  const char *end = extent->readable_end;
  const ShapeField *last = shape->fields + shape->n_fields;
  uint32_t n_nulls = 0;
  for (const ShapeField *field = shape->fields; field < last; field++) {
    if (end - p < JSON_PREDICT_MARGIN_BYTES || !is_literal(p, field)) return NULL;
    p += field->n_literal;
    uint32_t c = field->column;
    if (*p == 'n' && field->reading != READ_SKIP) {
      if (!is_null_word(p)) return NULL;
      target->nulls[n_nulls++] = c;
      p += 4;
      continue;
    }
    void *values = target->values[c];
    switch (field->reading) {
      case READ_SKIP: {
        const char *close = *p == '"' ? json_string_scan(p + 1, end) : end;
        p = close < end && *close == '"' ? close + 1 : skip_value(p, extent);
        break;
      }
      case READ_STRING:
        if (*p != '"') return NULL;
        p = read_string(p, extent, (StringView *)values + row, arena);
        break;
      case READ_BIGINT: {
        uint64_t digits;
        bool is_negative = *p == '-';
        p += is_negative;
        uint32_t n_digits = read_digits(p, &digits);
        if (n_digits == 0 || (*p == '0' && n_digits > 1)) return NULL;
        p += n_digits;
        if (*p == '.' || *p == 'e' || *p == 'E') return NULL;
        ((int64_t *)values)[row] = is_negative ? -(int64_t)digits : (int64_t)digits;
        break;
      }
      case READ_INT: {
        SimpleNumber number;
        p = read_simple_number(p, &number);
        if (p == NULL || number.n_fraction > 0 || number.digits > INT32_MAX) return NULL;
        ((int32_t *)values)[row] = number.is_negative ? -(int32_t)number.digits : (int32_t)number.digits;
        break;
      }
      case READ_DOUBLE:
        p = read_double(p, (double *)values + row);
        break;
      case READ_DECIMAL:
        p = read_decimal(p, target->columns[c].type, (int128_t *)values + row);
        break;
      case READ_BOOLEAN: {
        bool is_true = memcmp(p, "true", 4) == 0;
        if (!is_true && memcmp(p, "false", 5) != 0) return NULL;
        ((uint8_t *)values)[row] = is_true;
        p += is_true ? 4 : 5;
        break;
      }
      case READ_TIMESTAMP: {
        if (*p != '"') return NULL;
        const char *close = json_string_scan(p + 1, end);
        Type type = target->columns[c].type;
        if (close >= end || *close != '"' ||
            !parse_timestamp(p + 1, (size_t)(close - p - 1), target->time_separator, type.kind == TYPE_TIMESTAMP_LTZ,
                             type.precision, (int64_t *)values + row)) {
          return NULL;
        }
        p = close + 1;
        break;
      }
    }
    if (p == NULL) return NULL;
  }
  if (end - p < LITERAL_BYTES + LOOK_AHEAD || last->n_literal == 0 || !is_literal(p, last)) return NULL;
  for (uint32_t i = 0; i < shape->n_missing; i++) target->nulls[n_nulls++] = shape->missing[i];
  for (uint32_t i = 0; i < n_nulls; i++) json_store_null(target, target->nulls[i], row);
  target->n_nulls = n_nulls;
  return p + last->n_literal;
}

const char *json_predictor_decode(JsonPredictor *predictor, JsonTarget *target, const char *p, const char *end,
                                  const char *record_end_if_known, uint32_t row, Arena *arena) {
  Extent extent = {end, record_end_if_known};
  for (uint32_t i = 0; i < predictor->n_shapes; i++) {
    uint32_t place = predictor->current + i;
    if (place >= predictor->n_shapes) place -= predictor->n_shapes;
    const char *after = decode_shape(&predictor->shapes[place], target, p, &extent, row, arena);
    if (after != NULL && (record_end_if_known == NULL || after <= record_end_if_known)) {
      predictor->current = place;
      predictor->n_misses = 0;
      return after;
    }
  }
  return NULL;
}
