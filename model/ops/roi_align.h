#pragma once
/*
 * The mean or greatest of points in each cell of a grid over each roi: x [N,H,W,C], rois [R,4]
 * (x1, y1, x2, y2) or [R,5] (with the image before them), images [R] if the rois do not say them
 * (0 if nobody does) -> y [R,pooled_h,pooled_w,C].
 *
 * sampling_ratio points a cell in each direction, or if that is 0 as many as it has whole places;
 * each is interpolated between its four neighbours, and is 0 more than one place outside of x.
 * Corners are multiplied by spatial_scale; aligned moves them by half a place, else a roi is at
 * least one place wide and high. Of a point, the greatest takes the greatest of the four weighted
 * neighbours, not their sum: so do ONNX's own definition and onnxruntime. A roi whose image does
 * not exist or whose corners are no numbers gives zeros.
 */
#include <stdbool.h>
#include <stdint.h>

enum roi_align_mode { ROI_ALIGN_AVG, ROI_ALIGN_MAX };

struct roi_align_attrs {
    enum roi_align_mode mode;
    int32_t pooled_h, pooled_w;
    int32_t sampling_ratio;
    float spatial_scale;
    bool aligned; /* ONNX's half_pixel; else its output_half_pixel */
};
