/* The files below a path that a table consists of. */
#ifndef WEIR_IO_FILE_LIST_H
#define WEIR_IO_FILE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/error.h"

typedef struct FoundFile {
  char *path;
  uint64_t n_bytes;
} FoundFile;

typedef struct FileList {
  FoundFile *files;
  size_t n_files;
  size_t capacity;
} FileList;

/* Appends the file `path`, or the files of the folder `path` and of its folders, without those whose name begins with
 * '.' or '_', sorted by path (bytes). A file that disappears meanwhile is left out; the path itself must exist. */
bool file_list_find(FileList *list, const char *path, Error *error);
void file_list_free(FileList *list);

#endif
