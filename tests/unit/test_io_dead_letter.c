/* Skipped records are kept, whatever they hold, and are seen only once they are committed. */
#include "io/dead_letter.h"
#include "io_testing.h"

typedef struct KeepCase {
  const char *record;
  size_t n_bytes; /* 0: strlen */
  const char *kept;
} KeepCase;

static void test_lines(void **state) {
  (void)state;
  static const KeepCase CASES[] = {
      {.record = "plain", .kept = "\"record\":\"plain\"}"},
      {.record = "", .kept = "\"record\":\"\"}"},
      {.record = "{\"a\":\"b\\n\"}", .kept = "\"record\":\"{\\\"a\\\":\\\"b\\\\n\\\"}\"}"},
      {.record = "\xc3\xbc\xf0\x9f\x98\x80\t\x7f", .kept = "\"record\":\"\xc3\xbc\xf0\x9f\x98\x80\\t\x7f\"}"},
      {.record = "a\0b", .n_bytes = 3, .kept = "\"record\":\"a\\u0000b\"}"},
      {.record = "\xff", .kept = "\"record_base64\":\"/w==\"}"},
      {.record = "a\xff", .kept = "\"record_base64\":\"Yf8=\"}"},
      {.record = "ab\xff", .kept = "\"record_base64\":\"YWL/\"}"},
      {.record = "\xc3", .kept = "\"record_base64\":\"ww==\"}"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char folder[TEST_PATH_MAX];
    Error error = {0};
    test_make_scratch(folder);
    DeadLetter *dead_letter = dead_letter_open(folder, &error);
    assert_non_null(dead_letter);
    BadRecordSink sink = dead_letter_sink(dead_letter, "the \"table\"");
    RecordBlock block = {.split_name = "a/b.json"};
    size_t n_bytes = CASES[i].n_bytes > 0 ? CASES[i].n_bytes : strlen(CASES[i].record);
    sink.report(sink.context, &block, 12, CASES[i].record, n_bytes, "a reason");
    assert_true(dead_letter_commit(dead_letter, &error));
    assert_int_equal(dead_letter_kept(dead_letter), 1);
    uint32_t n_files;
    char *text = test_read_files(folder, "skipped-", &n_files);
    char wanted[512];
    snprintf(wanted, sizeof wanted,
             "{\"table\":\"the \\\"table\\\"\",\"file\":\"a/b.json\",\"line\":12,\"reason\":\"a reason\",%s\n",
             CASES[i].kept);
    assert_string_equal(text, wanted);
    assert_int_equal(n_files, 1);
    free(text);
    dead_letter_close(dead_letter);
    test_remove_scratch(folder);
  }
}

/* A long record is cut, not through a character, and its length is stated. */
static void test_long_records(void **state) {
  (void)state;
  for (size_t offset = 0; offset < 4; offset++) {
    enum { N_CHARACTERS = 50000 };
    char folder[TEST_PATH_MAX];
    Error error = {0};
    ByteBuffer record = {0};
    for (size_t i = 0; i < offset; i++) byte_buffer_append_byte(&record, 'x');
    for (int i = 0; i < N_CHARACTERS; i++) byte_buffer_append(&record, "\xe2\x82\xac", 3);
    test_make_scratch(folder);
    DeadLetter *dead_letter = dead_letter_open(folder, &error);
    BadRecordSink sink = dead_letter_sink(dead_letter, "t");
    RecordBlock block = {.split_name = "f"};
    sink.report(sink.context, &block, 1, record.bytes, record.n_bytes, "r");
    assert_true(dead_letter_commit(dead_letter, &error));
    uint32_t n_files;
    char *text = test_read_files(folder, "skipped-", &n_files);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\xe2\x82\xac\",\"record_bytes\":%zu}\n", record.n_bytes);
    assert_non_null(strstr(text, wanted));
    assert_non_null(strstr(text, "\"record\":"));
    assert_true(strlen(text) < DEAD_LETTER_RECORD_BYTES_MAX + 200);
    free(text);
    free(record.bytes);
    dead_letter_close(dead_letter);
    test_remove_scratch(folder);
  }
}

static void test_nothing_skipped_and_nothing_committed(void **state) {
  (void)state;
  char folder[TEST_PATH_MAX];
  char inner[TEST_PATH_MAX + 8];
  Error error = {0};
  uint32_t n_files;
  test_make_scratch(folder);
  snprintf(inner, sizeof inner, "%s/a/b", folder);
  DeadLetter *dead_letter = dead_letter_open(inner, &error);
  assert_non_null(dead_letter);
  assert_true(dead_letter_commit(dead_letter, &error));
  free(test_read_files(inner, "", &n_files));
  assert_int_equal(n_files, 0);

  BadRecordSink sink = dead_letter_sink(dead_letter, "t");
  RecordBlock block = {.split_name = "f"};
  char record[4096];
  memset(record, 'a', sizeof record);
  for (int i = 0; i < 200; i++) sink.report(sink.context, &block, 1, record, sizeof record, "r");
  free(test_read_files(inner, ".skipped-", &n_files));
  assert_int_equal(n_files, 1); /* under way, hidden */
  dead_letter_close(dead_letter);
  free(test_read_files(inner, "", &n_files));
  assert_int_equal(n_files, 0);
  test_remove_scratch(folder);
}

static void test_a_folder_that_cannot_be(void **state) {
  (void)state;
  char folder[TEST_PATH_MAX];
  char inner[TEST_PATH_MAX + 8];
  Error error = {0};
  test_make_scratch(folder);
  test_write_file(folder, "file", "x", 1);
  snprintf(inner, sizeof inner, "%s/file", folder);
  assert_null(dead_letter_open(inner, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  test_remove_scratch(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_long_records),
      cmocka_unit_test(test_nothing_skipped_and_nothing_committed),
      cmocka_unit_test(test_a_folder_that_cannot_be),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
