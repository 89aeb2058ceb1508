/* Flink's csv format: its options, and where its halves are. */
#include "format/csv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const OptionSpec csv_options[] = {
    {"csv.field-delimiter", OPTION_STRING, false, ",", NULL,
     "the character between fields; \\t and \\u0001 may be written so", NULL},
    {"csv.disable-quote-character", OPTION_BOOLEAN, false, "false", NULL,
     "whether quotes are characters like any other", NULL},
    {"csv.quote-character", OPTION_CHARACTER, false, "\"", NULL, "the character around fields", NULL},
    {"csv.allow-comments", OPTION_BOOLEAN, false, "false", NULL,
     "whether lines that begin with # and blank lines are skipped", NULL},
    {"csv.ignore-parse-errors", OPTION_BOOLEAN, false, "false", NULL,
     "whether fields that do not convert or are missing become NULL and malformed records are skipped", NULL},
    {"csv.array-element-delimiter", OPTION_STRING, false, ";", NULL,
     "the text between elements of arrays (no effect: weir has no ARRAY columns)", NULL},
    {"csv.escape-character", OPTION_CHARACTER, false, NULL, NULL, "the character that takes the next one as it is",
     NULL},
    {"csv.null-literal", OPTION_STRING, false, NULL, NULL, "the text that means NULL, read and written", NULL},
    {"csv.write-bigdecimal-in-scientific-notation", OPTION_BOOLEAN, false, "true", NULL,
     "whether decimals are written shortest (1E+2) instead of plain (100); as in Flink without effect on files", NULL},
    {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};

enum { N_OCTAL_DIGITS_MAX = 3, N_HEX_DIGITS = 4 };

/* One character as Java source would write it: a letter, \t, \u0001, \1. -1: it is none, or more than one. */
static int unescape_character(const char *text) {
  static const char LETTERS[] = "btnfr\"'\\";
  static const char VALUES[] = "\b\t\n\f\r\"'\\";
  if (text[0] == '\0') return -1;
  if ((unsigned char)text[0] >= 0x80) return (unsigned char)text[0]; /* refused, whatever it is */
  if (text[0] != '\\' || text[1] == '\0') return text[1] == '\0' ? (unsigned char)text[0] : -1;
  const char *letter = strchr(LETTERS, text[1]);
  if (letter != NULL) return text[2] == '\0' ? VALUES[letter - LETTERS] : -1;
  int base = text[1] == 'u' ? 16 : 8;
  const char *digits = text + (base == 16 ? 1 + strspn(text + 1, "u") : 1);
  size_t n_digits = strspn(digits, base == 16 ? "0123456789abcdefABCDEF" : "01234567");
  if (digits[n_digits] != '\0' || n_digits == 0 || n_digits > (base == 16 ? N_HEX_DIGITS : N_OCTAL_DIGITS_MAX)) {
    return -1;
  }
  return (int)strtol(digits, NULL, base);
}

static bool check_ascii(const Option *option, int character, Error *error) {
  if (option == NULL) return true;
  if (character == '\n' || character == '\r') {
    return error_at(error, ERROR_UNSUPPORTED, option->place, "Option '%s': weir takes no line end here", option->key);
  }
  if (character >= 0 && character < 0x80) return true;
  if (character < 0) {
    return error_at(error, ERROR_USAGE, option->place,
                    "Option '%s' must be a string with single character, but was: %s", option->key, option->value);
  }
  return error_at(error, ERROR_UNSUPPORTED, option->place, "Option '%s': weir takes ASCII characters only, not '%s'",
                  option->key, option->value);
}

bool csv_check(const Options *options, Error *error) {
  const Option *delimiter = options_find(options, "csv.field-delimiter");
  const Option *quote = options_find(options, "csv.quote-character");
  const Option *escape = options_find(options, "csv.escape-character");
  if (!check_ascii(delimiter, delimiter == NULL ? 0 : unescape_character(delimiter->value), error) ||
      !check_ascii(quote, quote == NULL ? 0 : (unsigned char)quote->value[0], error) ||
      !check_ascii(escape, escape == NULL ? 0 : (unsigned char)escape->value[0], error)) {
    return false;
  }
  if (quote != NULL && options_get_boolean(options, csv_options, "csv.disable-quote-character")) {
    return error_at(error, ERROR_USAGE, quote->place,
                    "Format cannot define a quote character and disabled quote character at the same time");
  }
  return true;
}

CsvDialect csv_dialect(const Options *options) {
  const char *escape = options_get(options, csv_options, "csv.escape-character");
  const char *null_literal = options_get(options, csv_options, "csv.null-literal");
  const char *connector = options_get(options, NULL, "connector");
  bool has_quote = !options_get_boolean(options, csv_options, "csv.disable-quote-character");
  bool is_files = connector != NULL && strcmp(connector, "filesystem") == 0;
  return (CsvDialect){
      .separator = (char)unescape_character(options_get(options, csv_options, "csv.field-delimiter")),
      .quote = has_quote ? options_get(options, csv_options, "csv.quote-character")[0] : CSV_NO_CHARACTER,
      .escape = escape != NULL ? escape[0] : CSV_NO_CHARACTER,
      .allows_comments = options_get_boolean(options, csv_options, "csv.allow-comments"),
      .ignores_errors = options_get_boolean(options, csv_options, "csv.ignore-parse-errors"),
      .null_literal = null_literal,
      .n_null_literal = null_literal != NULL ? strlen(null_literal) : 0,
      .writes_plain_decimals =
          !is_files && !options_get_boolean(options, csv_options, "csv.write-bigdecimal-in-scientific-notation"),
  };
}

const Format csv_format = {
    .name = "csv",
    .options = csv_options,
    .check = csv_check,
    .whole_records = csv_whole_records,
    .decoder_new = csv_decoder_new,
    .encoder_new = csv_encoder_new,
};
