/*
 * Gather: slices of x, picked by indices. Items are indices, for each place of the axes before the
 * one that is indexed.
 */
#include "model/ops/gather.h"

#include <math.h>
#include <string.h>

#include "backends/cpu/prepare.h"

struct params {
    size_t n_indices, size, run; /* places of the axis, and elements behind each */
};

/*
 * Somebody may write into the indices meanwhile, so this is the one time that one is read, and what
 * comes back is a place of the axis whatever it was.
 */
static size_t read_index(const float *index, size_t size)
{
    double at = trunc((double)*(const volatile float *)index);

    if (at != at)
        return 0;
    if (at < 0)
        at += (double)size;
    return at < 0 ? 0 : at >= (double)size ? size - 1 : (size_t)at;
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    const float *x = args->in[0], *indices = args->in[1];
    float *y = args->out[0];

    for (size_t item = args->from; item < args->to; item++) {
        size_t outer = item / p->n_indices;
        size_t at = read_index(indices + item % p->n_indices, p->size);

        memcpy(y + item * p->run, x + (outer * p->size + at) * p->run, p->run * sizeof(*y));
    }
}

static int prepare(struct prepare *p)
{
    const struct gather_attrs *gather = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));
    uint32_t axis = (uint32_t)shape_axis(x, gather->axis);
    size_t outer = 1;

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .n_indices = shape_elements(&prepare_in(p, 1)->shape), .size = x->dim[axis], .run = 1};
    for (uint32_t i = 0; i < axis; i++)
        outer *= x->dim[i];
    for (uint32_t i = axis + 1; i < x->rank; i++)
        params->run *= x->dim[i];
    return prepare_done(p, run, outer * params->n_indices, params->run + 16);
}

const struct operation cpu_gather = {.prepare = prepare};
