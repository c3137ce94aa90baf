#include "model/memplan.h"

#include <assert.h>
#include <errno.h>
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

static int compare_firsts(const void *a, const void *b)
{
    const struct buffer *left = *(struct buffer *const *)a, *right = *(struct buffer *const *)b;

    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return left < right ? -1 : left > right;
}

static int compare_offsets(const void *a, const void *b)
{
    const struct buffer *left = *(struct buffer *const *)a, *right = *(struct buffer *const *)b;

    return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/*
 * What was placed, so that those alive at some time are found without a look at all others: a tree
 * over the buffers in the order in which they begin. A node says how long anything placed below it
 * lives; the root is 1, the children of I are 2 I and 2 I + 1, leaf I is N_LEAVES + I.
 */
struct plan {
    struct buffer **queue;    /* largest first */
    struct buffer **by_first; /* in the order of the leaves */
    struct buffer **met;      /* room for those that a buffer meets */
    uint32_t *leaf_of;        /* by their place in the caller's array */
    uint64_t *end;            /* by node: the last step + 1 of anything placed; 0: nothing is */
    uint32_t n, n_leaves;
};

static void plan_done(struct plan *plan)
{
    free(plan->queue);
    free(plan->by_first);
    free(plan->met);
    free(plan->leaf_of);
    free(plan->end);
}

static int plan_init(struct plan *plan, struct buffer *buffers, uint32_t n)
{
    *plan = (struct plan){.n = n, .n_leaves = 1};
    while (plan->n_leaves < n)
        plan->n_leaves *= 2;
    plan->queue = calloc((size_t)n + 1, sizeof(*plan->queue));
    plan->by_first = calloc((size_t)n + 1, sizeof(*plan->by_first));
    plan->met = calloc((size_t)n + 1, sizeof(*plan->met));
    plan->leaf_of = calloc((size_t)n + 1, sizeof(*plan->leaf_of));
    plan->end = calloc((size_t)plan->n_leaves * 2, sizeof(*plan->end));
    if (!plan->queue || !plan->by_first || !plan->met || !plan->leaf_of || !plan->end)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        plan->queue[i] = plan->by_first[i] = &buffers[i];
    qsort(plan->queue, n, sizeof(*plan->queue), compare_sizes);
    qsort(plan->by_first, n, sizeof(*plan->by_first), compare_firsts);
    for (uint32_t i = 0; i < n; i++)
        plan->leaf_of[plan->by_first[i] - buffers] = i;
    return 0;
}

static void plan_add(struct plan *plan, uint32_t leaf)
{
    uint64_t end = (uint64_t)plan->by_first[leaf]->last + 1;

    for (uint32_t node = plan->n_leaves + leaf; node > 0; node /= 2)
        if (plan->end[node] < end)
            plan->end[node] = end;
}

/* The first leaf from FROM on of a placed buffer that lives at STEP or later; N_LEAVES if none. */
static uint32_t plan_next(const struct plan *plan, uint32_t from, uint32_t step)
{
    uint32_t node = plan->n_leaves + from;

    if (from >= plan->n_leaves)
        return plan->n_leaves;
    while (plan->end[node] <= step) {
        while (node % 2) /* what follows a right child follows its parent */
            node /= 2;
        if (node == 0)
            return plan->n_leaves;
        node++;
    }
    while (node < plan->n_leaves) {
        node *= 2;
        node += plan->end[node] <= step;
    }
    return node - plan->n_leaves;
}

/* The lowest offset that is free for the buffer's whole life. */
static size_t find_offset(const struct plan *plan, const struct buffer *buffer)
{
    struct buffer **met = plan->met;
    size_t offset = 0, n = 0;

    for (uint32_t i = plan_next(plan, 0, buffer->first);
         i < plan->n && plan->by_first[i]->first <= buffer->last;
         i = plan_next(plan, i + 1, buffer->first))
        met[n++] = plan->by_first[i];
    qsort(met, n, sizeof(*met), compare_offsets);
    for (size_t i = 0; i < n && met[i]->offset < offset + mem_round(buffer->size); i++) {
        size_t end = met[i]->offset + mem_round(met[i]->size);

        offset = end > offset ? end : offset;
    }
    return offset;
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
    _cleanup_(plan_done) struct plan plan = {0};
    size_t size = 0;
    int r = check_sum(buffers, n_buffers, fault);

    if (r == 0)
        r = plan_init(&plan, buffers, n_buffers);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < n_buffers; i++) {
        struct buffer *buffer = plan.queue[i];
        size_t end;

        buffer->offset = find_offset(&plan, buffer);
        end = buffer->offset + mem_round(buffer->size);
        size = end > size ? end : size;
        plan_add(&plan, plan.leaf_of[buffer - buffers]);
    }
    *ret_size = size;
    return 0;
}
