/* What is true about generated events, as JSON lines: the cohort CTR of every campaign and minute, and every fault that
 * was planted.
 *
 *   {"kind":"world", ...}      first: the seed and every option
 *   {"kind":"campaign", ...}   one a campaign: base CTR, mean cost, share of traffic
 *   {"kind":"cohort","window_start":ms,"campaign_id":"c-001","impressions":n,"clicks":n,"spend":0.123456}
 *   {"kind":"late", ...}       one a faulty event: names in event_fault_names, its topic, identifiers, event time,
 * arrival
 *   {"kind":"bot_burst", ...} and {"kind":"anomaly", ...}
 *   {"kind":"total", ...}      last: lines a topic, by fault
 *
 * Cohort truth is that of the lines written, by the rules of jobs/ctr_by_campaign.sql, if nothing were dropped as late:
 * an impression counts once however often it was delivered, in the minute of its event_timestamp; a click counts when
 * its impression was delivered and 0 <= click - impression <= 10 minutes, once an impression. What is late is listed,
 * so that a test can reconcile. Only minutes in which something may still change are kept in memory. */
#ifndef WEIR_ADS_TRUTH_H
#define WEIR_ADS_TRUTH_H

#include "ads/event.h"
#include "ads/options.h"
#include "ads/world.h"

typedef struct TextBuffer {
  char *bytes;
  size_t n_bytes;
  size_t capacity;
} TextBuffer;

void text_append(TextBuffer *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef struct TruthCell {
  uint64_t impressions;
  uint64_t clicks;
  uint64_t spend_micros;
} TruthCell;

enum { TRUTH_MINUTES = 256 }; /* kept at once: more than lateness and attribution together, see truth_flush */

typedef struct Truth {
  const World *world;
  TruthCell *cells;        /* [minute % TRUTH_MINUTES][campaign] */
  int64_t first_minute;    /* minutes before it have been written */
  int64_t last_minute;     /* of those with anything in them, the last */
  uint64_t topic_lines[2]; /* impressions, clicks */
  uint64_t fault_lines[FAULT_COUNT];
  TextBuffer text; /* lines not yet taken */
} Truth;

void truth_init(Truth *truth, const World *world, const GeneratorOptions *options);
void truth_destroy(Truth *truth);

/* An event has been delivered. */
void truth_add(Truth *truth, const Event *event);
/* Both the click that its impression's cohort counts and the impression have been delivered. */
void truth_count_click(Truth *truth, const Event *click);
/* No event that happened before this time is to come: writes the minutes that are over. */
void truth_flush(Truth *truth, int64_t before_ms);
/* The end: writes the rest, and the totals. */
void truth_finish(Truth *truth);

#endif
