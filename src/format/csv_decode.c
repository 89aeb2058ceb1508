/* The csv format's decoder: from records to columns, with the conversions of Flink's CsvToRowDataConverters. Only the
 * fields that are wanted are converted, and a record that has at least as many fields as are wanted is long enough, as
 * there. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format/csv.h"
#include "format/utf8.h"
#include "format/value_parse.h"
#include "format/view_store.h"
#include "vec/memory.h"

enum { REASON_BYTES = 512 };

typedef struct CsvColumn {
  char *name;
  Type type;
  Physical physical;
  int32_t target; /* column of the batch; -1: not wanted */
} CsvColumn;

typedef struct CsvDecoder {
  Decoder decoder;
  CsvDialect dialect;
  char *null_literal;
  CsvColumn *columns;
  uint32_t n_columns;
  uint32_t n_wanted;
  BadRecordSink bad_records;
  uint64_t next_line; /* of the first record that has not been decoded, from 1 */
  uint32_t record_index;
  uint32_t *nulls; /* columns of the batch that are null in the row at hand */
  uint32_t n_nulls;
  char reason[REASON_BYTES];
} CsvDecoder;

static uint64_t count_line_ends(const char *p, const char *end) {
  uint64_t n_line_ends = 0;
  for (; p < end; p++) n_line_ends += *p == '\n' || (*p == '\r' && (end - p < 2 || p[1] != '\n'));
  return n_line_ends;
}

/* --- values ----------------------------------------------------------------------------------------------------- */

static ParseResult convert(Type type, const char *text, size_t n_bytes, void *slot) {
  const char *trimmed = text;
  size_t n_trimmed = n_bytes;
  parse_trim(&trimmed, &n_trimmed);
  switch (type.kind) {
    case TYPE_BOOLEAN:
      *(uint8_t *)slot = n_trimmed == 4 && strncasecmp(trimmed, "true", 4) == 0;
      return PARSE_OK;
    case TYPE_INT:
      return parse_int32(trimmed, n_trimmed, slot) ? PARSE_OK : PARSE_ERROR;
    case TYPE_BIGINT:
    case TYPE_INTERVAL_DAY_TIME:
      return parse_int64(trimmed, n_trimmed, slot) ? PARSE_OK : PARSE_ERROR;
    case TYPE_INTERVAL_YEAR_MONTH: {
      int32_t months;
      if (!parse_int32(trimmed, n_trimmed, &months)) return PARSE_ERROR;
      *(int64_t *)slot = months;
      return PARSE_OK;
    }
    case TYPE_DOUBLE:
      return parse_double(trimmed, n_trimmed, slot) ? PARSE_OK : PARSE_ERROR;
    case TYPE_DECIMAL:
      return parse_decimal(text, n_bytes, type.precision, type.scale, slot);
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      return parse_timestamp(trimmed, n_trimmed, ' ', type.kind == TYPE_TIMESTAMP_LTZ, type.precision, slot)
                 ? PARSE_OK
                 : PARSE_ERROR;
    default:
      return PARSE_NULL;
  }
}

static void store_null(CsvDecoder *self, const CsvColumn *column, Batch *batch) {
  size_t n_bytes = physical_bytes(column->physical);
  memset((char *)batch->columns[column->target].values + batch->n_rows * n_bytes, 0, n_bytes);
  self->nulls[self->n_nulls++] = (uint32_t)column->target;
}

/* False, with a reason, when the record is bad. */
static bool store_field(CsvDecoder *self, const CsvColumn *column, const CsvField *field, const char *end,
                        Batch *batch) {
  const char *text = field->bytes;
  size_t n_bytes = field->n_bytes;
  if (!field->is_plain) {
    char *decoded = arena_alloc_text(batch->arena, n_bytes + 1);
    n_bytes = csv_decode_field(&self->dialect, field, decoded);
    text = decoded;
    end = decoded + n_bytes;
  }
  if (self->null_literal != NULL && n_bytes == self->dialect.n_null_literal &&
      memcmp(text, self->null_literal, n_bytes) == 0) {
    store_null(self, column, batch);
    return true;
  }
  char *values = batch->columns[column->target].values;
  void *slot = values + batch->n_rows * physical_bytes(column->physical);
  if (column->physical == PHYSICAL_STRING) {
    view_store(slot, text, n_bytes, end);
    return true;
  }
  ParseResult result = convert(column->type, text, n_bytes, slot);
  if (result == PARSE_OK) return true;
  if (result == PARSE_ERROR && !self->dialect.ignores_errors) {
    char type[TYPE_NAME_MAX];
    char shown[UTF8_SHOWN_ROOM];
    snprintf(self->reason, sizeof self->reason, "field '%s': '%s' is not a value of type %s", column->name,
             utf8_show(text, n_bytes, shown), type_name(column->type, type));
    return false;
  }
  store_null(self, column, batch);
  return true;
}

/* --- records ---------------------------------------------------------------------------------------------------- */

static bool is_blank(const CsvField *field) {
  const char *text = field->bytes;
  size_t n_bytes = field->n_bytes;
  parse_trim(&text, &n_bytes);
  return n_bytes == 0;
}

static void set_reason(CsvDecoder *self, bool *is_good, const char *reason) {
  if (*is_good) snprintf(self->reason, sizeof self->reason, "%s", reason);
  *is_good = false;
}

/* Decodes the record at p into the batch's next row, which is not yet counted. Returns the place behind it. */
static const char *decode_record(CsvDecoder *self, const char *p, const char *end, Batch *batch, bool *is_good,
                                 bool *is_one_line) {
  const char *start = p;
  uint32_t n_fields = 0;
  CsvEnd how = CSV_SEPARATOR;
  self->n_nulls = 0;
  *is_good = true;
  *is_one_line = true;
  while (how != CSV_LINE_END && how != CSV_INPUT_END && how != CSV_UNCLOSED) {
    CsvField field;
    p = csv_scan_field(&self->dialect, p, end, &field, &how);
    if (field.is_quoted || !field.is_plain) *is_one_line = false;
    if (how == CSV_UNEXPECTED) set_reason(self, is_good, "text behind a closing quote");
    if (how == CSV_UNCLOSED) set_reason(self, is_good, "no closing quote, or nothing behind an escape character");
    if (!*is_good) continue;
    if (n_fields < self->n_columns) {
      const CsvColumn *column = &self->columns[n_fields++];
      if (column->target >= 0) *is_good = store_field(self, column, &field, end, batch);
    } else if (how == CSV_SEPARATOR || !is_blank(&field)) {
      snprintf(self->reason, sizeof self->reason, "too many fields: expected at most %u", self->n_columns);
      *is_good = false;
    }
  }
  if (*is_good && !utf8_is_valid(start, (size_t)(p - start))) set_reason(self, is_good, "invalid UTF-8");
  if (*is_good && n_fields < self->n_wanted && !self->dialect.ignores_errors) {
    snprintf(self->reason, sizeof self->reason, "row length mismatch: %u fields expected but was %u", self->n_columns,
             n_fields);
    *is_good = false;
  }
  for (; *is_good && n_fields < self->n_columns; n_fields++) {
    if (self->columns[n_fields].target >= 0) store_null(self, &self->columns[n_fields], batch);
  }
  return p;
}

static bool report_failure(CsvDecoder *self, const RecordBlock *block, uint64_t line, const char *record,
                           size_t n_bytes, Error *error) {
  char shown[UTF8_SHOWN_ROOM];
  error_set(error, ERROR_RUNTIME, "%s:%llu: Failed to deserialize CSV row '%s': %s", block->split_name,
            (unsigned long long)line, utf8_show(record, n_bytes, shown), self->reason);
  error_hint(error,
             "'csv.ignore-parse-errors' = 'true' in the table's WITH clause makes NULLs of what does not convert, and "
             "skips and counts malformed records");
  return false;
}

static void commit_row(CsvDecoder *self, Batch *batch) {
  uint32_t row = batch->n_rows++;
  for (uint32_t i = 0; i < self->n_nulls; i++) {
    Column *column = &batch->columns[self->nulls[i]];
    column_make_valid(column, batch);
    column_set_null(column, row);
  }
}

static bool csv_decode(Decoder *decoder, const RecordBlock *block, size_t *position, Batch *batch, Error *error) {
  CsvDecoder *self = (CsvDecoder *)decoder;
  const char *p = block->bytes + *position;
  const char *end = block->bytes + block->n_bytes;
  assert(batch->n_columns >= self->n_wanted);
  if (block->owner != NULL) batch_hold(batch, block->owner);
  if (*position == 0) {
    self->record_index = 0;
    if (block->first_record > 0) self->next_line = block->first_record;
  }
  while (batch->n_rows < batch->capacity_rows &&
         (block->record_ends == NULL ? p < end : self->record_index < block->n_records)) {
    const char *limit = block->record_ends == NULL ? end : block->bytes + block->record_ends[self->record_index];
    if (self->dialect.allows_comments) {
      const char *record = csv_skip_comments(p, limit);
      if (block->record_ends == NULL) self->next_line += count_line_ends(p, record);
      p = record;
    }
    uint64_t number = self->next_line;
    const char *next = p;
    if (p < limit) {
      bool is_good;
      bool is_one_line;
      next = decode_record(self, p, limit, batch, &is_good, &is_one_line);
      if (is_good) {
        commit_row(self, batch);
      } else {
        size_t n_bytes = (size_t)(next - p);
        while (n_bytes > 0 && (p[n_bytes - 1] == '\n' || p[n_bytes - 1] == '\r')) n_bytes--;
        if (!self->dialect.ignores_errors) return report_failure(self, block, number, p, n_bytes, error);
        if (self->bad_records.report != NULL) {
          self->bad_records.report(self->bad_records.context, block, number, p, n_bytes, self->reason);
        }
      }
      if (block->record_ends == NULL) self->next_line += is_one_line ? 1 : count_line_ends(p, next);
    }
    p = next;
    if (block->record_ends != NULL) {
      p = limit;
      self->record_index++;
      self->next_line++;
    }
  }
  *position = (size_t)(p - block->bytes);
  return true;
}

static void csv_destroy(Decoder *decoder) {
  CsvDecoder *self = (CsvDecoder *)decoder;
  for (uint32_t c = 0; c < self->n_columns; c++) free(self->columns[c].name);
  free(self->columns);
  free(self->nulls);
  free(self->null_literal);
  free(self);
}

Decoder *csv_decoder_new(const Schema *schema, const bool *wanted, const Options *options, BadRecordSink bad_records,
                         Error *error) {
  if (!csv_check(options, error)) return NULL;
  CsvDecoder *self = memory_alloc_zeroed(1, sizeof *self);
  self->decoder = (Decoder){.decode = csv_decode, .destroy = csv_destroy};
  self->dialect = csv_dialect(options);
  if (self->dialect.null_literal != NULL) self->null_literal = memory_copy_text(self->dialect.null_literal);
  self->bad_records = bad_records;
  self->next_line = 1;
  self->n_columns = schema->n_fields;
  self->columns = memory_alloc_zeroed(schema->n_fields + 1, sizeof *self->columns);
  self->nulls = memory_alloc_zeroed(schema->n_fields + 1, sizeof *self->nulls);
  for (uint32_t c = 0; c < schema->n_fields; c++) {
    Type type = schema->fields[c].type;
    self->columns[c] = (CsvColumn){.name = memory_copy_text(schema->fields[c].name),
                                   .type = type,
                                   .physical = type_physical(type.kind),
                                   .target = wanted[c] ? (int32_t)self->n_wanted++ : -1};
  }
  return &self->decoder;
}
