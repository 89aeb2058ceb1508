/* Flink's filesystem connector: its options. Reading is in filesystem_source.c, writing in filesystem_sink.c. */
#include "io/filesystem.h"

#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

static const char *const STATISTICS[] = {"NONE", "ALL", NULL};
static const char NO_PARTITIONS[] = "tables without PARTITIONED BY only";
static const char NO_COMPACTION[] = "part files are written at their full size, there is nothing to compact";

#define NO_CHOICES NULL
const OptionSpec filesystem_options[] = {
    {"path", OPTION_STRING, true, NULL, NO_CHOICES, "a folder, or a file to read: a plain path or file:///...", NULL},
    {"source.monitor-interval", OPTION_DURATION, false, NULL, NO_CHOICES,
     "how often to look for new files; without it the folder is read once", NULL},
    {"source.path.regex-pattern", OPTION_STRING, false, NULL, NO_CHOICES,
     "only files whose whole absolute path matches are read", NULL},
    {"source.report-statistics", OPTION_ENUM_ANY_CASE, false, "ALL", STATISTICS, "accepted as in Flink; has no effect",
     NULL},
    {"sink.rolling-policy.file-size", OPTION_MEMORY, false, "128 mb", NO_CHOICES,
     "a part file larger than this is followed by another", NULL},
    {"sink.rolling-policy.rollover-interval", OPTION_DURATION, false, "30 min", NO_CHOICES,
     "a part file older than this is followed by another", NULL},
    {"sink.rolling-policy.inactivity-interval", OPTION_DURATION, false, "30 min", NO_CHOICES,
     "a part file not written to for so long is followed by another", NULL},
    {"sink.rolling-policy.check-interval", OPTION_DURATION, false, "1 min", NO_CHOICES,
     "how often Flink looks whether a file is due; weir looks at each write", NULL},
    {"sink.parallelism", OPTION_INT, false, NULL, NO_CHOICES, "accepted; weir writes with one writer", NULL},
    {"partition.default-name", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"partition.time-extractor.kind", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"partition.time-extractor.class", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"partition.time-extractor.timestamp-formatter", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"partition.time-extractor.timestamp-pattern", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.shuffle-by-partition.enable", OPTION_BOOLEAN, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.trigger", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.delay", OPTION_DURATION, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.watermark-time-zone", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.policy.kind", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.policy.class", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.policy.class.parameters", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"sink.partition-commit.success-file.name", OPTION_STRING, false, NULL, NO_CHOICES, "", NO_PARTITIONS},
    {"auto-compaction", OPTION_BOOLEAN, false, NULL, NO_CHOICES, "", NO_COMPACTION},
    {"compaction.file-size", OPTION_MEMORY, false, NULL, NO_CHOICES, "", NO_COMPACTION},
    {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};
#undef NO_CHOICES

/* A scheme is letters, digits, '+', '-' and '.' before a colon that comes before any slash. */
static size_t scheme_bytes(const char *path) {
  size_t n_bytes = strcspn(path, ":/");
  return path[n_bytes] == ':' ? n_bytes : 0;
}

char *filesystem_local_path(const char *path) {
  size_t n_scheme = scheme_bytes(path);
  if (n_scheme > 0) {
    if (n_scheme != 4 || memcmp(path, "file", 4) != 0) return NULL;
    path += 5;
    if (strncmp(path, "//", 2) == 0) path += 2; /* an empty host */
    if (*path != '/') return NULL;
  }
  char *local = memory_copy_text(path);
  size_t n_bytes = strlen(local);
  while (n_bytes > 1 && local[n_bytes - 1] == '/') local[--n_bytes] = '\0';
  return local;
}

static bool is_positive(const TableOptions *table, const char *key, int64_t value, Error *error) {
  const Option *option = options_find(&table->options, key);
  if (option == NULL || value > 0) return true;
  return error_at(error, ERROR_USAGE, option->place, "Option '%s' must be greater than 0", key);
}

static bool filesystem_check(const TableOptions *table, Error *error) {
  static const char *const DURATIONS[] = {"source.monitor-interval", "sink.rolling-policy.rollover-interval",
                                          "sink.rolling-policy.inactivity-interval",
                                          "sink.rolling-policy.check-interval"};
  const Option *path = options_find(&table->options, "path");
  if (path->value[0] == '\0') {
    return error_at(error, ERROR_USAGE, path->place, "Option 'path' of table '%s' is empty", table->table_name);
  }
  char *local = filesystem_local_path(path->value);
  if (local == NULL) {
    error_at(error, ERROR_UNSUPPORTED, path->place, "weir reads and writes local files only, not '%s'", path->value);
    error_hint(error, "write a plain path, or file:///folder/file");
    return false;
  }
  free(local);
  for (size_t i = 0; i < sizeof DURATIONS / sizeof DURATIONS[0]; i++) {
    int64_t duration_ms = options_get_duration_ms(&table->options, filesystem_options, DURATIONS[i]);
    if (!is_positive(table, DURATIONS[i], duration_ms, error)) return false;
  }
  int64_t n_bytes = options_get_memory_bytes(&table->options, filesystem_options, "sink.rolling-policy.file-size");
  return is_positive(table, "sink.rolling-policy.file-size", n_bytes, error);
}

const Connector filesystem_connector = {
    .name = "filesystem",
    .options = filesystem_options,
    .takes_format = true,
    .check = filesystem_check,
    .source_open = filesystem_source_open,
    .sink_open = filesystem_sink_open,
};
