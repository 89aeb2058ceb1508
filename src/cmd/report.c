/* weir report: the ad jobs' results as a person wants to read them. The figures are the jobs' own; only sums over
 * windows, shares and the search for windows that stand out are made here. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/results.h"
#include "cmd/table_text.h"
#include "cmd/text.h"
#include "vec/memory.h"

extern const Command COMMAND_REPORT;

enum {
  CAMPAIGNS_SHOWN = 10,
  WINDOWS_SHOWN = 5,
  SPARK_CELLS_MAX = 24,
  OUTLIERS_SHOWN = 5,
  /* A window stands out when its clicks are this many standard deviations from what the campaign's usual rate leads
   * to expect, and when that is at least a few. */
  OUTLIER_DEVIATIONS = 5,
  OUTLIER_CLICKS_MIN = 5
};

static const int64_t DAY_US = INT64_C(86400000000);

/* Sums over a run of rows. */
typedef struct Totals {
  const char *name;
  const ResultRow *rows; /* those of this name */
  size_t n_rows;
  int64_t impressions;
  int64_t clicks;
  int64_t unique_users;    /* added up over windows */
  int64_t unique_clickers; /* likewise */
  double spend;
  double seconds_to_click; /* over all clicks */
} Totals;

typedef struct TotalsList {
  Totals *items;
  size_t n_items;
  size_t capacity;
} TotalsList;

static void add_row(Totals *totals, const ResultRow *row) {
  totals->impressions += row->impressions;
  totals->clicks += row->clicks;
  totals->unique_users += row->unique_users;
  totals->unique_clickers += row->unique_clickers;
  totals->spend += row->spend;
  totals->seconds_to_click += row->mean_seconds_to_click * (double)row->clicks;
}

static int compare_totals(const void *left, const void *right) {
  const Totals *a = left, *b = right;
  if (a->impressions != b->impressions) return a->impressions < b->impressions ? 1 : -1;
  return strcmp(a->name, b->name);
}

/* Per name, those with the most impressions first. */
static TotalsList sum_by_name(const Results *results) {
  TotalsList list = {0};
  for (size_t r = 0; r < results->n_rows; r++) {
    const ResultRow *row = &results->rows[r];
    if (list.n_items == 0 || strcmp(list.items[list.n_items - 1].name, row->name) != 0) {
      list.items = memory_grow(list.items, &list.capacity, list.n_items + 1, sizeof *list.items);
      list.items[list.n_items++] = (Totals){.name = row->name, .rows = row};
    }
    Totals *totals = &list.items[list.n_items - 1];
    totals->n_rows++;
    add_row(totals, row);
  }
  if (list.n_items > 0) qsort(list.items, list.n_items, sizeof *list.items, compare_totals);
  return list;
}

/* What all rows of one window add up to. */
static Totals sum_of_window(const Results *results, int64_t start_us) {
  Totals totals = {0};
  for (size_t r = 0; r < results->n_rows; r++) {
    if (results->rows[r].start_us == start_us) add_row(&totals, &results->rows[r]);
  }
  return totals;
}

static Totals sum_of_all(const Results *results) {
  Totals totals = {0};
  for (size_t r = 0; r < results->n_rows; r++) add_row(&totals, &results->rows[r]);
  return totals;
}

static void window_range(const Results *results, int64_t *first_us, int64_t *end_us) {
  *first_us = INT64_MAX;
  *end_us = INT64_MIN;
  for (size_t r = 0; r < results->n_rows; r++) {
    if (results->rows[r].start_us < *first_us) *first_us = results->rows[r].start_us;
    if (results->rows[r].end_us > *end_us) *end_us = results->rows[r].end_us;
  }
}

/* --- cells --- */

static void add_ratio(TableText *table, double part, double whole, double factor, const char *format) {
  char text[TEXT_MAX];
  if (whole == 0) {
    table_text_add(table, "-");
    return;
  }
  snprintf(text, sizeof text, format, part * factor / whole);
  table_text_add(table, text);
}

static void add_ctr(TableText *table, int64_t clicks, int64_t impressions) {
  add_ratio(table, (double)clicks, (double)impressions, 100, "%.2f %%");
}

static void add_dollars(TableText *table, double dollars) {
  char text[TEXT_MAX + 8], whole[TEXT_MAX];
  uint64_t cents = (uint64_t)llround(dollars * 100);
  snprintf(text, sizeof text, "$%s.%02u", text_count(cents / 100, whole), (unsigned)(cents % 100));
  table_text_add(table, text);
}

/* HH:mm, of a day when there are several. */
static void format_window(int64_t start_us, bool has_day, char text[TEXT_MAX]) {
  char time[TEXT_MAX];
  text_time(start_us, time);
  size_t from = has_day ? strlen("2026-") : strlen("2026-01-01 ");
  snprintf(text, TEXT_MAX, "%.*s", (int)(strlen("2026-01-01 00:00") - from), time + from);
}

/* The click-through rate over time as a line of bars, from 0 to its highest. */
static void add_spark(TableText *table, const Totals *totals, int64_t first_us, int64_t end_us) {
  static const char *const BARS[] = {"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
  enum { BARS_COUNT = sizeof BARS / sizeof BARS[0] };
  int64_t window = totals->rows[0].end_us - totals->rows[0].start_us;
  int64_t n_windows = (end_us - first_us) / window;
  int64_t n_cells = n_windows < SPARK_CELLS_MAX ? n_windows : SPARK_CELLS_MAX;
  int64_t impressions[SPARK_CELLS_MAX] = {0}, clicks[SPARK_CELLS_MAX] = {0};
  for (size_t r = 0; r < totals->n_rows; r++) {
    int64_t cell = (totals->rows[r].start_us - first_us) / window * n_cells / n_windows;
    impressions[cell] += totals->rows[r].impressions;
    clicks[cell] += totals->rows[r].clicks;
  }
  double highest = 0;
  for (int64_t c = 0; c < n_cells; c++) {
    if (impressions[c] > 0) highest = fmax(highest, (double)clicks[c] / (double)impressions[c]);
  }
  char text[SPARK_CELLS_MAX * 4 + 1] = "";
  for (int64_t c = 0; c < n_cells; c++) {
    double ctr = impressions[c] == 0 ? 0 : (double)clicks[c] / (double)impressions[c];
    int bar = highest == 0 ? 0 : (int)(ctr / highest * (BARS_COUNT - 1) + 0.5);
    strcat(text, impressions[c] == 0 ? " " : BARS[bar]);
  }
  table_text_add(table, text);
}

/* --- sections --- */

/* A column group per meaning of a click's window; the live one has no more windows than the other. */
static void print_latest_windows(const Results *cohort, const Results *live) {
  const Results *results = cohort->n_rows > 0 ? cohort : live;
  int64_t first_us, end_us;
  window_range(results, &first_us, &end_us);
  int64_t step_us = results->rows[0].end_us - results->rows[0].start_us;
  char last[TEXT_MAX];
  printf("The latest windows, all campaigns, until %s\n\n", text_time(end_us, last));
  TableText *table = table_text_new(1 + 3 * (cohort->n_rows > 0) + 3 * (live->n_rows > 0));
  table_text_column(table, "from", false);
  for (int g = 0; g < 2; g++) {
    if ((g == 0 ? cohort : live)->n_rows == 0) continue;
    table_text_column(table, g == 0 ? "impressions" : "live impressions", true);
    table_text_column(table, g == 0 ? "clicks" : "live clicks", true);
    table_text_column(table, g == 0 ? "CTR" : "live CTR", true);
  }
  int64_t start_us = end_us - WINDOWS_SHOWN * step_us;
  for (start_us = start_us < first_us ? first_us : start_us; start_us < end_us; start_us += step_us) {
    char from[TEXT_MAX];
    format_window(start_us, end_us - first_us > DAY_US, from);
    table_text_add(table, from);
    for (int g = 0; g < 2; g++) {
      const Results *group = g == 0 ? cohort : live;
      if (group->n_rows == 0) continue;
      Totals totals = sum_of_window(group, start_us);
      table_text_add_count(table, (uint64_t)totals.impressions);
      table_text_add_count(table, (uint64_t)totals.clicks);
      add_ctr(table, totals.clicks, totals.impressions);
    }
  }
  table_text_print(table, "  ", stdout);
  printf("\n");
  if (cohort->n_rows > 0) printf("  A click counts in the window of the impression that earned it.\n");
  if (live->n_rows > 0) printf("  Live: a click counts in the window in which it happened.\n");
}

static void add_campaign(TableText *table, const Totals *totals) {
  table_text_add_count(table, (uint64_t)totals->impressions);
  table_text_add_count(table, (uint64_t)totals->clicks);
  add_ctr(table, totals->clicks, totals->impressions);
  add_dollars(table, totals->spend);
  add_ratio(table, totals->spend, (double)totals->impressions, 1000, "$%.3f");
  add_ratio(table, totals->spend, (double)totals->clicks, 1, "$%.3f");
}

static void print_campaigns(const Results *results, const TotalsList *campaigns, size_t n_shown) {
  int64_t first_us, end_us;
  window_range(results, &first_us, &end_us);
  if (n_shown > campaigns->n_items) n_shown = campaigns->n_items;
  char first[TEXT_MAX], end[TEXT_MAX];
  printf("\nBy campaign, %s to %s", text_time(first_us, first), text_time(end_us, end));
  if (n_shown < campaigns->n_items) printf(": the %zu largest of %zu", n_shown, campaigns->n_items);
  printf("\n\n");
  TableText *table = table_text_new(8);
  table_text_column(table, "campaign", false);
  table_text_column(table, "impressions", true);
  table_text_column(table, "clicks", true);
  table_text_column(table, "CTR", true);
  table_text_column(table, "spend", true);
  table_text_column(table, "per 1,000", true);
  table_text_column(table, "per click", true);
  table_text_column(table, "CTR over time", false);
  for (size_t c = 0; c < n_shown; c++) {
    table_text_add(table, campaigns->items[c].name);
    add_campaign(table, &campaigns->items[c]);
    add_spark(table, &campaigns->items[c], first_us, end_us);
  }
  Totals all = sum_of_all(results);
  table_text_add(table, "all");
  add_campaign(table, &all);
  table_text_add(table, "");
  table_text_print(table, "  ", stdout);
}

static void print_devices(const TotalsList *devices) {
  printf("\nBy device\n\n");
  TableText *table = table_text_new(8);
  table_text_column(table, "device", false);
  table_text_column(table, "impressions", true);
  table_text_column(table, "clicks", true);
  table_text_column(table, "CTR", true);
  table_text_column(table, "users a window", true);
  table_text_column(table, "clicks per clicker", true);
  table_text_column(table, "seconds to click", true);
  table_text_column(table, "spend", true);
  for (size_t d = 0; d < devices->n_items; d++) {
    const Totals *totals = &devices->items[d];
    table_text_add(table, totals->name);
    table_text_add_count(table, (uint64_t)totals->impressions);
    table_text_add_count(table, (uint64_t)totals->clicks);
    add_ctr(table, totals->clicks, totals->impressions);
    table_text_add_count(table, (uint64_t)totals->unique_users / totals->n_rows);
    add_ratio(table, (double)totals->clicks, (double)totals->unique_clickers, 1, "%.2f");
    add_ratio(table, totals->seconds_to_click, (double)totals->clicks, 1, "%.1f");
    add_dollars(table, totals->spend);
  }
  table_text_print(table, "  ", stdout);
}

static double ctr_of(const ResultRow *row) { return (double)row->clicks / (double)row->impressions; }

static int compare_doubles(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* The median over the windows: a few strange ones do not move it. */
static double usual_ctr(const Totals *campaign) {
  double *ctrs = memory_alloc_zeroed(campaign->n_rows + 1, sizeof *ctrs);
  size_t n = 0;
  for (size_t r = 0; r < campaign->n_rows; r++) {
    if (campaign->rows[r].impressions > 0) ctrs[n++] = ctr_of(&campaign->rows[r]);
  }
  qsort(ctrs, n, sizeof *ctrs, compare_doubles);
  double median = n == 0 ? 0 : (ctrs[n / 2] + ctrs[(n - 1) / 2]) / 2;
  free(ctrs);
  return median;
}

/* 1: far more clicks than usual, -1: far fewer, 0: neither. The last window is left alone: its clicks may still come.
 */
static int outlier_side(const ResultRow *row, double usual, int64_t end_us) {
  double expected = usual * (double)row->impressions;
  if (expected < OUTLIER_CLICKS_MIN || row->end_us >= end_us) return 0;
  double distance = ((double)row->clicks - expected) / sqrt(expected * (1 - usual));
  return fabs(distance) < OUTLIER_DEVIATIONS ? 0 : distance > 0 ? 1 : -1;
}

/* Neighbouring windows that stand out to the same side are one line. */
static void print_outliers(const Results *results, const TotalsList *campaigns) {
  int64_t first_us, end_us;
  window_range(results, &first_us, &end_us);
  bool has_day = end_us - first_us > DAY_US;
  size_t n_found = 0;
  for (size_t c = 0; c < campaigns->n_items; c++) {
    const Totals *campaign = &campaigns->items[c];
    double usual = usual_ctr(campaign);
    for (size_t r = 0; r < campaign->n_rows;) {
      int side = outlier_side(&campaign->rows[r], usual, end_us);
      Totals run = {.rows = &campaign->rows[r]};
      do {
        add_row(&run, &campaign->rows[r++]);
        run.n_rows++;
      } while (side != 0 && r < campaign->n_rows && campaign->rows[r].start_us == campaign->rows[r - 1].end_us &&
               outlier_side(&campaign->rows[r], usual, end_us) == side);
      if (side == 0 || n_found++ >= OUTLIERS_SHOWN) continue;
      if (n_found == 1) printf("\nWhat stands out\n\n");
      char start[TEXT_MAX], end[TEXT_MAX];
      format_window(run.rows[0].start_us, has_day, start);
      format_window(run.rows[run.n_rows - 1].end_us, has_day, end);
      printf("  %s from %s to %s: CTR %.2f %%, usually %.2f %%\n", campaign->name, start, end,
             (double)run.clicks * 100 / (double)run.impressions, usual * 100);
    }
  }
  if (n_found > OUTLIERS_SHOWN) printf("  and %zu more\n", n_found - OUTLIERS_SHOWN);
}

static void print_places(const Results *results) {
  printf("\nResults, as JSON lines\n\n");
  size_t n_repeated = 0;
  for (size_t t = 0; t < RESULT_TABLE_COUNT; t++) {
    if (!results[t].is_there) continue;
    char count[TEXT_MAX];
    printf("  %s/  %s rows\n", results[t].folder, text_count(results[t].n_rows, count));
    n_repeated += results[t].n_repeated;
  }
  if (n_repeated > 0) {
    printf("\n  Some windows are there more than once, from several runs: one of each is in the report.\n");
  }
}

/* --- the command --- */

static int print_report(const Results *results, const char *directory, size_t n_campaigns) {
  const Results *cohort = &results[RESULTS_BY_CAMPAIGN], *live = &results[RESULTS_BY_CAMPAIGN_LIVE];
  const Results *device = &results[RESULTS_BY_DEVICE];
  if (cohort->n_rows + live->n_rows + device->n_rows == 0) {
    Error error = {0};
    error_set(&error, ERROR_RUNTIME, "there are no results in %s", directory);
    error_hint(&error, "weir run -i jobs/tables/files.sql jobs/ctr_by_campaign.sql makes some");
    return command_report_error(&error);
  }
  if (cohort->n_rows + live->n_rows > 0) print_latest_windows(cohort, live);
  if (cohort->n_rows > 0) {
    TotalsList campaigns = sum_by_name(cohort);
    print_campaigns(cohort, &campaigns, n_campaigns);
    print_outliers(cohort, &campaigns);
    free(campaigns.items);
  }
  if (device->n_rows > 0) {
    TotalsList devices = sum_by_name(device);
    print_devices(&devices);
    free(devices.items);
  }
  print_places(results);
  return EXIT_OK;
}

static int report_run(int argc, char **argv) {
  static const struct option OPTIONS[] = {
      {"results", required_argument, NULL, 'r'}, {"campaigns", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
  const char *directory = "data/results";
  unsigned long n_campaigns = CAMPAIGNS_SHOWN;
  opterr = 0;
  optind = 1;
  int letter;
  while ((letter = getopt_long(argc, argv, ":", OPTIONS, NULL)) != -1) {
    char *end;
    switch (letter) {
      case 'r':
        directory = optarg;
        break;
      case 'c':
        n_campaigns = strtoul(optarg, &end, 10);
        if (*end == '\0' && n_campaigns > 0) break;
        return command_usage_error(&COMMAND_REPORT, "--campaigns %s: expected a whole number", optarg);
      default:
        return command_option_error(&COMMAND_REPORT, letter, argv);
    }
  }
  if (optind < argc) return command_usage_error(&COMMAND_REPORT, "unexpected argument '%s'", argv[optind]);

  Results results[RESULT_TABLE_COUNT] = {0};
  Error error = {0};
  bool is_read = true;
  for (size_t t = 0; is_read && t < RESULT_TABLE_COUNT; t++) {
    is_read = results_read(&results[t], directory, (ResultTable)t, &error);
  }
  int status = is_read ? print_report(results, directory, n_campaigns) : command_report_error(&error);
  for (size_t t = 0; t < RESULT_TABLE_COUNT; t++) results_free(&results[t]);
  return status;
}

const Command COMMAND_REPORT = {
    .name = "report",
    .summary = "print what the ad jobs found: CTR by campaign, engagement by device",
    .help =
        "usage: weir report [--results DIR] [--campaigns N]\n"
        "\n"
        "Reads what jobs/ctr_by_campaign.sql, jobs/ctr_by_campaign_live.sql and\n"
        "jobs/engagement_by_device.sql wrote through jobs/tables/files.sql. Prints the\n"
        "latest windows, the campaigns, the devices, and the windows in which a\n"
        "campaign's click-through rate is far from its usual one.\n"
        "\n"
        "  --results DIR  folder of the jobs' result folders [data/results]\n"
        "  --campaigns N  how many campaigns to list, the largest first [10]\n"
        "\n"
        "example:\n"
        "  weir report --campaigns 5\n",
    .run = report_run,
};
