/*
 * LSTM, one direction: for each place of time, h and c times what goes on, gates = bias + x W + h
 * R, then c = f * c + i * g, h = o * tanh(c). A row of the batch is an item, for time goes one way.
 */
#include "model/ops/lstm.h"

#include "backends/cpu/kernels/recurrent.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_WEIGHTS, IN_RECURRENT, IN_BIAS, IN_H, IN_C, IN_CONTINUES, N_IN };
enum { OUT_Y, OUT_H, OUT_C, N_OUT };

struct params {
    size_t time, in, hidden;
    bool backward;
};

static void update(const float *gates, size_t n, float *h, float *c)
{
    const float *i = gates, *f = gates + n, *o = gates + 2 * n, *g = gates + 3 * n;

    for (size_t k = 0; k < n; k++) {
        c[k] = recurrent_sigmoid(f[k]) * c[k] + recurrent_sigmoid(i[k]) * tanhf(g[k]);
        h[k] = recurrent_sigmoid(o[k]) * tanhf(c[k]);
    }
}

/* A 0 forgets also what is not finite. */
static void go_on(float much, float *state, size_t n)
{
    for (size_t i = 0; i < n; i++)
        state[i] = much == 0 ? 0 : much * state[i];
}

static void run_row(const struct kernel_args *args, size_t row)
{
    const struct params *p = args->params;
    size_t n = p->hidden;
    float *gates = (float *)args->scratch + row * 6 * n, *h = gates + 4 * n, *c = h + n;
    const float *x = (const float *)args->in[IN_X] + row * p->time * p->in;
    const float *continues = args->in[IN_CONTINUES];
    float *y = (float *)args->out[OUT_Y] + row * p->time * n;

    recurrent_load(h, args->in[IN_H], row, n);
    recurrent_load(c, args->in[IN_C], row, n);
    for (size_t i = 0; i < p->time; i++) {
        size_t t = p->backward ? p->time - 1 - i : i;

        if (continues)
            go_on(continues[row * p->time + t], h, 2 * n);
        recurrent_load(gates, args->in[IN_BIAS], 0, 4 * n);
        recurrent_product(x + t * p->in, p->in, args->in[IN_WEIGHTS], 4 * n, 4 * n, gates);
        recurrent_product(h, n, args->in[IN_RECURRENT], 4 * n, 4 * n, gates);
        update(gates, n, h, c);
        memcpy(y + t * n, h, n * sizeof(*y));
    }
    if (args->out[OUT_H])
        memcpy((float *)args->out[OUT_H] + row * n, h, n * sizeof(*h));
    if (args->out[OUT_C])
        memcpy((float *)args->out[OUT_C] + row * n, c, n * sizeof(*c));
}

static void run(const struct kernel_args *args)
{
    for (size_t row = args->from; row < args->to; row++)
        run_row(args, row);
}

static int prepare(struct prepare *p)
{
    const struct lstm_attrs *lstm = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .time = x->dim[1],
        .in = x->dim[2],
        .hidden = prepare_in(p, IN_RECURRENT)->shape.dim[0],
        .backward = lstm->backward,
    };
    p->workspace_size = x->dim[0] * 6 * params->hidden * sizeof(float);
    return prepare_done(p, run, x->dim[0],
                        params->time * params->hidden * (params->in + params->hidden + 100));
}

const struct operation cpu_lstm = {
    .n_in = N_IN,
    .n_out = N_OUT,
    .constants = 1u << IN_WEIGHTS | 1u << IN_RECURRENT | 1u << IN_BIAS,
    .prepare = prepare,
};
