/* A convolution between SpaceToBatchND and BatchToSpaceND is a dilated one. */
#include <string.h>

#include "convert/numbers.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/tf_attr.h"

/* Are all numbers of a list 1, or is it not there? */
static bool is_ones(const struct graphdef_node *def, const char *name)
{
    const struct graphdef_attr *attr = tf_attr_find(def, name);
    const struct graphdef_list *list = attr && attr->kind == GRAPHDEF_LIST ? attr->sub : NULL;

    for (uint32_t i = 0; list && i < list->ints.n; i++)
        if (((const int64_t *)list->ints.base)[i] != 1)
            return false;
    return true;
}

static bool is_text(const struct graphdef_node *def, const char *name, const char *text)
{
    const struct graphdef_attr *attr = tf_attr_find(def, name);

    return attr && attr->kind == GRAPHDEF_TEXT && attr->s && strcmp(attr->s, text) == 0;
}

/* Without strides and pads of its own, channels last. */
static bool is_plain(const struct graphdef_node *def)
{
    return is_ones(def, "strides") && is_ones(def, "dilations") &&
           is_text(def, "padding", "VALID") && !is_text(def, "data_format", "NCHW");
}

/* Two sizes of blocks, the same on both sides. */
static bool are_same_blocks(struct match *m, const char *a, const char *b)
{
    const struct numbers *x = match_numbers(m, a), *y = match_numbers(m, b);

    if (!x || !y || x->is_float || y->is_float || x->n != 2 || y->n != 2)
        return false;
    return x->whole[0] == y->whole[0] && x->whole[1] == y->whole[1];
}

/* The convolution, with its bias if it has taken one in, then blocks, pads and crops. */
bool idiom_dilation(struct match *m, struct tf_node *node)
{
    struct replacement with = {.n_inputs = 6};
    const char *const *in = node->node.inputs;
    const struct tf_node *conv, *blocks;

    if (!match_is_op(node, "BatchToSpaceND") || node->node.n_inputs != 3 ||
        !match_is_single(m, in[0]))
        return false;
    conv = match_maker(m, in[0]);
    if (!conv || !match_is_op(conv, "Conv2D DepthwiseConv2dNative") || !is_plain(conv->def) ||
        conv->node.n_inputs < 2 || conv->node.n_inputs > 3)
        return false;
    blocks = match_made_by(m, match_in(conv, 0), "SpaceToBatchND");
    if (!blocks || blocks->node.n_inputs != 3 || !are_same_blocks(m, match_in(blocks, 1), in[1]))
        return false;
    with.inputs[0] = match_in(blocks, 0);
    with.inputs[1] = match_in(conv, 1);
    with.inputs[2] = conv->node.n_inputs > 2 ? match_in(conv, 2) : "";
    with.inputs[3] = in[1];
    with.inputs[4] = match_in(blocks, 2);
    with.inputs[5] = in[2];
    with.op = conv->op;
    with.def = conv->def;
    with.name = conv->node.name;
    with.foreign_op = conv->node.op;
    return match_replace(m, node, &with);
}
