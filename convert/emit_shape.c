/* What changes sizes or order and no number. */
#include "convert/emit.h"
#include "convert/layout.h"

struct shape emit_squeezed_shape(const struct shape *x, uint32_t mask)
{
    struct shape y = {0};

    for (uint32_t i = 0; i < x->rank; i++)
        if (!(mask & 1u << i))
            y.dim[y.rank++] = x->dim[i];
    return y;
}

struct shape emit_unsqueezed_shape(const struct shape *x, uint32_t mask)
{
    struct shape y = {.rank = x->rank + (uint32_t)__builtin_popcount(mask)};
    uint32_t next = 0;

    for (uint32_t i = 0; i < y.rank; i++)
        y.dim[i] = mask & 1u << i ? 1 : x->dim[next++];
    return y;
}

int emit_reshape(struct conversion *c, struct tensor *x, const struct shape *y)
{
    struct view view = view_identity();

    return layout_emit_plain(c, 0, x, y, &view);
}

/* Axes of 1 come and go wherever the rest lies, so its layout may stay. */
int emit_squeeze(struct conversion *c, struct tensor *x, uint32_t mask)
{
    struct shape y = emit_squeezed_shape(&x->shape, mask), value;
    struct view view;

    if (layout_is_plain(x))
        return emit_reshape(c, x, &y);
    view = view_drop(&x->view, x->shape.rank, mask);
    value = view_apply(&view, &y);
    return layout_emit_reshape(c, 0, x->value, &value, &view);
}

/* The new axes in front of all others in the value, whose layout is OLD. */
static struct view insert_view(const struct view *old, uint32_t rank, uint32_t mask)
{
    struct view view = view_identity();
    uint32_t more = (uint32_t)__builtin_popcount(mask);
    uint32_t front = 0, next = 0;

    for (uint32_t i = 0; i < rank + more; i++)
        view.order[i] = (uint8_t)(mask & 1u << i ? front++ : old->order[next++] + more);
    return view;
}

int emit_unsqueeze(struct conversion *c, struct tensor *x, uint32_t mask)
{
    struct shape y = emit_unsqueezed_shape(&x->shape, mask), value;
    struct view view, channel_last;

    if (layout_is_plain(x))
        return emit_reshape(c, x, &y);
    view = insert_view(&x->view, x->shape.rank, mask);
    channel_last = view_channel_last(y.rank);
    if (view_same_memory(&view, &channel_last, &y))
        view = channel_last;
    value = view_apply(&view, &y);
    return layout_emit_reshape(c, 0, x->value, &value, &view);
}

int emit_transpose(struct conversion *c, struct tensor *x, const uint8_t *perm)
{
    struct tensor alias = *x;

    alias.view = view_transpose(&x->view, perm, x->shape.rank);
    for (uint32_t i = 0; i < x->shape.rank; i++)
        alias.shape.dim[i] = x->shape.dim[perm[i]];
    return conversion_alias(c, 0, &alias);
}
