#pragma once
/*
 * StridedSlice: TensorFlow's, masks included; begin, end and strides have one number an axis of x.
 * shrink_axis_mask drops an axis whose slice has one element; new_axis_mask must be 0.
 */
#include "base/shape.h"
#include "model/attr.h"

struct strided_slice_attrs {
    struct i32s begin, end, strides; /* strides not 0, may be negative */
    int32_t begin_mask, end_mask, shrink_axis_mask;
};

/* One axis, worked out: y[k] is x[begin + k * stride], for k below COUNT, and all inside x. */
struct slice_axis {
    uint32_t begin, count;
    int32_t stride;
};

/*
 * Axis AXIS of a slice of X. 0, or E_OP_ATTR for a stride that is 0 or an index outside X, E_SHAPE
 * if nothing is left. The lists have one number for each axis of X.
 */
int strided_slice_axis(const struct strided_slice_attrs *slice, const struct shape *x,
                       uint32_t axis, struct slice_axis *ret, struct fault *fault);
