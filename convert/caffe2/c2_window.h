#pragma once
/* What convolutions and pools share: windows over pictures [N,C,H,W] or [N,H,W,C]. */
#include "convert/caffe2/c2_source.h"
#include "model/ops/window.h"

/* legacy_pad, with Caffe2's numbers. */
enum c2_legacy_pad { C2_PAD_GIVEN, C2_PAD_VALID, C2_PAD_SAME, C2_PAD_CAFFE };

/*
 * Strides, dilations, pads and legacy_pad of the current node. KERNEL: height and width as the
 * weights have them, which the arguments must repeat if they say any; NULL: the arguments say it.
 */
int c2_window_read(struct conversion *c, const uint32_t *kernel, struct window *ret,
                   enum c2_legacy_pad *ret_legacy);

/* pad, pad_t to pad_r, or pads, none of them negative. */
int c2_window_pads(struct conversion *c, struct window *window);

/* Input I, of rank 4, as [N,H,W,C]; its output then has the view c2_picture_view. */
int c2_window_input(struct conversion *c, uint32_t i, struct tensor **ret_x, uint32_t *ret);
