#pragma once
/*
 * Conv's parameters, for its direct kernel in all forms and for the depthwise one.
 */
#include "backends/cpu/kernels/geometry.h"

/* Pixels of y in an item of the direct kernel: a multiple of every form's block of pixels. */
#define CONV_ITEM_PIXELS 96

struct conv_params {
    struct geometry g;
    struct clamp clamp;
    uint32_t groups;
    uint32_t group_in, group_out; /* channels of a group */
    size_t pixels;                /* of y, of all images */
    uint32_t item_channels;       /* channels of y in an item, all of one group */
    uint32_t group_items;         /* items that the channels of a group make */
};
