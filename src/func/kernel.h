/* What the area files of func/ share, and nobody outside it: the rows of the function table,
 * the kernels behind them, and the helpers with which a row fixes its types.
 *
 * A kernel computes one column from its argument columns, all rows at once. For a strict
 * function (the default) the engine has already set the result's validity to the AND of the
 * arguments', so the kernel is a plain loop over values that never looks at nulls: values of null
 * rows are readable and what it makes of them is never seen. It must write every row (a string
 * row at least as the empty view).
 *
 * A kernel that can fail computes all rows and, where a row does fail, asks kernel_is_active:
 * rows that their branch does not reach, or that are null, do not fail the job.
 */
#ifndef WEIR_FUNC_KERNEL_H
#define WEIR_FUNC_KERNEL_H

#include "func/function.h"
#include "vec/batch.h"

typedef struct KernelCall {
  const Expr *expr; /* the call: its type, its arguments' types, literals */
  const SessionSettings *settings;
  Arena *arena;           /* for the bytes of result strings; lives as long as the result */
  void **state;           /* the kernel's own between batches (a compiled pattern); NULL at first */
  const uint64_t *active; /* rows that count, NULL = all; only set for OVERLOAD_CAN_FAIL */
  uint64_t *null_bitmap;  /* where kernel_set_null makes a bitmap when there is none to write to */
  uint32_t n_rows;
  bool owns_valid; /* result->valid is null_bitmap already, or the kernel's own */
  Error *error;
} KernelCall;

typedef bool (*Kernel)(KernelCall *call, const Column *const *arguments, Column *result);

typedef enum OverloadFlags {
  OVERLOAD_NOT_STRICT = 1, /* sees nulls itself and sets result->valid (NULL on entry) */
  OVERLOAD_CAN_FAIL = 2,   /* a row can fail the job */
  OVERLOAD_IDENTITY = 4,   /* the result is argument 0 under another type: no kernel */
  OVERLOAD_VOLATILE = 8    /* differs from call to call: never folded, never shared */
} OverloadFlags;

/* Which rows reach which argument. */
typedef enum Laziness {
  LAZY_NONE = 0,
  LAZY_CASE, /* condition, value, condition, value, ..., else */
  LAZY_AND,  /* an argument is evaluated where none before it is FALSE */
  LAZY_OR    /* ... where none before it is TRUE */
} Laziness;

typedef struct Overload {
  Kernel kernel;
  uint32_t flags;
  Laziness laziness;
  void (*state_free)(void *state); /* NULL: free() */
} Overload;

/* One call being made. A function's `resolve` reads the arguments' types, may replace
 * arguments by casts of them, and fills in `type` and `overload`. */
typedef struct Resolution {
  Arena *arena;
  const Function *function;
  Expr **arguments;
  uint32_t n_arguments;
  SourcePlace place;
  const SessionSettings *settings;
  Error *error;
  Type type;
  const Overload *overload;
  Expr *rewritten; /* set instead of the two above: the call is short for this expression */
} Resolution;

enum { ARGUMENTS_ANY = 255 };

struct Function {
  const char *name;
  const char *signature;
  bool (*resolve)(Resolution *resolution);
  uint8_t n_least;
  uint8_t n_most;        /* ARGUMENTS_ANY: no limit */
  const void *parameter; /* for a resolve shared by several functions */
};

typedef struct FunctionArea {
  const Function *functions;
  size_t n_functions;
  bool takes_bare_null; /* its resolves see NULL literals without a type; else these are refused before */
} FunctionArea;

/* The areas; function.c lists them. */
extern const FunctionArea arithmetic_area, comparison_area, logic_area, conditional_area, cast_area, string_area,
    string_edit_area, encode_area, url_area, math_area, random_area, time_area, time_format_area, regex_area;

/* --- for resolve functions --- */

/* Does not take these arguments: says which and what it takes instead. */
bool resolution_refuse(Resolution *resolution);
static inline Type resolution_type(const Resolution *resolution, uint32_t i) { return resolution->arguments[i]->type; }
bool resolution_any_nullable(const Resolution *resolution);
/* Replaces argument i by an implicit cast to `type` (its nullability stays its own). */
bool resolution_cast(Resolution *resolution, uint32_t i, Type type);
/* Gives an argument that is a bare NULL the type. */
void resolution_cast_null(Resolution *resolution, uint32_t i, Type type);
/* Argument i may not be a bare NULL: false with the error when it is. */
bool resolution_check_null(Resolution *resolution, uint32_t i);
/* Sets the result and returns true; nullable when any argument is. */
bool resolution_result(Resolution *resolution, Type type, const Overload *overload);

/* The call itself, once type and overload are set; folded when it is constant. */
Expr *resolution_call(Resolution *resolution);
/* The call is short for name(arguments): false when that cannot be made. */
Expr *resolution_make(Resolution *resolution, const char *name, Expr *const *arguments, uint32_t n_arguments);
/* Makes a comparison of DOUBLEs that was just made see NaN as equal to itself and above all else. */
void comparison_order_totally(Expr *comparison);
static inline bool resolution_rewrite(Resolution *resolution, Expr *expr) {
  resolution->rewritten = expr;
  return expr != NULL;
}

/* --- for kernels --- */

static inline bool kernel_is_active(const KernelCall *call, uint32_t row) {
  return call->active == NULL || (call->active[row >> 6] >> (row & 63) & 1) != 0;
}
/* Fails the job at a row that is active. Always false. */
bool kernel_fail(KernelCall *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Makes result->valid a bitmap that may be written, keeping what it says. */
void kernel_own_valid(KernelCall *call, Column *result);
static inline void kernel_set_null(KernelCall *call, Column *result, uint32_t row) {
  if (!call->owns_valid) kernel_own_valid(call, result);
  column_set_null(result, row);
}
/* The function has no value for a row's arguments: null, or where the result's type is NOT NULL and the row is active,
 * a failure of the job, as it is Flink's. False when it has failed. */
bool kernel_no_value(KernelCall *call, Column *result, uint32_t row);
/* The literal that argument i is, or NULL when it varies (or is null). */
static inline const Value *kernel_constant(const KernelCall *call, uint32_t i) {
  const Expr *argument = call->expr->call.arguments[i];
  return argument->kind == EXPR_LITERAL && !argument->literal.is_null ? &argument->literal.value : NULL;
}
/* 64 BOOLEAN bytes from row 64 * word on as bits; rows past n_rows are 0. */
uint64_t kernel_bits(const uint8_t *bytes, uint32_t word, uint32_t n_rows);
/* Validity word of a column that may have no bitmap. */
static inline uint64_t kernel_valid_word(const Column *column, uint32_t word) {
  return column->valid == NULL ? ~UINT64_C(0) : column->valid[word];
}

/* Types in one line: "(INT, STRING NOT NULL)". */
const char *kernel_types_text(Arena *arena, Expr *const *arguments, uint32_t n_arguments);

#endif
