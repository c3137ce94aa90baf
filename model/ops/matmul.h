#pragma once
/*
 * MatMul: y = a . b over the last two axes, [..,M,K] . [..,K,N] -> [..,M,N]; the axes before them
 * repeat as numpy's do. A transposed operand is [..,K,M] or [..,N,K].
 */
#include <stdbool.h>

struct matmul_attrs {
    bool transpose_a, transpose_b;
};
