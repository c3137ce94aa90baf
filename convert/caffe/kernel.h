#pragma once
/* The windows of Convolution, Deconvolution and Pooling: one number for both sides, or two. */
#include "convert/caffe/source.h"
#include "model/ops/window.h"

/*
 * kernel_size, stride, pad and dilation, or their _h and _w, with Caffe's own rule of padding. A
 * kernel that is not there is 0. 0, or E_CONVERT_LAYER.
 */
int kernel_read(struct conversion *c, struct window *ret);

/* The same for a kernel that must be there. */
int kernel_read_needed(struct conversion *c, struct window *ret);

/* Bottom 0, a picture [N,C,H,W], as a value [N,H,W,C]. */
int kernel_input(struct conversion *c, struct tensor **ret, uint32_t *ret_value);
