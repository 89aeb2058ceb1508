/* Events to folders; the truth to a file beside them, which appears when it is complete. */
#include "ads/generate_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ads/generator.h"
#include "ads/segments.h"
#include "vec/memory.h"

enum { EVENTS_BETWEEN_LOOKS = 4096, TRUTH_BYTES = 1 << 16 };

typedef struct TruthFile {
  char *part, *path;
  FILE *file;
} TruthFile;

static bool truth_open(TruthFile *truth, const char *directory, Error *error) {
  size_t n_bytes = strlen(directory) + sizeof "/.part-truth.jsonl";
  truth->part = memory_alloc(n_bytes);
  truth->path = memory_alloc(n_bytes);
  snprintf(truth->part, n_bytes, "%s/.part-truth.jsonl", directory);
  snprintf(truth->path, n_bytes, "%s/truth.jsonl", directory);
  if (unlink(truth->path) != 0 && errno != ENOENT) {
    return error_set(error, ERROR_RUNTIME, "cannot replace %s: %s", truth->path, strerror(errno));
  }
  truth->file = fopen(truth->part, "we");
  if (truth->file == NULL) return error_set(error, ERROR_RUNTIME, "cannot create %s: %s", truth->part, strerror(errno));
  return true;
}

static bool truth_take(TruthFile *truth, TextBuffer *text, Error *error) {
  bool is_written = fwrite(text->bytes, 1, text->n_bytes, truth->file) == text->n_bytes;
  text->n_bytes = 0;
  return is_written || error_set(error, ERROR_RUNTIME, "cannot write to %s: %s", truth->part, strerror(errno));
}

static bool truth_complete(TruthFile *truth, Error *error) {
  FILE *file = truth->file;
  truth->file = NULL;
  if (fclose(file) == 0 && rename(truth->part, truth->path) == 0) return true;
  return error_set(error, ERROR_RUNTIME, "cannot complete %s: %s", truth->path, strerror(errno));
}

static void truth_close(TruthFile *truth) {
  if (truth->file != NULL) {
    fclose(truth->file);
    unlink(truth->part);
  }
  free(truth->part);
  free(truth->path);
}

static bool write_events(Generator *generator, Segments topics[2], TruthFile *truth, const GenerateTarget *target,
                         GenerateReport *report, Error *error) {
  const World *world = generator_world(generator);
  TextBuffer *text = generator_truth(generator);
  Event event;
  bool is_more = true;
  while (is_more) {
    if (target->is_stopped != NULL && *target->is_stopped != 0) generator_stop(generator);
    for (int i = 0; i < EVENTS_BETWEEN_LOOKS && (is_more = generator_next(generator, &event)); i++) {
      Segments *topic = &topics[event_is_click_topic(&event)];
      char *line = segments_line(topic, EVENT_LINE_MAX, event.arrival_ms, error);
      if (line == NULL) return false;
      segments_wrote(topic, event_format(world, &event, line));
      report->impressions += topic == &topics[0];
      report->clicks += topic == &topics[1];
      report->last_arrival_ms = event.arrival_ms;
    }
    if ((text->n_bytes >= TRUTH_BYTES || !is_more) && !truth_take(truth, text, error)) return false;
  }
  for (int t = 0; t < 2; t++) {
    if (!segments_roll(&topics[t], error)) return false;
    report->bytes += topics[t].total_bytes;
  }
  return truth_complete(truth, error);
}

bool generate_files(const GeneratorOptions *options, const GenerateTarget *target, GenerateReport *report,
                    Error *error) {
  static const char *const TOPICS[2] = {"ad_impressions", "ad_clicks"};
  memset(report, 0, sizeof *report);
  uint64_t segment_bytes = target->segment_bytes != 0 ? target->segment_bytes : SEGMENT_BYTES_DEFAULT;
  Segments topics[2] = {{.file = -1}, {.file = -1}};
  TruthFile truth = {0};
  bool is_done = true;
  for (int t = 0; is_done && t < 2; t++) {
    is_done = segments_open(&topics[t], target->directory, TOPICS[t], segment_bytes, target->overwrite, error);
  }
  if (is_done && truth_open(&truth, target->directory, error)) {
    Generator *generator = generator_new(options);
    is_done = write_events(generator, topics, &truth, target, report, error);
    generator_free(generator);
  } else {
    is_done = false;
  }
  truth_close(&truth);
  for (int t = 0; t < 2; t++) segments_close(&topics[t]);
  return is_done;
}
