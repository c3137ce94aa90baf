/*
 * SpaceToDepth: blocks of r x r places become channels, y(h,w,(i*r+j)*C+c) = x(h*r+i, w*r+j, c).
 *
 * Shapes   x [N,H,W,C], r divides H and W -> y [N,H/r,W/r,C*r*r].
 * Types    any; an encoding per tensor stays what it is.
 * Sources  ONNX SpaceToDepth; TensorFlow SpaceToDepth; DLC SpaceToDepth.
 */
#include "model/ops/space_to_depth.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/window.h"

static const struct attr_spec space_to_depth_specs[] = {
    {"factor", "downscale_factor", ATTR_I32, offsetof(struct space_to_depth_attrs, factor),
     .preset = 1, .least = 1, .most = WINDOW_MOST, .help = "side of a block"},
    {0},
};

static int space_to_depth_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct space_to_depth_attrs *attrs = node->attrs;
    const uint32_t *x = node->in[0]->shape.dim;
    uint32_t factor = (uint32_t)attrs->factor;
    struct shape y;
    int r = op_check_rank(node, 0, 4, fault);

    if (r < 0)
        return r;
    if (x[1] % factor != 0 || x[2] % factor != 0)
        return fail(fault, E_SHAPE, "%ux%u cannot be cut into blocks of %ux%u", x[1], x[2], factor,
                    factor);
    y = (struct shape){4, {x[0], x[1] / factor, x[2] / factor}};
    r = op_set_dim(&y, 3, (uint64_t)x[3] * factor * factor, fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_space_to_depth = {
    .name = "SpaceToDepth",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct space_to_depth_attrs),
    .attrs = space_to_depth_specs,
    .infer = space_to_depth_infer,
};
