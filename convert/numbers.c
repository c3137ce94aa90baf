#include "convert/numbers.h"

#include <errno.h>

#include "base/error.h"

int numbers_count(struct conversion *c, const struct shape *shape, size_t *ret)
{
    size_t n = 1;

    for (uint32_t i = 0; i < shape->rank; i++)
        if (shape->dim[i] == 0) {
            *ret = 0;
            return 0;
        }
    for (uint32_t i = 0; i < shape->rank; i++) {
        n *= shape->dim[i]; /* both below 2^32: it fits */
        if (n > SHAPE_BYTES_MAX / sizeof(float))
            return fail(c->fault, E_TOO_LARGE,
                        "node \"%.80s\": a constant of more than %zu numbers",
                        conversion_label(c->node), SHAPE_BYTES_MAX / sizeof(float));
    }
    *ret = n;
    return 0;
}

/* Room for N numbers of SIZE bytes; never NULL for none. */
static int allocate(struct conversion *c, size_t n, size_t size, void **ret)
{
    int r = conversion_charge(c, n * size);

    if (r < 0)
        return r;
    *ret = arena_alloc(&c->arena, n ? n * size : 1);
    return *ret ? 0 : -ENOMEM;
}

int numbers_new_f32(struct conversion *c, const struct shape *shape, struct numbers *ret,
                    float **ret_data)
{
    struct numbers numbers = {.shape = *shape, .is_float = true};
    void *data = NULL;
    int r = numbers_count(c, shape, &numbers.n);

    if (r == 0)
        r = allocate(c, numbers.n, sizeof(float), &data);
    if (r < 0)
        return r;
    numbers.f32 = data;
    *ret_data = data;
    *ret = numbers;
    return 0;
}

int numbers_new_whole(struct conversion *c, const struct shape *shape, struct numbers *ret,
                      int64_t **ret_data)
{
    struct numbers numbers = {.shape = *shape};
    void *data = NULL;
    int r = numbers_count(c, shape, &numbers.n);

    if (r == 0)
        r = allocate(c, numbers.n, sizeof(int64_t), &data);
    if (r < 0)
        return r;
    numbers.whole = data;
    *ret_data = data;
    *ret = numbers;
    return 0;
}

int numbers_read(struct conversion *c, const struct shape *shape, enum raw raw, const void *from,
                 struct numbers *ret)
{
    int64_t *whole;
    float *f32;
    int r = raw_is_float(raw) ? numbers_new_f32(c, shape, ret, &f32)
                              : numbers_new_whole(c, shape, ret, &whole);

    if (r < 0)
        return r;
    if (raw_is_float(raw))
        raw_read_floats(raw, from, ret->n, f32);
    else
        raw_read_whole(raw, from, ret->n, whole);
    return 0;
}

int numbers_scaled(struct conversion *c, struct tensor *tensor, double scale, struct tensor **ret)
{
    const struct numbers *from;
    struct numbers *to = arena_alloc(&c->arena, sizeof(*to));
    struct tensor *copy = arena_copy(&c->arena, tensor, sizeof(*tensor));
    float *f32;
    int r = to && copy ? conversion_numbers(c, tensor, &from) : -ENOMEM;

    if (r == 0)
        r = numbers_new_f32(c, &from->shape, to, &f32);
    if (r < 0)
        return r;
    for (size_t i = 0; i < from->n; i++)
        f32[i] = (float)(numbers_at(from, i) * scale);
    copy->numbers = to;
    copy->layouts = (struct rows){0};
    *ret = copy;
    return 0;
}

int numbers_lay_out(struct conversion *c, const struct numbers *numbers, struct walk *walk,
                    float scale, struct blob **ret)
{
    size_t n = numbers->n;
    struct blob *blob;
    float *to;
    int r = conversion_charge(c, n * sizeof(*to));

    if (r < 0)
        return r;
    blob = blob_new(n * sizeof(*to));
    if (!blob)
        return -ENOMEM;
    to = blob_base(blob);
    for (size_t i = 0; i < n; i++, walk_next(walk))
        to[i] = numbers->is_float ? numbers->f32[walk->offset] * scale
                                  : (float)numbers->whole[walk->offset] * scale;
    *ret = blob;
    return 0;
}

/* The axis of WALK that goes along AXIS of NUMBERS; the rank of WALK if none does. */
static uint32_t find_axis(const struct numbers *numbers, uint32_t axis, const struct walk *walk)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];
    uint32_t i = 0;

    walk_strides(&numbers->shape, stride);
    while (i < walk->shape.rank &&
           (walk->stride[i] != stride[axis] || walk->shape.dim[i] != numbers->shape.dim[axis]))
        i++;
    return i;
}

static int place_codes(struct conversion *c, const char *base, const struct numbers *numbers,
                       struct walk *walk, uint32_t axis, uint32_t *ret)
{
    int r = conversion_charge(c, numbers->n);
    struct blob *blob;
    uint8_t *to;

    if (r < 0)
        return r;
    blob = blob_new(numbers->n);
    if (!blob)
        return -ENOMEM;
    to = blob_base(blob);
    for (size_t i = 0; i < numbers->n; i++, walk_next(walk))
        to[i] = numbers->codes->v[walk->offset];
    return conversion_add_codes(c, base, &walk->shape, blob, numbers->codes, axis, ret);
}

int numbers_place(struct conversion *c, const char *base, const struct numbers *numbers,
                  struct walk *walk, float scale, uint32_t *ret)
{
    const struct codes *codes = numbers->codes;
    bool several = codes && codes->n_encodings > 1;
    uint32_t axis = several ? find_axis(numbers, codes->axis, walk) : 0;
    struct blob *blob;
    int r;

    if (codes && scale == 1 && (!several || axis < walk->shape.rank))
        return place_codes(c, base, numbers, walk, axis, ret);
    r = numbers_lay_out(c, numbers, walk, scale, &blob);
    return r < 0 ? r : conversion_add_constant(c, base, &walk->shape, blob, ret);
}
