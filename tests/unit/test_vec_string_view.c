/* String views against memcmp: every pair of strings around the inline length, with shared beginnings and NUL bytes. */
#include "vec/string_view.h"
#include "vec_testing.h"

enum { N_TEXTS = 400, TEXT_MAX = 40 };

static void views_behave_as_their_bytes(void **state) {
  (void)state;
  static char texts[N_TEXTS][TEXT_MAX], copies[N_TEXTS][TEXT_MAX];
  static uint32_t lengths[N_TEXTS];
  uint64_t seed = 5;
  for (int t = 0; t < N_TEXTS; t++) {
    uint64_t length_max = next_random(&seed) % 2 == 0 ? 15 : TEXT_MAX;
    lengths[t] = t < 60 ? (uint32_t)t / 4 : (uint32_t)(next_random(&seed) % length_max);
    for (uint32_t b = 0; b < TEXT_MAX; b++) {
      uint64_t choice = next_random(&seed) % 40;
      texts[t][b] = (char)(choice == 0 ? 0 : choice == 1 ? 0xff : choice == 2 ? 'b' : 'a');
    }
    memcpy(copies[t], texts[t], TEXT_MAX);
    memset(copies[t] + lengths[t], '#', TEXT_MAX - lengths[t]); /* what lies behind does not count */
  }
  for (int a = 0; a < N_TEXTS; a++) {
    StringView left = string_view(texts[a], lengths[a]);
    assert_int_equal(left.length, lengths[a]);
    assert_memory_equal(string_view_bytes(&left), texts[a], lengths[a]);
    assert_true((string_view_bytes(&left) == texts[a]) == (lengths[a] > STRING_VIEW_INLINE_MAX));
    for (int b = 0; b < N_TEXTS; b++) {
      StringView right = string_view(copies[b], lengths[b]);
      uint32_t shorter = lengths[a] < lengths[b] ? lengths[a] : lengths[b];
      int order = memcmp(texts[a], copies[b], shorter);
      if (order == 0) order = (lengths[a] > lengths[b]) - (lengths[a] < lengths[b]);
      int actual = string_view_compare(&left, &right);
      assert_int_equal((actual > 0) - (actual < 0), (order > 0) - (order < 0));
      assert_int_equal(string_view_equal(&left, &right), order == 0);
      if (order == 0 && left.length <= STRING_VIEW_INLINE_MAX) assert_memory_equal(&left, &right, sizeof left);
    }
  }
}

/* Unused inline bytes are zero, and the zero view is the empty string. */
static void short_views_are_padded(void **state) {
  (void)state;
  StringView view;
  memset(&view, 0xff, sizeof view);
  view = string_view("abcde#########", 5);
  const char expected[16] = {5, 0, 0, 0, 'a', 'b', 'c', 'd', 'e'};
  assert_memory_equal(&view, expected, sizeof expected);
  StringView empty = string_view("", 0), zero = {.length = 0};
  assert_true(string_view_equal(&empty, &zero));
  assert_int_equal(string_view_compare(&empty, &zero), 0);
}

/* By unsigned bytes: UTF-8 sorts by code point. */
static void order_is_unsigned(void **state) {
  (void)state;
  static const char *const rising[] = {"", "A", "Z", "a", "aa", "z", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
  for (size_t a = 0; a + 1 < LENGTH(rising); a++) {
    StringView left = string_view(rising[a], (uint32_t)strlen(rising[a]));
    StringView right = string_view(rising[a + 1], (uint32_t)strlen(rising[a + 1]));
    assert_true(string_view_compare(&left, &right) < 0);
    assert_true(string_view_compare(&right, &left) > 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(views_behave_as_their_bytes),
      cmocka_unit_test(short_views_are_padded),
      cmocka_unit_test(order_is_unsigned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
