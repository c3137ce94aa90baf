#pragma once
/*
 * Deconv's parameters, for its kernels in all forms.
 */
#include "backends/cpu/prepare.h"

struct deconv_params {
    struct clamp clamp;
    uint32_t in_h, in_w, in_c;
    uint32_t out_h, out_w, out_c;
    uint32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w, dilation_h, dilation_w;
    int32_t top, left; /* what is cut off in front */
    uint32_t groups;
    uint32_t group_in, group_out; /* channels of a group */
};
