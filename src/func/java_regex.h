/* Regular expressions in java.util.regex's syntax, run by PCRE2.
 *
 * A pattern is translated before it is compiled: what PCRE2 spells otherwise (\uHHHH, \b among Unicode letters,
 * \p{Alpha}, what "." leaves out) becomes its equivalent, and what Java would refuse is malformed here too. What PCRE2
 * has no equivalent for (class intersections, case-insensitive letters beyond ASCII) is refused by name, never run as
 * something else. */
#ifndef WEIR_FUNC_JAVA_REGEX_H
#define WEIR_FUNC_JAVA_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JAVA_REGEX_MESSAGE_MAX = 160 };

typedef struct JavaRegex JavaRegex;

typedef enum RegexStatus {
  REGEX_READY,
  REGEX_MALFORMED,  /* a PatternSyntaxException in Java */
  REGEX_UNSUPPORTED /* right in Java */
} RegexStatus;

/* Compiles UTF-8 text; `whole`: matches must span all of the subject (Matcher.matches). *regex is set only when
 * READY; otherwise `message` says what is wrong. */
RegexStatus java_regex_compile(const char *pattern, uint32_t n_bytes, bool whole, JavaRegex **regex,
                               char message[JAVA_REGEX_MESSAGE_MAX]);
void java_regex_free(JavaRegex *regex); /* NULL is allowed */

typedef enum RegexMatch { REGEX_NO_MATCH, REGEX_MATCH, REGEX_GIVES_UP /* it would take too long */ } RegexMatch;

/* First match at or after byte `from` (Matcher.find). */
RegexMatch java_regex_find(JavaRegex *regex, const char *subject, uint32_t n_bytes, uint32_t from);

/* Of the last match: whether group `group` (0 = all) took part in it, and where. False too when there is no such
 * group. */
bool java_regex_group(const JavaRegex *regex, uint32_t group, uint32_t *from, uint32_t *to);
uint32_t java_regex_n_groups(const JavaRegex *regex); /* without group 0 */

#endif
