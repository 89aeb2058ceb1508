/* The ad world that a seed and a few options make: campaigns, ads, users, devices and the daily curve. Constant once
 * made; what happens in it is ads/generator.h. */
#ifndef WEIR_ADS_WORLD_H
#define WEIR_ADS_WORLD_H

#include <stdint.h>

#include "ads/curves.h"
#include "ads/options.h"

enum {
  DEVICE_COUNT = 4, /* mobile, desktop, tablet, ctv */
  BROWSERS_MAX = 6, /* of one device */
  ADS_MAX = 12,     /* of one campaign */
  CAMPAIGN_SLOTS = 1 << 16,
  AD_SLOTS = 64,
  USER_GROUPS = 9,
  FRAGMENT_BYTES = 64
};

/* A piece of a line that many lines share, ready to be copied whole. */
typedef struct Fragment {
  char text[FRAGMENT_BYTES];
  uint32_t n_bytes;
} Fragment;

typedef struct Ad {
  uint32_t ctr_factor; /* in 1/1024 */
  Fragment fragment;   /* campaign_id and ad_id, up to the device's opening quote */
} Ad;

typedef struct Campaign {
  uint32_t first_ad; /* index into World.ads */
  uint32_t n_ads;
  uint32_t ctr_ppm;     /* base click-through rate */
  uint32_t cost_micros; /* mean cost of an impression, in millionths of a dollar */
  uint32_t share_slots; /* of CAMPAIGN_SLOTS */
  char id[8];           /* c-001 is the one with most traffic */
} Campaign;

typedef struct World {
  uint64_t seed;
  uint64_t impression_salt;
  uint64_t click_salt;
  uint32_t n_campaigns;
  uint32_t n_ads;
  uint32_t n_users;
  uint32_t user_group_start[USER_GROUPS + 1];
  Campaign *campaigns;
  Ad *ads;
  uint16_t campaign_slots[CAMPAIGN_SLOTS]; /* draw a slot, get a campaign */
  uint8_t ad_slots[ADS_MAX + 1][AD_SLOTS]; /* by number of ads: draw a slot, get an ad */
  uint8_t browser_slots[DEVICE_COUNT][64];
  Fragment device_fragments[DEVICE_COUNT][BROWSERS_MAX]; /* device and browser, up to the timestamp */
  Curves curves;
} World;

World *world_new(const GeneratorOptions *options);
void world_free(World *world);

/* The day's curves at a minute of the day, interpolated: traffic relative to others (only ratios mean anything), CTR
 * factor in 1/1024, and each device's share of traffic in 1/65536 (summing to 65536). */
uint32_t world_traffic(int64_t time_ms);
uint32_t world_ctr_factor(int64_t time_ms);
void world_device_shares(int64_t time_ms, uint32_t shares[DEVICE_COUNT]);
/* In 1/1024. */
uint32_t world_device_ctr_factor(int device);

const char *world_device_name(int device);
const char *world_browser_name(int device, int browser); /* NULL past the last */

#endif
