#include "convert/regroup.h"

/* Axes that are longer than 1, in some order. */
struct axes {
    uint8_t at[SHAPE_RANK_MAX];
    uint32_t n;
};

/* Neighbours in X and neighbours in Y that hold the same numbers. */
struct group {
    struct axes x, y;
    uint8_t place; /* in memory, of the first */
};

struct groups {
    struct group at[SHAPE_RANK_MAX];
    uint32_t n;
};

static void add(struct axes *axes, uint8_t axis)
{
    axes->at[axes->n++] = axis;
}

static struct axes long_axes(const struct shape *shape)
{
    struct axes axes = {.n = 0};

    for (uint32_t i = 0; i < shape->rank; i++)
        if (shape->dim[i] != 1)
            add(&axes, (uint8_t)i);
    return axes;
}

/* The next group: as few axes of each as have the same product. */
static bool take_group(const struct shape *x, const struct axes *axes_x, uint32_t *at_x,
                       const struct shape *y, const struct axes *axes_y, uint32_t *at_y,
                       struct group *ret)
{
    uint64_t n_x = 1, n_y = 1;

    *ret = (struct group){.place = 0};
    do {
        bool of_x = n_x <= n_y;

        if (of_x ? *at_x == axes_x->n : *at_y == axes_y->n)
            return false;
        if (of_x) {
            add(&ret->x, axes_x->at[*at_x]);
            n_x *= x->dim[axes_x->at[(*at_x)++]];
        } else {
            add(&ret->y, axes_y->at[*at_y]);
            n_y *= y->dim[axes_y->at[(*at_y)++]];
        }
    } while (n_x != n_y);
    return true;
}

static bool find_groups(const struct shape *x, const struct shape *y, struct groups *ret)
{
    struct axes axes_x = long_axes(x), axes_y = long_axes(y);
    uint32_t at_x = 0, at_y = 0;

    ret->n = 0;
    while (at_x < axes_x.n || at_y < axes_y.n)
        if (!take_group(x, &axes_x, &at_x, y, &axes_y, &at_y, &ret->at[ret->n++]))
            return false;
    return true;
}

/* In the order of memory. */
static void sort_groups(struct groups *groups)
{
    for (uint32_t i = 1; i < groups->n; i++)
        for (uint32_t k = i; k > 0 && groups->at[k].place < groups->at[k - 1].place; k--) {
            struct group group = groups->at[k];

            groups->at[k] = groups->at[k - 1];
            groups->at[k - 1] = group;
        }
}

/* The view of SHAPE with AXES in this order and the others in front: a usual one if that is it. */
static struct view view_of(const struct shape *shape, const struct axes *axes)
{
    struct view view = view_identity(), plain = view, last = view_channel_last(shape->rank);
    uint8_t front = 0;

    for (uint32_t i = 0; i < shape->rank; i++)
        if (shape->dim[i] == 1)
            view.order[i] = front++;
    for (uint32_t i = 0; i < axes->n; i++)
        view.order[axes->at[i]] = (uint8_t)(front + i);
    if (view_same_memory(&view, &plain, shape))
        return plain;
    return view_same_memory(&view, &last, shape) ? last : view;
}

bool regroup(const struct shape *x, const struct view *view, const struct shape *y,
             struct view *ret_from, struct view *ret_to)
{
    struct axes axes_x = {.n = 0}, axes_y = {.n = 0};
    struct groups groups;

    if (!find_groups(x, y, &groups))
        return false;
    for (uint32_t i = 0; i < groups.n; i++)
        groups.at[i].place = view->order[groups.at[i].x.at[0]];
    sort_groups(&groups);
    for (uint32_t i = 0; i < groups.n; i++) {
        for (uint32_t k = 0; k < groups.at[i].x.n; k++)
            add(&axes_x, groups.at[i].x.at[k]);
        for (uint32_t k = 0; k < groups.at[i].y.n; k++)
            add(&axes_y, groups.at[i].y.at[k]);
    }
    *ret_from = view_of(x, &axes_x);
    if (view_same_memory(view, ret_from, x))
        *ret_from = *view;
    *ret_to = view_of(y, &axes_y);
    return true;
}
