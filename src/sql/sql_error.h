/* An Error as a person reads it:
 *
 *   jobs/x.sql:12:8: error: expected an expression, found FROM
 *     12 | SELECT FROM ad_clicks
 *        |        ^~~~
 *   hint: ...
 *
 * Lines without a place start at "error:"; the hint line is there when the error has a hint. */
#ifndef WEIR_SQL_SQL_ERROR_H
#define WEIR_SQL_SQL_ERROR_H

#include <stdio.h>

#include "vec/error.h"

/* `text` is the script that the error's place is in; when it is NULL, the file that the place names is read again, and
 * the source line left out if that fails. */
void sql_error_print(FILE *out, const Error *error, const char *text, size_t n_bytes);

#endif
