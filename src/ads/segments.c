/* One buffer of a megabyte, one write(2) when it is full: the page cache does the rest. */
#include "ads/segments.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ads/clock.h"
#include "vec/memory.h"

enum { BUFFER_BYTES = 1 << 20, LINE_BYTES_MAX = 1 << 16 };

#define PART_PREFIX ".part-"
#define SEGMENT_SUFFIX ".jsonl"

static char *join_path(const char *folder, const char *prefix, const char *name) {
  size_t n_bytes = strlen(folder) + strlen(prefix) + strlen(name) + 2;
  char *path = memory_alloc(n_bytes);
  snprintf(path, n_bytes, "%s/%s%s", folder, prefix, name);
  return path;
}

static bool make_folders(char *path, Error *error) {
  for (char *at = path + 1;; at++) {
    if (*at != '/' && *at != '\0') continue;
    char was = *at;
    *at = '\0';
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
      return error_set(error, ERROR_RUNTIME, "cannot make the folder %s: %s", path, strerror(errno));
    }
    *at = was;
    if (was == '\0') return true;
  }
}

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), n_end = strlen(end);
  return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

static bool clear_folder(const char *folder, bool overwrite, Error *error) {
  DIR *listing = opendir(folder);
  if (listing == NULL) return error_set(error, ERROR_RUNTIME, "cannot read the folder %s: %s", folder, strerror(errno));
  bool is_clear = true;
  for (struct dirent *entry; is_clear && (entry = readdir(listing)) != NULL;) {
    if (!ends_with(entry->d_name, SEGMENT_SUFFIX)) continue;
    bool is_part = strncmp(entry->d_name, PART_PREFIX, strlen(PART_PREFIX)) == 0;
    if (!is_part && entry->d_name[0] == '.') continue;
    if (!is_part && !overwrite) {
      is_clear = error_set(error, ERROR_RUNTIME, "%s has events already", folder);
      error_hint(error, "choose another folder, or --overwrite them");
    } else if (unlinkat(dirfd(listing), entry->d_name, 0) != 0) {
      is_clear = error_set(error, ERROR_RUNTIME, "cannot delete %s/%s: %s", folder, entry->d_name, strerror(errno));
    }
  }
  closedir(listing);
  return is_clear;
}

bool segments_open(Segments *segments, const char *directory, const char *topic, uint64_t segment_bytes, bool overwrite,
                   Error *error) {
  memset(segments, 0, sizeof *segments);
  segments->file = -1;
  segments->segment_bytes = segment_bytes;
  segments->folder = join_path(directory, "", topic);
  segments->buffer = memory_alloc(BUFFER_BYTES);
  return make_folders(segments->folder, error) && clear_folder(segments->folder, overwrite, error);
}

static bool flush(Segments *segments, Error *error) {
  const char *at = segments->buffer;
  size_t n_left = segments->n_buffered;
  while (n_left > 0) {
    ssize_t n = write(segments->file, at, n_left);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      return error_set(error, ERROR_RUNTIME, "cannot write to %s/%s: %s", segments->folder, segments->name,
                       strerror(errno));
    }
    at += n;
    n_left -= (size_t)n;
  }
  segments->n_buffered = 0;
  return true;
}

bool segments_roll(Segments *segments, Error *error) {
  if (segments->file < 0) return true;
  if (!flush(segments, error)) return false;
  char *part = join_path(segments->folder, PART_PREFIX, segments->name);
  char *whole = join_path(segments->folder, "", segments->name);
  int status = close(segments->file);
  segments->file = -1;
  if (status == 0) status = rename(part, whole);
  if (status != 0) error_set(error, ERROR_RUNTIME, "cannot complete %s: %s", whole, strerror(errno));
  free(part);
  free(whole);
  segments->total_bytes += segments->open_bytes;
  segments->open_bytes = 0;
  return status == 0;
}

static bool open_segment(Segments *segments, int64_t arrival_ms, Error *error) {
  enum { NAME_BYTES = CLOCK_NAME_BYTES + 32 };
  char time[CLOCK_NAME_BYTES];
  clock_name(arrival_ms, time);
  free(segments->name);
  segments->name = memory_alloc(NAME_BYTES);
  snprintf(segments->name, NAME_BYTES, "%s-%06u" SEGMENT_SUFFIX, time, segments->sequence++);
  char *path = join_path(segments->folder, PART_PREFIX, segments->name);
  segments->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (segments->file < 0) error_set(error, ERROR_RUNTIME, "cannot create %s: %s", path, strerror(errno));
  free(path);
  return segments->file >= 0;
}

char *segments_line(Segments *segments, size_t most_bytes, int64_t arrival_ms, Error *error) {
  assert(most_bytes <= LINE_BYTES_MAX);
  if (segments->n_buffered + most_bytes > BUFFER_BYTES && !flush(segments, error)) return NULL;
  if (segments->open_bytes >= segments->segment_bytes && !segments_roll(segments, error)) return NULL;
  if (segments->file < 0 && !open_segment(segments, arrival_ms, error)) return NULL;
  return segments->buffer + segments->n_buffered;
}

void segments_close(Segments *segments) {
  if (segments->folder != NULL && segments->file >= 0) {
    close(segments->file);
    char *part = join_path(segments->folder, PART_PREFIX, segments->name);
    unlink(part);
    free(part);
  }
  free(segments->folder);
  free(segments->name);
  free(segments->buffer);
  memset(segments, 0, sizeof *segments);
  segments->file = -1;
}
