#pragma once

enum unary_kind {
    UNARY_ABS,
    UNARY_EXP,
    UNARY_FLOOR,
    UNARY_LOG,
    UNARY_NEG,
    UNARY_SIN,
    UNARY_SQRT,
    UNARY_COS,
    UNARY_CEIL,
    UNARY_ROUND,      /* half to even */
    UNARY_RECIPROCAL, /* 1 / x */
    UNARY_RSQRT,      /* 1 / sqrt(x) */
    UNARY_SQUARE,
    UNARY_SIGN, /* -1, 0 or 1; a NaN stays one */
    UNARY_ERF,
    UNARY_SOFTPLUS, /* log(1 + exp(x)) */
    UNARY_SOFTSIGN, /* x / (1 + |x|) */
    UNARY_NOT,      /* x == 0 ? 1 : 0 */
    UNARY_MISH,     /* x * tanh(log(1 + exp(x))) */
    UNARY_TAN,
    UNARY_ASIN,
    UNARY_ACOS,
    UNARY_ATAN,
    UNARY_SINH,
    UNARY_COSH,
    UNARY_ASINH,
    UNARY_ACOSH,
    UNARY_ATANH,
};

struct unary_attrs {
    enum unary_kind kind;
};
