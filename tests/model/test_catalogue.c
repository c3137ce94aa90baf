/* The sentences of the catalogue's layers that cannot be, and sizes that are worked out. */
#include <math.h>

#include "base/error.h"
#include "model/ops/arg_max.h"
#include "model/ops/channel_shuffle.h"
#include "model/ops/cumsum.h"
#include "model/ops/deconv.h"
#include "model/ops/gather.h"
#include "model/ops/instance_norm.h"
#include "model/ops/l2_norm.h"
#include "model/ops/layer_norm.h"
#include "model/ops/lrn.h"
#include "model/ops/matmul.h"
#include "model/ops/moments.h"
#include "model/ops/normalize.h"
#include "model/ops/pack.h"
#include "model/ops/pad.h"
#include "model/ops/resize.h"
#include "model/ops/tile.h"
#include "model/ops/unpack.h"
#include "tests/model/layer.h"

#define IMAGE RANK(4, 1, 4, 5, 6)

START_TEST(a_deconvolution_that_cannot_be_says_why)
{
    const struct deconv_attrs k3 = {.window = PLAIN(3, PADDING_EXPLICIT), .groups = 1};
    const struct deconv_attrs in_4 = {.window = PLAIN(3, PADDING_EXPLICIT), .groups = 4};
    const struct deconv_attrs bare = {.window = WINDOW(3, 1, 1, 3, 3, 3, 3, PADDING_EXPLICIT),
                                      .groups = 1};
    const struct deconv_attrs less = {
        .window = PLAIN(1, PADDING_SAME), .groups = 1, .output_pad_h = -4};
    const struct deconv_attrs none = {.window = PLAIN(3, PADDING_EXPLICIT)};

    layer_refused(OP_DECONV, &k3, INPUTS(RANK(3, 4, 5, 6), RANK(4, 3, 3, 6, 2)), E_SHAPE,
                  "n (Deconv): input 0 (a) has rank 3, not 4");
    layer_refused(OP_DECONV, &k3, INPUTS(IMAGE, RANK(3, 3, 3, 6)), E_SHAPE,
                  "n (Deconv): input 1 (b) has rank 3, not 4");
    layer_refused(OP_DECONV, &k3, INPUTS(IMAGE, RANK(4, 3, 2, 6, 2)), E_SHAPE,
                  "n (Deconv): the kernel is 3x3, but the weights are 3x2");
    layer_refused(OP_DECONV, &k3, INPUTS(IMAGE, RANK(4, 3, 3, 5, 2)), E_SHAPE,
                  "n (Deconv): the weights take 5 channels, but the input has 6");
    layer_refused(OP_DECONV, &in_4, INPUTS(IMAGE, RANK(4, 3, 3, 6, 2)), E_SHAPE,
                  "n (Deconv): 6 channels cannot be cut into 4 groups");
    layer_refused(OP_DECONV, &k3, INPUTS(IMAGE, RANK(4, 3, 3, 6, 2), RANK(1, 3)), E_SHAPE,
                  "n (Deconv): the bias (c) holds 3 numbers, not 2");
    layer_refused(OP_DECONV, &bare, INPUTS(IMAGE, RANK(4, 3, 3, 6, 2)), E_SHAPE,
                  "n (Deconv): of a height of 6 nothing is left when 3 and 3 are cut off");
    layer_refused(OP_DECONV, &less, INPUTS(IMAGE, RANK(4, 1, 1, 6, 2)), E_SHAPE,
                  "n (Deconv): of a height of 4 nothing is left when 2 and 2 are cut off");
    layer_refused(OP_DECONV, &none, INPUTS(IMAGE, RANK(4, 3, 3, 6, 2)), E_OP_ATTR,
                  "n (Deconv): groups: 0 is outside 1..2147483647");
}
END_TEST

START_TEST(crops_of_a_deconvolution_are_worked_out)
{
    struct deconv_attrs deconv = {.window = WINDOW(4, 2, 1, 0, 0, 0, 0, PADDING_SAME), .groups = 1};
    struct window_axis h, w;

    /* (5 - 1) * 2 + 4 = 12 for 10: one row goes on each side */
    ck_assert_int_eq(deconv_window(&deconv, 5, 7, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){10, 1, 1}), sizeof(h));
    ck_assert_mem_eq(&w, (&(struct window_axis){14, 1, 1}), sizeof(w));
    /* 11 for 9: the odd row goes behind; 11 for 10 and 12 for 14 */
    deconv.window.kernel_h = 3;
    deconv.output_pad_h = -1;
    ck_assert_int_eq(deconv_window(&deconv, 5, 7, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){9, 1, 1}), sizeof(h));
    deconv.output_pad_h = 0;
    ck_assert_int_eq(deconv_window(&deconv, 5, 7, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){10, 0, 1}), sizeof(h));
    /* nothing reaches the last row of 6 = 3 * 2 when the kernel has one row */
    deconv.window.kernel_h = 1;
    ck_assert_int_eq(deconv_window(&deconv, 3, 7, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){6, 0, -1}), sizeof(h));
}
END_TEST

START_TEST(a_resize_must_say_how_large)
{
    const struct resize_attrs nothing = {.height = 3};
    const struct resize_attrs small = {.scale_h = 0.2f, .scale_w = 1};
    const struct resize_attrs large = {.height = 1, .scale_w = 1e30f};
    const struct resize_attrs negative = {.height = -1, .width = 1};

    layer_refused(OP_RESIZE, &nothing, INPUTS(IMAGE), E_OP_ATTR,
                  "n (Resize): axis 2 has neither a size nor a scale");
    layer_refused(OP_RESIZE, &small, INPUTS(IMAGE), E_SHAPE,
                  "n (Resize): axis 1 would have the size 0");
    layer_refused(OP_RESIZE, &large, INPUTS(IMAGE), E_SHAPE,
                  "n (Resize): axis 2 would have the size 5.000000075e+30");
    layer_refused(OP_RESIZE, &negative, INPUTS(IMAGE), E_OP_ATTR,
                  "n (Resize): height: -1 is outside 0..2147483647");
    layer_refused(OP_RESIZE, &nothing, INPUTS(RANK(2, 3, 4)), E_SHAPE,
                  "n (Resize): input 0 (a) has rank 2, not 4");
}
END_TEST

START_TEST(norms_want_channels_and_weights_for_them)
{
    const struct lrn_attrs within = {LRN_WITHIN_CHANNEL, 3, 1, 1, 1}, across = {0, 3, 1, 1, 1};
    const struct layer_norm_attrs second = {1, 0}, fifth = {4, 0};

    layer_refused(OP_LRN, &within, INPUTS(RANK(2, 3, 4)), E_SHAPE,
                  "n (Lrn): input 0 (a) has rank 2, not 4");
    layer_refused(OP_LRN, &across, INPUTS(RANK(0, 0)), E_SHAPE,
                  "n (Lrn): the input is a scalar; its last axis must be the channels");
    layer_refused(OP_INSTANCE_NORM, NULL, INPUTS(RANK(1, 4), RANK(1, 4), RANK(1, 4)), E_SHAPE,
                  "n (InstanceNorm): the input has rank 1; it must have a batch and channels");
    layer_refused(OP_INSTANCE_NORM, NULL, INPUTS(IMAGE, RANK(1, 6), RANK(1, 5)), E_SHAPE,
                  "n (InstanceNorm): the bias (c) holds 5 numbers, not 6");
    layer_refused(OP_LAYER_NORM, &second, INPUTS(RANK(3, 2, 3, 4), RANK(1, 4)), E_SHAPE,
                  "n (LayerNorm): the weights (b) holds 4 numbers, not 12");
    layer_refused(OP_LAYER_NORM, &fifth, INPUTS(IMAGE, RANK(1, 6)), E_OP_ATTR,
                  "n (LayerNorm): axis 4 is outside rank 4");
    layer_refused(OP_NORMALIZE, NULL, INPUTS(IMAGE, RANK(1, 5)), E_SHAPE,
                  "n (Normalize): the weights (b) holds 5 numbers, not 6");
    layer_refused(OP_L2_NORM, &(struct l2_norm_attrs){.axes = I32S(1, 4)}, INPUTS(IMAGE), E_OP_ATTR,
                  "n (L2Norm): axis 4 is outside rank 4");
    layer_refused(OP_MOMENTS, &(struct moments_attrs){.axes = I32S(-5)}, INPUTS(IMAGE), E_OP_ARITY,
                  "n (Moments): it has 1 outputs, not 2 to 2");
}
END_TEST

START_TEST(what_moves_numbers_names_the_axis)
{
    const struct pad_attrs far = {PAD_SYMMETRIC, I32S(0, 4), I32S(0, 3), 0};
    const struct pad_attrs wrap = {PAD_WRAP, I32S(0, 3), I32S(0, 4), 0};

    layer_refused(OP_PAD, &far, INPUTS(RANK(2, 2, 3)), E_OP_ATTR,
                  "n (Pad): axis 1: a size of 3 cannot be mirrored by 4 and 3");
    layer_refused(OP_PAD, &wrap, INPUTS(RANK(2, 2, 3)), E_OP_ATTR,
                  "n (Pad): axis 1: a size of 3 cannot be mirrored by 3 and 4");
    layer_refused(OP_TILE, &(struct tile_attrs){I32S(1, 2)}, INPUTS(RANK(1, 3)), E_OP_ATTR,
                  "n (Tile): there are 2 multiples, but the input has rank 1");
    layer_refused(OP_TILE, &(struct tile_attrs){I32S(0)}, INPUTS(RANK(1, 3)), E_OP_ATTR,
                  "n (Tile): multiples[0]: 0 is outside 1..2147483647");
    layer_refused(OP_TILE, &(struct tile_attrs){I32S(INT32_MAX)}, INPUTS(RANK(1, 3)), E_SHAPE,
                  "n (Tile): axis 0 would have the size 6442450941");
    layer_refused(OP_GATHER, &(struct gather_attrs){2}, INPUTS(RANK(2, 3, 4), RANK(1, 2)),
                  E_OP_ATTR, "n (Gather): axis 2 is outside rank 2");
    layer_refused(OP_GATHER, &(struct gather_attrs){0}, INPUTS(IMAGE, RANK(4, 1, 1, 1, 1)), E_SHAPE,
                  "n (Gather): the output would have 7 axes; at most 6 are possible");
    layer_refused(OP_CHANNEL_SHUFFLE, &(struct channel_shuffle_attrs){4}, INPUTS(IMAGE), E_SHAPE,
                  "n (ChannelShuffle): 6 channels cannot be cut into 4 groups");
    layer_refused(OP_PACK, &(struct pack_attrs){0}, INPUTS(RANK(1, 3), RANK(1, 4)), E_SHAPE,
                  "n (Pack): input 1 (b) has another shape than input 0 (a)");
    layer_refused(OP_PACK, &(struct pack_attrs){2}, INPUTS(RANK(1, 3), RANK(1, 3)), E_OP_ATTR,
                  "n (Pack): axis 2 is outside rank 2");
    layer_refused(OP_PACK, &(struct pack_attrs){0}, INPUTS(RANK(6, 1, 1, 1, 1, 1, 1)), E_SHAPE,
                  "n (Pack): the output would have 7 axes; at most 6 are possible");
    layer_refused(OP_UNPACK, &(struct unpack_attrs){1}, INPUTS(RANK(2, 1, 3)), E_SHAPE,
                  "n (Unpack): axis 1 has 3 places, but there are 1 outputs");
}
END_TEST

START_TEST(the_rest_names_the_axis_too)
{
    const struct matmul_attrs plain = {false, false}, turned = {false, true};

    layer_refused(OP_MATMUL, &plain, INPUTS(RANK(1, 3), RANK(2, 3, 4)), E_SHAPE,
                  "n (MatMul): input 0 (a) has rank 1; a matrix has 2 axes or more");
    layer_refused(OP_MATMUL, &turned, INPUTS(RANK(2, 2, 3), RANK(2, 3, 4)), E_SHAPE,
                  "n (MatMul): rows of 3 numbers (a) meet columns of 4 (b)");
    layer_refused(OP_MATMUL, &plain, INPUTS(RANK(3, 2, 2, 3), RANK(3, 3, 3, 4)), E_SHAPE,
                  "n (MatMul): the axes before the matrices of input 0 (a) and 1 (b) differ");
    layer_refused(OP_SELECT, NULL, INPUTS(RANK(1, 3), RANK(1, 1), RANK(2, 2, 4)), E_SHAPE,
                  "n (Select): axis 1 of the output would have the size 3 of input 0 (a) or 4 of "
                  "input 2 (c)");
    layer_refused(OP_ARG_MAX, &(struct arg_max_attrs){.axis = 2}, INPUTS(RANK(2, 3, 4)), E_OP_ATTR,
                  "n (ArgMax): axis 2 is outside rank 2");
    layer_refused(OP_CUMSUM, &(struct cumsum_attrs){.axis = -3}, INPUTS(RANK(2, 3, 4)), E_OP_ATTR,
                  "n (CumSum): axis -3 is outside rank 2");
}
END_TEST

START_TEST(multiplications_are_counted)
{
    const struct deconv_attrs deconv = {.window = PLAIN(3, PADDING_SAME), .groups = 2};
    const struct matmul_attrs turned = {true, false};

    /* 4 x 5 places x 6 channels x 3 x 3 x 2 outputs of a group */
    ck_assert_uint_eq(layer_macs(OP_DECONV, &deconv, INPUTS(IMAGE, RANK(4, 3, 3, 6, 2))), 2160);
    /* 2 pairs of [4,3] and [3,5] */
    ck_assert_uint_eq(layer_macs(OP_MATMUL, &turned, INPUTS(RANK(3, 2, 3, 4), RANK(2, 3, 5))), 120);
}
END_TEST

SUITE(a_deconvolution_that_cannot_be_says_why, crops_of_a_deconvolution_are_worked_out,
      a_resize_must_say_how_large, norms_want_channels_and_weights_for_them,
      what_moves_numbers_names_the_axis, the_rest_names_the_axis_too, multiplications_are_counted);
