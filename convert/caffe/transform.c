#include "convert/caffe/transform.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe/mean.h"

/* Where it stands: in a message of its own, before which it was among the rest of a data layer. */
static const char *const messages[] = {"transform_param", "data_param", "image_data_param",
                                       "window_data_param"};

static const struct pbtext_field *find(const struct caffe_input *input, const char *name)
{
    const struct pbtext_field *field = NULL;

    for (size_t i = 0; !field && i < ARRAY_SIZE(messages); i++)
        field = pbtext_find(pbtext_find(input->layer, messages[i]), name);
    return field;
}

static int broken(struct conversion *c, const struct pbtext_field *field, const char *why)
{
    return fail(c->fault, E_CONVERT_SYNTAX, "line %u: \"%.60s\" %s", field->line, field->name, why);
}

static int read_real(struct conversion *c, const struct pbtext_field *field, double *ret)
{
    double number;

    if (pbtext_real(field, &number) < 0 || !isfinite(number))
        return broken(c, field, "is no number");
    *ret = number;
    return 0;
}

/* PICTURE, then, has the sizes that are left. */
static int read_crop(struct conversion *c, const struct caffe_input *input, struct shape *picture,
                     uint32_t *ret)
{
    const struct pbtext_field *field = find(input, "crop_size");
    int64_t side = 0;

    if (!field)
        return 0;
    if (pbtext_whole(field, &side) < 0 || side < 0)
        return broken(c, field, "is no size");
    if (side > picture->dim[1] || side > picture->dim[2])
        return fail(c->fault, E_CONVERT_OPTION,
                    "line %u: crop_size %lld is larger than the picture, %u columns and %u rows: "
                    "-d %.80s says another",
                    field->line, (long long)side, picture->dim[2], picture->dim[1], input->name);
    if (side)
        picture->dim[1] = picture->dim[2] = (uint32_t)side;
    *ret = (uint32_t)side;
    return 0;
}

/* A number to subtract from each channel: one for all of them, or as many as there are. */
static int read_means(struct conversion *c, const struct caffe_input *input, struct affine *affine)
{
    const struct pbtext_field *field = find(input, "mean_value"), *first = field;
    uint32_t n = 0;
    double mean = 0;
    int r = 0;

    for (; r == 0 && field; field = pbtext_next(field), n++) {
        r = read_real(c, field, &mean);
        if (r == 0 && n < affine->n)
            affine->shift[n] = -mean;
    }
    if (r < 0)
        return r;
    for (uint32_t i = 1; n == 1 && i < affine->n; i++)
        affine->shift[i] = -mean;
    if (n > 1 && n != affine->n)
        return fail(c->fault, E_CONVERT_SYNTAX,
                    "line %u: mean_value stands %u times, and the input has %u channels",
                    first->line, n, affine->n);
    return 0;
}

/* mean_value and scale: (x - mean) * scale. */
static int read_affine(struct conversion *c, const struct caffe_input *input, uint32_t channels,
                       struct head *ret)
{
    const struct pbtext_field *field = find(input, "scale");
    struct affine *affine = arena_alloc(&c->arena, sizeof(*affine));
    double scale = 1;
    int r = affine ? affine_new(c, channels, affine) : -ENOMEM;

    if (r == 0)
        r = read_means(c, input, affine);
    if (r == 0 && field)
        r = read_real(c, field, &scale);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < channels; i++) {
        affine->scale[i] = scale;
        affine->shift[i] *= scale;
    }
    if (scale != 1 || find(input, "mean_value"))
        ret->by = affine;
    return 0;
}

/* The part of MEAN that lies over PICTURE, its channels last. */
static int lay_out(struct conversion *c, const struct caffe_mean *mean, const struct shape *picture,
                   const float **ret)
{
    uint32_t height = picture->dim[1], width = picture->dim[2], n = mean->channels;
    uint32_t top = (mean->height - height) / 2, left = (mean->width - width) / 2;
    float *v = arena_alloc(&c->arena, (size_t)height * width * n * sizeof(*v)), *to = v;

    if (!v)
        return -ENOMEM;
    for (uint32_t i = 0; i < height; i++)
        for (uint32_t j = 0; j < width; j++)
            for (uint32_t k = 0; k < n; k++)
                *to++ = mean->v[((size_t)k * mean->height + top + i) * mean->width + left + j];
    *ret = v;
    return 0;
}

/* A mean image is as large as the picture, and cut with it; or as what is left of that. */
static int read_mean_file(struct conversion *c, const struct caffe_input *input,
                          const struct shape *picture, const struct shape *cut, struct head *ret)
{
    const struct pbtext_field *field = find(input, "mean_file");
    struct caffe_mean mean;
    int r;

    if (!field)
        return 0;
    if (!field->text || !*field->text)
        return broken(c, field, "is no name");
    if (find(input, "mean_value"))
        return broken(c, field, "and mean_value cannot both be said");
    r = caffe_mean_open(c->options, field->text, field->line, &c->arena, &mean, c->fault);
    if (r < 0)
        return r;
    if (mean.channels != picture->dim[3] ||
        !((mean.height == picture->dim[1] && mean.width == picture->dim[2]) ||
          (mean.height == cut->dim[1] && mean.width == cut->dim[2])))
        return fail(c->fault, E_CONVERT_OPTION,
                    "line %u: the mean image is %ux%u of %u channels, the picture %ux%u of %u: "
                    "-d %.80s says another",
                    field->line, mean.width, mean.height, mean.channels, picture->dim[2],
                    picture->dim[1], picture->dim[3], input->name);
    return lay_out(c, &mean, cut, &ret->mean);
}

int caffe_transform_read(struct conversion *c, const struct caffe_input *input,
                         const struct shape *shape, struct head *ret)
{
    struct shape picture, cut;
    struct head head = {
        .width = c->options->picture_width,
        .height = c->options->picture_height,
    };
    int r = 0;

    *ret = (struct head){.crop = 0};
    if (shape->rank != 4)
        return 0;
    picture = cut = (struct shape){4, {shape->dim[0], shape->dim[2], shape->dim[3], shape->dim[1]}};
    r = read_crop(c, input, &cut, &head.crop);
    if (r == 0)
        r = read_mean_file(c, input, &picture, &cut, &head);
    if (r == 0)
        r = read_affine(c, input, picture.dim[3], &head);
    if (r == 0)
        *ret = head;
    return r;
}
