/* The table of connectors, and what a WITH clause must be like, whatever the connector. */
#include "io/connector.h"

#include <string.h>

static const Connector *const CONNECTORS[] = {&filesystem_connector, &print_connector, &blackhole_connector};
static const char *const NAMES[] = {"filesystem", "print", "blackhole"};

enum { N_CONNECTORS = sizeof CONNECTORS / sizeof CONNECTORS[0], NAMES_MAX = 128 };
_Static_assert(N_CONNECTORS == sizeof NAMES / sizeof NAMES[0], "a name for each connector");

static const char *const EMIT_STRATEGIES[] = {"on-event", "on-periodic", NULL};
static const char NO_ALIGNMENT[] = "bounded inputs are merged in event-time order, so there is nothing to align";

/* What every table may say. */
static const OptionSpec COMMON_OPTIONS[] = {
    {"connector", OPTION_STRING, true, NULL, NULL, "where the table's rows come from or go to", NULL},
    {"property-version", OPTION_INT, false, "1", NULL, "accepted as in Flink; has no effect", NULL},
    {"scan.watermark.emit.strategy", OPTION_ENUM_ANY_CASE, false, "on-periodic", EMIT_STRATEGIES,
     "accepted; weir's watermarks follow every row, as on-event says", NULL},
    {"scan.watermark.idle-timeout", OPTION_DURATION, false, NULL, NULL,
     "how long a split may be silent before it holds the watermark back no more", NULL},
    {"scan.watermark.alignment.group", OPTION_STRING, false, NULL, NULL, "", NO_ALIGNMENT},
    {"scan.watermark.alignment.max-drift", OPTION_DURATION, false, NULL, NULL, "", NO_ALIGNMENT},
    {"scan.watermark.alignment.update-interval", OPTION_DURATION, false, NULL, NULL, "", NO_ALIGNMENT},
    {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};

static const OptionSpec FORMAT_OPTIONS[] = {
    {"format", OPTION_STRING, true, NULL, NULL, "how rows are written as bytes", NULL},
    {NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};

const Connector *connector_find(const char *name) {
  for (size_t i = 0; i < N_CONNECTORS; i++) {
    if (strcmp(CONNECTORS[i]->name, name) == 0) return CONNECTORS[i];
  }
  return NULL;
}

const char *const *connector_names(size_t *n_names) {
  *n_names = N_CONNECTORS;
  return NAMES;
}

const OptionSpec *connector_common_options(void) { return COMMON_OPTIONS; }

static void hint_nearest(Error *error, const char *wanted, const char *const *names, size_t n_names) {
  const char *nearest = error_nearest_name(wanted, names, n_names);
  if (nearest != NULL) error_hint(error, "did you mean '%s'?", nearest);
}

/* Joins names for a message: "filesystem, print, blackhole". */
static const char *list_names(const char *const *names, size_t n_names, char *text, size_t n_bytes) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < n_names; i++) {
    size_t n_name = strlen(names[i]);
    if (used + n_name + 3 > n_bytes) break;
    if (i > 0) {
      memcpy(text + used, ", ", 2);
      used += 2;
    }
    memcpy(text + used, names[i], n_name + 1);
    used += n_name;
  }
  return text;
}

static bool unknown_name(const char *what, const Option *option, const char *const *names, size_t n_names,
                         Error *error) {
  char list[256];
  error_at(error, ERROR_USAGE, option->place, "Could not find any %s '%s'; there are %s", what, option->value,
           list_names(names, n_names, list, sizeof list));
  hint_nearest(error, option->value, names, n_names);
  return false;
}

/* The option tables that apply to a table: the first ends the search. */
typedef struct SpecTables {
  const OptionSpec *tables[4];
  size_t n_tables;
} SpecTables;

static const OptionSpec *find_spec(const SpecTables *specs, const char *key) {
  for (size_t i = 0; i < specs->n_tables; i++) {
    const OptionSpec *spec = option_spec_find(specs->tables[i], key);
    if (spec != NULL) return spec;
  }
  return NULL;
}

static bool refuse_unknown_option(const TableOptions *table, const SpecTables *specs, const char *connector,
                                  const Option *option, Error *error) {
  const char *names[NAMES_MAX];
  size_t n_names = 0;
  for (size_t i = 0; i < specs->n_tables; i++) {
    for (const OptionSpec *spec = specs->tables[i]; spec->name != NULL && n_names < NAMES_MAX; spec++) {
      if (spec->refused == NULL) names[n_names++] = spec->name;
    }
  }
  error_at(error, ERROR_USAGE, option->place, "Unsupported option '%s' for connector '%s' of table '%s'", option->key,
           connector, table->table_name);
  hint_nearest(error, option->key, names, n_names);
  return false;
}

static bool check_required(const TableOptions *table, const SpecTables *specs, Error *error) {
  for (size_t i = 0; i < specs->n_tables; i++) {
    for (const OptionSpec *spec = specs->tables[i]; spec->name != NULL; spec++) {
      if (spec->is_required && options_find(&table->options, spec->name) == NULL) {
        return error_at(error, ERROR_USAGE, table->place,
                        "Table '%s' has no option '%s', which connector '%s' requires", table->table_name, spec->name,
                        options_get(&table->options, NULL, "connector"));
      }
    }
  }
  return true;
}

bool connector_check(const TableOptions *table, bool as_source, bool as_sink, Error *error) {
  const Option *named = options_find(&table->options, "connector");
  if (named == NULL) {
    return error_at(error, ERROR_USAGE, table->place,
                    "Table '%s' has no option 'connector', so weir cannot tell where its rows are", table->table_name);
  }
  const Connector *connector = connector_find(named->value);
  if (connector == NULL) return unknown_name("connector", named, NAMES, N_CONNECTORS, error);
  if (as_source && connector->source_open == NULL) {
    return error_at(error, ERROR_USAGE, named->place,
                    "Connector '%s' can only be used as a sink. It cannot be used as a source", connector->name);
  }
  if (as_sink && connector->sink_open == NULL) {
    return error_at(error, ERROR_USAGE, named->place,
                    "Connector '%s' can only be used as a source. It cannot be used as a sink", connector->name);
  }

  SpecTables specs = {.tables = {connector->options, COMMON_OPTIONS}, .n_tables = 2};
  const Format *format = NULL;
  if (connector->takes_format) {
    specs.tables[specs.n_tables++] = FORMAT_OPTIONS;
    const Option *format_option = options_find(&table->options, "format");
    if (format_option == NULL) return check_required(table, &specs, error);
    format = format_find(format_option->value);
    if (format == NULL) {
      size_t n_names;
      const char *const *names = format_names(&n_names);
      return unknown_name("format", format_option, names, n_names, error);
    }
    specs.tables[specs.n_tables++] = format->options;
  }
  for (uint32_t i = 0; i < table->options.n_items; i++) {
    const Option *option = &table->options.items[i];
    const OptionSpec *spec = find_spec(&specs, option->key);
    if (spec == NULL) return refuse_unknown_option(table, &specs, connector->name, option, error);
    if (!option_check_value(spec, option, error)) return false;
  }
  if (!check_required(table, &specs, error)) return false;
  if (format != NULL && format->check != NULL && !format->check(&table->options, error)) return false;
  return connector->check == NULL || connector->check(table, error);
}
