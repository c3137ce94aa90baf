#include "base/rows.h"

#include <errno.h>
#include <string.h>

int rows_reserve(struct rows *rows, struct arena *arena, size_t more, size_t size)
{
    size_t capacity;
    void *base;

    if (more <= rows->capacity - rows->n)
        return 0;
    /* Grown to the double, so that what is left behind in the arena is bounded. */
    capacity = rows->n + (more > rows->n ? more : rows->n);
    if (capacity > UINT32_MAX || capacity > PTRDIFF_MAX / size)
        return -ENOMEM;
    base = arena_alloc(arena, capacity * size);
    if (!base)
        return -ENOMEM;
    if (rows->n)
        memcpy(base, rows->base, rows->n * size);
    rows->base = base;
    rows->capacity = (uint32_t)capacity;
    return 0;
}

void *rows_push(struct rows *rows, struct arena *arena, size_t size)
{
    if (rows_reserve(rows, arena, 1, size) < 0)
        return NULL;
    return (char *)rows->base + rows->n++ * size;
}
