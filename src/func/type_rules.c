/* Flink's rules for the types of results. See org.apache.flink.table.types.logical.utils.LogicalTypeMerging
 * and the planner's FlinkTypeSystem, whose formulas these are. */
#include "func/type_rules.h"

#include <assert.h>

enum { ADJUSTED_SCALE_LEAST = 6 }; /* digits after the point that survive a result wider than 38 digits */

static int max_int(int a, int b) { return a > b ? a : b; }
static int min_int(int a, int b) { return a < b ? a : b; }

/* Past 38 digits the scale gives way, so that the digits before the point do not. */
static Type adjusted(int precision, int scale) {
  if (precision <= DECIMAL_PRECISION_MAX) return type_decimal(precision, scale, true);
  int whole_digits = precision - scale;
  int least = min_int(scale, ADJUSTED_SCALE_LEAST);
  return type_decimal(DECIMAL_PRECISION_MAX, max_int(DECIMAL_PRECISION_MAX - whole_digits, least), true);
}

Type type_as_decimal(Type type) {
  switch (type.kind) {
    case TYPE_INT:
      return type_decimal(10, 0, type.nullable);
    case TYPE_BIGINT:
      return type_decimal(19, 0, type.nullable);
    default:
      assert(type.kind == TYPE_DECIMAL);
      return type;
  }
}

Type decimal_sum_type(Type a, Type b) {
  int scale = max_int(a.scale, b.scale);
  return adjusted(max_int(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
}

Type decimal_product_type(Type a, Type b) { return adjusted(a.precision + b.precision + 1, a.scale + b.scale); }

Type decimal_quotient_type(Type a, Type b) {
  int scale = max_int(6, a.scale + b.precision + 1);
  return adjusted(a.precision - a.scale + b.scale + scale, scale);
}

Type decimal_remainder_type(Type a, Type b) {
  int scale = max_int(a.scale, b.scale);
  return adjusted(min_int(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

Type decimal_round_type(Type a, int32_t digits) {
  if (digits >= a.scale) return type_decimal(a.precision, a.scale, true);
  if (digits < 0) return type_decimal(min_int(DECIMAL_PRECISION_MAX, 1 + a.precision - a.scale), 0, true);
  return type_decimal(1 + a.precision - a.scale + digits, digits, true); /* rounding may carry into a new digit */
}

static bool is_exact(TypeKind kind) { return kind == TYPE_INT || kind == TYPE_BIGINT || kind == TYPE_DECIMAL; }

static Type merge_exact(Type a, Type b) {
  if (a.kind != TYPE_DECIMAL && b.kind != TYPE_DECIMAL) return type_make(max_int(a.kind, b.kind), true);
  a = type_as_decimal(a);
  b = type_as_decimal(b);
  int whole_digits = min_int(max_int(a.precision - a.scale, b.precision - b.scale), DECIMAL_PRECISION_MAX);
  int scale = min_int(max_int(a.scale, b.scale), DECIMAL_PRECISION_MAX - whole_digits);
  return type_decimal(whole_digits + scale, scale, true);
}

bool type_merge(Type a, Type b, Type *common) {
  bool nullable = a.nullable || b.nullable || a.kind == TYPE_NULL || b.kind == TYPE_NULL;
  if (a.kind == TYPE_NULL || b.kind == TYPE_NULL) {
    *common = a.kind == TYPE_NULL ? b : a;
  } else if (is_exact(a.kind) && is_exact(b.kind)) {
    *common = merge_exact(a, b);
  } else if (type_is_numeric(a.kind) && type_is_numeric(b.kind)) {
    *common = type_make(TYPE_DOUBLE, true);
  } else if (type_is_string(a.kind) && type_is_string(b.kind)) {
    bool is_fixed = a.kind == TYPE_CHAR && b.kind == TYPE_CHAR && a.precision == b.precision;
    int length = max_int(a.precision, b.precision);
    *common = is_fixed ? type_char(length, true) : type_varchar(length, true);
  } else if (type_is_timestamp(a.kind) && type_is_timestamp(b.kind)) {
    TypeKind kind = a.kind == b.kind ? a.kind : TYPE_TIMESTAMP_LTZ;
    *common = type_timestamp(kind, max_int(a.precision, b.precision), true);
  } else if (a.kind == b.kind) {
    *common = a;
  } else {
    return false;
  }
  common->nullable = nullable;
  common->is_row_time = false;
  return true;
}
