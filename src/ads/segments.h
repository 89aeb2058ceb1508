/* A topic without a broker: a folder of JSON-lines segments.
 *
 *   DIRECTORY/TOPIC/20260101T000000.000Z-000000.jsonl
 *
 * named after the arrival of their first line, so that names sort by time. A segment is written as `.part-NAME` and
 * renamed when it is complete: readers (weir's and Flink's filesystem connector alike) pass over hidden files, and so
 * never see half a line. */
#ifndef WEIR_ADS_SEGMENTS_H
#define WEIR_ADS_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vec/error.h"

typedef struct Segments {
  char *folder;
  char *name; /* of the open segment's file, without `.part-` */
  int file;   /* -1: none is open */
  uint32_t sequence;
  uint64_t segment_bytes; /* a segment is closed when it has reached so many */
  uint64_t open_bytes;    /* of the open segment, buffered ones included */
  uint64_t total_bytes;
  char *buffer;
  size_t n_buffered;
} Segments;

/* Makes the folder if need be. One that has segments already is an error, unless `overwrite`: then they are deleted,
 * and nothing else is. Unfinished segments of a run that was killed are always deleted. */
bool segments_open(Segments *segments, const char *directory, const char *topic, uint64_t segment_bytes, bool overwrite,
                   Error *error);

/* Room for a line of at most `most_bytes` (< 64 KiB) that arrives at arrival_ms; NULL on failure. */
char *segments_line(Segments *segments, size_t most_bytes, int64_t arrival_ms, Error *error);
/* The line has been put there; its length. */
static inline void segments_wrote(Segments *segments, size_t n_bytes) {
  segments->n_buffered += n_bytes;
  segments->open_bytes += n_bytes;
}

/* Completes the open segment, if any: what was written becomes visible. */
bool segments_roll(Segments *segments, Error *error);

/* Frees; an open segment is discarded. Call segments_roll before. A zeroed Segments may be closed too. */
void segments_close(Segments *segments);

#endif
