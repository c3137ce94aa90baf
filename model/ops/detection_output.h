#pragma once
/*
 * The end of an SSD: loc [N,n*4] (or n*classes*4), conf [N,n*classes], priors [1,2,n*4] (boxes,
 * then variances) -> y [1,1,N*K,7], rows image, label, score, xmin, ymin, xmax, ymax.
 *
 * For each image: priors and loc become boxes; in each class but the background those whose score
 * is above confidence_threshold, of them the best top_k, go through suppression of what overlaps a
 * better one by more than nms_threshold (which shrinks by eta after each that is kept, while it is
 * above a half); the best keep_top_k of all classes stay. Rows come in the order of labels, then of
 * scores; between equals the class, then the prior that comes first goes first.
 *
 * K is keep_top_k, or if that is -1 as many as there could be. Each image has K rows of its own;
 * those it does not use hold -1 in every place.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

enum detection_code { DETECTION_CORNER, DETECTION_CENTER_SIZE, DETECTION_CORNER_SIZE };

struct detection_output_attrs {
    int32_t num_classes;      /* the background included */
    int32_t background_label; /* -1: there is none */
    int32_t top_k;            /* boxes of a class that suppression looks at; -1: all */
    int32_t keep_top_k;       /* boxes of an image; -1: all */
    float nms_threshold;
    float confidence_threshold;
    float eta;
    enum detection_code code_type; /* what loc says of a box */
    bool share_location;           /* one box for all classes */
    bool variance_in_target;       /* loc is not to be multiplied by the variances */
    bool clip;                     /* boxes end at the picture's edges, 0 and 1 */
};

/* How many boxes a class has, how many classes have boxes of their own, and rows of an image. */
struct detection_sizes {
    uint32_t priors, loc_classes, rows;
};

/* PRIORS is the shape of that input; rows that do not fit a number are UINT32_MAX. */
void detection_output_sizes(const struct detection_output_attrs *attrs, const struct shape *priors,
                            struct detection_sizes *ret);
