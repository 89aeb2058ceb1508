/* Errors: what they carry, texts that are too long, and which names are near enough to be suggested. */
#include <glib.h>

#include "vec/error.h"
#include "vec_testing.h"

static void errors_carry_kind_place_and_hint(void **state) {
  (void)state;
  Error error = {0};
  assert_false(error_set(&error, ERROR_RUNTIME, "row %d of %s", 7, "a.json"));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  assert_string_equal(error.message, "row 7 of a.json");
  assert_string_equal(error.hint, "");
  assert_int_equal(error.place.line, 0);

  Error placed = {0};
  SourcePlace place = {.file = "job.sql", .line = 12, .column = 5, .length = 3};
  assert_false(error_at(&placed, ERROR_UNSUPPORTED, place, "%s", "no"));
  error_hint(&placed, "use %s", "yes");
  assert_int_equal(placed.kind, ERROR_UNSUPPORTED);
  assert_string_equal(placed.place.file, "job.sql");
  assert_int_equal(placed.place.line, 12);
  assert_int_equal(placed.place.column, 5);
  assert_int_equal(placed.place.length, 3);
  assert_string_equal(placed.message, "no");
  assert_string_equal(placed.hint, "use yes");
}

static void long_texts_are_cut(void **state) {
  (void)state;
  Error error = {0};
  error_set(&error, ERROR_USAGE, "%*d", 5 * ERROR_MESSAGE_MAX, 1);
  error_hint(&error, "%*d", 5 * ERROR_HINT_MAX, 1);
  assert_int_equal(strlen(error.message), ERROR_MESSAGE_MAX - 1);
  assert_int_equal(strlen(error.hint), ERROR_HINT_MAX - 1);
}

/* Wherever the limit falls in a character, what is left is text. */
static void characters_are_not_cut(void **state) {
  (void)state;
  static const char *const characters[] = {"a", "ü", "€", "😀"};
  char text[2 * ERROR_MESSAGE_MAX];
  for (size_t c = 0; c < LENGTH(characters); c++) {
    size_t n_bytes = strlen(characters[c]);
    size_t length = 0;
    for (; length + n_bytes < sizeof text; length += n_bytes) memcpy(text + length, characters[c], n_bytes);
    text[length] = '\0';
    for (int shift = 0; shift < 4; shift++) {
      Error error = {0};
      error_set(&error, ERROR_USAGE, "%.*s%s", shift, "xxxx", text);
      error_hint(&error, "%.*s%s", shift, "xxxx", text);
      assert_true(g_utf8_validate(error.message, -1, NULL));
      assert_true(g_utf8_validate(error.hint, -1, NULL));
      assert_true(strlen(error.message) > ERROR_MESSAGE_MAX - 1 - n_bytes);
      assert_true(strlen(error.hint) > ERROR_HINT_MAX - 1 - n_bytes);
    }
  }
}

static void nearest_names_are_those_meant(void **state) {
  (void)state;
  static const char *const names[] = {"connector", "path", "format", "scan.startup.mode", "CURRENT_TIMESTAMP", "id"};
  static const struct {
    const char *wanted;
    const char *nearest;
  } cases[] = {
      {"conector", "connector"},
      {"connetcor", "connector"},
      {"CONNECTOR", "connector"},
      {"formt", "format"},
      {"paht", "path"},
      {"Path", "path"},
      {"scan.starup.mode", "scan.startup.mode"},
      {"current_time_stamp", "CURRENT_TIMESTAMP"},
      {"ids", "id"},
      {"di", "id"},
      {"xyz", NULL},
      {"completely different", NULL},
      {"", NULL},
      {"q", NULL},
      {"I", NULL},
  };
  for (size_t c = 0; c < LENGTH(cases); c++) {
    const char *nearest = error_nearest_name(cases[c].wanted, names, LENGTH(names));
    const char *expected = cases[c].nearest;
    if ((nearest == NULL) != (expected == NULL) || (nearest != NULL && strcmp(nearest, expected) != 0)) {
      fail_msg("'%s': %s instead of %s", cases[c].wanted, nearest == NULL ? "none" : nearest,
               expected == NULL ? "none" : expected);
    }
  }
  assert_null(error_nearest_name("path", names, 0));
  char endless[1000];
  memset(endless, 'a', sizeof endless - 1);
  endless[sizeof endless - 1] = '\0';
  assert_null(error_nearest_name(endless, names, LENGTH(names)));
  const char *const endless_names[] = {endless, "path"};
  assert_string_equal(error_nearest_name("pathh", endless_names, 2), "path");
  endless[128] = '\0'; /* as long as is compared */
  const char *const long_names[] = {endless};
  assert_ptr_equal(error_nearest_name(endless, long_names, 1), endless);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors_carry_kind_place_and_hint),
      cmocka_unit_test(long_texts_are_cut),
      cmocka_unit_test(characters_are_not_cut),
      cmocka_unit_test(nearest_names_are_those_meant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
