/* Calls functions by name on arguments written as text, as constants (which are folded) and as columns. */
#ifndef WEIR_TESTS_FUNC_TESTING_H
#define WEIR_TESTS_FUNC_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs the above */
#include <cmocka.h>

#include "func/function.h"
#include "func/program.h"
#include "func/value_text.h"

enum { TEST_ARGUMENTS_MAX = 8, TEST_TEXT_MAX = 512 };

static Arena *test_arena;
static const SessionSettings test_settings;
static const SourcePlace test_place;

static inline int test_set_up(void **state) {
  (void)state;
  test_arena = arena_new(4096);
  return 0;
}
static inline int test_tear_down(void **state) {
  (void)state;
  arena_release(test_arena);
  return 0;
}

/* "INT", "DECIMAL(10, 2)", "TIMESTAMP(3)", "STRING", ... */
static inline Type test_type(const char *name) {
  int precision = 0, scale = 0;
  if (strcmp(name, "INT") == 0) return type_make(TYPE_INT, true);
  if (strcmp(name, "BIGINT") == 0) return type_make(TYPE_BIGINT, true);
  if (strcmp(name, "DOUBLE") == 0) return type_make(TYPE_DOUBLE, true);
  if (strcmp(name, "BOOLEAN") == 0) return type_make(TYPE_BOOLEAN, true);
  if (strcmp(name, "STRING") == 0) return type_string(true);
  if (sscanf(name, "DECIMAL(%d, %d)", &precision, &scale) == 2) return type_decimal(precision, scale, true);
  if (sscanf(name, "CHAR(%d)", &precision) == 1) return type_char(precision, true);
  if (sscanf(name, "VARCHAR(%d)", &precision) == 1) return type_varchar(precision, true);
  if (sscanf(name, "TIMESTAMP(%d)", &precision) == 1) return type_timestamp(TYPE_TIMESTAMP, precision, true);
  if (sscanf(name, "TIMESTAMP_LTZ(%d)", &precision) == 1) return type_timestamp(TYPE_TIMESTAMP_LTZ, precision, true);
  fail_msg("no type %s", name);
  return type_make(TYPE_NULL, true);
}

/* A constant "TYPE:text"; "TYPE:NULL" is null. */
static inline Expr *test_constant(const char *written) {
  char name[64];
  const char *colon = strchr(written, ':');
  assert_non_null(colon);
  snprintf(name, sizeof name, "%.*s", (int)(colon - written), written);
  Type type = test_type(name);
  const char *text = colon + 1;
  if (strcmp(text, "NULL") == 0) return expr_null(test_arena, type, test_place);
  uint32_t n = (uint32_t)strlen(text);
  Value value = {.string = string_view(text, n)};
  Expr *string = expr_literal(test_arena, type_string(false), value, test_place);
  Error error = {.kind = ERROR_NONE};
  Expr *constant = function_cast(test_arena, string, type, false, test_place, &test_settings, &error);
  if (constant == NULL || constant->kind != EXPR_LITERAL) fail_msg("%s is no constant", written);
  return constant;
}

static inline const char *test_cell(const Column *column, uint32_t row) {
  char room[VALUE_TEXT_MAX];
  if (!column_is_valid(column, row)) return "NULL";
  Value value = {.int128 = 0};
  size_t width = physical_bytes(type_physical(column->type.kind));
  memcpy(&value, (const char *)column->values + row * width, width);
  StringView text = value_text(column->type, &value, room);
  return arena_printf(test_arena, "%.*s", (int)text.length, string_view_bytes(&text));
}

/* A column of constants of one type: row r holds constants[r % n_constants]. */
static inline void test_fill(Batch *batch, uint32_t c, Expr *const *constants, uint32_t n_constants) {
  Type type = constants[0]->type;
  type.nullable = true;
  Column *column = batch_add_column(batch, c, type);
  size_t width = physical_bytes(type_physical(type.kind));
  for (uint32_t row = 0; row < batch->n_rows; row++) {
    const Expr *constant = constants[row % n_constants];
    Value value = constant->literal.value;
    if (constant->literal.is_null) {
      memset(&value, 0, sizeof value);
      column_make_valid(column, batch);
      column_set_null(column, row);
    }
    memcpy((char *)column->values + row * width, &value, width);
  }
}

/* One expression over all rows of a batch; NULL when the job fails. Release the result. */
static inline Batch *test_evaluate(const Expr *expr, const Batch *input, Error *error) {
  Program *program = program_new(&expr, 1, &test_settings);
  Batch *output = batch_new(1, input->n_rows);
  output->n_rows = input->n_rows;
  bool ok = program_evaluate(program, input, output, 0, error);
  program_free(program);
  if (ok) return output;
  batch_release(output);
  return NULL;
}

/* The result as "TYPE text"; "ERROR" when the call is refused or fails. With `as_columns` the arguments are columns of
 * 67 equal rows, which must all give the same. */
static inline const char *test_call(const char *name, const char *const *written, bool as_columns) {
  const Function *function = function_find(name);
  if (function == NULL) fail_msg("there is no function %s", name);
  Expr *arguments[TEST_ARGUMENTS_MAX];
  Expr *constants[TEST_ARGUMENTS_MAX];
  uint32_t n = 0;
  for (; n < TEST_ARGUMENTS_MAX && written[n] != NULL; n++) constants[n] = arguments[n] = test_constant(written[n]);
  Batch *input = batch_new(n, 67);
  input->n_rows = as_columns ? 67 : 1;
  for (uint32_t i = 0; as_columns && i < n; i++) {
    test_fill(input, i, &constants[i], 1);
    Type type = constants[i]->type;
    type.nullable = true;
    arguments[i] = expr_column(test_arena, i, type, test_place);
  }
  Error error = {.kind = ERROR_NONE};
  Expr *call = function_call(test_arena, function, arguments, n, test_place, &test_settings, &error);
  const char *text = "ERROR";
  Batch *output = call == NULL ? NULL : test_evaluate(call, input, &error);
  if (output != NULL) {
    char type[TYPE_NAME_MAX];
    Type shown = call->type;
    shown.nullable = true;
    text = test_cell(&output->columns[0], 0);
    for (uint32_t row = 1; row < input->n_rows; row++) assert_string_equal(text, test_cell(&output->columns[0], row));
    text = arena_printf(test_arena, "%s %s", type_name(shown, type), text);
  }
  batch_release(output);
  batch_release(input);
  return text;
}

typedef struct TestCall {
  const char *result; /* as test_call has it */
  const char *name;
  const char *arguments[TEST_ARGUMENTS_MAX];
} TestCall;

static inline void test_calls(const TestCall *calls, size_t n, bool as_columns_too) {
  for (size_t i = 0; i < n; i++) {
    for (int as_columns = 0; as_columns <= (int)as_columns_too; as_columns++) {
      const char *result = test_call(calls[i].name, calls[i].arguments, as_columns);
      if (strcmp(result, calls[i].result) != 0)
        fail_msg("case %zu, %s(%s, ...)%s: expected %s, got %s", i, calls[i].name, calls[i].arguments[0],
                 as_columns ? " of columns" : "", calls[i].result, result);
    }
  }
}

/* Numbers that look random and are the same every time. */
static inline uint64_t test_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 11;
}

#endif
