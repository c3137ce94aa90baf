#include "convert/onnx/rewrite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/words.h"

static const struct {
    const char *domain, *op;
    int (*rewrite)(struct rewrite *w);
} rewriters[] = {
#define REWRITE(domain, op, function) {domain, #op, function},
#include "convert/onnx/rewrite.def"
#undef REWRITE
};

const struct onnx_attr *rewrite_attr(const struct rewrite *w, const char *name)
{
    for (uint32_t i = 0; i < w->node->n_attrs; i++)
        if (strcmp(w->node->attrs[i].name, name) == 0)
            return &w->node->attrs[i];
    return NULL;
}

int64_t rewrite_attr_int(const struct rewrite *w, const char *name, int64_t preset)
{
    const struct onnx_attr *attr = rewrite_attr(w, name);

    return attr && attr->type == ONNX_ATTR_INT ? attr->i : preset;
}

float rewrite_attr_float(const struct rewrite *w, const char *name, float preset)
{
    const struct onnx_attr *attr = rewrite_attr(w, name);

    return attr && attr->type == ONNX_ATTR_FLOAT ? attr->f : preset;
}

const char *rewrite_input(const struct rewrite *w, uint32_t i)
{
    return i < w->node->node.n_inputs ? w->node->node.inputs[i] : "";
}

const char *rewrite_output(const struct rewrite *w, uint32_t i)
{
    return i < w->node->node.n_outputs ? w->node->node.outputs[i] : "";
}

const char *rewrite_name(struct rewrite *w, const char *suffix)
{
    const char *base = rewrite_output(w, 0);
    size_t size = strlen(base) + strlen(suffix) + 2;
    char *text = arena_alloc(&w->model->arena, size);
    const char *name = NULL;

    if (text) {
        snprintf(text, size, "%s.%s", base, suffix);
        name = unique_add(&w->tensors, text);
    }
    if (!name && w->r == 0)
        w->r = -ENOMEM;
    return name ? name : "";
}

/* The node that was put last. */
static struct onnx_node *last(struct rewrite *w)
{
    return (struct onnx_node *)w->nodes.base + w->nodes.n - 1;
}

/* Lists and their texts live as long as the model. */
static const char *const *copy_list(struct rewrite *w, const char *const *texts, uint32_t n)
{
    const char **list = arena_alloc(&w->model->arena, n * sizeof(*list) + 1);

    if (list && n)
        memcpy(list, texts, n * sizeof(*list));
    return list;
}

const char *rewrite_put(struct rewrite *w, bool main, const char *op, const char *out,
                        const char *const *inputs, uint32_t n)
{
    const char *const *in = copy_list(w, inputs, n), *const *outs = copy_list(w, &out, 1);
    struct onnx_node *node =
        in && outs ? rows_push(&w->nodes, &w->model->arena, sizeof(*node)) : NULL;

    if (!node) {
        w->r = w->r < 0 ? w->r : -ENOMEM;
        return out;
    }
    *node = (struct onnx_node){.domain = ""};
    node->node = (struct foreign_node){
        .name = main ? w->node->node.name : "",
        .op = op,
        .origin = w->node->node.op,
        .inputs = in,
        .outputs = outs,
        .n_inputs = n,
        .n_outputs = 1,
    };
    return out;
}

/* One more attribute of the last node; what it may hold is copied. */
static void add_attr(struct rewrite *w, const struct onnx_attr *attr)
{
    struct onnx_attr *attrs;
    struct onnx_node *node;

    if (w->r < 0)
        return;
    node = last(w);
    attrs = arena_alloc(&w->model->arena, (node->n_attrs + 1) * sizeof(*attrs));
    if (!attrs) {
        w->r = -ENOMEM;
        return;
    }
    if (node->n_attrs)
        memcpy(attrs, node->attrs, node->n_attrs * sizeof(*attrs));
    attrs[node->n_attrs++] = *attr;
    node->attrs = attrs;
}

void rewrite_set_int(struct rewrite *w, const char *name, int64_t i)
{
    add_attr(w, &(struct onnx_attr){.name = name, .type = ONNX_ATTR_INT, .i = i});
}

void rewrite_set_float(struct rewrite *w, const char *name, float f)
{
    add_attr(w, &(struct onnx_attr){.name = name, .type = ONNX_ATTR_FLOAT, .f = f});
}

void rewrite_set_ints(struct rewrite *w, const char *name, const int64_t *v, uint32_t n)
{
    struct onnx_attr attr = {.name = name, .type = ONNX_ATTR_INTS, .ints = {.n = n}};

    attr.ints.base = arena_copy(&w->model->arena, v, n * sizeof(*v));
    if (!attr.ints.base)
        w->r = w->r < 0 ? w->r : -ENOMEM;
    add_attr(w, &attr);
}

void rewrite_copy_attrs(struct rewrite *w, const char *but)
{
    for (uint32_t i = 0; i < w->node->n_attrs; i++)
        if (!words_have(but, w->node->attrs[i].name))
            add_attr(w, &w->node->attrs[i]);
}

const char *rewrite_number(struct rewrite *w, const char *suffix, float f)
{
    const char *name = rewrite_put(w, false, "Constant", rewrite_name(w, suffix), NULL, 0);

    rewrite_set_float(w, "value_float", f);
    return name;
}

const char *rewrite_floats(struct rewrite *w, const char *suffix, const float *v, uint32_t n)
{
    const char *name = rewrite_put(w, false, "Constant", rewrite_name(w, suffix), NULL, 0);
    struct onnx_attr attr = {.name = "value_floats", .type = ONNX_ATTR_FLOATS, .floats = {.n = n}};

    attr.floats.base = arena_copy(&w->model->arena, v, n * sizeof(*v));
    if (!attr.floats.base)
        w->r = w->r < 0 ? w->r : -ENOMEM;
    add_attr(w, &attr);
    return name;
}

const char *rewrite_list(struct rewrite *w, const char *suffix, const int64_t *v, uint32_t n)
{
    const char *name = rewrite_put(w, false, "Constant", rewrite_name(w, suffix), NULL, 0);

    rewrite_set_ints(w, "value_ints", v, n);
    return name;
}

static int reserve(struct rewrite *w, const char *name)
{
    int r = *name ? unique_reserve(&w->tensors, name) : 0;

    /* What is made twice is refused later, by name. */
    return r == -EEXIST ? 0 : r;
}

static int reserve_all(struct rewrite *w)
{
    const struct onnx_model *model = w->model;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < model->graph.n_inputs; i++)
        r = reserve(w, model->graph.inputs[i].name);
    for (uint32_t i = 0; r == 0 && i < model->graph.n_initializers; i++)
        r = reserve(w, model->graph.initializers[i].name);
    for (uint32_t i = 0; r == 0 && i < model->graph.n_nodes; i++)
        for (uint32_t k = 0; r == 0 && k < model->graph.nodes[i].node.n_outputs; k++)
            r = reserve(w, model->graph.nodes[i].node.outputs[k]);
    return r;
}

/* The function for NODE, or NULL. */
static int (*find_rewriter(const struct onnx_node *node))(struct rewrite *w)
{
    const char *domain = strcmp(node->domain, "ai.onnx") == 0 ? "" : node->domain;

    for (size_t i = 0; i < ARRAY_SIZE(rewriters); i++)
        if (strcmp(rewriters[i].op, node->node.op) == 0 && strcmp(rewriters[i].domain, domain) == 0)
            return rewriters[i].rewrite;
    return NULL;
}

/* 1 if the current node has been rewritten, 0 if it stays. */
static int rewrite_one(struct rewrite *w, const struct taken *taken, uint32_t n_taken)
{
    int (*rewriter)(struct rewrite * w) = find_rewriter(w->node);
    uint32_t before = w->nodes.n;
    int r;

    for (uint32_t i = 0; i < n_taken; i++)
        if (taken[i].node == w->node) {
            r = rewrite_branch(w, taken[i].branch);
            return r < 0 ? r : 1;
        }
    if (!rewriter)
        return 0;
    r = rewriter(w);
    if (r == 0)
        w->nodes.n = before;
    return w->r < 0 ? w->r : r;
}

static int rewrite_all(struct rewrite *w, const struct taken *taken, uint32_t n_taken)
{
    int r = reserve_all(w);

    for (uint32_t i = 0; r >= 0 && i < w->model->graph.n_nodes; i++) {
        struct onnx_node *copy;

        w->node = &w->model->graph.nodes[i];
        r = rewrite_one(w, taken, n_taken);
        if (r != 0)
            continue;
        copy = rows_push(&w->nodes, &w->model->arena, sizeof(*copy));
        if (!copy)
            return -ENOMEM;
        *copy = *w->node;
    }
    return r < 0 ? r : 0;
}

/* Is there anything to do? Most models have no such node. */
static bool is_needed(const struct onnx_model *model, uint32_t n_taken)
{
    for (uint32_t i = 0; n_taken == 0 && i < model->graph.n_nodes; i++)
        if (find_rewriter(&model->graph.nodes[i]))
            return true;
    return n_taken > 0;
}

static int join_initializers(struct rewrite *w)
{
    struct onnx_model *model = w->model;
    uint32_t n = model->graph.n_initializers + w->initializers.n;
    struct onnx_tensor *all;

    if (w->initializers.n == 0)
        return 0;
    all = arena_alloc(&model->arena, n * sizeof(*all));
    if (!all)
        return -ENOMEM;
    if (model->graph.n_initializers)
        memcpy(all, model->graph.initializers, model->graph.n_initializers * sizeof(*all));
    memcpy(all + model->graph.n_initializers, w->initializers.base,
           w->initializers.n * sizeof(*all));
    model->graph.initializers = all;
    model->graph.n_initializers = n;
    return 0;
}

int rewrite_model(struct onnx_model *model, const struct taken *taken, uint32_t n_taken,
                  struct fault *fault)
{
    struct rewrite w = {.model = model, .tensors = {.arena = &model->arena}, .fault = fault};
    int r = 0;

    if (!is_needed(model, n_taken))
        return 0;
    r = rewrite_all(&w, taken, n_taken);
    if (r == 0)
        r = join_initializers(&w);
    if (r == 0) {
        model->graph.nodes = w.nodes.base;
        model->graph.n_nodes = w.nodes.n;
    }
    unique_done(&w.tensors);
    return r;
}

int rewrite_print_names(struct buf *out)
{
    int r = 0;

    for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(rewriters); i++)
        if (*rewriters[i].domain || !ops_has(rewriters[i].op))
            r = buf_printf(out, ", %s%s%s", rewriters[i].domain, *rewriters[i].domain ? "." : "",
                           rewriters[i].op);
    return r < 0 ? r : 0;
}
