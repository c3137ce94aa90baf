/*
 * Select: y = condition != 0 ? a : b with numpy's broadcasting, as one walk over all three. Items
 * are elements of y.
 */
#include "backends/cpu/kernels/nd.h"
#include "backends/cpu/prepare.h"

static void select_row(const struct nd *nd, const float *condition, const float *a, const float *b,
                       float *y, size_t n)
{
    const ptrdiff_t step_c = nd->stride[0][nd->rank - 1], step_a = nd->stride[1][nd->rank - 1];
    const ptrdiff_t step_b = nd->stride[2][nd->rank - 1];

    for (size_t i = 0; i < n; i++, condition += step_c, a += step_a, b += step_b)
        y[i] = *condition != 0 ? *a : *b;
}

static void run(const struct kernel_args *args)
{
    const struct nd *nd = args->params;
    float *y = args->out[0];
    size_t row = nd_row(nd), n;
    struct nd_cursor cursor;

    nd_seek(nd, args->from / row, &cursor);
    for (size_t i = args->from; i < args->to; i += n) {
        ptrdiff_t at = (ptrdiff_t)(i % row);
        const float *from[ND_STREAMS];

        for (int k = 0; k < ND_STREAMS; k++)
            from[k] =
                (const float *)args->in[k] + cursor.offset[k] + at * nd->stride[k][nd->rank - 1];
        n = row - (size_t)at < args->to - i ? row - (size_t)at : args->to - i;
        select_row(nd, from[0], from[1], from[2], y + i, n);
        nd_next(nd, &cursor);
    }
}

static int prepare(struct prepare *p)
{
    const struct shape *y = &prepare_out(p, 0)->shape;
    struct nd *nd = prepare_params(p, sizeof(*nd));

    if (!nd)
        return prepare_no_memory(p);
    for (uint32_t i = 0; i < y->rank; i++)
        nd_append3(nd, y->dim[i], nd_repeat(&prepare_in(p, 0)->shape, y, i),
                   nd_repeat(&prepare_in(p, 1)->shape, y, i),
                   nd_repeat(&prepare_in(p, 2)->shape, y, i));
    nd_done(nd);
    return prepare_done(p, run, shape_elements(y), 2);
}

const struct operation cpu_select = {.prepare = prepare};
