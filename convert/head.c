#include "convert/head.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/ops/binary.h"
#include "model/ops/color_convert.h"
#include "model/ops/resize.h"
#include "model/ops/strided_slice.h"

/* A picture on its way through the layers. */
struct work {
    struct conversion *c;
    const struct head *head;
    const char *name; /* of the input, after which the layers are called */
    uint32_t value;
};

bool head_is_channels_last(const struct conversion *c, const struct head *head)
{
    return c->frontend->plain_outputs || head->channels_last;
}

int head_picture(struct conversion *c, const char *name, const struct head *head,
                 const struct shape *shape, struct shape *ret)
{
    struct view last = view_channel_last(4);

    if (shape->rank != 4)
        return fail(c->fault, E_CONVERT_OPTION,
                    "input \"%.80s\" has %u dimensions and is no picture, so nothing can prepare "
                    "it: say -e %.80s other, or no preprocessing",
                    name, shape->rank, name);
    *ret = head_is_channels_last(c, head) ? *shape : view_apply(&last, shape);
    return 0;
}

/* What must hold of an input before anything is put in front of it. */
static int check_input(struct conversion *c, const struct tensor *tensor)
{
    if (conversion_is_output(c, tensor))
        return fail(c->fault, E_CONVERT_OPTION,
                    "\"%.80s\" is an input and an output too, and cannot be prepared: leave it out "
                    "with --out_node",
                    tensor->name);
    if (conversion_is_reordered(c, tensor->name))
        return fail(c->fault, E_CONVERT_OPTION,
                    "--reorder_list %.80s: a picture that is prepared comes with its channels last",
                    tensor->name);
    return 0;
}

/* The sizes that a run brings of PICTURE, which is RGB or BGR, in the colours of SPACE. */
static int color_shape(struct conversion *c, const char *name, const struct color_space *space,
                       struct shape *picture)
{
    if (picture->dim[3] != 3)
        return fail(c->fault, E_CONVERT_OPTION,
                    "-e %.80s %s: the input has %u channels, and a conversion of colours makes 3",
                    name, space->name, picture->dim[3]);
    if (space->color == COLOR_NV21) {
        if (picture->dim[1] % 2 || picture->dim[2] % 2)
            return fail(c->fault, E_CONVERT_OPTION,
                        "-e %.80s nv21: a picture of %u columns and %u rows cannot be NV21, whose "
                        "sides are even: say an even --input_size",
                        name, picture->dim[2], picture->dim[1]);
        picture->dim[1] = picture->dim[1] / 2 * 3;
        picture->dim[3] = 1;
    }
    if (space->color == COLOR_RGBA || space->color == COLOR_ARGB32)
        picture->dim[3] = 4;
    return 0;
}

int head_emit_input(struct conversion *c, const char *name, const struct shape *shape,
                    struct input_attrs *attrs, uint32_t *ret)
{
    int32_t dims[SHAPE_RANK_MAX];
    struct node_spec spec = {.op = OP_INPUT, .attrs = attrs, .outputs = &name, .n_outputs = 1};

    for (uint32_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] > INT32_MAX)
            return fail(c->fault, E_SHAPE, "input \"%.80s\" has a size of %u", name, shape->dim[i]);
        dims[i] = (int32_t)shape->dim[i];
    }
    attrs->shape = (struct i32s){dims, shape->rank};
    spec.name = unique_add(&c->layers, name);
    return spec.name ? build_node(c->builder, &spec, ret, c->fault) : -ENOMEM;
}

/* The layer of SPEC, which reads the picture as its first input, called NAME.SUFFIX. */
static int emit(struct work *work, const char *suffix, struct node_spec *spec)
{
    if (!spec->inputs) {
        spec->inputs = &work->value;
        spec->n_inputs = 1;
    }
    return conversion_emit_helper(work->c, work->name, suffix, spec, &work->value);
}

static int emit_colors(struct work *work, const struct color_space *space)
{
    struct color_convert_attrs attrs = {(enum color)space->color, COLOR_BGR};
    struct node_spec spec = {.op = OP_COLOR_CONVERT, .attrs = &attrs};

    return emit(work, "bgr", &spec);
}

/* Pixels are areas, as OpenCV has it, by which Caffe and Caffe2 scale what they train with. */
static int emit_scaling(struct work *work, const struct shape *to)
{
    struct resize_attrs attrs = {.mode = RESIZE_BILINEAR,
                                 .coordinates = RESIZE_HALF_PIXEL,
                                 .height = (int32_t)to->dim[1],
                                 .width = (int32_t)to->dim[2]};
    struct node_spec spec = {.op = OP_RESIZE, .attrs = &attrs};

    return emit(work, "scaled", &spec);
}

/* The middle of PICTURE, half a pixel nearer to the beginning where it has none, as in Caffe. */
static int emit_crop(struct work *work, struct shape *picture)
{
    uint32_t side = work->head->crop;
    int32_t begin[4] = {0}, end[4], strides[4] = {1, 1, 1, 1};
    struct strided_slice_attrs attrs = {.begin = {begin, 4},
                                        .end = {end, 4},
                                        .strides = {strides, 4},
                                        .begin_mask = 9, /* of any batch, and all channels */
                                        .end_mask = 9};
    struct node_spec spec = {.op = OP_STRIDED_SLICE, .attrs = &attrs};

    for (uint32_t i = 0; i < 4; i++)
        end[i] = (int32_t)picture->dim[i];
    for (uint32_t i = 1; i < 3; i++) {
        begin[i] = (int32_t)((picture->dim[i] - side) / 2);
        end[i] = begin[i] + (int32_t)side;
        picture->dim[i] = side;
    }
    return emit(work, "cropped", &spec);
}

static int place(struct work *work, const char *suffix, const float *from, size_t n,
                 const struct shape *shape, uint32_t *ret)
{
    char name[256]; /* of a longer one the beginning will do */
    struct blob *blob;
    int r = conversion_charge(work->c, n * sizeof(*from));

    if (r < 0)
        return r;
    blob = blob_new(n * sizeof(*from));
    if (!blob)
        return -ENOMEM;
    memcpy(blob_base(blob), from, n * sizeof(*from));
    snprintf(name, sizeof(name), "%.200s.%s", work->name, suffix);
    return conversion_add_constant(work->c, name, shape, blob, ret);
}

static int emit_mean(struct work *work, const struct shape *picture)
{
    struct shape shape = {4, {1, picture->dim[1], picture->dim[2], picture->dim[3]}};
    struct binary_attrs attrs = {.kind = BINARY_SUB};
    uint32_t in[2] = {work->value};
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r = place(work, "mean_image", work->head->mean, shape_elements(&shape), &shape, &in[1]);

    return r < 0 ? r : emit(work, "mean_subtracted", &spec);
}

static int place_numbers(struct work *work, const char *suffix, const double *from, uint32_t n,
                         uint32_t *ret)
{
    float *numbers = arena_alloc(&work->c->arena, n * sizeof(*numbers));

    if (!numbers)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        numbers[i] = (float)from[i];
    return place(work, suffix, numbers, n, &(struct shape){1, {n}}, ret);
}

static int emit_affine(struct work *work)
{
    const struct affine *by = work->head->by;
    uint32_t in[3] = {work->value};
    struct node_spec spec = {.op = OP_BATCH_NORM, .inputs = in, .n_inputs = 3};
    int r = place_numbers(work, "weights", by->scale, by->n, &in[1]);

    if (r == 0)
        r = place_numbers(work, "bias", by->shift, by->n, &in[2]);
    return r < 0 ? r : emit(work, "normalised", &spec);
}

/* The layers behind the input, from PICTURE, which a run brings, to SCALED, and what is left. */
static int emit_layers(struct work *work, const struct shape *picture, struct shape *scaled)
{
    const struct head *head = work->head;
    int r = 0;

    if (picture->dim[1] != scaled->dim[1] || picture->dim[2] != scaled->dim[2])
        r = emit_scaling(work, scaled);
    if (r == 0 && head->crop && (head->crop != scaled->dim[1] || head->crop != scaled->dim[2]))
        r = emit_crop(work, scaled);
    if (r == 0 && head->mean)
        r = emit_mean(work, scaled);
    if (r == 0 && head->by)
        r = emit_affine(work);
    return r;
}

int head_emit(struct conversion *c, struct tensor *tensor, const struct shape *shape,
              struct input_attrs *attrs, const struct head *head)
{
    const struct color_space *space = color_space_get(attrs->color_space_in);
    bool colors = space && space->color != NOT_COLORS && space->color != COLOR_BGR;
    struct work work = {.c = c, .head = head, .name = tensor->name};
    struct shape scaled, picture, brought;
    int r = check_input(c, tensor);

    if (r == 0)
        r = head_picture(c, tensor->name, head, shape, &scaled);
    if (r < 0)
        return r;
    picture = scaled;
    if (head->width) {
        picture.dim[1] = head->height;
        picture.dim[2] = head->width;
    }
    brought = picture;
    if (colors)
        r = color_shape(c, tensor->name, space, &brought);
    if (r == 0)
        r = head_emit_input(c, work.name, &brought, attrs, &work.value);
    if (r == 0 && colors)
        r = emit_colors(&work, space);
    if (r == 0)
        r = emit_layers(&work, &picture, &scaled);
    if (r < 0)
        return r;
    tensor->state = TENSOR_VALUE;
    tensor->value = work.value;
    tensor->view = head_is_channels_last(c, head) ? view_identity() : view_channel_last(4);
    tensor->shape = *shape;
    tensor->shape.dim[head_is_channels_last(c, head) ? 1 : 2] = scaled.dim[1];
    tensor->shape.dim[head_is_channels_last(c, head) ? 2 : 3] = scaled.dim[2];
    return 0;
}
