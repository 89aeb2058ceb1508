/* Flink's blackhole connector: takes rows, counts them, keeps nothing. For measuring everything before the sink. */
#include <stdlib.h>

#include "io/connector.h"
#include "vec/memory.h"

static const OptionSpec BLACKHOLE_OPTIONS[] = {{NULL, OPTION_STRING, false, NULL, NULL, NULL, NULL}};

static bool blackhole_write(Sink *sink, const Batch *batch, Error *error) {
  (void)error;
  sink->written_rows += batch->n_rows;
  return true;
}

static bool blackhole_commit(Sink *sink, Error *error) {
  (void)sink;
  (void)error;
  return true;
}

static void blackhole_close(Sink *sink) { free(sink); }

static Sink *blackhole_open(const TableOptions *table, const Schema *schema, const struct Zone *zone, Error *error) {
  (void)table;
  (void)schema;
  (void)zone;
  (void)error;
  Sink *sink = memory_alloc_zeroed(1, sizeof *sink);
  *sink = (Sink){.write = blackhole_write, .commit = blackhole_commit, .close = blackhole_close};
  return sink;
}

const Connector blackhole_connector = {
    .name = "blackhole",
    .options = BLACKHOLE_OPTIONS,
    .sink_open = blackhole_open,
};
