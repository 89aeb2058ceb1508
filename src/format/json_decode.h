/* What the parts of the JSON decoder share, and nobody outside it.
 *
 *   json_decode.c   records, rows, options: the general way, field by field as Flink goes
 *   json_convert.c  one JSON value to one column value
 *   json_predict.c  the fast way: the next record has the shape of an earlier one, checked byte by byte
 */
#ifndef WEIR_FORMAT_JSON_DECODE_H
#define WEIR_FORMAT_JSON_DECODE_H

#include "format/format.h"
#include "format/json_reader.h"
#include "format/value_parse.h"

typedef struct JsonColumn {
  const char *name;
  size_t n_name;
  Type type;
  Physical physical;
} JsonColumn;

/* The columns to fill, and how. */
typedef struct JsonTarget {
  const JsonColumn *columns;
  uint32_t n_columns;
  char time_separator; /* ' ' in SQL timestamps, 'T' in ISO-8601 */
  bool exact_numbers;  /* a column is DECIMAL: Flink then reads every number of a tree as BigDecimal */
  void **values;       /* per column, of the batch being filled */
  uint32_t *nulls;     /* columns that are null in the row being filled */
  uint32_t n_nulls;
} JsonTarget;

/* Stores the value at the reader's token, which is not null, as row `row` of a column. PARSE_ERROR leaves the reader
 * where Jackson would stand. Strings that cannot be views of the record go to `arena`. */
ParseResult json_convert(JsonReader *reader, const JsonTarget *target, uint32_t column, uint32_t row, Arena *arena);
void json_store_null(const JsonTarget *target, uint32_t column, uint32_t row);

/* Shapes of records seen lately. */
typedef struct JsonPredictor JsonPredictor;

JsonPredictor *json_predictor_new(uint32_t n_columns);
void json_predictor_free(JsonPredictor *predictor);
/* Remembers the shape of a record that the general way has just turned into a row, if it is simple enough. */
void json_predictor_learn(JsonPredictor *predictor, const JsonTarget *target, const char *record, size_t n_bytes);
/* Decodes the record at `p` into row `row` if it has a known shape and holds no surprises: returns the byte behind its
 * closing brace and leaves the row's nulls in target->nulls. NULL: take the general way; what was stored is void.
 * Reads nothing at or behind `end`; the record ends at `record_end`, or at the next line feed when that is NULL. The
 * text of escaped strings goes to `arena`. */
const char *json_predictor_decode(JsonPredictor *predictor, JsonTarget *target, const char *p, const char *end,
                                  const char *record_end, uint32_t row, Arena *arena);
/* A record this near to the end of its block is not predicted, and not worth learning. */
enum { JSON_PREDICT_MARGIN_BYTES = 144 };

#endif
