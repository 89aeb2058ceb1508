/* The generated world as a whole: the same bytes for a seed, plausible distributions, faults where they were asked for
 * and a truth that agrees with what was delivered. (That the truth is what a job computes, tests/oracle checks.) */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* needs those before it */
/* clang-format on */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ads/clock.h"
#include "ads/generate_files.h"
#include "ads/generator.h"
#include "ads/segments.h"

static GeneratorOptions options_of(const char *const *flags) {
  GeneratorOptions options;
  Error error = {0};
  generator_options_init(&options);
  for (; *flags != NULL; flags += 2) {
    if (strcmp(flags[0], "clean") == 0) {
      generator_options_clean(&options);
    } else if (!generator_options_set(&options, flags[0], flags[1], &error)) {
      fail_msg("%s", error.message);
    }
  }
  assert_true(generator_options_finish(&options, &error));
  return options;
}
#define OPTIONS(...) options_of((const char *const[]){__VA_ARGS__, NULL})

/* FNV-1a: a fingerprint that any other program can compute. */
static uint64_t fingerprint(uint64_t hash, const char *bytes, size_t n_bytes) {
  for (size_t i = 0; i < n_bytes; i++) hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
  return hash;
}

typedef struct Summary {
  uint64_t lines, impressions, clicks, malformed;
  uint64_t faults[FAULT_COUNT];
  uint64_t bytes;
  uint64_t fingerprint;    /* of all lines of both topics, then of the truth */
  uint64_t out_of_order;   /* events older than one before them */
  int64_t greatest_lag_ms; /* behind the greatest event time so far, among events that are not late */
  uint64_t devices[DEVICE_COUNT];
  uint64_t duplicate_impressions;
  uint64_t first_campaign; /* impressions of c-001 */
  uint64_t counted_clicks;
  uint64_t cohort_impressions, cohort_clicks; /* as the truth says */
} Summary;

static void read_truth(const char *text, size_t n_bytes, Summary *summary) {
  static const char cohort[] = "{\"kind\":\"cohort\"";
  for (const char *line = text, *end; line < text + n_bytes; line = end + 1) {
    end = memchr(line, '\n', (size_t)(text + n_bytes - line));
    assert_non_null(end);
    if (strncmp(line, cohort, sizeof cohort - 1) != 0) continue;
    unsigned long long window, impressions, clicks;
    char campaign[8];
    assert_int_equal(sscanf(line + sizeof cohort - 1,
                            ",\"window_start\":%llu,\"campaign_id\":\"%5s\",\"impressions\":%llu,\"clicks\":%llu",
                            &window, campaign, &impressions, &clicks),
                     4);
    assert_true(clicks <= impressions);
    assert_int_equal(window % MINUTE_MS, 0);
    summary->cohort_impressions += impressions;
    summary->cohort_clicks += clicks;
  }
}

static Summary summarise(const GeneratorOptions *options) {
  Summary summary = {.fingerprint = UINT64_C(0xcbf29ce484222325)};
  Generator *generator = generator_new(options);
  Event event;
  char line[EVENT_LINE_MAX];
  int64_t latest_ms[2] = {0, 0}, last_arrival_ms = 0;
  while (generator_next(generator, &event)) {
    size_t n_bytes = event_format(generator_world(generator), &event, line);
    summary.fingerprint = fingerprint(summary.fingerprint, line, n_bytes);
    summary.bytes += n_bytes;
    summary.lines++;
    assert_int_equal(line[n_bytes - 1], '\n');
    assert_true(event.arrival_ms >= last_arrival_ms);
    last_arrival_ms = event.arrival_ms;
    for (int f = 0; f < FAULT_COUNT; f++) summary.faults[f] += event_has(&event, (EventFault)f);
    if (event.kind != EVENT_IMPRESSION && event.kind != EVENT_CLICK) {
      summary.malformed++;
      continue;
    }
    bool is_click = event.kind == EVENT_CLICK;
    assert_true(event.arrival_ms >= event.event_ms);
    summary.impressions += !is_click;
    summary.clicks += is_click;
    summary.out_of_order += event.event_ms < latest_ms[is_click];
    if (!event_has(&event, FAULT_LATE) && !event_has(&event, FAULT_EARLY_CLICK)) {
      int64_t lag_ms = latest_ms[is_click] - event.event_ms;
      if (lag_ms > summary.greatest_lag_ms) summary.greatest_lag_ms = lag_ms;
    }
    if (event.event_ms > latest_ms[is_click]) latest_ms[is_click] = event.event_ms;
    if (is_click) {
      summary.counted_clicks += event.is_counted;
    } else {
      summary.devices[event.device]++;
      summary.duplicate_impressions += event_has(&event, FAULT_DUPLICATE);
      summary.first_campaign += event.campaign == 0;
    }
  }
  assert_false(generator_next(generator, &event));
  TextBuffer *truth = generator_truth(generator);
  summary.fingerprint = fingerprint(summary.fingerprint, truth->bytes, truth->n_bytes);
  read_truth(truth->bytes, truth->n_bytes, &summary);
  generator_free(generator);
  return summary;
}

static void test_same_seed_same_bytes(void **state) {
  (void)state;
  /* When the world is changed on purpose, so are these. They must be the same on every machine and at every
   * optimisation level. */
  static const struct {
    const char *seed, *events;
    uint64_t fingerprint;
  } cases[] = {
      {"1", "50000", UINT64_C(0xae488fcb2ed1ba5a)},
      {"2", "50000", UINT64_C(0xc0a6a8f242f482b2)},
      {"18446744073709551615", "1000", UINT64_C(0x8266e0f8e727f331)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    GeneratorOptions options = OPTIONS("seed", cases[i].seed, "events", cases[i].events);
    Summary first = summarise(&options), second = summarise(&options);
    assert_int_equal(first.fingerprint, second.fingerprint);
    if (first.fingerprint != cases[i].fingerprint) {
      fail_msg("seed %s: fingerprint is 0x%llx", cases[i].seed, (unsigned long long)first.fingerprint);
    }
  }
}

static void test_plausible(void **state) {
  (void)state;
  GeneratorOptions options = OPTIONS("seed", "3", "duration", "20m", "rate", "500");
  Summary summary = summarise(&options);
  assert_in_range(summary.lines, 540000, 660000); /* the rate asked for */
  assert_in_range(summary.clicks * 1000 / summary.impressions, 10, 100);
  assert_in_range(summary.bytes / summary.lines, 178, 190);
  assert_in_range(summary.first_campaign * 1000 / summary.impressions, 200,
                  245); /* 1 / (1 + 1/2 + ... + 1/50) = 22 % */
  assert_in_range(summary.devices[0] * 100 / summary.impressions, 52, 66);
  for (int d = 1; d < DEVICE_COUNT; d++) assert_true(summary.devices[d] > summary.impressions / 50);
  assert_in_range(summary.out_of_order * 100 / summary.lines, 30, 99);
  assert_in_range(summary.greatest_lag_ms, 2000, 5000); /* within the watermark delay, redelivery included */
  for (int f = 0; f < FAULT_COUNT; f++) {
    if (summary.faults[f] == 0) fail_msg("no %s", event_fault_names[f]);
  }
  assert_in_range(summary.faults[FAULT_LATE], summary.lines * 12 / 10000, summary.lines * 28 / 10000);
  assert_in_range(summary.faults[FAULT_DUPLICATE], summary.lines * 40 / 10000, summary.lines * 60 / 10000);
  assert_int_equal(summary.cohort_impressions, summary.impressions - summary.duplicate_impressions);
  assert_in_range(summary.counted_clicks - summary.cohort_clicks, 0, 20); /* whose impression the end cut off */
}

static void test_each_fault_alone(void **state) {
  (void)state;
  static const struct {
    const char *flag, *value;
    EventFault fault;
    uint32_t least, most; /* per 100,000 lines */
  } cases[] = {
      {"late", "0.01", FAULT_LATE, 800, 1200},
      {"duplicate-impressions", "0.01", FAULT_DUPLICATE, 750, 1150},
      {"duplicate-clicks", "0.5", FAULT_DUPLICATE, 700, 4000},
      {"second-clicks", "0.5", FAULT_SECOND_CLICK, 700, 4000},
      {"orphan-clicks", "0.5", FAULT_ORPHAN_CLICK, 700, 4000},
      {"foreign-clicks", "0.5", FAULT_FOREIGN_CLICK, 700, 4000},
      {"instant-clicks", "0.5", FAULT_INSTANT_CLICK, 700, 4000},
      {"expired-clicks", "0.5", FAULT_EXPIRED_CLICK, 300, 4000},
      {"early-clicks", "0.5", FAULT_EARLY_CLICK, 700, 4000},
      {"bots", "0.1", FAULT_BOT, 10000, 20000},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    GeneratorOptions options = OPTIONS("clean", "", "events", "200000", "rate", "100", cases[i].flag, cases[i].value);
    Summary summary = summarise(&options);
    uint64_t seen = summary.faults[cases[i].fault] / 2;
    if (seen < cases[i].least || seen > cases[i].most) {
      fail_msg("--%s %s: %llu of 100,000", cases[i].flag, cases[i].value, (unsigned long long)seen);
    }
    for (int f = 0; f < FAULT_COUNT; f++) {
      /* The log-normal's own tails, and bots that click fast. */
      bool is_natural = f == FAULT_INSTANT_CLICK || f == FAULT_EXPIRED_CLICK;
      if (f != (int)cases[i].fault && !is_natural && summary.faults[f] != 0) {
        fail_msg("--%s also made %s", cases[i].flag, event_fault_names[f]);
      }
    }
  }
  GeneratorOptions options = OPTIONS("clean", "", "events", "100000", "malformed", "0.1");
  Summary summary = summarise(&options);
  for (int f = FAULT_WRONG_TYPE; f < FAULT_COUNT; f++) assert_true(summary.faults[f] > 500);
  assert_int_equal(summary.malformed, summary.faults[FAULT_CUT_LINE] + summary.faults[FAULT_GARBAGE] +
                                          summary.faults[FAULT_INVALID_UTF8] + summary.faults[FAULT_NOT_AN_OBJECT] +
                                          summary.faults[FAULT_EMPTY_LINE]);
}

/* Other faults, same traffic. */
static void test_clean_world(void **state) {
  (void)state;
  GeneratorOptions options = OPTIONS("clean", "", "duration", "5m", "rate", "300");
  Summary summary = summarise(&options);
  assert_int_equal(summary.out_of_order, 0);
  assert_int_equal(summary.malformed, 0);
  assert_int_equal(summary.cohort_impressions, summary.impressions);
  assert_int_equal(summary.cohort_clicks, summary.counted_clicks);
  options = OPTIONS("clean", "", "duration", "5m", "rate", "300", "second-clicks", "1", "orphan-clicks", "1");
  Summary faulty = summarise(&options);
  /* The rate counts lines, so with more clicks there are fewer impressions; their mix stays. */
  assert_true(faulty.clicks > 2 * summary.clicks);
  assert_in_range(faulty.cohort_clicks * 1000 / faulty.cohort_impressions,
                  summary.cohort_clicks * 1000 / summary.cohort_impressions - 3,
                  summary.cohort_clicks * 1000 / summary.cohort_impressions + 3);
}

static void test_limits(void **state) {
  (void)state;
  static const char *const events[] = {"1", "2", "999", "40000"};
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    GeneratorOptions options = OPTIONS("events", events[i]);
    assert_int_equal(summarise(&options).lines, strtoull(events[i], NULL, 10));
  }
  static const char *const rates[] = {"0.05", "1", "100000", "5000000"};
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
    GeneratorOptions options = OPTIONS("events", "1000", "rate", rates[i], "campaigns", "1", "users", "256");
    assert_int_equal(summarise(&options).lines, 1000);
  }
  /* Days go by: memory is that of what is pending. */
  GeneratorOptions options = OPTIONS("duration", "6d", "rate", "0.3", "late-max", "60m", "late", "0.1");
  Generator *generator = generator_new(&options);
  Event event;
  uint64_t n_events = 0;
  for (; generator_next(generator, &event); n_events++) generator_truth(generator)->n_bytes = 0;
  assert_in_range(n_events, 100000, 400000);
  assert_true(generator_held_bytes(generator) < 2 << 20);
  generator_free(generator);

  options = OPTIONS("seed", "1");
  generator = generator_new(&options);
  for (int i = 0; i < 1000; i++) assert_true(generator_next(generator, &event));
  generator_stop(generator);
  assert_false(generator_next(generator, &event));
  TextBuffer *truth = generator_truth(generator);
  assert_non_null(strstr(truth->bytes, "\"kind\":\"total\""));
  generator_free(generator);
}

static int count_files(const char *folder, bool are_hidden) {
  int n = 0;
  DIR *listing = opendir(folder);
  assert_non_null(listing);
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      n += (entry->d_name[0] == '.') == are_hidden;
  }
  closedir(listing);
  return n;
}

static void test_files(void **state) {
  (void)state;
  char folder[] = "/tmp/weir-test-XXXXXX", command[128], path[160];
  assert_non_null(mkdtemp(folder));
  GeneratorOptions options = OPTIONS("events", "20000");
  Summary summary = summarise(&options);
  GenerateTarget target = {.directory = folder, .segment_bytes = 500000};
  GenerateReport report;
  Error error = {0};
  assert_true(generate_files(&options, &target, &report, &error));
  assert_int_equal(report.impressions + report.clicks, 20000);
  assert_int_equal(report.bytes, summary.bytes);
  snprintf(path, sizeof path, "%s/ad_impressions", folder);
  int n_segments = count_files(path, false);
  assert_in_range(n_segments, 6, 9);
  assert_int_equal(count_files(path, true), 0);

  /* Not over what is there, unless told; leftovers of a killed run go away, other files stay. */
  assert_false(generate_files(&options, &target, &report, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  assert_int_equal(count_files(path, false), n_segments);
  char leftover[200], other[200];
  snprintf(leftover, sizeof leftover, "%s/.part-old.jsonl", path);
  snprintf(other, sizeof other, "%s/notes.txt", path);
  fclose(fopen(leftover, "w"));
  fclose(fopen(other, "w"));
  target.overwrite = true;
  memset(&error, 0, sizeof error);
  assert_true(generate_files(&options, &target, &report, &error));
  assert_int_equal(count_files(path, false), n_segments + 1);
  assert_int_equal(count_files(path, true), 0);

  static volatile sig_atomic_t is_stopped = 1;
  target.is_stopped = &is_stopped;
  assert_true(generate_files(&options, &target, &report, &error));
  assert_int_equal(report.impressions, 0);

  GenerateTarget impossible = {.directory = other};
  assert_false(generate_files(&options, &impossible, &report, &error));
  assert_int_equal(error.kind, ERROR_RUNTIME);
  snprintf(command, sizeof command, "rm -r %s", folder);
  assert_int_equal(system(command), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_seed_same_bytes),
      cmocka_unit_test(test_plausible),
      cmocka_unit_test(test_each_fault_alone),
      cmocka_unit_test(test_clean_world),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
