#pragma once
/*
 * Aligned memory. Everything that a kernel reads or writes in bulk (weights, scratch, edges) begins
 * on a 64-byte boundary: a cache line, and the widest vector.
 */
#include <stddef.h>

#define MEM_ALIGN 64

/* SIZE rounded up to the next multiple of MEM_ALIGN; 0 if that does not fit a size_t. */
size_t mem_round(size_t size);

/* Aligned, not cleared; NULL if memory is out or SIZE is 0. Freed by mem_free. */
void *mem_alloc(size_t size);
void mem_free(void *p); /* NULL is fine */

/*
 * For a process that lives long. mem_large_apart, once at its start: large pieces are mappings of
 * their own, so that they are given back when they are freed. Left alone, glibc raises its limit to
 * the largest piece that was ever freed, and what comes later stays in the heap for good.
 * mem_give_back returns what lies free in the heap; it takes milliseconds, and other threads'
 * allocations wait for it.
 */
void mem_large_apart(void);
void mem_give_back(void);

/*
 * An arena: many small allocations of one owner, freed together. Not thread safe. Pieces are
 * aligned to 16 bytes and never move.
 */
struct arena_block;

struct arena {
    struct arena_block *blocks; /* zero-initialise the struct to begin */
};

/* Cleared; NULL if memory is out. A SIZE of 0 gives a piece that must not be touched. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_copy(struct arena *arena, const void *from, size_t size);
char *arena_text(struct arena *arena, const char *text, size_t length); /* ends it with a 0 */
void arena_done(struct arena *arena);
