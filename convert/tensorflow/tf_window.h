#pragma once
/* What convolutions and pools share: windows over pictures [N,H,W,C] or [N,C,H,W]. */
#include "convert/tensorflow/tf_source.h"
#include "model/ops/window.h"

/*
 * Attributes strides, dilations (if there are any), padding and explicit_paddings of the current
 * node, whose kernel is KERNEL_H x KERNEL_W.
 */
int tf_window_read(struct conversion *c, int64_t kernel_h, int64_t kernel_w, struct window *ret);

/*
 * H and W of an attribute with four numbers, which must be 1 elsewhere; of MaxPoolV2's input where
 * it has one instead. PRESET: where it is not.
 */
int tf_window_pair(struct conversion *c, const char *name, int32_t preset, int32_t *ret_h,
                   int32_t *ret_w);

/* Input I, of rank 4, as [N,H,W,C], and the view that its output then has. */
int tf_window_input(struct conversion *c, uint32_t i, struct tensor **ret_x, uint32_t *ret,
                    struct view *ret_view);
