#include "model/quant/sums.h"

#include "model/ops/conv.h"

bool sum_is(const struct node *node)
{
    return node->op == OP_CONV || node->op == OP_FULLY_CONNECTED;
}

struct sum sum_of(const struct graph *graph, const struct node *node)
{
    const struct shape *shape = &graph->values[node->inputs[1]].shape;
    struct sum sum = {.n = shape_elements(shape), .matrix = node->op == OP_FULLY_CONNECTED};

    if (sum.matrix) {
        sum.outs = sum.outs_of_group = shape->dim[0];
        sum.ins = shape->dim[1];
    } else {
        sum.outs = shape->dim[3];
        sum.ins = shape->dim[2];
        sum.outs_of_group = sum.outs / (uint32_t)((const struct conv_attrs *)node->attrs)->groups;
    }
    return sum;
}

uint32_t sum_out(const struct sum *sum, size_t i)
{
    return (uint32_t)(sum->matrix ? i / sum->ins : i % sum->outs);
}

uint32_t sum_in(const struct sum *sum, size_t i)
{
    const uint32_t in = (uint32_t)(sum->matrix ? i % sum->ins : i / sum->outs % sum->ins);

    return sum_out(sum, i) / sum->outs_of_group * sum->ins + in;
}

uint32_t sum_bias(const struct node *node)
{
    return node->n_inputs > 2 ? node->inputs[2] : NO_VALUE;
}
