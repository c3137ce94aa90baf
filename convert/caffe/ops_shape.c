/* What changes sizes, order or name and no number: Flatten to Tile. */
#include <errno.h>
#include <string.h>

#include "convert/caffe/kernel.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/slices.h"
#include "model/ops/channel_shuffle.h"
#include "model/ops/power.h"

/* Dropout, as it is when a network is used; a fork of Caffe scales then instead of in training. */
int convert_caffe_dropout(struct conversion *c)
{
    struct power_attrs attrs = {.power = 1};
    struct tensor *x;
    float ratio;
    bool scaled;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_bool(c, "scale_train", true, &scaled);
    if (r == 0)
        r = param_f32(c, "dropout_ratio", 0.5F, &ratio);
    if (r < 0 || scaled)
        return r < 0 ? r : conversion_alias(c, 0, x);
    attrs.scale = 1 - ratio;
    return emit_each(c, x, OP_POWER, &attrs);
}

/* Split: every top is the bottom under another name. */
int convert_caffe_alias(struct conversion *c)
{
    struct tensor *x;
    int r = c->node->n_inputs == 1 ? conversion_activation(c, 0, &x)
                                   : caffe_ops_check_blobs(c, 1, c->node->n_outputs);

    for (uint32_t i = 0; r == 0 && i < c->node->n_outputs; i++)
        r = conversion_alias(c, i, x);
    return r;
}

/* Is all that reads top 0 an InnerProduct that flattens what it reads, in the same order? */
static bool feeds_product(struct conversion *c, const struct shape *x, const struct shape *y)
{
    const struct tensor *top = conversion_output(c, 0);
    const struct foreign_node *user =
        top && top->n_uses == 1 && top->user != NO_NODE ? c->nodes[top->user] : NULL;

    return user && strcmp(user->op, "InnerProduct") == 0 && y->rank == 2 && x->rank > 2 &&
           x->dim[0] == y->dim[0] &&
           !pbtext_find(pbtext_find(caffe_layer_of(user)->text, "inner_product_param"), "axis");
}

/*
 * X in another shape. Where only H and W change behind the channels, channels last stay last; a
 * picture of one place lies both ways at once.
 */
static int make_shape(struct conversion *c, struct tensor *x, const struct shape *y)
{
    struct view plain = view_identity(), last = view_channel_last(y->rank);
    struct view x_last = view_channel_last(x->shape.rank);

    if (feeds_product(c, &x->shape, y))
        return conversion_alias(c, 0, x);
    if (x->shape.rank > 2 && y->rank > 2 && view_equal(&x->view, &x_last, x->shape.rank) &&
        x->state == TENSOR_VALUE && x->shape.dim[0] == y->dim[0] && x->shape.dim[1] == y->dim[1]) {
        struct shape sizes = view_apply(&last, y);

        return layout_emit_reshape(c, 0, x->value, &sizes, &last);
    }
    return layout_emit_plain(c, 0, x, y,
                             y->rank == 4 && view_same_memory(&plain, &last, y) ? &last : &plain);
}

/* How many numbers of X the axes from BEGIN to END hold. */
static uint32_t count_axes(const struct shape *x, uint32_t begin, uint32_t end)
{
    uint32_t n = 1;

    for (uint32_t i = begin; i < end; i++)
        n *= x->dim[i];
    return n;
}

int convert_caffe_flatten(struct conversion *c)
{
    struct tensor *x;
    struct shape y = {0};
    uint32_t axis, end;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_axis(c, "axis", 1, x->shape.rank, &axis);
    if (r == 0)
        r = param_axis(c, "end_axis", -1, x->shape.rank, &end);
    if (r == 0 && end < axis)
        r = conversion_unsupported(c, "check the prototxt", "end_axis stands before axis");
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < axis; i++)
        y.dim[y.rank++] = x->shape.dim[i];
    y.dim[y.rank++] = count_axes(&x->shape, axis, end + 1);
    for (uint32_t i = end + 1; i < x->shape.rank; i++)
        y.dim[y.rank++] = x->shape.dim[i];
    return make_shape(c, x, &y);
}

/* The part of a blob that a Reshape replaces: the axes from BEGIN to END. */
struct part {
    uint32_t begin, end;
};

static int read_part(struct conversion *c, uint32_t rank, struct part *ret)
{
    int32_t axis, n, count = (int32_t)rank;
    int r = param_i32(c, "axis", 0, -count - 1, count, &axis);

    if (r == 0)
        r = param_i32(c, "num_axes", -1, -1, count, &n);
    if (r < 0)
        return r;
    axis += axis < 0 ? count + 1 : 0;
    ret->begin = (uint32_t)axis;
    ret->end = n < 0 ? rank : (uint32_t)(axis + n);
    if (ret->end > rank)
        return conversion_unsupported(c, "check the prototxt",
                                      "%d axes from axis %d on, of a blob of %u", n, axis, rank);
    return 0;
}

/* The sizes that stand for the part: 0 is the bottom's, -1 what is left over. */
static int read_sizes(struct conversion *c, const struct shape *x, const struct part *part,
                      struct shape *y)
{
    const struct pbtext_field *shape = pbtext_find(caffe_source_of(c)->param, "shape");
    uint32_t open = SHAPE_RANK_MAX, i = part->begin;
    uint64_t all = count_axes(x, 0, x->rank), known = 1;
    int64_t size;

    for (const struct pbtext_field *f = pbtext_find(shape, "dim"); f; f = pbtext_next(f), i++) {
        if (pbtext_whole(f, &size) < 0 || size < -1 || size > INT32_MAX ||
            (size == -1 && open != SHAPE_RANK_MAX) || (size == 0 && i >= x->rank))
            return conversion_unsupported(c, "check the prototxt", "dim (line %u) is no size",
                                          f->line);
        if (y->rank == SHAPE_RANK_MAX)
            return conversion_unsupported(c, WAY_REPLACE, "more than %d dimensions",
                                          SHAPE_RANK_MAX);
        if (size == -1)
            open = y->rank;
        y->dim[y->rank++] = size == 0 ? x->dim[i] : size < 0 ? 1 : (uint32_t)size;
    }
    for (i = part->end; i < x->rank && y->rank < SHAPE_RANK_MAX; i++)
        y->dim[y->rank++] = x->dim[i];
    for (i = 0; i < y->rank && known <= all; i++)
        known *= y->dim[i];
    if (open != SHAPE_RANK_MAX && known && all % known == 0) {
        y->dim[open] = (uint32_t)(all / known);
        known = all;
    }
    return known == all ? 0
                        : conversion_unsupported(c, "check the prototxt",
                                                 "its bottom holds other numbers than its shape");
}

int convert_caffe_reshape(struct conversion *c)
{
    struct shape y = {0};
    struct tensor *x;
    struct part part = {0};
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = read_part(c, x->shape.rank, &part);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < part.begin; i++)
        y.dim[y.rank++] = x->shape.dim[i];
    r = read_sizes(c, &x->shape, &part, &y);
    return r < 0 ? r : make_shape(c, x, &y);
}

/* Nothing moves: the axes are only told apart in another order. */
int convert_caffe_permute(struct conversion *c)
{
    int32_t order[SHAPE_RANK_MAX];
    uint8_t perm[SHAPE_RANK_MAX];
    struct tensor *x;
    uint32_t n, seen = 0, rank;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_i32s(c, "order", 0, SHAPE_RANK_MAX - 1, SHAPE_RANK_MAX, order, &n);
    if (r < 0)
        return r;
    rank = x->shape.rank;
    for (uint32_t i = 0; i < n; i++)
        seen |= 1u << order[i];
    if (n > rank || (uint32_t)__builtin_popcount(seen) != n || seen >> rank)
        return conversion_unsupported(c, "check the prototxt", "its order is none of %u axes",
                                      rank);
    for (int32_t i = 0; n < rank && i < (int32_t)rank; i++) /* what is not named stands behind */
        if (!(seen & 1u << i))
            order[n++] = i;
    for (uint32_t i = 0; i < rank; i++)
        perm[i] = (uint8_t)order[i];
    if (x->state == TENSOR_NUMBERS)
        return conversion_unsupported(c, WAY_REPLACE, "its bottom is a constant");
    return emit_transpose(c, x, perm);
}

/* Where the tops of a Slice end, on an axis of SIZE. */
static int read_ends(struct conversion *c, uint32_t size, uint32_t n, int32_t *ends)
{
    uint32_t n_points;
    int r = param_i32s(c, "slice_point", 1, INT32_MAX, n - 1, ends, &n_points);

    if (r < 0)
        return r;
    if (n_points == 0 && size % n == 0) {
        for (uint32_t i = 0; i < n; i++)
            ends[i] = (int32_t)(size / n * (i + 1));
        return 0;
    }
    ends[n - 1] = (int32_t)size;
    for (uint32_t i = 1; n_points == n - 1 && i < n; i++)
        if (ends[i] <= ends[i - 1])
            n_points = n; /* not in order, or beyond the end */
    return n_points == n - 1
               ? 0
               : conversion_unsupported(c, "check the prototxt",
                                        "an axis of %u cannot be cut so for %u tops", size, n);
}

/* axis, or an older name for it. */
static int read_axis(struct conversion *c, const char *older, uint32_t rank, uint32_t *ret)
{
    return param_axis(c, param_given(c, older) ? older : "axis", 1, rank, ret);
}

int convert_caffe_slice(struct conversion *c)
{
    uint32_t n = c->node->n_outputs, axis;
    int32_t begin = 0, *ends = arena_alloc(&c->arena, n * sizeof(*ends) + 1);
    struct slices slices;
    struct tensor *x;
    int r = ends ? caffe_ops_check_blobs(c, 1, n ? n : 1) : -ENOMEM;

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = read_axis(c, "slice_dim", x->shape.rank, &axis);
    if (r == 0)
        r = read_ends(c, x->shape.dim[axis], n, ends);
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        slices_all(&x->shape, &slices);
        slices.axis[axis] = (struct slice){(uint32_t)begin, (uint32_t)(ends[i] - begin), 1};
        begin = ends[i];
        r = slices_emit(c, i, x, &slices);
    }
    return r;
}

/* Bottom 0 cut to the size of bottom 1. */
int convert_caffe_crop(struct conversion *c)
{
    int32_t offsets[SHAPE_RANK_MAX] = {0};
    struct slices slices;
    struct tensor *x;
    struct tensor *like;
    uint32_t axis, n;
    int r = caffe_ops_check_blobs(c, 2, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = conversion_activation(c, 1, &like);
    if (r == 0)
        r = param_axis(c, "axis", 2, x->shape.rank, &axis);
    if (r == 0)
        r = param_i32s(c, "offset", 0, INT32_MAX, SHAPE_RANK_MAX, offsets, &n);
    if (r == 0 && (like->shape.rank != x->shape.rank || (n > 1 && n != x->shape.rank - axis)))
        r = conversion_unsupported(c, "check the prototxt", "its offsets or bottoms do not fit");
    if (r < 0)
        return r;
    slices_all(&x->shape, &slices);
    for (uint32_t i = axis; i < x->shape.rank; i++) {
        int64_t offset = offsets[n > 1 ? i - axis : 0];

        if (offset + like->shape.dim[i] > x->shape.dim[i])
            return conversion_unsupported(c, "check the prototxt",
                                          "axis %u of bottom 0 is shorter than what is cut out", i);
        slices.axis[i] = (struct slice){(uint32_t)offset, like->shape.dim[i], 1};
    }
    return slices_emit(c, 0, x, &slices);
}

int convert_caffe_tile(struct conversion *c)
{
    int64_t multiples[SHAPE_RANK_MAX];
    struct tensor *x;
    int32_t tiles;
    uint32_t axis;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_axis(c, "axis", 1, x->shape.rank, &axis);
    if (r == 0)
        r = param_i32(c, "tiles", 0, 1, INT32_MAX, &tiles);
    if (r == 0 && !tiles)
        r = conversion_unsupported(c, "check the prototxt", "it has no tiles");
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < x->shape.rank; i++)
        multiples[i] = i == axis ? tiles : 1;
    return emit_tile(c, x, multiples);
}

int convert_caffe_shuffle(struct conversion *c)
{
    struct channel_shuffle_attrs attrs;
    uint32_t in;
    struct node_spec spec = {
        .op = OP_CHANNEL_SHUFFLE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = view_channel_last(4);
    struct tensor *x;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in);
    if (r == 0)
        r = param_i32(c, "group", 1, 1, INT32_MAX, &attrs.groups);
    if (r == 0 && x->shape.dim[1] % (uint32_t)attrs.groups)
        r = conversion_unsupported(c, "check the prototxt", "%u channels in %d groups",
                                   x->shape.dim[1], attrs.groups);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* Zeros around a picture, as the first generation of the format had them in a layer. */
int convert_caffe_padding(struct conversion *c)
{
    int64_t sides[SHAPE_RANK_MAX] = {0};
    struct tensor *x;
    int32_t pad;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_i32(c, "pad", 0, 0, WINDOW_MOST, &pad);
    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, "check the prototxt", "its bottom is no picture");
    if (r < 0)
        return r;
    sides[2] = sides[3] = pad;
    return emit_pad(c, x, PAD_CONSTANT, 0, sides, sides);
}
