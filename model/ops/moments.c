/*
 * Moments: the mean of x over some axes, and the mean square of x minus that mean.
 *
 * Shapes   mean and variance alike: x without those axes, or with 1 in their place if keep_dims.
 * Types    f32 -> f32.
 * Sources  the TensorFlow chain of tf.nn.moments (Mean, SquaredDifference, Mean); DLC Moments
 *          (documented, not seen; names are ours).
 */
#include "model/ops/moments.h"

#include "model/graph.h"

static const struct attr_spec moments_specs[] = {
    {"axes", "axes", ATTR_I32S, offsetof(struct moments_attrs, axes), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axes that go; all if empty"},
    {"keep_dims", "keep_dims", ATTR_BOOL, offsetof(struct moments_attrs, keep_dims),
     .help = "leave 1 where an axis was"},
    {0},
};

static int moments_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct moments_attrs *moments = node->attrs;
    uint32_t axes;
    int r = op_axes(&node->in[0]->shape, moments->axes, &axes, fault);

    if (r < 0)
        return r;
    op_without_axes(&node->in[0]->shape, axes, moments->keep_dims, &out[0]);
    out[1] = out[0];
    return 0;
}

const struct op_def op_moments = {
    .name = "Moments",
    .n_inputs = {1, 1},
    .n_outputs = {2, 2},
    .attrs_size = sizeof(struct moments_attrs),
    .attrs = moments_specs,
    .infer = moments_infer,
};
