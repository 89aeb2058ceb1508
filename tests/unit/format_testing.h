/* What the tests of formats share: bytes decoded in batches of any size, and shown as JSON lines. */
#ifndef WEIR_TESTS_FORMAT_TESTING_H
#define WEIR_TESTS_FORMAT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off: cmocka needs those before it */
#include <cmocka.h>
/* clang-format on */

#include "format/byte_buffer.h"
#include "format/format.h"

enum { TEST_FIELDS_MAX = 16, TEST_OPTIONS_MAX = 8 };

/* Columns by name, as in "n INT, s STRING"; types are those that text_type knows. A name in <brackets> is not wanted.
 */
typedef struct TestTable {
  Field fields[TEST_FIELDS_MAX];
  bool wanted[TEST_FIELDS_MAX];
  char text[512];
  Schema schema;
  Field wanted_fields[TEST_FIELDS_MAX];
  Schema wanted_schema;
} TestTable;

static inline Type test_type(const char *text) {
  int precision, scale;
  if (strcmp(text, "INT") == 0) return type_make(TYPE_INT, true);
  if (strcmp(text, "BIGINT") == 0) return type_make(TYPE_BIGINT, true);
  if (strcmp(text, "BOOLEAN") == 0) return type_make(TYPE_BOOLEAN, true);
  if (strcmp(text, "DOUBLE") == 0) return type_make(TYPE_DOUBLE, true);
  if (strcmp(text, "STRING") == 0) return type_string(true);
  if (sscanf(text, "DECIMAL(%d.%d)", &precision, &scale) == 2) return type_decimal(precision, scale, true);
  if (sscanf(text, "TIMESTAMP(%d)", &precision) == 1) return type_timestamp(TYPE_TIMESTAMP, precision, true);
  if (sscanf(text, "TIMESTAMP_LTZ(%d)", &precision) == 1) return type_timestamp(TYPE_TIMESTAMP_LTZ, precision, true);
  fail_msg("no such type: %s", text);
  return type_make(TYPE_NULL, true);
}

/* Reads "n INT, <s> STRING, m DECIMAL(10.2)". */
static inline void test_table_init(TestTable *table, const char *columns) {
  memset(table, 0, sizeof *table);
  assert_true(strlen(columns) < sizeof table->text);
  strcpy(table->text, columns);
  table->schema.fields = table->fields;
  table->wanted_schema.fields = table->wanted_fields;
  char *rest = table->text;
  for (char *column; (column = strtok_r(NULL == rest ? NULL : rest, ",", &rest)) != NULL;) {
    while (*column == ' ') column++;
    char *type = strchr(column, ' ');
    assert_non_null(type);
    *type++ = '\0';
    bool is_wanted = column[0] != '<';
    if (!is_wanted) {
      column++;
      column[strlen(column) - 1] = '\0';
    }
    Field field = {.name = column, .type = test_type(type)};
    table->wanted[table->schema.n_fields] = is_wanted;
    table->fields[table->schema.n_fields++] = field;
    if (is_wanted) table->wanted_fields[table->wanted_schema.n_fields++] = field;
  }
}

/* "key=value;key=value". */
typedef struct TestOptions {
  char text[512];
  Option items[TEST_OPTIONS_MAX];
  Options options;
} TestOptions;

static inline void test_options_init(TestOptions *self, const char *text) {
  memset(self, 0, sizeof *self);
  self->options.items = self->items;
  if (text == NULL) return;
  strcpy(self->text, text);
  char *rest = self->text;
  for (char *option; (option = strtok_r(rest, ";", &rest)) != NULL;) {
    char *value = strchr(option, '=');
    assert_non_null(value);
    *value++ = '\0';
    self->items[self->options.n_items++] = (Option){.key = option, .value = value};
  }
}

/* What became of some bytes. */
typedef struct TestDecoded {
  ByteBuffer rows; /* a JSON line each, NUL-terminated */
  ByteBuffer bad;  /* "number: reason\n" each, NUL-terminated */
  Error error;     /* kind ERROR_NONE: none */
} TestDecoded;

static inline void test_decoded_free(TestDecoded *decoded) {
  free(decoded->rows.bytes);
  free(decoded->bad.bytes);
  memset(decoded, 0, sizeof *decoded);
}

static inline void test_keep_bad(void *context, const RecordBlock *block, uint64_t number, const char *record,
                                 size_t n_bytes, const char *reason) {
  TestDecoded *decoded = context;
  char head[32];
  assert_true(record >= block->bytes && record + n_bytes <= block->bytes + block->n_bytes);
  snprintf(head, sizeof head, "%llu: ", (unsigned long long)number);
  byte_buffer_append_text(&decoded->bad, head);
  byte_buffer_append_text(&decoded->bad, reason);
  byte_buffer_append_byte(&decoded->bad, '\n');
}

static inline void test_show_rows(const Schema *schema, const Batch *batch, ByteBuffer *out) {
  Error error = {0};
  Options none = {0};
  Encoder *encoder = json_format.encoder_new(schema, &none, &error);
  assert_non_null(encoder);
  assert_true(encoder->encode(encoder, batch, out, &error));
  encoder->destroy(encoder);
}

/* Decodes the bytes, cut into blocks behind the given places (block_ends may be NULL: one block), in batches of
 * batch_rows. The bytes lie at the very end of their allocation, so that a sanitizer sees who reads further. */
static inline void test_decode_blocks(const Format *format, const TestTable *table, const Options *options,
                                      const char *bytes, const size_t *block_ends, size_t n_blocks, uint32_t batch_rows,
                                      TestDecoded *decoded) {
  memset(decoded, 0, sizeof *decoded);
  BadRecordSink sink = {.context = decoded, .report = test_keep_bad};
  Decoder *decoder = format->decoder_new(&table->schema, table->wanted, options, sink, &decoded->error);
  size_t from = 0;
  bool ok = decoder != NULL;
  for (size_t b = 0; ok && b < n_blocks; b++) {
    size_t n_bytes = block_ends[b] - from;
    Arena *owner = arena_new(64);
    char *copy = memory_alloc(n_bytes == 0 ? 1 : n_bytes);
    memcpy(copy, bytes + from, n_bytes);
    RecordBlock block = {.owner = owner, .bytes = copy, .n_bytes = n_bytes, .split_name = "file.txt"};
    size_t position = 0;
    while (ok && position < n_bytes) {
      Batch *batch = batch_new(table->wanted_schema.n_fields, batch_rows);
      for (uint32_t c = 0; c < table->wanted_schema.n_fields; c++) {
        batch_add_column(batch, c, table->wanted_schema.fields[c].type);
      }
      size_t before = position;
      ok = decoder->decode(decoder, &block, &position, batch, &decoded->error);
      assert_true(!ok || position > before || batch->n_rows > 0);
      assert_true(position <= n_bytes && batch->n_rows <= batch_rows);
      if (ok) test_show_rows(&table->wanted_schema, batch, &decoded->rows);
      batch_release(batch);
    }
    arena_release(owner);
    free(copy);
    from = block_ends[b];
  }
  if (decoder != NULL) decoder->destroy(decoder);
  byte_buffer_append_byte(&decoded->rows, '\0');
  byte_buffer_append_byte(&decoded->bad, '\0');
}

static inline void test_decode(const Format *format, const TestTable *table, const Options *options, const char *bytes,
                               size_t n_bytes, uint32_t batch_rows, TestDecoded *decoded) {
  test_decode_blocks(format, table, options, bytes, &n_bytes, 1, batch_rows, decoded);
}

/* A case of a table: what a decoder makes of some bytes. */
typedef struct TestDecodeCase {
  const char *note;
  const char *columns;
  const char *options;
  const char *bytes;
  size_t n_bytes;    /* 0: strlen */
  const char *rows;  /* as JSON lines */
  const char *bad;   /* "number: reason" lines; NULL: none */
  const char *error; /* part of the message; NULL: none */
} TestDecodeCase;

/* Each case in batches of 1, 2 and many rows, with the same answer. */
static inline void test_run_decode_case(const Format *format, const TestDecodeCase *test) {
  static const uint32_t BATCH_ROWS[] = {1, 2, BATCH_ROWS_MAX};
  size_t n_bytes = test->n_bytes > 0 ? test->n_bytes : strlen(test->bytes);
  TestTable table;
  TestOptions options;
  test_table_init(&table, test->columns);
  test_options_init(&options, test->options);
  for (size_t i = 0; i < sizeof BATCH_ROWS / sizeof BATCH_ROWS[0]; i++) {
    TestDecoded decoded;
    test_decode(format, &table, &options.options, test->bytes, n_bytes, BATCH_ROWS[i], &decoded);
    const char *bad = test->bad == NULL ? "" : test->bad;
    bool is_error = decoded.error.kind != ERROR_NONE;
    bool is_right = test->error == NULL ? !is_error && strcmp(decoded.rows.bytes, test->rows) == 0
                                        : is_error && strstr(decoded.error.message, test->error) != NULL;
    if (!is_right || strcmp(decoded.bad.bytes, bad) != 0) {
      fail_msg("%s, in batches of %u\nrows:\n%swanted:\n%sbad:\n%swanted:\n%serror: %s\nwanted: %s", test->note,
               BATCH_ROWS[i], decoded.rows.bytes, test->rows == NULL ? "" : test->rows, decoded.bad.bytes, bad,
               decoded.error.message, test->error == NULL ? "none" : test->error);
    }
    test_decoded_free(&decoded);
  }
}

#endif
