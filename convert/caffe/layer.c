#include "convert/caffe/layer.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "convert/numbers.h"

#define WAY_WEIGHTS "give the caffemodel that belongs to this prototxt with -b"

uint32_t layer_n_blobs(const struct conversion *c)
{
    const struct rows *blobs = caffe_layer_of(c->node)->blobs;

    return blobs ? blobs->n : 0;
}

size_t layer_blob_count(const struct caffe_blob *blob)
{
    return blob->n_f32s + blob->n_f64s;
}

/* "2x3" */
static void print_dims(const struct caffe_blob *blob, char *out, size_t size)
{
    const int64_t *dims = blob->dims.base;
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < blob->dims.n && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%" PRId64, i ? "x" : "", dims[i]);
}

/* Do its sizes say as many numbers as it has? */
static int check_dims(struct conversion *c, const struct caffe_blob *blob, const char *what)
{
    const int64_t *dims = blob->dims.base;
    uint64_t n = 1, count = layer_blob_count(blob);
    char text[64];

    for (uint32_t i = 0; i < blob->dims.n; i++)
        if (__builtin_mul_overflow(n, (uint64_t)dims[i], &n))
            n = UINT64_MAX;
    if (n == count || blob->dims.n == 0)
        return 0;
    print_dims(blob, text, sizeof(text));
    return conversion_unsupported(c, "the caffemodel is damaged: get it again",
                                  "%s are %s by their shape, but %" PRIu64 " numbers", what, text,
                                  count);
}

/* Number I of BYTES, which need not be aligned. */
static double number_at(const uint8_t *bytes, bool is_double, size_t i)
{
    double wide;
    float number;

    if (is_double) {
        memcpy(&wide, bytes + i * sizeof(wide), sizeof(wide));
        return wide;
    }
    memcpy(&number, bytes + i * sizeof(number), sizeof(number));
    return number;
}

/* The first number of PIECE that is none, or its count. */
static size_t find_wrong(const struct bytes *piece, bool is_double)
{
    size_t n = piece->size / (is_double ? sizeof(double) : sizeof(float)), i = 0;

    while (i < n && isfinite(number_at(piece->base, is_double, i)))
        i++;
    return i;
}

static int check_finite(struct conversion *c, const struct caffe_blob *blob, const char *what)
{
    const struct rows *lists[] = {&blob->f32s, &blob->f64s};

    for (size_t k = 0; k < 2; k++)
        for (uint32_t i = 0; i < lists[k]->n; i++) {
            const struct bytes *piece = &((const struct bytes *)lists[k]->base)[i];
            size_t size = k ? sizeof(double) : sizeof(float);
            size_t at = find_wrong(piece, k == 1);

            if (at < piece->size / size)
                return conversion_unsupported(c, "train it again, or get the caffemodel again",
                                              "number %zu of %s is infinite or none", at, what);
        }
    return 0;
}

int layer_blob(struct conversion *c, uint32_t i, const char *what, uint64_t n,
               const struct caffe_blob **ret)
{
    const struct rows *blobs = caffe_layer_of(c->node)->blobs;
    const struct caffe_blob *blob;
    int r;

    if (!caffe_source_of(c)->has_weights)
        return conversion_unsupported(c, WAY_WEIGHTS, "it needs weights");
    if (!blobs)
        return conversion_unsupported(c, WAY_WEIGHTS,
                                      "the caffemodel has no weights for a layer of that name");
    if (i >= blobs->n)
        return conversion_unsupported(c, WAY_WEIGHTS, "the caffemodel lacks %s", what);
    blob = &((const struct caffe_blob *)blobs->base)[i];
    r = check_dims(c, blob, what);
    if (r == 0)
        r = check_finite(c, blob, what);
    if (r == 0 && layer_blob_count(blob) != n)
        r = conversion_unsupported(
            c, WAY_WEIGHTS, "%s are %zu numbers in the caffemodel, and %" PRIu64 " by the prototxt",
            what, layer_blob_count(blob), n);
    if (r == 0)
        *ret = blob;
    return r;
}

/* The blob in one piece; *RET_DOUBLE: of doubles. */
static int gather(struct conversion *c, const struct caffe_blob *blob, const uint8_t **ret,
                  bool *ret_double)
{
    const struct rows *pieces = blob->n_f32s ? &blob->f32s : &blob->f64s;
    const struct bytes *bytes = pieces->base;
    size_t size = blob->n_f32s ? blob->n_f32s * sizeof(float) : blob->n_f64s * sizeof(double);
    uint8_t *to;
    int r;

    *ret_double = !blob->n_f32s;
    if (pieces->n == 1) {
        *ret = bytes->base;
        return 0;
    }
    r = conversion_charge(c, size);
    if (r < 0)
        return r;
    to = arena_alloc(&c->arena, size + 1);
    if (!to)
        return -ENOMEM;
    *ret = to;
    for (uint32_t i = 0; i < pieces->n; i++) {
        memcpy(to, bytes[i].base, bytes[i].size);
        to += bytes[i].size;
    }
    return 0;
}

/* A constant called LAYER.SUFFIX. */
static int add_constant(struct conversion *c, const char *suffix, const struct shape *shape,
                        struct blob *take_blob, uint32_t *ret)
{
    char name[MESSAGE_TEXT_MAX + 64];

    snprintf(name, sizeof(name), "%s.%s", conversion_label(c->node), suffix);
    return conversion_add_constant(c, name, shape, take_blob, ret);
}

static int new_numbers(struct conversion *c, size_t n, struct blob **ret)
{
    int r = conversion_charge(c, n * sizeof(float));

    if (r < 0)
        return r;
    *ret = blob_new(n * sizeof(float));
    return *ret ? 0 : -ENOMEM;
}

int layer_lay_out(struct conversion *c, const struct caffe_blob *blob, struct walk *walk,
                  const struct shape *shape, const char *suffix, uint32_t *ret)
{
    size_t n = shape_elements(shape);
    const uint8_t *bytes;
    struct blob *made = NULL;
    bool is_double;
    float *to;
    int r = gather(c, blob, &bytes, &is_double);

    if (r == 0)
        r = new_numbers(c, n, &made);
    if (r < 0)
        return r;
    to = blob_base(made);
    for (size_t i = 0; i < n; i++, walk_next(walk))
        to[i] = (float)number_at(bytes, is_double, (size_t)walk->offset);
    return add_constant(c, suffix, shape, made, ret);
}

int layer_numbers(struct conversion *c, const struct caffe_blob *blob, size_t n, const double **ret)
{
    const uint8_t *bytes;
    bool is_double;
    double *to;
    int r = gather(c, blob, &bytes, &is_double);

    if (r == 0)
        r = conversion_charge(c, n * sizeof(*to));
    if (r < 0)
        return r;
    to = arena_alloc(&c->arena, n * sizeof(*to) + 1);
    if (!to)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        to[i] = number_at(bytes, is_double, i);
    *ret = to;
    return 0;
}

int layer_place(struct conversion *c, const double *from, uint32_t n, const char *suffix,
                uint32_t *ret)
{
    struct blob *blob;
    float *to;
    int r = new_numbers(c, n, &blob);

    if (r < 0)
        return r;
    to = blob_base(blob);
    for (uint32_t i = 0; i < n; i++)
        to[i] = (float)from[i];
    return add_constant(c, suffix, &(struct shape){1, {n}}, blob, ret);
}

int layer_place_number(struct conversion *c, const char *suffix, float number, uint32_t n,
                       uint32_t *ret)
{
    struct blob *blob = NULL;
    float *to;
    int r = new_numbers(c, n, &blob);

    if (r < 0)
        return r;
    to = blob_base(blob);
    for (uint32_t i = 0; i < n; i++)
        to[i] = number;
    return add_constant(c, suffix, &(struct shape){1, {n}}, blob, ret);
}

int layer_place_bias(struct conversion *c, uint32_t i, bool has, uint32_t n, uint32_t *ret)
{
    struct walk walk = {.shape = {1, {n}}, .stride = {1}};
    const struct caffe_blob *blob;
    int r;

    if (!has)
        return layer_place_number(c, "bias", 0, n, ret);
    r = layer_blob(c, i, "the biases", n, &blob);
    return r < 0 ? r : layer_lay_out(c, blob, &walk, &walk.shape, "bias", ret);
}
