#include "convert/numbers.h"

#include <errno.h>
#include <math.h>

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

int64_t numbers_whole_at(const struct numbers *numbers, size_t i)
{
    float x;

    if (!numbers->is_float)
        return numbers->whole[i];
    x = numbers->f32[i];
    if (isnan(x))
        return 0;
    return x >= 9.2e18f ? INT64_MAX : x <= -9.2e18f ? INT64_MIN : (int64_t)x;
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
    struct numbers there = {.shape = *shape, .is_float = true, .f32 = from};
    int64_t *whole;
    float *f32;
    int r;

    /* Where they lie, at any byte: a copy of all weights would be the largest thing we hold. */
    if (raw == RAW_F32) {
        r = numbers_count(c, shape, &there.n);
        if (r == 0)
            *ret = there;
        return r;
    }
    r = raw_is_float(raw) ? numbers_new_f32(c, shape, ret, &f32)
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

#define TILE 16 /* floats of a cache line */

/* Two axes of what is made: the last, and one whose numbers lie side by side in the source. */
struct plane {
    uint32_t n, n_last; /* how many places there are */
    size_t to_step;     /* from one place to the next */
    ptrdiff_t from_last;
};

/* In tiles, so that both sides are read and written by whole cache lines. */
static void lay_out_plane(const struct plane *plane, const loose_float *from, float scale,
                          float *to)
{
    for (uint32_t tile = 0; tile < plane->n; tile += TILE)
        for (uint32_t last = 0; last < plane->n_last; last += TILE)
            for (uint32_t i = tile; i < plane->n && i < tile + TILE; i++)
                for (uint32_t k = last; k < plane->n_last && k < last + TILE; k++)
                    to[i * plane->to_step + k] = from[i + k * plane->from_last] * scale;
}

/* Takes the two axes out of WALK; what is left goes over the planes, in the source and in TO. */
static struct plane take_plane(struct walk *walk, struct walk *ret_to)
{
    uint32_t last = walk->shape.rank - 1, other = last;
    struct plane plane = {1, walk->shape.dim[last], 0, walk->stride[last]};

    *ret_to = (struct walk){.shape = walk->shape};
    walk_strides(&walk->shape, ret_to->stride);
    for (uint32_t i = 0; i < last && walk->stride[last] != 1; i++)
        if (walk->stride[i] == 1 && walk->shape.dim[i] > 1)
            other = i;
    if (other < last) {
        plane.n = walk->shape.dim[other];
        plane.to_step = (size_t)ret_to->stride[other];
    }
    walk->shape.dim[last] = walk->shape.dim[other] = 1;
    ret_to->shape = walk->shape;
    return plane;
}

static void lay_out_floats(const struct numbers *numbers, struct walk walk, float scale, float *to)
{
    struct plane plane;
    struct walk to_walk;
    size_t n;

    if (numbers->n == 0)
        return;
    if (walk.shape.rank == 0)
        walk.shape = (struct shape){1, {1}};
    plane = take_plane(&walk, &to_walk);
    n = shape_elements(&walk.shape);
    for (size_t i = 0; i < n; i++, walk_next(&walk), walk_next(&to_walk))
        lay_out_plane(&plane, numbers->f32 + walk.offset, scale, to + to_walk.offset);
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
    if (numbers->is_float)
        lay_out_floats(numbers, *walk, scale, to);
    for (size_t i = 0; i < n && !numbers->is_float; i++, walk_next(walk))
        to[i] = (float)numbers->whole[walk->offset] * scale;
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
                       struct walk *walk, const struct shape *shape, uint32_t axis, uint32_t *ret)
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
    return conversion_add_codes(c, base, shape, blob, numbers->codes, axis, ret);
}

int numbers_place(struct conversion *c, const char *base, const struct numbers *numbers,
                  struct walk *walk, const struct shape *shape, float scale, uint32_t *ret)
{
    const struct codes *codes = numbers->codes;
    bool several = codes && codes->n_encodings > 1;
    uint32_t axis = several ? find_axis(numbers, codes->axis, walk) : 0;
    struct blob *blob;
    int r;

    shape = shape ? shape : &walk->shape;
    /* An axis of codes is one of the constant's if none before it was cut. */
    if (codes && scale == 1 &&
        (!several || (axis < shape->rank && shape->dim[axis] == walk->shape.dim[axis])))
        return place_codes(c, base, numbers, walk, shape, axis, ret);
    r = numbers_lay_out(c, numbers, walk, scale, &blob);
    return r < 0 ? r : conversion_add_constant(c, base, shape, blob, ret);
}
