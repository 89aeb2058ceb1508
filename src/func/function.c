/* The table of scalar functions: looking them up, making calls of them, folding constant calls.
 * The functions themselves are in the files of their areas. */
#include "func/function.h"

#include <assert.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "func/kernel.h"
#include "func/program.h"
#include "func/type_rules.h"

static const FunctionArea *const areas[] = {
    &arithmetic_area, &comparison_area,  &logic_area,       &conditional_area, &cast_area,
    &string_area,     &string_edit_area, &encode_area,      &url_area,         &math_area,
    &random_area,     &time_area,        &time_format_area, &regex_area,
};

enum { N_AREAS = sizeof areas / sizeof areas[0] };

const Function *function_find(const char *name) {
  for (size_t a = 0; a < N_AREAS; a++)
    for (size_t i = 0; i < areas[a]->n_functions; i++)
      if (g_ascii_strcasecmp(areas[a]->functions[i].name, name) == 0) return &areas[a]->functions[i];
  return NULL;
}

const char *function_name(const Function *function) { return function->name; }
const char *function_signature(const Function *function) { return function->signature; }

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *function_names(size_t *n_names) {
  static const char *names[512]; /* written once, with what is the same every time */
  static size_t n;
  static gsize is_made;
  if (g_once_init_enter(&is_made)) {
    for (size_t a = 0; a < N_AREAS; a++)
      for (size_t i = 0; i < areas[a]->n_functions; i++) {
        assert(n < sizeof names / sizeof names[0]);
        names[n++] = areas[a]->functions[i].name;
      }
    qsort(names, n, sizeof names[0], compare_names);
    g_once_init_leave(&is_made, 1);
  }
  *n_names = n;
  return names;
}

/* --- helpers for resolve functions --- */

const char *kernel_types_text(Arena *arena, Expr *const *arguments, uint32_t n_arguments) {
  const char *text = "(";
  for (uint32_t i = 0; i < n_arguments; i++) {
    char name[TYPE_NAME_MAX];
    text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : ", ", type_name(arguments[i]->type, name));
  }
  return arena_printf(arena, "%s)", text);
}

bool resolution_refuse(Resolution *resolution) {
  error_at(resolution->error, ERROR_USAGE, resolution->place, "Cannot apply '%s' to arguments of type %s",
           resolution->function->name,
           kernel_types_text(resolution->arena, resolution->arguments, resolution->n_arguments));
  error_hint(resolution->error, "it is called as %s", resolution->function->signature);
  return false;
}

bool resolution_any_nullable(const Resolution *resolution) {
  for (uint32_t i = 0; i < resolution->n_arguments; i++)
    if (resolution->arguments[i]->type.nullable) return true;
  return false;
}

bool resolution_cast(Resolution *resolution, uint32_t i, Type type) {
  Expr *argument = resolution->arguments[i];
  type.nullable = argument->type.nullable;
  resolution->arguments[i] =
      function_cast(resolution->arena, argument, type, false, argument->place, resolution->settings, resolution->error);
  return resolution->arguments[i] != NULL;
}

void resolution_cast_null(Resolution *resolution, uint32_t i, Type type) {
  if (resolution_type(resolution, i).kind == TYPE_NULL)
    resolution->arguments[i] = expr_null(resolution->arena, type, resolution->arguments[i]->place);
}

bool resolution_check_null(Resolution *resolution, uint32_t i) {
  if (resolution_type(resolution, i).kind != TYPE_NULL) return true;
  error_at(resolution->error, ERROR_USAGE, resolution->arguments[i]->place, "Illegal use of 'NULL'");
  error_hint(resolution->error, "give it a type: CAST(NULL AS INT)");
  return false;
}

bool resolution_result(Resolution *resolution, Type type, const Overload *overload) {
  type.nullable = resolution_any_nullable(resolution);
  resolution->type = type;
  resolution->overload = overload;
  return true;
}

Expr *resolution_make(Resolution *resolution, const char *name, Expr *const *arguments, uint32_t n_arguments) {
  const Function *function = function_find(name);
  assert(function != NULL);
  return function_call(resolution->arena, function, arguments, n_arguments, resolution->place, resolution->settings,
                       resolution->error);
}

/* --- folding --- */

static bool all_literal(const Expr *expr) {
  for (uint32_t i = 0; i < expr->call.n_arguments; i++)
    if (expr->call.arguments[i]->kind != EXPR_LITERAL) return false;
  return true;
}

static Value read_value(Arena *arena, const Column *column) {
  Value value = {.int128 = 0};
  switch (type_physical(column->type.kind)) {
    case PHYSICAL_BOOL:
      value.boolean = *(const uint8_t *)column->values != 0;
      break;
    case PHYSICAL_INT32:
      value.int32 = *(const int32_t *)column->values;
      break;
    case PHYSICAL_INT64:
      value.int64 = *(const int64_t *)column->values;
      break;
    case PHYSICAL_DOUBLE:
      value.float64 = *(const double *)column->values;
      break;
    case PHYSICAL_INT128:
      value.int128 = *(const int128_t *)column->values;
      break;
    case PHYSICAL_STRING:
      value.string = *(const StringView *)column->values;
      if (value.string.length > STRING_VIEW_INLINE_MAX)
        value.string.bytes = arena_copy_text(arena, value.string.bytes, value.string.length);
      break;
    case PHYSICAL_COUNT:
      assert(false);
  }
  return value;
}

/* The literal that a call of literals is. A call that fails is left for the job to fail at: it may be in a branch
 * that no row reaches. */
static Expr *fold(Arena *arena, Expr *expr, const SessionSettings *settings) {
  if (!all_literal(expr) || (expr->call.overload->flags & OVERLOAD_VOLATILE) != 0) return expr;
  const Expr *root = expr;
  Program *program = program_new(&root, 1, settings);
  Batch *input = batch_new(0, 1);
  Batch *output = batch_new(1, 1);
  input->n_rows = output->n_rows = 1;
  Error ignored = {.kind = ERROR_NONE};
  Expr *folded = expr;
  if (program_evaluate(program, input, output, 0, &ignored)) {
    const Column *column = &output->columns[0];
    folded = column_is_valid(column, 0) ? expr_literal(arena, expr->type, read_value(arena, column), expr->place)
                                        : expr_null(arena, expr->type, expr->place);
  }
  batch_release(output);
  batch_release(input);
  program_free(program);
  return folded;
}

static bool check_count(Resolution *resolution) {
  const Function *function = resolution->function;
  uint32_t n = resolution->n_arguments;
  if (n >= function->n_least && (n <= function->n_most || function->n_most == ARGUMENTS_ANY)) return true;
  error_at(resolution->error, ERROR_USAGE, resolution->place, "Invalid number of arguments to function '%s': %u given",
           function->name, n);
  error_hint(resolution->error, "it is called as %s", function->signature);
  return false;
}

/* As Flink: only comparisons and what picks one of its arguments know a type for a NULL that has none. */
static bool check_nulls(Resolution *resolution) {
  for (size_t a = 0; a < N_AREAS; a++) {
    const FunctionArea *area = areas[a];
    bool is_of_area =
        resolution->function >= area->functions && resolution->function < area->functions + area->n_functions;
    if (is_of_area && area->takes_bare_null) return true;
  }
  for (uint32_t i = 0; i < resolution->n_arguments; i++)
    if (!resolution_check_null(resolution, i)) return false;
  return true;
}

Expr *resolution_call(Resolution *resolution) {
  assert(resolution->overload != NULL);
  Expr *expr = arena_alloc_zeroed(resolution->arena, sizeof *expr);
  expr->kind = EXPR_CALL;
  expr->type = resolution->type;
  expr->type.is_row_time = false;
  expr->place = resolution->place;
  expr->call.function = resolution->function;
  expr->call.overload = resolution->overload;
  expr->call.arguments = resolution->arguments;
  expr->call.n_arguments = resolution->n_arguments;
  return fold(resolution->arena, expr, resolution->settings);
}

Expr *function_call(Arena *arena, const Function *function, Expr *const *arguments, uint32_t n_arguments,
                    SourcePlace place, const SessionSettings *settings, Error *error) {
  Expr **copies = arena_alloc(arena, (n_arguments + 1) * sizeof *copies);
  if (n_arguments > 0) memcpy(copies, arguments, n_arguments * sizeof *copies);
  Resolution resolution = {.arena = arena,
                           .function = function,
                           .arguments = copies,
                           .n_arguments = n_arguments,
                           .place = place,
                           .settings = settings,
                           .error = error};
  if (!check_count(&resolution) || !check_nulls(&resolution) || !function->resolve(&resolution)) return NULL;
  return resolution.rewritten != NULL ? resolution.rewritten : resolution_call(&resolution);
}

/* --- types that agree --- */

bool function_common_type(const Type *types, uint32_t n_types, Type *common) {
  assert(n_types > 0);
  *common = types[0];
  common->is_row_time = false;
  for (uint32_t i = 1; i < n_types; i++)
    if (!type_merge(*common, types[i], common)) return false;
  return common->kind != TYPE_NULL;
}

/* Flink's LogicalTypeCasts.supportsImplicitCast. */
bool function_can_store(Type from, Type to) {
  if (from.kind == TYPE_NULL) return true;
  if (from.kind == to.kind) return true;
  switch (to.kind) {
    case TYPE_VARCHAR:
      return from.kind == TYPE_CHAR;
    case TYPE_BIGINT:
      return from.kind == TYPE_INT;
    case TYPE_DECIMAL:
    case TYPE_DOUBLE:
      return type_is_numeric(from.kind);
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_LTZ:
      return type_is_timestamp(from.kind);
    default:
      return false;
  }
}

/* --- kernels' helpers --- */

bool kernel_fail(KernelCall *call, const char *format, ...) {
  char message[ERROR_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  g_vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return error_at(call->error, ERROR_RUNTIME, call->expr->place, "%s", message);
}

bool kernel_no_value(KernelCall *call, Column *result, uint32_t row) {
  if (result->type.nullable)
    kernel_set_null(call, result, row);
  else if (kernel_is_active(call, row))
    return kernel_fail(call, "%s has no value for its arguments, and its result cannot be null",
                       call->expr->call.function->name);
  return true;
}

void kernel_own_valid(KernelCall *call, Column *result) {
  size_t n_bytes = valid_words(call->n_rows) * sizeof(uint64_t);
  if (result->valid == NULL)
    memset(call->null_bitmap, 0xFF, n_bytes);
  else
    memcpy(call->null_bitmap, result->valid, n_bytes);
  result->valid = call->null_bitmap;
  call->owns_valid = true;
}

uint64_t kernel_bits(const uint8_t *bytes, uint32_t word, uint32_t n_rows) {
  uint32_t from = word * 64;
  uint32_t n = n_rows - from < 64 ? n_rows - from : 64;
  uint64_t bits = 0;
  uint32_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t eight;
    memcpy(&eight, bytes + from + i, 8);
    /* the lowest bits of the eight bytes, gathered in the top byte */
    bits |= ((eight & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56) << i;
  }
  for (; i < n; i++) bits |= (uint64_t)(bytes[from + i] & 1) << i;
  return bits;
}
