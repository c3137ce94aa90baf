#pragma once
/*
 * Deconv (transposed convolution): x [N,H,W,C], weights [kH,kW,C,M/groups], bias [M] -> y
 * [N,oH,oW,M]. Not flipped: place (h, w) of x adds x(h,w,c) * weights(i,j,c,m) to the place
 * (h*stride + i*dilation - lead, ...) of y. Channel c of x is of group c / (C/groups), and reaches
 * the outputs group * (M/groups) + m. With one group that is the container's [kH,kW,Cin,Cout];
 * ONNX's and Caffe's [C,M/groups,kH,kW] becomes it by moving the last two axes to the front.
 *
 * The window's pads are crops. On each axis full = (in-1)*stride + (kernel-1)*dilation + 1, and
 *   EXPLICIT, CAFFE  out = full - lead - trail + output_pad
 *   VALID            out = max(full, in*stride) + output_pad, as TensorFlow; nothing is cropped
 *   SAME             out = in*stride + output_pad, lead = max(0, floor((full - out) / 2))
 * output_pad may be negative: it then cuts off the end. Places that no window reaches hold the
 * bias.
 */
#include "model/ops/window.h"

struct deconv_attrs {
    struct window window; /* kernel_h and kernel_w repeat the weights' shape */
    int32_t groups;
    int32_t output_pad_h, output_pad_w; /* rows and columns more at the end */
};

/*
 * Sizes and crops over IN_H x IN_W: lead and trail of RET are what is cropped, and trail is
 * negative where places are added. The numbers of ATTRS are within their limits. 0, or E_SHAPE when
 * nothing is left.
 */
int deconv_window(const struct deconv_attrs *attrs, uint32_t in_h, uint32_t in_w,
                  struct window_axis *ret_h, struct window_axis *ret_w, struct fault *fault);
