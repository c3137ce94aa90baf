/*
 * Binary: y = a OP b with numpy's broadcasting, as one walk over both. Items are elements of y.
 */
#include "model/ops/binary.h"

#include <math.h>

#include "backends/cpu/kernels/nd.h"
#include "backends/cpu/prepare.h"

typedef void (*row_fn)(const float *a, const float *b, float *y, size_t n);

struct params {
    struct nd nd;
    row_fn row; /* by which of the two advances within a row */
};

#define DEFINE_ROW(function, a_index, b_index, expression)                                         \
    static void function(const float *a, const float *b, float *y, size_t n)                       \
    {                                                                                              \
        for (size_t i = 0; i < n; i++) {                                                           \
            float v = a[a_index], w = b[b_index];                                                  \
                                                                                                   \
            y[i] = (expression);                                                                   \
        }                                                                                          \
    }

#define DEFINE_KIND(name, expression)                                                              \
    DEFINE_ROW(name##_both, i, i, expression)                                                      \
    DEFINE_ROW(name##_a, i, 0, expression)                                                         \
    DEFINE_ROW(name##_b, 0, i, expression)                                                         \
    struct needs_a_semicolon

/* The rest has the sign of w, as in Python. */
static inline float floor_mod(float v, float w)
{
    float rest = fmodf(v, w);

    return rest != 0 && (rest < 0) != (w < 0) ? rest + w : rest;
}

DEFINE_KIND(add, v + w);
DEFINE_KIND(mul, v *w);
DEFINE_KIND(sub, v - w);
DEFINE_KIND(div, v / w);
DEFINE_KIND(max, v > w || v != v ? v : w);
DEFINE_KIND(min, v < w || v != v ? v : w);
DEFINE_KIND(pow, powf(v, w));
DEFINE_KIND(squared_difference, (v - w) * (v - w));
DEFINE_KIND(floor_div, floorf(v / w));
DEFINE_KIND(floor_mod, floor_mod(v, w));
DEFINE_KIND(trunc_mod, fmodf(v, w));
DEFINE_KIND(greater, v > w);
DEFINE_KIND(greater_equal, v >= w);
DEFINE_KIND(less, v < w);
DEFINE_KIND(less_equal, v <= w);
DEFINE_KIND(equal, v == w);
DEFINE_KIND(not_equal, v != w);
DEFINE_KIND(and, v != 0 && w != 0);
DEFINE_KIND(or, v != 0 || w != 0);
DEFINE_KIND(xor, (v != 0) != (w != 0));

#define ROWS(name) name##_both, name##_a, name##_b

static const struct {
    row_fn both, only_a, only_b;
    uint32_t work;
} kinds[] = {
    [BINARY_ADD] = {ROWS(add), 1},
    [BINARY_MUL] = {ROWS(mul), 1},
    [BINARY_SUB] = {ROWS(sub), 1},
    [BINARY_DIV] = {ROWS(div), 1},
    [BINARY_MAX] = {ROWS(max), 1},
    [BINARY_MIN] = {ROWS(min), 1},
    [BINARY_POW] = {ROWS(pow), 40},
    [BINARY_SQUARED_DIFFERENCE] = {ROWS(squared_difference), 1},
    [BINARY_FLOOR_DIV] = {ROWS(floor_div), 1},
    [BINARY_FLOOR_MOD] = {ROWS(floor_mod), 20},
    [BINARY_TRUNC_MOD] = {ROWS(trunc_mod), 20},
    [BINARY_GREATER] = {ROWS(greater), 1},
    [BINARY_GREATER_EQUAL] = {ROWS(greater_equal), 1},
    [BINARY_LESS] = {ROWS(less), 1},
    [BINARY_LESS_EQUAL] = {ROWS(less_equal), 1},
    [BINARY_EQUAL] = {ROWS(equal), 1},
    [BINARY_NOT_EQUAL] = {ROWS(not_equal), 1},
    [BINARY_AND] = {ROWS(and), 1},
    [BINARY_OR] = {ROWS(or), 1},
    [BINARY_XOR] = {ROWS(xor), 1},
};

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    const float *a = args->in[0], *b = args->in[1];
    float *y = args->out[0];
    ptrdiff_t step_a = p->nd.stride[0][p->nd.rank - 1], step_b = p->nd.stride[1][p->nd.rank - 1];
    size_t row = nd_row(&p->nd), n;
    struct nd_cursor cursor;

    nd_seek(&p->nd, args->from / row, &cursor);
    for (size_t i = args->from; i < args->to; i += n) {
        ptrdiff_t at = (ptrdiff_t)(i % row);

        n = row - (size_t)at < args->to - i ? row - (size_t)at : args->to - i;
        p->row(a + cursor.offset[0] + at * step_a, b + cursor.offset[1] + at * step_b, y + i, n);
        nd_next(&p->nd, &cursor);
    }
}

static int prepare(struct prepare *p)
{
    enum binary_kind kind = ((const struct binary_attrs *)p->node->attrs)->kind;
    const struct shape *a = &prepare_in(p, 0)->shape, *b = &prepare_in(p, 1)->shape;
    const struct shape *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));
    uint32_t last;

    if (!params)
        return prepare_no_memory(p);
    for (uint32_t i = 0; i < y->rank; i++)
        nd_append(&params->nd, y->dim[i], nd_repeat(a, y, i), nd_repeat(b, y, i));
    nd_done(&params->nd);
    last = params->nd.rank - 1;
    params->row = params->nd.stride[1][last] == 0   ? kinds[kind].only_a
                  : params->nd.stride[0][last] == 0 ? kinds[kind].only_b
                                                    : kinds[kind].both;
    return prepare_done(p, run, shape_elements(y), kinds[kind].work);
}

const struct operation cpu_binary = {.prepare = prepare};
