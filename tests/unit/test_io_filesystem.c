/* The filesystem connector: which files it finds, how it cuts them into blocks, when what it writes can be seen. */
#include <sys/resource.h>

#include "io_testing.h"

static TableOptions table_of(TestOptions *options, const char *folder, const char *more) {
  char text[512];
  assert_true(snprintf(text, sizeof text, "connector=filesystem;path=%s%s%s", folder, more == NULL ? "" : ";",
                       more == NULL ? "" : more) < (int)sizeof text);
  test_options_init(options, text);
  return (TableOptions){.table_name = "t", .options = options->options};
}

/* All that the splits of one discovery hold: "name: bytes|bytes|\n" each, a bar behind each block. */
static char *read_all(SplitSet *set, const char *folder, bool interleave) {
  Split **splits;
  uint32_t n_splits;
  Error error = {0};
  ByteBuffer buffer = {0};
  assert_true(set->discover(set, &splits, &n_splits, &error));
  uint32_t n_open = n_splits;
  bool *is_ended = memory_alloc_zeroed(n_splits + 1, sizeof *is_ended);
  ByteBuffer *texts = memory_alloc_zeroed(n_splits + 1, sizeof *texts);
  for (uint32_t s = 0; n_open > 0; s = interleave ? (s + 1) % n_splits : s) {
    if (is_ended[s]) {
      s += !interleave;
      if (interleave) continue;
    }
    RecordBlock block;
    ReadResult result = splits[s]->read(splits[s], &block, &error);
    assert_true(result == READ_BLOCK || result == READ_END);
    if (result == READ_END) {
      assert_int_equal(splits[s]->read_bytes, splits[s]->size_bytes);
      is_ended[s] = true;
      n_open--;
      continue;
    }
    assert_string_equal(block.split_name, splits[s]->name);
    byte_buffer_append(&texts[s], block.bytes, block.n_bytes);
    byte_buffer_append_byte(&texts[s], '|');
    arena_release(block.owner);
  }
  for (uint32_t s = 0; s < n_splits; s++) {
    byte_buffer_append_text(&buffer, splits[s]->name + strlen(folder) + 1);
    byte_buffer_append_text(&buffer, ": ");
    byte_buffer_append(&buffer, texts[s].bytes, texts[s].n_bytes);
    byte_buffer_append_byte(&buffer, '\n');
    free(texts[s].bytes);
    splits[s]->close(splits[s]);
  }
  free(texts);
  free(splits);
  free(is_ended);
  byte_buffer_append_byte(&buffer, '\0');
  return buffer.bytes;
}

static void test_which_files(void **state) {
  (void)state;
  char folder[TEST_PATH_MAX];
  TestOptions options;
  Error error = {0};
  test_make_scratch(folder);
  test_write_file(folder, "b.json", "b\n", 2);
  test_write_file(folder, "a.json", "a\nlast", 6);
  test_write_file(folder, "sub/c.json", "c\n\n", 3);
  test_write_file(folder, ".hidden", "x\n", 2);
  test_write_file(folder, "_hidden/d.json", "x\n", 2);
  test_write_file(folder, "empty", "", 0);
  test_write_file(folder, "mark",
                  "\xef\xbb\xbf"
                  "1\n\xef\xbb\xbf\n",
                  9);
  test_write_file(folder, "only_mark", "\xef\xbb\xbf", 3);
  TableOptions table = table_of(&options, folder, "format=json");
  SplitSet *set = filesystem_connector.source_open(&table, &error);
  assert_non_null(set);
  assert_true(set->is_bounded);
  char *text = read_all(set, folder, false);
  assert_string_equal(
      text, "a.json: a\n|last|\nb.json: b\n|\nempty: \nmark: 1\n\xef\xbb\xbf\n|\nonly_mark: \nsub/c.json: c\n\n|\n");
  free(text);
  set->close(set);

  table = table_of(&options, folder, "format=json;source.path.regex-pattern=.*/[ab].json");
  set = filesystem_connector.source_open(&table, &error);
  text = read_all(set, folder, false);
  assert_string_equal(text, "a.json: a\n|last|\nb.json: b\n|\n");
  free(text);
  set->close(set);
  test_remove_scratch(folder);
}

static void test_following_a_folder(void **state) {
  (void)state;
  char folder[TEST_PATH_MAX];
  char inner[TEST_PATH_MAX + 8];
  TestOptions options;
  Error error = {0};
  test_make_scratch(folder);
  snprintf(inner, sizeof inner, "%s/in", folder);
  TableOptions table = table_of(&options, inner, "format=json;source.monitor-interval=2 s");
  SplitSet *set = filesystem_connector.source_open(&table, &error);
  assert_false(set->is_bounded);
  assert_int_equal(set->discovery_interval_ms, 2000);
  char *text = read_all(set, inner, false);
  assert_string_equal(text, ""); /* the folder may come later */
  free(text);
  test_write_file(folder, "in/1.json", "1\n", 2);
  test_write_file(folder, "in/2.json", "2\n", 2);
  free(read_all(set, inner, false));
  test_write_file(folder, "in/0.json", "0\n", 2);
  text = read_all(set, inner, false);
  assert_string_equal(text, "0.json: 0\n|\n"); /* each file once */
  free(text);
  set->close(set);
  test_remove_scratch(folder);
}

/* More files at once than descriptors, each longer than its first blocks. */
static void test_many_files(void **state) {
  (void)state;
  enum { N_FILES = 300, N_LINES = 1500, LINE_BYTES = 61, DESCRIPTORS_MAX = 100 };
  char folder[TEST_PATH_MAX];
  TestOptions options;
  Error error = {0};
  test_make_scratch(folder);
  for (int f = 0; f < N_FILES; f++) {
    ByteBuffer bytes = {0};
    char name[32];
    for (int line = 0; line < N_LINES; line++) {
      char text[LINE_BYTES + 16]; /* room for any int, says the compiler */
      snprintf(text, sizeof text, "%05d %06d %047d\n", f, line, line);
      byte_buffer_append(&bytes, text, LINE_BYTES);
    }
    snprintf(name, sizeof name, "%05d", f);
    test_write_file(folder, name, bytes.bytes, bytes.n_bytes);
    free(bytes.bytes);
  }
  struct rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  struct rlimit few = {.rlim_cur = DESCRIPTORS_MAX, .rlim_max = before.rlim_max};
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
  TableOptions table = table_of(&options, folder, "format=json");
  SplitSet *set = filesystem_connector.source_open(&table, &error);
  char *text = read_all(set, folder, true);
  setrlimit(RLIMIT_NOFILE, &before);
  const char *p = text;
  for (int f = 0; f < N_FILES; f++) {
    p = strchr(p, ' ') + 1;
    for (int line = 0; line < N_LINES; line++) {
      char wanted[LINE_BYTES + 16];
      snprintf(wanted, sizeof wanted, "%05d %06d %047d\n", f, line, line);
      if (*p == '|') p++;
      assert_memory_equal(p, wanted, LINE_BYTES);
      p += LINE_BYTES;
    }
    assert_memory_equal(p, "|\n", 2);
    p += 2;
  }
  assert_int_equal(*p, '\0');
  free(text);
  set->close(set);
  test_remove_scratch(folder);
}

/* A line of 100 MB, and lines that end exactly where blocks do. */
static void test_long_lines(void **state) {
  (void)state;
  enum { LONG_BYTES = 100 << 20, BLOCK_BYTES = 32 << 10 };
  char folder[TEST_PATH_MAX];
  TestOptions options;
  Error error = {0};
  test_make_scratch(folder);
  char *bytes = memory_alloc(LONG_BYTES);
  memset(bytes, 'x', LONG_BYTES);
  bytes[BLOCK_BYTES - 1] = '\n';
  bytes[3 * BLOCK_BYTES - 1] = '\n';
  bytes[LONG_BYTES - 2] = '\n';
  test_write_file(folder, "long", bytes, LONG_BYTES);
  TableOptions table = table_of(&options, folder, "format=json");
  SplitSet *set = filesystem_connector.source_open(&table, &error);
  Split **splits;
  uint32_t n_splits;
  assert_true(set->discover(set, &splits, &n_splits, &error));
  size_t at = 0;
  uint32_t n_blocks = 0;
  RecordBlock block;
  while (splits[0]->read(splits[0], &block, &error) == READ_BLOCK) {
    assert_true(at + block.n_bytes <= LONG_BYTES);
    assert_memory_equal(block.bytes, bytes + at, block.n_bytes);
    at += block.n_bytes;
    assert_true(at == LONG_BYTES || bytes[at - 1] == '\n');
    arena_release(block.owner);
    n_blocks++;
  }
  assert_int_equal(at, LONG_BYTES);
  assert_int_equal(n_blocks, 4);
  splits[0]->close(splits[0]);
  free(splits);
  set->close(set);
  free(bytes);
  test_remove_scratch(folder);
}

static void test_what_cannot_be_read(void **state) {
  (void)state;
  char folder[TEST_PATH_MAX];
  char path[TEST_PATH_MAX + 16];
  TestOptions options;
  Split **splits;
  uint32_t n_splits;
  test_make_scratch(folder);
  Error error = {0};
  snprintf(path, sizeof path, "%s/nowhere", folder);
  TableOptions table = table_of(&options, path, "format=json");
  SplitSet *set = filesystem_connector.source_open(&table, &error);
  assert_false(set->discover(set, &splits, &n_splits, &error));
  assert_non_null(strstr(error.message, "does not exist"));
  set->close(set);

  error = (Error){0};
  test_write_file(folder, "x.json.gz", "x", 1);
  table = table_of(&options, folder, "format=json");
  set = filesystem_connector.source_open(&table, &error);
  assert_false(set->discover(set, &splits, &n_splits, &error));
  assert_int_equal(error.kind, ERROR_UNSUPPORTED);
  set->close(set);
  test_remove_scratch(folder);
}

static Batch *batch_of(int32_t first, uint32_t n_rows) {
  Batch *batch = batch_new(1, n_rows);
  Column *column = batch_add_column(batch, 0, type_make(TYPE_INT, true));
  for (uint32_t row = 0; row < n_rows; row++) ((int32_t *)column->values)[row] = first + (int32_t)row;
  batch->n_rows = n_rows;
  return batch;
}

static void test_writing(void **state) {
  (void)state;
  char folder[TEST_PATH_MAX];
  char inner[TEST_PATH_MAX + 8];
  TestOptions options;
  Error error = {0};
  uint32_t n_files;
  TestTable columns;
  test_table_init(&columns, "x INT");
  test_make_scratch(folder);
  snprintf(inner, sizeof inner, "%s/out", folder);
  TableOptions table = table_of(&options, inner, "format=json");
  Sink *sink = filesystem_connector.sink_open(&table, &columns.schema, NULL, &error);
  assert_non_null(sink);
  assert_string_equal(sink->place, inner);
  Batch *batch = batch_of(1, 2);
  assert_true(sink->write(sink, batch, &error));
  free(test_read_files(inner, "part-", &n_files));
  assert_int_equal(n_files, 0);
  assert_true(sink->commit(sink, &error));
  char *text = test_read_files(inner, "part-", &n_files);
  assert_string_equal(text, "{\"x\":1}\n{\"x\":2}\n");
  assert_int_equal(sink->written_rows, 2);
  assert_int_equal(sink->written_bytes, strlen(text));
  free(text);
  assert_true(sink->commit(sink, &error)); /* nothing new: no new file */
  assert_true(sink->write(sink, batch, &error));
  sink->close(sink); /* not committed: gone */
  free(test_read_files(inner, "", &n_files));
  assert_int_equal(n_files, 1);
  batch_release(batch);
  test_remove_scratch(folder);
}

/* A part file that has grown beyond its size is followed by another; all appear together. */
static void test_rolling(void **state) {
  (void)state;
  enum { N_BATCHES = 200 };
  char folder[TEST_PATH_MAX];
  TestOptions options;
  Error error = {0};
  uint32_t n_files;
  TestTable columns;
  test_table_init(&columns, "x INT");
  test_make_scratch(folder);
  TableOptions table = table_of(&options, folder, "format=json;sink.rolling-policy.file-size=1 mb");
  Sink *sink = filesystem_connector.sink_open(&table, &columns.schema, NULL, &error);
  uint64_t n_bytes = 0;
  for (int i = 0; i < N_BATCHES; i++) {
    Batch *batch = batch_of(i * 1000, BATCH_ROWS_MAX);
    assert_true(sink->write(sink, batch, &error));
    batch_release(batch);
  }
  n_bytes = sink->written_bytes;
  free(test_read_files(folder, "part-", &n_files));
  assert_int_equal(n_files, 0);
  assert_true(sink->commit(sink, &error));
  char *text = test_read_files(folder, "part-", &n_files);
  assert_int_equal(strlen(text), n_bytes);
  assert_true(n_files >= n_bytes / (2 << 20) && n_files <= n_bytes / (1 << 20) + 1 && n_files > 1);
  free(text);
  sink->close(sink);
  test_remove_scratch(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_which_files), cmocka_unit_test(test_following_a_folder),  cmocka_unit_test(test_many_files),
      cmocka_unit_test(test_long_lines),  cmocka_unit_test(test_what_cannot_be_read), cmocka_unit_test(test_writing),
      cmocka_unit_test(test_rolling),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
