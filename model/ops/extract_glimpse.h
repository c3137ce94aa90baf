#pragma once
/*
 * A window of each image: x [N,H,W,C], offsets [N,2] (y, x) -> y [N,glimpse_h,glimpse_w,C]. An
 * offset is, in this order: multiplied by the size of x if normalized; halved and moved to the
 * middle of x if centered; and then where the middle of the window is. The first place is what is
 * left of it towards zero. What lies outside of x is 0, all of it if an offset is no number.
 *
 * With exact (TensorFlow's version 2) an offset that is not centered is where the window begins,
 * and one that is centered but not normalized is not halved and counts from the middle of x to
 * where the window begins.
 */
#include <stdbool.h>
#include <stdint.h>

struct extract_glimpse_attrs {
    int32_t glimpse_h, glimpse_w;
    bool centered, normalized;
    bool exact;
};
