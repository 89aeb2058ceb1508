/* What the two halves of the filesystem connector share. */
#ifndef WEIR_IO_FILESYSTEM_H
#define WEIR_IO_FILESYSTEM_H

#include "io/connector.h"

extern const OptionSpec filesystem_options[];

/* The local path of a 'path' option ("file:///data/x", "data/x/"): malloc'ed, no slash at its end. NULL when it names
 * another file system. */
char *filesystem_local_path(const char *path);

SplitSet *filesystem_source_open(const TableOptions *table, Error *error);
Sink *filesystem_sink_open(const TableOptions *table, const Schema *schema, const struct Zone *zone, Error *error);

#endif
