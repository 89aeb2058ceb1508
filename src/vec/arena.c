/* Blocks in a list, newest first; allocation bumps a pointer in the newest. The arena's own struct lives at the head
 * of its first block, so that a small arena is one malloc. */
#include "vec/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vec/memory.h"

enum { ALIGNMENT = 16, COLUMN_ALIGNMENT = 64 };

typedef struct Block {
  struct Block *next;
  size_t n_bytes; /* of data */
  char data[];
} Block;

enum { BLOCK_BYTES_MAX = MEMORY_HUGE_BYTES - sizeof(Block) };

struct Arena {
  char *position;
  char *end;
  Block *blocks;
  size_t held_bytes;
  size_t next_block_bytes;
  uint32_t references;
};

static Block *block_new(Arena *arena, size_t n_bytes) {
  Block *block = memory_alloc_large(sizeof *block + n_bytes);
  block->n_bytes = n_bytes;
  arena->held_bytes += sizeof *block + n_bytes;
  return block;
}

Arena *arena_new(size_t first_block_bytes) {
  Arena *arena = memory_alloc_zeroed(1, sizeof *arena);
  arena->references = 1;
  arena->held_bytes = sizeof *arena;
  arena->next_block_bytes = first_block_bytes < 256 ? 256 : first_block_bytes;
  return arena;
}

Arena *arena_retain(Arena *arena) {
  assert(arena->references > 0);
  arena->references++;
  return arena;
}

void arena_release(Arena *arena) {
  if (arena == NULL) return;
  assert(arena->references > 0);
  if (--arena->references > 0) return;
  for (Block *block = arena->blocks; block != NULL;) {
    Block *next = block->next;
    free(block);
    block = next;
  }
  free(arena);
}

static char *align_up(char *position, size_t alignment) {
  return (char *)(((uintptr_t)position + alignment - 1) & ~(uintptr_t)(alignment - 1));
}

static void *allocate(Arena *arena, size_t n_bytes, size_t alignment) {
  char *start = align_up(arena->position, alignment);
  if (arena->position != NULL && start <= arena->end && n_bytes <= (size_t)(arena->end - start)) {
    arena->position = start + n_bytes;
    return start;
  }
  size_t needed = n_bytes + alignment;
  size_t usual = arena->next_block_bytes;
  Block *block = block_new(arena, needed > usual ? needed : usual);
  if (needed > usual && arena->blocks != NULL && (size_t)(arena->end - arena->position) > usual / 4) {
    /* A large request does not end the block that small ones still fit in. */
    block->next = arena->blocks->next;
    arena->blocks->next = block;
    return align_up(block->data, alignment);
  }
  block->next = arena->blocks;
  arena->blocks = block;
  if (arena->next_block_bytes < BLOCK_BYTES_MAX) {
    bool may_double = arena->next_block_bytes <= BLOCK_BYTES_MAX / 2;
    arena->next_block_bytes = may_double ? arena->next_block_bytes * 2 : BLOCK_BYTES_MAX;
  }
  start = align_up(block->data, alignment);
  arena->position = start + n_bytes;
  arena->end = block->data + block->n_bytes;
  return start;
}

void *arena_alloc(Arena *arena, size_t n_bytes) { return allocate(arena, n_bytes, ALIGNMENT); }
void *arena_alloc_column(Arena *arena, size_t n_bytes) { return allocate(arena, n_bytes, COLUMN_ALIGNMENT); }
char *arena_alloc_text(Arena *arena, size_t n_bytes) { return allocate(arena, n_bytes, 1); }

void *arena_alloc_zeroed(Arena *arena, size_t n_bytes) {
  return memset(allocate(arena, n_bytes, ALIGNMENT), 0, n_bytes);
}

char *arena_copy_text(Arena *arena, const char *text, size_t n_bytes) {
  char *copy = arena_alloc_text(arena, n_bytes + 1);
  if (n_bytes > 0) memcpy(copy, text, n_bytes);
  copy[n_bytes] = '\0';
  return copy;
}

char *arena_printf(Arena *arena, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  assert(length >= 0);
  char *text = arena_alloc_text(arena, (size_t)length + 1);
  vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text;
}

void arena_reset(Arena *arena) {
  assert(arena->references == 1);
  Block *largest = arena->blocks;
  for (Block *block = arena->blocks; block != NULL; block = block->next) {
    if (block->n_bytes > largest->n_bytes) largest = block;
  }
  for (Block *block = arena->blocks; block != NULL;) {
    Block *next = block->next;
    if (block != largest) {
      arena->held_bytes -= sizeof *block + block->n_bytes;
      free(block);
    }
    block = next;
  }
  arena->blocks = largest;
  if (largest != NULL) {
    largest->next = NULL;
    arena->position = largest->data;
    arena->end = largest->data + largest->n_bytes;
  }
}

bool arena_is_shared(const Arena *arena) { return arena->references > 1; }

size_t arena_held_bytes(const Arena *arena) { return arena->held_bytes; }
