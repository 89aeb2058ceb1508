/* The generator's flags and the parsing of their values: decimal numbers are read as integers of a fixed scale, because
 * a world must not depend on how a machine rounds 0.005. */
#include "ads/options.h"

#include <stddef.h>
#include <string.h>

#include "ads/clock.h"

#define FIELD(name) offsetof(GeneratorOptions, name)

enum {
  YEAR_MS_SHIFT = 35, /* 2^35 ms is a little more than a year */
  SHARE_ONE = 1000000000
};
static const uint64_t DEFAULT_RATE_PER_1000_S = 1000000;
static const uint64_t RATE_PER_1000_S_MOST = UINT64_C(20000000000);

const GeneratorFlag generator_flags[] = {
    {"seed", FLAG_COUNT, "N", "1", 0, UINT64_MAX, FIELD(seed), false,
     "the world to invent: same seed and flags, same bytes"},
    {"events", FLAG_COUNT, "N", NULL, 1, UINT64_C(1) << 40, FIELD(max_events), false,
     "stop after N lines, impressions and clicks together"},
    {"duration", FLAG_DURATION, "TIME", NULL, 1, UINT64_C(100) << YEAR_MS_SHIFT, FIELD(duration_ms), false,
     "stop after so much event time: 30s, 10m, 24h"},
    {"rate", FLAG_RATE, "R", "1000", 1, UINT64_C(20000000000), FIELD(rate_per_1000_s), false,
     "events a second, impressions and clicks together, on average over the run"},
    {"start", FLAG_TIME, "TIME", "2026-01-01T00:00:00Z", 0, UINT64_C(200) << YEAR_MS_SHIFT, FIELD(start_ms), false,
     "when the run begins, UTC"},
    {"campaigns", FLAG_COUNT, "N", "50", 1, 999, FIELD(n_campaigns), false,
     "campaigns; their traffic is Zipf-distributed"},
    {"users", FLAG_COUNT, "N", "200000", 256, 100000000, FIELD(n_users), false,
     "users; a few see much more than others"},
    {"click-delay", FLAG_DURATION, "TIME", "8s", 0, 600000, FIELD(click_delay_ms), false,
     "median from impression to click (log-normal)"},
    {"jitter", FLAG_DURATION, "TIME", "2500ms", 0, 60000, FIELD(jitter_ms), true,
     "events arrive out of order, up to TIME after they happened"},
    {"late", FLAG_SHARE, "SHARE", "0.002", 0, SHARE_ONE, FIELD(late), true,
     "of all events arrive later than that: --late-min to --late-max"},
    {"late-min", FLAG_DURATION, "TIME", "6s", 1, 3600000, FIELD(late_min_ms), false,
     "least delay of a late event: more than the tables' watermark delay"},
    {"late-max", FLAG_DURATION, "TIME", "20m", 1, 3600000, FIELD(late_max_ms), false, "greatest delay of a late event"},
    {"duplicate-impressions", FLAG_SHARE, "SHARE", "0.005", 0, SHARE_ONE, FIELD(duplicate_impressions), true,
     "of impressions are delivered twice, the same line"},
    {"duplicate-clicks", FLAG_SHARE, "SHARE", "0.005", 0, SHARE_ONE, FIELD(duplicate_clicks), true,
     "of clicks are delivered twice, the same line"},
    {"second-clicks", FLAG_SHARE, "SHARE", "0.02", 0, SHARE_ONE, FIELD(second_clicks), true,
     "of clicks are followed by another one on the same impression"},
    {"orphan-clicks", FLAG_SHARE, "SHARE", "0.005", 0, SHARE_ONE, FIELD(orphan_clicks), true,
     "of clicks come with one on an impression that never was"},
    {"foreign-clicks", FLAG_SHARE, "SHARE", "0.005", 0, SHARE_ONE, FIELD(foreign_clicks), true,
     "of clicks are by another user than the impression's"},
    {"instant-clicks", FLAG_SHARE, "SHARE", "0.003", 0, SHARE_ONE, FIELD(instant_clicks), true,
     "of clicks come within 100 ms of the impression"},
    {"expired-clicks", FLAG_SHARE, "SHARE", "0.01", 0, SHARE_ONE, FIELD(expired_clicks), true,
     "of clicks come at the end of the 10 minutes' attribution, or after it"},
    {"early-clicks", FLAG_SHARE, "SHARE", "0.001", 0, SHARE_ONE, FIELD(early_clicks), true,
     "of clicks are dated before their impression"},
    {"malformed", FLAG_SHARE, "SHARE", "0.0005", 0, SHARE_ONE, FIELD(malformed), true,
     "of lines are followed by a malformed one"},
    {"bots", FLAG_SHARE, "SHARE", "0.002", 0, SHARE_ONE, FIELD(bots), true,
     "of impressions are shown to a bot, which clicks a hundred or so within seconds"},
    {"anomalies", FLAG_RATE, "N", "6", 0, 60000, FIELD(anomalies_per_1000_h), true,
     "times an hour a campaign's CTR jumps or drops for some minutes"},
    {0},
};

static bool is_narrow(const GeneratorFlag *flag) {
  return flag->offset == FIELD(n_campaigns) || flag->offset == FIELD(n_users);
}

uint64_t generator_options_get(const GeneratorOptions *options, const GeneratorFlag *flag) {
  const char *field = (const char *)options + flag->offset;
  uint64_t value = 0;
  if (is_narrow(flag)) {
    uint32_t narrow;
    memcpy(&narrow, field, sizeof narrow);
    value = narrow;
  } else {
    memcpy(&value, field, sizeof value);
  }
  return value;
}

static void store(GeneratorOptions *options, const GeneratorFlag *flag, uint64_t value) {
  char *field = (char *)options + flag->offset;
  if (is_narrow(flag)) {
    uint32_t narrow = (uint32_t)value;
    memcpy(field, &narrow, sizeof narrow);
  } else {
    memcpy(field, &value, sizeof value);
  }
}

/* Reads digits[.digits] as a number times 10^scale; *rest is what follows. Digits beyond the scale are refused. */
static bool parse_decimal(const char *text, int scale, uint64_t *value, const char **rest) {
  uint64_t result = 0;
  int n_digits = 0, n_fraction = -1;
  for (;; text++) {
    if (*text == '.' && n_fraction < 0) {
      n_fraction = 0;
    } else if (*text >= '0' && *text <= '9') {
      if (n_fraction >= 0 && ++n_fraction > scale) return false;
      if (__builtin_mul_overflow(result, 10, &result)) return false;
      if (__builtin_add_overflow(result, (uint64_t)(*text - '0'), &result)) return false;
      n_digits++;
    } else {
      break;
    }
  }
  for (int i = n_fraction < 0 ? 0 : n_fraction; i < scale; i++) {
    if (__builtin_mul_overflow(result, 10, &result)) return false;
  }
  *value = result;
  *rest = text;
  return n_digits > 0;
}

static bool parse_duration(const char *text, uint64_t *milliseconds) {
  static const struct {
    const char *unit;
    uint64_t thousandths_ms;
  } units[] = {{"", 1000000},     {"ms", 1000},      {"s", 1000000},    {"m", 60000000},
               {"min", 60000000}, {"h", 3600000000}, {"d", 86400000000}};
  uint64_t number; /* times 1000 */
  const char *rest;
  if (!parse_decimal(text, 3, &number, &rest)) return false;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strcmp(rest, units[i].unit) != 0) continue;
    unsigned __int128 product = (unsigned __int128)number * units[i].thousandths_ms / 1000000;
    if (product > UINT64_MAX) return false;
    *milliseconds = (uint64_t)product;
    return true;
  }
  return false;
}

static bool parse_value(GeneratorFlagKind kind, const char *text, uint64_t *value) {
  const char *rest;
  switch (kind) {
    case FLAG_COUNT:
      return parse_decimal(text, 0, value, &rest) && *rest == '\0';
    case FLAG_RATE:
      return parse_decimal(text, 3, value, &rest) && *rest == '\0';
    case FLAG_DURATION:
      return parse_duration(text, value);
    case FLAG_SHARE:
      if (!parse_decimal(text, 9, value, &rest)) return false;
      if (rest[0] == '%' && rest[1] == '\0' && *value % 100 == 0) {
        *value /= 100;
        return true;
      }
      return *rest == '\0';
    case FLAG_TIME: {
      if (parse_decimal(text, 0, value, &rest) && *rest == '\0') return true;
      int64_t time_ms;
      if (!clock_parse(text, &time_ms) || time_ms < 0) return false;
      *value = (uint64_t)time_ms;
      return true;
    }
  }
  return false;
}

static const char *const EXPECTED[] = {
    [FLAG_COUNT] = "a whole number",
    [FLAG_DURATION] = "a time such as 500ms, 30s, 10m or 24h",
    [FLAG_TIME] = "a UTC time such as 2026-01-01T00:00:00Z, or epoch milliseconds",
    [FLAG_SHARE] = "a share such as 0.01 or 1%",
    [FLAG_RATE] = "a number with at most three digits after the point",
};

bool generator_options_set(GeneratorOptions *options, const char *name, const char *value, Error *error) {
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    if (strcmp(flag->name, name) != 0) continue;
    uint64_t parsed;
    if (!parse_value(flag->kind, value, &parsed)) {
      return error_set(error, ERROR_USAGE, "--%s %s: expected %s", name, value, EXPECTED[flag->kind]);
    }
    if (parsed < flag->least) return error_set(error, ERROR_USAGE, "--%s %s is too little", name, value);
    if (parsed > flag->most) return error_set(error, ERROR_USAGE, "--%s %s is too much", name, value);
    store(options, flag, parsed);
    return true;
  }
  const char *names[64];
  size_t n_names = 0;
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) names[n_names++] = flag->name;
  const char *nearest = error_nearest_name(name, names, n_names);
  error_set(error, ERROR_USAGE, "unknown option --%s", name);
  if (nearest != NULL) error_hint(error, "did you mean --%s?", nearest);
  return false;
}

void generator_options_init(GeneratorOptions *options) {
  memset(options, 0, sizeof *options);
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    uint64_t value;
    if (flag->default_text != NULL && parse_value(flag->kind, flag->default_text, &value)) store(options, flag, value);
  }
  options->rate_per_1000_s = 0; /* so that generator_options_finish can tell whether it was given */
}

void generator_options_clean(GeneratorOptions *options) {
  for (const GeneratorFlag *flag = generator_flags; flag->name != NULL; flag++) {
    if (flag->is_fault) store(options, flag, 0);
  }
}

bool generator_options_finish(GeneratorOptions *options, Error *error) {
  if (options->late_min_ms > options->late_max_ms) {
    return error_set(error, ERROR_USAGE, "--late-min is more than --late-max");
  }
  if (options->rate_per_1000_s == 0) {
    bool is_implied = options->max_events != 0 && options->duration_ms != 0;
    unsigned __int128 rate =
        is_implied ? (unsigned __int128)options->max_events * 1000 * SECOND_MS / (uint64_t)options->duration_ms
                   : DEFAULT_RATE_PER_1000_S;
    if (rate > RATE_PER_1000_S_MOST) return error_set(error, ERROR_USAGE, "so many --events do not fit --duration");
    options->rate_per_1000_s = rate == 0 ? 1 : (uint64_t)rate;
  }
  return true;
}
