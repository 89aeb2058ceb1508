/* See over_frame.h. */
#include "ops/over_frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

enum { TEXT_BYTES = 1 << 16 };

static OverText *text_new(void) {
  OverText *text = memory_alloc_zeroed(1, sizeof *text);
  text->arena = arena_new(TEXT_BYTES / 16);
  text->n_users = 1;
  return text;
}

static void text_leave(OverText *text) {
  if (--text->n_users > 0) return;
  arena_release(text->arena);
  free(text);
}

void over_layout_init(OverLayout *layout, OverPool *pool, const OverSpec *spec) {
  *layout = (OverLayout){.pool = pool, .preceding_us = spec->preceding_us, .n_aggregates = spec->n_aggregates};
  layout->aggregates = memory_alloc_zeroed(spec->n_aggregates + 1, sizeof *layout->aggregates);
  layout->offsets = memory_alloc_zeroed(spec->n_aggregates + 1, sizeof *layout->offsets);
  for (uint32_t a = 0; a < spec->n_aggregates; a++) {
    const AggregateCall *call = spec->aggregates[a].call;
    assert(call->state_align == 8 || call->state_align == 16);
    assert(!spec->aggregates[a].is_distinct && call->merge != NULL);
    layout->aggregates[a] = spec->aggregates[a];
    layout->offsets[a] = (layout->state_bytes + call->state_align - 1) & ~(call->state_align - 1);
    layout->state_bytes = layout->offsets[a] + call->state_bytes;
  }
  layout->state_bytes = (layout->state_bytes + 15) & ~15u;
  assert(layout->state_bytes > 0);
  layout->text = text_new();
}

void over_layout_free(OverLayout *layout) {
  text_leave(layout->text);
  free(layout->aggregates);
  free(layout->offsets);
  free(layout->flipping);
}

void over_layout_renew_text(OverLayout *layout) {
  if (arena_held_bytes(layout->text->arena) < TEXT_BYTES) return;
  text_leave(layout->text);
  layout->text = text_new();
}

OverEntry *over_frame_entry(OverLayout *layout, OverKey *key, int64_t time_us) {
  assert(key->last == NULL || key->last->time_us <= time_us);
  if (key->last != NULL && key->last->time_us == time_us) return key->last;
  OverEntry *entry = over_pool_take(layout->pool, sizeof *entry + layout->state_bytes);
  *entry = (OverEntry){.time_us = time_us, .text = layout->text};
  memset(over_entry_state(entry), 0, layout->state_bytes);
  layout->text->n_users++;
  if (key->last == NULL) {
    key->first = key->first_back = entry;
  } else {
    key->last->next = entry;
  }
  key->last = entry;
  return entry;
}

static void entry_free(OverLayout *layout, OverEntry *entry) {
  text_leave(entry->text);
  over_pool_give(layout->pool, entry, sizeof *entry + layout->state_bytes);
}

static void merge_states(const OverLayout *layout, uint8_t *into, const uint8_t *from, Arena *arena) {
  for (uint32_t a = 0; a < layout->n_aggregates; a++) {
    const AggregateCall *call = layout->aggregates[a].call;
    call->merge(call, into + layout->offsets[a], from + layout->offsets[a], arena);
  }
}

static void back_free(OverLayout *layout, OverKey *key) {
  if (key->back != NULL) over_pool_give(layout->pool, key->back, layout->state_bytes);
  key->back = NULL;
  key->n_back = 0;
}

/* The entries before `end` become the front. */
static void flip(OverLayout *layout, OverKey *key, OverEntry *end) {
  size_t n = 0;
  for (OverEntry *entry = key->first; entry != end; entry = entry->next) {
    layout->flipping = memory_grow(layout->flipping, &layout->flipping_capacity, n + 1, sizeof *layout->flipping);
    layout->flipping[n++] = entry;
  }
  for (size_t i = n; i > 1; i--) {
    merge_states(layout, over_entry_state(layout->flipping[i - 2]), over_entry_state(layout->flipping[i - 1]),
                 layout->text->arena);
  }
  key->first_back = end;
  back_free(layout, key);
}

void over_frame_result(OverLayout *layout, OverKey *key, OverEntry *entry, uint8_t *result, Arena *arena) {
  bool has_lost_back = false;
  while (key->first != entry && key->first->time_us < entry->time_us - layout->preceding_us) {
    OverEntry *gone = key->first;
    key->first = gone->next;
    if (gone == key->first_back) {
      key->first_back = gone->next;
      has_lost_back = true;
    }
    entry_free(layout, gone);
  }
  if (has_lost_back) flip(layout, key, entry);

  if (key->n_back > 0) {
    if (key->n_back == 1) {
      key->back = over_pool_take(layout->pool, layout->state_bytes);
      memset(key->back, 0, layout->state_bytes);
      merge_states(layout, key->back, over_entry_state(key->first_back), layout->text->arena);
    }
    merge_states(layout, key->back, over_entry_state(entry), layout->text->arena);
  }
  key->n_back++;

  if (key->first != key->first_back) merge_states(layout, result, over_entry_state(key->first), arena);
  merge_states(layout, result, key->n_back == 1 ? over_entry_state(key->first_back) : key->back, arena);
}

void over_frame_clear(OverLayout *layout, OverKey *key) {
  while (key->first != NULL) {
    OverEntry *entry = key->first;
    key->first = entry->next;
    entry_free(layout, entry);
  }
  key->last = key->first_back = NULL;
  back_free(layout, key);
}
