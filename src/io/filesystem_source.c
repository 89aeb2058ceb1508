/* Reads files a block at a time, with read(2): a mapped file that somebody truncates would kill the process.
 *
 * A block is an arena of its own, because strings in batches point into it and keep it alive; when the last batch has
 * let go of it, it is read into again. Blocks end with a whole record: the rest moves to the front of the next one. A
 * record longer than a block makes that one block grow. Small first reads keep a table of many files cheap to open.
 *
 * Thousands of files may take part in a merge at the same time, and a process may hold far fewer descriptors: only the
 * files read last are open, the others are opened again where they were left. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "io/file_list.h"
#include "io/filesystem.h"
#include "vec/memory.h"

enum {
  BLOCK_BYTES = 512 << 10,
  FIRST_BLOCK_BYTES = 32 << 10,
  POOL_BLOCKS = 32,
  PATH_SLOTS_FIRST = 64,
  OPEN_FILES_MAX = 64
};
/* What Java's arrays hold, and so the longest record that Flink reads. */
#define RECORD_BYTES_MAX ((size_t)INT32_MAX)

typedef struct Buffer {
  Arena *arena; /* one reference */
  char *bytes;
  size_t capacity;
} Buffer;

typedef struct FileSplit FileSplit;

typedef struct FilesystemSource {
  SplitSet set;
  TableOptions table;
  const Format *format;
  char *path;
  pcre2_code *pattern;
  char **seen;          /* paths that have become splits, in an open hash table */
  size_t seen_capacity; /* a power of two */
  size_t n_seen;
  Buffer pool[POOL_BLOCKS]; /* every reference here is the pool's own, beside those of splits and batches */
  size_t n_pool;
  FileSplit *open[OPEN_FILES_MAX]; /* regular files with a descriptor */
  uint32_t n_open;
  uint64_t n_reads;
} FilesystemSource;

struct FileSplit {
  Split split;
  FilesystemSource *source;
  int file;           /* -1: not open */
  bool is_regular;    /* can be closed and opened again */
  uint64_t last_read; /* n_reads then */
  bool is_at_end;     /* of the file; what is left is in `rest` */
  Buffer last;        /* where the last block lies */
  size_t rest_from;   /* its bytes from here on belong to the next block */
  size_t rest_to;
  size_t next_block_bytes;
};

/* --- blocks ---------------------------------------------------------------------------------------------------- */

static Buffer buffer_new(size_t capacity) {
  Buffer buffer = {.arena = arena_new(capacity), .capacity = capacity};
  buffer.bytes = arena_alloc_text(buffer.arena, capacity);
  return buffer;
}

static Buffer take_buffer(FilesystemSource *source, size_t capacity) {
  if (capacity != BLOCK_BYTES) return buffer_new(capacity);
  for (size_t i = 0; i < source->n_pool; i++) {
    if (!arena_is_shared(source->pool[i].arena)) {
      Buffer buffer = source->pool[i];
      arena_retain(buffer.arena);
      return buffer;
    }
  }
  Buffer buffer = buffer_new(capacity);
  if (source->n_pool < POOL_BLOCKS) {
    source->pool[source->n_pool++] = buffer;
    arena_retain(buffer.arena);
  }
  return buffer;
}

/* A buffer with room for more behind the first `n_kept` bytes of `old`, which it begins with. */
static Buffer grow_buffer(Buffer old, size_t n_kept) {
  Buffer buffer = buffer_new(old.capacity * 2);
  memcpy(buffer.bytes, old.bytes, n_kept);
  arena_release(old.arena);
  return buffer;
}

/* --- splits ---------------------------------------------------------------------------------------------------- */

static size_t whole_records(const FilesystemSource *source, const char *bytes, size_t n_bytes, size_t n_old) {
  if (source->format->whole_records != NULL) {
    return source->format->whole_records(&source->table.options, bytes, n_bytes);
  }
  /* The first n_old bytes are known to hold no line feed. */
  const char *line_end = memrchr(bytes + n_old, '\n', n_bytes - n_old);
  return line_end == NULL ? 0 : (size_t)(line_end + 1 - bytes);
}

static ReadResult fail_read(const FileSplit *self, Error *error, const char *what, int problem) {
  error_set(error, ERROR_RUNTIME, "Cannot %s %s: %s", what, self->split.name, strerror(problem));
  return READ_ERROR;
}

static void close_file(FileSplit *self) {
  if (self->file < 0) return;
  close(self->file);
  self->file = -1;
  FilesystemSource *source = self->source;
  for (uint32_t i = 0; i < source->n_open; i++) {
    if (source->open[i] == self) source->open[i--] = source->open[--source->n_open];
  }
}

static void close_least_recent(FilesystemSource *source) {
  FileSplit *oldest = source->open[0];
  for (uint32_t i = 1; i < source->n_open; i++) {
    if (source->open[i]->last_read < oldest->last_read) oldest = source->open[i];
  }
  close_file(oldest);
}

static bool open_file(FileSplit *self, Error *error) {
  FilesystemSource *source = self->source;
  if (source->n_open == OPEN_FILES_MAX) close_least_recent(source);
  self->file = open(self->split.name, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (self->file < 0 || fstat(self->file, &status) != 0) {
    int problem = errno;
    close_file(self);
    fail_read(self, error, "open", problem);
    return false;
  }
  self->is_regular = S_ISREG(status.st_mode);
  if (!self->is_regular) return true;
  source->open[source->n_open++] = self;
  (void)posix_fadvise(self->file, 0, 0, POSIX_FADV_SEQUENTIAL); /* a hint: nothing depends on it */
  if (lseek(self->file, (off_t)self->split.read_bytes, SEEK_SET) >= 0) return true;
  fail_read(self, error, "read", errno);
  return false;
}

/* At the start of a file it is no part of the first record. Returns how many bytes it has. */
static size_t drop_byte_order_mark(char *bytes, size_t n_bytes, uint64_t *n_dropped) {
  static const char MARK[] = "\xef\xbb\xbf";
  enum { MARK_BYTES = sizeof MARK - 1 };
  if (n_bytes < MARK_BYTES || memcmp(bytes, MARK, MARK_BYTES) != 0) return 0;
  memmove(bytes, bytes + MARK_BYTES, n_bytes - MARK_BYTES);
  *n_dropped += MARK_BYTES;
  return MARK_BYTES;
}

static ReadResult end_split(FileSplit *self, Buffer *buffer) {
  arena_release(buffer->arena);
  close_file(self);
  return READ_END;
}

static ReadResult file_split_read(Split *split, RecordBlock *block, Error *error) {
  FileSplit *self = (FileSplit *)split;
  if (self->is_at_end) return READ_END;
  if (self->file < 0 && !open_file(self, error)) return READ_ERROR;
  self->last_read = ++self->source->n_reads;

  size_t n_bytes = self->rest_to - self->rest_from;
  size_t capacity = self->next_block_bytes;
  while (capacity < 2 * n_bytes) capacity *= 2;
  Buffer buffer = take_buffer(self->source, capacity);
  if (n_bytes > 0) memcpy(buffer.bytes, self->last.bytes + self->rest_from, n_bytes);
  arena_release(self->last.arena);
  self->last = (Buffer){0};
  self->rest_from = self->rest_to = 0;
  if (self->next_block_bytes < BLOCK_BYTES) self->next_block_bytes *= 2;

  size_t n_whole = 0;
  while (n_whole == 0) {
    if (n_bytes == buffer.capacity) {
      if (n_bytes >= RECORD_BYTES_MAX) {
        arena_release(buffer.arena);
        error_set(error, ERROR_RUNTIME, "%s: a record longer than 2 GiB", self->split.name);
        return READ_ERROR;
      }
      buffer = grow_buffer(buffer, n_bytes);
    }
    ssize_t n_read = read(self->file, buffer.bytes + n_bytes, buffer.capacity - n_bytes);
    if (n_read < 0 && errno == EINTR) continue;
    if (n_read < 0) {
      int problem = errno;
      arena_release(buffer.arena);
      return fail_read(self, error, "read", problem);
    }
    if (n_read == 0) {
      self->is_at_end = true;
      if (n_bytes == 0) return end_split(self, &buffer);
      n_whole = n_bytes; /* the last line lacks its line feed */
      close_file(self);
      break;
    }
    if (split->read_bytes == 0)
      n_read -= (ssize_t)drop_byte_order_mark(buffer.bytes, (size_t)n_read, &split->read_bytes);
    split->read_bytes += (uint64_t)n_read;
    n_whole = whole_records(self->source, buffer.bytes, n_bytes + (size_t)n_read, n_bytes);
    n_bytes += (size_t)n_read;
  }
  if (n_whole < n_bytes) {
    self->last = buffer;
    arena_retain(buffer.arena);
    self->rest_from = n_whole;
    self->rest_to = n_bytes;
  }
  *block = (RecordBlock){.owner = buffer.arena, .bytes = buffer.bytes, .n_bytes = n_whole, .split_name = split->name};
  return READ_BLOCK;
}

static void file_split_close(Split *split) {
  FileSplit *self = (FileSplit *)split;
  close_file(self);
  arena_release(self->last.arena);
  free((char *)(uintptr_t)split->name);
  free(self);
}

static Split *split_new(FilesystemSource *source, const FoundFile *file) {
  FileSplit *self = memory_alloc_zeroed(1, sizeof *self);
  self->split = (Split){.read = file_split_read,
                        .close = file_split_close,
                        .name = memory_copy_text(file->path),
                        .size_bytes = file->n_bytes};
  self->source = source;
  self->file = -1;
  self->next_block_bytes = FIRST_BLOCK_BYTES;
  return &self->split;
}

/* --- discovery ------------------------------------------------------------------------------------------------- */

static size_t path_hash(const char *path) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (; *path != '\0'; path++) hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
  return (size_t)(hash ^ hash >> 32);
}

static size_t find_slot(char *const *slots, size_t capacity, const char *path) {
  size_t slot = path_hash(path) & (capacity - 1);
  while (slots[slot] != NULL && strcmp(slots[slot], path) != 0) slot = (slot + 1) & (capacity - 1);
  return slot;
}

/* Whether the path had not been seen before. */
static bool see_path(FilesystemSource *source, const char *path) {
  if (2 * (source->n_seen + 1) > source->seen_capacity) {
    size_t capacity = source->seen_capacity == 0 ? PATH_SLOTS_FIRST : 2 * source->seen_capacity;
    char **slots = memory_alloc_zeroed(capacity, sizeof *slots);
    for (size_t i = 0; i < source->seen_capacity; i++) {
      if (source->seen[i] != NULL) slots[find_slot(slots, capacity, source->seen[i])] = source->seen[i];
    }
    free(source->seen);
    source->seen = slots;
    source->seen_capacity = capacity;
  }
  size_t slot = find_slot(source->seen, source->seen_capacity, path);
  if (source->seen[slot] != NULL) return false;
  source->seen[slot] = memory_copy_text(path);
  source->n_seen++;
  return true;
}

/* The pattern is held against the absolute path, as in Flink. */
static bool matches_pattern(const FilesystemSource *source, const char *path) {
  if (source->pattern == NULL) return true;
  char *absolute = realpath(path, NULL);
  const char *subject = absolute != NULL ? absolute : path;
  pcre2_match_data *match = pcre2_match_data_create_from_pattern(source->pattern, NULL);
  int result = pcre2_match(source->pattern, (PCRE2_SPTR)subject, PCRE2_ZERO_TERMINATED, 0, 0, match, NULL);
  pcre2_match_data_free(match);
  free(absolute);
  return result >= 0;
}

/* Flink decompresses by extension; weir says that it does not, rather than calling the bytes malformed. */
static bool refuse_compressed(const char *path, Error *error) {
  static const char *const EXTENSIONS[] = {".gz", ".gzip", ".bz2", ".xz", ".deflate", ".zst", ".zstd"};
  size_t n_path = strlen(path);
  for (size_t i = 0; i < sizeof EXTENSIONS / sizeof EXTENSIONS[0]; i++) {
    size_t n_extension = strlen(EXTENSIONS[i]);
    if (n_path > n_extension && strcmp(path + n_path - n_extension, EXTENSIONS[i]) == 0) {
      error_set(error, ERROR_UNSUPPORTED, "%s is compressed (%s), and weir reads no compressed files", path,
                EXTENSIONS[i]);
      error_hint(error, "decompress it first, or exclude it with 'source.path.regex-pattern'");
      return false;
    }
  }
  return true;
}

static bool filesystem_discover(SplitSet *set, Split ***splits, uint32_t *n_splits, Error *error) {
  FilesystemSource *source = (FilesystemSource *)set;
  FileList list = {0};
  *splits = NULL;
  *n_splits = 0;
  /* A folder that is followed may come, and come back: Flink too only logs that and looks again. */
  if (!set->is_bounded && access(source->path, F_OK) != 0 && errno == ENOENT) return true;
  bool done = file_list_find(&list, source->path, error);
  if (done) *splits = memory_alloc_zeroed(list.n_files + 1, sizeof **splits);
  for (size_t i = 0; done && i < list.n_files; i++) {
    if (!matches_pattern(source, list.files[i].path) || !see_path(source, list.files[i].path)) continue;
    done = refuse_compressed(list.files[i].path, error);
    if (done) (*splits)[(*n_splits)++] = split_new(source, &list.files[i]);
  }
  file_list_free(&list);
  if (done) return true;
  for (uint32_t i = 0; i < *n_splits; i++) (*splits)[i]->close((*splits)[i]);
  free(*splits);
  *splits = NULL;
  *n_splits = 0;
  return false;
}

static void filesystem_close(SplitSet *set) {
  FilesystemSource *source = (FilesystemSource *)set;
  for (size_t i = 0; i < source->n_pool; i++) arena_release(source->pool[i].arena);
  for (size_t i = 0; i < source->seen_capacity; i++) free(source->seen[i]);
  free(source->seen);
  pcre2_code_free(source->pattern);
  free(source->path);
  free(source);
}

static bool compile_pattern(FilesystemSource *source, Error *error) {
  const Option *option = options_find(&source->table.options, "source.path.regex-pattern");
  if (option == NULL) return true;
  int problem;
  PCRE2_SIZE at;
  source->pattern = pcre2_compile((PCRE2_SPTR)option->value, PCRE2_ZERO_TERMINATED,
                                  PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &problem, &at, NULL);
  if (source->pattern != NULL) return true;
  PCRE2_UCHAR message[128];
  pcre2_get_error_message(problem, message, sizeof message);
  return error_at(error, ERROR_USAGE, option->place, "Option 'source.path.regex-pattern' at character %zu: %s",
                  (size_t)at + 1, (const char *)message);
}

SplitSet *filesystem_source_open(const TableOptions *table, Error *error) {
  FilesystemSource *source = memory_alloc_zeroed(1, sizeof *source);
  int64_t interval_ms = options_get_duration_ms(&table->options, filesystem_options, "source.monitor-interval");
  bool is_followed = options_find(&table->options, "source.monitor-interval") != NULL;
  source->set = (SplitSet){.discover = filesystem_discover,
                           .close = filesystem_close,
                           .is_bounded = !is_followed,
                           .discovery_interval_ms = interval_ms > 0 ? interval_ms : 1};
  source->table = *table;
  source->format = format_find(options_get(&table->options, NULL, "format"));
  source->path = filesystem_local_path(options_get(&table->options, NULL, "path"));
  if (!compile_pattern(source, error)) {
    filesystem_close(&source->set);
    return NULL;
  }
  return &source->set;
}
