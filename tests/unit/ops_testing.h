/* What the tests of operators share: streams written as text, cut into batches of any size, and an operator that
 * collects what comes out, as text with stamps, and checks the protocol while it does. */
#ifndef WEIR_TESTS_OPS_TESTING_H
#define WEIR_TESTS_OPS_TESTING_H

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

#include "ops/operator.h"
#include "vec/memory.h"

enum { TEST_COLUMNS_MAX = 8, TEST_CELL_MAX = 64 };

/* --- random numbers, the same on every machine --- */

static inline uint64_t test_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state * UINT64_C(0x2545F4914F6CDD1D) >> 11;
}
static inline int64_t test_random_below(uint64_t *state, int64_t bound) {
  return (int64_t)(test_random(state) % (uint64_t)bound);
}

/* --- streams --- */

/* A row: cells as text ("" is an empty string, NULL a null), and the watermark in force when it arrives. */
typedef struct TestRow {
  char cells[TEST_COLUMNS_MAX][TEST_CELL_MAX];
  bool nulls[TEST_COLUMNS_MAX];
  int64_t stamp_us;
} TestRow;

typedef struct TestStream {
  Type types[TEST_COLUMNS_MAX];
  uint32_t n_columns;
  TestRow *rows;
  size_t n_rows;
  size_t capacity;
  int64_t watermark_us; /* after the last row */
} TestStream;

/* Adds a row and then raises the watermark. `cells` separates its cells by '|'; "NULL" is null. */
static inline TestRow *test_add(TestStream *stream, const char *cells, int64_t watermark_after_us) {
  if (stream->n_rows == 0) stream->watermark_us = WATERMARK_NONE;
  stream->rows = memory_grow(stream->rows, &stream->capacity, stream->n_rows + 1, sizeof *stream->rows);
  TestRow *row = &stream->rows[stream->n_rows++];
  memset(row, 0, sizeof *row);
  for (uint32_t c = 0; c < stream->n_columns; c++) {
    size_t length = strcspn(cells, "|");
    assert_true(length < TEST_CELL_MAX);
    memcpy(row->cells[c], cells, length);
    row->nulls[c] = strcmp(row->cells[c], "NULL") == 0;
    cells += length + (cells[length] == '|');
  }
  assert_true(*cells == '\0');
  row->stamp_us = stream->watermark_us;
  if (watermark_after_us > stream->watermark_us) stream->watermark_us = watermark_after_us;
  return row;
}

static inline void test_stream_free(TestStream *stream) {
  free(stream->rows);
  *stream = (TestStream){0};
}

static inline void test_set_cell(Batch *batch, uint32_t c, uint32_t row, const char *cell, bool is_null) {
  Column *column = &batch->columns[c];
  Physical physical = type_physical(column->type.kind);
  size_t n_bytes = physical_bytes(physical);
  memset((char *)column->values + row * n_bytes, 0, n_bytes);
  if (is_null) {
    column_make_valid(column, batch);
    column_set_null(column, row);
    return;
  }
  switch (physical) {
    case PHYSICAL_BOOL:
      ((uint8_t *)column->values)[row] = strcmp(cell, "true") == 0;
      break;
    case PHYSICAL_INT32:
      ((int32_t *)column->values)[row] = atoi(cell);
      break;
    case PHYSICAL_INT64:
      ((int64_t *)column->values)[row] = atoll(cell);
      break;
    case PHYSICAL_DOUBLE:
      ((double *)column->values)[row] = atof(cell);
      break;
    case PHYSICAL_INT128:
      ((int128_t *)column->values)[row] = atoll(cell);
      break;
    default: {
      size_t length = strlen(cell);
      const char *text = arena_copy_text(batch->arena, cell, length);
      ((StringView *)column->values)[row] = string_view(text, (uint32_t)length);
    }
  }
}

/* Rows [from, to) as a batch, with the watermark that follows them. */
static inline Batch *test_batch(const TestStream *stream, size_t from, size_t to, bool has_row_time) {
  uint32_t n_rows = (uint32_t)(to - from);
  Batch *batch = batch_new(stream->n_columns, n_rows);
  batch->n_rows = n_rows;
  for (uint32_t c = 0; c < stream->n_columns; c++) {
    batch_add_column(batch, c, stream->types[c]);
    for (uint32_t r = 0; r < n_rows; r++) {
      const TestRow *row = &stream->rows[from + r];
      test_set_cell(batch, c, r, row->cells[c], row->nulls[c]);
    }
  }
  if (has_row_time) {
    int64_t *stamps = arena_alloc_column(batch->arena, n_rows * sizeof *stamps);
    for (uint32_t r = 0; r < n_rows; r++) stamps[r] = stream->rows[from + r].stamp_us;
    batch->watermarks_us = stamps;
    batch->watermark_after_us = to < stream->n_rows ? stream->rows[to].stamp_us : stream->watermark_us;
  }
  return batch;
}

/* --- collecting --- */

typedef struct Collector {
  Operator base;
  char **rows; /* "cell|cell @stamp" */
  size_t n_rows;
  size_t capacity;
  int64_t watermark_us;
  bool is_finished;
} Collector;

static inline void test_cell_text(const Column *column, uint32_t row, char *text, size_t size) {
  if (!column_is_valid(column, row)) {
    snprintf(text, size, "NULL");
    return;
  }
  switch (type_physical(column->type.kind)) {
    case PHYSICAL_BOOL:
      snprintf(text, size, "%s", ((const uint8_t *)column->values)[row] ? "true" : "false");
      break;
    case PHYSICAL_INT32:
      snprintf(text, size, "%d", ((const int32_t *)column->values)[row]);
      break;
    case PHYSICAL_INT64:
      snprintf(text, size, "%lld", (long long)((const int64_t *)column->values)[row]);
      break;
    case PHYSICAL_DOUBLE:
      snprintf(text, size, "%g", ((const double *)column->values)[row]);
      break;
    case PHYSICAL_INT128:
      snprintf(text, size, "%lld", (long long)((const int128_t *)column->values)[row]);
      break;
    default: {
      const StringView *view = (const StringView *)column->values + row;
      snprintf(text, size, "%.*s", (int)view->length, string_view_bytes(view));
    }
  }
}

static inline void test_collect(Collector *self, const char *text) {
  self->rows = memory_grow(self->rows, &self->capacity, self->n_rows + 1, sizeof *self->rows);
  self->rows[self->n_rows++] = memory_copy_text(text);
}

static inline void test_stamp_text(int64_t stamp_us, char *text, size_t size) {
  if (stamp_us == WATERMARK_NONE) {
    snprintf(text, size, "none");
  } else {
    snprintf(text, size, "%lld", (long long)stamp_us);
  }
}

static inline bool collector_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  (void)input, (void)error;
  Collector *self = (Collector *)operator;
  assert_false(self->is_finished);
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    char line[1024] = "";
    size_t n = 0;
    for (uint32_t c = 0; c < batch->n_columns; c++) {
      char cell[128];
      test_cell_text(&batch->columns[c], row, cell, sizeof cell);
      n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", c > 0 ? "|" : "", cell);
    }
    if (batch->watermarks_us != NULL) {
      assert_true(batch->watermarks_us[row] >= self->watermark_us);
      self->watermark_us = batch->watermarks_us[row];
      char stamp[32];
      test_stamp_text(batch->watermarks_us[row], stamp, sizeof stamp);
      snprintf(line + n, sizeof line - n, " @%s", stamp);
    }
    test_collect(self, line);
  }
  if (batch->watermarks_us != NULL) {
    assert_true(batch->watermark_after_us >= self->watermark_us);
    self->watermark_us = batch->watermark_after_us;
  }
  return true;
}

static inline bool collector_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  (void)input, (void)error;
  Collector *self = (Collector *)operator;
  assert_false(self->is_finished);
  assert_true(watermark_us >= self->watermark_us);
  self->watermark_us = watermark_us;
  return true;
}

static inline bool collector_finish(Operator *operator, uint32_t input, Error *error) {
  (void)input, (void)error;
  Collector *self = (Collector *)operator;
  assert_false(self->is_finished);
  self->is_finished = true;
  return true;
}

static inline void collector_destroy(Operator *operator) {
  Collector *self = (Collector *)operator;
  for (size_t r = 0; r < self->n_rows; r++) free(self->rows[r]);
  free(self->rows);
}

static const OperatorClass COLLECTOR_CLASS = {.name = "Collector",
                                              .push = collector_push,
                                              .watermark = collector_watermark,
                                              .finish = collector_finish,
                                              .destroy = collector_destroy};

static inline Collector *collector_new(void) {
  Collector *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &COLLECTOR_CLASS;
  self->watermark_us = WATERMARK_NONE;
  return self;
}

/* --- running --- */

static const uint32_t TEST_BATCH_ROWS[] = {1, 3, 7, 64, 2048};
enum { N_TEST_BATCH_ROWS = 5 };

/* Pushes all of the streams, cut into batches, the stream with the lowest watermark next, as the job does; with
 * `chance` not NULL, any stream next, now and then a watermark by itself, and batches of any size up to batch_rows. */
static inline void test_run(Operator *operator, const TestStream * streams, uint32_t n_streams, uint32_t batch_rows,
                            bool has_row_time, uint64_t *chance) {
  size_t position[4] = {0};
  bool is_finished[4] = {false};
  Error error = {0};
  assert_true(n_streams <= 4);
  for (uint32_t n_finished = 0; n_finished < n_streams;) {
    uint32_t next = UINT32_MAX;
    int64_t lowest_us = 0;
    for (uint32_t s = 0; s < n_streams; s++) {
      if (is_finished[s]) continue;
      const TestStream *stream = &streams[s];
      int64_t at_us = position[s] < stream->n_rows ? stream->rows[position[s]].stamp_us : stream->watermark_us;
      if (next == UINT32_MAX || (chance != NULL ? test_random_below(chance, 2) == 0 : at_us < lowest_us)) {
        next = s;
        lowest_us = at_us;
      }
    }
    const TestStream *stream = &streams[next];
    size_t from = position[next];
    if (from == stream->n_rows) {
      if (!operator_finish(operator, next, &error)) fail_msg("%s", error.message);
      is_finished[next] = true;
      n_finished++;
      continue;
    }
    if (chance != NULL && has_row_time && test_random_below(chance, 4) == 0) {
      int64_t at_us = stream->rows[from].stamp_us;
      if (!operator_watermark(operator, next, at_us, &error)) fail_msg("%s", error.message);
    }
    size_t n = chance != NULL ? 1 + (size_t)test_random_below(chance, batch_rows) : batch_rows;
    size_t to = from + n < stream->n_rows ? from + n : stream->n_rows;
    Batch *batch = test_batch(stream, from, to, has_row_time);
    bool is_done = operator_push(operator, next, batch, &error);
    batch_release(batch);
    if (!is_done) fail_msg("%s", error.message);
    position[next] = to;
  }
}

/* Fails with the first line that differs. */
static inline void test_compare(const char *what, char *const *got, size_t n_got, char *const *wanted,
                                size_t n_wanted) {
  for (size_t r = 0; r < n_got || r < n_wanted; r++) {
    const char *g = r < n_got ? got[r] : "(nothing)";
    const char *w = r < n_wanted ? wanted[r] : "(nothing)";
    if (strcmp(g, w) == 0) continue;
    for (size_t i = r > 5 ? r - 5 : 0; i < r; i++) print_error("        %s\n", got[i]);
    fail_msg("%s, row %zu:\n   got  %s\n  want  %s", what, r, g, w);
  }
}

/* Runs a new operator from `make` at every batch size and in random cuts; output must be `wanted`, stamps included. */
static inline void test_expect(const char *what, Operator *(*make)(const void *context), const void *context,
                               const TestStream *streams, uint32_t n_streams, bool has_row_time, char *const *wanted,
                               size_t n_wanted, uint64_t wanted_late) {
  uint64_t chance = 88172645463325252u;
  for (uint32_t b = 0; b < N_TEST_BATCH_ROWS + 3; b++) {
    bool is_random = b >= N_TEST_BATCH_ROWS;
    uint32_t batch_rows = is_random ? 13 : TEST_BATCH_ROWS[b];
    Operator *subject = make(context);
    Collector *collector = collector_new();
    operator_connect(subject, &collector->base, 0);
    test_run(subject, streams, n_streams, batch_rows, has_row_time, is_random ? &chance : NULL);
    char label[256];
    snprintf(label, sizeof label, "%s at %u rows a batch%s", what, batch_rows, is_random ? " at most" : "");
    test_compare(label, collector->rows, collector->n_rows, wanted, n_wanted);
    assert_true(collector->is_finished);
    assert_int_equal(subject->stats.rows_late, wanted_late);
    operator_free(subject);
    operator_free(&collector->base);
  }
}

#endif
