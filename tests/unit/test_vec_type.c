/* Types: names as Flink prints them, how values lie in memory, and which types are the same. */
#include "vec/type.h"
#include "vec_testing.h"

static Type row_time(Type type) {
  type.is_row_time = true;
  return type;
}

static void names_are_flinks(void **state) {
  (void)state;
  const struct {
    Type type;
    const char *name;
  } cases[] = {
      {type_make(TYPE_NULL, true), "NULL"},
      {type_make(TYPE_BOOLEAN, true), "BOOLEAN"},
      {type_make(TYPE_BOOLEAN, false), "BOOLEAN NOT NULL"},
      {type_make(TYPE_INT, true), "INT"},
      {type_make(TYPE_BIGINT, false), "BIGINT NOT NULL"},
      {type_make(TYPE_DOUBLE, true), "DOUBLE"},
      {type_decimal(10, 2, true), "DECIMAL(10, 2)"},
      {type_decimal(38, 38, false), "DECIMAL(38, 38) NOT NULL"},
      {type_string(true), "STRING"},
      {type_string(false), "STRING NOT NULL"},
      {type_varchar(20, true), "VARCHAR(20)"},
      {type_varchar(STRING_LENGTH_MAX - 1, false), "VARCHAR(2147483646) NOT NULL"},
      {type_char(1, false), "CHAR(1) NOT NULL"},
      {type_timestamp(TYPE_TIMESTAMP, 3, true), "TIMESTAMP(3)"},
      {type_timestamp(TYPE_TIMESTAMP, 6, false), "TIMESTAMP(6) NOT NULL"},
      {type_timestamp(TYPE_TIMESTAMP_LTZ, 0, true), "TIMESTAMP_LTZ(0)"},
      {row_time(type_timestamp(TYPE_TIMESTAMP, 3, true)), "TIMESTAMP(3) *ROWTIME*"},
      {row_time(type_timestamp(TYPE_TIMESTAMP_LTZ, 3, false)), "TIMESTAMP_LTZ(3) NOT NULL *ROWTIME*"},
      {type_make(TYPE_INTERVAL_DAY_TIME, false), "INTERVAL SECOND(3) NOT NULL"},
      {type_make(TYPE_INTERVAL_YEAR_MONTH, true), "INTERVAL MONTH"},
  };
  for (size_t c = 0; c < LENGTH(cases); c++) {
    char text[TYPE_NAME_MAX];
    assert_ptr_equal(type_name(cases[c].type, text), text);
    assert_string_equal(text, cases[c].name);
  }
}

static void kinds_lie_in_memory_as_told(void **state) {
  (void)state;
  static const struct {
    TypeKind kind;
    Physical physical;
    size_t n_bytes;
    bool is_numeric, is_string, is_timestamp, is_interval;
  } cases[] = {
      {TYPE_NULL, PHYSICAL_BOOL, 1, false, false, false, false},
      {TYPE_BOOLEAN, PHYSICAL_BOOL, 1, false, false, false, false},
      {TYPE_INT, PHYSICAL_INT32, 4, true, false, false, false},
      {TYPE_BIGINT, PHYSICAL_INT64, 8, true, false, false, false},
      {TYPE_DOUBLE, PHYSICAL_DOUBLE, 8, true, false, false, false},
      {TYPE_DECIMAL, PHYSICAL_INT128, 16, true, false, false, false},
      {TYPE_CHAR, PHYSICAL_STRING, 16, false, true, false, false},
      {TYPE_VARCHAR, PHYSICAL_STRING, 16, false, true, false, false},
      {TYPE_TIMESTAMP, PHYSICAL_INT64, 8, false, false, true, false},
      {TYPE_TIMESTAMP_LTZ, PHYSICAL_INT64, 8, false, false, true, false},
      {TYPE_INTERVAL_DAY_TIME, PHYSICAL_INT64, 8, false, false, false, true},
      {TYPE_INTERVAL_YEAR_MONTH, PHYSICAL_INT64, 8, false, false, false, true},
  };
  assert_int_equal(LENGTH(cases), TYPE_KIND_COUNT);
  for (size_t c = 0; c < LENGTH(cases); c++) {
    TypeKind kind = cases[c].kind;
    assert_int_equal(kind, c);
    assert_int_equal(type_physical(kind), cases[c].physical);
    assert_int_equal(physical_bytes(type_physical(kind)), cases[c].n_bytes);
    assert_int_equal(type_is_numeric(kind), cases[c].is_numeric);
    assert_int_equal(type_is_string(kind), cases[c].is_string);
    assert_int_equal(type_is_timestamp(kind), cases[c].is_timestamp);
    assert_int_equal(type_is_interval(kind), cases[c].is_interval);
  }
}

static void sameness_is_kind_precision_and_scale(void **state) {
  (void)state;
  const Type different[] = {
      type_make(TYPE_INT, true),
      type_make(TYPE_BIGINT, true),
      type_decimal(10, 2, true),
      type_decimal(10, 3, true),
      type_decimal(11, 2, true),
      type_char(5, true),
      type_varchar(5, true),
      type_string(true),
      type_timestamp(TYPE_TIMESTAMP, 3, true),
      type_timestamp(TYPE_TIMESTAMP, 6, true),
      type_timestamp(TYPE_TIMESTAMP_LTZ, 3, true),
  };
  for (size_t a = 0; a < LENGTH(different); a++) {
    for (size_t b = 0; b < LENGTH(different); b++) {
      Type other = row_time(different[b]);
      other.nullable = false;
      assert_int_equal(type_same(different[a], other), a == b);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_are_flinks),
      cmocka_unit_test(kinds_lie_in_memory_as_told),
      cmocka_unit_test(sameness_is_kind_precision_and_scale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
