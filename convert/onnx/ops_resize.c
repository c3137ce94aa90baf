/* Resize and Upsample: pictures in another size, of one axis or two. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/spatial.h"
#include "model/ops/crop_and_resize.h"

/* What the node says, for each axis of its input; a scale of 0: it follows from the sizes. */
struct sizes {
    uint32_t out[SHAPE_RANK_MAX];
    float scale[SHAPE_RANK_MAX];
};

/* No rule for the samples of a Resize: the crop is a layer of its own. */
#define CROPPED ((enum resize_coordinates)(RESIZE_HALF_PIXEL_SYMMETRIC + 1))

struct word {
    const char *word;
    int value;
};

static const struct word modes[] = {
    {"linear", RESIZE_BILINEAR}, {"bilinear", RESIZE_BILINEAR}, /* Upsample, set 1 */
    {"nearest", RESIZE_NEAREST}, {"cubic", RESIZE_CUBIC},       {0},
};

static const struct word coordinates[] = {
    {"half_pixel", RESIZE_HALF_PIXEL},
    {"half_pixel_symmetric", RESIZE_HALF_PIXEL_SYMMETRIC},
    {"pytorch_half_pixel", RESIZE_PYTORCH_HALF_PIXEL},
    {"align_corners", RESIZE_ALIGN_CORNERS},
    {"asymmetric", RESIZE_ASYMMETRIC},
    {"tf_half_pixel_for_nn", RESIZE_TF_HALF_PIXEL_FOR_NN},
    {"tf_crop_and_resize", (int)CROPPED},
    {0},
};

static const struct word roundings[] = {
    {"round_prefer_floor", RESIZE_ROUND_PREFER_FLOOR},
    {"round_prefer_ceil", RESIZE_ROUND_PREFER_CEIL},
    {"floor", RESIZE_FLOOR},
    {"ceil", RESIZE_CEIL},
    {0},
};

/* Attribute NAME, one of WORDS. */
static int read_word(struct conversion *c, const char *name, const char *preset,
                     const struct word *words, int *ret)
{
    const char *word;
    int r = attr_text(c, name, preset, &word);

    if (r < 0)
        return r;
    for (; words->word; words++)
        if (strcmp(words->word, word) == 0) {
            *ret = words->value;
            return 0;
        }
    return conversion_unsupported(c, WAY_REPLACE, "%s \"%.40s\" is not supported", name, word);
}

/* Upsample, and Resize before operator set 11, have neither coordinates nor rounding. */
static bool is_old(const struct conversion *c)
{
    return strcmp(c->node->op, "Upsample") == 0 || onnx_model_of(c)->opset < 11;
}

static int read_attrs(struct conversion *c, struct resize_attrs *ret)
{
    int mode, place = RESIZE_ASYMMETRIC, rounding = RESIZE_FLOOR;
    int64_t exclude;
    int r = read_word(c, "mode", "nearest", modes, &mode);

    if (r == 0 && !is_old(c))
        r = read_word(c, "coordinate_transformation_mode", "half_pixel", coordinates, &place);
    if (r == 0 && !is_old(c))
        r = read_word(c, "nearest_mode", "round_prefer_floor", roundings, &rounding);
    if (r == 0)
        r = attr_float(c, "cubic_coeff_a", -0.75f, &ret->cubic_a);
    if (r == 0)
        r = attr_int(c, "exclude_outside", 0, &exclude);
    if (r < 0)
        return r;
    ret->mode = (enum resize_mode)mode;
    ret->coordinates = (enum resize_coordinates)place;
    ret->rounding = (enum resize_rounding)rounding;
    ret->exclude_outside = exclude != 0;
    return 0;
}

/* A list of floats: attribute "scales", or input I. *RET_N is 0 if there is none. */
static int read_scales(struct conversion *c, uint32_t i, float *ret, uint32_t *ret_n)
{
    const struct onnx_attr *attr = attr_find(c, "scales");
    const struct numbers *numbers = NULL;
    int r = 0;

    *ret_n = 0;
    if (attr && (attr->type != ONNX_ATTR_FLOATS || attr->floats.n > SHAPE_RANK_MAX))
        return conversion_unsupported(c, "check the model", "attribute scales is of another form");
    if (attr) {
        *ret_n = attr->floats.n;
        memcpy(ret, attr->floats.base, attr->floats.n * sizeof(*ret));
        return 0;
    }
    r = conversion_constant(c, i, "the scales", &numbers);
    if (r < 0 || !numbers)
        return r;
    if (!numbers->is_float && numbers->n)
        return conversion_unsupported(c, "check the model", "scales that are no floats");
    if (numbers->n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, "check the model", "%zu scales", numbers->n);
    for (*ret_n = 0; *ret_n < numbers->n; (*ret_n)++)
        ret[*ret_n] = numbers->f32[*ret_n];
    return 0;
}

/* Upsample's two factors of set 1, as scales of [N,C,H,W]. */
static int read_old_scales(struct conversion *c, float *ret, uint32_t *ret_n)
{
    int r = attr_float(c, "height_scale", 1, &ret[2]);

    if (r == 0)
        r = attr_float(c, "width_scale", 1, &ret[3]);
    ret[0] = ret[1] = 1;
    *ret_n = 4;
    return r;
}

/* Which axis the scale or size K is for. */
static int read_axes(struct conversion *c, uint32_t rank, struct ints *ret)
{
    uint32_t mask;
    int r = attr_ints(c, "axes", ret);

    return r < 0 ? r : axes_mask(c, ret, rank, &mask);
}

static uint32_t axis_of(const struct ints *axes, uint32_t k, uint32_t rank)
{
    return axes->given ? (uint32_t)(axes->v[k] + (axes->v[k] < 0 ? rank : 0)) : k;
}

static int check_number(struct conversion *c, uint32_t n, const struct ints *axes, uint32_t rank)
{
    uint32_t wanted = axes->given ? axes->n : rank;

    if (n != wanted)
        return conversion_unsupported(c, "check the model", "%u scales or sizes for %u axes", n,
                                      wanted);
    return 0;
}

static int apply_scales(struct conversion *c, const struct shape *x, const float *scales,
                        uint32_t n, const struct ints *axes, struct sizes *ret)
{
    int r = check_number(c, n, axes, x->rank);

    for (uint32_t k = 0; r == 0 && k < n; k++) {
        uint32_t i = axis_of(axes, k, x->rank);
        double size = floor((double)x->dim[i] * (double)scales[k]);

        if (!(scales[k] > 0) || size < 1 || size > INT32_MAX)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "axis %u scaled by %g", i, (double)scales[k]);
        ret->scale[i] = scales[k];
        ret->out[i] = (uint32_t)size;
    }
    return r;
}

/* One scale for all axes: sizes no larger, or no smaller, than said. */
static void keep_ratio(const struct shape *x, const struct ints *sizes, const struct ints *axes,
                       bool larger, struct sizes *ret)
{
    double ratio = larger ? 0 : INFINITY;

    for (uint32_t k = 0; k < sizes->n; k++) {
        double one = (double)sizes->v[k] / x->dim[axis_of(axes, k, x->rank)];

        ratio = larger ? fmax(ratio, one) : fmin(ratio, one);
    }
    for (uint32_t k = 0; k < sizes->n; k++) {
        uint32_t i = axis_of(axes, k, x->rank);

        ret->scale[i] = (float)ratio;
        ret->out[i] = (uint32_t)fmin(floor(ratio * x->dim[i] + 0.5), INT32_MAX);
    }
}

static int apply_sizes(struct conversion *c, const struct shape *x, const struct ints *sizes,
                       const struct ints *axes, struct sizes *ret)
{
    const char *policy;
    int r = check_number(c, sizes->n, axes, x->rank);

    if (r == 0)
        r = attr_text(c, "keep_aspect_ratio_policy", "stretch", &policy);
    for (uint32_t k = 0; r == 0 && k < sizes->n; k++) {
        uint32_t i = axis_of(axes, k, x->rank);

        if (sizes->v[k] < 1 || sizes->v[k] > INT32_MAX)
            return conversion_unsupported(c, "check the model", "a size of %" PRId64, sizes->v[k]);
        ret->out[i] = (uint32_t)sizes->v[k];
        ret->scale[i] = 0;
    }
    if (r < 0 || strcmp(policy, "stretch") == 0)
        return r;
    if (strcmp(policy, "not_larger") != 0 && strcmp(policy, "not_smaller") != 0)
        return conversion_unsupported(c, "check the model",
                                      "keep_aspect_ratio_policy \"%.40s\" is unknown", policy);
    keep_ratio(x, sizes, axes, strcmp(policy, "not_smaller") == 0, ret);
    return 0;
}

static int read_sizes(struct conversion *c, const struct shape *x, struct sizes *ret)
{
    float scales[SHAPE_RANK_MAX];
    struct ints sizes = {0}, axes;
    uint32_t n = 0;
    int r = read_axes(c, x->rank, &axes);

    for (uint32_t i = 0; i < x->rank; i++) {
        ret->out[i] = x->dim[i];
        ret->scale[i] = 1;
    }
    if (r == 0 && attr_find(c, "height_scale"))
        r = read_old_scales(c, scales, &n);
    else if (r == 0)
        r = read_scales(c, is_old(c) ? 1 : 2, scales, &n);
    if (r == 0 && n == 0)
        r = attr_or_input(c, "", 3, &sizes);
    if (r < 0)
        return r;
    return n ? apply_scales(c, x, scales, n, &axes, ret) : apply_sizes(c, x, &sizes, &axes, ret);
}

/* The axes that change, as H and W; E_CONVERT_LAYER if they are not two neighbours. */
static int find_picture(struct conversion *c, const struct shape *x, const struct sizes *sizes,
                        uint32_t *ret_h, bool *ret_any)
{
    uint32_t first = x->rank, last = 0;

    for (uint32_t i = 0; i < x->rank; i++)
        if (sizes->out[i] != x->dim[i] || (sizes->scale[i] != 0 && sizes->scale[i] != 1)) {
            first = i < first ? i : first;
            last = i;
        }
    *ret_any = first < x->rank;
    if (*ret_any && (last - first > 1 || x->rank < 3 || x->rank > 4))
        return conversion_unsupported(c, WAY_REPLACE,
                                      "a change of size along more than two axes, or of an input "
                                      "of rank %u; height and width are supported",
                                      x->rank);
    /* [N,C,H,W] unless something else is meant. */
    if (*ret_any)
        *ret_h = first < x->rank - 2 ? first : x->rank - 2;
    return 0;
}

static int check_extras(struct conversion *c, const struct sizes *sizes, uint32_t rank)
{
    int64_t antialias;
    int r = attr_int(c, "antialias", 0, &antialias);

    for (uint32_t i = 0; r == 0 && antialias && i < rank; i++)
        if (sizes->scale[i] != 1)
            r = conversion_unsupported(c, "export it with antialias 0", "antialias");
    return r;
}

/*
 * Where a scale gives no whole size, ONNX's definition puts the corner of y beside its last sample,
 * and onnxruntime on it.
 */
static int check_corners(struct conversion *c, const struct shape *x, const struct sizes *sizes,
                         const struct resize_attrs *attrs)
{
    for (uint32_t i = 0; i < x->rank && attrs->coordinates == RESIZE_ALIGN_CORNERS; i++)
        if (sizes->scale[i] != 0 &&
            (double)x->dim[i] * (double)sizes->scale[i] != (double)sizes->out[i])
            return conversion_unsupported(c, "export it with sizes instead of scales",
                                          "align_corners with a scale of %g, which gives no whole "
                                          "size of axis %u",
                                          (double)sizes->scale[i], i);
    return 0;
}

/* [N,C,W] as a picture of one row. */
static int emit_row(struct conversion *c, struct tensor *x, const struct resize_attrs *attrs)
{
    uint32_t in;
    struct node_spec spec = {.op = OP_RESIZE, .attrs = attrs, .inputs = &in, .n_inputs = 1};
    int r = spatial_input(c, x, &in);

    return r < 0 ? r : spatial_emit(c, &spec, 3);
}

static int emit(struct conversion *c, struct tensor *x, const struct sizes *sizes,
                struct resize_attrs *attrs)
{
    uint32_t h = 0;
    bool any = false;
    int r = find_picture(c, &x->shape, sizes, &h, &any);

    if (r < 0)
        return r;
    if (!any)
        return conversion_alias(c, 0, x);
    attrs->width = (int32_t)sizes->out[h + 1];
    attrs->scale_w = sizes->scale[h + 1];
    attrs->height = x->shape.rank == 4 ? (int32_t)sizes->out[h] : 1;
    attrs->scale_h = x->shape.rank == 4 ? sizes->scale[h] : 1;
    if (x->shape.rank == 4)
        return emit_resize(c, x, h, h + 1, attrs);
    if (h != 1)
        return conversion_unsupported(c, WAY_REPLACE, "channels in another size");
    return emit_row(c, x, attrs);
}

/* The part that the roi means, for axis H and the one behind it, as y1, x1, y2, x2. */
static int read_roi(struct conversion *c, const struct shape *x, uint32_t h, float ret[4])
{
    const struct numbers *roi = NULL;
    struct ints axes = {0};
    uint32_t n;
    int r = conversion_constant(c, 1, "the roi", &roi);

    if (r == 0)
        r = read_axes(c, x->rank, &axes);
    if (r < 0)
        return r;
    n = axes.given ? axes.n : x->rank;
    if (!roi || roi->n != 2 * (size_t)n)
        return conversion_unsupported(c, "check the model", "a roi that does not fit %u axes", n);
    ret[0] = ret[1] = 0;
    ret[2] = ret[3] = 1;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = axis_of(&axes, k, x->rank);
        float begin = (float)numbers_at(roi, k), end = (float)numbers_at(roi, n + k);

        if (i == h || i == h + 1) {
            ret[i - h] = begin;
            ret[2 + i - h] = end;
        } else if (begin != 0 || end != 1) {
            return conversion_unsupported(c, WAY_REPLACE, "a roi of more than two axes");
        }
    }
    return 0;
}

/* BOX for each of N images, and their numbers. */
static int place_boxes(struct conversion *c, const float box[4], uint32_t n, uint32_t *ret)
{
    struct walk boxes = {.shape = {2, {n, 4}}, .stride = {0, 1}};
    struct walk images = {.shape = {1, {n}}, .stride = {1}};
    struct numbers numbers = {.n = 4 * (size_t)n, .is_float = true, .f32 = box};
    struct numbers counted;
    struct blob *blob;
    float *image;
    int r = numbers_lay_out(c, &numbers, &boxes, 1, &blob);

    if (r == 0)
        r = conversion_add_constant(c, "roi", &boxes.shape, blob, &ret[0]);
    if (r == 0)
        r = numbers_new_f32(c, &images.shape, &counted, &image);
    for (uint32_t i = 0; r == 0 && i < n; i++)
        image[i] = (float)i;
    if (r == 0)
        r = numbers_lay_out(c, &counted, &images, 1, &blob);
    return r < 0 ? r : conversion_add_constant(c, "images", &images.shape, blob, &ret[1]);
}

/* tf_crop_and_resize: the corners of a part of x become those of y. */
static int emit_crop(struct conversion *c, struct tensor *x, const struct sizes *sizes,
                     enum resize_mode mode)
{
    struct crop_and_resize_attrs attrs = {.method = CROP_BILINEAR};
    struct view view = view_channel_last(4);
    uint32_t in[3], h = 0;
    struct node_spec spec = {
        .op = OP_CROP_AND_RESIZE, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    float box[4];
    bool any = false;
    int r = find_picture(c, &x->shape, sizes, &h, &any);

    if (r < 0)
        return r;
    if (x->shape.rank != 4 || (any && h != 2) || mode != RESIZE_BILINEAR)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "tf_crop_and_resize of another form; linear, of [N,C,H,W] "
                                      "along H and W is supported");
    attrs.crop_h = (int32_t)sizes->out[2];
    attrs.crop_w = (int32_t)sizes->out[3];
    r = attr_float(c, "extrapolation_value", 0, &attrs.extrapolation_value);
    if (r == 0)
        r = read_roi(c, &x->shape, 2, box);
    if (r == 0)
        r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = place_boxes(c, box, x->shape.dim[0], &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_resize(struct conversion *c)
{
    struct resize_attrs attrs = {0};
    struct sizes sizes;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_attrs(c, &attrs);
    if (r == 0)
        r = read_sizes(c, &x->shape, &sizes);
    if (r == 0)
        r = check_extras(c, &sizes, x->shape.rank);
    if (r == 0)
        r = check_corners(c, &x->shape, &sizes, &attrs);
    if (r < 0)
        return r;
    if (attrs.coordinates == CROPPED)
        return emit_crop(c, x, &sizes, attrs.mode);
    return emit(c, x, &sizes, &attrs);
}
