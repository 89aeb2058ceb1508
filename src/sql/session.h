/* The settings of a script: SET 'key' = 'value'.
 *
 * Flink takes any key. So does weir, but it says what it does with the ones it knows: a key works, or it concerns only
 * a cluster and is taken without effect, or it would change results in a way that is not there yet and is refused. A
 * key that nobody knows is noted once, with the nearest known one. */
#ifndef WEIR_SQL_SESSION_H
#define WEIR_SQL_SESSION_H

#include "format/format.h"
#include "func/function.h"

typedef enum SettingEffect {
  SETTING_WORKS,
  SETTING_CLUSTER_ONLY, /* about threads, memory, names: no influence on results */
  SETTING_REFUSED       /* unless it is set to its default */
} SettingEffect;

typedef struct Setting {
  OptionSpec spec; /* name, type, default, help; `refused` says why for SETTING_REFUSED */
  SettingEffect effect;
} Setting;

/* All known settings, for docs/flink-sql.md; ends with a NULL name. */
extern const Setting SETTINGS[];

typedef struct Session Session;

Session *session_new(void);
/* A copy: what is set in one does not show in the other. */
Session *session_copy(const Session *session);
void session_free(Session *session);

bool session_set(Session *session, const char *key, const char *value, SourcePlace place, Error *error);
/* Back to the default; key NULL: all keys. */
void session_reset(Session *session, const char *key);
/* The value set, or the known default, or NULL. */
const char *session_get(const Session *session, const char *key);
int64_t session_get_duration_ms(const Session *session, const char *key);

/* What binding and evaluation need; the zone lives as long as the process. */
bool session_settings(const Session *session, SessionSettings *settings, Error *error);

/* Notes for the user (unknown keys), in the order in which they came; each is one sentence. */
const char *const *session_notes(const Session *session, uint32_t *n_notes);

#endif
