/*
 * GRU, one direction; the formula is in model/ops/gru.h. A row of the batch is an item, for time
 * goes one way.
 */
#include "model/ops/gru.h"

#include "backends/cpu/kernels/recurrent.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_WEIGHTS, IN_RECURRENT, IN_BIAS, IN_H, N_IN };
enum { OUT_Y, OUT_H, N_OUT };

struct params {
    size_t time, in, hidden;
    bool backward, reset_after;
};

/* One row's memory, N numbers each. */
struct row {
    float *gates; /* z, r and the candidate */
    float *reset; /* of the state, or of its product */
    float *h;
};

/* gates += h R but for what the reset gate takes part in; z and r are then final. */
static void close_gates(const struct kernel_args *args, size_t n, const struct row *row)
{
    recurrent_product(row->h, n, args->in[IN_RECURRENT], 3 * n, 2 * n, row->gates);
    for (size_t i = 0; i < 2 * n; i++)
        row->gates[i] = recurrent_sigmoid(row->gates[i]);
}

/* candidate += (r * h) Rn + m */
static void reset_before(const struct kernel_args *args, size_t n, const struct row *row)
{
    const float *r = row->gates + n, *m = (const float *)args->in[IN_BIAS] + 3 * n;
    float *candidate = row->gates + 2 * n;

    for (size_t i = 0; i < n; i++) {
        row->reset[i] = r[i] * row->h[i];
        candidate[i] += m[i];
    }
    recurrent_product(row->reset, n, (const float *)args->in[IN_RECURRENT] + 2 * n, 3 * n, n,
                      candidate);
}

/* candidate += r * (h Rn + m) */
static void reset_after(const struct kernel_args *args, size_t n, const struct row *row)
{
    const float *r = row->gates + n;
    float *candidate = row->gates + 2 * n;

    recurrent_load(row->reset, args->in[IN_BIAS], 3, n);
    recurrent_product(row->h, n, (const float *)args->in[IN_RECURRENT] + 2 * n, 3 * n, n,
                      row->reset);
    for (size_t i = 0; i < n; i++)
        candidate[i] += r[i] * row->reset[i];
}

static void update(size_t n, const struct row *row)
{
    const float *z = row->gates, *candidate = row->gates + 2 * n;

    for (size_t i = 0; i < n; i++)
        row->h[i] = (1 - z[i]) * tanhf(candidate[i]) + z[i] * row->h[i];
}

static void run_row(const struct kernel_args *args, size_t at)
{
    const struct params *p = args->params;
    size_t n = p->hidden;
    float *memory = (float *)args->scratch + at * 5 * n;
    const struct row row = {memory, memory + 3 * n, memory + 4 * n};
    const float *x = (const float *)args->in[IN_X] + at * p->time * p->in;
    float *y = (float *)args->out[OUT_Y] + at * p->time * n;

    recurrent_load(row.h, args->in[IN_H], at, n);
    for (size_t i = 0; i < p->time; i++) {
        size_t t = p->backward ? p->time - 1 - i : i;

        recurrent_load(row.gates, args->in[IN_BIAS], 0, 3 * n);
        recurrent_product(x + t * p->in, p->in, args->in[IN_WEIGHTS], 3 * n, 3 * n, row.gates);
        close_gates(args, n, &row);
        (p->reset_after ? reset_after : reset_before)(args, n, &row);
        update(n, &row);
        memcpy(y + t * n, row.h, n * sizeof(*y));
    }
    if (args->out[OUT_H])
        memcpy((float *)args->out[OUT_H] + at * n, row.h, n * sizeof(float));
}

static void run(const struct kernel_args *args)
{
    for (size_t row = args->from; row < args->to; row++)
        run_row(args, row);
}

static int prepare(struct prepare *p)
{
    const struct gru_attrs *gru = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_X)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .time = x->dim[1],
        .in = x->dim[2],
        .hidden = prepare_in(p, IN_RECURRENT)->shape.dim[0],
        .backward = gru->backward,
        .reset_after = gru->reset_after,
    };
    p->workspace_size = x->dim[0] * 5 * params->hidden * sizeof(float);
    return prepare_done(p, run, x->dim[0],
                        params->time * params->hidden * (params->in + params->hidden + 75));
}

const struct operation cpu_gru = {
    .n_in = N_IN,
    .n_out = N_OUT,
    .constants = 1u << IN_WEIGHTS | 1u << IN_RECURRENT | 1u << IN_BIAS,
    .prepare = prepare,
};
