#include "tools/dlc_words.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "model/color_space.h"
#include "model/dlc/types.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"
#include "model/ops/input.h"
#include "model/ops/pool.h"
#include "model/ops/user_defined.h"

/* Pads as they take effect: where a rule says them, the graph does not hold them. */
static void add_pads(const struct window *window, const struct window_axis *h,
                     const struct window_axis *w, struct params *params)
{
    int32_t right = w->trail < 0 ? 0 : w->trail; /* columns that are left over are no pads */
    int32_t bottom = h->trail < 0 ? 0 : h->trail;

    params_add(params, "padding x", "%d", w->lead);
    params_add(params, "padding y", "%d", h->lead);
    if (right != w->lead || bottom != h->lead) {
        params_add(params, "padding right", "%d", right);
        params_add(params, "padding bottom", "%d", bottom);
    }
    params_add(params, "padding rule", "%s", window_paddings[window->padding]);
}

static void add_window_pads(const struct graph *graph, const struct node *node,
                            const struct window *window, struct params *params)
{
    const struct shape *x = &graph->values[node->inputs[0]].shape;
    struct window_axis h = {0}, w = {0};

    window_infer(window, node->op == OP_POOL, x->dim[1], x->dim[2], &h, &w, NULL);
    add_pads(window, &h, &w, params);
}

static void add_stride(const struct window *window, struct params *params)
{
    params_add(params, "stride x", "%d", window->stride_w);
    params_add(params, "stride y", "%d", window->stride_h);
    if (window->dilation_w != 1 || window->dilation_h != 1) {
        params_add(params, "dilation x", "%d", window->dilation_w);
        params_add(params, "dilation y", "%d", window->dilation_h);
    }
}

static void add_conv(const struct graph *graph, const struct node *node, struct params *params)
{
    const struct conv_attrs *conv = node->attrs;

    add_window_pads(graph, node, &conv->window, params);
    params_add(params, "padding mode", "%s", conv->padding_mode == 0 ? "zero" : "unknown");
    add_stride(&conv->window, params);
    params_add(params, "num filters", "%u", graph->values[node->outputs[0]].shape.dim[3]);
    params_add(params, "kernel", "%dx%d", conv->window.kernel_w, conv->window.kernel_h);
    if (conv->groups != 1)
        params_add(params, "groups", "%d", conv->groups);
}

/* Here pads are what is cut off. */
static void add_deconv(const struct graph *graph, const struct node *node, struct params *params)
{
    const struct deconv_attrs *deconv = node->attrs;
    const struct shape *x = &graph->values[node->inputs[0]].shape;
    struct window_axis h = {0}, w = {0};

    deconv_window(deconv, x->dim[1], x->dim[2], &h, &w, NULL);
    add_pads(&deconv->window, &h, &w, params);
    add_stride(&deconv->window, params);
    params_add(params, "num filters", "%u", graph->values[node->outputs[0]].shape.dim[3]);
    params_add(params, "kernel", "%dx%d", deconv->window.kernel_w, deconv->window.kernel_h);
}

static void add_pool(const struct graph *graph, const struct node *node, struct params *params)
{
    const struct pool_attrs *pool = node->attrs;

    params_add(params, "pool type", "%s", pool->kind == POOL_MAX ? "max" : "average");
    params_add(params, "pool size x", "%d", pool->window.kernel_w);
    params_add(params, "pool size y", "%d", pool->window.kernel_h);
    add_stride(&pool->window, params);
    add_window_pads(graph, node, &pool->window, params);
}

static const char *color_space(int32_t code)
{
    const struct color_space *space = color_space_get(code);

    return space ? space->name : "unknown";
}

static void add_input(const struct graph *graph, const struct node *node, struct params *params)
{
    static const char *const types[] = {"default", "image", "opaque"};
    const struct input_attrs *input = node->attrs;
    uint32_t type = (uint32_t)input->input_type;

    (void)graph;
    if (input->color_space_in == input->color_space_out)
        params_add(params, "input_preprocessing", "passthrough");
    params_add(params, "input_encoding_in", "%s", color_space(input->color_space_in));
    params_add(params, "input_encoding_out", "%s", color_space(input->color_space_out));
    params_add(params, "input_type", "%s", type < ARRAY_SIZE(types) ? types[type] : "unknown");
}

/* Name, kind and value of each parameter. */
static void add_user_defined(const struct graph *graph, const struct node *node,
                             struct params *params)
{
    const struct user_defined_attrs *user = node->attrs;

    (void)graph;
    for (uint32_t i = 0; i + 2 < user->params.n; i += 3)
        params_add(params, user->params.v[i], "%s", user->params.v[i + 2]);
}

/* The attribute that is called DLC in a container; NULL: the operator has none. */
static const struct attr_spec *find_dlc(const struct node *node, const char *dlc)
{
    const struct attr_spec *spec = op_get(node->op)->attrs;

    while (spec && spec->name && !(spec->dlc && strcmp(spec->dlc, dlc) == 0))
        spec++;
    return spec && spec->name ? spec : NULL;
}

/* What every neuron has in a container. */
static const char *const neuron_numbers[] = {"a", "b", "min_clamp", "max_clamp", NULL};

/* The function comes last. An end that is none is written as 0 there. */
static void add_neuron(const struct node *node, struct params *params)
{
    for (const char *const *number = neuron_numbers; *number; number++) {
        const struct attr_spec *spec = find_dlc(node, *number);
        float x = spec ? *(const float *)((const char *)node->attrs + spec->at) : 0;
        char text[PARAMS_FLOAT_SIZE];

        if (node->op == OP_SIGMOID && strcmp(*number, "a") == 0)
            x = 1; /* as containers have it */
        params_add(params, *number, "%s", params_float(isinf(x) ? 0 : x, text));
    }
    params_add(params, "func", "%s", op_get(node->op)->name);
}

static const struct words {
    enum op op;
    void (*add)(const struct graph *graph, const struct node *node, struct params *params);
    const char *said[16];
} words[] = {
    {OP_CONV,
     add_conv,
     {"kernel_h", "kernel_w", "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top",
      "pad_left", "pad_bottom", "pad_right", "padding", "groups", "padding_mode"}},
    {OP_DECONV,
     add_deconv,
     {"kernel_h", "kernel_w", "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top",
      "pad_left", "pad_bottom", "pad_right", "padding"}},
    {OP_POOL,
     add_pool,
     {"kind", "kernel_h", "kernel_w", "stride_h", "stride_w", "pad_top", "pad_left", "pad_bottom",
      "pad_right", "dilation_h", "dilation_w", "padding"}},
    {OP_INPUT, add_input, {"shape", "color_space_in", "color_space_out", "input_type"}},
    {OP_USER_DEFINED, add_user_defined, {"params", "shapes"}},
};

static const struct words *find_words(const struct node *node)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (words[i].op == node->op)
            return &words[i];
    return NULL;
}

static bool is_neuron(const struct node *node)
{
    const struct dlc_type *type = types_of_op(node->op);

    return type && strcmp(type->name, "Neuron") == 0;
}

static bool holds(const char *const *list, const char *word)
{
    while (*list && strcmp(*list, word) != 0)
        list++;
    return *list;
}

void dlc_words_add(const struct graph *graph, const struct node *node, struct params *params)
{
    const struct words *found = find_words(node);

    if (is_neuron(node))
        add_neuron(node, params);
    else if (found)
        found->add(graph, node, params);
}

bool dlc_words_say(const struct node *node, const struct attr_spec *spec)
{
    const struct words *found = find_words(node);

    if (is_neuron(node))
        return spec->dlc && holds(neuron_numbers, spec->dlc);
    return found && holds(found->said, spec->name);
}
