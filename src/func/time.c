/* Time: parts of timestamps, rounding, differences, the clock, and conversion from epoch numbers. Formatting and
 * parsing by patterns is in func/time_format.c.
 *
 * Units reach these functions as CHAR literals: EXTRACT('YEAR', ts), FLOOR(ts, 'HOUR'), CEIL(ts, 'DAY'),
 * TIMESTAMPADD('DAY', n, ts), TIMESTAMPDIFF('DAY', from, to). Flink's arithmetic on them is in milliseconds and mostly
 * Java's, which truncates towards zero where a calendar would round down; it is followed before 1970 too. */
#include <assert.h>
#include <glib.h>
#include <string.h>
#include <time.h>

#include "func/decimal_math.h"
#include "func/kernel.h"
#include "func/math.h"
#include "func/session_time.h"
#include "func/time_parts.h"

#define PLAIN(kernel) \
  { kernel, 0, LAZY_NONE, NULL }

/* --- units --- */

static bool literal_unit(Resolution *r, uint32_t argument, TimeUnit *unit) {
  const Expr *expr = r->arguments[argument];
  if (expr->kind != EXPR_LITERAL || expr->literal.is_null || !type_is_string(expr->type.kind))
    return resolution_refuse(r);
  StringView name = expr->literal.value.string;
  if (time_unit_find(string_view_bytes(&name), name.length, unit)) return true;
  error_at(r->error, ERROR_USAGE, expr->place, "'%.*s' is not a valid time unit of '%s'", (int)name.length,
           string_view_bytes(&name), r->function->name);
  error_hint(r->error, "it is called as %s", r->function->signature);
  return false;
}

static TimeUnit unit_of(const KernelCall *call, uint32_t argument) {
  StringView name = call->expr->call.arguments[argument]->literal.value.string;
  TimeUnit unit = UNIT_YEAR;
  bool known = time_unit_find(string_view_bytes(&name), name.length, &unit);
  assert(known);
  (void)known;
  return unit;
}

static bool refuse_unit(Resolution *r, uint32_t argument) {
  StringView name = r->arguments[argument]->literal.value.string;
  error_at(r->error, ERROR_UNSUPPORTED, r->arguments[argument]->place, "'%s' does not take the time unit %.*s",
           r->function->name, (int)name.length, string_view_bytes(&name));
  return false;
}

/* Timestamps as milliseconds of a wall clock: a TIMESTAMP_LTZ's in the session's zone. */
static int64_t wall_us(const KernelCall *call, TypeKind kind, int64_t at_us) {
  return kind == TYPE_TIMESTAMP_LTZ ? session_to_local(call->settings, at_us) : at_us;
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* --- EXTRACT --- */

static bool extract_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  TimeUnit unit = unit_of(call, 0);
  TypeKind kind = arguments[1]->type.kind;
  const int64_t *in = arguments[1]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = time_extract(unit, wall_us(call, kind, in[row]));
  return true;
}

static bool resolve_extract(Resolution *r) {
  static const Overload overload = PLAIN(extract_kernel);
  TimeUnit unit = UNIT_YEAR;
  if (!literal_unit(r, 0, &unit)) return false;
  if (type_is_interval(resolution_type(r, 1).kind))
    return error_at(r->error, ERROR_UNSUPPORTED, r->place, "EXTRACT from an interval is not supported yet");
  if (!type_is_timestamp(resolution_type(r, 1).kind)) return resolution_refuse(r);
  return resolution_result(r, type_make(TYPE_BIGINT, true), &overload);
}

/* YEAR(ts) and the like are EXTRACT(unit FROM ts). */
static bool resolve_part(Resolution *r) {
  const char *unit = r->function->parameter;
  uint32_t length = (uint32_t)strlen(unit);
  Value value = {.string = string_view(unit, length)};
  Expr *arguments[] = {expr_literal(r->arena, type_char((int)length, false), value, r->place), r->arguments[0]};
  return resolution_rewrite(r, resolution_make(r, "EXTRACT", arguments, 2));
}

/* --- FLOOR, CEIL --- */

static bool round_time(KernelCall *call, const Column *const *arguments, Column *result, bool is_ceil) {
  TimeUnit unit = unit_of(call, 1);
  TypeKind kind = arguments[0]->type.kind;
  const int64_t *in = arguments[0]->values;
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int64_t at_us = floor_div(in[row], 1000) * 1000;
    int64_t offset_us = wall_us(call, kind, at_us) - at_us;
    int64_t sub_us = in[row] - at_us;
    out[row] = time_round(unit, at_us + offset_us, is_ceil) - offset_us;
    if (unit == UNIT_MILLISECOND && is_ceil && kind == TYPE_TIMESTAMP && sub_us > 0) out[row] += 1000;
  }
  return true;
}
static bool floor_time_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return round_time(call, arguments, result, false);
}
static bool ceil_time_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return round_time(call, arguments, result, true);
}

static bool resolve_floor_or_ceil(Resolution *r) {
  static const Overload floor_overload = PLAIN(floor_time_kernel), ceil_overload = PLAIN(ceil_time_kernel);
  bool is_ceil = r->function->parameter != NULL;
  if (r->n_arguments == 1) return math_resolve_floor_or_ceil(r, is_ceil);
  TimeUnit unit = UNIT_YEAR;
  if (!literal_unit(r, 1, &unit)) return false;
  Type type = resolution_type(r, 0);
  if (!type_is_timestamp(type.kind)) return resolution_refuse(r);
  if (!time_unit_rounds(unit)) return refuse_unit(r, 1);
  return resolution_result(r, type, is_ceil ? &ceil_overload : &floor_overload);
}

/* --- TIMESTAMPADD, TIMESTAMPDIFF --- */

static bool resolve_add(Resolution *r) {
  TimeUnit unit = UNIT_YEAR;
  if (!literal_unit(r, 0, &unit)) return false;
  TypeKind count = resolution_type(r, 1).kind;
  if ((count != TYPE_INT && count != TYPE_BIGINT) || !type_is_timestamp(resolution_type(r, 2).kind))
    return resolution_refuse(r);
  int64_t months = time_unit_months(unit), milliseconds = time_unit_milliseconds(unit);
  if (months == 0 && milliseconds == 0) return refuse_unit(r, 0);
  Type type = type_make(months != 0 ? TYPE_INTERVAL_YEAR_MONTH : TYPE_INTERVAL_DAY_TIME, false);
  Value one = {.int64 = months != 0 ? months : milliseconds};
  Expr *factors[] = {expr_literal(r->arena, type, one, r->place), r->arguments[1]};
  Expr *interval = resolution_make(r, "*", factors, 2);
  if (interval == NULL) return false;
  Expr *terms[] = {r->arguments[2], interval};
  return resolution_rewrite(r, resolution_make(r, "+", terms, 2));
}

static bool difference_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  TimeUnit unit = unit_of(call, 0);
  const int64_t *from = arguments[1]->values, *to = arguments[2]->values;
  int32_t *out = result->values;
  int64_t months = time_unit_months(unit), milliseconds = time_unit_milliseconds(unit);
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int64_t from_ms = floor_div(from[row], 1000), to_ms = floor_div(to[row], 1000);
    if (months != 0)
      out[row] = (int32_t)(time_months_between(to_ms, from_ms) / months);
    else
      out[row] = (int32_t)(uint32_t)(uint64_t)((to_ms - from_ms) / milliseconds);
  }
  return true;
}

static bool resolve_difference(Resolution *r) {
  static const Overload overload = PLAIN(difference_kernel);
  TimeUnit unit = UNIT_YEAR;
  if (!literal_unit(r, 0, &unit)) return false;
  Type from = resolution_type(r, 1), to = resolution_type(r, 2);
  if (!type_is_timestamp(from.kind) || !type_is_timestamp(to.kind)) return resolution_refuse(r);
  if (from.kind != to.kind) {
    error_at(r->error, ERROR_USAGE, r->place, "TIMESTAMP_LTZ only supports diff between the same type.");
    return false;
  }
  if (time_unit_months(unit) == 0 && (time_unit_milliseconds(unit) == 0 || unit == UNIT_MILLISECOND))
    return refuse_unit(r, 0);
  return resolution_result(r, type_make(TYPE_INT, true), &overload);
}

/* --- the clock --- */

static int64_t now_us(const SessionSettings *settings) {
  if (settings->query_start_us != 0) return settings->query_start_us;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* One reading for the whole batch, in milliseconds. */
static bool current_timestamp_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  (void)arguments;
  int64_t now = now_us(call->settings) / 1000 * 1000;
  if (result->type.kind == TYPE_TIMESTAMP) now = session_to_local(call->settings, now);
  int64_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = now;
  return true;
}

static bool resolve_clock(Resolution *r) {
  static const Overload overload = {current_timestamp_kernel, OVERLOAD_VOLATILE, LAZY_NONE, NULL};
  bool is_local = r->function->parameter != NULL;
  return resolution_result(r, type_timestamp(is_local ? TYPE_TIMESTAMP : TYPE_TIMESTAMP_LTZ, 3, false), &overload);
}

/* --- TO_TIMESTAMP_LTZ(number [, 0 | 3]) --- */

/* 0000-01-01 00:00:00 and 9999-12-31 23:59:59.999 */
#define EPOCH_MS_LEAST INT64_C(-62167219200000)
#define EPOCH_MS_MOST INT64_C(253402300799999)

static bool from_epoch(KernelCall *call, Column *result, uint32_t row, bool in_range, int64_t ms) {
  in_range = in_range && ms >= EPOCH_MS_LEAST && ms <= EPOCH_MS_MOST;
  ((int64_t *)result->values)[row] = in_range ? ms * 1000 : 0;
  if (!in_range) kernel_set_null(call, result, row);
  return true;
}

static bool to_timestamp_ltz_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const int64_t *in = arguments[0]->values;
  const int32_t *precisions = call->expr->call.n_arguments > 1 ? arguments[1]->values : NULL;
  bool is_double = arguments[0]->type.kind == TYPE_DOUBLE;
  bool fixed_ms = !is_double && (precisions == NULL || (kernel_constant(call, 1) != NULL && precisions[0] == 3));
  if (fixed_ms) {
    int64_t *out = result->values;
    bool any_outside = false;
    for (uint32_t row = 0; row < call->n_rows; row++) {
      out[row] = (int64_t)((uint64_t)in[row] * 1000);
      any_outside |= in[row] < EPOCH_MS_LEAST || in[row] > EPOCH_MS_MOST;
    }
    if (!any_outside) return true;
  }
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int32_t precision = precisions == NULL ? 3 : precisions[row];
    if (precision != 0 && precision != 3) {
      if (kernel_is_active(call, row))
        return kernel_fail(call,
                           "The precision value '%d' for function TO_TIMESTAMP_LTZ(numeric, precision) is unsupported, "
                           "the supported value is '0' for second or '3' for millisecond.",
                           precision);
      from_epoch(call, result, row, true, 0);
    } else if (is_double) {
      double value = ((const double *)arguments[0]->values)[row];
      bool in_range = value >= -62167219200000.0 && value <= 253402300799999.0;
      if (precision == 0) in_range = value >= -62167219200.0 && value <= 253402300799.0;
      if (value != value) { /* (long) NaN is 0 in Java; the check of seconds is not passed by NaN */
        in_range = precision == 3;
        value = 0;
      }
      from_epoch(call, result, row, in_range, in_range ? (int64_t)(precision == 0 ? value * 1000 : value) : 0);
    } else {
      bool in_range = precision == 3 || (in[row] >= EPOCH_MS_LEAST / 1000 && in[row] <= EPOCH_MS_MOST / 1000);
      from_epoch(call, result, row, in_range, in_range && precision == 0 ? in[row] * 1000 : in[row]);
    }
  }
  return true;
}

static bool resolve_to_timestamp_ltz(Resolution *r) {
  static const Overload overload = {to_timestamp_ltz_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL};
  Type type = resolution_type(r, 0);
  if (type_is_string(type.kind)) return time_resolve_parse_ltz(r);
  if (!type_is_numeric(type.kind) || r->n_arguments > 2) return resolution_refuse(r);
  if (type.kind != TYPE_DOUBLE && !resolution_cast(r, 0, type_make(TYPE_BIGINT, true))) return false;
  if (r->n_arguments == 2) {
    if (resolution_type(r, 1).kind != TYPE_INT) return resolution_refuse(r);
  }
  resolution_result(r, type_timestamp(TYPE_TIMESTAMP_LTZ, 3, true), &overload);
  r->type.nullable = true;
  return true;
}

static const Function functions[] = {
    {"EXTRACT", "EXTRACT(unit FROM timestamp)", resolve_extract, 2, 2, NULL},
    {"YEAR", "YEAR(timestamp)", resolve_part, 1, 1, "YEAR"},
    {"QUARTER", "QUARTER(timestamp)", resolve_part, 1, 1, "QUARTER"},
    {"MONTH", "MONTH(timestamp)", resolve_part, 1, 1, "MONTH"},
    {"WEEK", "WEEK(timestamp)", resolve_part, 1, 1, "WEEK"},
    {"DAYOFYEAR", "DAYOFYEAR(timestamp)", resolve_part, 1, 1, "DOY"},
    {"DAYOFMONTH", "DAYOFMONTH(timestamp)", resolve_part, 1, 1, "DAY"},
    {"DAYOFWEEK", "DAYOFWEEK(timestamp)", resolve_part, 1, 1, "DOW"},
    {"HOUR", "HOUR(timestamp)", resolve_part, 1, 1, "HOUR"},
    {"MINUTE", "MINUTE(timestamp)", resolve_part, 1, 1, "MINUTE"},
    {"SECOND", "SECOND(timestamp)", resolve_part, 1, 1, "SECOND"},
    {"FLOOR", "FLOOR(number), FLOOR(timestamp TO unit)", resolve_floor_or_ceil, 1, 2, NULL},
    {"CEIL", "CEIL(number), CEIL(timestamp TO unit)", resolve_floor_or_ceil, 1, 2, "ceil"},
    {"CEILING", "CEILING(number), CEILING(timestamp TO unit)", resolve_floor_or_ceil, 1, 2, "ceil"},
    {"TIMESTAMPADD", "TIMESTAMPADD(unit, count, timestamp)", resolve_add, 3, 3, NULL},
    {"TIMESTAMPDIFF", "TIMESTAMPDIFF(unit, from, to)", resolve_difference, 3, 3, NULL},
    {"CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", resolve_clock, 0, 0, NULL},
    {"CURRENT_ROW_TIMESTAMP", "CURRENT_ROW_TIMESTAMP()", resolve_clock, 0, 0, NULL},
    {"NOW", "NOW()", resolve_clock, 0, 0, NULL},
    {"LOCALTIMESTAMP", "LOCALTIMESTAMP", resolve_clock, 0, 0, "local"},
    {"TO_TIMESTAMP_LTZ", "TO_TIMESTAMP_LTZ(number [, 0 | 3]), TO_TIMESTAMP_LTZ(string [, format [, zone]])",
     resolve_to_timestamp_ltz, 1, 3, NULL},
};
const FunctionArea time_area = {functions, sizeof functions / sizeof functions[0], false};
