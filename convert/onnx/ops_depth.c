/* DepthToSpace and SpaceToDepth. */
#include <string.h>

#include "convert/onnx/attrs.h"
#include "convert/onnx/layout.h"
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
 * Mode CRD: channel (c*r + i)*r + j goes to row i, column j of a block. As [N,H,W,C,r,r], its axes
 * moved to [N,H,r,W,r,C].
 */
static int emit_crd(struct conversion *c, struct tensor *x, uint32_t in, uint32_t factor)
{
    static const int32_t order[] = {0, 1, 4, 2, 5, 3};
    struct permute_attrs attrs = {.order = {order, 6}};
    struct node_spec spec = {.op = OP_PERMUTE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = view_channel_last(4);
    struct shape y = builder_value(c->builder, in)->shape, blocks;
    int r;

    if (y.dim[3] % (factor * factor) != 0)
        return conversion_unsupported(c, "check the model", "%u channels for blocks of %ux%u",
                                      y.dim[3], factor, factor);
    y.dim[3] /= factor * factor;
    blocks = (struct shape){6, {y.dim[0], y.dim[1], y.dim[2], y.dim[3], factor, factor}};
    y.dim[1] *= factor;
    y.dim[2] *= factor;
    r = layout_reshape(c, x->name, "blocks", in, &blocks, &in);
    if (r == 0)
        r = conversion_emit_main(c, "blocks", &spec, &in);
    return r < 0 ? r : layout_emit_reshape(c, 0, in, &y, &view);
}

int convert_depth_to_space(struct conversion *c)
{
    struct depth_to_space_attrs attrs;
    struct view view = view_channel_last(4);
    uint32_t in;
    struct node_spec spec = {
        .op = OP_DEPTH_TO_SPACE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    const char *mode;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_factor(c, x, &attrs.factor);
    if (r == 0)
        r = attr_text(c, "mode", "DCR", &mode);
    if (r == 0)
        r = layout_bring(c, x, &view, &in);
    if (r < 0)
        return r;
    if (strcmp(mode, "CRD") == 0)
        return emit_crd(c, x, in, (uint32_t)attrs.factor);
    if (strcmp(mode, "DCR") != 0)
        return conversion_unsupported(c, "check the model", "mode \"%.40s\" is unknown", mode);
    return conversion_emit(c, 0, &spec, &view);
}

int convert_space_to_depth(struct conversion *c)
{
    struct space_to_depth_attrs attrs;
    struct view view = view_channel_last(4);
    uint32_t in;
    struct node_spec spec = {
        .op = OP_SPACE_TO_DEPTH, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_factor(c, x, &attrs.factor);
    if (r == 0)
        r = layout_bring(c, x, &view, &in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
