#include "tools/picture.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "tools/file.h"
#include "tools/picture_codec.h"

#define FILE_MOST ((size_t)256 << 20)

static const uint8_t png_magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

int picture_new(uint32_t width, uint32_t height, uint32_t channels, struct picture *ret)
{
    struct picture picture = {width, height, channels, NULL};

    if (width == 0 || height == 0 || width > PICTURE_SIDE_MOST || height > PICTURE_SIDE_MOST ||
        (uint64_t)width * height > PICTURE_PIXELS_MOST)
        return -EFBIG;
    picture.pixels = mem_alloc((size_t)width * height * channels);
    if (!picture.pixels)
        return -ENOMEM;
    *ret = picture;
    return 0;
}

void picture_done(struct picture *picture)
{
    mem_free(picture->pixels);
    picture->pixels = NULL;
}

int picture_decode(const void *bytes, size_t size, const char *path, struct picture *ret,
                   struct fault *fault)
{
    const uint8_t *byte = bytes;

    if (size >= 3 && byte[0] == 0xff && byte[1] == 0xd8 && byte[2] == 0xff)
        return picture_decode_jpeg(bytes, size, path, ret, fault);
    if (size >= sizeof(png_magic) && memcmp(bytes, png_magic, sizeof(png_magic)) == 0)
        return picture_decode_png(bytes, size, path, ret, fault);
    return fail(fault, E_BAD_PARAMS, "%.180s: neither a JPEG nor a PNG picture", path);
}

int picture_read(const char *path, struct picture *ret, struct fault *fault)
{
    void *bytes;
    size_t size;
    int r = file_read(path, FILE_MOST, &bytes, &size, fault);

    if (r < 0)
        return r;
    r = picture_decode(bytes, size, path, ret, fault);
    mem_free(bytes);
    return r;
}

void picture_make_grey(struct picture *picture)
{
    const uint8_t *from = picture->pixels;
    size_t n = (size_t)picture->width * picture->height;

    if (picture->channels == 1)
        return;
    for (size_t i = 0; i < n; i++, from += 3) /* 0.299, 0.587, 0.114 in 16 bits */
        picture->pixels[i] =
            (uint8_t)((from[0] * 19595u + from[1] * 38470u + from[2] * 7471u + 0x8000u) >> 16);
    picture->channels = 1;
}

void picture_crop_centre(struct picture *picture, uint32_t width, uint32_t height)
{
    size_t pixel = picture->channels, row = width * pixel;
    size_t left = (picture->width - width) / 2, top = (picture->height - height) / 2;

    for (size_t y = 0; y < height; y++)
        memmove(picture->pixels + y * row,
                picture->pixels + ((top + y) * picture->width + left) * pixel, row);
    picture->width = width;
    picture->height = height;
}

int picture_write(const struct picture *picture, const char *path, struct fault *fault)
{
    size_t length = strlen(path);
    bool png = length >= 4 && strcasecmp(path + length - 4, ".png") == 0;
    _cleanup_(buf_done) struct buf bytes = {0};
    int r = png ? picture_encode_png(picture, &bytes) : picture_encode_jpeg(picture, &bytes);

    if (r < 0)
        return fail(fault, r, "%.180s: the picture cannot be packed: %s", path, error_get(r).text);
    return file_write(path, bytes.base, bytes.size, fault);
}
