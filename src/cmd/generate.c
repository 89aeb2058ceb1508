/* weir generate: an invented world of ad events, as folders of JSON lines. The flags are ads/options.c's table. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ads/generate_files.h"
#include "ads/options.h"
#include "cmd/command.h"
#include "cmd/text.h"

extern const Command COMMAND_GENERATE;

typedef struct GenerateArguments {
  GeneratorOptions options;
  GenerateTarget target;
  bool is_quiet;
} GenerateArguments;

/* Set by SIGINT and SIGTERM: what has been generated is then completed as if it were the end. */
static volatile sig_atomic_t stop_signal;

static void on_signal(int signal_number) { stop_signal = signal_number; }

enum { HELP_COLUMNS = 80, FLAG_COLUMNS = 33 };

/* Goes on from column `column`, with the lines after the first below what stands at FLAG_COLUMNS. */
static int print_wrapped(const char *text, int column) {
  while (*text != '\0') {
    int n_bytes = (int)strcspn(text, " ");
    bool is_first = column == FLAG_COLUMNS;
    if (!is_first && column + 1 + n_bytes >= HELP_COLUMNS) {
      printf("\n%*s", FLAG_COLUMNS, "");
      column = FLAG_COLUMNS;
      is_first = true;
    }
    column += printf("%s%.*s", is_first ? "" : " ", n_bytes, text);
    text += n_bytes;
    text += strspn(text, " ");
  }
  return column;
}

static void print_flags(bool faults) {
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    if (flag->is_fault != faults) continue;
    char left[64];
    snprintf(left, sizeof left, "--%s %s", flag->name, flag->argument);
    int column = print_wrapped(flag->help, printf("  %-*s", FLAG_COLUMNS - 2, left));
    char fallback[64];
    snprintf(fallback, sizeof fallback, "[%s]", flag->default_text != NULL ? flag->default_text : "");
    if (flag->default_text != NULL) print_wrapped(fallback, column);
    printf("\n");
  }
}

static void print_options(void) {
  print_flags(false);
  printf("\nWhat goes wrong, and how often:\n");
  print_flags(true);
  printf(
      "  --clean                        none of these; flags after it switch single\n"
      "                                 ones on\n"
      "\n"
      "TIME is 500ms, 30s, 10m, 24h or 7d; SHARE is 0.01 or 1%%.\n"
      "\n"
      "example:\n"
      "  weir generate --out data/topics --seed 7 --duration 10m --rate 2000\n");
}

/* Flags are --name VALUE or --name=VALUE. Returns EXIT_OK, or the exit status after saying what is wrong. */
static int parse_arguments(int argc, char **argv, GenerateArguments *arguments) {
  Error error = {0};
  generator_options_init(&arguments->options);
  for (int i = 1; i < argc; i++) {
    const char *flag = argv[i];
    if (strcmp(flag, "--quiet") == 0 || strcmp(flag, "-q") == 0) {
      arguments->is_quiet = true;
    } else if (strcmp(flag, "--overwrite") == 0) {
      arguments->target.overwrite = true;
    } else if (strcmp(flag, "--clean") == 0) {
      generator_options_clean(&arguments->options);
    } else if (strncmp(flag, "--", 2) != 0) {
      return command_usage_error(&COMMAND_GENERATE, "unexpected argument '%s'", flag);
    } else {
      char name[64];
      const char *equals = strchr(flag, '=');
      size_t n_name = equals != NULL ? (size_t)(equals - flag - 2) : strlen(flag + 2);
      if (n_name >= sizeof name) return command_usage_error(&COMMAND_GENERATE, "unknown option %s", flag);
      memcpy(name, flag + 2, n_name);
      name[n_name] = '\0';
      const char *value = equals != NULL ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
      if (value == NULL) return command_usage_error(&COMMAND_GENERATE, "--%s needs a value", name);
      if (strcmp(name, "out") == 0) {
        arguments->target.directory = value;
      } else if (strcmp(name, "segment-bytes") == 0) {
        char *end;
        arguments->target.segment_bytes = strtoull(value, &end, 10);
        if (*end != '\0' || arguments->target.segment_bytes == 0) {
          return command_usage_error(&COMMAND_GENERATE, "--segment-bytes %s: expected a whole number", value);
        }
      } else if (!generator_options_set(&arguments->options, name, value, &error)) {
        if (error.hint[0] == '\0') return command_usage_error(&COMMAND_GENERATE, "%s", error.message);
        return command_usage_error(&COMMAND_GENERATE, "%s; %s", error.message, error.hint);
      }
    }
  }
  if (arguments->target.directory == NULL || arguments->target.directory[0] == '\0') {
    return command_usage_error(&COMMAND_GENERATE, "--out DIR is needed: where the topics' folders go");
  }
  if (arguments->options.max_events == 0 && arguments->options.duration_ms == 0) {
    return command_usage_error(&COMMAND_GENERATE, "--events N or --duration TIME is needed");
  }
  if (!generator_options_finish(&arguments->options, &error)) {
    return command_usage_error(&COMMAND_GENERATE, "%s", error.message);
  }
  return EXIT_OK;
}

static int generate_run(int argc, char **argv) {
  GenerateArguments arguments = {.target = {.is_stopped = &stop_signal}};
  int status = parse_arguments(argc, argv, &arguments);
  if (status != EXIT_OK) return status;

  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  GenerateReport report;
  Error error = {0};
  if (!generate_files(&arguments.options, &arguments.target, &report, &error)) return command_report_error(&error);
  clock_gettime(CLOCK_MONOTONIC, &end);
  if (arguments.is_quiet) return EXIT_OK;

  uint64_t elapsed_ns = (uint64_t)((end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec);
  char impressions[TEXT_MAX], clicks[TEXT_MAX], bytes[TEXT_MAX], duration[TEXT_MAX], rate[TEXT_MAX];
  printf("%s%s impressions and %s clicks, %s in %s (%s events/s)\n", stop_signal != 0 ? "stopped after " : "",
         text_count(report.impressions, impressions), text_count(report.clicks, clicks),
         text_bytes(report.bytes, bytes), text_duration(elapsed_ns, duration),
         text_rate((double)(report.impressions + report.clicks) * 1e9 / (double)(elapsed_ns + 1), rate));
  printf("in %s/ad_impressions and %s/ad_clicks; what is true about them: %s/truth.jsonl\n", arguments.target.directory,
         arguments.target.directory, arguments.target.directory);
  return EXIT_OK;
}

const Command COMMAND_GENERATE = {
    .name = "generate",
    .summary = "invent ad events: two topics with faults, and the truth about them",
    .help =
        "usage: weir generate --out DIR (--events N | --duration TIME) [OPTION]...\n"
        "\n"
        "Writes the topics DIR/ad_impressions/ and DIR/ad_clicks/, as segments of JSON\n"
        "lines in order of arrival, and DIR/truth.jsonl: the true cohort click-through\n"
        "rate of every campaign and minute, and every fault that was planted. The same\n"
        "seed and flags give the same bytes on any machine.\n"
        "\n"
        "  --out DIR                      where the topics go; made if need be\n"
        "  --overwrite                    delete the segments that are there already\n"
        "  --segment-bytes N              start a new segment after N bytes [67108864]\n"
        "  -q, --quiet                    say nothing but errors\n",
    .run = generate_run,
    .print_options = print_options,
};
