/* The operators of boxes, crops and pixels, recurrent ones, and user-defined layers. */
#include "model/ops/bbox_transform.h"
#include "model/ops/color_convert.h"
#include "model/ops/crop_and_resize.h"
#include "model/ops/detection_output.h"
#include "model/ops/extract_glimpse.h"
#include "model/ops/gru.h"
#include "model/ops/heatmap_max_keypoint.h"
#include "model/ops/projective_transform.h"
#include "model/ops/proposal.h"
#include "model/ops/rnn.h"
#include "model/ops/roi_align.h"
#include "model/ops/roi_pool.h"
#include "model/ops/user_defined.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

#define LIST(...)                                                                                  \
    (struct i32s)                                                                                  \
    {                                                                                              \
        (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t)   \
    }
#define REALS(...)                                                                                 \
    (struct f32s)                                                                                  \
    {                                                                                              \
        (const float[]){__VA_ARGS__}, sizeof((const float[]){__VA_ARGS__}) / sizeof(float)         \
    }
#define WORDS(...)                                                                                 \
    (struct strings)                                                                               \
    {                                                                                              \
        (const char *const[]){__VA_ARGS__},                                                        \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                            \
    }
#define IN(...)                                                                                    \
    (const uint32_t[]){__VA_ARGS__},                                                               \
        (uint32_t)(sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void add_recurrent(struct builder *builder)
{
    const struct gru_attrs gru = {true, true};
    uint32_t x = sample_input(builder, "steps", LIST(1, 2, 3)), state;
    uint32_t w = sample_floats(builder, "gru w", (struct shape){2, {3, 6}});
    uint32_t r = sample_floats(builder, "gru r", (struct shape){2, {2, 6}});
    uint32_t b = sample_floats(builder, "gru b", (struct shape){1, {8}});

    state = sample_input(builder, "gru state", LIST(1, 2));
    sample_node(builder, OP_GRU, "gru", &gru, IN(x, w, r, b, state), 2);
    w = sample_floats(builder, "lstm w, cont", (struct shape){2, {3, 8}});
    r = sample_floats(builder, "lstm r, cont", (struct shape){2, {2, 8}});
    sample_node(builder, OP_LSTM, "lstm with cont", NULL,
                IN(x, w, r, b, NO_VALUE, NO_VALUE, sample_input(builder, "cont", LIST(1, 2))), 1);
    w = sample_floats(builder, "rnn w", (struct shape){2, {3, 2}});
    r = sample_floats(builder, "rnn r", (struct shape){2, {2, 2}});
    b = sample_floats(builder, "rnn b", (struct shape){1, {2}});
    sample_node(builder, OP_RNN, "rnn", &(struct rnn_attrs){false, RNN_RELU}, IN(x, w, r, b), 1);
}

static void add_ssd(struct builder *builder)
{
    const struct detection_output_attrs attrs = {.num_classes = 3,
                                                 .background_label = 1,
                                                 .top_k = 4,
                                                 .keep_top_k = 5,
                                                 .nms_threshold = 0.25f,
                                                 .confidence_threshold = 0.5f,
                                                 .eta = 0.75f,
                                                 .code_type = DETECTION_CORNER_SIZE,
                                                 .share_location = true,
                                                 .variance_in_target = true};
    uint32_t loc = sample_input(builder, "loc", LIST(1, 8));
    uint32_t conf = sample_input(builder, "conf", LIST(1, 6));
    uint32_t priors = sample_floats(builder, "priors", (struct shape){3, {1, 2, 8}});

    sample_node(builder, OP_DETECTION_OUTPUT, "ssd", &attrs, IN(loc, conf, priors), 1);
}

static void add_rpn(struct builder *builder, uint32_t image, uint32_t info)
{
    const struct proposal_attrs attrs = {.feat_stride = 8,
                                         .base_size = 12,
                                         .pre_nms_top_n = 10,
                                         .post_nms_top_n = 4,
                                         .min_size = 2,
                                         .nms_thresh = 0.5f,
                                         .ratios = REALS(0.5f, 2),
                                         .scales = REALS(1)};
    const struct bbox_transform_attrs bbox = {REALS(10, 10, 5, 5), false, true};
    uint32_t scores = sample_input(builder, "rpn scores", LIST(1, 2, 2, 4));
    uint32_t deltas = sample_input(builder, "rpn deltas", LIST(1, 2, 2, 8));
    uint32_t rois = sample_node(builder, OP_PROPOSAL, "rpn", &attrs, IN(scores, deltas, info), 2);
    uint32_t moves = sample_input(builder, "moves", LIST(4, 8));

    sample_node(builder, OP_ROI_POOL, "roi pool", &(struct roi_pool_attrs){2, 3, 0.0625f},
                IN(image, rois), 1);
    sample_node(builder, OP_ROI_ALIGN, "roi align",
                &(struct roi_align_attrs){ROI_ALIGN_MAX, 3, 2, 2, 0.25f, true}, IN(image, rois), 1);
    sample_node(builder, OP_BBOX_TRANSFORM, "bbox", &bbox, IN(rois, moves, info), 2);
}

static void add_crops(struct builder *builder, uint32_t image)
{
    uint32_t boxes = sample_input(builder, "boxes", LIST(2, 4));
    uint32_t images = sample_input(builder, "images", LIST(2));
    uint32_t offsets = sample_input(builder, "offsets", LIST(1, 2));
    uint32_t map = sample_input(builder, "map", LIST(1, 8));
    uint32_t heatmaps = sample_input(builder, "heatmaps", LIST(2, 4, 4, 3));
    uint32_t nv21 = sample_input(builder, "nv21", LIST(1, 6, 2, 1));

    sample_node(builder, OP_CROP_AND_RESIZE, "crops",
                &(struct crop_and_resize_attrs){2, 3, CROP_NEAREST, -1}, IN(image, boxes, images),
                1);
    sample_node(builder, OP_EXTRACT_GLIMPSE, "glimpse",
                &(struct extract_glimpse_attrs){2, 3, false, true, true}, IN(image, offsets), 1);
    sample_node(builder, OP_CROSS_CORRELATION, "correlation", NULL, IN(image, image), 1);
    sample_node(builder, OP_HEATMAP_MAX_KEYPOINT, "keypoints",
                &(struct heatmap_max_keypoint_attrs){true}, IN(heatmaps, boxes), 1);
    sample_node(builder, OP_PROJECTIVE_TRANSFORM, "projective",
                &(struct projective_transform_attrs){3, 0, PROJECTIVE_NEAREST}, IN(image, map), 1);
    sample_node(builder, OP_COLOR_CONVERT, "colors",
                &(struct color_convert_attrs){COLOR_NV21, COLOR_RGB}, IN(nv21), 1);
}

void sample_add_boxes(struct builder *builder)
{
    uint32_t image = sample_input(builder, "photo", LIST(1, 4, 4, 3));
    uint32_t info = sample_input(builder, "im_info", LIST(1, 3));

    add_recurrent(builder);
    add_ssd(builder);
    add_rpn(builder, image, info);
    add_crops(builder, image);
}

/* Every kind of parameter, in the order of their names; a list in a list, and an empty one. */
void sample_add_user(struct builder *builder)
{
    const struct user_defined_attrs attrs = {
        .type = "Selu",
        .package = "SeluPackage",
        .params =
            WORDS("a", "bool", "true", "b", "bool", "false", "c", "i32", "-2147483648", "d", "u32",
                  "4294967295", "e", "f32", "1.10000002", "f", "f32", "-0.25", "g", "string",
                  "a text", "h", "string", "", "i", "i32s", "-1 0 7", "j", "u32s", "", "k", "f32s",
                  "0.5 9.99999975e-05 -3", "l", "list", "3", "0", "list", "2", "x", "i32", "0", "y",
                  "string", "z", "1", "list", "0", "2", "u32", "5", "m", "bool", "true"),
        .shapes = LIST(2, 1, 3, 0),
        .tensors = WORDS("alpha", "bias"),
    };
    uint32_t x = sample_input(builder, "selu in", LIST(1, 3));
    uint32_t constant = sample_floats(builder, "selu constant", (struct shape){2, {2, 2}});
    uint32_t alpha = sample_floats(builder, "udo/alpha", (struct shape){1, {1}});
    uint32_t bias = sample_floats(builder, "udo/bias", (struct shape){2, {2, 1}});

    sample_node(builder, OP_USER_DEFINED, "udo", &attrs, IN(x, constant, alpha, bias), 2);
}
