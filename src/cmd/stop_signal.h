/* SIGINT and SIGTERM as a wish to end: what is open is finished first. */
#ifndef WEIR_CMD_STOP_SIGNAL_H
#define WEIR_CMD_STOP_SIGNAL_H

#include <stdatomic.h>

/* From now on the first of these signals sets the flag that is returned; the second one ends the process as ever.
 * Writing to a pipe that nobody reads, or past `ulimit -f`, fails instead of killing the process, so that results are
 * never left half written for the sake of a `| head`. */
atomic_bool *stop_signal_catch(void);
/* "SIGINT", "SIGTERM"; NULL when none has come. */
const char *stop_signal_name(void);
/* Ends the process as SIGPIPE would have. */
_Noreturn void stop_signal_die_of_pipe(void);

#endif
