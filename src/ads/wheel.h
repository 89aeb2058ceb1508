/* A time wheel: events put in with an arrival time come out in order of arrival, those of the same millisecond in the
 * order in which they were put in.
 *
 * Two levels of buckets, of 1 ms and of 1.024 s; what is farther ahead than the first level waits in the second, and
 * moves down before its time comes. Putting in and taking out cost the same however many events wait (a heap's cost
 * would grow), and memory is that of the events waiting at once, whose nodes are used again. */
#ifndef WEIR_ADS_WHEEL_H
#define WEIR_ADS_WHEEL_H

#include "ads/event.h"

enum {
  WHEEL_BUCKET_BITS = 13,
  WHEEL_BUCKETS = 1 << WHEEL_BUCKET_BITS, /* of each level */
  WHEEL_COARSE_BITS = 10                  /* a coarse bucket is 2^10 ms */
};

/* How far ahead of wheel_now an arrival may be: 2 h 19 min. */
static const int64_t WHEEL_HORIZON_MS = (int64_t)(WHEEL_BUCKETS - 1) << WHEEL_COARSE_BITS;

typedef struct WheelNode {
  Event event;
  uint32_t next; /* index into nodes; 0 = none */
} WheelNode;

typedef struct WheelBucket {
  uint32_t first, last; /* indexes into nodes; 0 = empty */
} WheelBucket;

typedef struct Wheel {
  int64_t now_ms;
  WheelNode *nodes; /* node 0 is not used */
  size_t capacity;
  uint32_t n_nodes; /* ever used */
  uint32_t free;    /* head of the list of unused ones */
  uint64_t n_waiting;
  WheelBucket fine[WHEEL_BUCKETS];
  WheelBucket coarse[WHEEL_BUCKETS];
} Wheel;

Wheel *wheel_new(int64_t now_ms);
void wheel_free(Wheel *wheel);

/* event->arrival_ms must be in [now, now + WHEEL_HORIZON_MS]. The event is copied. */
void wheel_put(Wheel *wheel, const Event *event);
/* Takes the next event that arrives at wheel_now; false when there is none left. */
bool wheel_take(Wheel *wheel, Event *event);
/* One millisecond on. Everything of the current one must have been taken. */
void wheel_advance(Wheel *wheel);
size_t wheel_held_bytes(const Wheel *wheel);

#endif
