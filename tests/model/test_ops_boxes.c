/* Recurrent operators and those of boxes, crops and pixels: the sentences of layers that cannot be,
 * shapes that follow from attributes, and multiplications. */
#include <string.h>

#include "base/error.h"
#include "model/ops/bbox_transform.h"
#include "model/ops/color_convert.h"
#include "model/ops/crop_and_resize.h"
#include "model/ops/detection_output.h"
#include "model/ops/extract_glimpse.h"
#include "model/ops/heatmap_max_keypoint.h"
#include "model/ops/projective_transform.h"
#include "model/ops/proposal.h"
#include "model/ops/roi_align.h"
#include "model/ops/roi_pool.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

#define NO         ((struct shape){7, {0}}) /* an input that is not there */
#define INPUTS_MAX 7
#define REALS(...)                                                                                 \
    {                                                                                              \
        (const float[]){__VA_ARGS__}, sizeof((const float[]){__VA_ARGS__}) / sizeof(float)         \
    }

struct layer {
    enum op op;
    const void *attrs;
    uint32_t n_in, n_out;
    struct shape in[INPUTS_MAX];
};

/* Inputs are called a, b, c, ... */
static int build(struct builder *builder, const struct layer *layer, uint32_t *ret,
                 struct fault *fault)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g"};
    uint32_t in[INPUTS_MAX];
    const struct node_spec spec = {.name = "n",
                                   .op = layer->op,
                                   .attrs = layer->attrs,
                                   .inputs = in,
                                   .outputs = (const char *[]){"y", "z", "more"},
                                   .n_inputs = layer->n_in,
                                   .n_outputs = layer->n_out};

    for (uint32_t i = 0; i < layer->n_in; i++)
        in[i] = layer->in[i].rank > SHAPE_RANK_MAX ? NO_VALUE
                                                   : net_input(builder, names[i], layer->in[i]);
    return build_node(builder, &spec, ret, fault);
}

static const struct detection_output_attrs ssd = {
    .num_classes = 3, .keep_top_k = 5, .top_k = -1, .eta = 1, .share_location = true};
static const struct detection_output_attrs ssd_none = {.num_classes = 3, .top_k = -1, .eta = 1};
static const struct detection_output_attrs ssd_many = {.num_classes = 65536,
                                                       .background_label = -1,
                                                       .keep_top_k = -1,
                                                       .top_k = -1,
                                                       .eta = 1,
                                                       .share_location = true};
static const struct proposal_attrs rpn = {.feat_stride = 16,
                                          .base_size = 16,
                                          .post_nms_top_n = 7,
                                          .ratios = REALS(1, 2),
                                          .scales = REALS(8)};
static const struct proposal_attrs rpn_bare = {
    .feat_stride = 16, .base_size = 16, .post_nms_top_n = 7, .ratios = REALS(1, 2)};
static const struct proposal_attrs rpn_still = {.base_size = 16, .post_nms_top_n = 7};
static const struct roi_pool_attrs pool = {2, 3, 1}, pool_zero = {0, 3, 1};
static const struct roi_align_attrs align = {ROI_ALIGN_AVG, 2, 3, 0, 1, false};
static const struct bbox_transform_attrs three = {.weights = REALS(1, 1, 1)};
static const struct bbox_transform_attrs zero = {.weights = REALS(1, 1, 0, 1)};
static const struct crop_and_resize_attrs crop = {4, 5, CROP_BILINEAR, 0};
static const struct extract_glimpse_attrs glimpse = {3, 4, false, false, false};
static const struct projective_transform_attrs wide = {0, 9, PROJECTIVE_NEAREST};
static const struct color_convert_attrs nv21 = {COLOR_NV21, COLOR_BGR},
                                        rgba = {COLOR_RGBA, COLOR_RGB};
static const struct color_convert_attrs to_rgba = {COLOR_RGB, COLOR_RGBA};

#define S(...)  SHAPE(__VA_ARGS__)
#define GRU_IN  S(2, 7, 5), S(5, 9), S(3, 9), S(12)
#define LSTM_IN S(2, 7, 5), S(5, 12), S(3, 12), S(12)

static const struct {
    struct layer layer;
    int error;
    const char *sentence;
} refusals[] = {
    {{OP_GRU, NULL, 4, 1, {S(2, 7, 5), S(5, 8), S(3, 9), S(12)}},
     E_SHAPE,
     "n (Gru): input 1 (b) is 5x8, not 5x9"},
    {{OP_GRU, NULL, 4, 1, {S(2, 7, 5), S(5, 9), S(3, 9), S(9)}},
     E_SHAPE,
     "n (Gru): the bias (d) holds 9 numbers, not 12"},
    {{OP_GRU, NULL, 5, 1, {GRU_IN, S(3, 3)}}, E_SHAPE, "n (Gru): input 4 (e) is 3x3, not 2x3"},
    {{OP_RNN, NULL, 4, 1, {S(2, 7, 5), S(5, 3), S(3, 4), S(3)}},
     E_SHAPE,
     "n (Rnn): input 2 (c) is 3x4, not 3x3"},
    {{OP_RNN, NULL, 4, 1, {S(7, 5), S(5, 3), S(3, 3), S(3)}},
     E_SHAPE,
     "n (Rnn): input 0 (a) has rank 2, not 3"},
    {{OP_LSTM, NULL, 7, 1, {LSTM_IN, NO, NO, S(7, 2)}},
     E_SHAPE,
     "n (Lstm): input 6 (g) is 7x2, not 2x7"},
    {{OP_DETECTION_OUTPUT, &ssd, 3, 1, {S(2, 40), S(2, 30), S(1, 2, 20)}},
     E_SHAPE,
     "n (DetectionOutput): the locations (a) hold 40 numbers for each of 2 images; the priors ask "
     "for 20 of 2"},
    {{OP_DETECTION_OUTPUT, &ssd, 3, 1, {S(2, 20), S(1, 15), S(1, 2, 20)}},
     E_SHAPE,
     "n (DetectionOutput): the scores (b) hold 15 numbers for each of 1 images; the priors ask for "
     "15 of 2"},
    {{OP_DETECTION_OUTPUT, &ssd, 3, 1, {S(2, 20), S(2, 15), S(1, 2, 22)}},
     E_SHAPE,
     "n (DetectionOutput): the priors (c) hold 44 numbers, not 8 for each box"},
    {{OP_DETECTION_OUTPUT, &ssd, 3, 1, {S(20), S(2, 15), S(1, 2, 20)}},
     E_SHAPE,
     "n (DetectionOutput): input 0 (a) has rank 1, less than 2"},
    {{OP_DETECTION_OUTPUT, &ssd_none, 3, 1, {S(2, 60), S(2, 15), S(1, 2, 20)}},
     E_SHAPE,
     "n (DetectionOutput): axis 2 would have the size 0"},
    {{OP_DETECTION_OUTPUT, &ssd_many, 3, 1, {S(1, 8192), S(1, 2048, 65536), S(1, 2, 8192)}},
     E_SHAPE,
     "n (DetectionOutput): output 0: 1x1x134217728x7 is more than the 2147483648 bytes a tensor "
     "may "
     "have"},
    {{OP_PROPOSAL, &rpn, 3, 1, {S(1, 3, 4, 4), S(1, 3, 4, 9), S(1, 3)}},
     E_SHAPE,
     "n (Proposal): input 1 (b) is 3x4x9, not 3x4x8 for the anchors"},
    {{OP_PROPOSAL, &rpn, 3, 1, {S(2, 3, 4, 4), S(2, 3, 4, 8), S(1, 3)}},
     E_SHAPE,
     "n (Proposal): input 0 (a) has 2 images; one at a time is proposed for"},
    {{OP_PROPOSAL, &rpn, 3, 1, {S(1, 3, 4, 4), S(1, 3, 4, 8), S(1, 4)}},
     E_SHAPE,
     "n (Proposal): the size of the picture (c) holds 4 numbers, not 3"},
    {{OP_PROPOSAL, &rpn_bare, 3, 1, {S(1, 3, 4, 4), S(1, 3, 4, 8), S(1, 3)}},
     E_OP_ATTR,
     "n (Proposal): there are 2 ratios and 0 scales: no anchors"},
    {{OP_PROPOSAL, &rpn_still, 3, 1, {S(1, 3, 4, 4), S(1, 3, 4, 8), S(1, 3)}},
     E_OP_ATTR,
     "n (Proposal): feat_stride: 0 is outside 1..65536"},
    {{OP_ROI_POOL, &pool, 2, 1, {S(1, 4, 4, 2), S(9, 4)}},
     E_SHAPE,
     "n (RoiPool): the rois (b) have 4 numbers each, not 5 to 5"},
    {{OP_ROI_POOL, &pool, 2, 1, {S(1, 4, 4, 2), S(5)}},
     E_SHAPE,
     "n (RoiPool): the rois (b) have rank 1, and a row each needs 2"},
    {{OP_ROI_POOL, &pool_zero, 2, 1, {S(1, 4, 4, 2), S(9, 5)}},
     E_OP_ATTR,
     "n (RoiPool): pooled_h: 0 is outside 1..32767"},
    {{OP_ROI_ALIGN, &align, 3, 1, {S(1, 4, 4, 2), S(9, 5), S(9)}},
     E_OP_ARITY,
     "n (RoiAlign): the rois say their images already: input 2 has no place"},
    {{OP_ROI_ALIGN, &align, 3, 1, {S(1, 4, 4, 2), S(9, 4), S(8)}},
     E_SHAPE,
     "n (RoiAlign): the image of each roi (c) holds 8 numbers, not 9"},
    {{OP_BBOX_TRANSFORM, &three, 3, 1, {S(9, 4), S(9, 8), S(1, 3)}},
     E_OP_ATTR,
     "n (BboxTransform): there are 3 weights, not 4"},
    {{OP_BBOX_TRANSFORM, &zero, 3, 1, {S(9, 4), S(9, 8), S(1, 3)}},
     E_OP_ATTR,
     "n (BboxTransform): weights[2] is 0"},
    {{OP_BBOX_TRANSFORM, NULL, 3, 1, {S(9, 4), S(9, 6), S(1, 3)}},
     E_SHAPE,
     "n (BboxTransform): there are 9 deltas of 6 numbers for 9 rois"},
    {{OP_BBOX_TRANSFORM, NULL, 3, 1, {S(9, 4), S(9, 8), S(2, 3)}},
     E_SHAPE,
     "n (BboxTransform): there are 2 images, and the rois do not say which is theirs"},
    {{OP_CROP_AND_RESIZE, &crop, 3, 1, {S(1, 4, 4, 2), S(9, 4), S(8)}},
     E_SHAPE,
     "n (CropAndResize): the image of each box (c) holds 8 numbers, not 9"},
    {{OP_EXTRACT_GLIMPSE, &glimpse, 2, 1, {S(2, 4, 4, 2), S(1, 2)}},
     E_SHAPE,
     "n (ExtractGlimpse): there are 1 offsets for 2 images"},
    {{OP_CROSS_CORRELATION, NULL, 2, 1, {S(2, 4, 4, 3), S(1, 2, 2, 2)}},
     E_SHAPE,
     "n (CrossCorrelation): a template of 1 images and 2 channels is no part of 2 and 3"},
    {{OP_CROSS_CORRELATION, NULL, 2, 1, {S(2, 4, 4, 3), S(1, 5, 2, 3)}},
     E_SHAPE,
     "n (CrossCorrelation): a template of 5x2 does not fit into 4x4"},
    {{OP_HEATMAP_MAX_KEYPOINT, NULL, 2, 1, {S(2, 4, 5, 3), S(2, 4)}},
     E_SHAPE,
     "n (HeatmapMaxKeypoint): a heatmap of 4x5 is no square of 2 and more"},
    {{OP_HEATMAP_MAX_KEYPOINT, NULL, 2, 1, {S(2, 4, 4, 3), S(3, 4)}},
     E_SHAPE,
     "n (HeatmapMaxKeypoint): there are 3 boxes for the heatmaps of 2"},
    {{OP_PROJECTIVE_TRANSFORM, NULL, 2, 1, {S(3, 4, 5, 3), S(2, 8)}},
     E_SHAPE,
     "n (ProjectiveTransform): there are 2 transforms for 3 images"},
    {{OP_COLOR_CONVERT, &nv21, 1, 1, {S(1, 8, 6, 1)}},
     E_SHAPE,
     "n (ColorConvert): 8x6 is no nv21: its rows are 3/2 of an even height, its columns even"},
    {{OP_COLOR_CONVERT, &nv21, 1, 1, {S(1, 6, 6, 3)}},
     E_SHAPE,
     "n (ColorConvert): nv21 has 1 channels, and input 0 (a) has 3"},
    {{OP_COLOR_CONVERT, &rgba, 1, 1, {S(1, 6, 6, 3)}},
     E_SHAPE,
     "n (ColorConvert): rgba has 4 channels, and input 0 (a) has 3"},
    {{OP_COLOR_CONVERT, &to_rgba, 1, 1, {S(1, 6, 6, 3)}},
     E_OP_ATTR,
     "n (ColorConvert): to: there is no kind 2"},
};

START_TEST(what_cannot_be_is_named)
{
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        struct builder *builder = net_new();
        struct fault fault = {""};

        ck_assert_int_eq(build(builder, &refusals[i].layer, NULL, &fault), refusals[i].error);
        ck_assert_str_eq(fault.text, refusals[i].sentence);
        builder_free(builder);
    }
}
END_TEST

static const struct {
    struct layer layer;
    struct shape out[2];
} shapes[] = {
    {{OP_GRU, NULL, 5, 2, {GRU_IN, S(2, 3)}}, {S(2, 7, 3), S(2, 3)}},
    {{OP_LSTM, NULL, 7, 2, {LSTM_IN, NO, NO, S(2, 7)}}, {S(2, 7, 3), S(2, 3)}},
    {{OP_DETECTION_OUTPUT, &ssd, 3, 1, {S(2, 5, 4), S(2, 5, 3, 1), S(1, 2, 20)}}, {S(1, 1, 10, 7)}},
    {{OP_PROPOSAL, &rpn, 3, 2, {S(1, 3, 4, 4), S(1, 3, 4, 8), S(3)}}, {S(7, 5), S(7, 1)}},
    {{OP_ROI_POOL, &pool, 2, 1, {S(1, 4, 4, 2), S(9, 5, 1, 1)}}, {S(9, 2, 3, 2)}},
    {{OP_ROI_ALIGN, &align, 2, 1, {S(1, 4, 4, 2), S(9, 1, 1, 5)}}, {S(9, 2, 3, 2)}},
    {{OP_BBOX_TRANSFORM, NULL, 3, 2, {S(9, 5), S(9, 8, 1, 1), S(4, 3)}}, {S(9, 8), S(4)}},
    {{OP_CROP_AND_RESIZE, &crop, 3, 1, {S(1, 4, 4, 2), S(9, 4), S(9)}}, {S(9, 4, 5, 2)}},
    {{OP_EXTRACT_GLIMPSE, &glimpse, 2, 1, {S(2, 9, 9, 5), S(2, 2)}}, {S(2, 3, 4, 5)}},
    {{OP_CROSS_CORRELATION, NULL, 2, 1, {S(2, 9, 8, 5), S(1, 3, 3, 5)}}, {S(2, 7, 6, 5)}},
    {{OP_HEATMAP_MAX_KEYPOINT, NULL, 2, 1, {S(2, 9, 9, 5), S(2, 4)}}, {S(2, 4, 5)}},
    {{OP_PROJECTIVE_TRANSFORM, &wide, 2, 1, {S(2, 6, 7, 3), S(1, 8)}}, {S(2, 6, 9, 3)}},
    {{OP_COLOR_CONVERT, &nv21, 1, 1, {S(2, 36, 20, 1)}}, {S(2, 24, 20, 3)}},
    {{OP_COLOR_CONVERT, &rgba, 1, 1, {S(2, 36, 20, 4)}}, {S(2, 36, 20, 3)}},
};

START_TEST(shapes_follow_from_attributes)
{
    for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
        struct builder *builder = net_new();
        struct fault fault = {""};
        uint32_t y[2];

        ck_assert_msg(build(builder, &shapes[i].layer, y, &fault) == 0, "%s", fault.text);
        for (uint32_t k = 0; k < shapes[i].layer.n_out; k++)
            ck_assert_msg(shape_equal(&builder_value(builder, y[k])->shape, &shapes[i].out[k]),
                          "case %zu, output %u", i, k);
        builder_free(builder);
    }
}
END_TEST

static uint64_t count_macs(const struct layer *layer)
{
    struct builder *builder = net_new();
    const struct value *in[INPUTS_MAX];
    struct infer infer = {.attrs = layer->attrs, .in = in, .n_in = layer->n_in, .n_out = 1};
    uint32_t y;
    uint64_t macs;

    ck_assert_int_eq(build(builder, layer, &y, NULL), 0);
    for (uint32_t i = 0; i < layer->n_in; i++)
        in[i] = builder_value(builder, i);
    macs = op_get(layer->op)->macs(&infer, &builder_value(builder, y)->shape);
    builder_free(builder);
    return macs;
}

START_TEST(multiplications_are_counted)
{
    /* 2 sequences x 7 steps x (5 + 3) x 9; one gate is a third of it; 7 x 6 places x 3 x 3 x 5 */
    ck_assert_uint_eq(count_macs(&(struct layer){OP_GRU, NULL, 4, 1, {GRU_IN}}), 1008);
    ck_assert_uint_eq(
        count_macs(&(struct layer){OP_RNN, NULL, 4, 1, {S(2, 7, 5), S(5, 3), S(3, 3), S(3)}}), 336);
    ck_assert_uint_eq(count_macs(&(struct layer){
                          OP_CROSS_CORRELATION, NULL, 2, 1, {S(1, 9, 8, 5), S(1, 3, 3, 5)}}),
                      1890);
}
END_TEST

/* What py-faster-rcnn's generate_anchors gives for base 16, ratios 0.5, 1, 2 and scales 8, 16, 32.
 */
START_TEST(anchors_are_those_that_are_published)
{
    static const float want[9][4] = {
        {-84, -40, 99, 55}, {-176, -88, 191, 103},  {-360, -184, 375, 199},
        {-56, -56, 71, 71}, {-120, -120, 135, 135}, {-248, -248, 263, 263},
        {-36, -80, 51, 95}, {-80, -168, 95, 183},   {-168, -344, 183, 359},
    };
    const struct proposal_attrs attrs = {
        .base_size = 16, .ratios = REALS(0.5f, 1, 2), .scales = REALS(8, 16, 32)};

    for (size_t i = 0; i < 9; i++) {
        struct proposal_anchor anchor = proposal_anchor_of(&attrs, i);

        ck_assert_float_eq(anchor.x1, want[i][0]);
        ck_assert_float_eq(anchor.y1, want[i][1]);
        ck_assert_float_eq(anchor.x2, want[i][2]);
        ck_assert_float_eq(anchor.y2, want[i][3]);
    }
}
END_TEST

SUITE(what_cannot_be_is_named, shapes_follow_from_attributes, multiplications_are_counted,
      anchors_are_those_that_are_published);
