/* Joins that are the same but for rows that one job leaves out become one join.
 *
 * Jobs over the same two streams mostly differ in what they must know of a row: `WHERE campaign_id IS NOT NULL` here,
 * `WHERE device_type IS NOT NULL` there. Filters sink below joins, and so such jobs would each keep the streams' state.
 * Instead, one join takes the rows that any of them wants, and each picks its own above it. */
#ifndef WEIR_PLAN_SHARE_JOINS_H
#define WEIR_PLAN_SHARE_JOINS_H

#include "plan/lower.h"

/* Rewrites the jobs' plans, before plan_narrow. False with the error set. */
bool plan_share_joins(Lowering *lowering, PlanJob *jobs, uint32_t n_jobs);

#endif
