#pragma once

/* y = gamma * (x > 0 ? x : alpha * (exp(x) - 1)) */
struct selu_attrs {
    float alpha, gamma;
};
