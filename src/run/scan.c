/* See scan.h for the order in which rows leave a scan, and why.
 *
 * Merging costs nothing where there is nothing to merge: while one split is behind all others, which is always so
 * with rolling segments, its decoded batches pass through whole. Where splits interleave, runs of rows are appended
 * to a batch of the scan's own until that is full. */
#include "run/scan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "func/program.h"
#include "vec/memory.h"

/* A split waiting for its turn in the merge keeps a first few rows decoded, no more. */
enum { FIRST_BATCH_ROWS = 16 };

typedef struct ScanSplit {
  Split *split;
  Decoder *decoder;
  RecordBlock block;
  size_t position;        /* in block */
  Batch *pending;         /* decoded rows that have not left yet; NULL: none */
  uint32_t next_row;      /* of pending */
  const int64_t *keys_us; /* per row of pending: the split's running watermark, that row included */
  int64_t watermark_us;   /* the split's running watermark over all decoded rows */
  int64_t idle_since_ms;  /* 0: not idle */
  uint32_t first_batch_rows;
  bool has_block;
  bool is_ended;
} ScanSplit;

struct Scan {
  Operator operator; /* what the outputs are connected to */
  const PlanScan *plan;
  const Format *format;
  const Connector *connector;
  SplitSet *split_set;
  ScanSplit *splits;
  size_t n_splits;
  size_t splits_capacity;
  uint64_t ended_bytes; /* of splits that are closed already */
  uint64_t ended_known_bytes;
  uint32_t n_splits_seen;
  int64_t next_discovery_ms;
  bool has_discovered;
  bool is_ended;

  Schema decoded;             /* the wanted columns */
  int32_t row_time_output;    /* whose nulls are refused; -1: none */
  Program *watermark_program; /* NULL: no row time */
  Program *filter_program;
  Program *output_program;
  uint32_t n_outputs;
  uint32_t batch_rows;
  Batch *merged; /* runs of interleaved splits, being collected; NULL: none */
  int64_t *merged_keys_us;
  int64_t watermark_us; /* the table's */

  BadRecordSink bad_records;
  uint64_t rows_read;
  uint64_t rows_bad;
};

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t scan_state_bytes(const Operator *operator) {
  const Scan *scan = (const Scan *)operator;
  size_t bytes = 0;
  for (size_t s = 0; s < scan->n_splits; s++) {
    if (scan->splits[s].pending != NULL) bytes += arena_held_bytes(scan->splits[s].pending->arena);
  }
  return bytes;
}

static const OperatorClass SCAN_CLASS = {.name = "Scan", .state_bytes = scan_state_bytes};

static void count_bad_record(void *context, const RecordBlock *block, uint64_t record_number, const char *record,
                             size_t n_bytes, const char *reason) {
  Scan *scan = context;
  scan->rows_bad++;
  if (scan->bad_records.report != NULL) {
    scan->bad_records.report(scan->bad_records.context, block, record_number, record, n_bytes, reason);
  }
}

Scan *scan_new(const PlanNode *node, const SessionSettings *settings, BadRecordSink bad_records, uint32_t batch_rows,
               Error *error) {
  assert(node->kind == PLAN_SCAN);
  assert(batch_rows >= 1 && batch_rows <= BATCH_ROWS_MAX);
  const PlanScan *plan = &node->scan;
  Scan *scan = memory_alloc_zeroed(1, sizeof *scan);
  scan->operator.class = & SCAN_CLASS;
  scan->plan = plan;
  scan->batch_rows = batch_rows;
  scan->bad_records = bad_records;
  scan->watermark_us = WATERMARK_NONE;
  scan->row_time_output = plan->watermark != NULL ? node->row_time : -1;

  scan->decoded.fields = memory_alloc_zeroed(plan->physical.n_fields + 1, sizeof(Field));
  for (uint32_t i = 0; i < plan->physical.n_fields; i++) {
    if (plan->wanted[i]) scan->decoded.fields[scan->decoded.n_fields++] = plan->physical.fields[i];
  }
  scan->n_outputs = node->schema.n_fields;
  scan->output_program = program_new((const Expr *const *)plan->outputs, scan->n_outputs, settings);
  if (plan->filter != NULL) scan->filter_program = program_new((const Expr *const *)&plan->filter, 1, settings);
  if (plan->watermark != NULL) {
    scan->watermark_program = program_new((const Expr *const *)&plan->watermark, 1, settings);
  }

  const char *connector = options_get(&plan->table.options, NULL, "connector");
  const char *format = options_get(&plan->table.options, NULL, "format");
  scan->connector = connector_find(connector);
  scan->format = format == NULL ? NULL : format_find(format);
  assert(scan->connector != NULL && scan->connector->source_open != NULL && "the planner checks connectors");
  scan->split_set = scan->connector->source_open(&plan->table, error);
  if (scan->split_set == NULL) {
    scan_free(scan);
    return NULL;
  }
  return scan;
}

Operator *scan_operator(Scan *scan) { return &scan->operator; }
int64_t scan_watermark_us(const Scan *scan) { return scan->is_ended ? WATERMARK_END : scan->watermark_us; }
bool scan_has_row_time(const Scan *scan) { return scan->watermark_program != NULL; }
bool scan_is_bounded(const Scan *scan) { return scan->split_set->is_bounded; }
int64_t scan_idle_timeout_ms(const Scan *scan) { return scan->plan->idle_timeout_ms; }
const char *scan_table_name(const Scan *scan) { return scan->plan->table.table_name; }

static void split_close(ScanSplit *split) {
  batch_release(split->pending);
  if (split->has_block) arena_release(split->block.owner);
  if (split->decoder != NULL) split->decoder->destroy(split->decoder);
  if (split->split != NULL) split->split->close(split->split);
  memset(split, 0, sizeof *split);
}

void scan_free(Scan *scan) {
  if (scan == NULL) return;
  for (size_t s = 0; s < scan->n_splits; s++) split_close(&scan->splits[s]);
  free(scan->splits);
  if (scan->split_set != NULL) scan->split_set->close(scan->split_set);
  program_free(scan->watermark_program);
  program_free(scan->filter_program);
  program_free(scan->output_program);
  batch_release(scan->merged);
  free(scan->merged_keys_us);
  free(scan->decoded.fields);
  free(scan->operator.outputs);
  free(scan);
}

static bool discover_splits(Scan *scan, Error *error) {
  Split **found = NULL;
  uint32_t n_found = 0;
  if (!scan->split_set->discover(scan->split_set, &found, &n_found, error)) return false;
  scan->splits = memory_grow(scan->splits, &scan->splits_capacity, scan->n_splits + n_found + 1, sizeof *scan->splits);
  for (uint32_t i = 0; i < n_found; i++) {
    ScanSplit *split = &scan->splits[scan->n_splits++];
    memset(split, 0, sizeof *split);
    split->split = found[i];
    split->watermark_us = WATERMARK_NONE;
    split->first_batch_rows = n_found > 1 && scan->watermark_program != NULL ? FIRST_BATCH_ROWS : scan->batch_rows;
    if (split->first_batch_rows > scan->batch_rows) split->first_batch_rows = scan->batch_rows;
  }
  scan->n_splits_seen += n_found;
  free(found);
  scan->has_discovered = true;
  scan->next_discovery_ms = now_ms() + scan->split_set->discovery_interval_ms;
  return true;
}

/* The watermark expression over the pending rows, as the split's running maximum. */
static bool compute_keys(Scan *scan, ScanSplit *split, Error *error) {
  Batch *pending = split->pending;
  Batch *result = batch_new(1, pending->capacity_rows);
  result->n_rows = pending->n_rows;
  if (!program_evaluate(scan->watermark_program, pending, result, 0, error)) {
    batch_release(result);
    return false;
  }
  const int64_t *values = result->columns[0].values;
  int64_t *keys = arena_alloc_column(pending->arena, pending->capacity_rows * sizeof *keys);
  int64_t running = split->watermark_us;
  if (result->columns[0].valid == NULL) {
    for (uint32_t row = 0; row < pending->n_rows; row++) {
      running = values[row] > running ? values[row] : running;
      keys[row] = running;
    }
  } else {
    for (uint32_t row = 0; row < pending->n_rows; row++) {
      if (column_is_valid(&result->columns[0], row) && values[row] > running) running = values[row];
      keys[row] = running;
    }
  }
  split->keys_us = keys;
  split->watermark_us = running;
  batch_release(result);
  return true;
}

/* Decodes the split's next rows into `pending`, reading as many blocks as it takes to get one. Leaves pending
 * NULL when the split is idle or has ended. */
static bool fill_split(Scan *scan, ScanSplit *split, Error *error) {
  assert(split->pending == NULL);
  if (split->decoder == NULL && !split->is_ended) {
    BadRecordSink sink = {.context = scan, .report = count_bad_record};
    split->decoder =
        scan->format->decoder_new(&scan->plan->physical, scan->plan->wanted, &scan->plan->table.options, sink, error);
    if (split->decoder == NULL) return false;
  }
  uint32_t capacity = split->first_batch_rows;
  Batch *batch = NULL;
  while (!split->is_ended && batch == NULL) {
    if (!split->has_block) {
      switch (split->split->read(split->split, &split->block, error)) {
        case READ_BLOCK:
          split->has_block = true;
          split->position = 0;
          split->idle_since_ms = 0;
          break;
        case READ_IDLE:
          if (split->idle_since_ms == 0) split->idle_since_ms = now_ms();
          return true;
        case READ_END:
          split->is_ended = true;
          return true;
        case READ_ERROR:
          return false;
      }
    }
    batch = batch_new(scan->decoded.n_fields, capacity);
    for (uint32_t c = 0; c < scan->decoded.n_fields; c++) batch_add_column(batch, c, scan->decoded.fields[c].type);
    if (!split->decoder->decode(split->decoder, &split->block, &split->position, batch, error)) {
      batch_release(batch);
      return false;
    }
    if (split->position >= split->block.n_bytes) {
      arena_release(split->block.owner);
      split->has_block = false;
    }
    if (batch->n_rows == 0) {
      batch_release(batch);
      batch = NULL;
    }
  }
  if (batch == NULL) return true;
  split->first_batch_rows = scan->batch_rows;
  split->pending = batch;
  split->next_row = 0;
  scan->rows_read += batch->n_rows;
  return scan->watermark_program == NULL || compute_keys(scan, split, error);
}

static bool refuse_null_row_time(const Scan *scan, const Batch *output, Error *error) {
  if (scan->row_time_output < 0) return true;
  const Column *column = &output->columns[scan->row_time_output];
  if (column->valid == NULL) return true;
  for (uint32_t row = 0; row < output->n_rows; row++) {
    if (!column_is_valid(column, row)) {
      error_set(error, ERROR_RUNTIME, "table '%s': the row time of a row is NULL", scan->plan->table.table_name);
      error_hint(error,
                 "as in Flink, a row-time column must have a value in every row: COALESCE it in the table's "
                 "computed column, and filter such rows out afterwards");
      return false;
    }
  }
  return true;
}

/* Filters, computes the output columns and pushes. Takes over `batch`, a batch of decoded columns with stamps. */
static bool emit_decoded(Scan *scan, Batch *batch, Error *error) {
  bool ok = true;
  int64_t watermark_after_us = batch->watermark_after_us;
  if (scan->filter_program != NULL) {
    uint32_t rows[BATCH_ROWS_MAX];
    uint32_t n_rows = 0;
    ok = program_select(scan->filter_program, batch, rows, &n_rows, error);
    if (ok && n_rows < batch->n_rows) {
      Batch *selected = batch_gather(batch, rows, n_rows);
      batch_release(batch);
      batch = selected;
      batch->watermark_after_us = watermark_after_us;
    }
  }
  Batch *output = NULL;
  if (ok) {
    output = batch_new(scan->n_outputs, batch->capacity_rows);
    output->n_rows = batch->n_rows;
    output->watermark_after_us = watermark_after_us;
    output->watermarks_us = batch->watermarks_us;
    batch_hold_batch(output, batch);
    ok = batch->n_rows == 0 || program_evaluate(scan->output_program, batch, output, 0, error);
    ok = ok && refuse_null_row_time(scan, output, error);
  }
  batch_release(batch);
  if (!ok) {
    batch_release(output);
    return false;
  }
  scan->watermark_us = watermark_after_us;
  return operator_emit(&scan->operator, output, error);
}

/* The stamps of rows whose keys, in merged order, are keys[0..n): each row's is the table's watermark before it. */
static void stamp_rows(Scan *scan, Batch *batch, const int64_t *keys_us) {
  if (scan->watermark_program == NULL) {
    batch->watermark_after_us = WATERMARK_NONE;
    return;
  }
  int64_t *stamps = arena_alloc_column(batch->arena, batch->capacity_rows * sizeof *stamps);
  int64_t running = scan->watermark_us;
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    stamps[row] = running;
    running = keys_us[row] > running ? keys_us[row] : running;
  }
  batch->watermarks_us = stamps;
  batch->watermark_after_us = running;
}

static bool flush_merged(Scan *scan, Error *error) {
  Batch *merged = scan->merged;
  if (merged == NULL) return true;
  scan->merged = NULL;
  stamp_rows(scan, merged, scan->merged_keys_us);
  return emit_decoded(scan, merged, error);
}

static bool emit_whole_pending(Scan *scan, ScanSplit *split, Error *error) {
  assert(split->next_row == 0);
  Batch *batch = split->pending;
  split->pending = NULL;
  stamp_rows(scan, batch, split->keys_us);
  return emit_decoded(scan, batch, error);
}

bool scan_advance_watermark(Scan *scan, int64_t watermark_us, Error *error) {
  assert(!scan->is_ended && scan->watermark_program != NULL);
  if (!flush_merged(scan, error)) return false;
  if (watermark_us <= scan->watermark_us) return true;
  scan->watermark_us = watermark_us;
  return operator_emit_watermark(&scan->operator, watermark_us, error);
}

/* Moves rows [next_row, to) of the split into the merged batch, flushing it whenever it is full. */
static bool append_run(Scan *scan, ScanSplit *split, uint32_t to, Error *error) {
  while (split->next_row < to) {
    if (scan->merged == NULL) {
      scan->merged = batch_new(scan->decoded.n_fields, scan->batch_rows);
      for (uint32_t c = 0; c < scan->decoded.n_fields; c++) {
        batch_add_column(scan->merged, c, scan->decoded.fields[c].type);
      }
      if (scan->merged_keys_us == NULL) {
        scan->merged_keys_us = memory_alloc(scan->batch_rows * sizeof *scan->merged_keys_us);
      }
    }
    Batch *merged = scan->merged;
    uint32_t room = scan->batch_rows - merged->n_rows;
    uint32_t n_rows = to - split->next_row < room ? to - split->next_row : room;
    batch_hold_batch(merged, split->pending);
    for (uint32_t c = 0; c < merged->n_columns; c++) {
      column_append(merged, c, merged->n_rows, &split->pending->columns[c], split->next_row, split->next_row + n_rows);
    }
    memcpy(scan->merged_keys_us + merged->n_rows, split->keys_us + split->next_row, n_rows * sizeof(int64_t));
    merged->n_rows += n_rows;
    split->next_row += n_rows;
    if (merged->n_rows == scan->batch_rows && !flush_merged(scan, error)) return false;
  }
  if (split->next_row == split->pending->n_rows) {
    batch_release(split->pending);
    split->pending = NULL;
  }
  return true;
}

/* Removes ended splits, keeping the order of the others. */
static void drop_ended_splits(Scan *scan) {
  size_t kept = 0;
  for (size_t s = 0; s < scan->n_splits; s++) {
    ScanSplit *split = &scan->splits[s];
    if (split->is_ended && split->pending == NULL) {
      scan->ended_bytes += split->split->read_bytes;
      scan->ended_known_bytes += split->split->size_bytes;
      split_close(split);
    } else {
      scan->splits[kept++] = *split;
    }
  }
  scan->n_splits = kept;
}

static ScanResult finish_scan(Scan *scan, Error *error) {
  if (!flush_merged(scan, error)) return SCAN_ERROR;
  scan->is_ended = true;
  return operator_emit_finish(&scan->operator, error) ? SCAN_END : SCAN_ERROR;
}

/* Without row time there is nothing to merge by: the first split to its end, then the next. */
static ScanResult step_in_sequence(Scan *scan, Error *error) {
  for (size_t s = 0; s < scan->n_splits; s++) {
    ScanSplit *split = &scan->splits[s];
    if (!fill_split(scan, split, error)) return SCAN_ERROR;
    if (split->pending != NULL) return emit_whole_pending(scan, split, error) ? SCAN_PROGRESS : SCAN_ERROR;
    if (split->is_ended) {
      drop_ended_splits(scan);
      return SCAN_PROGRESS;
    }
  }
  return SCAN_IDLE;
}

static bool is_excluded_as_idle(const Scan *scan, const ScanSplit *split) {
  return split->idle_since_ms != 0 && scan->plan->idle_timeout_ms > 0 &&
         now_ms() - split->idle_since_ms >= scan->plan->idle_timeout_ms;
}

static ScanResult step_in_time_order(Scan *scan, Error *error) {
  bool any_ended = false;
  ScanSplit *lowest = NULL;
  /* The others' frontiers bound the run: rows up to `bound_us` may leave, those equal to it only when the lowest
   * split stands before the one that sets the bound. */
  for (size_t s = 0; s < scan->n_splits; s++) {
    ScanSplit *split = &scan->splits[s];
    if (split->pending == NULL && !fill_split(scan, split, error)) return SCAN_ERROR;
    if (split->pending == NULL) {
      any_ended |= split->is_ended;
      continue;
    }
    if (lowest == NULL || split->keys_us[split->next_row] < lowest->keys_us[lowest->next_row]) lowest = split;
  }
  if (any_ended) drop_ended_splits(scan);
  if (any_ended && scan->n_splits > 0) return SCAN_PROGRESS; /* drop_ended_splits moved `lowest` */
  if (lowest == NULL) {
    if (!flush_merged(scan, error)) return SCAN_ERROR;
    return SCAN_IDLE;
  }

  int64_t bound_us = INT64_MAX;
  bool includes_bound = true;
  for (size_t s = 0; s < scan->n_splits; s++) {
    ScanSplit *other = &scan->splits[s];
    if (other == lowest || (other->pending == NULL && is_excluded_as_idle(scan, other))) continue;
    int64_t frontier_us = other->pending != NULL ? other->keys_us[other->next_row] : other->watermark_us;
    if (frontier_us < bound_us) {
      bound_us = frontier_us;
      includes_bound = lowest < other;
    } else if (frontier_us == bound_us) {
      includes_bound = includes_bound && lowest < other;
    }
  }
  uint32_t to = lowest->next_row;
  while (to < lowest->pending->n_rows &&
         (lowest->keys_us[to] < bound_us || (includes_bound && lowest->keys_us[to] == bound_us))) {
    to++;
  }
  if (to == lowest->next_row) { /* held back by a split that is quiet for now */
    return flush_merged(scan, error) ? SCAN_IDLE : SCAN_ERROR;
  }
  if (scan->merged == NULL && lowest->next_row == 0 && to == lowest->pending->n_rows) {
    return emit_whole_pending(scan, lowest, error) ? SCAN_PROGRESS : SCAN_ERROR;
  }
  return append_run(scan, lowest, to, error) ? SCAN_PROGRESS : SCAN_ERROR;
}

ScanResult scan_step(Scan *scan, Error *error) {
  assert(!scan->is_ended);
  bool looks_again = scan->has_discovered && !scan->split_set->is_bounded && now_ms() >= scan->next_discovery_ms;
  if ((!scan->has_discovered || looks_again) && !discover_splits(scan, error)) return SCAN_ERROR;
  if (scan->n_splits == 0) {
    if (scan->split_set->is_bounded) return finish_scan(scan, error);
    return flush_merged(scan, error) ? SCAN_IDLE : SCAN_ERROR;
  }
  return scan->watermark_program == NULL ? step_in_sequence(scan, error) : step_in_time_order(scan, error);
}

void scan_stats(const Scan *scan, ScanStats *stats) {
  *stats = (ScanStats){.rows_read = scan->rows_read,
                       .rows_bad = scan->rows_bad,
                       .bytes_read = scan->ended_bytes,
                       .bytes_known = scan->ended_known_bytes,
                       .n_splits = scan->n_splits_seen};
  for (size_t s = 0; s < scan->n_splits; s++) {
    stats->bytes_read += scan->splits[s].split->read_bytes;
    stats->bytes_known += scan->splits[s].split->size_bytes;
  }
}
