/* How a world of ads plays out. Time goes on in steps of a millisecond. In each, what happens then is drawn
 * (impressions, and at once the clicks that they will earn), given an arrival time, and put into the time wheel; then
 * what arrives then is taken out of the wheel. So everything out of order, late or delivered twice is only a matter of
 * arrival times.
 *
 * Every purpose has its own stream of random numbers, and a draw from the traffic stream never depends on a fault: the
 * same seed with other fault flags is the same traffic with other faults. */
#include "ads/generator.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ads/clock.h"
#include "ads/wheel.h"
#include "vec/memory.h"

enum {
  ATTRIBUTION_MS = 10 * MINUTE_MS,
  CLICK_DELAY_MOST_MS = 60 * MINUTE_MS,
  CLICK_DELAY_SIGMA = CURVE_ONE * 6 / 5, /* of the delay's logarithm */
  INSTANT_MS = 100,
  REDELIVERY_MOST_MS = 2000,
  BOT_CLICKS_LEAST = 40,
  BOT_CLICKS_MOST = 160,
  BOTS_MOST = 1024, /* at once */
  GAP_BITS = 20     /* gaps between impressions are in 2^-20 ms, so that millions a second keep their rhythm */
};
static const uint64_t CTR_MOST = UINT64_C(3865470566);          /* 0.9 of 2^32 */
static const uint64_t ORPHAN_IMPRESSION = UINT64_C(1) << 48;    /* numbers of impressions that never were */
static const uint64_t MALFORMED_IMPRESSION = UINT64_C(1) << 49; /* and of those only in malformed lines */
/* An impression may wait for its delivery, and its click too; nothing older than this is still to come. */
static const int64_t SETTLED_AFTER_MS = 130 * MINUTE_MS;

/* A user that clicks everything it is shown. */
typedef struct Bot {
  int64_t next_ms;
  int64_t gap_ms;
  uint32_t n_left;
  uint32_t user;
} Bot;

typedef struct Anomaly {
  int64_t from_ms, to_ms; /* whole minutes */
  uint32_t campaign;
  uint32_t factor; /* of the CTR, in 1/1024 */
} Anomaly;

struct Generator {
  GeneratorOptions options;
  World *world;
  Wheel *wheel;
  Truth truth;
  Random traffic, clicks, network, faults, bots, anomalies; /* streams */
  uint64_t late, duplicate_impressions, duplicate_clicks, second_clicks, orphan_clicks, foreign_clicks, instant_clicks,
      expired_clicks, early_clicks, malformed, bot_bursts; /* thresholds */

  uint64_t next_impression_gaps; /* when, after start_ms, in 2^-GAP_BITS ms */
  uint64_t mean_gap;             /* at the average rate of the run */
  uint64_t mean_traffic;         /* of the run, times 1024 */
  uint64_t gap;                  /* this minute's mean */
  uint64_t impression_number, click_number, orphan_number, malformed_number;
  uint64_t n_events;
  bool is_finished;

  /* This minute's. */
  int64_t minute;
  uint32_t device_ends[DEVICE_COUNT]; /* running shares of 65536 */
  uint32_t *ctr;                      /* [campaign][device] in 2^-32 */

  Bot bot_list[BOTS_MOST];
  uint32_t n_bots;
  Anomaly current_anomaly, next_anomaly;
  int64_t anomaly_slot;     /* the next one to be planned */
  int64_t *last_anomaly_ms; /* by campaign */
};

static bool roll(uint32_t bits, uint64_t threshold) { return bits < threshold; }
static bool roll_next(Random *random, uint64_t threshold) {
  return roll((uint32_t)(random_next(random) >> 32), threshold);
}

/* ---- What happens by the minute: rate, device mix, click-through rates, anomalies ---- */

/* At most one anomaly at a time: the slots of equal length each plan one, in a campaign that has traffic enough to show
 * it and has been normal for three quarters of an hour. */
static void plan_anomaly(Generator *generator) {
  const GeneratorOptions *options = &generator->options;
  generator->next_anomaly.from_ms = INT64_MAX;
  if (options->anomalies_per_1000_h == 0) return;
  int64_t slot_ms = (int64_t)(UINT64_C(1000) * HOUR_MS / options->anomalies_per_1000_h);
  if (slot_ms < 2 * MINUTE_MS) slot_ms = 2 * MINUTE_MS;
  Random *random = &generator->anomalies;
  int64_t length = random_between(random, 3, 6) * MINUTE_MS;
  if (length > slot_ms - MINUTE_MS) length = (slot_ms - MINUTE_MS) / MINUTE_MS * MINUTE_MS;
  int64_t slot_start = options->start_ms + generator->anomaly_slot++ * slot_ms;
  int64_t lead = slot_ms > 10 * MINUTE_MS ? 3 * MINUTE_MS : slot_ms / 4; /* some normal traffic before the first one */
  int64_t slack = slot_ms - length - lead;
  int64_t from_ms = slot_start + lead + (slack > 0 ? (int64_t)random_below(random, (uint32_t)slack) : 0);
  from_ms = (from_ms + MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS;
  uint32_t n_candidates = generator->world->n_campaigns / 5;
  if (n_candidates < 3) n_candidates = generator->world->n_campaigns < 3 ? generator->world->n_campaigns : 3;
  uint32_t campaign = random_below(random, n_candidates);
  for (uint32_t i = 0; i < n_candidates && generator->last_anomaly_ms[campaign] + 45 * MINUTE_MS > from_ms; i++) {
    campaign = (campaign + 1) % n_candidates;
  }
  bool is_spike = random_below(random, 2) == 0;
  uint32_t factor = is_spike ? 2560 + random_below(random, 1536) : 102 + random_below(random, 256);
  generator->next_anomaly = (Anomaly){from_ms, from_ms + length, campaign, factor};
  generator->last_anomaly_ms[campaign] = from_ms + length;
}

static void tell_anomaly(Generator *generator, const Anomaly *anomaly) {
  text_append(&generator->truth.text,
              "{\"kind\":\"anomaly\",\"campaign_id\":\"%s\",\"direction\":\"%s\",\"from\":%lld,\"to\":%lld,\"factor\":%"
              "u.%03u}\n",
              generator->world->campaigns[anomaly->campaign].id, anomaly->factor > 1024 ? "spike" : "drop",
              (long long)anomaly->from_ms, (long long)anomaly->to_ms, anomaly->factor / 1024,
              anomaly->factor % 1024 * 1000 / 1024);
}

static void begin_minute(Generator *generator, int64_t now_ms) {
  World *world = generator->world;
  generator->minute = now_ms / MINUTE_MS;
  uint64_t traffic = world_traffic(now_ms);
  generator->gap = (uint64_t)((unsigned __int128)generator->mean_gap * generator->mean_traffic / (traffic * 1024));
  if (generator->gap == 0) generator->gap = 1;

  uint32_t shares[DEVICE_COUNT], end = 0;
  world_device_shares(now_ms, shares);
  for (int d = 0; d < DEVICE_COUNT; d++) generator->device_ends[d] = end += shares[d];

  while (generator->next_anomaly.from_ms <= now_ms) {
    generator->current_anomaly = generator->next_anomaly;
    tell_anomaly(generator, &generator->current_anomaly);
    plan_anomaly(generator);
  }
  const Anomaly *anomaly = &generator->current_anomaly;
  uint64_t hour_factor = world_ctr_factor(now_ms);
  for (uint32_t c = 0; c < world->n_campaigns; c++) {
    bool is_odd = anomaly->campaign == c && anomaly->from_ms <= now_ms && now_ms < anomaly->to_ms;
    uint64_t factor = hour_factor * (is_odd ? anomaly->factor : 1024); /* in 2^-20 */
    for (int d = 0; d < DEVICE_COUNT; d++) {
      uint64_t ctr = ((uint64_t)world->campaigns[c].ctr_ppm << 32) / 1000000;
      ctr = (ctr * factor >> 20) * world_device_ctr_factor(d) >> 10;
      generator->ctr[c * DEVICE_COUNT + (uint32_t)d] = (uint32_t)(ctr < CTR_MOST ? ctr : CTR_MOST);
    }
  }
  truth_flush(&generator->truth, now_ms - SETTLED_AFTER_MS);
}

/* ---- From happening to arriving ---- */

/* How long after it happened an event arrives: mostly soon, within the jitter; when it is late, log-uniformly later. */
static uint32_t network_delay(Generator *generator, Event *event) {
  uint64_t bits = random_next(&generator->network);
  uint64_t u = bits >> 48;
  uint64_t cubed = (u * u >> 16) * u >> 16; /* many small, few large */
  uint32_t delay = (uint32_t)(cubed * (uint64_t)(generator->options.jitter_ms + 1) >> 16);
  if (roll_next(&generator->faults, generator->late)) {
    const GeneratorOptions *options = &generator->options;
    uint32_t span = curves_log2((uint64_t)options->late_max_ms) - curves_log2((uint64_t)options->late_min_ms);
    int64_t late =
        curves_scale_by_power(&generator->world->curves, options->late_min_ms, random_scale((uint32_t)bits, span + 1));
    delay = (uint32_t)(late < options->late_max_ms ? late : options->late_max_ms);
    event->faults |= 1 << FAULT_LATE;
  }
  return delay;
}

/* A line that is no event, some time within the jitter of a good one. */
static void put_malformed(Generator *generator, const Event *sample, int64_t now_ms) {
  Random *random = &generator->faults;
  static const EventFault KINDS[] = {FAULT_CUT_LINE,     FAULT_CUT_LINE,      FAULT_WRONG_TYPE, FAULT_GARBAGE,
                                     FAULT_INVALID_UTF8, FAULT_NOT_AN_OBJECT, FAULT_EMPTY_LINE};
  Event event = *sample;
  EventFault fault = KINDS[random_below(random, sizeof KINDS / sizeof *KINDS)];
  bool is_click = event.kind == EVENT_CLICK;
  if (is_click && fault == FAULT_WRONG_TYPE)
    fault = FAULT_NOT_AN_OBJECT; /* a click has no field with a type to get wrong */
  /* Its identifier is nobody else's, so that whoever reads more of it than he should is found out. */
  event.impression = MALFORMED_IMPRESSION + generator->malformed_number++;
  if (is_click) event.click = event.impression;
  event.kind = is_click ? EVENT_MALFORMED_CLICK : EVENT_MALFORMED_IMPRESSION;
  if (fault == FAULT_WRONG_TYPE) event.kind = EVENT_IMPRESSION; /* readable but for its cost */
  event.detail = (uint32_t)(random_next(random) >> 32);
  event.faults = (uint16_t)(1 << fault);
  event.is_counted = false;
  event.event_ms = now_ms;
  event.arrival_ms = now_ms + (int64_t)random_below(random, (uint32_t)generator->options.jitter_ms + 1);
  wheel_put(generator->wheel, &event);
}

static void put_again(Generator *generator, const Event *original) {
  Event event = *original;
  event.faults |= 1 << FAULT_DUPLICATE;
  event.is_counted = false;
  event.arrival_ms += 1 + (int64_t)random_below(&generator->faults, REDELIVERY_MOST_MS);
  wheel_put(generator->wheel, &event);
}

/* ---- Clicks ---- */

/* Sends off a click that happens at click->event_ms; returns when it arrives. */
static int64_t put_click(Generator *generator, Event *click, int64_t not_before_ms) {
  click->kind = EVENT_CLICK;
  click->click = generator->click_number++;
  int64_t since = click->event_ms - click->impression_ms;
  if (!event_has(click, FAULT_ORPHAN_CLICK)) {
    if (since < 0) click->faults |= 1 << FAULT_EARLY_CLICK;
    if (since >= 0 && since < INSTANT_MS) click->faults |= 1 << FAULT_INSTANT_CLICK;
    if (since > ATTRIBUTION_MS) click->faults |= 1 << FAULT_EXPIRED_CLICK;
  }
  click->arrival_ms = click->event_ms + network_delay(generator, click);
  if (click->arrival_ms < not_before_ms) click->arrival_ms = not_before_ms;
  if (click->arrival_ms - click->event_ms >= generator->options.late_min_ms) click->faults |= 1 << FAULT_LATE;
  wheel_put(generator->wheel, click);
  if (roll_next(&generator->faults, generator->duplicate_clicks)) put_again(generator, click);
  if (roll_next(&generator->faults, generator->malformed)) put_malformed(generator, click, click->arrival_ms);
  return click->arrival_ms;
}

static Event click_on(const Event *impression, int64_t delay_ms) {
  Event click = *impression;
  click.faults = (uint16_t)(impression->faults & 1 << FAULT_BOT);
  click.impression_ms = impression->event_ms;
  click.impression_wait_ms = (uint32_t)(impression->arrival_ms - impression->event_ms);
  click.event_ms = impression->event_ms + delay_ms;
  click.is_counted = delay_ms >= 0 && delay_ms <= ATTRIBUTION_MS;
  return click;
}

static void earn_click(Generator *generator, const Event *impression) {
  const GeneratorOptions *options = &generator->options;
  Random *random = &generator->faults;
  int64_t delay_ms =
      curves_log_normal(&generator->world->curves, &generator->clicks, options->click_delay_ms, CLICK_DELAY_SIGMA);
  if (roll_next(random, generator->instant_clicks)) delay_ms = random_below(random, INSTANT_MS);
  if (roll_next(random, generator->early_clicks)) delay_ms = -1 - (int64_t)random_below(random, 2000);
  if (roll_next(random, generator->expired_clicks)) {
    /* Also the last millisecond that counts and the first that does not. */
    uint32_t edge = random_below(random, 8);
    delay_ms = edge < 2 ? ATTRIBUTION_MS + edge : ATTRIBUTION_MS + 2 + random_below(random, ATTRIBUTION_MS);
  }
  if (delay_ms > CLICK_DELAY_MOST_MS) delay_ms = CLICK_DELAY_MOST_MS;
  Event click = click_on(impression, delay_ms);
  if (roll_next(random, generator->foreign_clicks)) {
    click.user = (click.user + 1 + random_below(random, options->n_users - 1)) % options->n_users;
    click.faults |= 1 << FAULT_FOREIGN_CLICK;
  }
  bool is_followed = roll_next(random, generator->second_clicks);
  int64_t now_ms = generator->wheel->now_ms;
  bool was_counted = click.is_counted;
  int64_t arrival_ms = put_click(generator, &click, now_ms);
  if (is_followed) {
    Event second = click_on(impression, delay_ms + 200 + random_below(random, 20000));
    second.user = click.user;
    second.faults = (uint16_t)(1 << FAULT_SECOND_CLICK | (click.faults & 1 << FAULT_FOREIGN_CLICK));
    second.is_counted = second.is_counted && !was_counted;
    put_click(generator, &second, arrival_ms);
  }
  if (roll_next(random, generator->orphan_clicks)) {
    Event orphan = click_on(impression, delay_ms < 0 ? 0 : delay_ms);
    orphan.impression = ORPHAN_IMPRESSION + generator->orphan_number++;
    orphan.is_counted = false;
    orphan.faults = 1 << FAULT_ORPHAN_CLICK;
    put_click(generator, &orphan, now_ms);
  }
}

/* ---- Impressions ---- */

/* Two draws, however it turns out. */
static void draw_impression(Generator *generator, Random *random, Event *event) {
  const World *world = generator->world;
  uint64_t first = random_next(random), second = random_next(random);
  memset(event, 0, sizeof *event);
  event->kind = EVENT_IMPRESSION;
  event->campaign = world->campaign_slots[first & (CAMPAIGN_SLOTS - 1)];
  const Campaign *campaign = &world->campaigns[event->campaign];
  event->ad = campaign->first_ad + world->ad_slots[campaign->n_ads][first >> 16 & (AD_SLOTS - 1)];
  uint32_t of_devices = (uint32_t)(first >> 22 & 0xffff);
  event->device = (uint8_t)((of_devices >= generator->device_ends[0]) + (of_devices >= generator->device_ends[1]) +
                            (of_devices >= generator->device_ends[2]));
  event->browser = world->browser_slots[event->device][first >> 38 & 63];
  /* Half to one and a half times the campaign's mean, by the sum of two draws. */
  uint64_t bid = 1024 + (first >> 44 & 1023) + (first >> 54);
  event->cost_micros = (uint32_t)(campaign->cost_micros * bid >> 11);
  uint32_t group = (uint32_t)((second >> 32 & 0xffff) * USER_GROUPS >> 16);
  uint32_t start = world->user_group_start[group];
  event->user = start + random_scale((uint32_t)second, world->user_group_start[group + 1] - start);
}

static void put_impression(Generator *generator, Event *event, int64_t now_ms) {
  event->impression = generator->impression_number++;
  event->event_ms = now_ms;
  event->arrival_ms = now_ms + network_delay(generator, event);
  wheel_put(generator->wheel, event);
  uint64_t bits = random_next(&generator->faults);
  if (roll((uint32_t)bits, generator->duplicate_impressions)) put_again(generator, event);
  if (roll((uint32_t)(bits >> 32), generator->malformed)) put_malformed(generator, event, now_ms);
}

/* ---- Bots ---- */

static void begin_bot(Generator *generator, int64_t now_ms) {
  Random *random = &generator->bots;
  if (generator->n_bots == BOTS_MOST) return;
  Bot *bot = &generator->bot_list[generator->n_bots++];
  bot->user = random_below(random, generator->options.n_users);
  bot->n_left = (uint32_t)random_between(random, BOT_CLICKS_LEAST, BOT_CLICKS_MOST);
  bot->gap_ms = 1 + (4000 + random_below(random, 6000)) / bot->n_left;
  bot->next_ms = now_ms;
  text_append(&generator->truth.text,
              "{\"kind\":\"bot_burst\",\"user_id\":\"u%u\",\"from\":%lld,\"to\":%lld,\"clicks\":%u}\n", bot->user + 1,
              (long long)now_ms, (long long)now_ms + bot->gap_ms * (bot->n_left - 1), bot->n_left);
}

static void run_bots(Generator *generator, int64_t now_ms) {
  for (uint32_t b = 0; b < generator->n_bots;) {
    Bot *bot = &generator->bot_list[b];
    if (bot->next_ms <= now_ms) {
      Event event;
      draw_impression(generator, &generator->bots, &event);
      event.user = bot->user;
      event.faults = 1 << FAULT_BOT;
      put_impression(generator, &event, now_ms);
      Event click = click_on(&event, 50 + random_below(&generator->bots, 350));
      put_click(generator, &click, now_ms);
      bot->next_ms += bot->gap_ms;
      bot->n_left--;
    }
    if (bot->n_left == 0) {
      *bot = generator->bot_list[--generator->n_bots];
    } else {
      b++;
    }
  }
}

/* ---- The rest of the audience ---- */

static void show_impressions(Generator *generator, int64_t now_ms) {
  uint64_t end = (uint64_t)(now_ms + 1 - generator->options.start_ms) << GAP_BITS;
  while (generator->next_impression_gaps < end) {
    Random *random = &generator->traffic;
    Event event;
    generator->next_impression_gaps += curves_exponential(&generator->world->curves, random, generator->gap);
    draw_impression(generator, random, &event);
    uint32_t luck = (uint32_t)(random_next(random) >> 32);
    put_impression(generator, &event, now_ms);
    if (roll_next(&generator->bots, generator->bot_bursts)) begin_bot(generator, now_ms);
    uint64_t ctr = (uint64_t)generator->ctr[event.campaign * DEVICE_COUNT + event.device] *
                       generator->world->ads[event.ad].ctr_factor >>
                   10;
    if (luck < ctr) earn_click(generator, &event);
  }
}

/* ---- Delivery ---- */

/* A click that its impression's cohort counts does so once both have been delivered. */
static void deliver(Generator *generator, const Event *event) {
  truth_add(&generator->truth, event);
  if (event->kind != EVENT_CLICK || !event->is_counted) return;
  int64_t impression_arrival_ms = event->impression_ms + event->impression_wait_ms;
  if (impression_arrival_ms <= event->arrival_ms) {
    truth_count_click(&generator->truth, event);
  } else {
    Event settlement = *event;
    settlement.kind = EVENT_SETTLEMENT;
    settlement.arrival_ms = impression_arrival_ms;
    wheel_put(generator->wheel, &settlement);
  }
}

static bool finish(Generator *generator) {
  if (!generator->is_finished) truth_finish(&generator->truth);
  generator->is_finished = true;
  return false;
}

void generator_stop(Generator *generator) { finish(generator); }

bool generator_next(Generator *generator, Event *event) {
  const GeneratorOptions *options = &generator->options;
  Wheel *wheel = generator->wheel;
  if (generator->is_finished) return false;
  if (options->max_events != 0 && generator->n_events == options->max_events) return finish(generator);
  for (;;) {
    if (wheel_take(wheel, event)) {
      if (event->kind == EVENT_SETTLEMENT) {
        truth_count_click(&generator->truth, event);
        continue;
      }
      deliver(generator, event);
      generator->n_events++;
      return true;
    }
    wheel_advance(wheel);
    int64_t now_ms = wheel->now_ms;
    if (options->duration_ms != 0 && now_ms >= options->start_ms + options->duration_ms) return finish(generator);
    if (now_ms >= (generator->minute + 1) * MINUTE_MS) begin_minute(generator, now_ms);
    show_impressions(generator, now_ms);
    if (generator->n_bots != 0) run_bots(generator, now_ms);
  }
}

/* ---- Making and freeing ---- */

/* Lines of both topics per impression, in 1/1024: so many more lines than impressions does a rate of lines stand for.
 */
static uint64_t lines_per_impression(const Generator *generator) {
  const World *world = generator->world;
  const GeneratorOptions *options = &generator->options;
  uint64_t ctr_ppm = 0;
  for (uint32_t c = 0; c < world->n_campaigns; c++) {
    ctr_ppm += (uint64_t)world->campaigns[c].ctr_ppm * world->campaigns[c].share_slots;
  }
  ctr_ppm /= CAMPAIGN_SLOTS;
  const uint64_t one = 1000000000;
  uint64_t lines_a_click = one + options->second_clicks + options->orphan_clicks + options->duplicate_clicks;
  uint64_t lines = one + options->duplicate_impressions + options->malformed + lines_a_click / 1000000 * ctr_ppm;
  lines += options->bots * 2;
  return lines * 1024 / one;
}

static void init_rate(Generator *generator) {
  const GeneratorOptions *options = &generator->options;
  /* The mean of the day's curve over the run, or over a day when it has no end. */
  int64_t length_ms = options->duration_ms;
  if (length_ms == 0 && options->max_events != 0) {
    unsigned __int128 expected_ms =
        (unsigned __int128)options->max_events * 1000 * SECOND_MS / options->rate_per_1000_s;
    length_ms = expected_ms < DAY_MS ? (int64_t)expected_ms : DAY_MS;
  }
  if (length_ms == 0 || length_ms > 366 * (int64_t)DAY_MS) length_ms = DAY_MS;
  uint64_t sum = 0, n_minutes = 0;
  for (int64_t at_ms = 0; at_ms < length_ms; at_ms += MINUTE_MS, n_minutes++)
    sum += world_traffic(options->start_ms + at_ms);
  assert(n_minutes > 0);
  generator->mean_traffic = sum * 1024 / n_minutes;
  unsigned __int128 gap = ((unsigned __int128)1000 * SECOND_MS << GAP_BITS) * lines_per_impression(generator);
  generator->mean_gap = (uint64_t)(gap / options->rate_per_1000_s / 1024);
}

Generator *generator_new(const GeneratorOptions *options) {
  Generator *generator = memory_alloc_zeroed(1, sizeof *generator);
  generator->options = *options;
  generator->world = world_new(options);
  generator->wheel = wheel_new(options->start_ms - 1);
  truth_init(&generator->truth, generator->world, options);
  Random *streams[] = {&generator->traffic, &generator->clicks, &generator->network,
                       &generator->faults,  &generator->bots,   &generator->anomalies};
  for (uint64_t i = 0; i < sizeof streams / sizeof *streams; i++) *streams[i] = random_stream(options->seed, i + 1);
  const struct {
    uint64_t *threshold, share;
  } thresholds[] = {
      {&generator->late, options->late},
      {&generator->duplicate_impressions, options->duplicate_impressions},
      {&generator->duplicate_clicks, options->duplicate_clicks},
      {&generator->second_clicks, options->second_clicks},
      {&generator->orphan_clicks, options->orphan_clicks},
      {&generator->foreign_clicks, options->foreign_clicks},
      {&generator->instant_clicks, options->instant_clicks},
      {&generator->expired_clicks, options->expired_clicks},
      {&generator->early_clicks, options->early_clicks},
      {&generator->malformed, options->malformed},
      {&generator->bot_bursts, options->bots * 2 / (BOT_CLICKS_LEAST + BOT_CLICKS_MOST)},
  };
  for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++) {
    *thresholds[i].threshold = random_threshold(thresholds[i].share);
  }
  uint32_t n_campaigns = generator->world->n_campaigns;
  generator->ctr = memory_alloc_zeroed((size_t)n_campaigns * DEVICE_COUNT, sizeof *generator->ctr);
  generator->last_anomaly_ms = memory_alloc_zeroed(n_campaigns, sizeof *generator->last_anomaly_ms);
  init_rate(generator);
  plan_anomaly(generator);
  begin_minute(generator, options->start_ms);
  generator->next_impression_gaps = curves_exponential(&generator->world->curves, &generator->traffic, generator->gap);
  return generator;
}

void generator_free(Generator *generator) {
  if (generator == NULL) return;
  world_free(generator->world);
  wheel_free(generator->wheel);
  truth_destroy(&generator->truth);
  free(generator->ctr);
  free(generator->last_anomaly_ms);
  free(generator);
}

const World *generator_world(const Generator *generator) { return generator->world; }
TextBuffer *generator_truth(Generator *generator) { return &generator->truth.text; }
size_t generator_held_bytes(const Generator *generator) {
  return sizeof *generator + sizeof *generator->world + wheel_held_bytes(generator->wheel) +
         generator->truth.text.capacity;
}
