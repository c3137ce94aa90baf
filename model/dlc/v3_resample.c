/* Layers whose output is larger than their input: Deconvolution, and Scaling of images. */
#include "base/error.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_attr.h"
#include "model/ops/deconv.h"
#include "model/ops/resize.h"

static const struct shape *read_input(const struct v3_layer *layer)
{
    if (layer->in[0] == NO_VALUE)
        return NULL;
    return &builder_value(layer->reader->builder, layer->in[0])->shape;
}

static const struct shape *written_input(const struct v3_node *node)
{
    return &node->graph->values[node->node->inputs[0]].shape;
}

static bool has_pads(const struct window *window)
{
    return window->padding == PADDING_CAFFE || window->padding == PADDING_EXPLICIT;
}

/*
 * Makes an axis that would be IS places long WANTED places long, at its end: by cutting less or
 * more off if the layer says how much, else by padding. What is beyond the limits of attributes is
 * found when OutputDims are compared.
 */
static void meet_size(bool cuts, int64_t is, int64_t wanted, int32_t *trail, int32_t *extra)
{
    int64_t more = wanted - is, most = WINDOW_MOST;

    if (cuts) {
        int64_t cut = *trail - more;

        *trail = (int32_t)(cut < 0 ? 0 : cut > most ? most : cut);
        more = cut < 0 ? -cut : 0;
    }
    more += *extra;
    *extra = (int32_t)(more < -most ? -most : more > most ? most : more);
}

/* As with a convolution only the leading crops are in files, and the rest is OutputDims'. */
int v3_read_deconv(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct deconv_attrs *deconv = attrs;
    struct window *window = &deconv->window;
    const struct shape *in = read_input(layer), *out = &layer->shapes[0];
    struct window_axis h = {0}, w = {0};
    bool cuts = has_pads(window);

    (void)fault;
    if (!cuts)
        window->pad_top = window->pad_left = 0;
    window->pad_bottom = window->pad_top;
    window->pad_right = window->pad_left;
    if (!in || in->rank != 4 || out->rank != 4)
        return 0;
    /* The crops in front may be more than half of it, so those behind begin at nothing. */
    window->pad_bottom = window->pad_right = 0;
    if (deconv_window(deconv, in->dim[1], in->dim[2], &h, &w, NULL) < 0)
        return 0; /* infer says why */
    meet_size(cuts, h.out, out->dim[1], &window->pad_bottom, &deconv->output_pad_h);
    meet_size(cuts, w.out, out->dim[2], &window->pad_right, &deconv->output_pad_w);
    return 0;
}

/* Where a rule says the crops, files hold zeros. */
void v3_write_deconv(struct v3_node *node)
{
    const struct window *window = &((const struct deconv_attrs *)node->node->attrs)->window;
    bool cuts = has_pads(window);

    v3_tree_i32(node->tree, node->attrs, "padding_y", cuts ? window->pad_top : 0);
    v3_tree_i32(node->tree, node->attrs, "padding", cuts ? window->pad_left : 0);
    v3_tree_u32(node->tree, node->attrs, "padding_mode", 0);
}

/*
 * Two flags say where their samples lie. The nearest ones are TensorFlow's: round down, but to the
 * nearest when corners are aligned. Their scale is out / in, which we work out ourselves.
 */
static void take_flags(const struct v3_layer *layer, struct resize_attrs *resize)
{
    bool nearest = resize->mode == RESIZE_NEAREST;

    resize->scale_h = resize->scale_w = 0;
    if (v3_attr_get(&layer->attrs, "align_corners", 0) != 0) {
        resize->coordinates = RESIZE_ALIGN_CORNERS;
        resize->rounding = nearest ? RESIZE_ROUND_PREFER_CEIL : RESIZE_FLOOR;
    } else if (v3_attr_get(&layer->attrs, "half_pixel_centers", 0) != 0) {
        resize->coordinates = nearest ? RESIZE_TF_HALF_PIXEL_FOR_NN : RESIZE_HALF_PIXEL;
    }
}

/* The words `coordinates` and `rounding` are ours, and stand where two flags do not say it all. */
int v3_read_resize(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct resize_attrs *resize = attrs;
    const struct shape *out = &layer->shapes[0];
    struct flat_table attr;

    if (v3_attr_get(&layer->attrs, "maintain_aspect_ratio", 0) != 0)
        return fail(fault, E_OP_ATTR, "maintain_aspect_ratio is true, which is not known");
    if (!v3_attr_find(&layer->attrs, "coordinates", &attr))
        take_flags(layer, resize);
    if (out->rank == 4 && out->dim[1] <= INT32_MAX && out->dim[2] <= INT32_MAX) {
        resize->height = (int32_t)out->dim[1];
        resize->width = (int32_t)out->dim[2];
    }
    return 0;
}

static bool flags_say_it(const struct resize_attrs *resize)
{
    bool nearest = resize->mode == RESIZE_NEAREST;

    if (resize->scale_h != 0 || resize->scale_w != 0 || resize->mode == RESIZE_CUBIC)
        return false;
    if (resize->coordinates == RESIZE_ALIGN_CORNERS)
        return resize->rounding == (nearest ? RESIZE_ROUND_PREFER_CEIL : RESIZE_FLOOR);
    if (resize->rounding != RESIZE_FLOOR)
        return false;
    return resize->coordinates == RESIZE_ASYMMETRIC ||
           resize->coordinates == (nearest ? RESIZE_TF_HALF_PIXEL_FOR_NN : RESIZE_HALF_PIXEL);
}

/* A reader that takes every Scaling for a bilinear one shall refuse, not compute another. */
bool v3_resize_is_scaling(const struct resize_attrs *resize)
{
    return resize->mode == RESIZE_BILINEAR && flags_say_it(resize);
}

static float scale_of(const struct v3_node *node, uint32_t axis)
{
    const struct shape *out = &node->graph->values[node->node->outputs[0]].shape;

    return (float)((double)out->dim[axis] / written_input(node)->dim[axis]);
}

void v3_write_resize(struct v3_node *node)
{
    static const char *const ours[] = {"coordinates", "rounding", "cubic_a", "exclude_outside",
                                       NULL};
    const struct resize_attrs *resize = node->node->attrs;
    enum resize_coordinates at = resize->coordinates;

    v3_tree_bool(node->tree, node->attrs, "align_corners", at == RESIZE_ALIGN_CORNERS);
    v3_tree_bool(node->tree, node->attrs, "half_pixel_centers",
                 at != RESIZE_ASYMMETRIC && at != RESIZE_ALIGN_CORNERS);
    v3_tree_bool(node->tree, node->attrs, "maintain_aspect_ratio", false);
    v3_tree_f32(node->tree, node->attrs, "pad", 0);
    if (flags_say_it(resize)) {
        v3_tree_f32(node->tree, node->attrs, "scale_h", scale_of(node, 1));
        v3_tree_f32(node->tree, node->attrs, "scale_w", scale_of(node, 2));
        node->omitted = ours;
    }
}
