#include <errno.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/prepare.h"

static int too_much(const char *path, int code, struct fault *fault)
{
    return fail(fault, code, "%.150s: cannot be scaled to that size: %s", path,
                error_get(code).text);
}

/* The sides that --size or --short-side want; the longer one is cut to whole pixels, as
 * torchvision's Resize does. */
static void target_size(const struct prepare_spec *spec, const struct picture *picture,
                        uint32_t *width, uint32_t *height)
{
    uint64_t w = picture->width, h = picture->height, side = spec->short_side;

    *width = spec->width ? spec->width : (uint32_t)w;
    *height = spec->height ? spec->height : (uint32_t)h;
    if (!side)
        return;
    w = w <= h ? side : w * side / h;
    h = picture->width <= picture->height ? h * side / picture->width : side;
    *width = w > PICTURE_SIDE_MOST ? 0 : (uint32_t)w; /* 0 is refused as a size */
    *height = h > PICTURE_SIDE_MOST ? 0 : (uint32_t)h;
}

static int scale(const struct prepare_spec *spec, const char *path, struct picture *picture,
                 struct fault *fault)
{
    struct picture scaled;
    uint32_t width, height;
    int r;

    target_size(spec, picture, &width, &height);
    if (width == picture->width && height == picture->height)
        return 0;
    r = picture_resize(picture, width, height, &scaled);
    if (r < 0)
        return too_much(path, r, fault);
    picture_done(picture);
    *picture = scaled;
    return 0;
}

static int crop(const struct prepare_spec *spec, const char *path, struct picture *picture,
                struct fault *fault)
{
    if (!spec->crop_width)
        return 0;
    if (spec->crop_width > picture->width || spec->crop_height > picture->height)
        return fail(fault, E_BAD_PARAMS,
                    "%.120s: is %ux%u by now: %ux%u cannot be cut out of it; --short-side makes it "
                    "larger",
                    path, picture->width, picture->height, spec->crop_width, spec->crop_height);
    picture_crop_centre(picture, spec->crop_width, spec->crop_height);
    return 0;
}

static void put(const struct prepare_spec *spec, uint8_t byte, uint32_t channel, size_t at,
                unsigned char *to)
{
    if (spec->bytes)
        to[at] = byte;
    else
        ((float *)(void *)to)[at] = ((float)byte - spec->mean[channel]) * spec->scale;
}

static void fill(const struct prepare_spec *spec, const struct picture *picture, unsigned char *to)
{
    size_t n = (size_t)picture->width * picture->height, channels = picture->channels;
    bool reversed = spec->order == PREPARE_BGR;

    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < channels; c++)
            put(spec, picture->pixels[i * channels + (reversed ? channels - 1 - c : c)],
                (uint32_t)c, spec->planar ? c * n + i : i * channels + c, to);
}

int prepare_picture(const struct prepare_spec *spec, const char *path, struct buf *out,
                    struct fault *fault)
{
    _cleanup_(picture_done) struct picture picture = {0};
    size_t size;
    int r = picture_read(path, &picture, fault);

    if (r == 0 && spec->order == PREPARE_GREY)
        picture_make_grey(&picture);
    if (r == 0)
        r = scale(spec, path, &picture, fault);
    if (r == 0)
        r = crop(spec, path, &picture, fault);
    if (r < 0)
        return r;
    size = (size_t)picture.width * picture.height * picture.channels * (spec->bytes ? 1 : 4);
    r = buf_reserve(out, size);
    if (r < 0)
        return fail(fault, r, "%.150s: out of memory", path);
    fill(spec, &picture, out->base + out->size);
    out->size += size;
    return 0;
}
