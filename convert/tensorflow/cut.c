#include "convert/tensorflow/cut.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/tensorflow/links.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

#define TENSORS_MOST ((size_t)1 << 20) /* tensors of all nodes together */
#define SINKS_NAMED  3

enum state { STATE_NEW, STATE_OPEN, STATE_DONE };

struct cut {
    struct tf_source *source;
    struct conversion *c;
    const struct convert_options *options;
    struct links links;
    struct rows cuts;      /* struct link: what -d names, in its order */
    struct rows outputs;   /* struct link: of the network */
    struct rows backs;     /* struct link: ways back of loops */
    struct rows order;     /* uint32_t: nodes, each behind what it reads */
    uint8_t *state;        /* by node: enum state */
    bool *is_static;       /* by node */
    uint32_t *n_outputs;   /* by node: as far as they are read, or asked for */
    const char ***tensors; /* by node: names of its outputs, "" where nobody reads one */
};

static const struct graphdef_node *node_at(const struct cut *cut, uint32_t i)
{
    return &cut->links.nodes[i];
}

static bool is_cut(const struct cut *cut, const struct link *link)
{
    const struct link *cuts = cut->cuts.base;

    for (uint32_t i = 0; i < cut->cuts.n; i++)
        if (cuts[i].node == link->node && cuts[i].k == link->k)
            return true;
    return false;
}

static int find_cuts(struct cut *cut)
{
    for (uint32_t i = 0; i < cut->options->n_dims; i++) {
        struct link *link = rows_push(&cut->cuts, &cut->c->arena, sizeof(*link));
        const char *name = cut->options->dims[i].name;
        int r = link ? links_find(&cut->links, name, link, cut->c->fault) : -ENOMEM;

        if (r < 0)
            return r;
        if (link->node == LINK_MISSING)
            return fail(cut->c->fault, E_CONVERT_OPTION, "-d %.80s: the graph has no such node",
                        name);
        cut->cuts.n--;
        if (is_cut(cut, link))
            return fail(cut->c->fault, E_CONVERT_OPTION, "-d %.80s: named twice", name);
        cut->cuts.n++;
    }
    return 0;
}

static int push_link(struct cut *cut, struct rows *rows, const struct link *link)
{
    struct link *to = rows_push(rows, &cut->c->arena, sizeof(*to));

    if (!to)
        return -ENOMEM;
    *to = *link;
    return 0;
}

static void note_output(struct cut *cut, const struct link *link)
{
    if (cut->n_outputs[link->node] <= link->k)
        cut->n_outputs[link->node] = link->k + 1;
}

/* A node whose inputs are being walked. */
struct step {
    uint32_t node, next;
};

static int open_node(struct cut *cut, struct rows *stack, uint32_t node)
{
    struct step *step = rows_push(stack, &cut->c->arena, sizeof(*step));

    if (!step)
        return -ENOMEM;
    *step = (struct step){node, 0};
    cut->state[node] = STATE_OPEN;
    return 0;
}

static int close_node(struct cut *cut, struct rows *stack, uint32_t node)
{
    uint32_t *to = rows_push(&cut->order, &cut->c->arena, sizeof(*to));

    if (!to)
        return -ENOMEM;
    *to = node;
    cut->state[node] = STATE_DONE;
    stack->n--;
    return 0;
}

/* One input further, or the node is done. */
static int walk_step(struct cut *cut, struct rows *stack)
{
    struct step *step = (struct step *)stack->base + stack->n - 1;
    const struct graphdef_node *node = node_at(cut, step->node);
    const struct link *link;

    if (step->next == node->n_inputs)
        return close_node(cut, stack, step->node);
    link = &cut->links.inputs[step->node][step->next++];
    if (link->node == LINK_NONE || link->is_back)
        return link->is_back ? push_link(cut, &cut->backs, link) : 0;
    if (link->node == LINK_MISSING)
        return fail(cut->c->fault, E_CONVERT_SYNTAX,
                    "node \"%.80s\" (%.40s) reads \"%.80s\", which is not in the graph", node->name,
                    node->op, node->inputs[step->next - 1]);
    note_output(cut, link);
    if (is_cut(cut, link) || cut->state[link->node] == STATE_DONE)
        return 0;
    if (cut->state[link->node] == STATE_OPEN)
        return fail(cut->c->fault, E_CONVERT_SYNTAX,
                    "node \"%.80s\" (%.40s) reads what depends on it: the graph has a circle",
                    node->name, node->op);
    return open_node(cut, stack, link->node);
}

/* One more output of the network, and all that it needs. */
static int add_output(struct cut *cut, struct link link)
{
    struct rows stack = {0};
    int r = push_link(cut, &cut->outputs, &link);

    if (r < 0)
        return r;
    note_output(cut, &link);
    if (cut->state[link.node] == STATE_NEW && !is_cut(cut, &link))
        r = open_node(cut, &stack, link.node);
    while (r == 0 && stack.n)
        r = walk_step(cut, &stack);
    return r;
}

/* One --out_node: a tensor, or all that a node gives. */
static int add_asked(struct cut *cut, const char *name)
{
    struct link link;
    uint32_t n = 1;
    int r = links_find(&cut->links, name, &link, cut->c->fault);

    if (r == 0 && link.node == LINK_MISSING)
        return fail(cut->c->fault, E_NO_TENSOR,
                    "--out_node %.80s: the graph has no such node; its last is %.80s", name,
                    node_at(cut, cut->links.n_nodes - 1)->name);
    if (r == 0 && !strchr(name, ':'))
        n = tf_ops_count_outputs(node_at(cut, link.node));
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = add_output(cut, (struct link){.node = link.node, .k = link.k + i});
    return r;
}

/* Without --out_node: the one node that computes something and that nobody reads. */
static int find_sink(struct cut *cut)
{
    bool *is_read = arena_alloc(&cut->c->arena, (size_t)cut->links.n_nodes + 1);
    const char *sinks[SINKS_NAMED] = {"", "", ""};
    uint32_t n = 0, sink = 0;

    if (!is_read)
        return -ENOMEM;
    for (uint32_t i = 0; i < cut->links.n_nodes; i++)
        for (uint32_t k = 0; k < node_at(cut, i)->n_inputs; k++)
            if (cut->links.inputs[i][k].node < LINK_MISSING)
                is_read[cut->links.inputs[i][k].node] = true;
    for (uint32_t i = 0; i < cut->links.n_nodes; i++)
        if (!is_read[i] && tf_ops_is_result(node_at(cut, i))) {
            if (n < SINKS_NAMED)
                sinks[n] = node_at(cut, i)->name;
            sink = i;
            n++;
        }
    if (n == 1)
        return add_output(cut, (struct link){.node = sink});
    if (n == 0)
        return fail(cut->c->fault, E_CONVERT_OPTION,
                    "no node of the graph looks like its output: name it with --out_node");
    return fail(cut->c->fault, E_CONVERT_OPTION,
                "%u nodes may be the output (%.50s, %.50s%s%.50s%s): name it with --out_node", n,
                sinks[0], sinks[1], n > 2 ? ", " : "", sinks[2], n > SINKS_NAMED ? ", ..." : "");
}

/*
 * The insides of loops count as outputs too: no loop can be converted, and so everything that
 * stands in the way is found.
 */
static int choose_outputs(struct cut *cut)
{
    int r = cut->options->n_outputs ? 0 : find_sink(cut);

    for (uint32_t i = 0; r == 0 && i < cut->options->n_outputs; i++)
        r = add_asked(cut, cut->options->outputs[i]);
    cut->source->n_outputs = cut->outputs.n;
    for (uint32_t i = 0; r == 0 && i < cut->backs.n; i++)
        r = add_output(cut, ((const struct link *)cut->backs.base)[i]);
    return r;
}

/* Is everything that it computes known without a run? */
static bool find_static(const struct cut *cut, uint32_t node)
{
    const struct graphdef_node *def = node_at(cut, node);
    bool reads = false;

    for (uint32_t i = 0; i < def->n_inputs; i++) {
        const struct link *link = &cut->links.inputs[node][i];

        if (link->node == LINK_NONE || link->is_back)
            continue;
        reads = true;
        if (!cut->is_static[link->node] || is_cut(cut, link))
            return false;
    }
    return reads ? tf_ops_find(def->op) != NULL : tf_ops_is_constant(def);
}

/* Room for the names of all tensors that are read. */
static int place_tensors(struct cut *cut)
{
    size_t sum = 0;

    for (uint32_t i = 0; i < cut->links.n_nodes; i++) {
        uint32_t n = cut->n_outputs[i];

        sum += n;
        if (sum > TENSORS_MOST)
            return fail(cut->c->fault, E_TOO_LARGE, "the graph has more than %zu tensors",
                        TENSORS_MOST);
        cut->tensors[i] = n ? arena_alloc(&cut->c->arena, n * sizeof(const char *)) : NULL;
        if (n && !cut->tensors[i])
            return -ENOMEM;
        for (uint32_t k = 0; k < n; k++)
            cut->tensors[i][k] = "";
    }
    return 0;
}

/* "node:0", one text for all who ask. */
static int name_tensor(struct cut *cut, const struct link *link, const char **ret)
{
    const char **name = &cut->tensors[link->node][link->k], *node = node_at(cut, link->node)->name;
    size_t size = strlen(node) + 12;
    char *text;

    if (!**name) {
        text = arena_alloc(&cut->c->arena, size);
        if (!text)
            return -ENOMEM;
        snprintf(text, size, "%s:%u", node, link->k);
        *name = text;
    }
    *ret = *name;
    return 0;
}

static int fill_node(struct cut *cut, uint32_t node, struct tf_node *to)
{
    const struct graphdef_node *def = node_at(cut, node);
    const char **inputs = arena_alloc(&cut->c->arena, def->n_inputs * sizeof(*inputs) + 1);

    if (!inputs)
        return -ENOMEM;
    *to = (struct tf_node){
        .node = {.name = def->name, .op = def->op, .inputs = inputs},
        .def = def,
        .op = tf_ops_find(def->op),
        .is_static = cut->is_static[node],
    };
    for (uint32_t i = 0; i < def->n_inputs; i++) {
        const struct link *link = &cut->links.inputs[node][i];
        int r = 0;

        if (*def->inputs[i] == '^')
            continue;
        inputs[to->node.n_inputs] = "";
        if (link->node != LINK_NONE && !link->is_back)
            r = name_tensor(cut, link, &inputs[to->node.n_inputs]);
        if (r < 0)
            return r;
        to->node.n_inputs++;
    }
    return 0;
}

/* What -d names is made by nobody, though its node may still make other outputs. */
static void blank_cuts(struct cut *cut)
{
    const struct link *cuts = cut->cuts.base;

    for (uint32_t i = 0; i < cut->cuts.n; i++)
        if (cuts[i].k < cut->n_outputs[cuts[i].node])
            cut->tensors[cuts[i].node][cuts[i].k] = "";
}

/* An input of the network. What a Placeholder says of itself holds. */
static int add_input(struct cut *cut, const struct link *link, const char *tensor)
{
    const struct graphdef_node *def = node_at(cut, link->node);
    const struct graphdef_attr *shape = tf_attr_find(def, "shape"),
                               *type = tf_attr_find(def, "dtype");
    struct tf_input *input = rows_push(&cut->source->inputs, &cut->c->arena, sizeof(*input));

    if (!input)
        return -ENOMEM;
    input->tensor = tensor;
    if (!tf_ops_is_placeholder(def))
        return 0;
    if (shape && shape->kind == GRAPHDEF_SHAPE)
        input->shape = shape->sub;
    if (type && type->kind == GRAPHDEF_TYPE)
        input->type = (int32_t)type->i;
    return 0;
}

/* -d, by the names of tensors; what nobody reads goes, if that is allowed. */
static int take_dims(struct cut *cut)
{
    const struct convert_options *options = cut->options;
    struct input_dims *dims = arena_alloc(&cut->c->arena, options->n_dims * sizeof(*dims) + 1);
    uint32_t n = 0;

    if (!dims)
        return -ENOMEM;
    for (uint32_t i = 0; i < options->n_dims; i++) {
        const struct link *link = (const struct link *)cut->cuts.base + i;
        bool is_read = link->k < cut->n_outputs[link->node] && *cut->tensors[link->node][link->k];
        int r;

        if (!is_read && options->allow_unconsumed)
            continue;
        if (!is_read)
            return fail(cut->c->fault, E_CONVERT_OPTION,
                        "-d %.80s: nothing that the outputs need reads it "
                        "(--allow_unconsumed_nodes leaves it out)",
                        options->dims[i].name);
        dims[n] = options->dims[i];
        dims[n].name = cut->tensors[link->node][link->k];
        r = add_input(cut, link, dims[n++].name);
        if (r < 0)
            return r;
    }
    cut->source->options.dims = dims;
    cut->source->options.n_dims = n;
    return 0;
}

/* -t and -e, by the names of tensors. */
static int take_types(struct cut *cut)
{
    uint32_t n = cut->options->n_inputs;
    struct convert_input *inputs = arena_alloc(&cut->c->arena, n * sizeof(*inputs) + 1);

    if (!inputs)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        const char *name = cut->options->inputs[i].name;
        size_t size = strlen(name) + 3;
        char *tensor = arena_alloc(&cut->c->arena, size);

        if (!tensor)
            return -ENOMEM;
        snprintf(tensor, size, "%s%s", name, strchr(name, ':') ? "" : ":0");
        inputs[i] = cut->options->inputs[i];
        inputs[i].name = tensor;
    }
    cut->source->options.inputs = inputs;
    return 0;
}

static int fill_outputs(struct cut *cut)
{
    const struct link *outputs = cut->outputs.base;
    const char **names = arena_alloc(&cut->c->arena, cut->outputs.n * sizeof(*names) + 1);
    int r = names ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < cut->outputs.n; i++)
        r = name_tensor(cut, &outputs[i], &names[i]);
    cut->c->own_outputs = names;
    cut->c->n_own_outputs = cut->outputs.n;
    cut->source->options.n_outputs = 0;
    return r;
}

/* Nodes that are STATIC or are not, but for the Placeholders, which are inputs. */
static int fill_nodes(struct cut *cut, bool is_static, uint32_t *defs)
{
    const uint32_t *order = cut->order.base;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < cut->order.n; i++) {
        struct link link = {.node = order[i]};
        const char *tensor;

        if (cut->is_static[order[i]] != is_static)
            continue;
        if (tf_ops_is_placeholder(node_at(cut, order[i]))) {
            r = name_tensor(cut, &link, &tensor);
            if (r == 0)
                r = add_input(cut, &link, tensor);
            continue;
        }
        defs[cut->c->n_nodes] = order[i];
        r = fill_node(cut, order[i], &cut->source->nodes[cut->c->n_nodes++]);
    }
    return r;
}

static int fill_conversion(struct cut *cut)
{
    size_t n = (size_t)cut->order.n + 1;
    const struct foreign_node **nodes = arena_alloc(&cut->c->arena, n * sizeof(*nodes));
    uint32_t *defs = arena_alloc(&cut->c->arena, n * sizeof(*defs));
    int r;

    cut->source->nodes = arena_alloc(&cut->c->arena, n * sizeof(*cut->source->nodes));
    if (!nodes || !defs || !cut->source->nodes)
        return -ENOMEM;
    r = fill_nodes(cut, true, defs);
    if (r == 0)
        r = fill_nodes(cut, false, defs);
    if (r == 0)
        r = fill_outputs(cut);
    if (r == 0)
        r = take_dims(cut);
    if (r == 0)
        r = take_types(cut);
    if (r < 0)
        return r;
    blank_cuts(cut);
    for (uint32_t i = 0; i < cut->c->n_nodes; i++) {
        nodes[i] = &cut->source->nodes[i].node;
        cut->source->nodes[i].node.outputs = cut->tensors[defs[i]];
        cut->source->nodes[i].node.n_outputs = cut->n_outputs[defs[i]];
    }
    cut->c->nodes = nodes;
    return 0;
}

static int start(struct cut *cut)
{
    size_t n = (size_t)cut->links.n_nodes + 1;
    struct arena *arena = &cut->c->arena;

    cut->state = arena_alloc(arena, n * sizeof(*cut->state));
    cut->is_static = arena_alloc(arena, n * sizeof(*cut->is_static));
    cut->n_outputs = arena_alloc(arena, n * sizeof(*cut->n_outputs));
    cut->tensors = arena_alloc(arena, n * sizeof(const char **));
    if (!cut->state || !cut->is_static || !cut->n_outputs || !cut->tensors)
        return -ENOMEM;
    return find_cuts(cut);
}

static int run(struct cut *cut)
{
    const uint32_t *order;
    int r = links_make(cut->source->graphdef, &cut->c->arena, &cut->links, cut->c->fault);

    if (r == 0)
        r = start(cut);
    if (r == 0)
        r = choose_outputs(cut);
    if (r == 0)
        r = place_tensors(cut);
    if (r < 0)
        return r;
    order = cut->order.base;
    for (uint32_t i = 0; i < cut->order.n; i++)
        cut->is_static[order[i]] = find_static(cut, order[i]);
    return fill_conversion(cut);
}

int cut_make(struct tf_source *source, const struct convert_options *options)
{
    struct cut cut = {.source = source, .c = &source->conversion, .options = options};
    int r;

    source->options = *options;
    source->conversion.options = &source->options;
    r = run(&cut);
    links_done(&cut.links);
    return r;
}
