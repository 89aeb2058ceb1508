/* One side of a join against a plain list of its rows: what is found by key, what falls due and in which order, what is
 * forgotten, and that memory does not grow with the number of rows that have passed. */
#include "ops/join_side.h"
#include "ops_testing.h"
#include "vec/hash.h"

enum { KEY, TEXT, TIME, N_COLUMNS, MILLISECOND_US = 1000, SECOND_US = 1000000 };

static const uint32_t key_columns[] = {KEY};
static const bool is_wide[1];

typedef struct ModelRow {
  int64_t key;
  int64_t time_us;
  uint8_t *record;
  bool is_matched;
  bool is_padded;
} ModelRow;

typedef struct Model {
  JoinSide side;
  ModelRow *rows;
  size_t n_rows;
  size_t capacity;
} Model;

static void model_init(Model *model, int64_t wait_us, int64_t width_us, bool is_outer) {
  *model = (Model){0};
  Type types[N_COLUMNS] = {type_make(TYPE_BIGINT, true), type_string(true), type_timestamp(TYPE_TIMESTAMP, 3, false)};
  static const bool wanted[N_COLUMNS] = {false, true, false};
  row_format_init(&model->side.format, types, N_COLUMNS, wanted, key_columns, is_wide, 1, TIME);
  join_side_init(&model->side, wait_us, width_us, is_outer);
}

static void model_free(Model *model) {
  join_side_free(&model->side);
  free(model->rows);
}

static uint8_t *add_row(Model *model, int64_t key, int64_t time_us, uint32_t text_bytes) {
  Batch *batch = batch_new(N_COLUMNS, 1);
  batch->n_rows = 1;
  *(int64_t *)batch_add_column(batch, KEY, type_make(TYPE_BIGINT, true))->values = key;
  char *text = arena_alloc_text(batch->arena, text_bytes + 1);
  memset(text, 'x', text_bytes);
  *(StringView *)batch_add_column(batch, TEXT, type_string(true))->values = string_view(text, text_bytes);
  *(int64_t *)batch_add_column(batch, TIME, type_timestamp(TYPE_TIMESTAMP, 3, false))->values = time_us;
  uint32_t n_bytes, reference;
  row_format_sizes(&model->side.format, batch, 0, 1, &n_bytes);
  join_side_reserve(&model->side, 1);
  uint8_t *record = join_side_place(&model->side, time_us, n_bytes, &reference);
  assert_ptr_equal(record, join_side_record(&model->side, reference));
  row_format_write(&model->side.format, batch, 0, 1, &record);
  row_header(record)->hash = (uint32_t)hash_int64((uint64_t)key);
  join_side_link(&model->side, reference, record);
  join_side_keep(&model->side, reference, record);
  batch_release(batch);
  model->rows = memory_grow(model->rows, &model->capacity, model->n_rows + 1, sizeof *model->rows);
  model->rows[model->n_rows++] = (ModelRow){.key = key, .time_us = time_us, .record = record};
  return record;
}

/* The chain of a key must hold all rows of it that can be found, newest first within one time, and no row twice. */
static void check_key(const Model *model, int64_t key, int64_t watermark_us) {
  const JoinSide *side = &model->side;
  uint32_t hash = (uint32_t)hash_int64((uint64_t)key);
  for (size_t r = 0; r < model->n_rows; r++) {
    const ModelRow *row = &model->rows[r];
    if (row->key != key || join_side_expiry_us(side, row->time_us) <= watermark_us) continue;
    size_t n_found = 0;
    for (uint32_t at = *join_side_slot(side, hash); at != 0; at = row_header(join_side_record(side, at))->next) {
      n_found += join_side_record(side, at) == row->record;
    }
    assert_int_equal(n_found, 1);
    assert_int_equal(row_header(row->record)->time_us, row->time_us);
  }
}

/* The unmatched row that falls due next, by time and then arrival. */
static ModelRow *model_next_due(Model *model, int64_t until_us) {
  ModelRow *next = NULL;
  for (size_t r = 0; r < model->n_rows; r++) {
    ModelRow *row = &model->rows[r];
    if (row->is_matched || row->is_padded || join_side_expiry_us(&model->side, row->time_us) > until_us) continue;
    if (next == NULL || row->time_us < next->time_us) next = row;
  }
  return next;
}

static void check_due(Model *model, int64_t watermark_us) {
  for (;;) {
    ModelRow *wanted = model->side.is_outer ? model_next_due(model, watermark_us) : NULL;
    int64_t due_us = 0, peeked_us = join_side_peek_due(&model->side, watermark_us);
    uint8_t *record = join_side_next_due(&model->side, watermark_us, &due_us);
    if (wanted == NULL) {
      assert_null(record);
      assert_int_equal(peeked_us, INT64_MAX);
      return;
    }
    assert_ptr_equal(record, wanted->record);
    assert_int_equal(due_us, join_side_expiry_us(&model->side, wanted->time_us));
    assert_int_equal(peeked_us, due_us);
    wanted->is_padded = true;
  }
}

static void forget(Model *model, int64_t watermark_us) {
  join_side_forget(&model->side, watermark_us);
  assert_false(join_side_has_expired(&model->side, watermark_us));
  size_t kept = 0;
  for (size_t r = 0; r < model->n_rows; r++) {
    if (join_side_expiry_us(&model->side, model->rows[r].time_us) > watermark_us) {
      model->rows[kept++] = model->rows[r];
    }
  }
  model->n_rows = kept;
  /* Buckets go as a whole, so a little more than what is needed may still be there. */
  assert_true(model->side.n_linked >= kept);
}

static void agrees_with_a_list(void **state) {
  (void)state;
  static const struct {
    int64_t wait_us, width_us, step_us, spread_us;
    int64_t n_keys;
    bool is_outer;
  } cases[] = {
      {10 * SECOND_US, SECOND_US, 100000, 5 * SECOND_US, 50, true},
      {10 * SECOND_US, SECOND_US, 100000, 5 * SECOND_US, 3, false},
      {SECOND_US, 60 * SECOND_US, 500000, 8 * SECOND_US, 20, true},
      {0, MILLISECOND_US, 20000, SECOND_US, 20, true},
      {-2 * SECOND_US, SECOND_US, 30000, SECOND_US, 10, true},
      {100 * SECOND_US, 7 * SECOND_US, 20000, 50 * SECOND_US, 400, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint64_t chance = 77 + i;
    Model model;
    model_init(&model, cases[i].wait_us, cases[i].width_us, cases[i].is_outer);
    int64_t now_us = -20 * SECOND_US, watermark_us = now_us - 1000 * (int64_t)SECOND_US;
    for (uint32_t round = 0; round < 3000; round++) {
      now_us += test_random_below(&chance, cases[i].step_us) / 1000 * 1000;
      int64_t time_us = (now_us - test_random_below(&chance, cases[i].spread_us)) / 1000 * 1000;
      if (watermark_us < time_us + cases[i].wait_us) {
        uint32_t text_bytes = round % 500 == 7 ? 100000 : (uint32_t)test_random_below(&chance, 400);
        add_row(&model, test_random_below(&chance, cases[i].n_keys), time_us, text_bytes);
      }
      if (model.n_rows > 0 && test_random_below(&chance, 3) == 0) {
        ModelRow *row = &model.rows[test_random_below(&chance, (int64_t)model.n_rows)];
        if (!row->is_padded) {
          row->is_matched = true;
          *row_flags(&model.side.format, row->record) |= ROW_FLAG_MATCHED;
        }
      }
      if (test_random_below(&chance, 10) == 0) {
        int64_t risen_us = now_us - test_random_below(&chance, cases[i].spread_us);
        if (risen_us > watermark_us) watermark_us = risen_us;
        check_due(&model, watermark_us);
        forget(&model, watermark_us);
        for (int64_t key = 0; key < 5; key++) check_key(&model, key, watermark_us);
      }
    }
    check_due(&model, INT64_MAX);
    join_side_forget(&model.side, INT64_MAX);
    assert_int_equal(model.side.n_linked, 0);
    assert_int_equal(model.side.n_buckets, 0);
    for (size_t s = 0; s <= model.side.slot_mask; s++) assert_int_equal(model.side.slots[s], 0);
    model_free(&model);
  }
}

static void memory_is_used_again(void **state) {
  (void)state;
  Model model;
  model_init(&model, 10 * SECOND_US, SECOND_US, false);
  size_t held_bytes = 0;
  for (int r = 0; r < 200000; r++) {
    int64_t time_us = (int64_t)r * MILLISECOND_US;
    add_row(&model, r, time_us, 30);
    if (r % 100 == 0) join_side_forget(&model.side, time_us);
    if (r == 50000) held_bytes = model.side.held_bytes;
  }
  assert_true(model.side.held_bytes <= held_bytes + held_bytes / 10);
  model_free(&model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_a_list),
      cmocka_unit_test(memory_is_used_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
