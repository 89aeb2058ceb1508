/* Flink's rules for the types of results: LogicalTypeMerging and FlinkTypeSystem, restated.
 * All return nullable types; the caller knows better. */
#ifndef WEIR_FUNC_TYPE_RULES_H
#define WEIR_FUNC_TYPE_RULES_H

#include "vec/type.h"

/* INT and BIGINT as the DECIMAL that holds them: (10, 0) and (19, 0); a DECIMAL is itself. */
Type type_as_decimal(Type type);

Type decimal_sum_type(Type a, Type b); /* of a + b and a - b */
Type decimal_product_type(Type a, Type b);
Type decimal_quotient_type(Type a, Type b);
Type decimal_remainder_type(Type a, Type b);
Type decimal_round_type(Type a, int32_t digits); /* of ROUND(a, digits), digits known */

/* The least type that both fit, of two types that are similar (both numeric, both strings, both
 * timestamps, ...), else false. A bare NULL fits any. */
bool type_merge(Type a, Type b, Type *common);

#endif
