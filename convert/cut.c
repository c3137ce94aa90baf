#include "convert/cut.h"

#include <errno.h>

#include "convert/plan.h"

#define TENSORS_MOST 16 /* a cut of more helps nobody */

/* Was NODE converted? What nobody needs of it need not be there. */
static bool is_converted(const struct conversion *c, const struct foreign_node *node)
{
    for (uint32_t i = 0; i < node->n_outputs; i++) {
        const struct tensor *y = plan_find(c, node->outputs[i]);

        if (y && y->needed && y->state == TENSOR_UNKNOWN)
            return false;
    }
    return true;
}

/* Does the graph hold what TENSOR is, and did a node make it? */
static bool is_made(const struct tensor *tensor)
{
    return tensor && tensor->state == TENSOR_VALUE && tensor->node != NO_NODE;
}

/* The tensors that converted nodes give to others, or to whoever runs the network. */
struct border {
    const char *names[TENSORS_MOST];
    uint32_t n, n_converted, n_nodes;
    bool *named; /* by tensor */
};

static void add(const struct conversion *c, const char *name, struct border *border)
{
    const struct tensor *tensor = plan_find(c, name);
    uint32_t at;

    if (!is_made(tensor))
        return;
    at = (uint32_t)(tensor - (const struct tensor *)c->tensors.base);
    if (border->named[at])
        return;
    border->named[at] = true;
    if (border->n < TENSORS_MOST)
        border->names[border->n] = name;
    border->n++;
}

static void find_border(const struct conversion *c, struct border *border)
{
    const uint32_t *outputs = c->outputs.base;

    for (uint32_t i = 0; i < c->n_nodes; i++) {
        const struct foreign_node *node = c->nodes[i];

        if (!c->wanted[i])
            continue;
        border->n_nodes++;
        if (is_converted(c, node)) {
            border->n_converted++;
            continue;
        }
        for (uint32_t k = 0; k < node->n_inputs; k++)
            add(c, node->inputs[k], border);
    }
    for (uint32_t i = 0; i < c->outputs.n; i++)
        add(c, ((const struct tensor *)c->tensors.base)[outputs[i]].name, border);
}

int cut_print(struct conversion *c, struct buf *out)
{
    struct border border = {.named = arena_alloc(&c->arena, c->tensors.n + 1)};
    int r;

    if (!border.named)
        return -ENOMEM;
    find_border(c, &border);
    if (border.n == 0 || border.n > TENSORS_MOST)
        return 0;
    r = buf_printf(out, "%u of %u nodes can be converted, with", border.n_converted,
                   border.n_nodes);
    for (uint32_t i = 0; r >= 0 && i < border.n; i++)
        r = buf_printf(out, " --out_node %s", border.names[i]);
    return r < 0 ? r : buf_append(out, "\n", 1);
}
