#pragma once
/*
 * Each image seen through a projective map: x [N,H,W,C], transforms [N,8] or [1,8] (a0..a5, c0, c1)
 * -> y [N,output_h,output_w,C]. The place (i,j) of y, row i and column j, is what x has at column
 * (a0 j + a1 i + a2) / k and row (a3 j + a4 i + a5) / k, with k = c0 j + c1 i + 1; 0 outside of x,
 * where k is 0, and where that is no number. Bilinear takes four neighbours, of which those outside
 * are 0; nearest rounds, halves away from zero.
 */
#include <stdint.h>

enum projective_method { PROJECTIVE_BILINEAR, PROJECTIVE_NEAREST };

struct projective_transform_attrs {
    int32_t output_h, output_w; /* 0: as x */
    enum projective_method method;
};
