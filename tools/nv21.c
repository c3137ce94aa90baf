#include "tools/nv21.h"

#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/error.h"
#include "base/str.h"
#include "model/color_space.h"
#include "model/ops/color_convert.h"
#include "tools/raw_io.h"

/* What INPUT's colours are; NOT_COLORS if it says so, or cannot hold them. */
static int color_of(const struct net_tensor *input)
{
    const struct color_space *space = color_space_get(input->color_space);
    const uint32_t *dim = input->shape.dim;

    if (input->shape.rank != 4)
        return NOT_COLORS;
    if (dim[3] == 1 && dim[1] % 3 == 0 && dim[2] % 2 == 0)
        return !space || space->color == COLOR_NV21 ? COLOR_NV21 : NOT_COLORS;
    if (dim[3] != 3 || dim[1] % 2 || dim[2] % 2 || !space)
        return NOT_COLORS;
    return space->color == COLOR_BGR || space->color == COLOR_RGB ? space->color : NOT_COLORS;
}

int nv21_size(const struct net_tensor *input, size_t *ret, struct fault *fault)
{
    int color = color_of(input);
    char shape[STR_SHAPE_SIZE];

    if (color == NOT_COLORS)
        return fail(fault, E_BAD_PARAMS,
                    "--encoding_type nv21: input %.80s, %s, takes no picture of even sides in "
                    "nv21, BGR or RGB%s",
                    input->name, str_shape(&input->shape, shape, sizeof(shape)),
                    input->color_space < 0 ? "; the daemon does not say which it has" : "");
    *ret = input->size / sizeof(float);
    if (color != COLOR_NV21)
        *ret /= 2; /* 3 numbers a pixel against 1 1/2 */
    return 0;
}

static float cut(float v)
{
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* A row of WIDTH pixels; RED is where red stands in a pixel of Y, and blue on the other side. */
static void convert_row(const uint8_t *luma, const uint8_t *chroma, size_t width, size_t red,
                        float *y)
{
    for (size_t i = 0; i < width; i++, y += 3) {
        float v = chroma[i / 2 * 2] - 128, u = chroma[i / 2 * 2 + 1] - 128;

        y[red] = cut(luma[i] + 1.402f * v);
        y[1] = cut(luma[i] - 0.344136f * u - 0.714136f * v);
        y[2 - red] = cut(luma[i] + 1.772f * u);
    }
}

/* N pictures. */
static void convert(const uint8_t *x, const struct net_tensor *input, size_t n, float *y)
{
    size_t height = input->shape.dim[1], width = input->shape.dim[2];
    size_t red = color_of(input) == COLOR_RGB ? 0 : 2;

    for (; n > 0; n--, x += height / 2 * width)
        for (size_t row = 0; row < height; row++, x += width, y += width * 3)
            convert_row(x, x - row * width + (height + row / 2) * width, width, red, y);
}

int nv21_read(const char *path, const struct net_tensor *input, uint32_t n_parts, uint32_t element,
              struct fault *fault)
{
    float *to = (float *)input->data + input->size / sizeof(float) / n_parts * element;
    _cleanup_(freep) uint8_t *bytes = NULL;
    size_t size = 0;
    int r = nv21_size(input, &size, fault);

    if (r < 0)
        return r;
    size /= n_parts;
    bytes = malloc(size + 1);
    if (!bytes)
        return fail(fault, -ENOMEM, "out of memory");
    r = raw_io_read(path, bytes, size, fault);
    if (r < 0)
        return r;
    if (color_of(input) != COLOR_NV21)
        convert(bytes, input, input->shape.dim[0] / n_parts, to);
    for (size_t i = 0; color_of(input) == COLOR_NV21 && i < size; i++)
        to[i] = bytes[i];
    return 0;
}
