/* The layers of version 2 in the words of our operators; model/dlc_types.def lists them. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/pads.h"
#include "model/dlc/types.h"
#include "model/dlc/v2.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/elu.h"
#include "model/ops/input.h"
#include "model/ops/permute.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "model/ops/reshape.h"
#include "model/ops/sum.h"

static const struct shape *value_shape(const struct v2_layer *layer, uint32_t i)
{
    if (i >= layer->n_in || layer->in[i] == NO_VALUE)
        return NULL;
    return &builder_value(layer->reader->builder, layer->in[i])->shape;
}

static int read_plain(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    (void)layer, (void)attrs, (void)fault;
    return 0;
}

/* N numbers as a list that lives as long as the layer is read. */
static int take_list(const struct v2_layer *layer, const void *from, uint32_t n, struct i32s *ret)
{
    const int32_t *copy = arena_copy(layer->arena, from, n * sizeof(*copy) + 1);

    if (!copy)
        return -ENOMEM;
    *ret = (struct i32s){copy, n};
    return 0;
}

static int read_input(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Input *said = &layer->said.input;
    struct input_attrs *input = attrs;

    (void)fault;
    input->color_space_in = said->color_in;
    input->color_space_out = said->color_out;
    input->input_type = said->some_1 ? said->some_1 : said->some_4;
    return take_list(layer, layer->shape.dim, layer->shape.rank, &input->shape);
}

static int read_reshape(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    struct reshape_attrs *reshape = attrs;

    (void)fault;
    return take_list(layer, layer->shape.dim, layer->shape.rank, &reshape->shape);
}

static int read_permute(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Permute *said = &layer->said.permute;
    struct permute_attrs *permute = attrs;

    (void)fault;
    return take_list(layer, said->order, said->order_count, &permute->order);
}

static int read_concat(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    (void)fault;
    ((struct concat_attrs *)attrs)->axis = layer->said.concat.axis;
    return 0;
}

static int read_sum(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Eltwise *said = &layer->said.eltwise;

    (void)fault;
    ((struct sum_attrs *)attrs)->coeffs = (struct f32s){said->coeffs, said->coeffs_count};
    return 0;
}

/* The trailing pads, once the numbers are known to be ones that a window may have. */
static int complete_pads(const struct v2_layer *layer, void *attrs, struct window *window,
                         int ceil_mode, struct fault *fault)
{
    int r = attrs_check(op_get(layer->type->op)->attrs, attrs, fault);

    if (r == 0)
        pads_complete(window, ceil_mode, value_shape(layer, 0), &layer->shape);
    return r;
}

/*
 * Groups and both dilations are three fields in an order that nobody knows. The shapes say the
 * groups; what is left are the dilations.
 */
static int split_fields(const struct v2_layer *layer, struct conv_attrs *conv, struct fault *fault)
{
    const dlc2_Conv *said = &layer->said.conv;
    const struct shape *x = value_shape(layer, 0), *weights = value_shape(layer, 1);
    int32_t some[] = {said->some_7, said->some_8, said->some_9};
    uint32_t groups = 1, i = 0;

    if (x && weights && x->rank == 4 && weights->rank == 4)
        groups = x->dim[3] / weights->dim[2];
    while (i < 3 && (uint32_t)some[i] != groups)
        i++;
    if (i == 3)
        return fail(fault, E_OP_ATTR, "its shapes make %u groups, its attributes say %d, %d, %d",
                    groups, some[0], some[1], some[2]);
    conv->groups = some[i];
    conv->window.dilation_h = some[i == 0 ? 1 : 0];
    conv->window.dilation_w = some[i == 2 ? 1 : 2];
    return 0;
}

static int read_conv(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Conv *said = &layer->said.conv;
    struct conv_attrs *conv = attrs;
    int r;

    conv->window = (struct window){
        .kernel_h = said->kernel_y,
        .kernel_w = said->kernel_x,
        .stride_h = said->stride_y,
        .stride_w = said->stride_x,
        .pad_top = said->pad_y,
        .pad_left = said->pad_x,
        .padding = (enum padding)said->padding_strategy,
    };
    conv->padding_mode = said->padding_mode;
    r = split_fields(layer, conv, fault);
    return r < 0 ? r : complete_pads(layer, conv, &conv->window, 0, fault);
}

static int read_pool(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Pool *said = &layer->said.pool;
    struct pool_attrs *pool = attrs;

    pool->window = (struct window){
        .kernel_h = said->kernel_y,
        .kernel_w = said->kernel_x,
        .stride_h = said->stride_y,
        .stride_w = said->stride_x,
        .dilation_h = 1,
        .dilation_w = 1,
        .pad_top = said->pad_y,
        .pad_left = said->pad_x,
        .padding = (enum padding)said->padding_strategy,
    };
    pool->include_padding = said->include_padding;
    return complete_pads(layer, pool, &pool->window, 1, fault);
}

static int read_average(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    ((struct pool_attrs *)attrs)->kind = POOL_AVERAGE;
    return read_pool(layer, attrs, fault);
}

static int read_max(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    ((struct pool_attrs *)attrs)->kind = POOL_MAX;
    return read_pool(layer, attrs, fault);
}

/* Only batch norms with these settings were seen; what others mean is not known. */
static int read_batch_norm(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_BatchNorm *said = &layer->said.batch_norm;

    (void)attrs;
    if (said->compute_stats || (said->has_across_spatial && !said->across_spatial) ||
        (said->has_mu_sigma && !said->mu_sigma))
        return fail(fault, E_OP_ATTR,
                    "a batch norm with compute_stats %d, across_spatial %d, mu_sigma %d is not "
                    "known",
                    said->compute_stats, said->across_spatial, said->mu_sigma);
    return 0;
}

/*
 * The end above which nothing comes out: two clamps of which one is 0. INFINITY: both are 0, which
 * is no end. -1: something else.
 */
static float upper_end(const dlc2_Neuron *said)
{
    float a = said->clamp_4, b = said->clamp_5;

    if (!isfinite(a) || !isfinite(b) || fminf(a, b) != 0)
        return -1;
    return fmaxf(a, b) > 0 ? fmaxf(a, b) : INFINITY;
}

static int read_relu(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Neuron *said = &layer->said.neuron;
    float most = upper_end(said);

    if (most < 0)
        return fail(fault, E_OP_ATTR, "a relu with the clamps %g and %g is not known",
                    (double)said->clamp_4, (double)said->clamp_5);
    ((struct relu_attrs *)attrs)->max = most;
    return 0;
}

static int read_elu(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    (void)fault;
    ((struct elu_attrs *)attrs)->alpha = layer->said.neuron.a;
    return 0;
}

/* What b does is not known, and a only guessed at, so other values than usual are refused. */
static int read_sigmoid(const struct v2_layer *layer, void *attrs, struct fault *fault)
{
    const dlc2_Neuron *said = &layer->said.neuron;

    (void)attrs;
    if ((said->a != 0 && said->a != 1) || said->b != 0)
        return fail(fault, E_OP_ATTR, "a sigmoid with a %g and b %g is not known", (double)said->a,
                    (double)said->b);
    return 0;
}

static const struct v2_type rows[] = {
#define TYPE(op, name, selector, code, read, write)
#define OWN(op, attribute, first)
#define V2(op, code, kind, read) {code, kind, OP_##op, read_##read},
#include "model/dlc_types.def"
#undef TYPE
#undef OWN
#undef V2
};

/* By which layers of one type are told apart; 0 where the type says it all. */
static int32_t kind_of(const dlc2_Layer *layer)
{
    if (layer->has_neuron)
        return layer->neuron.type;
    return layer->has_eltwise ? layer->eltwise.op : 0;
}

static bool matches(const struct v2_type *row, const dlc2_Layer *layer)
{
    if (row->code != layer->type)
        return false;
    if (row->kind == V2_CLAMPED)
        return isfinite(upper_end(&layer->neuron)) && upper_end(&layer->neuron) > 0;
    return row->kind == 0 || row->kind == kind_of(layer);
}

const struct v2_type *v2_types_find(const dlc2_Layer *layer)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (matches(&rows[i], layer))
            return &rows[i];
    return NULL;
}

const char *v2_types_name(const struct v2_layer *layer, char out[V2_KIND_SIZE])
{
    const dlc2_Layer *said = &layer->said;

    if (layer->type)
        return types_of_op(layer->type->op)->name;
    if (said->has_neuron || said->has_eltwise)
        snprintf(out, V2_KIND_SIZE, "type %u, kind %d", said->type, kind_of(said));
    else
        snprintf(out, V2_KIND_SIZE, "type %u", said->type);
    return out;
}
