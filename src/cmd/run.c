/* weir run: Flink SQL files, run on this machine. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/progress.h"
#include "cmd/row_printer.h"
#include "cmd/script_files.h"
#include "cmd/stop_signal.h"
#include "cmd/summary.h"
#include "run/job.h"

extern const Command COMMAND_RUN;

typedef struct RunArguments {
  ScriptFiles files;
  RowStyle rows;
  bool is_quiet;
  bool is_json;
} RunArguments;

/* What the callbacks of a running job share. */
typedef struct Running {
  Progress progress;
  RowPrinter *printer;
  Error print_error; /* a progress callback can't fail: what it could not print fails the run afterwards */
  atomic_bool *stop;
} Running;

/* Returns EXIT_OK, or the exit status after saying what is wrong. */
static int parse_arguments(int argc, char **argv, RunArguments *arguments) {
  static const struct option OPTIONS[] = {
      {"init", required_argument, NULL, 'i'}, {"file", required_argument, NULL, 'f'}, {"quiet", no_argument, NULL, 'q'},
      {"json", no_argument, NULL, 'j'},       {"rows", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0},
  };
  bool has_rows = false;
  opterr = 0;
  optind = 1;
  int letter;
  while ((letter = getopt_long(argc, argv, ":i:f:q", OPTIONS, NULL)) != -1) {
    switch (letter) {
      case 'i':
        script_files_add_init(&arguments->files, optarg);
        break;
      case 'f':
        script_files_add_job(&arguments->files, optarg);
        break;
      case 'q':
        arguments->is_quiet = true;
        break;
      case 'j':
        arguments->is_json = true;
        break;
      case 'r':
        has_rows = true;
        if (row_style_find(optarg, &arguments->rows)) break;
        return command_usage_error(&COMMAND_RUN, "--rows %s: expected %s", optarg, row_style_names);
      default:
        return command_option_error(&COMMAND_RUN, letter, argv);
    }
  }
  for (; optind < argc; optind++) script_files_add_job(&arguments->files, argv[optind]);
  if (arguments->is_json && !has_rows) arguments->rows = ROWS_JSON;
  if (arguments->files.n_jobs == 0) return command_usage_error(&COMMAND_RUN, "which SQL file is to be run?");
  return EXIT_OK;
}

static bool collect_rows(void *context, const PlanJob *job, const Batch *batch, Error *error) {
  Running *running = context;
  progress_clear(&running->progress);
  return row_printer_add(running->printer, job, batch, error);
}

static void show_progress(void *context, const Job *job) {
  Running *running = context;
  size_t n_bytes = 0;
  if (running->print_error.kind != ERROR_NONE) return;
  if (row_printer_has_jobs(running->printer)) progress_clear(&running->progress);
  if (!row_printer_flush(running->printer, &n_bytes, &running->print_error)) {
    atomic_store(running->stop, true);
  } else if (n_bytes == 0) {
    progress_draw(&running->progress, job);
  }
}

/* EXPLAIN statements in the files. */
static void print_explanations(const Compiler *compiler) {
  uint32_t n_explanations;
  const char *const *explanations = compiler_explanations(compiler, &n_explanations);
  for (uint32_t e = 0; e < n_explanations; e++) {
    size_t n_bytes = strlen(explanations[e]);
    fputs(explanations[e], stdout);
    if (n_bytes == 0 || explanations[e][n_bytes - 1] != '\n') fputc('\n', stdout);
  }
}

/* How a job ended that did not fail by itself. */
static int finish_run(const RunArguments *arguments, const Plan *plan, const Job *job) {
  const char *signal_name = job_is_finished(job) ? NULL : stop_signal_name();
  Summary summary = {.plan = plan, .job = job, .stopped_by = signal_name};
  if (arguments->is_json) {
    summary_print_json(&summary, stdout);
  } else if (!arguments->is_quiet) {
    fflush(stdout);
    summary_print(&summary, stderr);
  }
  if (fflush(stdout) != 0) {
    Error error = {0};
    error_set(&error, ERROR_RUNTIME, "cannot write to standard output: %s", strerror(errno));
    return command_report_error(&error);
  }
  return signal_name == NULL || !job_is_bounded(job) ? EXIT_OK : EXIT_FAILED;
}

static int run_plan(const RunArguments *arguments, const Compiler *compiler, const Plan *plan) {
  Error error = {0};
  Running running = {.stop = stop_signal_catch()};
  running.progress.is_shown = isatty(STDERR_FILENO) == 1 && !arguments->is_quiet && !arguments->is_json;
  running.printer = row_printer_new(plan, arguments->rows, &error);
  JobSettings settings = {.dead_letter_path = plan->dead_letter_path,
                          .commit_interval_ms = plan->commit_interval_ms,
                          .collect = collect_rows,
                          .progress = show_progress,
                          .context = &running};
  Job *job = NULL;
  bool is_done = running.printer != NULL && script_files_batch_rows(plan, &settings.batch_rows, &error);
  if (is_done) job = job_new(plan, &settings, &error);
  is_done = job != NULL;
  if (is_done) {
    row_printer_set_followed(running.printer, !job_is_bounded(job));
    is_done = job_run(job, running.stop, &error);
    progress_clear(&running.progress);
    if (is_done && running.print_error.kind != ERROR_NONE) {
      error = running.print_error;
      is_done = false;
    }
    is_done = is_done && row_printer_finish(running.printer, &error);
  }
  bool is_unread = running.printer != NULL && row_printer_is_unread(running.printer);
  int status = is_unread ? EXIT_FAILED
               : is_done ? finish_run(arguments, plan, job)
                         : command_report_script_error(&error, compiler);
  job_free(job);
  row_printer_free(running.printer);
  if (is_unread) stop_signal_die_of_pipe();
  return status;
}

static int run_run(int argc, char **argv) {
  RunArguments arguments = {0};
  Compiler *compiler = NULL;
  const Plan *plan = NULL;
  int status = parse_arguments(argc, argv, &arguments);
  if (status == EXIT_OK) status = script_files_compile(&arguments.files, &compiler, &plan);
  if (status == EXIT_OK) {
    if (!arguments.is_quiet) script_files_print_notes(compiler);
    print_explanations(compiler);
    if (plan->n_jobs > 0) {
      status = run_plan(&arguments, compiler, plan);
    } else if (!arguments.is_quiet) {
      uint32_t n_explanations;
      (void)compiler_explanations(compiler, &n_explanations);
      if (n_explanations == 0) fprintf(stderr, "note: nothing to run: there is no INSERT and no SELECT\n");
    }
  }
  compiler_free(compiler);
  script_files_free(&arguments.files);
  return status;
}

const Command COMMAND_RUN = {
    .name = "run",
    .summary = "run SQL files until their input ends, or follow it",
    .help =
        "usage: weir run [-i INIT.sql]... [OPTION]... JOB.sql...\n"
        "\n"
        "Runs the INSERTs and SELECTs of Flink SQL files in one process. All files are\n"
        "checked before anything runs, and a table that several jobs read is read once.\n"
        "Folders are read to their end, or followed where a table's options say so\n"
        "('source.monitor-interval'). Ctrl-C ends a followed run; what is complete by\n"
        "then is in the results.\n"
        "\n"
        "Results go where the CREATE TABLE statements say. Standard output gets the rows\n"
        "of bare SELECTs and of tables of the print connector; progress and the summary\n"
        "go to standard error.\n"
        "\n"
        "  -i, --init FILE   settings and tables for all jobs; of several, in this order\n"
        "  -f, --file FILE   a job file, as Flink's sql-client.sh takes it; the same as\n"
        "                    FILE alone. Each job file works on its own copy of what the\n"
        "                    -i files set up. - is standard input\n"
        "      --rows STYLE  how a SELECT's rows are printed [table]\n"
        "                      table  aligned columns under a header\n"
        "                      csv    comma-separated, under a line of names\n"
        "                      json   one object a line\n"
        "                      flink  as Flink prints them: +I[a, 1, null]\n"
        "      --json        the summary as one JSON object, the last line of standard\n"
        "                    output; rows are json too unless --rows says otherwise\n"
        "  -q, --quiet       no progress, no notes, no summary: errors only\n"
        "\n"
        "WEIR_BATCH_ROWS=N in the environment sets the rows per batch. Results do not\n"
        "depend on it.\n"
        "\n"
        "Exit status: 0 when the input has ended, or a signal has ended a followed run;\n"
        "1 when the run failed, or was interrupted before the end of its input; 2 when\n"
        "the command line or the SQL is wrong.\n"
        "\n"
        "examples:\n"
        "  weir run -i jobs/tables/files.sql jobs/ctr_by_campaign.sql\n"
        "  echo 'SELECT 1 + 1;' | weir run -\n",
    .run = run_run,
};
