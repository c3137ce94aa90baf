/*
 * ExtractGlimpse: a window of each image; the rule is in ops/extract_glimpse.h.
 *
 * Shapes   x [N,H,W,C], offsets [N,2] -> y [N,glimpse_h,glimpse_w,C].
 * Types    f32 -> f32.
 * Sources  TensorFlow ExtractGlimpse, ExtractGlimpseV2 (exact), noise "zero" only, for the other
 *          kinds are random; DLC ExtractGlimpse (documented, not seen; names are ours).
 */
#include "model/ops/extract_glimpse.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/rows.h"

#define AT(member) offsetof(struct extract_glimpse_attrs, member)

static const struct attr_spec extract_glimpse_specs[] = {
    {"glimpse_h", "glimpse_height", ATTR_I32, AT(glimpse_h), .preset = 1, .least = 1, .most = 32767,
     .help = "rows of a window"},
    {"glimpse_w", "glimpse_width", ATTR_I32, AT(glimpse_w), .preset = 1, .least = 1, .most = 32767,
     .help = "columns of a window"},
    {"centered", "centered", ATTR_BOOL, AT(centered), .preset = 1,
     .help = "offsets count from the middle"},
    {"normalized", "normalized", ATTR_BOOL, AT(normalized), .preset = 1,
     .help = "offsets are parts of the size"},
    {"exact", "exact", ATTR_BOOL, AT(exact), .help = "the rule of TensorFlow's version 2"},
    {0},
};

static int extract_glimpse_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct extract_glimpse_attrs *attrs = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    uint32_t rows, width;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = rows_of(node, 1, "the offsets", 2, 2, &rows, &width, fault);
    if (r < 0)
        return r;
    if (rows != x->dim[0])
        return fail(fault, E_SHAPE, "there are %u offsets for %u images", rows, x->dim[0]);
    out[0] = (struct shape){
        4, {rows, (uint32_t)attrs->glimpse_h, (uint32_t)attrs->glimpse_w, x->dim[3]}};
    return 0;
}

const struct op_def op_extract_glimpse = {
    .name = "ExtractGlimpse",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct extract_glimpse_attrs),
    .attrs = extract_glimpse_specs,
    .infer = extract_glimpse_infer,
};
