#pragma once
/* What the quantiser has to know of each value of a graph: what it is to those who read it. */
#include "model/graph.h"

enum role {
    ROLE_PLAIN,   /* numbers of a layer's own, or what flows between layers */
    ROLE_WEIGHTS, /* what a sum multiplies its inputs with */
    ROLE_BIAS,    /* what is added to a sum */
    ROLE_LIMIT,   /* what a minimum or maximum is taken with: OF is what comes of it */
    ROLE_FLOAT,   /* what 8 bits cannot say */
};

#define NO_AXIS UINT32_MAX

struct value_role {
    enum role role;
    uint32_t axis;   /* of weights, that of the sums' channels; NO_AXIS: none is that alone */
    uint32_t of;     /* of a limit */
    const char *why; /* of what stays float: what it is */
};

/*
 * *RET has one for each value of GRAPH, and is freed by free(). A constant that is weights for one
 * layer and something else for another is PLAIN to both. 0 or -ENOMEM.
 */
int roles_of(const struct graph *graph, struct value_role **ret);

/* Has GRAPH 8-bit weights already? */
bool roles_are_quantized(const struct graph *graph);
