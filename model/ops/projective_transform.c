/*
 * ProjectiveTransform: each image seen through a projective map; the rule is in
 * ops/projective_transform.h.
 *
 * Shapes   x [N,H,W,C], transforms [N,8] or [1,8] -> y [N,output_h,output_w,C].
 * Types    f32 -> f32.
 * Sources  TensorFlow ImageProjectiveTransform, ImageProjectiveTransformV2,
 *          ImageProjectiveTransformV3 (fill_mode CONSTANT, fill_value 0); DLC
 *          ImageProjectiveTransform (documented, not seen; names are ours).
 */
#include "model/ops/projective_transform.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/rows.h"

#define AT(member) offsetof(struct projective_transform_attrs, member)

static const char *const methods[] = {"bilinear", "nearest", NULL};

static const struct attr_spec projective_transform_specs[] = {
    {"output_h", "output_height", ATTR_I32, AT(output_h), .least = 0, .most = 1 << 24,
     .help = "rows; 0: as the input"},
    {"output_w", "output_width", ATTR_I32, AT(output_w), .least = 0, .most = 1 << 24,
     .help = "columns; 0: as the input"},
    {"method", "interpolation_mode", ATTR_ENUM, AT(method), .words = methods,
     .help = "between places"},
    {0},
};

static int projective_transform_infer(const struct infer *node, struct shape *out,
                                      struct fault *fault)
{
    const struct projective_transform_attrs *attrs = node->attrs;
    const uint32_t *x = node->in[0]->shape.dim;
    uint32_t rows, width;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = rows_of(node, 1, "the transforms", 8, 8, &rows, &width, fault);
    if (r < 0)
        return r;
    if (rows != 1 && rows != x[0])
        return fail(fault, E_SHAPE, "there are %u transforms for %u images", rows, x[0]);
    out[0] = (struct shape){4,
                            {x[0], attrs->output_h ? (uint32_t)attrs->output_h : x[1],
                             attrs->output_w ? (uint32_t)attrs->output_w : x[2], x[3]}};
    return 0;
}

const struct op_def op_projective_transform = {
    .name = "ProjectiveTransform",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct projective_transform_attrs),
    .attrs = projective_transform_specs,
    .infer = projective_transform_infer,
};
