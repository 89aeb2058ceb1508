/* How fast can the flagship question be answered at all? jobs/ctr_by_campaign.sql as one hand-written program that can
 * answer nothing else, single-threaded: what `make bench` measures the engine against.
 *
 *   limit IMPRESSIONS_FOLDER CLICKS_FOLDER > rows.jsonl
 *
 * It may assume what a general engine may not: the keys' order and spacing are the generator's, identifiers have 18
 * characters, timestamps 13 digits, an impression delivered twice is the same line twice. It does all of the work that
 * the answer needs: it checks every key of every line (a line of another shape is skipped), removes duplicates, joins
 * by a hash table of all impressions, and applies the watermarks' rules about what is late. Its rows equal the oracle's
 * (tests/oracle/cohort_ctr.py), and bench/run.sh checks that they do.
 *
 * Where its time goes: a cache miss per impression and per click in the hash table, hidden by hashing and prefetching a
 * block of lines before touching the table; huge pages keep the address translation from missing too. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
  ID_BYTES = 18,
  READ_BYTES = 256 << 10,
  PADDING = 64, /* bytes after what was read: quotes, where the search for one ends */
  BLOCK_LINES = 64,
  CAMPAIGNS_MAX = 1024,
  MINUTES_MAX = 1 << 16,
  MINUTE_MS = 60000,
  ATTRIBUTION_MS = 600000,
  DELAY_MS = 5000
};

typedef struct Impression {
  char id[ID_BYTES];
  uint16_t campaign_and_clicked; /* campaign << 1 | was clicked on */
  uint32_t cost_micros;
  int32_t ts;    /* ms since base_ms */
  int32_t stamp; /* the watermark that it met, likewise */
} Impression;    /* 32 bytes: two to a cache line; ts and stamp of an unused slot are INT32_MIN */

typedef struct Cell {
  uint64_t impressions, clicks, costs, spend_micros;
} Cell;

typedef struct Campaign {
  char id[24];
  uint32_t n_bytes;
} Campaign;

static Impression *table;
static uint64_t table_mask;
static Campaign campaigns[CAMPAIGNS_MAX];
static uint16_t campaign_slots[4 * CAMPAIGNS_MAX]; /* number + 1 */
static uint32_t n_campaigns;
static Cell *minutes[MINUTES_MAX];
static int64_t base_ms; /* a day before the first event, in whole minutes */
static uint64_t n_lines, n_skipped, n_late;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* ---- Lines ---- */

/* The first quote at or after p. */
static inline const char *find_quote(const char *p) {
#ifdef __SSE2__
  for (;; p += 16) {
    int hits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8('"')));
    if (hits != 0) return p + __builtin_ctz((unsigned)hits);
  }
#else
  return memchr(p, '"', READ_BYTES);
#endif
}

static inline bool has_high_bit(const char *p, size_t n) {
  unsigned char all = 0;
  for (size_t i = 0; i < n; i++) all |= (unsigned char)p[i];
  return all >> 7;
}

/* If p starts with the literal, moves past it. */
#define EXPECT(p, literal) (memcmp((p), (literal), sizeof(literal) - 1) == 0 && ((p) += sizeof(literal) - 1, true))

static inline bool skip_string(const char **p) {
  *p = find_quote(*p);
  return true;
}

static inline bool take_id(const char **p, const char **id) {
  *id = *p;
  *p += ID_BYTES;
  return find_quote(*id) == *p;
}

static inline bool take_timestamp(const char **p, int64_t *ms) {
  int64_t value = 0;
  for (int i = 0; i < 13; i++) {
    unsigned digit = (unsigned char)(*p)[i] - '0';
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  *p += 13;
  *ms = value;
  return true;
}

/* A number of at most six digits after the point; or a text, which is no number: NULL. */
static inline bool take_cost(const char **p, uint32_t *micros) {
  if (**p == '"') {
    *p = find_quote(*p + 1) + 1;
    *micros = UINT32_MAX;
    return true;
  }
  uint32_t value = 0, scale = 1000000;
  const char *start = *p;
  while ((unsigned char)(**p - '0') <= 9) value = value * 10 + (uint32_t)(*(*p)++ - '0');
  if (*p == start) return false;
  if (**p == '.') {
    for (++*p; (unsigned char)(**p - '0') <= 9 && scale > 1; scale /= 10)
      value = value * 10 + (uint32_t)(*(*p)++ - '0');
  }
  *micros = value * scale;
  return true;
}

static uint32_t campaign_of(const char *id, size_t n_bytes) {
  uint64_t head = 0;
  memcpy(&head, id, n_bytes < 8 ? n_bytes : 8);
  for (uint64_t slot = head * UINT64_C(0x9e3779b97f4a7c15) >> 52;; slot = (slot + 1) % (4 * CAMPAIGNS_MAX)) {
    uint32_t number = campaign_slots[slot];
    if (number == 0) {
      if (n_campaigns == CAMPAIGNS_MAX - 1 || n_bytes > sizeof campaigns[0].id) exit(1);
      memcpy(campaigns[n_campaigns].id, id, n_bytes);
      campaigns[n_campaigns].n_bytes = (uint32_t)n_bytes;
      campaign_slots[slot] = (uint16_t)++n_campaigns;
      return n_campaigns - 1;
    }
    if (campaigns[number - 1].n_bytes == n_bytes && memcmp(campaigns[number - 1].id, id, n_bytes) == 0)
      return number - 1;
  }
}

/* ---- The join ---- */

static inline uint64_t hash_id(const char *id) {
  uint64_t a, b;
  memcpy(&a, id, 8);
  memcpy(&b, id + 8, 8);
  unsigned __int128 product =
      (unsigned __int128)(a ^ UINT64_C(0xa0761d6478bd642f)) * (b ^ UINT64_C(0xe7037ed1a0b428db));
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline Impression *slot_of(const char *id, uint64_t hash) {
  for (uint64_t i = hash & table_mask;; i = (i + 1) & table_mask) {
    Impression *slot = &table[i];
    if (slot->ts == INT32_MIN || memcmp(slot->id, id, ID_BYTES) == 0) return slot;
  }
}

static inline Cell *cell_of(int32_t ts, uint32_t campaign) {
  uint32_t minute = (uint32_t)ts / MINUTE_MS;
  if (minutes[minute] == NULL && (minutes[minute] = calloc(CAMPAIGNS_MAX, sizeof(Cell))) == NULL) fail("calloc");
  return &minutes[minute][campaign];
}

typedef struct Parsed {
  Impression row; /* of a click: id, ts and stamp */
  uint64_t hash;
} Parsed;

static bool parse_impression(const char *p, const char *end, Parsed *parsed, int64_t *ms) {
  const char *id, *campaign;
  if (!EXPECT(p, "{\"impression_id\":\"") || !take_id(&p, &id)) return false;
  if (!EXPECT(p, "\",\"user_id\":\"") || !skip_string(&p)) return false;
  if (!EXPECT(p, "\",\"campaign_id\":\"")) return false;
  campaign = p;
  p = find_quote(p);
  size_t n_campaign = (size_t)(p - campaign);
  if (!EXPECT(p, "\",\"ad_id\":\"") || !skip_string(&p)) return false;
  if (!EXPECT(p, "\",\"device_type\":\"") || !skip_string(&p)) return false;
  if (!EXPECT(p, "\",\"browser\":\"") || !skip_string(&p)) return false;
  if (!EXPECT(p, "\",\"event_timestamp\":") || !take_timestamp(&p, ms)) return false;
  if (!EXPECT(p, ",\"cost\":") || !take_cost(&p, &parsed->row.cost_micros)) return false;
  if (!EXPECT(p, "}") || p != end) return false;
  memcpy(parsed->row.id, id, ID_BYTES);
  parsed->row.campaign_and_clicked = (uint16_t)(campaign_of(campaign, n_campaign) << 1);
  return true;
}

static bool parse_click(const char *p, const char *end, Parsed *parsed, int64_t *ms) {
  const char *click_id, *id;
  if (!EXPECT(p, "{\"click_id\":\"") || !take_id(&p, &click_id)) return false;
  if (!EXPECT(p, "\",\"impression_id\":\"") || !take_id(&p, &id)) return false;
  if (!EXPECT(p, "\",\"user_id\":\"") || !skip_string(&p)) return false;
  if (!EXPECT(p, "\",\"event_timestamp\":") || !take_timestamp(&p, ms)) return false;
  if (!EXPECT(p, "}") || p != end) return false;
  memcpy(parsed->row.id, id, ID_BYTES);
  return true;
}

static void add_impressions(const Parsed *block, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const Impression *row = &block[i].row;
    Impression *slot = slot_of(row->id, block[i].hash);
    if (slot->ts != INT32_MIN) continue; /* delivered twice */
    int32_t window_last = row->ts / MINUTE_MS * MINUTE_MS + MINUTE_MS - 1;
    if (window_last <= row->stamp - ATTRIBUTION_MS - 1) {
      n_late++;
      continue;
    }
    *slot = *row;
    Cell *cell = cell_of(row->ts, row->campaign_and_clicked >> 1);
    cell->impressions++;
    if (row->cost_micros == UINT32_MAX) continue;
    cell->costs++;
    cell->spend_micros += row->cost_micros;
  }
}

static void add_clicks(const Parsed *block, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const Impression *click = &block[i].row;
    Impression *impression = slot_of(click->id, block[i].hash);
    if (impression->ts == INT32_MIN || (impression->campaign_and_clicked & 1)) continue;
    if (click->ts < impression->ts || click->ts - impression->ts > ATTRIBUTION_MS) continue;
    /* Whichever the join gets first, by watermark, must still be kept when the other one comes. */
    bool is_met = impression->stamp <= click->stamp ? impression->stamp < impression->ts + ATTRIBUTION_MS &&
                                                          click->stamp <= impression->ts + ATTRIBUTION_MS
                                                    : click->stamp < click->ts && impression->stamp <= click->ts;
    if (!is_met) {
      n_late++;
      continue;
    }
    impression->campaign_and_clicked |= 1;
    cell_of(impression->ts, impression->campaign_and_clicked >> 1)->clicks++;
  }
}

/* ---- Files ---- */

static void read_file(const char *path, bool is_clicks) {
  static char buffer[READ_BYTES + PADDING];
  static Parsed block[BLOCK_LINES];
  int file = open(path, O_RDONLY);
  if (file < 0) fail(path);
  size_t n_held = 0, n_block = 0;
  int64_t latest = INT32_MIN; /* this file's greatest time so far */
  for (;;) {
    ssize_t n = read(file, buffer + n_held, READ_BYTES - n_held);
    if (n < 0) fail(path);
    if (n == 0) break; /* a last line without its newline is cut short: the generator writes none */
    n_held += (size_t)n;
    memset(buffer + n_held, '"', PADDING);
    const char *line = buffer, *stop = buffer + n_held;
    for (const char *end; (end = memchr(line, '\n', (size_t)(stop - line))) != NULL; line = end + 1) {
      Parsed *parsed = &block[n_block];
      int64_t ms;
      n_lines++;
      if (!(is_clicks ? parse_click(line, end, parsed, &ms) : parse_impression(line, end, parsed, &ms)) ||
          has_high_bit(line, (size_t)(end - line))) {
        n_skipped++;
        continue;
      }
      if (base_ms == 0) base_ms = ms / MINUTE_MS * MINUTE_MS - 1440 * (int64_t)MINUTE_MS;
      if (ms < base_ms || ms - base_ms >= INT32_MAX - ATTRIBUTION_MS - MINUTE_MS) {
        fprintf(stderr, "limit: the events span more than 23 days\n");
        exit(1);
      }
      parsed->row.ts = (int32_t)(ms - base_ms);
      parsed->row.stamp = (int32_t)(latest - DELAY_MS < 0 ? 0 : latest - DELAY_MS);
      if (parsed->row.ts > latest) latest = parsed->row.ts;
      parsed->hash = hash_id(parsed->row.id);
      __builtin_prefetch(&table[parsed->hash & table_mask], 1);
      if (++n_block == BLOCK_LINES) {
        (is_clicks ? add_clicks : add_impressions)(block, n_block);
        n_block = 0;
      }
    }
    n_held = (size_t)(stop - line);
    if (n_held == READ_BYTES) exit(1); /* a line of 256 KiB is not the generator's */
    memmove(buffer, line, n_held);
  }
  (is_clicks ? add_clicks : add_impressions)(block, n_block);
  close(file);
}

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.' && entry->d_name[0] != '_'; }

/* Calls read_file for each, in the order of their names, or adds up their sizes. */
static uint64_t each_file(const char *folder, bool is_clicks, bool is_read) {
  struct dirent **entries;
  int n = scandir(folder, &entries, is_visible, alphasort);
  if (n < 0) fail(folder);
  uint64_t n_bytes = 0;
  for (int i = 0; i < n; i++) {
    char path[4096];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    if (stat(path, &status) != 0) fail(path);
    n_bytes += (uint64_t)status.st_size;
    if (is_read) read_file(path, is_clicks);
    free(entries[i]);
  }
  free(entries);
  return n_bytes;
}

static void make_table(uint64_t n_bytes) {
  uint64_t n_slots = 1 << 16;
  while (n_slots < n_bytes / 160 * 5 / 4) n_slots *= 2; /* an impression's line has more than 160 bytes */
  size_t size = n_slots * sizeof *table;
  table = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED) fail("mmap");
  madvise(table, size, MADV_HUGEPAGE);
  for (uint64_t i = 0; i < n_slots; i++) table[i].ts = INT32_MIN;
  table_mask = n_slots - 1;
}

static int by_id(const void *a, const void *b) {
  return strcmp(campaigns[*(const uint32_t *)a].id, campaigns[*(const uint32_t *)b].id);
}

/* numerator * scale / denominator in millionths, rounded half up. */
static void print_ratio(const char *name, uint64_t numerator, uint64_t denominator) {
  uint64_t micros = (2 * numerator + denominator) / (2 * denominator);
  printf(",\"%s\":%llu.%06llu", name, (unsigned long long)(micros / 1000000), (unsigned long long)(micros % 1000000));
}

static void print_rows(void) {
  uint32_t order[CAMPAIGNS_MAX];
  for (uint32_t c = 0; c < n_campaigns; c++) order[c] = c;
  qsort(order, n_campaigns, sizeof *order, by_id);
  for (int64_t m = 0; m < MINUTES_MAX; m++) {
    if (minutes[m] == NULL) continue;
    int64_t second = base_ms / 1000 + m * 60;
    char start[32], end[32];
    strftime(start, sizeof start, "%F %T", gmtime(&(time_t){second}));
    strftime(end, sizeof end, "%F %T", gmtime(&(time_t){second + 60}));
    for (uint32_t i = 0; i < n_campaigns; i++) {
      const Cell *cell = &minutes[m][order[i]];
      if (cell->impressions == 0) continue;
      printf(
          "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"campaign_id\":\"%s\",\"impressions\":%llu,\"clicks\":%llu,"
          "\"ctr\":%.17g",
          start, end, campaigns[order[i]].id, (unsigned long long)cell->impressions, (unsigned long long)cell->clicks,
          (double)cell->clicks / (double)cell->impressions);
      if (cell->costs == 0) {
        printf(",\"spend\":null,\"ecpm\":null,\"cost_per_click\":null}\n");
        continue;
      }
      print_ratio("spend", cell->spend_micros, 1);
      print_ratio("ecpm", cell->spend_micros * 1000, cell->impressions);
      if (cell->clicks == 0) printf(",\"cost_per_click\":null");
      if (cell->clicks != 0) print_ratio("cost_per_click", cell->spend_micros, cell->clicks);
      printf("}\n");
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: limit IMPRESSIONS_FOLDER CLICKS_FOLDER > rows.jsonl\n");
    return 2;
  }
  make_table(each_file(argv[1], false, false));
  each_file(argv[1], false, true);
  each_file(argv[2], true, true);
  print_rows();
  fprintf(stderr, "%llu lines, %llu skipped, %llu late\n", (unsigned long long)n_lines, (unsigned long long)n_skipped,
          (unsigned long long)n_late);
  return 0;
}
