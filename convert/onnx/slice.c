#include "convert/onnx/slice.h"

#include "convert/onnx/attrs.h"

static int64_t clamp(int64_t x, int64_t least, int64_t most)
{
    return x < least ? least : x > most ? most : x;
}

/* One axis of SIZE as ONNX slices it: limits are clamped, negative ones count from the end. */
static int slice_axis(struct conversion *c, uint32_t size, int64_t start, int64_t end, int64_t step,
                      struct slice *ret)
{
    int64_t n = size, way;

    if (step == 0)
        return conversion_unsupported(c, "check the model", "a step of 0");
    /* Steps beyond the size take one number, as a step of the size does. */
    step = clamp(step, -n - 1, n + 1);
    start += start < 0 ? n : 0;
    end += end < 0 ? n : 0;
    start = step > 0 ? clamp(start, 0, n) : clamp(start, 0, n - 1);
    end = step > 0 ? clamp(end, 0, n) : clamp(end, -1, n - 1);
    way = step > 0 ? end - start : start - end;
    ret->begin = (uint32_t)clamp(start, 0, n);
    ret->stride = (int32_t)clamp(step, INT32_MIN + 1, INT32_MAX);
    ret->count = way <= 0 ? 0 : (uint32_t)((way - 1) / (step > 0 ? step : -step) + 1);
    return 0;
}

int slice_read(struct conversion *c, const struct shape *shape, struct slices *ret)
{
    struct ints starts, ends, axes, steps;
    uint32_t mask = 0, axis;
    int r = attr_or_input(c, "starts", 1, &starts);

    if (r == 0)
        r = attr_or_input(c, "ends", 2, &ends);
    if (r == 0)
        r = attr_or_input(c, "axes", 3, &axes);
    if (r == 0)
        r = attr_or_input(c, "steps", 4, &steps);
    if (r == 0 && axes.given)
        r = axes_mask(c, &axes, shape->rank, &mask);
    if (r < 0)
        return r;
    if (starts.n != ends.n || (axes.given && axes.n != starts.n) ||
        (steps.given && steps.n != starts.n) || starts.n > shape->rank)
        return conversion_unsupported(c, "check the model",
                                      "starts, ends, axes and steps differ in length");
    slices_all(shape, ret);
    for (uint32_t i = 0; r == 0 && i < starts.n; i++) {
        axis = i;
        if (axes.given)
            axis = (uint32_t)(axes.v[i] + (axes.v[i] < 0 ? shape->rank : 0));
        r = slice_axis(c, shape->dim[axis], starts.v[i], ends.v[i], steps.given ? steps.v[i] : 1,
                       &ret->axis[axis]);
    }
    return r;
}
