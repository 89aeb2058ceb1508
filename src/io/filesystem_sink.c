/* Writes part files as Flink names them, part-<id of the run>-0-<number>, hidden until they are committed. A commit
 * publishes everything written before it; what is not committed when the sink is closed is removed. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/filesystem.h"
#include "io/output_file.h"
#include "vec/memory.h"

typedef struct FilesystemSink {
  Sink sink;
  Encoder *encoder;
  ByteBuffer buffer;
  char *folder;
  char run_id[OUTPUT_ID_BYTES];
  uint32_t next_part;
  OutputFile part;      /* being written; hidden_path NULL: none */
  OutputFile *finished; /* waiting for the commit */
  size_t n_finished;
  size_t finished_capacity;
  uint64_t roll_bytes;
  int64_t roll_age_ms;
  int64_t roll_idle_ms;
} FilesystemSink;

static bool flush(FilesystemSink *self, Error *error) {
  if (self->buffer.n_bytes == 0) return true;
  if (self->part.hidden_path == NULL) {
    char name[OUTPUT_ID_BYTES + 32];
    snprintf(name, sizeof name, "part-%s-0-%u", self->run_id, self->next_part++);
    if (!output_file_open(&self->part, self->folder, name, error)) return false;
  }
  if (!output_file_write(&self->part, self->buffer.bytes, self->buffer.n_bytes, error)) return false;
  self->buffer.n_bytes = 0;
  return true;
}

static bool finish_part(FilesystemSink *self, Error *error) {
  if (!flush(self, error)) return false;
  if (self->part.hidden_path == NULL) return true;
  if (!output_file_finish(&self->part, error)) return false;
  self->finished = memory_grow(self->finished, &self->finished_capacity, self->n_finished + 1, sizeof *self->finished);
  self->finished[self->n_finished++] = self->part;
  self->part = (OutputFile){.file = -1};
  return true;
}

static bool is_due(const FilesystemSink *self) {
  if (self->part.hidden_path == NULL) return false;
  if (self->part.n_bytes > self->roll_bytes) return true;
  int64_t now_ms = output_now_ms();
  return now_ms - self->part.created_ms >= self->roll_age_ms || now_ms - self->part.written_ms >= self->roll_idle_ms;
}

static bool filesystem_write(Sink *sink, const Batch *batch, Error *error) {
  FilesystemSink *self = (FilesystemSink *)sink;
  if (is_due(self) && !finish_part(self, error)) return false;
  size_t n_before = self->buffer.n_bytes;
  if (!self->encoder->encode(self->encoder, batch, &self->buffer, error)) return false;
  sink->written_bytes += self->buffer.n_bytes - n_before;
  sink->written_rows += batch->n_rows;
  return self->buffer.n_bytes < OUTPUT_BUFFER_BYTES || flush(self, error);
}

static bool filesystem_commit(Sink *sink, Error *error) {
  FilesystemSink *self = (FilesystemSink *)sink;
  if (!finish_part(self, error)) return false;
  if (self->n_finished == 0) return true;
  size_t n_published = 0;
  bool done = true;
  while (done && n_published < self->n_finished) {
    done = output_file_publish(&self->finished[n_published], error);
    n_published += done;
  }
  self->n_finished -= n_published;
  memmove(self->finished, self->finished + n_published, self->n_finished * sizeof *self->finished);
  return done && output_folder_sync(self->folder, error);
}

static void filesystem_close(Sink *sink) {
  FilesystemSink *self = (FilesystemSink *)sink;
  output_file_discard(&self->part);
  for (size_t i = 0; i < self->n_finished; i++) output_file_discard(&self->finished[i]);
  free(self->finished);
  if (self->encoder != NULL) self->encoder->destroy(self->encoder);
  free(self->buffer.bytes);
  free(self->folder);
  free(self);
}

Sink *filesystem_sink_open(const TableOptions *table, const Schema *schema, const struct Zone *zone, Error *error) {
  (void)zone; /* formats write TIMESTAMP_LTZ in UTC */
  const Options *options = &table->options;
  FilesystemSink *self = memory_alloc_zeroed(1, sizeof *self);
  self->part.file = -1;
  self->folder = filesystem_local_path(options_get(options, NULL, "path"));
  self->roll_bytes = (uint64_t)options_get_memory_bytes(options, filesystem_options, "sink.rolling-policy.file-size");
  self->roll_age_ms = options_get_duration_ms(options, filesystem_options, "sink.rolling-policy.rollover-interval");
  self->roll_idle_ms = options_get_duration_ms(options, filesystem_options, "sink.rolling-policy.inactivity-interval");
  output_id(self->run_id);
  self->sink =
      (Sink){.write = filesystem_write, .commit = filesystem_commit, .close = filesystem_close, .place = self->folder};
  const Format *format = format_find(options_get(options, NULL, "format"));
  self->encoder = format->encoder_new(schema, options, error);
  if (self->encoder == NULL) {
    filesystem_close(&self->sink);
    return NULL;
  }
  return &self->sink;
}
