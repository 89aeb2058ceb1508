/* See output_file.h. Bytes are synced before the rename, so that a file with a final name is never found empty or cut
 * short after a power failure. */
#include "io/output_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "vec/memory.h"

void output_id(char text[OUTPUT_ID_BYTES]) {
  unsigned char bytes[16];
  if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t parts[2] = {(uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec, (uint64_t)getpid()};
    memcpy(bytes, parts, sizeof bytes);
  }
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40); /* version 4, variant 1 */
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  char *out = text;
  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    out += snprintf(out, 3, "%02x", bytes[i]);
  }
}

int64_t output_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool output_folder_make(const char *folder, Error *error) {
  char *path = memory_copy_text(folder);
  bool done = true;
  for (char *slash = path + 1;; slash++) {
    if (*slash != '/' && *slash != '\0') continue;
    char kept = *slash;
    *slash = '\0';
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
      done = error_set(error, ERROR_RUNTIME, "Cannot create folder %s: %s", path, strerror(errno));
    }
    *slash = kept;
    if (kept == '\0' || !done) break;
  }
  struct stat status;
  if (done && stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
    done = error_set(error, ERROR_RUNTIME, "Cannot write into %s: Not a directory", path);
  }
  free(path);
  return done;
}

static char *format_path(const char *folder, const char *prefix, const char *name, const char *suffix) {
  size_t n_bytes = strlen(folder) + strlen(prefix) + strlen(name) + strlen(suffix) + 2;
  char *path = memory_alloc(n_bytes);
  snprintf(path, n_bytes, "%s/%s%s%s", strcmp(folder, "/") == 0 ? "" : folder, prefix, name, suffix);
  return path;
}

bool output_file_open(OutputFile *self, const char *folder, const char *name, Error *error) {
  if (!output_folder_make(folder, error)) return false;
  char suffix[sizeof ".inprogress." + OUTPUT_ID_BYTES] = ".inprogress.";
  output_id(suffix + strlen(suffix));
  *self = (OutputFile){.hidden_path = format_path(folder, ".", name, suffix),
                       .final_path = format_path(folder, "", name, ""),
                       .created_ms = output_now_ms()};
  self->written_ms = self->created_ms;
  self->file = open(self->hidden_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (self->file >= 0) return true;
  error_set(error, ERROR_RUNTIME, "Cannot create a file in %s: %s", folder, strerror(errno));
  free(self->hidden_path);
  free(self->final_path);
  *self = (OutputFile){.file = -1};
  return false;
}

bool output_file_write(OutputFile *self, const char *bytes, size_t n_bytes, Error *error) {
  assert(self->file >= 0);
  while (n_bytes > 0) {
    ssize_t n_written = write(self->file, bytes, n_bytes);
    if (n_written < 0) {
      if (errno == EINTR) continue;
      return error_set(error, ERROR_RUNTIME, "Cannot write %s: %s", self->final_path, strerror(errno));
    }
    bytes += n_written;
    n_bytes -= (size_t)n_written;
    self->n_bytes += (uint64_t)n_written;
  }
  self->written_ms = output_now_ms();
  return true;
}

/* A file system without sync, such as a pipe's, is not a failure. */
static bool is_sync_unsupported(int problem) { return problem == EINVAL || problem == ENOTSUP || problem == EROFS; }

bool output_file_finish(OutputFile *self, Error *error) {
  assert(self->file >= 0);
  int problem = fdatasync(self->file) != 0 && !is_sync_unsupported(errno) ? errno : 0;
  if (close(self->file) != 0 && problem == 0 && errno != EINTR) problem = errno;
  self->file = -1;
  if (problem == 0) return true;
  return error_set(error, ERROR_RUNTIME, "Cannot write %s: %s", self->final_path, strerror(problem));
}

static void forget(OutputFile *self) {
  free(self->hidden_path);
  free(self->final_path);
  *self = (OutputFile){.file = -1};
}

bool output_file_publish(OutputFile *self, Error *error) {
  assert(self->file < 0 && self->hidden_path != NULL);
  if (rename(self->hidden_path, self->final_path) != 0) {
    return error_set(error, ERROR_RUNTIME, "Cannot make %s visible: %s", self->final_path, strerror(errno));
  }
  forget(self);
  return true;
}

void output_file_discard(OutputFile *self) {
  if (self->hidden_path == NULL) return;
  if (self->file >= 0) close(self->file);
  unlink(self->hidden_path);
  forget(self);
}

bool output_folder_sync(const char *folder, Error *error) {
  int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return error_set(error, ERROR_RUNTIME, "Cannot open folder %s: %s", folder, strerror(errno));
  int problem = fsync(file) != 0 && !is_sync_unsupported(errno) ? errno : 0;
  close(file);
  if (problem == 0) return true;
  return error_set(error, ERROR_RUNTIME, "Cannot sync folder %s: %s", folder, strerror(problem));
}
