/* Parts of tensors and tensors of parts: Slice, Split, Concat, Pad. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/slice.h"

int convert_slice(struct conversion *c)
{
    struct slices slices;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = slice_read(c, &x->shape, &slices);
    return r < 0 ? r : slices_emit(c, 0, x, &slices);
}

/* Sizes that are not said are equal, the last one smaller. */
static int64_t part_size(const struct conversion *c, const struct ints *sizes, uint32_t size,
                         uint32_t i, uint32_t begin)
{
    uint32_t n = c->node->n_outputs, each = (size + n - 1) / n;

    return sizes->given ? sizes->v[i] : each < size - begin ? each : size - begin;
}

/* All parts, before the first is made. */
static int check_parts(struct conversion *c, const struct ints *sizes, uint32_t size)
{
    static const char way[] = "check the model and the sizes of its inputs";
    uint32_t begin = 0;

    for (uint32_t i = 0; i < c->node->n_outputs; i++) {
        int64_t part = part_size(c, sizes, size, i, begin);

        if (part < 0 || part > size - begin)
            return conversion_unsupported(
                c, way, "part %u of %" PRId64 " does not fit an axis of %u", i, part, size);
        begin += (uint32_t)part;
    }
    if (begin != size)
        return conversion_unsupported(c, way, "the parts make %u, but the axis has %u", begin,
                                      size);
    return 0;
}

static int read_split(struct conversion *c, const struct tensor *x, struct ints *ret_sizes,
                      uint32_t *ret_axis)
{
    int64_t axis;
    int r = attr_int(c, "axis", 0, &axis);

    if (r == 0)
        r = axes_find(c, axis, x->shape.rank, ret_axis);
    if (r == 0)
        r = attr_or_input(c, "split", 1, ret_sizes);
    if (r < 0)
        return r;
    if (ret_sizes->given && ret_sizes->n != c->node->n_outputs)
        return conversion_unsupported(c, "check the model", "%u sizes for %u outputs", ret_sizes->n,
                                      c->node->n_outputs);
    return 0;
}

int convert_split(struct conversion *c)
{
    struct slices slices;
    struct ints sizes;
    struct tensor *x;
    uint32_t axis = 0, begin = 0, part;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_split(c, x, &sizes, &axis);
    if (r == 0)
        r = check_parts(c, &sizes, x->shape.dim[axis]);
    if (r < 0)
        return r;
    slices_all(&x->shape, &slices);
    for (uint32_t i = 0; r == 0 && i < c->node->n_outputs; i++, begin += part) {
        const struct tensor *output = conversion_output(c, i);

        part = (uint32_t)part_size(c, &sizes, x->shape.dim[axis], i, begin);
        slices.axis[axis] = (struct slice){begin, part, 1};
        if (output && output->needed)
            r = x->state == TENSOR_NUMBERS ? fold_part(c, i, x->numbers, &slices)
                                           : slices_emit(c, i, x, &slices);
    }
    return r;
}

int convert_concat(struct conversion *c)
{
    uint32_t n = c->node->n_inputs, axis = 0;
    struct tensor **x = arena_alloc(&c->arena, n * sizeof(struct tensor *) + 1);
    int64_t said;
    int r = x ? attr_int(c, "axis", 1, &said) : -ENOMEM;

    if (r == 0 && n == 0)
        r = conversion_unsupported(c, "check the model", "it has no inputs");
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = conversion_activation(c, i, &x[i]);
    if (r == 0)
        r = axes_find(c, said, x[0]->shape.rank, &axis);
    return r < 0 ? r : emit_concat(c, x, n, axis);
}

static const char *const pad_modes[] = {[PAD_CONSTANT] = "constant",
                                        [PAD_REFLECT] = "reflect",
                                        [PAD_EDGE] = "edge",
                                        [PAD_WRAP] = "wrap"};

static int read_pad_mode(struct conversion *c, enum pad_mode *ret)
{
    const char *mode;
    int r = attr_text(c, "mode", "constant", &mode);

    if (r < 0)
        return r;
    for (size_t i = 0; i < ARRAY_SIZE(pad_modes); i++)
        if (pad_modes[i] && strcmp(mode, pad_modes[i]) == 0) {
            *ret = (enum pad_mode)i;
            return 0;
        }
    return conversion_unsupported(
        c, WAY_REPLACE, "mode \"%.40s\"; constant, reflect, edge and wrap are supported", mode);
}

static int read_pad_value(struct conversion *c, float *ret)
{
    const struct numbers *value;
    int r = attr_float(c, "value", 0, ret);

    if (r < 0 || attr_find(c, "value"))
        return r;
    r = conversion_constant(c, 2, "the value", &value);
    if (r == 0 && value && value->n)
        *ret = (float)numbers_at(value, 0);
    return r;
}

/* pads: for each of the axes (all if none are named) how many in front, then how many behind. */
static int read_pads(struct conversion *c, const struct tensor *x, int64_t *before, int64_t *after)
{
    struct ints pads, axes = {0};
    uint32_t mask = 0, n;
    int r = attr_or_input(c, attr_find(c, "paddings") ? "paddings" : "pads", 1, &pads);

    if (r == 0 && onnx_model_of(c)->opset >= 18)
        r = attr_or_input(c, "axes", 3, &axes);
    if (r == 0)
        r = axes_mask(c, &axes, x->shape.rank, &mask);
    if (r < 0)
        return r;
    n = axes.given ? axes.n : x->shape.rank;
    if (pads.n != 2 * n)
        return conversion_unsupported(c, "check the model", "%u pads for %u axes", pads.n, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t axis =
            axes.given ? (uint32_t)(axes.v[i] + (axes.v[i] < 0 ? x->shape.rank : 0)) : i;

        before[axis] = pads.v[i];
        after[axis] = pads.v[n + i];
    }
    return 0;
}

int convert_pad(struct conversion *c)
{
    int64_t before[SHAPE_RANK_MAX] = {0}, after[SHAPE_RANK_MAX] = {0};
    enum pad_mode mode = PAD_CONSTANT;
    struct tensor *x;
    float value;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_pad_mode(c, &mode);
    if (r == 0)
        r = read_pad_value(c, &value);
    if (r == 0)
        r = read_pads(c, x, before, after);
    return r < 0 ? r : emit_pad(c, x, mode, value, before, after);
}
