/* The columns of a table, a view or an operator's output: names and types. */
#ifndef WEIR_VEC_SCHEMA_H
#define WEIR_VEC_SCHEMA_H

#include "vec/type.h"

typedef struct Field {
  const char *name; /* UTF-8, as written; lives in the script's arena */
  Type type;
} Field;

typedef struct Schema {
  Field *fields;
  uint32_t n_fields;
} Schema;

/* Index of the field of that exact name (Flink's names are case-sensitive), or -1. */
int schema_find(const Schema *schema, const char *name);

#endif
