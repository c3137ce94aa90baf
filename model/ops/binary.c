/*
 * Binary: y = a OP b with numpy's broadcasting: shapes are aligned at the last axis, and an axis
 * that is 1 or not there repeats. What is true is 1, what is false 0; to and, or and xor all but 0
 * is true.
 *
 * Shapes   a, b any rank; y has on each axis the larger of the two.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Eltwise PROD, MAX, Axpy, Bias and Scale of two bottoms; Caffe2 Add, Sub, Mul,
 *          Div, Max, Min, Pow, Sum of unequal shapes; ONNX Add, Mul, Sub, Div, Max, Min, Pow, Mod,
 *          Greater, GreaterOrEqual, Less, LessOrEqual, Equal, And, Or, Xor, Cast to bool,
 *          DequantizeLinear to another scale;
 *          TensorFlow Add, AddV2, BiasAdd and BiasAddV1 that no layer takes in, Mul, Sub, Div,
 *          RealDiv, Maximum, Minimum, Pow, SquaredDifference, FloorDiv, FloorMod, Mod,
 *          TruncateDiv, TruncateMod, Greater, GreaterEqual, Less, LessEqual, Equal, NotEqual,
 *          LogicalAnd, LogicalOr; DLC ElementwiseBinaryOp (0 add and 1 multiply were seen; the
 *          rest is ours).
 */
#include "model/ops/binary.h"

#include "model/graph.h"

static const char *const kinds[] = {"add",
                                    "mul",
                                    "sub",
                                    "div",
                                    "max",
                                    "min",
                                    "pow",
                                    "squared_difference",
                                    "floor_div",
                                    "floor_mod",
                                    "trunc_mod",
                                    "greater",
                                    "greater_equal",
                                    "less",
                                    "less_equal",
                                    "equal",
                                    "not_equal",
                                    "and",
                                    "or",
                                    "xor",
                                    NULL};

static const struct attr_spec binary_specs[] = {
    {"kind", "op", ATTR_ENUM, offsetof(struct binary_attrs, kind), .words = kinds,
     .help = "what becomes of a and b"},
    {0},
};

const struct op_def op_binary = {
    .name = "Binary",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct binary_attrs),
    .attrs = binary_specs,
    .infer = op_infer_broadcast,
};
