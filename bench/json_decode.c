/* How fast JSON lines become columns, on one core, against counting the same lines.
 *
 *   json_decode_bench [EVENTS]
 *
 * Invents impressions with the generator's default faults in memory, cuts them into blocks as the filesystem connector
 * does, and decodes them as a scan does: a new batch for every 2,048 rows. Prints, for all eight fields and for fewer,
 * the median and the best of several rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ads/generator.h"
#include "format/format.h"
#include "vec/memory.h"

enum { N_FIELDS = 8, N_ROUNDS = 7, BLOCK_BYTES = 512 << 10, EVENTS_DEFAULT = 1500000 };

typedef struct Lines {
  char *bytes;
  size_t n_bytes;
  size_t *block_ends;
  size_t n_blocks;
} Lines;

typedef struct Measure {
  const char *name;
  bool wanted[N_FIELDS];
} Measure;

/* The thread's own time: others may be using the machine. */
static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void fail(const Error *error) {
  fprintf(stderr, "json_decode_bench: %s\n", error->message);
  exit(1);
}

/* Lines of the topic ad_impressions, malformed ones included. */
static Lines invent_lines(uint64_t n_events) {
  GeneratorOptions options;
  Error error = {0};
  char text[32];
  generator_options_init(&options);
  snprintf(text, sizeof text, "%llu", (unsigned long long)n_events);
  if (!generator_options_set(&options, "events", text, &error) || !generator_options_finish(&options, &error)) {
    fail(&error);
  }
  Lines lines = {0};
  size_t capacity = 0;
  size_t ends_capacity = 0;
  size_t block_start = 0;
  Generator *generator = generator_new(&options);
  for (Event event; generator_next(generator, &event);) {
    generator_truth(generator)->n_bytes = 0;
    if (event_is_click_topic(&event)) continue;
    lines.bytes = memory_grow(lines.bytes, &capacity, lines.n_bytes + EVENT_LINE_MAX, 1);
    size_t n_line = event_format(generator_world(generator), &event, lines.bytes + lines.n_bytes);
    if (lines.n_bytes + n_line - block_start > BLOCK_BYTES) {
      lines.block_ends = memory_grow(lines.block_ends, &ends_capacity, lines.n_blocks + 1, sizeof *lines.block_ends);
      lines.block_ends[lines.n_blocks++] = block_start = lines.n_bytes;
    }
    lines.n_bytes += n_line;
  }
  lines.block_ends = memory_grow(lines.block_ends, &ends_capacity, lines.n_blocks + 1, sizeof *lines.block_ends);
  lines.block_ends[lines.n_blocks++] = lines.n_bytes;
  generator_free(generator);
  return lines;
}

static uint64_t count_lines(const Lines *lines) {
  uint64_t n_lines = 0;
  const char *end = lines->bytes + lines->n_bytes;
  for (const char *p = lines->bytes; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) n_lines++;
  return n_lines;
}

static uint64_t decode_lines(const Lines *lines, const Schema *schema, const bool *wanted) {
  const Option ignore = {.key = "json.ignore-parse-errors", .value = "true"};
  const Options options = {.items = &ignore, .n_items = 1};
  Type types[N_FIELDS];
  uint32_t n_columns = 0;
  for (uint32_t i = 0; i < schema->n_fields; i++) {
    if (wanted[i]) types[n_columns++] = schema->fields[i].type;
  }
  Error error = {0};
  Decoder *decoder = json_format.decoder_new(schema, wanted, &options, (BadRecordSink){0}, &error);
  if (decoder == NULL) fail(&error);
  uint64_t n_rows = 0;
  size_t from = 0;
  for (size_t b = 0; b < lines->n_blocks; b++) {
    RecordBlock block = {.bytes = lines->bytes + from, .n_bytes = lines->block_ends[b] - from, .split_name = "memory"};
    for (size_t position = 0; position < block.n_bytes;) {
      Batch *batch = batch_new(n_columns, BATCH_ROWS_MAX);
      for (uint32_t c = 0; c < n_columns; c++) batch_add_column(batch, c, types[c]);
      if (!decoder->decode(decoder, &block, &position, batch, &error)) fail(&error);
      n_rows += batch->n_rows;
      batch_release(batch);
    }
    from = lines->block_ends[b];
  }
  decoder->destroy(decoder);
  return n_rows;
}

static int compare_seconds(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print_result(const char *name, const Lines *lines, uint64_t n_rows, double *seconds) {
  qsort(seconds, N_ROUNDS, sizeof *seconds, compare_seconds);
  double median = seconds[N_ROUNDS / 2];
  printf("%-24s %6.2f GB/s  %6.2f M records/s   (best %.2f GB/s)\n", name, (double)lines->n_bytes / median / 1e9,
         (double)n_rows / median / 1e6, (double)lines->n_bytes / seconds[0] / 1e9);
}

int main(int argc, char **argv) {
  Field fields[N_FIELDS] = {{"impression_id", type_string(true)},
                            {"user_id", type_string(true)},
                            {"campaign_id", type_string(true)},
                            {"ad_id", type_string(true)},
                            {"device_type", type_string(true)},
                            {"browser", type_string(true)},
                            {"event_timestamp", type_make(TYPE_BIGINT, true)},
                            {"cost", type_decimal(12, 6, true)}};
  Schema schema = {fields, N_FIELDS};
  static const Measure MEASURES[] = {
      {"decode all 8 fields", {true, true, true, true, true, true, true, true}},
      {"decode 4 (the CTR job's)", {true, false, true, false, false, false, true, true}},
      {"decode 1", {false, false, false, false, false, false, true, false}},
  };
  Lines lines = invent_lines(argc > 1 ? strtoull(argv[1], NULL, 10) : EVENTS_DEFAULT);
  uint64_t n_lines = 0;
  double seconds[N_ROUNDS];
  for (int round = 0; round < N_ROUNDS; round++) {
    double start = now_s();
    n_lines = count_lines(&lines);
    seconds[round] = now_s() - start;
  }
  printf("%llu lines, %.1f bytes each\n", (unsigned long long)n_lines, (double)lines.n_bytes / (double)n_lines);
  print_result("count lines (memchr)", &lines, n_lines, seconds);
  for (size_t m = 0; m < sizeof MEASURES / sizeof MEASURES[0]; m++) {
    uint64_t n_rows = 0;
    for (int round = 0; round < N_ROUNDS; round++) {
      double start = now_s();
      n_rows = decode_lines(&lines, &schema, MEASURES[m].wanted);
      seconds[round] = now_s() - start;
    }
    print_result(MEASURES[m].name, &lines, n_rows, seconds);
  }
  free(lines.bytes);
  free(lines.block_ends);
  return 0;
}
