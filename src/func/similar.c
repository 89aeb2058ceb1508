/* SIMILAR TO: SQL's regular expressions rewritten as Java's, step by step as Flink's SqlLikeUtils does. What it leaves
 * alone (a "." matches any character, "^" is an anchor) stays alone here. */
#include "func/similar.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "func/text.h"

#define SIMILAR_SPECIALS "[]()|^-+*_%?{}"
#define REGEX_SPECIALS "[]()|^-+*?{}$\\."

static const char *const class_names[][2] = {
    {"[:ALPHA:]", "\\p{Alpha}"}, {"[:alpha:]", "\\p{Alpha}"}, {"[:UPPER:]", "\\p{Upper}"}, {"[:upper:]", "\\p{Upper}"},
    {"[:LOWER:]", "\\p{Lower}"}, {"[:lower:]", "\\p{Lower}"}, {"[:DIGIT:]", "\\d"},        {"[:digit:]", "\\d"},
    {"[:SPACE:]", " "},          {"[:space:]", " "},          {"[:WHITESPACE:]", "\\s"},   {"[:whitespace:]", "\\s"},
    {"[:ALNUM:]", "\\p{Alnum}"}, {"[:alnum:]", "\\p{Alnum}"},
};

typedef struct Rewriter {
  const char *pattern;
  uint32_t n_bytes;
  uint32_t at;
  const char *escape; /* NULL: none */
  uint32_t n_escape;
  GString *out;
} Rewriter;

static bool is_one_of(const char *specials, char c) { return c != '\0' && strchr(specials, c) != NULL; }

static bool at_escape(const Rewriter *r, uint32_t at) {
  return r->escape != NULL && r->n_bytes - at >= r->n_escape && memcmp(r->pattern + at, r->escape, r->n_escape) == 0;
}

/* At an escape: what follows it, made literal. */
static bool rewrite_escaped(Rewriter *r) {
  r->at += r->n_escape;
  if (r->at >= r->n_bytes) return false;
  char next = r->pattern[r->at];
  if (is_one_of(SIMILAR_SPECIALS, next)) {
    if (is_one_of(REGEX_SPECIALS, next)) g_string_append_c(r->out, '\\');
    g_string_append_c(r->out, next);
    r->at++;
    return true;
  }
  if (!at_escape(r, r->at)) return false;
  if (r->n_escape == 1 && is_one_of(REGEX_SPECIALS, next)) g_string_append_c(r->out, '\\');
  g_string_append_len(r->out, r->escape, r->n_escape);
  r->at += r->n_escape;
  return true;
}

static bool rewrite_class_name(Rewriter *r) {
  for (size_t i = 0; i < G_N_ELEMENTS(class_names); i++) {
    size_t n = strlen(class_names[i][0]);
    if (r->n_bytes - r->at < n || memcmp(r->pattern + r->at, class_names[i][0], n) != 0) continue;
    g_string_append(r->out, class_names[i][1]);
    r->at += (uint32_t)n;
    return true;
  }
  return false;
}

/* At a '[': up to and with its ']'. */
static bool rewrite_enumeration(Rewriter *r) {
  g_string_append_c(r->out, '[');
  r->at++;
  while (r->at < r->n_bytes) {
    char c = r->pattern[r->at];
    if (c == ']') {
      g_string_append_c(r->out, ']');
      r->at++;
      return true;
    }
    if (at_escape(r, r->at)) {
      if (!rewrite_escaped(r)) return false;
    } else if (c == '[') {
      if (!rewrite_class_name(r)) return false;
    } else if (c != '-' && c != '^' && is_one_of(SIMILAR_SPECIALS, c)) {
      return false;
    } else {
      g_string_append_c(r->out, c);
      r->at++;
    }
  }
  return false;
}

static bool rewrite(Rewriter *r) {
  while (r->at < r->n_bytes) {
    char c = r->pattern[r->at];
    if (at_escape(r, r->at)) {
      if (!rewrite_escaped(r)) return false;
      continue;
    }
    if (c == '[') {
      if (!rewrite_enumeration(r)) return false;
      continue;
    }
    if (c == ']') return false;
    if (c == '_')
      g_string_append_c(r->out, '.');
    else if (c == '%')
      g_string_append(r->out, "[\\x{0}-\\x{10FFFF}]*"); /* (?s:.*) would change every other "." */
    else if (c == '\\' || c == '$')
      g_string_append_printf(r->out, "\\%c", c);
    else
      g_string_append_c(r->out, c);
    r->at++;
  }
  return true;
}

RegexStatus similar_compile(const StringView *pattern, const StringView *escape, JavaRegex **regex,
                            char message[JAVA_REGEX_MESSAGE_MAX]) {
  Rewriter r = {.pattern = string_view_bytes(pattern), .n_bytes = pattern->length, .out = g_string_new(NULL)};
  RegexStatus status = REGEX_MALFORMED;
  if (escape != NULL) {
    r.escape = string_view_bytes(escape);
    r.n_escape = escape->length;
  }
  if (escape != NULL && text_length(r.escape, r.n_escape) != 1) {
    snprintf(message, JAVA_REGEX_MESSAGE_MAX, "Invalid escape character '%.*s'",
             (int)(r.n_escape < 80 ? r.n_escape : 80), r.escape);
  } else if (!rewrite(&r)) {
    snprintf(message, JAVA_REGEX_MESSAGE_MAX, "Invalid regular expression: %.*s, index %u",
             (int)(r.n_bytes < 80 ? r.n_bytes : 80), r.pattern, r.at);
  } else {
    char what[JAVA_REGEX_MESSAGE_MAX];
    status = java_regex_compile(r.out->str, (uint32_t)r.out->len, true, regex, what);
    snprintf(message, JAVA_REGEX_MESSAGE_MAX,
             status == REGEX_UNSUPPORTED ? "This pattern of SIMILAR TO is not supported: it has %.100s"
                                         : "The pattern of SIMILAR TO is malformed: %.100s",
             what);
  }
  g_string_free(r.out, TRUE);
  return status;
}
