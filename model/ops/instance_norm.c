/*
 * InstanceNorm: y[n, ..., c] = (x - mean(n, c)) / sqrt(variance(n, c) + epsilon) * weights[c] +
 * bias[c]; mean and variance (divided by the count) are taken over all axes between the first and
 * the last.
 *
 * Shapes   x and y alike, rank 2 or more; weights and bias as many numbers as the last axis of x.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe MVN (weights 1, bias 0); Caffe2 InstanceNorm; ONNX InstanceNormalization;
 *          TensorFlow FusedBatchNorm in training; the TensorFlow chain of moments; DLC
 *          InstanceNorm (documented, not seen; names are ours).
 */
#include "model/ops/instance_norm.h"

#include <float.h>

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec instance_norm_specs[] = {
    {"epsilon", "epsilon", ATTR_F32, offsetof(struct instance_norm_attrs, epsilon), .preset = 1e-5,
     .least = 0, .most = FLT_MAX, .help = "what is added to the variance"},
    {0},
};

static int instance_norm_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct shape *x = &node->in[0]->shape;
    uint32_t channels;
    int r;

    if (x->rank < 2)
        return fail(fault, E_SHAPE, "the input has rank %u; it must have a batch and channels",
                    x->rank);
    channels = x->dim[x->rank - 1];
    r = op_check_count(node, 1, "the weights", channels, fault);
    if (r == 0)
        r = op_check_count(node, 2, "the bias", channels, fault);
    return r < 0 ? r : op_infer_same(node, out, fault);
}

static const char *const instance_norm_params[] = {NULL, "weights_0", "bias"};

const struct op_def op_instance_norm = {
    .name = "InstanceNorm",
    .params = instance_norm_params,
    .n_inputs = {3, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct instance_norm_attrs),
    .attrs = instance_norm_specs,
    .infer = instance_norm_infer,
};
