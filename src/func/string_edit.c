/* Strings made anew: replacing, padding, repeating, splitting, and tests of what a string is made of. Where Java counts
 * in UTF-16 units (padding, OVERLAY), so do these; half of a pair comes out as "?", as when Java encodes it. */
#include <assert.h>
#include <string.h>
#include <utf8proc.h>

#include "func/kernel.h"
#include "func/text.h"
#include "func/type_rules.h"

static const StringView empty_view;

/* --- building --- */

/* Text in the making, in the arena; short text ends up in the view. */
typedef struct Builder {
  char inline_bytes[STRING_VIEW_INLINE_MAX];
  char *bytes;
  uint32_t length;
} Builder;

/* False when the text would be longer than a string can be; *ok is false when the job has failed over that. */
static bool build_start(KernelCall *call, Builder *builder, uint64_t most_bytes, uint32_t row, bool *ok) {
  builder->length = 0;
  builder->bytes = builder->inline_bytes;
  *ok = true;
  if (most_bytes > STRING_LENGTH_MAX) {
    if (kernel_is_active(call, row)) *ok = kernel_fail(call, "a string of more than 2147483647 bytes");
    return false;
  }
  if (most_bytes > STRING_VIEW_INLINE_MAX) builder->bytes = arena_alloc_text(call->arena, most_bytes);
  return true;
}
static void build_add(Builder *builder, const char *bytes, uint32_t n_bytes) {
  memcpy(builder->bytes + builder->length, bytes, n_bytes);
  builder->length += n_bytes;
}
static StringView build_end(const Builder *builder) { return string_view(builder->bytes, builder->length); }

static uint32_t units_of(const char *first_byte) { return (unsigned char)*first_byte >= 0xF0 ? 2 : 1; }

/* UTF-16 units [from, to) of a text. */
static void build_add_units(Builder *builder, const StringView *text, uint32_t from, uint32_t to) {
  const char *bytes = string_view_bytes(text);
  uint32_t unit = 0;
  for (uint32_t i = 0; i < text->length && unit < to;) {
    uint32_t step = text_step(bytes + i, text->length - i), n_units = units_of(bytes + i);
    if (unit >= from && unit + n_units <= to)
      build_add(builder, bytes + i, step);
    else if (unit + n_units > from)
      build_add(builder, "?", 1);
    unit += n_units;
    i += step;
  }
}

/* --- REPLACE, TRANSLATE --- */

static bool replace_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *olds = arguments[1]->values, *news = arguments[2]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const char *bytes = string_view_bytes(&in[row]), *old = string_view_bytes(&olds[row]);
    uint32_t n = in[row].length, n_old = olds[row].length, n_new = news[row].length;
    uint64_t n_found = 0;
    if (n_old == 0) {
      n_found = (uint64_t)text_length(bytes, n) + 1;
    } else {
      for (int64_t at = text_find(bytes, n, old, n_old, 0); at >= 0;
           at = text_find(bytes, n, old, n_old, (uint32_t)at + n_old))
        n_found++;
    }
    out[row] = in[row];
    if (n_found == 0 || (n_old == 0 && n_new == 0)) continue;
    Builder builder;
    bool ok;
    if (!build_start(call, &builder, n + n_found * n_new - n_found * n_old, row, &ok)) {
      if (!ok) return false;
      continue;
    }
    uint32_t copied = 0;
    for (; n_found > 0; n_found--) {
      /* an empty text is found before each character and at the end */
      uint32_t at = copied;
      if (n_old > 0)
        at = (uint32_t)text_find(bytes, n, old, n_old, copied);
      else if (builder.length > 0)
        at = copied < n ? copied + text_step(bytes + copied, n - copied) : n;
      build_add(&builder, bytes + copied, at - copied);
      build_add(&builder, string_view_bytes(&news[row]), n_new);
      copied = at + n_old;
    }
    build_add(&builder, bytes + copied, n - copied);
    out[row] = build_end(&builder);
  }
  return true;
}

/* Where the character at bytes[0, n) first stands in `set`, in code points, or -1. */
static int64_t index_in(const StringView *set, const char *bytes, uint32_t n) {
  const char *members = string_view_bytes(set);
  int64_t index = 0;
  for (uint32_t i = 0; i < set->length; index++) {
    uint32_t step = text_step(members + i, set->length - i);
    if (step == n && memcmp(members + i, bytes, n) == 0) return index;
    i += step;
  }
  return -1;
}

/* Characters of the second text become those at the same place of the third, or nothing. Nulls there are no texts. */
static bool translate_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *froms = arguments[1]->values, *tos = arguments[2]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = in[row];
    if (!column_is_valid(arguments[0], row)) {
      kernel_set_null(call, result, row);
      continue;
    }
    if (in[row].length == 0 || froms[row].length == 0 || !column_is_valid(arguments[1], row)) continue;
    StringView news = column_is_valid(arguments[2], row) ? tos[row] : empty_view;
    const char *bytes = string_view_bytes(&in[row]), *to = string_view_bytes(&news);
    Builder builder;
    bool ok;
    if (!build_start(call, &builder, (uint64_t)in[row].length * 4, row, &ok)) {
      if (!ok) return false;
      continue;
    }
    for (uint32_t i = 0; i < in[row].length;) {
      uint32_t step = text_step(bytes + i, in[row].length - i);
      int64_t index = index_in(&froms[row], bytes + i, step);
      uint32_t at = index < 0 ? 0 : text_offset(to, news.length, (uint32_t)index);
      if (index < 0)
        build_add(&builder, bytes + i, step);
      else if (at < news.length)
        build_add(&builder, to + at, text_step(to + at, news.length - at));
      i += step;
    }
    out[row] = build_end(&builder);
  }
  return true;
}

/* --- LPAD, RPAD, REPEAT, REVERSE, OVERLAY --- */

static bool pad(KernelCall *call, const Column *const *arguments, Column *result, bool is_left) {
  const StringView *in = arguments[0]->values, *pads = arguments[2]->values;
  const int32_t *lengths = arguments[1]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    if (lengths[row] < 0 || pads[row].length == 0) {
      if (!kernel_no_value(call, result, row)) return false;
      continue;
    }
    uint32_t wanted = (uint32_t)lengths[row];
    uint32_t n = text_utf16_length(string_view_bytes(&in[row]), in[row].length);
    uint32_t n_missing = wanted > n ? wanted - n : 0;
    uint32_t n_pad = text_utf16_length(string_view_bytes(&pads[row]), pads[row].length);
    uint64_t n_times = n_missing / n_pad;
    Builder builder;
    bool ok;
    if (!build_start(call, &builder, in[row].length + (n_times + 1) * pads[row].length, row, &ok)) {
      if (!ok) return false;
      continue;
    }
    if (!is_left) build_add_units(&builder, &in[row], 0, wanted);
    for (uint64_t i = 0; i < n_times; i++) build_add(&builder, string_view_bytes(&pads[row]), pads[row].length);
    build_add_units(&builder, &pads[row], 0, n_missing % n_pad);
    if (is_left) build_add_units(&builder, &in[row], 0, wanted);
    out[row] = build_end(&builder);
  }
  return true;
}

static bool lpad_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return pad(call, arguments, result, true);
}
static bool rpad_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return pad(call, arguments, result, false);
}

static bool repeat_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  const int32_t *times = arguments[1]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    if (times[row] <= 0 || in[row].length == 0) continue;
    Builder builder;
    bool ok;
    if (!build_start(call, &builder, (uint64_t)times[row] * in[row].length, row, &ok)) {
      if (!ok) return false;
      continue;
    }
    for (int32_t i = 0; i < times[row]; i++) build_add(&builder, string_view_bytes(&in[row]), in[row].length);
    out[row] = build_end(&builder);
  }
  return true;
}

static bool reverse_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    const char *bytes = string_view_bytes(&in[row]);
    uint32_t n = in[row].length;
    Builder builder;
    bool ok;
    build_start(call, &builder, n, row, &ok);
    builder.length = n;
    for (uint32_t i = 0; i < n;) {
      uint32_t step = text_step(bytes + i, n - i);
      memcpy(builder.bytes + n - i - step, bytes + i, step);
      i += step;
    }
    out[row] = build_end(&builder);
  }
  return true;
}

/* OVERLAY(text PLACING news FROM start [FOR length]); a length of 0 drops all that follows, as Flink's. */
static bool overlay_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *news = arguments[1]->values;
  const int32_t *starts = arguments[2]->values;
  const int32_t *lengths = call->expr->call.n_arguments > 3 ? arguments[3]->values : NULL;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    int64_t n = text_utf16_length(string_view_bytes(&in[row]), in[row].length);
    int64_t start = starts[row];
    int64_t length =
        lengths == NULL ? (int64_t)text_utf16_length(string_view_bytes(&news[row]), news[row].length) : lengths[row];
    out[row] = in[row];
    if (start <= 0 || start > n) continue;
    Builder builder;
    bool ok;
    if (!build_start(call, &builder, (uint64_t)in[row].length + news[row].length + 2, row, &ok)) {
      if (!ok) return false;
      continue;
    }
    build_add_units(&builder, &in[row], 0, (uint32_t)(start - 1));
    build_add(&builder, string_view_bytes(&news[row]), news[row].length);
    if (length > 0 && start + length <= n)
      build_add_units(&builder, &in[row], (uint32_t)(start - 1 + length), (uint32_t)n);
    out[row] = build_end(&builder);
  }
  return true;
}

/* --- SPLIT_INDEX, ELT, CHR --- */

/* Character.isWhitespace. */
static bool is_whitespace(const char *bytes, uint32_t n) {
  if (n == 1) return (bytes[0] >= '\t' && bytes[0] <= '\r') || (bytes[0] >= 0x1C && bytes[0] <= ' ');
  utf8proc_int32_t point;
  if (utf8proc_iterate((const utf8proc_uint8_t *)bytes, n, &point) < 0) return false;
  if (point == 0xA0 || point == 0x2007 || point == 0x202F) return false;
  utf8proc_category_t category = utf8proc_category(point);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/* The next separator at or after `from`: where, and *n_bytes long; at the end when there is none. */
static uint32_t next_separator(const StringView *text, const StringView *separator, uint32_t from, uint32_t *n_bytes) {
  const char *bytes = string_view_bytes(text);
  *n_bytes = separator->length;
  if (separator->length > 0) {
    int64_t at = text_find(bytes, text->length, string_view_bytes(separator), separator->length, from);
    return at < 0 ? text->length : (uint32_t)at;
  }
  while (from < text->length) { /* an empty separator: whitespace */
    *n_bytes = text_step(bytes + from, text->length - from);
    if (is_whitespace(bytes + from, *n_bytes)) return from;
    from += *n_bytes;
  }
  return text->length;
}

static bool split_index_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *separators = arguments[1]->values;
  const int32_t *indices = arguments[2]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    uint32_t from = 0, n_separator = 0, to = 0;
    bool found = indices[row] >= 0 && in[row].length > 0;
    for (int32_t i = 0; found; i++) {
      to = next_separator(&in[row], &separators[row], from, &n_separator);
      if (i == indices[row]) break;
      found = to < in[row].length;
      from = to + n_separator;
    }
    if (found)
      out[row] = text_slice(&in[row], from, to - from);
    else
      kernel_set_null(call, result, row);
  }
  return true;
}

/* ELT(n, text, ...): the n-th of the texts. */
static bool elt_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const int32_t *indices = arguments[0]->values;
  uint32_t n_texts = call->expr->call.n_arguments - 1;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    bool known = column_is_valid(arguments[0], row) && indices[row] >= 1 && (uint32_t)indices[row] <= n_texts;
    if (known && column_is_valid(arguments[indices[row]], row))
      out[row] = ((const StringView *)arguments[indices[row]]->values)[row];
    else
      kernel_set_null(call, result, row);
  }
  return true;
}

/* The character of the number's lowest byte. */
static bool chr_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const int64_t *in = arguments[0]->values;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = in[row] < 0 ? 0 : utf8proc_encode_char((utf8proc_int32_t)(in[row] & 0xFF), bytes);
    out[row] = string_view((const char *)bytes, (uint32_t)n);
  }
  return true;
}

/* --- IS_ALPHA, IS_DIGIT, IS_DECIMAL --- */

typedef bool (*CharacterTest)(utf8proc_int32_t point);

static bool is_letter(utf8proc_int32_t point) {
  utf8proc_category_t category = utf8proc_category(point);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}
static bool is_decimal_digit(utf8proc_int32_t point) { return utf8proc_category(point) == UTF8PROC_CATEGORY_ND; }

/* Java looks at UTF-16 units, so that nothing beyond U+FFFF is a letter or digit. */
static bool all_characters(const StringView *text, CharacterTest test) {
  const char *bytes = string_view_bytes(text);
  for (uint32_t i = 0; i < text->length;) {
    utf8proc_int32_t point;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)bytes + i, text->length - i, &point);
    if (n < 0 || point > 0xFFFF || !test(point)) return false;
    i += (uint32_t)n;
  }
  return text->length > 0;
}

static bool test_kernel(KernelCall *call, const Column *argument, Column *result, CharacterTest test) {
  const StringView *in = argument->values;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    double ignored;
    bool is_null = !column_is_valid(argument, row);
    out[row] = !is_null && (test != NULL ? all_characters(&in[row], test)
                                         : text_to_double(string_view_bytes(&in[row]), in[row].length, &ignored));
  }
  return true;
}
static bool is_alpha_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return test_kernel(call, arguments[0], result, is_letter);
}
static bool is_digit_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return test_kernel(call, arguments[0], result, is_decimal_digit);
}
static bool is_decimal_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  return test_kernel(call, arguments[0], result, NULL);
}

/* --- types --- */

/* KIND_INT: with a BIGINT Flink's jobs fail. KIND_INTEGER: either, as an INT. */
typedef enum Kind { KIND_STRING, KIND_INT, KIND_INTEGER, KIND_BIGINT } Kind;

typedef struct EditFunction {
  Overload overload;
  bool always_nullable;
  Kind kinds[4];
} EditFunction;

static bool take(Resolution *r, uint32_t i, Kind kind) {
  Type type = resolution_type(r, i);
  if (kind == KIND_STRING) return type_is_string(type.kind) || resolution_refuse(r);
  if (type.kind != TYPE_INT && (type.kind != TYPE_BIGINT || kind == KIND_INT)) return resolution_refuse(r);
  return resolution_cast(r, i, type_make(kind == KIND_BIGINT ? TYPE_BIGINT : TYPE_INT, true));
}

static bool resolve_edit(Resolution *r) {
  const EditFunction *function = r->function->parameter;
  for (uint32_t i = 0; i < r->n_arguments; i++)
    if (!take(r, i, function->kinds[i])) return false;
  resolution_result(r, type_string(true), &function->overload);
  if (function->always_nullable) r->type.nullable = true;
  return true;
}

/* SPLIT_INDEX(text, code, index): a separator given as a number from 1 to 255. */
static bool resolve_split_index(Resolution *r) {
  if (resolution_type(r, 1).kind == TYPE_INT) {
    Expr *range[] = {r->arguments[1], NULL, NULL};
    range[1] = expr_literal(r->arena, type_make(TYPE_INT, false), (Value){.int32 = 1}, r->place);
    range[2] = expr_literal(r->arena, type_make(TYPE_INT, false), (Value){.int32 = 255}, r->place);
    Expr *choice[] = {resolution_make(r, "BETWEEN", range, 3), resolution_make(r, "CHR", range, 1),
                      expr_null(r->arena, type_string(true), r->place)};
    if (choice[0] == NULL || choice[1] == NULL) return false;
    r->arguments[1] = resolution_make(r, "CASE", choice, 3);
    if (r->arguments[1] == NULL) return false;
  }
  return resolve_edit(r);
}

static bool resolve_overlay(Resolution *r) {
  if (!resolve_edit(r)) return false;
  int64_t length = (int64_t)resolution_type(r, 0).precision + resolution_type(r, 1).precision;
  bool nullable = r->type.nullable;
  r->type = type_varchar(length > STRING_LENGTH_MAX ? STRING_LENGTH_MAX : (int)length, nullable);
  return true;
}

static bool resolve_elt(Resolution *r) {
  static const Overload overload = {elt_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};
  if (!take(r, 0, KIND_INT)) return false;
  Type common = type_make(TYPE_NULL, true);
  for (uint32_t i = 1; i < r->n_arguments; i++) {
    if (!take(r, i, KIND_STRING)) return false;
    type_merge(common, resolution_type(r, i), &common);
  }
  for (uint32_t i = 1; i < r->n_arguments; i++)
    if (!resolution_cast(r, i, common)) return false;
  resolution_result(r, common, &overload);
  r->type.nullable = true;
  return true;
}

/* A number is digits and a decimal even where it is null, to Flink. */
static bool resolve_test(Resolution *r) {
  const Overload *overload = r->function->parameter;
  Type type = resolution_type(r, 0);
  if (!type_is_string(type.kind)) {
    if (!type_is_numeric(type.kind)) return resolution_refuse(r);
    Value answer = {.boolean = overload->kernel != is_alpha_kernel};
    return resolution_rewrite(r, expr_literal(r->arena, type_make(TYPE_BOOLEAN, false), answer, r->place));
  }
  resolution_result(r, type_make(TYPE_BOOLEAN, true), overload);
  r->type.nullable = false;
  return true;
}

#define EDIT(name, kernel, flags, always_nullable, ...) \
  static const EditFunction name = {{kernel, flags, LAZY_NONE, NULL}, always_nullable, {__VA_ARGS__}};
EDIT(replace, replace_kernel, OVERLOAD_CAN_FAIL, false, KIND_STRING, KIND_STRING, KIND_STRING)
EDIT(translate, translate_kernel, OVERLOAD_CAN_FAIL | OVERLOAD_NOT_STRICT, false, KIND_STRING, KIND_STRING, KIND_STRING)
EDIT(lpad, lpad_kernel, OVERLOAD_CAN_FAIL, false, KIND_STRING, KIND_INT, KIND_STRING)
EDIT(rpad, rpad_kernel, OVERLOAD_CAN_FAIL, false, KIND_STRING, KIND_INT, KIND_STRING)
EDIT(repeat, repeat_kernel, OVERLOAD_CAN_FAIL, false, KIND_STRING, KIND_INT)
EDIT(reverse, reverse_kernel, 0, true, KIND_STRING)
EDIT(overlay, overlay_kernel, OVERLOAD_CAN_FAIL, false, KIND_STRING, KIND_STRING, KIND_INTEGER, KIND_INTEGER)
EDIT(split_index, split_index_kernel, 0, true, KIND_STRING, KIND_STRING, KIND_INT)
EDIT(chr, chr_kernel, 0, true, KIND_BIGINT)
static const Overload is_alpha = {is_alpha_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL},
                      is_digit = {is_digit_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL},
                      is_decimal = {is_decimal_kernel, OVERLOAD_NOT_STRICT, LAZY_NONE, NULL};

static const Function functions[] = {
    {"REPLACE", "REPLACE(string, old, new)", resolve_edit, 3, 3, &replace},
    {"TRANSLATE", "TRANSLATE(string, from, to)", resolve_edit, 3, 3, &translate},
    {"LPAD", "LPAD(string, length, pad)", resolve_edit, 3, 3, &lpad},
    {"RPAD", "RPAD(string, length, pad)", resolve_edit, 3, 3, &rpad},
    {"REPEAT", "REPEAT(string, times)", resolve_edit, 2, 2, &repeat},
    {"REVERSE", "REVERSE(string)", resolve_edit, 1, 1, &reverse},
    {"OVERLAY", "OVERLAY(string PLACING string FROM start [FOR length])", resolve_overlay, 3, 4, &overlay},
    {"SPLIT_INDEX", "SPLIT_INDEX(string, separator, index)", resolve_split_index, 3, 3, &split_index},
    {"ELT", "ELT(index, string [, string]*)", resolve_elt, 2, ARGUMENTS_ANY, NULL},
    {"CHR", "CHR(number)", resolve_edit, 1, 1, &chr},
    {"IS_ALPHA", "IS_ALPHA(string)", resolve_test, 1, 1, &is_alpha},
    {"IS_DIGIT", "IS_DIGIT(string)", resolve_test, 1, 1, &is_digit},
    {"IS_DECIMAL", "IS_DECIMAL(string)", resolve_test, 1, 1, &is_decimal},
};
const FunctionArea string_edit_area = {functions, sizeof functions / sizeof functions[0], false};
