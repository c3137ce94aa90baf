/*
 * ColorConvert: a camera's pixels to a network's; layouts and numbers are in
 * model/ops/color_convert.h. A row of pixels is an item.
 */
#include "model/ops/color_convert.h"

#include "backends/cpu/prepare.h"

struct params {
    size_t height, width, channels; /* of y; of a pixel of x */
    size_t order[3];                /* where y's three are in a pixel of x; of red, green, blue */
};

static void run_packed(const struct kernel_args *args)
{
    const struct params *p = args->params;
    size_t n = args->to * p->width;
    float *y = args->out[0];

    for (size_t i = args->from * p->width; i < n; i++) {
        const float *x = (const float *)args->in[0] + i * p->channels;

        for (size_t c = 0; c < 3; c++)
            y[i * 3 + c] = x[p->order[c]];
    }
}

static float cut(float v)
{
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* Two pixels beside each other share V and U. */
static void run_nv21_row(const struct params *p, const float *luma, const float *chroma, float *y)
{
    for (size_t j = 0; j < p->width; j++, y += 3) {
        float v = chroma[j / 2 * 2] - 128, u = chroma[j / 2 * 2 + 1] - 128;
        const float rgb[3] = {
            cut(luma[j] + 1.402f * v),
            cut(luma[j] - 0.344136f * u - 0.714136f * v),
            cut(luma[j] + 1.772f * u),
        };

        for (size_t c = 0; c < 3; c++)
            y[c] = rgb[p->order[c]];
    }
}

static void run_nv21(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t row = args->from; row < args->to; row++) {
        size_t image = row / p->height, i = row % p->height;
        const float *x = (const float *)args->in[0] + image * p->height / 2 * 3 * p->width;

        run_nv21_row(p, x + i * p->width, x + (p->height + i / 2) * p->width,
                     (float *)args->out[0] + row * p->width * 3);
    }
}

static int prepare(struct prepare *p)
{
    const struct color_convert_attrs *attrs = p->node->attrs;
    const struct shape *y = &prepare_out(p, 0)->shape;
    bool blue_first = attrs->from == COLOR_BGR || attrs->from == COLOR_ARGB32;
    bool turn = blue_first != (attrs->to == COLOR_BGR);
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){.height = y->dim[1],
                              .width = y->dim[2],
                              .channels = prepare_in(p, 0)->shape.dim[3],
                              .order = {turn ? 2 : 0, 1, turn ? 0 : 2}};
    return prepare_done(p, attrs->from == COLOR_NV21 ? run_nv21 : run_packed,
                        (size_t)y->dim[0] * y->dim[1],
                        (uint64_t)y->dim[2] * (attrs->from == COLOR_NV21 ? 12 : 4));
}

const struct operation cpu_color_convert = {.prepare = prepare};
