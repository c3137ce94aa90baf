#include "convert/plan.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

#define OUTPUTS_OF_A_NETWORK_MAX 1024

static struct tensor *tensor_at(const struct conversion *c, uint32_t i)
{
    return (struct tensor *)c->tensors.base + i;
}

struct tensor *plan_find(const struct conversion *c, const char *name)
{
    uint32_t at = *name ? names_find(&c->names, name) : NAMES_NONE;

    return at == NAMES_NONE ? NULL : tensor_at(c, at);
}

int plan_define(struct conversion *c, const char *name, uint32_t node, struct tensor **ret)
{
    struct tensor *tensor;
    int r = names_add(&c->names, name);

    if (r == -EEXIST)
        return fail(c->fault, E_CONVERT_SYNTAX, "tensor \"%.120s\" is made twice", name);
    if (r < 0)
        return r;
    tensor = rows_push(&c->tensors, &c->arena, sizeof(*tensor));
    if (!tensor)
        return -ENOMEM;
    tensor->name = name;
    tensor->node = node;
    tensor->user = NO_NODE;
    *ret = tensor;
    return 0;
}

static int define_nodes(struct conversion *c)
{
    struct tensor *tensor;
    int r = 0;

    for (uint32_t i = 0; i < c->n_nodes; i++) {
        const struct foreign_node *node = c->nodes[i];

        for (uint32_t k = 0; r == 0 && k < node->n_outputs; k++) {
            if (!*node->outputs[k])
                continue;
            r = plan_define(c, node->outputs[k], i, &tensor);
            if (r == 0)
                r = unique_reserve(&c->buffers, node->outputs[k]);
        }
    }
    return r;
}

static int add_output(struct conversion *c, const char *name)
{
    struct tensor *tensor = plan_find(c, name);
    uint32_t *output;

    if (!tensor)
        return fail(c->fault, E_CONVERT_SYNTAX, "output \"%.120s\" is made by no node", name);
    if (tensor->needed)
        return 0; /* named twice */
    if (c->outputs.n >= OUTPUTS_OF_A_NETWORK_MAX)
        return fail(c->fault, E_TOO_LARGE, "the network has more than %d outputs",
                    OUTPUTS_OF_A_NETWORK_MAX);
    tensor->needed = true;
    tensor->n_uses++; /* whoever asked for it */
    output = rows_push(&c->outputs, &c->arena, sizeof(*output));
    if (!output)
        return -ENOMEM;
    *output = names_find(&c->names, name);
    return 0;
}

/* A tensor by its name, else all outputs of a node. */
static int add_asked(struct conversion *c, const char *name)
{
    const struct foreign_node *node = NULL;
    int r = 0;

    if (plan_find(c, name))
        return add_output(c, name);
    for (uint32_t i = 0; !node && i < c->n_nodes; i++)
        if (strcmp(c->nodes[i]->name, name) == 0)
            node = c->nodes[i];
    if (!node)
        return fail(c->fault, E_NO_TENSOR,
                    "--out_node %.80s: no tensor and no node of that name; the model's own first "
                    "output is %.80s",
                    name, c->n_own_outputs ? c->own_outputs[0] : "not there");
    for (uint32_t i = 0; r == 0 && i < node->n_outputs; i++)
        if (*node->outputs[i])
            r = add_output(c, node->outputs[i]);
    return r;
}

static int choose_outputs(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->options->n_outputs; i++)
        r = add_asked(c, c->options->outputs[i]);
    for (uint32_t i = 0; r == 0 && !c->options->n_outputs && i < c->n_own_outputs; i++)
        r = add_output(c, c->own_outputs[i]);
    if (r == 0 && c->outputs.n == 0)
        r = fail(c->fault, E_CONVERT_SYNTAX, "the model has no outputs");
    return r;
}

static int need_input(struct conversion *c, uint32_t i, const char *name)
{
    struct tensor *tensor = plan_find(c, name);

    if (!*name)
        return 0;
    if (!tensor || (tensor->node != NO_NODE && tensor->node >= i))
        return fail(c->fault, E_CONVERT_SYNTAX,
                    "node \"%.80s\" (%.40s) reads \"%.80s\", which nothing before it makes",
                    conversion_label(c->nodes[i]), c->nodes[i]->op, name);
    tensor->needed = true;
    tensor->n_uses++;
    tensor->user = i;
    return 0;
}

/* Whoever comes first decides: what wants channels last, or what means the file's own order. */
static void spread_layout(struct conversion *c, const struct foreign_node *node)
{
    enum layout_wish wish = c->frontend->wish(node);
    bool wanted = false;

    if (wish == LAYOUT_PLAIN)
        return;
    for (uint32_t i = 0; i < node->n_outputs; i++)
        wanted |= plan_find(c, node->outputs[i]) && plan_find(c, node->outputs[i])->spatial;
    for (uint32_t i = 0; i < node->n_inputs; i++) {
        struct tensor *input = plan_find(c, node->inputs[i]);

        if (input && (wish == LAYOUT_SPATIAL ? i == 0 : wanted))
            input->spatial = true;
    }
}

/* Nodes stand behind what they read, so one walk from the last to the first meets them all. */
static int mark_needed(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = c->n_nodes; r == 0 && i-- > 0;) {
        const struct foreign_node *node = c->nodes[i];

        for (uint32_t k = 0; k < node->n_outputs; k++)
            c->wanted[i] |=
                plan_find(c, node->outputs[k]) && plan_find(c, node->outputs[k])->needed;
        if (!c->wanted[i])
            continue;
        for (uint32_t k = 0; r == 0 && k < node->n_inputs; k++)
            r = need_input(c, i, node->inputs[k]);
        spread_layout(c, node);
    }
    return r;
}

int plan_make(struct conversion *c)
{
    int r = c->frontend->define(c);

    if (r == 0)
        r = define_nodes(c);
    if (r == 0)
        r = choose_outputs(c);
    if (r < 0)
        return r;
    c->wanted = arena_alloc(&c->arena, c->n_nodes * sizeof(*c->wanted) + 1);
    return c->wanted ? mark_needed(c) : -ENOMEM;
}
