/*
 * Sum: y = the sum of coeffs[i] * x_i.
 *
 * Shapes   all inputs and y alike, any rank; coeffs empty (all 1) or one for each input.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Eltwise, operation SUM (coeff); Caffe2 and ONNX Sum of equal shapes; TensorFlow
 *          AddN; DLC ElementwiseOp 0.
 */
#include "model/ops/sum.h"

#include <float.h>

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec sum_specs[] = {
    {"coeffs", "coeffs", ATTR_F32S, offsetof(struct sum_attrs, coeffs), .least = -FLT_MAX,
     .most = FLT_MAX, .help = "one factor for each input; empty: all 1"},
    {0},
};

static int sum_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct sum_attrs *sum = node->attrs;
    int r;

    if (sum->coeffs.n != 0 && sum->coeffs.n != node->n_in)
        return fail(fault, E_OP_ATTR, "there are %u coeffs for %u inputs", sum->coeffs.n,
                    node->n_in);
    r = op_check_alike(node, fault);
    return r < 0 ? r : op_infer_same(node, out, fault);
}

const struct op_def op_sum = {
    .name = "Sum",
    .n_inputs = {1, UINT8_MAX},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct sum_attrs),
    .attrs = sum_specs,
    .infer = sum_infer,
};
