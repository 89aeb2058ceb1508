/* What `weir generate` can be told about the world that it invents: one table of flags with their defaults, from which
 * the command line is parsed and its help is printed. */
#ifndef WEIR_ADS_OPTIONS_H
#define WEIR_ADS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "vec/error.h"

/* Shares are in parts per billion of what the flag's help says; times in milliseconds. */
typedef struct GeneratorOptions {
  uint64_t seed;
  int64_t start_ms;         /* epoch */
  uint64_t max_events;      /* stop after so many lines of both topics; 0 = no such limit */
  int64_t duration_ms;      /* stop after so much time; 0 = no such limit */
  uint64_t rate_per_1000_s; /* events of both topics per 1000 s, mean of the run */
  uint32_t n_campaigns;
  uint32_t n_users;
  int64_t click_delay_ms; /* median from impression to click */
  int64_t jitter_ms;      /* most that an event arrives after it happened, unless it is late */
  int64_t late_min_ms;    /* least and most that a late one does */
  int64_t late_max_ms;
  uint64_t late;
  uint64_t duplicate_impressions;
  uint64_t duplicate_clicks;
  uint64_t second_clicks;
  uint64_t orphan_clicks;
  uint64_t foreign_clicks;
  uint64_t instant_clicks;
  uint64_t expired_clicks;
  uint64_t early_clicks;
  uint64_t malformed;
  uint64_t bots;
  uint64_t anomalies_per_1000_h;
} GeneratorOptions;

typedef enum GeneratorFlagKind {
  FLAG_COUNT,    /* a whole number */
  FLAG_DURATION, /* 500ms, 30s, 10m, 2h, 7d; a bare number is seconds */
  FLAG_TIME,     /* 2026-01-01T00:00:00Z, or epoch milliseconds */
  FLAG_SHARE,    /* 0.01 or 1% */
  FLAG_RATE      /* a decimal number with up to three digits after the point, kept times 1000 */
} GeneratorFlagKind;

typedef struct GeneratorFlag {
  const char *name; /* without the dashes */
  GeneratorFlagKind kind;
  const char *argument;     /* as help shows it: "SHARE" */
  const char *default_text; /* parsed like a given value; NULL: not set */
  uint64_t least, most;     /* what values are taken */
  size_t offset;            /* of the field in GeneratorOptions */
  bool is_fault;            /* --clean sets it to nothing; help lists it under "Faults" */
  const char *help;
} GeneratorFlag;

extern const GeneratorFlag generator_flags[]; /* ends with a NULL name */

void generator_options_init(GeneratorOptions *options);
/* Sets one flag from its text. ERROR_USAGE names the flag, the nearest known one, or what its value should look like.
 */
bool generator_options_set(GeneratorOptions *options, const char *name, const char *value, Error *error);
uint64_t generator_options_get(const GeneratorOptions *options, const GeneratorFlag *flag);
/* --clean: every fault to zero, jitter included. */
void generator_options_clean(GeneratorOptions *options);
/* After all flags: derives what was left out (--events and --duration give the rate) and refuses what contradicts. */
bool generator_options_finish(GeneratorOptions *options, Error *error);

#endif
