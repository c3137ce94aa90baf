/*
 * MatMul: each pair of matrices is a step of another kernel's: with b as it is a convolution of one
 * place, whose pixels are the rows of a; with b transposed a FullyConnected of those rows, or, if
 * there are many, the convolution again with b turned first. An a that is transposed is rare and
 * goes a plain way. Items are those of the other kernel, for each pair; where b is turned, pairs.
 */
#include "model/ops/matmul.h"

#include "backends/cpu/kernels/conv.h"
#include "backends/cpu/kernels/fully_connected.h"
#include "backends/cpu/kernels/nd.h"
#include "backends/cpu/prepare.h"

#define MANY_ROWS 16 /* from here on turning b costs less than it saves */

struct params {
    struct nd pairs; /* streams 0 and 1: a and b, in elements */
    size_t per_pair; /* items */
    size_t rows, depth, columns;
    size_t turned;     /* items of the convolution, if b is turned; else 0 */
    kernel_run_fn run; /* of one pair */
    union {
        struct conv_params conv;
        struct fully_connected_params fully_connected;
    } of;
};

/* Rows of y, a being [depth, rows]; b's places for (k, n) are K_STEP and N_STEP apart. */
static void add_rows(const struct params *p, const float *a, const float *b, size_t k_step,
                     size_t n_step, float *y, const struct kernel_args *args)
{
    for (size_t m = args->from; m < args->to; m++)
        for (size_t n = 0; n < p->columns; n++) {
            float sum = 0;

            for (size_t k = 0; k < p->depth; k++)
                sum += a[k * p->rows + m] * b[k * k_step + n * n_step];
            y[m * p->columns + n] = sum;
        }
}

static void run_transposed_a(const struct kernel_args *args)
{
    const struct params *p = args->params;

    add_rows(p, args->in[0], args->in[1], p->columns, 1, args->out[0], args);
}

static void run_transposed_both(const struct kernel_args *args)
{
    const struct params *p = args->params;

    add_rows(p, args->in[0], args->in[1], 1, p->depth, args->out[0], args);
}

/* b [columns, depth] as [depth, columns], in the scratch. */
static const float *turn(const struct params *p, const struct kernel_args *args, size_t pair,
                         const float *b)
{
    float *to = (float *)args->scratch + pair * p->depth * p->columns;

    for (size_t k = 0; k < p->depth; k++)
        for (size_t n = 0; n < p->columns; n++)
            to[k * p->columns + n] = b[n * p->depth + k];
    return to;
}

/* Items FROM to TO of one pair. */
static void run_pair(const struct params *p, const struct kernel_args *args, size_t pair,
                     size_t from, size_t to)
{
    size_t last = p->pairs.rank - 1, at = pair % p->pairs.dim[last];
    struct nd_cursor cursor;
    const void *in[3] = {NULL};
    void *out[1];
    struct kernel_args inner = {.in = in, .out = out, .params = &p->of, .from = from, .to = to};

    nd_seek(&p->pairs, pair / p->pairs.dim[last], &cursor);
    for (int k = 0; k < 2; k++)
        in[k] = (const float *)args->in[k] + cursor.offset[k] +
                (ptrdiff_t)at * p->pairs.stride[k][last];
    out[0] = (float *)args->out[0] + pair * p->rows * p->columns;
    if (p->run == run_transposed_a || p->run == run_transposed_both)
        inner.params = p;
    if (p->turned) {
        in[1] = turn(p, args, pair, in[1]);
        inner.to = p->turned;
    }
    p->run(&inner);
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t item = args->from; item < args->to;) {
        size_t pair = item / p->per_pair, first = pair * p->per_pair, left = args->to - first;
        size_t to = left < p->per_pair ? left : p->per_pair;

        run_pair(p, args, pair, item - first, to);
        item = first + to;
    }
}

/* The rows of a are pixels, and b is weights [1,1,depth,columns]. */
static void set_conv(struct prepare *p, struct params *params)
{
    params->of.conv = (struct conv_params){
        .g = {.n = 1,
              .in_h = 1,
              .in_w = (uint32_t)params->rows,
              .in_c = (uint32_t)params->depth,
              .out_h = 1,
              .out_w = (uint32_t)params->rows,
              .out_c = (uint32_t)params->columns,
              .kernel_h = 1,
              .kernel_w = 1,
              .stride_h = 1,
              .stride_w = 1,
              .dilation_h = 1,
              .dilation_w = 1},
        .clamp = p->clamp,
        .groups = 1,
        .group_in = (uint32_t)params->depth,
        .group_out = (uint32_t)params->columns,
        .pixels = params->rows,
        .item_channels = (uint32_t)params->columns,
        .group_items = 1,
    };
    params->run = cpu_kernel_form(KERNEL_CONV, p->isa);
    params->per_pair = (params->rows + CONV_ITEM_PIXELS - 1) / CONV_ITEM_PIXELS;
}

static void set_fully_connected(struct prepare *p, struct params *params)
{
    params->of.fully_connected = (struct fully_connected_params){
        .rows = params->rows,
        .in = params->depth,
        .out = params->columns,
        .clamp = p->clamp,
    };
    params->run = cpu_kernel_form(KERNEL_FULLY_CONNECTED, p->isa);
    params->per_pair = (params->columns + FC_OUTPUTS - 1) / FC_OUTPUTS;
}

/*
 * Is b worth turning? Not a single one, for an item is a whole pair; nor one that repeats, for then
 * the scratch would be larger than b.
 */
static bool pays_to_turn(const struct params *params, const struct shape *b)
{
    size_t pairs = nd_elements(&params->pairs);

    return params->rows >= MANY_ROWS && pairs > 1 &&
           shape_elements(b) == pairs * params->depth * params->columns;
}

static void set_turned(struct prepare *p, struct params *params)
{
    set_conv(p, params);
    params->turned = params->per_pair;
    params->per_pair = 1;
    p->workspace_size = shape_elements(&prepare_in(p, 1)->shape) * sizeof(float);
}

/* Axes of the output before the last two: where a pair lies in a and in b. */
static void walk_pairs(const struct shape *a, const struct shape *b, const struct shape *y,
                       struct nd *ret)
{
    for (uint32_t i = 0; i + 2 < y->rank; i++)
        nd_append(ret, y->dim[i], nd_repeat(a, y, i), nd_repeat(b, y, i));
    nd_done(ret);
}

static int prepare(struct prepare *p)
{
    const struct matmul_attrs *matmul = p->node->attrs;
    const struct shape *a = &prepare_in(p, 0)->shape, *b = &prepare_in(p, 1)->shape;
    const struct shape *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));
    uint64_t macs;

    if (!params)
        return prepare_no_memory(p);
    params->rows = y->dim[y->rank - 2];
    params->columns = y->dim[y->rank - 1];
    params->depth = a->dim[a->rank - (matmul->transpose_a ? 2 : 1)];
    walk_pairs(a, b, y, &params->pairs);
    if (matmul->transpose_a) {
        params->run = matmul->transpose_b ? run_transposed_both : run_transposed_a;
        params->per_pair = params->rows;
    } else if (matmul->transpose_b && pays_to_turn(params, b)) {
        set_turned(p, params);
    } else if (matmul->transpose_b) {
        set_fully_connected(p, params);
    } else {
        set_conv(p, params);
    }
    macs = (uint64_t)params->rows * params->depth * params->columns / params->per_pair;
    return prepare_done(p, run, nd_elements(&params->pairs) * params->per_pair,
                        matmul->transpose_a ? macs : macs / 4);
}

const struct operation cpu_matmul = {.prepare = prepare};
