/* Slice and StridedSlice, of tensors and of numbers. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/slices.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

/* What is taken, and the axes of the result, as bits, that are new. */
struct part {
    struct slices slices;
    uint32_t new_axes;
};

static int read_slice(struct conversion *c, const struct shape *x, struct part *ret)
{
    struct ints begin, size = {0};
    int r = tf_input_ints(c, 1, "the beginning", &begin);

    if (r == 0)
        r = tf_input_ints(c, 2, "the size", &size);
    if (r == 0 && (begin.n != x->rank || size.n != x->rank))
        r = conversion_unsupported(c, "check the model", "a slice that is not of rank %u", x->rank);
    if (r < 0)
        return r;
    slices_all(x, &ret->slices);
    ret->new_axes = 0;
    for (uint32_t i = 0; i < x->rank; i++) {
        int64_t left = x->dim[i] - begin.v[i], n = size.v[i] == -1 ? left : size.v[i];

        if (begin.v[i] < 0 || begin.v[i] > x->dim[i] || n < 0 || n > left)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "%" PRId64 " places from %" PRId64
                                          " on do not fit an axis of %u",
                                          size.v[i], begin.v[i], x->dim[i]);
        ret->slices.axis[i] = (struct slice){(uint32_t)begin.v[i], (uint32_t)n, 1};
    }
    return 0;
}

/* What a StridedSlice says: its lists, and the masks, a bit for each entry of the lists. */
struct strided {
    struct ints begin, end, strides;
    int64_t begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask;
};

static int read_strided(struct conversion *c, struct strided *ret)
{
    int r = tf_input_ints(c, 1, "the beginning", &ret->begin);

    if (r == 0)
        r = tf_input_ints(c, 2, "the end", &ret->end);
    if (r == 0)
        r = tf_input_ints(c, 3, "the strides", &ret->strides);
    if (r == 0)
        r = tf_attr_int(c, "begin_mask", 0, &ret->begin_mask);
    if (r == 0)
        r = tf_attr_int(c, "end_mask", 0, &ret->end_mask);
    if (r == 0)
        r = tf_attr_int(c, "ellipsis_mask", 0, &ret->ellipsis_mask);
    if (r == 0)
        r = tf_attr_int(c, "new_axis_mask", 0, &ret->new_axis_mask);
    if (r == 0)
        r = tf_attr_int(c, "shrink_axis_mask", 0, &ret->shrink_axis_mask);
    if (r < 0)
        return r;
    if (ret->begin.n != ret->end.n || ret->begin.n != ret->strides.n || ret->begin.n > 31)
        return conversion_unsupported(c, "check the model",
                                      "begin, end and strides differ in length");
    return 0;
}

static int64_t clamp(int64_t x, int64_t least, int64_t most)
{
    return x < least ? least : x > most ? most : x;
}

static bool has(int64_t mask, uint32_t i)
{
    return mask >> i & 1;
}

/* One place of an axis of SIZE, which then goes. */
static int shrink_axis(struct conversion *c, const struct strided *s, uint32_t i, int64_t size,
                       struct slice *ret)
{
    int64_t at = s->begin.v[i] + (s->begin.v[i] < 0 ? size : 0);

    if (at < 0 || at >= size)
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "index %" PRId64 " is outside an axis of %" PRId64,
                                      s->begin.v[i], size);
    *ret = (struct slice){(uint32_t)at, 1, 1};
    return 0;
}

/* Entry I of the lists, for an axis of SIZE: limits are clamped, negative ones count from the end.
 */
static int slice_axis(struct conversion *c, const struct strided *s, uint32_t i, int64_t size,
                      struct slice *ret)
{
    int64_t step = s->strides.v[i], begin = s->begin.v[i], end = s->end.v[i], way;

    if (step == 0)
        return conversion_unsupported(c, "check the model", "a stride of 0");
    step = clamp(step, -size - 1, size + 1);
    begin += begin < 0 ? size : 0;
    end += end < 0 ? size : 0;
    begin = step > 0 ? clamp(begin, 0, size) : clamp(begin, -1, size - 1);
    end = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
    if (has(s->begin_mask, i))
        begin = step > 0 ? 0 : size - 1;
    if (has(s->end_mask, i))
        end = step > 0 ? size : -1;
    way = step > 0 ? end - begin : begin - end;
    ret->begin = (uint32_t)(begin < 0 ? 0 : begin);
    ret->stride = (int32_t)clamp(step, INT32_MIN + 1, INT32_MAX);
    ret->count = way <= 0 ? 0 : (uint32_t)((way - 1) / (step > 0 ? step : -step) + 1);
    return 0;
}

/* How many axes of X the entries of the lists take, without the ellipsis. */
static uint32_t count_taken(const struct strided *s)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->begin.n; i++)
        n += !has(s->ellipsis_mask, i) && !has(s->new_axis_mask, i);
    return n;
}

/* Where the walk over the entries is: the next axis of X and of the result. */
struct place {
    uint32_t from, to;
};

static int take_entry(struct conversion *c, const struct strided *s, uint32_t i,
                      const struct shape *x, struct place *at, struct part *ret)
{
    uint32_t more = x->rank - count_taken(s);
    int r;

    if (has(s->ellipsis_mask, i)) {
        at->from += more;
        at->to += more;
        return 0;
    }
    if (has(s->new_axis_mask, i)) {
        if (at->to < 32)
            ret->new_axes |= 1u << at->to;
        at->to++;
        return 0;
    }
    if (has(s->shrink_axis_mask, i)) {
        ret->slices.drop |= 1u << at->from;
        r = shrink_axis(c, s, i, x->dim[at->from], &ret->slices.axis[at->from]);
    } else {
        r = slice_axis(c, s, i, x->dim[at->from], &ret->slices.axis[at->from]);
        at->to++;
    }
    at->from++;
    return r;
}

static int read_part(struct conversion *c, const struct shape *x, struct part *ret)
{
    struct strided s = {0};
    struct place at = {0};
    int r;

    if (strcmp(c->node->op, "Slice") == 0)
        return read_slice(c, x, ret);
    r = read_strided(c, &s);
    if (r < 0)
        return r;
    if (count_taken(&s) > x->rank || __builtin_popcountll((uint64_t)s.ellipsis_mask) > 1)
        return conversion_unsupported(c, "check the model", "a slice of more than rank %u",
                                      x->rank);
    *ret = (struct part){0};
    slices_all(x, &ret->slices);
    for (uint32_t i = 0; r == 0 && i < s.begin.n; i++)
        r = take_entry(c, &s, i, x, &at, ret);
    if (r == 0 && x->rank + (uint32_t)__builtin_popcount(ret->new_axes) > SHAPE_RANK_MAX)
        r = conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                   SHAPE_RANK_MAX);
    return r;
}

/* The slice as a helper in front, and its new axes behind. */
static int emit_with_axes(struct conversion *c, struct tensor *x, const struct part *part)
{
    struct tensor sliced;
    struct slices all;
    int r;

    slices_all(&x->shape, &all);
    if (memcmp(&all, &part->slices, sizeof(all)) == 0)
        return emit_unsqueeze(c, x, part->new_axes);
    r = slices_emit_helper(c, x, &part->slices, &sliced);
    return r < 0 ? r : emit_unsqueeze(c, &sliced, part->new_axes);
}

int tf_slice(struct conversion *c)
{
    struct part part;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_part(c, &x->shape, &part);
    if (r < 0)
        return r;
    return part.new_axes ? emit_with_axes(c, x, &part) : slices_emit(c, 0, x, &part.slices);
}

int tf_fold_slice(struct conversion *c)
{
    const struct numbers *x, *sliced;
    struct part part;
    struct shape y;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_part(c, &x->shape, &part);
    if (r == 0)
        r = fold_part(c, 0, x, &part.slices);
    if (r < 0 || !part.new_axes)
        return r;
    sliced = conversion_output(c, 0)->numbers;
    y = emit_unsqueezed_shape(&sliced->shape, part.new_axes);
    return fold_shaped(c, sliced, &y);
}
