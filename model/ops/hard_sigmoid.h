#pragma once

/* y = min(max(alpha * x + beta, 0), 1) */
struct hard_sigmoid_attrs {
    float alpha, beta;
};
