/* The parts of the ad world, each by itself: options, clock, curves, time wheel, lines. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* needs those before it */
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ads/clock.h"
#include "ads/curves.h"
#include "ads/event.h"
#include "ads/options.h"
#include "ads/wheel.h"

static uint64_t option_value(const GeneratorOptions *options, const char *name) {
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    if (strcmp(flag->name, name) == 0) return generator_options_get(options, flag);
  }
  fail_msg("no flag %s", name);
  return 0;
}

static void test_option_values(void **state) {
  (void)state;
  static const struct {
    const char *name, *value;
    bool is_good;
    uint64_t wanted;
  } cases[] = {
      {"seed", "0", true, 0},
      {"seed", "18446744073709551615", true, UINT64_MAX},
      {"seed", "18446744073709551616", false, 0},
      {"seed", "-1", false, 0},
      {"seed", "", false, 0},
      {"seed", "1.0", false, 0},
      {"events", "3000000", true, 3000000},
      {"events", "0", false, 0},
      {"events", "1e6", false, 0},
      {"duration", "10m", true, 600000},
      {"duration", "10min", true, 600000},
      {"duration", "90", true, 90000},
      {"duration", "1.5s", true, 1500},
      {"duration", "0.25h", true, 900000},
      {"duration", "250ms", true, 250},
      {"duration", "2d", true, 172800000},
      {"duration", "10 m", false, 0},
      {"duration", "m", false, 0},
      {"duration", "1w", false, 0},
      {"duration", "0.0005ms", false, 0},
      {"rate", "1000", true, 1000000},
      {"rate", "0.5", true, 500},
      {"rate", "0", false, 0},
      {"rate", "0.0001", false, 0},
      {"late", "0", true, 0},
      {"late", "0.005", true, 5000000},
      {"late", ".005", true, 5000000},
      {"late", "0.5%", true, 5000000},
      {"late", "100%", true, 1000000000},
      {"late", "1", true, 1000000000},
      {"late", "1.1", false, 0},
      {"late", "101%", false, 0},
      {"late", "0.0000000001", false, 0},
      {"late", "half", false, 0},
      {"start", "2026-01-01T00:00:00Z", true, 1767225600000},
      {"start", "2026-01-01", true, 1767225600000},
      {"start", "1767225600000", true, 1767225600000},
      {"start", "2026-13-01", false, 0},
      {"start", "yesterday", false, 0},
      {"campaigns", "0", false, 0},
      {"campaigns", "999", true, 999},
      {"campaigns", "1000", false, 0},
      {"users", "255", false, 0},
      {"users", "256", true, 256},
      {"anomalies", "0.5", true, 500},
      {"durations", "1", false, 0},
      {"", "1", false, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    GeneratorOptions options;
    Error error = {0};
    generator_options_init(&options);
    bool is_good = generator_options_set(&options, cases[i].name, cases[i].value, &error);
    if (is_good != cases[i].is_good) fail_msg("--%s %s: %s", cases[i].name, cases[i].value, error.message);
    if (is_good) assert_int_equal(option_value(&options, cases[i].name), cases[i].wanted);
    if (!is_good) assert_int_equal(error.kind, ERROR_USAGE);
  }
}

static void test_options_together(void **state) {
  (void)state;
  GeneratorOptions options;
  Error error = {0};
  generator_options_init(&options);
  assert_true(generator_options_finish(&options, &error));
  assert_int_equal(options.rate_per_1000_s, 1000000);

  generator_options_init(&options);
  options.max_events = 6000;
  options.duration_ms = 60000;
  assert_true(generator_options_finish(&options, &error));
  assert_int_equal(options.rate_per_1000_s, 100000);

  generator_options_clean(&options);
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    if (flag->is_fault) assert_int_equal(generator_options_get(&options, flag), 0);
  }
  options.late_min_ms = options.late_max_ms + 1;
  assert_false(generator_options_finish(&options, &error));
}

static void test_clock(void **state) {
  (void)state;
  static const struct {
    int64_t time_ms;
    const char *name, *text;
  } cases[] = {
      {0, "19700101T000000.000Z", "1970-01-01"},
      {1767225600000, "20260101T000000.000Z", "2026-01-01T00:00:00Z"},
      {951782400123, "20000229T000000.123Z", "2000-02-29 00:00:00.123"},
      {4107542399999, "21000228T235959.999Z", "2100-02-28T23:59:59.999Z"},
      {4107542400000, "21000301T000000.000Z", "2100-03-01T00:00Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char name[CLOCK_NAME_BYTES];
    int64_t time_ms;
    clock_name(cases[i].time_ms, name);
    assert_string_equal(name, cases[i].name);
    assert_true(clock_parse(cases[i].text, &time_ms));
    assert_int_equal(time_ms, cases[i].time_ms);
  }
  static const char *const wrong[] = {"2026-02-29", "2026-1-1", "2026-01-01T24:00", "2026-01-01T00", "2026-01-01x",
                                      "x",          ""};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    int64_t time_ms;
    if (clock_parse(wrong[i], &time_ms)) fail_msg("%s was taken", wrong[i]);
  }
}

static void test_curves(void **state) {
  (void)state;
  static Curves curves;
  curves_init(&curves);
  for (uint32_t bit = 0; bit < 64; bit++) assert_int_equal(curves_log2(UINT64_C(1) << bit), bit << CURVE_ONE_BITS);
  assert_in_range(curves_log2(1000), 653117, 653118); /* log2(1000) * 65536 = 653117.9 */
  assert_int_equal(curves_scale_by_power(&curves, 1000, 3 * CURVE_ONE), 8000);
  assert_int_equal(curves_scale_by_power(&curves, 1000, -2 * CURVE_ONE), 250);
  assert_in_range(curves_scale_by_power(&curves, 1000000, CURVE_ONE / 2), 1414180, 1414220);
  assert_int_equal(curves_scale_by_power(&curves, 1, 100 * CURVE_ONE), INT64_MAX / 4);
  assert_int_equal(curves_scale_by_power(&curves, 1000, -100 * CURVE_ONE), 0);

  enum { DRAWS = 200000 };
  Random random = random_stream(42, 1);
  uint64_t sum = 0, beyond_three = 0;
  for (int i = 0; i < DRAWS; i++) {
    uint64_t draw = curves_exponential(&curves, &random, 100000);
    sum += draw;
    beyond_three += draw > 300000;
  }
  assert_in_range(sum / DRAWS, 99000, 101000);
  assert_in_range(beyond_three, DRAWS * 48 / 1000, DRAWS * 52 / 1000); /* e^-3 = 4.98 % */

  int below_median = 0, beyond_deviation = 0;
  for (int i = 0; i < DRAWS; i++) {
    int64_t draw = curves_log_normal(&curves, &random, 8000, CURVE_ONE);
    below_median += draw < 8000;
    beyond_deviation += draw > 21746; /* 8000 e */
  }
  assert_in_range(below_median, DRAWS * 49 / 100, DRAWS * 51 / 100);
  assert_in_range(beyond_deviation, DRAWS * 15 / 100, DRAWS * 17 / 100); /* 15.9 % */
}

/* Random arrivals, near and far, come out in order of arrival, equal ones in the order in which they went in. */
static void test_wheel(void **state) {
  (void)state;
  enum { EVENTS = 60000 };
  Random random = random_stream(7, 0);
  Wheel *wheel = wheel_new(1000000);
  Event event = {0};
  int64_t last_ms = 0;
  uint64_t last_number = 0;
  uint32_t n_put = 0, n_taken = 0;
  while (n_taken < EVENTS) {
    for (int i = 0; i < 20 && n_put < EVENTS; i++) {
      static const int64_t reaches[] = {0, 1, 30, 1023, 1024, 1025, 8191, 8192, 9000, 70000};
      int64_t reach = random_below(&random, 400) == 0 ? WHEEL_HORIZON_MS : reaches[random_below(&random, 10)];
      event.arrival_ms = wheel->now_ms + random_between(&random, 0, reach) / (1 + random_below(&random, 3));
      event.impression = n_put++;
      wheel_put(wheel, &event);
    }
    while (wheel_take(wheel, &event)) {
      if (event.arrival_ms == last_ms) assert_true(event.impression > last_number);
      assert_true(event.arrival_ms >= last_ms);
      last_ms = event.arrival_ms;
      last_number = event.impression;
      n_taken++;
    }
    wheel_advance(wheel);
  }
  assert_int_equal(wheel->n_waiting, 0);
  assert_true(wheel->n_nodes < EVENTS); /* nodes are used again */
  wheel_free(wheel);
}

static void test_lines(void **state) {
  (void)state;
  GeneratorOptions options;
  generator_options_init(&options);
  World *world = world_new(&options);
  char id[IDENTIFIER_BYTES + 1] = {0}, click_id[IDENTIFIER_BYTES + 1] = {0};
  event_impression_id(world, 7, id);
  event_click_id(world, 9, click_id);
  assert_int_equal(strspn(id, "0123456789abcdefghjkmnpqrstvwxyz"), IDENTIFIER_BYTES);
  assert_string_not_equal(id, click_id);

  static const struct {
    uint32_t micros;
    const char *text;
  } costs[] = {{0, "0"},        {1, "0.000001"}, {1000, "0.001"},        {2892, "0.002892"},
               {500000, "0.5"}, {1000000, "1"},  {12345678, "12.345678"}};
  for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
    Event event = {
        .kind = EVENT_IMPRESSION, .event_ms = 1767225600042, .impression = 7, .user = 41, .device = 3, .browser = 2};
    event.cost_micros = costs[i].micros;
    char line[EVENT_LINE_MAX], wanted[EVENT_LINE_MAX];
    size_t n_bytes = event_format(world, &event, line);
    int n_wanted =
        snprintf(wanted, sizeof wanted,
                 "{\"impression_id\":\"%s\",\"user_id\":\"u42\",\"campaign_id\":\"c-001\",\"ad_id\":\"a-0001\","
                 "\"device_type\":\"ctv\",\"browser\":\"Fire TV\",\"event_timestamp\":1767225600042,\"cost\":%s}\n",
                 id, costs[i].text);
    assert_int_equal(n_bytes, n_wanted);
    assert_memory_equal(line, wanted, n_bytes);
  }
  static const struct {
    int64_t event_ms;
    const char *text;
  } times[] = {{0, "0"},
               {-5, "-5"},
               {999999999999, "999999999999"},
               {1000000000000, "1000000000000"},
               {9999999999999, "9999999999999"},
               {10000000000000, "10000000000000"}};
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    Event event = {.kind = EVENT_CLICK, .event_ms = times[i].event_ms, .impression = 7, .user = 0};
    event.click = 9;
    char line[EVENT_LINE_MAX], wanted[EVENT_LINE_MAX];
    size_t n_bytes = event_format(world, &event, line);
    int n_wanted =
        snprintf(wanted, sizeof wanted,
                 "{\"click_id\":\"%s\",\"impression_id\":\"%s\",\"user_id\":\"u1\",\"event_timestamp\":%s}\n", click_id,
                 id, times[i].text);
    assert_int_equal(n_bytes, n_wanted);
    assert_memory_equal(line, wanted, n_bytes);
  }
  world_free(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_option_values), cmocka_unit_test(test_options_together),
      cmocka_unit_test(test_clock),         cmocka_unit_test(test_curves),
      cmocka_unit_test(test_wheel),         cmocka_unit_test(test_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
