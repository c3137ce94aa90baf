#include <errno.h>
#include <spng.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/picture_codec.h"

#define CHUNK_MOST ((size_t)16 << 20)

DEFINE_CLEANUP(spng_ctx *, spng_ctx_free);

static int damaged(int error, const char *path, struct fault *fault)
{
    return fail(fault, error == SPNG_EMEM ? -ENOMEM : E_BAD_PARAMS,
                "%.120s: damaged or no PNG that can be read: %.100s", path, spng_strerror(error));
}

static int decode(spng_ctx *png, const char *path, struct picture *ret, struct fault *fault)
{
    struct spng_ihdr head;
    int error = spng_get_ihdr(png, &head);
    int r;

    if (error)
        return damaged(error, path, fault);
    r = picture_new(head.width, head.height, 3, ret);
    if (r < 0)
        return fail(fault, r, "%.120s: %ux%u pixels: %s", path, head.width, head.height,
                    error_get(r).text);
    error =
        spng_decode_image(png, ret->pixels, (size_t)head.width * head.height * 3, SPNG_FMT_RGB8, 0);
    if (!error)
        return 0;
    picture_done(ret);
    return damaged(error, path, fault);
}

int picture_decode_png(const void *bytes, size_t size, const char *path, struct picture *ret,
                       struct fault *fault)
{
    _cleanup_(spng_ctx_freep) spng_ctx *png = spng_ctx_new(0);
    int error;

    if (!png)
        return fail(fault, -ENOMEM, "%.180s: out of memory", path);
    error = spng_set_chunk_limits(png, CHUNK_MOST, 2 * CHUNK_MOST);
    if (!error)
        error = spng_set_png_buffer(png, bytes, size);
    return error ? damaged(error, path, fault) : decode(png, path, ret, fault);
}

static int encode(spng_ctx *png, const struct picture *picture)
{
    struct spng_ihdr head = {.width = picture->width,
                             .height = picture->height,
                             .bit_depth = 8,
                             .color_type = SPNG_COLOR_TYPE_TRUECOLOR};
    int error = spng_set_option(png, SPNG_ENCODE_TO_BUFFER, 1);

    if (!error)
        error = spng_set_ihdr(png, &head);
    if (!error)
        error =
            spng_encode_image(png, picture->pixels, (size_t)picture->width * picture->height * 3,
                              SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
    return error;
}

int picture_encode_png(const struct picture *picture, struct buf *out)
{
    _cleanup_(spng_ctx_freep) spng_ctx *png = spng_ctx_new(SPNG_CTX_ENCODER);
    _cleanup_(freep) void *bytes = NULL;
    int error = png ? encode(png, picture) : SPNG_EMEM;
    size_t size = 0;

    if (!error)
        bytes = spng_get_png_buffer(png, &size, &error);
    if (error)
        return error == SPNG_EMEM ? -ENOMEM : -EIO;
    return buf_append(out, bytes, size);
}
