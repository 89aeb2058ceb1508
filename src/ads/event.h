/* The events of the ad world and their JSON lines.
 *
 *   ad_impressions  {"impression_id","user_id","campaign_id","ad_id","device_type","browser","event_timestamp","cost"}
 *   ad_clicks       {"click_id","impression_id","user_id","event_timestamp"}
 *
 * in that key order, compact. event_timestamp is epoch milliseconds; cost is dollars per impression with up to six
 * digits after the point. Identifiers of impressions and clicks are 18 opaque characters, so that no engine profits
 * from strings short enough to be stored inline. */
#ifndef WEIR_ADS_EVENT_H
#define WEIR_ADS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ads/world.h"

typedef enum EventKind {
  EVENT_IMPRESSION,
  EVENT_CLICK,
  EVENT_MALFORMED_IMPRESSION, /* a line of the topic that is no event; EventFault says how */
  EVENT_MALFORMED_CLICK,
  EVENT_SETTLEMENT /* internal to the generator: a click's impression has now been delivered too */
} EventKind;

/* What was done to an event: bits of Event.faults. Names as in truth.jsonl: event_fault_names. */
typedef enum EventFault {
  FAULT_LATE,
  FAULT_DUPLICATE,
  FAULT_SECOND_CLICK,
  FAULT_ORPHAN_CLICK,
  FAULT_FOREIGN_CLICK,
  FAULT_INSTANT_CLICK,
  FAULT_EXPIRED_CLICK,
  FAULT_EARLY_CLICK,
  FAULT_BOT,
  FAULT_WRONG_TYPE, /* cost is a text: Flink reads the impression with cost NULL */
  FAULT_CUT_LINE,   /* and from here on, lines that Flink skips as a whole */
  FAULT_GARBAGE,
  FAULT_INVALID_UTF8,
  FAULT_NOT_AN_OBJECT,
  FAULT_EMPTY_LINE,
  FAULT_COUNT
} EventFault;

extern const char *const event_fault_names[FAULT_COUNT];

/* One cache line, as it waits in the time wheel. */
typedef struct Event {
  int64_t event_ms;
  int64_t arrival_ms;
  uint64_t impression; /* its number; the identifier is made of it */
  union {
    uint64_t click; /* clicks: its number */
    struct {
      uint32_t ad; /* impressions: index into World.ads */
      uint32_t cost_micros;
    };
  };
  int64_t impression_ms;       /* clicks: when its impression happened ... */
  uint32_t impression_wait_ms; /* ... and how much later that was delivered */
  uint32_t user;
  uint32_t detail; /* malformed: where the line is cut, which garbage ... */
  uint16_t campaign;
  uint16_t faults;
  uint8_t kind; /* EventKind */
  uint8_t device;
  uint8_t browser;
  bool is_counted; /* clicks: the one click that its impression's cohort counts */
} Event;

enum { IDENTIFIER_BYTES = 18, EVENT_LINE_MAX = 320 };

static inline bool event_has(const Event *event, EventFault fault) { return (event->faults >> fault & 1) != 0; }
static inline bool event_is_click_topic(const Event *event) {
  return event->kind == EVENT_CLICK || event->kind == EVENT_MALFORMED_CLICK;
}

/* No final NUL. Two events of one seed never share an identifier. */
void event_impression_id(const World *world, uint64_t impression, char id[IDENTIFIER_BYTES]);
void event_click_id(const World *world, uint64_t click, char id[IDENTIFIER_BYTES]);

/* The event's line with its newline; returns its length. `line` has room for EVENT_LINE_MAX bytes, of which those after
 * the returned length are overwritten too. */
size_t event_format(const World *world, const Event *event, char *line);

#endif
