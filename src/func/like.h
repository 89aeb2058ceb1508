/* LIKE patterns: what % and _ and an escape character mean, compiled for matching many texts. */
#ifndef WEIR_FUNC_LIKE_H
#define WEIR_FUNC_LIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "vec/string_view.h"

typedef struct LikePattern LikePattern;

enum { LIKE_MESSAGE_MAX = 160 };

/* `escape` is NULL when there is none. NULL with `message` when the escape is not one character or what follows it is
 * neither %, _ nor itself. */
LikePattern *like_compile(const StringView *pattern, const StringView *escape, char message[LIKE_MESSAGE_MAX]);
void like_free(LikePattern *pattern); /* NULL is allowed */

bool like_matches(const LikePattern *pattern, const StringView *text);

#endif
