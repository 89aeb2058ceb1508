/* MIN and MAX, FIRST_VALUE and LAST_VALUE: aggregates that keep one of their values. Nulls are no values to them; first
 * and last are those that arrived so (accumulators are merged in the order of their rows). */
#include <string.h>

#include "func/aggregate_kernel.h"

/* One accumulator for all types, the value's room being that of the widest. */
typedef union Kept {
  uint8_t boolean;
  int32_t int32;
  int64_t int64;
  double float64;
  int128_t int128;
  StringView string;
} Kept;

typedef struct KeepState {
  Kept value;
  uint32_t room_bytes; /* of a string that does not lie in its view: what may be overwritten */
  bool has_value;
} KeepState;

/* Whether a new value takes the place of the one that is kept. */
#define IS_LESS(new, kept) ((new) < (kept))
#define IS_GREATER(new, kept) ((new) > (kept))
#define NEVER(new, kept) false
#define ALWAYS(new, kept) true
#define IS_LESS_TEXT(new, kept) (string_view_compare(&(new), &(kept)) < 0)
#define IS_GREATER_TEXT(new, kept) (string_view_compare(&(new), &(kept)) > 0)

#define DEFINE_KEEP(prefix, type, member, replaces)                             \
  AGGREGATE_UPDATE(prefix##_update) {                                           \
    (void)call, (void)arena;                                                    \
    const type *values = argument->values;                                      \
    AGGREGATE_EACH(KeepState, {                                                 \
      if (!state->has_value || replaces(values[row], state->value.member)) {    \
        state->value.member = values[row];                                      \
        state->has_value = true;                                                \
      }                                                                         \
    });                                                                         \
  }                                                                             \
  AGGREGATE_MERGE(prefix##_merge) {                                             \
    (void)call, (void)arena;                                                    \
    KeepState *into = (KeepState *)(void *)into_bytes;                          \
    const KeepState *from = (const KeepState *)(const void *)from_bytes;        \
    if (!from->has_value) return;                                               \
    if (!into->has_value || replaces(from->value.member, into->value.member)) { \
      into->value.member = from->value.member;                                  \
      into->has_value = true;                                                   \
    }                                                                           \
  }
#define DEFINE_KEEPS(prefix, replaces)                      \
  DEFINE_KEEP(prefix##_boolean, uint8_t, boolean, replaces) \
  DEFINE_KEEP(prefix##_int32, int32_t, int32, replaces)     \
  DEFINE_KEEP(prefix##_int64, int64_t, int64, replaces)     \
  DEFINE_KEEP(prefix##_double, double, float64, replaces)   \
  DEFINE_KEEP(prefix##_int128, int128_t, int128, replaces)
DEFINE_KEEPS(min, IS_LESS)
DEFINE_KEEPS(max, IS_GREATER)
DEFINE_KEEPS(first, NEVER)
DEFINE_KEEPS(last, ALWAYS)
#undef DEFINE_KEEPS
#undef DEFINE_KEEP

/* Keeps a copy of the string, in the room of the one before where it fits. */
static void keep_string(KeepState *state, const StringView *string, Arena *arena) {
  if (string->length <= STRING_VIEW_INLINE_MAX) {
    state->value.string = *string;
    state->room_bytes = 0;
  } else {
    char *room;
    if (state->has_value && state->room_bytes >= string->length) {
      room = (char *)(uintptr_t)state->value.string.bytes;
    } else {
      state->room_bytes = string->length;
      room = arena_alloc_text(arena, string->length);
    }
    memcpy(room, string->bytes, string->length);
    state->value.string = string_view(room, string->length);
  }
  state->has_value = true;
}

#define DEFINE_STRING_KEEP(prefix, replaces)                                                                        \
  AGGREGATE_UPDATE(prefix##_update) {                                                                               \
    (void)call;                                                                                                     \
    const StringView *values = argument->values;                                                                    \
    AGGREGATE_EACH(KeepState, {                                                                                     \
      if (!state->has_value || replaces(values[row], state->value.string)) keep_string(state, &values[row], arena); \
    });                                                                                                             \
  }                                                                                                                 \
  AGGREGATE_MERGE(prefix##_merge) {                                                                                 \
    (void)call;                                                                                                     \
    KeepState *into = (KeepState *)(void *)into_bytes;                                                              \
    const KeepState *from = (const KeepState *)(const void *)from_bytes;                                            \
    if (!from->has_value) return;                                                                                   \
    if (!into->has_value || replaces(from->value.string, into->value.string))                                       \
      keep_string(into, &from->value.string, arena);                                                                \
  }
DEFINE_STRING_KEEP(min_string, IS_LESS_TEXT)
DEFINE_STRING_KEEP(max_string, IS_GREATER_TEXT)
DEFINE_STRING_KEEP(first_string, NEVER)
DEFINE_STRING_KEEP(last_string, ALWAYS)
#undef DEFINE_STRING_KEEP

/* The union's members lie at its start, so a result is its first bytes. */
AGGREGATE_FINISH(keep_finish) {
  (void)error;
  Physical physical = type_physical(call->result_type.kind);
  size_t width = physical_bytes(physical);
  char *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    const KeepState *state = (const KeepState *)(const void *)(groups[i] + state_offset);
    Kept value = state->value; /* all zero, a readable value of any type, when there is none */
    if (physical == PHYSICAL_STRING && value.string.length > STRING_VIEW_INLINE_MAX)
      value.string.bytes = arena_copy_text(batch->arena, value.string.bytes, value.string.length);
    memcpy(out + i * width, &value, width);
    if (!state->has_value) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

typedef struct Keep {
  struct {
    void (*update)(const AggregateCall *call, uint8_t *const *groups, uint32_t state_offset, const Column *argument,
                   const uint32_t *rows, uint32_t n_rows, Arena *arena);
    void (*merge)(const AggregateCall *call, uint8_t *into, const uint8_t *from, Arena *arena);
  } of[PHYSICAL_COUNT];
} Keep;

#define KEEP(prefix)                                                     \
  {                                                                      \
    [PHYSICAL_BOOL] = {prefix##_boolean_update, prefix##_boolean_merge}, \
    [PHYSICAL_INT32] = {prefix##_int32_update, prefix##_int32_merge},    \
    [PHYSICAL_INT64] = {prefix##_int64_update, prefix##_int64_merge},    \
    [PHYSICAL_DOUBLE] = {prefix##_double_update, prefix##_double_merge}, \
    [PHYSICAL_INT128] = {prefix##_int128_update, prefix##_int128_merge}, \
    [PHYSICAL_STRING] = {prefix##_string_update, prefix##_string_merge}, \
  }
static const Keep min_keep = {.of = KEEP(min)}, max_keep = {.of = KEEP(max)}, first_keep = {.of = KEEP(first)},
                  last_keep = {.of = KEEP(last)};

static bool resolve_keep(const Aggregate *aggregate, AggregateCall *call) {
  if (type_is_interval(call->argument_type.kind)) return false; /* nor does Flink */
  const Keep *keep = aggregate->parameter;
  Physical physical = type_physical(call->argument_type.kind);
  call->update = keep->of[physical].update;
  call->merge = keep->of[physical].merge;
  call->result_type = call->argument_type;
  call->state_bytes = sizeof(KeepState);
  call->state_align = 16;
  call->finish = keep_finish;
  return true;
}

static const Aggregate aggregates[] = {
    {"MIN", "MIN(value)", false, false, resolve_keep, &min_keep},
    {"MAX", "MAX(value)", false, false, resolve_keep, &max_keep},
    {"FIRST_VALUE", "FIRST_VALUE(value)", true, false, resolve_keep, &first_keep},
    {"LAST_VALUE", "LAST_VALUE(value)", true, false, resolve_keep, &last_keep},
};
const AggregateArea min_max_aggregates = {aggregates, sizeof aggregates / sizeof aggregates[0]};
