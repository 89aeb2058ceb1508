/* The loop of job.h. What a plan becomes is built in build.c; this file only drives it. */
#include "run/job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/dead_letter.h"
#include "run/build.h"
#include "vec/memory.h"

enum { PROGRESS_INTERVAL_MS = 100, IDLE_SLEEP_MS = 5, CLOCK_EVERY_STEPS = 16 };

struct Job {
  JobParts parts;
  JobSettings settings;
  bool *is_idle; /* per scan: nothing to read when last asked */
  bool *is_ended;
  int64_t *idle_since_ms;
  uint64_t started_ns;
  uint64_t elapsed_ns;
  int64_t next_progress_ms;
  int64_t next_commit_ms;
  bool is_finished;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

Job *job_new(const Plan *plan, const JobSettings *settings, Error *error) {
  Job *job = memory_alloc_zeroed(1, sizeof *job);
  job->settings = *settings;
  if (!job_build(&job->parts, plan, settings, error)) {
    job_free(job);
    return NULL;
  }
  size_t n_scans = job->parts.n_scans + 1; /* a plan over VALUES has none */
  job->is_idle = memory_alloc_zeroed(n_scans, sizeof *job->is_idle);
  job->is_ended = memory_alloc_zeroed(n_scans, sizeof *job->is_ended);
  job->idle_since_ms = memory_alloc_zeroed(n_scans, sizeof *job->idle_since_ms);
  return job;
}

void job_free(Job *job) {
  if (job == NULL) return;
  job_parts_free(&job->parts);
  free(job->is_idle);
  free(job->is_ended);
  free(job->idle_since_ms);
  free(job);
}

/* The table furthest behind in event time among those that may have something to read; tables without row time, which
 * count as being at the beginning of time, go one after the other. -1: none. */
static int lowest_scan(const Job *job) {
  int lowest = -1;
  int64_t lowest_us = 0;
  for (uint32_t s = 0; s < job->parts.n_scans; s++) {
    if (job->is_ended[s] || job->is_idle[s]) continue;
    int64_t watermark_us = scan_watermark_us(job->parts.scans[s]);
    if (lowest < 0 || watermark_us < lowest_us) {
      lowest = (int)s;
      lowest_us = watermark_us;
    }
  }
  return lowest;
}

/* A table that has been quiet for longer than its idle timeout no longer holds the others back: as Flink leaves an idle
 * input out of the minimum, its watermark follows the lowest of the tables that are not idle. */
static bool advance_idle_scans(Job *job, int64_t now_ms, Error *error) {
  int64_t others_us = WATERMARK_END;
  bool any_timed_out = false;
  for (uint32_t s = 0; s < job->parts.n_scans; s++) {
    if (job->is_ended[s] || !scan_has_row_time(job->parts.scans[s])) continue;
    int64_t timeout_ms = scan_idle_timeout_ms(job->parts.scans[s]);
    if (job->is_idle[s] && timeout_ms > 0 && now_ms - job->idle_since_ms[s] >= timeout_ms) {
      any_timed_out = true;
    } else if (scan_watermark_us(job->parts.scans[s]) < others_us) {
      others_us = scan_watermark_us(job->parts.scans[s]);
    }
  }
  if (!any_timed_out || others_us == WATERMARK_END) return true;
  for (uint32_t s = 0; s < job->parts.n_scans; s++) {
    Scan *scan = job->parts.scans[s];
    if (job->is_ended[s] || !job->is_idle[s] || !scan_has_row_time(scan)) continue;
    int64_t timeout_ms = scan_idle_timeout_ms(scan);
    if (timeout_ms > 0 && now_ms - job->idle_since_ms[s] >= timeout_ms && scan_watermark_us(scan) < others_us &&
        !scan_advance_watermark(scan, others_us, error)) {
      return false;
    }
  }
  return true;
}

static bool commit_sinks(Job *job, Error *error) {
  for (uint32_t s = 0; s < job->parts.n_sinks; s++) {
    Sink *sink = job->parts.sinks[s].sink;
    if (!sink->commit(sink, error)) return false;
  }
  return true;
}

/* What happens now and then, by the clock: progress, visible results, idle tables. */
static bool do_housekeeping(Job *job, Error *error) {
  uint64_t now = now_ns();
  int64_t now_ms = (int64_t)(now / 1000000);
  job->elapsed_ns = now - job->started_ns;
  if (now_ms >= job->next_progress_ms) {
    job->next_progress_ms = now_ms + PROGRESS_INTERVAL_MS;
    if (job->settings.progress != NULL) job->settings.progress(job->settings.context, job);
  }
  if (!job_is_bounded(job) && now_ms >= job->next_commit_ms) {
    job->next_commit_ms = now_ms + job->settings.commit_interval_ms;
    if (!commit_sinks(job, error)) return false;
  }
  return advance_idle_scans(job, now_ms, error);
}

/* A scan is nobody's output, so the time that it spends itself is taken here. */
static ScanResult step_scan(Job *job, uint32_t s, Error *error) {
  Scan *scan = job->parts.scans[s];
  if (!job->settings.is_timed) return scan_step(scan, error);
  Operator *source = scan_operator(scan);
  uint64_t start_ns = now_ns();
  source->children_ns = 0;
  ScanResult result = scan_step(scan, error);
  source->stats.self_ns += now_ns() - start_ns - source->children_ns;
  return result;
}

static bool run_scans(Job *job, const atomic_bool *stop, Error *error) {
  uint32_t n_live = job->parts.n_scans;
  uint64_t n_steps = 0;
  while (n_live > 0 && !atomic_load_explicit(stop, memory_order_relaxed)) {
    if (n_steps++ % CLOCK_EVERY_STEPS == 0 && !do_housekeeping(job, error)) return false;
    int s = lowest_scan(job);
    if (s < 0) { /* all are idle: wait a moment, then ask again */
      struct timespec moment = {.tv_nsec = IDLE_SLEEP_MS * 1000000L};
      nanosleep(&moment, NULL);
      memset(job->is_idle, 0, job->parts.n_scans * sizeof *job->is_idle);
      n_steps = 0;
      continue;
    }
    switch (step_scan(job, (uint32_t)s, error)) {
      case SCAN_PROGRESS:
        job->idle_since_ms[s] = 0;
        break;
      case SCAN_IDLE:
        job->is_idle[s] = true;
        if (job->idle_since_ms[s] == 0) job->idle_since_ms[s] = (int64_t)(now_ns() / 1000000);
        break;
      case SCAN_END:
        job->is_ended[s] = true;
        n_live--;
        break;
      case SCAN_ERROR:
        return false;
    }
  }
  job->is_finished = n_live == 0;
  return true;
}

bool job_run(Job *job, const atomic_bool *stop, Error *error) {
  job->started_ns = now_ns();
  job->next_commit_ms = (int64_t)(job->started_ns / 1000000) + job->settings.commit_interval_ms;
  bool ok = job_push_values(&job->parts, error) && run_scans(job, stop, error) && commit_sinks(job, error);
  if (job->parts.dead_letters != NULL) {
    Error aside = {0};
    bool kept = dead_letter_commit(job->parts.dead_letters, &aside);
    if (ok && !kept) *error = aside;
    ok = ok && kept;
  }
  job->elapsed_ns = now_ns() - job->started_ns;
  return ok;
}

bool job_is_bounded(const Job *job) {
  for (uint32_t s = 0; s < job->parts.n_scans; s++) {
    if (!scan_is_bounded(job->parts.scans[s])) return false;
  }
  return true;
}

bool job_is_finished(const Job *job) { return job->is_finished; }

void job_stats(const Job *job, JobStats *stats) {
  *stats = (JobStats){.event_time_us = WATERMARK_END, .elapsed_ns = job->elapsed_ns};
  bool knows_size = true;
  for (uint32_t s = 0; s < job->parts.n_scans; s++) {
    ScanStats scan;
    scan_stats(job->parts.scans[s], &scan);
    stats->rows_read += scan.rows_read;
    stats->rows_bad += scan.rows_bad;
    stats->bytes_read += scan.bytes_read;
    stats->bytes_known += scan.bytes_known;
    knows_size = knows_size && (scan.bytes_known > 0 || scan.n_splits == 0);
    if (scan_has_row_time(job->parts.scans[s]) && scan_watermark_us(job->parts.scans[s]) < stats->event_time_us) {
      stats->event_time_us = scan_watermark_us(job->parts.scans[s]);
    }
  }
  if (!knows_size) stats->bytes_known = 0;
  if (stats->event_time_us == WATERMARK_END) stats->event_time_us = WATERMARK_NONE;
  for (uint32_t n = 0; n < job->parts.plan->n_nodes; n++) {
    if (job->parts.operators[n] != NULL) stats->rows_late += job->parts.operators[n]->stats.rows_late;
  }
  if (job->parts.dead_letters != NULL) stats->rows_kept_aside = dead_letter_kept(job->parts.dead_letters);
}

uint32_t job_table_count(const Job *job) { return job->parts.n_scans; }

void job_table(const Job *job, uint32_t index, JobTable *table) {
  assert(index < job->parts.n_scans);
  table->name = scan_table_name(job->parts.scans[index]);
  scan_stats(job->parts.scans[index], &table->stats);
}

uint32_t job_sink_count(const Job *job) { return job->parts.n_sinks; }

void job_sink(const Job *job, uint32_t index, JobSink *sink) {
  assert(index < job->parts.n_sinks);
  const Sink *source = job->parts.sinks[index].sink;
  *sink = (JobSink){.name = job->parts.sinks[index].name, .place = source->place, .rows = source->written_rows};
}

const Operator *job_operator(const Job *job, const PlanNode *node) { return job->parts.operators[node->id]; }
