/* A double as text, exactly as Java's Double.toString writes it. */
#ifndef WEIR_VEC_DOUBLE_TEXT_H
#define WEIR_VEC_DOUBLE_TEXT_H

#include <stdint.h>

enum { DOUBLE_TEXT_BYTES_MAX = 32 };

/* Returns the length; no NUL is added. */
uint32_t double_text(double value, char text[DOUBLE_TEXT_BYTES_MAX]);

#endif
