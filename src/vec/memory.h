/* malloc and friends that never return NULL: when memory runs out, the process
 * says so in one sentence on stderr and exits with status 1. Sizes are checked
 * for overflow. Free with free(). */
#ifndef WEIR_VEC_MEMORY_H
#define WEIR_VEC_MEMORY_H

#include <stddef.h>

enum { MEMORY_HUGE_BYTES = 2 << 20 };

void *memory_alloc(size_t n_bytes);
void *memory_alloc_zeroed(size_t count, size_t item_bytes);
void *memory_resize(void *old, size_t count, size_t item_bytes);
/* Aligned to 64 bytes, so that columns start on a cache line. */
void *memory_alloc_aligned(size_t n_bytes);
/* The same as memory_alloc below MEMORY_HUGE_BYTES; from there on it starts on a huge page and asks for huge pages, so
 * that state which is read all over costs one address translation in 2 MiB instead of one in 4 KiB. */
void *memory_alloc_large(size_t n_bytes);
char *memory_copy_text(const char *text);

/* Grows a malloc'ed array to hold at least `wanted` items, doubling; returns the
 * (possibly moved) array and updates *capacity. */
void *memory_grow(void *array, size_t *capacity, size_t wanted, size_t item_bytes);

#endif
