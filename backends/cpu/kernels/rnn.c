/*
 * Simple recurrent layer, one direction: h = f(b + x W + h R). A row of the batch is an item, for
 * time goes one way.
 */
#include "model/ops/rnn.h"

#include "backends/cpu/kernels/recurrent.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_WEIGHTS, IN_RECURRENT, IN_BIAS, IN_H, N_IN };
enum { OUT_Y, OUT_H, N_OUT };

struct params {
    size_t time, in, hidden;
    struct rnn_attrs attrs;
};

static void activate(enum rnn_activation activation, const float *sums, size_t n, float *h)
{
    if (activation == RNN_TANH)
        for (size_t i = 0; i < n; i++)
            h[i] = tanhf(sums[i]);
    else
        for (size_t i = 0; i < n; i++)
            h[i] = sums[i] < 0 ? 0 : sums[i];
}

static void run_row(const struct kernel_args *args, size_t row)
{
    const struct params *p = args->params;
    size_t n = p->hidden;
    float *sums = (float *)args->scratch + row * 2 * n, *h = sums + n;
    const float *x = (const float *)args->in[IN_X] + row * p->time * p->in;
    float *y = (float *)args->out[OUT_Y] + row * p->time * n;

    recurrent_load(h, args->in[IN_H], row, n);
    for (size_t i = 0; i < p->time; i++) {
        size_t t = p->attrs.backward ? p->time - 1 - i : i;

        recurrent_load(sums, args->in[IN_BIAS], 0, n);
        recurrent_product(x + t * p->in, p->in, args->in[IN_WEIGHTS], n, n, sums);
        recurrent_product(h, n, args->in[IN_RECURRENT], n, n, sums);
        activate(p->attrs.activation, sums, n, h);
        memcpy(y + t * n, h, n * sizeof(*y));
    }
    if (args->out[OUT_H])
        memcpy((float *)args->out[OUT_H] + row * n, h, n * sizeof(*h));
}

static void run(const struct kernel_args *args)
{
    for (size_t row = args->from; row < args->to; row++)
        run_row(args, row);
}

static int prepare(struct prepare *p)
{
    const struct shape *x = &prepare_in(p, IN_X)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .time = x->dim[1],
        .in = x->dim[2],
        .hidden = prepare_in(p, IN_RECURRENT)->shape.dim[0],
        .attrs = *(const struct rnn_attrs *)p->node->attrs,
    };
    p->workspace_size = x->dim[0] * 2 * params->hidden * sizeof(float);
    return prepare_done(p, run, x->dim[0],
                        params->time * params->hidden * (params->in + params->hidden + 25));
}

const struct operation cpu_rnn = {
    .n_in = N_IN,
    .n_out = N_OUT,
    .constants = 1u << IN_WEIGHTS | 1u << IN_RECURRENT | 1u << IN_BIAS,
    .prepare = prepare,
};
