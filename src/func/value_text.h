/* A value as text, exactly as Flink's CAST(value AS STRING) writes it. */
#ifndef WEIR_FUNC_VALUE_TEXT_H
#define WEIR_FUNC_VALUE_TEXT_H

#include "func/expr.h"

/* Room for any value but a string. */
enum { VALUE_TEXT_MAX = 96 };

/* The text of a value that is not null. It lies in `room`, or for a string is the string itself. TIMESTAMP_LTZ is
 * written in UTC: shift it to the session's zone before, where that matters. */
StringView value_text(Type type, const Value *value, char room[VALUE_TEXT_MAX]);

#endif
