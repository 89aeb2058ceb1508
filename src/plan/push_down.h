/* Projection push-down: no operator makes, keeps or hands on a column that no job reads. */
#ifndef WEIR_PLAN_PUSH_DOWN_H
#define WEIR_PLAN_PUSH_DOWN_H

#include "plan/lower.h"

/* Replaces each job's root by one that yields the same rows from narrow operators: scans decode only what is read by
 * any job, aggregates and joins drop what nobody wants. Nodes shared before are shared afterwards, with the union of
 * the columns that their readers need. */
void plan_narrow(Lowering *lowering, PlanJob *jobs, uint32_t n_jobs);

/* The nodes that the jobs use, inputs before their readers; sets each one's id to its position. */
PlanNode **plan_order(const Lowering *lowering, const PlanJob *jobs, uint32_t n_jobs, uint32_t *n_nodes);

#endif
