/* The progress line of a running job on a terminal: share of bytes, events a second, event time reached. */
#ifndef WEIR_CMD_PROGRESS_H
#define WEIR_CMD_PROGRESS_H

#include "run/job.h"

typedef struct Progress {
  bool is_shown; /* stderr is a terminal, and neither --quiet nor --json was asked for */
  bool is_drawn;
} Progress;

/* A JobSettings.progress callback; `context` is a Progress. */
void progress_draw(void *context, const Job *job);
/* Removes the line, so that what follows starts on a clean one. */
void progress_clear(Progress *progress);

#endif
