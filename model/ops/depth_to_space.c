/*
 * DepthToSpace: channels become blocks of r x r places, in the order that ops/depth_to_space.h
 * says.
 *
 * Shapes   x [N,H,W,D], r*r divides D -> y [N,H*r,W*r,D/(r*r)].
 * Types    any; an encoding per tensor stays what it is.
 * Sources  ONNX DepthToSpace (DCR, CRD); TensorFlow DepthToSpace (DCR); DLC PixelShuffle (DCR; the
 *          attribute mode is ours).
 */
#include "model/ops/depth_to_space.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/window.h"

static const char *const modes[] = {"DCR", "CRD", NULL};

static const struct attr_spec depth_to_space_specs[] = {
    {"factor", "upscale_factor", ATTR_I32, offsetof(struct depth_to_space_attrs, factor),
     .preset = 1, .least = 1, .most = WINDOW_MOST, .help = "side of a block"},
    {"mode", "mode", ATTR_ENUM, offsetof(struct depth_to_space_attrs, mode), .words = modes,
     .help = "which channels make a block"},
    {0},
};

static int depth_to_space_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct depth_to_space_attrs *attrs = node->attrs;
    const uint32_t *x = node->in[0]->shape.dim;
    uint32_t factor = (uint32_t)attrs->factor;
    struct shape y;
    int r = op_check_rank(node, 0, 4, fault);

    if (r < 0)
        return r;
    if (x[3] % (factor * factor) != 0)
        return fail(fault, E_SHAPE, "%u channels cannot be laid out in blocks of %ux%u", x[3],
                    factor, factor);
    y = (struct shape){4, {x[0], 0, 0, x[3] / (factor * factor)}};
    r = op_set_dim(&y, 1, (uint64_t)x[1] * factor, fault);
    if (r == 0)
        r = op_set_dim(&y, 2, (uint64_t)x[2] * factor, fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_depth_to_space = {
    .name = "DepthToSpace",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct depth_to_space_attrs),
    .attrs = depth_to_space_specs,
    .infer = depth_to_space_infer,
};
