#include "convert/caffe2/c2_image.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/error.h"

/* The operator whose first output, the pictures, is NAME; NULL: none. */
static const struct c2_op *find_image(const struct conversion *c, const char *name)
{
    const struct rows *images = &c2_source_of(c)->net->images;
    const struct c2_op *ops = images->base;

    for (uint32_t i = 0; i < images->n; i++)
        if (ops[i].outputs.n && strcmp(((const char *const *)ops[i].outputs.base)[0], name) == 0)
            return &ops[i];
    return NULL;
}

static int broken(struct conversion *c, const char *name, const char *why)
{
    return fail(c->fault, E_CONVERT_OPTION, "argument %s of ImageInput %s", name, why);
}

static int read_number(struct conversion *c, const struct c2_op *op, const char *name,
                       double preset, double *ret)
{
    const struct c2_arg *arg = c2_arg_find(op, name);

    *ret = preset;
    if (!arg)
        return 0;
    if (!arg->has_f && !arg->has_i)
        return broken(c, name, "is no number");
    *ret = arg->has_f ? (double)arg->f : (double)arg->i;
    return isfinite(*ret) ? 0 : broken(c, name, "is no number");
}

/* NAME for all channels, or NAME_per_channel for each; N of them. */
static int read_channels(struct conversion *c, const struct c2_op *op, const char *name,
                         const char *each, double preset, uint32_t n, double *ret)
{
    const struct c2_arg *arg = c2_arg_find(op, each);
    double number;
    int r = read_number(c, op, name, preset, &number);

    if (r < 0)
        return r;
    if (arg && arg->floats.n && arg->floats.n != n)
        return broken(c, each, "has not as many numbers as the input has channels");
    for (uint32_t i = 0; i < n; i++) {
        ret[i] = arg && arg->floats.n ? (double)((const float *)arg->floats.base)[i] : number;
        if (!isfinite(ret[i]))
            return broken(c, each, "holds what is no number");
    }
    return 0;
}

/* (x - mean) / std */
static int read_affine(struct conversion *c, const struct c2_op *op, uint32_t n, struct head *ret)
{
    struct affine *affine = arena_alloc(&c->arena, sizeof(*affine));
    bool changes = false;
    int r = affine ? affine_new(c, n, affine) : -ENOMEM;

    if (r == 0)
        r = read_channels(c, op, "mean", "mean_per_channel", 0, n, affine->shift);
    if (r == 0)
        r = read_channels(c, op, "std", "std_per_channel", 1, n, affine->scale);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < n; i++) {
        if (affine->scale[i] == 0)
            return broken(c, "std", "is 0");
        affine->scale[i] = 1 / affine->scale[i];
        affine->shift[i] *= -affine->scale[i];
        changes |= affine->scale[i] != 1 || affine->shift[i] != 0;
    }
    if (changes)
        ret->by = affine;
    return 0;
}

static int read_crop(struct conversion *c, const struct c2_op *op, const char *name,
                     const struct shape *picture, uint32_t *ret)
{
    double side;
    int r = read_number(c, op, "crop", 0, &side);

    if (r < 0)
        return r;
    if (side < 0 || side != floor(side))
        return broken(c, "crop", "is no size");
    if (side > picture->dim[1] || side > picture->dim[2])
        return fail(c->fault, E_CONVERT_OPTION,
                    "crop %g of ImageInput is larger than the picture, %u columns and %u rows: "
                    "-i %.80s says another",
                    side, picture->dim[2], picture->dim[1], name);
    *ret = (uint32_t)side;
    return 0;
}

/* On a GPU the operator also brings the channels in front, else that is another's work. */
static int says_channels_last(struct conversion *c, const struct c2_op *op, bool *ret)
{
    double on_gpu;
    int r = read_number(c, op, "use_gpu_transform", 0, &on_gpu);

    *ret = on_gpu == 0;
    return r;
}

int c2_image_read(struct conversion *c, const char *name, const struct shape *shape,
                  struct head *ret)
{
    const struct c2_op *op = find_image(c, name);
    struct head head = {.crop = 0};
    struct shape picture;
    int r;

    *ret = head;
    if (!op)
        return 0;
    r = says_channels_last(c, op, &head.channels_last);
    if (r == 0)
        r = head_picture(c, name, &head, shape, &picture);
    if (r == 0)
        r = read_crop(c, op, name, &picture, &head.crop);
    if (r == 0)
        r = read_affine(c, op, picture.dim[3], &head);
    if (r == 0)
        *ret = head;
    return r;
}
