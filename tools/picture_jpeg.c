#include <errno.h>
#include <turbojpeg.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/picture_codec.h"

#define QUALITY 92

static void destroyp(tjhandle *jpeg)
{
    if (*jpeg)
        tjDestroy(*jpeg);
}

static int damaged(tjhandle jpeg, const char *path, struct fault *fault)
{
    return fail(fault, E_BAD_PARAMS, "%.120s: damaged or no JPEG that can be read: %.100s", path,
                tjGetErrorStr2(jpeg));
}

/* Any complaint of the library counts, a file cut short too: half a picture is no input. */
static int decode(tjhandle jpeg, const void *bytes, size_t size, const char *path,
                  struct picture *ret, struct fault *fault)
{
    int width = 0, height = 0, sampling, colours, r;

    if (tjDecompressHeader3(jpeg, bytes, size, &width, &height, &sampling, &colours) < 0)
        return damaged(jpeg, path, fault);
    if (width < 1 || height < 1) /* tables and no picture behind them are no error to it */
        return fail(fault, E_BAD_PARAMS,
                    "%.120s: damaged or no JPEG that can be read: it ends "
                    "before the picture begins",
                    path);
    r = picture_new((uint32_t)width, (uint32_t)height, 3, ret);
    if (r < 0)
        return fail(fault, r, "%.120s: %dx%d pixels: %s", path, width, height, error_get(r).text);
    if (tjDecompress2(jpeg, bytes, size, ret->pixels, width, 0, height, TJPF_RGB,
                      TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) == 0)
        return 0;
    picture_done(ret);
    return damaged(jpeg, path, fault);
}

int picture_decode_jpeg(const void *bytes, size_t size, const char *path, struct picture *ret,
                        struct fault *fault)
{
    _cleanup_(destroyp) tjhandle jpeg = tjInitDecompress();

    if (!jpeg)
        return fail(fault, -ENOMEM, "%.180s: out of memory", path);
    return decode(jpeg, bytes, size, path, ret, fault);
}

int picture_encode_jpeg(const struct picture *picture, struct buf *out)
{
    _cleanup_(destroyp) tjhandle jpeg = tjInitCompress();
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    int r;

    if (!jpeg)
        return -ENOMEM;
    r = tjCompress2(jpeg, picture->pixels, (int)picture->width, 0, (int)picture->height, TJPF_RGB,
                    &bytes, &size, TJSAMP_444, QUALITY, TJFLAG_ACCURATEDCT);
    r = r < 0 ? -EIO : buf_append(out, bytes, size);
    tjFree(bytes);
    return r;
}
