#pragma once
/*
 * Proposals of Faster R-CNN: scores [1,H,W,2A] (no object for each anchor, then object), deltas
 * [1,H,W,4A], im_info 3 numbers (height, width, scale) -> rois [post_nms_top_n,5], rows image 0,
 * x1, y1, x2, y2, and if the node has it their scores [post_nms_top_n,1].
 *
 * A anchors, one for each ratio and for each scale in it, stand at each place of H x W, feat_stride
 * apart. Moved by the deltas and cut at the picture, those at least min_size * scale wide and high
 * are ordered by score (between equals the one that comes first), the best pre_nms_top_n go through
 * suppression of what overlaps a better one by nms_thresh or more, and post_nms_top_n of them stay.
 * Widths count pixels: x2 - x1 + 1. Rows that are not used have the image -1 and zeros.
 */
#include <stddef.h>

#include "model/attr.h"

struct proposal_attrs {
    int32_t feat_stride;
    int32_t base_size;      /* side of the square that ratios and scales change */
    int32_t pre_nms_top_n;  /* 0: all */
    int32_t post_nms_top_n; /* rows of the output */
    float min_size;
    float nms_thresh;
    struct f32s ratios, scales; /* height to width; of the side */
};

/* Of the anchor at place 0: its corners, in pixels. */
struct proposal_anchor {
    float x1, y1, x2, y2;
};

/* Anchor I of ratios.n * scales.n. */
struct proposal_anchor proposal_anchor_of(const struct proposal_attrs *attrs, size_t i);
