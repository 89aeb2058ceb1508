/* Numbers to and from text, and DOUBLE to and from DECIMAL, as Java does these. */
#ifndef WEIR_FUNC_NUMBER_CONVERT_H
#define WEIR_FUNC_NUMBER_CONVERT_H

#include "vec/type.h"

enum { INTEGER_TEXT_MAX = 24, DECIMAL_TEXT_MAX = 48 };

/* Each returns the length; no NUL is added. */
uint32_t integer_to_text(int64_t value, char text[INTEGER_TEXT_MAX]);
uint32_t decimal_to_text(int128_t value, int32_t scale, char text[DECIMAL_TEXT_MAX]); /* BigDecimal.toPlainString */

/* new BigDecimal(text), rounded HALF_UP to the scale. */
typedef enum DecimalParse { DECIMAL_PARSED, DECIMAL_MALFORMED, DECIMAL_OVERFLOWS } DecimalParse;
DecimalParse decimal_parse(const char *text, uint32_t length, int32_t precision, int32_t scale, int128_t *result);

double decimal_to_double(int128_t value, int32_t scale);
/* By the shortest decimal text of the double (BigDecimal.valueOf). False when it does not fit; `value` is finite. */
bool decimal_from_double(double value, int32_t precision, int32_t scale, int128_t *result);
/* The double's decimal text rounded (HALF_UP, or cut) to `digits` after the point, as a double again. */
double double_round(double value, int32_t digits, bool half_up);

#endif
