/* The rows of bare SELECTs on standard output.
 *
 *   table  aligned columns under a header, as SQL clients print them; widths are those of the first rows
 *   flink  +I[a, b, null], as Flink's Row prints itself
 *   json   an object a line, as the json format writes it
 *   csv    a line of names, then rows as the csv format writes them
 *
 * The rows of several SELECTs do not mix, though these run at the same time: those of the first are printed as they
 * come, those of the others wait in a temporary file until it is their turn. Only where the sources are followed, and
 * no SELECT ever ends, they are printed as they come. */
#ifndef WEIR_CMD_ROW_PRINTER_H
#define WEIR_CMD_ROW_PRINTER_H

#include "plan/plan.h"
#include "vec/batch.h"

typedef enum RowStyle { ROWS_TABLE, ROWS_FLINK, ROWS_JSON, ROWS_CSV } RowStyle;

/* False when there is no style of that name; row_style_names says which there are. */
bool row_style_find(const char *name, RowStyle *style);
extern const char row_style_names[];

typedef struct RowPrinter RowPrinter;

/* For all bare SELECTs of the plan. NULL with *error when a style can't show a column's type. */
RowPrinter *row_printer_new(const Plan *plan, RowStyle style, Error *error);
void row_printer_free(RowPrinter *printer); /* NULL is allowed */

/* Whether there are bare SELECTs at all. */
bool row_printer_has_jobs(const RowPrinter *printer);
void row_printer_set_followed(RowPrinter *printer, bool is_followed);

bool row_printer_add(RowPrinter *printer, const PlanJob *job, const Batch *batch, Error *error);
/* Shows what has come so far; to be called a few times a second. *n_bytes: how much that was. */
bool row_printer_flush(RowPrinter *printer, size_t *n_bytes, Error *error);
/* Shows all that is left, headers of empty results included. */
bool row_printer_finish(RowPrinter *printer, Error *error);
/* Standard output is a pipe that nobody reads any more. */
bool row_printer_is_unread(const RowPrinter *printer);

#endif
