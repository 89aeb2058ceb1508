/* Any bytes at all through the JSON decoder, three ways that must give the same rows, the same skipped records and the
 * same error:
 *
 *   as one block      the predicted path: the input comes twice, so that every shape it teaches is also tried
 *   line by line      the general path: of a block with one record nothing is learned and nothing predicted
 *   as messages       records with known ends, as from Kafka
 *
 * The first two bytes of the input choose the options and the columns that are wanted. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/byte_buffer.h"
#include "format/format.h"

enum { N_FIELDS = 8, N_FILLERS = 200, BATCH_ROWS = 64 };

/* What became of the bytes, as text. */
typedef struct Outcome {
  ByteBuffer rows;
  ByteBuffer bad;
  Error error;
} Outcome;

typedef struct Setup {
  Schema schema;
  Schema wanted_schema;
  Field wanted_fields[N_FIELDS];
  bool wanted[N_FIELDS];
  Options options;
  Option items[2];
} Setup;

static void fail(const char *what, const char *a, size_t n_a, const char *b, size_t n_b) {
  fprintf(stderr, "%s\n--- one way:\n%.*s\n--- the other:\n%.*s\n", what, (int)n_a, a, (int)n_b, b);
  abort();
}

static void set_up(Setup *setup, uint8_t choice, uint8_t wanted) {
  static Field fields[N_FIELDS];
  fields[0] = (Field){"n", type_make(TYPE_INT, true)};
  fields[1] = (Field){"b", type_make(TYPE_BIGINT, true)};
  fields[2] = (Field){"d", type_make(TYPE_DOUBLE, true)};
  fields[3] = (Field){"m", type_decimal(10, 2, true)};
  fields[4] = (Field){"s", type_string(true)};
  fields[5] = (Field){"f", type_make(TYPE_BOOLEAN, true)};
  fields[6] = (Field){"t", type_timestamp(TYPE_TIMESTAMP, 3, true)};
  fields[7] = (Field){"l", type_timestamp(TYPE_TIMESTAMP_LTZ, 6, true)};
  memset(setup, 0, sizeof *setup);
  setup->schema = (Schema){fields, N_FIELDS};
  setup->wanted_schema.fields = setup->wanted_fields;
  for (uint32_t i = 0; i < N_FIELDS; i++) {
    setup->wanted[i] = (wanted >> i & 1) != 0;
    if (setup->wanted[i]) setup->wanted_fields[setup->wanted_schema.n_fields++] = fields[i];
  }
  uint32_t n_items = 0;
  if (choice % 3 == 0) setup->items[n_items++] = (Option){.key = "json.ignore-parse-errors", .value = "true"};
  if (choice % 3 == 1) setup->items[n_items++] = (Option){.key = "json.fail-on-missing-field", .value = "true"};
  if (choice & 0x80) setup->items[n_items++] = (Option){.key = "json.timestamp-format.standard", .value = "ISO-8601"};
  setup->options = (Options){setup->items, n_items};
}

static void keep_bad(void *context, const RecordBlock *block, uint64_t number, const char *record, size_t n_bytes,
                     const char *reason) {
  Outcome *outcome = context;
  char head[32];
  if (n_bytes == 0) return; /* a block of messages ends with its bytes: empty ones at its end are not seen */
  if (record < block->bytes || record + n_bytes > block->bytes + block->n_bytes) abort();
  snprintf(head, sizeof head, "%llu: ", (unsigned long long)number);
  byte_buffer_append_text(&outcome->bad, head);
  byte_buffer_append_text(&outcome->bad, reason);
  byte_buffer_append(&outcome->bad, record, n_bytes);
}

static bool decode_block(const Setup *setup, Decoder *decoder, Encoder *encoder, const char *bytes, size_t n_bytes,
                         const uint32_t *record_ends, uint32_t n_records, Outcome *outcome) {
  /* At the end of its allocation, so that the sanitizer sees who reads further. */
  char *copy = memory_alloc(n_bytes + (n_bytes == 0));
  memcpy(copy, bytes, n_bytes);
  RecordBlock block = {.owner = arena_new(64),
                       .bytes = copy,
                       .n_bytes = n_bytes,
                       .record_ends = record_ends,
                       .n_records = n_records,
                       .split_name = "fuzz"};
  bool ok = true;
  for (size_t position = 0; ok && position < n_bytes;) {
    Batch *batch = batch_new(setup->wanted_schema.n_fields, BATCH_ROWS);
    for (uint32_t c = 0; c < setup->wanted_schema.n_fields; c++) {
      batch_add_column(batch, c, setup->wanted_fields[c].type);
    }
    ok = decoder->decode(decoder, &block, &position, batch, &outcome->error);
    Error error = {0};
    if (ok && !encoder->encode(encoder, batch, &outcome->rows, &error)) abort();
    batch_release(batch);
  }
  arena_release(block.owner);
  free(copy);
  return ok;
}

typedef enum Way { WAY_BLOCK, WAY_LINES, WAY_MESSAGES } Way;

static void run(const Setup *setup, Way way, const char *text, size_t n_bytes, Outcome *outcome) {
  Options none = {0};
  Error error = {0};
  memset(outcome, 0, sizeof *outcome);
  BadRecordSink sink = {.context = outcome, .report = keep_bad};
  Decoder *decoder = json_format.decoder_new(&setup->schema, setup->wanted, &setup->options, sink, &error);
  Encoder *encoder = json_format.encoder_new(&setup->wanted_schema, &none, &error);
  if (decoder == NULL || encoder == NULL) abort();
  if (way == WAY_BLOCK) {
    decode_block(setup, decoder, encoder, text, n_bytes, NULL, 0, outcome);
  } else {
    ByteBuffer messages = {0};
    uint32_t *ends = memory_alloc_zeroed(n_bytes + 1, sizeof *ends);
    uint32_t n_records = 0;
    bool ok = true;
    for (const char *line = text; ok && line < text + n_bytes;) {
      const char *line_end = memchr(line, '\n', (size_t)(text + n_bytes - line));
      size_t n_line = (size_t)(line_end - line);
      if (way == WAY_LINES) {
        ok = decode_block(setup, decoder, encoder, line, n_line + 1, NULL, 0, outcome);
      } else {
        byte_buffer_append(&messages, line, n_line - (n_line > 0 && line[n_line - 1] == '\r'));
        ends[n_records++] = (uint32_t)messages.n_bytes;
      }
      line = line_end + 1;
    }
    if (way == WAY_MESSAGES) {
      decode_block(setup, decoder, encoder, messages.bytes, messages.n_bytes, ends, n_records, outcome);
    }
    free(messages.bytes);
    free(ends);
  }
  decoder->destroy(decoder);
  encoder->destroy(encoder);
}

static void compare(const char *what, const ByteBuffer *a, const ByteBuffer *b) {
  if (a->n_bytes != b->n_bytes || (a->n_bytes > 0 && memcmp(a->bytes, b->bytes, a->n_bytes) != 0)) {
    fail(what, a->bytes, a->n_bytes, b->bytes, b->n_bytes);
  }
}

static void compare_outcomes(const Outcome *a, const Outcome *b) {
  compare("other rows", &a->rows, &b->rows);
  compare("other bad records", &a->bad, &b->bad);
  if (a->error.kind != b->error.kind || strcmp(a->error.message, b->error.message) != 0) {
    fail("another error", a->error.message, strlen(a->error.message), b->error.message, strlen(b->error.message));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
  if (n_bytes < 2) return 0;
  Setup setup;
  set_up(&setup, data[0], data[1]);
  ByteBuffer text = {0};
  for (int i = 0; i < 2; i++) {
    byte_buffer_append(&text, (const char *)data + 2, n_bytes - 2);
    byte_buffer_append_byte(&text, '\n');
  }
  /* Records near the end of a block are not predicted. */
  for (int i = 0; i < N_FILLERS; i++) byte_buffer_append_byte(&text, '\n');
  Outcome outcomes[3];
  for (int way = WAY_BLOCK; way <= WAY_MESSAGES; way++) {
    run(&setup, (Way)way, text.bytes, text.n_bytes, &outcomes[way]);
  }
  bool has_stopped = outcomes[WAY_LINES].error.kind != ERROR_NONE;
  for (int way = WAY_BLOCK; way <= WAY_MESSAGES; way++) {
    /* The rows before an error are cut where their batch was. */
    if (has_stopped) outcomes[way].rows.n_bytes = 0;
  }
  compare_outcomes(&outcomes[WAY_BLOCK], &outcomes[WAY_LINES]);
  compare_outcomes(&outcomes[WAY_MESSAGES], &outcomes[WAY_LINES]);
  for (int way = WAY_BLOCK; way <= WAY_MESSAGES; way++) {
    free(outcomes[way].rows.bytes);
    free(outcomes[way].bad.bytes);
  }
  free(text.bytes);
  return 0;
}
