#pragma once
/* Binary: y = a OP b with numpy broadcasting. Two inputs; either may be a constant. */

enum binary_kind {
    BINARY_ADD,
    BINARY_MUL,
    BINARY_SUB,
    BINARY_DIV,
    BINARY_MAX,
    BINARY_MIN,
    BINARY_POW,
    BINARY_SQUARED_DIFFERENCE, /* (a - b)^2 */
    BINARY_FLOOR_DIV,          /* floor(a / b) */
    BINARY_FLOOR_MOD,          /* a - b * floor(a / b), with b's sign: numpy's and Python's % */
    BINARY_TRUNC_MOD,          /* fmod(a, b), with a's sign: C's % */
    BINARY_GREATER,            /* from here on y is 1 where it is true, else 0 */
    BINARY_GREATER_EQUAL,
    BINARY_LESS,
    BINARY_LESS_EQUAL,
    BINARY_EQUAL,
    BINARY_NOT_EQUAL,
    BINARY_AND, /* to these three everything but 0 is true */
    BINARY_OR,
    BINARY_XOR,
};

struct binary_attrs {
    enum binary_kind kind; /* 0 and 1 are the container's numbers, the rest are ours */
};
