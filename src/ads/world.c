/* What the invented audience is like. The numbers are made up but of plausible size: most traffic is mobile and in the
 * evening, television screens are rarely clicked, a few campaigns have most of the traffic (Zipf, exponent 1). */
#include "ads/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ads/clock.h"
#include "vec/memory.h"

typedef struct Weighted {
  const char *name;
  uint32_t weight;
} Weighted;

static const struct {
  const char *name;
  uint32_t ctr_factor; /* in 1/1024 */
  Weighted browsers[BROWSERS_MAX];
} DEVICES[DEVICE_COUNT] = {
    {"mobile", 1150, {{"Chrome", 52}, {"Safari", 34}, {"Samsung Internet", 8}, {"Firefox", 3}, {"Opera", 3}}},
    {"desktop", 850, {{"Chrome", 60}, {"Edge", 16}, {"Safari", 13}, {"Firefox", 9}, {"Opera", 2}}},
    {"tablet", 1250, {{"Safari", 55}, {"Chrome", 38}, {"Firefox", 4}, {"Silk", 3}}},
    {"ctv", 200, {{"Tizen", 40}, {"webOS", 30}, {"Fire TV", 20}, {"Roku", 10}}},
};

/* By hour of the day, audience's time = UTC. Traffic and CTR in 1/1024 of the average hour; device weights. */
static const struct {
  uint16_t traffic, ctr;
  uint16_t devices[DEVICE_COUNT];
} HOURS[24] = {
    {620, 1010, {60, 24, 9, 7}},    {450, 980, {60, 24, 8, 8}},     {340, 950, {61, 23, 8, 8}},
    {280, 930, {62, 23, 8, 7}},     {290, 930, {62, 25, 8, 5}},     {390, 950, {64, 25, 8, 3}},
    {610, 980, {68, 22, 7, 3}},     {860, 1000, {70, 21, 6, 3}},    {1000, 1010, {65, 28, 5, 2}},
    {1070, 1020, {53, 40, 5, 2}},   {1110, 1030, {50, 43, 5, 2}},   {1150, 1040, {51, 42, 5, 2}},
    {1250, 1060, {57, 35, 6, 2}},   {1220, 1040, {55, 37, 6, 2}},   {1150, 1020, {52, 40, 6, 2}},
    {1130, 1010, {52, 39, 6, 3}},   {1170, 1020, {55, 34, 7, 4}},   {1280, 1030, {62, 25, 8, 5}},
    {1420, 1050, {60, 20, 10, 10}}, {1570, 1080, {56, 17, 12, 15}}, {1680, 1100, {54, 16, 13, 17}},
    {1660, 1090, {55, 16, 13, 16}}, {1380, 1060, {58, 17, 12, 13}}, {960, 1030, {60, 20, 10, 10}},
};

static uint32_t interpolate(uint32_t at_hour, uint32_t at_next, int64_t time_ms) {
  uint32_t minute = (uint32_t)(time_ms / MINUTE_MS % 60);
  return at_hour * (60 - minute) + at_next * minute; /* in 1/60 of its unit */
}
static int hour_of(int64_t time_ms) { return (int)(time_ms / HOUR_MS % 24); }
static int hour_after(int64_t time_ms) { return (hour_of(time_ms) + 1) % 24; }

uint32_t world_traffic(int64_t time_ms) {
  return interpolate(HOURS[hour_of(time_ms)].traffic, HOURS[hour_after(time_ms)].traffic, time_ms);
}

uint32_t world_ctr_factor(int64_t time_ms) {
  return interpolate(HOURS[hour_of(time_ms)].ctr, HOURS[hour_after(time_ms)].ctr, time_ms) / 60;
}

void world_device_shares(int64_t time_ms, uint32_t shares[DEVICE_COUNT]) {
  uint32_t weights[DEVICE_COUNT], total = 0, given = 0;
  for (int d = 0; d < DEVICE_COUNT; d++) {
    weights[d] = interpolate(HOURS[hour_of(time_ms)].devices[d], HOURS[hour_after(time_ms)].devices[d], time_ms);
    total += weights[d];
  }
  for (int d = 1; d < DEVICE_COUNT; d++) given += shares[d] = weights[d] * 65536 / total;
  shares[0] = 65536 - given;
}

uint32_t world_device_ctr_factor(int device) { return DEVICES[device].ctr_factor; }
const char *world_device_name(int device) { return DEVICES[device].name; }
const char *world_browser_name(int device, int browser) {
  return browser < BROWSERS_MAX ? DEVICES[device].browsers[browser].name : NULL;
}

/* Shares n_slots among n items by weight, each item's slots in one run: exact to a slot, by rounding the running total.
 */
static void fill_slots(const uint64_t *weights, uint32_t n, uint32_t n_slots, void (*put)(void *, uint32_t, uint32_t),
                       void *slots) {
  unsigned __int128 total = 0, running = 0;
  for (uint32_t i = 0; i < n; i++) total += weights[i];
  uint32_t slot = 0;
  for (uint32_t i = 0; i < n; i++) {
    running += weights[i];
    uint32_t end = (uint32_t)(running * n_slots / total);
    while (slot < end) put(slots, slot++, i);
  }
  assert(slot == n_slots);
}
static void put_wide(void *slots, uint32_t slot, uint32_t item) { ((uint16_t *)slots)[slot] = (uint16_t)item; }
static void put_narrow(void *slots, uint32_t slot, uint32_t item) { ((uint8_t *)slots)[slot] = (uint8_t)item; }

static void fill_tables(World *world) {
  uint64_t weights[1000];
  for (uint32_t i = 0; i < world->n_campaigns; i++) weights[i] = (UINT64_C(1) << 32) / (i + 1);
  fill_slots(weights, world->n_campaigns, CAMPAIGN_SLOTS, put_wide, world->campaign_slots);
  for (uint32_t i = 0; i < CAMPAIGN_SLOTS; i++) world->campaigns[world->campaign_slots[i]].share_slots++;
  for (uint32_t n = 1; n <= ADS_MAX; n++) fill_slots(weights, n, AD_SLOTS, put_narrow, world->ad_slots[n]);
  for (int d = 0; d < DEVICE_COUNT; d++) {
    uint32_t n = 0;
    for (; world_browser_name(d, (int)n) != NULL; n++) {
      weights[n] = DEVICES[d].browsers[n].weight;
      Fragment *fragment = &world->device_fragments[d][n];
      fragment->n_bytes = (uint32_t)snprintf(fragment->text, FRAGMENT_BYTES,
                                             "%s\",\"browser\":\"%s\",\"event_timestamp\":", DEVICES[d].name,
                                             DEVICES[d].browsers[n].name);
    }
    fill_slots(weights, n, 64, put_narrow, world->browser_slots[d]);
  }
  /* Users come in nine groups of equal traffic: two of a 256th of them all, then each twice the one before. */
  for (int g = 1; g <= USER_GROUPS; g++) {
    world->user_group_start[g] = (uint32_t)((uint64_t)world->n_users * (UINT64_C(1) << (g - 1)) / 256);
  }
}

static void make_campaign(World *world, Random *random, uint32_t c) {
  Campaign *campaign = &world->campaigns[c];
  snprintf(campaign->id, sizeof campaign->id, "c-%03u", (c + 1) % 1000);
  /* Spread evenly on a logarithmic scale: CTR over 2 % to 11 %, an impression's cost over 0.8 to 12 thousandths. */
  campaign->ctr_ppm = (uint32_t)curves_scale_by_power(&world->curves, 20000, random_below(random, 158000));
  campaign->cost_micros = (uint32_t)curves_scale_by_power(&world->curves, 800, random_below(random, 256000));
  campaign->first_ad = world->n_ads;
  campaign->n_ads = 3 + random_below(random, ADS_MAX - 2);
  for (uint32_t a = 0; a < campaign->n_ads; a++) {
    Ad *ad = &world->ads[world->n_ads++];
    ad->ctr_factor = 720 + random_below(random, 608);
    ad->fragment.n_bytes = (uint32_t)snprintf(ad->fragment.text, FRAGMENT_BYTES,
                                              "\",\"campaign_id\":\"%s\",\"ad_id\":\"a-%04u\",\"device_type\":\"",
                                              campaign->id, campaign->first_ad + a + 1);
    assert(ad->fragment.n_bytes < FRAGMENT_BYTES);
  }
}

World *world_new(const GeneratorOptions *options) {
  assert(options->n_campaigns >= 1 && options->n_campaigns <= 999 && options->n_users >= 256);
  World *world = memory_alloc_zeroed(1, sizeof *world);
  world->seed = options->seed;
  world->impression_salt = random_mix(options->seed ^ UINT64_C(0x696d7072657373));
  world->click_salt = random_mix(options->seed ^ UINT64_C(0x636c69636b));
  world->n_campaigns = options->n_campaigns;
  world->n_users = options->n_users;
  world->campaigns = memory_alloc_zeroed(options->n_campaigns, sizeof *world->campaigns);
  world->ads = memory_alloc_zeroed((size_t)options->n_campaigns * ADS_MAX, sizeof *world->ads);
  curves_init(&world->curves);
  Random random = random_stream(options->seed, 0);
  for (uint32_t c = 0; c < world->n_campaigns; c++) make_campaign(world, &random, c);
  fill_tables(world);
  return world;
}

void world_free(World *world) {
  if (world == NULL) return;
  free(world->campaigns);
  free(world->ads);
  free(world);
}
