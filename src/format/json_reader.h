/* A pull parser for one JSON record, token by token as Jackson's UTF8StreamJsonParser does it: what it takes and what
 * it refuses, in what order it notices, and where it stands after it has refused. The last matters because Flink's
 * json format, under json.ignore-parse-errors, goes on reading from there.
 *
 * Jackson in short: RFC 8259, except that raw control characters are allowed inside strings (Flink switches that on),
 * that UTF-8 is taken without complaint about overlong forms and surrogates, and that nobody looks at what follows the
 * record's last bracket. Limits: 1,000 levels, 1,000 digits a number, 20,000,000 characters a string that is used.
 */
#ifndef WEIR_FORMAT_JSON_READER_H
#define WEIR_FORMAT_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/arena.h"

typedef enum JsonToken {
  JSON_NONE, /* before the first token, and after the last */
  JSON_OBJECT_START,
  JSON_OBJECT_END,
  JSON_ARRAY_START,
  JSON_ARRAY_END,
  JSON_NAME,
  JSON_STRING,
  JSON_INTEGER,
  JSON_FLOAT, /* a number with a fraction or an exponent */
  JSON_TRUE,
  JSON_FALSE,
  JSON_NULL
} JsonToken;

enum {
  JSON_DEPTH_MAX = 1000,
  JSON_NUMBER_DIGITS_MAX = 1000,
  JSON_STRING_LENGTH_MAX = 20000000,
  JSON_NAME_BYTES_MAX = 65536
};

/* The text of a token. */
typedef struct JsonText {
  const char *bytes;
  size_t n_bytes;
} JsonText;

typedef struct JsonReader {
  const char *position;
  const char *end;
  JsonToken token;
  JsonToken next_token;   /* the value after a name is recognised together with it */
  bool has_open_string;   /* the token is a string whose bytes have not been looked at yet */
  uint32_t depth;         /* 0: outside everything */
  const char *name_start; /* of the last name: without its quotes, not decoded */
  const char *name_end;
  bool name_is_plain; /* no escapes in it, strict UTF-8 */
  const char *number_start;
  const char *number_end;
  const char *reason; /* why it failed, for people; NULL while it has not */
  uint64_t is_object[JSON_DEPTH_MAX / 64 + 1];
  uint64_t has_entry[JSON_DEPTH_MAX / 64 + 1];
} JsonReader;

void json_reader_start(JsonReader *reader, const char *record, size_t n_bytes);

/* Goes to the next token. False, with a reason, when the record is malformed there. */
bool json_reader_next(JsonReader *reader);

/* The text of the current token: strings and names decoded, numbers as written, else "{", "true" and so on. A string
 * without escapes is not copied. False, with a reason, when the string is malformed; the reader then stands behind
 * the byte at fault. `keep_surrogates`: half a surrogate pair stays recognisable (as three bytes, for comparing
 * names); else it becomes '?', as when Flink writes it. */
bool json_reader_text(JsonReader *reader, Arena *arena, bool keep_surrogates, JsonText *text);

/* Past the value that starts at the current token, as a field that nobody wants, and to the next token. */
bool json_reader_skip_field(JsonReader *reader);

/* The object or array at the current token as Jackson's tree prints it: no spaces, escapes undone, duplicate names
 * merged into their first place with their last value, numbers through double (or BigDecimal when `exact_numbers`).
 * The token is then its closing bracket. */
bool json_reader_tree_text(JsonReader *reader, Arena *arena, bool exact_numbers, JsonText *text);

#endif
