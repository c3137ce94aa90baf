#pragma once
/*
 * The operators: what a node of each becomes. c2_ops.def says which function does which. A function
 * adds to the graph, or gives its outputs another name for what is there.
 */
#include "convert/caffe2/c2_source.h"

struct c2_entry {
    const char *op;
    int (*convert)(struct conversion *c);
    uint32_t most;    /* inputs */
    const char *args; /* all it may have of its own, between blanks */
};

/* NULL: no such operator here. */
const struct c2_entry *c2_ops_find(const char *op);

/* 0, or E_CONVERT_LAYER if the current node has arguments that we do not know, or more inputs than
 * it can have. */
int c2_ops_check_args(struct conversion *c, const struct c2_entry *entry);

/* One line: "operators that are supported: Abs, Add, ...". 0 or -ENOMEM. */
int c2_ops_print_names(struct buf *out);

/* All inputs of the current node, at least one; the memory is the conversion's. */
int c2_inputs(struct conversion *c, struct tensor ***ret);

/* One for each row of c2_ops.def; some serve several operators. */
int c2_alias(struct conversion *c);
int c2_arg_max(struct conversion *c);
int c2_batch_matmul(struct conversion *c);
int c2_bbox_transform(struct conversion *c);
int c2_binary(struct conversion *c);
int c2_cast(struct conversion *c);
int c2_clip(struct conversion *c);
int c2_concat(struct conversion *c);
int c2_conv(struct conversion *c);
int c2_deconv(struct conversion *c);
int c2_elu(struct conversion *c);
int c2_expand_dims(struct conversion *c);
int c2_fc(struct conversion *c);
int c2_fill(struct conversion *c);
int c2_flatten(struct conversion *c);
int c2_flatten_to_vec(struct conversion *c);
int c2_instance_norm(struct conversion *c);
int c2_keypoints(struct conversion *c);
int c2_leaky_relu(struct conversion *c);
int c2_lrn(struct conversion *c);
int c2_matmul(struct conversion *c);
int c2_pad(struct conversion *c);
int c2_pool(struct conversion *c);
int c2_pow(struct conversion *c);
int c2_prelu(struct conversion *c);
int c2_reduce(struct conversion *c);
int c2_relu(struct conversion *c);
int c2_reorder(struct conversion *c);
int c2_reshape(struct conversion *c);
int c2_resize(struct conversion *c);
int c2_roi_align(struct conversion *c);
int c2_selu(struct conversion *c);
int c2_shuffle(struct conversion *c);
int c2_sigmoid(struct conversion *c);
int c2_slice(struct conversion *c);
int c2_softmax(struct conversion *c);
int c2_spatial_bn(struct conversion *c);
int c2_split(struct conversion *c);
int c2_squeeze(struct conversion *c);
int c2_swish(struct conversion *c);
int c2_tanh(struct conversion *c);
int c2_tile(struct conversion *c);
int c2_transpose(struct conversion *c);
int c2_unary(struct conversion *c);
int c2_variadic(struct conversion *c);
