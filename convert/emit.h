#pragma once
/*
 * What the operators of every framework become. A framework's function finds the operands and reads
 * what its file says about them; these bring the operands into a common layout and make output 0 of
 * the current node. Axes and sizes are those of the foreign file. 0, or E_CONVERT_LAYER by
 * conversion_unsupported, -ENOMEM.
 */
#include "convert/conversion.h"
#include "model/ops/arg_max.h"
#include "model/ops/binary.h"
#include "model/ops/pad.h"
#include "model/ops/reduce.h"
#include "model/ops/resize.h"

/* OP treats each number alone, in whatever layout X lies. ATTRS: of OP, NULL if it has none. */
int emit_each(struct conversion *c, struct tensor *x, enum op op, const void *attrs);

/* min(max(x, LEAST), MOST); infinities: no limit. */
int emit_clip(struct conversion *c, struct tensor *x, float least, float most);

/* x > 0 ? x : slope * x, with one SLOPE for all. */
int emit_leaky_relu(struct conversion *c, struct tensor *x, float slope);

/* The same with SLOPE, numbers of no higher rank than X, broadcast as numpy does. */
int emit_prelu(struct conversion *c, struct tensor *x, struct tensor *slope);

/* The same with SLOPE a list with a number for each place of AXIS, or for all. */
int emit_prelu_along(struct conversion *c, struct tensor *x, struct tensor *slope, uint32_t axis);

/* A constant of the graph called BASE that holds one number. */
int emit_number(struct conversion *c, const char *base, float number, uint32_t *ret);

/* All of X as values of one rank and *RET_VIEW, for a layer that broadcasts them as numpy does. */
int emit_bring_all(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t *in,
                   struct view *ret_view);

/* Two operands, broadcast as numpy does. */
int emit_binary(struct conversion *c, struct tensor *a, struct tensor *b, enum binary_kind kind);

/* The same as a helper in front, for a node that does more: *RET is a tensor nobody can name. */
int emit_binary_part(struct conversion *c, struct tensor *a, struct tensor *b,
                     enum binary_kind kind, struct tensor *ret);

/* ((x0 op x1) op x2)... */
int emit_chain(struct conversion *c, struct tensor *const *x, uint32_t n, enum binary_kind kind);

/* The sum of all: one layer if they are of one shape, else a chain. */
int emit_sum(struct conversion *c, struct tensor *const *x, uint32_t n);

/* X in another shape, its numbers in the foreign order. */
int emit_reshape(struct conversion *c, struct tensor *x, const struct shape *y);

/* X without the axes of MASK, whose size is 1; with ones at the axes of MASK of the result. */
int emit_squeeze(struct conversion *c, struct tensor *x, uint32_t mask);
int emit_unsqueeze(struct conversion *c, struct tensor *x, uint32_t mask);

struct shape emit_squeezed_shape(const struct shape *x, uint32_t mask);
struct shape emit_unsqueezed_shape(const struct shape *x, uint32_t mask);

/* Axis i of the result is axis PERM[i] of X: another view, no layer. */
int emit_transpose(struct conversion *c, struct tensor *x, const uint8_t *perm);

/* N tensors one behind the other along AXIS; those that hold nothing are left out. */
int emit_concat(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t axis);

/* N tensors of one shape, stacked along AXIS of the result, which is new. */
int emit_pack(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t axis);

/*
 * BEFORE and AFTER: for each axis of X how many places; negative ones are cut off, before the
 * others are put there. VALUE: of PAD_CONSTANT.
 */
int emit_pad(struct conversion *c, struct tensor *x, enum pad_mode mode, float value,
             const int64_t *before, const int64_t *after);

/* Over the axes of MASK; 0 leaves X as it is. */
int emit_reduce(struct conversion *c, struct tensor *x, enum reduce_kind kind, uint32_t mask,
                bool keep_dims);

/* Softmax or LogSoftmax (OP) along AXIS. */
int emit_softmax(struct conversion *c, struct tensor *x, enum op op, uint32_t axis);

/* The same over all axes from FIRST on: as a matrix, and back. */
int emit_softmax_from(struct conversion *c, struct tensor *x, enum op op, uint32_t first);

/* WHICH ? a : b, number by number, broadcast as numpy does. */
int emit_select(struct conversion *c, struct tensor *which, struct tensor *a, struct tensor *b);

/* Where along AXIS the greatest or least number is. */
int emit_arg_max(struct conversion *c, struct tensor *x, enum arg_max_kind kind, uint32_t axis,
                 bool keep_dims, bool select_last);

/* Running sums along AXIS, as ops/cumsum.h has them. */
int emit_cumsum(struct conversion *c, struct tensor *x, uint32_t axis, bool exclusive,
                bool reverse);

/*
 * What the INDICES pick along AXIS; negative ones count from the end. Known ones that are evenly
 * spaced become a slice.
 */
int emit_gather(struct conversion *c, struct tensor *x, struct tensor *indices, uint32_t axis);

/* X repeated MULTIPLES[i] times along axis i; as numpy broadcasts it to TO, which is so wide. */
int emit_tile(struct conversion *c, struct tensor *x, const int64_t *multiples);
int emit_expand(struct conversion *c, struct tensor *x, const struct shape *to);

/*
 * The product of matrices, or of stacks of them, in the last two axes, as numpy's matmul has it: of
 * a tensor of rank 1 too. TRANSPOSE: the last two axes of that operand are turned.
 */
int emit_matmul(struct conversion *c, struct tensor *a, struct tensor *b, bool transpose_a,
                bool transpose_b);

/* X, of rank 4, in another size along the foreign axes H and W, in this order. */
int emit_resize(struct conversion *c, struct tensor *x, uint32_t h, uint32_t w,
                const struct resize_attrs *attrs);

/* OP of X whose channels, AXIS, lie last: Lrn. */
int emit_channels(struct conversion *c, struct tensor *x, uint32_t axis, enum op op,
                  const void *attrs);

/* InstanceNorm of X [N,C,...], with WEIGHTS and BIAS a number for each C. */
int emit_instance_norm(struct conversion *c, struct tensor *x, struct tensor *weights,
                       struct tensor *bias, float epsilon);

/* The same with the C at AXIS. */
int emit_instance_norm_along(struct conversion *c, struct tensor *x, uint32_t axis,
                             struct tensor *weights, struct tensor *bias, float epsilon);

/* LayerNorm of X over AXIS and all behind it; WEIGHTS, and BIAS if not NULL, are as these. */
int emit_layer_norm(struct conversion *c, struct tensor *x, struct tensor *weights,
                    struct tensor *bias, uint32_t axis, float epsilon);
