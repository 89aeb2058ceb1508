/* Counting is on the way of every event, so it is an array look-up; the lines are written with printf, because faults
 * are rare. */
#include "ads/truth.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ads/clock.h"
#include "vec/memory.h"

void text_append(TextBuffer *text, const char *format, ...) {
  enum { LINE_MAX_BYTES = 1024 };
  text->bytes = memory_grow(text->bytes, &text->capacity, text->n_bytes + LINE_MAX_BYTES, 1);
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text->bytes + text->n_bytes, LINE_MAX_BYTES, format, arguments);
  va_end(arguments);
  assert(n >= 0 && n < LINE_MAX_BYTES);
  text->n_bytes += (size_t)n;
}

static void append_options(TextBuffer *text, const GeneratorOptions *options) {
  text_append(text, "{\"kind\":\"world\"");
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    text_append(text, ",\"%s\":%" PRIu64, flag->name, generator_options_get(options, flag));
  }
  text_append(text, "}\n");
}

void truth_init(Truth *truth, const World *world, const GeneratorOptions *options) {
  memset(truth, 0, sizeof *truth);
  truth->world = world;
  truth->cells = memory_alloc_zeroed((size_t)TRUTH_MINUTES * world->n_campaigns, sizeof *truth->cells);
  /* Clicks may be dated a little before the first impression, but cohorts are of impressions. */
  truth->first_minute = options->start_ms / MINUTE_MS;
  truth->last_minute = truth->first_minute - 1;
  append_options(&truth->text, options);
  for (uint32_t c = 0; c < world->n_campaigns; c++) {
    const Campaign *campaign = &world->campaigns[c];
    text_append(&truth->text,
                "{\"kind\":\"campaign\",\"campaign_id\":\"%s\",\"base_ctr\":0.%06" PRIu32 ",\"mean_cost\":0.%06" PRIu32
                ",\"traffic_share\":0.%06" PRIu32 ",\"ads\":%" PRIu32 "}\n",
                campaign->id, campaign->ctr_ppm, campaign->cost_micros,
                (uint32_t)((uint64_t)campaign->share_slots * 999999 / CAMPAIGN_SLOTS), campaign->n_ads);
  }
}

void truth_destroy(Truth *truth) {
  free(truth->cells);
  free(truth->text.bytes);
}

static TruthCell *cell_of(Truth *truth, int64_t time_ms, uint32_t campaign) {
  int64_t minute = time_ms / MINUTE_MS;
  assert(minute >= truth->first_minute && minute < truth->first_minute + TRUTH_MINUTES);
  if (minute > truth->last_minute) truth->last_minute = minute;
  return &truth->cells[(size_t)(minute % TRUTH_MINUTES) * truth->world->n_campaigns + campaign];
}

static void append_faults(Truth *truth, const Event *event) {
  bool is_click = event_is_click_topic(event);
  char impression_id[IDENTIFIER_BYTES], click_id[IDENTIFIER_BYTES];
  event_impression_id(truth->world, event->impression, impression_id);
  event_click_id(truth->world, is_click ? event->click : 0, click_id);
  for (uint32_t bits = event->faults; bits != 0; bits &= bits - 1) {
    int fault = __builtin_ctz(bits);
    truth->fault_lines[fault]++;
    text_append(&truth->text, "{\"kind\":\"%s\",\"topic\":\"%s\"", event_fault_names[fault],
                is_click ? "ad_clicks" : "ad_impressions");
    if (event->kind == EVENT_IMPRESSION || event->kind == EVENT_CLICK) {
      if (is_click) text_append(&truth->text, ",\"click_id\":\"%.*s\"", IDENTIFIER_BYTES, click_id);
      text_append(&truth->text, ",\"impression_id\":\"%.*s\",\"user_id\":\"u%" PRIu32 "\",\"event_timestamp\":%" PRId64,
                  IDENTIFIER_BYTES, impression_id, event->user + 1, event->event_ms);
    }
    text_append(&truth->text, ",\"arrival\":%" PRId64 "}\n", event->arrival_ms);
  }
}

void truth_add(Truth *truth, const Event *event) {
  assert(event->kind != EVENT_SETTLEMENT);
  truth->topic_lines[event_is_click_topic(event)]++;
  if (event->kind == EVENT_IMPRESSION && !event_has(event, FAULT_DUPLICATE)) {
    TruthCell *cell = cell_of(truth, event->event_ms, event->campaign);
    cell->impressions++;
    if (!event_has(event, FAULT_WRONG_TYPE)) cell->spend_micros += event->cost_micros;
  }
  if (event->faults != 0) append_faults(truth, event);
}

void truth_count_click(Truth *truth, const Event *click) {
  assert(click->is_counted);
  cell_of(truth, click->impression_ms, click->campaign)->clicks++;
}

static void flush_minute(Truth *truth, int64_t minute) {
  TruthCell *cells = &truth->cells[(size_t)(minute % TRUTH_MINUTES) * truth->world->n_campaigns];
  for (uint32_t c = 0; c < truth->world->n_campaigns; c++) {
    const TruthCell *cell = &cells[c];
    if (cell->impressions == 0) continue;
    text_append(&truth->text,
                "{\"kind\":\"cohort\",\"window_start\":%" PRId64 ",\"campaign_id\":\"%s\",\"impressions\":%" PRIu64
                ",\"clicks\":%" PRIu64 ",\"spend\":%" PRIu64 ".%06" PRIu64 "}\n",
                minute * MINUTE_MS, truth->world->campaigns[c].id, cell->impressions, cell->clicks,
                cell->spend_micros / 1000000, cell->spend_micros % 1000000);
  }
  memset(cells, 0, truth->world->n_campaigns * sizeof *cells);
}

void truth_flush(Truth *truth, int64_t before_ms) {
  for (; (truth->first_minute + 1) * MINUTE_MS <= before_ms; truth->first_minute++) {
    if (truth->first_minute <= truth->last_minute) flush_minute(truth, truth->first_minute);
  }
}

void truth_finish(Truth *truth) {
  truth_flush(truth, (truth->last_minute + 1) * MINUTE_MS);
  text_append(&truth->text, "{\"kind\":\"total\",\"ad_impressions\":%" PRIu64 ",\"ad_clicks\":%" PRIu64,
              truth->topic_lines[0], truth->topic_lines[1]);
  for (int fault = 0; fault < FAULT_COUNT; fault++) {
    text_append(&truth->text, ",\"%s\":%" PRIu64, event_fault_names[fault], truth->fault_lines[fault]);
  }
  text_append(&truth->text, "}\n");
}
