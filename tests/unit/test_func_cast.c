/* CAST and TRY_CAST, number text, and times as text in both dialects of patterns. */
#include "func/time_parse.h"
#include "func/time_pattern.h"
#include "func_testing.h"

typedef struct TestCast {
  const char *from; /* as test_constant takes it */
  const char *to;
  const char *result; /* "ERROR": the job fails, or the cast is refused */
} TestCast;

/* The text of the value of a column cast to a type. */
static const char *cast_text(const TestCast *cast, bool is_try) {
  Expr *constant = test_constant(cast->from);
  Batch *input = batch_new(1, 3);
  input->n_rows = 3;
  test_fill(input, 0, &constant, 1);
  Type from = constant->type;
  from.nullable = true;
  Error error = {.kind = ERROR_NONE};
  Expr *column = expr_column(test_arena, 0, from, test_place);
  Expr *expr = function_cast(test_arena, column, test_type(cast->to), is_try, test_place, &test_settings, &error);
  Batch *output = expr == NULL ? NULL : test_evaluate(expr, input, &error);
  const char *text = output == NULL ? "ERROR" : test_cell(&output->columns[0], 2);
  batch_release(output);
  batch_release(input);
  return text;
}

static void casts(void **state) {
  (void)state;
  static const TestCast list[] = {
      {"INT:7", "BIGINT", "7"},
      {"INT:7", "STRING", "7"},
      {"INT:0", "BOOLEAN", "FALSE"},
      {"DOUBLE:0.5", "BOOLEAN", "TRUE"},
      {"BIGINT:9000000000", "INT", "410065408"},
      {"BIGINT:9000000000", "DOUBLE", "9.0E9"},
      {"DOUBLE:-2.9", "INT", "-2"},
      {"DOUBLE:1e10", "INT", "2147483647"},
      {"DOUBLE:NaN", "INT", "0"},
      {"DOUBLE:0.1", "STRING", "0.1"},
      {"DOUBLE:1e7", "STRING", "1.0E7"},
      {"DOUBLE:4.9e-324", "STRING", "4.9E-324"},
      {"DOUBLE:2.5", "DECIMAL(3, 1)", "2.5"},
      {"DOUBLE:0.125", "DECIMAL(5, 2)", "0.13"},
      {"DECIMAL(10, 2):12345.67", "DECIMAL(6, 1)", "12345.7"},
      {"DECIMAL(10, 2):12345.67", "DECIMAL(4, 0)", "NULL"},
      {"DECIMAL(10, 2):-12345.67", "INT", "-12345"},
      {"STRING: 42 ", "INT", "42"},
      {"STRING:4x", "INT", "ERROR"},
      {"STRING:2147483648", "INT", "ERROR"},
      {"STRING:1e3", "DOUBLE", "1000.0"},
      {"STRING:1.005", "DECIMAL(5, 2)", "1.01"},
      {"STRING:yes", "BOOLEAN", "TRUE"},
      {"STRING:maybe", "BOOLEAN", "ERROR"},
      {"STRING:Grüße", "VARCHAR(3)", "Grü"},
      {"STRING:ab", "CHAR(4)", "ab  "},
      {"INT:12345", "VARCHAR(2)", "12"},
      {"STRING:2026-01-02 03:04:05.678901", "TIMESTAMP(3)", "2026-01-02 03:04:05.678"},
      {"STRING:2026-1-2 3:4:5", "TIMESTAMP(0)", "2026-01-02 03:04:05"},
      {"STRING:2026-02-30", "TIMESTAMP(0)", "2026-02-28 00:00:00"},
      {"STRING:2026-01-02 24:00:00", "TIMESTAMP(0)", "2026-01-03 00:00:00"},
      {"STRING:2026-01-02T03:04:05", "TIMESTAMP(3)", "ERROR"},
      {"STRING:2026-13-01 00:00:00", "TIMESTAMP(3)", "ERROR"},
      {"STRING:2026-01-02 03:04", "TIMESTAMP(3)", "ERROR"},
      {"STRING:10000-01-01 00:00:00", "TIMESTAMP(3)", "ERROR"},
      {"STRING:1969-12-31 23:59:59.999", "TIMESTAMP(3)", "1969-12-31 23:59:59.999"},
      {"TIMESTAMP(3):2026-01-31 23:59:58.123", "TIMESTAMP(1)", "2026-01-31 23:59:58.1"},
      {"TIMESTAMP(3):2026-01-31 23:59:58.123", "VARCHAR(10)", "2026-01-31"},
      {"TIMESTAMP(3):2026-01-31 23:59:58.123", "BIGINT", "ERROR"},
      {"INT:NULL", "STRING", "NULL"},
  };
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    const char *result = cast_text(&list[i], false);
    if (strcmp(result, list[i].result) != 0)
      fail_msg("CAST(%s AS %s): expected %s, got %s", list[i].from, list[i].to, list[i].result, result);
  }
}

static void try_cast_gives_null(void **state) {
  (void)state;
  static const TestCast list[] = {
      {"STRING:4x", "INT", "NULL"},
      {"STRING:42", "INT", "42"},
      {"STRING:maybe", "BOOLEAN", "NULL"},
      {"STRING:x", "TIMESTAMP(3)", "NULL"},
      {"STRING:12345", "DECIMAL(4, 0)", "NULL"},
  };
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
    assert_string_equal(cast_text(&list[i], true), list[i].result);
}

static void patterns_of_both_dialects(void **state) {
  (void)state;
  static const TestCall calls[] = {
      {"STRING 2026-01-31T23:59:58.123",
       "DATE_FORMAT",
       {"TIMESTAMP(3):2026-01-31 23:59:58.123", "STRING:yyyy-MM-dd'T'HH:mm:ss.SSS"}},
      {"STRING Sat, 31 Jan 2026 11 PM",
       "DATE_FORMAT",
       {"TIMESTAMP(3):2026-01-31 23:59:58.123", "STRING:EEE, d MMM yyyy hh a"}},
      {"STRING 2027 1 31", "DATE_FORMAT", {"TIMESTAMP(0):2026-12-31 00:00:00", "STRING:YYYY w d"}},
      {"STRING 1969-12-31 Wed 365 .999999",
       "DATE_FORMAT",
       {"TIMESTAMP(6):1969-12-31 23:59:59.999999", "STRING:yyyy-MM-dd E D .SSSSSS"}},
      {"ERROR", "DATE_FORMAT", {"TIMESTAMP(0):2026-12-31 00:00:00", "STRING:HHH"}},
      {"ERROR", "DATE_FORMAT", {"TIMESTAMP(0):2026-12-31 00:00:00", "STRING:X"}},
      {"STRING 2026/01/02", "DATE_FORMAT", {"STRING:2026-01-02 03:04:05", "STRING:yyyy/MM/dd"}},
      {"TIMESTAMP(3) 2026-01-02 03:04:05.678",
       "TO_TIMESTAMP",
       {"STRING:20260102030405678", "STRING:yyyyMMddHHmmssSSS"}},
      {"TIMESTAMP(3) 2026-01-02 03:04:05.000",
       "TO_TIMESTAMP",
       {"STRING:2026-01-02T03:04:05Z", "STRING:yyyy-MM-dd'T'HH:mm:ssX"}},
      {"TIMESTAMP(3) 1970-01-01 15:04:00.000", "TO_TIMESTAMP", {"STRING:03:04 PM", "STRING:hh:mm a"}},
      {"TIMESTAMP(3) 2026-01-02 00:00:00.000", "TO_TIMESTAMP", {"STRING:Fri 02 Jan 2026", "STRING:EEE dd MMM yyyy"}},
      {"TIMESTAMP(3) NULL", "TO_TIMESTAMP", {"STRING:Mon 02 Jan 2026", "STRING:EEE dd MMM yyyy"}},
      {"TIMESTAMP(3) 2026-01-02 03:00:00.000", "TO_TIMESTAMP", {"STRING:2026-01-02 03", "STRING:yyyy-MM-dd[ HH][:mm]"}},
      {"TIMESTAMP(3) 2026-03-02 00:00:00.000",
       "TO_TIMESTAMP",
       {"STRING:2026-02-30 00:00:00", "STRING:yyyy/MM/dd HH:mm:ss"}}, /* Timestamp.valueOf helps out */
      {"TIMESTAMP(3) NULL", "TO_TIMESTAMP", {"STRING:2026-01-02x", "STRING:yyyy-MM-dd"}},
      {"STRING 1970-01-01 00:00:07", "FROM_UNIXTIME", {"INT:7"}},
      {"BIGINT 1767323045", "UNIX_TIMESTAMP", {"STRING:2026-01-02 03:04:05 and more"}},
      {"BIGINT 1772503321", "UNIX_TIMESTAMP", {"STRING:2026-02-30 25:61:61"}},
      {"BIGINT -14830210800", "UNIX_TIMESTAMP", {"STRING:1500-01-10 01:00:00"}}, /* the Julian calendar */
      {"BIGINT -9223372036854775808", "UNIX_TIMESTAMP", {"STRING:abc"}},
      {"STRING 2026-03-08 07:30:00",
       "CONVERT_TZ",
       {"STRING:2026-03-08 02:30:00", "STRING:America/New_York", "STRING:UTC"}},
  };
  test_calls(calls, sizeof calls / sizeof calls[0], true);
}

/* What is written can be read back, for moments from year 1 to 9999. */
static void times_go_there_and_back(void **state) {
  (void)state;
  static const char *const texts[] = {"uuuu-MM-dd HH:mm:ss.SSSSSS", "yyyyMMddHHmmssSSSSSS",
                                      "d MMMM yyyy, h:m:s a SSSSSS", "EEEE yyyy DDD A n"};
  uint64_t chance = 3;
  for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
    char message[TIME_PATTERN_MESSAGE_MAX], out[512];
    TimePattern *write = NULL, *read = NULL;
    StringView text = string_view(texts[t], (uint32_t)strlen(texts[t]));
    assert_int_equal(time_pattern_compile(&text, DIALECT_JAVA_TIME, USE_FORMAT, &write, message), TIME_PATTERN_READY);
    assert_int_equal(time_pattern_compile(&text, DIALECT_JAVA_TIME, USE_PARSE, &read, message), TIME_PATTERN_READY);
    assert_true(write->most_bytes < sizeof out);
    for (int round = 0; round < 20000; round++) {
      int64_t least = time_of_parts(1, 1, 1, 0, 0, 0, 0), most = time_of_parts(9999, 12, 31, 23, 59, 59, 999999);
      int64_t at_us = least + (int64_t)((test_random(&chance) << 10 ^ test_random(&chance)) % (uint64_t)(most - least));
      if (strchr(texts[t], 'A') != NULL) at_us -= ((at_us % 1000) + 1000) % 1000; /* A has milliseconds */
      uint32_t n = time_pattern_format(write, at_us, 0, out);
      int64_t back_us;
      bool has_offset;
      int32_t offset_s;
      if (!time_pattern_parse(read, out, n, &back_us, &has_offset, &offset_s) || back_us != at_us)
        fail_msg("%s: %lld became %.*s", texts[t], (long long)at_us, (int)n, out);
    }
    time_pattern_free(write);
    time_pattern_free(read);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(casts, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(try_cast_gives_null, test_set_up, test_tear_down),
      cmocka_unit_test_setup_teardown(patterns_of_both_dialects, test_set_up, test_tear_down),
      cmocka_unit_test(times_go_there_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
