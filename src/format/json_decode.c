/* The json format's decoder: from lines or messages to columns.
 *
 * Each record is tried the predicted way first (json_predict.c). The general way here follows Flink's
 * JsonParserRowDataDeserializationSchema step by step, with what follows from it: once as many known fields as there
 * are columns have been read, counting a duplicate each time, the rest of the record is only checked; nobody looks
 * behind the closing bracket; an array at the top gives a row per element; and under ignore-parse-errors a value that
 * does not convert is null and the parser goes on from wherever it stands. */
#include "format/json_decode.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/json.h"
#include "format/utf8.h"
#include "vec/memory.h"

enum { REASON_BYTES = 256 };

typedef enum Seen { SEEN_NOT = 0, SEEN_NULL, SEEN_VALUE } Seen;

typedef struct JsonDecoder {
  Decoder decoder;
  JsonTarget target;
  bool fails_on_missing_field;
  bool ignores_errors;
  BadRecordSink bad_records;
  JsonPredictor *predictor;
  uint8_t *seen;          /* per column of the row: Seen */
  uint64_t record_number; /* of the last record begun, in the split */
  uint32_t record_index;  /* of the record at hand, in a block with record_ends */
  bool in_array;          /* the record at hand is an array, with elements still to come */
  JsonReader reader;
  char reason[REASON_BYTES];
} JsonDecoder;

/* --- one record, the general way ------------------------------------------------------------------------------- */

static void begin_row(JsonDecoder *self) { memset(self->seen, SEEN_NOT, self->target.n_columns); }

static void end_row(JsonDecoder *self, uint32_t row) {
  JsonTarget *target = &self->target;
  target->n_nulls = 0;
  for (uint32_t c = 0; c < target->n_columns; c++) {
    if (self->seen[c] == SEEN_VALUE) continue;
    target->nulls[target->n_nulls++] = c;
    json_store_null(target, c, row);
  }
}

/* Names come in the order of the columns more often than not: the search starts behind the last one found. */
static int find_column(const JsonTarget *target, const JsonText *name, uint32_t start) {
  for (uint32_t i = 0; i < target->n_columns; i++) {
    uint32_t c = start + i;
    if (c >= target->n_columns) c -= target->n_columns;
    if (target->columns[c].n_name == name->n_bytes &&
        memcmp(target->columns[c].name, name->bytes, name->n_bytes) == 0) {
      return (int)c;
    }
  }
  return -1;
}

static bool fail(JsonDecoder *self, const char *reason) {
  snprintf(self->reason, sizeof self->reason, "%s", reason);
  return false;
}

static const char *token_description(const JsonReader *reader) {
  switch (reader->token) {
    case JSON_OBJECT_START:
      return "an object";
    case JSON_ARRAY_START:
      return "an array";
    case JSON_STRING:
      return "this string";
    case JSON_TRUE:
    case JSON_FALSE:
      return "true or false";
    default:
      return "this number";
  }
}

/* The current value as column c of the row: false when the record is bad. */
static bool convert_field(JsonDecoder *self, uint32_t c, uint32_t row, Arena *arena) {
  JsonReader *reader = &self->reader;
  self->seen[c] = SEEN_NULL;
  if (reader->token == JSON_NONE || reader->token == JSON_NULL) return true;
  const char *description = token_description(reader);
  switch (json_convert(reader, &self->target, c, row, arena)) {
    case PARSE_OK:
      self->seen[c] = SEEN_VALUE;
      return true;
    case PARSE_NULL:
      return true;
    case PARSE_ERROR:
      break;
  }
  const char *syntax = reader->reason;
  reader->reason = NULL;
  if (self->ignores_errors) return true;
  char type[TYPE_NAME_MAX];
  if (syntax != NULL) {
    snprintf(self->reason, sizeof self->reason, "field '%s': %s", self->target.columns[c].name, syntax);
  } else {
    snprintf(self->reason, sizeof self->reason, "field '%s': %s is not a value of type %s",
             self->target.columns[c].name, description, type_name(self->target.columns[c].type, type));
  }
  return false;
}

/* The object at the reader's token into a row: JsonParserToRowDataConverters.createRowConverter. */
static bool decode_object(JsonDecoder *self, uint32_t row, Arena *arena) {
  JsonReader *reader = &self->reader;
  uint32_t n_columns = self->target.n_columns;
  uint32_t n_found = 0;
  uint32_t next_column = 0;
  begin_row(self);
  if (!json_reader_next(reader)) return fail(self, reader->reason);
  while (reader->token != JSON_OBJECT_END) {
    if (n_found >= n_columns) {
      if (!json_reader_skip_field(reader)) return fail(self, reader->reason);
      continue;
    }
    JsonText name;
    if (!json_reader_text(reader, arena, true, &name) || !json_reader_next(reader)) return fail(self, reader->reason);
    int column = name.bytes == NULL ? -1 : find_column(&self->target, &name, next_column);
    if (column < 0) {
      if (!json_reader_skip_field(reader)) return fail(self, reader->reason);
      continue;
    }
    if (!convert_field(self, (uint32_t)column, row, arena)) return false;
    if (!json_reader_next(reader)) return fail(self, reader->reason);
    n_found++;
    next_column = (uint32_t)column + 1;
  }
  if (n_found < n_columns && self->fails_on_missing_field) {
    for (uint32_t c = 0; c < n_columns; c++) {
      if (self->seen[c] == SEEN_NOT) {
        snprintf(self->reason, sizeof self->reason, "field '%s' is missing", self->target.columns[c].name);
        return false;
      }
    }
  }
  end_row(self, row);
  return true;
}

typedef enum RecordResult {
  RECORD_ROW,   /* one row; of an array: more may follow, call again */
  RECORD_NONE,  /* no row (any more), nothing wrong */
  RECORD_EMPTY, /* no bytes: no error to Flink whatever the options say, but counted as skipped */
  RECORD_BAD
} RecordResult;

static RecordResult decode_record(JsonDecoder *self, const char *record, size_t n_bytes, uint32_t row, Arena *arena) {
  JsonReader *reader = &self->reader;
  if (!self->in_array) {
    if (n_bytes == 0) {
      fail(self, "an empty line");
      return RECORD_EMPTY;
    }
    json_reader_start(reader, record, n_bytes);
    if (!json_reader_next(reader)) {
      fail(self, reader->reason);
      return RECORD_BAD;
    }
    if (reader->token == JSON_OBJECT_START) return decode_object(self, row, arena) ? RECORD_ROW : RECORD_BAD;
    if (reader->token != JSON_ARRAY_START) {
      fail(self, reader->token == JSON_NONE ? "a line of blanks" : "neither an object nor an array of objects");
      return RECORD_BAD;
    }
  }
  self->in_array = false;
  if (!json_reader_next(reader)) {
    fail(self, reader->reason);
    return RECORD_BAD;
  }
  if (reader->token == JSON_ARRAY_END) return RECORD_NONE;
  if (reader->token != JSON_OBJECT_START) {
    fail(self, "an array element that is not an object");
    return RECORD_BAD;
  }
  if (!decode_object(self, row, arena)) return RECORD_BAD;
  self->in_array = true;
  return RECORD_ROW;
}

/* --- blocks of records ----------------------------------------------------------------------------------------- */

static bool report_failure(JsonDecoder *self, const RecordBlock *block, const char *record, size_t n_bytes,
                           Error *error) {
  char shown[UTF8_SHOWN_ROOM];
  error_set(error, ERROR_RUNTIME, "%s:%llu: Failed to deserialize JSON '%s': %s", block->split_name,
            (unsigned long long)self->record_number, utf8_show(record, n_bytes, shown), self->reason);
  error_hint(error,
             "'json.ignore-parse-errors' = 'true' in the table's WITH clause skips such records and counts them");
  return false;
}

static void commit_row(JsonDecoder *self, Batch *batch) {
  uint32_t row = batch->n_rows++;
  for (uint32_t i = 0; i < self->target.n_nulls; i++) {
    Column *column = &batch->columns[self->target.nulls[i]];
    column_make_valid(column, batch);
    column_set_null(column, row);
  }
}

static bool begin_batch(JsonDecoder *self, const RecordBlock *block, Batch *batch) {
  bool may_point_into_block = false;
  for (uint32_t c = 0; c < self->target.n_columns; c++) {
    self->target.values[c] = batch->columns[c].values;
    may_point_into_block |= self->target.columns[c].physical == PHYSICAL_STRING;
  }
  if (may_point_into_block && block->owner != NULL) batch_hold(batch, block->owner);
  return true;
}

static bool json_decode(Decoder *decoder, const RecordBlock *block, size_t *position, Batch *batch, Error *error) {
  JsonDecoder *self = (JsonDecoder *)decoder;
  const char *p = block->bytes + *position;
  const char *end = block->bytes + block->n_bytes;
  assert(batch->n_columns >= self->target.n_columns);
  begin_batch(self, block, batch);
  if (*position == 0 && !self->in_array) {
    self->record_index = 0;
    if (block->first_record > 0) self->record_number = block->first_record - 1;
  }
  while (batch->n_rows < batch->capacity_rows &&
         (block->record_ends == NULL ? p < end : self->record_index < block->n_records)) {
    const char *known_end = block->record_ends == NULL ? NULL : block->bytes + block->record_ends[self->record_index];
    if (!self->in_array) {
      self->record_number++;
      const char *after =
          json_predictor_decode(self->predictor, &self->target, p, end, known_end, batch->n_rows, batch->arena);
      if (after != NULL) {
        if (known_end != NULL) {
          p = known_end;
          self->record_index++;
        } else if (*after == '\n') {
          p = after + 1;
        } else {
          const char *line_end = memchr(after, '\n', (size_t)(end - after));
          p = line_end == NULL ? end : line_end + 1;
        }
        commit_row(self, batch);
        continue;
      }
    }
    const char *next = known_end;
    const char *record_end = known_end;
    if (known_end == NULL) {
      assert(p != NULL);
      const char *line_end = memchr(p, '\n', (size_t)(end - p));
      next = line_end == NULL ? end : line_end + 1;
      record_end = line_end == NULL ? end : line_end;
      if (record_end > p && record_end[-1] == '\r') record_end--;
    }
    size_t n_bytes = (size_t)(record_end - p);
    RecordResult result = decode_record(self, p, n_bytes, batch->n_rows, batch->arena);
    if (result == RECORD_ROW) commit_row(self, batch);
    if (self->in_array) continue;
    if (result == RECORD_ROW && end - record_end > JSON_PREDICT_MARGIN_BYTES) {
      json_predictor_learn(self->predictor, &self->target, p, n_bytes);
    }
    if (result == RECORD_BAD && !self->ignores_errors) return report_failure(self, block, p, n_bytes, error);
    if (result == RECORD_BAD || result == RECORD_EMPTY) {
      if (self->bad_records.report != NULL) {
        self->bad_records.report(self->bad_records.context, block, self->record_number, p, n_bytes, self->reason);
      }
    }
    p = next;
    if (known_end != NULL) self->record_index++;
  }
  *position = (size_t)(p - block->bytes);
  return true;
}

static void json_destroy(Decoder *decoder) {
  JsonDecoder *self = (JsonDecoder *)decoder;
  for (uint32_t c = 0; c < self->target.n_columns; c++) free((void *)(uintptr_t)self->target.columns[c].name);
  free((void *)(uintptr_t)self->target.columns);
  free(self->target.values);
  free(self->target.nulls);
  free(self->seen);
  json_predictor_free(self->predictor);
  free(self);
}

Decoder *json_decoder_new(const Schema *schema, const bool *wanted, const Options *options, BadRecordSink bad_records,
                          Error *error) {
  if (!json_check(options, error)) return NULL;
  JsonDecoder *self = memory_alloc_zeroed(1, sizeof *self);
  self->decoder.decode = json_decode;
  self->decoder.destroy = json_destroy;
  self->fails_on_missing_field = options_get_boolean(options, json_options, "json.fail-on-missing-field");
  self->ignores_errors = options_get_boolean(options, json_options, "json.ignore-parse-errors");
  self->bad_records = bad_records;

  JsonTarget *target = &self->target;
  JsonColumn *columns = memory_alloc_zeroed(schema->n_fields + 1, sizeof *columns);
  const char *standard = options_get(options, json_options, "json.timestamp-format.standard");
  target->time_separator = strcmp(standard, "SQL") == 0 ? ' ' : 'T';
  for (uint32_t i = 0; i < schema->n_fields; i++) {
    if (!wanted[i]) continue;
    JsonColumn *column = &columns[target->n_columns++];
    column->name = memory_copy_text(schema->fields[i].name);
    column->n_name = strlen(column->name);
    column->type = schema->fields[i].type;
    column->physical = type_physical(column->type.kind);
    target->exact_numbers |= column->type.kind == TYPE_DECIMAL;
  }
  target->columns = columns;
  target->values = memory_alloc_zeroed(target->n_columns + 1, sizeof *target->values);
  target->nulls = memory_alloc_zeroed(target->n_columns + 1, sizeof *target->nulls);
  self->seen = memory_alloc_zeroed(target->n_columns + 1, sizeof *self->seen);
  self->predictor = json_predictor_new(target->n_columns);
  return &self->decoder;
}
