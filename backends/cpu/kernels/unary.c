/*
 * Functions of one element: Sigmoid, Tanh, and the kinds of Unary. Items are elements. The
 * transcendental ones are libm's, within a unit or two of the last place.
 */
#include "model/ops/unary.h"

#include "backends/cpu/kernels/each.h"

static float softplus(float v)
{
    return (v > 0 ? v : 0) + log1pf(expf(-fabsf(v)));
}

EACH(run_sigmoid, 1 / (1 + expf(-v)));
EACH(run_tanh, tanhf(v));
EACH(run_abs, fabsf(v));
EACH(run_exp, expf(v));
EACH(run_floor, floorf(v));
EACH(run_log, logf(v));
EACH(run_neg, -v);
EACH(run_sin, sinf(v));
EACH(run_sqrt, sqrtf(v));
EACH(run_cos, cosf(v));
EACH(run_ceil, ceilf(v));
EACH(run_round, rintf(v)); /* nobody changes the rounding mode */
EACH(run_reciprocal, 1 / v);
EACH(run_rsqrt, 1 / sqrtf(v));
EACH(run_square, v *v);
EACH(run_sign, v != v ? v : (float)((v > 0) - (v < 0)));
EACH(run_erf, erff(v));
EACH(run_softplus, v != v ? v : softplus(v));
EACH(run_softsign, v / (1 + fabsf(v)));
EACH(run_not, v == 0);
EACH(run_mish, v *tanhf(softplus(v)));
EACH(run_tan, tanf(v));
EACH(run_asin, asinf(v));
EACH(run_acos, acosf(v));
EACH(run_atan, atanf(v));
EACH(run_sinh, sinhf(v));
EACH(run_cosh, coshf(v));
EACH(run_asinh, asinhf(v));
EACH(run_acosh, acoshf(v));
EACH(run_atanh, atanhf(v));

static const struct {
    kernel_run_fn run;
    uint32_t work;
} kinds[] = {
    [UNARY_ABS] = {run_abs, CHEAP},
    [UNARY_EXP] = {run_exp, COSTLY},
    [UNARY_FLOOR] = {run_floor, CHEAP},
    [UNARY_LOG] = {run_log, COSTLY},
    [UNARY_NEG] = {run_neg, CHEAP},
    [UNARY_SIN] = {run_sin, COSTLY},
    [UNARY_SQRT] = {run_sqrt, CHEAP},
    [UNARY_COS] = {run_cos, COSTLY},
    [UNARY_CEIL] = {run_ceil, CHEAP},
    [UNARY_ROUND] = {run_round, CHEAP},
    [UNARY_RECIPROCAL] = {run_reciprocal, CHEAP},
    [UNARY_RSQRT] = {run_rsqrt, CHEAP},
    [UNARY_SQUARE] = {run_square, CHEAP},
    [UNARY_SIGN] = {run_sign, CHEAP},
    [UNARY_ERF] = {run_erf, COSTLY},
    [UNARY_SOFTPLUS] = {run_softplus, 2 * COSTLY},
    [UNARY_SOFTSIGN] = {run_softsign, CHEAP},
    [UNARY_NOT] = {run_not, CHEAP},
    [UNARY_MISH] = {run_mish, 3 * COSTLY},
    [UNARY_TAN] = {run_tan, COSTLY},
    [UNARY_ASIN] = {run_asin, COSTLY},
    [UNARY_ACOS] = {run_acos, COSTLY},
    [UNARY_ATAN] = {run_atan, COSTLY},
    [UNARY_SINH] = {run_sinh, COSTLY},
    [UNARY_COSH] = {run_cosh, COSTLY},
    [UNARY_ASINH] = {run_asinh, COSTLY},
    [UNARY_ACOSH] = {run_acosh, COSTLY},
    [UNARY_ATANH] = {run_atanh, COSTLY},
};

static int prepare(struct prepare *p)
{
    enum unary_kind kind;

    if (p->node->op == OP_SIGMOID)
        return prepare_each(p, run_sigmoid, COSTLY, NULL, 0);
    if (p->node->op == OP_TANH)
        return prepare_each(p, run_tanh, COSTLY, NULL, 0);
    kind = ((const struct unary_attrs *)p->node->attrs)->kind;
    return prepare_each(p, kinds[kind].run, kinds[kind].work, NULL, 0);
}

const struct operation cpu_unary = {.prepare = prepare};
