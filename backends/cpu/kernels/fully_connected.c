/*
 * FullyConnected: y = x W' + bias, x flattened behind its first axis. Items are FC_OUTPUTS of y's
 * columns, for all rows.
 */
#include "backends/cpu/kernels/fully_connected.h"

#define FC_SYMBOL cpu_fully_connected_portable
#include "backends/cpu/kernels/fully_connected_dot.h"

static int prepare(struct prepare *p)
{
    const struct shape *weights = &prepare_in(p, 1)->shape;
    struct fully_connected_params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    params->in = weights->dim[1];
    params->out = weights->dim[0];
    params->rows = shape_elements(&prepare_in(p, 0)->shape) / params->in;
    params->clamp = p->clamp;
    return prepare_done(p, cpu_kernel_form(KERNEL_FULLY_CONNECTED, p->isa),
                        (params->out + FC_OUTPUTS - 1) / FC_OUTPUTS,
                        (uint64_t)params->in * FC_OUTPUTS * (1 + params->rows / 4));
}

const struct operation cpu_fully_connected = {
    .n_in = 3,
    .constants = 1u << 1 | 1u << 2,
    .takes_clamp = true,
    .prepare = prepare,
};
