/* Expressions compiled to a list of steps over columns, and their evaluation.
 *
 * Compiling walks each tree once. A sub-expression that was met before is the same value and costs
 * nothing again. Every value has an entry in `values`: an input column, a constant, an alias (a
 * cast that only changes the type) or the result of a step.
 *
 * Branches. A sub-expression that cannot fail is evaluated for all rows, wherever it stands:
 * that is cheaper than choosing rows, and it can be shared freely. One that can fail is evaluated
 * for all rows too, but under a mask of the rows that reach it (a `Guard`), outside of which
 * its failures do not count. Guards form a tree, so a value computed under one may be reused under
 * any guard inside it.
 *
 * Memory. Results that leave with the output batch live in its arena. All others live in buffers
 * of the program, shared by values whose lives do not overlap, so that a batch is evaluated in
 * memory that is in the cache already.
 */
#include "func/program.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "func/kernel.h"
#include "vec/memory.h"

enum { NONE = UINT32_MAX };

typedef enum ValueKind { VALUE_INPUT, VALUE_CONSTANT, VALUE_ALIAS, VALUE_STEP } ValueKind;

typedef struct ProgramValue {
  ValueKind kind;
  const Expr *expr;
  uint64_t hash;
  uint32_t source;   /* VALUE_ALIAS: the value it renames; VALUE_INPUT: the column */
  uint32_t guard;    /* under which it was computed; 0 = all rows */
  uint32_t last_use; /* the last step that reads it (of the value that owns the memory) */
  uint32_t buffer;   /* VALUE_STEP: the buffer that it uses when it does not leave */
  bool leaves;       /* is (the memory of) an output column */
  Column column;     /* of the batch being evaluated; constants: always */
  uint64_t *bitmap;  /* VALUE_STEP: room for its own validity when it does not leave */
} ProgramValue;

typedef enum GuardKind { GUARD_TRUE, GUARD_NOT_TRUE, GUARD_NOT_FALSE } GuardKind;

/* The rows of `parent` at which a value is TRUE (or not TRUE, not FALSE). */
typedef struct Guard {
  uint32_t parent;
  uint32_t value;
  GuardKind kind;
  uint64_t *mask;
} Guard;

/* Either computes value `value`, or the mask of guard `guard`. */
typedef struct Step {
  uint32_t value; /* NONE: a guard step */
  uint32_t guard;
  uint32_t *arguments; /* indices of values */
  const Column **columns;
  void *state;
} Step;

typedef struct Buffer {
  size_t width;
  uint32_t free_after; /* last step that uses it */
  void *memory;
} Buffer;

struct Program {
  SessionSettings settings;
  ProgramValue *values;
  size_t n_values, values_capacity;
  Guard *guards; /* [0] stands for all rows */
  size_t n_guards, guards_capacity;
  Step *steps;
  size_t n_steps, steps_capacity;
  Buffer *buffers;
  size_t n_buffers, buffers_capacity;
  uint32_t *roots;
  uint32_t n_roots;
  uint32_t capacity_rows; /* of buffers, bitmaps, masks and constants */
  Arena *constants;
  Arena *selection_arena; /* strings made while selecting */
  uint64_t *active_bitmap;
  bool strings_leave; /* an output column's views may point into input, constants */
};

/* --- compiling --- */

static uint64_t hash_mix(uint64_t hash, uint64_t more) {
  return (hash ^ more) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
}

static uint64_t expr_hash(const Expr *expr) {
  uint64_t hash = hash_mix((uint64_t)expr->kind + 1, (uint64_t)expr->type.kind);
  if (expr->kind == EXPR_COLUMN) return hash_mix(hash, expr->column);
  if (expr->kind == EXPR_LITERAL) return hash; /* few enough to compare */
  hash = hash_mix(hash, (uint64_t)(uintptr_t)expr->call.overload);
  for (uint32_t i = 0; i < expr->call.n_arguments; i++) hash = hash_mix(hash, expr_hash(expr->call.arguments[i]));
  return hash;
}

static bool expr_can_fail(const Expr *expr) {
  if (expr->kind != EXPR_CALL) return false;
  if ((expr->call.overload->flags & OVERLOAD_CAN_FAIL) != 0) return true;
  for (uint32_t i = 0; i < expr->call.n_arguments; i++)
    if (expr_can_fail(expr->call.arguments[i])) return true;
  return false;
}

static bool guard_is_inside(const Program *program, uint32_t inner, uint32_t outer) {
  while (inner != outer && inner != 0) inner = program->guards[inner].parent;
  return inner == outer;
}

static uint32_t value_new(Program *program, ValueKind kind, const Expr *expr, uint64_t hash) {
  program->values =
      memory_grow(program->values, &program->values_capacity, program->n_values + 1, sizeof *program->values);
  program->values[program->n_values] = (ProgramValue){.kind = kind, .expr = expr, .hash = hash, .buffer = NONE};
  return (uint32_t)program->n_values++;
}

static Step *step_new(Program *program) {
  program->steps = memory_grow(program->steps, &program->steps_capacity, program->n_steps + 1, sizeof *program->steps);
  Step *step = &program->steps[program->n_steps++];
  *step = (Step){.value = NONE, .guard = NONE};
  return step;
}

static uint32_t guard_new(Program *program, uint32_t parent, uint32_t value, GuardKind kind) {
  for (uint32_t i = 1; i < program->n_guards; i++) {
    const Guard *guard = &program->guards[i];
    if (guard->parent == parent && guard->value == value && guard->kind == kind) return i;
  }
  program->guards =
      memory_grow(program->guards, &program->guards_capacity, program->n_guards + 1, sizeof *program->guards);
  program->guards[program->n_guards] = (Guard){.parent = parent, .value = value, .kind = kind};
  step_new(program)->guard = (uint32_t)program->n_guards;
  return (uint32_t)program->n_guards++;
}

static uint32_t compile(Program *program, const Expr *expr, uint32_t guard);

/* The arguments of a function that does not evaluate all of them for every row. A guard is made only
 * where an argument that it would protect can fail. */
static void compile_lazily(Program *program, const Expr *expr, uint32_t guard, uint32_t *arguments) {
  uint32_t n = expr->call.n_arguments;
  Laziness laziness = expr->call.overload->laziness;
  uint32_t last_failing = 0; /* the last argument that needs a guard, + 1 */
  for (uint32_t i = 0; i < n; i++)
    if (expr_can_fail(expr->call.arguments[i])) last_failing = i + 1;
  for (uint32_t i = 0; i < n; i++) {
    const Expr *argument = expr->call.arguments[i];
    bool is_branch = laziness == LAZY_CASE && i % 2 == 1;
    uint32_t argument_guard = guard;
    if (is_branch && expr_can_fail(argument)) argument_guard = guard_new(program, guard, arguments[i - 1], GUARD_TRUE);
    arguments[i] = compile(program, argument, argument_guard);
    if (i + 1 >= last_failing) continue;
    switch (laziness) {
      case LAZY_NONE:
        break;
      case LAZY_CASE:
        if (is_branch) guard = guard_new(program, guard, arguments[i - 1], GUARD_NOT_TRUE);
        break;
      case LAZY_AND:
        guard = guard_new(program, guard, arguments[i], GUARD_NOT_FALSE);
        break;
      case LAZY_OR:
        guard = guard_new(program, guard, arguments[i], GUARD_NOT_TRUE);
        break;
    }
  }
}

static uint32_t compile(Program *program, const Expr *expr, uint32_t guard) {
  uint64_t hash = expr_hash(expr);
  bool can_fail = expr_can_fail(expr);
  if (!can_fail) guard = 0;
  for (uint32_t i = 0; i < program->n_values; i++) {
    const ProgramValue *known = &program->values[i];
    if (known->hash == hash && expr_equal(known->expr, expr) &&
        (!can_fail || guard_is_inside(program, guard, known->guard)))
      return i;
  }
  if (expr->kind == EXPR_COLUMN) {
    uint32_t value = value_new(program, VALUE_INPUT, expr, hash);
    program->values[value].source = expr->column;
    return value;
  }
  if (expr->kind == EXPR_LITERAL) return value_new(program, VALUE_CONSTANT, expr, hash);

  uint32_t n = expr->call.n_arguments;
  uint32_t *arguments = memory_alloc((n + 1) * sizeof *arguments);
  if (expr->call.overload->laziness == LAZY_NONE) {
    for (uint32_t i = 0; i < n; i++) arguments[i] = compile(program, expr->call.arguments[i], guard);
  } else {
    compile_lazily(program, expr, guard, arguments);
  }
  bool is_alias = (expr->call.overload->flags & OVERLOAD_IDENTITY) != 0;
  uint32_t value = value_new(program, is_alias ? VALUE_ALIAS : VALUE_STEP, expr, hash);
  if (is_alias) program->values[value].source = arguments[0];
  program->values[value].guard = guard;
  Step *step = step_new(program);
  step->value = value;
  step->arguments = arguments;
  step->columns = memory_alloc((n + 1) * sizeof *step->columns);
  return value;
}

static uint32_t owner_of(const Program *program, uint32_t value) {
  while (program->values[value].kind == VALUE_ALIAS) value = program->values[value].source;
  return value;
}

/* Gives each step's value that stays inside a buffer: one that no later step still reads. */
static void plan_buffers(Program *program) {
  for (uint32_t s = 0; s < program->n_steps; s++) {
    const Step *step = &program->steps[s];
    if (step->value == NONE) {
      program->values[owner_of(program, program->guards[step->guard].value)].last_use = s;
      continue;
    }
    program->values[step->value].last_use = s;
    for (uint32_t i = 0; i < program->values[step->value].expr->call.n_arguments; i++)
      program->values[owner_of(program, step->arguments[i])].last_use = s;
  }
  for (uint32_t i = 0; i < program->n_roots; i++) {
    ProgramValue *root = &program->values[owner_of(program, program->roots[i])];
    root->leaves = true;
    root->last_use = (uint32_t)program->n_steps;
  }
  for (uint32_t s = 0; s < program->n_steps; s++) {
    if (program->steps[s].value == NONE) continue;
    ProgramValue *value = &program->values[program->steps[s].value];
    if (value->kind == VALUE_ALIAS) continue;
    size_t width = physical_bytes(type_physical(value->expr->type.kind));
    uint32_t chosen = NONE;
    for (uint32_t b = 0; b < program->n_buffers && chosen == NONE; b++)
      if (program->buffers[b].width == width && program->buffers[b].free_after < s) chosen = b;
    if (chosen == NONE) {
      program->buffers =
          memory_grow(program->buffers, &program->buffers_capacity, program->n_buffers + 1, sizeof *program->buffers);
      chosen = (uint32_t)program->n_buffers++;
      program->buffers[chosen] = (Buffer){.width = width};
    }
    value->buffer = chosen;
    program->buffers[chosen].free_after = value->last_use;
  }
}

Program *program_new(const Expr *const *expressions, uint32_t n_expressions, const SessionSettings *settings) {
  Program *program = memory_alloc_zeroed(1, sizeof *program);
  if (settings != NULL) program->settings = *settings;
  program->guards = memory_grow(NULL, &program->guards_capacity, 1, sizeof *program->guards);
  program->guards[0] = (Guard){.value = NONE};
  program->n_guards = 1;
  program->roots = memory_alloc((n_expressions + 1) * sizeof *program->roots);
  program->n_roots = n_expressions;
  for (uint32_t i = 0; i < n_expressions; i++) program->roots[i] = compile(program, expressions[i], 0);
  for (uint32_t i = 0; i < n_expressions; i++) {
    const ProgramValue *owner = &program->values[owner_of(program, program->roots[i])];
    if (owner->kind != VALUE_INPUT && type_is_string(expressions[i]->type.kind)) program->strings_leave = true;
  }
  plan_buffers(program);
  program->selection_arena = arena_new(4096);
  return program;
}

void program_free(Program *program) {
  if (program == NULL) return;
  for (uint32_t s = 0; s < program->n_steps; s++) {
    Step *step = &program->steps[s];
    if (step->state != NULL) {
      const Overload *overload = program->values[step->value].expr->call.overload;
      if (overload->state_free != NULL)
        overload->state_free(step->state);
      else
        free(step->state);
    }
    free(step->arguments);
    free(step->columns);
  }
  for (uint32_t i = 0; i < program->n_values; i++) free(program->values[i].bitmap);
  for (uint32_t i = 0; i < program->n_guards; i++) free(program->guards[i].mask);
  for (uint32_t i = 0; i < program->n_buffers; i++) free(program->buffers[i].memory);
  free(program->values);
  free(program->guards);
  free(program->steps);
  free(program->buffers);
  free(program->roots);
  free(program->active_bitmap);
  arena_release(program->constants);
  arena_release(program->selection_arena);
  free(program);
}

/* --- evaluating --- */

static void fill_constant(Arena *arena, const Expr *expr, uint32_t n_rows, Column *column) {
  Physical physical = type_physical(expr->type.kind);
  size_t width = physical_bytes(physical);
  column->type = expr->type;
  column->values = arena_alloc_column(arena, n_rows * width);
  column->valid = NULL;
  if (expr->literal.is_null) {
    memset(column->values, 0, n_rows * width);
    column->valid = arena_alloc_zeroed(arena, valid_words(n_rows) * sizeof(uint64_t));
    return;
  }
  Value value = expr->literal.value;
  if (physical == PHYSICAL_STRING && value.string.length > STRING_VIEW_INLINE_MAX)
    value.string.bytes = arena_copy_text(arena, value.string.bytes, value.string.length);
  uint8_t boolean = physical == PHYSICAL_BOOL && value.boolean;
  const void *bytes = physical == PHYSICAL_BOOL ? (const void *)&boolean : (const void *)&value;
  for (uint32_t row = 0; row < n_rows; row++) memcpy((char *)column->values + row * width, bytes, width);
}

/* Makes room for batches of n_rows. Constants move: batches may still point at the old ones and hold their arena. */
static void ensure_capacity(Program *program, uint32_t n_rows) {
  if (n_rows <= program->capacity_rows) return;
  uint32_t rows = n_rows > BATCH_ROWS_MAX || n_rows == 1 ? n_rows : BATCH_ROWS_MAX; /* 1: a call is being folded */
  size_t bitmap_bytes = valid_words(rows) * sizeof(uint64_t);
  arena_release(program->constants);
  program->constants = arena_new(4096);
  for (uint32_t i = 0; i < program->n_values; i++) {
    ProgramValue *value = &program->values[i];
    if (value->kind == VALUE_CONSTANT) fill_constant(program->constants, value->expr, rows, &value->column);
    if (value->kind != VALUE_STEP) continue;
    free(value->bitmap);
    value->bitmap = memory_alloc_aligned(bitmap_bytes);
  }
  for (uint32_t i = 1; i < program->n_guards; i++) {
    free(program->guards[i].mask);
    program->guards[i].mask = memory_alloc_aligned(bitmap_bytes);
  }
  for (uint32_t i = 0; i < program->n_buffers; i++) {
    free(program->buffers[i].memory);
    program->buffers[i].memory = memory_alloc_aligned(rows * program->buffers[i].width);
  }
  free(program->active_bitmap);
  program->active_bitmap = memory_alloc_aligned(bitmap_bytes);
  program->capacity_rows = rows;
}

static void evaluate_guard(Program *program, const Batch *input, Guard *guard) {
  const Column *column = &program->values[guard->value].column;
  const uint64_t *parent = program->guards[guard->parent].mask;
  for (uint32_t word = 0; word < valid_words(input->n_rows); word++) {
    uint64_t within = parent == NULL ? ~UINT64_C(0) : parent[word];
    uint64_t valid = kernel_valid_word(column, word);
    uint64_t bits = kernel_bits(column->values, word, input->n_rows);
    uint64_t mask = valid & bits;
    if (guard->kind == GUARD_NOT_TRUE) mask = ~(valid & bits);
    if (guard->kind == GUARD_NOT_FALSE) mask = ~valid | bits;
    guard->mask[word] = within & mask;
  }
}

/* The AND of the arguments' validity: NULL, one of theirs (when the result may borrow it), or `bitmap`. */
static uint64_t *combine_valid(const Column *const *arguments, uint32_t n_arguments, uint64_t *bitmap, uint32_t n_words,
                               bool may_borrow) {
  uint64_t *only = NULL;
  uint32_t n_bitmaps = 0;
  for (uint32_t i = 0; i < n_arguments; i++) {
    if (arguments[i]->valid == NULL || arguments[i]->valid == only) continue;
    n_bitmaps++;
    if (n_bitmaps == 1) {
      only = arguments[i]->valid;
    } else if (n_bitmaps == 2) {
      for (uint32_t word = 0; word < n_words; word++) bitmap[word] = only[word] & arguments[i]->valid[word];
    } else {
      for (uint32_t word = 0; word < n_words; word++) bitmap[word] &= arguments[i]->valid[word];
    }
  }
  if (n_bitmaps == 0) return NULL;
  if (n_bitmaps > 1) return bitmap;
  if (may_borrow) return only;
  memcpy(bitmap, only, n_words * sizeof *bitmap);
  return bitmap;
}

static bool evaluate_step(Program *program, const Batch *input, Batch *output, Step *step, Error *error) {
  ProgramValue *value = &program->values[step->value];
  const Expr *expr = value->expr;
  const Overload *overload = expr->call.overload;
  uint32_t n_arguments = expr->call.n_arguments;
  uint32_t n_rows = input->n_rows;
  uint32_t n_words = valid_words(n_rows);
  Arena *arena = output == NULL ? program->selection_arena : output->arena;
  bool leaves = value->leaves && output != NULL;

  for (uint32_t i = 0; i < n_arguments; i++) {
    uint32_t argument = step->arguments[i];
    step->columns[i] = &program->values[argument].column;
  }
  Column *result = &value->column;
  result->type = expr->type;
  result->values = leaves ? arena_alloc_column(arena, n_rows * physical_bytes(type_physical(expr->type.kind)))
                          : program->buffers[value->buffer].memory;
  result->valid = NULL;
  uint64_t *bitmap = leaves ? arena_alloc_column(arena, n_words * sizeof *bitmap) : value->bitmap;
  KernelCall call = {.expr = expr,
                     .settings = &program->settings,
                     .arena = arena,
                     .state = &step->state,
                     .active = program->guards[value->guard].mask,
                     .null_bitmap = bitmap,
                     .n_rows = n_rows,
                     .error = error};
  if ((overload->flags & OVERLOAD_NOT_STRICT) == 0) {
    result->valid = combine_valid(step->columns, n_arguments, bitmap, n_words, !leaves);
    call.owns_valid = result->valid == bitmap;
    if ((overload->flags & OVERLOAD_CAN_FAIL) != 0 && result->valid != NULL) {
      const uint64_t *mask = call.active;
      for (uint32_t word = 0; word < n_words; word++)
        program->active_bitmap[word] = result->valid[word] & (mask == NULL ? ~UINT64_C(0) : mask[word]);
      call.active = program->active_bitmap;
    }
  }
  return overload->kernel(&call, step->columns, result);
}

static void resolve_values(Program *program, const Batch *input) {
  for (uint32_t i = 0; i < program->n_values; i++) {
    ProgramValue *value = &program->values[i];
    if (value->kind != VALUE_INPUT) continue;
    assert(value->source < input->n_columns);
    value->column = input->columns[value->source];
    assert(type_physical(value->column.type.kind) == type_physical(value->expr->type.kind));
    value->column.type = value->expr->type;
  }
}

static bool evaluate_steps(Program *program, const Batch *input, Batch *output, Error *error) {
  ensure_capacity(program, input->n_rows);
  resolve_values(program, input);
  for (uint32_t s = 0; s < program->n_steps; s++) {
    Step *step = &program->steps[s];
    if (step->value == NONE) {
      evaluate_guard(program, input, &program->guards[step->guard]);
    } else if (program->values[step->value].kind == VALUE_ALIAS) {
      ProgramValue *value = &program->values[step->value];
      value->column = program->values[value->source].column;
      value->column.type = value->expr->type;
    } else if (!evaluate_step(program, input, output, step, error)) {
      return false;
    }
  }
  return true;
}

bool program_evaluate(Program *program, const Batch *input, Batch *output, uint32_t first_column, Error *error) {
  assert(output->n_rows == input->n_rows && first_column + program->n_roots <= output->n_columns);
  if (!evaluate_steps(program, input, output, error)) return false;
  for (uint32_t i = 0; i < program->n_roots; i++) {
    const ProgramValue *root = &program->values[program->roots[i]];
    const ProgramValue *owner = &program->values[owner_of(program, program->roots[i])];
    if (owner->kind == VALUE_INPUT) {
      batch_share_column(output, first_column + i, input, owner->source);
      output->columns[first_column + i].type = root->expr->type;
      continue;
    }
    if (owner->kind == VALUE_CONSTANT) batch_hold(output, program->constants);
    output->columns[first_column + i] = root->column;
  }
  if (program->strings_leave) {
    batch_hold_batch(output, input);
    batch_hold(output, program->constants);
  }
  return true;
}

bool program_select(Program *program, const Batch *input, uint32_t *rows, uint32_t *n_rows, Error *error) {
  assert(program->n_roots == 1);
  arena_reset(program->selection_arena);
  if (!evaluate_steps(program, input, NULL, error)) return false;
  const Column *column = &program->values[program->roots[0]].column;
  assert(type_physical(column->type.kind) == PHYSICAL_BOOL);
  const uint8_t *values = column->values;
  uint32_t n = 0;
  if (column->type.kind == TYPE_NULL) {
    n = 0;
  } else if (column->valid == NULL) {
    for (uint32_t row = 0; row < input->n_rows; row++) {
      rows[n] = row;
      n += values[row];
    }
  } else {
    for (uint32_t row = 0; row < input->n_rows; row++) {
      rows[n] = row;
      n += values[row] & (uint32_t)(column->valid[row >> 6] >> (row & 63) & 1);
    }
  }
  *n_rows = n;
  return true;
}
