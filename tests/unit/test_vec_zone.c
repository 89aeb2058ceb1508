/* Time zones: java.time's answers at the edges of offsets, names taken and refused, and the TZif reader on rules and
 * broken files. The expected times were computed by java.time. */
#include "vec/zone.h"
#include "vec/zone_table.h"
#include "vec_testing.h"

static const Zone *find(const char *name) {
  Error error = {0};
  const Zone *zone = zone_find(name, (SourcePlace){0}, &error);
  if (zone == NULL) fail_msg("%s: %s (%s)", name, error.message, error.hint);
  return zone;
}

typedef struct Case {
  const char *zone;
  const char *given;
  const char *expected;
} Case;

static const Case TO_LOCAL[] = {
    {"UTC", "2026-03-29 00:59:59", "2026-03-29 00:59:59"},
    {"Europe/Berlin", "2026-03-29 00:59:59", "2026-03-29 01:59:59"},
    {"Europe/Berlin", "2026-03-29 01:00:00", "2026-03-29 03:00:00"},
    {"Europe/Berlin", "2026-10-25 00:59:59", "2026-10-25 02:59:59"},
    {"Europe/Berlin", "2026-10-25 01:00:00", "2026-10-25 02:00:00"},
    {"Europe/Berlin", "1893-03-31 23:06:31", "1893-03-31 23:59:59"}, /* local mean time until here */
    {"Europe/Berlin", "1893-03-31 23:06:32", "1893-04-01 00:06:32"},
    {"Europe/Berlin", "-0044-03-15 12:00:00", "-0044-03-15 12:53:28"},
    {"Europe/Berlin", "0001-01-01 00:00:00", "0001-01-01 00:53:28"},
    {"Europe/Berlin", "2037-07-01 12:00:00", "2037-07-01 14:00:00"},
    {"Europe/Berlin", "2038-01-19 03:14:08", "2038-01-19 04:14:08"}, /* past the table of most files */
    {"Europe/Berlin", "2099-03-29 01:00:00", "2099-03-29 03:00:00"},
    {"Europe/Berlin", "2438-07-01 12:00:00", "2438-07-01 14:00:00"}, /* around the end of the first cycle */
    {"Europe/Berlin", "2440-12-31 23:30:00", "2441-01-01 00:30:00"},
    {"Europe/Berlin", "9999-10-31 00:59:59", "9999-10-31 02:59:59"},
    {"Europe/Berlin", "9999-12-31 22:59:59", "9999-12-31 23:59:59"},
    {"America/New_York", "2026-03-08 06:59:59", "2026-03-08 01:59:59"},
    {"America/New_York", "2026-03-08 07:00:00", "2026-03-08 03:00:00"},
    {"America/New_York", "2026-11-01 05:59:59", "2026-11-01 01:59:59"},
    {"America/New_York", "2026-11-01 06:00:00", "2026-11-01 01:00:00"},
    {"America/New_York", "1883-11-18 17:00:00", "1883-11-18 12:00:00"},
    {"America/New_York", "1944-07-01 00:00:00", "1944-06-30 20:00:00"}, /* war time all year */
    {"America/New_York", "2500-07-04 00:00:00", "2500-07-03 20:00:00"},
    {"Asia/Kolkata", "2026-01-01 00:00:00", "2026-01-01 05:30:00"},
    {"Asia/Kolkata", "1943-01-01 00:00:00", "1943-01-01 06:30:00"},
    {"Asia/Kathmandu", "1985-12-31 18:29:59", "1985-12-31 23:59:59"},
    {"Asia/Kathmandu", "1985-12-31 18:30:00", "1986-01-01 00:15:00"}, /* from +05:30 to +05:45 */
    {"Australia/Lord_Howe", "2026-04-04 14:59:59", "2026-04-05 01:59:59"},
    {"Australia/Lord_Howe", "2026-04-04 15:00:00", "2026-04-05 01:30:00"}, /* half an hour of daylight saving */
    {"Australia/Lord_Howe", "2026-10-03 15:29:59", "2026-10-04 01:59:59"},
    {"Australia/Lord_Howe", "2026-10-03 15:30:00", "2026-10-04 02:30:00"},
    {"Australia/Lord_Howe", "3000-10-01 00:00:00", "3000-10-01 10:30:00"},
    {"Australia/Sydney", "2037-12-31 13:00:00", "2038-01-01 00:00:00"},
    {"Australia/Sydney", "2500-01-01 00:00:00", "2500-01-01 11:00:00"},
    {"Australia/Sydney", "2500-07-01 00:00:00", "2500-07-01 10:00:00"},
    {"Pacific/Apia", "2011-12-30 09:59:59", "2011-12-29 23:59:59"},
    {"Pacific/Apia", "2011-12-30 10:00:00", "2011-12-31 00:00:00"}, /* a day that never was */
    {"Pacific/Kiritimati", "1994-12-31 10:00:00", "1995-01-01 00:00:00"},
    {"America/St_Johns", "2026-07-01 00:00:00", "2026-06-30 21:30:00"},
    {"America/St_Johns", "1988-07-01 00:00:00", "1988-06-30 22:30:00"}, /* two hours of daylight saving */
    {"Europe/Dublin", "2026-07-01 12:00:00", "2026-07-01 13:00:00"},    /* the rule's "daylight" is winter */
    {"Europe/Dublin", "2026-01-01 12:00:00", "2026-01-01 12:00:00"},
    {"Europe/Dublin", "2200-07-01 12:00:00", "2200-07-01 13:00:00"},
    {"Asia/Tokyo", "2026-07-01 12:00:00", "2026-07-01 21:00:00"},
    {"Asia/Tokyo", "1949-07-01 12:00:00", "1949-07-01 22:00:00"},
    {"GMT+05:30", "2026-07-01 12:00:00", "2026-07-01 17:30:00"},
    {"GMT-8", "2026-07-01 12:00:00", "2026-07-01 04:00:00"},
    {"Etc/GMT+8", "2026-07-01 12:00:00", "2026-07-01 04:00:00"},
};

static const Case TO_UTC[] = {
    {"UTC", "2026-03-29 02:30:00", "2026-03-29 02:30:00"},
    {"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29 00:59:59"},
    {"Europe/Berlin", "2026-03-29 02:00:00", "2026-03-29 01:00:00"}, /* in the gap */
    {"Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29 01:30:00"},
    {"Europe/Berlin", "2026-03-29 02:59:59", "2026-03-29 01:59:59"},
    {"Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24 23:59:59"},
    {"Europe/Berlin", "2026-10-25 02:00:00", "2026-10-25 00:00:00"}, /* shown twice */
    {"Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25 00:30:00"},
    {"Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25 00:59:59"},
    {"Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25 02:00:00"},
    {"Europe/Berlin", "-0044-03-15 12:00:00", "-0044-03-15 11:06:32"},
    {"Europe/Berlin", "1893-04-01 00:03:00", "1893-03-31 23:09:32"},
    {"Europe/Berlin", "9999-03-28 02:30:00", "9999-03-28 01:30:00"},
    {"Europe/Berlin", "9999-10-31 02:30:00", "9999-10-31 00:30:00"},
    {"America/New_York", "2026-03-08 02:30:00", "2026-03-08 07:30:00"},
    {"America/New_York", "2026-11-01 01:30:00", "2026-11-01 05:30:00"},
    {"America/New_York", "1883-11-18 12:00:00", "1883-11-18 16:56:02"},
    {"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03 15:45:00"},
    {"Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04 14:45:00"},
    {"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 22:00:00"},
    {"Pacific/Apia", "2011-12-31 00:00:00", "2011-12-30 10:00:00"},
    {"Pacific/Apia", "2011-12-29 23:59:59", "2011-12-30 09:59:59"},
    {"Asia/Kolkata", "2026-01-01 00:00:00", "2025-12-31 18:30:00"},
    {"America/Sao_Paulo", "2018-11-04 00:00:00", "2018-11-04 03:00:00"},
    {"America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-18 01:30:00"},
    {"GMT-03:30", "2026-07-01 12:00:00", "2026-07-01 15:30:00"},
};

static const Case TO_UTC_LATEST[] = {
    {"UTC", "2026-03-29 02:30:00", "2026-03-29 02:30:00"},
    {"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29 00:59:59"},
    {"Europe/Berlin", "2026-03-29 02:00:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "2026-03-29 02:59:59", "2026-03-29 01:00:00"}, /* the gap is over at once */
    {"Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29 01:00:00"},
    {"Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24 23:59:59"},
    {"Europe/Berlin", "2026-10-25 02:00:00", "2026-10-25 01:00:00"}, /* the second time */
    {"Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25 01:59:59"},
    {"Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25 02:00:00"},
    {"Europe/Berlin", "9999-03-28 02:30:00", "9999-03-28 01:00:00"},
    {"Europe/Berlin", "9999-10-31 02:30:00", "9999-10-31 01:30:00"},
    {"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03 15:30:00"},
    {"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 10:00:00"},
};

static void check(const char *what, int64_t (*convert)(const Zone *, int64_t), const Case *cases, size_t n_cases) {
  for (size_t c = 0; c < n_cases; c++) {
    int64_t actual = convert(find(cases[c].zone), moment(cases[c].given) + 123456);
    int64_t difference = actual - 123456 - moment(cases[c].expected);
    bool is_gap_start = convert == zone_to_utc_latest && difference == -123456;
    if (difference != 0 && !is_gap_start) {
      fail_msg("%s %s of %s: off by %ld s from %s", cases[c].zone, what, cases[c].given, difference / SECOND_US,
               cases[c].expected);
    }
  }
}

#define CHECK(convert, cases) check(#convert, convert, cases, LENGTH(cases))

static void converts_as_java(void **state) {
  (void)state;
  CHECK(zone_to_local, TO_LOCAL);
  CHECK(zone_to_utc, TO_UTC);
  CHECK(zone_to_utc_latest, TO_UTC_LATEST);
}

/* Columns of random, rising and equal times, in place and not, equal the single conversions of a cold start. */
static void columns_equal_single_values(void **state) {
  (void)state;
  static const char *const names[] = {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "GMT-01:15"};
  enum { N_ROWS = 3000 };
  int64_t given[N_ROWS], local[N_ROWS], utc[N_ROWS];
  uint64_t seed = 3;
  for (size_t n = 0; n < LENGTH(names); n++) {
    const Zone *zone = find(names[n]);
    int64_t at = moment("2025-01-01 00:00:00");
    for (int row = 0; row < N_ROWS; row++) {
      at += (int64_t)(next_random(&seed) % (UINT64_C(7200) * SECOND_US)) * 5;
      given[row] = row % 50 == 7 ? (int64_t)(next_random(&seed) << 11 ^ next_random(&seed)) : at;
    }
    zone_column_to_local(zone, given, local, N_ROWS);
    memcpy(utc, given, sizeof given);
    zone_column_to_utc(zone, utc, utc, N_ROWS);
    for (int row = 0; row < N_ROWS; row++) {
      zone_to_local(zone, INT64_MIN);
      assert_int_equal(zone_to_local(zone, given[row]), local[row]);
      zone_to_utc(zone, INT64_MIN);
      assert_int_equal(zone_to_utc(zone, given[row]), utc[row]);
    }
    zone_column_to_local(zone, given, local, 0);
  }
}

/* What holds in every zone, minute by minute over years with changes. */
static void conversions_agree_with_each_other(void **state) {
  (void)state;
  static const char *const names[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                                      "Africa/Casablanca"};
  static const char *const years[] = {"2011-01-01 00:00:00", "2026-01-01 00:00:00", "2439-01-01 00:00:00",
                                      "7999-01-01 00:00:00"};
  for (size_t n = 0; n < LENGTH(names); n++) {
    const Zone *zone = find(names[n]);
    for (size_t y = 0; y < LENGTH(years); y++) {
      int64_t at = moment(years[y]), latest_before = INT64_MIN;
      for (int minute = 0; minute < 366 * 24 * 6; minute++, at += INT64_C(600) * SECOND_US) {
        int64_t local = zone_to_local(zone, at);
        assert_true(zone_to_utc(zone, local) <= at);
        assert_true(zone_to_utc_latest(zone, local) >= at);
        assert_int_equal(zone_to_local(zone, zone_to_utc(zone, local)), local);
        int64_t latest = zone_to_utc_latest(zone, at);
        assert_true(latest >= latest_before);
        latest_before = latest;
      }
    }
  }
}

static void names_are_flinks(void **state) {
  (void)state;
  static const char *const taken[] = {"UTC",
                                      "Europe/Berlin",
                                      "America/Argentina/Buenos_Aires",
                                      "GMT",
                                      "GMT+08:00",
                                      "GMT-03:30",
                                      "GMT+8",
                                      "GMT+08",
                                      "GMT+0800",
                                      "GMT+18:00",
                                      "GMT-00:00",
                                      "GMT0",
                                      "CET",
                                      "Asia/Ho_Chi_Minh",
                                      "Etc/GMT-14",
                                      "EST5EDT",
                                      "America/Port-au-Prince"};
  for (size_t t = 0; t < LENGTH(taken); t++) {
    const Zone *zone = find(taken[t]);
    assert_string_equal(zone_name(zone), taken[t]);
    assert_ptr_equal(zone, find(taken[t]));
  }
  static const struct {
    const char *name;
    const char *hint;
  } refused[] = {
      {"+05:30", "write 'GMT+05:30'"},
      {"-03:00", "write 'GMT-03:00'"},
      {"+05", "write 'GMT+05:00'"},
      {"UTC+5", "write 'GMT+05:00'"},
      {"UT+01:00", "write 'GMT+01:00'"},
      {"GMT+5:30", "write 'GMT+05:30'"},
      {"gmt+08:00", "write 'GMT+08:00'"},
      {"GMT+18:01", NULL},
      {"GMT+08:60", NULL},
      {"GMT+080000", NULL},
      {"GMT+", NULL},
      {"GMT+08:", NULL},
      {"PST", "abbreviations are ambiguous; did you mean 'America/Los_Angeles'?"},
      {"EST", "abbreviations are ambiguous; did you mean 'America/New_York'?"},
      {"jst", "abbreviations are ambiguous; did you mean 'Asia/Tokyo'?"},
      {"Z", "abbreviations are ambiguous; did you mean 'UTC'?"},
      {"utc", "did you mean 'UTC'?"},
      {"europe/berlin", "did you mean 'Europe/Berlin'?"},
      {"Berlin", "did you mean 'Europe/Berlin'?"},
      {"Europe/Belrin", "did you mean 'Europe/Berlin'?"},
      {"", NULL},
      {"/usr/share/zoneinfo/Europe/Berlin", NULL},
      {"../zoneinfo/Europe/Berlin", NULL},
      {"Europe", NULL},
      {"Europe/", NULL},
      {"tzdata.zi", NULL},
      {"zone.tab", NULL},
      {"posix/Europe/Berlin", NULL},
      {"right/Europe/Berlin", NULL},
      {"Factory", NULL},
      {"no such place at all", "give a full name such as 'Europe/Berlin', or 'UTC', or an offset such as 'GMT+05:30'"},
  };
  for (size_t r = 0; r < LENGTH(refused); r++) {
    Error error = {0};
    SourcePlace place = {.file = "a.sql", .line = 3, .column = 7};
    if (zone_find(refused[r].name, place, &error) != NULL) fail_msg("'%s' was taken", refused[r].name);
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_int_equal(error.place.line, 3);
    assert_non_null(strstr(error.message, "is not a time zone"));
    assert_true(error.hint[0] != '\0');
    if (refused[r].hint != NULL) assert_string_equal(error.hint, refused[r].hint);
  }
}

static void utc_is_known(void **state) {
  (void)state;
  assert_true(zone_is_utc(NULL));
  assert_true(zone_is_utc(find("UTC")));
  assert_true(zone_is_utc(find("Etc/UTC")));
  assert_true(zone_is_utc(find("GMT+00:00")));
  assert_false(zone_is_utc(find("GMT+00:01")));
  assert_false(zone_is_utc(find("Europe/London")));
  assert_int_equal(zone_to_local(NULL, 5), 5);
  assert_int_equal(zone_to_utc(NULL, INT64_MAX), INT64_MAX);
  assert_int_equal(zone_to_utc_latest(NULL, INT64_MIN), INT64_MIN);
}

/* ---- the reader ---- */

static void put(char **at, uint64_t value, int n_bytes) {
  for (int b = n_bytes - 1; b >= 0; b--) *(*at)++ = (char)(value >> (8 * b));
}

static void put_header(char **at, uint32_t n_times, uint32_t n_types) {
  memcpy(*at, "TZif2", 5);
  memset(*at + 5, 0, 15);
  *at += 20;
  uint32_t counts[] = {0, 0, 0, n_times, n_types, 4};
  for (int c = 0; c < 6; c++) put(at, counts[c], 4);
}

/* A file of one transition, from `before` to `after` seconds of offset, and a rule. */
static size_t make_file(char *bytes, int64_t at_seconds, int32_t before, int32_t after, const char *rule) {
  char *at = bytes;
  put_header(&at, 0, 1);
  put(&at, 0, 6);
  put(&at, 0, 4);
  put_header(&at, 1, 2);
  put(&at, (uint64_t)at_seconds, 8);
  put(&at, 1, 1);
  put(&at, (uint32_t)before, 4);
  put(&at, 0, 2);
  put(&at, (uint32_t)after, 4);
  put(&at, 0, 2);
  put(&at, 0, 4);
  at += sprintf(at, "\n%s\n", rule);
  return (size_t)(at - bytes);
}

static int64_t offset_seconds(const ZoneTable *table, int64_t at_us) {
  size_t t = 0;
  while (t < table->n_transitions && table->at_us[t] <= at_us) t++;
  return table->offsets_us[t] / SECOND_US;
}

/* The forms of POSIX rules: month-week-day, both day numbers, hours beyond a day, quoted names, none. */
static void rules_are_written_out(void **state) {
  (void)state;
  static const struct {
    const char *rule;
    const char *summer_starts; /* in UTC, in a leap year */
    const char *summer_ends;
    int64_t standard_seconds;
    int64_t daylight_seconds;
  } cases[] = {
      {"CET-1CEST,M3.5.0,M10.5.0/3", "2096-03-25 01:00:00", "2096-10-28 01:00:00", 3600, 7200},
      {"EST5EDT,M3.2.0,M11.1.0", "2096-03-11 07:00:00", "2096-11-04 06:00:00", -18000, -14400},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2096-03-25 01:00:00", "2096-10-28 01:00:00", -7200, -3600},
      {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2096-10-06 15:30:00", "2096-03-31 15:00:00", 37800, 39600},
      {"IST-2IDT,M3.4.4/26,M10.5.0", "2096-03-23 00:00:00", "2096-10-27 23:00:00", 7200, 10800},
      {"AAA0BBB,J60/0,J300/1:30:30", "2096-03-01 00:00:00", "2096-10-27 00:30:30", 0, 3600},
      {"AAA0BBB,59/0,300", "2096-02-29 00:00:00", "2096-10-27 01:00:00", 0, 3600},
  };
  char bytes[400];
  for (size_t c = 0; c < LENGTH(cases); c++) {
    int64_t starts = moment(cases[c].summer_starts), ends = moment(cases[c].summer_ends);
    int32_t standard = (int32_t)cases[c].standard_seconds;
    size_t n_bytes = make_file(bytes, 0, 100, standard, cases[c].rule);
    ZoneTable table;
    if (!zone_table_read(&table, bytes, n_bytes)) fail_msg("%s is not read", cases[c].rule);
    assert_int_equal(offset_seconds(&table, -1), 100);
    assert_int_equal(offset_seconds(&table, starts - 1), standard);
    assert_int_equal(offset_seconds(&table, starts), cases[c].daylight_seconds);
    assert_int_equal(offset_seconds(&table, ends - 1), cases[c].daylight_seconds);
    assert_int_equal(offset_seconds(&table, ends), standard);
    assert_int_equal(table.cycle_end_us - table.cycle_start_us, ZONE_CYCLE_US);
    assert_true(table.at_us[table.n_transitions - 1] > table.cycle_end_us);
    for (size_t t = 1; t < table.n_transitions; t++) assert_true(table.at_us[t - 1] < table.at_us[t]);
    zone_table_free(&table);
  }
  static const char *const without_changes[] = {"", "CET-1", "XXX3EDT4,0/0,J365/23"};
  for (size_t w = 0; w < LENGTH(without_changes); w++) {
    ZoneTable table;
    assert_true(zone_table_read(&table, bytes, make_file(bytes, 0, 100, 3600, without_changes[w])));
    assert_int_equal(table.n_transitions, 1);
    assert_int_equal(table.cycle_end_us, INT64_MAX);
    zone_table_free(&table);
  }
}

static void broken_files_are_refused(void **state) {
  (void)state;
  char bytes[400];
  static const char *const rules[] = {"C",
                                      "CET",
                                      "CET-1CEST,",
                                      "CET-1CEST,M13.1.0,M1.1.0",
                                      "<+05-5",
                                      "CET-168",
                                      "CET-1CEST,M3.6.0",
                                      "CET-1CEST,M3.5.0,M10.5.0/3x",
                                      "CET-1:60",
                                      "CET-1CEST,M3.5.7,M10.5.0"};
  for (size_t r = 0; r < LENGTH(rules); r++) {
    ZoneTable table;
    if (zone_table_read(&table, bytes, make_file(bytes, 0, 0, 60, rules[r]))) fail_msg("'%s' was read", rules[r]);
  }
  size_t n_bytes = make_file(bytes, 0, 0, 60, "CET-1CEST,M3.5.0,M10.5.0/3");
  for (size_t length = 0; length < n_bytes; length++) {
    ZoneTable table;
    char *cut = malloc(length + 1); /* so that a sanitizer sees reads past the end */
    char *exact = length == 0 ? cut : realloc(cut, length);
    memcpy(exact, bytes, length);
    assert_false(zone_table_read(&table, exact, length));
    free(exact);
  }
  uint64_t seed = 11;
  for (int round = 0; round < 20000; round++) {
    ZoneTable table;
    char *copy = malloc(n_bytes);
    memcpy(copy, bytes, n_bytes);
    for (int change = 0; change < 3; change++) copy[next_random(&seed) % n_bytes] = (char)next_random(&seed);
    if (zone_table_read(&table, copy, n_bytes)) {
      for (size_t t = 1; t < table.n_transitions; t++) assert_true(table.at_us[t - 1] < table.at_us[t]);
      zone_table_free(&table);
    }
    free(copy);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(converts_as_java),
      cmocka_unit_test(columns_equal_single_values),
      cmocka_unit_test(conversions_agree_with_each_other),
      cmocka_unit_test(names_are_flinks),
      cmocka_unit_test(utc_is_known),
      cmocka_unit_test(rules_are_written_out),
      cmocka_unit_test(broken_files_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
