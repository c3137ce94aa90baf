/* Functions of one tensor that keep its shape: Relu to Tanh, Clip, PRelu. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/binary.h"
#include "model/ops/clip.h"
#include "model/ops/elu.h"
#include "model/ops/relu.h"
#include "model/ops/unary.h"

int ops_place_number(struct conversion *c, const char *base, float number, uint32_t *ret)
{
    const struct numbers numbers = {.n = 1, .is_float = true, .f32 = &number};
    struct walk walk = {.shape = {1, {1}}};
    struct blob *blob;
    int r = numbers_lay_out(c, &numbers, &walk, 1, &blob);

    return r < 0 ? r : conversion_add_constant(c, base, &walk.shape, blob, ret);
}

/* Input 0 as it lies, which suits whatever treats each number alone. */
static int bring_any(struct conversion *c, struct tensor **ret_x, struct view *ret_view,
                     uint32_t *ret)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r < 0)
        return r;
    *ret_view = layout_own(x);
    *ret_x = x;
    return layout_bring(c, x, ret_view, ret);
}

static int emit_each(struct conversion *c, enum op op, const void *attrs)
{
    uint32_t in;
    struct node_spec spec = {.op = op, .attrs = attrs, .inputs = &in, .n_inputs = 1};
    struct tensor *x;
    struct view view;
    int r = bring_any(c, &x, &view, &in);

    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static const struct {
    const char *name;
    enum op op;
    enum unary_kind kind; /* of OP_UNARY */
} simple[] = {
    {"Relu", OP_RELU, 0},           {"Sigmoid", OP_SIGMOID, 0},   {"Tanh", OP_TANH, 0},
    {"Abs", OP_UNARY, UNARY_ABS},   {"Exp", OP_UNARY, UNARY_EXP}, {"Floor", OP_UNARY, UNARY_FLOOR},
    {"Log", OP_UNARY, UNARY_LOG},   {"Neg", OP_UNARY, UNARY_NEG}, {"Sin", OP_UNARY, UNARY_SIN},
    {"Sqrt", OP_UNARY, UNARY_SQRT},
};

/* Operators without attributes that treat each number alone. */
int convert_simple(struct conversion *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(simple); i++)
        if (strcmp(simple[i].name, c->node->op) == 0) {
            struct unary_attrs attrs = {.kind = simple[i].kind};

            return emit_each(c, simple[i].op, simple[i].op == OP_UNARY ? &attrs : NULL);
        }
    return conversion_unsupported(c, WAY_REPLACE, "not supported");
}

int convert_elu(struct conversion *c)
{
    struct elu_attrs attrs;
    int r = attr_float(c, "alpha", 1, &attrs.alpha);

    return r < 0 ? r : emit_each(c, OP_ELU, &attrs);
}

/* A limit of Clip: an attribute before operator set 11, then an input. */
static int read_limit(struct conversion *c, const char *name, uint32_t i, float *ret)
{
    const struct numbers *numbers;
    float preset = *ret;
    int r = attr_float(c, name, preset, ret);

    if (r < 0 || onnx_model_of(c)->opset < 11)
        return r;
    r = conversion_constant(c, i, name, &numbers);
    if (r < 0 || !numbers)
        return r;
    if (numbers->n != 1)
        return conversion_unsupported(c, "check the model", "its %s is not one number", name);
    *ret = (float)numbers_at(numbers, 0);
    return 0;
}

int convert_clip(struct conversion *c)
{
    struct clip_attrs clip = {-FLT_MAX, FLT_MAX};
    struct relu_attrs relu;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_limit(c, "min", 1, &clip.min);
    if (r == 0)
        r = read_limit(c, "max", 2, &clip.max);
    if (r < 0)
        return r;
    /* The presets of older sets are the largest finite numbers, and mean: no limit. */
    if (clip.min <= -FLT_MAX)
        clip.min = -INFINITY;
    if (clip.max >= FLT_MAX)
        clip.max = INFINITY;
    /* A lower limit above the upper one gives way: everything becomes the upper one. */
    if (clip.min > clip.max)
        clip.min = clip.max;
    if (clip.min == -INFINITY && clip.max == INFINITY)
        return conversion_alias(c, 0, x);
    if (clip.min != 0 || clip.max < 0)
        return emit_each(c, OP_CLIP, &clip);
    relu.max = clip.max;
    return emit_each(c, OP_RELU, &relu);
}

int convert_leaky_relu(struct conversion *c)
{
    uint32_t in[2];
    struct node_spec spec = {.op = OP_PRELU, .inputs = in, .n_inputs = 2};
    struct tensor *x;
    struct view view;
    float alpha;
    int r = attr_float(c, "alpha", 0.01f, &alpha);

    if (r == 0)
        r = bring_any(c, &x, &view, &in[0]);
    if (r == 0)
        r = ops_place_number(c, "slope", alpha, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/*
 * The ONNX axis of X along which the slopes differ; 1 if there is but one slope. False if they
 * differ along several.
 */
static bool find_slope_axis(const struct conversion *c, const struct tensor *x,
                            const struct numbers *slope, uint32_t *ret)
{
    uint32_t rank = x->shape.rank, found = 0;

    *ret = rank > 1 ? 1 : 0;
    /* Before operator set 7 a list of slopes meant the channels, wherever they are. */
    if (onnx_model_of(c)->opset < 7 && slope->shape.rank == 1)
        return true;
    for (uint32_t i = 0; i < slope->shape.rank; i++)
        if (slope->shape.dim[i] != 1) {
            *ret = rank - slope->shape.rank + i;
            found++;
        }
    return found <= 1;
}

static int emit_prelu(struct conversion *c, struct tensor *x, const struct numbers *slope,
                      uint32_t axis)
{
    struct view view = layout_axis_last(x, axis);
    struct walk walk = {.shape = {1, {(uint32_t)slope->n}}, .stride = {1}};
    uint32_t in[2];
    struct node_spec spec = {.op = OP_PRELU, .inputs = in, .n_inputs = 2};
    struct blob *blob;
    int r = layout_bring(c, x, &view, &in[0]);

    if (r == 0)
        r = numbers_lay_out(c, slope, &walk, 1, &blob);
    if (r == 0)
        r = conversion_add_constant(c, c->node->inputs[1], &walk.shape, blob, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* A slope for each place: max(x, 0) + slope * min(x, 0). */
static int emit_wide_prelu(struct conversion *c, struct tensor *x, struct tensor *slope)
{
    struct binary_attrs minimum = {BINARY_MIN}, multiply = {BINARY_MUL}, add = {BINARY_ADD};
    struct view view = x->state == TENSOR_VALUE ? x->view : view_identity();
    uint32_t in, below[2], scaled[2], sum[2];
    struct node_spec spec = {.op = OP_BINARY, .n_inputs = 2};
    struct node_spec relu = {.op = OP_RELU, .inputs = &in, .n_inputs = 1};
    int r = layout_bring(c, x, &view, &in);

    if (r == 0)
        r = conversion_emit_main(c, "above", &relu, &sum[0]);
    if (r == 0)
        r = ops_place_number(c, "zero", 0, &below[1]);
    below[0] = in;
    spec.attrs = &minimum;
    spec.inputs = below;
    if (r == 0)
        r = conversion_emit_main(c, "below", &spec, &scaled[0]);
    if (r == 0)
        r = layout_bring_ranked(c, slope, x->shape.rank, &view, &scaled[1]);
    spec.attrs = &multiply;
    spec.inputs = scaled;
    if (r == 0)
        r = conversion_emit_main(c, "scaled", &spec, &sum[1]);
    spec.attrs = &add;
    spec.inputs = sum;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_prelu(struct conversion *c)
{
    const struct numbers *slope = NULL;
    struct tensor *x, *slopes;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_constant(c, 1, "the slopes", &slope);
    if (r == 0 &&
        (!slope || slope->n == 0 || x->shape.rank == 0 || slope->shape.rank > x->shape.rank))
        r = conversion_unsupported(c, "check the model", "its slopes do not fit its input");
    if (r == 0)
        r = conversion_activation(c, 1, &slopes);
    if (r < 0)
        return r;
    if (find_slope_axis(c, x, slope, &axis))
        return emit_prelu(c, x, slope, axis);
    return emit_wide_prelu(c, x, slopes);
}
