/*
 * Reshape: the same numbers in the same order under other sizes.
 *
 * Shapes   as ops/reshape.h says.
 * Types    any; an encoding stays what it is.
 * Sources  Caffe Reshape, Flatten; Caffe2 Reshape, Flatten, FlattenToVec, Squeeze, ExpandDims;
 *          ONNX Reshape, Flatten, Squeeze, Unsqueeze (converters work out the sizes); TensorFlow
 *          Reshape, Squeeze, ExpandDims; DLC Reshape (its sizes are in OutputDims).
 */
#include "model/ops/reshape.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec reshape_specs[] = {
    {"shape", NULL, ATTR_I32S, offsetof(struct reshape_attrs, shape), .least = -1,
     .most = INT32_MAX, .help = "sizes; one may be -1: what is left"},
    {0},
};

/* The sizes as wished, 1 where the one that is left goes: RET_LEFT, untouched if there is none. */
static int read_sizes(const struct i32s *wish, struct shape *y, int *ret_left, struct fault *fault)
{
    if (wish->n > SHAPE_RANK_MAX)
        return fail(fault, E_SHAPE, "the shape has %u axes; at most %d are possible", wish->n,
                    SHAPE_RANK_MAX);
    *y = (struct shape){.rank = wish->n};
    for (uint32_t i = 0; i < wish->n; i++) {
        if (wish->v[i] == 0)
            return fail(fault, E_SHAPE, "shape[%u] is 0", i);
        if (wish->v[i] < 0 && *ret_left >= 0)
            return fail(fault, E_OP_ATTR, "shape: -1 stands at %d and at %u", *ret_left, i);
        if (wish->v[i] < 0)
            *ret_left = (int)i;
        y->dim[i] = wish->v[i] < 0 ? 1 : (uint32_t)wish->v[i];
    }
    return 0;
}

static int reshape_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct reshape_attrs *reshape = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    size_t n = shape_elements(x), bytes;
    struct shape y;
    int left = -1;
    int r = read_sizes(&reshape->shape, &y, &left, fault);

    if (r < 0)
        return r;
    if (shape_check(&y, 1, &bytes) < 0)
        return fail(fault, E_SHAPE, "the shape holds more numbers than a tensor can");
    if (left >= 0 && n % bytes == 0)
        y.dim[left] = (uint32_t)(n / bytes);
    else if (left < 0 && n != bytes && y.rank > 0 && x->rank > 0)
        y.dim[0] = x->dim[0];
    if (shape_check(&y, 1, &bytes) < 0 || bytes != n)
        return fail(fault, E_SHAPE, "%zu numbers do not fit into a shape of %zu", n, bytes);
    out[0] = y;
    return 0;
}

const struct op_def op_reshape = {
    .name = "Reshape",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct reshape_attrs),
    .attrs = reshape_specs,
    .infer = reshape_infer,
};
