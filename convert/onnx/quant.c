#include "convert/onnx/quant.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "convert/onnx/attrs.h"
#include "convert/plan.h"
#include "convert/words.h"

#define CHAIN_MAX 64 /* nodes that are looked back at */

/* Operators that move numbers about, or take the greatest, and so work on codes as well. */
#define MOVERS                                                                                     \
    "DepthToSpace Expand Flatten Gather Identity MaxPool Reshape Slice SpaceToDepth Split "        \
    "Squeeze "                                                                                     \
    "Tile Transpose Unsqueeze Dropout"
/* Averages stay within what they are of. */
#define AVERAGES "AveragePool GlobalAveragePool GlobalMaxPool ReduceMax ReduceMean ReduceMin"

double quant_min(const struct quant *quant)
{
    return (double)(quant->least - quant->zero) * quant->scale;
}

double quant_max(const struct quant *quant)
{
    return (double)(quant->most - quant->zero) * quant->scale;
}

bool quant_equal(const struct quant *a, const struct quant *b)
{
    return a->scale == b->scale && a->zero == b->zero && a->least == b->least && a->most == b->most;
}

bool quant_encoding(const struct quant *quant, struct encoding *ret)
{
    struct encoding encoding = {
        .min = (float)quant_min(quant),
        .max = (float)quant_max(quant),
        .delta = (float)quant->scale,
        .offset = (int32_t)(quant->least - quant->zero),
    };

    if (quant->most - quant->least != UINT8_MAX || quant->zero < quant->least ||
        quant->zero > quant->most || encoding_check(&encoding) < 0)
        return false;
    *ret = encoding;
    return true;
}

/* A Concat moves codes if all its inputs are codes of one kind. */
static bool is_even_concat(struct conversion *c)
{
    const struct tensor *first = conversion_input(c, 0);

    for (uint32_t i = 0; i < c->node->n_inputs; i++) {
        const struct tensor *x = conversion_input(c, i);

        if (!x || !x->quant || !first->quant || !quant_equal(x->quant, first->quant))
            return false;
    }
    return strcmp(c->node->op, "Concat") == 0;
}

int quant_check(struct conversion *c)
{
    bool any = false;

    for (uint32_t i = 0; i < c->node->n_inputs; i++) {
        const struct tensor *x = conversion_input(c, i);

        any |= x && x->state == TENSOR_VALUE && x->quant;
    }
    if (!any || words_have(MOVERS " Cast DequantizeLinear Shape Size", c->node->op) ||
        is_even_concat(c))
        return 0;
    return conversion_unsupported(c, "put DequantizeLinear in front and QuantizeLinear behind",
                                  "it works on 8-bit codes, not on numbers");
}

void quant_note(struct conversion *c)
{
    const struct tensor *x = conversion_input(c, 0);
    bool moves = words_have(MOVERS, c->node->op) || strcmp(c->node->op, "Concat") == 0;

    for (uint32_t i = 0; i < c->node->n_outputs; i++) {
        struct tensor *y = conversion_output(c, i);

        if (y && y->state == TENSOR_VALUE && strcmp(c->node->op, "QuantizeLinear") != 0 &&
            strcmp(c->node->op, "DynamicQuantizeLinear") != 0)
            y->quant = moves && x ? x->quant : NULL;
    }
}

/* What NODE itself says about the numbers it makes. */
static bool node_bounds(const char *op, double *ret_min, double *ret_max)
{
    static const struct {
        const char *op;
        double min, max;
    } known[] = {
        {"Relu", 0, INFINITY}, {"Sigmoid", 0, 1}, {"Softmax", 0, 1},
        {"HardSigmoid", 0, 1}, {"Tanh", -1, 1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(known[i].op, op) == 0) {
            *ret_min = known[i].min;
            *ret_max = known[i].max;
            return true;
        }
    return false;
}

void quant_bounds(struct conversion *c, const struct tensor *x, double *ret_min, double *ret_max)
{
    *ret_min = -INFINITY;
    *ret_max = INFINITY;
    for (int i = 0; x && i < CHAIN_MAX; i++) {
        const struct foreign_node *node = x->node == NO_NODE ? NULL : c->nodes[x->node];

        if (x->state == TENSOR_VALUE && x->quant && x->quant->most > x->quant->least) {
            *ret_min = quant_min(x->quant);
            *ret_max = quant_max(x->quant);
            return;
        }
        if (!node || node_bounds(node->op, ret_min, ret_max) || node->n_inputs == 0 ||
            !words_have(MOVERS " " AVERAGES " DequantizeLinear", node->op))
            return;
        x = plan_find(c, node->inputs[0]);
    }
}
