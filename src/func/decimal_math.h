/* DECIMAL arithmetic with Flink's results (DecimalDataUtils over java.math.BigDecimal). Values are unscaled with their
 * scale beside them; results are rounded HALF_UP to the wanted scale, and false says that one has more digits than the
 * wanted precision, which SQL makes NULL. Inputs have at most 38 digits. */
#ifndef WEIR_FUNC_DECIMAL_MATH_H
#define WEIR_FUNC_DECIMAL_MATH_H

#include "vec/type.h"

int128_t decimal_power10(int exponent); /* 0 to 38 */

bool decimal_rescale(int128_t value, int32_t scale, int32_t to_precision, int32_t to_scale, int128_t *result);
bool decimal_add(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                 int128_t *result);
bool decimal_multiply(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                      int128_t *result);
/* To 38 significant digits first and then to the scale, as Flink rounds twice. b is not 0. */
bool decimal_divide(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                    int128_t *result);
/* With the sign of a. b is not 0. */
bool decimal_modulo(int128_t a, int32_t a_scale, int128_t b, int32_t b_scale, int32_t precision, int32_t scale,
                    int128_t *result);

#endif
