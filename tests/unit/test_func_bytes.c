/* Functions of strings on any bytes: halves of characters, patterns that are none, the largest numbers. What they give
 * is not looked at; that they stay within their arguments is for the sanitizers to see. */
#include "func_testing.h"

enum { N_ROWS = 16, N_ROUNDS = 300 };

typedef struct TestShape {
  const char *name;
  const char *arguments; /* s: a string, i: an INT */
} TestShape;

static const TestShape shapes[] = {
    {"LIKE", "ss"},
    {"LIKE", "sss"},
    {"SIMILAR TO", "ss"},
    {"REGEXP", "ss"},
    {"REGEXP_REPLACE", "sss"},
    {"REGEXP_EXTRACT", "ssi"},
    {"REGEXP_COUNT", "ss"},
    {"REGEXP_INSTR", "ss"},
    {"REPLACE", "sss"},
    {"TRANSLATE", "sss"},
    {"LPAD", "sis"},
    {"RPAD", "sis"},
    {"OVERLAY", "ssi"},
    {"OVERLAY", "ssii"},
    {"SPLIT_INDEX", "ssi"},
    {"REVERSE", "s"},
    {"UPPER", "s"},
    {"LOWER", "s"},
    {"INITCAP", "s"},
    {"SUBSTRING", "sii"},
    {"LEFT", "si"},
    {"RIGHT", "si"},
    {"INSTR", "ssii"},
    {"LOCATE", "ssi"},
    {"CONCAT_WS", "sss"},
    {"BTRIM", "ss"},
    {"URL_DECODE", "s"},
    {"URL_ENCODE", "s"},
    {"PARSE_URL", "ss"},
    {"PARSE_URL", "sss"},
    {"FROM_BASE64", "s"},
    {"TO_BASE64", "s"},
    {"HEX", "s"},
    {"MD5", "s"},
    {"TO_TIMESTAMP", "s"},
    {"TO_TIMESTAMP", "ss"},
    {"UNIX_TIMESTAMP", "ss"},
    {"DATE_FORMAT", "ss"},
    {"FROM_UNIXTIME", "is"},
    {"IS_ALPHA", "s"},
    {"IS_DECIMAL", "s"},
    {"CHAR_LENGTH", "s"},
};

static const char *const pieces[] = {
    "%",
    "_",
    "!",
    "[",
    "]",
    "(",
    ")",
    "*",
    "+",
    "?",
    "{2}",
    "\\",
    "\\b",
    "\\Q",
    "\\E",
    "(?i)",
    "(?:",
    "\\p{L}",
    "a",
    "1",
    "\xC3\xBC",
    "\xF0\x9F\x98\x80",
    "\xFF",
    "\xC3",
    "\xE2\x80",
    "\xF0\x9F",
    "yyyy",
    "MM",
    "dd",
    "HH",
    "'",
    "-",
    ":",
    " ",
    "EEE",
    "S",
    "2026-01-02 03:04:05",
    "http://",
    "?x=1&",
    "#",
    "@",
    "%41",
    "%z",
    "\n",
};

static StringView random_bytes(uint64_t *chance, Arena *arena) {
  char *bytes = arena_alloc(arena, 256);
  uint32_t n = 0;
  for (uint64_t left = test_random(chance) % 7; left > 0; left--) {
    const char *piece = pieces[test_random(chance) % (sizeof pieces / sizeof pieces[0])];
    memcpy(bytes + n, piece, strlen(piece));
    n += (uint32_t)strlen(piece);
  }
  return string_view(bytes, n);
}

static int32_t random_int(uint64_t *chance) {
  static const int32_t extremes[] = {INT32_MIN, -1000, 1000, 100000};
  uint64_t kind = test_random(chance) % 3;
  return kind == 0 ? extremes[test_random(chance) % 4] : (int32_t)(test_random(chance) % 9) - 3;
}

/* In half of the columns behind the first all rows are one value, as patterns are. */
static void add_column(uint64_t *chance, Arena *arena, Batch *batch, uint32_t c, bool is_string) {
  Column *column = batch_add_column(batch, c, is_string ? type_string(true) : type_make(TYPE_INT, true));
  bool has_nulls = test_random(chance) % 4 == 0, is_one = c > 0 && test_random(chance) % 2 == 0;
  StringView one = random_bytes(chance, arena);
  if (has_nulls) column_make_valid(column, batch);
  for (uint32_t row = 0; row < N_ROWS; row++) {
    bool is_null = has_nulls && test_random(chance) % 4 == 0;
    if (is_null) column_set_null(column, row);
    if (!is_string)
      ((int32_t *)column->values)[row] = random_int(chance);
    else
      ((StringView *)column->values)[row] = is_null ? string_view("", 0) : is_one ? one : random_bytes(chance, arena);
  }
}

/* Reads every byte of the strings. */
static void read_all(const Column *column, uint32_t n_rows) {
  for (uint32_t row = 0; row < n_rows; row++) {
    if (!type_is_string(column->type.kind)) return;
    const StringView *text = &((const StringView *)column->values)[row];
    const char *bytes = string_view_bytes(text);
    unsigned sum = 0;
    for (uint32_t i = 0; i < text->length; i++) sum += (unsigned char)bytes[i];
    assert_true(sum <= text->length * 255u);
  }
}

static void functions_stay_within_their_arguments(void **state) {
  (void)state;
  uint64_t chance = 99;
  uint32_t n_results = 0;
  for (int round = 0; round < N_ROUNDS; round++) {
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
      uint32_t n = (uint32_t)strlen(shapes[s].arguments);
      Batch *input = batch_new(n, N_ROWS);
      input->n_rows = N_ROWS;
      Expr *arguments[TEST_ARGUMENTS_MAX];
      for (uint32_t c = 0; c < n; c++) {
        add_column(&chance, input->arena, input, c, shapes[s].arguments[c] == 's');
        arguments[c] = expr_column(input->arena, c, input->columns[c].type, test_place);
      }
      Error error = {.kind = ERROR_NONE};
      Expr *call =
          function_call(input->arena, function_find(shapes[s].name), arguments, n, test_place, &test_settings, &error);
      assert_non_null(call);
      Batch *output = test_evaluate(call, input, &error);
      if (output != NULL) {
        n_results++;
        read_all(&output->columns[0], N_ROWS);
      } else {
        assert_int_equal(error.kind, ERROR_RUNTIME);
      }
      batch_release(output);
      batch_release(input);
    }
  }
  assert_true(n_results > N_ROUNDS); /* not all of them fail */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_stay_within_their_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
