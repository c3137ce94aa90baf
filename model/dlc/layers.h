#pragma once
/*
 * A graph as the layers of a container, in their order there: its nodes, and between them the
 * constants that are layers of their own. A layer's id is its place. What is read from a container
 * and written again has the same layers under the same names.
 */
#include "model/graph.h"

struct layer {
    const char *name;
    const char *type;        /* as version 3 spells it; NULL: containers have no name for it */
    const struct node *node; /* NULL: it is a constant */
    uint32_t value;          /* the constant; NO_VALUE */
};

struct layers {
    struct layer *v;
    uint32_t n;
    struct arena arena; /* of names that are made up */
};

/* 0 or -ENOMEM. GRAPH must stay as long as RET. */
int layers_init(const struct graph *graph, struct layers *ret);
void layers_done(struct layers *layers); /* a zeroed struct is fine */

/* The name of the tensor that input I of NODE is stored as; NULL: it is not stored with the layer.
 */
const char *layers_stored(const struct graph *graph, const struct node *node, uint32_t i);
