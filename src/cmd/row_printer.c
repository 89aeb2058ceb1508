/* See row_printer.h. */
#include "cmd/row_printer.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/table_text.h"
#include "cmd/text.h"
#include "format/byte_buffer.h"
#include "func/value_text.h"
#include "io/row_text.h"
#include "vec/zone.h"

enum {
  WIDTH_ROWS = 1000, /* of a table: rows that decide about the widths of its columns */
  WRITE_BYTES = 64 << 10
};

/* One bare SELECT. */
typedef struct JobRows {
  const PlanJob *job;
  TableText *table; /* ROWS_TABLE */
  Encoder *encoder; /* ROWS_JSON, ROWS_CSV */
  ByteBuffer text;  /* not written yet */
  FILE *spool;      /* where the text waits for its turn; NULL: nothing does */
  uint64_t n_rows;
} JobRows;

struct RowPrinter {
  RowStyle style;
  JobRows *jobs;
  uint32_t n_jobs;
  bool is_followed;
  bool is_unread;
  size_t n_written_bytes; /* since the last flush */
};

const char row_style_names[] = "table, flink, json or csv";

bool row_style_find(const char *name, RowStyle *style) {
  static const char *const NAMES[] = {
      [ROWS_TABLE] = "table", [ROWS_FLINK] = "flink", [ROWS_JSON] = "json", [ROWS_CSV] = "csv"};
  for (size_t s = 0; s < sizeof NAMES / sizeof NAMES[0]; s++) {
    if (strcmp(name, NAMES[s]) != 0) continue;
    *style = (RowStyle)s;
    return true;
  }
  return false;
}

static bool is_right_aligned(TypeKind kind) { return type_is_numeric(kind) || type_is_interval(kind); }

static TableText *new_table(const Schema *schema) {
  TableText *table = table_text_new(schema->n_fields);
  for (uint32_t c = 0; c < schema->n_fields; c++) {
    table_text_column(table, schema->fields[c].name, is_right_aligned(schema->fields[c].type.kind));
  }
  return table;
}

static Encoder *new_encoder(RowStyle style, const Schema *schema, Error *error) {
  const Format *format = format_find(style == ROWS_JSON ? "json" : "csv");
  assert(format != NULL);
  return format->encoder_new(schema, &(Options){0}, error);
}

RowPrinter *row_printer_new(const Plan *plan, RowStyle style, Error *error) {
  RowPrinter *printer = memory_alloc_zeroed(1, sizeof *printer);
  printer->style = style;
  printer->jobs = memory_alloc_zeroed(plan->n_jobs + 1, sizeof *printer->jobs);
  for (uint32_t j = 0; j < plan->n_jobs; j++) {
    const PlanNode *root = plan->jobs[j].root;
    if (root->kind != PLAN_COLLECT) continue;
    JobRows *rows = &printer->jobs[printer->n_jobs++];
    rows->job = &plan->jobs[j];
    if (style == ROWS_TABLE) rows->table = new_table(&root->schema);
    if (style != ROWS_JSON && style != ROWS_CSV) continue;
    rows->encoder = new_encoder(style, &root->schema, error);
    if (rows->encoder == NULL) {
      row_printer_free(printer);
      return NULL;
    }
  }
  return printer;
}

void row_printer_free(RowPrinter *printer) {
  if (printer == NULL) return;
  for (uint32_t j = 0; j < printer->n_jobs; j++) {
    JobRows *rows = &printer->jobs[j];
    table_text_free(rows->table);
    if (rows->encoder != NULL) rows->encoder->destroy(rows->encoder);
    if (rows->spool != NULL) fclose(rows->spool);
    free(rows->text.bytes);
  }
  free(printer->jobs);
  free(printer);
}

bool row_printer_has_jobs(const RowPrinter *printer) { return printer->n_jobs > 0; }
void row_printer_set_followed(RowPrinter *printer, bool is_followed) { printer->is_followed = is_followed; }
bool row_printer_is_unread(const RowPrinter *printer) { return printer->is_unread; }

/* --- from rows to text --- */

static void add_table_cell(JobRows *rows, const Column *column, uint32_t row) {
  if (column->type.kind == TYPE_NULL || !column_is_valid(column, row)) {
    table_text_cell(rows->table, "NULL", 4);
    return;
  }
  Value value = {0};
  size_t n_bytes = physical_bytes(type_physical(column->type.kind));
  memcpy(&value, (const char *)column->values + row * n_bytes, n_bytes);
  const Zone *zone = rows->job->root->settings.zone;
  if (column->type.kind == TYPE_TIMESTAMP_LTZ && !zone_is_utc(zone)) value.int64 = zone_to_local(zone, value.int64);
  char room[VALUE_TEXT_MAX];
  StringView text = value_text(column->type, &value, room);
  table_text_cell(rows->table, string_view_bytes(&text), text.length);
}

static void append_names(JobRows *rows) {
  const Schema *schema = &rows->job->root->schema;
  for (uint32_t c = 0; c < schema->n_fields; c++) {
    const char *name = schema->fields[c].name;
    bool is_quoted = strpbrk(name, ",\"\r\n") != NULL;
    if (c > 0) byte_buffer_append_byte(&rows->text, ',');
    if (is_quoted) byte_buffer_append_byte(&rows->text, '"');
    for (; *name != '\0'; name++) {
      if (*name == '"') byte_buffer_append_byte(&rows->text, '"');
      byte_buffer_append_byte(&rows->text, *name);
    }
    if (is_quoted) byte_buffer_append_byte(&rows->text, '"');
  }
  byte_buffer_append_byte(&rows->text, '\n');
}

static bool append_batch(RowPrinter *printer, JobRows *rows, const Batch *batch, Error *error) {
  switch (printer->style) {
    case ROWS_TABLE:
      for (uint32_t row = 0; row < batch->n_rows; row++) {
        for (uint32_t c = 0; c < batch->n_columns; c++) add_table_cell(rows, &batch->columns[c], row);
      }
      if (table_text_waiting(rows->table) >= WIDTH_ROWS) table_text_write(rows->table, "", &rows->text);
      break;
    case ROWS_FLINK:
      for (uint32_t row = 0; row < batch->n_rows; row++) {
        row_text_append(&rows->text, &rows->job->root->schema, batch, row);
        byte_buffer_append_byte(&rows->text, '\n');
      }
      break;
    case ROWS_CSV:
      if (rows->n_rows == 0) append_names(rows);
      /* fall through */
    case ROWS_JSON:
      if (!rows->encoder->encode(rows->encoder, batch, &rows->text, error)) return false;
      break;
  }
  rows->n_rows += batch->n_rows;
  return true;
}

/* --- from text to standard output --- */

static bool write_out(RowPrinter *printer, const char *bytes, size_t n_bytes, Error *error) {
  printer->n_written_bytes += n_bytes;
  if (n_bytes == 0 || (fwrite(bytes, 1, n_bytes, stdout) == n_bytes && fflush(stdout) == 0)) return true;
  printer->is_unread = errno == EPIPE;
  return error_set(error, ERROR_RUNTIME, "cannot write to standard output: %s", strerror(errno));
}

static bool spool_failed(Error *error) {
  return error_set(error, ERROR_RUNTIME, "cannot keep the rows of a SELECT in a temporary file: %s", strerror(errno));
}

/* The first SELECT is written at once; so are all when none of them ever ends. */
static bool write_text(RowPrinter *printer, JobRows *rows, Error *error) {
  size_t n_bytes = rows->text.n_bytes;
  rows->text.n_bytes = 0;
  if (rows == printer->jobs || printer->is_followed) return write_out(printer, rows->text.bytes, n_bytes, error);
  if (n_bytes == 0) return true;
  if (rows->spool == NULL && (rows->spool = tmpfile()) == NULL) return spool_failed(error);
  return fwrite(rows->text.bytes, 1, n_bytes, rows->spool) == n_bytes || spool_failed(error);
}

static bool write_spool(RowPrinter *printer, JobRows *rows, Error *error) {
  if (rows->spool == NULL) return true;
  char *bytes = memory_alloc(WRITE_BYTES);
  rewind(rows->spool);
  bool is_done = true;
  size_t n_bytes;
  while (is_done && (n_bytes = fread(bytes, 1, WRITE_BYTES, rows->spool)) > 0) {
    is_done = write_out(printer, bytes, n_bytes, error);
  }
  if (is_done && ferror(rows->spool)) is_done = spool_failed(error);
  free(bytes);
  return is_done;
}

bool row_printer_add(RowPrinter *printer, const PlanJob *job, const Batch *batch, Error *error) {
  JobRows *rows = printer->jobs;
  while (rows->job != job) rows++;
  assert(rows < printer->jobs + printer->n_jobs);
  if (!append_batch(printer, rows, batch, error)) return false;
  return rows->text.n_bytes < WRITE_BYTES || write_text(printer, rows, error);
}

bool row_printer_flush(RowPrinter *printer, size_t *n_bytes, Error *error) {
  bool is_done = true;
  for (uint32_t j = 0; is_done && j < printer->n_jobs; j++) {
    JobRows *rows = &printer->jobs[j];
    /* Rows of a bounded source that decide about widths may wait: the end is near. */
    if (printer->is_followed && rows->table != NULL && table_text_waiting(rows->table) > 0) {
      table_text_write(rows->table, "", &rows->text);
    }
    if (j == 0 || printer->is_followed) is_done = write_text(printer, rows, error);
  }
  *n_bytes = printer->n_written_bytes;
  printer->n_written_bytes = 0;
  return is_done;
}

static void append_count(JobRows *rows, bool is_last) {
  char count[TEXT_MAX], line[TEXT_MAX + 16];
  snprintf(line, sizeof line, "(%s row%s)\n%s", text_count(rows->n_rows, count), rows->n_rows == 1 ? "" : "s",
           is_last ? "" : "\n");
  byte_buffer_append_text(&rows->text, line);
}

bool row_printer_finish(RowPrinter *printer, Error *error) {
  for (uint32_t j = 0; j < printer->n_jobs; j++) {
    JobRows *rows = &printer->jobs[j];
    if (!write_spool(printer, rows, error)) return false;
    if (printer->style == ROWS_TABLE) {
      table_text_write(rows->table, "", &rows->text);
      append_count(rows, j + 1 == printer->n_jobs);
    }
    if (printer->style == ROWS_CSV && rows->n_rows == 0) append_names(rows);
    size_t n_bytes = rows->text.n_bytes;
    rows->text.n_bytes = 0;
    if (!write_out(printer, rows->text.bytes, n_bytes, error)) return false;
  }
  return true;
}
