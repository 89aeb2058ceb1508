/* Batches: gathering, appending and sharing columns of every type against row-by-row copies, and what stays alive. */
#include "vec/batch.h"
#include "vec_testing.h"

enum { N_ROWS = 300, N_COLUMNS = TYPE_KIND_COUNT, CELL_MAX = 80 };

static void set_cell(Column *column, uint32_t row, uint64_t value, Arena *arena) {
  switch (type_physical(column->type.kind)) {
    case PHYSICAL_BOOL:
      ((uint8_t *)column->values)[row] = value % 2;
      break;
    case PHYSICAL_INT32:
      ((int32_t *)column->values)[row] = (int32_t)value;
      break;
    case PHYSICAL_INT64:
      ((int64_t *)column->values)[row] = (int64_t)(value << 11);
      break;
    case PHYSICAL_DOUBLE:
      ((double *)column->values)[row] = (double)value / 7;
      break;
    case PHYSICAL_INT128:
      ((int128_t *)column->values)[row] = (int128_t)value * -12345678901234567;
      break;
    default: {
      char *text = arena_printf(arena, "%llu-%llu", (unsigned long long)value, (unsigned long long)value);
      ((StringView *)column->values)[row] = string_view(text, (uint32_t)(value % 2 == 0 ? 5 : strlen(text)));
    }
  }
}

/* A cell as text: equal texts are equal cells. */
static void cell_text(const Column *column, uint32_t row, char text[CELL_MAX]) {
  if (!column_is_valid(column, row)) {
    strcpy(text, "null");
    return;
  }
  if (type_is_string(column->type.kind)) {
    const StringView *view = (const StringView *)column->values + row;
    snprintf(text, CELL_MAX, "'%.*s'", (int)view->length, string_view_bytes(view));
    return;
  }
  size_t n_bytes = physical_bytes(type_physical(column->type.kind));
  const uint8_t *bytes = (const uint8_t *)column->values + row * n_bytes;
  for (size_t b = 0; b < n_bytes; b++) sprintf(text + 2 * b, "%02x", bytes[b]);
}

static void assert_same_cell(const Column *a, uint32_t row_a, const Column *b, uint32_t row_b) {
  char text_a[CELL_MAX], text_b[CELL_MAX];
  cell_text(a, row_a, text_a);
  cell_text(b, row_b, text_b);
  assert_string_equal(text_a, text_b);
}

/* One column of each type; every second one has nulls. Long strings lie in an arena of their own. */
static Batch *make_batch(uint32_t n_rows, uint64_t *seed, Arena *texts) {
  Batch *batch = batch_new(N_COLUMNS, n_rows);
  batch->n_rows = n_rows;
  batch->watermark_after_us = 77;
  for (uint32_t c = 0; c < N_COLUMNS; c++) {
    Column *column = batch_add_column(batch, c, type_make((TypeKind)c, true));
    if (c % 2 == 0) column_make_valid(column, batch);
    for (uint32_t row = 0; row < n_rows; row++) {
      set_cell(column, row, next_random(seed), texts);
      if (c % 2 == 0 && next_random(seed) % 3 == 0) column_set_null(column, row);
    }
  }
  batch_hold(batch, texts);
  return batch;
}

static void new_batches_are_empty(void **state) {
  (void)state;
  Batch *batch = batch_new(3, 100);
  assert_int_equal(batch->references, 1);
  assert_int_equal(batch->n_rows, 0);
  assert_int_equal(batch->n_columns, 3);
  assert_int_equal(batch->capacity_rows, 100);
  assert_null(batch->row_kinds);
  assert_null(batch->watermarks_us);
  for (uint32_t c = 0; c < 3; c++) {
    assert_null(batch->columns[c].values);
    assert_null(batch->columns[c].valid);
  }
  Column *column = batch_add_column(batch, 1, type_make(TYPE_BIGINT, true));
  assert_ptr_equal(column, &batch->columns[1]);
  assert_int_equal((uintptr_t)column->values % 64, 0);
  assert_null(column->valid);
  memset(column->values, 1, 100 * sizeof(int64_t));
  batch_release(batch);
  batch_release(batch_new(0, 0));
  batch_release(NULL);
}

/* Bits around the borders of words. */
static void validity_is_a_bit_a_row(void **state) {
  (void)state;
  Batch *batch = batch_new(1, 130);
  Column *column = batch_add_column(batch, 0, type_make(TYPE_INT, true));
  assert_true(column_is_valid(column, 129));
  column_make_valid(column, batch);
  static const uint32_t nulls[] = {0, 63, 64, 127, 128, 129};
  for (size_t n = 0; n < LENGTH(nulls); n++) column_set_null(column, nulls[n]);
  const uint64_t *valid = column->valid;
  column_make_valid(column, batch); /* has one already: stays */
  assert_ptr_equal(column->valid, valid);
  size_t next = 0;
  for (uint32_t row = 0; row < 130; row++) {
    bool is_null = next < LENGTH(nulls) && nulls[next] == row;
    next += is_null;
    assert_int_equal(column_is_valid(column, row), !is_null);
  }
  static const uint32_t words[][2] = {{0, 0}, {1, 1}, {64, 1}, {65, 2}, {128, 2}, {2048, 32}};
  for (size_t w = 0; w < LENGTH(words); w++) assert_int_equal(valid_words(words[w][0]), words[w][1]);
  batch_release(batch);
}

/* Rows in any order, some twice, some never; stamps and row kinds go with them; the source may be released. */
static void gathering_copies_rows(void **state) {
  (void)state;
  static const uint32_t counts[] = {0, 1, 64, 65, 250, N_ROWS * 2};
  uint64_t seed = 21;
  for (size_t n = 0; n < LENGTH(counts); n++) {
    Arena *texts = arena_new(100);
    Batch *source = make_batch(N_ROWS, &seed, texts);
    arena_release(texts);
    bool has_stamps = n % 2 == 0;
    if (has_stamps) {
      int64_t *stamps = arena_alloc_column(source->arena, N_ROWS * sizeof *stamps);
      source->row_kinds = arena_alloc(source->arena, N_ROWS);
      for (uint32_t row = 0; row < N_ROWS; row++) {
        stamps[row] = row * 1000 - 5;
        source->row_kinds[row] = row % 4;
      }
      source->watermarks_us = stamps;
    }
    static uint32_t rows[N_ROWS * 2];
    for (uint32_t i = 0; i < counts[n]; i++) rows[i] = (uint32_t)(next_random(&seed) % N_ROWS);
    Batch *copy = batch_gather(source, rows, counts[n]);
    assert_int_equal(copy->n_rows, counts[n]);
    assert_int_equal(copy->n_columns, N_COLUMNS);
    assert_int_equal(copy->watermark_after_us, 77);
    for (uint32_t c = 0; c < N_COLUMNS; c++) {
      assert_int_equal(copy->columns[c].type.kind, c);
      for (uint32_t i = 0; i < counts[n]; i++) {
        assert_same_cell(&copy->columns[c], i, &source->columns[c], rows[i]);
      }
    }
    assert_int_equal(copy->watermarks_us != NULL, has_stamps);
    assert_int_equal(copy->row_kinds != NULL, has_stamps);
    for (uint32_t i = 0; has_stamps && i < counts[n]; i++) {
      assert_int_equal(copy->watermarks_us[i], source->watermarks_us[rows[i]]);
      assert_int_equal(copy->row_kinds[i], source->row_kinds[rows[i]]);
    }
    batch_release(source);
    char text[CELL_MAX];
    for (uint32_t i = 0; i < counts[n]; i++) cell_text(&copy->columns[TYPE_VARCHAR], i, text);
    batch_release(copy);
  }
}

/* Pieces of several sources one behind the other, at any bit position; nulls begin when the first one comes. */
static void appending_concatenates(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int round = 0; round < 40; round++) {
    Arena *texts = arena_new(100);
    Batch *sources[2] = {make_batch(N_ROWS, &seed, texts), make_batch(N_ROWS, &seed, texts)};
    arena_release(texts);
    for (uint32_t c = 0; c < N_COLUMNS; c++) sources[round % 2]->columns[c].valid = NULL;
    Batch *target = batch_new(N_COLUMNS, BATCH_ROWS_MAX);
    for (uint32_t c = 0; c < N_COLUMNS; c++) batch_add_column(target, c, type_make((TypeKind)c, true));
    struct {
      const Batch *source;
      uint32_t row;
    } expected[BATCH_ROWS_MAX];
    while (target->n_rows < BATCH_ROWS_MAX) {
      const Batch *source = sources[next_random(&seed) % 2];
      uint32_t from = (uint32_t)(next_random(&seed) % N_ROWS);
      uint32_t to = from + (uint32_t)(next_random(&seed) % (N_ROWS - from + 1));
      if (to - from > BATCH_ROWS_MAX - target->n_rows) to = from + BATCH_ROWS_MAX - target->n_rows;
      for (uint32_t c = 0; c < N_COLUMNS; c++) column_append(target, c, target->n_rows, &source->columns[c], from, to);
      batch_hold_batch(target, source);
      for (uint32_t row = from; row < to; row++) {
        expected[target->n_rows].source = source;
        expected[target->n_rows++].row = row;
      }
    }
    for (uint32_t c = 0; c < N_COLUMNS; c++) {
      for (uint32_t row = 0; row < target->n_rows; row++) {
        assert_same_cell(&target->columns[c], row, &expected[row].source->columns[c], expected[row].row);
      }
    }
    assert_null(target->columns[1].valid);
    batch_release(sources[0]);
    batch_release(sources[1]);
    batch_release(target);
  }
}

/* A shared column is the same memory and outlives the batch that made it. */
static void sharing_keeps_the_source_alive(void **state) {
  (void)state;
  uint64_t seed = 8;
  Arena *texts = arena_new(100);
  Batch *source = make_batch(N_ROWS, &seed, texts);
  Batch *view = batch_new(2, N_ROWS);
  view->n_rows = N_ROWS;
  batch_share_column(view, 0, source, TYPE_VARCHAR);
  batch_share_column(view, 1, source, TYPE_BIGINT);
  assert_ptr_equal(view->columns[0].values, source->columns[TYPE_VARCHAR].values);
  assert_ptr_equal(view->columns[1].valid, source->columns[TYPE_BIGINT].valid);
  assert_int_equal(view->columns[1].type.kind, TYPE_BIGINT);
  batch_release(source);
  assert_true(arena_is_shared(texts)); /* through the view */
  char text[CELL_MAX];
  for (uint32_t row = 0; row < N_ROWS; row++) cell_text(&view->columns[0], row, text);
  Batch *second = batch_new(1, N_ROWS);
  batch_share_column(second, 0, view, 0);
  batch_release(view);
  for (uint32_t row = 0; row < N_ROWS; row++) cell_text(&second->columns[0], row, text);
  batch_release(second);
  assert_false(arena_is_shared(texts));
  arena_release(texts);
}

static void holds_are_counted_once(void **state) {
  (void)state;
  Batch *batch = batch_new(0, 1);
  Arena *arenas[20];
  for (size_t a = 0; a < LENGTH(arenas); a++) arenas[a] = arena_new(64);
  for (int again = 0; again < 3; again++) {
    for (size_t a = 0; a < LENGTH(arenas); a++) batch_hold(batch, arenas[a]);
    batch_hold(batch, batch->arena);
    batch_hold_batch(batch, batch);
  }
  assert_int_equal(batch->n_holds, LENGTH(arenas));
  assert_false(arena_is_shared(batch->arena));
  assert_ptr_equal(batch_retain(batch), batch);
  batch_release(batch);
  for (size_t a = 0; a < LENGTH(arenas); a++) assert_true(arena_is_shared(arenas[a]));
  batch_release(batch);
  for (size_t a = 0; a < LENGTH(arenas); a++) {
    assert_false(arena_is_shared(arenas[a]));
    arena_release(arenas[a]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(new_batches_are_empty),          cmocka_unit_test(validity_is_a_bit_a_row),
      cmocka_unit_test(gathering_copies_rows),          cmocka_unit_test(appending_concatenates),
      cmocka_unit_test(sharing_keeps_the_source_alive), cmocka_unit_test(holds_are_counted_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
