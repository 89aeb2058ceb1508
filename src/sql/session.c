/* See session.h. A session is a short list of key-value pairs: scripts set a handful. */
#include "sql/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vec/arena.h"
#include "vec/batch.h"
#include "vec/memory.h"
#include "vec/zone.h"

static const char *const NOT_NULL_ENFORCERS[] = {"ERROR", "DROP", NULL};
static const char *const RUNTIME_MODES[] = {"STREAMING", "BATCH", "AUTOMATIC", NULL};

#define WORKS(key, kind, fallback, text) \
  { .spec = {.name = (key), .type = (kind), .default_value = (fallback), .help = (text)}, .effect = SETTING_WORKS }
#define CLUSTER(key, text) \
  { .spec = {.name = (key), .type = OPTION_STRING, .help = (text)}, .effect = SETTING_CLUSTER_ONLY }

const Setting SETTINGS[] = {
    WORKS("table.local-time-zone", OPTION_STRING, "UTC", "the session's time zone: an IANA name, or GMT+hh:mm"),
    WORKS("table.exec.source.idle-timeout", OPTION_DURATION, "0 ms",
          "after this long without rows a followed table no longer holds back the watermark; 0: never"),
    {.spec = {.name = "table.exec.sink.not-null-enforcer",
              .type = OPTION_ENUM_ANY_CASE,
              .default_value = "ERROR",
              .choices = NOT_NULL_ENFORCERS,
              .help = "what to do with a NULL for a NOT NULL column of a sink: fail, or drop the row"},
     .effect = SETTING_WORKS},
    {.spec = {.name = "execution.runtime-mode",
              .type = OPTION_ENUM_ANY_CASE,
              .default_value = "STREAMING",
              .choices = RUNTIME_MODES,
              .help = "weir always streams",
              .refused = "weir runs in streaming mode only"},
     .effect = SETTING_REFUSED},
    {.spec = {.name = "table.exec.interval-join.min-cleanup-interval",
              .type = OPTION_DURATION,
              .default_value = "0 ms",
              .help = "how much longer than needed an interval join keeps unmatched rows",
              .refused = "weir cleans up interval joins exactly when rows expire"},
     .effect = SETTING_REFUSED},
    {.spec = {.name = "table.exec.state.ttl",
              .type = OPTION_DURATION,
              .default_value = "0 ms",
              .help = "how long idle state is kept",
              .refused =
                  "state with a time to live is not supported yet; windows and interval joins expire by event time"},
     .effect = SETTING_REFUSED},
    WORKS("execution.checkpointing.interval", OPTION_DURATION, "1 s",
          "while a job follows its sources: how often results become visible"),
    WORKS(
        "weir.dead-letter.path", OPTION_STRING, NULL,
        "folder in which skipped records are kept, each with file, line and reason; without it they are only counted"),
    WORKS("weir.batch-rows", OPTION_INT, "2048", "rows per batch; results do not depend on it"),
    CLUSTER("parallelism.default", "number of parallel operator copies"),
    CLUSTER("pipeline.name", "name shown by a cluster"),
    CLUSTER("pipeline.auto-watermark-interval",
            "how often Flink's sources emit watermarks; weir's are exact at every row"),
    CLUSTER("pipeline.max-parallelism", "upper bound of parallelism"),
    CLUSTER("pipeline.object-reuse", "whether a cluster's operators may share objects"),
    CLUSTER("table.dml-sync", "whether the SQL client waits for an INSERT; weir always does"),
    CLUSTER("table.exec.mini-batch.enabled", "batching of updates; weir's results are insert-only so far"),
    CLUSTER("table.exec.mini-batch.allow-latency", "batching of updates"),
    CLUSTER("table.exec.mini-batch.size", "batching of updates"),
    CLUSTER("execution.target", "which cluster"),
    CLUSTER("execution.attached", "whether the client stays"),
    CLUSTER("execution.checkpointing.mode", "a cluster's checkpoints"),
    CLUSTER("state.backend.type", "where a cluster keeps state"),
    CLUSTER("sql-client.execution.result-mode", "how the SQL client prints"),
    CLUSTER("sql-client.execution.max-table-result.rows", "how the SQL client prints"),
    CLUSTER("sql-client.display.max-column-width", "how the SQL client prints"),
    CLUSTER("sql-client.verbose", "how the SQL client prints"),
    {.spec = {.name = NULL}},
};

typedef struct Pair {
  const char *key;
  const char *value;
} Pair;

struct Session {
  Arena *arena;
  Pair *pairs;
  size_t n_pairs;
  size_t pairs_capacity;
  const char **notes;
  size_t n_notes;
  size_t notes_capacity;
};

Session *session_new(void) {
  Session *session = memory_alloc_zeroed(1, sizeof *session);
  session->arena = arena_new(1024);
  return session;
}

void session_free(Session *session) {
  if (session == NULL) return;
  arena_release(session->arena);
  free(session->pairs);
  free(session->notes);
  free(session);
}

static const Setting *find_setting(const char *key) {
  for (const Setting *setting = SETTINGS; setting->spec.name != NULL; setting++) {
    if (strcmp(setting->spec.name, key) == 0) return setting;
  }
  return NULL;
}

static Pair *find_pair(const Session *session, const char *key) {
  for (size_t p = 0; p < session->n_pairs; p++) {
    if (strcmp(session->pairs[p].key, key) == 0) return &session->pairs[p];
  }
  return NULL;
}

static void add_pair(Session *session, const char *key, const char *value) {
  Pair *pair = find_pair(session, key);
  if (pair == NULL) {
    session->pairs =
        memory_grow(session->pairs, &session->pairs_capacity, session->n_pairs + 1, sizeof *session->pairs);
    pair = &session->pairs[session->n_pairs++];
    pair->key = arena_copy_text(session->arena, key, strlen(key));
  }
  pair->value = arena_copy_text(session->arena, value, strlen(value));
}

Session *session_copy(const Session *session) {
  Session *copy = session_new();
  for (size_t p = 0; p < session->n_pairs; p++) add_pair(copy, session->pairs[p].key, session->pairs[p].value);
  return copy;
}

static void note_unknown(Session *session, const char *key) {
  const char *names[sizeof SETTINGS / sizeof SETTINGS[0]];
  size_t n_names = 0;
  for (const Setting *setting = SETTINGS; setting->spec.name != NULL; setting++) names[n_names++] = setting->spec.name;
  const char *nearest = error_nearest_name(key, names, n_names);
  session->notes = memory_grow(session->notes, &session->notes_capacity, session->n_notes + 1, sizeof *session->notes);
  session->notes[session->n_notes++] =
      nearest != NULL
          ? arena_printf(session->arena, "SET '%s' has no effect: weir does not know this key; did you mean '%s'?", key,
                         nearest)
          : arena_printf(session->arena, "SET '%s' has no effect: weir does not know this key", key);
}

/* Whether a value is the default, however it is written: '0 s' is '0 ms'. */
static bool is_default(const OptionSpec *spec, const Option *option) {
  if (spec->type != OPTION_DURATION) return strcasecmp(option->value, spec->default_value) == 0;
  Option fallback = {.key = option->key, .value = spec->default_value};
  Options set = {.items = option, .n_items = 1}, unset = {.items = &fallback, .n_items = 1};
  return options_get_duration_ms(&set, spec, spec->name) == options_get_duration_ms(&unset, spec, spec->name);
}

bool session_set(Session *session, const char *key, const char *value, SourcePlace place, Error *error) {
  const Setting *setting = find_setting(key);
  if (setting == NULL) {
    if (find_pair(session, key) == NULL) note_unknown(session, key);
  } else if (setting->effect != SETTING_CLUSTER_ONLY) {
    Option option = {.key = key, .value = value, .place = place};
    OptionSpec well_formed = setting->spec;
    well_formed.refused = NULL; /* which says nothing about the default */
    if (!option_check_value(&well_formed, &option, error)) return false;
    if (setting->effect == SETTING_REFUSED && !is_default(&setting->spec, &option)) {
      return error_at(error, ERROR_UNSUPPORTED, place, "SET '%s' = '%s' is not supported: %s", key, value,
                      setting->spec.refused);
    }
    if (strcmp(key, "weir.batch-rows") == 0 && (atol(value) < 1 || atol(value) > BATCH_ROWS_MAX)) {
      return error_at(error, ERROR_USAGE, place, "'weir.batch-rows' must be from 1 to %d", BATCH_ROWS_MAX);
    }
    if (strcmp(key, "table.local-time-zone") == 0 && zone_find(value, place, error) == NULL) return false;
  }
  add_pair(session, key, value);
  return true;
}

void session_reset(Session *session, const char *key) {
  if (key == NULL) {
    session->n_pairs = 0;
    return;
  }
  Pair *pair = find_pair(session, key);
  if (pair != NULL) *pair = session->pairs[--session->n_pairs];
}

const char *session_get(const Session *session, const char *key) {
  const Pair *pair = find_pair(session, key);
  if (pair != NULL) return pair->value;
  const Setting *setting = find_setting(key);
  return setting == NULL ? NULL : setting->spec.default_value;
}

int64_t session_get_duration_ms(const Session *session, const char *key) {
  const Setting *setting = find_setting(key);
  assert(setting != NULL && setting->spec.type == OPTION_DURATION);
  Option item = {.key = key, .value = session_get(session, key)};
  Options options = {.items = &item, .n_items = 1};
  return options_get_duration_ms(&options, &setting->spec, key);
}

bool session_settings(const Session *session, SessionSettings *settings, Error *error) {
  *settings = (SessionSettings){0};
  settings->zone = zone_find(session_get(session, "table.local-time-zone"), (SourcePlace){0}, error);
  return settings->zone != NULL;
}

const char *const *session_notes(const Session *session, uint32_t *n_notes) {
  *n_notes = (uint32_t)session->n_notes;
  return session->notes;
}
