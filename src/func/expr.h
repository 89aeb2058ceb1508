/* Typed expressions: what the binder makes of SQL text and what a Program
 * (func/program.h) evaluates over batches. A tree in the plan's arena, immutable
 * once made; implicit casts are explicit calls in it, so evaluation never converts.
 */
#ifndef WEIR_FUNC_EXPR_H
#define WEIR_FUNC_EXPR_H

#include "vec/arena.h"
#include "vec/error.h"
#include "vec/schema.h"
#include "vec/string_view.h"

typedef enum ExprKind {
  EXPR_COLUMN,  /* a column of the input */
  EXPR_LITERAL, /* a constant, perhaps NULL */
  EXPR_CALL     /* a scalar function, operator, CASE or cast */
} ExprKind;

/* One value of any type; the type beside it says which member. */
typedef union Value {
  bool boolean;
  int32_t int32;
  int64_t int64; /* BIGINT, timestamps in us, intervals */
  double float64;
  int128_t int128; /* DECIMAL, unscaled */
  StringView string;
} Value;

struct Function;
struct Overload;

typedef struct Expr {
  ExprKind kind;
  Type type;
  SourcePlace place;
  union {
    uint32_t column;
    struct {
      bool is_null;
      Value value;
    } literal;
    struct {
      const struct Function *function;
      const struct Overload *overload; /* the kernel chosen for the argument types */
      struct Expr **arguments;
      uint32_t n_arguments;
    } call;
  };
} Expr;

Expr *expr_column(Arena *arena, uint32_t column, Type type, SourcePlace place);
Expr *expr_literal(Arena *arena, Type type, Value value, SourcePlace place);
Expr *expr_null(Arena *arena, Type type, SourcePlace place);

/* Structural equality; places are not compared. Calls of functions whose result varies
 * from call to call are never equal. */
bool expr_equal(const Expr *a, const Expr *b);

/* A copy in which column i is replaced by columns[i] (an expression over another
 * input): how projections are merged and predicates pushed down. */
Expr *expr_substitute(Arena *arena, const Expr *expr, Expr *const *columns);

/* Marks used[i] for every input column that occurs in the expression. */
void expr_mark_columns(const Expr *expr, bool *used);

/* SQL-like text for EXPLAIN and messages; names come from the schema (or $i if NULL). */
const char *expr_text(Arena *arena, const Expr *expr, const Schema *input);

#endif
