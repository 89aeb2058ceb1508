/* See planner.h. Jobs are lowered one by one as they come (lower.h), so that errors are found then; what their scans
 * and operators really need to yield is decided when all are there (push_down.h). */
#include "plan/planner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plan/lower.h"
#include "plan/push_down.h"
#include "plan/share_joins.h"
#include "vec/memory.h"

struct Planner {
  Lowering lowering;
  PlanJob *jobs;
  size_t n_jobs;
  size_t jobs_capacity;
  /* Text of the process-wide settings: of the first job that differs from the default; NULL: none has yet. */
  const char *dead_letter_path;
  const char *batch_rows;
  const char *commit_interval;
  int64_t commit_interval_ms;
};

Planner *planner_new(Arena *arena) {
  Planner *planner = memory_alloc_zeroed(1, sizeof *planner);
  planner->lowering.arena = arena;
  planner->lowering.lowered = g_hash_table_new(g_direct_hash, g_direct_equal);
  return planner;
}

void planner_free(Planner *planner) {
  if (planner == NULL) return;
  g_hash_table_destroy(planner->lowering.lowered);
  free(planner->lowering.nodes);
  free(planner->jobs);
  free(planner);
}

static const char *default_setting(const char *key) {
  for (const Setting *setting = SETTINGS; setting->spec.name != NULL; setting++) {
    if (strcmp(setting->spec.name, key) == 0) return setting->spec.default_value;
  }
  assert(false && "a known key");
  return NULL;
}

/* The value that concerns the whole process is that of the first job that sets it. */
static void take_setting(Planner *planner, const Session *session, const char *key, const char **value) {
  if (*value != NULL) return;
  const char *set = session_get(session, key), *fallback = default_setting(key);
  if (set == NULL || (fallback != NULL && strcmp(set, fallback) == 0)) return;
  *value = arena_copy_text(planner->lowering.arena, set, strlen(set));
}

static bool read_session(Planner *planner, const Session *session, Error *error) {
  if (!session_settings(session, &planner->lowering.settings, error)) return false;
  planner->lowering.idle_timeout_ms = session_get_duration_ms(session, "table.exec.source.idle-timeout");
  take_setting(planner, session, "weir.dead-letter.path", &planner->dead_letter_path);
  take_setting(planner, session, "weir.batch-rows", &planner->batch_rows);
  bool was_set = planner->commit_interval != NULL;
  take_setting(planner, session, "execution.checkpointing.interval", &planner->commit_interval);
  if (!was_set) planner->commit_interval_ms = session_get_duration_ms(session, "execution.checkpointing.interval");
  return true;
}

/* The sink's columns that must not be null and might be. */
static void find_not_null(Arena *arena, const Schema *columns, const Schema *input, PlanSink *sink) {
  uint32_t *not_null = arena_alloc(arena, (columns->n_fields + 1) * sizeof *not_null);
  for (uint32_t c = 0; c < columns->n_fields; c++) {
    if (!columns->fields[c].type.nullable && input->fields[c].type.nullable) not_null[sink->n_not_null++] = c;
  }
  sink->not_null = not_null;
}

static PlanNode *end_job(Planner *planner, PlanNode *input, const Logical *logical, const Table *sink,
                         const Session *session) {
  Lowering *lowering = &planner->lowering;
  uint32_t n_fields = logical->schema.n_fields;
  PlanNode *node = node_new(lowering, sink == NULL ? PLAN_COLLECT : PLAN_SINK, n_fields, 1, logical->place);
  if (n_fields > 0) memcpy(node->schema.fields, logical->schema.fields, n_fields * sizeof(Field));
  node->inputs[0] = input;
  if (sink != NULL) {
    assert(n_fields == sink->physical.n_fields);
    const char *enforcer = session_get(session, "table.exec.sink.not-null-enforcer");
    node->sink = (PlanSink){
        .table = sink->options, .columns = sink->physical, .drops_null_rows = strcasecmp(enforcer, "DROP") == 0};
    find_not_null(lowering->arena, &sink->physical, &logical->schema, &node->sink);
  }
  return node_share(lowering, node);
}

bool planner_add(Planner *planner, const Logical *logical, const Table *sink, const char *file, const Session *session,
                 Error *error) {
  Lowering *lowering = &planner->lowering;
  lowering->error = error;
  if (!read_session(planner, session, error)) return false;
  if (sink != NULL && !connector_check(&sink->options, false, true, error)) return false;
  PlanNode *input = lower(lowering, logical, NULL);
  if (input == NULL) {
    assert(error->kind != ERROR_NONE);
    return false;
  }
  planner->jobs = memory_grow(planner->jobs, &planner->jobs_capacity, planner->n_jobs + 1, sizeof *planner->jobs);
  planner->jobs[planner->n_jobs++] = (PlanJob){.name = sink == NULL ? "SELECT" : sink->options.table_name,
                                               .file = file,
                                               .root = end_job(planner, input, logical, sink, session)};
  return true;
}

Plan *planner_finish(Planner *planner, Error *error) {
  Lowering *lowering = &planner->lowering;
  lowering->error = error;
  Arena *arena = lowering->arena;
  Plan *plan = arena_alloc_zeroed(arena, sizeof *plan);
  plan->arena = arena;
  plan->n_jobs = (uint32_t)planner->n_jobs;
  plan->jobs = arena_alloc(arena, (planner->n_jobs + 1) * sizeof(PlanJob));
  if (planner->n_jobs > 0) memcpy(plan->jobs, planner->jobs, planner->n_jobs * sizeof(PlanJob));
  if (!plan_share_joins(lowering, plan->jobs, plan->n_jobs)) return NULL;
  plan_narrow(lowering, plan->jobs, plan->n_jobs);
  plan->nodes = plan_order(lowering, plan->jobs, plan->n_jobs, &plan->n_nodes);
  plan->dead_letter_path = planner->dead_letter_path;
  const char *batch_rows = planner->batch_rows != NULL ? planner->batch_rows : default_setting("weir.batch-rows");
  plan->batch_rows = (uint32_t)strtoul(batch_rows, NULL, 10);
  plan->commit_interval_ms = planner->commit_interval_ms;
  return plan;
}
