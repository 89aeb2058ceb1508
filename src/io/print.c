/* Flink's print connector: rows as text on the standard output, with their change kind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/byte_buffer.h"
#include "io/connector.h"
#include "io/row_text.h"

enum { PRINT_BUFFER_BYTES = 64 << 10 };

static const OptionSpec PRINT_OPTIONS[] = {
    {"print-identifier", OPTION_STRING, false, NULL, NULL, "what every line begins with, before '> '", NULL},
    {"standard-error", OPTION_BOOLEAN, false, "false", NULL, "whether to print to the standard error", NULL},
    {"sink.parallelism", OPTION_INT, false, NULL, NULL, "accepted; weir prints with one writer", NULL},
    {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};

typedef struct PrintSink {
  Sink sink;
  const Schema *schema;
  ByteBuffer buffer;
  char *prefix; /* "identifier> "; NULL: none */
  int file;
} PrintSink;

static bool flush(PrintSink *self, Error *error) {
  const char *bytes = self->buffer.bytes;
  size_t n_bytes = self->buffer.n_bytes;
  while (n_bytes > 0) {
    ssize_t n_written = write(self->file, bytes, n_bytes);
    if (n_written < 0 && errno == EINTR) continue;
    if (n_written < 0) return error_set(error, ERROR_RUNTIME, "Cannot print: %s", strerror(errno));
    bytes += n_written;
    n_bytes -= (size_t)n_written;
  }
  self->buffer.n_bytes = 0;
  return true;
}

static bool print_write(Sink *sink, const Batch *batch, Error *error) {
  PrintSink *self = (PrintSink *)sink;
  size_t n_before = self->buffer.n_bytes;
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    if (self->prefix != NULL) byte_buffer_append_text(&self->buffer, self->prefix);
    row_text_append(&self->buffer, self->schema, batch, row);
    byte_buffer_append_byte(&self->buffer, '\n');
  }
  sink->written_rows += batch->n_rows;
  sink->written_bytes += self->buffer.n_bytes - n_before;
  return self->buffer.n_bytes < PRINT_BUFFER_BYTES || flush(self, error);
}

static bool print_commit(Sink *sink, Error *error) { return flush((PrintSink *)sink, error); }

static void print_close(Sink *sink) {
  PrintSink *self = (PrintSink *)sink;
  free(self->buffer.bytes);
  free(self->prefix);
  free(self);
}

static Sink *print_open(const TableOptions *table, const Schema *schema, const struct Zone *zone, Error *error) {
  (void)zone; /* TIMESTAMP_LTZ is printed in UTC, as there */
  (void)error;
  PrintSink *self = memory_alloc_zeroed(1, sizeof *self);
  const char *identifier = options_get(&table->options, PRINT_OPTIONS, "print-identifier");
  bool to_error = options_get_boolean(&table->options, PRINT_OPTIONS, "standard-error");
  self->sink = (Sink){.write = print_write, .commit = print_commit, .close = print_close};
  self->schema = schema;
  self->file = to_error ? STDERR_FILENO : STDOUT_FILENO;
  if (identifier != NULL && identifier[0] != '\0') {
    size_t n_bytes = strlen(identifier) + sizeof "> ";
    self->prefix = memory_alloc(n_bytes);
    snprintf(self->prefix, n_bytes, "%s> ", identifier);
  }
  return &self->sink;
}

const Connector print_connector = {
    .name = "print",
    .options = PRINT_OPTIONS,
    .sink_open = print_open,
};
