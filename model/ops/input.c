/*
 * Input: a tensor that every run brings.
 *
 * Shapes   y as the attribute says; the batch is the first axis.
 * Types    f32, u8 or tf8 by the edge that a network declares.
 * Sources  Caffe Input, Data; ONNX graph inputs; TensorFlow Placeholder; DLC Input (its shape is in
 *          OutputDims).
 */
#include "model/ops/input.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec input_specs[] = {
    {"shape", NULL, ATTR_I32S, offsetof(struct input_attrs, shape), .least = 0, .most = INT32_MAX,
     .help = "sizes, the batch first"},
    {"color_space_in", "input_color_space", ATTR_I32, offsetof(struct input_attrs, color_space_in),
     .least = 0, .most = INT32_MAX, .help = "what a run brings, by color_spaces.def: 4 bgr, ..."},
    {"color_space_out", "output_color_space", ATTR_I32,
     offsetof(struct input_attrs, color_space_out), .least = 0, .most = INT32_MAX,
     .help = "what the network reads of it"},
    {"input_type", "input_type", ATTR_I32, offsetof(struct input_attrs, input_type), .least = 0,
     .most = INT32_MAX, .help = "0: default, 1: image, 2: opaque"},
    {0},
};

static int input_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct input_attrs *input = node->attrs;
    struct shape y = {.rank = input->shape.n};
    int r = 0;

    if (input->shape.n > SHAPE_RANK_MAX)
        return fail(fault, E_SHAPE, "the shape has %u axes; at most %d are possible",
                    input->shape.n, SHAPE_RANK_MAX);
    for (uint32_t i = 0; r == 0 && i < y.rank; i++)
        r = op_set_dim(&y, i, (uint32_t)input->shape.v[i], fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_input = {
    .name = "Input",
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct input_attrs),
    .attrs = input_specs,
    .infer = input_infer,
};
