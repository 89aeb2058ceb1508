/* What is said when a run has ended: for people, and for machines. */
#ifndef WEIR_CMD_SUMMARY_H
#define WEIR_CMD_SUMMARY_H

#include <stdio.h>

#include "run/job.h"

typedef struct Summary {
  const Plan *plan;
  const Job *job;
  const char *stopped_by; /* "SIGINT"; NULL: it came to its end */
} Summary;

/* What was read, what each job made of it and where that is, what was left out and why. */
void summary_print(const Summary *summary, FILE *out);
/* The same as one JSON object in one line. */
void summary_print_json(const Summary *summary, FILE *out);

#endif
