/* Batch normalisations and LRN. */
#include "convert/affine.h"
#include "convert/emit.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/lrn.h"

static int read_one(struct conversion *c, uint32_t i, uint32_t channels, const struct numbers **ret)
{
    int r = conversion_constant(c, i, "the statistics", ret);

    if (r == 0 && (!*ret || (*ret)->n != channels))
        r = conversion_unsupported(c, "check the model", "input %u does not hold %u numbers", i,
                                   channels);
    return r;
}

/* With is_training the statistics are those of the picture: an instance norm of one picture. */
static int emit_training(struct conversion *c, struct tensor *x, uint32_t axis, float epsilon)
{
    struct tensor *scale = NULL, *shift = NULL;
    int r = conversion_activation(c, 1, &scale);

    if (r == 0)
        r = conversion_activation(c, 2, &shift);
    if (r < 0)
        return r;
    if (x->shape.dim[0] != 1)
        return conversion_unsupported(c, "freeze the graph for inference",
                                      "training mode (is_training) with a batch of %u",
                                      x->shape.dim[0]);
    return emit_instance_norm_along(c, x, axis, scale, shift, epsilon);
}

int tf_fused_batch_norm(struct conversion *c)
{
    struct affine_statistics s = {0};
    bool training, channel_first;
    struct tensor *x;
    uint32_t axis, n;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_attr_bool(c, "is_training", true, &training);
    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r == 0)
        r = tf_attr_float(c, "epsilon", 1e-4f, &s.epsilon);
    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, "check the model", "an input of rank %u, not 4",
                                   x->shape.rank);
    if (r < 0)
        return r;
    axis = channel_first ? 1 : 3;
    n = x->shape.dim[axis];
    if (training)
        return emit_training(c, x, axis, s.epsilon);
    r = read_one(c, 1, n, &s.scale);
    if (r == 0)
        r = read_one(c, 2, n, &s.shift);
    if (r == 0)
        r = read_one(c, 3, n, &s.mean);
    if (r == 0)
        r = read_one(c, 4, n, &s.variance);
    return r < 0 ? r : affine_emit_statistics(c, x, axis, &s, "scale", "shift");
}

/* BatchNormWithGlobalNormalization(x, mean, variance, shift, scale), the oldest of them. */
int tf_global_batch_norm(struct conversion *c)
{
    struct affine_statistics s = {0};
    struct tensor *x;
    bool scaled;
    uint32_t n = 0;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_attr_float(c, "variance_epsilon", 0, &s.epsilon);
    if (r == 0)
        r = tf_attr_bool(c, "scale_after_normalization", false, &scaled);
    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, "check the model", "an input of rank %u, not 4",
                                   x->shape.rank);
    if (r == 0) {
        n = x->shape.dim[3];
        r = read_one(c, 1, n, &s.mean);
    }
    if (r == 0)
        r = read_one(c, 2, n, &s.variance);
    if (r == 0)
        r = read_one(c, 3, n, &s.shift);
    if (r == 0 && scaled)
        r = read_one(c, 4, n, &s.scale);
    return r < 0 ? r : affine_emit_statistics(c, x, 3, &s, "scale", "shift");
}

int tf_lrn(struct conversion *c)
{
    struct lrn_attrs attrs = {.kind = LRN_ACROSS_CHANNELS};
    struct tensor *x;
    int64_t radius;
    float alpha;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_attr_int(c, "depth_radius", 5, &radius);
    if (r == 0)
        r = tf_attr_float(c, "alpha", 1, &alpha);
    if (r == 0)
        r = tf_attr_float(c, "beta", 0.5f, &attrs.beta);
    if (r == 0)
        r = tf_attr_float(c, "bias", 1, &attrs.bias);
    if (r < 0)
        return r;
    if (radius < 0 || radius > INT16_MAX || x->shape.rank != 4)
        return conversion_unsupported(c, "check the model", "a depth_radius that does not fit");
    attrs.size = (int32_t)(2 * radius + 1);
    attrs.alpha = alpha * (float)attrs.size;
    return emit_channels(c, x, 3, OP_LRN, &attrs);
}
