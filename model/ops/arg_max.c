/*
 * ArgMax: where along an axis the greatest (or least) number is, counted from 0.
 *
 * Shapes   y is x without the axis, or with 1 in its place if keep_dims.
 * Types    f32 or tf8 -> f32, for the index is no number of x's.
 * Sources  Caffe ArgMax (top_k 1); Caffe2 and ONNX ArgMax, ArgMin (keepdims 1); TensorFlow ArgMax,
 *          ArgMin; DLC ArgMax (op "ARGMAX"; "ARGMIN" is ours).
 */
#include "model/ops/arg_max.h"

#include "base/error.h"
#include "model/graph.h"

static const char *const kinds[] = {"max", "min", NULL};

static const struct attr_spec arg_max_specs[] = {
    {"kind", NULL, ATTR_ENUM, offsetof(struct arg_max_attrs, kind), .words = kinds,
     .help = "greatest or least"},
    {"axis", "axis", ATTR_I32, offsetof(struct arg_max_attrs, axis), .preset = -1,
     .least = -SHAPE_RANK_MAX, .most = SHAPE_RANK_MAX - 1, .help = "the axis that is searched"},
    {"keep_dims", "keep_dims", ATTR_BOOL, offsetof(struct arg_max_attrs, keep_dims),
     .help = "leave 1 where the axis was"},
    {"select_last", "select_last", ATTR_BOOL, offsetof(struct arg_max_attrs, select_last),
     .help = "of equal ones the last"},
    {0},
};

static int arg_max_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct arg_max_attrs *arg_max = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    int axis = shape_axis(x, arg_max->axis);

    if (axis < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", arg_max->axis, x->rank);
    op_without_axes(x, 1u << axis, arg_max->keep_dims, &out[0]);
    return 0;
}

const struct op_def op_arg_max = {
    .name = "ArgMax",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct arg_max_attrs),
    .attrs = arg_max_specs,
    .infer = arg_max_infer,
};
