/* The session's time zone: between moments (TIMESTAMP_LTZ) and wall-clock time (TIMESTAMP), in microseconds. */
#ifndef WEIR_FUNC_SESSION_TIME_H
#define WEIR_FUNC_SESSION_TIME_H

#include <assert.h>

#include "func/function.h"

static inline int64_t session_to_local(const SessionSettings *settings, int64_t at_us) {
  assert(settings->zone == NULL);
  (void)settings;
  return at_us;
}
static inline int64_t session_to_utc(const SessionSettings *settings, int64_t wall_us) {
  assert(settings->zone == NULL);
  (void)settings;
  return wall_us;
}

#endif
