#include "convert/tensorflow/match.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "convert/numbers.h"
#include "convert/plan.h"
#include "convert/tensorflow/tf_ops.h"

bool match_same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

struct tf_node *match_maker(struct match *m, const char *tensor)
{
    const struct tensor *found = m->r < 0 ? NULL : plan_find(m->c, tensor);

    if (!found || found->node == NO_NODE || found->state == TENSOR_NUMBERS)
        return NULL;
    return &tf_source_of(m->c)->nodes[found->node];
}

bool match_is_op(const struct tf_node *node, const char *ops)
{
    size_t length = strlen(node->node.op);

    for (const char *at = ops; (at = strstr(at, node->node.op)); at++)
        if ((at == ops || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

struct tf_node *match_made_by(struct match *m, const char *tensor, const char *ops)
{
    struct tf_node *node = match_maker(m, tensor);

    /* Not by another output than the first, which is the result. */
    if (!node || node->is_idiom || !match_is_op(node, ops) || !node->node.n_outputs ||
        strcmp(node->node.outputs[0], tensor) != 0)
        return NULL;
    return node;
}

struct tf_node *match_idiom(struct match *m, const char *tensor, const struct tf_op *op)
{
    struct tf_node *node = match_maker(m, tensor);

    return node && node->op == op ? node : NULL;
}

bool match_is_single(struct match *m, const char *tensor)
{
    const struct tensor *found = plan_find(m->c, tensor);

    return found && found->n_uses == 1;
}

const struct numbers *match_numbers(struct match *m, const char *tensor)
{
    struct tensor *found = m->r < 0 ? NULL : plan_find(m->c, tensor);
    const struct numbers *numbers;
    int r;

    if (!found || found->state != TENSOR_NUMBERS)
        return NULL;
    r = conversion_numbers(m->c, found, &numbers);
    if (r < 0 && r != E_CONVERT_LAYER)
        m->r = r;
    return r < 0 ? NULL : numbers;
}

bool match_number(struct match *m, const char *tensor, double *ret)
{
    const struct numbers *numbers = match_numbers(m, tensor);

    if (!numbers || numbers->n != 1)
        return false;
    *ret = numbers_at(numbers, 0);
    return true;
}

bool match_is_number(struct match *m, const char *tensor, double number)
{
    double found;

    /* Constants of formulas are rounded to float, or to a few digits, before they get here. */
    return match_number(m, tensor, &found) && fabs(found - number) <= 1e-4 * fabs(number);
}

bool match_sides(struct match *m, const struct tf_node *node, const char **ret_x,
                 const char **ret_k, bool *ret_first)
{
    const char *const *in = node->node.inputs;
    bool first, second;

    if (node->node.n_inputs != 2)
        return false;
    first = match_numbers(m, in[0]) != NULL;
    second = match_numbers(m, in[1]) != NULL;
    if (first == second)
        return false;
    *ret_x = in[first];
    *ret_k = in[!first];
    *ret_first = first;
    return true;
}

const char *match_other(const struct tf_node *node, const char *x)
{
    if (node->node.n_inputs != 2)
        return NULL;
    if (match_same(node->node.inputs[0], x))
        return node->node.inputs[1];
    return match_same(node->node.inputs[1], x) ? node->node.inputs[0] : NULL;
}

/* Does anybody read what NODE makes? */
static bool is_read(const struct match *m, const struct foreign_node *node)
{
    for (uint32_t i = 0; i < node->n_outputs; i++) {
        const struct tensor *output = plan_find(m->c, node->outputs[i]);

        if (output && output->n_uses)
            return true;
    }
    return false;
}

/* One reader less of TENSOR; nodes that nobody reads any more go, and what only they read. */
static void release(struct match *m, const char *tensor)
{
    struct rows stack = {0};
    const char **to = rows_push(&stack, &m->c->arena, sizeof(*to));

    if (!to) {
        m->r = -ENOMEM;
        return;
    }
    *to = tensor;
    while (stack.n) {
        struct tensor *found = plan_find(m->c, ((const char **)stack.base)[--stack.n]);
        const struct foreign_node *node;

        if (!found || !found->n_uses || --found->n_uses || found->node == NO_NODE)
            continue;
        node = m->c->nodes[found->node];
        if (is_read(m, node))
            continue;
        m->c->wanted[found->node] = false;
        for (uint32_t i = 0; i < node->n_inputs; i++) {
            to = rows_push(&stack, &m->c->arena, sizeof(*to));
            if (!to) {
                m->r = -ENOMEM;
                return;
            }
            *to = node->inputs[i];
        }
    }
}

static void add_reader(struct match *m, const char *tensor)
{
    struct tensor *found = plan_find(m->c, tensor);

    if (found)
        found->n_uses++;
}

/* The inputs of NODE are the N of INPUTS from now on. */
static bool set_inputs(struct match *m, struct tf_node *node, const char *const *inputs, uint32_t n)
{
    const char *const *old = node->node.inputs;
    uint32_t n_old = node->node.n_inputs;
    const char **new = arena_alloc(&m->c->arena, n * sizeof(*new) + 1);

    if (!new) {
        m->r = -ENOMEM;
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        new[i] = inputs[i] ? inputs[i] : "";
        add_reader(m, new[i]);
    }
    node->node.inputs = new;
    node->node.n_inputs = n;
    for (uint32_t i = 0; i < n_old; i++)
        release(m, old[i]);
    return m->r == 0;
}

bool match_replace(struct match *m, struct tf_node *node, const struct replacement *with)
{
    if (m->r < 0 || !set_inputs(m, node, with->inputs, with->n_inputs))
        return false;
    node->op = with->op;
    node->idiom = with->idiom;
    node->is_idiom = true;
    if (with->def)
        node->def = with->def;
    if (with->name)
        node->node.name = with->name;
    if (with->foreign_op)
        node->node.op = with->foreign_op;
    return true;
}

bool match_redirect(struct match *m, struct tf_node *node, uint32_t i, const char *tensor)
{
    const char **inputs = arena_alloc(&m->c->arena, node->node.n_inputs * sizeof(*inputs) + 1);

    if (!inputs) {
        m->r = -ENOMEM;
        return false;
    }
    for (uint32_t k = 0; k < node->node.n_inputs; k++)
        inputs[k] = k == i ? tensor : node->node.inputs[k];
    return set_inputs(m, node, inputs, node->node.n_inputs);
}
