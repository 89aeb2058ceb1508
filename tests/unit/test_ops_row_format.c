/* Rows as records: every type there and back, with nulls and strings of all lengths, and the equality of keys. */
#include "ops/row_format.h"
#include "ops_testing.h"

enum { N_TYPES = 8, KEY_TEXT = 0, KEY_DECIMAL = 1, TIME = 2, N_ROWS = 700, LENGTH_MAX = 700 };

typedef struct Source {
  Type types[N_TYPES];
  Batch *batch;
} Source;

static void source_types(Source *source) {
  source->types[KEY_TEXT] = type_string(true);
  source->types[KEY_DECIMAL] = type_decimal(12, 2, true);
  source->types[TIME] = type_timestamp(TYPE_TIMESTAMP, 3, false);
  source->types[3] = type_make(TYPE_BOOLEAN, true);
  source->types[4] = type_make(TYPE_INT, true);
  source->types[5] = type_make(TYPE_DOUBLE, true);
  source->types[6] = type_decimal(38, 0, true);
  source->types[7] = type_string(true);
}

static StringView random_text(Batch *batch, uint64_t *chance, uint32_t row) {
  /* All lengths around the view's 12, the moves of 16 and 32, and the escape at 255. */
  uint32_t length = row < 300 ? row : (uint32_t)test_random_below(chance, row % 3 == 0 ? LENGTH_MAX : 20);
  char *text = arena_alloc_text(batch->arena, length + 1);
  for (uint32_t i = 0; i < length; i++) text[i] = (char)('a' + test_random_below(chance, 26));
  return string_view(text, length);
}

static void source_fill(Source *source, uint64_t *chance, bool has_nulls) {
  source_types(source);
  Batch *batch = source->batch = batch_new(N_TYPES, N_ROWS);
  batch->n_rows = N_ROWS;
  for (uint32_t c = 0; c < N_TYPES; c++) {
    Column *column = batch_add_column(batch, c, source->types[c]);
    Physical physical = type_physical(source->types[c].kind);
    for (uint32_t row = 0; row < N_ROWS; row++) {
      int64_t value = (int64_t)test_random(chance) - (INT64_C(1) << 52);
      switch (physical) {
        case PHYSICAL_BOOL:
          ((uint8_t *)column->values)[row] = value & 1;
          break;
        case PHYSICAL_INT32:
          ((int32_t *)column->values)[row] = (int32_t)value;
          break;
        case PHYSICAL_INT64:
          ((int64_t *)column->values)[row] = value;
          break;
        case PHYSICAL_DOUBLE:
          ((double *)column->values)[row] = (double)value / 7;
          break;
        case PHYSICAL_INT128:
          ((int128_t *)column->values)[row] = c == 6 ? (int128_t)value * value * (value % 1000) : value % 1000000000000;
          break;
        default:
          ((StringView *)column->values)[row] = random_text(batch, chance, row);
      }
      if (!has_nulls || c == TIME || test_random_below(chance, 4) > 0) continue;
      column_make_valid(column, batch);
      column_set_null(column, row);
      if (physical == PHYSICAL_STRING) ((StringView *)column->values)[row] = string_view("", 0);
    }
  }
}

static void assert_same_value(const Column *a, uint32_t row_a, const Column *b, uint32_t row_b) {
  assert_int_equal(column_is_valid(a, row_a), column_is_valid(b, row_b));
  if (!column_is_valid(a, row_a)) return;
  if (type_physical(a->type.kind) == PHYSICAL_STRING) {
    assert_true(string_view_equal((const StringView *)a->values + row_a, (const StringView *)b->values + row_b));
    return;
  }
  size_t n_bytes = physical_bytes(type_physical(a->type.kind));
  assert_memory_equal((const char *)a->values + row_a * n_bytes, (const char *)b->values + row_b * n_bytes, n_bytes);
}

/* Rows [from, from + n) one behind the other in `memory`, as a chunk would hold them. */
static void write_rows(RowFormat *format, const Batch *batch, uint32_t from, uint32_t n, uint8_t *memory,
                       size_t memory_bytes, uint8_t **records) {
  uint32_t sizes[N_ROWS];
  row_format_sizes(format, batch, from, n, sizes);
  size_t at = 0;
  for (uint32_t i = 0; i < n; i++) {
    assert_int_equal(sizes[i] % ROW_ALIGNMENT, 0);
    records[i] = memory + at;
    at += sizes[i];
  }
  assert_true(at + ROW_SPILL_BYTES <= memory_bytes);
  memset(memory, 0xa5, memory_bytes);
  row_format_write(format, batch, from, n, records);
  for (uint32_t i = 0; i < n; i++) assert_int_equal(row_format_bytes(format, records[i]), sizes[i]);
  for (size_t b = at + ROW_SPILL_BYTES; b < memory_bytes; b++) assert_int_equal(memory[b], 0xa5);
}

static void keeps_every_type(void **state) {
  (void)state;
  uint64_t chance = 31337;
  static const bool all[N_TYPES] = {true, true, true, true, true, true, true, true};
  static const uint32_t keys[] = {KEY_TEXT, KEY_DECIMAL};
  static const bool is_wide[2];
  size_t memory_bytes = (size_t)N_ROWS * (2 * LENGTH_MAX + 200);
  uint8_t *memory = memory_alloc_aligned(memory_bytes);
  for (int has_nulls = 0; has_nulls < 2; has_nulls++) {
    for (uint32_t n_keys = 0; n_keys <= 2; n_keys++) {
      Source source;
      source_fill(&source, &chance, has_nulls);
      RowFormat format;
      row_format_init(&format, source.types, N_TYPES, all, keys, is_wide, n_keys, TIME);
      assert_int_equal(format.n_fields, N_TYPES);
      uint8_t *records[N_ROWS];
      uint32_t from = 13, n = N_ROWS - from;
      write_rows(&format, source.batch, from, n, memory, memory_bytes, records);
      const int64_t *times_us = source.batch->columns[TIME].values;
      for (uint32_t i = 0; i < n; i++) assert_int_equal(row_header(records[i])->time_us, times_us[from + i]);

      /* Backwards, into every other row of a larger batch. */
      Batch *read = batch_new(N_TYPES, 2 * n);
      read->n_rows = 2 * n;
      uint8_t *backwards[N_ROWS];
      uint32_t rows[N_ROWS];
      for (uint32_t i = 0; i < n; i++) {
        backwards[i] = records[n - 1 - i];
        rows[i] = 2 * i + 1;
      }
      for (uint32_t c = 0; c < N_TYPES; c++) {
        batch_add_column(read, c, source.types[c]);
        row_format_read(&format, row_format_field(&format, c), backwards, rows, n, read, c);
        for (uint32_t i = 0; i < n; i++) {
          assert_same_value(&read->columns[c], rows[i], &source.batch->columns[c], from + n - 1 - i);
        }
      }
      batch_release(source.batch);
      batch_release(read);
    }
  }
  free(memory);
}

/* A format that keeps only the key, against one that keeps everything, with the DECIMAL of another precision. */
static void compares_keys_of_two_formats(void **state) {
  (void)state;
  uint64_t chance = 4;
  static const uint32_t keys[] = {KEY_TEXT, KEY_DECIMAL};
  static const bool all[N_TYPES] = {true, true, true, true, true, true, true, true}, none[N_TYPES];
  static const bool is_wide[2] = {false, true};
  Source source;
  source_fill(&source, &chance, false);
  Type wide_types[N_TYPES];
  memcpy(wide_types, source.types, sizeof wide_types);
  wide_types[KEY_DECIMAL] = type_decimal(30, 2, true);
  RowFormat narrow, wide;
  row_format_init(&narrow, source.types, N_TYPES, none, keys, is_wide, 2, TIME);
  row_format_init(&wide, wide_types, N_TYPES, all, keys, is_wide, 2, TIME);
  size_t memory_bytes = (size_t)N_ROWS * (2 * LENGTH_MAX + 200);
  uint8_t *memory = memory_alloc_aligned(memory_bytes), *other = memory_alloc_aligned(memory_bytes);
  uint8_t *records[N_ROWS], *others[N_ROWS];
  write_rows(&narrow, source.batch, 0, N_ROWS, memory, memory_bytes, records);
  write_rows(&wide, source.batch, 0, N_ROWS, other, memory_bytes, others);
  const StringView *texts = source.batch->columns[KEY_TEXT].values;
  const int128_t *decimals = source.batch->columns[KEY_DECIMAL].values;
  for (uint32_t a = 0; a < N_ROWS; a++) {
    for (uint32_t b = a; b < N_ROWS; b += 1 + (b - a) / 4) {
      bool is_equal = decimals[a] == decimals[b] && string_view_equal(&texts[a], &texts[b]);
      assert_int_equal(row_format_keys_equal(&narrow, records[a], &wide, others[b]), is_equal);
    }
  }
  free(memory);
  free(other);
  batch_release(source.batch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_every_type),
      cmocka_unit_test(compares_keys_of_two_formats),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
