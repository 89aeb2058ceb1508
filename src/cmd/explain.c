/* weir explain: the plan of SQL files, and with --analyze what each operator of it did. */
#include "plan/explain.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/progress.h"
#include "cmd/script_files.h"
#include "cmd/stop_signal.h"
#include "cmd/summary.h"
#include "cmd/text.h"
#include "run/job.h"

extern const Command COMMAND_EXPLAIN;

typedef struct ExplainArguments {
  ScriptFiles files;
  bool is_analyzed;
} ExplainArguments;

/* What the notes below the operators are made of. */
typedef struct Analysis {
  const Job *job;
  uint64_t all_ns; /* of all operators together */
  Arena *arena;
} Analysis;

static int parse_arguments(int argc, char **argv, ExplainArguments *arguments) {
  static const struct option OPTIONS[] = {
      {"init", required_argument, NULL, 'i'},
      {"file", required_argument, NULL, 'f'},
      {"analyze", no_argument, NULL, 'a'},
      {NULL, 0, NULL, 0},
  };
  opterr = 0;
  optind = 1;
  int letter;
  while ((letter = getopt_long(argc, argv, ":i:f:", OPTIONS, NULL)) != -1) {
    switch (letter) {
      case 'i':
        script_files_add_init(&arguments->files, optarg);
        break;
      case 'f':
        script_files_add_job(&arguments->files, optarg);
        break;
      case 'a':
        arguments->is_analyzed = true;
        break;
      default:
        return command_option_error(&COMMAND_EXPLAIN, letter, argv);
    }
  }
  for (; optind < argc; optind++) script_files_add_job(&arguments->files, argv[optind]);
  if (arguments->files.n_jobs == 0) return command_usage_error(&COMMAND_EXPLAIN, "which SQL file is to be explained?");
  return EXIT_OK;
}

static const char *note_operator(void *context, const PlanNode *node) {
  Analysis *analysis = context;
  const OperatorStats *stats = &job_operator(analysis->job, node)->stats;
  char in[TEXT_MAX], out[TEXT_MAX], late[TEXT_MAX], time[TEXT_MAX], bytes[TEXT_MAX];
  double share = analysis->all_ns == 0 ? 0 : (double)stats->self_ns * 100 / (double)analysis->all_ns;
  const char *rows = node->n_inputs == 0 || stats->rows_in == stats->rows_out
                         ? arena_printf(analysis->arena, "%s rows", text_count(stats->rows_out, out))
                         : arena_printf(analysis->arena, "%s -> %s rows", text_count(stats->rows_in, in),
                                        text_count(stats->rows_out, out));
  const char *dropped =
      stats->rows_late == 0 ? "" : arena_printf(analysis->arena, ", %s late", text_count(stats->rows_late, late));
  const char *memory = stats->peak_state_bytes == 0
                           ? ""
                           : arena_printf(analysis->arena, ", at most %s", text_bytes(stats->peak_state_bytes, bytes));
  return arena_printf(analysis->arena, "%s%s, %s (%.0f %%)%s", rows, dropped, text_duration(stats->self_ns, time),
                      share, memory);
}

/* Runs the plan with timing on, then prints it with what was measured. */
static int analyze(const Compiler *compiler, const Plan *plan, Arena *arena) {
  Error error = {0};
  Progress progress = {.is_shown = isatty(STDERR_FILENO) == 1};
  JobSettings settings = {.is_timed = true,
                          .dead_letter_path = plan->dead_letter_path,
                          .commit_interval_ms = plan->commit_interval_ms,
                          .progress = progress_draw,
                          .context = &progress};
  Job *job = NULL;
  bool is_done = script_files_batch_rows(plan, &settings.batch_rows, &error);
  if (is_done) job = job_new(plan, &settings, &error);
  is_done = job != NULL && job_run(job, stop_signal_catch(), &error);
  progress_clear(&progress);
  int status = EXIT_OK;
  if (is_done) {
    Analysis analysis = {.job = job, .arena = arena};
    for (uint32_t n = 0; n < plan->n_nodes; n++) {
      analysis.all_ns += job_operator(job, plan->nodes[n])->stats.self_ns;
    }
    fputs(plan_explain(arena, plan, note_operator, &analysis), stdout);
    fflush(stdout);
    const char *signal_name = job_is_finished(job) ? NULL : stop_signal_name();
    summary_print(&(Summary){.plan = plan, .job = job, .stopped_by = signal_name}, stderr);
    if (signal_name != NULL && job_is_bounded(job)) status = EXIT_FAILED;
  } else {
    status = command_report_script_error(&error, compiler);
  }
  job_free(job);
  return status;
}

static int explain_run(int argc, char **argv) {
  ExplainArguments arguments = {0};
  Compiler *compiler = NULL;
  const Plan *plan = NULL;
  int status = parse_arguments(argc, argv, &arguments);
  if (status == EXIT_OK) status = script_files_compile(&arguments.files, &compiler, &plan);
  if (status == EXIT_OK) {
    script_files_print_notes(compiler);
    Arena *arena = arena_new(4096);
    if (arguments.is_analyzed) {
      status = analyze(compiler, plan, arena);
    } else {
      fputs(plan_explain(arena, plan, NULL, NULL), stdout);
    }
    arena_release(arena);
  }
  compiler_free(compiler);
  script_files_free(&arguments.files);
  return status;
}

const Command COMMAND_EXPLAIN = {
    .name = "explain",
    .summary = "show how SQL files would run, or measure how they do",
    .help =
        "usage: weir explain [-i INIT.sql]... [--analyze] JOB.sql...\n"
        "\n"
        "Prints the operators that weir run would make of the files: a tree per job, with\n"
        "the sink on top. What several jobs share is written out once. Nothing is read or\n"
        "written.\n"
        "\n"
        "  -i, --init FILE  settings and tables for all jobs, as for weir run\n"
        "  -f, --file FILE  a job file; the same as FILE alone\n"
        "      --analyze    run the jobs, results and all, and say of every operator how\n"
        "                   many rows came in and went out, how many were dropped as\n"
        "                   late, how much time it took by itself, and how much memory\n"
        "                   its state held at most\n"
        "\n"
        "example:\n"
        "  weir explain -i jobs/tables/files.sql jobs/ctr_by_campaign.sql\n",
    .run = explain_run,
};
