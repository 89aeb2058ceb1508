/* A table scan: from the splits of one table to a stream of batches with watermark stamps.
 *
 *   split 1:  read -> decode -> computed columns -> running watermark  \
 *   split 2:  read -> decode -> computed columns -> running watermark   merge by watermark -> filter -> outputs
 *   ...                                                                /
 *
 * Each split keeps the running maximum of the table's watermark expression over its own rows. Splits are merged in
 * the order of that maximum (the row's own included), so files are read in event-time order whatever their names and
 * sizes, a row is late exactly when it is late within its own split, and the merged stream is a function of the data
 * alone. The table's watermark is then the maximum so far, which equals the minimum over the splits still unread.
 * A table without a watermark is read split after split, in the order of their names.
 */
#ifndef WEIR_RUN_SCAN_H
#define WEIR_RUN_SCAN_H

#include "ops/operator.h"
#include "plan/plan.h"

typedef struct Scan Scan;

typedef enum ScanResult {
  SCAN_PROGRESS, /* something was read, and pushed if it made rows */
  SCAN_IDLE,     /* nothing there now; more may come */
  SCAN_END,      /* finished; outputs have been told */
  SCAN_ERROR
} ScanResult;

typedef struct ScanStats {
  uint64_t rows_read; /* decoded records */
  uint64_t rows_bad;  /* skipped as malformed */
  uint64_t bytes_read;
  uint64_t bytes_known; /* total size of the splits found so far, 0 when unknown */
  uint32_t n_splits;
} ScanStats;

/* `bad_records` gets what the decoder skips, after the scan has counted it. */
Scan *scan_new(const PlanNode *node, const SessionSettings *settings, BadRecordSink bad_records, uint32_t batch_rows,
               Error *error);
/* The operator that the scan's batches come out of, to connect to: stateless, without inputs. */
Operator *scan_operator(Scan *scan);
/* Reads and pushes about one batch. */
ScanResult scan_step(Scan *scan, Error *error);
void scan_stats(const Scan *scan, ScanStats *stats);
/* Up to where this table has been read in event time: the scheduler reads the lowest next. WATERMARK_END at the end. */
int64_t scan_watermark_us(const Scan *scan);
bool scan_has_row_time(const Scan *scan);
bool scan_is_bounded(const Scan *scan);
int64_t scan_idle_timeout_ms(const Scan *scan); /* 0: never idle */
/* Raises the table's watermark without rows: rows that still come are stamped with at least this. */
bool scan_advance_watermark(Scan *scan, int64_t watermark_us, Error *error);
const char *scan_table_name(const Scan *scan);
void scan_free(Scan *scan);

#endif
