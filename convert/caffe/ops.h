#pragma once
/*
 * The layer types: what a layer of each becomes. ops.def says which function does which. A convert
 * function adds to the graph, or gives its tops another name for what is there.
 */
#include "convert/caffe/source.h"

struct ops_entry {
    const char *type;
    int (*convert)(struct conversion *c);
    bool weights;        /* has none without, unless it is a second bottom that lends them */
    const char *message; /* of its parameters; NULL: it has none */
    const char *fields;  /* all that message may have, between blanks */
};

/* NULL: no such type here. */
const struct ops_entry *caffe_ops_find(const char *type);

/* One line: "layer types that are supported: AbsVal, ArgMax, ...". 0 or -ENOMEM. */
int caffe_ops_print_names(struct buf *out);

/* Makes NODE the current layer. 0, or E_CONVERT_LAYER if it has parameters that we do not know. */
int caffe_ops_enter(struct conversion *c, const struct foreign_node *node);

/* A layer that is read or written by fewer or more blobs is a problem of its own. */
int caffe_ops_check_blobs(struct conversion *c, uint32_t n_bottoms, uint32_t n_tops);

/* Is the current layer the Python layer that makes the proposals of Faster R-CNN? */
bool caffe_ops_is_proposal(const struct conversion *c);

/* Does -d say the sizes of all its tops, so that convert_caffe_user can keep it? */
bool caffe_ops_is_sized(struct conversion *c);

/* A layer of a type that is not in ops.def. */
int convert_caffe_user(struct conversion *c);

/* One for each row of ops.def; some serve several types. */
int convert_caffe_abs(struct conversion *c);
int convert_caffe_alias(struct conversion *c);
int convert_caffe_arg_max(struct conversion *c);
int convert_caffe_axpy(struct conversion *c);
int convert_caffe_batch_norm(struct conversion *c);
int convert_caffe_bias(struct conversion *c);
int convert_caffe_bnll(struct conversion *c);
int convert_caffe_clip(struct conversion *c);
int convert_caffe_concat(struct conversion *c);
int convert_caffe_conv(struct conversion *c);
int convert_caffe_crop(struct conversion *c);
int convert_caffe_deconv(struct conversion *c);
int convert_caffe_depthwise(struct conversion *c);
int convert_caffe_detection(struct conversion *c);
int convert_caffe_dropout(struct conversion *c);
int convert_caffe_eltwise(struct conversion *c);
int convert_caffe_elu(struct conversion *c);
int convert_caffe_embed(struct conversion *c);
int convert_caffe_exp(struct conversion *c);
int convert_caffe_flatten(struct conversion *c);
int convert_caffe_interp(struct conversion *c);
int convert_caffe_log(struct conversion *c);
int convert_caffe_lrn(struct conversion *c);
int convert_caffe_lstm(struct conversion *c);
int convert_caffe_mish(struct conversion *c);
int convert_caffe_mvn(struct conversion *c);
int convert_caffe_normalize(struct conversion *c);
int convert_caffe_padding(struct conversion *c);
int convert_caffe_permute(struct conversion *c);
int convert_caffe_pool(struct conversion *c);
int convert_caffe_power(struct conversion *c);
int convert_caffe_prelu(struct conversion *c);
int convert_caffe_prior_box(struct conversion *c);
int convert_caffe_product(struct conversion *c);
int convert_caffe_proposal(struct conversion *c);
int convert_caffe_reduction(struct conversion *c);
int convert_caffe_relu(struct conversion *c);
int convert_caffe_relu6(struct conversion *c);
int convert_caffe_reshape(struct conversion *c);
int convert_caffe_roi_pool(struct conversion *c);
int convert_caffe_scale(struct conversion *c);
int convert_caffe_shuffle(struct conversion *c);
int convert_caffe_sigmoid(struct conversion *c);
int convert_caffe_slice(struct conversion *c);
int convert_caffe_softmax(struct conversion *c);
int convert_caffe_swish(struct conversion *c);
int convert_caffe_tanh(struct conversion *c);
int convert_caffe_tile(struct conversion *c);
int convert_caffe_upsample(struct conversion *c);
