/* Functions of one blob that treat each number alone: ReLU to Power, Exp, Log. */
#include <math.h>
#include <string.h>

#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "model/ops/elu.h"
#include "model/ops/leaky_relu.h"
#include "model/ops/power.h"
#include "model/ops/relu.h"
#include "model/ops/swish.h"
#include "model/ops/unary.h"

/* Bottom 0 through OP to top 0. */
static int make_one(struct conversion *c, enum op op, const void *attrs)
{
    struct tensor *x;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    return r < 0 ? r : emit_each(c, x, op, attrs);
}

static int make_unary(struct conversion *c, enum unary_kind kind)
{
    return make_one(c, OP_UNARY, &(struct unary_attrs){kind});
}

int convert_caffe_abs(struct conversion *c)
{
    return make_unary(c, UNARY_ABS);
}

int convert_caffe_bnll(struct conversion *c)
{
    return make_unary(c, UNARY_SOFTPLUS);
}

int convert_caffe_mish(struct conversion *c)
{
    return make_unary(c, UNARY_MISH);
}

int convert_caffe_sigmoid(struct conversion *c)
{
    return make_one(c, OP_SIGMOID, NULL);
}

int convert_caffe_tanh(struct conversion *c)
{
    return make_one(c, OP_TANH, NULL);
}

static int make_relu(struct conversion *c, float max)
{
    struct relu_attrs relu = {.max = max};
    struct leaky_relu_attrs leaky = {.max = max};
    int r = param_f32(c, "negative_slope", 0, &leaky.slope);

    if (r < 0)
        return r;
    return leaky.slope != 0 ? make_one(c, OP_LEAKY_RELU, &leaky) : make_one(c, OP_RELU, &relu);
}

int convert_caffe_relu(struct conversion *c)
{
    return make_relu(c, INFINITY);
}

int convert_caffe_relu6(struct conversion *c)
{
    float max;
    int r = param_f32(c, "threshold", 6, &max);

    if (r == 0 && max <= 0)
        r = conversion_unsupported(c, "check the prototxt", "a threshold of %g", (double)max);
    return r < 0 ? r : make_relu(c, max);
}

int convert_caffe_elu(struct conversion *c)
{
    struct elu_attrs attrs;
    int r = param_f32(c, "alpha", 1, &attrs.alpha);

    return r < 0 ? r : make_one(c, OP_ELU, &attrs);
}

int convert_caffe_swish(struct conversion *c)
{
    struct swish_attrs attrs;
    int r = param_f32(c, "beta", 1, &attrs.beta);

    return r < 0 ? r : make_one(c, OP_SWISH, &attrs);
}

int convert_caffe_clip(struct conversion *c)
{
    struct tensor *x;
    float least, most;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_f32(c, "min", -INFINITY, &least);
    if (r == 0)
        r = param_f32(c, "max", INFINITY, &most);
    if (r == 0 && least > most)
        r = conversion_unsupported(c, "check the prototxt", "min is greater than max");
    return r < 0 ? r : emit_clip(c, x, least, most);
}

/* A slope for each channel, or one for all. */
int convert_caffe_prelu(struct conversion *c)
{
    struct walk walk = {.shape = {.rank = 1}, .stride = {1}};
    const struct caffe_blob *blob;
    uint32_t in[2];
    struct node_spec spec = {.op = OP_PRELU, .inputs = in, .n_inputs = 2};
    struct tensor *x;
    struct view view;
    bool shared;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_bool(c, "channel_shared", false, &shared);
    if (r == 0 && x->shape.rank < 2)
        r = conversion_unsupported(c, "check the prototxt", "its bottom has no channels");
    if (r < 0)
        return r;
    walk.shape.dim[0] = shared ? 1 : x->shape.dim[1];
    view = shared ? layout_own(x) : layout_axis_last(x, 1);
    r = layer_blob(c, 0, "the slopes", walk.shape.dim[0], &blob);
    if (r == 0)
        r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = layer_lay_out(c, blob, &walk, &walk.shape, "slopes", &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* y = (shift + scale * x) ^ power */
int convert_caffe_power(struct conversion *c)
{
    struct power_attrs attrs;
    struct tensor *x;
    int r = param_f32(c, "power", 1, &attrs.power);

    if (r == 0)
        r = param_f32(c, "scale", 1, &attrs.scale);
    if (r == 0)
        r = param_f32(c, "shift", 0, &attrs.shift);
    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r < 0)
        return r;
    if (attrs.power == 1 && attrs.scale == 1 && attrs.shift == 0)
        return conversion_alias(c, 0, x);
    return make_one(c, OP_POWER, &attrs);
}

struct line {
    float base, scale, shift;
};

static int read_line(struct conversion *c, struct line *ret)
{
    int r = param_f32(c, "base", -1, &ret->base);

    if (r == 0)
        r = param_f32(c, "scale", 1, &ret->scale);
    if (r == 0)
        r = param_f32(c, "shift", 0, &ret->shift);
    if (r == 0 && ret->base != -1 && (ret->base <= 0 || ret->base == 1))
        r = conversion_unsupported(c, "check the prototxt", "a base of %g", (double)ret->base);
    return r;
}

/* FIRST as a helper, then the other one, each where it does something. */
static int make_two(struct conversion *c, const struct node_spec *first, const char *suffix,
                    const struct node_spec *second)
{
    struct node_spec a = *first, b = *second;
    struct tensor *x;
    struct view view;
    uint32_t in;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r < 0)
        return r;
    view = layout_own(x);
    r = layout_bring(c, x, &view, &in);
    a.inputs = b.inputs = &in;
    a.n_inputs = b.n_inputs = 1;
    if (r == 0)
        r = conversion_emit_main(c, suffix, &a, &in);
    return r < 0 ? r : conversion_emit(c, 0, &b, &view);
}

/* y = base ^ (shift + scale * x) = exp(ln(base) * (shift + scale * x)) */
int convert_caffe_exp(struct conversion *c)
{
    const struct unary_attrs exp_attrs = {UNARY_EXP};
    struct power_attrs power = {.power = 1};
    struct node_spec first = {.op = OP_POWER, .attrs = &power};
    struct node_spec second = {.op = OP_UNARY, .attrs = &exp_attrs};
    struct line line;
    double factor;
    int r = read_line(c, &line);

    if (r < 0)
        return r;
    factor = line.base == -1 ? 1 : log((double)line.base);
    power.scale = (float)(line.scale * factor);
    power.shift = (float)(line.shift * factor);
    if (power.scale == 1 && power.shift == 0)
        return make_one(c, OP_UNARY, &exp_attrs);
    return make_two(c, &first, "exponent", &second);
}

/* y = ln(shift + scale * x) / ln(base) */
int convert_caffe_log(struct conversion *c)
{
    const struct unary_attrs log_attrs = {UNARY_LOG};
    struct power_attrs inside = {.power = 1}, outside = {.power = 1};
    struct node_spec first = {.op = OP_POWER, .attrs = &inside};
    struct node_spec logarithm = {.op = OP_UNARY, .attrs = &log_attrs};
    struct node_spec last = {.op = OP_POWER, .attrs = &outside};
    struct line line;
    bool moved;
    int r = read_line(c, &line);

    if (r < 0)
        return r;
    inside.scale = line.scale;
    inside.shift = line.shift;
    outside.scale = line.base == -1 ? 1 : (float)(1 / log((double)line.base));
    moved = line.scale != 1 || line.shift != 0;
    if (moved && outside.scale != 1)
        return conversion_unsupported(c, "use the natural base, and a Power layer behind it",
                                      "a base together with scale or shift");
    if (outside.scale != 1)
        return make_two(c, &logarithm, "natural", &last);
    return moved ? make_two(c, &first, "argument", &logarithm) : make_one(c, OP_UNARY, &log_attrs);
}
