/*
 * StridedSlice: x[begin:end:stride] on every axis, as TensorFlow and numpy slice: negative numbers
 * count from the end, limits beyond an end are moved to it, a bit of begin_mask or end_mask means
 * "from the very end that the stride comes from, to the other". A bit of shrink_axis_mask takes one
 * index, which must exist, and drops the axis.
 *
 * Shapes   as above; what would be empty is refused.
 * Types    any; an encoding per tensor stays what it is.
 * Sources  TensorFlow StridedSlice, Slice, Split, SplitV, Unpack; ONNX Slice, Split; Caffe Slice,
 *          Crop; Caffe2 Slice, Split; DLC StridedSlice.
 */
#include "model/ops/strided_slice.h"

#include "base/error.h"
#include "model/graph.h"

#define MASK_MOST ((1 << SHAPE_RANK_MAX) - 1)

static const struct attr_spec strided_slice_specs[] = {
    {"begin", "begin", ATTR_I32S, offsetof(struct strided_slice_attrs, begin), .least = INT32_MIN,
     .most = INT32_MAX, .help = "the first index of each axis"},
    {"end", "end", ATTR_I32S, offsetof(struct strided_slice_attrs, end), .least = INT32_MIN,
     .most = INT32_MAX, .help = "the index behind the last"},
    {"strides", "strides", ATTR_I32S, offsetof(struct strided_slice_attrs, strides),
     .least = INT32_MIN, .most = INT32_MAX, .help = "from one index to the next, not 0"},
    {"begin_mask", "begin_mask", ATTR_I32, offsetof(struct strided_slice_attrs, begin_mask),
     .least = 0, .most = MASK_MOST, .help = "axes whose begin is the very first"},
    {"end_mask", "end_mask", ATTR_I32, offsetof(struct strided_slice_attrs, end_mask), .least = 0,
     .most = MASK_MOST, .help = "axes whose end is the very last"},
    {"shrink_axis_mask", "shrink_axis_mask", ATTR_I32,
     offsetof(struct strided_slice_attrs, shrink_axis_mask), .least = 0, .most = MASK_MOST,
     .help = "axes of which one index is taken, and which go"},
    {0},
};

/* A limit into the range in which slices of SIZE move: 0..SIZE, or -1..SIZE-1 going down. */
static int64_t clamp_limit(int64_t limit, int64_t size, int32_t stride)
{
    int64_t least = stride > 0 ? 0 : -1, most = stride > 0 ? size : size - 1;

    limit += limit < 0 ? size : 0;
    return limit < least ? least : limit > most ? most : limit;
}

static int take_index(int32_t index, uint32_t size, int32_t stride, uint32_t axis,
                      struct slice_axis *ret, struct fault *fault)
{
    int64_t at = (int64_t)index + (index < 0 ? size : 0);

    if (stride < 0)
        return fail(fault, E_OP_ATTR, "strides[%u]: an axis that goes cannot be walked downwards",
                    axis);
    if (at < 0 || at >= size)
        return fail(fault, E_OP_ATTR, "begin[%u]: index %d is outside a size of %u", axis, index,
                    size);
    *ret = (struct slice_axis){.begin = (uint32_t)at, .count = 1, .stride = 1};
    return 0;
}

int strided_slice_axis(const struct strided_slice_attrs *slice, const struct shape *x,
                       uint32_t axis, struct slice_axis *ret, struct fault *fault)
{
    const uint32_t size = x->dim[axis];
    const int32_t stride = slice->strides.v[axis], bit = 1 << axis;
    int64_t begin, end, way;

    if (stride == 0)
        return fail(fault, E_OP_ATTR, "strides[%u] is 0", axis);
    if (slice->shrink_axis_mask & bit)
        return take_index(slice->begin_mask & bit ? 0 : slice->begin.v[axis], size, stride, axis,
                          ret, fault);
    begin = clamp_limit(slice->begin.v[axis], size, stride);
    end = clamp_limit(slice->end.v[axis], size, stride);
    if (slice->begin_mask & bit)
        begin = stride > 0 ? 0 : (int64_t)size - 1;
    if (slice->end_mask & bit)
        end = stride > 0 ? (int64_t)size : -1;
    way = stride > 0 ? end - begin : begin - end;
    if (way <= 0)
        return fail(fault, E_SHAPE, "axis %u: nothing lies between %d and %d of %u", axis,
                    slice->begin.v[axis], slice->end.v[axis], size);
    *ret = (struct slice_axis){
        .begin = (uint32_t)begin,
        .count = (uint32_t)((way - 1) / (stride > 0 ? stride : -(int64_t)stride) + 1),
        .stride = stride,
    };
    return 0;
}

static int strided_slice_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct strided_slice_attrs *slice = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct shape y = {0};
    struct slice_axis axis;

    if (slice->begin.n != x->rank || slice->end.n != x->rank || slice->strides.n != x->rank)
        return fail(fault, E_OP_ATTR,
                    "begin, end and strides have %u, %u and %u numbers, but the input has rank %u",
                    slice->begin.n, slice->end.n, slice->strides.n, x->rank);
    for (uint32_t i = 0; i < x->rank; i++) {
        int r = strided_slice_axis(slice, x, i, &axis, fault);

        if (r < 0)
            return r;
        if (!(slice->shrink_axis_mask & 1 << i))
            y.dim[y.rank++] = axis.count;
    }
    out[0] = y;
    return 0;
}

const struct op_def op_strided_slice = {
    .name = "StridedSlice",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct strided_slice_attrs),
    .attrs = strided_slice_specs,
    .infer = strided_slice_infer,
};
