/* Tables and views by name. A table's types are resolved and its computed columns and watermark bound when it is
 * created; its options are checked when it is used, as in Flink. A view is bound where it is used. */
#ifndef WEIR_SQL_CATALOG_H
#define WEIR_SQL_CATALOG_H

#include "func/expr.h"
#include "io/connector.h"
#include "sql/ast.h"

typedef struct TableColumn {
  AstColumnKind kind;
  Expr *expr;          /* COLUMN_COMPUTED: over the table's physical columns */
  const char *comment; /* NULL: none */
} TableColumn;

typedef struct Table {
  TableOptions options;
  Schema schema; /* all columns, in order */
  const TableColumn *columns;
  Schema physical;             /* those that the format reads and writes */
  const uint32_t *physical_of; /* per column of schema: its index in `physical` (undefined for computed ones) */
  int32_t row_time;            /* column with the watermark, -1: none */
  Expr *watermark;             /* over the physical columns */
  const uint32_t *primary_key;
  uint32_t n_primary_key;
} Table;

typedef struct CatalogEntry {
  const char *name;
  const Table *table; /* one of the two is NULL */
  const AstCreateView *view;
  SourcePlace place;
} CatalogEntry;

typedef struct Catalog Catalog;

Catalog *catalog_new(void);
Catalog *catalog_copy(const Catalog *catalog); /* shares the entries, not the list */
void catalog_free(Catalog *catalog);

/* NULL when there is none. */
const CatalogEntry *catalog_find(const Catalog *catalog, const char *name);
/* False with an error when the name is taken. The entry is copied; what it points to must outlive the catalog. */
bool catalog_add(Catalog *catalog, const CatalogEntry *entry, Error *error);
const char *catalog_nearest_name(const Catalog *catalog, const char *name);

#endif
