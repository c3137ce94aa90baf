#pragma once
/* Who reads whom in a graph: names of inputs, looked up once. */
#include "convert/tensorflow/graphdef.h"
#include "model/names.h"

#define LINK_NONE    UINT32_MAX       /* a control input */
#define LINK_MISSING (UINT32_MAX - 1) /* names a node that is not there */

/* Output K of a node. */
struct link {
    uint32_t node, k;
    bool is_back; /* the way back of a loop, which no order of nodes can follow */
};

struct links {
    const struct graphdef_node *nodes;
    uint32_t n_nodes;
    struct names names;   /* of the nodes */
    struct link **inputs; /* by node and input */
};

/* 0, or E_CONVERT_SYNTAX (two nodes of one name), E_TOO_LARGE, -ENOMEM; links_done in any case. */
int links_make(const struct graphdef *graphdef, struct arena *arena, struct links *ret,
               struct fault *fault);
void links_done(struct links *links);

/* "node" or "node:1"; RET->node is LINK_MISSING if there is none. 0 or E_TOO_LARGE. */
int links_find(const struct links *links, const char *text, struct link *ret, struct fault *fault);
