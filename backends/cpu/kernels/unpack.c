/*
 * Unpack: each place of an axis is an output of its own. Items are runs: what lies behind the axis,
 * for one place of the axes before it and one of the axis.
 */
#include "model/ops/unpack.h"

#include <string.h>

#include "backends/cpu/prepare.h"

struct params {
    size_t n, run; /* places of the axis, and elements behind each */
};

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t item = args->from; item < args->to; item++) {
        size_t outer = item / p->n, k = item % p->n;

        memcpy((float *)args->out[k] + outer * p->run, (const float *)args->in[0] + item * p->run,
               p->run * sizeof(float));
    }
}

static int prepare(struct prepare *p)
{
    const struct unpack_attrs *unpack = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));
    uint32_t axis = (uint32_t)shape_axis(x, unpack->axis);

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){.n = x->dim[axis], .run = 1};
    for (uint32_t i = axis + 1; i < x->rank; i++)
        params->run *= x->dim[i];
    return prepare_done(p, run, shape_elements(x) / params->run, params->run + 8);
}

const struct operation cpu_unpack = {.prepare = prepare};
