/* The grammar of option values, which is Flink's: what '5 s' or '128 mb' means, and what is not a value at all. */
#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "format/format.h"

typedef struct Unit {
  const char *label;
  int64_t numerator; /* value * numerator / denominator, in milliseconds or bytes */
  int64_t denominator;
} Unit;

static const Unit DURATION_UNITS[] = {{"", 1, 1},
                                      {"d", 86400000, 1},
                                      {"day", 86400000, 1},
                                      {"days", 86400000, 1},
                                      {"h", 3600000, 1},
                                      {"hour", 3600000, 1},
                                      {"hours", 3600000, 1},
                                      {"m", 60000, 1},
                                      {"min", 60000, 1},
                                      {"minute", 60000, 1},
                                      {"minutes", 60000, 1},
                                      {"s", 1000, 1},
                                      {"sec", 1000, 1},
                                      {"secs", 1000, 1},
                                      {"second", 1000, 1},
                                      {"seconds", 1000, 1},
                                      {"ms", 1, 1},
                                      {"milli", 1, 1},
                                      {"millis", 1, 1},
                                      {"millisecond", 1, 1},
                                      {"milliseconds", 1, 1},
                                      {"\xc2\xb5s", 1, 1000},
                                      {"micro", 1, 1000},
                                      {"micros", 1, 1000},
                                      {"microsecond", 1, 1000},
                                      {"microseconds", 1, 1000},
                                      {"ns", 1, 1000000},
                                      {"nano", 1, 1000000},
                                      {"nanos", 1, 1000000},
                                      {"nanosecond", 1, 1000000},
                                      {"nanoseconds", 1, 1000000},
                                      {NULL, 0, 0}};

static const Unit MEMORY_UNITS[] = {{"", 1, 1},
                                    {"b", 1, 1},
                                    {"bytes", 1, 1},
                                    {"k", INT64_C(1) << 10, 1},
                                    {"kb", INT64_C(1) << 10, 1},
                                    {"kibibytes", INT64_C(1) << 10, 1},
                                    {"m", INT64_C(1) << 20, 1},
                                    {"mb", INT64_C(1) << 20, 1},
                                    {"mebibytes", INT64_C(1) << 20, 1},
                                    {"g", INT64_C(1) << 30, 1},
                                    {"gb", INT64_C(1) << 30, 1},
                                    {"gibibytes", INT64_C(1) << 30, 1},
                                    {"t", INT64_C(1) << 40, 1},
                                    {"tb", INT64_C(1) << 40, 1},
                                    {"tebibytes", INT64_C(1) << 40, 1},
                                    {NULL, 0, 0}};

static bool is_blank(char c) { return (unsigned char)c <= ' '; }

/* A count and a unit, with or without a space between. False when it is no such thing or does not fit. */
static bool parse_with_unit(const char *text, const Unit *units, int64_t *value) {
  while (*text != '\0' && is_blank(*text)) text++;
  const char *digits = text;
  int64_t count = 0;
  while (*text >= '0' && *text <= '9') {
    if (__builtin_mul_overflow(count, 10, &count) || __builtin_add_overflow(count, *text - '0', &count)) return false;
    text++;
  }
  if (text == digits) return false;
  while (*text != '\0' && is_blank(*text)) text++;
  size_t label_bytes = strlen(text);
  while (label_bytes > 0 && is_blank(text[label_bytes - 1])) label_bytes--;
  for (const Unit *unit = units; unit->label != NULL; unit++) {
    if (strlen(unit->label) == label_bytes && strncasecmp(unit->label, text, label_bytes) == 0) {
      if (__builtin_mul_overflow(count, unit->numerator, value)) return false;
      *value /= unit->denominator;
      return true;
    }
  }
  return false;
}

static bool parse_int(const char *text) {
  char *end;
  if (*text == '\0' || isspace((unsigned char)*text)) return false;
  long value = strtol(text, &end, 10);
  return *end == '\0' && value >= INT_MIN && value <= INT_MAX;
}

/* One UTF-16 code unit in Java's eyes: up to three bytes of UTF-8. */
static bool is_one_character(const char *text) {
  unsigned char first = (unsigned char)text[0];
  size_t n_bytes = first == 0 ? 0 : first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 0;
  return n_bytes > 0 && strlen(text) == n_bytes;
}

const Option *options_find(const Options *options, const char *key) {
  for (uint32_t i = 0; i < options->n_items; i++) {
    if (strcmp(options->items[i].key, key) == 0) return &options->items[i];
  }
  return NULL;
}

const OptionSpec *option_spec_find(const OptionSpec *specs, const char *key) {
  for (; specs != NULL && specs->name != NULL; specs++) {
    if (strcmp(specs->name, key) == 0) return specs;
  }
  return NULL;
}

const char *options_get(const Options *options, const OptionSpec *specs, const char *key) {
  const Option *option = options_find(options, key);
  if (option != NULL) return option->value;
  const OptionSpec *spec = option_spec_find(specs, key);
  return spec == NULL ? NULL : spec->default_value;
}

bool options_get_boolean(const Options *options, const OptionSpec *specs, const char *key) {
  const char *value = options_get(options, specs, key);
  return value != NULL && strcasecmp(value, "true") == 0;
}

static int64_t get_with_unit(const Options *options, const OptionSpec *specs, const char *key, const Unit *units) {
  const char *text = options_get(options, specs, key);
  int64_t value = -1;
  if (text != NULL && !parse_with_unit(text, units, &value)) value = -1;
  return value;
}

int64_t options_get_duration_ms(const Options *options, const OptionSpec *specs, const char *key) {
  return get_with_unit(options, specs, key, DURATION_UNITS);
}

int64_t options_get_memory_bytes(const Options *options, const OptionSpec *specs, const char *key) {
  return get_with_unit(options, specs, key, MEMORY_UNITS);
}

static bool check_choice(const OptionSpec *spec, const Option *option, Error *error) {
  char list[ERROR_HINT_MAX] = "";
  size_t used = 0;
  for (const char *const *choice = spec->choices; *choice != NULL; choice++) {
    bool is_same =
        spec->type == OPTION_ENUM ? strcmp(*choice, option->value) == 0 : strcasecmp(*choice, option->value) == 0;
    if (is_same) return true;
    size_t n_bytes = strlen(*choice);
    if (used + n_bytes + 4 < sizeof list) {
      if (used > 0) {
        memcpy(list + used, ", ", 3);
        used += 2;
      }
      memcpy(list + used, *choice, n_bytes + 1);
      used += n_bytes;
    }
  }
  return error_at(error, ERROR_USAGE, option->place, "Unsupported value '%s' for option '%s': supported values are %s",
                  option->value, spec->name, list);
}

bool option_check_value(const OptionSpec *spec, const Option *option, Error *error) {
  if (spec->refused != NULL) {
    return error_at(error, ERROR_UNSUPPORTED, option->place, "Option '%s' is not supported by weir: %s", spec->name,
                    spec->refused);
  }
  const char *expected = NULL;
  int64_t ignored;
  switch (spec->type) {
    case OPTION_STRING:
      return true;
    case OPTION_BOOLEAN:
      if (strcasecmp(option->value, "true") != 0 && strcasecmp(option->value, "false") != 0) expected = "true or false";
      break;
    case OPTION_INT:
      if (!parse_int(option->value)) expected = "an integer";
      break;
    case OPTION_DURATION:
      if (!parse_with_unit(option->value, DURATION_UNITS, &ignored)) {
        expected = "a duration such as '500 ms', '5 s', '1 min', '2 h' or '1 d'";
      }
      break;
    case OPTION_MEMORY:
      if (!parse_with_unit(option->value, MEMORY_UNITS, &ignored)) {
        expected = "a memory size such as '64 kb', '128 mb' or '1 gb'";
      }
      break;
    case OPTION_CHARACTER:
      if (!is_one_character(option->value)) expected = "a single character";
      break;
    case OPTION_ENUM:
    case OPTION_ENUM_ANY_CASE:
      return check_choice(spec, option, error);
  }
  if (expected == NULL) return true;
  return error_at(error, ERROR_USAGE, option->place, "Invalid value '%s' for option '%s': expected %s", option->value,
                  spec->name, expected);
}
