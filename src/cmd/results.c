/* See results.h. The files are read with the filesystem connector and the json format, as a job would. */
#include "cmd/results.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/connector.h"
#include "vec/memory.h"

enum { READ_ROWS = 1024, COLUMNS_MAX = 12, SPEND_PRECISION = 18, SPEND_SCALE = 6 };
static const double SPEND_UNIT = 1e6;

typedef struct ResultColumn {
  const char *name;
  TypeKind kind;
  size_t offset; /* of its field in ResultRow */
} ResultColumn;

#define FIELD(name) offsetof(ResultRow, name)
/* What each table's rows have, of what the report needs. */
static const struct {
  const char *name;
  ResultColumn columns[COLUMNS_MAX];
} TABLES[RESULT_TABLE_COUNT] = {
    [RESULTS_BY_CAMPAIGN] = {"ctr_by_campaign",
                             {{"window_start", TYPE_TIMESTAMP, FIELD(start_us)},
                              {"window_end", TYPE_TIMESTAMP, FIELD(end_us)},
                              {"campaign_id", TYPE_VARCHAR, FIELD(name)},
                              {"impressions", TYPE_BIGINT, FIELD(impressions)},
                              {"clicks", TYPE_BIGINT, FIELD(clicks)},
                              {"spend", TYPE_DECIMAL, FIELD(spend)}}},
    [RESULTS_BY_CAMPAIGN_LIVE] = {"ctr_by_campaign_live",
                                  {{"window_start", TYPE_TIMESTAMP, FIELD(start_us)},
                                   {"window_end", TYPE_TIMESTAMP, FIELD(end_us)},
                                   {"campaign_id", TYPE_VARCHAR, FIELD(name)},
                                   {"impressions", TYPE_BIGINT, FIELD(impressions)},
                                   {"clicks", TYPE_BIGINT, FIELD(clicks)}}},
    [RESULTS_BY_DEVICE] = {"engagement_by_device",
                           {{"window_start", TYPE_TIMESTAMP, FIELD(start_us)},
                            {"window_end", TYPE_TIMESTAMP, FIELD(end_us)},
                            {"device_type", TYPE_VARCHAR, FIELD(name)},
                            {"impressions", TYPE_BIGINT, FIELD(impressions)},
                            {"clicks", TYPE_BIGINT, FIELD(clicks)},
                            {"unique_users", TYPE_BIGINT, FIELD(unique_users)},
                            {"unique_clickers", TYPE_BIGINT, FIELD(unique_clickers)},
                            {"mean_seconds_to_click", TYPE_DOUBLE, FIELD(mean_seconds_to_click)},
                            {"spend", TYPE_DECIMAL, FIELD(spend)}}},
};

typedef struct ResultReader {
  Results *results;
  const ResultColumn *columns;
  Schema schema;
  Field fields[COLUMNS_MAX];
  size_t capacity;
} ResultReader;

static Type column_type(TypeKind kind) {
  switch (kind) {
    case TYPE_TIMESTAMP:
      return type_timestamp(kind, 3, true);
    case TYPE_VARCHAR:
      return type_string(true);
    case TYPE_DECIMAL:
      return type_decimal(SPEND_PRECISION, SPEND_SCALE, true);
    default:
      return type_make(kind, true);
  }
}

static void store_value(ResultReader *reader, ResultRow *result, const ResultColumn *wanted, const Column *column,
                        uint32_t row) {
  char *field = (char *)result + wanted->offset;
  if (!column_is_valid(column, row)) return;
  switch (wanted->kind) {
    case TYPE_VARCHAR: {
      const StringView *view = &((const StringView *)column->values)[row];
      const char *copy = arena_copy_text(reader->results->arena, string_view_bytes(view), view->length);
      memcpy(field, &copy, sizeof copy);
      break;
    }
    case TYPE_DECIMAL: {
      double number = (double)((const int128_t *)column->values)[row] / SPEND_UNIT;
      memcpy(field, &number, sizeof number);
      break;
    }
    default:
      memcpy(field, (const char *)column->values + row * sizeof(int64_t), sizeof(int64_t));
  }
}

static void add_rows(ResultReader *reader, const Batch *batch) {
  Results *results = reader->results;
  results->rows = memory_grow(results->rows, &reader->capacity, results->n_rows + batch->n_rows, sizeof *results->rows);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    ResultRow *result = &results->rows[results->n_rows];
    *result = (ResultRow){0};
    for (uint32_t c = 0; c < reader->schema.n_fields; c++) {
      store_value(reader, result, &reader->columns[c], &batch->columns[c], row);
    }
    if (result->name != NULL) results->n_rows++;
  }
}

static bool read_block(ResultReader *reader, Decoder *decoder, const RecordBlock *block, Error *error) {
  size_t position = 0;
  while (position < block->n_bytes) {
    Batch *batch = batch_new(reader->schema.n_fields, READ_ROWS);
    for (uint32_t c = 0; c < batch->n_columns; c++) batch_add_column(batch, c, reader->fields[c].type);
    bool is_done = decoder->decode(decoder, block, &position, batch, error);
    if (is_done) add_rows(reader, batch);
    batch_release(batch);
    if (!is_done) return false;
  }
  return true;
}

static bool read_split(ResultReader *reader, const Options *options, Split *split, Error *error) {
  bool wanted[COLUMNS_MAX];
  memset(wanted, true, sizeof wanted);
  Decoder *decoder = json_format.decoder_new(&reader->schema, wanted, options, (BadRecordSink){0}, error);
  if (decoder == NULL) return false;
  bool is_done = true;
  for (bool has_more = true; is_done && has_more;) {
    RecordBlock block = {0};
    switch (split->read(split, &block, error)) {
      case READ_BLOCK:
        is_done = read_block(reader, decoder, &block, error);
        arena_release(block.owner);
        break;
      case READ_IDLE:
      case READ_END:
        has_more = false;
        break;
      case READ_ERROR:
        is_done = false;
        break;
    }
  }
  decoder->destroy(decoder);
  return is_done;
}

static bool read_folder(ResultReader *reader, const char *table_name, Error *error) {
  const Option items[] = {{.key = "connector", .value = "filesystem"},
                          {.key = "path", .value = reader->results->folder},
                          {.key = "format", .value = "json"}};
  TableOptions table = {.table_name = table_name,
                        .options = {.items = items, .n_items = sizeof items / sizeof items[0]}};
  SplitSet *split_set = filesystem_connector.source_open(&table, error);
  if (split_set == NULL) return false;
  Split **splits = NULL;
  uint32_t n_splits = 0;
  bool is_done = split_set->discover(split_set, &splits, &n_splits, error);
  for (uint32_t s = 0; s < n_splits; s++) {
    is_done = is_done && read_split(reader, &table.options, splits[s], error);
    splits[s]->close(splits[s]);
  }
  free(splits);
  split_set->close(split_set);
  return is_done;
}

static int compare_rows(const void *left, const void *right) {
  const ResultRow *a = left, *b = right;
  int order = strcmp(a->name, b->name);
  if (order != 0) return order;
  return (a->start_us > b->start_us) - (a->start_us < b->start_us);
}

static void sort_and_remove_repeated(Results *results) {
  if (results->n_rows == 0) return;
  qsort(results->rows, results->n_rows, sizeof *results->rows, compare_rows);
  size_t n_kept = 1;
  for (size_t r = 1; r < results->n_rows; r++) {
    if (compare_rows(&results->rows[n_kept - 1], &results->rows[r]) != 0) results->rows[n_kept++] = results->rows[r];
  }
  results->n_repeated = results->n_rows - n_kept;
  results->n_rows = n_kept;
}

bool results_read(Results *results, const char *directory, ResultTable table, Error *error) {
  assert(table < RESULT_TABLE_COUNT);
  *results = (Results){.arena = arena_new(4096)};
  size_t n_bytes = strlen(directory) + strlen(TABLES[table].name) + 2;
  results->folder = memory_alloc(n_bytes);
  snprintf(results->folder, n_bytes, "%s/%s", directory, TABLES[table].name);
  struct stat status;
  results->is_there = stat(results->folder, &status) == 0;
  if (!results->is_there) return true;

  ResultReader reader = {.results = results, .columns = TABLES[table].columns};
  reader.schema.fields = reader.fields;
  for (; reader.columns[reader.schema.n_fields].name != NULL; reader.schema.n_fields++) {
    const ResultColumn *column = &reader.columns[reader.schema.n_fields];
    reader.fields[reader.schema.n_fields] = (Field){.name = column->name, .type = column_type(column->kind)};
  }
  if (!read_folder(&reader, TABLES[table].name, error)) return false;
  sort_and_remove_repeated(results);
  return true;
}

void results_free(Results *results) {
  free(results->rows);
  free(results->folder);
  arena_release(results->arena);
  *results = (Results){0};
}
