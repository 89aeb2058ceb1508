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

/* A name of WITH, and those in force where it was defined. */
typedef struct WithScope {
  const struct WithScope *outer;
  const char *name;
  const AstWith *with;
  bool is_used;
} WithScope;

/* Aggregates found while an expression is bound: they become columns behind the group keys. */
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

typedef struct Binder {
  const BindContext *context;
  Arena *arena;
  const WithScope *with;
  uint32_t view_depth;
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
Expr *bind_interval(Binder *binder, const AstExpr *ast);
/* A type as written; false with an error for what weir does not have. */
bool bind_type(const AstType *ast, Type *type, Error *error);
/* The one column that a name means; false with an error (unknown, ambiguous). */
bool scope_find(const Scope *scope, const AstPath *path, uint32_t *column, Error *error);
/* Calls a function by name; the error names the nearest when there is none. */
Expr *bind_call(Binder *binder, const char *name, Expr *const *arguments, uint32_t n_arguments, SourcePlace place);
/* `left` AND `right`; either may be NULL. */
Expr *bind_and(Binder *binder, Expr *left, Expr *right);

Logical *bind_query_in(Binder *binder, const AstQuery *query);
/* TABLE(TUMBLE(...)) */
Logical *bind_table_function(Binder *binder, const AstFrom *from);
/* A table, view or WITH name. */
Logical *bind_named_table(Binder *binder, const AstFrom *from);

Logical *logical_new(Binder *binder, LogicalKind kind, SourcePlace place, uint32_t n_inputs);
/* A projection; keeps the window columns of the input that are passed on. Names and expressions are copied. */
Logical *logical_project(Binder *binder, Logical *input, Expr *const *exprs, const char *const *names, uint32_t n_exprs,
                         SourcePlace place);
Logical *logical_filter(Binder *binder, Logical *input, Expr *condition, SourcePlace place);

#endif
