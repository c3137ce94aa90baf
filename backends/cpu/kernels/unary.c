/*
 * Functions of one element: Sigmoid, Tanh, Elu and the kinds of Unary. Items are elements. The
 * transcendental ones are libm's, within a unit or two of the last place.
 */
#include "model/ops/unary.h"

#include <math.h>

#include "backends/cpu/prepare.h"
#include "base/base.h"
#include "model/ops/elu.h"

#define CHEAP  1
#define COSTLY 20 /* a call of libm against a load and a store */

/* FUNCTION computes EXPRESSION of v; alpha is Elu's. */
#define DEFINE_RUN(function, expression)                                                           \
    static void function(const struct kernel_args *args)                                           \
    {                                                                                              \
        const float *alpha = args->params;                                                         \
        const float *x = args->in[0];                                                              \
        float *y = args->out[0];                                                                   \
                                                                                                   \
        (void)alpha;                                                                               \
        for (size_t i = args->from; i < args->to; i++) {                                           \
            float v = x[i];                                                                        \
                                                                                                   \
            y[i] = (expression);                                                                   \
        }                                                                                          \
    }                                                                                              \
    struct needs_a_semicolon

DEFINE_RUN(run_sigmoid, 1 / (1 + expf(-v)));
DEFINE_RUN(run_tanh, tanhf(v));
DEFINE_RUN(run_elu, v > 0 ? v : *alpha * expm1f(v));
DEFINE_RUN(run_abs, fabsf(v));
DEFINE_RUN(run_exp, expf(v));
DEFINE_RUN(run_floor, floorf(v));
DEFINE_RUN(run_log, logf(v));
DEFINE_RUN(run_neg, -v);
DEFINE_RUN(run_sin, sinf(v));
DEFINE_RUN(run_sqrt, sqrtf(v));

static const struct {
    kernel_run_fn run;
    uint32_t work;
} kinds[] = {
    [UNARY_ABS] = {run_abs, CHEAP},     [UNARY_EXP] = {run_exp, COSTLY},
    [UNARY_FLOOR] = {run_floor, CHEAP}, [UNARY_LOG] = {run_log, COSTLY},
    [UNARY_NEG] = {run_neg, CHEAP},     [UNARY_SIN] = {run_sin, COSTLY},
    [UNARY_SQRT] = {run_sqrt, CHEAP},
};

static int prepare_elu(struct prepare *p, size_t n)
{
    float *alpha = prepare_params(p, sizeof(*alpha));

    if (!alpha)
        return prepare_no_memory(p);
    *alpha = ((const struct elu_attrs *)p->node->attrs)->alpha;
    return prepare_done(p, run_elu, n, COSTLY);
}

static int prepare(struct prepare *p)
{
    size_t n = shape_elements(&prepare_out(p, 0)->shape);
    enum unary_kind kind;

    if (p->node->op == OP_SIGMOID)
        return prepare_done(p, run_sigmoid, n, COSTLY);
    if (p->node->op == OP_TANH)
        return prepare_done(p, run_tanh, n, COSTLY);
    if (p->node->op == OP_ELU)
        return prepare_elu(p, n);
    kind = ((const struct unary_attrs *)p->node->attrs)->kind;
    if (kind >= ARRAY_SIZE(kinds))
        return fail(p->fault, E_LAYER_UNSUPPORTED, "layer %.80s: the cpu runtime lacks its kind",
                    p->node->name);
    return prepare_done(p, kinds[kind].run, n, kinds[kind].work);
}

const struct operation cpu_unary = {.prepare = prepare};
