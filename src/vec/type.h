/* SQL types as Flink has them, and how their values lie in memory.
 *
 *   type                      values in a column    unit
 *   BOOLEAN                   uint8_t               0 or 1
 *   INT                       int32_t
 *   BIGINT                    int64_t
 *   DOUBLE                    double
 *   DECIMAL(p, s), p <= 38    int128_t              unscaled: 1.25 in (3, 2) is 125
 *   CHAR(n), VARCHAR(n)       StringView            UTF-8; n counts code points; STRING is VARCHAR(2147483647)
 *   TIMESTAMP(p), p <= 6      int64_t               microseconds since 1970-01-01 00:00:00, no zone
 *   TIMESTAMP_LTZ(p), p <= 6  int64_t               microseconds since the epoch, UTC
 *   INTERVAL DAY TO SECOND    int64_t               milliseconds, as in Flink
 *   INTERVAL YEAR TO MONTH    int64_t               months
 *   NULL                      uint8_t               the type of a bare NULL literal; every row is null
 */
#ifndef WEIR_VEC_TYPE_H
#define WEIR_VEC_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef __int128 int128_t;
typedef unsigned __int128 uint128_t;

typedef enum TypeKind {
  TYPE_NULL = 0,
  TYPE_BOOLEAN,
  TYPE_INT,
  TYPE_BIGINT,
  TYPE_DOUBLE,
  TYPE_DECIMAL,
  TYPE_CHAR,
  TYPE_VARCHAR,
  TYPE_TIMESTAMP,
  TYPE_TIMESTAMP_LTZ,
  TYPE_INTERVAL_DAY_TIME,
  TYPE_INTERVAL_YEAR_MONTH,
  TYPE_KIND_COUNT
} TypeKind;

typedef struct Type {
  TypeKind kind;
  bool nullable;
  bool is_row_time;  /* the table's event-time attribute: has a WATERMARK */
  int32_t precision; /* DECIMAL digits, CHAR/VARCHAR length, TIMESTAMP fraction digits */
  int32_t scale;     /* DECIMAL only */
} Type;

enum { DECIMAL_PRECISION_MAX = 38, TIMESTAMP_PRECISION_MAX = 6, STRING_LENGTH_MAX = 2147483647, TYPE_NAME_MAX = 64 };

/* How a type's values lie in memory: kernels are chosen by this. */
typedef enum Physical {
  PHYSICAL_BOOL, /* uint8_t */
  PHYSICAL_INT32,
  PHYSICAL_INT64,
  PHYSICAL_DOUBLE,
  PHYSICAL_INT128,
  PHYSICAL_STRING, /* StringView */
  PHYSICAL_COUNT
} Physical;

Physical type_physical(TypeKind kind);
size_t physical_bytes(Physical physical); /* bytes of one value: 1, 4, 8, 8, 16, 16 */

Type type_make(TypeKind kind, bool nullable);
Type type_decimal(int precision, int scale, bool nullable);
Type type_string(bool nullable); /* STRING */
Type type_char(int length, bool nullable);
Type type_varchar(int length, bool nullable);
Type type_timestamp(TypeKind kind, int precision, bool nullable);

/* Same kind, precision and scale; nullability and the row-time mark are not compared. */
bool type_same(Type a, Type b);
bool type_is_numeric(TypeKind kind);
bool type_is_string(TypeKind kind);
bool type_is_timestamp(TypeKind kind);
bool type_is_interval(TypeKind kind);

/* Flink's summary string: "DECIMAL(10, 2)", "STRING", "TIMESTAMP(3) NOT NULL" (a row-time
 * type as Flink prints it: "TIMESTAMP(3) *ROWTIME*"; intervals of whatever units are
 * "INTERVAL SECOND(3)" or "INTERVAL MONTH"). Returns `text`. */
const char *type_name(Type type, char text[TYPE_NAME_MAX]);

#endif
