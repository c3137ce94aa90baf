/* The sentences of layers that cannot be, and what data/infer_cases.def has no word for. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/ops/binary.h"
#include "model/ops/clip.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/lstm.h"
#include "model/ops/pad.h"
#include "model/ops/permute.h"
#include "model/ops/pool.h"
#include "model/ops/reduce.h"
#include "model/ops/reshape.h"
#include "model/ops/softmax.h"
#include "model/ops/strided_slice.h"
#include "model/ops/sum.h"
#include "tests/model/layer.h"

START_TEST(a_convolution_that_cannot_be_says_why)
{
    const struct conv_attrs k3 = {.window = PLAIN(3, PADDING_EXPLICIT), .groups = 1};
    const struct conv_attrs in_2 = {.window = PLAIN(3, PADDING_EXPLICIT), .groups = 2};
    const struct conv_attrs wide = {.window = WINDOW(3, 1, 4, 0, 0, 0, 0, PADDING_EXPLICIT),
                                    .groups = 1};
    const struct conv_attrs no_padding = {.window = PLAIN(3, 0), .groups = 1};
    const struct conv_attrs no_stride = {.window = WINDOW(3, 0, 1, 0, 0, 0, 0, PADDING_EXPLICIT),
                                         .groups = 1};
    const struct conv_attrs ones = {
        .window = PLAIN(3, PADDING_EXPLICIT), .groups = 1, .padding_mode = 1};

    layer_refused(OP_CONV, &k3, INPUTS(RANK(3, 8, 8, 3), RANK(4, 3, 3, 3, 4)), E_SHAPE,
                  "n (Conv): input 0 (a) has rank 3, not 4");
    layer_refused(OP_CONV, &k3, INPUTS(RANK(4, 1, 8, 8, 3), RANK(4, 3, 5, 3, 4)), E_SHAPE,
                  "n (Conv): the kernel is 3x3, but the weights are 3x5");
    layer_refused(OP_CONV, &k3, INPUTS(RANK(4, 1, 8, 8, 4), RANK(4, 3, 3, 3, 4)), E_SHAPE,
                  "n (Conv): the weights take 3 channels a group, but the input has 4/1");
    layer_refused(OP_CONV, &in_2, INPUTS(RANK(4, 1, 8, 8, 4), RANK(4, 3, 3, 2, 5)), E_SHAPE,
                  "n (Conv): 4 channels in and 5 out cannot be cut into 2 groups");
    layer_refused(OP_CONV, &k3, INPUTS(RANK(4, 1, 8, 8, 3), RANK(4, 3, 3, 3, 4), RANK(1, 5)),
                  E_SHAPE, "n (Conv): the bias (c) holds 5 numbers, not 4");
    layer_refused(OP_CONV, &wide, INPUTS(RANK(4, 1, 8, 8, 3), RANK(4, 3, 3, 3, 4)), E_SHAPE,
                  "n (Conv): a window of height 9 does not fit into 8 padded to 8");
    layer_refused(OP_CONV, &no_padding, INPUTS(RANK(4, 1, 8, 8, 3), RANK(4, 3, 3, 3, 4)), E_OP_ATTR,
                  "n (Conv): padding: there is no kind 0");
    layer_refused(OP_CONV, &no_stride, INPUTS(RANK(4, 1, 8, 8, 3), RANK(4, 3, 3, 3, 4)), E_OP_ATTR,
                  "n (Conv): stride_h: 0 is outside 1..32767");
    layer_refused(OP_CONV, &ones, INPUTS(RANK(4, 1, 8, 8, 3), RANK(4, 3, 3, 3, 4)), E_OP_ATTR,
                  "n (Conv): padding_mode: 1 is outside 0..0");
    layer_refused(OP_CONV, &k3, INPUTS(RANK(4, 1, 8, 8, 3)), E_OP_ARITY,
                  "n (Conv): it has 1 inputs, not 2 to 3");
    layer_refused(OP_CONV, &k3, INPUTS(RANK(4, 1, 8, 8, 3), RANK(7, 0)), E_OP_ARITY,
                  "n (Conv): input 1 is missing");
}
END_TEST

START_TEST(a_pool_never_sees_padding_alone)
{
    const struct pool_attrs pool = {.window = WINDOW(2, 1, 1, 0, 0, 0, 2, PADDING_EXPLICIT)};
    const struct pool_attrs valid = {.window = WINDOW(2, 1, 1, 0, 0, 0, 2, PADDING_VALID)};
    const struct pool_attrs wide = {.window = WINDOW(3, 1, 9, 1, 1, 1, 1, PADDING_EXPLICIT)};
    struct builder *builder = net_new();

    layer_refused(OP_POOL, &wide, INPUTS(RANK(4, 1, 8, 9, 3)), E_OP_ATTR,
                  "n (Pool): a dilation of 9x9 steps over an input of 8x9");
    layer_refused(OP_POOL, &pool, INPUTS(RANK(4, 1, 8, 8, 3)), E_OP_ATTR,
                  "n (Pool): pads (top 0, bottom 0, left 0, right 2) must be smaller than the "
                  "kernel 2x2");
    ck_assert_int_eq(
        layer_build(builder, OP_POOL, &valid, INPUTS(RANK(4, 1, 8, 8, 3)), 1, NULL, NULL), 0);
    builder_free(builder);
}
END_TEST

START_TEST(pads_and_sizes_of_a_window_are_worked_out)
{
    struct window same = WINDOW(3, 2, 1, 0, 0, 0, 0, PADDING_SAME);
    struct window caffe = WINDOW(3, 2, 1, 0, 0, 0, 0, PADDING_CAFFE);
    struct window_axis h, w;

    /* 224 / 2 = 112, 111 * 2 + 3 = 225: one row missing, it goes to the bottom */
    ck_assert_int_eq(window_infer(&same, 0, 224, 5, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){112, 0, 1}), sizeof(h));
    ck_assert_mem_eq(&w, (&(struct window_axis){3, 1, 1}), sizeof(w));
    /* dlc-format: 56 -> 28 with kernel 3, stride 2, no pad; and 55 -> 27 leaves nothing over */
    ck_assert_int_eq(window_infer(&caffe, 1, 56, 55, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){28, 0, 1}), sizeof(h));
    ck_assert_mem_eq(&w, (&(struct window_axis){27, 0, 0}), sizeof(w));
    /* a convolution rounds down and leaves a row over */
    ck_assert_int_eq(window_infer(&caffe, 0, 56, 55, &h, &w, NULL), 0);
    ck_assert_mem_eq(&h, (&(struct window_axis){27, 0, -1}), sizeof(h));
}
END_TEST

START_TEST(the_farthest_window_still_has_a_number)
{
    struct window far = {.kernel_h = WINDOW_MOST,
                         .kernel_w = 1,
                         .stride_h = WINDOW_MOST,
                         .stride_w = 1,
                         .dilation_h = WINDOW_MOST,
                         .dilation_w = 1,
                         .padding = PADDING_SAME};
    const uint32_t side = SHAPE_BYTES_MAX / sizeof(float);
    const int64_t reach = (int64_t)(WINDOW_MOST - 1) * WINDOW_MOST + 1;
    struct window_axis h, w;

    ck_assert_int_eq(window_infer(&far, 0, side, side, &h, &w, NULL), 0);
    ck_assert_uint_eq(w.out, side);
    ck_assert_int_ge(h.lead, 0);
    ck_assert_int_eq(((int64_t)h.out - 1) * WINDOW_MOST + reach, (int64_t)side + h.lead + h.trail);
    ck_assert_int_le(((int64_t)h.out - 1) * WINDOW_MOST + reach, INT32_MAX);
}
END_TEST

START_TEST(refusals_of_the_small_operators_name_the_axis)
{
    layer_refused(OP_SOFTMAX, &(struct softmax_attrs){2}, INPUTS(RANK(2, 3, 5)), E_OP_ATTR,
                  "n (Softmax): axis 2 is outside rank 2");
    layer_refused(OP_SOFTMAX, &(struct softmax_attrs){-1}, INPUTS(RANK(0, 0)), E_OP_ATTR,
                  "n (Softmax): axis -1 is outside rank 0");
    layer_refused(OP_CLIP, &(struct clip_attrs){1, 0.5f}, INPUTS(RANK(1, 3)), E_OP_ATTR,
                  "n (Clip): min 1 is above max 0.5");
    layer_refused(OP_CLIP, &(struct clip_attrs){NAN, 0.5f}, INPUTS(RANK(1, 3)), E_OP_ATTR,
                  "n (Clip): min: nan is outside -inf..inf");
    layer_refused(OP_CONCAT, &(struct concat_attrs){1}, INPUTS(RANK(2, 3, 5), RANK(2, 4, 5)),
                  E_SHAPE, "n (Concat): input 1 (b) has the size 4 on axis 0, not 3");
    layer_refused(OP_CONCAT, &(struct concat_attrs){1}, INPUTS(RANK(2, 3, 5), RANK(7, 0)),
                  E_OP_ARITY, "n (Concat): input 1 is missing");
    layer_refused(OP_SUM, NULL, INPUTS(RANK(2, 3, 5), RANK(2, 1, 5)), E_SHAPE,
                  "n (Sum): input 1 (b) has another shape than input 0 (a)");
    layer_refused(OP_SUM, &(struct sum_attrs){{(const float[]){1, 2, 3}, 3}},
                  INPUTS(RANK(1, 5), RANK(1, 5)), E_OP_ATTR,
                  "n (Sum): there are 3 coeffs for 2 inputs");
    layer_refused(OP_BINARY, NULL, INPUTS(RANK(3, 2, 4, 5), RANK(2, 3, 5)), E_SHAPE,
                  "n (Binary): axis 1 of the output would have the size 4 of input 0 (a) or 3 of "
                  "input 1 (b)");
    layer_refused(OP_PRELU, NULL, INPUTS(RANK(3, 2, 4, 5), RANK(1, 4)), E_SHAPE,
                  "n (Prelu): the slope (b) holds 4 numbers, not 5");
    layer_refused(OP_BATCH_NORM, NULL, INPUTS(RANK(4, 1, 2, 2, 5), RANK(1, 5), RANK(1, 4)), E_SHAPE,
                  "n (BatchNorm): the bias (c) holds 4 numbers, not 5");
    layer_refused(OP_FULLY_CONNECTED, NULL, INPUTS(RANK(4, 1, 2, 2, 5), RANK(2, 3, 5)), E_SHAPE,
                  "n (FullyConnected): the weights take rows of 5 numbers, but the input has 20");
}
END_TEST

START_TEST(refusals_of_what_moves_numbers_name_the_axis)
{
    const struct permute_attrs twice = {I32S(0, 2, 2)}, outside = {I32S(0, 1, 3)};
    const struct pad_attrs mirror = {PAD_REFLECT, I32S(0, 3), I32S(0, 0), 0};
    const struct pad_attrs negative = {PAD_EDGE, I32S(0, -1), I32S(0, 0), 0};
    const struct pad_attrs huge = {PAD_EDGE, I32S(0, INT32_MAX), I32S(0, INT32_MAX), 0};
    const struct strided_slice_attrs still = {I32S(0, 0), I32S(1, 1), I32S(1, 0), 0, 0, 0};
    const struct strided_slice_attrs empty = {I32S(0, 2), I32S(1, 2), I32S(1, 1), 0, 0, 0};
    const struct strided_slice_attrs far = {I32S(0, 7), I32S(1, 8), I32S(1, 1), 0, 0, 2};

    layer_refused(OP_PERMUTE, &twice, INPUTS(RANK(3, 2, 3, 4)), E_OP_ATTR,
                  "n (Permute): order[2]: axis 2 is there twice");
    layer_refused(OP_PERMUTE, &outside, INPUTS(RANK(3, 2, 3, 4)), E_OP_ATTR,
                  "n (Permute): order[2]: axis 3 is outside the input");
    layer_refused(OP_PAD, &mirror, INPUTS(RANK(2, 2, 3)), E_OP_ATTR,
                  "n (Pad): axis 1: a size of 3 cannot be mirrored by 3 and 0");
    layer_refused(OP_PAD, &negative, INPUTS(RANK(2, 2, 3)), E_OP_ATTR,
                  "n (Pad): before[1]: -1 is outside 0..2147483647");
    layer_refused(OP_PAD, &huge, INPUTS(RANK(2, 2, 3)), E_SHAPE,
                  "n (Pad): axis 1 would have the size 4294967297");
    layer_refused(OP_STRIDED_SLICE, &still, INPUTS(RANK(2, 2, 3)), E_OP_ATTR,
                  "n (StridedSlice): strides[1] is 0");
    layer_refused(OP_STRIDED_SLICE, &empty, INPUTS(RANK(2, 2, 3)), E_SHAPE,
                  "n (StridedSlice): axis 1: nothing lies between 2 and 2 of 3");
    layer_refused(OP_STRIDED_SLICE, &far, INPUTS(RANK(2, 2, 3)), E_OP_ATTR,
                  "n (StridedSlice): begin[1]: index 7 is outside a size of 3");
    layer_refused(OP_STRIDED_SLICE, &far, INPUTS(RANK(1, 3)), E_OP_ATTR,
                  "n (StridedSlice): begin, end and strides have 2, 2 and 2 numbers, but the input "
                  "has rank 1");
    layer_refused(OP_SPACE_TO_DEPTH, (&(int32_t){2}), INPUTS(RANK(4, 1, 4, 3, 1)), E_SHAPE,
                  "n (SpaceToDepth): 4x3 cannot be cut into blocks of 2x2");
    layer_refused(OP_DEPTH_TO_SPACE, (&(struct depth_to_space_attrs){.factor = 2}),
                  INPUTS(RANK(4, 1, 4, 3, 6)), E_SHAPE,
                  "n (DepthToSpace): 6 channels cannot be laid out in blocks of 2x2");
}
END_TEST

START_TEST(a_slice_is_worked_out_axis_by_axis)
{
    /* x[::-2, -5:3, 1] of 6x4x2 */
    const struct strided_slice_attrs slice = {
        I32S(0, -5, 1), I32S(0, 3, 0), I32S(-2, 1, 1), 1, 1, 4};
    const struct shape x = SHAPE(6, 4, 2);
    struct slice_axis axis;

    ck_assert_int_eq(strided_slice_axis(&slice, &x, 0, &axis, NULL), 0);
    ck_assert_mem_eq(&axis, (&(struct slice_axis){5, 3, -2}), sizeof(axis));
    ck_assert_int_eq(strided_slice_axis(&slice, &x, 1, &axis, NULL), 0);
    ck_assert_mem_eq(&axis, (&(struct slice_axis){0, 3, 1}), sizeof(axis));
    ck_assert_int_eq(strided_slice_axis(&slice, &x, 2, &axis, NULL), 0);
    ck_assert_mem_eq(&axis, (&(struct slice_axis){1, 1, 1}), sizeof(axis));
}
END_TEST

START_TEST(a_slice_with_the_extremes_of_int_stays_inside)
{
    const struct strided_slice_attrs down = {
        I32S(INT32_MAX), I32S(INT32_MIN), I32S(INT32_MIN), 0, 0, 0};
    const struct strided_slice_attrs up = {
        I32S(INT32_MIN), I32S(INT32_MAX), I32S(INT32_MAX), 0, 0, 0};
    const struct shape x = SHAPE(7);
    struct slice_axis axis;

    ck_assert_int_eq(strided_slice_axis(&down, &x, 0, &axis, NULL), 0);
    ck_assert_mem_eq(&axis, (&(struct slice_axis){6, 1, INT32_MIN}), sizeof(axis));
    ck_assert_int_eq(strided_slice_axis(&up, &x, 0, &axis, NULL), 0);
    ck_assert_mem_eq(&axis, (&(struct slice_axis){0, 1, INT32_MAX}), sizeof(axis));
}
END_TEST

static void check_reshape(const struct i32s *wish, const struct shape *x, const struct shape *want)
{
    const struct reshape_attrs attrs = {*wish};
    struct builder *builder = net_new();
    uint32_t y;

    ck_assert_int_eq(layer_build(builder, OP_RESHAPE, &attrs, x, 1, 1, &y, NULL), 0);
    ck_assert(shape_equal(&builder_value(builder, y)->shape, want));
    builder_free(builder);
}

START_TEST(a_reshape_follows_another_batch_and_nothing_else)
{
    const struct i32s flat = I32S(1, 12), left = I32S(-1, 3, 2), scalar = {0};

    check_reshape(&flat, &SHAPE(1, 2, 2, 3), &SHAPE(1, 12));
    check_reshape(&flat, &SHAPE(5, 2, 2, 3), &SHAPE(5, 12));
    check_reshape(&left, &SHAPE(5, 2, 2, 3), &SHAPE(10, 3, 2));
    check_reshape(&scalar, &SHAPE(1, 1), &(struct shape){0});
    layer_refused(OP_RESHAPE, &(struct reshape_attrs){flat}, INPUTS(RANK(4, 2, 3, 2, 3)), E_SHAPE,
                  "n (Reshape): 36 numbers do not fit into a shape of 24");
    layer_refused(OP_RESHAPE, &(struct reshape_attrs){left}, INPUTS(RANK(2, 4, 2)), E_SHAPE,
                  "n (Reshape): 8 numbers do not fit into a shape of 6");
    layer_refused(OP_RESHAPE, &(struct reshape_attrs){I32S(-1, 2, -1)}, INPUTS(RANK(1, 8)),
                  E_OP_ATTR, "n (Reshape): shape: -1 stands at 0 and at 2");
    layer_refused(OP_RESHAPE, &(struct reshape_attrs){I32S(0, 8)}, INPUTS(RANK(1, 8)), E_SHAPE,
                  "n (Reshape): shape[0] is 0");
    layer_refused(OP_RESHAPE, &(struct reshape_attrs){I32S(1, 1, 1, 1, 1, 1, 8)},
                  INPUTS(RANK(1, 8)), E_SHAPE,
                  "n (Reshape): the shape has 7 axes; at most 6 are possible");
    layer_refused(OP_RESHAPE, &(struct reshape_attrs){I32S(65536, 65536, 65536, 65536)},
                  INPUTS(RANK(1, 8)), E_SHAPE,
                  "n (Reshape): the shape holds more numbers than a tensor can");
}
END_TEST

START_TEST(an_lstm_gives_as_many_of_y_h_c_as_the_node_names)
{
    static const struct shape inputs[] = {RANK(3, 2, 7, 5), RANK(2, 5, 12), RANK(2, 3, 12),
                                          RANK(1, 12),      RANK(2, 2, 3),  RANK(2, 2, 3)};
    const uint32_t n_inputs[] = {4, 6};

    for (uint32_t i = 0; i < 6; i++) {
        uint32_t n_outputs = i % 3 + 1, y[3];
        struct builder *builder = net_new();

        ck_assert_int_eq(
            layer_build(builder, OP_LSTM, NULL, inputs, n_inputs[i / 3], n_outputs, y, NULL), 0);
        ck_assert(shape_equal(&builder_value(builder, y[0])->shape, &SHAPE(2, 7, 3)));
        for (uint32_t k = 1; k < n_outputs; k++)
            ck_assert(shape_equal(&builder_value(builder, y[k])->shape, &SHAPE(2, 3)));
        builder_free(builder);
    }
}
END_TEST

START_TEST(an_lstm_that_cannot_be_says_why)
{
    const struct shape x = SHAPE(2, 7, 5), w = SHAPE(5, 12), r = SHAPE(3, 12), b = SHAPE(12);
    const struct shape state = SHAPE(2, 3), no = RANK(7, 0);

    layer_refused(OP_LSTM, NULL, INPUTS(x, SHAPE(4, 12), r, b), E_SHAPE,
                  "n (Lstm): input 1 (b) is 4x12, not 5x12");
    layer_refused(OP_LSTM, NULL, INPUTS(x, w, SHAPE(3, 10), b), E_SHAPE,
                  "n (Lstm): input 2 (c) is 3x10, not 3x12");
    layer_refused(OP_LSTM, NULL, INPUTS(x, w, r, SHAPE(24)), E_SHAPE,
                  "n (Lstm): the bias (d) holds 24 numbers, not 12");
    layer_refused(OP_LSTM, NULL, INPUTS(x, w, r, b, state), E_OP_ARITY,
                  "n (Lstm): the first h and the first c come together or not at all");
    layer_refused(OP_LSTM, NULL, INPUTS(x, w, r, b, no, state), E_OP_ARITY,
                  "n (Lstm): the first h and the first c come together or not at all");
    layer_refused(OP_LSTM, NULL, INPUTS(x, w, r, b, state, SHAPE(3, 3)), E_SHAPE,
                  "n (Lstm): input 5 (f) is 3x3, not 2x3");
    layer_refused(OP_LSTM, NULL, INPUTS(SHAPE(7, 5), w, r, b), E_SHAPE,
                  "n (Lstm): input 0 (a) has rank 2, not 3");
    layer_refused(OP_LSTM, NULL, INPUTS(x, w, r, no), E_OP_ARITY, "n (Lstm): input 3 is missing");
}
END_TEST

START_TEST(multiplications_are_counted)
{
    const struct conv_attrs k3 = {.window = PLAIN(3, PADDING_SAME), .groups = 1};
    const struct conv_attrs deep = {.window = PLAIN(3, PADDING_SAME), .groups = 16};

    /* 10 x 10 places x 3 x 3 x 16 channels x 32 outputs; depthwise one channel for each output */
    ck_assert_uint_eq(
        layer_macs(OP_CONV, &k3, INPUTS(RANK(4, 1, 10, 10, 16), RANK(4, 3, 3, 16, 32))), 460800);
    ck_assert_uint_eq(
        layer_macs(OP_CONV, &deep, INPUTS(RANK(4, 1, 10, 10, 16), RANK(4, 3, 3, 1, 16))), 14400);
    ck_assert_uint_eq(layer_macs(OP_FULLY_CONNECTED, NULL, INPUTS(RANK(2, 2, 20), RANK(2, 7, 20))),
                      280);
    /* 2 sequences x 7 steps x (5 + 3) x 12 */
    ck_assert_uint_eq(
        layer_macs(OP_LSTM, NULL,
                   INPUTS(RANK(3, 2, 7, 5), RANK(2, 5, 12), RANK(2, 3, 12), RANK(1, 12))),
        1344);
}
END_TEST

START_TEST(no_tensor_is_larger_than_the_limit)
{
    const int32_t side = 32768;
    const struct conv_attrs grow = {
        .window = WINDOW(1, 1, 1, WINDOW_MOST, WINDOW_MOST, 0, 0, PADDING_EXPLICIT), .groups = 1};
    const struct shape row = SHAPE(16384, 1), column = SHAPE(1, (uint32_t)side + 1);

    layer_refused(OP_CONV, &grow, INPUTS(RANK(4, 1, 1, 1, 1), RANK(4, 1, 1, 1, 4)), E_SHAPE,
                  "n (Conv): output 0: 1x32768x32768x4 is more than the 2147483648 bytes a tensor "
                  "may have");
    layer_refused(OP_BINARY, NULL, INPUTS(row, column), E_SHAPE,
                  "n (Binary): output 0: 16384x32769 is more than the 2147483648 bytes a tensor "
                  "may have");
}
END_TEST

START_TEST(the_table_fits_the_builder)
{
    for (int i = 0; i < _OP_MAX; i++) {
        const struct op_def *def = op_get(i);

        ck_assert_ptr_nonnull(def->name);
        ck_assert_ptr_nonnull(def->infer);
        ck_assert_uint_le(def->n_outputs.most, OUTPUTS_MOST);
        ck_assert_uint_ge(def->n_outputs.least, 1);
        ck_assert_uint_le(def->n_inputs.least, def->n_inputs.most);
    }
}
END_TEST

SUITE(a_convolution_that_cannot_be_says_why, a_pool_never_sees_padding_alone,
      pads_and_sizes_of_a_window_are_worked_out, the_farthest_window_still_has_a_number,
      refusals_of_the_small_operators_name_the_axis, refusals_of_what_moves_numbers_name_the_axis,
      a_slice_is_worked_out_axis_by_axis, a_slice_with_the_extremes_of_int_stays_inside,
      a_reshape_follows_another_batch_and_nothing_else,
      an_lstm_gives_as_many_of_y_h_c_as_the_node_names, an_lstm_that_cannot_be_says_why,
      multiplications_are_counted, no_tensor_is_larger_than_the_limit, the_table_fits_the_builder);
