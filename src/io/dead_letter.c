/* See dead_letter.h. */
#include "io/dead_letter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/byte_buffer.h"
#include "format/json_write.h"
#include "format/utf8.h"
#include "io/output_file.h"

typedef struct TableLetters {
  DeadLetter *dead_letter;
  char *table_name;
  struct TableLetters *next;
} TableLetters;

struct DeadLetter {
  char *folder;
  TableLetters *tables;
  ByteBuffer buffer;
  OutputFile part; /* hidden_path NULL: none */
  uint64_t n_kept;
  bool has_failed;
  Error failure; /* of a write, until there is somebody to tell */
};

DeadLetter *dead_letter_open(const char *folder, Error *error) {
  if (!output_folder_make(folder, error)) return NULL;
  DeadLetter *self = memory_alloc_zeroed(1, sizeof *self);
  self->folder = memory_copy_text(folder);
  self->part.file = -1;
  return self;
}

static void append_base64(ByteBuffer *buffer, const char *bytes, size_t n_bytes) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *in = (const unsigned char *)bytes;
  char *out = byte_buffer_reserve(buffer, (n_bytes + 2) / 3 * 4);
  for (size_t i = 0; i < n_bytes; i += 3) {
    size_t room = n_bytes - i;
    uint32_t group = (uint32_t)in[i] << 16 | (room > 1 ? (uint32_t)in[i + 1] << 8 : 0) | (room > 2 ? in[i + 2] : 0);
    *out++ = DIGITS[group >> 18];
    *out++ = DIGITS[group >> 12 & 63];
    *out++ = room > 1 ? DIGITS[group >> 6 & 63] : '=';
    *out++ = room > 2 ? DIGITS[group & 63] : '=';
  }
  byte_buffer_advance(buffer, out);
}

static void append_record(ByteBuffer *buffer, const char *record, size_t n_bytes) {
  size_t n_kept = n_bytes < DEAD_LETTER_RECORD_BYTES_MAX ? n_bytes : DEAD_LETTER_RECORD_BYTES_MAX;
  if (n_kept < n_bytes) { /* not through the middle of a character */
    size_t whole = n_kept;
    while (whole > n_kept - 3 && ((unsigned char)record[whole] & 0xc0) == 0x80) whole--;
    if (((unsigned char)record[whole] & 0xc0) != 0x80) n_kept = whole;
  }
  if (utf8_is_valid(record, n_kept)) {
    byte_buffer_append_text(buffer, ",\"record\":");
    json_write_string(buffer, record, n_kept, JSON_ASTRAL_PLAIN);
  } else {
    byte_buffer_append_text(buffer, ",\"record_base64\":\"");
    append_base64(buffer, record, n_kept);
    byte_buffer_append_byte(buffer, '"');
  }
  if (n_kept == n_bytes) return;
  char text[48];
  snprintf(text, sizeof text, ",\"record_bytes\":%zu", n_bytes);
  byte_buffer_append_text(buffer, text);
}

static bool flush(DeadLetter *self, Error *error) {
  if (self->buffer.n_bytes == 0) return true;
  if (self->part.hidden_path == NULL) {
    char id[OUTPUT_ID_BYTES];
    char name[OUTPUT_ID_BYTES + 32];
    output_id(id);
    snprintf(name, sizeof name, "skipped-%s.json", id);
    if (!output_file_open(&self->part, self->folder, name, error)) return false;
  }
  if (!output_file_write(&self->part, self->buffer.bytes, self->buffer.n_bytes, error)) return false;
  self->buffer.n_bytes = 0;
  return true;
}

static void keep_record(void *context, const RecordBlock *block, uint64_t record_number, const char *record,
                        size_t n_bytes, const char *reason) {
  TableLetters *table = context;
  DeadLetter *self = table->dead_letter;
  if (self->has_failed) return;
  ByteBuffer *buffer = &self->buffer;
  char number[32];
  snprintf(number, sizeof number, ",\"line\":%" PRIu64, record_number);
  byte_buffer_append_text(buffer, "{\"table\":");
  json_write_string(buffer, table->table_name, strlen(table->table_name), JSON_ASTRAL_PLAIN);
  byte_buffer_append_text(buffer, ",\"file\":");
  json_write_string(buffer, block->split_name, strlen(block->split_name), JSON_ASTRAL_PLAIN);
  byte_buffer_append_text(buffer, number);
  byte_buffer_append_text(buffer, ",\"reason\":");
  json_write_string(buffer, reason, strlen(reason), JSON_ASTRAL_PLAIN);
  append_record(buffer, record, n_bytes);
  byte_buffer_append_text(buffer, "}\n");
  self->n_kept++;
  if (buffer->n_bytes >= OUTPUT_BUFFER_BYTES) self->has_failed = !flush(self, &self->failure);
}

BadRecordSink dead_letter_sink(DeadLetter *self, const char *table_name) {
  TableLetters *table = memory_alloc_zeroed(1, sizeof *table);
  *table = (TableLetters){.dead_letter = self, .table_name = memory_copy_text(table_name), .next = self->tables};
  self->tables = table;
  return (BadRecordSink){.context = table, .report = keep_record};
}

bool dead_letter_commit(DeadLetter *self, Error *error) {
  if (self->has_failed) {
    *error = self->failure;
    return false;
  }
  if (!flush(self, error)) return false;
  if (self->part.hidden_path == NULL) return true;
  return output_file_finish(&self->part, error) && output_file_publish(&self->part, error) &&
         output_folder_sync(self->folder, error);
}

uint64_t dead_letter_kept(const DeadLetter *self) { return self->n_kept; }

void dead_letter_close(DeadLetter *self) {
  if (self == NULL) return;
  output_file_discard(&self->part);
  while (self->tables != NULL) {
    TableLetters *table = self->tables;
    self->tables = table->next;
    free(table->table_name);
    free(table);
  }
  free(self->buffer.bytes);
  free(self->folder);
  free(self);
}
