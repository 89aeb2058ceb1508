/* A command of the weir binary: one file each, one line in main.c's table. */
#ifndef WEIR_CMD_COMMAND_H
#define WEIR_CMD_COMMAND_H

#include "vec/error.h"

struct Compiler;

/* Exit statuses of every command. */
enum {
  EXIT_OK = 0,
  EXIT_FAILED = 1, /* the job or the machine failed: disk full, a file that can't be read, a row that can't be cast */
  EXIT_USAGE = 2   /* the command line or the SQL is wrong */
};

typedef struct Command {
  const char *name;
  const char *summary;               /* for `weir --help`: one line, no full stop */
  const char *help;                  /* for `weir NAME --help`: synopsis, what it does, its options, an example */
  int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns the exit status */
  void (*print_options)(void);       /* after help, to stdout: options that are listed in a table; or NULL */
} Command;

/* Prints "weir: MESSAGE" (and the hint, and the SQL line where there is a place) to stderr and returns the exit status
 * for that kind of error. */
int command_report_error(const Error *error);
/* The same for an error in a script of the compiler's, which may have come from standard input; NULL is allowed. */
int command_report_script_error(const Error *error, const struct Compiler *compiler);
/* "weir NAME: MESSAGE" and where to find help; returns EXIT_USAGE. */
int command_usage_error(const Command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for what getopt_long has just refused: `letter` is ':' (a value is missing) or '?'. */
int command_option_error(const Command *command, int letter, char *const *argv);

#endif
