#pragma once
/*
 * Boxes moved by what a network says: rois [R,4] (x1, y1, x2, y2) or [R,5] (with the image before
 * them), deltas [R,4K] (dx, dy, dw, dh for each of K classes), im_info [N,3] (height, width, scale)
 * -> boxes [R,4K], and if the node has it how many rois each image has, [N].
 *
 * Rois are divided by the scale of their image. With w = x2 - x1 + 1, and the same for y:
 * the middle moves by dx / weights[0] * w, w becomes w * exp(min(dw / weights[2], log(1000/16))),
 * x1 and x2 are half of it away, x2 less 1, both cut at the picture as it was before it was scaled
 * (0..width-1). apply_scale multiplies by the scale again. Without plus_one no 1 is added or taken
 * away. A roi whose image does not exist gives zeros.
 */
#include <stdbool.h>

#include "model/attr.h"

struct bbox_transform_attrs {
    struct f32s weights; /* of dx, dy, dw, dh; empty: ones */
    bool apply_scale;
    bool plus_one;
};
