/* Patterns: LIKE, SIMILAR TO and the REGEXP family.
 *
 * A constant pattern is compiled at the first batch; one that varies from row to row, whenever it differs from that of
 * the row before. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "func/java_regex.h"
#include "func/kernel.h"
#include "func/like.h"
#include "func/similar.h"
#include "func/text.h"
#include "vec/memory.h"

static const StringView empty_view;

/* --- the pattern in force --- */

/* A kernel's own between batches: the last pattern seen, compiled. */
typedef struct PatternState {
  char *bytes;
  uint32_t n_bytes;
  bool is_known;
  bool is_malformed;
  LikePattern *like;
  JavaRegex *regex;
  char message[JAVA_REGEX_MESSAGE_MAX];
} PatternState;

static void pattern_clear(PatternState *state) {
  free(state->bytes);
  like_free(state->like);
  java_regex_free(state->regex);
  memset(state, 0, sizeof *state);
}

static void pattern_free(void *state) {
  pattern_clear(state);
  free(state);
}

/* The state for this pattern; the caller compiles it when it is not known. Escapes are part of what is compared. */
static PatternState *pattern_of(KernelCall *call, const StringView *pattern, const StringView *escape) {
  if (*call->state == NULL) *call->state = memory_alloc_zeroed(1, sizeof(PatternState));
  PatternState *state = *call->state;
  uint32_t n_escape = escape == NULL ? 0 : escape->length;
  const char *escape_bytes = escape == NULL ? "" : string_view_bytes(escape);
  if (state->is_known && state->n_bytes == pattern->length + n_escape &&
      memcmp(state->bytes, string_view_bytes(pattern), pattern->length) == 0 &&
      memcmp(state->bytes + pattern->length, escape_bytes, n_escape) == 0)
    return state;
  pattern_clear(state);
  state->n_bytes = pattern->length + n_escape;
  state->bytes = memory_alloc(state->n_bytes + 1);
  memcpy(state->bytes, string_view_bytes(pattern), pattern->length);
  memcpy(state->bytes + pattern->length, escape_bytes, n_escape);
  return state;
}

/* The row's pattern as a regular expression; NULL when it is malformed (`*state` says how) or, with false, when the
 * job has failed. */
static bool regex_of(KernelCall *call, const StringView *pattern, uint32_t row, PatternState **state) {
  *state = pattern_of(call, pattern, NULL);
  if (!(*state)->is_known) {
    RegexStatus status =
        java_regex_compile(string_view_bytes(pattern), pattern->length, false, &(*state)->regex, (*state)->message);
    if (status == REGEX_UNSUPPORTED)
      return !kernel_is_active(call, row) ||
             kernel_fail(call, "This regular expression is not supported: it has %s", (*state)->message);
    (*state)->is_malformed = status == REGEX_MALFORMED;
    (*state)->is_known = true;
  }
  return true;
}

static bool gives_up(KernelCall *call, uint32_t row) {
  return !kernel_is_active(call, row) || kernel_fail(call, "A regular expression takes too long to match");
}

/* --- LIKE, SIMILAR TO --- */

static bool like_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  const StringView *escapes = call->expr->call.n_arguments > 2 ? arguments[2]->values : NULL;
  uint8_t *out = result->values;
  bool is_constant = kernel_constant(call, 1) != NULL && (escapes == NULL || kernel_constant(call, 2) != NULL);
  const PatternState *state = NULL;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    if (state == NULL || !is_constant) {
      const StringView *escape = escapes == NULL ? NULL : &escapes[row];
      PatternState *found = pattern_of(call, &patterns[row], escape);
      if (!found->is_known) {
        found->like = like_compile(&patterns[row], escape, found->message);
        found->is_known = true;
      }
      state = found;
    }
    if (state->like == NULL) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "%s", state->message);
      continue;
    }
    out[row] = like_matches(state->like, &in[row]);
  }
  return true;
}

static bool similar_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  const StringView *escapes = call->expr->call.n_arguments > 2 ? arguments[2]->values : NULL;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    const StringView *escape = escapes == NULL ? NULL : &escapes[row];
    PatternState *state = pattern_of(call, &patterns[row], escape);
    if (!state->is_known) {
      state->is_malformed = similar_compile(&patterns[row], escape, &state->regex, state->message) != REGEX_READY;
      state->is_known = true;
    }
    if (state->is_malformed) {
      if (kernel_is_active(call, row)) return kernel_fail(call, "%s", state->message);
      continue;
    }
    RegexMatch match = java_regex_find(state->regex, string_view_bytes(&in[row]), in[row].length, 0);
    if (match == REGEX_GIVES_UP && !gives_up(call, row)) return false;
    out[row] = match == REGEX_MATCH;
  }
  return true;
}

/* --- REGEXP --- */

/* A malformed pattern, and the empty one, match nothing. */
static bool regexp_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  uint8_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    PatternState *state;
    if (!regex_of(call, &patterns[row], row, &state)) return false;
    if (state->regex == NULL || patterns[row].length == 0) continue;
    RegexMatch match = java_regex_find(state->regex, string_view_bytes(&in[row]), in[row].length, 0);
    if (match == REGEX_GIVES_UP && !gives_up(call, row)) return false;
    out[row] = match == REGEX_MATCH;
  }
  return true;
}

static bool regexp_extract_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  const int32_t *groups = call->expr->call.n_arguments > 2 ? arguments[2]->values : NULL;
  StringView *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = empty_view;
    PatternState *state;
    if (!regex_of(call, &patterns[row], row, &state)) return false;
    RegexMatch match = state->regex == NULL
                           ? REGEX_NO_MATCH
                           : java_regex_find(state->regex, string_view_bytes(&in[row]), in[row].length, 0);
    if (match == REGEX_GIVES_UP && !gives_up(call, row)) return false;
    int32_t group = groups == NULL ? 0 : groups[row];
    uint32_t from, to;
    if (match == REGEX_MATCH && group >= 0 && java_regex_group(state->regex, (uint32_t)group, &from, &to))
      out[row] = text_slice(&in[row], from, to - from);
    else
      kernel_set_null(call, result, row);
  }
  return true;
}

/* Where matching goes on after a match: past it, and past one more character when it was empty. */
static uint32_t after_match(const char *bytes, uint32_t n_bytes, uint32_t from, uint32_t to) {
  if (to > from || to >= n_bytes) return to > from ? to : n_bytes + 1;
  return to + text_step(bytes + to, n_bytes - to);
}

static void grow(char **bytes, size_t *capacity, size_t wanted) {
  if (wanted > *capacity) *bytes = memory_grow(*bytes, capacity, wanted, 1);
  assert(*bytes != NULL);
}

/* All matches replaced by text that has no special characters. */
static bool regexp_replace_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values, *news = arguments[2]->values;
  StringView *out = result->values;
  char *room = NULL; /* one text's result, before it is known how long it gets */
  size_t capacity = 0;
  bool ok = true;
  for (uint32_t row = 0; row < call->n_rows && ok; row++) {
    out[row] = empty_view;
    PatternState *state;
    ok = regex_of(call, &patterns[row], row, &state);
    if (!ok) break;
    if (state->regex == NULL) {
      ok = !state->is_malformed || kernel_no_value(call, result, row);
      continue;
    }
    const char *bytes = string_view_bytes(&in[row]);
    uint32_t n = in[row].length, copied = 0, from, to;
    size_t length = 0;
    for (uint32_t at = 0; at <= n && ok;) {
      RegexMatch match = java_regex_find(state->regex, bytes, n, at);
      if (match == REGEX_GIVES_UP) ok = gives_up(call, row);
      if (match != REGEX_MATCH) break;
      java_regex_group(state->regex, 0, &from, &to);
      grow(&room, &capacity, length + (from - copied) + news[row].length + 1); /* there, even if nothing goes in */
      memcpy(room + length, bytes + copied, from - copied);
      length += from - copied;
      memcpy(room + length, string_view_bytes(&news[row]), news[row].length);
      length += news[row].length;
      copied = to;
      at = after_match(bytes, n, from, to);
    }
    if (length == 0 && copied == 0) {
      out[row] = in[row];
      continue;
    }
    grow(&room, &capacity, length + n - copied + 1);
    memcpy(room + length, bytes + copied, n - copied);
    length += n - copied;
    if (length > STRING_LENGTH_MAX) {
      ok = kernel_fail(call, "a string of more than 2147483647 bytes");
      break;
    }
    char *kept = room;
    if (length > STRING_VIEW_INLINE_MAX) {
      kept = arena_alloc_text(call->arena, length);
      memcpy(kept, room, length);
    }
    out[row] = string_view(kept, (uint32_t)length);
  }
  free(room);
  return ok;
}

static bool regexp_count_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    PatternState *state;
    if (!regex_of(call, &patterns[row], row, &state)) return false;
    if (state->regex == NULL) {
      kernel_set_null(call, result, row);
      continue;
    }
    const char *bytes = string_view_bytes(&in[row]);
    uint32_t n = in[row].length, from, to;
    for (uint32_t at = 0; at <= n;) {
      RegexMatch match = java_regex_find(state->regex, bytes, n, at);
      if (match == REGEX_GIVES_UP && !gives_up(call, row)) return false;
      if (match != REGEX_MATCH) break;
      java_regex_group(state->regex, 0, &from, &to);
      out[row]++;
      at = after_match(bytes, n, from, to);
    }
  }
  return true;
}

/* The first match's place, in UTF-16 units as Java's; 0 when there is none. */
static bool regexp_instr_kernel(KernelCall *call, const Column *const *arguments, Column *result) {
  const StringView *in = arguments[0]->values, *patterns = arguments[1]->values;
  int32_t *out = result->values;
  for (uint32_t row = 0; row < call->n_rows; row++) {
    out[row] = 0;
    PatternState *state;
    if (!regex_of(call, &patterns[row], row, &state)) return false;
    if (state->regex == NULL) {
      kernel_set_null(call, result, row);
      continue;
    }
    RegexMatch match = java_regex_find(state->regex, string_view_bytes(&in[row]), in[row].length, 0);
    if (match == REGEX_GIVES_UP && !gives_up(call, row)) return false;
    uint32_t from, to;
    if (match == REGEX_MATCH && java_regex_group(state->regex, 0, &from, &to))
      out[row] = (int32_t)text_utf16_length(string_view_bytes(&in[row]), from) + 1;
  }
  return true;
}

/* --- types --- */

static bool resolve_strings(Resolution *r, uint32_t n) {
  for (uint32_t i = 0; i < n && i < r->n_arguments; i++) {
    if (!type_is_string(resolution_type(r, i).kind)) return resolution_refuse(r);
  }
  return true;
}

static const Value *literal(const Resolution *r, uint32_t i) {
  if (i >= r->n_arguments || r->arguments[i]->kind != EXPR_LITERAL || r->arguments[i]->literal.is_null) return NULL;
  return &r->arguments[i]->literal.value;
}

/* A pattern in the query text that cannot be used is an error of the query. */
static bool check_like(Resolution *r, bool is_similar) {
  const Value *pattern = literal(r, 1), *escape = literal(r, 2);
  if (pattern == NULL || (r->n_arguments > 2 && escape == NULL)) return true;
  char message[JAVA_REGEX_MESSAGE_MAX] = "";
  const StringView *escape_text = escape == NULL ? NULL : &escape->string;
  bool ok;
  if (is_similar) {
    JavaRegex *regex = NULL;
    ok = similar_compile(&pattern->string, escape_text, &regex, message) == REGEX_READY;
    java_regex_free(regex);
  } else {
    LikePattern *like = like_compile(&pattern->string, escape_text, message);
    ok = like != NULL;
    like_free(like);
  }
  return ok || error_at(r->error, ERROR_USAGE, r->arguments[1]->place, "%s", message);
}

static bool check_regex(Resolution *r) {
  const Value *pattern = literal(r, 1);
  if (pattern == NULL) return true;
  char message[JAVA_REGEX_MESSAGE_MAX];
  JavaRegex *regex = NULL;
  RegexStatus status =
      java_regex_compile(string_view_bytes(&pattern->string), pattern->string.length, false, &regex, message);
  java_regex_free(regex);
  return status != REGEX_UNSUPPORTED || error_at(r->error, ERROR_UNSUPPORTED, r->arguments[1]->place,
                                                 "This regular expression is not supported: it has %s", message);
}

static bool resolve_like(Resolution *r) {
  static const Overload like = {like_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, pattern_free},
                        checked = {like_kernel, 0, LAZY_NONE, pattern_free},
                        similar = {similar_kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, pattern_free};
  bool is_similar = r->function->parameter != NULL;
  if (!resolve_strings(r, 3) || !check_like(r, is_similar)) return false;
  bool is_checked = literal(r, 1) != NULL && (r->n_arguments == 2 || literal(r, 2) != NULL);
  return resolution_result(r, type_make(TYPE_BOOLEAN, true), is_similar ? &similar : is_checked ? &checked : &like);
}

static bool resolve_not(Resolution *r) {
  Expr *positive = resolution_make(r, r->function->parameter, r->arguments, r->n_arguments);
  return positive != NULL && resolution_rewrite(r, resolution_make(r, "NOT", &positive, 1));
}

#define FAILING(kernel) \
  { kernel, OVERLOAD_CAN_FAIL, LAZY_NONE, pattern_free }
static const Overload regexp = FAILING(regexp_kernel), replace = FAILING(regexp_replace_kernel),
                      extract = FAILING(regexp_extract_kernel), count = FAILING(regexp_count_kernel),
                      instr = FAILING(regexp_instr_kernel);

static bool resolve_regex(Resolution *r) {
  const Overload *overload = r->function->parameter;
  uint32_t n_strings = overload == &replace ? 3 : 2;
  if (!resolve_strings(r, n_strings)) return false;
  if (r->n_arguments > n_strings) {
    TypeKind kind = resolution_type(r, n_strings).kind;
    if (kind != TYPE_INT && kind != TYPE_BIGINT) return resolution_refuse(r);
    if (!resolution_cast(r, n_strings, type_make(TYPE_INT, true))) return false;
  }
  if (!check_regex(r)) return false;
  Type type = overload == &regexp                        ? type_make(TYPE_BOOLEAN, true)
              : overload == &count || overload == &instr ? type_make(TYPE_INT, true)
                                                         : type_string(true);
  resolution_result(r, type, overload);
  if (overload != &regexp && overload != &replace) r->type.nullable = true;
  return true;
}

static const Function functions[] = {
    {"LIKE", "string LIKE pattern [ESCAPE character]", resolve_like, 2, 3, NULL},
    {"NOT LIKE", "string NOT LIKE pattern [ESCAPE character]", resolve_not, 2, 3, "LIKE"},
    {"SIMILAR TO", "string SIMILAR TO pattern [ESCAPE character]", resolve_like, 2, 3, "similar"},
    {"NOT SIMILAR TO", "string NOT SIMILAR TO pattern [ESCAPE character]", resolve_not, 2, 3, "SIMILAR TO"},
    {"REGEXP", "REGEXP(string, regex)", resolve_regex, 2, 2, &regexp},
    {"REGEXP_REPLACE", "REGEXP_REPLACE(string, regex, replacement)", resolve_regex, 3, 3, &replace},
    {"REGEXP_EXTRACT", "REGEXP_EXTRACT(string, regex [, group])", resolve_regex, 2, 3, &extract},
    {"REGEXP_COUNT", "REGEXP_COUNT(string, regex)", resolve_regex, 2, 2, &count},
    {"REGEXP_SUBSTR", "REGEXP_SUBSTR(string, regex)", resolve_regex, 2, 2, &extract},
    {"REGEXP_INSTR", "REGEXP_INSTR(string, regex)", resolve_regex, 2, 2, &instr},
};
const FunctionArea regex_area = {functions, sizeof functions / sizeof functions[0], false};
