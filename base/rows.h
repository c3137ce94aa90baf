#pragma once
/*
 * An array that grows in an arena. Elements are zeroed when they are made; pointers to them hold
 * until the next push.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

struct rows {
    void *base; /* zero-initialise to begin */
    uint32_t n, capacity;
};

/* Room for MORE elements of SIZE bytes behind the last. 0 or -ENOMEM. */
int rows_reserve(struct rows *rows, struct arena *arena, size_t more, size_t size);

/* A new last element; NULL if memory is out. */
void *rows_push(struct rows *rows, struct arena *arena, size_t size);
