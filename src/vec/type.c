/* See type.h. */
#include "vec/type.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "vec/string_view.h"

Physical type_physical(TypeKind kind) {
  static const Physical PHYSICAL[TYPE_KIND_COUNT] = {
      [TYPE_NULL] = PHYSICAL_BOOL,
      [TYPE_BOOLEAN] = PHYSICAL_BOOL,
      [TYPE_INT] = PHYSICAL_INT32,
      [TYPE_BIGINT] = PHYSICAL_INT64,
      [TYPE_DOUBLE] = PHYSICAL_DOUBLE,
      [TYPE_DECIMAL] = PHYSICAL_INT128,
      [TYPE_CHAR] = PHYSICAL_STRING,
      [TYPE_VARCHAR] = PHYSICAL_STRING,
      [TYPE_TIMESTAMP] = PHYSICAL_INT64,
      [TYPE_TIMESTAMP_LTZ] = PHYSICAL_INT64,
      [TYPE_INTERVAL_DAY_TIME] = PHYSICAL_INT64,
      [TYPE_INTERVAL_YEAR_MONTH] = PHYSICAL_INT64,
  };
  assert(kind < TYPE_KIND_COUNT);
  return PHYSICAL[kind];
}

size_t physical_bytes(Physical physical) {
  static const size_t BYTES[PHYSICAL_COUNT] = {
      [PHYSICAL_BOOL] = 1,   [PHYSICAL_INT32] = 4,   [PHYSICAL_INT64] = 8,
      [PHYSICAL_DOUBLE] = 8, [PHYSICAL_INT128] = 16, [PHYSICAL_STRING] = sizeof(StringView),
  };
  assert(physical < PHYSICAL_COUNT);
  return BYTES[physical];
}

Type type_make(TypeKind kind, bool nullable) { return (Type){.kind = kind, .nullable = nullable}; }

Type type_decimal(int precision, int scale, bool nullable) {
  assert(precision >= 1 && precision <= DECIMAL_PRECISION_MAX && scale >= 0 && scale <= precision);
  return (Type){.kind = TYPE_DECIMAL, .nullable = nullable, .precision = precision, .scale = scale};
}

Type type_char(int length, bool nullable) {
  return (Type){.kind = TYPE_CHAR, .nullable = nullable, .precision = length};
}

Type type_varchar(int length, bool nullable) {
  return (Type){.kind = TYPE_VARCHAR, .nullable = nullable, .precision = length};
}

Type type_string(bool nullable) { return type_varchar(STRING_LENGTH_MAX, nullable); }

Type type_timestamp(TypeKind kind, int precision, bool nullable) {
  assert(type_is_timestamp(kind) && precision >= 0 && precision <= TIMESTAMP_PRECISION_MAX);
  return (Type){.kind = kind, .nullable = nullable, .precision = precision};
}

bool type_same(Type a, Type b) { return a.kind == b.kind && a.precision == b.precision && a.scale == b.scale; }

bool type_is_numeric(TypeKind kind) {
  return kind == TYPE_INT || kind == TYPE_BIGINT || kind == TYPE_DOUBLE || kind == TYPE_DECIMAL;
}
bool type_is_string(TypeKind kind) { return kind == TYPE_CHAR || kind == TYPE_VARCHAR; }
bool type_is_timestamp(TypeKind kind) { return kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMP_LTZ; }
bool type_is_interval(TypeKind kind) { return kind == TYPE_INTERVAL_DAY_TIME || kind == TYPE_INTERVAL_YEAR_MONTH; }

const char *type_name(Type type, char text[TYPE_NAME_MAX]) {
  switch (type.kind) {
    case TYPE_NULL:
      return strcpy(text, "NULL"); /* always nullable: no suffix */
    case TYPE_BOOLEAN:
      strcpy(text, "BOOLEAN");
      break;
    case TYPE_INT:
      strcpy(text, "INT");
      break;
    case TYPE_BIGINT:
      strcpy(text, "BIGINT");
      break;
    case TYPE_DOUBLE:
      strcpy(text, "DOUBLE");
      break;
    case TYPE_DECIMAL:
      snprintf(text, TYPE_NAME_MAX, "DECIMAL(%d, %d)", type.precision, type.scale);
      break;
    case TYPE_CHAR:
      snprintf(text, TYPE_NAME_MAX, "CHAR(%d)", type.precision);
      break;
    case TYPE_VARCHAR:
      if (type.precision == STRING_LENGTH_MAX) {
        strcpy(text, "STRING");
      } else {
        snprintf(text, TYPE_NAME_MAX, "VARCHAR(%d)", type.precision);
      }
      break;
    case TYPE_TIMESTAMP:
      snprintf(text, TYPE_NAME_MAX, "TIMESTAMP(%d)", type.precision);
      break;
    case TYPE_TIMESTAMP_LTZ:
      snprintf(text, TYPE_NAME_MAX, "TIMESTAMP_LTZ(%d)", type.precision);
      break;
    case TYPE_INTERVAL_DAY_TIME:
      strcpy(text, "INTERVAL SECOND(3)");
      break;
    case TYPE_INTERVAL_YEAR_MONTH:
      strcpy(text, "INTERVAL MONTH");
      break;
    case TYPE_KIND_COUNT:
      assert(!"not a type");
      break;
  }
  if (!type.nullable) strcat(text, " NOT NULL");
  if (type.is_row_time) strcat(text, " *ROWTIME*");
  return text;
}
