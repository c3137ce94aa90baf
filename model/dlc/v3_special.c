/* What containers say in another way than the rows of attr_spec do; model/dlc_types.def names them.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "model/dlc/pads.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_attr.h"
#include "model/ops/arg_max.h"
#include "model/ops/conv.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/input.h"
#include "model/ops/pack.h"
#include "model/ops/pool.h"
#include "model/ops/reduce.h"
#include "model/ops/relu.h"
#include "model/ops/reshape.h"
#include "model/ops/softmax.h"
#include "model/ops/strided_slice.h"
#include "model/ops/sum.h"

/* SHAPE as a list of signed numbers that lives as long as the layer is read. */
static int32_t *shape_list(struct v3_layer *layer, const struct shape *shape)
{
    return arena_copy(&layer->reader->scratch, shape->dim, sizeof(shape->dim));
}

static const struct shape *input_shape(const struct v3_node *node)
{
    return &node->graph->values[node->node->inputs[0]].shape;
}

int v3_read_plain(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    (void)layer, (void)attrs, (void)fault;
    return 0;
}

void v3_write_plain(struct v3_node *node)
{
    (void)node;
}

int v3_read_input(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct input_attrs *input = attrs;
    const struct shape *shape = &layer->shapes[0];

    (void)fault;
    input->shape = (struct i32s){shape_list(layer, shape), shape->rank};
    return input->shape.v ? 0 : -ENOMEM;
}

int v3_read_reshape(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct reshape_attrs *reshape = attrs;
    const struct shape *shape = &layer->shapes[0];

    (void)fault;
    reshape->shape = (struct i32s){shape_list(layer, shape), shape->rank};
    return reshape->shape.v ? 0 : -ENOMEM;
}

static void complete_pads(const struct v3_layer *layer, struct window *window, int ceil_mode)
{
    const struct shape *in = NULL;

    if (layer->in[0] != NO_VALUE)
        in = &builder_value(layer->reader->builder, layer->in[0])->shape;
    pads_complete(window, ceil_mode, in, &layer->shapes[0]);
}

/* Where the rule says the pads, files hold the leading ones that the rule gives; VALID has none. */
static void write_pads(struct v3_node *node, const struct window *window, const char *top,
                       const char *left)
{
    const struct shape *in = input_shape(node);
    struct window_axis h = {.lead = window->pad_top}, w = {.lead = window->pad_left};

    if (window->padding == PADDING_SAME)
        window_infer(window, 0, in->dim[1], in->dim[2], &h, &w, NULL);
    else if (window->padding == PADDING_VALID)
        h.lead = w.lead = 0;
    v3_tree_i32(node->tree, node->attrs, top, h.lead);
    v3_tree_i32(node->tree, node->attrs, left, w.lead);
}

int v3_read_conv(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct conv_attrs *conv = attrs;

    (void)fault;
    complete_pads(layer, &conv->window, 0);
    return 0;
}

void v3_write_conv(struct v3_node *node)
{
    const struct conv_attrs *conv = node->node->attrs;

    write_pads(node, &conv->window, "padding_y", "padding");
    v3_tree_u32(node->tree, node->attrs, "padding_mode", (uint32_t)conv->padding_mode);
}

int v3_read_pool(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct pool_attrs *pool = attrs;

    (void)fault;
    complete_pads(layer, &pool->window, 1);
    return 0;
}

/* Theirs have no dilation. */
void v3_write_pool(struct v3_node *node)
{
    static const char *const dilations[] = {"dilation_y", "dilation_x", NULL};
    const struct pool_attrs *pool = node->node->attrs;

    write_pads(node, &pool->window, "pad_y", "pad_x");
    if (pool->window.dilation_h == 1 && pool->window.dilation_w == 1)
        node->omitted = dilations;
}

/* Theirs has no attribute and means the last axis; ours says which if it is another. */
void v3_write_softmax(struct v3_node *node)
{
    static const char *const axis[] = {"axis", NULL};
    const struct softmax_attrs *softmax = node->node->attrs;
    const struct shape *x = input_shape(node);

    if (shape_axis(x, softmax->axis) == (int)x->rank - 1)
        node->omitted = axis;
}

/* Relu's clamps are both 0 where there is no upper end. */
static int read_relu(const struct v3_layer *layer, struct relu_attrs *relu, struct fault *fault)
{
    double least = v3_attr_get(&layer->attrs, "min_clamp", 0);

    if (least != 0)
        return fail(fault, E_OP_ATTR, "min_clamp: %.10g; a relu ends at 0", least);
    if (layer->type->code != CODE_RELU_MAX && relu->max == 0)
        relu->max = INFINITY;
    return 0;
}

/* What b does is not known, and a only guessed at, so other values than usual are refused. */
static int read_sigmoid(const struct v3_layer *layer, struct fault *fault)
{
    double a = v3_attr_get(&layer->attrs, "a", 0), b = v3_attr_get(&layer->attrs, "b", 0);

    if ((a != 0 && a != 1) || b != 0)
        return fail(fault, E_OP_ATTR, "a sigmoid with a %.10g and b %.10g is not known", a, b);
    return 0;
}

int v3_read_neuron(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    if (layer->type->op == OP_RELU)
        return read_relu(layer, attrs, fault);
    if (layer->type->op == OP_SIGMOID)
        return read_sigmoid(layer, fault);
    return 0;
}

static bool has_row(const struct attr_spec *spec, const char *dlc)
{
    while (spec && spec->name && !(spec->dlc && strcmp(spec->dlc, dlc) == 0))
        spec++;
    return spec && spec->name;
}

/* A neuron has all four numbers, whether its function looks at them or not. */
void v3_write_neuron(struct v3_node *node)
{
    static const char *const numbers[] = {"a", "b", "min_clamp", "max_clamp"};
    const struct relu_attrs *relu = node->type->op == OP_RELU ? node->node->attrs : NULL;
    bool ends = relu && isfinite(relu->max);

    v3_tree_u32(node->tree, node->attrs, "type", ends ? CODE_RELU_MAX : node->type->code);
    if (relu && !ends)
        v3_tree_f32(node->tree, node->attrs, "max_clamp", 0);
    if (node->type->op == OP_SIGMOID)
        v3_tree_f32(node->tree, node->attrs, "a", 1);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        if (!has_row(op_get(node->type->op)->attrs, numbers[i]) &&
            !v3_tree_has(node->attrs, numbers[i]))
            v3_tree_f32(node->tree, node->attrs, numbers[i], 0);
}

/* Both were true wherever they were seen; what they mean when they are false is not known. */
static const char *const batch_norm_always[] = {"across_spatial", "mu_sigma"};

int v3_read_batch_norm(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    (void)attrs;
    for (size_t i = 0; i < ARRAY_SIZE(batch_norm_always); i++)
        if (v3_attr_get(&layer->attrs, batch_norm_always[i], 1) != 1)
            return fail(fault, E_OP_ATTR, "%s is false, which is not known", batch_norm_always[i]);
    return 0;
}

void v3_write_batch_norm(struct v3_node *node)
{
    v3_tree_bool(node->tree, node->attrs, "compute_stats", false);
    for (size_t i = 0; i < ARRAY_SIZE(batch_norm_always); i++)
        v3_tree_bool(node->tree, node->attrs, batch_norm_always[i], true);
}

void v3_write_sum(struct v3_node *node)
{
    const struct sum_attrs *sum = node->node->attrs;
    uint32_t n = node->node->n_inputs;
    float *ones;

    v3_tree_u32(node->tree, node->attrs, "op", node->type->code);
    if (sum->coeffs.n != 0)
        return;
    ones = arena_alloc(&node->tree->arena, n * sizeof(*ones));
    if (!ones) {
        node->tree->error = -ENOMEM;
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        ones[i] = 1;
    v3_tree_f32s(node->tree, node->attrs, "coeffs", ones, n);
}

/* Containers name every axis. */
void v3_write_reduce(struct v3_node *node)
{
    static const uint32_t all[SHAPE_RANK_MAX] = {0, 1, 2, 3, 4, 5};
    const struct reduce_attrs *reduce = node->node->attrs;

    if (reduce->axes.n == 0)
        v3_tree_u32s(node->tree, node->attrs, "axes", all, input_shape(node)->rank);
}

int v3_read_strided_slice(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    double mask = v3_attr_get(&layer->attrs, "new_axis_mask", 0);

    (void)attrs;
    if (mask != 0)
        return fail(fault, E_OP_ATTR, "new_axis_mask: %.10g; only 0 can be read", mask);
    return 0;
}

void v3_write_strided_slice(struct v3_node *node)
{
    v3_tree_i32(node->tree, node->attrs, "new_axis_mask", 0);
}

/* Theirs has one order, and no attribute for it. */
void v3_write_depth_to_space(struct v3_node *node)
{
    static const char *const mode[] = {"mode", NULL};
    const struct depth_to_space_attrs *attrs = node->node->attrs;

    if (attrs->mode == DEPTH_TO_SPACE_DCR)
        node->omitted = mode;
}

/* Theirs has a word for the kind, and no attribute for which of equal numbers it is. */
int v3_read_arg_max(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct arg_max_attrs *arg_max = attrs;
    const char *word = v3_attr_text(&layer->attrs, "op");

    arg_max->kind = strcmp(word, "ARGMIN") == 0 ? ARG_MIN : ARG_MAX;
    if (arg_max->kind == ARG_MAX && strcmp(word, "ARGMAX") != 0)
        return fail(fault, E_OP_ATTR, "op: \"%.60s\" is not known", word);
    return 0;
}

void v3_write_arg_max(struct v3_node *node)
{
    static const char *const select_last[] = {"select_last", NULL};
    const struct arg_max_attrs *arg_max = node->node->attrs;

    v3_tree_text(node->tree, node->attrs, "op", arg_max->kind == ARG_MIN ? "ARGMIN" : "ARGMAX");
    if (!arg_max->select_last)
        node->omitted = select_last;
}

/* The axis is one of the output's. */
void v3_write_pack(struct v3_node *node)
{
    const struct pack_attrs *pack = node->node->attrs;
    const struct value *y = &node->graph->values[node->node->outputs[0]];

    v3_tree_u32(node->tree, node->attrs, "axis", (uint32_t)shape_axis(&y->shape, pack->axis));
}

/*
 * Lists of inputs have no gaps: the one behind x of two is what says where sequences go on, for the
 * first h and c come together.
 */
int v3_read_lstm(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    enum { H0 = 4, CONTINUES = 6 };

    (void)attrs, (void)fault;
    if (layer->n_in != H0 + 1)
        return 0;
    layer->in[CONTINUES] = layer->in[H0];
    layer->in[H0] = NO_VALUE;
    layer->n_in = CONTINUES + 1;
    return 0;
}
