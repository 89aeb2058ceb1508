/* Arenas: allocations that do not overlap, alignment, text, reset and references. */
#include "vec/arena.h"
#include "vec_testing.h"

typedef struct Piece {
  unsigned char *bytes;
  size_t n_bytes;
  unsigned char mark;
} Piece;

static void check_pieces(const Piece *pieces, size_t n_pieces) {
  for (size_t p = 0; p < n_pieces; p++) {
    for (size_t b = 0; b < pieces[p].n_bytes; b++) {
      if (pieces[p].bytes[b] != pieces[p].mark) fail_msg("piece %zu was overwritten at byte %zu", p, b);
    }
  }
}

/* Any mix of sizes and kinds, from arenas that start small and large, twice in the same arena. */
static void allocations_keep_apart(void **state) {
  (void)state;
  enum { N_PIECES = 2000 };
  static const size_t first_blocks[] = {0, 1, 256, 5000, 3 << 20};
  static Piece pieces[N_PIECES];
  uint64_t seed = 9;
  for (size_t f = 0; f < LENGTH(first_blocks); f++) {
    Arena *arena = arena_new(first_blocks[f]);
    for (int round = 0; round < 2; round++) {
      size_t total = 0;
      for (size_t p = 0; p < N_PIECES; p++) {
        uint64_t choice = next_random(&seed);
        size_t n_bytes = choice % 100 == 0 ? next_random(&seed) % 40000 : next_random(&seed) % 60;
        unsigned char *bytes;
        switch (choice / 100 % 4) {
          case 0:
            bytes = arena_alloc(arena, n_bytes);
            assert_int_equal((uintptr_t)bytes % 16, 0);
            break;
          case 1:
            bytes = arena_alloc_zeroed(arena, n_bytes);
            assert_int_equal((uintptr_t)bytes % 16, 0);
            for (size_t b = 0; b < n_bytes; b++) assert_int_equal(bytes[b], 0);
            break;
          case 2:
            bytes = arena_alloc_column(arena, n_bytes);
            assert_int_equal((uintptr_t)bytes % 64, 0);
            break;
          default:
            bytes = (unsigned char *)arena_alloc_text(arena, n_bytes);
        }
        pieces[p] = (Piece){.bytes = bytes, .n_bytes = n_bytes, .mark = (unsigned char)p};
        memset(bytes, pieces[p].mark, n_bytes);
        total += n_bytes;
      }
      check_pieces(pieces, N_PIECES);
      assert_true(arena_held_bytes(arena) >= total);
      arena_reset(arena);
    }
    arena_release(arena);
  }
}

/* What is used again and again in the same amount stops asking the system for memory. */
static void reset_keeps_a_block_that_suffices(void **state) {
  (void)state;
  Arena *arena = arena_new(256);
  size_t held_before = 0;
  for (int round = 0; round < 30; round++) {
    for (int piece = 0; piece < 200; piece++) memset(arena_alloc(arena, 1000), round, 1000);
    if (round > 20) assert_int_equal(arena_held_bytes(arena), held_before);
    held_before = arena_held_bytes(arena);
    arena_reset(arena);
  }
  assert_true(held_before < 200 * 1000 * 4);
  arena_release(arena);

  Arena *unused = arena_new(256);
  arena_reset(unused);
  assert_non_null(arena_alloc(unused, 10));
  arena_release(unused);
}

/* Small allocations out of a large arena cost blocks of 2 MiB at most. */
static void blocks_stay_bounded(void **state) {
  (void)state;
  Arena *arena = arena_new(700000);
  size_t held_before = arena_held_bytes(arena), total = 0;
  for (int piece = 0; piece < 5000; piece++, total += 1024) {
    arena_alloc(arena, 1024);
    size_t grown = arena_held_bytes(arena) - held_before;
    assert_true(grown <= 2 << 20);
    held_before += grown;
  }
  assert_true(held_before < total + (1 << 21));
  arena_release(arena);
}

static void text_is_terminated(void **state) {
  (void)state;
  Arena *arena = arena_new(16);
  assert_string_equal(arena_copy_text(arena, "abcdef", 3), "abc");
  assert_string_equal(arena_copy_text(arena, NULL, 0), "");
  assert_memory_equal(arena_copy_text(arena, "a\0b", 3), "a\0b", 4);
  assert_string_equal(arena_printf(arena, "%s-%d", "x", 7), "x-7");
  assert_string_equal(arena_printf(arena, "%s", ""), "");
  char *wide = arena_printf(arena, "%5000d", 1);
  assert_int_equal(strlen(wide), 5000);
  arena_release(arena);
}

static void references_are_counted(void **state) {
  (void)state;
  Arena *arena = arena_new(64);
  assert_false(arena_is_shared(arena));
  assert_ptr_equal(arena_retain(arena), arena);
  assert_true(arena_is_shared(arena));
  char *text = arena_copy_text(arena, "still here", 10);
  arena_release(arena);
  assert_false(arena_is_shared(arena));
  assert_string_equal(text, "still here");
  arena_release(arena);
  arena_release(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(allocations_keep_apart), cmocka_unit_test(reset_keeps_a_block_that_suffices),
      cmocka_unit_test(blocks_stay_bounded),    cmocka_unit_test(text_is_terminated),
      cmocka_unit_test(references_are_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
