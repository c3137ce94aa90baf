#include "convert/caffe/mean.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "convert/beside.h"
#include "convert/caffe/weights.h"

#define FILE_MOST ((size_t)64 << 20) /* bytes: 2364 by 2364 pixels of three floats */

/* [C,H,W] of a blob, in front of which may be ones. */
static int read_sizes(const struct caffe_blob *blob, struct caffe_mean *ret, struct fault *fault)
{
    const int64_t *dims = blob->dims.base;
    uint32_t first = blob->dims.n < 3 ? 0 : blob->dims.n - 3;
    uint64_t n = 1, have = blob->n_f32s + blob->n_f64s;

    for (uint32_t i = 0; i < blob->dims.n; i++)
        if (dims[i] < 1 || (i < first && dims[i] != 1) ||
            __builtin_mul_overflow(n, (uint64_t)dims[i], &n))
            n = 0;
    if (blob->dims.n < 3 || n == 0)
        return fail(fault, E_CONVERT_SYNTAX,
                    "the binaryproto is no mean image: it has no channels, height and width of one "
                    "picture");
    if (n != have)
        return fail(fault, E_CONVERT_SYNTAX,
                    "the binaryproto is damaged: its sizes say %llu numbers, and it holds %llu",
                    (unsigned long long)n, (unsigned long long)have);
    ret->channels = (uint32_t)dims[first];
    ret->height = (uint32_t)dims[first + 1];
    ret->width = (uint32_t)dims[first + 2];
    return 0;
}

/* The numbers of PIECES, of SIZE bytes each, behind the first AT of TO. */
static size_t copy_numbers(const struct rows *pieces, size_t size, float *to, size_t at)
{
    for (uint32_t i = 0; i < pieces->n; i++) {
        const struct bytes *piece = &((const struct bytes *)pieces->base)[i];

        for (size_t k = 0; k < piece->size / size; k++) {
            double wide;
            float number;

            memcpy(size == sizeof(wide) ? (void *)&wide : &number, piece->base + k * size, size);
            to[at++] = size == sizeof(wide) ? (float)wide : number;
        }
    }
    return at;
}

int caffe_mean_read(const void *bytes, size_t size, struct arena *arena, struct caffe_mean *ret,
                    struct fault *fault)
{
    struct caffe_mean mean;
    struct caffe_blob blob;
    size_t n;
    float *v;
    int r = caffe_blob_read(bytes, size, arena, &blob, fault);

    if (r == 0)
        r = read_sizes(&blob, &mean, fault);
    if (r < 0)
        return r;
    v = arena_alloc(arena, (blob.n_f32s + blob.n_f64s) * sizeof(*v));
    if (!v)
        return -ENOMEM;
    n = copy_numbers(&blob.f64s, sizeof(double), v, copy_numbers(&blob.f32s, sizeof(float), v, 0));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i]))
            return fail(fault, E_CONVERT_SYNTAX,
                        "number %zu of the mean image is infinite or none: make the file anew", i);
    mean.v = v;
    *ret = mean;
    return 0;
}

static int read_fd(int fd, uint64_t size, struct arena *arena, const char *name,
                   struct caffe_mean *ret, struct fault *fault)
{
    void *bytes;
    int r;

    if (size > FILE_MOST)
        return fail(fault, E_TOO_LARGE, "mean_file %.80s has more than 64 MiB", name);
    bytes = arena_alloc(arena, size + 1);
    if (!bytes)
        return -ENOMEM;
    r = beside_read(fd, 0, bytes, size);
    if (r < 0)
        return fail(fault, E_CONVERT_OPTION, "mean_file %.80s cannot be read: %s", name,
                    beside_error(r));
    return caffe_mean_read(bytes, size, arena, ret, fault);
}

int caffe_mean_open(const struct convert_options *options, const char *path, uint32_t line,
                    struct arena *arena, struct caffe_mean *ret, struct fault *fault)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    uint64_t size;
    int fd, r;

    if (!options->folder || !*name)
        return fail(fault, E_CONVERT_OPTION, "line %u: mean_file \"%.80s\" names no file beside it",
                    line, path);
    fd = beside_open(options, name, &size);
    if (fd < 0)
        return fail(fault, E_CONVERT_OPTION,
                    "line %u: mean_file: %.80s beside the prototxt: %s; put it there, or write its "
                    "means as mean_value",
                    line, name, beside_error(fd));
    r = read_fd(fd, size, arena, name, ret, fault);
    close(fd);
    return r;
}
