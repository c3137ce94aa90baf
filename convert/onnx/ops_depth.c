/* DepthToSpace and SpaceToDepth. */
#include <string.h>

#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/permute.h"
#include "model/ops/space_to_depth.h"

static int read_factor(struct conversion *c, const struct tensor *x, int32_t *ret)
{
    int64_t factor;
    int r = attr_int(c, "blocksize", 0, &factor);

    if (r == 0 && (factor < 1 || factor > INT16_MAX))
        r = conversion_unsupported(c, "check the model", "blocksize is missing or out of range");
    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, WAY_REPLACE, "an input of rank %u; 4 is supported",
                                   x->shape.rank);
    *ret = r < 0 ? 0 : (int32_t)factor;
    return r;
}

/*
 * Mode CRD: channel (c*r + i)*r + j belongs to row i, column j of a block. BLOCKS, the input's
 * sizes with blocks apart, moved by ORDER, is Y with blocks apart.
 */
static int emit_crd(struct conversion *c, const struct tensor *x, uint32_t in,
                    const struct shape *blocks, const int32_t *order, const struct shape *y)
{
    struct permute_attrs attrs = {.order = {order, 6}};
    struct node_spec spec = {.op = OP_PERMUTE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = view_channel_last(4);
    int r = layout_reshape(c, x->name, "blocks", in, blocks, &in);

    if (r == 0)
        r = conversion_emit_main(c, "blocks", &spec, &in);
    return r < 0 ? r : layout_emit_reshape(c, 0, in, y, &view);
}

/* [N,H,W,C,r,r] to [N,H,r,W,r,C]. */
static int crd_to_space(struct conversion *c, const struct tensor *x, uint32_t in, uint32_t factor)
{
    static const int32_t order[] = {0, 1, 4, 2, 5, 3};
    const struct shape from = builder_value(c->builder, in)->shape;
    uint32_t channels = from.dim[3] / factor / factor;
    struct shape blocks = {6, {from.dim[0], from.dim[1], from.dim[2], channels, factor, factor}};
    struct shape y = {4, {from.dim[0], from.dim[1] * factor, from.dim[2] * factor, channels}};

    if (channels * factor * factor != from.dim[3])
        return conversion_unsupported(c, "check the model", "%u channels for blocks of %ux%u",
                                      from.dim[3], factor, factor);
    return emit_crd(c, x, in, &blocks, order, &y);
}

/* [N,H,r,W,r,C] to [N,H,W,C,r,r]. */
static int crd_to_depth(struct conversion *c, const struct tensor *x, uint32_t in, uint32_t factor)
{
    static const int32_t order[] = {0, 1, 3, 5, 2, 4};
    const struct shape from = builder_value(c->builder, in)->shape;
    uint32_t h = from.dim[1] / factor, w = from.dim[2] / factor;
    struct shape blocks = {6, {from.dim[0], h, factor, w, factor, from.dim[3]}};
    struct shape y = {4, {from.dim[0], h, w, from.dim[3] * factor * factor}};

    if (h * factor != from.dim[1] || w * factor != from.dim[2])
        return conversion_unsupported(c, "check the model", "%ux%u places in blocks of %ux%u",
                                      from.dim[1], from.dim[2], factor, factor);
    return emit_crd(c, x, in, &blocks, order, &y);
}

/* The input, how large blocks are, and whether channels come first in them. */
struct blocks {
    struct tensor *x;
    uint32_t in;
    int32_t factor;
    bool crd;
};

static int read_blocks(struct conversion *c, struct blocks *ret)
{
    struct view view = view_channel_last(4);
    const char *mode;
    int r = conversion_activation(c, 0, &ret->x);

    if (r == 0)
        r = read_factor(c, ret->x, &ret->factor);
    if (r == 0)
        r = attr_text(c, "mode", "DCR", &mode);
    if (r < 0)
        return r;
    ret->crd = strcmp(mode, "CRD") == 0;
    if (!ret->crd && strcmp(mode, "DCR") != 0)
        return conversion_unsupported(c, "check the model", "mode \"%.40s\" is unknown", mode);
    return layout_bring(c, ret->x, &view, &ret->in);
}

int convert_depth_to_space(struct conversion *c)
{
    struct depth_to_space_attrs attrs;
    struct view view = view_channel_last(4);
    struct blocks blocks = {0};
    struct node_spec spec = {
        .op = OP_DEPTH_TO_SPACE, .attrs = &attrs, .inputs = &blocks.in, .n_inputs = 1};
    int r = read_blocks(c, &blocks);

    if (r < 0)
        return r;
    if (blocks.crd)
        return crd_to_space(c, blocks.x, blocks.in, (uint32_t)blocks.factor);
    attrs = (struct depth_to_space_attrs){blocks.factor, DEPTH_TO_SPACE_DCR};
    return conversion_emit(c, 0, &spec, &view);
}

int convert_space_to_depth(struct conversion *c)
{
    struct space_to_depth_attrs attrs;
    struct view view = view_channel_last(4);
    struct blocks blocks = {0};
    struct node_spec spec = {
        .op = OP_SPACE_TO_DEPTH, .attrs = &attrs, .inputs = &blocks.in, .n_inputs = 1};
    int r = read_blocks(c, &blocks);

    if (r < 0)
        return r;
    if (blocks.crd)
        return crd_to_depth(c, blocks.x, blocks.in, (uint32_t)blocks.factor);
    attrs.factor = blocks.factor;
    return conversion_emit(c, 0, &spec, &view);
}
