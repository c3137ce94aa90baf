/*
 * BboxTransform: boxes moved by what a network says; the rule is in ops/bbox_transform.h.
 *
 * Shapes   rois [R,4] (then N is 1) or [R,5], deltas [R,4K], im_info [N,3] -> boxes [R,4K],
 *          counts [N].
 * Types    f32 -> f32.
 * Sources  Caffe2 BBoxTransform (not rotated); DLC BboxTransform (documented, not seen; names are
 *          ours).
 */
#include "model/ops/bbox_transform.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/rows.h"

enum { ROIS, DELTAS, IM_INFO };

#define AT(member) offsetof(struct bbox_transform_attrs, member)

static const struct attr_spec bbox_transform_specs[] = {
    {"weights", "weights", ATTR_F32S, AT(weights), .least = -1e9, .most = 1e9,
     .help = "by which dx, dy, dw, dh are divided; 1 each if empty"},
    {"apply_scale", "apply_scale", ATTR_BOOL, AT(apply_scale), .preset = 1,
     .help = "multiply by the scale of the image"},
    {"plus_one", "legacy_plus_one", ATTR_BOOL, AT(plus_one), .preset = 1,
     .help = "a box that ends where it begins is one pixel wide"},
    {0},
};

static int check_weights(const struct f32s *weights, struct fault *fault)
{
    if (weights->n != 0 && weights->n != 4)
        return fail(fault, E_OP_ATTR, "there are %u weights, not 4", weights->n);
    for (uint32_t i = 0; i < weights->n; i++)
        if (weights->v[i] == 0)
            return fail(fault, E_OP_ATTR, "weights[%u] is 0", i);
    return 0;
}

static int bbox_transform_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct bbox_transform_attrs *attrs = node->attrs;
    uint32_t rois, roi_width, rows, width, images, info_width;
    int r = check_weights(&attrs->weights, fault);

    if (r == 0)
        r = rows_of(node, ROIS, "the rois", 4, 5, &rois, &roi_width, fault);
    if (r == 0)
        r = rows_of(node, DELTAS, "the deltas", 4, UINT32_MAX, &rows, &width, fault);
    if (r == 0)
        r = rows_of(node, IM_INFO, "the sizes of the pictures", 3, 3, &images, &info_width, fault);
    if (r < 0)
        return r;
    if (rows != rois || width % 4 != 0)
        return fail(fault, E_SHAPE, "there are %u deltas of %u numbers for %u rois", rows, width,
                    rois);
    if (roi_width == 4 && images != 1)
        return fail(fault, E_SHAPE, "there are %u images, and the rois do not say which is theirs",
                    images);
    out[0] = (struct shape){2, {rois, width}};
    if (node->n_out > 1)
        out[1] = (struct shape){1, {images}};
    return 0;
}

const struct op_def op_bbox_transform = {
    .name = "BboxTransform",
    .n_inputs = {3, 3},
    .n_outputs = {1, 2},
    .attrs_size = sizeof(struct bbox_transform_attrs),
    .attrs = bbox_transform_specs,
    .infer = bbox_transform_infer,
};
