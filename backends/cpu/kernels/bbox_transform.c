/*
 * BboxTransform: boxes moved by what a network says; the rule is in model/ops/bbox_transform.h. A
 * roi is an item; how many each image has is counted by the first slice.
 */
#include "model/ops/bbox_transform.h"

#include <string.h>

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/prepare.h"

enum { IN_ROIS, IN_DELTAS, IN_IM_INFO };
enum { OUT_BOXES, OUT_COUNTS, N_OUT };

#define GROW_MOST 4.135166556742356f /* log(1000 / 16) */

struct params {
    float weights[4];
    bool apply_scale;
    float one;
    size_t rois, roi_width, classes, images;
};

/* What the boxes of an image are cut at and multiplied by. */
struct picture {
    float right, bottom, scale_before, scale_after;
};

static struct picture read_picture(const struct params *p, const float *info)
{
    float height = info[0], width = info[1], scale = info[2];

    return (struct picture){
        .right = truncf(width / scale + 0.5f) - p->one,
        .bottom = truncf(height / scale + 0.5f) - p->one,
        .scale_before = scale,
        .scale_after = p->apply_scale ? scale : 1,
    };
}

/* Both ends of a side of the box, moved and grown. */
static void move_side(const struct params *p, float *from, float *to, float move, float grow)
{
    float size = *to - *from + p->one, middle = *from + 0.5f * size;

    middle += move * size;
    size *= expf(box_less(grow, GROW_MOST));
    *from = middle - 0.5f * size;
    *to = middle + 0.5f * size - p->one;
}

static float cut(float v, float most)
{
    return box_more(box_less(v, most), 0);
}

static void write_box(const struct params *p, const struct picture *picture, struct box box,
                      const float *deltas, float *y)
{
    move_side(p, &box.x1, &box.x2, deltas[0] / p->weights[0], deltas[2] / p->weights[2]);
    move_side(p, &box.y1, &box.y2, deltas[1] / p->weights[1], deltas[3] / p->weights[3]);
    y[0] = cut(box.x1, picture->right) * picture->scale_after;
    y[1] = cut(box.y1, picture->bottom) * picture->scale_after;
    y[2] = cut(box.x2, picture->right) * picture->scale_after;
    y[3] = cut(box.y2, picture->bottom) * picture->scale_after;
}

/* V is a row of the rois. */
static int64_t image_of(const struct params *p, const float *v)
{
    return p->roi_width == 5 ? box_image(v[0], p->images) : 0;
}

static void run_roi(const struct kernel_args *args, size_t at)
{
    const struct params *p = args->params;
    const float *roi = (const float *)args->in[IN_ROIS] + at * p->roi_width;
    const float *deltas = (const float *)args->in[IN_DELTAS] + at * p->classes * 4;
    float *y = (float *)args->out[OUT_BOXES] + at * p->classes * 4;
    int64_t image = image_of(p, roi);
    struct picture picture;
    struct box box;

    if (image < 0) {
        memset(y, 0, p->classes * 4 * sizeof(*y));
        return;
    }
    picture = read_picture(p, (const float *)args->in[IN_IM_INFO] + image * 3);
    memcpy(&box, roi + p->roi_width - 4, sizeof(box));
    box.x1 /= picture.scale_before;
    box.y1 /= picture.scale_before;
    box.x2 /= picture.scale_before;
    box.y2 /= picture.scale_before;
    for (size_t i = 0; i < p->classes; i++)
        write_box(p, &picture, box, deltas + i * 4, y + i * 4);
}

static void count_rois(const struct kernel_args *args)
{
    const struct params *p = args->params;
    float *counts = args->out[OUT_COUNTS];

    memset(counts, 0, p->images * sizeof(*counts));
    for (size_t i = 0; i < p->rois; i++) {
        int64_t image = image_of(p, (const float *)args->in[IN_ROIS] + i * p->roi_width);

        if (image >= 0)
            counts[image]++;
    }
}

static void run(const struct kernel_args *args)
{
    if (args->out[OUT_COUNTS] && args->from == 0 && args->to > 0)
        count_rois(args);
    for (size_t at = args->from; at < args->to; at++)
        run_roi(args, at);
}

static int prepare(struct prepare *p)
{
    const struct bbox_transform_attrs *attrs = p->node->attrs;
    const struct shape *rois = &prepare_in(p, IN_ROIS)->shape;
    const struct shape *deltas = &prepare_in(p, IN_DELTAS)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .apply_scale = attrs->apply_scale,
        .one = attrs->plus_one ? 1 : 0,
        .rois = rois->dim[0],
        .roi_width = shape_elements(rois) / rois->dim[0],
        .classes = shape_elements(deltas) / deltas->dim[0] / 4,
        .images = prepare_in(p, IN_IM_INFO)->shape.dim[0],
    };
    for (int i = 0; i < 4; i++)
        params->weights[i] = attrs->weights.n ? attrs->weights.v[i] : 1;
    return prepare_done(p, run, params->rois, params->classes * 100);
}

const struct operation cpu_bbox_transform = {.n_out = N_OUT, .prepare = prepare};
