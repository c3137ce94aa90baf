/*
 * Relu and Clip where no sum took them along. Items are elements; a NaN passes.
 */
#include "backends/cpu/prepare.h"
#include "model/ops/clip.h"
#include "model/ops/relu.h"

static void run(const struct kernel_args *args)
{
    const struct clamp clamp = *(const struct clamp *)args->params;
    const float *x = args->in[0];
    float *y = args->out[0];

    for (size_t i = args->from; i < args->to; i++) {
        float v = x[i] < clamp.lo ? clamp.lo : x[i];

        y[i] = v > clamp.hi ? clamp.hi : v;
    }
}

bool cpu_clamp_of(const struct node *node, struct clamp *ret)
{
    if (node->op == OP_RELU) {
        *ret = (struct clamp){0, ((const struct relu_attrs *)node->attrs)->max};
        return true;
    }
    if (node->op == OP_CLIP) {
        const struct clip_attrs *clip = node->attrs;

        *ret = (struct clamp){clip->min, clip->max};
        return true;
    }
    return false;
}

static int prepare(struct prepare *p)
{
    struct clamp *clamp = prepare_params(p, sizeof(*clamp));

    if (!clamp)
        return prepare_no_memory(p);
    cpu_clamp_of(p->node, clamp);
    return prepare_done(p, run, shape_elements(&prepare_out(p, 0)->shape), 1);
}

const struct operation cpu_clamp = {.prepare = prepare};
