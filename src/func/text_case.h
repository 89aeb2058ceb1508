/* Upper and lower case of UTF-8 text, as Java's String.toUpperCase and toLowerCase have it. */
#ifndef WEIR_FUNC_TEXT_CASE_H
#define WEIR_FUNC_TEXT_CASE_H

#include "vec/arena.h"
#include "vec/string_view.h"

/* The text itself where nothing changes, else new text in the arena. */
StringView text_to_upper(const StringView *text, Arena *arena);
StringView text_to_lower(const StringView *text, Arena *arena);

#endif
