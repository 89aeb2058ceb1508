/* The group table against GLib's, over random rows of every key type, hashes that collide on purpose, and growth. */
#include <glib.h>

#include "vec/hash.h"
#include "vec/hash_table.h"
#include "vec_testing.h"

enum { N_ROWS = 500, KEYS_MAX = 4, KEY_TEXT_MAX = 256 };

typedef struct Shape {
  const char *what;
  uint32_t n_keys;
  TypeKind kinds[KEYS_MAX];
  uint32_t state_bytes;
  uint64_t n_values;  /* different values of one key */
  uint64_t hash_mask; /* few bits: everything collides */
  uint32_t n_batches;
  unsigned percent_null;
  uint64_t hash_bits; /* set in every hash */
} Shape;

static const Shape SHAPES[] = {
    {"one bigint", 1, {TYPE_BIGINT}, 8, 1000, UINT64_MAX, 20, 0, 0},
    {"one bigint, always new", 1, {TYPE_BIGINT}, 8, UINT64_MAX >> 12, UINT64_MAX, 200, 0, 0},
    {"one int with nulls", 1, {TYPE_INT}, 0, 300, UINT64_MAX, 20, 20, 0},
    {"boolean", 1, {TYPE_BOOLEAN}, 1, 2, UINT64_MAX, 5, 30, 0},
    {"bare nulls", 1, {TYPE_NULL}, 16, 2, UINT64_MAX, 3, 100, 0},
    {"double bits", 1, {TYPE_DOUBLE}, 24, 50, UINT64_MAX, 10, 5, 0},
    {"decimal", 1, {TYPE_DECIMAL}, 8, 5000, UINT64_MAX, 60, 5, 0},
    {"string", 1, {TYPE_VARCHAR}, 8, 4000, UINT64_MAX, 60, 5, 0},
    {"string, always new", 1, {TYPE_VARCHAR}, 40, UINT64_MAX >> 12, UINT64_MAX, 120, 1, 0},
    {"misaligned keys", 4, {TYPE_BOOLEAN, TYPE_DECIMAL, TYPE_INT, TYPE_VARCHAR}, 3, 7, UINT64_MAX, 60, 10, 0},
    {"two strings", 2, {TYPE_CHAR, TYPE_VARCHAR}, 8, 60, UINT64_MAX, 40, 10, 0},
    {"times", 3, {TYPE_TIMESTAMP, TYPE_TIMESTAMP_LTZ, TYPE_INTERVAL_DAY_TIME}, 8, 12, UINT64_MAX, 40, 10, 0},
    {"one hash", 2, {TYPE_BIGINT, TYPE_VARCHAR}, 8, 20, 0, 6, 10, 0},
    {"probes that wrap around", 1, {TYPE_BIGINT}, 8, 1000, UINT64_MAX, 8, 0, 0xffff},
    {"tags alike", 1, {TYPE_BIGINT}, 8, 3000, 0xffff, 20, 0, 0},
    {"places alike", 1, {TYPE_BIGINT}, 8, 800, 0xffff0000, 8, 0, 0},
    {"no keys", 0, {TYPE_NULL}, 8, 1, UINT64_MAX, 3, 0, 0},
};

/* Value number `value` of a type; texts differ in length, share beginnings, and hold NUL bytes. */
static void set_value(Column *column, uint32_t row, uint64_t value, Arena *arena) {
  switch (type_physical(column->type.kind)) {
    case PHYSICAL_BOOL:
      ((uint8_t *)column->values)[row] = (uint8_t)(value & 1);
      break;
    case PHYSICAL_INT32:
      ((int32_t *)column->values)[row] = (int32_t)value - 100;
      break;
    case PHYSICAL_INT64:
      ((int64_t *)column->values)[row] = (int64_t)value - 500;
      break;
    case PHYSICAL_DOUBLE:
      ((double *)column->values)[row] = value == 0 ? 0.0 : value == 1 ? -0.0 : (double)value / 3;
      break;
    case PHYSICAL_INT128:
      ((int128_t *)column->values)[row] = ((int128_t)value << (value % 3 * 32)) - (int128_t)(value % 2);
      break;
    default: {
      char text[KEY_TEXT_MAX];
      int length = sprintf(text, "key-%c%llx", (char)(value % 3 == 0 ? '\0' : 'x'), (unsigned long long)value);
      while (length < (int)(value % 29)) text[length++] = '.';
      ((StringView *)column->values)[row] =
          string_view(arena_copy_text(arena, text, (size_t)length), value % 17 == 0 ? 0 : (uint32_t)length);
    }
  }
}

/* A row's keys as bytes, for the oracle. */
static GBytes *key_bytes(const Shape *shape, const Batch *batch, uint32_t row) {
  GByteArray *bytes = g_byte_array_new();
  for (uint32_t k = 0; k < shape->n_keys; k++) {
    const Column *column = &batch->columns[k];
    uint8_t is_valid = column_is_valid(column, row);
    g_byte_array_append(bytes, &is_valid, 1);
    if (!is_valid) continue;
    size_t n_bytes = physical_bytes(type_physical(column->type.kind));
    if (type_is_string(column->type.kind)) {
      const StringView *view = (const StringView *)column->values + row;
      g_byte_array_append(bytes, (const guint8 *)&view->length, 4);
      g_byte_array_append(bytes, (const guint8 *)string_view_bytes(view), view->length);
    } else {
      g_byte_array_append(bytes, (const guint8 *)column->values + row * n_bytes, (guint)n_bytes);
    }
  }
  return g_byte_array_free_to_bytes(bytes);
}

static Batch *make_batch(const Shape *shape, uint64_t *seed) {
  Batch *batch = batch_new(shape->n_keys, N_ROWS);
  batch->n_rows = N_ROWS;
  for (uint32_t k = 0; k < shape->n_keys; k++) {
    Type type = type_make(shape->kinds[k], true);
    if (type.kind == TYPE_DECIMAL) type = type_decimal(38, 0, true);
    Column *column = batch_add_column(batch, k, type);
    bool has_nulls = next_random(seed) % 3 != 0 || shape->percent_null == 100;
    if (shape->percent_null > 0 && has_nulls) column_make_valid(column, batch);
    for (uint32_t row = 0; row < N_ROWS; row++) {
      set_value(column, row, next_random(seed) % shape->n_values, batch->arena);
      if (column->valid == NULL || next_random(seed) % 100 >= shape->percent_null) continue;
      column_set_null(column, row);
      /* What lies under a null is anything but garbage: another value, or for a string the empty view. */
      if (type_is_string(type.kind)) ((StringView *)column->values)[row] = (StringView){.length = 0};
    }
  }
  return batch;
}

/* The keys read back from the records are those that were put in. */
static void check_keys(const Shape *shape, const HashTable *table, GPtrArray *keys_by_number) {
  uint32_t n_records = hash_table_count(table);
  for (uint32_t from = 0; from < n_records; from += N_ROWS) {
    uint32_t n = n_records - from < N_ROWS ? n_records - from : N_ROWS;
    uint8_t *records[N_ROWS];
    for (uint32_t i = 0; i < n; i++) records[i] = hash_table_record(table, from + i);
    Batch *batch = batch_new(shape->n_keys, N_ROWS);
    batch->n_rows = n;
    for (uint32_t k = 0; k < shape->n_keys; k++) {
      batch_add_column(batch, k, type_make(shape->kinds[k], true));
      hash_table_read_key(table, k, records, n, batch, k);
    }
    for (uint32_t i = 0; i < n; i++) {
      GBytes *bytes = key_bytes(shape, batch, i);
      assert_true(g_bytes_equal(bytes, keys_by_number->pdata[from + i]));
      g_bytes_unref(bytes);
    }
    batch_release(batch);
  }
}

static void check_shape(const Shape *shape) {
  Type types[KEYS_MAX];
  for (uint32_t k = 0; k < shape->n_keys; k++) types[k] = type_make(shape->kinds[k], true);
  HashTable *table = hash_table_new(types, shape->n_keys, shape->state_bytes);
  GHashTable *numbers = g_hash_table_new(g_bytes_hash, g_bytes_equal);
  GPtrArray *keys_by_number = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  uint64_t seed = 42;
  for (uint32_t b = 0; b < shape->n_batches; b++) {
    Batch *batch = make_batch(shape, &seed);
    const Column *keys[KEYS_MAX];
    uint32_t key_columns[KEYS_MAX] = {0, 1, 2, 3}, rows[N_ROWS];
    uint64_t hashes[N_ROWS];
    uint8_t *records[N_ROWS];
    for (uint32_t k = 0; k < shape->n_keys; k++) keys[k] = &batch->columns[k];
    hash_rows(batch, key_columns, shape->n_keys, hashes);
    for (uint32_t row = 0; row < N_ROWS; row++) hashes[row] = (hashes[row] & shape->hash_mask) | shape->hash_bits;
    bool takes_some = b % 2 == 1;
    uint32_t n_rows = 0;
    for (uint32_t row = 0; row < N_ROWS; row++) {
      if (!takes_some || next_random(&seed) % 2 == 0) rows[n_rows++] = takes_some ? N_ROWS - 1 - row : row;
    }
    hash_table_find_or_insert(table, keys, hashes, takes_some ? rows : NULL, n_rows, records);
    for (uint32_t i = 0; i < n_rows; i++) {
      assert_int_equal((uintptr_t)records[i] % 16, 0);
      GBytes *bytes = key_bytes(shape, batch, rows[i]);
      gpointer known;
      if (g_hash_table_lookup_extended(numbers, bytes, NULL, &known)) {
        assert_ptr_equal(records[i], hash_table_record(table, GPOINTER_TO_UINT(known)));
        g_bytes_unref(bytes);
        for (uint32_t s = 0; s < shape->state_bytes; s++) assert_int_equal(records[i][s], 0xa5);
        continue;
      }
      uint32_t number = g_hash_table_size(numbers);
      g_hash_table_insert(numbers, bytes, GUINT_TO_POINTER(number));
      g_ptr_array_add(keys_by_number, bytes);
      assert_ptr_equal(records[i], hash_table_record(table, number));
      for (uint32_t s = 0; s < shape->state_bytes; s++) assert_int_equal(records[i][s], 0);
      memset(records[i], 0xa5, shape->state_bytes);
    }
    assert_int_equal(hash_table_count(table), g_hash_table_size(numbers));
    batch_release(batch); /* the table has its own copies */
  }
  check_keys(shape, table, keys_by_number);
  assert_true(hash_table_bytes(table) > hash_table_count(table) * (shape->state_bytes + 16));
  g_hash_table_destroy(numbers);
  g_ptr_array_free(keys_by_number, TRUE);
  hash_table_free(table);
}

static void finds_what_the_oracle_finds(void **state) {
  (void)state;
  for (size_t s = 0; s < LENGTH(SHAPES); s++) {
    print_message("  %s\n", SHAPES[s].what);
    check_shape(&SHAPES[s]);
  }
}

/* Long keys read into a batch stay readable after the table is gone, when the batch holds the arena. */
static void records_outlive_the_table_when_held(void **state) {
  (void)state;
  Type type = type_string(false);
  HashTable *table = hash_table_new(&type, 1, 8);
  Batch *input = batch_new(1, 1), *output = batch_new(1, 1);
  const char *text = "a key that does not fit into a view";
  input->n_rows = output->n_rows = 1;
  *(StringView *)batch_add_column(input, 0, type)->values = string_view(text, (uint32_t)strlen(text));
  uint64_t hash;
  uint8_t *record;
  const Column *key = &input->columns[0];
  hash_rows(input, (const uint32_t[]){0}, 1, &hash);
  hash_table_find_or_insert(table, &key, &hash, NULL, 1, &record);
  batch_release(input);
  batch_add_column(output, 0, type);
  hash_table_read_key(table, 0, &record, 1, output, 0);
  batch_hold(output, hash_table_arena(table));
  hash_table_free(table);
  assert_null(output->columns[0].valid);
  assert_memory_equal(string_view_bytes(output->columns[0].values), text, strlen(text));
  batch_release(output);
  hash_table_free(NULL);
}

/* Equal values hash alike wherever they lie, nulls alike whatever lies under them, and the order of keys counts. */
static void hashes_follow_values(void **state) {
  (void)state;
  Batch *batch = batch_new(3, 4);
  batch->n_rows = 4;
  Arena *arena = arena_new(64);
  Column *text = batch_add_column(batch, 0, type_string(true));
  Column *number = batch_add_column(batch, 1, type_make(TYPE_BIGINT, true));
  Column *zero = batch_add_column(batch, 2, type_make(TYPE_DOUBLE, true));
  for (uint32_t row = 0; row < 4; row++) {
    const char *copy = arena_copy_text(arena, "the same text, elsewhere", 24);
    ((StringView *)text->values)[row] = string_view(copy, 24);
    ((int64_t *)number->values)[row] = row < 2 ? 7 : (int64_t)row;
    ((double *)zero->values)[row] = row % 2 == 0 ? 0.0 : -0.0;
  }
  uint64_t one[4], two[4], swapped[4];
  hash_rows(batch, (const uint32_t[]){0, 1}, 2, one);
  assert_int_equal(one[0], one[1]);
  assert_int_not_equal(one[1], one[2]);
  assert_int_not_equal(one[2], one[3]);
  column_make_valid(number, batch);
  hash_rows(batch, (const uint32_t[]){0, 1}, 2, two);
  assert_memory_equal(one, two, sizeof one);
  column_set_null(number, 2);
  column_set_null(number, 3);
  hash_rows(batch, (const uint32_t[]){0, 1}, 2, two);
  assert_int_equal(two[0], one[0]);
  assert_int_equal(two[2], two[3]);
  hash_rows(batch, (const uint32_t[]){1, 0}, 2, swapped);
  assert_int_not_equal(two[0], swapped[0]);
  hash_rows(batch, (const uint32_t[]){2}, 1, one);
  assert_int_equal(one[0], one[2]);
  assert_int_not_equal(one[0], one[1]);
  hash_rows(batch, NULL, 0, one);
  for (uint32_t row = 0; row < 4; row++) assert_int_equal(one[row], HASH_OF_NO_KEYS);
  arena_release(arena);
  batch_release(batch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_what_the_oracle_finds),
      cmocka_unit_test(records_outlive_the_table_when_held),
      cmocka_unit_test(hashes_follow_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
