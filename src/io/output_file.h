/* A file that appears complete or not at all: written under a hidden name, renamed when it is committed. */
#ifndef WEIR_IO_OUTPUT_FILE_H
#define WEIR_IO_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/error.h"

enum { OUTPUT_BUFFER_BYTES = 256 << 10, OUTPUT_ID_BYTES = 37 };

typedef struct OutputFile {
  int file; /* -1: closed, everything written */
  char *hidden_path;
  char *final_path;
  uint64_t n_bytes;   /* written so far */
  int64_t created_ms; /* monotonic */
  int64_t written_ms;
} OutputFile;

/* A random identifier like 1b4e28ba-2fa1-41d2-883f-0016d3cca427, as Flink puts into its file names. */
void output_id(char text[OUTPUT_ID_BYTES]);

/* Makes the folder, with those above it, unless it is there. */
bool output_folder_make(const char *folder, Error *error);
/* Makes the folder and the file "folder/.name.inprogress.id", to become "folder/name". */
bool output_file_open(OutputFile *self, const char *folder, const char *name, Error *error);
bool output_file_write(OutputFile *self, const char *bytes, size_t n_bytes, Error *error);
/* Everything to the disk, and closed. */
bool output_file_finish(OutputFile *self, Error *error);
/* Renames the finished file, and frees *self. */
bool output_file_publish(OutputFile *self, Error *error);
/* Removes the file if it has not been published, and frees *self. */
void output_file_discard(OutputFile *self);
/* Makes renames in the folder durable. */
bool output_folder_sync(const char *folder, Error *error);

int64_t output_now_ms(void);

#endif
