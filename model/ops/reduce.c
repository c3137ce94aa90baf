/*
 * Reduce: y = the mean, sum, product, least or greatest of x over some axes, or one of the sums
 * that ops/reduce.h lists.
 *
 * Shapes   y is x without those axes, or with 1 in their place if keep_dims.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Reduction SUM, MEAN, ASUM, SUMSQ (from axis to the end); Caffe2 ReduceMean,
 *          ReduceSum, ReduceMin, ReduceMax, ReduceL1, ReduceL2; ONNX ReduceMean, ReduceSum,
 *          ReduceProd, ReduceMin, ReduceMax, ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp,
 *          ReduceSumSquare (keepdims 1); TensorFlow Mean, Sum, Prod, Min, Max, All, Any (keep_dims
 *          false); DLC Reduction (0 mean was seen; the rest is ours).
 */
#include "model/ops/reduce.h"

#include "model/graph.h"

static const char *const kinds[] = {"mean", "sum",     "prod",        "min",        "max", "l1",
                                    "l2",   "log_sum", "log_sum_exp", "sum_square", NULL};

static const struct attr_spec reduce_specs[] = {
    {"kind", "op", ATTR_ENUM, offsetof(struct reduce_attrs, kind), .words = kinds,
     .help = "how many numbers become one"},
    {"keep_dims", "keep_dims", ATTR_BOOL, offsetof(struct reduce_attrs, keep_dims),
     .help = "leave 1 where an axis was"},
    {"axes", "axes", ATTR_I32S, offsetof(struct reduce_attrs, axes), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axes that go; all if empty"},
    {0},
};

static int reduce_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct reduce_attrs *reduce = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    uint32_t gone;
    int r = op_axes(x, reduce->axes, &gone, fault);

    if (r == 0)
        op_without_axes(x, gone, reduce->keep_dims, &out[0]);
    return r;
}

const struct op_def op_reduce = {
    .name = "Reduce",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct reduce_attrs),
    .attrs = reduce_specs,
    .infer = reduce_infer,
};
