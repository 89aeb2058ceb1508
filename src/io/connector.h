/* Connectors: where bytes come from and rows go to. One entry per connector in connector.c; each lives in its own
 * files (io/filesystem*.c, io/print.c, io/blackhole.c; kafka and datagen later).
 *
 * A source is a set of splits (files, partitions) which the scan (run/scan.h) discovers, reads, decodes and merges in
 * event-time order. A sink takes batches; what it writes becomes visible when it commits.
 */
#ifndef WEIR_IO_CONNECTOR_H
#define WEIR_IO_CONNECTOR_H

#include "format/format.h"
#include "vec/batch.h"

struct Zone;

/* What CREATE TABLE said, as far as connectors care. */
typedef struct TableOptions {
  const char *table_name;
  Options options;   /* "connector" and "format" included */
  SourcePlace place; /* of the CREATE TABLE */
} TableOptions;

typedef struct Split Split;
typedef struct SplitSet SplitSet; /* all splits of one table, found so far */
typedef struct Sink Sink;

typedef enum ReadResult {
  READ_BLOCK, /* *block is filled */
  READ_IDLE,  /* nothing there now; more may come (unbounded sources) */
  READ_END,   /* the split is at its end and will get no more */
  READ_ERROR
} ReadResult;

/* One file or partition. Blocks end at record boundaries (the split joins what the reads cut), so a decoder
 * never sees half a record, except a last line without its newline. */
struct Split {
  /* With READ_BLOCK, block->owner has one reference for the caller to release. */
  ReadResult (*read)(Split *self, RecordBlock *block, Error *error);
  void (*close)(Split *self); /* frees */
  const char *name;           /* path or topic/partition */
  uint64_t size_bytes;        /* known size, for the progress bar; 0 = unknown */
  uint64_t read_bytes;
};

struct SplitSet {
  /* Opens splits that have appeared since the last call (all of them at the first call), in a fixed order (by
   * name). Fills *splits (malloc'ed array, caller frees the array and closes the splits) and *n_splits. */
  bool (*discover)(SplitSet *self, Split ***splits, uint32_t *n_splits, Error *error);
  void (*close)(SplitSet *self); /* after all its splits */
  bool is_bounded;
  int64_t discovery_interval_ms; /* unbounded: how often to look for new splits */
};

struct Sink {
  bool (*write)(Sink *self, const Batch *batch, Error *error);
  /* Makes everything written visible (rename, flush). At the end of the job, and while a followed job runs, now and
   * then. */
  bool (*commit)(Sink *self, Error *error);
  void (*close)(Sink *self); /* frees; what was not committed is discarded */
  const char *place;         /* where the results are, for the report: a path; NULL for none */
  uint64_t written_rows;
  uint64_t written_bytes;
};

typedef struct Connector {
  const char *name;
  const OptionSpec *options; /* ends with a NULL name */
  bool takes_format;
  /* What the option tables do not show. NULL: nothing to check. */
  bool (*check)(const TableOptions *table, Error *error);
  /* NULL when the connector is not a source / not a sink. Options have been checked by connector_check. */
  SplitSet *(*source_open)(const TableOptions *table, Error *error);
  Sink *(*sink_open)(const TableOptions *table, const Schema *schema, const struct Zone *zone, Error *error);
} Connector;

extern const Connector filesystem_connector, print_connector, blackhole_connector;

const Connector *connector_find(const char *name);
const char *const *connector_names(size_t *n_names);
/* The options of every connector: "connector", "scan.watermark.idle-timeout". */
const OptionSpec *connector_common_options(void);

/* Validates a table's WITH clause as Flink does when the table is used: connector known, it is a source (or sink),
 * required options there, no unknown ones (the error names the nearest), values well-formed, format known and its
 * options likewise. */
bool connector_check(const TableOptions *table, bool as_source, bool as_sink, Error *error);

#endif
