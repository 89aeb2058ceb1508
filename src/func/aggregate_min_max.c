/* MIN and MAX, of anything that has an order. */
#include <string.h>

#include "func/aggregate_kernel.h"

/* One accumulator for all types, the value's room being that of the widest. */
typedef union Extreme {
  uint8_t boolean;
  int32_t int32;
  int64_t int64;
  double float64;
  int128_t int128;
  StringView string;
} Extreme;

typedef struct ExtremeState {
  Extreme value;
  uint32_t room_bytes; /* of a string that does not lie in its view: what may be overwritten */
  bool has_value;
} ExtremeState;

#define DEFINE_EXTREME(prefix, type, member, order)                            \
  AGGREGATE_UPDATE(prefix##_update) {                                          \
    (void)call, (void)arena;                                                   \
    const type *values = argument->values;                                     \
    AGGREGATE_EACH(ExtremeState, {                                             \
      if (!state->has_value || values[row] order state->value.member) {        \
        state->value.member = values[row];                                     \
        state->has_value = true;                                               \
      }                                                                        \
    });                                                                        \
  }                                                                            \
  AGGREGATE_MERGE(prefix##_merge) {                                            \
    (void)call, (void)arena;                                                   \
    ExtremeState *into = (ExtremeState *)(void *)into_bytes;                   \
    const ExtremeState *from = (const ExtremeState *)(const void *)from_bytes; \
    if (!from->has_value) return;                                              \
    if (!into->has_value || from->value.member order into->value.member) {     \
      into->value.member = from->value.member;                                 \
      into->has_value = true;                                                  \
    }                                                                          \
  }
DEFINE_EXTREME(min_boolean, uint8_t, boolean, <)
DEFINE_EXTREME(min_int32, int32_t, int32, <)
DEFINE_EXTREME(min_int64, int64_t, int64, <)
DEFINE_EXTREME(min_double, double, float64, <)
DEFINE_EXTREME(min_int128, int128_t, int128, <)
DEFINE_EXTREME(max_boolean, uint8_t, boolean, >)
DEFINE_EXTREME(max_int32, int32_t, int32, >)
DEFINE_EXTREME(max_int64, int64_t, int64, >)
DEFINE_EXTREME(max_double, double, float64, >)
DEFINE_EXTREME(max_int128, int128_t, int128, >)
#undef DEFINE_EXTREME

/* Keeps a copy of the string, in the room of the one before where it fits. */
static void keep_string(ExtremeState *state, const StringView *string, Arena *arena) {
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

#define DEFINE_STRING_EXTREME(prefix, order)                                                       \
  AGGREGATE_UPDATE(prefix##_update) {                                                              \
    (void)call;                                                                                    \
    const StringView *values = argument->values;                                                   \
    AGGREGATE_EACH(ExtremeState, {                                                                 \
      if (!state->has_value || string_view_compare(&values[row], &state->value.string) order 0)    \
        keep_string(state, &values[row], arena);                                                   \
    });                                                                                            \
  }                                                                                                \
  AGGREGATE_MERGE(prefix##_merge) {                                                                \
    (void)call;                                                                                    \
    ExtremeState *into = (ExtremeState *)(void *)into_bytes;                                       \
    const ExtremeState *from = (const ExtremeState *)(const void *)from_bytes;                     \
    if (!from->has_value) return;                                                                  \
    if (!into->has_value || string_view_compare(&from->value.string, &into->value.string) order 0) \
      keep_string(into, &from->value.string, arena);                                               \
  }
DEFINE_STRING_EXTREME(min_string, <)
DEFINE_STRING_EXTREME(max_string, >)
#undef DEFINE_STRING_EXTREME

/* The union's members lie at its start, so a result is its first bytes. */
AGGREGATE_FINISH(extreme_finish) {
  (void)error;
  Physical physical = type_physical(call->result_type.kind);
  size_t width = physical_bytes(physical);
  char *out = batch->columns[result_column].values;
  for (uint32_t i = 0; i < n_groups; i++) {
    const ExtremeState *state = (const ExtremeState *)(const void *)(groups[i] + state_offset);
    Extreme value = state->value; /* all zero, a readable value of any type, when there is none */
    if (physical == PHYSICAL_STRING && value.string.length > STRING_VIEW_INLINE_MAX)
      value.string.bytes = arena_copy_text(batch->arena, value.string.bytes, value.string.length);
    memcpy(out + i * width, &value, width);
    if (!state->has_value) aggregate_result_null(batch, result_column, i);
  }
  return true;
}

static bool resolve_extreme(const Aggregate *aggregate, AggregateCall *call) {
#define USE(type)                                                    \
  call->update = is_min ? min_##type##_update : max_##type##_update; \
  call->merge = is_min ? min_##type##_merge : max_##type##_merge;    \
  break
  bool is_min = strcmp(aggregate->name, "MIN") == 0;
  if (type_is_interval(call->argument_type.kind)) return false; /* nor does Flink */
  switch (type_physical(call->argument_type.kind)) {
    case PHYSICAL_BOOL:
      USE(boolean);
    case PHYSICAL_INT32:
      USE(int32);
    case PHYSICAL_INT64:
      USE(int64);
    case PHYSICAL_DOUBLE:
      USE(double);
    case PHYSICAL_INT128:
      USE(int128);
    case PHYSICAL_STRING:
      USE(string);
    case PHYSICAL_COUNT:
      return false;
  }
#undef USE
  call->result_type = call->argument_type;
  call->state_bytes = sizeof(ExtremeState);
  call->state_align = 16;
  call->finish = extreme_finish;
  return true;
}

static const Aggregate aggregates[] = {
    {"MIN", "MIN(value)", false, false, resolve_extreme},
    {"MAX", "MAX(value)", false, false, resolve_extreme},
};
const AggregateArea min_max_aggregates = {aggregates, sizeof aggregates / sizeof aggregates[0]};
