/*
 * Activations with parameters. Items are elements; a NaN stays one.
 */
#include "backends/cpu/kernels/each.h"
#include "model/ops/elu.h"
#include "model/ops/gelu.h"
#include "model/ops/hard_sigmoid.h"
#include "model/ops/leaky_relu.h"
#include "model/ops/power.h"
#include "model/ops/selu.h"
#include "model/ops/swish.h"
#include "model/ops/thresholded_relu.h"

#define SQRT_HALF  0.707106781186547524f
#define SQRT_2_PI  0.797884560802865356f /* of 2 / pi */
#define GELU_CUBIC 0.044715f

/* At least 0, at most 1. */
static inline float unit(float v)
{
    v = v < 0 ? 0 : v;
    return v > 1 ? 1 : v;
}

static inline float gelu_by_tanh(float v)
{
    return 0.5f * v * (1 + tanhf(SQRT_2_PI * (v + GELU_CUBIC * v * v * v)));
}

EACH(run_elu, v > 0 ? v : p[0] * expm1f(v));
EACH(run_selu, p[1] * (v > 0 ? v : p[0] * expm1f(v)));
EACH(run_leaky_relu, v > p[1] ? p[1] : v > 0 ? v : p[0] * v);
EACH(run_thresholded_relu, v <= p[0] ? 0 : v);
EACH(run_hard_sigmoid, unit(p[0] * v + p[1]));
EACH(run_hard_swish, v *unit(v / 6 + 0.5f));
EACH(run_swish, v / (1 + expf(-p[0] * v)));
EACH(run_gelu, 0.5f * v * erfcf(-SQRT_HALF * v));
EACH(run_gelu_by_tanh, gelu_by_tanh(v));
EACH(run_power, powf(p[0] + p[1] * v, p[2]));
EACH(run_affine, p[0] + p[1] * v);

static int prepare_gelu(struct prepare *p)
{
    const struct gelu_attrs *gelu = p->node->attrs;

    return prepare_each(p, gelu->by_tanh ? run_gelu_by_tanh : run_gelu, COSTLY, NULL, 0);
}

static int prepare_power(struct prepare *p)
{
    const struct power_attrs *power = p->node->attrs;
    const float params[] = {power->shift, power->scale, power->power};

    if (power->power == 1)
        return prepare_each(p, run_affine, CHEAP, params, 2);
    return prepare_each(p, run_power, 2 * COSTLY, params, 3);
}

/* One or two floats, in the order that the kernels have them. */
static int prepare_plain(struct prepare *p)
{
    const struct elu_attrs *elu = p->node->attrs;
    const struct selu_attrs *selu = p->node->attrs;
    const struct leaky_relu_attrs *leaky = p->node->attrs;
    const struct thresholded_relu_attrs *thresholded = p->node->attrs;
    const struct hard_sigmoid_attrs *hard = p->node->attrs;
    const struct swish_attrs *swish = p->node->attrs;

    switch (p->node->op) {
    case OP_ELU:
        return prepare_each(p, run_elu, COSTLY, &elu->alpha, 1);
    case OP_SELU:
        return prepare_each(p, run_selu, COSTLY, (const float[]){selu->alpha, selu->gamma}, 2);
    case OP_LEAKY_RELU:
        return prepare_each(p, run_leaky_relu, CHEAP, (const float[]){leaky->slope, leaky->max}, 2);
    case OP_THRESHOLDED_RELU:
        return prepare_each(p, run_thresholded_relu, CHEAP, &thresholded->alpha, 1);
    case OP_HARD_SIGMOID:
        return prepare_each(p, run_hard_sigmoid, CHEAP, (const float[]){hard->alpha, hard->beta},
                            2);
    case OP_SWISH:
        return prepare_each(p, run_swish, COSTLY, &swish->beta, 1);
    default:
        return prepare_each(p, run_hard_swish, CHEAP, NULL, 0);
    }
}

static int prepare(struct prepare *p)
{
    if (p->node->op == OP_GELU)
        return prepare_gelu(p);
    if (p->node->op == OP_POWER)
        return prepare_power(p);
    return prepare_plain(p);
}

const struct operation cpu_activation = {.prepare = prepare};
