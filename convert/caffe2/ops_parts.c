/* Parts of tensors, tensors of parts, and what goes along some of their axes. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/caffe2/c2_window.h"
#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/layout.h"
#include "convert/slices.h"
#include "model/ops/softmax.h"

/* Argument axis, or what order says: 1, the last with NHWC. */
static int read_axis(struct conversion *c, uint32_t rank, uint32_t *ret)
{
    int64_t said;
    int r = c2_arg_int(c, "axis", -SHAPE_RANK_MAX, SHAPE_RANK_MAX,
                       c2_is_channels_last(c) ? (int64_t)rank - 1 : 1, &said);

    return r < 0 ? r : axes_find(c, said, rank, ret);
}

int c2_concat(struct conversion *c)
{
    struct tensor **x;
    int64_t adds;
    uint32_t axis;
    int r = c2_inputs(c, &x);

    if (r == 0)
        r = c2_refuse_output(c, 1, "the sizes along the axis");
    if (r == 0)
        r = c2_arg_int(c, "add_axis", 0, 1, 0, &adds);
    if (r == 0)
        r = read_axis(c, x[0]->shape.rank + (uint32_t)adds, &axis);
    if (r < 0)
        return r;
    return adds ? emit_pack(c, x, c->node->n_inputs, axis)
                : emit_concat(c, x, c->node->n_inputs, axis);
}

static int take_part(struct conversion *c, uint32_t i, struct tensor *x,
                     const struct slices *slices)
{
    return x->state == TENSOR_NUMBERS ? fold_part(c, i, x->numbers, slices)
                                      : slices_emit(c, i, x, slices);
}

/* An end of -1 is that of the axis, -2 the place before it, as Caffe2 counts. */
static int read_slice(struct conversion *c, uint32_t size, int64_t start, int64_t end,
                      struct slice *ret)
{
    start += start < 0 ? (int64_t)size + 1 : 0;
    end += end < 0 ? (int64_t)size + 1 : 0;
    end = end > size ? size : end;
    if (start < 0 || start >= end)
        return conversion_unsupported(c, C2_WAY_CHECK, "nothing is left of an axis of %u", size);
    *ret = (struct slice){(uint32_t)start, (uint32_t)(end - start), 1};
    return 0;
}

int c2_slice(struct conversion *c)
{
    struct ints starts = {0}, ends = {0};
    struct slices slices;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_ints_or_input(c, "starts", 1, &starts);
    if (r == 0)
        r = c2_ints_or_input(c, "ends", 2, &ends);
    if (r == 0 && (!starts.given || starts.n != ends.n || starts.n > x->shape.rank))
        r = conversion_unsupported(c, C2_WAY_CHECK, "its starts and ends do not fit its input");
    if (r < 0)
        return r;
    slices_all(&x->shape, &slices);
    for (uint32_t i = 0; r == 0 && i < starts.n; i++)
        r = read_slice(c, x->shape.dim[i], starts.v[i], ends.v[i], &slices.axis[i]);
    return r < 0 ? r : take_part(c, 0, x, &slices);
}

/* How long each output is: the argument split, input 1, or all alike. */
static int read_split(struct conversion *c, uint32_t size, struct ints *ret)
{
    uint32_t n = c->node->n_outputs;
    int64_t *even, sum = 0;
    int r = c2_ints_or_input(c, "split", 1, ret);

    if (r < 0)
        return r;
    if (!ret->given && n && size % n == 0) {
        even = arena_alloc(&c->arena, n * sizeof(*even));
        if (!even)
            return -ENOMEM;
        for (uint32_t i = 0; i < n; i++)
            even[i] = size / n;
        *ret = (struct ints){true, n, even};
    }
    for (uint32_t i = 0; i < ret->n; i++)
        sum = ret->v[i] < 1 || ret->v[i] > size || sum > size ? INT64_MAX / 2 : sum + ret->v[i];
    return ret->n == n && sum == size
               ? 0
               : conversion_unsupported(c, C2_WAY_CHECK,
                                        "an axis of %u cannot be cut so for %u outputs", size, n);
}

int c2_split(struct conversion *c)
{
    struct ints split = {0};
    struct slices slices;
    struct tensor *x;
    uint32_t axis, begin = 0;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_axis(c, x->shape.rank, &axis);
    if (r == 0)
        r = read_split(c, x->shape.dim[axis], &split);
    for (uint32_t i = 0; r == 0 && i < split.n; i++) {
        slices_all(&x->shape, &slices);
        slices.axis[axis] = (struct slice){begin, (uint32_t)split.v[i], 1};
        begin += (uint32_t)split.v[i];
        r = take_part(c, i, x, &slices);
    }
    return r;
}

static int read_pad_mode(struct conversion *c, enum pad_mode *ret)
{
    static const struct {
        const char *word;
        enum pad_mode mode;
    } modes[] = {{"constant", PAD_CONSTANT}, {"reflect", PAD_REFLECT}, {"edge", PAD_EDGE}};
    const char *word = c2_arg_text(c, "mode", "constant");

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
        if (strcmp(modes[i].word, word) == 0) {
            *ret = modes[i].mode;
            return 0;
        }
    return conversion_unsupported(c, C2_WAY_CHECK, "mode \"%.40s\" is unknown", word);
}

int c2_pad(struct conversion *c)
{
    int64_t before[SHAPE_RANK_MAX] = {0}, after[SHAPE_RANK_MAX] = {0};
    uint32_t h = c2_is_channels_last(c) ? 1 : 2;
    struct window window = {0};
    enum pad_mode mode = PAD_CONSTANT;
    struct tensor *x;
    float value;
    int r = conversion_activation(c, 0, &x);

    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, C2_WAY_CHECK, "an input of rank %u, not 4", x->shape.rank);
    if (r == 0)
        r = c2_window_pads(c, &window);
    if (r == 0)
        r = read_pad_mode(c, &mode);
    if (r == 0)
        r = c2_arg_float(c, "value", 0, &value);
    if (r < 0)
        return r;
    before[h] = window.pad_top;
    before[h + 1] = window.pad_left;
    after[h] = window.pad_bottom;
    after[h + 1] = window.pad_right;
    return emit_pad(c, x, mode, value, before, after);
}

int c2_tile(struct conversion *c)
{
    int64_t multiples[SHAPE_RANK_MAX], tiles, said;
    struct tensor *x;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_int(c, "tiles", 1, INT32_MAX, 1, &tiles);
    if (r == 0)
        r = c2_arg_int(c, "axis", -SHAPE_RANK_MAX, SHAPE_RANK_MAX, 0, &said);
    if (r == 0 && c->node->n_inputs > 1)
        r = conversion_unsupported(c, WAY_REPLACE, "tiles that an input says");
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < x->shape.rank; i++)
        multiples[i] = i == axis ? tiles : 1;
    return emit_tile(c, x, multiples);
}

static enum reduce_kind find_reduction(const char *op)
{
    static const struct {
        const char *op;
        enum reduce_kind kind;
    } kinds[] = {{"ReduceL1", REDUCE_L1},     {"ReduceL2", REDUCE_L2},   {"ReduceMax", REDUCE_MAX},
                 {"ReduceMean", REDUCE_MEAN}, {"ReduceMin", REDUCE_MIN}, {"ReduceSum", REDUCE_SUM}};
    size_t i = 0;

    while (i < ARRAY_SIZE(kinds) - 1 && strcmp(kinds[i].op, op) != 0)
        i++;
    return kinds[i].kind;
}

int c2_reduce(struct conversion *c)
{
    struct tensor *x;
    struct ints axes;
    int64_t keep;
    uint32_t mask = 0;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_ints(c, "axes", &axes);
    if (r == 0)
        r = c2_arg_int(c, "keepdims", 0, 1, 1, &keep);
    if (r == 0)
        r = axes_mask(c, &axes, x->shape.rank, &mask);
    if (r < 0)
        return r;
    if (!axes.given)
        mask = (1u << x->shape.rank) - 1;
    return emit_reduce(c, x, find_reduction(c->node->op), mask, keep);
}

int c2_arg_max(struct conversion *c)
{
    enum arg_max_kind kind = strcmp(c->node->op, "ArgMin") == 0 ? ARG_MIN : ARG_MAX;
    struct tensor *x;
    int64_t said, keep;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_int(c, "axis", -SHAPE_RANK_MAX, SHAPE_RANK_MAX, -1, &said);
    if (r == 0)
        r = c2_arg_int(c, "keepdims", 0, 1, 1, &keep);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    return r < 0 ? r : emit_arg_max(c, x, kind, axis, keep, false);
}

/* All axes from argument axis on together; often but one of them is larger than 1. */
int c2_softmax(struct conversion *c)
{
    uint32_t first, axis, found = 0;
    struct tensor *x;
    int64_t said;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_int(c, "axis", -SHAPE_RANK_MAX, SHAPE_RANK_MAX, 1, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &first);
    if (r < 0)
        return r;
    axis = first;
    for (uint32_t i = first; i < x->shape.rank; i++)
        if (x->shape.dim[i] != 1) {
            axis = i;
            found++;
        }
    return found > 1 ? emit_softmax_from(c, x, OP_SOFTMAX, first)
                     : emit_softmax(c, x, OP_SOFTMAX, axis);
}
