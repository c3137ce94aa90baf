#include "convert/onnx/spatial.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"

int spatial_list(struct conversion *c, const char *name, int64_t least, int32_t preset, uint32_t n,
                 int32_t *ret)
{
    struct ints ints;
    int r = attr_ints(c, name, &ints);

    if (r < 0)
        return r;
    if (ints.n != 0 && ints.n != n)
        return conversion_unsupported(c, "check the model",
                                      "attribute %s has %u numbers for %u axes", name, ints.n, n);
    for (uint32_t i = 0; i < n; i++) {
        int64_t number = ints.n ? ints.v[i] : preset;

        if (number < least || number > WINDOW_MOST)
            return conversion_unsupported(c, WAY_REPLACE,
                                          "attribute %s: %" PRId64 " is outside %" PRId64 "..%d",
                                          name, number, least, WINDOW_MOST);
        ret[i] = (int32_t)number;
    }
    return 0;
}

static int check_weights(struct conversion *c, const struct tensor *x,
                         const struct numbers *weights, int64_t groups)
{
    char text[STR_SHAPE_SIZE];

    if (!weights)
        return conversion_unsupported(c, "check the model", "it has no weights");
    if (weights->shape.rank != x->shape.rank)
        return conversion_unsupported(c, "check the model",
                                      "weights of rank %u for an input of rank %u",
                                      weights->shape.rank, x->shape.rank);
    if (weights->n == 0)
        return conversion_unsupported(c, "check the model", "its weights are %s, which are none",
                                      str_shape(&weights->shape, text, sizeof(text)));
    if (groups < 1 || groups > INT32_MAX || weights->shape.dim[1] > UINT32_MAX / groups)
        return conversion_unsupported(c, "check the model", "group is out of range");
    for (uint32_t i = 2; i < weights->shape.rank; i++)
        if (weights->shape.dim[i] > WINDOW_MOST)
            return conversion_unsupported(c, WAY_REPLACE, "a kernel of more than %d", WINDOW_MOST);
    return 0;
}

int spatial_weights(struct conversion *c, const struct tensor *x, const struct numbers *weights,
                    int32_t ret_kernel[2], int64_t *ret_groups)
{
    int r = attr_int(c, "group", 1, ret_groups);

    if (r == 0)
        r = check_weights(c, x, weights, *ret_groups);
    for (uint32_t i = 2; r == 0 && i < x->shape.rank; i++)
        ret_kernel[i - 2] = (int32_t)weights->shape.dim[i];
    return r;
}

int spatial_place_weights(struct conversion *c, const struct numbers *weights, uint32_t a,
                          uint32_t b, uint32_t *ret)
{
    const struct shape *from = &weights->shape;
    const uint32_t h = 2, w = from->rank - 1;
    const bool flat = from->rank == 3;
    ptrdiff_t stride[SHAPE_RANK_MAX];
    struct walk walk = {
        .shape = {4, {flat ? 1 : from->dim[h], from->dim[w], from->dim[a], from->dim[b]}},
    };

    walk_strides(from, stride);
    walk.stride[0] = flat ? 0 : stride[h];
    walk.stride[1] = stride[w];
    walk.stride[2] = stride[a];
    walk.stride[3] = stride[b];
    return numbers_place(c, c->node->inputs[1], weights, &walk, NULL, 1, ret);
}

static int read_kernel(struct conversion *c, const int32_t *kernel, struct spatial *ret)
{
    int r = spatial_list(c, "kernel_shape", 1, kernel ? 1 : 0, ret->n, ret->kernel);

    if (r < 0 || !kernel)
        return r;
    if (attr_find(c, "kernel_shape") && memcmp(kernel, ret->kernel, ret->n * sizeof(*kernel)) != 0)
        return conversion_unsupported(c, "check the model",
                                      "kernel_shape is not that of the weights");
    memcpy(ret->kernel, kernel, ret->n * sizeof(*kernel));
    return 0;
}

/* SAME_LOWER: as SAME_UPPER, but the odd row goes in front. */
static void pad_lower(const struct shape *x, struct spatial *ret)
{
    for (uint32_t i = 0; i < ret->n; i++) {
        int64_t in = x->dim[2 + i], stride = ret->stride[i];
        int64_t reach = (int64_t)(ret->kernel[i] - 1) * ret->dilation[i] + 1;
        int64_t total = ((in + stride - 1) / stride - 1) * stride + reach - in;

        total = total > 0 ? total : 0;
        ret->end[i] = (int32_t)(total / 2);
        ret->begin[i] = (int32_t)(total - total / 2);
    }
}

static int read_pads(struct conversion *c, const struct shape *x, struct spatial *ret)
{
    int32_t pads[4];
    const char *automatic;
    int r = attr_text(c, "auto_pad", "NOTSET", &automatic);

    if (r < 0)
        return r;
    memset(ret->begin, 0, sizeof(ret->begin));
    memset(ret->end, 0, sizeof(ret->end));
    ret->padding = PADDING_EXPLICIT;
    if (strcmp(automatic, "VALID") == 0) {
        ret->padding = PADDING_VALID;
    } else if (strcmp(automatic, "SAME_UPPER") == 0) {
        ret->padding = PADDING_SAME;
    } else if (strcmp(automatic, "SAME_LOWER") == 0) {
        pad_lower(x, ret);
    } else if (strcmp(automatic, "NOTSET") == 0 || !*automatic) {
        r = spatial_list(c, "pads", 0, 0, 2 * ret->n, pads);
        for (uint32_t i = 0; r == 0 && i < ret->n; i++) {
            ret->begin[i] = pads[i];
            ret->end[i] = pads[ret->n + i];
        }
    } else {
        return conversion_unsupported(c, "check the model", "auto_pad \"%.40s\" is unknown",
                                      automatic);
    }
    return r;
}

int spatial_read(struct conversion *c, const struct tensor *x, const int32_t *kernel,
                 struct spatial *ret)
{
    struct spatial spatial = {.n = x->shape.rank - 2};
    int r = read_kernel(c, kernel, &spatial);

    if (r == 0)
        r = spatial_list(c, "strides", 1, 1, spatial.n, spatial.stride);
    if (r == 0)
        r = spatial_list(c, "dilations", 1, 1, spatial.n, spatial.dilation);
    if (r == 0)
        r = read_pads(c, &x->shape, &spatial);
    if (r == 0)
        *ret = spatial;
    return r;
}

void spatial_window(const struct spatial *spatial, struct window *ret)
{
    uint32_t w = spatial->n - 1; /* with one axis H is 1 and nothing happens on it */

    *ret = (struct window){
        .kernel_h = w ? spatial->kernel[0] : 1,
        .kernel_w = spatial->kernel[w],
        .stride_h = w ? spatial->stride[0] : 1,
        .stride_w = spatial->stride[w],
        .dilation_h = w ? spatial->dilation[0] : 1,
        .dilation_w = spatial->dilation[w],
        .pad_top = w ? spatial->begin[0] : 0,
        .pad_left = spatial->begin[w],
        .pad_bottom = w ? spatial->end[0] : 0,
        .pad_right = spatial->end[w],
        .padding = spatial->padding,
    };
}

int spatial_input(struct conversion *c, struct tensor *x, uint32_t *ret)
{
    struct view view = view_channel_last(x->shape.rank);
    struct shape sizes;
    int r;

    if (x->shape.rank > 4)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "a %u-D %s; along one or two axes it is supported",
                                      x->shape.rank - 2, conversion_op(c->node));
    if (x->shape.rank != 3 && x->shape.rank != 4)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "its input has rank %u; 3 (1-D) and 4 (2-D) are supported",
                                      x->shape.rank);
    if (x->shape.rank == 4)
        return layout_bring(c, x, &view, ret);
    sizes = (struct shape){4, {x->shape.dim[0], 1, x->shape.dim[2], x->shape.dim[1]}};
    if (x->state == TENSOR_VALUE && view_same_memory(&x->view, &view, &x->shape))
        return layout_reshape(c, x->name, "2d", x->value, &sizes, ret);
    r = layout_bring(c, x, &view, ret);
    return r < 0 ? r : layout_reshape(c, x->name, "2d", *ret, &sizes, ret);
}

int spatial_emit(struct conversion *c, const struct node_spec *spec, uint32_t rank)
{
    struct view view = view_channel_last(rank);
    const struct shape *y;
    uint32_t value;
    int r;

    if (rank == 4)
        return conversion_emit(c, 0, spec, &view);
    r = conversion_emit_main(c, "2d", spec, &value);
    if (r < 0)
        return r;
    y = &builder_value(c->builder, value)->shape;
    return layout_emit_reshape(c, 0, value, &(struct shape){3, {y->dim[0], y->dim[2], y->dim[3]}},
                               &view);
}
