/* See progress.h. One line, redrawn in place, never wider than 80 columns. */
#include "cmd/progress.h"

#include <stdio.h>

#include "cmd/text.h"

enum { BAR_CELLS = 24 };

void progress_draw(void *context, const Job *job) {
  Progress *progress = context;
  if (!progress->is_shown) return;
  JobStats stats;
  job_stats(job, &stats);
  if (stats.rows_read == 0 && !progress->is_drawn) return;
  double seconds = (double)stats.elapsed_ns / 1e9;
  double rate = seconds > 0 ? (double)stats.rows_read / seconds : 0;
  char rate_text[TEXT_MAX], time_text[TEXT_MAX], count_text[TEXT_MAX];
  fprintf(stderr, "\r\033[K");
  if (job_is_bounded(job) && stats.bytes_known > 0) {
    double share = (double)stats.bytes_read / (double)stats.bytes_known;
    if (share > 1) share = 1;
    int full = (int)(share * BAR_CELLS);
    for (int cell = 0; cell < BAR_CELLS; cell++) fputs(cell < full ? "\u2588" : "\u2591", stderr);
    fprintf(stderr, " %3.0f %%  ", share * 100);
  } else {
    fprintf(stderr, "%s events  ", text_count(stats.rows_read, count_text));
  }
  fprintf(stderr, "%s events/s", text_rate(rate, rate_text));
  if (stats.event_time_us != WATERMARK_NONE) fprintf(stderr, "  at %s", text_time(stats.event_time_us, time_text));
  fflush(stderr);
  progress->is_drawn = true;
}

void progress_clear(Progress *progress) {
  if (!progress->is_drawn) return;
  fprintf(stderr, "\r\033[K");
  fflush(stderr);
  progress->is_drawn = false;
}
