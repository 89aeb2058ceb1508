/* Schemas: fields are found by their exact names. */
#include "vec/schema.h"
#include "vec_testing.h"

static void fields_are_found_by_exact_name(void **state) {
  (void)state;
  Field fields[] = {
      {"id", type_make(TYPE_INT, true)}, {"Id", type_make(TYPE_BIGINT, true)},
      {"", type_string(true)},           {"caf\xc3\xa9", type_string(true)},
      {"id", type_string(true)}, /* of two, the first */
  };
  const Schema schema = {.fields = fields, .n_fields = LENGTH(fields)};
  static const struct {
    const char *name;
    int index;
  } cases[] = {{"id", 0}, {"Id", 1}, {"ID", -1}, {"", 2}, {"caf\xc3\xa9", 3}, {"cafe", -1}, {"i", -1}, {"id ", -1}};
  for (size_t c = 0; c < LENGTH(cases); c++) assert_int_equal(schema_find(&schema, cases[c].name), cases[c].index);
  const Schema none = {.fields = NULL, .n_fields = 0};
  assert_int_equal(schema_find(&none, "id"), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(fields_are_found_by_exact_name)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
