/*
 * ColorConvert: a camera's pixels to a network's; layouts and numbers are in ops/color_convert.h.
 *
 * Shapes   [N,H,W,3], [N,H,W,4] or for nv21 [N,H*3/2,W,1] -> y [N,H,W,3].
 * Types    f32 -> f32 (bytes at an edge become the floats 0..255).
 * Sources  what converters put behind an input whose encoding (-e) has colours other than bgr; JFIF
 *          for YCbCr; DLC ColorSpaceConversion (documented, not seen; names are ours).
 */
#include "model/ops/color_convert.h"

#include "base/error.h"
#include "model/graph.h"

static const char *const colors[] = {"bgr", "rgb", "rgba", "argb32", "nv21", NULL};
static const char *const plain[] = {"bgr", "rgb", NULL};

static const struct attr_spec color_convert_specs[] = {
    {"from", "input_color_format", ATTR_ENUM, offsetof(struct color_convert_attrs, from),
     .words = colors, .help = "what pixels of the input are"},
    {"to", "output_color_format", ATTR_ENUM, offsetof(struct color_convert_attrs, to),
     .words = plain, .help = "what pixels of the output are"},
    {0},
};

static int check_channels(const struct infer *node, uint32_t channels, const char *color,
                          struct fault *fault)
{
    if (node->in[0]->shape.dim[3] == channels)
        return 0;
    return fail(fault, E_SHAPE, "%s has %u channels, and input 0 (%.60s) has %u", color, channels,
                node->in[0]->name, node->in[0]->shape.dim[3]);
}

static int infer_nv21(const struct infer *node, struct shape *out, struct fault *fault)
{
    const uint32_t *x = node->in[0]->shape.dim;

    if (x[1] % 3 != 0 || x[2] % 2 != 0)
        return fail(fault, E_SHAPE,
                    "%ux%u is no nv21: its rows are 3/2 of an even height, its columns even", x[1],
                    x[2]);
    out[0] = (struct shape){4, {x[0], x[1] / 3 * 2, x[2], 3}};
    return 0;
}

static int color_convert_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct color_convert_attrs *attrs = node->attrs;
    const uint32_t *x = node->in[0]->shape.dim;
    uint32_t channels = attrs->from == COLOR_NV21 ? 1 : attrs->from <= COLOR_RGB ? 3 : 4;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = check_channels(node, channels, colors[attrs->from], fault);
    if (r < 0)
        return r;
    if (attrs->from == COLOR_NV21)
        return infer_nv21(node, out, fault);
    out[0] = (struct shape){4, {x[0], x[1], x[2], 3}};
    return 0;
}

const struct op_def op_color_convert = {
    .name = "ColorConvert",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct color_convert_attrs),
    .attrs = color_convert_specs,
    .infer = color_convert_infer,
};
