#pragma once

/* y = x > 0 ? min(x, max) : slope * x */
struct leaky_relu_attrs {
    float slope;
    float max; /* INFINITY: no upper end */
};
