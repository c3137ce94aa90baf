#pragma once
/*
 * A crop of an image for each box, resized: x [N,H,W,C], boxes [R,4] (y1, x1, y2, x2, of which 0 is
 * the middle of the first place and 1 that of the last; y1 may be above y2: then it is mirrored),
 * images [R] -> y [R,crop_h,crop_w,C]. Corners of the box fall on the middles of the corner places
 * of y; a side of 1 takes the middle of the box. What lies outside of x, and a box whose image does
 * not exist or whose corners are no numbers, is extrapolation_value.
 */
#include <stdint.h>

enum crop_method { CROP_BILINEAR, CROP_NEAREST };

struct crop_and_resize_attrs {
    int32_t crop_h, crop_w;
    enum crop_method method; /* nearest: halves away from zero */
    float extrapolation_value;
};
