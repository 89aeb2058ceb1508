/* A text table with aligned columns, for terminals: numbers to the right, everything else to the left.
 *
 *   campaign_id | impressions |     ctr
 *   ------------+-------------+--------
 *   c-001       |      81,022 |  2.31 %
 *
 * Cells are UTF-8; control characters are shown as escapes, so that data can't move the cursor. */
#ifndef WEIR_CMD_TABLE_TEXT_H
#define WEIR_CMD_TABLE_TEXT_H

#include <stdio.h>

#include "format/format.h"

typedef struct TableText TableText;

TableText *table_text_new(uint32_t n_columns);
void table_text_free(TableText *table);

/* The columns' headers, once, before the cells. `is_right` aligns the column to the right. */
void table_text_column(TableText *table, const char *name, bool is_right);
/* The next cell: rows are filled from left to right. */
void table_text_cell(TableText *table, const char *bytes, size_t n_bytes);
/* The same for a C string, and for a number with separators. */
void table_text_add(TableText *table, const char *text);
void table_text_add_count(TableText *table, uint64_t count);
/* Rows that wait to be written. */
uint32_t table_text_waiting(const TableText *table);
/* Appends the waiting rows to `out`, at the first call the header before them. Widths are fixed then: a longer cell
 * that comes later sticks out. */
void table_text_write(TableText *table, const char *indent, ByteBuffer *out);
/* Prints the whole table and frees it. */
void table_text_print(TableText *table, const char *indent, FILE *out);

#endif
