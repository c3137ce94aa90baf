/*
 * The branch of an If in the place of the If. Names inside a branch may be those of tensors
 * elsewhere (of another branch that was taken): then the branch's get new ones, which graphs inside
 * it follow by the scope that its own Ifs are given.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "convert/onnx/rewrite.h"

static const char *resolve(const struct onnx_scope *scope, const char *name)
{
    for (; scope; scope = scope->outer) {
        uint32_t at = names_find(&scope->from, name);

        if (at != NAMES_NONE)
            return ((const char *const *)scope->to.base)[at];
    }
    return name;
}

/* A tensor that the branch makes, under a name of its own in the whole model. */
static int define(struct rewrite *w, struct onnx_scope *scope, const char *name)
{
    const char *to = unique_add(&w->tensors, name), **at;
    int r = to ? 0 : -ENOMEM;

    if (r == 0 && strcmp(to, name) == 0)
        return 0;
    if (r == 0)
        r = names_add(&scope->from, name);
    if (r == -EEXIST)
        return fail(w->fault, E_CONVERT_SYNTAX, "tensor \"%.120s\" is made twice in a branch",
                    name);
    if (r < 0)
        return r;
    at = rows_push(&scope->to, &w->model->arena, sizeof(*at));
    if (!at)
        return -ENOMEM;
    *at = to;
    return 0;
}

static int define_all(struct rewrite *w, const struct onnx_graph *graph, struct onnx_scope *scope)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < graph->n_initializers; i++)
        r = define(w, scope, graph->initializers[i].name);
    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++)
        for (uint32_t k = 0; r == 0 && k < graph->nodes[i].node.n_outputs; k++)
            if (*graph->nodes[i].node.outputs[k])
                r = define(w, scope, graph->nodes[i].node.outputs[k]);
    return r;
}

static const char *const *resolve_list(struct rewrite *w, const struct onnx_scope *scope,
                                       const char *const *names, uint32_t n)
{
    const char **list = arena_alloc(&w->model->arena, n * sizeof(*list) + 1);

    for (uint32_t i = 0; list && i < n; i++)
        list[i] = *names[i] ? resolve(scope, names[i]) : "";
    return list;
}

static int copy_node(struct rewrite *w, const struct onnx_scope *scope,
                     const struct onnx_node *from)
{
    struct onnx_node *node = rows_push(&w->nodes, &w->model->arena, sizeof(*node));
    struct onnx_node copy = *from;

    copy.node.inputs = resolve_list(w, scope, from->node.inputs, from->node.n_inputs);
    copy.node.outputs = resolve_list(w, scope, from->node.outputs, from->node.n_outputs);
    copy.scope = scope;
    if (!node || !copy.node.inputs || !copy.node.outputs)
        return -ENOMEM;
    *node = copy;
    return 0;
}

static int copy_all(struct rewrite *w, const struct onnx_graph *graph,
                    const struct onnx_scope *scope)
{
    int r = 0;

    for (uint32_t i = 0; i < graph->n_initializers; i++) {
        struct onnx_tensor *tensor = rows_push(&w->initializers, &w->model->arena, sizeof(*tensor));

        if (!tensor)
            return -ENOMEM;
        *tensor = graph->initializers[i];
        tensor->name = resolve(scope, tensor->name);
    }
    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++)
        r = copy_node(w, scope, &graph->nodes[i]);
    return r;
}

/* The If's outputs are the branch's under other names. */
static int name_outputs(struct rewrite *w, const struct onnx_graph *graph,
                        const struct onnx_scope *scope)
{
    if (graph->n_outputs != w->node->node.n_outputs)
        return fail(w->fault, E_CONVERT_SYNTAX,
                    "node \"%.80s\" (If): a branch has %u outputs, the node %u",
                    conversion_label(&w->node->node), graph->n_outputs, w->node->node.n_outputs);
    for (uint32_t i = 0; i < graph->n_outputs; i++) {
        const char *from = resolve(scope, graph->outputs[i].name);

        if (*rewrite_output(w, i))
            rewrite_put(w, false, "Identity", rewrite_output(w, i), &from, 1);
    }
    return w->r;
}

int rewrite_branch(struct rewrite *w, const struct onnx_attr *branch)
{
    struct onnx_scope *scope = arena_alloc(&w->model->arena, sizeof(*scope));
    struct onnx_graph graph;
    int r = scope ? onnx_graph_read(w->model, branch->g, &graph, w->fault) : -ENOMEM;

    if (r < 0)
        return r;
    if (w->nodes.n + graph.n_nodes > ONNX_NODES_MAX)
        return fail(w->fault, E_TOO_LARGE, "the model has more than %d nodes", ONNX_NODES_MAX);
    scope->outer = w->node->scope;
    scope->next = w->model->scopes;
    w->model->scopes = scope;
    r = define_all(w, &graph, scope);
    if (r == 0)
        r = copy_all(w, &graph, scope);
    if (r == 0)
        r = name_outputs(w, &graph, scope);
    return r;
}
