#pragma once

struct elu_attrs {
    float alpha; /* x > 0 ? x : alpha * (exp(x) - 1) */
};
