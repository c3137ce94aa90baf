#include "examples/camera/pixels.h"

#include <string.h>

size_t pixels_stride(enum pixels format, int width)
{
    return (size_t)width * (format == PIXELS_RGB ? 3 : format == PIXELS_YUYV ? 2 : 1);
}

size_t pixels_size(enum pixels format, int width, int height, size_t stride)
{
    (void)width;
    if (format == PIXELS_JPEG)
        return 0;
    return format == PIXELS_NV12 ? stride * (size_t)height * 3 / 2 : stride * (size_t)height;
}

static uint8_t clamp(int value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* ITU-R BT.601, studio range, in 8 fractional bits: 255/219 = 298/256, and so on. */
static void put(uint8_t *to, int y, int u, int v)
{
    int c = 298 * (y - 16) + 128, d = u - 128, e = v - 128;

    to[0] = clamp((c + 409 * e) >> 8);
    to[1] = clamp((c - 100 * d - 208 * e) >> 8);
    to[2] = clamp((c + 516 * d) >> 8);
}

static void yuyv_line(const uint8_t *from, int width, uint8_t *to)
{
    for (int x = 0; x + 1 < width; x += 2, from += 4, to += 6) {
        put(to, from[0], from[1], from[3]);
        put(to + 3, from[2], from[1], from[3]);
    }
}

static void nv12_line(const uint8_t *y, const uint8_t *uv, int width, uint8_t *to)
{
    for (int x = 0; x < width; x++, to += 3)
        put(to, y[x], uv[x / 2 * 2], uv[x / 2 * 2 + 1]);
}

void pixels_to_rgb(enum pixels format, const uint8_t *from, int width, int height, size_t stride,
                   uint8_t *to)
{
    const uint8_t *colours = from + stride * (size_t)height;

    for (int y = 0; y < height; y++, to += (size_t)width * 3) {
        const uint8_t *line = from + stride * (size_t)y;

        if (format == PIXELS_YUYV)
            yuyv_line(line, width, to);
        else if (format == PIXELS_NV12)
            nv12_line(line, colours + stride * (size_t)(y / 2), width, to);
        else
            memcpy(to, line, (size_t)width * 3);
    }
}
