/* Texts to values and back, and the grammar of option values: as the Java and Flink methods do it that are named. */
#include <math.h>

#include "format/value_parse.h"
#include "format/value_write.h"
#include "format_testing.h"
#include "vec/double_text.h"

typedef struct IntegerCase {
  const char *text;
  bool is_long, is_int;
  int64_t value;
} IntegerCase;

static void test_integers(void **state) {
  (void)state;
  static const IntegerCase CASES[] = {
      {"0", true, true, 0},
      {"-0", true, true, 0},
      {"+7", true, true, 7},
      {"0000000000000000000000012", true, true, 12},
      {"2147483647", true, true, INT32_MAX},
      {"2147483648", true, false, INT64_C(2147483648)},
      {"-2147483648", true, true, INT32_MIN},
      {"9223372036854775807", true, false, INT64_MAX},
      {"9223372036854775808", false, false, 0},
      {"-9223372036854775808", true, false, INT64_MIN},
      {"-9223372036854775809", false, false, 0},
      {"99999999999999999999", false, false, 0},
      {"", false, false, 0},
      {"-", false, false, 0},
      {"+-1", false, false, 0},
      {" 1", false, false, 0},
      {"1.0", false, false, 0},
      {"1e3", false, false, 0},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    int64_t wide = -1;
    int32_t narrow = -1;
    size_t n_bytes = strlen(CASES[i].text);
    if (parse_int64(CASES[i].text, n_bytes, &wide) != CASES[i].is_long ||
        parse_int32(CASES[i].text, n_bytes, &narrow) != CASES[i].is_int ||
        (CASES[i].is_long && wide != CASES[i].value) || (CASES[i].is_int && narrow != CASES[i].value)) {
      fail_msg("'%s'", CASES[i].text);
    }
  }
}

typedef struct DoubleCase {
  const char *text;
  bool is_number;
  double value;
} DoubleCase;

static void test_doubles(void **state) {
  (void)state;
  static const DoubleCase CASES[] = {
      {"1", true, 1},
      {" -1.5e3\t", true, -1500},
      {".5", true, 0.5},
      {"5.", true, 5},
      {"+5.e-1", true, 0.5},
      {"1d", true, 1},
      {"1.5F", true, 1.5},
      {"0x1.8p1", true, 3},
      {"0x1p-1d", true, 0.5},
      {"0x1", false, 0},
      {"NaN", true, NAN},
      {"-NaN", true, NAN},
      {"Infinity", true, INFINITY},
      {"-Infinity", true, -INFINITY},
      {"infinity", false, 0},
      {"nan", false, 0},
      {"1e400", true, INFINITY},
      {"-1e-400", true, -0.0},
      {"4.9e-324", true, 4.9e-324},
      {"2.4703282292062328e-324", true, 4.9e-324},
      {"2.4703282292062327e-324", true, 0},
      {"9007199254740993", true, 9007199254740992.0},
      {"123456789012345678901234567890", true, 123456789012345678901234567890.0},
      {"0.1000000000000000055511151231257827", true, 0.1},
      {"8.442911973260991817129021e-309", true, 8.442911973260991817129021e-309},
      {"", false, 0},
      {".", false, 0},
      {"-", false, 0},
      {"e5", false, 0},
      {"1e", false, 0},
      {"1e+", false, 0},
      {"1 2", false, 0},
      {"1,5", false, 0},
      {"d", false, 0},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    double value = 0;
    bool is_number = parse_double(CASES[i].text, strlen(CASES[i].text), &value);
    bool is_same =
        isnan(value) ? isnan(CASES[i].value) : value == CASES[i].value && signbit(value) == signbit(CASES[i].value);
    if (is_number != CASES[i].is_number || (is_number && !is_same)) fail_msg("'%s': %a", CASES[i].text, value);
  }
}

typedef struct DecimalCase {
  const char *text;
  int precision, scale;
  ParseResult result;
  int64_t unscaled;
} DecimalCase;

static void test_decimals(void **state) {
  (void)state;
  static const DecimalCase CASES[] = {
      {"1.5", 10, 2, PARSE_OK, 150},
      {"-1.005", 10, 2, PARSE_OK, -101},
      {"1.0049999", 10, 2, PARSE_OK, 100},
      {"+.5", 10, 2, PARSE_OK, 50},
      {"5.", 10, 2, PARSE_OK, 500},
      {"1e3", 10, 2, PARSE_OK, 100000},
      {"15E-2", 10, 2, PARSE_OK, 15},
      {"0e999999", 10, 2, PARSE_OK, 0},
      {"1e-999999", 10, 2, PARSE_OK, 0},
      {"9.99", 3, 2, PARSE_OK, 999},
      {"9.994", 3, 2, PARSE_OK, 999},
      {"9.995", 3, 2, PARSE_NULL, 0},
      {"10", 3, 2, PARSE_NULL, 0},
      {"1e999999", 10, 2, PARSE_NULL, 0},
      {"0.5", 1, 0, PARSE_OK, 1},
      {"0.05", 1, 0, PARSE_OK, 0},
      {"0000000000000000000000000000000000000000000001", 1, 0, PARSE_OK, 1},
      {"", 10, 2, PARSE_ERROR, 0},
      {"-", 10, 2, PARSE_ERROR, 0},
      {".", 10, 2, PARSE_ERROR, 0},
      {" 1", 10, 2, PARSE_ERROR, 0},
      {"1 ", 10, 2, PARSE_ERROR, 0},
      {"1e", 10, 2, PARSE_ERROR, 0},
      {"1e99999999999", 10, 2, PARSE_ERROR, 0},
      {"NaN", 10, 2, PARSE_ERROR, 0},
      {"1.2.3", 10, 2, PARSE_ERROR, 0},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    int128_t unscaled = 0;
    ParseResult result =
        parse_decimal(CASES[i].text, strlen(CASES[i].text), CASES[i].precision, CASES[i].scale, &unscaled);
    if (result != CASES[i].result || (result == PARSE_OK && unscaled != CASES[i].unscaled)) {
      fail_msg("'%s': %d, %lld", CASES[i].text, result, (long long)unscaled);
    }
  }
}

typedef struct TimestampCase {
  const char *text;
  bool has_zone;
  int precision;
  bool is_timestamp;
  int64_t value_us;
  const char *again; /* as written; NULL: as read */
} TimestampCase;

static void test_timestamps(void **state) {
  (void)state;
  static const TimestampCase CASES[] = {
      {"1970-01-01 00:00:00", false, 3, true, 0, NULL},
      {"1970-01-01 00:00:00Z", true, 3, true, 0, NULL},
      {"1970-01-01 00:00:00", true, 3, false, 0, NULL},
      {"1970-01-01 00:00:00Z", false, 3, false, 0, NULL},
      {"1970-01-01 00:00:00.", false, 3, true, 0, "1970-01-01 00:00:00"},
      {"1970-01-01 00:00:00.1", false, 3, true, 100000, NULL},
      {"1970-01-01 00:00:00.123456789", false, 3, true, 123000, "1970-01-01 00:00:00.123"},
      {"1970-01-01 00:00:00.123456789", false, 6, true, 123456, "1970-01-01 00:00:00.123456"},
      {"1970-01-01 00:00:00.123456789", false, 0, true, 123000, "1970-01-01 00:00:00.123"},
      {"1970-01-01 00:00:00.1234567891", false, 3, false, 0, NULL},
      {"1969-12-31 23:59:59.999999", false, 6, true, -1, NULL},
      {"2024-02-29 12:34:56.5", false, 3, true, INT64_C(1709210096500000), NULL},
      {"2023-02-31 00:00:00", false, 3, true, INT64_C(1677542400000000), "2023-02-28 00:00:00"},
      {"1970-01-01 24:00:00", false, 3, true, INT64_C(86400000000), "1970-01-02 00:00:00"},
      {"1970-01-01 24:00:01", false, 3, false, 0, NULL},
      {"0000-01-01 00:00:00", false, 3, true, INT64_C(-62167219200000000), NULL},
      {"-0001-12-31 00:00:00", false, 3, true, INT64_C(-62167305600000000), NULL},
      {"+10000-01-01 00:00:00", false, 3, true, INT64_C(253402300800000000), NULL},
      {"10000-01-01 00:00:00", false, 3, false, 0, NULL},
      {"970-01-01 00:00:00", false, 3, false, 0, NULL},
      {"1970-1-1 00:00:00", false, 3, false, 0, NULL},
      {"1970-13-01 00:00:00", false, 3, false, 0, NULL},
      {"1970-01-32 00:00:00", false, 3, false, 0, NULL},
      {"1970-01-01 25:00:00", false, 3, false, 0, NULL},
      {"1970-01-01 00:60:00", false, 3, false, 0, NULL},
      {"1970-01-01T00:00:00", false, 3, false, 0, NULL},
      {"1970-01-01", false, 3, false, 0, NULL},
      {"", false, 3, false, 0, NULL},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    const TimestampCase *test = &CASES[i];
    int64_t value_us = 0;
    bool is_timestamp =
        parse_timestamp(test->text, strlen(test->text), ' ', test->has_zone, test->precision, &value_us);
    if (is_timestamp != test->is_timestamp || (is_timestamp && value_us != test->value_us)) {
      fail_msg("'%s': %lld", test->text, (long long)value_us);
    }
    if (!is_timestamp) continue;
    char again[TIMESTAMP_WRITE_BYTES + 1];
    *write_timestamp(again, value_us, ' ', test->has_zone) = '\0';
    assert_string_equal(again, test->again != NULL ? test->again : test->text);
  }
}

typedef struct DoubleTextCase {
  double value;
  const char *text;
} DoubleTextCase;

/* Double.toString. */
static void test_double_text(void **state) {
  (void)state;
  static const DoubleTextCase CASES[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {-1.5, "-1.5"},
      {0.1, "0.1"},
      {100.0, "100.0"},
      {1234567.0, "1234567.0"},
      {9999999.0, "9999999.0"},
      {1e7, "1.0E7"},
      {0.001, "0.001"},
      {0.00099, "9.9E-4"},
      {1e10, "1.0E10"},
      {1e23, "9.999999999999999E22"},
      {2e23, "1.9999999999999998E23"},
      {9007199254740993.0, "9.007199254740992E15"},
      {1e18, "1.0E18"},
      {123456789012345680000.0, "1.2345678901234568E20"},
      {4.9e-324, "4.9E-324"},
      {2.2250738585072014e-308, "2.2250738585072014E-308"},
      {1.7976931348623157e308, "1.7976931348623157E308"},
      {0x1p-44, "5.6843418860808015E-14"},
      {1.0 / 3, "0.3333333333333333"},
      {2.0 / 3, "0.6666666666666666"},
      {INFINITY, "Infinity"},
      {-INFINITY, "-Infinity"},
      {NAN, "NaN"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char text[DOUBLE_TEXT_BYTES_MAX + 1];
    text[double_text(CASES[i].value, text)] = '\0';
    assert_string_equal(text, CASES[i].text);
  }
}

/* Whatever its digits, the text means the same double. */
static void test_double_text_reads_back(void **state) {
  (void)state;
  uint64_t random = UINT64_C(0x9e3779b97f4a7c15);
  for (int i = 0; i < 200000; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    double value;
    if (i % 2 == 0) {
      memcpy(&value, &random, sizeof value);
    } else {
      value = (double)(int64_t)(random >> 40) / pow(10, (double)(random % 12));
    }
    if (!isfinite(value)) continue;
    char text[DOUBLE_TEXT_BYTES_MAX];
    double again = 0;
    uint32_t n_bytes = double_text(value, text);
    assert_true(n_bytes <= DOUBLE_TEXT_BYTES_MAX && parse_double(text, n_bytes, &again));
    if (again != value) fail_msg("%a is written %.*s", value, (int)n_bytes, text);
  }
}

typedef struct DecimalTextCase {
  int64_t unscaled;
  int scale;
  const char *shortest, *java, *plain;
} DecimalTextCase;

static void test_decimal_text(void **state) {
  (void)state;
  static const DecimalTextCase CASES[] = {
      {0, 0, "0", "0", "0"},
      {0, 4, "0", "0.0000", "0.0000"},
      {0, 10, "0", "0E-10", "0.0000000000"},
      {297900, 4, "29.79", "29.7900", "29.7900"},
      {-5000, 4, "-0.5", "-0.5000", "-0.5000"},
      {1000000, 4, "1E+2", "100.0000", "100.0000"},
      {-1200000, 4, "-1.2E+2", "-120.0000", "-120.0000"},
      {100, 0, "1E+2", "100", "100"},
      {105, 0, "105", "105", "105"},
      {1, 6, "0.000001", "0.000001", "0.000001"},
      {1, 7, "1E-7", "1E-7", "0.0000001"},
      {15, 10, "1.5E-9", "1.5E-9", "0.0000000015"},
      {INT64_MIN, 2, "-92233720368547758.08", "-92233720368547758.08", "-92233720368547758.08"},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char text[DECIMAL_WRITE_BYTES + 1];
    *write_decimal(text, CASES[i].unscaled, CASES[i].scale, DECIMAL_SHORTEST) = '\0';
    assert_string_equal(text, CASES[i].shortest);
    *write_decimal(text, CASES[i].unscaled, CASES[i].scale, DECIMAL_JAVA) = '\0';
    assert_string_equal(text, CASES[i].java);
    *write_decimal(text, CASES[i].unscaled, CASES[i].scale, DECIMAL_PLAIN) = '\0';
    assert_string_equal(text, CASES[i].plain);
  }
  char text[DECIMAL_WRITE_BYTES + 1];
  *write_decimal(text, -(power_of_ten(38) - 1), 38, DECIMAL_PLAIN) = '\0';
  assert_string_equal(text, "-0.99999999999999999999999999999999999999");
  *write_decimal(text, power_of_ten(38) - 1, 0, DECIMAL_JAVA) = '\0';
  assert_string_equal(text, "99999999999999999999999999999999999999");
}

typedef struct UnitCase {
  const char *text;
  int64_t value; /* -1: not taken */
} UnitCase;

static void test_option_units(void **state) {
  (void)state;
  static const OptionSpec SPECS[] = {{"d", OPTION_DURATION, false, "5 s", NULL, "", NULL},
                                     {"m", OPTION_MEMORY, false, NULL, NULL, "", NULL},
                                     {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};
  static const UnitCase DURATIONS[] = {{"500", 500},
                                       {"5 s", 5000},
                                       {"1min", 60000},
                                       {" 2 Hours ", 7200000},
                                       {"1 d", 86400000},
                                       {"1500 us", -1},
                                       {"1500 \xc2\xb5s", 1},
                                       {"0", 0},
                                       {"", -1},
                                       {"s", -1},
                                       {"-1 s", -1},
                                       {"1.5 s", -1},
                                       {"5 x", -1},
                                       {"999999999999 d", -1}};
  static const UnitCase SIZES[] = {
      {"1024", 1024}, {"1 kb", 1024}, {"128MB", 128 << 20}, {"1g", 1 << 30}, {"2 tb", INT64_C(2) << 40},
      {"1 pb", -1},   {"mb", -1}};
  for (int kind = 0; kind < 2; kind++) {
    const UnitCase *cases = kind == 0 ? DURATIONS : SIZES;
    size_t n_cases = kind == 0 ? sizeof DURATIONS / sizeof *DURATIONS : sizeof SIZES / sizeof *SIZES;
    for (size_t i = 0; i < n_cases; i++) {
      Option option = {.key = kind == 0 ? "d" : "m", .value = cases[i].text};
      Options options = {&option, 1};
      Error error = {0};
      bool is_taken = option_check_value(&SPECS[kind], &option, &error);
      int64_t value =
          kind == 0 ? options_get_duration_ms(&options, SPECS, "d") : options_get_memory_bytes(&options, SPECS, "m");
      if (is_taken != (cases[i].value >= 0) || value != cases[i].value) {
        fail_msg("'%s': %lld", cases[i].text, (long long)value);
      }
    }
  }
  Options none = {0};
  assert_int_equal(options_get_duration_ms(&none, SPECS, "d"), 5000);
  assert_int_equal(options_get_memory_bytes(&none, SPECS, "m"), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_integers),     cmocka_unit_test(test_doubles),
      cmocka_unit_test(test_decimals),     cmocka_unit_test(test_timestamps),
      cmocka_unit_test(test_double_text),  cmocka_unit_test(test_double_text_reads_back),
      cmocka_unit_test(test_decimal_text), cmocka_unit_test(test_option_units),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
