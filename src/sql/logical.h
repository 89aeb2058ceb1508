/* The logical plan: what a query means, before it is decided how it runs. Relational algebra over typed expressions;
 * the binder makes it, src/plan rewrites it and turns it into operators. Nodes are immutable and live in an arena. */
#ifndef WEIR_SQL_LOGICAL_H
#define WEIR_SQL_LOGICAL_H

#include "func/aggregate.h"
#include "sql/catalog.h"

typedef enum LogicalKind {
  LOGICAL_SCAN, /* a table */
  LOGICAL_VALUES,
  LOGICAL_FILTER,
  LOGICAL_PROJECT,
  LOGICAL_WINDOW,    /* TUMBLE: input columns, then window_start, window_end, window_time */
  LOGICAL_AGGREGATE, /* output: keys, then aggregates */
  LOGICAL_OVER,      /* input columns, then one column per aggregate */
  LOGICAL_JOIN,      /* left columns, then right columns */
  LOGICAL_UNION_ALL
} LogicalKind;

/* Which columns of a node's output are those of a window; -1: none. They survive projections, so that a second
 * aggregation over the same windows is known for one. */
typedef struct WindowColumns {
  int32_t start;
  int32_t end;
  int32_t time;
} WindowColumns;

typedef struct LogicalAggregateCall {
  AggregateCall call;
  Expr *argument; /* over the input; NULL for COUNT(*) */
  Expr *filter;   /* BOOLEAN, or NULL */
  bool is_distinct;
} LogicalAggregateCall;

typedef struct Logical Logical;

struct Logical {
  LogicalKind kind;
  SourcePlace place;
  Schema schema;
  WindowColumns window;
  Logical **inputs;
  uint32_t n_inputs;
  union {
    const Table *table;
    struct {
      Expr ***rows; /* rows[r][c], literals or constant calls */
      uint32_t n_rows;
    } values;
    Expr *filter;
    Expr **project;
    struct {
      uint32_t time_column;
      int64_t size_us;
      int64_t offset_us;
    } tumble;
    struct {
      Expr **keys; /* over the input */
      uint32_t n_keys;
      LogicalAggregateCall *calls;
      uint32_t n_calls;
    } aggregate;
    struct {
      Expr **partition_by;
      uint32_t n_partition_by;
      uint32_t time_column;
      int64_t preceding_us; /* RANGE BETWEEN this PRECEDING AND CURRENT ROW */
      LogicalAggregateCall *calls;
      uint32_t n_calls;
    } over;
    struct {
      AstJoinKind kind;
      Expr *condition; /* over left then right columns; NULL: none */
    } join;
  };
};

#endif
