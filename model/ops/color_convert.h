#pragma once
/*
 * Pixels as a camera gives them to pixels as a network wants them: x -> y [N,H,W,3].
 *
 *     rgb, bgr   x [N,H,W,3]
 *     rgba       x [N,H,W,4], bytes R, G, B, A
 *     argb32     x [N,H,W,4], bytes B, G, R, A (32-bit numbers 0xAARRGGBB in little-endian memory)
 *     nv21       x [N,H*3/2,W,1], H rows of Y, then H/2 rows of V, U, V, U, ...; H and W are even
 *
 * Alpha is passed over. nv21 is YCbCr as JPEG has it, all three over the whole of 0..255:
 * R = Y + 1.402 (V - 128), G = Y - 0.344136 (U - 128) - 0.714136 (V - 128),
 * B = Y + 1.772 (U - 128), cut at 0 and 255 and not rounded; four pixels share a V and a U.
 */

enum color { COLOR_BGR, COLOR_RGB, COLOR_RGBA, COLOR_ARGB32, COLOR_NV21 };

struct color_convert_attrs {
    enum color from;
    enum color to; /* COLOR_BGR or COLOR_RGB */
};
