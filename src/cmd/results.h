/* The result files of the ad jobs, read back for `weir report`: a row per window and campaign or device. */
#ifndef WEIR_CMD_RESULTS_H
#define WEIR_CMD_RESULTS_H

#include "vec/arena.h"
#include "vec/error.h"

typedef enum ResultTable {
  RESULTS_BY_CAMPAIGN,
  RESULTS_BY_CAMPAIGN_LIVE,
  RESULTS_BY_DEVICE,
  RESULT_TABLE_COUNT
} ResultTable;

/* Columns that a table does not have, and NULLs, are 0. */
typedef struct ResultRow {
  const char *name; /* campaign or device; in the results' arena */
  int64_t start_us; /* of the window, wall clock of the job's session */
  int64_t end_us;
  int64_t impressions;
  int64_t clicks;
  int64_t unique_users;
  int64_t unique_clickers;
  double spend; /* dollars */
  double mean_seconds_to_click;
} ResultRow;

typedef struct Results {
  ResultRow *rows; /* by name, then window */
  size_t n_rows;
  size_t n_repeated; /* rows left out since there was another of the same name and window */
  char *folder;
  bool is_there; /* the folder is */
  Arena *arena;
} Results;

/* Reads DIRECTORY/NAME-OF-THE-TABLE. A folder that is not there makes no error, and no rows. */
bool results_read(Results *results, const char *directory, ResultTable table, Error *error);
void results_free(Results *results);

#endif
