/* See interval_join.h for the rules, join_side.h for how rows are kept and merge.h for the order in which they are
 * taken.
 *
 * Rows are worked off in pieces, all of one input. What a row finds depends on its own stamp and on the other side's
 * rows only, so a piece goes through passes over all its rows: write them as records and put those to be kept into
 * their index; look all of them up on the other side; test the residual condition on all pairs found; mark who has
 * found a partner. Only then does output take its order: before a pair comes everything that was due at its stamp.
 *
 * Output is collected as pairs of records, which stay where they are until their bucket is forgotten, and becomes a
 * batch when enough has come together, when a bucket goes, or when the call ends. */
#include "ops/interval_join.h"

#include <stdlib.h>
#include <string.h>

#include "func/program.h"
#include "ops/join_side.h"
#include "ops/merge.h"
#include "vec/hash.h"
#include "vec/memory.h"

enum {
  LEFT = 0,
  RIGHT = 1,
  MILLISECOND_US = 1000,
  PIECE_ROWS = 256, /* so that what is prefetched is still in the nearest cache when it is used */
  SPAN_BUCKETS = 64,
  SHORT_SORT = 16,
  SCRATCH_BYTES_MAX = 1 << 20
};
#define BUCKET_US_MIN INT64_C(1000000)
#define BUCKET_US_MAX INT64_C(86400000000)

typedef struct JoinInput {
  JoinSide side;
  Type *types;
  uint32_t n_columns;
  uint32_t *key_columns;
  uint32_t n_keys;
  uint32_t time_column;
  uint32_t *output_fields; /* of the row format */
  Type *output_types;
  uint32_t n_outputs;
  bool *in_residual; /* per column */
  bool is_outer;

  /* Of the batch whose rows are next. */
  uint64_t hashes[BATCH_ROWS_MAX];
  uint8_t is_null_key[BATCH_ROWS_MAX];
} JoinInput;

/* A pair that was found, or, after the pairs of a row that is not kept, that row by itself (`other` is NULL). */
typedef struct JoinFind {
  int64_t stamp_us;
  uint8_t *own;
  uint8_t *other;
} JoinFind;

typedef struct IntervalJoin {
  Operator base;
  Merge *merge;
  JoinInput *inputs[2];
  int64_t lower_us;
  int64_t upper_us;
  int64_t lag_us; /* of the output's watermark */
  Program *residual;
  int64_t watermark_us; /* emitted so far */

  /* The piece. */
  uint32_t sizes[PIECE_ROWS];
  uint8_t *records[PIECE_ROWS];
  uint32_t references[PIECE_ROWS]; /* 0: not kept */
  Arena *scratch;                  /* records of rows that are not kept */
  size_t scratch_bytes;
  uint8_t **partners; /* of one row */
  uint8_t **sort_buffer;
  size_t partners_capacity;
  size_t sort_capacity;
  JoinFind finds[BATCH_ROWS_MAX];
  uint32_t n_finds;

  /* Output that is not emitted yet: records by input, NULL where padded. */
  uint8_t *output[2][BATCH_ROWS_MAX];
  int64_t output_stamps[BATCH_ROWS_MAX];
  uint32_t n_output;
} IntervalJoin;

/* --- output --- */

static int64_t lagged_us(const IntervalJoin *self, int64_t watermark_us) {
  if (watermark_us == WATERMARK_END) return WATERMARK_END;
  return watermark_us < WATERMARK_NONE + self->lag_us ? WATERMARK_NONE : watermark_us - self->lag_us;
}

/* One side's columns of the output rows; nulls where a row has no record of that side. */
static void read_outputs(const JoinInput *input, uint8_t *const *records, Batch *batch, uint32_t first_column) {
  uint8_t *present[BATCH_ROWS_MAX];
  uint32_t rows[BATCH_ROWS_MAX], n_present = 0, n = batch->n_rows;
  uint64_t valid[BATCH_ROWS_MAX / 64 + 1] = {0};
  for (uint32_t i = 0; i < n; i++) {
    present[n_present] = records[i];
    rows[n_present] = i;
    n_present += records[i] != NULL;
    valid[i >> 6] |= (uint64_t)(records[i] != NULL) << (i & 63);
  }
  for (uint32_t o = 0; o < input->n_outputs; o++) {
    Column *column = batch_add_column(batch, first_column + o, input->output_types[o]);
    if (n_present < n) {
      memset(column->values, 0, n * physical_bytes(type_physical(column->type.kind)));
      column_make_valid(column, batch);
      memcpy(column->valid, valid, valid_words(n) * sizeof *valid);
    }
    row_format_read(&input->side.format, input->output_fields[o], present, n_present < n ? rows : NULL, n_present,
                    batch, first_column + o);
  }
}

static bool flush(IntervalJoin *self, int64_t watermark_us, Error *error) {
  uint32_t n = self->n_output;
  if (n == 0) return true;
  self->n_output = 0;
  Batch *batch = batch_new(self->inputs[LEFT]->n_outputs + self->inputs[RIGHT]->n_outputs, n);
  batch->n_rows = n;
  batch->watermark_after_us = watermark_us;
  int64_t *stamps = arena_alloc_column(batch->arena, n * sizeof *stamps);
  memcpy(stamps, self->output_stamps, n * sizeof *stamps);
  batch->watermarks_us = stamps;
  read_outputs(self->inputs[LEFT], self->output[LEFT], batch, 0);
  read_outputs(self->inputs[RIGHT], self->output[RIGHT], batch, self->inputs[LEFT]->n_outputs);
  assert(watermark_us >= self->watermark_us);
  self->watermark_us = watermark_us;
  return operator_emit(&self->base, batch, error);
}

/* `record` is of input `own`; `other`, its partner, may be NULL. */
static bool put_out(IntervalJoin *self, uint32_t own, uint8_t *record, uint8_t *other, int64_t stamp_us, Error *error) {
  if (self->n_output == BATCH_ROWS_MAX && !flush(self, self->output_stamps[BATCH_ROWS_MAX - 1], error)) return false;
  uint32_t at = self->n_output++;
  self->output[own][at] = record;
  self->output[1 - own][at] = other;
  self->output_stamps[at] = lagged_us(self, stamp_us);
  assert(self->output_stamps[at] >= (at > 0 ? self->output_stamps[at - 1] : self->watermark_us));
  return true;
}

/* Puts out the rows that are due without a partner, of both sides by the time at which they are. */
static bool pad_until(IntervalJoin *self, int64_t watermark_us, Error *error) {
  bool is_full = self->inputs[LEFT]->is_outer && self->inputs[RIGHT]->is_outer;
  uint32_t own = self->inputs[LEFT]->is_outer ? LEFT : RIGHT;
  if (!self->inputs[own]->is_outer) return true;
  for (;;) {
    if (is_full) {
      int64_t left_us = join_side_peek_due(&self->inputs[LEFT]->side, watermark_us);
      own = left_us <= join_side_peek_due(&self->inputs[RIGHT]->side, watermark_us) ? LEFT : RIGHT;
    }
    int64_t due_us;
    uint8_t *record = join_side_next_due(&self->inputs[own]->side, watermark_us, &due_us);
    if (record == NULL) return true;
    if (!put_out(self, own, record, NULL, due_us - 1, error)) return false;
  }
}

/* Time passes: what is due comes out, and what nobody can find any more goes. */
static bool advance(IntervalJoin *self, int64_t watermark_us, Error *error) {
  if (!pad_until(self, watermark_us, error)) return false;
  bool forgets = false;
  for (uint32_t i = 0; i < 2; i++) forgets |= join_side_has_expired(&self->inputs[i]->side, watermark_us);
  if (!forgets) return true;
  if (self->n_output > 0 && !flush(self, self->output_stamps[self->n_output - 1], error)) return false;
  for (uint32_t i = 0; i < 2; i++) join_side_forget(&self->inputs[i]->side, watermark_us);
  return true;
}

/* --- taking rows --- */

/* Hashes the keys of a batch, once for all its pieces. */
static bool prepare(JoinInput *input, const Batch *batch, Error *error) {
  assert(batch->n_rows <= BATCH_ROWS_MAX && batch->n_columns == input->n_columns && batch->row_kinds == NULL);
  const Column *times = &batch->columns[input->time_column];
  for (uint32_t row = 0; times->valid != NULL && row < batch->n_rows; row++) {
    if (column_is_valid(times, row)) continue;
    return error_set(error, ERROR_RUNTIME,
                     "RowTime field should not be null, please convert it to a non-null long value");
  }
  hash_rows(batch, input->key_columns, input->n_keys, input->hashes);
  memset(input->is_null_key, 0, batch->n_rows);
  for (uint32_t k = 0; k < input->n_keys; k++) {
    const Column *key = &batch->columns[input->key_columns[k]];
    if (key->valid == NULL) continue;
    for (uint32_t row = 0; row < batch->n_rows; row++) input->is_null_key[row] |= !column_is_valid(key, row);
  }
  return true;
}

/* Gives every row of the piece a record: those to be kept on their side, the others in the scratch memory. */
static bool place_records(IntervalJoin *self, JoinInput *input, const MergeRun *piece, Error *error) {
  JoinSide *side = &input->side;
  const int64_t *times_us = (const int64_t *)piece->batch->columns[input->time_column].values + piece->from;
  const int64_t *stamps_us = piece->batch->watermarks_us + piece->from;
  uint32_t n = piece->to - piece->from;
  row_format_sizes(&side->format, piece->batch, piece->from, n, self->sizes);
  join_side_reserve(side, n);
  size_t scratch_bytes = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t row = piece->from + i;
    bool is_kept = stamps_us[i] < times_us[i] + side->wait_us && (input->is_outer || input->is_null_key[row] == 0);
    self->references[i] = 0;
    if (is_kept) {
      self->records[i] = join_side_place(side, times_us[i], self->sizes[i], &self->references[i]);
      __builtin_prefetch(join_side_slot(side, (uint32_t)input->hashes[row]), 1);
    } else {
      scratch_bytes += self->sizes[i];
    }
  }
  if (scratch_bytes == 0) return true;
  if (self->scratch_bytes + scratch_bytes > SCRATCH_BYTES_MAX) {
    if (self->n_output > 0 && !flush(self, self->output_stamps[self->n_output - 1], error)) return false;
    arena_reset(self->scratch);
    self->scratch_bytes = 0;
  }
  self->scratch_bytes += scratch_bytes;
  uint8_t *record = arena_alloc(self->scratch, scratch_bytes + ROW_SPILL_BYTES);
  for (uint32_t i = 0; i < n; i++) {
    if (self->references[i] != 0) continue;
    self->records[i] = record;
    record += self->sizes[i];
  }
  return true;
}

static void link_records(IntervalJoin *self, JoinInput *input, const MergeRun *piece) {
  for (uint32_t i = 0; i < piece->to - piece->from; i++) {
    uint8_t *record = self->records[i];
    if (self->references[i] == 0) continue;
    row_header(record)->hash = (uint32_t)input->hashes[piece->from + i];
    if (input->is_null_key[piece->from + i] != 0) {
      row_header(record)->next = 0;
      *row_flags(&input->side.format, record) |= ROW_FLAG_UNLINKED;
    } else {
      join_side_link(&input->side, self->references[i], record);
    }
    join_side_keep(&input->side, self->references[i], record);
  }
}

/* --- pairs --- */

/* By time, and rows of one time as they came: what comes in is in the order of the chain, newest first. */
static void sort_partners(IntervalJoin *self, size_t n) {
  uint8_t **partners = self->partners;
  for (size_t i = 0; i < n / 2; i++) {
    uint8_t *record = partners[i];
    partners[i] = partners[n - 1 - i];
    partners[n - 1 - i] = record;
  }
  size_t run = n < SHORT_SORT ? n : SHORT_SORT;
  for (size_t start = 0; start < n; start += run) {
    size_t end = start + run < n ? start + run : n;
    for (size_t i = start + 1; i < end; i++) {
      uint8_t *record = partners[i];
      size_t at = i;
      for (; at > start && row_header(partners[at - 1])->time_us > row_header(record)->time_us; at--) {
        partners[at] = partners[at - 1];
      }
      partners[at] = record;
    }
  }
  for (; run < n; run *= 2) {
    self->sort_buffer = memory_grow(self->sort_buffer, &self->sort_capacity, n, sizeof *self->sort_buffer);
    for (size_t start = 0; start < n; start += 2 * run) {
      size_t a = start, a_end = start + run < n ? start + run : n;
      size_t b = a_end, b_end = a_end + run < n ? a_end + run : n;
      for (size_t at = start; at < b_end; at++) {
        bool takes_b = a == a_end || (b < b_end && row_header(partners[b])->time_us < row_header(partners[a])->time_us);
        self->sort_buffer[at] = takes_b ? partners[b++] : partners[a++];
      }
    }
    memcpy(partners, self->sort_buffer, n * sizeof *partners);
  }
}

/* Leaves out the pairs for which the residual condition is not true. */
static bool test_residual(IntervalJoin *self, uint32_t own, Error *error) {
  uint8_t *records[2][BATCH_ROWS_MAX];
  uint32_t passed[BATCH_ROWS_MAX], n_passed = 0, n_pairs = 0;
  for (uint32_t f = 0; f < self->n_finds; f++) {
    records[own][n_pairs] = self->finds[f].own;
    records[1 - own][n_pairs] = self->finds[f].other;
    n_pairs += self->finds[f].other != NULL;
  }
  if (n_pairs == 0) return true;
  Batch *pairs = batch_new(self->inputs[LEFT]->n_columns + self->inputs[RIGHT]->n_columns, n_pairs);
  pairs->n_rows = n_pairs;
  for (uint32_t i = 0; i < 2; i++) {
    const JoinInput *input = self->inputs[i];
    uint32_t first = i == LEFT ? 0 : self->inputs[LEFT]->n_columns;
    for (uint32_t c = 0; c < input->n_columns; c++) {
      if (!input->in_residual[c]) continue;
      batch_add_column(pairs, first + c, input->types[c]);
      row_format_read(&input->side.format, row_format_field(&input->side.format, c), records[i], NULL, n_pairs, pairs,
                      first + c);
    }
  }
  bool is_done = program_select(self->residual, pairs, passed, &n_passed, error);
  batch_release(pairs);
  if (!is_done) return false;
  uint32_t kept = 0, pair = 0, next = 0;
  for (uint32_t f = 0; f < self->n_finds; f++) {
    bool stays = true;
    if (self->finds[f].other != NULL) {
      stays = next < n_passed && passed[next] == pair++;
      next += stays;
    }
    self->finds[kept] = self->finds[f];
    kept += stays;
  }
  self->n_finds = kept;
  return true;
}

/* Puts out what the piece has found so far. */
static bool settle(IntervalJoin *self, uint32_t own, Error *error) {
  JoinInput *input = self->inputs[own], *other = self->inputs[1 - own];
  if (self->residual != NULL && !test_residual(self, own, error)) return false;
  for (uint32_t f = 0; f < self->n_finds; f++) {
    if (self->finds[f].other == NULL) continue;
    *row_flags(&input->side.format, self->finds[f].own) |= ROW_FLAG_MATCHED;
    *row_flags(&other->side.format, self->finds[f].other) |= ROW_FLAG_MATCHED;
  }
  for (uint32_t f = 0; f < self->n_finds; f++) {
    const JoinFind *find = &self->finds[f];
    if (find->other == NULL) {
      if ((*row_flags(&input->side.format, find->own) & ROW_FLAG_MATCHED) != 0) continue;
      if (!input->is_outer) {
        self->base.stats.rows_late++;
        continue;
      }
    }
    if (!pad_until(self, find->stamp_us, error)) return false;
    if (!put_out(self, own, find->own, find->other, find->stamp_us, error)) return false;
  }
  self->n_finds = 0;
  return true;
}

static bool add_find(IntervalJoin *self, uint32_t own, JoinFind find, Error *error) {
  if (self->n_finds == BATCH_ROWS_MAX && !settle(self, own, error)) return false;
  self->finds[self->n_finds++] = find;
  return true;
}

/* The rows of the other side that record may be paired with, into self->partners. `reference` starts the chain. */
static size_t find_partners(IntervalJoin *self, uint32_t own, uint32_t hash, uint8_t *record, int64_t stamp_us,
                            uint32_t reference) {
  const JoinSide *side = &self->inputs[own]->side, *other = &self->inputs[1 - own]->side;
  int64_t time_us = row_header(record)->time_us;
  int64_t first_us = own == LEFT ? time_us + self->lower_us : time_us - self->upper_us;
  int64_t last_us = own == LEFT ? time_us + self->upper_us : time_us - self->lower_us;
  size_t n = 0;
  while (reference != 0) {
    uint8_t *candidate = join_side_record(other, reference);
    const RowHeader *header = row_header(candidate);
    reference = header->next;
    if (header->hash != hash || header->time_us < first_us || header->time_us > last_us) continue;
    if (join_side_expiry_us(other, header->time_us) <= stamp_us) continue;
    if (!row_format_keys_equal(&side->format, record, &other->format, candidate)) continue;
    self->partners = memory_grow(self->partners, &self->partners_capacity, n + 1, sizeof *self->partners);
    self->partners[n++] = candidate;
  }
  if (n > 1) sort_partners(self, n);
  return n;
}

static bool find_pairs(IntervalJoin *self, const MergeRun *piece, Error *error) {
  uint32_t own = piece->input, n = piece->to - piece->from;
  const JoinInput *input = self->inputs[own];
  const JoinSide *other = &self->inputs[1 - own]->side;
  const int64_t *stamps_us = piece->batch->watermarks_us + piece->from;
  uint32_t chains[PIECE_ROWS];
  for (uint32_t i = 0; i < n; i++) {
    uint32_t row = piece->from + i;
    chains[i] = input->is_null_key[row] != 0 ? 0 : *join_side_slot(other, (uint32_t)input->hashes[row]);
    if (chains[i] != 0) __builtin_prefetch(join_side_record(other, chains[i]));
  }
  for (uint32_t i = 0; i < n; i++) {
    uint32_t row = piece->from + i;
    uint8_t *record = self->records[i];
    size_t n_partners = 0;
    if (chains[i] != 0) {
      n_partners = find_partners(self, own, (uint32_t)input->hashes[row], record, stamps_us[i], chains[i]);
    }
    JoinFind find = {.stamp_us = stamps_us[i], .own = record};
    for (size_t p = 0; p < n_partners; p++) {
      find.other = self->partners[p];
      if (!add_find(self, own, find, error)) return false;
    }
    if (self->references[i] != 0) continue;
    bool is_late = row_header(record)->time_us <= stamps_us[i] && input->is_null_key[row] == 0;
    find.other = NULL;
    if ((input->is_outer || is_late) && !add_find(self, own, find, error)) return false;
  }
  return self->n_finds == 0 || settle(self, own, error);
}

static bool take_piece(IntervalJoin *self, const MergeRun *piece, Error *error) {
  JoinInput *input = self->inputs[piece->input];
  const JoinSide *other = &self->inputs[1 - piece->input]->side;
  for (uint32_t row = piece->from; row < piece->to; row++) {
    __builtin_prefetch(join_side_slot(other, (uint32_t)input->hashes[row]));
  }
  if (!place_records(self, input, piece, error)) return false;
  row_format_write(&input->side.format, piece->batch, piece->from, piece->to - piece->from, self->records);
  link_records(self, input, piece);
  if (!find_pairs(self, piece, error)) return false;
  return advance(self, piece->batch->watermarks_us[piece->to - 1], error);
}

/* Takes all rows whose turn has come. */
static bool drain(IntervalJoin *self, Error *error) {
  MergeRun run;
  while (merge_next(self->merge, &run)) {
    if (run.from == 0 && !prepare(self->inputs[run.input], run.batch, error)) return false;
    MergeRun piece = run;
    for (; piece.from < run.to; piece.from = piece.to) {
      piece.to = run.to - piece.from > PIECE_ROWS ? piece.from + PIECE_ROWS : run.to;
      if (!take_piece(self, &piece, error)) return false;
    }
  }
  int64_t watermark_us = merge_watermark_us(self->merge);
  if (!pad_until(self, watermark_us, error)) return false;
  if (!flush(self, lagged_us(self, watermark_us), error) || !advance(self, watermark_us, error)) return false;
  arena_reset(self->scratch);
  self->scratch_bytes = 0;
  int64_t output_us = lagged_us(self, watermark_us);
  if (output_us > self->watermark_us && output_us < WATERMARK_END) {
    self->watermark_us = output_us;
    if (!operator_emit_watermark(&self->base, output_us, error)) return false;
  }
  return !merge_is_finished(self->merge) || operator_emit_finish(&self->base, error);
}

static bool interval_join_push(Operator *operator, uint32_t input, Batch *batch, Error *error) {
  IntervalJoin *self = (IntervalJoin *)operator;
  merge_push(self->merge, input, batch);
  return drain(self, error);
}

static bool interval_join_watermark(Operator *operator, uint32_t input, int64_t watermark_us, Error *error) {
  IntervalJoin *self = (IntervalJoin *)operator;
  merge_watermark(self->merge, input, watermark_us);
  return drain(self, error);
}

static bool interval_join_finish(Operator *operator, uint32_t input, Error *error) {
  IntervalJoin *self = (IntervalJoin *)operator;
  merge_finish(self->merge, input);
  return drain(self, error);
}

static size_t interval_join_state_bytes(const Operator *operator) {
  const IntervalJoin *self = (const IntervalJoin *)operator;
  size_t n_bytes = arena_held_bytes(self->scratch);
  uint32_t row_bytes = 0;
  for (uint32_t i = 0; i < 2; i++) {
    n_bytes += self->inputs[i]->side.held_bytes;
    if (self->inputs[i]->side.format.strings_offset > row_bytes) {
      row_bytes = self->inputs[i]->side.format.strings_offset;
    }
  }
  return n_bytes + merge_queued_rows(self->merge) * row_bytes;
}

/* --- making and freeing --- */

static void input_free(JoinInput *input) {
  join_side_free(&input->side);
  free(input->types);
  free(input->key_columns);
  free(input->output_fields);
  free(input->output_types);
  free(input->in_residual);
  free(input);
}

static void interval_join_destroy(Operator *operator) {
  IntervalJoin *self = (IntervalJoin *)operator;
  for (uint32_t i = 0; i < 2; i++) input_free(self->inputs[i]);
  merge_free(self->merge);
  program_free(self->residual);
  arena_release(self->scratch);
  free(self->partners);
  free(self->sort_buffer);
}

static const OperatorClass INTERVAL_JOIN_CLASS = {
    .name = "IntervalJoin",
    .push = interval_join_push,
    .watermark = interval_join_watermark,
    .finish = interval_join_finish,
    .state_bytes = interval_join_state_bytes,
    .destroy = interval_join_destroy,
};

static void *copy_array(const void *items, size_t count, size_t item_bytes) {
  void *copy = memory_alloc_zeroed(count + 1, item_bytes);
  if (count > 0) memcpy(copy, items, count * item_bytes);
  return copy;
}

static int64_t bucket_width_us(const IntervalJoinSpec *spec) {
  int64_t width_us = (spec->upper_us - spec->lower_us) / SPAN_BUCKETS / MILLISECOND_US * MILLISECOND_US;
  if (width_us < BUCKET_US_MIN) return BUCKET_US_MIN;
  return width_us > BUCKET_US_MAX ? BUCKET_US_MAX : width_us;
}

static JoinInput *input_new(const IntervalJoinSpec *spec, uint32_t i, const bool *in_residual) {
  const IntervalJoinSide *side = &spec->sides[i], *other = &spec->sides[1 - i];
  JoinInput *input = memory_alloc_zeroed(1, sizeof *input);
  input->types = copy_array(side->types, side->n_columns, sizeof *side->types);
  input->n_columns = side->n_columns;
  input->key_columns = copy_array(side->key_columns, spec->n_keys, sizeof *side->key_columns);
  input->n_keys = spec->n_keys;
  input->time_column = side->time_column;
  input->is_outer = side->is_outer;
  input->in_residual = copy_array(in_residual, side->n_columns, sizeof *in_residual);

  bool *is_wide_key = memory_alloc_zeroed(spec->n_keys + 1, sizeof *is_wide_key);
  for (uint32_t k = 0; k < spec->n_keys; k++) {
    Type own_type = side->types[side->key_columns[k]], other_type = other->types[other->key_columns[k]];
    assert(type_physical(own_type.kind) == type_physical(other_type.kind) && own_type.scale == other_type.scale);
    is_wide_key[k] = own_type.precision > ROW_DECIMAL_8_DIGITS || other_type.precision > ROW_DECIMAL_8_DIGITS;
  }
  bool *wanted = copy_array(in_residual, side->n_columns, sizeof *in_residual);
  for (uint32_t o = 0; o < side->n_outputs; o++) wanted[side->outputs[o]] = true;
  row_format_init(&input->side.format, side->types, side->n_columns, wanted, side->key_columns, is_wide_key,
                  spec->n_keys, side->time_column);
  free(wanted);
  free(is_wide_key);

  input->n_outputs = side->n_outputs;
  input->output_fields = memory_alloc_zeroed(side->n_outputs + 1, sizeof *input->output_fields);
  input->output_types = memory_alloc_zeroed(side->n_outputs + 1, sizeof *input->output_types);
  for (uint32_t o = 0; o < side->n_outputs; o++) {
    input->output_fields[o] = row_format_field(&input->side.format, side->outputs[o]);
    input->output_types[o] = side->types[side->outputs[o]];
    input->output_types[o].nullable |= other->is_outer;
  }
  int64_t wait_us = i == LEFT ? spec->upper_us : -spec->lower_us;
  join_side_init(&input->side, wait_us, bucket_width_us(spec), side->is_outer);
  return input;
}

Operator *interval_join_new(const IntervalJoinSpec *spec) {
  assert(spec->lower_us <= spec->upper_us);
  assert(spec->lower_us % MILLISECOND_US == 0 && spec->upper_us % MILLISECOND_US == 0);
  IntervalJoin *self = memory_alloc_zeroed(1, sizeof *self);
  self->base.class = &INTERVAL_JOIN_CLASS;
  self->merge = merge_new(2);
  self->lower_us = spec->lower_us;
  self->upper_us = spec->upper_us;
  self->lag_us = spec->upper_us > -spec->lower_us ? spec->upper_us : -spec->lower_us;
  if (spec->sides[LEFT].is_outer || spec->sides[RIGHT].is_outer) self->lag_us += MILLISECOND_US;
  uint32_t n_left = spec->sides[LEFT].n_columns, n_columns = n_left + spec->sides[RIGHT].n_columns;
  bool *in_residual = memory_alloc_zeroed(n_columns + 1, sizeof *in_residual);
  if (spec->residual != NULL) {
    expr_mark_columns(spec->residual, in_residual);
    self->residual = program_new(&spec->residual, 1, spec->settings);
  }
  self->inputs[LEFT] = input_new(spec, LEFT, in_residual);
  self->inputs[RIGHT] = input_new(spec, RIGHT, in_residual + n_left);
  free(in_residual);
  self->scratch = arena_new(PIECE_ROWS * 64);
  self->watermark_us = WATERMARK_NONE;
  return &self->base;
}
