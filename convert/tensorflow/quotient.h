#pragma once
/* Quotients of a tensor and statistics of it, which several idioms are. */
#include "convert/axes.h"
#include "convert/tensorflow/match.h"
#include "model/ops/l2_norm.h"

/* NODE as x / sqrt(sum). */
bool quotient_read(struct match *m, const struct tf_node *node, const char **ret_x,
                   const char **ret_sum);

/* The sum under the root if TENSOR is 1 / sqrt(sum); NULL. */
const char *quotient_under_rsqrt(struct match *m, const char *tensor);

/* Is TENSOR the square of X, however it is written? */
bool quotient_is_square(struct match *m, const char *tensor, const char *x);

/* Over which axes a reduction goes that keeps them; NULL. */
const struct numbers *quotient_kept_axes(struct match *m, const struct tf_node *node);

/* What such an idiom keeps. */
struct statistics {
    struct ints axes;
    enum l2_norm_epsilon epsilon_kind; /* of L2Norm */
    double epsilon;
};

void quotient_set_axes(struct statistics *statistics, const struct numbers *axes);

/* match_replace with a copy of STATISTICS as what the idiom keeps. */
bool quotient_replace(struct match *m, struct tf_node *node, struct replacement *with,
                      const struct statistics *statistics);
