/* The session's time zone: between moments (TIMESTAMP_LTZ) and wall-clock time (TIMESTAMP), in microseconds. No zone
 * is UTC. */
#ifndef WEIR_FUNC_SESSION_TIME_H
#define WEIR_FUNC_SESSION_TIME_H

#include "func/function.h"
#include "vec/zone.h"

static inline int64_t session_to_local(const SessionSettings *settings, int64_t at_us) {
  return settings->zone == NULL ? at_us : zone_to_local(settings->zone, at_us);
}
static inline int64_t session_to_utc(const SessionSettings *settings, int64_t wall_us) {
  return settings->zone == NULL ? wall_us : zone_to_utc(settings->zone, wall_us);
}

#endif
