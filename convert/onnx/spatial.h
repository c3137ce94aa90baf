#pragma once
/*
 * What convolutions and pools share: windows over one or two axes, and tensors of rank 3 and 4 as
 * the [N,H,W,C] that the graph's operators want ([N,C,W] runs as [N,1,W,C]).
 */
#include "convert/onnx/source.h"
#include "model/ops/window.h"

/* The window of one node, by spatial axis of ONNX: [0] is H, or W if there is but one. */
struct spatial {
    uint32_t n; /* axes: 1 or 2 */
    int32_t kernel[2], stride[2], dilation[2], begin[2], end[2];
    enum padding padding;
};

/* Attribute NAME as a number of LEAST or more for each of N axes; PRESET if it is not there. */
int spatial_list(struct conversion *c, const char *name, int64_t least, int32_t preset, uint32_t n,
                 int32_t *ret);

/* The kernel that WEIGHTS, which may be NULL, give an input X, and the attribute group. */
int spatial_weights(struct conversion *c, const struct tensor *x, const struct numbers *weights,
                    int32_t ret_kernel[2], int64_t *ret_groups);

/*
 * Input 1, WEIGHTS of rank 3 or 4, as a constant [kH,kW,a,b] of the graph: A and B say which of
 * ONNX's first two axes, whose places are channels, comes first.
 */
int spatial_place_weights(struct conversion *c, const struct numbers *weights, uint32_t a,
                          uint32_t b, uint32_t *ret);

/*
 * The attributes that say it, for an input X of rank 3 or 4. KERNEL: what the weights say, which
 * kernel_shape must repeat; NULL: kernel_shape must be there.
 */
int spatial_read(struct conversion *c, const struct tensor *x, const int32_t *kernel,
                 struct spatial *ret);

void spatial_window(const struct spatial *spatial, struct window *ret);

/* X, of rank 3 or 4, as a value [N,H,W,C]; another rank is a problem of the node. */
int spatial_input(struct conversion *c, struct tensor *x, uint32_t *ret);

/* Adds SPEC, whose output is [N,H,W,C], as output 0 of the node, whose input was of RANK. */
int spatial_emit(struct conversion *c, const struct node_spec *spec, uint32_t rank);
