#pragma once
#include <stdint.h>

/* y(h*r+i, w*r+j, c) = x(h, w, (i*r+j)*C+c): TensorFlow's order, ONNX's DCR */
struct depth_to_space_attrs {
    int32_t factor;
};
