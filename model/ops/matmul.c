/*
 * MatMul: y[.., m, n] = the sum over k of a[.., m, k] * b[.., k, n]; either may be an activation or
 * a constant. A matrix of weights that one batch axis is multiplied with is FullyConnected.
 *
 * Shapes   a and b rank 2 or more, as ops/matmul.h says; the axes before the last two repeat where
 *          they are 1 or not there.
 * Types    f32 -> f32.
 * Sources  ONNX MatMul, Gemm of activations; TensorFlow MatMul, BatchMatMul, BatchMatMulV2 (adj_x,
 *          adj_y); Caffe2 MatMul, BatchMatMul; DLC MatMul (ours).
 */
#include "model/ops/matmul.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec matmul_specs[] = {
    {"transpose_a", "transpose_in0", ATTR_BOOL, offsetof(struct matmul_attrs, transpose_a),
     .help = "the last two axes of a are [K,M]"},
    {"transpose_b", "transpose_in1", ATTR_BOOL, offsetof(struct matmul_attrs, transpose_b),
     .help = "the last two axes of b are [N,K]"},
    {0},
};

static int check_ranks(const struct infer *node, struct fault *fault)
{
    for (uint32_t i = 0; i < 2; i++)
        if (node->in[i]->shape.rank < 2)
            return fail(fault, E_SHAPE, "input %u (%.60s) has rank %u; a matrix has 2 axes or more",
                        i, node->in[i]->name, node->in[i]->shape.rank);
    return 0;
}

static int matmul_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct matmul_attrs *matmul = node->attrs;
    struct shape a, b, y;
    uint32_t rows, depth_a, depth_b, columns;
    int r = check_ranks(node, fault);

    if (r < 0)
        return r;
    a = node->in[0]->shape;
    b = node->in[1]->shape;
    rows = a.dim[a.rank - (matmul->transpose_a ? 1 : 2)];
    depth_a = a.dim[a.rank - (matmul->transpose_a ? 2 : 1)];
    depth_b = b.dim[b.rank - (matmul->transpose_b ? 1 : 2)];
    columns = b.dim[b.rank - (matmul->transpose_b ? 2 : 1)];
    if (depth_a != depth_b)
        return fail(fault, E_SHAPE, "rows of %u numbers (%.60s) meet columns of %u (%.60s)",
                    depth_a, node->in[0]->name, depth_b, node->in[1]->name);
    a.dim[a.rank - 2] = b.dim[b.rank - 2] = rows;
    a.dim[a.rank - 1] = b.dim[b.rank - 1] = columns;
    r = op_broadcast(&a, &b, &y);
    if (r < 0)
        return fail(fault, E_SHAPE,
                    "the axes before the matrices of input 0 (%.60s) and 1 (%.60s) "
                    "differ",
                    node->in[0]->name, node->in[1]->name);
    out[0] = y;
    return 0;
}

static uint64_t matmul_macs(const struct infer *node, const struct shape *out)
{
    const struct matmul_attrs *matmul = node->attrs;
    const struct shape *a = &node->in[0]->shape;

    return (uint64_t)shape_elements(out) * a->dim[a->rank - (matmul->transpose_a ? 2 : 1)];
}

const struct op_def op_matmul = {
    .name = "MatMul",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct matmul_attrs),
    .attrs = matmul_specs,
    .infer = matmul_infer,
    .macs = matmul_macs,
};
