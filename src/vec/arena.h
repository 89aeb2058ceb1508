/* A bump allocator with a reference count: what is allocated together dies
 * together. A batch's computed columns, the strings of a window's groups, a
 * syntax tree and a read buffer are each an arena.
 *
 * Blocks double from `first_block_bytes` up to 2 MiB; a larger request gets a
 * block of its own. Alignment is 16 bytes (so that __int128 can live here), or
 * 64 for columns. Not thread-safe: an arena belongs to one shard. */
#ifndef WEIR_VEC_ARENA_H
#define WEIR_VEC_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;

Arena *arena_new(size_t first_block_bytes); /* one reference, the caller's */
Arena *arena_retain(Arena *arena);          /* returns its argument */
void arena_release(Arena *arena);           /* the last one frees; NULL is allowed */

void *arena_alloc(Arena *arena, size_t n_bytes);                       /* 16-byte aligned, not zeroed */
void *arena_alloc_zeroed(Arena *arena, size_t n_bytes);                /* 16-byte aligned */
void *arena_alloc_column(Arena *arena, size_t n_bytes);                /* 64-byte aligned, not zeroed */
char *arena_alloc_text(Arena *arena, size_t n_bytes);                  /* unaligned, for string bytes */
char *arena_copy_text(Arena *arena, const char *text, size_t n_bytes); /* adds a final NUL */
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forgets all allocations and keeps the largest block, for reuse in steady state.
 * Only for an arena with a single reference. */
void arena_reset(Arena *arena);

/* Somebody else holds a reference too: what lies here may not be overwritten yet. */
bool arena_is_shared(const Arena *arena);

/* Bytes held from the system (not: bytes handed out). */
size_t arena_held_bytes(const Arena *arena);

#endif
