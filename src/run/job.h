/* A running plan: scans, operators and sinks, and the loop that drives them.
 *
 * The loop reads, each time, the table that is furthest behind in event time, so that inputs of joins and unions
 * advance together and what they must remember stays small. One thread; a process may run several.
 */
#ifndef WEIR_RUN_JOB_H
#define WEIR_RUN_JOB_H

#include <stdatomic.h>

#include "ops/operator.h"
#include "plan/plan.h"
#include "run/scan.h"

typedef struct Job Job;

typedef struct JobSettings {
  uint32_t batch_rows;          /* 1..BATCH_ROWS_MAX */
  bool is_timed;                /* time per operator, for EXPLAIN ANALYZE */
  const char *dead_letter_path; /* where skipped records are kept; NULL: only counted */
  int64_t commit_interval_ms;   /* followed (unbounded) sources: how often results become visible */
  /* Rows of a bare SELECT: `batch` is borrowed. NULL: they are counted and dropped. */
  bool (*collect)(void *context, const PlanJob *job, const Batch *batch, Error *error);
  /* Called about ten times a second; NULL: never. */
  void (*progress)(void *context, const Job *running);
  void *context;
} JobSettings;

/* How a job is going, or went. */
typedef struct JobStats {
  uint64_t rows_read;       /* of all tables */
  uint64_t rows_bad;        /* malformed, skipped */
  uint64_t rows_kept_aside; /* of those, written to the dead-letter path */
  uint64_t rows_late;       /* dropped by operators */
  uint64_t bytes_read;
  uint64_t bytes_known;  /* 0: unknown */
  int64_t event_time_us; /* lowest watermark over the tables with row time; WATERMARK_NONE: none yet */
  uint64_t elapsed_ns;
} JobStats;

typedef struct JobTable {
  const char *name;
  ScanStats stats;
} JobTable;

typedef struct JobSink {
  const char *name;  /* table */
  const char *place; /* folder; NULL: none */
  uint64_t rows;
} JobSink;

/* Opens sources and sinks. The plan must outlive the job. NULL with *error when something can't be opened. */
Job *job_new(const Plan *plan, const JobSettings *settings, Error *error);
/* Runs to the end of bounded inputs, or until *stop becomes true. What was complete by then is committed; windows
 * still open at a stop are not emitted, since they would be wrong. False with *error when the job fails; nothing
 * that had not been committed is visible then. */
bool job_run(Job *job, const atomic_bool *stop, Error *error);
void job_free(Job *job);

bool job_is_bounded(const Job *job);
/* Whether job_run came to the end of all inputs. */
bool job_is_finished(const Job *job);
void job_stats(const Job *job, JobStats *stats);
uint32_t job_table_count(const Job *job);
void job_table(const Job *job, uint32_t index, JobTable *table);
uint32_t job_sink_count(const Job *job);
void job_sink(const Job *job, uint32_t index, JobSink *sink);
/* The operator that runs a node of the plan, for its counters. */
const Operator *job_operator(const Job *job, const PlanNode *node);

#endif
