#include "convert/tensorflow/quotient.h"

#include <errno.h>

#include "convert/tensorflow/tf_attr.h"

/* The root of SUM: what is under a Sqrt, or a Pow to 0.5; NULL. */
static const char *under_root(struct match *m, const char *tensor)
{
    const struct tf_node *node = match_made_by(m, tensor, "Sqrt Pow");

    if (!node || (match_is_op(node, "Pow") && !match_is_number(m, match_in(node, 1), 0.5)))
        return NULL;
    return match_in(node, 0);
}

/* The sum under the root that TENSOR is one part of: 1 / sqrt(sum); NULL. */
const char *quotient_under_rsqrt(struct match *m, const char *tensor)
{
    const struct tf_node *node = match_made_by(m, tensor, "Rsqrt Reciprocal Pow");

    if (!node)
        return NULL;
    if (match_is_op(node, "Rsqrt"))
        return match_in(node, 0);
    if (match_is_op(node, "Reciprocal"))
        return under_root(m, match_in(node, 0));
    return match_is_number(m, match_in(node, 1), -0.5) ? match_in(node, 0) : NULL;
}

/* NODE as x / sqrt(sum). */
bool quotient_read(struct match *m, const struct tf_node *node, const char **ret_x,
                   const char **ret_sum)
{
    const char *const *in = node->node.inputs;

    if (node->node.n_inputs != 2)
        return false;
    if (match_is_op(node, "RealDiv")) {
        *ret_x = in[0];
        *ret_sum = under_root(m, in[1]);
        return *ret_sum != NULL;
    }
    for (uint32_t i = 0; match_is_op(node, "Mul") && i < 2; i++) {
        *ret_x = in[!i];
        *ret_sum = quotient_under_rsqrt(m, in[i]);
        if (*ret_sum)
            return true;
    }
    return false;
}

/* x to the square, however it is written. */
bool quotient_is_square(struct match *m, const char *tensor, const char *x)
{
    const struct tf_node *node = match_made_by(m, tensor, "Square Mul Pow");

    if (!node || !match_same(match_in(node, 0), x))
        return false;
    if (match_is_op(node, "Mul"))
        return match_same(match_in(node, 1), x);
    return match_is_op(node, "Square") || match_is_number(m, match_in(node, 1), 2);
}

/* Over which axes a reduction goes that keeps them; NULL. */
const struct numbers *quotient_kept_axes(struct match *m, const struct tf_node *node)
{
    const struct graphdef_attr *keep = tf_attr_find(node->def, "keep_dims");
    const struct numbers *axes =
        node->node.n_inputs == 2 ? match_numbers(m, match_in(node, 1)) : NULL;

    if (!axes || axes->is_float || !keep || keep->kind != GRAPHDEF_BOOL || !keep->i)
        return NULL;
    return axes;
}

void quotient_set_axes(struct statistics *statistics, const struct numbers *axes)
{
    statistics->axes = (struct ints){true, (uint32_t)axes->n, axes->whole};
}

bool quotient_replace(struct match *m, struct tf_node *node, struct replacement *with,
                      const struct statistics *statistics)
{
    with->idiom = arena_copy(&m->c->arena, statistics, sizeof(*statistics));
    if (!with->idiom)
        m->r = -ENOMEM;
    return with->idiom && match_replace(m, node, with);
}
