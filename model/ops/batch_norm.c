/*
 * BatchNorm, as it is when a network is used: y[..., c] = x[..., c] * weights[c] + bias[c].
 * Converters work out weights = gamma / sqrt(var + eps) and bias = beta - mean * weights.
 *
 * Shapes   x and y alike, rank 1 or more; weights and bias as many numbers as the last axis of x,
 *          in any shape ([C], or [1,1,C,1] in containers).
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe BatchNorm, Scale, Bias; Caffe2 SpatialBN; ONNX BatchNormalization; TensorFlow
 *          FusedBatchNorm, FusedBatchNormV2, FusedBatchNormV3, BatchNormWithGlobalNormalization;
 *          DLC BatchNorm.
 */
#include "base/error.h"
#include "model/graph.h"

static int batch_norm_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct shape *x = &node->in[0]->shape;
    uint32_t channels;
    int r;

    if (x->rank == 0)
        return fail(fault, E_SHAPE, "the input is a scalar; its last axis must be the channels");
    channels = x->dim[x->rank - 1];
    r = op_check_count(node, 1, "the weights", channels, fault);
    if (r == 0)
        r = op_check_count(node, 2, "the bias", channels, fault);
    return r < 0 ? r : op_infer_same(node, out, fault);
}

static uint64_t batch_norm_macs(const struct infer *node, const struct shape *out)
{
    (void)node;
    return shape_elements(out);
}

static const char *const batch_norm_params[] = {NULL, "weights_0", "bias"};

const struct op_def op_batch_norm = {
    .name = "BatchNorm",
    .params = batch_norm_params,
    .n_inputs = {3, 3},
    .n_outputs = {1, 1},
    .infer = batch_norm_infer,
    .macs = batch_norm_macs,
};
