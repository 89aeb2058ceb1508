/* The table of aggregate functions: looking them up and fixing their types. The functions are in aggregate_*.c. */
#include "func/aggregate.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "func/aggregate_kernel.h"

static const AggregateArea *const areas[] = {&count_aggregates, &sum_avg_aggregates, &min_max_aggregates,
                                             &deviation_aggregates};

enum { N_AREAS = sizeof areas / sizeof areas[0] };

const Aggregate *aggregate_find(const char *name) {
  for (size_t a = 0; a < N_AREAS; a++)
    for (size_t i = 0; i < areas[a]->n_aggregates; i++)
      if (g_ascii_strcasecmp(areas[a]->aggregates[i].name, name) == 0) return &areas[a]->aggregates[i];
  return NULL;
}

const char *aggregate_name(const Aggregate *aggregate) { return aggregate->name; }
const char *aggregate_signature(const Aggregate *aggregate) { return aggregate->signature; }
bool aggregate_distinct_matters(const Aggregate *aggregate) { return aggregate->distinct_matters; }

bool aggregate_resolve(Arena *arena, const Aggregate *aggregate, Expr **argument, SourcePlace place,
                       AggregateCall *call, Error *error) {
  (void)arena;
  bool is_star = argument == NULL || *argument == NULL;
  memset(call, 0, sizeof *call);
  call->aggregate = aggregate;
  call->state_align = 8;
  if (!is_star) call->argument_type = (*argument)->type;
  bool is_null = !is_star && call->argument_type.kind == TYPE_NULL;
  if (!is_null && is_star == (is_star && aggregate->takes_star) && aggregate->resolve(aggregate, call)) {
    call->result_type.is_row_time = false;
    return true;
  }
  char name[TYPE_NAME_MAX];
  if (!is_star && type_is_numeric(call->argument_type.kind)) { /* Flink's aggregates of numbers take all numbers */
    error_at(error, ERROR_UNSUPPORTED, place, "%s of %s is not supported yet", aggregate->name,
             type_name(call->argument_type, name));
    error_hint(error, "it is called as %s", aggregate->signature);
    return false;
  }
  error_at(error, ERROR_USAGE, place, "Cannot apply '%s' to arguments of type (%s)", aggregate->name,
           is_star ? "*" : type_name(call->argument_type, name));
  error_hint(error, "it is called as %s", aggregate->signature);
  return false;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *aggregate_names(size_t *n_names) {
  static const char *names[64]; /* written once, with what is the same every time */
  static size_t n;
  static gsize is_made;
  if (g_once_init_enter(&is_made)) {
    for (size_t a = 0; a < N_AREAS; a++)
      for (size_t i = 0; i < areas[a]->n_aggregates; i++) names[n++] = areas[a]->aggregates[i].name;
    qsort(names, n, sizeof names[0], compare_names);
    g_once_init_leave(&is_made, 1);
  }
  *n_names = n;
  return names;
}
