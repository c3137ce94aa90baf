/* Constants out of sizes: Fill, Range, OneHot, ZerosLike, OnesLike; BroadcastTo and its like. */
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

int tf_constant_only(struct conversion *c)
{
    return conversion_unsupported(c, WAY_REPLACE,
                                  "it is supported on constants only, and here it depends on an "
                                  "input of the network");
}

/* A list of sizes, input I. */
static int read_sizes(struct conversion *c, uint32_t i, struct shape *ret)
{
    struct ints sizes;
    int r = tf_input_ints(c, i, "the shape", &sizes);

    return r < 0 ? r : fold_sizes(c, sizes.v, sizes.n, ret);
}

int tf_fold_fill(struct conversion *c)
{
    const struct numbers *value;
    struct walk walk = {0};
    int r = fold_input(c, 1, &value);

    if (r == 0)
        r = read_sizes(c, 0, &walk.shape);
    if (r == 0 && value->n != 1)
        r = conversion_unsupported(c, "check the model", "its value is not one number");
    return r < 0 ? r : fold_walk(c, value, &walk);
}

int tf_fold_range(struct conversion *c)
{
    const struct numbers *limits[3];
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < 3; i++)
        r = fold_input(c, i, &limits[i]);
    return r < 0 ? r : fold_counted(c, limits);
}

/* The shape of INDICES with a new axis of DEPTH; *RET_INNER: how many indices lie behind it. */
static int one_hot_shape(struct conversion *c, const struct shape *indices, int64_t depth,
                         struct shape *ret, size_t *ret_inner)
{
    uint32_t at = 0, rank = indices->rank + 1;
    int64_t axis;
    int r = tf_attr_int(c, "axis", -1, &axis);

    if (r == 0 && (rank > SHAPE_RANK_MAX || depth < 1 || depth > UINT32_MAX))
        r = conversion_unsupported(c, "check the model", "a depth of %" PRId64 " at rank %u", depth,
                                   rank);
    if (r == 0)
        r = axes_find(c, axis, rank, &at);
    if (r < 0)
        return r;
    *ret = emit_unsqueezed_shape(indices, 1u << at);
    ret->dim[at] = (uint32_t)depth;
    *ret_inner = 1;
    for (uint32_t i = at + 1; i < rank; i++)
        *ret_inner *= ret->dim[i];
    return 0;
}

/* The second value of OneHot everywhere but where the new axis is at the index: the first. */
int tf_fold_one_hot(struct conversion *c)
{
    const struct numbers *indices, *values[2];
    struct numbers which;
    struct shape shape;
    size_t inner = 1;
    int64_t depth = 1, *hot;
    int r = fold_input(c, 0, &indices);

    for (uint32_t i = 0; r == 0 && i < 2; i++)
        r = fold_input(c, 2 + i, &values[i]);
    if (r == 0 && (values[0]->n != 1 || values[1]->n != 1))
        r = conversion_unsupported(c, "check the model", "its values are not one number each");
    if (r == 0)
        r = tf_input_int(c, 1, "the depth", &depth);
    if (r == 0)
        r = one_hot_shape(c, &indices->shape, depth, &shape, &inner);
    if (r == 0)
        r = numbers_new_whole(c, &shape, &which, &hot);
    if (r < 0)
        return r;
    for (size_t i = 0; i < which.n; i++) {
        size_t outer = i / inner / (size_t)depth, place = i / inner % (size_t)depth;

        hot[i] = numbers_whole_at(indices, outer * inner + i % inner) == (int64_t)place;
    }
    return fold_choice(c, &which, values[0], values[1]);
}

/* ZerosLike and OnesLike: only the shape of the input counts. */
int tf_like(struct conversion *c)
{
    float f32 = strcmp(c->node->op, "OnesLike") == 0;
    int64_t whole = f32 != 0;
    struct numbers number = {
        .n = 1, .is_float = !tf_attr_is_whole(c, "T"), .f32 = &f32, .whole = &whole};
    struct walk walk = {0};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r < 0)
        return r;
    walk.shape = x->shape;
    return fold_walk(c, &number, &walk);
}

int tf_broadcast_to(struct conversion *c)
{
    struct shape to, y;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_sizes(c, 1, &to);
    if (r == 0)
        r = fold_broadcast(c, &x->shape, &to, &y);
    return r < 0 ? r : emit_expand(c, x, &y);
}

int tf_fold_broadcast_to(struct conversion *c)
{
    const struct numbers *x;
    struct shape to;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_sizes(c, 1, &to);
    return r < 0 ? r : fold_spread(c, x, &to);
}

/* BroadcastArgs: the shape that two shapes are broadcast to. */
int tf_fold_broadcast_args(struct conversion *c)
{
    struct shape a, b, y;
    struct numbers numbers;
    int64_t *to;
    int r = read_sizes(c, 0, &a);

    if (r == 0)
        r = read_sizes(c, 1, &b);
    if (r == 0)
        r = fold_broadcast(c, &a, &b, &y);
    if (r == 0)
        r = numbers_new_whole(c, &(struct shape){1, {y.rank}}, &numbers, &to);
    for (uint32_t i = 0; r == 0 && i < y.rank; i++)
        to[i] = y.dim[i];
    return r < 0 ? r : conversion_set_numbers(c, 0, &numbers);
}
