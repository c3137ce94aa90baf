#pragma once

/* y = x > alpha ? x : 0 */
struct thresholded_relu_attrs {
    float alpha;
};
