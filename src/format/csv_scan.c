/* Where fields and records of CSV end: after com.fasterxml.jackson.dataformat.csv.impl.CsvDecoder. */
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* The first byte from p on that ends an unquoted field or escapes; `end` when there is none. */
static inline const char *find_special(const CsvDialect *dialect, const char *p, const char *end) {
  char escape = dialect->escape == CSV_NO_CHARACTER ? '\n' : (char)dialect->escape;
#ifdef __SSE2__
  const __m128i separators = _mm_set1_epi8(dialect->separator);
  const __m128i escapes = _mm_set1_epi8(escape);
  const __m128i line_feeds = _mm_set1_epi8('\n');
  const __m128i returns = _mm_set1_epi8('\r');
  for (; end - p >= 16; p += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, line_feeds), _mm_cmpeq_epi8(bytes, returns));
    __m128i others = _mm_or_si128(_mm_cmpeq_epi8(bytes, separators), _mm_cmpeq_epi8(bytes, escapes));
    unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(ends, others));
    if (mask != 0) return p + __builtin_ctz(mask);
  }
#endif
  while (p < end && *p != dialect->separator && *p != '\n' && *p != '\r' && *p != escape) p++;
  return p;
}

const char *csv_scan_field(const CsvDialect *dialect, const char *p, const char *end, CsvField *field, CsvEnd *how) {
  *field = (CsvField){.bytes = p, .is_plain = true};
  if (p < end && (unsigned char)*p == dialect->quote) {
    return scan_quoted(dialect, p + 1, end, field, how);
  }
  for (;;) {
    p = find_special(dialect, p, end);
    if (p == end || *p == dialect->separator || *p == '\n' || *p == '\r') break;
    field->is_plain = false;
    if (end - p < 2) {
      field->n_bytes = (size_t)(end - field->bytes);
      *how = CSV_UNCLOSED;
      return end;
    }
    p += 2;
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
