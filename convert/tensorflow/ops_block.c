/*
 * SpaceToBatchND and BatchToSpaceND, which come in pairs around the convolutions that they dilate;
 * where they stand alone, blocks are axes of their own for a while.
 */
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/layout.h"
#include "convert/slices.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_block.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/pad.h"
#include "model/ops/permute.h"

/* The sizes of blocks: an input, or in the older operators an attribute for both axes. */
static int read_sizes(struct conversion *c, struct tf_block *ret)
{
    int64_t both[2] = {0};
    struct ints sizes = {true, 2, both};
    int r;

    if (strstr(c->node->op, "ND"))
        r = tf_input_ints(c, 1, "the sizes of blocks", &sizes);
    else
        r = tf_attr_int(c, "block_size", 0, &both[0]);
    if (r < 0)
        return r;
    both[1] = both[0];
    if (sizes.n < 1 || sizes.n > TF_BLOCK_AXES)
        return conversion_unsupported(c, WAY_REPLACE, "blocks over %u axes; 1 and 2 are supported",
                                      sizes.n);
    ret->n = sizes.n;
    for (uint32_t i = 0; i < sizes.n; i++) {
        if (sizes.v[i] < 1 || sizes.v[i] > INT16_MAX)
            return conversion_unsupported(c, "check the model", "a block of %" PRId64, sizes.v[i]);
        ret->size[i] = (uint32_t)sizes.v[i];
    }
    return 0;
}

int tf_block_read(struct conversion *c, uint32_t i, struct tf_block *ret)
{
    const struct numbers *edges = NULL;
    int r = read_sizes(c, ret);

    if (r == 0)
        r = conversion_constant(c, i, "the edges", &edges);
    if (r < 0)
        return r;
    if (!edges || edges->is_float || edges->n != (size_t)2 * ret->n)
        return conversion_unsupported(c, "check the model", "its edges are not two for each axis");
    for (uint32_t k = 0; k < ret->n; k++) {
        int64_t before = edges->whole[2 * k], after = edges->whole[2 * k + 1];

        if (before < 0 || after < 0 || before > INT16_MAX || after > INT16_MAX)
            return conversion_unsupported(c, "check the model", "edges of %" PRId64 " and %" PRId64,
                                          before, after);
        ret->before[k] = (int32_t)before;
        ret->after[k] = (int32_t)after;
    }
    return 0;
}

static int permute(struct conversion *c, uint32_t *value, const int32_t *order, uint32_t n)
{
    struct permute_attrs attrs = {.order = {order, n}};
    struct node_spec spec = {.op = OP_PERMUTE, .attrs = &attrs, .inputs = value, .n_inputs = 1};

    return conversion_emit_main(c, "blocks", &spec, value);
}

static int pad(struct conversion *c, const struct tensor *x, const struct tf_block *block,
               uint32_t *value)
{
    int32_t before[SHAPE_RANK_MAX] = {0}, after[SHAPE_RANK_MAX] = {0};
    struct pad_attrs attrs = {PAD_CONSTANT, {before, x->shape.rank}, {after, x->shape.rank}, 0};
    struct node_spec spec = {.op = OP_PAD, .attrs = &attrs, .inputs = value, .n_inputs = 1};
    int32_t sum = 0;

    for (uint32_t i = 0; i < block->n; i++) {
        before[1 + i] = block->before[i];
        after[1 + i] = block->after[i];
        sum += before[1 + i] + after[1 + i];
    }
    return sum ? conversion_emit_helper(c, x->name, "padded", &spec, value) : 0;
}

/* [N,H,W,C] as [N,H/r,r,W/s,s,C], then the blocks' axes in front of all. */
static int emit_to_batch(struct conversion *c, struct tensor *x, const struct tf_block *block,
                         uint32_t value)
{
    const struct shape from = builder_value(c->builder, value)->shape;
    struct shape apart = {0}, y = from;
    int32_t order[SHAPE_RANK_MAX];
    struct view view = view_identity();
    uint32_t n = block->n;
    int r;

    for (uint32_t i = 0; i < from.rank; i++) {
        bool cut = i >= 1 && i <= n;

        apart.dim[apart.rank++] = cut ? from.dim[i] / block->size[i - 1] : from.dim[i];
        if (!cut)
            continue;
        if (from.dim[i] % block->size[i - 1])
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "an axis of %u in blocks of %u", from.dim[i],
                                          block->size[i - 1]);
        apart.dim[apart.rank++] = block->size[i - 1];
        y.dim[0] *= block->size[i - 1];
        y.dim[i] /= block->size[i - 1];
    }
    for (uint32_t i = 0; i < n; i++)
        order[i] = (int32_t)(2 + 2 * i);
    order[n] = 0;
    for (uint32_t i = 0; i < n; i++)
        order[n + 1 + i] = (int32_t)(1 + 2 * i);
    for (uint32_t i = 2 * n + 1; i < apart.rank; i++)
        order[i] = (int32_t)i;
    r = layout_reshape(c, x->name, "blocks", value, &apart, &value);
    if (r == 0)
        r = permute(c, &value, order, apart.rank);
    return r < 0 ? r : layout_emit_reshape(c, 0, value, &y, &view);
}

/* X, and room for its blocks as axes of their own. */
static int read_input(struct conversion *c, const struct tf_block *block, struct tensor **ret,
                      uint32_t *ret_value)
{
    struct view view = view_identity();
    int r = conversion_activation(c, 0, ret);

    if (r < 0)
        return r;
    if ((*ret)->shape.rank < block->n + 1 || (*ret)->shape.rank + block->n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "an input of rank %u", (*ret)->shape.rank);
    return layout_bring(c, *ret, &view, ret_value);
}

int tf_space_to_batch(struct conversion *c)
{
    struct tf_block block;
    struct tensor *x;
    uint32_t value;
    int r = tf_block_read(c, strstr(c->node->op, "ND") ? 2 : 1, &block);

    if (r == 0)
        r = read_input(c, &block, &x, &value);
    if (r == 0)
        r = pad(c, x, &block, &value);
    return r < 0 ? r : emit_to_batch(c, x, &block, value);
}

/* What is left of the axes of WHOLE when the crops are off. */
static int crop(struct conversion *c, struct tensor *whole, const struct tf_block *block)
{
    struct slices slices;

    slices_all(&whole->shape, &slices);
    for (uint32_t i = 0; i < block->n; i++) {
        uint32_t edges = (uint32_t)(block->before[i] + block->after[i]);

        if (edges >= whole->shape.dim[1 + i])
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "nothing is left of axis %u", 1 + i);
        slices.axis[1 + i].begin = (uint32_t)block->before[i];
        slices.axis[1 + i].count -= edges;
    }
    return slices_emit(c, 0, whole, &slices);
}

/* [r*s*N,H,W,C] as [r,s,N,H,W,C], then each block's axis behind the one that it belongs to. */
static int emit_to_space(struct conversion *c, struct tensor *x, const struct tf_block *block,
                         uint32_t value)
{
    struct shape apart = {0}, y = x->shape;
    int32_t order[SHAPE_RANK_MAX];
    uint32_t n = block->n, batch = x->shape.dim[0];
    struct tensor whole = {.name = x->name, .state = TENSOR_VALUE, .view = view_identity()};
    int r;

    for (uint32_t i = 0; i < n; i++) {
        apart.dim[apart.rank++] = block->size[i];
        y.dim[1 + i] *= block->size[i];
        if (batch % block->size[i])
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "a batch of %u in blocks", x->shape.dim[0]);
        batch /= block->size[i];
    }
    y.dim[0] = batch;
    apart.dim[apart.rank++] = batch;
    for (uint32_t i = 1; i < x->shape.rank; i++)
        apart.dim[apart.rank++] = x->shape.dim[i];
    order[0] = (int32_t)n;
    for (uint32_t i = 0; i < n; i++) {
        order[1 + 2 * i] = (int32_t)(n + 1 + i);
        order[2 + 2 * i] = (int32_t)i;
    }
    for (uint32_t i = 2 * n + 1; i < apart.rank; i++)
        order[i] = (int32_t)i;
    r = layout_reshape(c, x->name, "blocks", value, &apart, &value);
    if (r == 0)
        r = permute(c, &value, order, apart.rank);
    if (r == 0)
        r = layout_reshape(c, conversion_label(c->node), "whole", value, &y, &whole.value);
    whole.shape = y;
    return r < 0 ? r : crop(c, &whole, block);
}

int tf_batch_to_space(struct conversion *c)
{
    struct tf_block block;
    struct tensor *x;
    uint32_t value;
    int r = tf_block_read(c, strstr(c->node->op, "ND") ? 2 : 1, &block);

    if (r == 0)
        r = read_input(c, &block, &x, &value);
    return r < 0 ? r : emit_to_space(c, x, &block, value);
}
