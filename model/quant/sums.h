#pragma once
/* Which input and which output of a sum (Conv, FullyConnected) each of its weights is between. */
#include "model/graph.h"

struct sum {
    size_t n;               /* weights */
    uint32_t outs, ins;     /* INS: that one output reads */
    uint32_t outs_of_group; /* outputs that read the same inputs */
    bool matrix;            /* weights [out,in], else [kH,kW,in,out] */
};

bool sum_is(const struct node *node);
struct sum sum_of(const struct graph *graph, const struct node *node); /* of one that is */

uint32_t sum_out(const struct sum *sum, size_t i);
uint32_t sum_in(const struct sum *sum, size_t i);

/* The value that is added to the sum; NO_VALUE if none is. */
uint32_t sum_bias(const struct node *node);
