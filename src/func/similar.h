/* SIMILAR TO patterns, by way of regular expressions, as Flink does it. */
#ifndef WEIR_FUNC_SIMILAR_H
#define WEIR_FUNC_SIMILAR_H

#include "func/java_regex.h"
#include "vec/string_view.h"

/* `escape` is NULL when there is none. Anything but READY comes with a message, a sentence for the user. */
RegexStatus similar_compile(const StringView *pattern, const StringView *escape, JavaRegex **regex,
                            char message[JAVA_REGEX_MESSAGE_MAX]);

#endif
