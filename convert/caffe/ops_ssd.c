/* PriorBox, which is worked out here, and DetectionOutput: the head of an SSD. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "model/ops/detection_output.h"

#define SIZES_MAX  64
#define RATIOS_MAX 64
#define SAME_RATIO 1e-6F /* as Caffe compares them */

/* What stands at every place of a map, in pixels. */
struct priors {
    uint32_t n_min, n_max, n_ratios; /* ratios: without that of 1 */
    float min[SIZES_MAX], max[SIZES_MAX], ratio[2 * RATIOS_MAX];
    float variance[4], step_h, step_w, offset;
    int32_t picture_h, picture_w;
    bool clip;
};

static bool knows_ratio(const struct priors *priors, float ratio)
{
    if (fabsf(ratio - 1) < SAME_RATIO)
        return true;
    for (uint32_t i = 0; i < priors->n_ratios; i++)
        if (fabsf(ratio - priors->ratio[i]) < SAME_RATIO)
            return true;
    return false;
}

static int read_ratios(struct conversion *c, struct priors *priors)
{
    float ratios[RATIOS_MAX];
    uint32_t n;
    bool flip;
    int r = param_f32s(c, "aspect_ratio", RATIOS_MAX, ratios, &n);

    if (r == 0)
        r = param_bool(c, "flip", true, &flip);
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        if (!(ratios[i] > 0))
            return conversion_unsupported(c, "check the prototxt", "an aspect_ratio of %g",
                                          (double)ratios[i]);
        if (knows_ratio(priors, ratios[i]))
            continue;
        priors->ratio[priors->n_ratios++] = ratios[i];
        if (flip)
            priors->ratio[priors->n_ratios++] = 1 / ratios[i];
    }
    return r;
}

static int read_sizes(struct conversion *c, struct priors *priors)
{
    int r = param_f32s(c, "min_size", SIZES_MAX, priors->min, &priors->n_min);

    if (r == 0)
        r = param_f32s(c, "max_size", SIZES_MAX, priors->max, &priors->n_max);
    if (r < 0)
        return r;
    if (priors->n_min == 0 || (priors->n_max && priors->n_max != priors->n_min))
        return conversion_unsupported(c, "check the prototxt", "%u min_size and %u max_size",
                                      priors->n_min, priors->n_max);
    for (uint32_t i = 0; i < priors->n_min; i++) {
        if (!(priors->min[i] > 0) || (priors->n_max && !(priors->max[i] > priors->min[i])))
            return conversion_unsupported(c, "check the prototxt", "a min_size of %g",
                                          (double)priors->min[i]);
        priors->min[i] = truncf(priors->min[i]); /* Caffe keeps them as whole numbers */
        priors->max[i] = truncf(priors->max[i]);
    }
    return 0;
}

static int read_variances(struct conversion *c, struct priors *priors)
{
    uint32_t n;
    int r = param_f32s(c, "variance", 4, priors->variance, &n);

    if (r == 0 && n != 0 && n != 1 && n != 4)
        r = conversion_unsupported(c, "check the prototxt", "%u variances", n);
    for (uint32_t i = n; r == 0 && i < 4; i++)
        priors->variance[i] = n ? priors->variance[0] : 0.1F;
    return r;
}

/* A number for both sides, or one for each: NAME, or NAME_h and NAME_w. 0: not said. */
static int read_sides(struct conversion *c, const char *const names[3], float *h, float *w)
{
    int r = param_f32(c, names[0], 0, h);

    *w = *h;
    if (r == 0 && param_given(c, names[1]))
        r = param_f32(c, names[1], 0, h);
    if (r == 0 && param_given(c, names[2]))
        r = param_f32(c, names[2], 0, w);
    if (r == 0 && (*h < 0 || *w < 0 || *h > INT16_MAX || *w > INT16_MAX))
        r = conversion_unsupported(c, "check the prototxt", "%s is out of range", names[0]);
    return r;
}

/* The picture and the steps from place to place: said, or those of the bottoms. */
static int read_places(struct conversion *c, const struct shape *map, const struct shape *picture,
                       struct priors *priors)
{
    static const char *const img[] = {"img_size", "img_h", "img_w"};
    static const char *const step[] = {"step", "step_h", "step_w"};
    float h, w;
    int r = read_sides(c, img, &h, &w);

    if (r == 0)
        r = read_sides(c, step, &priors->step_h, &priors->step_w);
    if (r == 0)
        r = param_f32(c, "offset", 0.5F, &priors->offset);
    if (r == 0)
        r = param_bool(c, "clip", false, &priors->clip);
    if (r < 0)
        return r;
    priors->picture_h = h >= 1 && w >= 1 ? (int32_t)h : (int32_t)picture->dim[2];
    priors->picture_w = h >= 1 && w >= 1 ? (int32_t)w : (int32_t)picture->dim[3];
    if (priors->step_h == 0 || priors->step_w == 0) {
        priors->step_h = (float)priors->picture_h / (float)map->dim[2];
        priors->step_w = (float)priors->picture_w / (float)map->dim[3];
    }
    return 0;
}

static float *put_box(const struct priors *priors, float x, float y, float w, float h, float *to)
{
    const float box[4] = {
        (float)((x - w / 2.0) / priors->picture_w),
        (float)((y - h / 2.0) / priors->picture_h),
        (float)((x + w / 2.0) / priors->picture_w),
        (float)((y + h / 2.0) / priors->picture_h),
    };

    for (int i = 0; i < 4; i++)
        *to++ = priors->clip ? fminf(fmaxf(box[i], 0), 1) : box[i];
    return to;
}

/* The boxes about one place: for each size its square, the next larger one, the other ratios. */
static float *put_place(const struct priors *priors, float x, float y, float *to)
{
    for (uint32_t i = 0; i < priors->n_min; i++) {
        float size = priors->min[i];

        to = put_box(priors, x, y, size, size, to);
        if (priors->n_max) {
            float mean = (float)sqrt((double)size * (double)priors->max[i]);

            to = put_box(priors, x, y, mean, mean, to);
        }
        for (uint32_t k = 0; k < priors->n_ratios; k++) {
            double root = sqrt((double)priors->ratio[k]);

            to = put_box(priors, x, y, (float)(size * root), (float)(size / root), to);
        }
    }
    return to;
}

/* [1,2,n*4]: boxes, then variances. */
static int put_all(struct conversion *c, const struct priors *priors, const struct shape *map)
{
    uint32_t each = priors->n_min * (1 + priors->n_ratios) + priors->n_max;
    uint64_t n = (uint64_t)map->dim[2] * map->dim[3] * each * 4;
    struct numbers numbers;
    float *to;
    int r;

    if (n > SHAPE_BYTES_MAX / sizeof(float))
        return conversion_unsupported(c, "check the prototxt", "it has too many boxes");
    r = numbers_new_f32(c, &(struct shape){3, {1, 2, (uint32_t)n}}, &numbers, &to);
    if (r < 0)
        return r;
    for (uint32_t h = 0; h < map->dim[2]; h++)
        for (uint32_t w = 0; w < map->dim[3]; w++)
            to = put_place(priors, ((float)w + priors->offset) * priors->step_w,
                           ((float)h + priors->offset) * priors->step_h, to);
    for (uint64_t i = 0; i < n; i++)
        to[i] = priors->variance[i % 4];
    return conversion_set_numbers(c, 0, &numbers);
}

int convert_caffe_prior_box(struct conversion *c)
{
    struct priors priors = {0};
    struct tensor *map, *picture;
    int r = caffe_ops_check_blobs(c, 2, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &map);
    if (r == 0)
        r = conversion_activation(c, 1, &picture);
    if (r == 0 && (map->shape.rank != 4 || picture->shape.rank != 4))
        r = conversion_unsupported(c, "check the prototxt", "its bottoms are no pictures");
    if (r == 0)
        r = read_sizes(c, &priors);
    if (r == 0)
        r = read_ratios(c, &priors);
    if (r == 0)
        r = read_variances(c, &priors);
    if (r == 0)
        r = read_places(c, &map->shape, &picture->shape, &priors);
    return r < 0 ? r : put_all(c, &priors, &map->shape);
}

static int read_suppression(struct conversion *c, struct detection_output_attrs *attrs)
{
    struct caffe_source *source = (struct caffe_source *)c;
    const struct pbtext_field *outer = source->param;
    int r;

    source->param = pbtext_find(outer, "nms_param");
    r = param_f32(c, "nms_threshold", 0.3F, &attrs->nms_threshold);
    if (r == 0)
        r = param_i32(c, "top_k", -1, -1, INT32_MAX, &attrs->top_k);
    if (r == 0)
        r = param_f32(c, "eta", 1, &attrs->eta);
    source->param = outer;
    return r;
}

static int read_detection(struct conversion *c, struct detection_output_attrs *attrs)
{
    static const char *const codes[] = {"", "CORNER", "CENTER_SIZE", "CORNER_SIZE", NULL};
    int code, r = read_suppression(c, attrs);

    if (r == 0)
        r = param_i32(c, "num_classes", 0, 1, 65536, &attrs->num_classes);
    if (r == 0)
        r = param_bool(c, "share_location", true, &attrs->share_location);
    if (r == 0)
        r = param_i32(c, "background_label_id", 0, -1, 65535, &attrs->background_label);
    if (r == 0)
        r = param_word(c, "code_type", codes, 1, &code);
    if (r == 0)
        r = param_bool(c, "variance_encoded_in_target", false, &attrs->variance_in_target);
    if (r == 0)
        r = param_bool(c, "clip", false, &attrs->clip);
    if (r == 0)
        r = param_i32(c, "keep_top_k", -1, -1, INT32_MAX, &attrs->keep_top_k);
    if (r == 0)
        r = param_f32(c, "confidence_threshold", -3.4e38F, &attrs->confidence_threshold);
    if (r == 0 && (!attrs->num_classes || !code))
        r = conversion_unsupported(c, "check the prototxt", "it has no num_classes or code_type");
    if (r == 0)
        attrs->code_type = (enum detection_code)(code - 1);
    return r;
}

int convert_caffe_detection(struct conversion *c)
{
    struct detection_output_attrs attrs = {0};
    uint32_t in[3];
    struct node_spec spec = {
        .op = OP_DETECTION_OUTPUT, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct view plain = view_identity();
    struct tensor *x;
    int r = caffe_ops_check_blobs(c, 3, 1);

    if (r == 0)
        r = read_detection(c, &attrs);
    for (uint32_t i = 0; r == 0 && i < 3; i++) {
        r = conversion_activation(c, i, &x);
        if (r == 0)
            r = layout_bring(c, x, &plain, &in[i]);
    }
    return r < 0 ? r : conversion_emit(c, 0, &spec, &plain);
}
