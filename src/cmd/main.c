/* weir: finds the command and runs it. A command is a file of src/cmd/ and a line in COMMANDS. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "cmd/command.h"

extern const Command COMMAND_RUN;
extern const Command COMMAND_EXPLAIN;
extern const Command COMMAND_GENERATE;
extern const Command COMMAND_REPORT;

static const Command *const COMMANDS[] = {
    &COMMAND_RUN,
    &COMMAND_EXPLAIN,
    &COMMAND_GENERATE,
    &COMMAND_REPORT,
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static void print_help(FILE *out) {
  fprintf(out,
          "weir: the click-through rate of every campaign, this minute, from raw events.\n"
          "\n"
          "Runs Flink SQL files on one machine: one binary, no JVM, no broker. The same\n"
          "files run on Apache Flink.\n"
          "\n"
          "usage: weir COMMAND [OPTION]... [FILE]...\n"
          "\n");
  for (size_t c = 0; c < COMMAND_COUNT; c++) fprintf(out, "  %-10s %s\n", COMMANDS[c]->name, COMMANDS[c]->summary);
  fprintf(out,
          "\n"
          "weir COMMAND --help and man weir tell more; weir --version prints the version.\n"
          "Exit status: 0 done, 1 the job failed, 2 the command line or the SQL is wrong.\n");
}

/* A topic may have more segments than the usual soft limit of open files. */
static void raise_open_files_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* if this fails, the old limit holds */
  }
}

int main(int argc, char **argv) {
  raise_open_files_limit();
  if (argc < 2) {
    print_help(stderr);
    return EXIT_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
    print_help(stdout);
    return EXIT_OK;
  }
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
    printf("weir %s\n", WEIR_VERSION);
    return EXIT_OK;
  }
  const char *names[COMMAND_COUNT];
  for (size_t c = 0; c < COMMAND_COUNT; c++) {
    const Command *command = COMMANDS[c];
    names[c] = command->name;
    if (strcmp(name, command->name) != 0) continue;
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
      if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
        fputs(command->help, stdout);
        if (command->print_options != NULL) command->print_options();
        return EXIT_OK;
      }
    }
    return command->run(argc - 1, argv + 1);
  }
  const char *nearest = error_nearest_name(name, names, COMMAND_COUNT);
  fprintf(stderr, "weir: there is no command '%s'", name);
  if (nearest != NULL) fprintf(stderr, "; did you mean '%s'?", nearest);
  fprintf(stderr, "\nweir --help lists the commands.\n");
  return EXIT_USAGE;
}

int command_usage_error(const Command *command, const char *format, ...) {
  va_list arguments;
  fprintf(stderr, "weir %s: ", command->name);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, "\nweir %s --help tells how it is used.\n", command->name);
  return EXIT_USAGE;
}
