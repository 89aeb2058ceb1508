/* See summary.h. */
#include "cmd/summary.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/table_text.h"
#include "cmd/text.h"
#include "format/byte_buffer.h"
#include "format/json_write.h"
#include "vec/memory.h"

typedef struct JobOutcome {
  uint64_t rows;     /* out */
  uint64_t late;     /* dropped on the way to this job; a shared operator's count in each of its jobs */
  const char *place; /* NULL: none */
} JobOutcome;

static void mark_reached(const PlanNode *node, bool *is_reached) {
  if (is_reached[node->id]) return;
  is_reached[node->id] = true;
  for (uint32_t i = 0; i < node->n_inputs; i++) mark_reached(node->inputs[i], is_reached);
}

/* The sinks of a job are numbered in the order of their nodes. */
static uint32_t sink_index(const Plan *plan, const PlanNode *sink) {
  uint32_t index = 0;
  for (uint32_t n = 0; n < sink->id; n++) index += plan->nodes[n]->kind == PLAN_SINK;
  return index;
}

static JobOutcome job_outcome(const Summary *summary, const PlanJob *plan_job) {
  JobOutcome outcome = {0};
  bool *is_reached = memory_alloc_zeroed(summary->plan->n_nodes + 1, sizeof *is_reached);
  mark_reached(plan_job->root, is_reached);
  for (uint32_t n = 0; n < summary->plan->n_nodes; n++) {
    if (is_reached[n]) outcome.late += job_operator(summary->job, summary->plan->nodes[n])->stats.rows_late;
  }
  free(is_reached);
  if (plan_job->root->kind == PLAN_SINK) {
    JobSink sink;
    job_sink(summary->job, sink_index(summary->plan, plan_job->root), &sink);
    outcome.rows = sink.rows;
    outcome.place = sink.place;
  } else {
    outcome.rows = job_operator(summary->job, plan_job->root)->stats.rows_in;
  }
  return outcome;
}

static double rows_per_second(const JobStats *stats) {
  return stats->elapsed_ns == 0 ? 0 : (double)stats->rows_read * 1e9 / (double)stats->elapsed_ns;
}

/* --- for people --- */

static void print_tables(const Summary *summary, FILE *out) {
  fputc('\n', out);
  TableText *table = table_text_new(5);
  table_text_column(table, "table", false);
  table_text_column(table, "files", true);
  table_text_column(table, "bytes", true);
  table_text_column(table, "events", true);
  table_text_column(table, "malformed", true);
  for (uint32_t t = 0; t < job_table_count(summary->job); t++) {
    JobTable read;
    char bytes[TEXT_MAX];
    job_table(summary->job, t, &read);
    table_text_add(table, read.name);
    table_text_add_count(table, read.stats.n_splits);
    table_text_add(table, text_bytes(read.stats.bytes_read, bytes));
    table_text_add_count(table, read.stats.rows_read);
    table_text_add_count(table, read.stats.rows_bad);
  }
  table_text_print(table, "  ", out);
}

static void print_jobs(const Summary *summary, FILE *out) {
  fputc('\n', out);
  TableText *table = table_text_new(4);
  table_text_column(table, "job", false);
  table_text_column(table, "rows out", true);
  table_text_column(table, "late", true);
  table_text_column(table, "results", false);
  for (uint32_t j = 0; j < summary->plan->n_jobs; j++) {
    const PlanJob *plan_job = &summary->plan->jobs[j];
    JobOutcome outcome = job_outcome(summary, plan_job);
    table_text_add(table, plan_job->name);
    table_text_add_count(table, outcome.rows);
    table_text_add_count(table, outcome.late);
    if (outcome.place != NULL) {
      table_text_add(table, outcome.place);
    } else {
      table_text_add(table, plan_job->root->kind == PLAN_COLLECT ? "standard output" : "-");
    }
  }
  table_text_print(table, "  ", out);
}

static void print_left_out(const Summary *summary, const JobStats *stats, FILE *out) {
  char count[TEXT_MAX];
  if (stats->rows_late + stats->rows_bad > 0) fputc('\n', out);
  if (stats->rows_late > 0) {
    fprintf(out, "%s row%s came too late for what they belong to, and were left out.\n",
            text_count(stats->rows_late, count), stats->rows_late == 1 ? "" : "s");
  }
  if (stats->rows_bad == 0) return;
  fprintf(out, "%s malformed event%s skipped", text_count(stats->rows_bad, count), stats->rows_bad == 1 ? "" : "s");
  if (stats->rows_kept_aside > 0) {
    fprintf(out, "; %s kept aside in %s.\n", text_count(stats->rows_kept_aside, count),
            summary->plan->dead_letter_path);
  } else {
    fprintf(out, "; SET 'weir.dead-letter.path' = 'FOLDER' would keep them.\n");
  }
}

void summary_print(const Summary *summary, FILE *out) {
  JobStats stats;
  job_stats(summary->job, &stats);
  char events[TEXT_MAX], bytes[TEXT_MAX], duration[TEXT_MAX], rate[TEXT_MAX], time[TEXT_MAX];
  if (summary->stopped_by != NULL) {
    fprintf(out, "Stopped by %s", summary->stopped_by);
    if (stats.event_time_us != WATERMARK_NONE) {
      fprintf(out, " when event time was %s", text_time(stats.event_time_us, time));
    }
    fprintf(out, ": windows complete by then are in the results, open ones are not.\n");
  }
  if (job_table_count(summary->job) > 0) {
    fprintf(out, "%s events (%s) in %s: %s events/s\n", text_count(stats.rows_read, events),
            text_bytes(stats.bytes_read, bytes), text_duration(stats.elapsed_ns, duration),
            text_rate(rows_per_second(&stats), rate));
    print_tables(summary, out);
  }
  if (job_sink_count(summary->job) > 0) print_jobs(summary, out); /* of SELECTs, the rows themselves tell */
  print_left_out(summary, &stats, out);
}

/* --- for machines --- */

static void key(ByteBuffer *out, const char *name) {
  char last = out->n_bytes == 0 ? '{' : out->bytes[out->n_bytes - 1];
  if (last != '{' && last != '[') byte_buffer_append_byte(out, ',');
  json_write_string(out, name, strlen(name), JSON_ASTRAL_PLAIN);
  byte_buffer_append_byte(out, ':');
}

static void put_text(ByteBuffer *out, const char *name, const char *text) {
  key(out, name);
  if (text == NULL) {
    byte_buffer_append_text(out, "null");
  } else {
    json_write_string(out, text, strlen(text), JSON_ASTRAL_PLAIN);
  }
}

static void put_number(ByteBuffer *out, const char *name, uint64_t number) {
  char text[TEXT_MAX];
  snprintf(text, sizeof text, "%llu", (unsigned long long)number);
  key(out, name);
  byte_buffer_append_text(out, text);
}

static void put_decimal(ByteBuffer *out, const char *name, double number, int n_digits) {
  char text[TEXT_MAX];
  snprintf(text, sizeof text, "%.*f", n_digits, number);
  key(out, name);
  byte_buffer_append_text(out, text);
}

static void put_boolean(ByteBuffer *out, const char *name, bool is_true) {
  key(out, name);
  byte_buffer_append_text(out, is_true ? "true" : "false");
}

static void open_item(ByteBuffer *out, uint32_t index) { byte_buffer_append_text(out, index == 0 ? "{" : ",{"); }

static void put_tables(ByteBuffer *out, const Job *job) {
  key(out, "tables");
  byte_buffer_append_byte(out, '[');
  for (uint32_t t = 0; t < job_table_count(job); t++) {
    JobTable table;
    job_table(job, t, &table);
    open_item(out, t);
    put_text(out, "name", table.name);
    put_number(out, "events", table.stats.rows_read);
    put_number(out, "malformed", table.stats.rows_bad);
    put_number(out, "bytes", table.stats.bytes_read);
    put_number(out, "files", table.stats.n_splits);
    byte_buffer_append_byte(out, '}');
  }
  byte_buffer_append_byte(out, ']');
}

static void put_jobs(ByteBuffer *out, const Summary *summary) {
  key(out, "jobs");
  byte_buffer_append_byte(out, '[');
  for (uint32_t j = 0; j < summary->plan->n_jobs; j++) {
    const PlanJob *plan_job = &summary->plan->jobs[j];
    JobOutcome outcome = job_outcome(summary, plan_job);
    open_item(out, j);
    put_text(out, "name", plan_job->name);
    put_text(out, "file", plan_job->file);
    put_number(out, "rows", outcome.rows);
    put_number(out, "late", outcome.late);
    put_text(out, "results", outcome.place);
    byte_buffer_append_byte(out, '}');
  }
  byte_buffer_append_byte(out, ']');
}

void summary_print_json(const Summary *summary, FILE *out) {
  JobStats stats;
  job_stats(summary->job, &stats);
  char time[TEXT_MAX];
  ByteBuffer text = {0};
  byte_buffer_append_byte(&text, '{');
  put_boolean(&text, "finished", job_is_finished(summary->job));
  put_boolean(&text, "followed", !job_is_bounded(summary->job));
  put_text(&text, "stopped_by", summary->stopped_by);
  put_number(&text, "events", stats.rows_read);
  put_number(&text, "bytes", stats.bytes_read);
  put_decimal(&text, "seconds", (double)stats.elapsed_ns / 1e9, 6);
  put_decimal(&text, "events_per_second", rows_per_second(&stats), 0);
  put_number(&text, "late", stats.rows_late);
  put_number(&text, "malformed", stats.rows_bad);
  put_number(&text, "kept_aside", stats.rows_kept_aside);
  put_text(&text, "kept_aside_in", stats.rows_kept_aside > 0 ? summary->plan->dead_letter_path : NULL);
  put_text(&text, "event_time", stats.event_time_us == WATERMARK_NONE ? NULL : text_time(stats.event_time_us, time));
  put_tables(&text, summary->job);
  put_jobs(&text, summary);
  byte_buffer_append_text(&text, "}\n");
  fwrite(text.bytes, 1, text.n_bytes, out);
  free(text.bytes);
}
