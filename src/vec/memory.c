/* See memory.h. */
#include "vec/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static _Noreturn void out_of_memory(size_t n_bytes) {
  fprintf(stderr, "weir: out of memory: %zu bytes more are not to be had\n", n_bytes);
  exit(1);
}

void *memory_alloc(size_t n_bytes) {
  void *memory = malloc(n_bytes == 0 ? 1 : n_bytes);
  if (memory == NULL) out_of_memory(n_bytes);
  return memory;
}

void *memory_alloc_zeroed(size_t count, size_t item_bytes) {
  void *memory = calloc(count == 0 ? 1 : count, item_bytes == 0 ? 1 : item_bytes);
  if (memory == NULL) out_of_memory(count * item_bytes);
  return memory;
}

void *memory_resize(void *old, size_t count, size_t item_bytes) {
  size_t n_bytes;
  if (__builtin_mul_overflow(count, item_bytes, &n_bytes)) out_of_memory(SIZE_MAX);
  void *memory = realloc(old, n_bytes == 0 ? 1 : n_bytes);
  if (memory == NULL) out_of_memory(n_bytes);
  return memory;
}

void *memory_alloc_aligned(size_t n_bytes) {
  size_t rounded = (n_bytes + 63) & ~(size_t)63;
  if (rounded < n_bytes) out_of_memory(n_bytes);
  void *memory = aligned_alloc(64, rounded == 0 ? 64 : rounded);
  if (memory == NULL) out_of_memory(n_bytes);
  return memory;
}

void *memory_alloc_large(size_t n_bytes) {
  if (n_bytes < MEMORY_HUGE_BYTES) return memory_alloc(n_bytes);
  size_t rounded = (n_bytes + MEMORY_HUGE_BYTES - 1) & ~(size_t)(MEMORY_HUGE_BYTES - 1);
  if (rounded < n_bytes) out_of_memory(n_bytes);
  void *memory = aligned_alloc(MEMORY_HUGE_BYTES, rounded);
  if (memory == NULL) out_of_memory(n_bytes);
  madvise(memory, rounded, MADV_HUGEPAGE); /* a wish: where the system has none, nothing changes */
  return memory;
}

char *memory_copy_text(const char *text) {
  size_t n_bytes = strlen(text) + 1;
  return memcpy(memory_alloc(n_bytes), text, n_bytes);
}

void *memory_grow(void *array, size_t *capacity, size_t wanted, size_t item_bytes) {
  if (wanted <= *capacity) return array;
  size_t grown = *capacity < 8 ? 8 : *capacity;
  while (grown < wanted) {
    if (grown > SIZE_MAX / 2) out_of_memory(SIZE_MAX);
    grown *= 2;
  }
  array = memory_resize(array, grown, item_bytes);
  *capacity = grown;
  return array;
}
