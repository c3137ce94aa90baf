/*
 * Binary: y = a OP b with numpy's broadcasting: shapes are aligned at the last axis, and an axis
 * that is 1 or not there repeats.
 *
 * Shapes   a, b any rank; y has on each axis the larger of the two.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Eltwise PROD, MAX; ONNX Add, Mul, Sub, Div, Max, Min, Pow; TensorFlow Add, Mul,
 *          Sub, RealDiv, Maximum, Minimum, Pow; DLC ElementwiseBinaryOp (0 add and 1 multiply were
 *          seen; the rest is ours).
 */
#include "model/ops/binary.h"

#include "base/error.h"
#include "model/graph.h"

static const char *const kinds[] = {"add", "mul", "sub", "div", "max", "min", "pow", NULL};

static const struct attr_spec binary_specs[] = {
    {"kind", "op", ATTR_ENUM, offsetof(struct binary_attrs, kind), .words = kinds,
     .help = "what becomes of a and b"},
    {0},
};

/* The size of the axis that is FROM_END axes before the last; 1 if the shape has none there. */
static uint32_t size_from_end(const struct shape *shape, uint32_t from_end)
{
    return from_end < shape->rank ? shape->dim[shape->rank - 1 - from_end] : 1;
}

static int binary_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct shape *a = &node->in[0]->shape, *b = &node->in[1]->shape;
    struct shape y = {.rank = a->rank > b->rank ? a->rank : b->rank};

    for (uint32_t i = 0; i < y.rank; i++) {
        uint32_t size_a = size_from_end(a, i), size_b = size_from_end(b, i);

        if (size_a != size_b && size_a != 1 && size_b != 1)
            return fail(fault, E_SHAPE,
                        "axis %u of the output would have the size %u of input 0 (%.60s) or %u of "
                        "input 1 (%.60s)",
                        y.rank - 1 - i, size_a, node->in[0]->name, size_b, node->in[1]->name);
        y.dim[y.rank - 1 - i] = size_a == 1 ? size_b : size_a;
    }
    out[0] = y;
    return 0;
}

const struct op_def op_binary = {
    .name = "Binary",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct binary_attrs),
    .attrs = binary_specs,
    .infer = binary_infer,
};
