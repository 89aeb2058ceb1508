/* java.util.regex on PCRE2: the translation of patterns, and matching. */
#include "func/java_regex.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "vec/memory.h"

struct JavaRegex {
  pcre2_code *code;
  pcre2_match_data *match;
  pcre2_match_context *context;
  pcre2_jit_stack *stack;
  uint32_t n_groups;
};

typedef struct Translator {
  const char *pattern;
  uint32_t n_bytes;
  uint32_t at;
  GString *out;
  bool dot_matches_all; /* (?s) occurs: "." is left to PCRE2, whose newlines include \v and \f */
  bool ignores_case;
  bool has_property;
  RegexStatus status;
  char *message;
} Translator;

static bool fail(Translator *translator, RegexStatus status, const char *what) {
  translator->status = status;
  snprintf(translator->message, JAVA_REGEX_MESSAGE_MAX, "%s", what);
  return false;
}
static bool malformed(Translator *t, const char *what) { return fail(t, REGEX_MALFORMED, what); }
static bool unsupported(Translator *t, const char *what) { return fail(t, REGEX_UNSUPPORTED, what); }

static bool at_text(const Translator *t, const char *text) {
  size_t n = strlen(text);
  return t->n_bytes - t->at >= n && memcmp(t->pattern + t->at, text, n) == 0;
}
static char peek(const Translator *t, uint32_t ahead) {
  return t->at + ahead < t->n_bytes ? t->pattern[t->at + ahead] : '\0';
}
static bool has(const Translator *t, uint32_t ahead) { return t->at + ahead < t->n_bytes; }

/* `n` hexadecimal digits from here on; -1 when there are fewer. */
static int64_t hex_digits(const Translator *t, uint32_t ahead, uint32_t n) {
  int64_t value = 0;
  for (uint32_t i = 0; i < n; i++) {
    int digit = has(t, ahead + i) ? g_ascii_xdigit_value(peek(t, ahead + i)) : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

static bool emit_code_point(Translator *t, int64_t value) {
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return unsupported(t, "an escaped character that is no Unicode character");
  if (value >= 0x80 && t->ignores_case)
    return unsupported(t, "(?i) with letters beyond ASCII, which Java compares by case");
  g_string_append_printf(t->out, "\\x{%X}", (unsigned)value);
  return true;
}

/* \uHHHH, perhaps the first half of a pair. */
static bool translate_unicode_escape(Translator *t) {
  int64_t value = hex_digits(t, 1, 4);
  if (value < 0) return malformed(t, "Illegal Unicode escape sequence");
  t->at += 5;
  if (value >= 0xD800 && value < 0xDC00 && at_text(t, "\\u")) {
    int64_t low = hex_digits(t, 2, 4);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      value = 0x10000 + (value - 0xD800) * 0x400 + (low - 0xDC00);
      t->at += 6;
    }
  }
  return emit_code_point(t, value);
}

/* \xHH and \x{H...} */
static bool translate_hex_escape(Translator *t) {
  int64_t value = hex_digits(t, 1, 2);
  if (value >= 0) {
    t->at += 3;
    return emit_code_point(t, value);
  }
  if (peek(t, 1) != '{') return malformed(t, "Illegal hexadecimal escape sequence");
  uint32_t n = 0;
  while (n < 7 && has(t, 2 + n) && g_ascii_isxdigit(peek(t, 2 + n))) n++;
  value = hex_digits(t, 2, n);
  if (n == 0 || peek(t, 2 + n) != '}' || value > 0x10FFFF) return malformed(t, "Illegal hexadecimal escape sequence");
  t->at += 3 + n;
  return emit_code_point(t, value);
}

/* \0n, \0nn, \0mnn with m up to 3 */
static bool translate_octal_escape(Translator *t) {
  uint32_t n = 0;
  int64_t value = 0;
  uint32_t most = peek(t, 1) >= '0' && peek(t, 1) <= '3' ? 3 : 2;
  for (; n < most && has(t, 1 + n) && peek(t, 1 + n) >= '0' && peek(t, 1 + n) <= '7'; n++)
    value = value * 8 + (peek(t, 1 + n) - '0');
  if (n == 0) return malformed(t, "Illegal octal escape sequence");
  t->at += 1 + n;
  return emit_code_point(t, value);
}

/* Java's names of ASCII classes and POSIX's, and of properties and PCRE2's. */
static const char *const posix_names[][2] = {
    {"Lower", "lower"}, {"Upper", "upper"},   {"ASCII", "ascii"}, {"Alpha", "alpha"}, {"Digit", "digit"},
    {"Alnum", "alnum"}, {"Punct", "punct"},   {"Graph", "graph"}, {"Print", "print"}, {"Blank", "blank"},
    {"Cntrl", "cntrl"}, {"XDigit", "xdigit"}, {"Space", "space"},
};
static const char *const property_names[][2] = {
    {"IsAlphabetic", "Alphabetic"},
    {"IsLetter", "L"},
    {"IsDigit", "Nd"},
    {"IsUppercase", "Uppercase"},
    {"IsLowercase", "Lowercase"},
    {"IsPunctuation", "P"},
    {"IsWhite_Space", "White_Space"},
    {"IsIdeographic", "Ideographic"},
};

static bool is_category(const char *name) {
  size_t n = strlen(name);
  if (n == 0 || n > 2 || strchr("LMNPSZC", name[0]) == NULL) return false;
  return n == 1 || g_ascii_islower(name[1]);
}

static void emit_property(Translator *t, bool negated, const char *name) {
  g_string_append_printf(t->out, "\\%c{%s}", negated ? 'P' : 'p', name);
}

/* \p{name}, \P{name}, \pL */
static bool translate_property(Translator *t, bool in_class) {
  bool negated = peek(t, 0) == 'P';
  char name[40];
  t->has_property = true;
  if (peek(t, 1) != '{') {
    if (!has(t, 1)) return malformed(t, "Unknown character property");
    snprintf(name, sizeof name, "%c", peek(t, 1));
    t->at += 2;
  } else {
    const char *end = memchr(t->pattern + t->at, '}', t->n_bytes - t->at);
    if (end == NULL) return malformed(t, "Unclosed character family");
    size_t n = (size_t)(end - (t->pattern + t->at + 2));
    if (n >= sizeof name) return unsupported(t, "a character property of that name");
    memcpy(name, t->pattern + t->at + 2, n);
    name[n] = '\0';
    t->at += (uint32_t)n + 3;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(posix_names); i++) {
    if (strcmp(name, posix_names[i][0]) != 0) continue;
    g_string_append_printf(t->out, in_class ? "[:%s%s:]" : "[[:%s%s:]]", negated ? "^" : "", posix_names[i][1]);
    return true;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(property_names); i++) {
    if (g_ascii_strcasecmp(name, property_names[i][0]) != 0) continue;
    emit_property(t, negated, property_names[i][1]);
    return true;
  }
  const char *equals = strchr(name, '=');
  if (is_category(name)) {
    emit_property(t, negated, name);
  } else if (g_str_has_prefix(name, "Is") && is_category(name + 2)) {
    emit_property(t, negated, name + 2);
  } else if (equals != NULL && (g_str_has_prefix(name, "gc=") || g_str_has_prefix(name, "general_category=")) &&
             is_category(equals + 1)) {
    emit_property(t, negated, equals + 1);
  } else if (g_str_has_prefix(name, "Is") || g_str_has_prefix(name, "sc=") || g_str_has_prefix(name, "script=")) {
    char script[48];
    snprintf(script, sizeof script, "sc:%s", equals == NULL ? name + 2 : equals + 1);
    emit_property(t, negated, script);
  } else {
    return unsupported(t, "a character property of that name");
  }
  return true;
}

/* Java's \b stands between letters and digits of any script and other characters, though its \w is ASCII. */
#define WORD "[_\\p{L}\\p{Nd}]"

/* At a backslash. */
static bool translate_escape(Translator *t, bool in_class) {
  t->at++;
  if (!has(t, 0)) return malformed(t, "Unexpected internal error");
  char c = peek(t, 0);
  switch (c) {
    case 'Q': {
      const char *end = g_strstr_len(t->pattern + t->at, t->n_bytes - t->at, "\\E");
      const char *until = end == NULL ? t->pattern + t->n_bytes : end;
      for (const char *p = t->pattern + t->at + 1; p < until; p++) {
        if ((unsigned char)*p < 0x80 && !g_ascii_isalnum(*p)) g_string_append_c(t->out, '\\');
        g_string_append_c(t->out, *p);
      }
      t->at = end == NULL ? t->n_bytes : (uint32_t)(end + 2 - t->pattern);
      return true;
    }
    case 'u':
      return translate_unicode_escape(t);
    case 'x':
      return translate_hex_escape(t);
    case '0':
      return translate_octal_escape(t);
    case 'p':
    case 'P':
      return translate_property(t, in_class);
    case 'c':
      if (!has(t, 1)) return malformed(t, "Illegal control escape sequence");
      t->at += 2;
      return emit_code_point(t, t->pattern[t->at - 1] ^ 64);
    case 'N':
      return unsupported(t, "\\N{name}");
    default:
      break;
  }
  if (!g_ascii_isalnum(c)) {
    g_string_append_c(t->out, '\\');
    g_string_append_c(t->out, c);
    t->at++;
    return true;
  }
  if (strchr("aefnrtdDsSwWhHvV", c) == NULL) {
    if (in_class || strchr("bBRXAGzZk123456789", c) == NULL) return malformed(t, "Illegal/unsupported escape sequence");
    if ((c == 'b' || c == 'B')) {
      if (peek(t, 1) == '{') return unsupported(t, "\\b{g}");
      g_string_append(t->out, c == 'b' ? "(?:(?<=" WORD ")(?!" WORD ")|(?<!" WORD ")(?=" WORD "))"
                                       : "(?:(?<=" WORD ")(?=" WORD ")|(?<!" WORD ")(?!" WORD "))");
      t->at++;
      return true;
    }
  }
  g_string_append_c(t->out, '\\');
  g_string_append_c(t->out, c);
  t->at++;
  return true;
}

static void copy_code_point(Translator *t) {
  if ((unsigned char)peek(t, 0) >= 0x80 && t->ignores_case) {
    unsupported(t, "(?i) with letters beyond ASCII, which Java compares by case");
    return;
  }
  do {
    g_string_append_c(t->out, peek(t, 0));
    t->at++;
  } while (has(t, 0) && ((unsigned char)peek(t, 0) & 0xC0) == 0x80);
}

/* At a '['. */
static bool translate_class(Translator *t) {
  g_string_append_c(t->out, '[');
  t->at++;
  if (peek(t, 0) == '^' && has(t, 0)) {
    g_string_append_c(t->out, '^');
    t->at++;
  }
  for (bool is_first = true;; is_first = false) {
    if (!has(t, 0)) return malformed(t, "Unclosed character class");
    char c = peek(t, 0);
    if (c == ']' && !is_first) break;
    if (c == '[') return unsupported(t, "a character class within a character class");
    if (at_text(t, "&&")) return unsupported(t, "an intersection of character classes (&&)");
    if (c == '\\') {
      if (!translate_escape(t, true)) return false;
    } else if (c == ']' || (is_first && (c == ':' || c == '.' || c == '='))) { /* PCRE2 might see a class's name */
      g_string_append_printf(t->out, "\\%c", c);
      t->at++;
    } else {
      copy_code_point(t);
      if (t->status != REGEX_READY) return false;
    }
  }
  g_string_append_c(t->out, ']');
  t->at++;
  return true;
}

/* At "(?": only the forms that both know. */
static bool translate_group(Translator *t) {
  static const char *const plain[] = {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"};
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
    if (!at_text(t, plain[i])) continue;
    g_string_append(t->out, plain[i]);
    t->at += (uint32_t)strlen(plain[i]);
    return true;
  }
  uint32_t n = 2;
  if (peek(t, 2) == '<') {
    for (n = 3; has(t, n) && g_ascii_isalnum(peek(t, n)); n++)
      if (n == 3 && g_ascii_isdigit(peek(t, n))) break;
    if (n == 3 || peek(t, n) != '>') return malformed(t, "named capturing group is missing trailing '>'");
  } else {
    for (; has(t, n) && peek(t, n) != ')' && peek(t, n) != ':'; n++) {
      char flag = peek(t, n);
      if (flag == 'd' || flag == 'u' || flag == 'U' || flag == 'x') return unsupported(t, "the flags d, u, U and x");
      if (strchr("ims-", flag) == NULL) return malformed(t, "Unknown inline modifier");
    }
    if (!has(t, n)) return malformed(t, "Unknown inline modifier");
  }
  g_string_append_len(t->out, t->pattern + t->at, n + 1);
  t->at += n + 1;
  return true;
}

/* At a '{': a repetition, or malformed. */
static bool translate_repetition(Translator *t) {
  uint32_t n = 1;
  while (has(t, n) && g_ascii_isdigit(peek(t, n))) n++;
  bool has_least = n > 1;
  if (has_least && peek(t, n) == ',') {
    n++;
    while (has(t, n) && g_ascii_isdigit(peek(t, n))) n++;
  }
  if (!has_least || peek(t, n) != '}' || !has(t, n)) return malformed(t, "Illegal repetition");
  g_string_append_len(t->out, t->pattern + t->at, n + 1);
  t->at += n + 1;
  return true;
}

/* Inline flags are few and decide about characters before they are met: looked for first. */
static void find_flags(Translator *t) {
  for (uint32_t i = 0; i + 2 < t->n_bytes; i++) {
    if (t->pattern[i] != '(' || t->pattern[i + 1] != '?') continue;
    for (uint32_t k = i + 2; k < t->n_bytes && g_ascii_isalpha(t->pattern[k]); k++) {
      t->dot_matches_all |= t->pattern[k] == 's';
      t->ignores_case |= t->pattern[k] == 'i';
    }
  }
}

static bool translate(Translator *t) {
  find_flags(t);
  while (t->at < t->n_bytes) {
    bool ok = true;
    switch (peek(t, 0)) {
      case '\\':
        ok = translate_escape(t, false);
        break;
      case '[':
        ok = translate_class(t);
        break;
      case '{':
        ok = translate_repetition(t);
        break;
      case '(':
        if (peek(t, 1) == '?') {
          ok = translate_group(t);
        } else if (peek(t, 1) == '*') {
          ok = malformed(t, "Dangling meta character '*'");
        } else {
          g_string_append_c(t->out, '(');
          t->at++;
        }
        break;
      case '.':
        g_string_append(t->out, t->dot_matches_all ? "." : "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]");
        t->at++;
        break;
      default:
        copy_code_point(t);
        ok = t->status == REGEX_READY;
    }
    if (!ok) return false;
  }
  return true;
}

/* What PCRE2 refuses and Java takes. */
static bool is_limit_of_pcre2(int code, const Translator *t) {
  enum { NO_SUCH_GROUP = 115, NUMBER_TOO_BIG = 105, LOOKBEHIND_LENGTH = 125, UNKNOWN_PROPERTY = 147 };
  return code == NO_SUCH_GROUP || code == NUMBER_TOO_BIG || code == LOOKBEHIND_LENGTH ||
         (code == UNKNOWN_PROPERTY && t->has_property);
}

RegexStatus java_regex_compile(const char *pattern, uint32_t n_bytes, bool whole, JavaRegex **regex,
                               char message[JAVA_REGEX_MESSAGE_MAX]) {
  Translator t = {.pattern = pattern, .n_bytes = n_bytes, .out = g_string_sized_new(n_bytes + 64), .message = message};
  message[0] = '\0';
  if (!translate(&t)) {
    g_string_free(t.out, TRUE);
    return t.status;
  }
  pcre2_compile_context *context = pcre2_compile_context_create(NULL);
  pcre2_set_newline(context, PCRE2_NEWLINE_ANY);
  uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
  if (whole) options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
  int code;
  PCRE2_SIZE offset;
  pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)t.out->str, t.out->len, options, &code, &offset, context);
  pcre2_compile_context_free(context);
  g_string_free(t.out, TRUE);
  if (compiled == NULL) {
    pcre2_get_error_message(code, (PCRE2_UCHAR *)message, JAVA_REGEX_MESSAGE_MAX);
    return is_limit_of_pcre2(code, &t) ? REGEX_UNSUPPORTED : REGEX_MALFORMED;
  }
  JavaRegex *made = memory_alloc_zeroed(1, sizeof *made);
  made->code = compiled;
  pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE); /* without it matching is slower, no more */
  made->match = pcre2_match_data_create_from_pattern(compiled, NULL);
  made->context = pcre2_match_context_create(NULL);
  made->stack = pcre2_jit_stack_create(32 * 1024, 1024 * 1024, NULL);
  pcre2_jit_stack_assign(made->context, NULL, made->stack);
  pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &made->n_groups);
  *regex = made;
  return REGEX_READY;
}

void java_regex_free(JavaRegex *regex) {
  if (regex == NULL) return;
  pcre2_match_data_free(regex->match);
  pcre2_match_context_free(regex->context);
  pcre2_jit_stack_free(regex->stack);
  pcre2_code_free(regex->code);
  free(regex);
}

RegexMatch java_regex_find(JavaRegex *regex, const char *subject, uint32_t n_bytes, uint32_t from) {
  int n = pcre2_match(regex->code, (PCRE2_SPTR)subject, n_bytes, from, 0, regex->match, regex->context);
  if (n == PCRE2_ERROR_JIT_STACKLIMIT)
    n = pcre2_match(regex->code, (PCRE2_SPTR)subject, n_bytes, from, PCRE2_NO_JIT, regex->match, regex->context);
  if (n >= 0) return REGEX_MATCH;
  return n == PCRE2_ERROR_NOMATCH ? REGEX_NO_MATCH : REGEX_GIVES_UP;
}

bool java_regex_group(const JavaRegex *regex, uint32_t group, uint32_t *from, uint32_t *to) {
  if (group > regex->n_groups) return false;
  const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(regex->match);
  if (ends[2 * group] == PCRE2_UNSET) return false;
  *from = (uint32_t)ends[2 * group];
  *to = (uint32_t)ends[2 * group + 1];
  return true;
}

uint32_t java_regex_n_groups(const JavaRegex *regex) { return regex->n_groups; }
