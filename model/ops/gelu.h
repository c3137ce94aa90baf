#pragma once
#include <stdbool.h>

/* y = x * P(X <= x) for a normal X, or by tanh: x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))
 */
struct gelu_attrs {
    bool by_tanh;
};
