/* CSV records: where they end, what their fields become, which are refused. */
#include "format_testing.h"

#define IGNORE "csv.ignore-parse-errors=true"

static const TestDecodeCase CASES[] = {
    {.note = "plain and quoted fields, line ends in quotes, doubled quotes",
     .columns = "s STRING, n INT",
     .bytes = "a,1\n\"b,\r\n\"\"c\"\"\",2\r\n\"\" \t,3\rd\"e, 4 ",
     .rows = "{\"s\":\"a\",\"n\":1}\n{\"s\":\"b,\\r\\n\\\"c\\\"\",\"n\":2}\n{\"s\":\"\",\"n\":3}\n"
             "{\"s\":\"d\\\"e\",\"n\":4}\n"},
    {.note = "text behind a quote, an unclosed quote",
     .columns = "s STRING, n INT",
     .options = IGNORE,
     .bytes = "\"a\"x,1\nb,2\n\"c,3\n",
     .rows = "{\"s\":\"b\",\"n\":2}\n",
     .bad = "1: text behind a closing quote\n3: no closing quote, or nothing behind an escape character\n"},
    {.note = "they fail the job otherwise",
     .columns = "s STRING, n INT",
     .bytes = "a,1\n\"a\"x,1\n",
     .error = "file.txt:2: Failed to deserialize CSV row '\"a\"x,1': text behind a closing quote"},
    {.note = "too many fields",
     .columns = "s STRING, n INT",
     .options = IGNORE,
     .bytes = "a,1,\nb,2, \nc,3,x\nd,4,,\ne,5\n",
     .rows = "{\"s\":\"a\",\"n\":1}\n{\"s\":\"b\",\"n\":2}\n{\"s\":\"e\",\"n\":5}\n",
     .bad = "3: too many fields: expected at most 2\n4: too many fields: expected at most 2\n"},
    {.note = "too few fields are nulls when errors are ignored, a blank line is one empty field",
     .columns = "s STRING, n INT",
     .options = IGNORE,
     .bytes = "a\n\nb,2\n",
     .rows = "{\"s\":\"a\",\"n\":null}\n{\"s\":\"\",\"n\":null}\n{\"s\":\"b\",\"n\":2}\n"},
    {.note = "too few fields fail the job otherwise",
     .columns = "s STRING, n INT",
     .bytes = "a\n",
     .error = "row length mismatch: 2 fields expected but was 1"},
    {.note = "but only as many are missed as are wanted",
     .columns = "s STRING, <n> INT",
     .bytes = "a\nb,x\n",
     .rows = "{\"s\":\"a\"}\n{\"s\":\"b\"}\n"},
    {.note = "a header line is a row of nulls where it is no text",
     .columns = "n INT, d DOUBLE, t TIMESTAMP(3)",
     .options = IGNORE,
     .bytes = "n,d,t\n1,1e2,2026-01-01 00:00:00\n",
     .rows = "{\"n\":null,\"d\":null,\"t\":null}\n{\"n\":1,\"d\":100.0,\"t\":\"2026-01-01 00:00:00\"}\n"},
    {.note = "and fails the job otherwise",
     .columns = "n INT",
     .bytes = "n\n1\n",
     .error = "field 'n': 'n' is not a value of type INT"},
    {.note = "numbers are trimmed, decimals are not; what is too large is null",
     .columns = "n INT, m DECIMAL(4.2), b BIGINT",
     .options = IGNORE,
     .bytes = " +5 ,1.005,-9223372036854775808\n2147483648, 1,9223372036854775808\n-1,100,+\n",
     .rows = "{\"n\":5,\"m\":1.01,\"b\":-9223372036854775808}\n{\"n\":null,\"m\":null,\"b\":null}\n"
             "{\"n\":-1,\"m\":null,\"b\":null}\n"},
    {.note = "comments and blank lines, and the blanks before a record",
     .columns = "s STRING, n INT",
     .options = "csv.allow-comments=true",
     .bytes = "#\"x\n\n  a,1\n \n# y\nb#,2\n#z",
     .rows = "{\"s\":\"a\",\"n\":1}\n{\"s\":\"b#\",\"n\":2}\n"},
    {.note = "lines are counted through comments and quoted line ends",
     .columns = "s STRING, n INT",
     .options = "csv.allow-comments=true;" IGNORE,
     .bytes = "# x\r\n\r\n\"a\nb\",1\nc,2,3\n",
     .rows = "{\"s\":\"a\\nb\",\"n\":1}\n",
     .bad = "5: too many fields: expected at most 2\n"},
    {.note = "an escape character",
     .columns = "s STRING, n INT",
     .options = "csv.escape-character=\\",
     .bytes = "a\\,b,1\n\"c\\\"\\n\\t\\0\",2\n\\\"d,3\ne\\\nf,4\n",
     .rows = "{\"s\":\"a,b\",\"n\":1}\n{\"s\":\"c\\\"\\n\\t\\u0000\",\"n\":2}\n{\"s\":\"\\\"d\",\"n\":3}\n"
             "{\"s\":\"e\\nf\",\"n\":4}\n"},
    {.note = "a null literal, quoted or not",
     .columns = "s STRING, n INT",
     .options = "csv.null-literal=\\N",
     .bytes = "\\N,\\N\n\"\\N\",1\n,2\n",
     .rows = "{\"s\":null,\"n\":null}\n{\"s\":null,\"n\":1}\n{\"s\":\"\",\"n\":2}\n"},
    {.note = "no quotes",
     .columns = "s STRING, n INT",
     .options = "csv.disable-quote-character=true;csv.field-delimiter=\\u0001",
     .bytes = "\"a\001\061\n",
     .rows = "{\"s\":\"\\\"a\",\"n\":1}\n"},
    {.note = "bytes that are no UTF-8",
     .columns = "s STRING, n INT",
     .options = IGNORE,
     .bytes = "a\xff,1\n\xc3\xbc,2\n",
     .rows = "{\"s\":\"\xc3\xbc\",\"n\":2}\n",
     .bad = "1: invalid UTF-8\n"},
    {.note = "NUL bytes",
     .columns = "s STRING, n INT",
     .bytes = "a\0b,2\n",
     .n_bytes = sizeof "a\0b,2\n" - 1,
     .rows = "{\"s\":\"a\\u0000b\",\"n\":2}\n"},
};

static void test_cases(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) test_run_decode_case(&csv_format, &CASES[i]);
}

/* However the bytes arrive, blocks are cut behind whole records, and the rows are those of the whole. */
static void test_whole_records(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    const TestDecodeCase *test = &CASES[i];
    if (test->error != NULL) continue;
    size_t n_bytes = test->n_bytes > 0 ? test->n_bytes : strlen(test->bytes);
    TestTable table;
    TestOptions options;
    test_table_init(&table, test->columns);
    test_options_init(&options, test->options);
    for (size_t step = 1; step <= n_bytes; step++) {
      size_t *ends = memory_alloc_zeroed(n_bytes + 1, sizeof *ends);
      size_t n_blocks = 0;
      size_t from = 0;
      for (size_t read = step < n_bytes ? step : n_bytes;; read = read + step < n_bytes ? read + step : n_bytes) {
        size_t n_whole = csv_format.whole_records(&options.options, test->bytes + from, read - from);
        assert_true(n_whole <= read - from);
        if (read == n_bytes) n_whole = n_bytes - from;
        if (n_whole > 0) ends[n_blocks++] = from += n_whole;
        if (read == n_bytes) break;
      }
      TestDecoded decoded;
      test_decode_blocks(&csv_format, &table, &options.options, test->bytes, ends, n_blocks, BATCH_ROWS_MAX, &decoded);
      assert_int_equal(decoded.error.kind, ERROR_NONE);
      if (strcmp(decoded.rows.bytes, test->rows) != 0) fail_msg("%s, %zu bytes at a time", test->note, step);
      test_decoded_free(&decoded);
      free(ends);
    }
  }
}

typedef struct EncodeCase {
  const char *options;
  const char *bytes; /* JSON */
  const char *csv;
} EncodeCase;

static const EncodeCase ENCODE_CASES[] = {
    {NULL, "{\"s\":\"plain\",\"m\":29.79}\n{\"s\":\"a b\",\"m\":100}\n{}\n{\"s\":\"abcdefghijklmnopqrstuvwx\"}\n",
     "plain,29.79\n\"a b\",1E+2\n,\nabcdefghijklmnopqrstuvwx,\n"},
    {NULL,
     "{\"s\":\"abcdefghijklmnopqrstuvwxy\"}\n{\"s\":\"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
     "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\"}\n",
     "\"abcdefghijklmnopqrstuvwxy\",\n\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
     "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc,\n"},
    {"csv.null-literal=N;csv.field-delimiter=|", "{\"s\":\"a|b\\\"\"}\n{\"m\":1}\n", "\"a|b\"\"\"|N\nN|1\n"},
    {"csv.escape-character=\\", "{\"s\":\"a\\\\b\\\"\"}\n", "\"a\\\\b\"\"\",\n"},
    {"csv.disable-quote-character=true", "{\"s\":\"a, b\"}\n", "a, b,\n"},
    {"csv.write-bigdecimal-in-scientific-notation=false", "{\"m\":100}\n", ",100.00\n"},
    {"csv.write-bigdecimal-in-scientific-notation=false;connector=filesystem", "{\"m\":100}\n", ",1E+2\n"},
};

static void test_encode(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof ENCODE_CASES / sizeof ENCODE_CASES[0]; i++) {
    const EncodeCase *test = &ENCODE_CASES[i];
    TestTable table;
    TestOptions options;
    Options none = {0};
    Error error = {0};
    test_table_init(&table, "s STRING, m DECIMAL(10.2)");
    test_options_init(&options, test->options);
    bool wanted[] = {true, true};
    Decoder *decoder = json_format.decoder_new(&table.schema, wanted, &none, (BadRecordSink){0}, &error);
    Encoder *encoder = csv_format.encoder_new(&table.schema, &options.options, &error);
    assert_non_null(decoder);
    assert_non_null(encoder);
    Batch *batch = batch_new(2, 16);
    for (uint32_t c = 0; c < 2; c++) batch_add_column(batch, c, table.schema.fields[c].type);
    RecordBlock block = {.bytes = test->bytes, .n_bytes = strlen(test->bytes), .split_name = "x"};
    size_t position = 0;
    assert_true(decoder->decode(decoder, &block, &position, batch, &error));
    ByteBuffer out = {0};
    assert_true(encoder->encode(encoder, batch, &out, &error));
    byte_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, test->csv);
    free(out.bytes);
    batch_release(batch);
    decoder->destroy(decoder);
    encoder->destroy(encoder);
  }
}

typedef struct CheckCase {
  const char *key;
  const char *value;
  ErrorKind kind;
} CheckCase;

static void test_check(void **state) {
  (void)state;
  static const CheckCase CHECKS[] = {
      {"csv.field-delimiter", ";", ERROR_NONE},          {"csv.field-delimiter", "\\t", ERROR_NONE},
      {"csv.field-delimiter", "\\u0001", ERROR_NONE},    {"csv.field-delimiter", "\\", ERROR_NONE},
      {"csv.field-delimiter", "\\\\", ERROR_NONE},       {"csv.field-delimiter", "ab", ERROR_USAGE},
      {"csv.field-delimiter", "", ERROR_USAGE},          {"csv.field-delimiter", "\\u001", ERROR_NONE},
      {"csv.field-delimiter", "\\q", ERROR_USAGE},       {"csv.field-delimiter", "\xc2\xa6", ERROR_UNSUPPORTED},
      {"csv.field-delimiter", "\\n", ERROR_UNSUPPORTED}, {"csv.quote-character", "\xc2\xa6", ERROR_UNSUPPORTED},
  };
  for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++) {
    Option option = {.key = CHECKS[i].key, .value = CHECKS[i].value};
    Options options = {.items = &option, .n_items = 1};
    Error error = {0};
    bool is_fine = csv_format.check(&options, &error);
    if (error.kind != CHECKS[i].kind || is_fine != (CHECKS[i].kind == ERROR_NONE)) {
      fail_msg("%s = '%s': %d %s", CHECKS[i].key, CHECKS[i].value, error.kind, error.message);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_whole_records),
      cmocka_unit_test(test_encode),
      cmocka_unit_test(test_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
