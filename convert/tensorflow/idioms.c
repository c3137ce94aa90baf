#include "convert/tensorflow/idioms.h"

#include <string.h>

#include "convert/plan.h"

/* What gives its input another name, and says nothing else. */
#define SAME "Identity StopGradient CheckNumerics PreventGradient Snapshot EnsureShape"

/* Whatever NODE reads is read where it is made, so that no idiom is torn by names. */
static bool bypass(struct match *m, struct tf_node *node)
{
    for (uint32_t i = 0; i < node->node.n_inputs; i++) {
        struct tf_node *maker = match_maker(m, match_in(node, i));

        while (maker && match_is_op(maker, SAME) && maker->node.n_inputs >= 1 &&
               *match_in(maker, 0)) {
            if (!match_redirect(m, node, i, match_in(maker, 0)))
                return false;
            maker = match_maker(m, match_in(node, i));
        }
    }
    return m->r == 0;
}

/* In this order where several could mean a node: the more nodes one takes, the earlier. */
static bool (*const idioms[])(struct match *m, struct tf_node *node) = {
    idiom_dropout, idiom_dilation, idiom_moments, idiom_l2_norm, idiom_product,
    idiom_prelu,   idiom_clip,     idiom_bias,    idiom_affine,
};

int idioms_find(struct conversion *c)
{
    struct match match = {.c = c}, *m = &match;
    const struct foreign_node *now = c->node;

    for (uint32_t i = 0; match.r == 0 && i < c->n_nodes; i++) {
        struct tf_node *node = &tf_source_of(c)->nodes[i];
        bool found = false;

        if (!c->wanted[i] || node->is_static)
            continue;
        c->node = &node->node;
        if (!bypass(m, node))
            break;
        for (size_t k = 0; !found && k < ARRAY_SIZE(idioms); k++)
            found = idioms[k](m, node);
    }
    c->node = now;
    return match.r;
}
