/* Times as text and back: DATE_FORMAT, TO_TIMESTAMP, FROM_UNIXTIME, UNIX_TIMESTAMP, CONVERT_TZ, and TO_TIMESTAMP_LTZ of
 * text. Patterns are compiled once when they are constant, else whenever they differ from the row before. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "func/kernel.h"
#include "func/session_time.h"
#include "func/text.h"
#include "func/time_parse.h"
#include "func/time_parts.h"
#include "func/time_pattern.h"
#include "vec/memory.h"

#define DEFAULT_PATTERN "yyyy-MM-dd HH:mm:ss"

static const StringView empty_view;

/* --- the patterns in force --- */

typedef struct KnownPattern {
  char *text;
  uint32_t n_bytes;
  TimePattern *pattern; /* NULL: malformed */
  char message[TIME_PATTERN_MESSAGE_MAX];
} KnownPattern;

/* A kernel's own between batches: for writing and for reading. */
typedef struct FormatState {
  KnownPattern patterns[2];
  char *room; /* for formatted text */
  size_t room_bytes;
} FormatState;

static void known_clear(KnownPattern *known) {
  free(known->text);
  time_pattern_free(known->pattern);
  memset(known, 0, sizeof *known);
}

static void state_free(void *state_of_kernel) {
  FormatState *state = state_of_kernel;
  known_clear(&state->patterns[USE_FORMAT]);
  known_clear(&state->patterns[USE_PARSE]);
  free(state->room);
  free(state);
}

static FormatState *state_of(KernelCall *call) {
  if (*call->state == NULL) *call->state = memory_alloc_zeroed(1, sizeof(FormatState));
  return *call->state;
}

/* The compiled pattern, or a known one without it when it is malformed. False when the job has failed. */
static bool find_pattern(KernelCall *call, const StringView *text, TimeDialect dialect, TimeUse use, uint32_t row,
                         const KnownPattern **found) {
  KnownPattern *known = &state_of(call)->patterns[use];
  *found = known;
  if (known->text != NULL && known->n_bytes == text->length &&
      memcmp(known->text, string_view_bytes(text), text->length) == 0)
    return true;
  known_clear(known);
  TimePatternStatus status = time_pattern_compile(text, dialect, use, &known->pattern, known->message);
  if (status == TIME_PATTERN_UNSUPPORTED)
    return !kernel_is_active(call, row) || kernel_fail(call, "This time pattern is not supported: %s", known->message);
  known->n_bytes = text->length;
  known->text = memory_alloc(text->length + 1);
  memcpy(known->text, string_view_bytes(text), text->length);
  return true;
}

static StringView formatted(KernelCall *call, const TimePattern *pattern, int64_t wall_us, int32_t offset_s) {
  FormatState *state = state_of(call);
  if (state->room_bytes < pattern->most_bytes)
    state->room = memory_grow(state->room, &state->room_bytes, pattern->most_bytes, 1);
  uint32_t n = time_pattern_format(pattern, wall_us, offset_s, state->room);
  if (n <= STRING_VIEW_INLINE_MAX) return string_view(state->room, n);
  char *kept = arena_alloc_text(call->arena, n);
  memcpy(kept, state->room, n);
  return string_view(kept, n);
}

static const StringView default_pattern = {
    sizeof DEFAULT_PATTERN - 1, {'y', 'y', 'y', 'y'}, {.bytes = DEFAULT_PATTERN}};

/* --- SimpleDateFormat in a zone --- */

/* Of a reading that clocks show twice a GregorianCalendar takes the second. */
static int64_t calendar_to_utc(const struct Zone *zone, int64_t wall_us) {
  if (zone == NULL) return wall_us;
  int64_t at_us = zone_to_utc(zone, wall_us);
  return zone_to_local(zone, at_us) == wall_us ? zone_to_utc_latest(zone, wall_us) : at_us;
}

static bool parse_simple(const TimePattern *pattern, const struct Zone *zone, const StringView *text, int64_t *at_us) {
  bool has_offset;
  int32_t offset_s;
  int64_t wall_us;
  if (!time_pattern_parse(pattern, string_view_bytes(text), text->length, &wall_us, &has_offset, &offset_s))
    return false;
  *at_us = has_offset ? wall_us - offset_s * INT64_C(1000000) : calendar_to_utc(zone, wall_us);
  return true;
}

static StringView format_simple(KernelCall *call, const TimePattern *pattern, const struct Zone *zone, int64_t at_us) {
  int64_t wall_us = zone == NULL ? at_us : zone_to_local(zone, at_us);
  return formatted(call, pattern, wall_us, (int32_t)((wall_us - at_us) / 1000000));
}

/* --- DATE_FORMAT --- */

static bool date_format_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const int64_t *in = arguments[0]->values;
  const StringView *patterns = arguments[1]->values;
  bool is_ltz = arguments[0]->type.kind == TYPE_TIMESTAMP_LTZ, is_constant = kernel_constant(call, 1) != NULL;
  StringView *out = result->values;
  const KnownPattern *known = NULL;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    bool is_found = is_constant && known != NULL && known->pattern != NULL;
    if (!is_found && !find_pattern(call, &patterns[row], DIALECT_JAVA_TIME, USE_FORMAT, row, &known)) return false;
    if (known->pattern == NULL) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "%s", known->message);
      continue;
    }
    out[row] = formatted(call, known->pattern, is_ltz ? session_to_local(call->settings, in[row]) : in[row], 0);
  }
  return true;
}

/* DATE_FORMAT of a string, which must be of the default pattern. */
static bool date_reformat_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const KnownPattern *from, *to;
    int64_t at_us;
    out[row] = empty_view;
    if (!find_pattern(call, &default_pattern, DIALECT_SIMPLE, USE_PARSE, row, &from) ||
        !find_pattern(call, &patterns[row], DIALECT_SIMPLE, USE_FORMAT, row, &to))
      return false;
    if (to->pattern == NULL) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "%s", to->message);
    } else if (parse_simple(from->pattern, NULL, &in[row], &at_us)) {
      out[row] = format_simple(call, to->pattern, NULL, at_us);
    } else if (!kernel_no_value(call, result, row)) {
      return false;
    }
  }
  return true;
}

/* --- TO_TIMESTAMP, TO_TIMESTAMP_LTZ of text --- */

static int64_t whole_milliseconds(int64_t at_us) { return at_us - ((at_us % 1000) + 1000) % 1000; }

static bool to_timestamp_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    if (!time_parse_default(string_view_bytes(&in[row]), in[row].length, 3, &out[row]))
      kernel_set_null(call, result, row);
  }
  return true;
}

/* By a pattern; where that fails, by java.sql.Timestamp.valueOf or Date.valueOf, whatever the pattern. */
static bool parse_java(const TimePattern *pattern, const StringView *text, int64_t *wall_us) {
  bool has_offset;
  int32_t offset_s;
  const char *bytes = string_view_bytes(text);
  if (!time_pattern_parse(pattern, bytes, text->length, wall_us, &has_offset, &offset_s) &&
      !time_parse_jdbc(bytes, text->length, wall_us))
    return false;
  *wall_us = whole_milliseconds(*wall_us);
  return true;
}

static bool to_timestamp_pattern_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const KnownPattern *known;
    out[row] = 0;
    if (!find_pattern(call, &patterns[row], DIALECT_JAVA_TIME, USE_PARSE, row, &known)) return false;
    if (known->pattern == NULL || !parse_java(known->pattern, &in[row], &out[row])) kernel_set_null(call, result, row);
  }
  return true;
}

/* Without a pattern text that is no timestamp fails the job. */
static bool to_timestamp_ltz_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    if (!time_parse_default(string_view_bytes(&in[row]), in[row].length, 3, &out[row]) && kernel_is_active(call, row))
      return kernel_fail(call, "Text '%.*s' could not be parsed at index 0", (int)in[row].length,
                         string_view_bytes(&in[row]));
  }
  return true;
}

/* A zone by its name; NULL, with the job failed where the row counts, for one that weir does not know. */
static const struct Zone *find_zone(KernelCall *call, const StringView *name, uint32_t row, bool *ok) {
  char text[64] = "";
  Error error = {.kind = ERROR_NONE};
  const struct Zone *zone = NULL;
  if (name->length < sizeof text) {
    memcpy(text, string_view_bytes(name), name->length);
    text[name->length] = '\0';
    zone = zone_find(text, call->expr->place, &error);
  }
  *ok = zone != NULL || !kernel_is_active(call, row) ||
        kernel_fail(call, "the time zone '%.*s' is not known", (int)name->length, string_view_bytes(name));
  return zone;
}

static bool to_timestamp_ltz_zone_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  if (!to_timestamp_pattern_kernel(call, arguments, result)) return false;
  const StringView *zones = arguments[2]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    bool ok;
    const struct Zone *zone = find_zone(call, &zones[row], row, &ok);
    if (!ok) return false;
    if (zone != NULL) out[row] = zone_to_utc(zone, out[row]);
  }
  return true;
}

/* --- FROM_UNIXTIME, UNIX_TIMESTAMP, CONVERT_TZ --- */

/* What a microsecond count can hold, in seconds. */
#define SECONDS_MOST INT64_C(9000000000000)

static bool from_unixtime_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const int64_t *in = arguments[0]->values;
  const StringView *patterns = call->expr->call.n_arguments > 1 ? arguments[1]->values : NULL;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const KnownPattern *known;
    out[row] = empty_view;
    if (!find_pattern(call, patterns == NULL ? &default_pattern : &patterns[row], DIALECT_SIMPLE, USE_FORMAT, row,
                      &known))
      return false;
    bool in_range = in[row] >= -SECONDS_MOST && in[row] <= SECONDS_MOST;
    if (!in_range && kernel_is_active(call, row))
      return kernel_fail(call, "FROM_UNIXTIME of so large a number is not supported");
    if (known->pattern == NULL && kernel_is_active(call, row)) return kernel_fail(call, "%s", known->message);
    if (in_range && known->pattern != NULL)
      out[row] = format_simple(call, known->pattern, call->settings->zone, in[row] * 1000000);
  }
  return true;
}

/* Seconds; the least BIGINT where the text does not match. */
static bool unix_timestamp_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  const StringView *patterns = call->expr->call.n_arguments > 1 ? arguments[1]->values : NULL;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const KnownPattern *known;
    out[row] = INT64_MIN;
    if (!find_pattern(call, patterns == NULL ? &default_pattern : &patterns[row], DIALECT_SIMPLE, USE_PARSE, row,
                      &known))
      return false;
    int64_t at_us;
    if (known->pattern == NULL) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "%s", known->message);
    } else if (parse_simple(known->pattern, call->settings->zone, &in[row], &at_us)) {
      out[row] = at_us / 1000 / 1000;
    }
  }
  return true;
}

static bool now_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  (void)arguments;
  int64_t now_us = call->settings->query_start_us;
  int64_t seconds = now_us != 0 ? now_us / 1000000 : (int64_t)time(NULL);
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = seconds;
  return true;
}

static bool convert_tz_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *froms = arguments[1]->values, *tos = arguments[2]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const KnownPattern *reads, *writes;
    out[row] = empty_view;
    bool ok;
    const struct Zone *from = find_zone(call, &froms[row], row, &ok);
    if (!ok) return false;
    const struct Zone *to = find_zone(call, &tos[row], row, &ok);
    if (!ok || !find_pattern(call, &default_pattern, DIALECT_SIMPLE, USE_PARSE, row, &reads) ||
        !find_pattern(call, &default_pattern, DIALECT_SIMPLE, USE_FORMAT, row, &writes))
      return false;
    int64_t at_us;
    if (from != NULL && to != NULL && parse_simple(reads->pattern, from, &in[row], &at_us))
      out[row] = format_simple(call, writes->pattern, to, at_us);
    else if (!kernel_no_value(call, result, row))
      return false;
  }
  return true;
}

/* --- types --- */

#define FAILING(kernel) \
  { kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, state_free }

static bool take_strings(Resolution *r, uint32_t from) {
  for (uint32_t i = from; i < r->n_arguments; i++) {
    if (!type_is_string(resolution_type(r, i).kind)) return resolution_refuse(r);
  }
  return true;
}

/* A pattern in the query text that is not supported is an error of the query. */
static bool check_pattern(Resolution *r, uint32_t argument, TimeDialect dialect, TimeUse use) {
  if (argument >= r->n_arguments) return true;
  const Expr *expr = r->arguments[argument];
  if (expr->kind != EXPR_LITERAL || expr->literal.is_null) return true;
  TimePattern *pattern = NULL;
  char message[TIME_PATTERN_MESSAGE_MAX];
  TimePatternStatus status = time_pattern_compile(&expr->literal.value.string, dialect, use, &pattern, message);
  time_pattern_free(pattern);
  return status != TIME_PATTERN_UNSUPPORTED ||
         error_at(r->error, ERROR_UNSUPPORTED, expr->place, "This time pattern is not supported: %s", message);
}

static bool resolve_date_format(Resolution *r) {
  static const Overload formats = FAILING(date_format_kernel), reformats = FAILING(date_reformat_kernel);
  bool is_string = type_is_string(resolution_type(r, 0).kind);
  if (!is_string && !type_is_timestamp(resolution_type(r, 0).kind)) return resolution_refuse(r);
  if (!take_strings(r, 1)) return false;
  if (!check_pattern(r, 1, is_string ? DIALECT_SIMPLE : DIALECT_JAVA_TIME, USE_FORMAT)) return false;
  resolution_result(r, type_string(true), is_string ? &reformats : &formats);
  r->type.nullable = true;
  return true;
}

static bool resolve_to_timestamp(Resolution *r) {
  static const Overload by_default = {to_timestamp_kernel, 0, LAZY_NONE, NULL},
                        by_pattern = FAILING(to_timestamp_pattern_kernel);
  if (!take_strings(r, 0) || !check_pattern(r, 1, DIALECT_JAVA_TIME, USE_PARSE)) return false;
  resolution_result(r, type_timestamp(TYPE_TIMESTAMP, 3, true), r->n_arguments == 1 ? &by_default : &by_pattern);
  r->type.nullable = true;
  return true;
}

bool time_resolve_parse_ltz(Resolution *r) {
  static const Overload by_default = {to_timestamp_ltz_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL},
                        by_pattern = FAILING(to_timestamp_pattern_kernel),
                        in_zone = FAILING(to_timestamp_ltz_zone_kernel);
  if (!take_strings(r, 0) || !check_pattern(r, 1, DIALECT_JAVA_TIME, USE_PARSE)) return false;
  const Overload *overload = r->n_arguments == 1 ? &by_default : r->n_arguments == 2 ? &by_pattern : &in_zone;
  resolution_result(r, type_timestamp(TYPE_TIMESTAMP_LTZ, 3, true), overload);
  r->type.nullable = true;
  return true;
}

static bool resolve_from_unixtime(Resolution *r) {
  static const Overload overload = FAILING(from_unixtime_kernel);
  TypeKind kind = resolution_type(r, 0).kind;
  if (kind != TYPE_INT && kind != TYPE_BIGINT) return resolution_refuse(r);
  if (!resolution_cast(r, 0, type_make(TYPE_BIGINT, true)) || !take_strings(r, 1) ||
      !check_pattern(r, 1, DIALECT_SIMPLE, USE_FORMAT))
    return false;
  resolution_result(r, type_string(true), &overload);
  r->type.nullable = true;
  return true;
}

static bool resolve_unix_timestamp(Resolution *r) {
  static const Overload now = {now_kernel, OVERLOAD_VOLATILE, LAZY_NONE, NULL}, parses = FAILING(unix_timestamp_kernel);
  if (r->n_arguments == 0) return resolution_result(r, type_make(TYPE_BIGINT, false), &now);
  if (!take_strings(r, 0) || !check_pattern(r, 1, DIALECT_SIMPLE, USE_PARSE)) return false;
  return resolution_result(r, type_make(TYPE_BIGINT, true), &parses);
}

static bool resolve_convert_tz(Resolution *r) {
  static const Overload overload = FAILING(convert_tz_kernel);
  if (!take_strings(r, 0)) return false;
  resolution_result(r, type_string(true), &overload);
  r->type.nullable = true;
  return true;
}

static const Function functions[] = {
    {"DATE_FORMAT", "DATE_FORMAT(timestamp, pattern)", resolve_date_format, 2, 2, NULL},
    {"TO_TIMESTAMP", "TO_TIMESTAMP(string [, pattern])", resolve_to_timestamp, 1, 2, NULL},
    {"FROM_UNIXTIME", "FROM_UNIXTIME(seconds [, pattern])", resolve_from_unixtime, 1, 2, NULL},
    {"UNIX_TIMESTAMP", "UNIX_TIMESTAMP([string [, pattern]])", resolve_unix_timestamp, 0, 2, NULL},
    {"CONVERT_TZ", "CONVERT_TZ(string, from_zone, to_zone)", resolve_convert_tz, 3, 3, NULL},
};
const FunctionArea time_format_area = {functions, sizeof functions / sizeof functions[0], false};
