/* Flink's json format: its options, and where its halves are. */
#include "format/json.h"

#include <stddef.h>

static const char *const TIMESTAMP_FORMATS[] = {"SQL", "ISO-8601", NULL};
static const char *const NULL_KEY_MODES[] = {"FAIL", "DROP", "LITERAL", NULL};

const OptionSpec json_options[] = {
    {"json.fail-on-missing-field", OPTION_BOOLEAN, false, "false", NULL,
     "whether a field that a record does not have is an error instead of NULL", NULL},
    {"json.ignore-parse-errors", OPTION_BOOLEAN, false, "false", NULL,
     "whether values that do not convert become NULL and malformed records are skipped", NULL},
    {"json.timestamp-format.standard", OPTION_ENUM, false, "SQL", TIMESTAMP_FORMATS,
     "how timestamps are written: 2026-01-31 23:59:58.1 (SQL) or 2026-01-31T23:59:58.1 (ISO-8601)", NULL},
    {"json.map-null-key.mode", OPTION_ENUM_ANY_CASE, false, "FAIL", NULL_KEY_MODES,
     "what to do with null keys of maps (no effect: weir has no MAP type)", NULL},
    {"json.map-null-key.literal", OPTION_STRING, false, "null", NULL,
     "what to write for null keys of maps (no effect: weir has no MAP type)", NULL},
    {"json.encode.decimal-as-plain-number", OPTION_BOOLEAN, false, "false", NULL,
     "whether decimals are written with all digits of their scale (29.7900) instead of shortest (29.79, 1E+2)", NULL},
    {"json.encode.ignore-null-fields", OPTION_BOOLEAN, false, "false", NULL,
     "whether fields that are NULL are left out instead of written as null", NULL},
    {"json.decode.json-parser.enabled", OPTION_BOOLEAN, false, "true", NULL,
     "Flink's streaming parser; weir reads as that one does, so false is refused", NULL},
    {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};

bool json_check(const Options *options, Error *error) {
  if (options_get_boolean(options, json_options, "json.fail-on-missing-field") &&
      options_get_boolean(options, json_options, "json.ignore-parse-errors")) {
    return error_at(error, ERROR_USAGE, options_find(options, "json.ignore-parse-errors")->place,
                    "fail-on-missing-field and ignore-parse-errors shouldn't both be true");
  }
  if (!options_get_boolean(options, json_options, "json.decode.json-parser.enabled")) {
    return error_at(error, ERROR_UNSUPPORTED, options_find(options, "json.decode.json-parser.enabled")->place,
                    "'json.decode.json-parser.enabled' = 'false' is not supported by weir: it reads JSON as Flink's "
                    "default, the streaming parser, does");
  }
  return true;
}

const Format json_format = {
    .name = "json",
    .options = json_options,
    .check = json_check,
    .decoder_new = json_decoder_new,
    .encoder_new = json_encoder_new,
};
