/* What the files of casts share. cast.c holds the table of pairs; cast_number.c, cast_text.c and cast_time.c
 * the kernels. A kernel serves CAST and TRY_CAST: where a value cannot be cast it calls cast_reject. */
#ifndef WEIR_FUNC_CAST_H
#define WEIR_FUNC_CAST_H

#include "func/kernel.h"

/* TRY_CAST is a function of its own with overloads of its own, so that equal means equal. */
extern const Function *const try_cast_function;

/* Row `row` cannot be cast: null under TRY_CAST and true, else the job fails and false. */
bool cast_reject(KernelCall *call, Column *result, uint32_t row, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Each writes all rows of `result`. */
bool cast_boolean_to_number(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_number_to_boolean(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_integer_to_integer(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_integer_to_double(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_integer_to_decimal(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_double_to_integer(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_double_to_decimal(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_decimal_to_integer(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_decimal_to_double(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_decimal_to_decimal(KernelCall *call, const Column *const *arguments, Column *result);

bool cast_text_to_boolean(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_text_to_integer(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_text_to_double(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_text_to_decimal(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_text_to_text(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_value_to_text(KernelCall *call, const Column *const *arguments, Column *result);

bool cast_text_to_timestamp(KernelCall *call, const Column *const *arguments, Column *result);
bool cast_timestamp_to_timestamp(KernelCall *call, const Column *const *arguments, Column *result);

#endif
