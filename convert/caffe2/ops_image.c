/* Pictures in another size, their channels in another order, and what is cut out of them. */
#include <math.h>
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/caffe2/c2_window.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "model/ops/bbox_transform.h"
#include "model/ops/channel_shuffle.h"
#include "model/ops/heatmap_max_keypoint.h"
#include "model/ops/roi_align.h"

/* floor(size * scale), as Caffe2 has it in float32. */
static int scale_size(struct conversion *c, const char *name, uint32_t size, float *ret_scale,
                      int32_t *ret)
{
    float out;
    int r = c2_arg_float(c, name, 1, ret_scale);

    if (r < 0)
        return r;
    out = (float)size * *ret_scale;
    if (!(out >= 1 && out < 1e6f))
        return conversion_unsupported(c, C2_WAY_CHECK, "argument %s makes no picture", name);
    *ret = (int32_t)out;
    return 0;
}

/* Nearest takes the place at or before; bilinear puts the corners onto each other. */
int c2_resize(struct conversion *c)
{
    bool nearest = strcmp(c->node->op, "ResizeNearest") == 0;
    struct resize_attrs attrs = {
        .mode = nearest ? RESIZE_NEAREST : RESIZE_BILINEAR,
        .coordinates = nearest ? RESIZE_ASYMMETRIC : RESIZE_ALIGN_CORNERS,
        .rounding = RESIZE_FLOOR,
    };
    uint32_t h = c2_is_channels_last(c) ? 1 : 2;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, C2_WAY_CHECK, "an input of rank %u, not 4", x->shape.rank);
    if (r == 0 && c->node->n_inputs > 1)
        r = conversion_unsupported(c, WAY_REPLACE, "scales that an input says");
    if (r == 0)
        r = scale_size(c, "height_scale", x->shape.dim[h], &attrs.scale_h, &attrs.height);
    if (r == 0)
        r = scale_size(c, "width_scale", x->shape.dim[h + 1], &attrs.scale_w, &attrs.width);
    return r < 0 ? r : emit_resize(c, x, h, h + 1, &attrs);
}

int c2_shuffle(struct conversion *c)
{
    struct channel_shuffle_attrs attrs;
    uint32_t in, channels;
    struct node_spec spec = {
        .op = OP_CHANNEL_SHUFFLE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = c2_picture_view(c);
    struct tensor *x;
    int64_t groups;
    int r = c2_window_input(c, 0, &x, &in);

    if (r == 0)
        r = c2_arg_int(c, "group", 1, INT32_MAX, 1, &groups);
    if (r < 0)
        return r;
    channels = x->shape.dim[c2_channel_axis(c, 4)];
    if (channels % groups)
        return conversion_unsupported(c, C2_WAY_CHECK, "%u channels in %d groups", channels,
                                      (int)groups);
    attrs.groups = (int32_t)groups;
    return conversion_emit(c, 0, &spec, &view);
}

/* Input I as the file has it. */
static int bring_table(struct conversion *c, uint32_t i, uint32_t *ret)
{
    struct view plain = view_identity();
    struct tensor *x;
    int r = conversion_activation(c, i, &x);

    return r < 0 ? r : layout_bring(c, x, &plain, ret);
}

static int read_align(struct conversion *c, struct roi_align_attrs *ret)
{
    int64_t h, w, samples, aligned;
    int r = c2_arg_int(c, "pooled_h", 1, INT16_MAX, 1, &h);

    if (r == 0)
        r = c2_arg_int(c, "pooled_w", 1, INT16_MAX, 1, &w);
    if (r == 0)
        r = c2_arg_int(c, "sampling_ratio", INT32_MIN, INT16_MAX, -1, &samples);
    if (r == 0)
        r = c2_arg_int(c, "aligned", 0, 1, 0, &aligned);
    if (r == 0)
        r = c2_arg_float(c, "spatial_scale", 1, &ret->spatial_scale);
    if (r < 0)
        return r;
    ret->pooled_h = (int32_t)h;
    ret->pooled_w = (int32_t)w;
    ret->sampling_ratio = samples > 0 ? (int32_t)samples : 0;
    ret->aligned = aligned;
    return 0;
}

int c2_roi_align(struct conversion *c)
{
    struct roi_align_attrs attrs = {.mode = ROI_ALIGN_AVG};
    struct view view = c2_picture_view(c);
    uint32_t in[2];
    struct node_spec spec = {.op = OP_ROI_ALIGN, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct tensor *x;
    int r = c2_window_input(c, 0, &x, &in[0]);

    if (r == 0)
        r = read_align(c, &attrs);
    if (r == 0)
        r = bring_table(c, 1, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int read_boxes(struct conversion *c, struct bbox_transform_attrs *ret)
{
    const struct c2_arg *weights = c2_arg_find(c2_op_of(c->node), "weights");
    int64_t scaled, plus_one, correct;
    int r = c2_arg_int(c, "apply_scale", 0, 1, 1, &scaled);

    if (r == 0)
        r = c2_arg_int(c, "legacy_plus_one", 0, 1, 1, &plus_one);
    if (r == 0)
        r = c2_arg_int(c, "correct_transform_coords", 0, 1, 1, &correct);
    if (r < 0)
        return r;
    if (!correct)
        return conversion_unsupported(c, "retrain or correct the net for it to be 1",
                                      "correct_transform_coords 0");
    if (weights && weights->floats.n != 4)
        return conversion_unsupported(c, C2_WAY_CHECK, "%u weights, not 4", weights->floats.n);
    ret->weights.v = weights ? weights->floats.base : NULL;
    ret->weights.n = weights ? 4 : 0;
    ret->apply_scale = scaled;
    ret->plus_one = plus_one;
    return 0;
}

int c2_bbox_transform(struct conversion *c)
{
    struct bbox_transform_attrs attrs = {0};
    struct view plain = view_identity();
    uint32_t in[3];
    struct node_spec spec = {.op = OP_BBOX_TRANSFORM, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    int r = read_boxes(c, &attrs);

    if (r == 0)
        r = c2_refuse_output(c, 1, "rois of each image");
    for (uint32_t i = 0; r == 0 && i < 3; i++)
        r = bring_table(c, i, &in[i]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &plain);
}

int c2_keypoints(struct conversion *c)
{
    struct heatmap_max_keypoint_attrs attrs;
    struct view last = view_channel_last(4), plain = view_identity();
    uint32_t in[2];
    struct node_spec spec = {
        .op = OP_HEATMAP_MAX_KEYPOINT, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct tensor *x;
    int64_t softmax;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_int(c, "should_output_softmax", 0, 1, 0, &softmax);
    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, C2_WAY_CHECK, "heatmaps of rank %u, not 4", x->shape.rank);
    if (r == 0)
        r = layout_bring(c, x, &last, &in[0]);
    if (r == 0)
        r = bring_table(c, 1, &in[1]);
    if (r < 0)
        return r;
    attrs.output_softmax = softmax;
    return conversion_emit(c, 0, &spec, &plain);
}
