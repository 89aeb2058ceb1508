/* Any bytes at all through the CSV decoder: cut into blocks of whole records as they would be read from a file, a few
 * bytes or many at a time, they give the rows and skipped records of the whole; and rows written as CSV and read again
 * are the same rows.
 *
 * The first two bytes of the input choose the options, the columns that are wanted and how much is read at a time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/byte_buffer.h"
#include "format/format.h"

enum { N_FIELDS = 3, BATCH_ROWS = 16, N_OPTIONS_MAX = 3 };

typedef struct Outcome {
  ByteBuffer rows; /* JSON lines */
  ByteBuffer csv;
  ByteBuffer bad;
  bool has_failed;
} Outcome;

typedef struct Setup {
  Schema schema;
  Schema wanted_schema;
  Field wanted_fields[N_FIELDS];
  bool wanted[N_FIELDS];
  Options options;
  Option items[N_OPTIONS_MAX];
} Setup;

static void fail(const char *what, const ByteBuffer *a, const ByteBuffer *b) {
  fprintf(stderr, "%s\n--- one way:\n%.*s\n--- the other:\n%.*s\n", what, (int)a->n_bytes, a->bytes, (int)b->n_bytes,
          b->bytes);
  abort();
}

static void compare(const char *what, const ByteBuffer *a, const ByteBuffer *b) {
  if (a->n_bytes != b->n_bytes || (a->n_bytes > 0 && memcmp(a->bytes, b->bytes, a->n_bytes) != 0)) fail(what, a, b);
}

static void set_up(Setup *setup, uint8_t choice, uint8_t wanted) {
  static Field fields[N_FIELDS];
  fields[0] = (Field){"s", type_string(true)};
  fields[1] = (Field){"n", type_make(TYPE_INT, true)};
  fields[2] = (Field){"z", type_string(true)};
  memset(setup, 0, sizeof *setup);
  setup->schema = (Schema){fields, N_FIELDS};
  setup->wanted_schema.fields = setup->wanted_fields;
  for (uint32_t i = 0; i < N_FIELDS; i++) {
    setup->wanted[i] = (wanted >> i & 1) != 0;
    if (setup->wanted[i]) setup->wanted_fields[setup->wanted_schema.n_fields++] = fields[i];
  }
  uint32_t n_items = 0;
  if (choice & 1) setup->items[n_items++] = (Option){.key = "csv.ignore-parse-errors", .value = "true"};
  if (choice & 2) setup->items[n_items++] = (Option){.key = "csv.allow-comments", .value = "true"};
  if (choice & 4) setup->items[n_items++] = (Option){.key = "csv.escape-character", .value = "\\"};
  setup->options = (Options){setup->items, n_items};
}

static void keep_bad(void *context, const RecordBlock *block, uint64_t number, const char *record, size_t n_bytes,
                     const char *reason) {
  Outcome *outcome = context;
  char head[32];
  if (record < block->bytes || record + n_bytes > block->bytes + block->n_bytes) abort();
  snprintf(head, sizeof head, "%llu: ", (unsigned long long)number);
  byte_buffer_append_text(&outcome->bad, head);
  byte_buffer_append_text(&outcome->bad, reason);
  byte_buffer_append(&outcome->bad, record, n_bytes);
}

/* Decodes the text as a file of which `step` more bytes come with each read; 0: all at once. */
static void run(const Setup *setup, const char *text, size_t n_bytes, size_t step, Outcome *outcome) {
  Error error = {0};
  Options none = {0};
  memset(outcome, 0, sizeof *outcome);
  BadRecordSink sink = {.context = outcome, .report = keep_bad};
  Decoder *decoder = csv_format.decoder_new(&setup->schema, setup->wanted, &setup->options, sink, &error);
  Encoder *to_json = json_format.encoder_new(&setup->wanted_schema, &none, &error);
  Encoder *to_csv = csv_format.encoder_new(&setup->wanted_schema, &setup->options, &error);
  if (decoder == NULL || to_json == NULL || to_csv == NULL) abort();
  size_t from = 0;
  size_t read = 0;
  while (from < n_bytes && !outcome->has_failed) {
    read = step == 0 || n_bytes - read < step ? n_bytes : read + step;
    size_t n_whole = csv_format.whole_records(&setup->options, text + from, read - from);
    if (n_whole > read - from) abort();
    if (read == n_bytes) n_whole = n_bytes - from;
    if (n_whole == 0) continue;
    char *copy = memory_alloc(n_whole);
    memcpy(copy, text + from, n_whole);
    RecordBlock block = {.owner = arena_new(64), .bytes = copy, .n_bytes = n_whole, .split_name = "fuzz"};
    for (size_t position = 0; position < n_whole && !outcome->has_failed;) {
      Batch *batch = batch_new(setup->wanted_schema.n_fields, BATCH_ROWS);
      for (uint32_t c = 0; c < setup->wanted_schema.n_fields; c++) {
        batch_add_column(batch, c, setup->wanted_fields[c].type);
      }
      outcome->has_failed = !decoder->decode(decoder, &block, &position, batch, &error);
      if (!outcome->has_failed && (!to_json->encode(to_json, batch, &outcome->rows, &error) ||
                                   !to_csv->encode(to_csv, batch, &outcome->csv, &error))) {
        abort();
      }
      batch_release(batch);
    }
    arena_release(block.owner);
    free(copy);
    from += n_whole;
  }
  decoder->destroy(decoder);
  to_json->destroy(to_json);
  to_csv->destroy(to_csv);
}

static void outcome_free(Outcome *outcome) {
  free(outcome->rows.bytes);
  free(outcome->csv.bytes);
  free(outcome->bad.bytes);
}

/* Null texts come back as empty ones, null numbers as errors that are ignored, and so are comments: leave these out. */
static void check_round_trip(const Setup *setup, uint8_t choice, const Outcome *outcome) {
  if (choice != 1 || setup->wanted_schema.n_fields < N_FIELDS) return;
  Outcome again;
  run(setup, outcome->csv.bytes, outcome->csv.n_bytes, 0, &again);
  compare("other CSV when read again", &outcome->csv, &again.csv);
  outcome_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
  if (n_bytes < 3) return 0;
  Setup setup;
  Outcome whole;
  Outcome pieces;
  uint8_t choice = data[0] & 7;
  set_up(&setup, choice, data[1]);
  const char *text = (const char *)data + 2;
  run(&setup, text, n_bytes - 2, 0, &whole);
  run(&setup, text, n_bytes - 2, 1 + (data[0] >> 3), &pieces);
  compare("other bad records", &whole.bad, &pieces.bad);
  if (whole.has_failed != pieces.has_failed) fail("one fails only", &whole.rows, &pieces.rows);
  /* The rows before an error are cut where their batch was. */
  if (!whole.has_failed) {
    compare("other rows", &whole.rows, &pieces.rows);
    check_round_trip(&setup, choice, &whole);
  }
  outcome_free(&whole);
  outcome_free(&pieces);
  return 0;
}
