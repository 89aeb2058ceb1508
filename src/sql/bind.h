/* From syntax tree to logical plan: names resolved, types known, implicit casts made explicit. Whatever weir does not
 * support is refused here by its name and place. */
#ifndef WEIR_SQL_BIND_H
#define WEIR_SQL_BIND_H

#include "sql/logical.h"
#include "sql/session.h"

/* What binding needs: the arena that the result lives in, the names, the settings. */
typedef struct BindContext {
  Arena *arena;
  const Catalog *catalog;
  SessionSettings settings;
} BindContext;

/* A query's plan; its columns have the names that Flink gives them. NULL with *error. */
Logical *bind_query(const BindContext *context, const AstQuery *query, Error *error);

/* INSERT: the query's plan with a projection on top that yields exactly the sink's physical columns. */
Logical *bind_insert(const BindContext *context, const AstInsert *insert, const Table **sink, Error *error);

/* CREATE TABLE: types, computed columns, watermark and keys checked. NULL with *error. */
Table *bind_table(const BindContext *context, const AstCreateTable *create, Error *error);

/* CREATE VIEW: checks that its query can be bound. It is bound again wherever the view is used. */
bool bind_view(const BindContext *context, const AstCreateView *view, Error *error);

/* The name of a path that must be a plain one or in default_catalog.default_database. NULL with *error. */
const char *bind_path(const AstPath *path, Error *error);

#endif
