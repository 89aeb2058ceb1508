/* What moves through weir: a batch of rows as columns.
 *
 * A batch is filled by whoever made it and is immutable from the moment it is pushed
 * on: several operators may hold it. It has a reference count; its computed columns
 * live in its own arena, columns that it passes on from another batch, and strings in
 * a read buffer, stay alive because it holds their arenas.
 *
 *   columns[c].values   n_rows values of the column's physical type (vec/type.h); the
 *                       value of a null row is unspecified but readable: kernels may
 *                       compute on it, so a null string is the empty view, never garbage
 *   columns[c].valid    one bit a row, 1 = not null; NULL = no row is null. Bits past
 *                       n_rows are unspecified
 *   row_kinds           NULL = every row is an insert (+I)
 *   watermarks_us       NULL = the stream has no row time; else, for each row, the
 *                       watermark that was in force when the row arrived: never falling
 *                       from row to row. Lateness is decided by this stamp alone, so it
 *                       cannot depend on how rows were cut into batches.
 */
#ifndef WEIR_VEC_BATCH_H
#define WEIR_VEC_BATCH_H

#include "vec/arena.h"
#include "vec/string_view.h"
#include "vec/type.h"

/* The full batch size; `weir.batch-rows` sets a smaller one for tests. */
enum { BATCH_ROWS_MAX = 2048 };

#define WATERMARK_NONE INT64_MIN /* nothing seen yet */
#define WATERMARK_END INT64_MAX  /* the input has ended: everything fires */

typedef enum RowKind { ROW_INSERT = 0, ROW_UPDATE_BEFORE, ROW_UPDATE_AFTER, ROW_DELETE } RowKind;

typedef struct Column {
  Type type;
  void *values;
  uint64_t *valid;
} Column;

typedef struct Batch {
  uint32_t references;
  uint32_t n_rows;
  uint32_t n_columns;
  uint32_t capacity_rows;
  Column *columns;
  uint8_t *row_kinds; /* RowKind */
  const int64_t *watermarks_us;
  int64_t watermark_after_us; /* the watermark once all rows have been seen */
  Arena *arena;               /* owned: this struct and computed columns live in it */
  Arena **holds;              /* arenas that columns point into */
  uint32_t n_holds;
  uint32_t holds_capacity;
} Batch;

/* A batch with room for `capacity_rows` rows and `n_columns` columns whose values and
 * valid are NULL. One reference, the caller's; n_rows is 0. */
Batch *batch_new(uint32_t n_columns, uint32_t capacity_rows);
Batch *batch_retain(Batch *batch);
void batch_release(Batch *batch); /* NULL is allowed */

/* Makes the batch keep `arena` alive (retained; at most once each). */
void batch_hold(Batch *batch, Arena *arena);
/* Makes the batch keep alive all that `other` keeps alive, its own arena included. */
void batch_hold_batch(Batch *batch, const Batch *other);

/* Gives column c its type and an uninitialised values array of capacity_rows. */
Column *batch_add_column(Batch *batch, uint32_t c, Type type);
/* Gives a column a validity bitmap with all rows valid, unless it has one. */
void column_make_valid(Column *column, Batch *batch);
/* Column c of `batch` becomes a second name for `source`'s column (no copy, held). */
void batch_share_column(Batch *batch, uint32_t c, const Batch *source, uint32_t source_column);

static inline bool column_is_valid(const Column *column, uint32_t row) {
  return column->valid == NULL || (column->valid[row >> 6] >> (row & 63) & 1) != 0;
}
static inline void column_set_null(Column *column, uint32_t row) {
  column->valid[row >> 6] &= ~(UINT64_C(1) << (row & 63));
}
static inline uint32_t valid_words(uint32_t n_rows) { return (n_rows + 63) / 64; }

/* A new batch of the given rows, in the given order (a row may come more than once):
 * how filters, joins and merges compact. Watermark stamps and row kinds go with their rows. */
Batch *batch_gather(const Batch *source, const uint32_t *rows, uint32_t n_rows);
/* Adds column c as the given rows of `source`. Strings are not copied: hold what they point into. */
void batch_gather_column(Batch *batch, uint32_t c, const Column *source, const uint32_t *rows, uint32_t n_rows);
/* Appends rows [from, to) of one column to another of the same physical type at row `at`,
 * whose values array has room; strings are not copied: hold the source. `target_batch`
 * owns the target, in case it needs its first validity bitmap. */
void column_append(Batch *target_batch, uint32_t target, uint32_t at, const Column *source, uint32_t from, uint32_t to);

#endif
