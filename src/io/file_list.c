/* See file_list.h. Folders are walked as Flink's NonSplittingRecursiveEnumerator does; unlike there, the order is
 * fixed, so that a run can be repeated. */
#include "io/file_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "vec/memory.h"

enum { FOLDER_DEPTH_MAX = 256 };

static bool is_hidden(const char *name) { return name[0] == '.' || name[0] == '_'; }

static void add_file(FileList *list, char *path, uint64_t n_bytes) {
  list->files = memory_grow(list->files, &list->capacity, list->n_files + 1, sizeof *list->files);
  list->files[list->n_files++] = (FoundFile){path, n_bytes};
}

static char *join_path(const char *folder, const char *name) {
  size_t n_folder = strlen(folder);
  bool has_slash = n_folder > 0 && folder[n_folder - 1] == '/';
  size_t n_name = strlen(name);
  char *path = memory_alloc(n_folder + n_name + 2);
  memcpy(path, folder, n_folder);
  if (!has_slash) path[n_folder++] = '/';
  memcpy(path + n_folder, name, n_name + 1);
  return path;
}

static bool walk(FileList *list, const char *folder, int depth, Error *error) {
  if (depth > FOLDER_DEPTH_MAX) {
    return error_set(error, ERROR_RUNTIME, "%s: folders are nested deeper than %d levels", folder, FOLDER_DEPTH_MAX);
  }
  DIR *directory = opendir(folder);
  if (directory == NULL) {
    if (errno == ENOENT && depth > 0) return true; /* gone since its parent was read */
    return error_set(error, ERROR_RUNTIME, "Cannot read folder %s: %s", folder, strerror(errno));
  }
  bool done = true;
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(directory);
    if (entry == NULL) {
      if (errno != 0) done = error_set(error, ERROR_RUNTIME, "Cannot read folder %s: %s", folder, strerror(errno));
      break;
    }
    if (is_hidden(entry->d_name)) continue;
    char *path = join_path(folder, entry->d_name);
    struct stat status;
    if (stat(path, &status) != 0) {
      int problem = errno;
      if (problem != ENOENT) done = error_set(error, ERROR_RUNTIME, "Cannot read %s: %s", path, strerror(problem));
      free(path);
      if (!done) break;
      continue;
    }
    if (S_ISDIR(status.st_mode)) {
      done = walk(list, path, depth + 1, error);
      free(path);
      if (!done) break;
    } else {
      add_file(list, path, (uint64_t)status.st_size);
    }
  }
  closedir(directory);
  return done;
}

static int compare_paths(const void *a, const void *b) {
  return strcmp(((const FoundFile *)a)->path, ((const FoundFile *)b)->path);
}

bool file_list_find(FileList *list, const char *path, Error *error) {
  struct stat status;
  if (stat(path, &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      error_set(error, ERROR_RUNTIME, "File %s does not exist", path);
    } else {
      error_set(error, ERROR_RUNTIME, "Cannot read %s: %s", path, strerror(errno));
    }
    return false;
  }
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  bool is_dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
  if (is_hidden(name) && !is_dots) return true; /* Flink finds nothing there either */
  size_t first = list->n_files;
  if (!S_ISDIR(status.st_mode)) {
    add_file(list, memory_copy_text(path), (uint64_t)status.st_size);
  } else if (!walk(list, path, 0, error)) {
    return false;
  }
  if (list->n_files > first) qsort(list->files + first, list->n_files - first, sizeof *list->files, compare_paths);
  return true;
}

void file_list_free(FileList *list) {
  for (size_t i = 0; i < list->n_files; i++) free(list->files[i].path);
  free(list->files);
  *list = (FileList){0};
}
