/* What the bind_*.c files share, and nobody outside them. */
#ifndef WEIR_SQL_BINDER_H
#define WEIR_SQL_BINDER_H

#include "sql/bind.h"

/* A name in FROM and the columns it stands for: columns [first, first + n) of the input. */
typedef struct ScopeRelation {
  const char *alias; /* NULL: a derived table without a name */
  uint32_t first_column;
  uint32_t n_columns;
} ScopeRelation;

/* What column names mean at one place of a query. */
typedef struct Scope {
  const Schema *schema; /* of the input */
  ScopeRelation *relations;
  uint32_t n_relations;
} Scope;

/* A name of WITH, bound where it is defined, and the names in force before it. */
typedef struct WithScope {
  const struct WithScope *outer;
  const char *name;
  Logical *plan;
} WithScope;

/* Aggregates found while an expression is bound: they stand in it as columns behind the input's, until
 * grouping_rewrite knows which of its parts are group keys. */
typedef struct Grouping {
  Expr **keys; /* over the input */
  uint32_t n_keys;
  LogicalAggregateCall *calls;
  uint32_t n_calls;
} Grouping;

/* OVER calls found while a select list is bound: they become columns behind the input's. */
typedef struct OverCalls {
  const AstWindow *window; /* that of the first; all must be alike */
  Expr **partition_by;
  uint32_t n_partition_by;
  uint32_t time_column;
  int64_t preceding_us;
  LogicalAggregateCall *calls;
  uint32_t n_calls;
} OverCalls;

enum { COLUMNS_MAX = 4096 };

typedef struct Binder {
  const BindContext *context;
  Arena *arena;
  const WithScope *with;
  const Schema *target; /* an INSERT's columns, which give bare NULLs of its query their types; or NULL */
  Error *error;
} Binder;

/* Where an expression stands decides what it may hold. */
typedef struct ExprContext {
  Binder *binder;
  const Scope *scope;
  Grouping *grouping;      /* NULL: no aggregates here */
  OverCalls *over;         /* NULL: no OVER here */
  const AstSelect *select; /* for its named windows; may be NULL */
  const char *clause;      /* "WHERE", for messages */
  bool in_aggregate;
} ExprContext;

/* NULL with the binder's error set. */
Expr *bind_expression(const ExprContext *context, const AstExpr *ast);
/* The same, and it must be BOOLEAN. */
Expr *bind_condition(const ExprContext *context, const AstExpr *ast);
/* Constants. */
Expr *bind_interval(Binder *binder, const AstExpr *ast);
Expr *bind_number(Binder *binder, const AstExpr *ast, bool is_negative);
Expr *bind_string(Binder *binder, const AstExpr *ast);
Expr *bind_boolean(Binder *binder, bool value, SourcePlace place);
Expr *bind_timestamp(Binder *binder, const AstExpr *ast);
/* A type as written; false with an error for what weir does not have. */
bool bind_type(const AstType *ast, Type *type, Error *error);
/* The one column that a name means; false with an error (unknown, ambiguous). */
bool scope_find(const Scope *scope, const AstPath *path, uint32_t *column, Error *error);
/* The relation of that name, or NULL with an error that names the nearest. */
const ScopeRelation *scope_find_relation(const Scope *scope, const AstPath *path, uint32_t n_parts, Error *error);
/* Calls a function by name; the error names the nearest when there is none. */
Expr *bind_call(Binder *binder, const char *name, Expr *const *arguments, uint32_t n_arguments, SourcePlace place);
/* `left` AND `right`; either may be NULL. */
Expr *bind_and(Binder *binder, Expr *left, Expr *right);

/* Whether an aggregate function stands in it, outside of OVER. */
bool has_aggregate(const AstExpr *ast);
/* An aggregate function's call: a column behind the input's. */
Expr *bind_aggregate(const ExprContext *context, const AstExpr *ast, const Aggregate *aggregate);
/* The same with OVER. */
Expr *bind_over(const ExprContext *context, const AstExpr *ast);
/* From an expression over the input and the aggregates behind it to one over keys and aggregates; NULL with an error
 * for a column that is not grouped. */
Expr *grouping_rewrite(Binder *binder, const Grouping *grouping, const Schema *input, Expr *expr, const char *clause);

Logical *bind_query_in(Binder *binder, const AstQuery *query);
/* FROM, with the names that it makes visible. */
Logical *bind_from(Binder *binder, const AstFrom *from, Scope *scope);
/* TABLE(TUMBLE(...)) */
Logical *bind_table_function(Binder *binder, const AstFrom *from);

/* What is right for Flink and not there yet, with a hint or none (NULL). Always NULL, so that it can be returned. */
void *bind_unsupported(Binder *binder, SourcePlace place, const char *what, const char *hint);
/* Whether Flink has a function of that name which weir does not. */
bool is_flink_function(const char *name);

Logical *logical_new(Binder *binder, LogicalKind kind, SourcePlace place, uint32_t n_inputs);
/* A projection; keeps the window columns of the input that are passed on. Names and expressions are copied. */
Logical *logical_project(Binder *binder, Logical *input, Expr *const *exprs, const char *const *names, uint32_t n_exprs,
                         SourcePlace place);
Logical *logical_filter(Binder *binder, Logical *input, Expr *condition, SourcePlace place);
/* One row without columns: what a SELECT without FROM reads. */
Logical *logical_one_row(Binder *binder, SourcePlace place);

#endif
