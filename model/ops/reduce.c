/*
 * Reduce: y = the mean, sum, product, least or greatest of x over some axes.
 *
 * Shapes   y is x without those axes, or with 1 in their place if keep_dims.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Reduction (from axis to the end); ONNX ReduceMean ... ReduceMax (keepdims 1);
 *          TensorFlow Mean, Sum, Prod, Min, Max (keep_dims false); DLC Reduction.
 */
#include "model/ops/reduce.h"

#include "base/error.h"
#include "model/graph.h"

static const char *const kinds[] = {"mean", "sum", "prod", "min", "max", NULL};

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
    struct shape y = {0};
    uint32_t gone = reduce->axes.n ? 0 : ~0u;

    for (uint32_t i = 0; i < reduce->axes.n; i++) {
        int axis = shape_axis(x, reduce->axes.v[i]);

        if (axis < 0)
            return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", reduce->axes.v[i], x->rank);
        gone |= 1u << axis;
    }
    for (uint32_t i = 0; i < x->rank; i++)
        if (!(gone & 1u << i))
            y.dim[y.rank++] = x->dim[i];
        else if (reduce->keep_dims)
            y.dim[y.rank++] = 1;
    out[0] = y;
    return 0;
}

const struct op_def op_reduce = {
    .name = "Reduce",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct reduce_attrs),
    .attrs = reduce_specs,
    .infer = reduce_infer,
};
