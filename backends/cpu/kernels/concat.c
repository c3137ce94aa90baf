/*
 * Concat and Pack: for each place of the axes before the joined one, a run of each input after
 * another. Items are runs.
 */
#include "model/ops/concat.h"

#include <string.h>

#include "backends/cpu/prepare.h"
#include "model/ops/pack.h"

struct params {
    size_t whole; /* elements of y for one place of the outer axes */
    uint32_t n;
    struct {
        size_t at, size; /* of the input's run, in elements */
    } runs[];
};

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t item = args->from; item < args->to; item++) {
        size_t outer = item / p->n, k = item % p->n;
        const float *x = (const float *)args->in[k] + outer * p->runs[k].size;
        float *y = (float *)args->out[0] + outer * p->whole + p->runs[k].at;

        memcpy(y, x, p->runs[k].size * sizeof(*y));
    }
}

static int prepare(struct prepare *p)
{
    const struct concat_attrs *concat = p->node->attrs;
    const struct pack_attrs *pack = p->node->attrs;
    const struct shape *y = &prepare_out(p, 0)->shape;
    uint32_t n = p->node->n_inputs, axis;
    struct params *params = prepare_params(p, sizeof(*params) + n * sizeof(params->runs[0]));
    size_t outer = 1;

    if (!params)
        return prepare_no_memory(p);
    axis = (uint32_t)shape_axis(y, p->node->op == OP_PACK ? pack->axis : concat->axis);
    for (uint32_t i = 0; i < axis; i++)
        outer *= y->dim[i];
    params->n = n;
    for (uint32_t i = 0; i < n; i++) {
        params->runs[i].at = params->whole;
        params->runs[i].size = shape_elements(&prepare_in(p, i)->shape) / outer;
        params->whole += params->runs[i].size;
    }
    return prepare_done(p, run, outer * n, params->whole / n + 8);
}

const struct operation cpu_concat = {.prepare = prepare};
