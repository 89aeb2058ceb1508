/* See zone.h. Zones are read once and kept in a list: a process uses one or two. Lookups remember, per thread, the
 * stretch of time with one offset in which the last one fell, as neighbouring rows nearly always fall into the same. */
#include "vec/zone.h"

#include <assert.h>
#include <ctype.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"
#include "vec/zone_table.h"

struct Zone {
  const char *name;
  bool is_utc;
  ZoneTable table;
  struct Zone *next;
};

enum { MINUTE_SECONDS = 60, SECOND_US = 1000000, OFFSET_MINUTES_MAX = 18 * 60 };

/* ---- lookups ---- */

/* Times in [from_us, to_us), of the clock that was asked by, have this offset. */
typedef struct Span {
  int64_t from_us;
  int64_t to_us;
  int64_t offset_us;
} Span;

typedef enum Clock {
  CLOCK_UTC,
  CLOCK_LOCAL,       /* what is shown twice is the first, what is not shown keeps the offset before */
  CLOCK_LOCAL_LATEST /* what is shown twice is the second */
} Clock;

static int64_t wrapping_add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static int64_t wrapping_subtract(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }

/* The reading of a clock from which on transition t holds. */
static int64_t transition_on(const ZoneTable *table, size_t t, Clock clock) {
  int64_t before_us = table->offsets_us[t], after_us = table->offsets_us[t + 1];
  switch (clock) {
    case CLOCK_LOCAL:
      return table->at_us[t] + (before_us > after_us ? before_us : after_us);
    case CLOCK_LOCAL_LATEST:
      return table->at_us[t] + after_us;
    case CLOCK_UTC:
      break;
  }
  return table->at_us[t];
}

/* Whole cycles to take off a time so that it lies within the table. */
static int64_t cycles_past_us(const ZoneTable *table, int64_t time_us) {
  if (time_us < table->cycle_end_us || table->cycle_end_us == INT64_MAX) return 0;
  return (time_us - table->cycle_start_us) / ZONE_CYCLE_US * ZONE_CYCLE_US;
}

static size_t transitions_until(const ZoneTable *table, Clock clock, int64_t time_us) {
  size_t low = 0, high = table->n_transitions;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (transition_on(table, middle, clock) <= time_us) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static Span find_span(const ZoneTable *table, Clock clock, int64_t time_us) {
  int64_t past_us = cycles_past_us(table, time_us);
  time_us -= past_us;
  size_t n = transitions_until(table, clock, time_us);
  Span span = {.from_us = n == 0 ? INT64_MIN : transition_on(table, n - 1, clock),
               .to_us = n == table->n_transitions ? INT64_MAX : transition_on(table, n, clock),
               .offset_us = table->offsets_us[n]};
  if (past_us > 0) {
    if (span.from_us < table->cycle_start_us) span.from_us = table->cycle_start_us;
    span.from_us += past_us;
    if (__builtin_add_overflow(span.to_us, past_us, &span.to_us)) span.to_us = INT64_MAX;
  }
  return span;
}

static inline int64_t offset_at(const Zone *zone, Clock clock, int64_t time_us, Span *span) {
  if (time_us < span->from_us || time_us >= span->to_us) *span = find_span(&zone->table, clock, time_us);
  return span->offset_us;
}

/* The span last found on this thread, per clock. */
static Span *last_span(const Zone *zone, Clock clock) {
  static _Thread_local struct {
    const Zone *zone;
    Span span;
  } last[2];
  assert(clock != CLOCK_LOCAL_LATEST);
  if (last[clock].zone != zone) {
    last[clock].zone = zone;
    last[clock].span = (Span){.from_us = INT64_MAX, .to_us = INT64_MIN};
  }
  return &last[clock].span;
}

int64_t zone_to_local(const Zone *zone, int64_t utc_us) {
  if (zone_is_utc(zone)) return utc_us;
  return wrapping_add(utc_us, offset_at(zone, CLOCK_UTC, utc_us, last_span(zone, CLOCK_UTC)));
}

int64_t zone_to_utc(const Zone *zone, int64_t local_us) {
  if (zone_is_utc(zone)) return local_us;
  return wrapping_subtract(local_us, offset_at(zone, CLOCK_LOCAL, local_us, last_span(zone, CLOCK_LOCAL)));
}

int64_t zone_to_utc_latest(const Zone *zone, int64_t local_us) {
  if (zone_is_utc(zone)) return local_us;
  Span span = find_span(&zone->table, CLOCK_LOCAL_LATEST, local_us);
  int64_t utc_us = wrapping_subtract(local_us, span.offset_us);
  /* In a gap the old offset leads past the transition, which is where local time jumps over the reading. */
  Span shown = find_span(&zone->table, CLOCK_UTC, utc_us);
  return shown.offset_us > span.offset_us ? shown.from_us : utc_us;
}

void zone_column_to_local(const Zone *zone, const int64_t *from_us, int64_t *to_us, uint32_t n_rows) {
  if (zone_is_utc(zone)) {
    if (from_us != to_us && n_rows > 0) memcpy(to_us, from_us, n_rows * sizeof *to_us);
    return;
  }
  Span span = *last_span(zone, CLOCK_UTC);
  for (uint32_t row = 0; row < n_rows; row++) {
    to_us[row] = wrapping_add(from_us[row], offset_at(zone, CLOCK_UTC, from_us[row], &span));
  }
  *last_span(zone, CLOCK_UTC) = span;
}

void zone_column_to_utc(const Zone *zone, const int64_t *from_us, int64_t *to_us, uint32_t n_rows) {
  if (zone_is_utc(zone)) {
    if (from_us != to_us && n_rows > 0) memcpy(to_us, from_us, n_rows * sizeof *to_us);
    return;
  }
  Span span = *last_span(zone, CLOCK_LOCAL);
  for (uint32_t row = 0; row < n_rows; row++) {
    to_us[row] = wrapping_subtract(from_us[row], offset_at(zone, CLOCK_LOCAL, from_us[row], &span));
  }
  *last_span(zone, CLOCK_LOCAL) = span;
}

/* ---- names ---- */

const char *zone_name(const Zone *zone) { return zone->name; }

bool zone_is_utc(const Zone *zone) { return zone == NULL || zone->is_utc; }

/* h, hh, hhmm or hh:mm after a sign, at most 18 hours; `loose` also takes h:mm. */
static bool read_offset(const char *text, bool loose, int *minutes) {
  if (text[0] != '+' && text[0] != '-') return false;
  const char *digits = text + 1;
  size_t n_hours = strspn(digits, "0123456789");
  const char *rest = digits + n_hours;
  int hours, extra = 0;
  if (n_hours == 4 && *rest == '\0') {
    hours = (digits[0] - '0') * 10 + (digits[1] - '0');
    extra = (digits[2] - '0') * 10 + (digits[3] - '0');
  } else if (n_hours == 1 || n_hours == 2) {
    hours = n_hours == 1 ? digits[0] - '0' : (digits[0] - '0') * 10 + (digits[1] - '0');
    if (*rest == ':' && (n_hours == 2 || loose)) {
      if (strspn(rest + 1, "0123456789") != 2 || rest[3] != '\0') return false;
      extra = (rest[1] - '0') * 10 + (rest[2] - '0');
    } else if (*rest != '\0') {
      return false;
    }
  } else {
    return false;
  }
  *minutes = hours * 60 + extra;
  if (extra >= 60 || *minutes > OFFSET_MINUTES_MAX) return false;
  if (text[0] == '-') *minutes = -*minutes;
  return true;
}

static const char *database_folder(void) {
  const char *folder = getenv("TZDIR");
  return folder != NULL && folder[0] != '\0' ? folder : "/usr/share/zoneinfo";
}

/* Files of the database that are no zones for Flink: java.time does not know these names, or takes them for old
 * abbreviations, which it reads otherwise than the database does. */
static const char *const NOT_IN_JAVA[] = {"EST", "MST", "HST", "ROC", "Factory", "localtime", "posixrules"};

static bool is_zone_file_name(const char *name) {
  if (!isalpha((unsigned char)name[0]) || strstr(name, "..") != NULL || strstr(name, "//") != NULL) return false;
  for (const char *p = name; *p != '\0'; p++) {
    if (!isalnum((unsigned char)*p) && strchr("/_+-", *p) == NULL) return false;
  }
  for (size_t n = 0; n < sizeof NOT_IN_JAVA / sizeof NOT_IN_JAVA[0]; n++) {
    if (strcmp(name, NOT_IN_JAVA[n]) == 0) return false;
  }
  return strncmp(name, "posix/", 6) != 0 && strncmp(name, "right/", 6) != 0;
}

static bool read_database(const char *name, ZoneTable *table) {
  if (!is_zone_file_name(name)) return false;
  char *path = g_build_filename(database_folder(), name, NULL);
  char *bytes = NULL;
  gsize n_bytes = 0;
  bool is_read = g_file_get_contents(path, &bytes, &n_bytes, NULL) && zone_table_read(table, bytes, n_bytes);
  g_free(bytes);
  g_free(path);
  return is_read;
}

/* ---- names that are refused ---- */

/* What people mean by an abbreviation; the same letters mean several zones, so these are only hints. */
static const char *const ABBREVIATIONS[][2] = {
    {"Z", "UTC"},
    {"PST", "America/Los_Angeles"},
    {"PDT", "America/Los_Angeles"},
    {"MST", "America/Denver"},
    {"MDT", "America/Denver"},
    {"CST", "America/Chicago"},
    {"CDT", "America/Chicago"},
    {"EST", "America/New_York"},
    {"EDT", "America/New_York"},
    {"AKST", "America/Anchorage"},
    {"HST", "Pacific/Honolulu"},
    {"BRT", "America/Sao_Paulo"},
    {"BST", "Europe/London"},
    {"CEST", "Europe/Berlin"},
    {"EEST", "Europe/Athens"},
    {"IST", "Asia/Kolkata"},
    {"SGT", "Asia/Singapore"},
    {"HKT", "Asia/Hong_Kong"},
    {"ROC", "Asia/Taipei"},
    {"KST", "Asia/Seoul"},
    {"JST", "Asia/Tokyo"},
    {"AEST", "Australia/Sydney"},
    {"AEDT", "Australia/Sydney"},
    {"NZST", "Pacific/Auckland"},
};

/* Adds the names of all zone files below a folder. */
static void list_zones(const char *folder, const char *prefix, GPtrArray *names) {
  GDir *dir = g_dir_open(folder, 0, NULL);
  if (dir == NULL) return;
  for (const char *entry = g_dir_read_name(dir); entry != NULL; entry = g_dir_read_name(dir)) {
    char *path = g_build_filename(folder, entry, NULL);
    char *name = g_strconcat(prefix, entry, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
      char *below = g_strconcat(name, "/", NULL);
      if (is_zone_file_name(below)) list_zones(path, below, names);
      g_free(below);
    } else if (is_zone_file_name(name)) {
      g_ptr_array_add(names, g_strdup(name));
    }
    g_free(path);
    g_free(name);
  }
  g_dir_close(dir);
}

static const char *after_last_slash(const char *name) {
  const char *slash = strrchr(name, '/');
  return slash == NULL ? name : slash + 1;
}

/* The nearest full name; a city alone ("berlin") is enough. */
static const char *nearest_zone(const char *wanted, const GPtrArray *names) {
  for (guint n = 0; n < names->len; n++) {
    if (g_ascii_strcasecmp(wanted, names->pdata[n]) == 0) return names->pdata[n];
  }
  for (guint n = 0; n < names->len; n++) {
    if (g_ascii_strcasecmp(wanted, after_last_slash(names->pdata[n])) == 0) return names->pdata[n];
  }
  return error_nearest_name(wanted, (const char *const *)names->pdata, names->len);
}

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void hint_nearest(const char *name, Error *error) {
  const char *offset = name;
  if (g_ascii_strncasecmp(name, "GMT", 3) == 0 || g_ascii_strncasecmp(name, "UTC", 3) == 0) {
    offset += 3;
  } else if (g_ascii_strncasecmp(name, "UT", 2) == 0) {
    offset += 2;
  }
  int minutes;
  if (read_offset(offset, true, &minutes)) {
    error_hint(error, "write 'GMT%c%02d:%02d'", minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
    return;
  }
  for (size_t a = 0; a < sizeof ABBREVIATIONS / sizeof ABBREVIATIONS[0]; a++) {
    if (g_ascii_strcasecmp(name, ABBREVIATIONS[a][0]) != 0) continue;
    error_hint(error, "abbreviations are ambiguous; did you mean '%s'?", ABBREVIATIONS[a][1]);
    return;
  }
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  list_zones(database_folder(), "", names);
  g_ptr_array_sort(names, compare_names);
  const char *nearest = nearest_zone(name, names);
  if (names->len == 0) {
    error_hint(error, "there is no time zone database in %s: install the tzdata package", database_folder());
  } else if (nearest != NULL) {
    error_hint(error, "did you mean '%s'?", nearest);
  } else {
    error_hint(error, "give a full name such as 'Europe/Berlin', or 'UTC', or an offset such as 'GMT+05:30'");
  }
  g_ptr_array_free(names, TRUE);
}

/* ---- the zones in use ---- */

static bool read_zone(const char *name, ZoneTable *table) {
  int minutes;
  if (strcmp(name, "UTC") == 0) {
    zone_table_fixed(table, 0);
    return true;
  }
  if (strncmp(name, "GMT", 3) == 0 && read_offset(name + 3, false, &minutes)) {
    zone_table_fixed(table, (int64_t)minutes * MINUTE_SECONDS * SECOND_US);
    return true;
  }
  return read_database(name, table);
}

const Zone *zone_find(const char *name, SourcePlace place, Error *error) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static Zone *zones; /* never freed */
  pthread_mutex_lock(&lock);
  Zone *zone = zones;
  while (zone != NULL && strcmp(zone->name, name) != 0) zone = zone->next;
  ZoneTable table;
  if (zone == NULL && read_zone(name, &table)) {
    zone = memory_alloc(sizeof *zone);
    *zone = (Zone){.name = memory_copy_text(name),
                   .is_utc = table.n_transitions == 0 && table.offsets_us[0] == 0,
                   .table = table,
                   .next = zones};
    zones = zone;
  }
  pthread_mutex_unlock(&lock);
  if (zone == NULL) {
    error_at(error, ERROR_USAGE, place, "'%s' is not a time zone", name);
    hint_nearest(name, error);
  }
  return zone;
}
