/* Idioms of one tensor: dropout, PReLU, clip, swish and its kin. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/gelu.h"
#include "model/ops/hard_sigmoid.h"
#include "model/ops/swish.h"

#define SEARCH_MOST 16 /* nodes between a dropout's mask and its random numbers */

/* Does TENSOR depend on random numbers, a few nodes back? */
static bool is_random(struct match *m, const char *tensor)
{
    const char *stack[4 * SEARCH_MOST] = {tensor};
    uint32_t n = 1, seen = 0;

    while (n && seen++ < SEARCH_MOST) {
        const struct tf_node *node = match_maker(m, stack[--n]);

        if (!node)
            continue;
        if (tf_ops_is_random(node->def))
            return true;
        for (uint32_t i = 0; i < node->node.n_inputs && i < 2 && n < ARRAY_SIZE(stack); i++)
            stack[n++] = match_in(node, i);
    }
    return false;
}

/* The mask of a dropout: floor(keep + random), or random >= rate, as numbers or as a choice. */
static bool is_mask(struct match *m, const char *tensor)
{
    const struct tf_node *node = match_made_by(m, tensor, "Floor Cast GreaterEqual");

    return node && is_random(m, tensor);
}

/* What a dropout scales, x / keep or x * (1 / (1 - rate)), whatever the scale is. */
static const char *unscaled(struct match *m, const char *tensor)
{
    const struct tf_node *node = match_made_by(m, tensor, "RealDiv Div Mul");
    const char *x, *k;
    bool first;

    if (!node)
        return tensor;
    if (match_is_op(node, "RealDiv Div"))
        return match_in(node, 0);
    return match_sides(m, node, &x, &k, &first) ? x : tensor;
}

bool idiom_dropout(struct match *m, struct tf_node *node)
{
    struct replacement with = {.op = tf_ops_find("Identity"), .n_inputs = 1};
    const char *const *in = node->node.inputs;

    if (match_is_op(node, "Mul") && node->node.n_inputs == 2) {
        if (is_mask(m, in[1]))
            with.inputs[0] = unscaled(m, in[0]);
        else if (is_mask(m, in[0]))
            with.inputs[0] = unscaled(m, in[1]);
    } else if (match_is_op(node, "SelectV2 Select") && node->node.n_inputs == 3 &&
               is_mask(m, in[0]) && match_is_number(m, in[2], 0)) {
        with.inputs[0] = unscaled(m, in[1]);
    }
    if (!with.inputs[0])
        return false;
    /* So that the nodes behind it see through it, as through every Identity. */
    with.foreign_op = "Identity";
    return match_replace(m, node, &with);
}

/* Slopes below zero: numbers, times SCALE. */
struct slopes {
    const char *numbers; /* a tensor; NULL: SCALE alone */
    double scale;
};

static int convert_prelu(struct conversion *c)
{
    const double *scale = tf_node_of(c->node)->idiom;
    struct tensor *x, *slope = NULL;
    int r = conversion_activation(c, 0, &x);

    if (r < 0)
        return r;
    if (!*c->node->inputs[1])
        return emit_leaky_relu(c, x, (float)*scale);
    r = conversion_activation(c, 1, &slope);
    if (r == 0 && *scale != 1)
        r = numbers_scaled(c, slope, *scale, &slope);
    return r < 0 ? r : emit_prelu(c, x, slope);
}

static const struct tf_op prelu_op = {"PReLU", convert_prelu, NULL, MOST_ANY, NULL};

/* Takes constant factors, and signs, off TENSOR; at most one of them is more than one number. */
static const char *take_factors(struct match *m, const char *tensor, struct slopes *slopes)
{
    for (uint32_t i = 0; i < 4; i++) {
        const struct tf_node *node = match_made_by(m, tensor, "Mul Neg");
        const char *x, *k;
        double number;
        bool first;

        if (!node)
            return tensor;
        if (match_is_op(node, "Neg")) {
            slopes->scale = -slopes->scale;
            tensor = match_in(node, 0);
            continue;
        }
        if (!match_sides(m, node, &x, &k, &first))
            return tensor;
        if (match_number(m, k, &number))
            slopes->scale *= number;
        else if (slopes->numbers)
            return tensor;
        else
            slopes->numbers = k;
        tensor = x;
    }
    return tensor;
}

/* What lies below zero of X, times *RET_SCALE: min(x, 0), -relu(-x), (x - |x|) / 2. */
static bool is_below(struct match *m, const char *tensor, const char *x, double *ret_scale)
{
    const struct tf_node *node = match_made_by(m, tensor, "Relu Sub Minimum"), *inner;
    const char *other;

    if (!node)
        return false;
    if (match_is_op(node, "Relu")) {
        inner = match_made_by(m, match_in(node, 0), "Neg");
        *ret_scale = -1;
        return inner && match_same(match_in(inner, 0), x);
    }
    other = match_other(node, x);
    if (!other)
        return false;
    if (match_is_op(node, "Minimum")) {
        *ret_scale = 1;
        return match_is_number(m, other, 0);
    }
    inner = match_made_by(m, match_in(node, 1), "Abs");
    *ret_scale = 2;
    return inner && match_same(match_in(node, 0), x) && match_same(match_in(inner, 0), x);
}

static bool replace_prelu(struct match *m, struct tf_node *node, const char *x,
                          const struct slopes *slopes)
{
    struct replacement with = {.op = &prelu_op, .inputs = {x, slopes->numbers}, .n_inputs = 2};

    with.idiom = arena_copy(&m->c->arena, &slopes->scale, sizeof(slopes->scale));
    if (!with.idiom) {
        m->r = -ENOMEM;
        return false;
    }
    return match_replace(m, node, &with);
}

/* max(x, slope * x) is x where the slope is below 1, and one number is all that it can be. */
static bool find_leaky(struct match *m, struct tf_node *node)
{
    for (uint32_t i = 0; i < 2; i++) {
        const char *x = match_in(node, i);
        struct slopes slopes = {NULL, 1};
        const char *core = take_factors(m, match_in(node, !i), &slopes);

        if (match_same(core, x) && !slopes.numbers && slopes.scale >= 0 && slopes.scale <= 1 &&
            !match_same(match_in(node, !i), x))
            return replace_prelu(m, node, x, &slopes);
    }
    return false;
}

bool idiom_prelu(struct match *m, struct tf_node *node)
{
    bool minus = match_is_op(node, "Sub");

    if (node->is_idiom || node->node.n_inputs != 2)
        return false;
    if (match_is_op(node, "Maximum"))
        return find_leaky(m, node);
    if (!minus && !match_is_op(node, "Add AddV2"))
        return false;
    for (uint32_t i = 0; i < (minus ? 1u : 2u); i++) {
        const struct tf_node *above = match_made_by(m, match_in(node, i), "Relu");
        struct slopes slopes = {NULL, minus ? -1 : 1};
        const char *core;
        double scale;

        if (!above)
            continue;
        core = take_factors(m, match_in(node, !i), &slopes);
        if (!is_below(m, core, match_in(above, 0), &scale))
            continue;
        slopes.scale *= scale;
        return replace_prelu(m, node, match_in(above, 0), &slopes);
    }
    return false;
}

struct limits {
    float least, most;
};

static int convert_clip(struct conversion *c)
{
    const struct limits *limits = tf_node_of(c->node)->idiom;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    return r < 0 ? r : emit_clip(c, x, limits->least, limits->most);
}

static const struct tf_op clip_op = {"Clip", convert_clip, NULL, MOST_ANY, NULL};

/* min(max(x, least), most), or the other way round. */
bool idiom_clip(struct match *m, struct tf_node *node)
{
    struct replacement with = {.op = &clip_op, .n_inputs = 1};
    bool outer = match_is_op(node, "Minimum");
    const struct tf_node *inner;
    const char *x, *k;
    double limits[2]; /* of Maximum, of Minimum */
    struct limits both;
    bool first;

    if (node->is_idiom || !match_is_op(node, "Minimum Maximum") ||
        !match_sides(m, node, &x, &k, &first) || !match_number(m, k, &limits[outer]))
        return false;
    inner = match_made_by(m, x, outer ? "Maximum" : "Minimum");
    if (!inner || !match_sides(m, inner, &x, &k, &first) || !match_number(m, k, &limits[!outer]) ||
        limits[0] > limits[1])
        return false;
    both = (struct limits){(float)limits[0], (float)limits[1]};
    with.inputs[0] = x;
    with.idiom = arena_copy(&m->c->arena, &both, sizeof(both));
    if (!with.idiom)
        m->r = -ENOMEM;
    return with.idiom && match_replace(m, node, &with);
}
