/* What func/math.c gives the other areas. */
#ifndef WEIR_FUNC_MATH_H
#define WEIR_FUNC_MATH_H

#include "func/kernel.h"

/* FLOOR and CEIL of a number; of a timestamp they are func/time.c's. */
bool math_resolve_floor_or_ceil(Resolution *resolution, bool is_ceil);

#endif
