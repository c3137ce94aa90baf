#pragma once
/*
 * The greatest of each cell of a grid over each roi: x [N,H,W,C], rois [R,5] (image, x1, y1, x2,
 * y2) -> y [R,pooled_h,pooled_w,C]. Corners, times spatial_scale, are rounded to places, halves
 * away from zero; both ends count. A cell without a place is 0, and so is all of a roi whose image
 * does not exist or whose corners are no numbers.
 */
#include <stdint.h>

struct roi_pool_attrs {
    int32_t pooled_h, pooled_w;
    float spatial_scale;
};
