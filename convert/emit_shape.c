/* What changes sizes or order and no number. */
#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/regroup.h"
#include "model/ops/channel_shuffle.h"

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

/* Does the network give output 0? Then it has the order that the file means. */
static bool is_given(struct conversion *c)
{
    const struct tensor *y = conversion_output(c, 0), *tensors = c->tensors.base;
    const uint32_t *outputs = c->outputs.base;

    for (uint32_t i = 0; i < c->outputs.n; i++)
        if (&tensors[outputs[i]] == y)
            return true;
    return false;
}

/*
 * X under FROM, reshaped to SIZES, where in memory only the last two axes of X have changed places
 * and become one: a shuffle of channels. Returns its groups, 0: it is none.
 */
static uint32_t find_shuffle(const struct tensor *x, const struct view *from,
                             const struct shape *sizes)
{
    struct shape before = view_apply(&x->view, &x->shape);
    uint32_t rank = before.rank;
    int32_t perm[SHAPE_RANK_MAX];

    view_permutation(&x->view, from, rank, perm);
    for (uint32_t i = 0; i + 2 < rank; i++)
        if (perm[i] != (int32_t)i)
            return 0;
    if (rank < 3 || perm[rank - 1] != (int32_t)rank - 2 || sizes->rank == 0 ||
        (uint64_t)before.dim[rank - 1] * before.dim[rank - 2] != sizes->dim[sizes->rank - 1])
        return 0;
    return before.dim[rank - 2];
}

/* Output 0 is X, whose value is reshaped to SIZES, with its channels shuffled. */
static int emit_shuffle(struct conversion *c, const struct tensor *x, uint32_t groups,
                        const struct shape *sizes, const struct view *view)
{
    struct channel_shuffle_attrs attrs = {(int32_t)groups};
    uint32_t in;
    struct node_spec spec = {
        .op = OP_CHANNEL_SHUFFLE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    int r = layout_reshape(c, x->name, "whole", x->value, sizes, &in);

    return r < 0 ? r : conversion_emit(c, 0, &spec, view);
}

int emit_reshape(struct conversion *c, struct tensor *x, const struct shape *y)
{
    struct tensor alias = {.state = TENSOR_VALUE, .shape = *y};
    struct view plain = view_identity(), from;
    struct shape sizes;
    uint32_t groups;
    int r;

    if (layout_is_plain(x) || is_given(c) || !regroup(&x->shape, &x->view, y, &from, &alias.view))
        return layout_emit_plain(c, 0, x, y, &plain);
    sizes = view_apply(&alias.view, y);
    groups = find_shuffle(x, &from, &sizes);
    if (groups)
        return emit_shuffle(c, x, groups, &sizes, &alias.view);
    r = layout_bring(c, x, &from, &alias.value);
    if (r < 0)
        return r;
    if (shape_equal(&builder_value(c->builder, alias.value)->shape, &sizes))
        return conversion_alias(c, 0, &alias);
    return layout_emit_reshape(c, 0, alias.value, &sizes, &alias.view);
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
