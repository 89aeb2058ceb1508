/* See table_text.h. */
#include "cmd/table_text.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "cmd/text.h"
#include "format/byte_buffer.h"

typedef struct TextColumn {
  char *name;
  bool is_right;
  uint32_t name_width; /* in columns of the terminal */
  uint32_t width;
} TextColumn;

typedef struct TextCell {
  size_t end; /* in `texts` */
  uint32_t width;
} TextCell;

struct TableText {
  TextColumn *columns;
  uint32_t n_columns;
  uint32_t n_named;
  ByteBuffer texts; /* of the waiting cells, one behind the other */
  TextCell *cells;
  size_t n_cells;
  size_t cells_capacity;
  bool has_header;
};

TableText *table_text_new(uint32_t n_columns) {
  TableText *table = memory_alloc_zeroed(1, sizeof *table);
  table->n_columns = n_columns;
  table->columns = memory_alloc_zeroed(n_columns + 1, sizeof *table->columns);
  return table;
}

void table_text_free(TableText *table) {
  if (table == NULL) return;
  for (uint32_t c = 0; c < table->n_named; c++) free(table->columns[c].name);
  free(table->columns);
  free(table->texts.bytes);
  free(table->cells);
  free(table);
}

/* Appends printable text; returns how many columns of the terminal it takes. */
static uint32_t append_printable(ByteBuffer *out, const char *bytes, size_t n_bytes) {
  uint32_t width = 0;
  for (size_t at = 0; at < n_bytes;) {
    int32_t code_point;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(n_bytes - at), &code_point);
    char escape[8];
    if (n <= 0) {
      n = 1;
      width += (uint32_t)snprintf(escape, sizeof escape, "\\x%02X", (unsigned char)bytes[at]);
      byte_buffer_append_text(out, escape);
    } else if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) {
      const char *letter = code_point == '\n' ? "n" : code_point == '\t' ? "t" : code_point == '\r' ? "r" : NULL;
      if (letter != NULL) {
        width += (uint32_t)snprintf(escape, sizeof escape, "\\%s", letter);
      } else {
        width += (uint32_t)snprintf(escape, sizeof escape, "\\x%02X", (unsigned)code_point);
      }
      byte_buffer_append_text(out, escape);
    } else {
      width += (uint32_t)utf8proc_charwidth(code_point);
      byte_buffer_append(out, bytes + at, (size_t)n);
    }
    at += (size_t)n;
  }
  return width;
}

void table_text_column(TableText *table, const char *name, bool is_right) {
  assert(table->n_named < table->n_columns && table->n_cells == 0);
  ByteBuffer text = {0};
  uint32_t width = append_printable(&text, name, strlen(name));
  byte_buffer_append_byte(&text, '\0');
  table->columns[table->n_named++] =
      (TextColumn){.name = text.bytes, .is_right = is_right, .name_width = width, .width = width};
}

void table_text_cell(TableText *table, const char *bytes, size_t n_bytes) {
  assert(table->n_named == table->n_columns && table->n_columns > 0);
  TextColumn *column = &table->columns[table->n_cells % table->n_columns];
  table->cells = memory_grow(table->cells, &table->cells_capacity, table->n_cells + 1, sizeof *table->cells);
  uint32_t width = append_printable(&table->texts, bytes, n_bytes);
  table->cells[table->n_cells++] = (TextCell){.end = table->texts.n_bytes, .width = width};
  if (!table->has_header && width > column->width) column->width = width;
}

void table_text_add(TableText *table, const char *text) { table_text_cell(table, text, strlen(text)); }

void table_text_add_count(TableText *table, uint64_t count) {
  char text[TEXT_MAX];
  table_text_add(table, text_count(count, text));
}

uint32_t table_text_waiting(const TableText *table) {
  return table->n_columns == 0 ? 0 : (uint32_t)(table->n_cells / table->n_columns);
}

static void append_repeated(ByteBuffer *out, char byte, uint32_t n) {
  if (n == 0) return;
  memset(byte_buffer_reserve(out, n), byte, n);
  out->n_bytes += n;
}

static void write_cell(const TableText *table, uint32_t c, const char *bytes, size_t n_bytes, uint32_t width,
                       ByteBuffer *out) {
  const TextColumn *column = &table->columns[c];
  bool is_last = c + 1 == table->n_columns;
  uint32_t padding = column->width > width ? column->width - width : 0;
  if (c > 0) byte_buffer_append_text(out, " | ");
  if (column->is_right) append_repeated(out, ' ', padding);
  byte_buffer_append(out, bytes, n_bytes);
  if (!column->is_right && !is_last) append_repeated(out, ' ', padding);
  if (is_last) byte_buffer_append_byte(out, '\n');
}

static void write_header(const TableText *table, const char *indent, ByteBuffer *out) {
  byte_buffer_append_text(out, indent);
  for (uint32_t c = 0; c < table->n_columns; c++) {
    const TextColumn *column = &table->columns[c];
    write_cell(table, c, column->name, strlen(column->name), column->name_width, out);
  }
  byte_buffer_append_text(out, indent);
  for (uint32_t c = 0; c < table->n_columns; c++) {
    if (c > 0) byte_buffer_append_text(out, "-+-");
    append_repeated(out, '-', table->columns[c].width);
  }
  byte_buffer_append_byte(out, '\n');
}

void table_text_write(TableText *table, const char *indent, ByteBuffer *out) {
  assert(table->n_named == table->n_columns && (table->n_columns == 0 || table->n_cells % table->n_columns == 0));
  if (table->n_columns == 0) return;
  if (!table->has_header) write_header(table, indent, out);
  table->has_header = true;
  size_t start = 0;
  for (size_t i = 0; i < table->n_cells; i++) {
    uint32_t c = (uint32_t)(i % table->n_columns);
    if (c == 0) byte_buffer_append_text(out, indent);
    write_cell(table, c, table->texts.bytes + start, table->cells[i].end - start, table->cells[i].width, out);
    start = table->cells[i].end;
  }
  table->n_cells = 0;
  table->texts.n_bytes = 0;
}

void table_text_print(TableText *table, const char *indent, FILE *out) {
  ByteBuffer text = {0};
  table_text_write(table, indent, &text);
  fwrite(text.bytes, 1, text.n_bytes, out);
  free(text.bytes);
  table_text_free(table);
}
