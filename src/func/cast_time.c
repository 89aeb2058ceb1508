/* Casts to TIMESTAMP and TIMESTAMP_LTZ. Text is read by Flink's default pattern,
 *     yyyy-[MM][M]-[dd][d][ [HH][H]:[mm][m]:[ss][s][.fraction]]
 * a TIMESTAMP_LTZ's as wall-clock time of the session's zone. */
#include <assert.h>

#include "func/cast.h"
#include "func/session_time.h"
#include "func/time_parse.h"

bool cast_text_to_timestamp(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  int64_t *out = result->values;
  bool is_ltz = result->type.kind == TYPE_TIMESTAMP_LTZ;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    if (time_parse_default(string_view_bytes(&in[row]), in[row].length, result->type.precision, &out[row])) {
      if (is_ltz) out[row] = session_to_utc(call->settings, out[row]);
    } else if (!cast_reject(call, result, row, "Text '%.*s' could not be parsed at index 0", (int)in[row].length,
                            string_view_bytes(&in[row]))) {
      return false;
    }
  }
  return true;
}

static int n_digits(int64_t value) {
  int n = 1;
  while (value >= 10) {
    value /= 10;
    n++;
  }
  return n;
}

/* DateTimeUtils.truncate: it measures the fraction by the digits of its nanoseconds as a number (so that .000001 has
 * four), and cuts milliseconds towards zero. */
static int64_t truncate_us(int64_t at_us, int32_t precision) {
  int64_t ms = at_us / 1000 - (at_us % 1000 < 0), us_of_ms = at_us - ms * 1000;
  int64_t us_of_second = at_us % 1000000;
  if (us_of_second < 0) us_of_second += 1000000;
  if (n_digits(us_of_second * 1000) <= precision) return at_us;
  static const int64_t units[] = {1000, 100, 10, 1};
  if (precision <= 3) return ms / units[precision] * units[precision] * 1000;
  int64_t unit = precision == 4 ? 100 : precision == 5 ? 10 : 1;
  return ms * 1000 + us_of_ms / unit * unit;
}

bool cast_timestamp_to_timestamp(KernelCall *call, const Column *const *arguments, Column *result) {
  const int64_t *in = arguments[0]->values;
  int64_t *out = result->values;
  Type from = arguments[0]->type, to = result->type;
  bool truncates = from.precision > to.precision;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int64_t at = in[row];
    if (from.kind == TYPE_TIMESTAMP && to.kind == TYPE_TIMESTAMP_LTZ) at = session_to_utc(call->settings, at);
    if (from.kind == TYPE_TIMESTAMP_LTZ && to.kind == TYPE_TIMESTAMP) at = session_to_local(call->settings, at);
    out[row] = truncates ? truncate_us(at, to.precision) : at;
  }
  return true;
}
