/* From plan to running parts: an operator per node, connected as the plan says. The only place that knows both
 * halves of weir. */
#ifndef WEIR_RUN_BUILD_H
#define WEIR_RUN_BUILD_H

#include "run/job.h"

struct DeadLetter;

typedef struct NamedSink {
  const char *name;
  Sink *sink;
} NamedSink;

typedef struct JobParts {
  const Plan *plan;
  Operator **operators; /* by node id; a scan's is scan_operator() and belongs to the scan */
  Scan **scans;
  uint32_t n_scans;
  NamedSink *sinks;
  uint32_t n_sinks;
  struct DeadLetter *dead_letters; /* NULL: skipped records are only counted */
} JobParts;

/* Opens and connects everything. On failure *parts holds what was made so far: free it all the same. */
bool job_build(JobParts *parts, const Plan *plan, const JobSettings *settings, Error *error);
/* Pushes the rows of VALUES nodes: they need no loop. */
bool job_push_values(JobParts *parts, Error *error);
/* Closes sinks (what was not committed is discarded) and frees everything. */
void job_parts_free(JobParts *parts);

#endif
