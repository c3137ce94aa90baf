#pragma once
/*
 * Where each heatmap of a box is greatest: heatmaps [R,S,S,K], boxes [R,4 or more] (x1, y1, x2, y2)
 * -> keypoints [R,4,K]: x, y, score and probability of each.
 *
 * Around the first greatest place a quadric is laid through its neighbours (mirrored at the edge);
 * its extreme, at most 1.5 places away in each direction, is the keypoint, unless the quadric is
 * flat (determinant below 1e-4). The score is its value there: f - b d + d A d / 2 with A d = b,
 * b the negative slope, as Caffe2 has it. The probability is the softmax over the heatmap at the
 * greatest place if output_softmax, else 0. A box is at least one pixel wide and high. NaN counts
 * as no number: if there is nothing else the place is the first.
 */
#include <stdbool.h>

struct heatmap_max_keypoint_attrs {
    bool output_softmax;
};
