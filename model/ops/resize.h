#pragma once
/*
 * Resize: x [N,H,W,C] -> y [N,oH,oW,C]. height and width say how large y is; where one is 0 it is
 * floor(in * scale). A scale that is not 0 also places the samples, for ONNX lets both be given;
 * where it is 0 out / in takes its place.
 *
 * Where sample o of y lies in x:
 *   ASYMMETRIC               o / scale
 *   ALIGN_CORNERS            o * (in - 1) / (out - 1); 0 if out is 1
 *   HALF_PIXEL               (o + 0.5) / scale - 0.5
 *   PYTORCH_HALF_PIXEL       the same, but 0 if out is 1
 *   TF_HALF_PIXEL_FOR_NN     (o + 0.5) / scale
 *   HALF_PIXEL_SYMMETRIC     HALF_PIXEL about the middle of x when out is not in * scale
 *
 * NEAREST takes the sample that ROUNDING finds; BILINEAR and CUBIC repeat the edge. What frameworks
 * call these: TensorFlow's ResizeBilinear is ASYMMETRIC, ALIGN_CORNERS or HALF_PIXEL; its
 * ResizeNearestNeighbor ASYMMETRIC with FLOOR, ALIGN_CORNERS with ROUND_PREFER_CEIL, or
 * TF_HALF_PIXEL_FOR_NN with FLOOR; Caffe's Interp is ALIGN_CORNERS.
 */
#include <stdbool.h>
#include <stdint.h>

enum resize_mode { RESIZE_BILINEAR, RESIZE_NEAREST, RESIZE_CUBIC };

enum resize_coordinates {
    RESIZE_ASYMMETRIC,
    RESIZE_ALIGN_CORNERS,
    RESIZE_HALF_PIXEL,
    RESIZE_PYTORCH_HALF_PIXEL,
    RESIZE_TF_HALF_PIXEL_FOR_NN,
    RESIZE_HALF_PIXEL_SYMMETRIC,
};

enum resize_rounding {
    RESIZE_FLOOR,
    RESIZE_ROUND_PREFER_FLOOR,
    RESIZE_ROUND_PREFER_CEIL,
    RESIZE_CEIL,
};

struct resize_attrs {
    enum resize_mode mode;
    enum resize_coordinates coordinates;
    enum resize_rounding rounding; /* NEAREST */
    int32_t height, width;
    float scale_h, scale_w;
    float cubic_a;        /* CUBIC: the coefficient; -0.75 in ONNX, -0.5 in TensorFlow */
    bool exclude_outside; /* CUBIC: samples outside x count nothing; else the edge repeats */
};
