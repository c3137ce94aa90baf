#include "base/mem.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LARGE       (128 << 10) /* where glibc begins too */
#define ARENA_ALIGN 16

/* Under AddressSanitizer every piece is a block of its own, so that a read beyond it is seen. */
#ifdef __SANITIZE_ADDRESS__
#define ARENA_BLOCK ((size_t)0)
#else
#define ARENA_BLOCK ((size_t)16384)
#endif

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(ARENA_ALIGN) unsigned char base[];
};

size_t mem_round(size_t size)
{
    return size > SIZE_MAX - (MEM_ALIGN - 1) ? 0 : (size + MEM_ALIGN - 1) / MEM_ALIGN * MEM_ALIGN;
}

void *mem_alloc(size_t size)
{
    void *p = NULL;

    if (size == 0 || size > PTRDIFF_MAX || posix_memalign(&p, MEM_ALIGN, size) != 0)
        return NULL;
    return p;
}

void mem_free(void *p)
{
    free(p);
}

#ifdef __GLIBC__
void mem_large_apart(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, LARGE);
}

void mem_give_back(void)
{
    (void)malloc_trim(0);
}
#else
void mem_large_apart(void)
{
}

void mem_give_back(void)
{
}
#endif

/* A block with room for SIZE bytes more; a large piece gets its own, behind the one in use. */
static struct arena_block *arena_grow(struct arena *arena, size_t size)
{
    bool own = size > ARENA_BLOCK / 4;
    size_t room = own ? size : ARENA_BLOCK;
    struct arena_block *block;

    if (room > PTRDIFF_MAX - sizeof(*block))
        return NULL;
    block = calloc(1, sizeof(*block) + room);
    if (!block)
        return NULL;
    block->size = room;
    if (own && arena->blocks) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    void *piece;

    if (!block || size > block->size - block->used)
        block = arena_grow(arena, size);
    if (!block)
        return NULL;
    piece = block->base + block->used;
    block->used += size;
    block->used += -block->used % ARENA_ALIGN;
    if (block->used > block->size)
        block->used = block->size;
    return piece;
}

void *arena_copy(struct arena *arena, const void *from, size_t size)
{
    void *piece = arena_alloc(arena, size);

    return piece && size ? memcpy(piece, from, size) : piece;
}

char *arena_text(struct arena *arena, const char *text, size_t length)
{
    char *piece = length < SIZE_MAX ? arena_alloc(arena, length + 1) : NULL;

    return piece && length ? memcpy(piece, text, length) : piece;
}

void arena_done(struct arena *arena)
{
    struct arena_block *next;

    for (struct arena_block *block = arena->blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    arena->blocks = NULL;
}
