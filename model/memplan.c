#include "model/memplan.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"

static int compare_sizes(const void *a, const void *b)
{
    const struct buffer *left = *(struct buffer *const *)a, *right = *(struct buffer *const *)b;

    if (left->size != right->size)
        return left->size > right->size ? -1 : 1;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return left < right ? -1 : left > right; /* so that every run gives the same plan */
}

static bool meet(const struct buffer *a, const struct buffer *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest offset that is free for the buffer's whole life; PLACED stands by offset. */
static size_t find_offset(struct buffer *const *placed, uint32_t n, const struct buffer *buffer)
{
    size_t offset = 0;

    for (uint32_t i = 0; i < n; i++) {
        size_t end = placed[i]->offset + mem_round(placed[i]->size);

        if (!meet(placed[i], buffer) || end <= offset)
            continue;
        if (placed[i]->offset >= offset + mem_round(buffer->size))
            break;
        offset = end;
    }
    return offset;
}

static void insert(struct buffer **placed, uint32_t n, struct buffer *buffer)
{
    uint32_t i = n;

    while (i > 0 && placed[i - 1]->offset > buffer->offset)
        i--;
    memmove(placed + i + 1, placed + i, (n - i) * sizeof(*placed));
    placed[i] = buffer;
}

/* All sums of the plan stay below that of all sizes, so one test is enough. */
static int check_sum(const struct buffer *buffers, uint32_t n_buffers, struct fault *fault)
{
    size_t sum = 0;

    for (uint32_t i = 0; i < n_buffers; i++) {
        size_t size = mem_round(buffers[i].size);

        assert(buffers[i].first <= buffers[i].last);
        if ((size == 0 && buffers[i].size != 0) || size > SIZE_MAX - sum)
            return fail(fault, E_SHAPE, "the tensors of the network together fit no memory");
        sum += size;
    }
    return 0;
}

int memplan(struct buffer *buffers, uint32_t n_buffers, size_t *ret_size, struct fault *fault)
{
    _cleanup_(freep) struct buffer **queue = calloc((size_t)n_buffers + 1, sizeof(*queue));
    _cleanup_(freep) struct buffer **placed = calloc((size_t)n_buffers + 1, sizeof(*placed));
    size_t size = 0;
    int r = check_sum(buffers, n_buffers, fault);

    if (r < 0)
        return r;
    if (!queue || !placed)
        return -ENOMEM;
    for (uint32_t i = 0; i < n_buffers; i++)
        queue[i] = &buffers[i];
    qsort(queue, n_buffers, sizeof(*queue), compare_sizes);
    for (uint32_t i = 0; i < n_buffers; i++) {
        size_t end;

        queue[i]->offset = find_offset(placed, i, queue[i]);
        end = queue[i]->offset + mem_round(queue[i]->size);
        size = end > size ? end : size;
        insert(placed, i, queue[i]);
    }
    *ret_size = size;
    return 0;
}
