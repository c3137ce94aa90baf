#pragma once
/* Binary: y = a OP b with numpy broadcasting. Two inputs; either may be a constant. */

enum binary_kind {
    BINARY_ADD,
    BINARY_MUL,
    BINARY_SUB,
    BINARY_DIV,
    BINARY_MAX,
    BINARY_MIN,
    BINARY_POW
};

struct binary_attrs {
    enum binary_kind kind; /* 0 and 1 are the container's numbers, the rest are ours */
};
