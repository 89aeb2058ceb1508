/* See stop_signal.h. */
#include "cmd/stop_signal.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

#include "cmd/command.h"

static atomic_bool stop;
static atomic_int signal_number;

static void on_signal(int number) {
  atomic_store(&signal_number, number);
  atomic_store(&stop, true);
}

atomic_bool *stop_signal_catch(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  return &stop;
}

const char *stop_signal_name(void) {
  switch (atomic_load(&signal_number)) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    default:
      return NULL;
  }
}

void stop_signal_die_of_pipe(void) {
  signal(SIGPIPE, SIG_DFL);
  raise(SIGPIPE);
  exit(EXIT_FAILED); /* where the signal is blocked */
}
