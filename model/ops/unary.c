/*
 * Unary: y[i] = f(x[i]); ops/unary.h lists the functions.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX and TensorFlow Abs, Exp, Floor, Log, Neg, Sin, Sqrt, Cos, Ceil, Round, Reciprocal,
 *          Sign, Erf, Softplus, Softsign, Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh;
 *          ONNX Not, Mish; TensorFlow Inv, LogicalNot, Rint, Rsqrt, Square; Caffe AbsVal, Exp,
 *          Log, BNLL (softplus), Mish; Caffe2 Abs, Acos, Asin, Atan, Ceil, Cos, Cosh, Erf, Exp,
 *          Floor, Log, Negative, Reciprocal, Rsqrt, Sign, Sin, Sinh, Softplus, Softsign, Sqr,
 *          Sqrt, Tan; DLC ElementwiseUnaryOp (documented, not seen).
 */
#include "model/ops/unary.h"

#include "model/graph.h"

static const char *const kinds[] = {"abs",    "exp",   "floor", "log",      "neg",        "sin",
                                    "sqrt",   "cos",   "ceil",  "round",    "reciprocal", "rsqrt",
                                    "square", "sign",  "erf",   "softplus", "softsign",   "not",
                                    "mish",   "tan",   "asin",  "acos",     "atan",       "sinh",
                                    "cosh",   "asinh", "acosh", "atanh",    NULL};

static const struct attr_spec unary_specs[] = {
    {"kind", "op", ATTR_ENUM, offsetof(struct unary_attrs, kind), .words = kinds,
     .help = "the function"},
    {0},
};

const struct op_def op_unary = {
    .name = "Unary",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct unary_attrs),
    .attrs = unary_specs,
    .infer = op_infer_same,
};
