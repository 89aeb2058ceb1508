/* The syntax tree: what the parser makes of a script and the binder reads.
 *
 * Nodes live in the script's arena and are never changed once made. Lists are arrays with a count. Names keep the
 * case in which they were written; Flink's identifiers are case-sensitive, its keywords are not. The tree holds what
 * Flink's grammar knows, also where weir can't run it yet: refusing it by name is the binder's business.
 */
#ifndef WEIR_SQL_AST_H
#define WEIR_SQL_AST_H

#include "vec/arena.h"
#include "vec/error.h"

typedef struct AstExpr AstExpr;
typedef struct AstQuery AstQuery;
typedef struct AstFrom AstFrom;
typedef struct AstStatement AstStatement;

typedef struct AstName {
  const char *text;
  SourcePlace place;
} AstName;

/* catalog.database.table, or any tail of it. */
typedef struct AstPath {
  AstName *parts;
  uint32_t n_parts;
  SourcePlace place;
} AstPath;

/* A type as written: "DECIMAL(10, 2) NOT NULL". */
typedef struct AstType {
  const char *name;     /* upper case; "TIMESTAMP_LTZ" also for TIMESTAMP WITH LOCAL TIME ZONE, "DOUBLE" for DOUBLE
                           PRECISION, "ARRAY", "MAP", "ROW" for composite types */
  int64_t arguments[2]; /* in parentheses */
  uint32_t n_arguments;
  bool is_not_null;
  struct AstType *elements; /* ARRAY, MULTISET: 1; MAP: key, value; ROW: its fields */
  AstName *element_names;   /* ROW only, else NULL */
  uint32_t n_elements;
  const char *from; /* INTERVAL types: the units as written, "DAY" TO "SECOND"; `to` NULL: a single unit */
  const char *to;
  SourcePlace place;
} AstType;

/* ---- expressions ---- */

typedef enum AstExprKind {
  AST_COLUMN,         /* path */
  AST_STRING,         /* text: 'abc', already unescaped */
  AST_NUMBER,         /* text: as written; exact (1, 1.5) or approximate (1e0) */
  AST_BOOLEAN,        /* boolean */
  AST_NULL,           /* NULL; boolean: it was written UNKNOWN, whose type is known */
  AST_TIMESTAMP,      /* text: TIMESTAMP '...'; also DATE, TIME: name says which */
  AST_INTERVAL,       /* interval */
  AST_CALL,           /* call: functions, operators, CAST-free syntax such as EXTRACT */
  AST_CASE,           /* case_when */
  AST_CAST,           /* cast */
  AST_STAR,           /* the * of COUNT(*) */
  AST_SUBQUERY,       /* subquery: scalar, EXISTS, IN */
  AST_DESCRIPTOR,     /* DESCRIPTOR(a, b): call.arguments are columns */
  AST_TABLE_ARGUMENT, /* TABLE t, or (SELECT ...), as an argument of a table function: table */
  AST_NAMED_ARGUMENT  /* SIZE => expr: named */
} AstExprKind;

typedef enum AstSubqueryKind { SUBQUERY_SCALAR, SUBQUERY_EXISTS, SUBQUERY_IN } AstSubqueryKind;

typedef struct AstWhen {
  AstExpr *condition; /* of a simple CASE: the value to compare with */
  AstExpr *result;
} AstWhen;

typedef struct AstFrameBound {
  enum {
    FRAME_UNBOUNDED_PRECEDING,
    FRAME_PRECEDING,
    FRAME_CURRENT_ROW,
    FRAME_FOLLOWING,
    FRAME_UNBOUNDED_FOLLOWING
  } kind;
  AstExpr *offset; /* of PRECEDING and FOLLOWING */
} AstFrameBound;

typedef struct AstOrderItem {
  AstExpr *expr;
  bool is_descending;
  bool has_nulls_order;
  bool nulls_first;
} AstOrderItem;

/* OVER (...), or a definition in the WINDOW clause. */
typedef struct AstWindow {
  AstName *name; /* OVER w, or the window that this one extends; NULL: none */
  AstExpr **partition_by;
  uint32_t n_partition_by;
  AstOrderItem *order_by;
  uint32_t n_order_by;
  bool has_frame;
  bool is_range; /* else ROWS */
  AstFrameBound lower;
  AstFrameBound upper;
  SourcePlace place;
} AstWindow;

struct AstExpr {
  AstExprKind kind;
  SourcePlace place;
  union {
    AstPath path;
    struct {
      const char *text;
      const char *name; /* AST_TIMESTAMP: "TIMESTAMP", "DATE" or "TIME" */
      uint32_t n_bytes;
      bool is_approximate; /* AST_NUMBER */
    };
    bool boolean;
    struct {
      const char *text;
      bool is_negative;  /* INTERVAL -'1' DAY */
      const char *from;  /* unit: "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "QUARTER" */
      const char *to;    /* NULL: a single unit */
      int32_t precision; /* of the leading field; -1: not given */
      int32_t fraction;  /* of SECOND(p, f); -1: not given */
    } interval;
    struct {
      const char *name;    /* "SUM", "+", "AND", "IS NOT NULL", "NOT LIKE", "BETWEEN", "EXTRACT"...: upper case for
                              operators, as written for functions */
      AstExpr **arguments; /* EXTRACT, CEIL TO, TIMESTAMPADD: units come as AST_STRING; see parse_call.c */
      uint32_t n_arguments;
      bool is_operator;
      bool is_distinct;
      bool is_quoted;  /* the name was in backquotes */
      bool is_niladic; /* without parentheses: CURRENT_TIMESTAMP */
      AstExpr *filter; /* FILTER (WHERE ...) */
      AstWindow *over;
      AstOrderItem *within_group;
      uint32_t n_within_group;
    } call;
    struct {
      AstExpr *operand; /* NULL: searched CASE */
      AstWhen *whens;
      uint32_t n_whens;
      AstExpr *otherwise; /* NULL: none */
    } case_when;
    struct {
      AstExpr *operand;
      AstType type;
      bool is_try;
    } cast;
    struct {
      AstSubqueryKind kind;
      AstExpr *operand; /* of IN */
      bool is_negated;  /* NOT IN; NOT EXISTS is the operator NOT over EXISTS */
      AstQuery *query;
    } subquery;
    struct {
      AstFrom *from; /* FROM_TABLE or FROM_QUERY */
    } table;
    struct {
      AstName name;
      AstExpr *value;
    } named;
  };
};

/* ---- queries ---- */

typedef enum AstFromKind {
  FROM_TABLE,    /* table */
  FROM_QUERY,    /* (SELECT ...) */
  FROM_FUNCTION, /* TABLE(TUMBLE(...)), LATERAL TABLE(...), UNNEST(...) */
  FROM_JOIN
} AstFromKind;

typedef enum AstJoinKind {
  AST_JOIN_INNER,
  AST_JOIN_LEFT,
  AST_JOIN_RIGHT,
  AST_JOIN_FULL,
  AST_JOIN_CROSS /* CROSS JOIN, and the comma */
} AstJoinKind;

struct AstFrom {
  AstFromKind kind;
  SourcePlace place;
  AstName *alias;         /* NULL: none */
  AstName *alias_columns; /* AS t (a, b) */
  uint32_t n_alias_columns;
  union {
    struct {
      AstPath path;
      AstExpr *as_of; /* FOR SYSTEM_TIME AS OF ...; NULL: none */
      bool has_hints; /* OPTIONS hint */
    } table;
    AstQuery *query;
    struct {
      AstExpr *call; /* AST_CALL */
      bool is_lateral;
    } function;
    struct {
      AstJoinKind kind;
      AstFrom *left;
      AstFrom *right;
      AstExpr *on; /* NULL: none */
      AstName *using_columns;
      uint32_t n_using;
      bool is_natural;
    } join;
  };
};

typedef struct AstSelectItem {
  AstExpr *expr;   /* NULL for a star */
  AstName *alias;  /* NULL: none */
  AstPath star_of; /* t.*: the path before the star; n_parts 0 for a bare * */
  SourcePlace place;
} AstSelectItem;

typedef enum AstGroupKind { GROUP_PLAIN, GROUP_SETS, GROUP_ROLLUP, GROUP_CUBE } AstGroupKind;

/* One item of GROUP BY: an expression, or GROUPING SETS / ROLLUP / CUBE with its sets. */
typedef struct AstGroupItem {
  AstGroupKind kind;
  AstExpr *expr;   /* GROUP_PLAIN */
  AstExpr ***sets; /* else: sets[s][i] */
  uint32_t *set_sizes;
  uint32_t n_sets;
  SourcePlace place;
} AstGroupItem;

typedef struct AstSelect {
  bool is_distinct;
  AstSelectItem *items;
  uint32_t n_items;
  AstFrom *from; /* NULL: none */
  AstExpr *where;
  AstGroupItem *group_by;
  uint32_t n_group_by;
  bool has_group_by; /* GROUP BY () has no items */
  AstExpr *having;
  AstWindow *windows; /* WINDOW w AS (...): name is set */
  uint32_t n_windows;
} AstSelect;

typedef enum AstQueryKind { QUERY_SELECT, QUERY_VALUES, QUERY_SET_OPERATION } AstQueryKind;
typedef enum AstSetOperation { SET_UNION, SET_INTERSECT, SET_EXCEPT } AstSetOperation;

typedef struct AstWith {
  AstName name;
  AstName *columns;
  uint32_t n_columns;
  AstQuery *query;
} AstWith;

struct AstQuery {
  AstQueryKind kind;
  SourcePlace place;
  AstWith *with; /* in scope here and in what follows in the list */
  uint32_t n_with;
  union {
    AstSelect select;
    struct {
      AstExpr ***rows; /* rows[r][c] */
      uint32_t *row_sizes;
      uint32_t n_rows;
    } values;
    struct {
      AstSetOperation operation;
      bool is_all;
      AstQuery *left;
      AstQuery *right;
    } set;
  };
  AstOrderItem *order_by;
  uint32_t n_order_by;
  AstExpr *limit; /* NULL: none */
  AstExpr *offset;
};

/* ---- statements ---- */

typedef enum AstColumnKind { COLUMN_PHYSICAL, COLUMN_COMPUTED, COLUMN_METADATA } AstColumnKind;

typedef struct AstColumn {
  AstColumnKind kind;
  AstName name;
  AstType type;             /* not of COLUMN_COMPUTED */
  AstExpr *expr;            /* COLUMN_COMPUTED */
  const char *metadata_key; /* COLUMN_METADATA: FROM '...'; NULL: the column's name */
  bool is_virtual;
  bool is_primary_key; /* PRIMARY KEY NOT ENFORCED behind the column */
  const char *comment;
} AstColumn;

typedef struct AstOption {
  const char *key;
  const char *value;
  SourcePlace place; /* of the key */
} AstOption;

typedef struct AstCreateTable {
  AstPath path;
  bool is_temporary;
  bool if_not_exists;
  AstColumn *columns;
  uint32_t n_columns;
  AstName *watermark_column; /* NULL: no WATERMARK */
  AstExpr *watermark;
  AstName *primary_key;
  uint32_t n_primary_key;
  AstName *partitioned_by;
  uint32_t n_partitioned_by;
  AstOption *options;
  uint32_t n_options;
  const char *comment;
} AstCreateTable;

typedef struct AstCreateView {
  AstPath path;
  bool is_temporary;
  bool if_not_exists;
  AstName *columns;
  uint32_t n_columns;
  const char *comment; /* NULL: none */
  AstQuery *query;
} AstCreateView;

typedef struct AstInsert {
  AstPath path;
  AstName *columns; /* INSERT INTO t (a, b); n_columns 0: all */
  uint32_t n_columns;
  bool is_overwrite;
  AstQuery *query;
} AstInsert;

typedef enum AstStatementKind {
  STATEMENT_CREATE_TABLE,
  STATEMENT_CREATE_VIEW,
  STATEMENT_SET,   /* set */
  STATEMENT_RESET, /* set, without value; key NULL: everything */
  STATEMENT_INSERT,
  STATEMENT_SET_OF_INSERTS, /* EXECUTE STATEMENT SET BEGIN ... END */
  STATEMENT_EXPLAIN,        /* explain */
  STATEMENT_SELECT,         /* query */
  STATEMENT_OTHER           /* known to Flink, not to weir: name says which ("DROP TABLE", "SHOW") */
} AstStatementKind;

struct AstStatement {
  AstStatementKind kind;
  SourcePlace place;
  union {
    AstCreateTable create_table;
    AstCreateView create_view;
    struct {
      const char *key; /* NULL: SET without arguments lists the settings */
      const char *value;
    } set;
    AstInsert insert;
    struct {
      AstStatement **statements; /* STATEMENT_INSERT each */
      uint32_t n_statements;
    } set_of_inserts;
    struct {
      AstStatement *statement; /* what is explained */
      const char **details;    /* "ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE" */
      uint32_t n_details;
    } explain;
    AstQuery *query;
    const char *name;
  };
};

#endif
