#pragma once
/* What the two halves of passes/drop_noop.c share: what becomes of each value and node. */
#include <stdbool.h>

#include "model/copy.h"

/* Of an old value. */
struct drop_fact {
    uint32_t base;       /* the value that holds its numbers: itself, or another */
    struct shape actual; /* if it is itself: the shape that it has in the new graph */
    uint32_t name;       /* whose name it bears there */
    uint32_t n_readers;
    uint32_t made; /* the new value of its own shape, where that is a Reshape of BASE; NO_VALUE */
    bool asked;    /* an output of the network */
    bool used;     /* by a node that is kept, or as an output */
    bool shaped;   /* somebody needs it in its own shape, which BASE has not */
};

/* Of an old node. */
struct drop_node {
    bool gone;                     /* its output is a view of another value */
    bool kept;                     /* somebody needs what it gives */
    bool sunk;                     /* it runs in the actual shape of its operands */
    uint32_t input;                /* input 0, maybe of a Permute before it */
    int32_t order[SHAPE_RANK_MAX]; /* of a Permute */
};

struct drop {
    struct copy copy;
    const struct graph *graph;
    struct drop_fact *facts;
    struct drop_node *nodes;
    struct fault *fault;
};

uint32_t drop_base(const struct drop *drop, uint32_t value);

/* Has what holds the numbers of VALUE its shape too? */
bool drop_is_shaped(const struct drop *drop, uint32_t value);

/* drop_emit.c: the new graph. */
int drop_emit(struct drop *drop, struct graph **ret);
