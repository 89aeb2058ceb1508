/* From logical plans to one physical plan: which operators will run.
 *
 * Jobs are added one by one; the finished plan has one scan for each table that any of them reads, with the union of
 * the columns that they need, and equal sub-plans of different jobs are one node. */
#ifndef WEIR_PLAN_PLANNER_H
#define WEIR_PLAN_PLANNER_H

#include "plan/plan.h"
#include "sql/logical.h"
#include "sql/session.h"

typedef struct Planner Planner;

/* What is planned lives in `arena`. */
Planner *planner_new(Arena *arena);
void planner_free(Planner *planner);

/* A job: an INSERT's plan and its sink, or a bare SELECT's (sink NULL). The session is read now, not kept. False with
 * *error for what can't run: options that are wrong, joins without time bounds, aggregations without windows. */
bool planner_add(Planner *planner, const Logical *logical, const Table *sink, const char *file, const Session *session,
                 Error *error);
/* The plan; the planner is then used up. NULL with *error. */
Plan *planner_finish(Planner *planner, Error *error);

#endif
