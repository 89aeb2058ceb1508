/* WITH clauses: what is refused, and with which words; and rows as the print connector shows them. */
#include "io/row_text.h"
#include "io_testing.h"

typedef struct CheckCase {
  const char *options;
  const char *message; /* part of it; NULL: fine */
  const char *hint;
} CheckCase;

static const CheckCase CHECKS[] = {
    {"connector=filesystem;path=x;format=json", NULL, NULL},
    {"connector=filesystem;path=x;format=csv;csv.ignore-parse-errors=TRUE", NULL, NULL},
    {"connector=filesystem;path=file:///x;format=json;source.monitor-interval=5 s", NULL, NULL},
    {"connector=filesystem;path=x;format=json;sink.rolling-policy.file-size=1MB", NULL, NULL},
    {"connector=filesystem;path=x;format=json;scan.watermark.idle-timeout=1min", NULL, NULL},
    {"format=json", "Table 't' has no option 'connector'", NULL},
    {"connector=filesytem", "Could not find any connector 'filesytem'", "did you mean 'filesystem'?"},
    {"connector=filesystem;format=json", "has no option 'path', which connector 'filesystem' requires", NULL},
    {"connector=filesystem;path=x", "has no option 'format'", NULL},
    {"connector=filesystem;path=x;format=jsn", "Could not find any format 'jsn'; there are json, csv",
     "did you mean 'json'?"},
    {"connector=filesystem;path=x;format=json;pathh=y", "Unsupported option 'pathh' for connector 'filesystem'",
     "did you mean 'path'?"},
    {"connector=filesystem;path=x;format=json;json.ignore-parse-error=true", "Unsupported option",
     "did you mean 'json.ignore-parse-errors'?"},
    {"connector=filesystem;path=x;format=csv;json.ignore-parse-errors=true", "Unsupported option", NULL},
    {"connector=filesystem;path=x;format=json;json.ignore-parse-errors=yes", "expected true or false", NULL},
    {"connector=filesystem;path=x;format=json;json.timestamp-format.standard=ISO", "SQL, ISO-8601", NULL},
    {"connector=filesystem;path=x;format=json;source.monitor-interval=soon", "expected a duration", NULL},
    {"connector=filesystem;path=x;format=json;source.monitor-interval=0", "must be greater than 0", NULL},
    {"connector=filesystem;path=x;format=json;sink.rolling-policy.file-size=big", "expected a memory size", NULL},
    {"connector=filesystem;path=x;format=json;sink.partition-commit.delay=1 h", "is not supported by weir", NULL},
    {"connector=filesystem;path=s3://bucket/x;format=json", "local files only", NULL},
    {"connector=filesystem;path=;format=json", "is empty", NULL},
    {"connector=filesystem;path=x;format=json;json.decode.json-parser.enabled=false", "is not supported by weir", NULL},
    {"connector=print;print-identifier=x;standard-error=true", NULL, NULL},
    {"connector=print;format=json", "Unsupported option 'format' for connector 'print'", NULL},
    {"connector=blackhole", NULL, NULL},
};

static void test_check(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++) {
    const CheckCase *test = &CHECKS[i];
    TestOptions options;
    Error error = {0};
    test_options_init(&options, test->options);
    TableOptions table = {.table_name = "t", .options = options.options};
    bool is_fine = connector_check(&table, false, true, &error);
    bool is_right = is_fine == (test->message == NULL) &&
                    (test->message == NULL || strstr(error.message, test->message) != NULL) &&
                    (test->hint == NULL || strcmp(error.hint, test->hint) == 0);
    if (!is_right) fail_msg("%s: %s (%s)", test->options, error.message, error.hint);
  }
}

static void test_direction(void **state) {
  (void)state;
  TestOptions options;
  Error error = {0};
  test_options_init(&options, "connector=print");
  TableOptions table = {.table_name = "t", .options = options.options};
  assert_false(connector_check(&table, true, false, &error));
  assert_non_null(strstr(error.message, "can only be used as a sink"));
}

/* Every entry of the tables is there and can be found by its name. */
static void test_tables(void **state) {
  (void)state;
  size_t n_names;
  const char *const *names = connector_names(&n_names);
  for (size_t i = 0; i < n_names; i++) {
    const Connector *connector = connector_find(names[i]);
    assert_non_null(connector);
    assert_string_equal(connector->name, names[i]);
    assert_true(connector->source_open != NULL || connector->sink_open != NULL);
    for (const OptionSpec *spec = connector->options; spec->name != NULL; spec++) {
      assert_true(spec->help != NULL);
      assert_true(spec->default_value == NULL ||
                  option_check_value(spec, &(Option){.key = spec->name, .value = spec->default_value}, &(Error){0}));
    }
  }
  names = format_names(&n_names);
  for (size_t i = 0; i < n_names; i++) {
    const Format *format = format_find(names[i]);
    assert_string_equal(format->name, names[i]);
    for (const OptionSpec *spec = format->options; spec->name != NULL; spec++) {
      assert_true(strncmp(spec->name, names[i], strlen(names[i])) == 0 && spec->help != NULL);
    }
  }
}

typedef struct TextCase {
  Type type;
  int64_t value;
  double real;
  const char *text;
} TextCase;

#define DAY_US (86400 * INT64_C(1000000))

static void test_row_text(void **state) {
  (void)state;
  Type timestamp = type_timestamp(TYPE_TIMESTAMP, 6, true);
  Type instant = type_timestamp(TYPE_TIMESTAMP_LTZ, 6, true);
  Type months = type_make(TYPE_INTERVAL_YEAR_MONTH, true);
  Type duration = type_make(TYPE_INTERVAL_DAY_TIME, true);
  const TextCase CASES[] = {
      {timestamp, 0, 0, "1970-01-01T00:00"},
      {timestamp, 1000000, 0, "1970-01-01T00:00:01"},
      {timestamp, 500000, 0, "1970-01-01T00:00:00.500"},
      {timestamp, 100, 0, "1970-01-01T00:00:00.000100"},
      {timestamp, -1, 0, "1969-12-31T23:59:59.999999"},
      {timestamp, -1000000, 0, "1969-12-31T23:59:59"},
      {timestamp, -719528 * DAY_US, 0, "0000-01-01T00:00"},
      {timestamp, -719529 * DAY_US, 0, "-0001-12-31T00:00"},
      {timestamp, 2932897 * DAY_US, 0, "+10000-01-01T00:00"},
      {instant, 0, 0, "1970-01-01T00:00:00Z"},
      {instant, 120000, 0, "1970-01-01T00:00:00.120Z"},
      {months, 14, 0, "P14M"},
      {months, -1, 0, "P-1M"},
      {months, 0, 0, "P0D"},
      {months, 24, 0, "P24M"},
      {duration, 0, 0, "PT0S"},
      {duration, 172800000, 0, "PT48H"},
      {duration, 61001, 0, "PT1M1.001S"},
      {duration, -1500, 0, "PT-1.5S"},
      {duration, -500, 0, "PT-0.5S"},
      {duration, -3661000, 0, "PT-1H-1M-1S"},
      {type_decimal(10, 2, true), 0, 0, "0.00"},
      {type_decimal(10, 2, true), -150, 0, "-1.50"},
      {type_decimal(10, 2, true), 10000, 0, "100.00"},
      {type_decimal(20, 10, true), 0, 0, "0E-10"},
      {type_decimal(20, 10, true), 15, 0, "1.5E-9"},
      {type_decimal(20, 7, true), 15, 0, "0.0000015"},
      {type_make(TYPE_DOUBLE, true), 0, 1e7, "1.0E7"},
      {type_make(TYPE_DOUBLE, true), 0, 1e23, "9.999999999999999E22"},
      {type_make(TYPE_BOOLEAN, true), 1, 0, "true"},
      {type_make(TYPE_BIGINT, true), INT64_MIN, 0, "-9223372036854775808"},
  };
  static const char *const KINDS[] = {"+I", "-U", "+U", "-D"};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    Field field = {.name = "x", .type = CASES[i].type};
    Schema schema = {.fields = &field, .n_fields = 1};
    Batch *batch = batch_new(1, 2);
    Column *column = batch_add_column(batch, 0, CASES[i].type);
    memset(column->values, 0, 2 * physical_bytes(type_physical(CASES[i].type.kind)));
    switch (type_physical(CASES[i].type.kind)) {
      case PHYSICAL_DOUBLE:
        *(double *)column->values = CASES[i].real;
        break;
      case PHYSICAL_INT128:
        *(int128_t *)column->values = CASES[i].value;
        break;
      case PHYSICAL_BOOL:
        *(uint8_t *)column->values = (uint8_t)CASES[i].value;
        break;
      default:
        *(int64_t *)column->values = CASES[i].value;
        break;
    }
    column_make_valid(column, batch);
    column_set_null(column, 1);
    uint8_t kinds[2] = {(uint8_t)(i % 4), ROW_DELETE};
    if (i > 0) batch->row_kinds = kinds;
    batch->n_rows = 2;
    ByteBuffer buffer = {0};
    row_text_append(&buffer, &schema, batch, 0);
    byte_buffer_append_byte(&buffer, ' ');
    row_text_append(&buffer, &schema, batch, 1);
    byte_buffer_append_byte(&buffer, '\0');
    char wanted[128];
    snprintf(wanted, sizeof wanted, "%s[%s] %s[null]", i > 0 ? KINDS[i % 4] : "+I", CASES[i].text, i > 0 ? "-D" : "+I");
    assert_string_equal(buffer.bytes, wanted);
    free(buffer.bytes);
    batch_release(batch);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_check),
      cmocka_unit_test(test_direction),
      cmocka_unit_test(test_tables),
      cmocka_unit_test(test_row_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
