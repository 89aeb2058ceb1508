/* The generator's file sink: DIRECTORY/ad_impressions/, DIRECTORY/ad_clicks/ (ads/segments.h) and
 * DIRECTORY/truth.jsonl (ads/truth.h). */
#ifndef WEIR_ADS_GENERATE_FILES_H
#define WEIR_ADS_GENERATE_FILES_H

#include <signal.h>

#include "ads/options.h"
#include "vec/error.h"

typedef struct GenerateTarget {
  const char *directory;
  uint64_t segment_bytes; /* 0: SEGMENT_BYTES_DEFAULT */
  bool overwrite;         /* delete the events that are there already */
  /* NULL, or looked at now and then: when it is not 0 any more, what has been generated is completed as if it were the
   * end. */
  const volatile sig_atomic_t *is_stopped;
} GenerateTarget;

enum { SEGMENT_BYTES_DEFAULT = 64 << 20 };

typedef struct GenerateReport {
  uint64_t impressions; /* lines */
  uint64_t clicks;
  uint64_t bytes; /* of both topics */
  int64_t last_arrival_ms;
} GenerateReport;

/* On failure complete segments stay, and truth.jsonl is not there. */
bool generate_files(const GeneratorOptions *options, const GenerateTarget *target, GenerateReport *report,
                    Error *error);

#endif
