/* Parts of tensors and tensors of parts: Concat, Pack, Split, Unpack, Gather, Tile, Pad. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/slices.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

/* The parts of a concatenation, without its axis: the first input of Concat, the last of others. */
static int find_parts(struct conversion *c, uint32_t *ret_first, uint32_t *ret_n,
                      uint32_t *ret_axis)
{
    bool old = strcmp(c->node->op, "Concat") == 0;

    if (c->node->n_inputs < 2)
        return conversion_unsupported(c, "check the model", "%u inputs", c->node->n_inputs);
    *ret_first = old ? 1 : 0;
    *ret_n = c->node->n_inputs - 1;
    *ret_axis = old ? 0 : *ret_n;
    return 0;
}

int tf_concat(struct conversion *c)
{
    struct tensor **x = arena_alloc(&c->arena, c->node->n_inputs * sizeof(struct tensor *) + 1);
    uint32_t first, n, axis, i = 0;
    int r = x ? find_parts(c, &first, &n, &axis) : -ENOMEM;

    for (; r == 0 && i < n; i++)
        r = conversion_activation(c, first + i, &x[i]);
    if (r == 0)
        r = tf_input_axis(c, axis, x[0]->shape.rank, &axis);
    return r < 0 ? r : emit_concat(c, x, n, axis);
}

int tf_fold_concat(struct conversion *c)
{
    const struct numbers **x = arena_alloc(&c->arena, c->node->n_inputs * sizeof(*x) + 1);
    uint32_t first, n, axis, i = 0;
    int r = x ? find_parts(c, &first, &n, &axis) : -ENOMEM;

    for (; r == 0 && i < n; i++)
        r = fold_input(c, first + i, &x[i]);
    if (r == 0)
        r = tf_input_axis(c, axis, x[0]->shape.rank, &axis);
    return r < 0 ? r : fold_joined(c, x, n, axis);
}

/* The axis that Pack puts in and Unpack takes out. */
static int read_axis(struct conversion *c, uint32_t rank, uint32_t *ret)
{
    int64_t axis;
    int r = tf_attr_int(c, "axis", 0, &axis);

    return r < 0 ? r : axes_find(c, axis, rank, ret);
}

int tf_pack(struct conversion *c)
{
    uint32_t n = c->node->n_inputs, axis;
    struct tensor **x = arena_alloc(&c->arena, n * sizeof(struct tensor *) + 1);
    int r = x ? 0 : -ENOMEM;

    if (r == 0 && n == 0)
        r = conversion_unsupported(c, "check the model", "it has no inputs");
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = conversion_activation(c, i, &x[i]);
    if (r == 0)
        r = read_axis(c, x[0]->shape.rank + 1, &axis);
    return r < 0 ? r : emit_pack(c, x, n, axis);
}

/* Numbers with one more axis of size 1, then one behind the other. */
int tf_fold_pack(struct conversion *c)
{
    uint32_t n = c->node->n_inputs, axis = 0;
    const struct numbers **x = arena_alloc(&c->arena, n * sizeof(*x) + 1);
    struct numbers *raised = arena_alloc(&c->arena, n * sizeof(*raised) + 1);
    int r = x && raised ? 0 : -ENOMEM;

    if (r == 0 && n == 0)
        r = conversion_unsupported(c, "check the model", "it has no inputs");
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        r = fold_input(c, i, &x[i]);
        if (r == 0)
            r = read_axis(c, x[i]->shape.rank + 1, &axis);
        if (r == 0 && x[i]->shape.rank >= SHAPE_RANK_MAX)
            r = conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                       SHAPE_RANK_MAX);
        if (r < 0)
            return r;
        raised[i] = *x[i];
        raised[i].shape = emit_unsqueezed_shape(&x[i]->shape, 1u << axis);
        x[i] = &raised[i];
    }
    return r < 0 ? r : fold_joined(c, x, n, axis);
}

/* What output I of a Split or Unpack is: the parts follow one another along the axis. */
struct parts {
    uint32_t axis, drop;
    const int64_t *sizes; /* NULL: all EACH */
    uint32_t n, each;
};

/* One output: a slice of the graph, or of numbers. */
static int emit_part(struct conversion *c, uint32_t i, struct tensor *x,
                     const struct slices *slices)
{
    const struct tensor *output = conversion_output(c, i);
    const struct numbers *numbers;
    int r;

    if (!output || !output->needed)
        return 0;
    if (x->state == TENSOR_VALUE)
        return slices_emit(c, i, x, slices);
    r = conversion_numbers(c, x, &numbers);
    return r < 0 ? r : fold_part(c, i, numbers, slices);
}

static int emit_parts(struct conversion *c, struct tensor *x, const struct parts *parts)
{
    uint32_t begin = 0, size = x->shape.dim[parts->axis];
    struct slices slices;
    int r = 0;

    slices_all(&x->shape, &slices);
    slices.drop = parts->drop;
    for (uint32_t i = 0; r == 0 && i < parts->n; i++) {
        int64_t part = parts->sizes ? parts->sizes[i] : parts->each;

        if (part < 0 || part > size - begin)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "part %u of %" PRId64 " does not fit an axis of %u", i,
                                          part, size);
        slices.axis[parts->axis] = (struct slice){begin, (uint32_t)part, 1};
        r = emit_part(c, i, x, &slices);
        begin += (uint32_t)part;
    }
    return r;
}

int tf_split(struct conversion *c)
{
    struct parts parts = {0};
    struct tensor *x;
    int64_t n;
    int r = conversion_activation(c, 1, &x);

    if (r == 0)
        r = tf_input_axis(c, 0, x->shape.rank, &parts.axis);
    if (r == 0)
        r = tf_attr_int(c, "num_split", 0, &n);
    if (r < 0)
        return r;
    if (n < 1 || x->shape.dim[parts.axis] % n)
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "an axis of %u in %" PRId64 " parts",
                                      x->shape.dim[parts.axis], n);
    parts.n = (uint32_t)n;
    parts.each = x->shape.dim[parts.axis] / parts.n;
    return emit_parts(c, x, &parts);
}

/* One size may be -1: what is left. */
static int fill_sizes(struct conversion *c, const struct ints *sizes, uint32_t size,
                      const int64_t **ret)
{
    int64_t *filled = arena_alloc(&c->arena, sizes->n * sizeof(*filled) + 1), sum = 0;
    uint32_t open = sizes->n;

    if (!filled)
        return -ENOMEM;
    for (uint32_t i = 0; i < sizes->n; i++) {
        filled[i] = sizes->v[i];
        if (filled[i] < -1 || filled[i] > size || (filled[i] == -1 && open < sizes->n))
            return conversion_unsupported(c, "check the model", "a part of %" PRId64, filled[i]);
        if (filled[i] == -1)
            open = i;
        else
            sum += filled[i];
    }
    if (sum > size || (sum < size && open == sizes->n))
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "parts of %" PRId64 " in all of an axis of %u", sum, size);
    if (open < sizes->n)
        filled[open] = size - sum;
    *ret = filled;
    return 0;
}

int tf_split_v(struct conversion *c)
{
    struct parts parts = {0};
    struct ints sizes;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_input_ints(c, 1, "the sizes of the parts", &sizes);
    if (r == 0)
        r = tf_input_axis(c, 2, x->shape.rank, &parts.axis);
    if (r == 0)
        r = fill_sizes(c, &sizes, x->shape.dim[parts.axis], &parts.sizes);
    parts.n = sizes.n;
    return r < 0 ? r : emit_parts(c, x, &parts);
}

int tf_unpack(struct conversion *c)
{
    struct parts parts = {.each = 1};
    struct tensor *x;
    int64_t n;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_axis(c, x->shape.rank, &parts.axis);
    if (r == 0)
        r = tf_attr_int(c, "num", 0, &n);
    if (r < 0)
        return r;
    if (n != x->shape.dim[parts.axis])
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "an axis of %u in %" PRId64 " parts",
                                      x->shape.dim[parts.axis], n);
    parts.n = (uint32_t)n;
    parts.drop = 1u << parts.axis;
    return emit_parts(c, x, &parts);
}

/* The axis of a Gather; GatherV2 has it as an input. */
static int gather_axis(struct conversion *c, uint32_t rank, uint32_t *ret)
{
    int64_t batch;
    int r = tf_attr_int(c, "batch_dims", 0, &batch);

    if (r == 0 && batch)
        r = conversion_unsupported(c, WAY_REPLACE, "batch_dims %" PRId64, batch);
    if (r < 0)
        return r;
    return conversion_input(c, 2) ? tf_input_axis(c, 2, rank, ret) : axes_find(c, 0, rank, ret);
}

int tf_gather(struct conversion *c)
{
    struct tensor *x, *indices;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_activation(c, 1, &indices);
    if (r == 0)
        r = gather_axis(c, x->shape.rank, &axis);
    return r < 0 ? r : emit_gather(c, x, indices, axis);
}

int tf_fold_gather(struct conversion *c)
{
    const struct numbers *x, *indices = NULL;
    uint32_t axis;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = fold_input(c, 1, &indices);
    if (r == 0)
        r = gather_axis(c, x->shape.rank, &axis);
    return r < 0 ? r : fold_picked(c, x, indices, axis);
}

int tf_tile(struct conversion *c)
{
    struct ints multiples;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_input_ints(c, 1, "the multiples", &multiples);
    if (r == 0 && multiples.n != x->shape.rank)
        r = conversion_unsupported(c, "check the model", "%u multiples for rank %u", multiples.n,
                                   x->shape.rank);
    return r < 0 ? r : emit_tile(c, x, multiples.v);
}

static int read_pad_mode(struct conversion *c, enum pad_mode *ret)
{
    const char *mode;
    int r = tf_attr_text(c, "mode", "CONSTANT", &mode);

    if (r < 0)
        return r;
    *ret = PAD_CONSTANT;
    if (strcmp(mode, "REFLECT") == 0)
        *ret = PAD_REFLECT;
    else if (strcmp(mode, "SYMMETRIC") == 0)
        *ret = PAD_SYMMETRIC;
    return 0;
}

/* Pad, PadV2 and MirrorPad: paddings [rank, 2]. */
static int read_pads(struct conversion *c, uint32_t rank, struct ints *ret)
{
    const struct numbers *pads;
    int r = conversion_constant(c, 1, "the paddings", &pads);

    if (r == 0 && (!pads || pads->is_float || pads->n != (size_t)2 * rank))
        r = conversion_unsupported(c, "check the model", "its paddings are not two for each axis");
    if (r == 0)
        *ret = (struct ints){true, (uint32_t)pads->n, pads->whole};
    return r;
}

int tf_pad(struct conversion *c)
{
    int64_t before[SHAPE_RANK_MAX], after[SHAPE_RANK_MAX];
    enum pad_mode mode = PAD_CONSTANT;
    double value = 0;
    struct ints pads = {0};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_pads(c, x->shape.rank, &pads);
    if (r == 0)
        r = read_pad_mode(c, &mode);
    if (r == 0 && conversion_input(c, 2))
        r = tf_input_number(c, 2, "the value", &value);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < x->shape.rank; i++) {
        before[i] = pads.v[2 * i];
        after[i] = pads.v[2 * i + 1];
    }
    return emit_pad(c, x, mode, (float)value, before, after);
}
