/* Slices: the groups of several slices of one layout at once, and DISTINCT aggregates that share their values. */
#include "func/aggregate.h"
#include "ops/slice.h"
#include "ops_testing.h"

enum { KEY, USER, COST, IS_CLICK, TIME, N_COLUMNS, N_SLICES = 3, N_ROWS = 600, N_USERS = 12, N_KEYS = 5 };
enum { N_AGGREGATES = 6, SET_MEMBERS = 64 };

static const uint32_t key_columns[] = {KEY};
static Type types[N_COLUMNS];
static Arena *arena;

static int set_up(void **state) {
  (void)state;
  arena = arena_new(1024);
  types[KEY] = types[USER] = type_string(true);
  types[COST] = type_make(TYPE_BIGINT, true);
  types[IS_CLICK] = type_make(TYPE_BOOLEAN, true);
  types[TIME] = type_timestamp(TYPE_TIMESTAMP, 3, false);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_release(arena);
  return 0;
}

static WindowAggregate aggregate(const char *name, int32_t argument, int32_t filter, bool is_distinct) {
  AggregateCall *call = arena_alloc_zeroed(arena, sizeof *call);
  Expr *expr = NULL;
  if (argument >= 0) expr = expr_column(arena, (uint32_t)argument, types[argument], (SourcePlace){0});
  Error error = {0};
  assert_true(
      aggregate_resolve(arena, aggregate_find(name), expr == NULL ? NULL : &expr, (SourcePlace){0}, call, &error));
  return (WindowAggregate){
      .call = call, .argument_column = argument, .filter_column = filter, .is_distinct = is_distinct};
}

/* --- the model: what each group of each slice has seen --- */

typedef struct ModelGroup {
  int64_t n, n_clicks, sum, distinct_sum;
  uint32_t first_row;
  bool users[N_USERS], clickers[N_USERS], has_cost[8], is_there;
} ModelGroup;

static void model_text(const ModelGroup *group, const char *key, char *text, size_t size) {
  int64_t n_users = 0, n_clickers = 0;
  bool has_cost = false;
  for (uint32_t u = 0; u < N_USERS; u++) {
    n_users += group->users[u];
    n_clickers += group->clickers[u];
  }
  for (uint32_t c = 0; c < 8; c++) has_cost |= group->has_cost[c];
  char sums[64] = "NULL|NULL";
  if (has_cost) snprintf(sums, sizeof sums, "%lld|%lld", (long long)group->sum, (long long)group->distinct_sum);
  snprintf(text, size, "%s|%lld|%lld|%s|%lld|%lld", key, (long long)group->n, (long long)group->n_clicks, sums,
           (long long)n_users, (long long)n_clickers);
}

static void groups_of_several_slices(void **state) {
  (void)state;
  const WindowAggregate aggregates[N_AGGREGATES] = {
      aggregate("COUNT", -1, -1, false),  aggregate("COUNT", -1, IS_CLICK, false),
      aggregate("SUM", COST, -1, false),  aggregate("SUM", COST, -1, true),
      aggregate("COUNT", USER, -1, true), aggregate("COUNT", USER, IS_CLICK, true)};
  WindowAggSpec spec = {.key_columns = key_columns,
                        .key_types = &types[KEY],
                        .n_keys = 1,
                        .aggregates = aggregates,
                        .n_aggregates = N_AGGREGATES};
  SliceLayout *layout = slice_layout_new(&spec);
  Slice *slices[N_SLICES];
  for (int s = 0; s < N_SLICES; s++) slices[s] = slice_new(layout, s, s + 1, s + 1);
  static ModelGroup model[N_SLICES][N_KEYS + 1];
  memset(model, 0, sizeof model);

  uint64_t chance = 9;
  TestStream stream = {.n_columns = N_COLUMNS, .watermark_us = WATERMARK_NONE};
  memcpy(stream.types, types, sizeof types);
  uint32_t slice_of[N_ROWS];
  for (uint32_t r = 0; r < N_ROWS; r++) {
    int64_t key = test_random_below(&chance, N_KEYS + 1), user = test_random_below(&chance, N_USERS + 1);
    int64_t cost = test_random_below(&chance, 9), truth = test_random_below(&chance, 3);
    static const char *const truths[] = {"true", "false", "NULL"};
    char key_text[48] = "NULL", user_text[48] = "NULL", cost_text[16] = "NULL", cells[256];
    if (key < N_KEYS) snprintf(key_text, sizeof key_text, "a campaign, number %lld", (long long)key);
    if (user < N_USERS) snprintf(user_text, sizeof user_text, "user %lld, of many", (long long)user);
    if (cost < 8) snprintf(cost_text, sizeof cost_text, "%lld", (long long)cost);
    snprintf(cells, sizeof cells, "%s|%s|%s|%s|0", key_text, user_text, cost_text, truths[truth]);
    test_add(&stream, cells, r);
    slice_of[r] = (uint32_t)test_random_below(&chance, N_SLICES);
    ModelGroup *group = &model[slice_of[r]][key];
    if (!group->is_there) group->first_row = r;
    group->is_there = true;
    group->n++;
    group->n_clicks += truth == 0;
    if (cost < 8) {
      group->sum += cost;
      if (!group->has_cost[cost]) group->distinct_sum += cost;
      group->has_cost[cost] = true;
    }
    if (user < N_USERS) group->users[user] = true;
    if (user < N_USERS && truth == 0) group->clickers[user] = true;
  }
  for (uint32_t from = 0; from < N_ROWS; from += 100) {
    Batch *batch = test_batch(&stream, from, from + 100, true);
    slice_prepare(layout, batch);
    for (uint32_t s = 0; s < N_SLICES; s++) {
      uint32_t rows[100], n_rows = 0;
      for (uint32_t r = 0; r < 100; r++) {
        if (slice_of[from + r] == s) rows[n_rows++] = r;
      }
      slice_update(slices[s], layout, batch, rows, n_rows);
    }
    batch_release(batch); /* what groups keep is theirs */
  }

  uint8_t *groups[N_SLICES * (N_KEYS + 1)];
  uint32_t n_groups = 0;
  char *wanted[N_SLICES * (N_KEYS + 1)];
  for (uint32_t s = 0; s < N_SLICES; s++) {
    assert_true(slice_bytes(slices[s], layout) > 0);
    for (uint32_t g = 0; g < hash_table_count(slices[s]->groups); g++) {
      groups[n_groups] = hash_table_record(slices[s]->groups, g);
      /* Groups are numbered as they were first seen. */
      uint32_t next_row = N_ROWS, next = 0;
      for (uint32_t k = 0; k <= N_KEYS; k++) {
        if (model[s][k].is_there && model[s][k].first_row < next_row) {
          next_row = model[s][k].first_row;
          next = k;
        }
      }
      char text[256];
      model_text(&model[s][next], stream.rows[next_row].cells[KEY], text, sizeof text);
      model[s][next].is_there = false;
      wanted[n_groups++] = memory_copy_text(text);
    }
  }
  Batch *result = batch_new(1 + N_AGGREGATES, n_groups);
  result->n_rows = n_groups;
  Error error = {0};
  assert_true(slice_read(layout, slices[0], groups, n_groups, result, &error));
  Collector *collector = collector_new();
  collector_push(&collector->base, 0, result, &error);
  test_compare("groups", collector->rows, collector->n_rows, wanted, n_groups);
  operator_free(&collector->base);
  batch_release(result);
  for (uint32_t g = 0; g < n_groups; g++) free(wanted[g]);
  for (int s = 0; s < N_SLICES; s++) slice_free(slices[s], layout);
  slice_free(NULL, layout);
  slice_layout_free(layout);
  test_stream_free(&stream);
}

/* A set tells its aggregates apart by the bits of a word; one more takes a second set. */
static void more_distinct_aggregates_than_bits(void **state) {
  (void)state;
  enum { N_MANY = SET_MEMBERS + 3 };
  WindowAggregate aggregates[N_MANY];
  for (int a = 0; a < N_MANY; a++) aggregates[a] = aggregate("COUNT", USER, a % 2 == 0 ? -1 : IS_CLICK, true);
  WindowAggSpec spec = {.aggregates = aggregates, .n_aggregates = N_MANY};
  SliceLayout *layout = slice_layout_new(&spec);
  Slice *slice = slice_new(layout, 0, 1, 1);
  TestStream stream = {.n_columns = N_COLUMNS, .watermark_us = WATERMARK_NONE};
  memcpy(stream.types, types, sizeof types);
  test_add(&stream, "a|u|1|true|0", 0);
  test_add(&stream, "a|u|1|false|0", 0);
  test_add(&stream, "b|v|1|false|0", 0);
  test_add(&stream, "b|NULL|1|true|0", 0);
  Batch *batch = test_batch(&stream, 0, 4, true);
  slice_prepare(layout, batch);
  slice_update(slice, layout, batch, NULL, 4);
  assert_int_equal(hash_table_count(slice->groups), 1);
  uint8_t *group = hash_table_record(slice->groups, 0);
  Batch *result = batch_new(N_MANY, 1);
  result->n_rows = 1;
  Error error = {0};
  assert_true(slice_read(layout, slice, &group, 1, result, &error));
  for (int a = 0; a < N_MANY; a++) {
    assert_int_equal(*(const int64_t *)result->columns[a].values, a % 2 == 0 ? 2 : 1);
  }
  batch_release(result);
  batch_release(batch);
  slice_free(slice, layout);
  slice_layout_free(layout);
  test_stream_free(&stream);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_of_several_slices),
      cmocka_unit_test(more_distinct_aggregates_than_bits),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
