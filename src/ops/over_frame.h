/* The frame of each key of an OVER aggregation: the rows of the last stretch of time, as accumulators by row time.
 *
 * Accumulators can be added to and merged, but nothing can be taken out of one. So a frame is a queue in two parts (two
 * stacks back to back): what comes in is merged into one accumulator of the back; in the front, each entry's
 * accumulator already holds those of all later entries of the front. The frame's result is the front's first entry and
 * the back together, and when the front has run out, the back becomes the front in one backward pass: each row is
 * merged a few times, however long the frame.
 *
 *   first -> ... -> first_back -> ... -> last
 *   front           back
 */
#ifndef WEIR_OPS_OVER_FRAME_H
#define WEIR_OPS_OVER_FRAME_H

#include "ops/over_agg.h"
#include "ops/over_keys.h"

/* Where accumulators keep their strings: freed when none of the entries that were made with it is left. */
typedef struct OverText {
  Arena *arena;
  uint64_t n_users; /* entries, and the layout while it is the current one */
} OverText;

/* The rows of one key and time. The accumulators follow. */
typedef struct OverEntry {
  struct OverEntry *next;
  int64_t time_us;
  OverText *text;
  uint8_t *result; /* of the frame that ends here, while it is being put out */
} OverEntry;

_Static_assert(sizeof(OverEntry) % 16 == 0, "accumulators are aligned to 16 bytes");

typedef struct OverLayout {
  OverPool *pool;
  int64_t preceding_us;
  uint32_t n_aggregates;
  WindowAggregate *aggregates;
  uint32_t *offsets; /* of the accumulators, from the start of the first */
  uint32_t state_bytes;
  OverText *text; /* current */
  OverEntry **flipping;
  size_t flipping_capacity;
} OverLayout;

void over_layout_init(OverLayout *layout, OverPool *pool, const OverSpec *spec);
void over_layout_free(OverLayout *layout);
/* To be called between rounds of over_frame_entry and over_frame_result: strings of later entries may go elsewhere. */
void over_layout_renew_text(OverLayout *layout);

/* The key's entry for a time, which is its latest or a later one. */
OverEntry *over_frame_entry(OverLayout *layout, OverKey *key, int64_t time_us);
static inline uint8_t *over_entry_state(OverEntry *entry) { return (uint8_t *)(entry + 1); }

/* Writes the accumulators of the frame that ends with `entry`, which now holds all its rows: to be called once for each
 * entry, in order of time. `result` is zeroed; its strings go to `arena`. */
void over_frame_result(OverLayout *layout, OverKey *key, OverEntry *entry, uint8_t *result, Arena *arena);

void over_frame_clear(OverLayout *layout, OverKey *key);

#endif
