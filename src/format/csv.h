/* What the parts of the csv format share, and nobody outside it: the dialect that a table's options describe, and how
 * one field is found in bytes.
 *
 * Flink reads CSV files through Jackson's CsvParser, and so the rules are its own: records end with \n, \r\n or \r; a
 * quote means something only as the first byte of a field; a quoted field may hold line ends, and blanks may follow its
 * closing quote; a backslash or whatever else is an escape only when 'csv.escape-character' says so. */
#ifndef WEIR_FORMAT_CSV_H
#define WEIR_FORMAT_CSV_H

#include "format/format.h"

extern const OptionSpec csv_options[];

enum { CSV_NO_CHARACTER = -1 };

/* Delimiters are ASCII. Texts live as long as the options. */
typedef struct CsvDialect {
  char separator;
  int quote;  /* CSV_NO_CHARACTER: none */
  int escape; /* CSV_NO_CHARACTER: none */
  bool allows_comments;
  bool ignores_errors;
  const char *null_literal; /* NULL: none */
  size_t n_null_literal;
  bool writes_plain_decimals;
} CsvDialect;

bool csv_check(const Options *options, Error *error);
/* Of options that csv_check has passed. */
CsvDialect csv_dialect(const Options *options);

/* What a field ends with. */
typedef enum CsvEnd {
  CSV_SEPARATOR,
  CSV_LINE_END,
  CSV_INPUT_END,
  CSV_UNEXPECTED, /* a byte behind the closing quote that is neither blank nor separator */
  CSV_UNCLOSED    /* no closing quote, or nothing behind an escape, up to the end of the input */
} CsvEnd;

typedef struct CsvField {
  const char *bytes; /* without its quotes */
  size_t n_bytes;
  bool is_quoted;
  bool is_plain; /* the bytes are the value: nothing doubled or escaped */
} CsvField;

/* Scans the field that begins at `p` <= end; returns the place behind what ended it: behind the whole line end, or
 * behind the byte at fault, where a next field is taken to begin. */
const char *csv_scan_field(const CsvDialect *dialect, const char *p, const char *end, CsvField *field, CsvEnd *how);

/* Undoes doubled quotes and escapes. `out` has room for n_bytes. Returns the length. */
size_t csv_decode_field(const CsvDialect *dialect, const CsvField *field, char *out);

/* Past the comments and blank lines, and the blanks, that stand before a record where comments are allowed. */
const char *csv_skip_comments(const char *p, const char *end);

size_t csv_whole_records(const Options *options, const char *bytes, size_t n_bytes);

Decoder *csv_decoder_new(const Schema *schema, const bool *wanted, const Options *options, BadRecordSink bad_records,
                         Error *error);
Encoder *csv_encoder_new(const Schema *schema, const Options *options, Error *error);

#endif
