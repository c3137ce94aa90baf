#pragma once
#include <stdint.h>

enum depth_to_space_mode {
    DEPTH_TO_SPACE_DCR, /* y(h*r+i, w*r+j, c) = x(h, w, (i*r+j)*C+c): TensorFlow's order */
    DEPTH_TO_SPACE_CRD, /* y(h*r+i, w*r+j, c) = x(h, w, (c*r+i)*r+j): PyTorch's pixel shuffle */
};

struct depth_to_space_attrs {
    int32_t factor; /* r; C is the number of channels of y */
    enum depth_to_space_mode mode;
};
