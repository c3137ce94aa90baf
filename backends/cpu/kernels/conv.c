/*
 * Conv. One channel in and one out a group is depthwise.c's; everything else is the direct kernel.
 */
#include "backends/cpu/kernels/conv.h"

#include "model/ops/conv.h"

#define CONV_SYMBOL cpu_conv_portable
#include "backends/cpu/kernels/conv_direct.h"

/* An item has all channels of a group, unless the pixels are too few to keep several cores busy. */
#define ENOUGH_ITEMS   8
#define LEAST_CHANNELS 64

static int prepare_direct(struct prepare *p, struct conv_params *params)
{
    const struct geometry *g = &params->g;
    size_t chunks = (params->pixels + CONV_ITEM_PIXELS - 1) / CONV_ITEM_PIXELS;
    uint32_t parts = params->group_out / LEAST_CHANNELS;
    size_t item_pixels = params->pixels / chunks; /* on the average */
    uint64_t macs = (uint64_t)g->kernel_h * g->kernel_w * params->group_in;

    if (parts > ENOUGH_ITEMS / chunks)
        parts = (uint32_t)(ENOUGH_ITEMS / chunks);
    params->item_channels = params->group_out;
    if (parts > 1)
        params->item_channels =
            (params->group_out / parts + LEAST_CHANNELS - 1) / LEAST_CHANNELS * LEAST_CHANNELS;
    params->group_items = (params->group_out + params->item_channels - 1) / params->item_channels;
    return prepare_done(p, cpu_kernel_form(KERNEL_CONV, p->isa),
                        chunks * params->groups * params->group_items,
                        macs * params->item_channels * item_pixels / 4);
}

static int prepare_depthwise(struct prepare *p, const struct geometry *g)
{
    return prepare_done(p, cpu_kernel_form(KERNEL_DEPTHWISE, p->isa), (size_t)g->n * g->out_h,
                        (uint64_t)g->out_w * g->out_c * g->kernel_h * g->kernel_w / 2);
}

static int prepare(struct prepare *p)
{
    const struct conv_attrs *conv = p->node->attrs;
    struct conv_params *params = prepare_params(p, sizeof(*params));
    const struct geometry *g;
    int r;

    if (!params)
        return prepare_no_memory(p);
    if (conv->padding_mode != 0)
        return fail(p->fault, E_LAYER_UNSUPPORTED,
                    "layer %.100s: the cpu runtime pads with zeros only, not with mode %d",
                    p->node->name, conv->padding_mode);
    r = geometry_of(p, &conv->window, false, &params->g);
    if (r < 0)
        return r;
    g = &params->g;
    params->clamp = p->clamp;
    params->groups = (uint32_t)conv->groups;
    params->group_in = g->in_c / params->groups;
    params->group_out = g->out_c / params->groups;
    params->pixels = (size_t)g->n * g->out_h * g->out_w;
    if (params->groups > 1 && params->group_in == 1 && params->group_out == 1)
        return prepare_depthwise(p, g);
    return prepare_direct(p, params);
}

const struct operation cpu_conv = {
    .n_in = 3,
    .constants = 1u << 1 | 1u << 2,
    .takes_clamp = true,
    .prepare = prepare,
};
