/* Strings: concatenation, parts, searching, trimming, case. Positions count code points from 1. Parts of a string
 * share its bytes; only what is new text is written, to the result's arena. */
#include <assert.h>
#include <string.h>

#include "func/kernel.h"
#include "func/text.h"
#include "func/text_case.h"

static const StringView empty_view;

/* --- concatenation --- */

/* `total` bytes in the arena, then handed out piece by piece. */
typedef struct Joined {
  char inline_bytes[STRING_VIEW_INLINE_MAX];
  char *bytes;
  uint32_t at;
} Joined;

static void join_start(Joined *joined, Arena *arena, uint64_t total) {
  joined->bytes = total <= STRING_VIEW_INLINE_MAX ? joined->inline_bytes : arena_alloc_text(arena, total);
  joined->at = 0;
}

static void join_add(Joined *joined, const StringView *piece) {
  memcpy(joined->bytes + joined->at, string_view_bytes(piece), piece->length);
  joined->at += piece->length;
}

static bool too_long(KernelCall *call) { return kernel_fail(call, "a string of more than 2147483647 bytes"); }

static bool concat_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  uint32_t n = call->expr->call.n_arguments;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    if (!column_is_valid(result, row)) continue;
    uint64_t total = 0;
    for (uint32_t a = 0; a < n; a++) total += ((const StringView *)arguments[a]->values)[row].length;
    if (total > STRING_LENGTH_MAX) return too_long(call);
    Joined joined;
    join_start(&joined, call->arena, total);
    for (uint32_t a = 0; a < n; a++) join_add(&joined, &((const StringView *)arguments[a]->values)[row]);
    out[row] = string_view(joined.bytes, joined.at);
  }
  return true;
}

/* CONCAT_WS leaves nulls out; a null separator makes null. */
static bool concat_ws_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  uint32_t n = call->expr->call.n_arguments;
  const StringView *separators = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    if (!column_is_valid(arguments[0], row)) {
      kernel_set_null(call, result, row);
      continue;
    }
    uint64_t total = 0;
    uint32_t n_pieces = 0;
    for (uint32_t a = 1; a < n; a++) {
      if (!column_is_valid(arguments[a], row)) continue;
      total += ((const StringView *)arguments[a]->values)[row].length;
      n_pieces++;
    }
    if (n_pieces == 0) continue;
    total += (uint64_t)(n_pieces - 1) * separators[row].length;
    if (total > STRING_LENGTH_MAX) return too_long(call);
    Joined joined;
    join_start(&joined, call->arena, total);
    for (uint32_t a = 1; a < n; a++) {
      if (!column_is_valid(arguments[a], row)) continue;
      join_add(&joined, &((const StringView *)arguments[a]->values)[row]);
      if (--n_pieces > 0) join_add(&joined, &separators[row]);
    }
    out[row] = string_view(joined.bytes, joined.at);
  }
  return true;
}

/* --- parts --- */

static const int32_t *int32_argument(const KernelCall *call, const Column *const *arguments, uint32_t i) {
  return i < call->expr->call.n_arguments ? arguments[i]->values : NULL;
}

/* `length` code points from position `start` on; negative counts from the end, as does nothing else. */
static StringView substring(const StringView *text, int64_t start, int64_t length) {
  const char *bytes = string_view_bytes(text);
  uint32_t from = 0;
  if (start > 0) {
    from = text_offset(bytes, text->length, start - 1 > UINT32_MAX ? UINT32_MAX : (uint32_t)(start - 1));
  } else if (start < 0) {
    int64_t index = (int64_t)text_length(bytes, text->length) + start;
    if (index < 0) return empty_view;
    from = text_offset(bytes, text->length, (uint32_t)index);
  }
  uint32_t rest = text->length - from;
  uint32_t n_bytes = length >= rest ? rest : text_offset(bytes + from, rest, (uint32_t)length);
  return text_slice(text, from, n_bytes);
}

static bool substring_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  const int32_t *starts = arguments[1]->values, *lengths = int32_argument(call, arguments, 2);
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int32_t length = lengths == NULL ? INT32_MAX : lengths[row];
    out[row] = length < 0 ? empty_view : substring(&in[row], starts[row], length);
    if (length < 0) kernel_set_null(call, result, row);
  }
  return true;
}

static bool left_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  const int32_t *lengths = arguments[1]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = lengths[row] <= 0 ? empty_view : substring(&in[row], 1, lengths[row]);
  return true;
}

static bool right_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  const int32_t *lengths = arguments[1]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    if (lengths[row] <= 0)
      out[row] = empty_view;
    else if (lengths[row] >= (int64_t)text_length(string_view_bytes(&in[row]), in[row].length))
      out[row] = in[row];
    else
      out[row] = substring(&in[row], -(int64_t)lengths[row], INT32_MAX);
  }
  return true;
}

/* --- trimming --- */

/* Whether the code point at bytes[0..n) occurs in `set`. */
static bool set_has(const StringView *set, const char *bytes, uint32_t n) {
  return text_find(string_view_bytes(set), set->length, bytes, n, 0) >= 0;
}

static StringView trim(const StringView *text, const StringView *set, bool leading, bool trailing) {
  const char *bytes = string_view_bytes(text);
  uint32_t from = 0, to = text->length;
  while (leading && from < to) {
    uint32_t n = text_step(bytes + from, to - from);
    if (!set_has(set, bytes + from, n)) break;
    from += n;
  }
  while (trailing && to > from) {
    uint32_t last = to - 1;
    while (last > from && ((unsigned char)bytes[last] & 0xC0) == 0x80) last--;
    if (!set_has(set, bytes + last, to - last)) break;
    to = last;
  }
  return text_slice(text, from, to - from);
}

static bool trim_column(KernelCall *call, const Column *text, const Column *set, Column *result, bool leading,
                        bool trailing) {
  const StringView *in = text->values;
  const StringView *sets = set == NULL ? NULL : set->values;
  const StringView space = string_view(" ", 1);
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = trim(&in[row], sets == NULL ? &space : &sets[row], leading, trailing);
  return true;
}

/* TRIM(side, set, text): how the binder hands over TRIM(side set FROM text). */
static bool trim_both_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return trim_column(call, arguments[2], arguments[1], result, true, true);
}
static bool trim_leading_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return trim_column(call, arguments[2], arguments[1], result, true, false);
}
static bool trim_trailing_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return trim_column(call, arguments[2], arguments[1], result, false, true);
}
static bool ltrim_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return trim_column(call, arguments[0], call->expr->call.n_arguments > 1 ? arguments[1] : NULL, result, true, false);
}
static bool rtrim_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return trim_column(call, arguments[0], call->expr->call.n_arguments > 1 ? arguments[1] : NULL, result, false, true);
}
static bool btrim_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return trim_column(call, arguments[0], call->expr->call.n_arguments > 1 ? arguments[1] : NULL, result, true, true);
}

/* --- length, searching --- */

static bool char_length_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = (int32_t)text_length(string_view_bytes(&in[row]), in[row].length);
  return true;
}

static bool ascii_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = in[row].length == 0 ? 0 : (signed char)string_view_bytes(&in[row])[0]; /* Java's byte has a sign */
  return true;
}

/* Position of `needle` at or after code point `from` (from 1); 0 when it is not there. */
static int64_t position(const StringView *needle, const StringView *text, int64_t from) {
  const char *bytes = string_view_bytes(text);
  if (needle->length == 0) return 1; /* BinaryStringData.indexOf: 0, wherever it starts */
  uint32_t start = from <= 1 ? 0 : text_offset(bytes, text->length, (uint32_t)(from - 1));
  int64_t found = text_find(bytes, text->length, string_view_bytes(needle), needle->length, start);
  return found < 0 ? 0 : (int64_t)text_length(bytes, (uint32_t)found) + 1;
}

/* POSITION(needle, text), LOCATE(needle, text [, from]). */
static bool position_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *needles = arguments[0]->values, *in = arguments[1]->values;
  const int32_t *from = int32_argument(call, arguments, 2);
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = (int32_t)position(&needles[row], &in[row], from == NULL ? 1 : from[row]);
  return true;
}

/* The position of the n-th occurrence; from a negative start it is looked for from the end on. */
static int64_t instr(const StringView *text, const StringView *needle, int32_t start, int32_t nth) {
  if (start == 0) return 0;
  if (start > 0) {
    int64_t at = 0, from = start;
    for (int32_t i = 0; i < nth; i++) {
      at = position(needle, text, from);
      if (at == 0) return 0;
      from = at + 1;
      if (needle->length == 0) break; /* found at 1 again and again */
    }
    return at;
  }
  const char *bytes = string_view_bytes(text);
  if (needle->length == 0) return (int64_t)text_length(bytes, text->length) + 2 - 1;
  int64_t n_points = text_length(bytes, text->length),
          n_needle = text_length(string_view_bytes(needle), needle->length);
  /* reversed, occurrence at p of the needle is at n_points + 2 - p - n_needle of the text */
  int64_t highest = n_points + 2 + (int64_t)start - n_needle;
  int32_t seen = 0;
  for (int64_t at = highest; at >= 1; at--) {
    uint32_t offset = text_offset(bytes, text->length, (uint32_t)(at - 1));
    if (text->length - offset >= needle->length &&
        memcmp(bytes + offset, string_view_bytes(needle), needle->length) == 0)
      if (++seen == nth) return at;
  }
  return 0;
}

static bool instr_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *needles = arguments[1]->values;
  const int32_t *starts = int32_argument(call, arguments, 2), *nths = int32_argument(call, arguments, 3);
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int32_t nth = nths == NULL ? 1 : nths[row];
    out[row] = 0;
    if (nth > 0)
      out[row] = (int32_t)instr(&in[row], &needles[row], starts == NULL ? 1 : starts[row], nth);
    else if (kernel_is_active(call, row))
      return kernel_fail(call, "nthAppearance must be positive!");
  }
  return true;
}

static bool starts_with_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *prefixes = arguments[1]->values;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = in[row].length >= prefixes[row].length &&
               memcmp(string_view_bytes(&in[row]), string_view_bytes(&prefixes[row]), prefixes[row].length) == 0;
  return true;
}

static bool ends_with_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *suffixes = arguments[1]->values;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++)
    out[row] = in[row].length >= suffixes[row].length &&
               memcmp(string_view_bytes(&in[row]) + in[row].length - suffixes[row].length,
                      string_view_bytes(&suffixes[row]), suffixes[row].length) == 0;
  return true;
}

/* --- case --- */

static bool upper_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = text_to_upper(&in[row], call->arena);
  return true;
}

static bool lower_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) out[row] = text_to_lower(&in[row], call->arena);
  return true;
}

/* First letters of words in upper case, the others in lower; words are of ASCII letters and digits only. */
static bool initcap_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    uint32_t n = in[row].length;
    Joined joined;
    join_start(&joined, call->arena, n);
    memcpy(joined.bytes, string_view_bytes(&in[row]), n);
    bool in_word = false;
    for (uint32_t i = 0; i < n; i++) {
      char c = joined.bytes[i];
      bool is_upper = c >= 'A' && c <= 'Z', is_lower = c >= 'a' && c <= 'z';
      if (is_lower && !in_word) joined.bytes[i] = (char)(c - 32);
      if (is_upper && in_word) joined.bytes[i] = (char)(c + 32);
      in_word = is_upper || is_lower || (c >= '0' && c <= '9');
    }
    out[row] = string_view(joined.bytes, n);
  }
  return true;
}

/* --- types --- */

#define PLAIN(kernel) \
  { kernel, 0, LAZY_NONE, NULL }
#define FAILING(kernel) \
  { kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, NULL }

typedef enum Kind { KIND_STRING, KIND_INT } Kind;

/* Result types that Flink's string functions have. */
typedef enum ResultRule {
  RESULT_STRING,       /* STRING */
  RESULT_ARGUMENT,     /* the first argument's type */
  RESULT_VARYING,      /* the first argument's type, as VARCHAR */
  RESULT_VARYING_NULL, /* the same, nullable whatever the arguments */
  RESULT_INT,
  RESULT_BOOLEAN
} ResultRule;

typedef struct StringFunction {
  Overload overload;
  ResultRule result;
  Kind kinds[4];
} StringFunction;

static bool resolve_string(Resolution *r) {
  const StringFunction *function = r->function->parameter;
  for (uint32_t i = 0; i < r->n_arguments; i++) {
    Kind kind = function->kinds[i < 4 ? i : 3];
    Type type = resolution_type(r, i);
    if (kind == KIND_STRING && !type_is_string(type.kind)) return resolution_refuse(r);
    if (kind == KIND_INT && type.kind != TYPE_INT) return resolution_refuse(r); /* with a BIGINT Flink's jobs fail */
  }
  Type first = resolution_type(r, 0);
  Type type = type_string(true);
  if (function->result == RESULT_ARGUMENT) type = first;
  if (function->result == RESULT_VARYING || function->result == RESULT_VARYING_NULL)
    type = type_varchar(first.precision, true);
  if (function->result == RESULT_INT) type = type_make(TYPE_INT, true);
  if (function->result == RESULT_BOOLEAN) type = type_make(TYPE_BOOLEAN, true);
  resolution_result(r, type, &function->overload);
  if (function->result == RESULT_VARYING_NULL) r->type.nullable = true;
  return true;
}

/* a || b: CHAR(m) || CHAR(n) is CHAR(m + n), any VARCHAR makes it VARCHAR. */
static bool resolve_concat_operator(Resolution *r) {
  static const Overload overload = FAILING(concat_kernel);
  int64_t length = 0;
  bool is_fixed = true;
  for (uint32_t i = 0; i < r->n_arguments; i++) {
    Type type = resolution_type(r, i);
    if (!type_is_string(type.kind)) return resolution_refuse(r);
    length += type.precision;
    is_fixed &= type.kind == TYPE_CHAR;
  }
  if (length > STRING_LENGTH_MAX) length = STRING_LENGTH_MAX;
  return resolution_result(r, is_fixed ? type_char((int)length, true) : type_varchar((int)length, true), &overload);
}

static bool resolve_concat_ws(Resolution *r) {
  if (!resolve_string(r)) return false;
  r->type.nullable = resolution_any_nullable(r);
  return true;
}

/* TRIM(text), or TRIM(side, set, text) with side one of the literals 'BOTH', 'LEADING', 'TRAILING'. */
static bool resolve_trim(Resolution *r) {
  static const Overload both = PLAIN(trim_both_kernel), leading = PLAIN(trim_leading_kernel),
                        trailing = PLAIN(trim_trailing_kernel), plain = PLAIN(btrim_kernel);
  for (uint32_t i = 0; i < r->n_arguments; i++) {
    if (!type_is_string(resolution_type(r, i).kind)) return resolution_refuse(r);
  }
  Type text = resolution_type(r, r->n_arguments - 1);
  const Overload *overload = &plain;
  if (r->n_arguments == 2) return resolution_refuse(r);
  if (r->n_arguments == 3) {
    const Expr *side = r->arguments[0];
    assert(side->kind == EXPR_LITERAL && !side->literal.is_null);
    char first = string_view_bytes(&side->literal.value.string)[0];
    overload = first == 'B' ? &both : first == 'L' ? &leading : &trailing;
  }
  return resolution_result(r, type_varchar(text.precision, true), overload);
}

#define STRING_FUNCTION(name, overload, result, ...) \
  static const StringFunction name = {overload, result, {__VA_ARGS__}};
STRING_FUNCTION(concat, FAILING(concat_kernel), RESULT_STRING, 0)
static const StringFunction concat_ws = {
    {concat_ws_kernel, OVERLOAD_NOT_STRICT | OVERLOAD_CAN_FAIL, LAZY_NONE, NULL}, RESULT_STRING, {KIND_STRING}};
STRING_FUNCTION(substring_function, PLAIN(substring_kernel), RESULT_VARYING_NULL, KIND_STRING, KIND_INT, KIND_INT)
STRING_FUNCTION(left, PLAIN(left_kernel), RESULT_VARYING_NULL, KIND_STRING, KIND_INT)
STRING_FUNCTION(right, PLAIN(right_kernel), RESULT_VARYING_NULL, KIND_STRING, KIND_INT)
STRING_FUNCTION(ltrim, PLAIN(ltrim_kernel), RESULT_VARYING, KIND_STRING, KIND_STRING)
STRING_FUNCTION(rtrim, PLAIN(rtrim_kernel), RESULT_VARYING, KIND_STRING, KIND_STRING)
STRING_FUNCTION(btrim, PLAIN(btrim_kernel), RESULT_STRING, KIND_STRING, KIND_STRING)
STRING_FUNCTION(char_length, PLAIN(char_length_kernel), RESULT_INT, KIND_STRING)
STRING_FUNCTION(ascii, PLAIN(ascii_kernel), RESULT_INT, KIND_STRING)
STRING_FUNCTION(position_function, PLAIN(position_kernel), RESULT_INT, KIND_STRING, KIND_STRING, KIND_INT)
STRING_FUNCTION(instr_function, FAILING(instr_kernel), RESULT_INT, KIND_STRING, KIND_STRING, KIND_INT, KIND_INT)
STRING_FUNCTION(starts_with, PLAIN(starts_with_kernel), RESULT_BOOLEAN, KIND_STRING, KIND_STRING)
STRING_FUNCTION(ends_with, PLAIN(ends_with_kernel), RESULT_BOOLEAN, KIND_STRING, KIND_STRING)
STRING_FUNCTION(upper, PLAIN(upper_kernel), RESULT_ARGUMENT, KIND_STRING)
STRING_FUNCTION(lower, PLAIN(lower_kernel), RESULT_ARGUMENT, KIND_STRING)
STRING_FUNCTION(initcap, PLAIN(initcap_kernel), RESULT_ARGUMENT, KIND_STRING)

static const Function functions[] = {
    {"||", "string || string", resolve_concat_operator, 2, ARGUMENTS_ANY, NULL},
    {"CONCAT", "CONCAT(string [, string]*)", resolve_string, 1, ARGUMENTS_ANY, &concat},
    {"CONCAT_WS", "CONCAT_WS(separator, string [, string]*)", resolve_concat_ws, 1, ARGUMENTS_ANY, &concat_ws},
    {"SUBSTRING", "SUBSTRING(string FROM start [FOR length])", resolve_string, 2, 3, &substring_function},
    {"SUBSTR", "SUBSTR(string, start [, length])", resolve_string, 2, 3, &substring_function},
    {"LEFT", "LEFT(string, length)", resolve_string, 2, 2, &left},
    {"RIGHT", "RIGHT(string, length)", resolve_string, 2, 2, &right},
    {"TRIM", "TRIM([BOTH | LEADING | TRAILING] [characters] FROM string)", resolve_trim, 1, 3, NULL},
    {"LTRIM", "LTRIM(string [, characters])", resolve_string, 1, 2, &ltrim},
    {"RTRIM", "RTRIM(string [, characters])", resolve_string, 1, 2, &rtrim},
    {"BTRIM", "BTRIM(string [, characters])", resolve_string, 1, 2, &btrim},
    {"CHAR_LENGTH", "CHAR_LENGTH(string)", resolve_string, 1, 1, &char_length},
    {"CHARACTER_LENGTH", "CHARACTER_LENGTH(string)", resolve_string, 1, 1, &char_length},
    {"ASCII", "ASCII(string)", resolve_string, 1, 1, &ascii},
    {"POSITION", "POSITION(string IN string)", resolve_string, 2, 2, &position_function},
    {"LOCATE", "LOCATE(string, string [, start])", resolve_string, 2, 3, &position_function},
    {"INSTR", "INSTR(string, string [, start [, nth]])", resolve_string, 2, 4, &instr_function},
    {"STARTSWITH", "STARTSWITH(string, string)", resolve_string, 2, 2, &starts_with},
    {"ENDSWITH", "ENDSWITH(string, string)", resolve_string, 2, 2, &ends_with},
    {"UPPER", "UPPER(string)", resolve_string, 1, 1, &upper},
    {"LOWER", "LOWER(string)", resolve_string, 1, 1, &lower},
    {"INITCAP", "INITCAP(string)", resolve_string, 1, 1, &initcap},
};
const FunctionArea string_area = {functions, sizeof functions / sizeof functions[0], false};
