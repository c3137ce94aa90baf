/*
 * LayerNorm: y = (x - mean) / sqrt(variance + epsilon) * weights + bias; mean and variance (divided
 * by the count) are those of all axes from one on.
 *
 * Shapes   x and y alike, rank 1 or more; weights, and bias if there is one, as many numbers as
 *          those axes hold.
 * Types    f32 -> f32.
 * Sources  ONNX LayerNormalization (its first output); the TensorFlow chain of layer normalisation;
 *          DLC LayerNorm (ours).
 */
#include "model/ops/layer_norm.h"

#include <float.h>

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec layer_norm_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct layer_norm_attrs, axis), .preset = -1,
     .least = -SHAPE_RANK_MAX, .most = SHAPE_RANK_MAX - 1, .help = "the first of the axes"},
    {"epsilon", "epsilon", ATTR_F32, offsetof(struct layer_norm_attrs, epsilon), .preset = 1e-5,
     .least = 0, .most = FLT_MAX, .help = "what is added to the variance"},
    {0},
};

static int layer_norm_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct layer_norm_attrs *layer_norm = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    int axis = shape_axis(x, layer_norm->axis), r;
    uint64_t n = 1;

    if (axis < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", layer_norm->axis, x->rank);
    for (uint32_t i = (uint32_t)axis; i < x->rank; i++)
        n *= x->dim[i];
    r = op_check_count(node, 1, "the weights", n, fault);
    if (r == 0)
        r = op_check_count(node, 2, "the bias", n, fault);
    return r < 0 ? r : op_infer_same(node, out, fault);
}

static const char *const layer_norm_params[] = {NULL, "weights_0", "bias"};

const struct op_def op_layer_norm = {
    .name = "LayerNorm",
    .params = layer_norm_params,
    .n_inputs = {2, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct layer_norm_attrs),
    .attrs = layer_norm_specs,
    .infer = layer_norm_infer,
};
