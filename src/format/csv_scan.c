/* Where fields and records of CSV end: after com.fasterxml.jackson.dataformat.csv.impl.CsvDecoder. */
#include <string.h>

#include "format/csv.h"

/* Behind a line end that begins at p: \n, \r or \r\n. */
static const char *pass_line_end(const char *p, const char *end) {
  return *p == '\r' && end - p > 1 && p[1] == '\n' ? p + 2 : p + 1;
}

static const char *scan_quoted(const CsvDialect *dialect, const char *p, const char *end, CsvField *field,
                               CsvEnd *how) {
  char quote = (char)dialect->quote;
  field->is_quoted = true;
  field->bytes = p;
  for (;;) {
    if (dialect->escape == CSV_NO_CHARACTER) {
      p = memchr(p, quote, (size_t)(end - p));
      if (p == NULL) p = end;
    } else {
      while (p < end && *p != quote && *p != (char)dialect->escape) p++;
    }
    if (p == end) {
      field->n_bytes = (size_t)(end - field->bytes);
      *how = CSV_UNCLOSED;
      return end;
    }
    bool is_doubled = *p == quote && end - p > 1 && p[1] == quote;
    if (*p == quote && !is_doubled) break;
    field->is_plain = false;
    if (end - p < 2) { /* an escape, and nothing to escape */
      p = end;
      continue;
    }
    p += 2;
  }
  field->n_bytes = (size_t)(p - field->bytes);
  for (p++; p < end; p++) {
    if (*p == dialect->separator) {
      *how = CSV_SEPARATOR;
      return p + 1;
    }
    if (*p == '\n' || *p == '\r') {
      *how = CSV_LINE_END;
      return pass_line_end(p, end);
    }
    if ((unsigned char)*p > ' ') {
      *how = CSV_UNEXPECTED;
      return p + 1;
    }
  }
  *how = CSV_INPUT_END;
  return end;
}

const char *csv_scan_field(const CsvDialect *dialect, const char *p, const char *end, CsvField *field, CsvEnd *how) {
  *field = (CsvField){.bytes = p, .is_plain = true};
  if (p < end && (unsigned char)*p == dialect->quote) {
    return scan_quoted(dialect, p + 1, end, field, how);
  }
  for (; p < end; p++) {
    if (*p == dialect->separator || *p == '\n' || *p == '\r') break;
    if ((unsigned char)*p == dialect->escape) {
      field->is_plain = false;
      if (++p == end) {
        field->n_bytes = (size_t)(end - field->bytes);
        *how = CSV_UNCLOSED;
        return end;
      }
    }
  }
  field->n_bytes = (size_t)(p - field->bytes);
  if (p == end) {
    *how = CSV_INPUT_END;
    return end;
  }
  if (*p == dialect->separator) {
    *how = CSV_SEPARATOR;
    return p + 1;
  }
  *how = CSV_LINE_END;
  return pass_line_end(p, end);
}

size_t csv_decode_field(const CsvDialect *dialect, const CsvField *field, char *out) {
  const char *end = field->bytes + field->n_bytes;
  char *start = out;
  for (const char *p = field->bytes; p < end; p++) {
    char c = *p;
    if (field->is_quoted && (unsigned char)c == dialect->quote && p + 1 < end) {
      p++;
    } else if ((unsigned char)c == dialect->escape && p + 1 < end) {
      c = *++p;
      c = c == '0' ? '\0' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
    }
    *out++ = c;
  }
  return (size_t)(out - start);
}

const char *csv_skip_comments(const char *p, const char *end) {
  while (p < end) {
    if (*p == '#') {
      while (p < end && *p != '\n' && *p != '\r') p++;
      if (p < end) p = pass_line_end(p, end);
    } else if (*p == ' ' || *p == '\n' || *p == '\r') {
      p++;
    } else {
      break;
    }
  }
  return p;
}

/* Without quotes and escapes every line end ends a record. A \r at the very end may be half of one. */
static size_t whole_lines(const char *bytes, size_t n_bytes) {
  const char *line_feed = memrchr(bytes, '\n', n_bytes);
  const char *after = line_feed == NULL ? bytes : line_feed + 1;
  const char *end = bytes + n_bytes;
  if (after < end) {
    const char *carriage_return = memrchr(after, '\r', (size_t)(end - after) - 1);
    if (carriage_return != NULL) after = carriage_return + 1;
  }
  return (size_t)(after - bytes);
}

size_t csv_whole_records(const Options *options, const char *bytes, size_t n_bytes) {
  CsvDialect dialect = csv_dialect(options);
  if ((dialect.quote == CSV_NO_CHARACTER || memchr(bytes, dialect.quote, n_bytes) == NULL) &&
      (dialect.escape == CSV_NO_CHARACTER || memchr(bytes, dialect.escape, n_bytes) == NULL)) {
    return whole_lines(bytes, n_bytes);
  }
  const char *end = bytes + n_bytes;
  const char *whole = bytes;
  const char *p = bytes;
  bool at_start = true;
  while (p < end) {
    if (at_start && dialect.allows_comments) {
      p = csv_skip_comments(p, end);
      if (p == end) break;
    }
    CsvField field;
    CsvEnd how;
    p = csv_scan_field(&dialect, p, end, &field, &how);
    at_start = how == CSV_LINE_END;
    if (at_start && (p < end || p[-1] == '\n')) whole = p;
  }
  return (size_t)(whole - bytes);
}
