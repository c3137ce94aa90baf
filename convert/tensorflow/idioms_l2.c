/* Idioms that divide by a length: L2 normalisation. */
#include "convert/axes.h"
#include "convert/layout.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/quotient.h"
#include "convert/tensorflow/tf_ops.h"

static int convert_l2_norm(struct conversion *c)
{
    const struct statistics *statistics = tf_node_of(c->node)->idiom;
    int32_t axes[SHAPE_RANK_MAX];
    struct l2_norm_attrs attrs = {{axes, 0}, statistics->epsilon_kind, (float)statistics->epsilon};
    uint32_t in, mask = 0;
    struct node_spec spec = {.op = OP_L2_NORM, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct tensor *x;
    struct view view;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = axes_mask(c, &statistics->axes, x->shape.rank, &mask);
    if (r < 0)
        return r;
    view = layout_own(x);
    for (uint32_t i = 0; i < x->shape.rank; i++)
        if (mask & 1u << i)
            axes[attrs.axes.n++] = view.order[i];
    r = layout_bring(c, x, &view, &in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static const struct tf_op l2_norm_op = {"L2Norm", convert_l2_norm, NULL, MOST_ANY, NULL};

/* x / sqrt(max(sum(x^2), epsilon)), which is what tf.nn.l2_normalize writes; or + epsilon. */
bool idiom_l2_norm(struct match *m, struct tf_node *node)
{
    struct replacement with = {.op = &l2_norm_op, .n_inputs = 1};
    struct statistics l2 = {.epsilon_kind = L2_NORM_MAX};
    const struct tf_node *guard, *sum;
    const struct numbers *axes;
    const char *x, *s, *k;
    bool first;

    if (node->is_idiom || !quotient_read(m, node, &x, &s))
        return false;
    guard = match_made_by(m, s, "Maximum Add AddV2");
    if (guard && (!match_sides(m, guard, &s, &k, &first) || !match_number(m, k, &l2.epsilon)))
        return false;
    if (guard && !match_is_op(guard, "Maximum"))
        l2.epsilon_kind = L2_NORM_ADD;
    sum = match_made_by(m, s, "Sum");
    axes = sum ? quotient_kept_axes(m, sum) : NULL;
    if (!axes || axes->n == 0 || !quotient_is_square(m, match_in(sum, 0), x))
        return false;
    quotient_set_axes(&l2, axes);
    with.inputs[0] = x;
    return quotient_replace(m, node, &with, &l2);
}
