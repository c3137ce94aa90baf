/* RoiAlign and MaxRoiPool. */
#include <inttypes.h>
#include <string.h>

#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/roi_align.h"
#include "model/ops/roi_pool.h"

#define PICTURE_RANK 4

/* An attribute that is a size of the output. */
static int read_size(struct conversion *c, const char *name, int64_t preset, int32_t *ret)
{
    int64_t size;
    int r = attr_int(c, name, preset, &size);

    if (r == 0 && (size < 1 || size > INT16_MAX))
        r = conversion_unsupported(c, "check the model", "attribute %s is %" PRId64, name, size);
    if (r == 0)
        *ret = (int32_t)size;
    return r;
}

/* X as a picture, and the tables behind it as the file has them. */
static int bring_inputs(struct conversion *c, uint32_t n, uint32_t *in)
{
    struct view last = view_channel_last(PICTURE_RANK), plain = view_identity();

    for (uint32_t i = 0; i < n; i++) {
        struct tensor *x;
        int r = conversion_activation(c, i, &x);

        if (r == 0 && i == 0 && x->shape.rank != PICTURE_RANK)
            r = conversion_unsupported(c, WAY_REPLACE, "an input of rank %u; 4 is supported",
                                       x->shape.rank);
        if (r == 0)
            r = layout_bring(c, x, i ? &plain : &last, &in[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_align(struct conversion *c, struct roi_align_attrs *ret)
{
    const char *mode, *place;
    int64_t samples;
    int r = attr_text(c, "mode", "avg", &mode);

    /* Operator set 16 brought the attribute; before it corners were not moved. */
    if (r == 0)
        r = attr_text(c, "coordinate_transformation_mode",
                      onnx_model_of(c)->opset < 16 ? "output_half_pixel" : "half_pixel", &place);
    if (r == 0)
        r = attr_int(c, "sampling_ratio", 0, &samples);
    if (r == 0)
        r = read_size(c, "output_height", 1, &ret->pooled_h);
    if (r == 0)
        r = read_size(c, "output_width", 1, &ret->pooled_w);
    if (r == 0)
        r = attr_float(c, "spatial_scale", 1, &ret->spatial_scale);
    if (r < 0)
        return r;
    if (samples < 0 || samples > INT16_MAX)
        return conversion_unsupported(c, "check the model", "sampling_ratio is out of range");
    ret->sampling_ratio = (int32_t)samples;
    ret->mode = strcmp(mode, "max") == 0 ? ROI_ALIGN_MAX : ROI_ALIGN_AVG;
    ret->aligned = strcmp(place, "half_pixel") == 0;
    return 0;
}

int convert_roi_align(struct conversion *c)
{
    struct roi_align_attrs attrs = {0};
    struct view view = view_channel_last(PICTURE_RANK);
    uint32_t in[3];
    struct node_spec spec = {.op = OP_ROI_ALIGN, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    int r = read_align(c, &attrs);

    if (r == 0)
        r = bring_inputs(c, 3, in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_roi_pool(struct conversion *c)
{
    struct roi_pool_attrs attrs = {0};
    struct view view = view_channel_last(PICTURE_RANK);
    uint32_t in[2];
    struct node_spec spec = {.op = OP_ROI_POOL, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct ints sizes;
    int r = attr_ints(c, "pooled_shape", &sizes);

    if (r == 0)
        r = attr_float(c, "spatial_scale", 1, &attrs.spatial_scale);
    if (r == 0)
        r = bring_inputs(c, 2, in);
    if (r < 0)
        return r;
    if (sizes.n != 2 || sizes.v[0] < 1 || sizes.v[1] < 1 || sizes.v[0] > INT16_MAX ||
        sizes.v[1] > INT16_MAX)
        return conversion_unsupported(c, "check the model", "pooled_shape is not two sizes");
    attrs.pooled_h = (int32_t)sizes.v[0];
    attrs.pooled_w = (int32_t)sizes.v[1];
    return conversion_emit(c, 0, &spec, &view);
}
