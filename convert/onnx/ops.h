#pragma once
/*
 * The operators: what a node of each becomes. ops.def says which function does which. A convert
 * function adds to the graph, or gives its outputs another name for what is there; a fold function
 * computes outputs from inputs that are all known.
 */
#include "convert/onnx/source.h"

struct ops_entry {
    const char *op;
    enum layout_wish layout;
    int (*convert)(struct conversion *c);
    int (*fold)(struct conversion *c); /* NULL: convert does, also when all inputs are known */
    uint32_t most;                     /* inputs */
    const char *attrs;                 /* all there are, in any operator set, between blanks */
};

/* Is there one of that name in ops.def? */
bool ops_has(const char *op);

/* NULL: no such operator here. */
const struct ops_entry *ops_find(const struct foreign_node *node);

/* Is it one of ONNX's own operators? */
bool ops_is_own(const struct foreign_node *node);

/* One line: "operators that are supported: Abs, Add, ...". 0 or -ENOMEM. */
int ops_print_names(struct buf *out);

int convert_arg_max(struct conversion *c);
int convert_batch_norm(struct conversion *c);
int convert_binary(struct conversion *c);
int convert_cast(struct conversion *c);
int convert_clip(struct conversion *c);
int convert_concat(struct conversion *c);
int convert_conv(struct conversion *c);
int convert_conv_transpose(struct conversion *c);
int convert_cumsum(struct conversion *c);
int convert_depth_to_space(struct conversion *c);
int convert_dequantize(struct conversion *c);
int convert_dropout(struct conversion *c);
int convert_dynamic_quantize(struct conversion *c);
int convert_elu(struct conversion *c);
int convert_expand(struct conversion *c);
int convert_gather(struct conversion *c);
int convert_gelu(struct conversion *c);
int convert_gemm(struct conversion *c);
int convert_global_pool(struct conversion *c);
int convert_hard_sigmoid(struct conversion *c);
int convert_identity(struct conversion *c);
int convert_instance_norm(struct conversion *c);
int convert_layer_norm(struct conversion *c);
int convert_leaky_relu(struct conversion *c);
int convert_lp_norm(struct conversion *c);
int convert_lrn(struct conversion *c);
int convert_matmul(struct conversion *c);
int convert_mod(struct conversion *c);
int convert_pad(struct conversion *c);
int convert_pool(struct conversion *c);
int convert_prelu(struct conversion *c);
int convert_quantize(struct conversion *c);
int convert_reduce(struct conversion *c);
int convert_reshape(struct conversion *c);
int convert_resize(struct conversion *c);
int convert_roi_align(struct conversion *c);
int convert_roi_pool(struct conversion *c);
int convert_selu(struct conversion *c);
int convert_sequence(struct conversion *c);
int convert_shape(struct conversion *c);
int convert_simple(struct conversion *c);
int convert_size(struct conversion *c);
int convert_slice(struct conversion *c);
int convert_softmax(struct conversion *c);
int convert_space_to_depth(struct conversion *c);
int convert_split(struct conversion *c);
int convert_squeeze(struct conversion *c);
int convert_swish(struct conversion *c);
int convert_thresholded_relu(struct conversion *c);
int convert_tile(struct conversion *c);
int convert_transpose(struct conversion *c);
int convert_unsqueeze(struct conversion *c);
int convert_variadic(struct conversion *c);
int convert_where(struct conversion *c);
int convert_constant_only(struct conversion *c); /* operators that exist for constants alone */

int fold_binary(struct conversion *c);
int fold_cast(struct conversion *c);
int fold_concat(struct conversion *c);
int fold_constant(struct conversion *c);
int fold_constant_of_shape(struct conversion *c);
int fold_dequantize(struct conversion *c);
int fold_expand(struct conversion *c);
int fold_gather(struct conversion *c);
int fold_mod(struct conversion *c);
int fold_quantize(struct conversion *c);
int fold_range(struct conversion *c);
int fold_reduce(struct conversion *c);
int fold_reshape(struct conversion *c);
int fold_slice(struct conversion *c);
int fold_tile(struct conversion *c);
int fold_transpose(struct conversion *c);
int fold_unary(struct conversion *c);
int fold_where(struct conversion *c);

/* The type that a Cast makes: enum onnx_type. */
int ops_cast_type(struct conversion *c, int64_t *ret);

/* Output 0 is VALUE cut off to whole numbers, towards zero. */
int ops_emit_truncated(struct conversion *c, uint32_t value, const struct view *view);

/*
 * Biases: input I of the node as a constant of N numbers, times SCALE; zeros if it is left out, one
 * number for all if it holds but one.
 */
int ops_place_bias(struct conversion *c, uint32_t i, uint32_t n, float scale, uint32_t *ret);
