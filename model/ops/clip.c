/*
 * Clip: y[i] = min(max(x[i], min), max); a NaN stays one.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe and Caffe2 Clip; ONNX Clip, QuantizeLinear of a range that cuts; TensorFlow
 *          ClipByValue; DLC Neuron, type 2 (ours: none was seen).
 */
#include "model/ops/clip.h"

#include <math.h>

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec clip_specs[] = {
    {"min", "min_clamp", ATTR_F32, offsetof(struct clip_attrs, min), .preset = -INFINITY,
     .least = -INFINITY, .most = INFINITY, .help = "nothing comes out below this"},
    {"max", "max_clamp", ATTR_F32, offsetof(struct clip_attrs, max), .preset = INFINITY,
     .least = -INFINITY, .most = INFINITY, .help = "nothing comes out above this"},
    {0},
};

static int clip_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct clip_attrs *clip = node->attrs;

    if (clip->min > clip->max)
        return fail(fault, E_OP_ATTR, "min %g is above max %g", (double)clip->min,
                    (double)clip->max);
    return op_infer_same(node, out, fault);
}

const struct op_def op_clip = {
    .name = "Clip",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct clip_attrs),
    .attrs = clip_specs,
    .infer = clip_infer,
};
