/* How a command says that it failed. */
#include <getopt.h>
#include <stdio.h>

#include "cmd/command.h"
#include "plan/compile.h"
#include "sql/sql_error.h"

static int exit_status(const Error *error) {
  return error->kind == ERROR_USAGE || error->kind == ERROR_UNSUPPORTED ? EXIT_USAGE : EXIT_FAILED;
}

int command_report_error(const Error *error) { return command_report_script_error(error, NULL); }

int command_report_script_error(const Error *error, const struct Compiler *compiler) {
  fflush(stdout); /* rows that came before the error stand before it */
  if (error->place.line == 0) {
    fprintf(stderr, "weir: %s\n", error->message);
    if (error->hint[0] != '\0') fprintf(stderr, "hint: %s\n", error->hint);
  } else {
    const Script *script =
        compiler == NULL || error->place.file == NULL ? NULL : compiler_script(compiler, error->place.file);
    sql_error_print(stderr, error, script == NULL ? NULL : script->text, script == NULL ? 0 : script->n_bytes);
  }
  return exit_status(error);
}

int command_option_error(const Command *command, int letter, char *const *argv) {
  const char *argument = argv[optind - 1];
  bool is_short = optopt > ' ' && (argument[0] != '-' || argument[1] != '-');
  if (letter == ':' && is_short) return command_usage_error(command, "-%c needs a value", optopt);
  if (letter == ':') return command_usage_error(command, "%s needs a value", argument);
  if (is_short) return command_usage_error(command, "unknown option -%c", optopt);
  return command_usage_error(command, "%s %s", optopt != 0 ? "no value may follow" : "unknown option", argument);
}
