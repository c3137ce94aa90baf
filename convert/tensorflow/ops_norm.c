/* Batch normalisations and LRN. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_norm.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/lrn.h"

/* Both as constants of the graph. */
static int place_affine(struct conversion *c, const struct tf_affine *affine, uint32_t *ret_weights,
                        uint32_t *ret_bias)
{
    const struct shape shape = {1, {affine->n}};
    struct walk walk = {.shape = shape, .stride = {1}};
    struct numbers weights, bias;
    struct blob *blob;
    float *w, *b;
    int r = numbers_new_f32(c, &shape, &weights, &w);

    if (r == 0)
        r = numbers_new_f32(c, &shape, &bias, &b);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < affine->n; i++) {
        w[i] = (float)affine->scale[i];
        b[i] = (float)affine->shift[i];
    }
    r = numbers_lay_out(c, &weights, &walk, 1, &blob);
    if (r == 0)
        r = conversion_add_constant(c, "scale", &shape, blob, ret_weights);
    walk = (struct walk){.shape = shape, .stride = {1}};
    if (r == 0)
        r = numbers_lay_out(c, &bias, &walk, 1, &blob);
    return r < 0 ? r : conversion_add_constant(c, "shift", &shape, blob, ret_bias);
}

int tf_norm_new_affine(struct conversion *c, uint32_t n, struct tf_affine *ret)
{
    int r = conversion_charge(c, (size_t)n * 2 * sizeof(double));

    if (r < 0)
        return r;
    *ret = (struct tf_affine){
        .n = n,
        .scale = arena_alloc(&c->arena, (size_t)n * sizeof(double)),
        .shift = arena_alloc(&c->arena, (size_t)n * sizeof(double)),
    };
    if (!ret->scale || !ret->shift)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        ret->scale[i] = 1;
    return 0;
}

int tf_norm_emit(struct conversion *c, struct tensor *x, uint32_t axis,
                 const struct tf_affine *affine)
{
    struct view view = layout_axis_last(x, axis);
    uint32_t in[3];
    struct node_spec spec = {.op = OP_BATCH_NORM, .inputs = in, .n_inputs = 3};
    int r = layout_bring(c, x, &view, &in[0]);

    if (r == 0)
        r = place_affine(c, affine, &in[1], &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* The inputs of a batch normalisation that hold a number for each channel. */
struct statistics {
    const struct numbers *scale, *shift, *mean, *variance; /* SCALE NULL: 1 */
    float epsilon;
};

static int read_one(struct conversion *c, uint32_t i, uint32_t channels, const struct numbers **ret)
{
    int r = conversion_constant(c, i, "the statistics", ret);

    if (r == 0 && (!*ret || (*ret)->n != channels))
        r = conversion_unsupported(c, "check the model", "input %u does not hold %u numbers", i,
                                   channels);
    return r;
}

static int emit_statistics(struct conversion *c, struct tensor *x, uint32_t axis,
                           const struct statistics *s)
{
    struct tf_affine affine;
    int r = tf_norm_new_affine(c, x->shape.dim[axis], &affine);

    for (uint32_t i = 0; r == 0 && i < affine.n; i++) {
        double scale = s->scale ? numbers_at(s->scale, i) : 1;

        affine.scale[i] = scale / sqrt(numbers_at(s->variance, i) + (double)s->epsilon);
        affine.shift[i] = numbers_at(s->shift, i) - numbers_at(s->mean, i) * affine.scale[i];
    }
    return r < 0 ? r : tf_norm_emit(c, x, axis, &affine);
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
    struct statistics s = {0};
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
    return r < 0 ? r : emit_statistics(c, x, axis, &s);
}

/* BatchNormWithGlobalNormalization(x, mean, variance, shift, scale), the oldest of them. */
int tf_global_batch_norm(struct conversion *c)
{
    struct statistics s = {0};
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
    return r < 0 ? r : emit_statistics(c, x, 3, &s);
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
