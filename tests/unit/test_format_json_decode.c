/* What the JSON decoder does with records that are not as they should be. What a right record becomes is in
 * tests/golden/formats, with Flink's own answers. */
#include "format_testing.h"

#define IGNORE "json.ignore-parse-errors=true"
#define STRICT "json.fail-on-missing-field=true"

static const TestDecodeCase CASES[] = {
    {.note = "malformed records are skipped and reported, where they are",
     .columns = "n INT, s STRING",
     .options = IGNORE,
     .bytes = "{\"n\":1,\"s\":\"a\"}\n{\"n\":2\nno json\n{\"n\":3,\"s\":\"c\"}\n[1]\n",
     .rows = "{\"n\":1,\"s\":\"a\"}\n{\"n\":3,\"s\":\"c\"}\n",
     .bad = "2: unexpected end of the record\n3: a word that is not true, false or null\n"
            "5: an array element that is not an object\n"},
    {.note = "the first of them fails the job otherwise, with file and line",
     .columns = "n INT",
     .bytes = "{\"n\":1}\n{\"n\":2\n",
     .error = "file.txt:2: Failed to deserialize JSON '{\"n\":2': unexpected end of the record"},
    {.note = "a message shows no bytes that a terminal would choke on",
     .columns = "s STRING",
     .bytes = "{\"s\":\"a\xff\x1b\xc3\xbc\"}\n",
     .error = "file.txt:1: Failed to deserialize JSON '{\"s\":\"a? \xc3\xbc\"}': field 's': invalid UTF-8"},
    {.note = "a value of the wrong type is null",
     .columns = "n INT, d DOUBLE, t TIMESTAMP(3)",
     .options = IGNORE,
     .bytes = "{\"n\":\"x\",\"d\":{},\"t\":5}\n{\"n\":[1],\"d\":true,\"t\":\"2026\"}\n",
     .rows = "{\"n\":null,\"d\":null,\"t\":null}\n{\"n\":null,\"d\":null,\"t\":null}\n"},
    {.note = "or fails the job",
     .columns = "n INT",
     .bytes = "{\"n\":\"x\"}\n",
     .error = "field 'n': this string is not a value of type INT"},
    {.note = "a number out of range is null",
     .columns = "n INT, b BIGINT, m DECIMAL(4.2)",
     .options = IGNORE,
     .bytes = "{\"n\":2147483648,\"b\":9223372036854775808,\"m\":100}\n"
              "{\"n\":-2147483648,\"b\":-9223372036854775808,\"m\":99.994}\n",
     .rows = "{\"n\":null,\"b\":null,\"m\":null}\n{\"n\":-2147483648,\"b\":-9223372036854775808,\"m\":99.99}\n"},
    {.note = "or fails the job, but for a DECIMAL",
     .columns = "n INT, m DECIMAL(4.2)",
     .bytes = "{\"n\":1,\"m\":100}\n{\"n\":2147483648}\n",
     .error = "file.txt:2: "},
    {.note = "a decimal that does not fit is null without any option",
     .columns = "m DECIMAL(4.2)",
     .bytes = "{\"m\":100}\n{\"m\":99.995}\n",
     .rows = "{\"m\":null}\n{\"m\":null}\n"},
    {.note = "bytes that are no UTF-8: the parser goes on behind them, as Jackson does",
     .columns = "s STRING",
     .options = IGNORE,
     .bytes = "{\"s\":\"\xff\"}\n{\"s\":\"\xc3\"}\n{\"x\":\"\xf0\x9f\"}\n{\"s\":\"\xc3\xbc\"}\n",
     .rows = "{\"s\":null}\n{\"s\":\"\xc3\xbc\"}\n",
     .bad = "1: expected a comma or a closing bracket\n3: invalid UTF-8\n"},
    {.note = "NUL bytes: in a string they are characters, between tokens they are not",
     .columns = "s STRING",
     .options = IGNORE,
     .bytes = "{\"s\":\"a\0b\"}\n{\0\"s\":\"c\"}\n\0\n",
     .n_bytes = sizeof "{\"s\":\"a\0b\"}\n{\0\"s\":\"c\"}\n\0\n" - 1,
     .rows = "{\"s\":\"a\\u0000b\"}\n",
     .bad = "2: control character between tokens\n3: control character between tokens\n"},
    {.note = "empty lines never fail, lines of blanks are malformed, both count",
     .columns = "n INT",
     .options = IGNORE,
     .bytes = "\n\n{\"n\":1}\r\n\r\n  \n{\"n\":2}\n\n",
     .rows = "{\"n\":1}\n{\"n\":2}\n",
     .bad = "1: an empty line\n2: an empty line\n4: an empty line\n5: a line of blanks\n7: an empty line\n"},
    {.note = "the last line needs no line feed",
     .columns = "n INT",
     .bytes = "{\"n\":1}\n{\"n\":2}",
     .rows = "{\"n\":1}\n{\"n\":2}\n"},
    {.note = "a last line that was cut",
     .columns = "n INT, s STRING",
     .options = IGNORE,
     .bytes = "{\"n\":1}\n{\"n\":2,\"s\":\"ab",
     .rows = "{\"n\":1,\"s\":null}\n",
     .bad = "2: unexpected end of the record\n"},
    {.note = "missing fields are null",
     .columns = "n INT, s STRING",
     .bytes = "{\"s\":\"a\"}\n{}\n{\"n\":null}\n",
     .rows = "{\"n\":null,\"s\":\"a\"}\n{\"n\":null,\"s\":null}\n{\"n\":null,\"s\":null}\n"},
    {.note = "or an error, and null is there",
     .columns = "n INT, s STRING",
     .options = STRICT,
     .bytes = "{\"n\":null,\"s\":null}\n{\"n\":1}\n",
     .error = "file.txt:2: Failed to deserialize JSON '{\"n\":1}': field 's' is missing"},
    {.note = "only columns that are wanted can be missing",
     .columns = "n INT, <s> STRING",
     .options = STRICT,
     .bytes = "{\"n\":1}\n",
     .rows = "{\"n\":1}\n"},
    {.note = "of duplicate keys the last counts until all columns are found",
     .columns = "n INT, s STRING",
     .bytes = "{\"s\":\"a\",\"s\":\"b\",\"n\":1}\n{\"n\":2,\"s\":\"a\",\"s\":\"b\"}\n",
     .rows = "{\"n\":null,\"s\":\"b\"}\n{\"n\":2,\"s\":\"a\"}\n"},
    {.note = "nested too deep",
     .columns = "n INT",
     .options = IGNORE,
     .bytes = "{\"n\":1,\"x\":[[[[]]]]}\n",
     .rows = "{\"n\":1}\n"},
    {.note = "what follows the object does not matter, not even to the next line",
     .columns = "n INT",
     .bytes = "{\"n\":1} {\"n\":5}\n{\"n\":2}x\n",
     .rows = "{\"n\":1}\n{\"n\":2}\n"},
    {.note = "an array gives rows until something in it is wrong",
     .columns = "n INT",
     .options = IGNORE,
     .bytes = "[{\"n\":1},{\"n\":2},{\"n\":x},{\"n\":4}]\n{\"n\":5}\n[]\n",
     .rows = "{\"n\":1}\n{\"n\":2}\n{\"n\":5}\n",
     .bad = "1: expected a value\n"},
    {.note = "objects and arrays as text: names merged, numbers and escapes normalised",
     .columns = "s STRING",
     .bytes = "{\"s\":{\"a\": 1e2, \"b\":-0, \"a\":[1.50, \"\\u00fc\\ud83d\\ude00\\ud83d\\n\"], \"c\":1e999}}\n",
     .rows =
         "{\"s\":\"{\\\"a\\\":[1.5,\\\"\xc3\xbc\\uD83D\\uDE00?\\\\n\\\"],\\\"b\\\":0,\\\"c\\\":\\\"Infinity\\\"}\"}\n"},
    {.note = "next to a DECIMAL column numbers in trees are exact",
     .columns = "s STRING, m DECIMAL(4.2)",
     .bytes = "{\"s\":[1e2,0.10,1.5e-9,0.0,-2.50e3,12345678901234567890.50,0.000001],\"m\":1}\n",
     .rows = "{\"s\":\"[1E+2,0.1,1.5E-9,0,-2.5E+3,12345678901234567890.5,0.000001]\",\"m\":1}\n"},
};

static void test_cases(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) test_run_decode_case(&json_format, &CASES[i]);
}

/* The same records behind many that the decoder predicts from: the fast way must give them to the general one. */
static void test_cases_behind_predicted_records(void **state) {
  (void)state;
  enum { N_BEFORE = 40 };
  static const char *const BEFORE[] = {"{\"n\":7,\"s\":\"seven\"}\n", "{\"s\":\"eight\",\"n\":8}\n", "{\"n\":9}\n"};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    const TestDecodeCase *test = &CASES[i];
    if (strcmp(test->columns, "n INT, s STRING") != 0 || test->error != NULL) continue;
    ByteBuffer bytes = {0};
    ByteBuffer rows = {0};
    for (int r = 0; r < N_BEFORE; r++) byte_buffer_append_text(&bytes, BEFORE[r % 3]);
    byte_buffer_append_text(&bytes, test->bytes);
    if (bytes.bytes[bytes.n_bytes - 1] != '\n') byte_buffer_append_byte(&bytes, '\n');
    for (int r = 0; r < N_BEFORE; r++) byte_buffer_append_text(&bytes, BEFORE[r % 3]);
    for (int half = 0; half < 2; half++) {
      for (int r = 0; r < N_BEFORE; r++) {
        static const char *const SHOWN[] = {"{\"n\":7,\"s\":\"seven\"}\n", "{\"n\":8,\"s\":\"eight\"}\n",
                                            "{\"n\":9,\"s\":null}\n"};
        byte_buffer_append_text(&rows, SHOWN[r % 3]);
      }
      if (half == 0) byte_buffer_append_text(&rows, test->rows);
    }
    byte_buffer_append_byte(&rows, '\0');
    TestTable table;
    TestOptions options;
    TestDecoded decoded;
    test_table_init(&table, test->columns);
    test_options_init(&options, test->options);
    test_decode(&json_format, &table, &options.options, bytes.bytes, bytes.n_bytes, BATCH_ROWS_MAX, &decoded);
    assert_int_equal(decoded.error.kind, ERROR_NONE);
    assert_string_equal(decoded.rows.bytes, rows.bytes);
    test_decoded_free(&decoded);
    free(bytes.bytes);
    free(rows.bytes);
  }
}

/* Lines are numbered through all blocks of a file. */
static void test_numbers_across_blocks(void **state) {
  (void)state;
  static const char BYTES[] = "{\"n\":1}\nx\n{\"n\":2}\n\ny\n{\"n\":3}\nz\n";
  static const size_t ENDS[] = {8, 10, 19, sizeof BYTES - 1};
  TestTable table;
  TestOptions options;
  TestDecoded decoded;
  test_table_init(&table, "n INT");
  test_options_init(&options, IGNORE);
  test_decode_blocks(&json_format, &table, &options.options, BYTES, ENDS, 4, 2, &decoded);
  assert_string_equal(decoded.rows.bytes, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
  assert_string_equal(decoded.bad.bytes,
                      "2: expected a value\n4: an empty line\n5: expected a value\n7: expected a value\n");
  test_decoded_free(&decoded);
}

/* A line of 100 MB is a record like any other, where Jackson's limits let it. */
static void test_long_line(void **state) {
  (void)state;
  enum { LONG_BYTES = 100 << 20 };
  static const char HEAD[] = "{\"n\":1}\n{\"x\":\"";
  static const char TAIL[] = "\",\"n\":2}\n{\"n\":3}\n";
  char *bytes = memory_alloc(LONG_BYTES + 100);
  memcpy(bytes, HEAD, sizeof HEAD - 1);
  memset(bytes + sizeof HEAD - 1, 'a', LONG_BYTES);
  memcpy(bytes + sizeof HEAD - 1 + LONG_BYTES, TAIL, sizeof TAIL - 1);
  size_t n_bytes = sizeof HEAD - 1 + LONG_BYTES + sizeof TAIL - 1;
  TestTable table;
  TestOptions options;
  TestDecoded decoded;
  test_options_init(&options, IGNORE);
  test_table_init(&table, "n INT");
  test_decode(&json_format, &table, &options.options, bytes, n_bytes, BATCH_ROWS_MAX, &decoded);
  assert_string_equal(decoded.rows.bytes, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
  test_decoded_free(&decoded);
  test_table_init(&table, "n INT, x STRING");
  test_decode(&json_format, &table, &options.options, bytes, n_bytes, BATCH_ROWS_MAX, &decoded);
  assert_string_equal(decoded.rows.bytes, "{\"n\":1,\"x\":null}\n{\"n\":2,\"x\":null}\n{\"n\":3,\"x\":null}\n");
  test_decoded_free(&decoded);
  free(bytes);
}

static void test_options_that_exclude_each_other(void **state) {
  (void)state;
  TestTable table;
  TestOptions options;
  TestDecoded decoded;
  test_table_init(&table, "n INT");
  test_options_init(&options, IGNORE ";" STRICT);
  test_decode(&json_format, &table, &options.options, "", 0, 1, &decoded);
  assert_int_equal(decoded.error.kind, ERROR_USAGE);
  test_decoded_free(&decoded);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_cases_behind_predicted_records),
      cmocka_unit_test(test_numbers_across_blocks),
      cmocka_unit_test(test_long_line),
      cmocka_unit_test(test_options_that_exclude_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
