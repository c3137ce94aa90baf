#include "convert/view.h"

#include <string.h>

struct view view_identity(void)
{
    struct view view;

    for (uint8_t i = 0; i < SHAPE_RANK_MAX; i++)
        view.order[i] = i;
    return view;
}

struct view view_channel_last(uint32_t rank)
{
    struct view view = view_identity();

    if (rank < 3)
        return view;
    view.order[1] = (uint8_t)(rank - 1);
    for (uint32_t i = 2; i < rank; i++)
        view.order[i] = (uint8_t)(i - 1);
    return view;
}

bool view_equal(const struct view *a, const struct view *b, uint32_t rank)
{
    return memcmp(a->order, b->order, rank) == 0;
}

struct shape view_apply(const struct view *view, const struct shape *shape)
{
    struct shape value = {.rank = shape->rank};

    for (uint32_t i = 0; i < shape->rank; i++)
        value.dim[view->order[i]] = shape->dim[i];
    return value;
}

struct shape view_undo(const struct view *view, const struct shape *value)
{
    struct shape shape = {.rank = value->rank};

    for (uint32_t i = 0; i < value->rank; i++)
        shape.dim[i] = value->dim[view->order[i]];
    return shape;
}

struct view view_transpose(const struct view *view, const uint8_t *perm, uint32_t rank)
{
    struct view y = view_identity();

    for (uint32_t i = 0; i < rank; i++)
        y.order[i] = view->order[perm[i]];
    return y;
}

struct view view_drop(const struct view *view, uint32_t rank, uint32_t mask)
{
    struct view y = view_identity();
    uint32_t n = 0;

    for (uint32_t i = 0; i < rank; i++) {
        uint8_t before = 0; /* kept axes that lie before this one in the value */

        if (mask & 1u << i)
            continue;
        for (uint32_t k = 0; k < rank; k++)
            before += !(mask & 1u << k) && view->order[k] < view->order[i];
        y.order[n++] = before;
    }
    return y;
}

/* Foreign axes longer than 1, in the order in which the value has them. */
static uint32_t long_axes(const struct view *view, const struct shape *shape, uint8_t *axes)
{
    uint32_t n = 0;

    for (uint32_t place = 0; place < shape->rank; place++)
        for (uint8_t i = 0; i < shape->rank; i++)
            if (view->order[i] == place && shape->dim[i] != 1)
                axes[n++] = i;
    return n;
}

bool view_same_memory(const struct view *a, const struct view *b, const struct shape *shape)
{
    uint8_t axes_a[SHAPE_RANK_MAX], axes_b[SHAPE_RANK_MAX];
    uint32_t n = long_axes(a, shape, axes_a);

    long_axes(b, shape, axes_b);
    return memcmp(axes_a, axes_b, n) == 0;
}

void view_permutation(const struct view *a, const struct view *b, uint32_t rank, int32_t *perm)
{
    for (uint32_t i = 0; i < rank; i++)
        perm[b->order[i]] = a->order[i];
}
