/* The plan: where compile time and run time meet. src/plan makes one from bound statements; src/run builds operators
 * from it; nothing else passes between the two halves.
 *
 * A plan is a graph of physical nodes, one per operator that will run. A node may have several parents: jobs of one
 * process that read the same table share its scan, which decodes the union of their columns once.
 * All of it lives in the plan's arena, expressions included, and is immutable once made.
 */
#ifndef WEIR_PLAN_PLAN_H
#define WEIR_PLAN_PLAN_H

#include "func/aggregate.h"
#include "func/expr.h"
#include "func/function.h"
#include "io/connector.h"
#include "vec/schema.h"

typedef enum PlanKind {
  PLAN_SCAN,       /* a table's splits, decoded, watermarked, merged in event-time order */
  PLAN_VALUES,     /* literal rows; a SELECT without FROM is one row without columns */
  PLAN_CALC,       /* filter, then projection */
  PLAN_WINDOW_TVF, /* adds window_start, window_end, window_time */
  PLAN_WINDOW_AGGREGATE,
  PLAN_OVER_AGGREGATE,
  PLAN_INTERVAL_JOIN,
  PLAN_UNION_ALL,
  PLAN_SINK,   /* INSERT INTO */
  PLAN_COLLECT /* rows of a bare SELECT, for the terminal */
} PlanKind;

typedef struct PlanNode PlanNode;

/* Columns that the scan decodes are those of `physical` marked in `wanted`, in schema order; `outputs`, `filter` and
 * `watermark` are expressions over these decoded columns. The watermark is computed before the filter drops rows. */
typedef struct PlanScan {
  TableOptions table;
  Schema physical;
  const bool *wanted;
  Expr *const *outputs;    /* one per column of node->schema */
  Expr *filter;            /* or NULL */
  Expr *watermark;         /* TIMESTAMP or TIMESTAMP_LTZ; NULL: the table has no row time */
  int64_t idle_timeout_ms; /* table.exec.source.idle-timeout; 0 = never idle */
} PlanScan;

typedef struct PlanValues {
  Expr *const *const *rows; /* rows[r][c], literals */
  uint32_t n_rows;
} PlanValues;

typedef struct PlanCalc {
  Expr *filter;         /* or NULL */
  Expr *const *outputs; /* one per column of node->schema */
} PlanCalc;

typedef enum WindowKind { WINDOW_TUMBLE = 0, WINDOW_ATTACHED /* window columns come with the rows */ } WindowKind;

typedef struct PlanWindow {
  WindowKind kind;
  uint32_t time_column; /* of the input; row time (ATTACHED: unused) */
  int64_t size_us;
  int64_t offset_us;
  uint32_t start_column; /* ATTACHED: of the input */
  uint32_t end_column;
} PlanWindow;

typedef struct PlanAggregate {
  AggregateCall call;
  int32_t argument_column; /* of the input; -1 for COUNT(*) */
  int32_t filter_column;   /* a BOOLEAN column of the input; -1 for none */
  bool is_distinct;
} PlanAggregate;

typedef enum WindowProperty { WINDOW_START, WINDOW_END, WINDOW_TIME } WindowProperty;

/* Output columns: keys, aggregates, then window properties, in that order. */
typedef struct PlanWindowAggregate {
  PlanWindow window;
  const uint32_t *key_columns;
  uint32_t n_keys;
  const PlanAggregate *aggregates;
  uint32_t n_aggregates;
  const WindowProperty *properties;
  uint32_t n_properties;
} PlanWindowAggregate;

/* RANGE BETWEEN preceding AND CURRENT ROW over the row time. Output columns: the input's, then one per aggregate. */
typedef struct PlanOverAggregate {
  const uint32_t *key_columns;
  uint32_t n_keys;
  uint32_t time_column;
  int64_t preceding_us;
  const PlanAggregate *aggregates; /* no filters, not distinct */
  uint32_t n_aggregates;
} PlanOverAggregate;

/* Which side's rows come out padded when they find no partner: two bits. */
typedef enum JoinKind { JOIN_INNER = 0, JOIN_LEFT = 1, JOIN_RIGHT = 2, JOIN_FULL = JOIN_LEFT | JOIN_RIGHT } JoinKind;

/* Matches where keys are equal and left.time + lower <= right.time <= left.time + upper. Output columns: those listed
 * of the left input, then those listed of the right. */
typedef struct PlanIntervalJoin {
  JoinKind kind;
  const uint32_t *left_keys;
  const uint32_t *right_keys;
  uint32_t n_keys;
  uint32_t left_time;
  uint32_t right_time;
  int64_t lower_us;
  int64_t upper_us;
  Expr *residual;               /* over all left columns, then all right columns; or NULL */
  const uint32_t *left_outputs; /* ascending */
  uint32_t n_left_outputs;
  const uint32_t *right_outputs;
  uint32_t n_right_outputs;
} PlanIntervalJoin;

typedef struct PlanSink {
  TableOptions table;
  Schema columns;           /* the sink's physical columns, in order: the input has exactly these */
  const uint32_t *not_null; /* columns declared NOT NULL whose input may be null: enforced (error, or drop) */
  uint32_t n_not_null;
  bool drops_null_rows; /* table.exec.sink.not-null-enforcer = DROP */
} PlanSink;

struct PlanNode {
  PlanKind kind;
  uint32_t id;        /* position in plan->nodes: inputs come before the nodes that read them */
  Schema schema;      /* output columns */
  int32_t row_time;   /* the row-time column of the output, -1 for none */
  bool has_watermark; /* its batches carry stamps: what it reads has a row time, even if the column is projected away */
  PlanNode **inputs;
  uint32_t n_inputs;
  SessionSettings settings; /* of the job that it belongs to; of a shared node, of the first one */
  SourcePlace place;
  union {
    PlanScan scan;
    PlanValues values;
    PlanCalc calc;
    PlanWindow window_tvf;
    PlanWindowAggregate window_aggregate;
    PlanOverAggregate over_aggregate;
    PlanIntervalJoin interval_join;
    PlanSink sink;
  };
};

/* One INSERT or bare SELECT. */
typedef struct PlanJob {
  const char *name; /* the sink table's name; "SELECT" for a bare one */
  const char *file; /* the script it stands in */
  PlanNode *root;   /* PLAN_SINK or PLAN_COLLECT */
} PlanJob;

typedef struct Plan {
  Arena *arena;
  PlanNode **nodes;
  uint32_t n_nodes;
  PlanJob *jobs;
  uint32_t n_jobs;
  /* Settings of the process as a whole: of the first script that sets them. */
  const char *dead_letter_path; /* NULL: skipped records are only counted */
  uint32_t batch_rows;
  int64_t commit_interval_ms;
} Plan;

#endif
