/* Buckets are linked lists of nodes in one array, by index rather than pointer so that the array may move as it grows.
 *
 * Order within a millisecond holds across the levels because a coarse bucket moves down as soon as its first
 * millisecond comes within the fine level's reach: from then on, and not before, events of its time go straight to the
 * fine level. */
#include "ads/wheel.h"

#include <assert.h>
#include <stdlib.h>

#include "vec/memory.h"

enum {
  FINE_MASK = WHEEL_BUCKETS - 1,
  COARSE_MS = 1 << WHEEL_COARSE_BITS,
  FINE_COARSE_BUCKETS = WHEEL_BUCKETS / COARSE_MS
};

Wheel *wheel_new(int64_t now_ms) {
  Wheel *wheel = memory_alloc_zeroed(1, sizeof *wheel);
  wheel->now_ms = now_ms;
  wheel->n_nodes = 1;
  return wheel;
}

void wheel_free(Wheel *wheel) {
  if (wheel == NULL) return;
  free(wheel->nodes);
  free(wheel);
}

static void append(Wheel *wheel, WheelBucket *bucket, uint32_t index) {
  wheel->nodes[index].next = 0;
  if (bucket->first == 0) {
    bucket->first = index;
  } else {
    wheel->nodes[bucket->last].next = index;
  }
  bucket->last = index;
}

/* The fine level holds the coarse buckets (now >> 10) .. (now >> 10) + 7, which are 8192 ms at most. */
static WheelBucket *bucket_of(Wheel *wheel, int64_t arrival_ms) {
  int64_t coarse = arrival_ms >> WHEEL_COARSE_BITS;
  bool is_near = coarse - (wheel->now_ms >> WHEEL_COARSE_BITS) < FINE_COARSE_BUCKETS;
  return is_near ? &wheel->fine[arrival_ms & FINE_MASK] : &wheel->coarse[coarse & FINE_MASK];
}

void wheel_put(Wheel *wheel, const Event *event) {
  assert(event->arrival_ms >= wheel->now_ms && event->arrival_ms - wheel->now_ms <= WHEEL_HORIZON_MS);
  uint32_t index = wheel->free;
  if (index != 0) {
    wheel->free = wheel->nodes[index].next;
  } else {
    if (wheel->n_nodes >= wheel->capacity) {
      wheel->nodes = memory_grow(wheel->nodes, &wheel->capacity, (size_t)wheel->n_nodes + 1024, sizeof *wheel->nodes);
    }
    index = wheel->n_nodes++;
  }
  wheel->nodes[index].event = *event;
  append(wheel, bucket_of(wheel, event->arrival_ms), index);
  wheel->n_waiting++;
}

bool wheel_take(Wheel *wheel, Event *event) {
  WheelBucket *bucket = &wheel->fine[wheel->now_ms & FINE_MASK];
  uint32_t index = bucket->first;
  if (index == 0) return false;
  WheelNode *node = &wheel->nodes[index];
  bucket->first = node->next;
  __builtin_prefetch(&wheel->nodes[node->next]);
  *event = node->event;
  node->next = wheel->free;
  wheel->free = index;
  wheel->n_waiting--;
  assert(event->arrival_ms == wheel->now_ms);
  return true;
}

void wheel_advance(Wheel *wheel) {
  assert(wheel->fine[wheel->now_ms & FINE_MASK].first == 0);
  wheel->now_ms++;
  if ((wheel->now_ms & (COARSE_MS - 1)) != 0) return;
  int64_t coming = (wheel->now_ms >> WHEEL_COARSE_BITS) + FINE_COARSE_BUCKETS - 1;
  WheelBucket *bucket = &wheel->coarse[coming & FINE_MASK];
  for (uint32_t index = bucket->first; index != 0;) {
    uint32_t next = wheel->nodes[index].next;
    append(wheel, &wheel->fine[wheel->nodes[index].event.arrival_ms & FINE_MASK], index);
    index = next;
  }
  bucket->first = bucket->last = 0;
}

size_t wheel_held_bytes(const Wheel *wheel) { return sizeof *wheel + wheel->capacity * sizeof *wheel->nodes; }
