#pragma once
/*
 * A new graph from an old one, value by value: what derive and the passes have in common. Values
 * keep their order, so whoever walks the old ones from the first to the last finds inputs in place.
 */
#include "model/build.h"

struct copy {
    const struct graph *from;
    struct builder *to;
    uint32_t *values; /* for each old value the new one; NO_VALUE until there is one */
};

int copy_init(struct copy *copy, const struct graph *from); /* 0 or -ENOMEM */
void copy_done(struct copy *copy);

/* The constant VALUE, its data shared. */
int copy_constant(struct copy *copy, uint32_t value, struct fault *fault);

/* The new constant is a layer of its own if the old one is. 0 or -ENOMEM. */
int copy_const_layer(struct copy *copy, uint32_t value);

/* What is other about a node; a NULL member: as it was. */
struct copy_change {
    const char *name;
    const void *attrs;
    const uint32_t *inputs; /* n_inputs new values */
    uint32_t n_inputs;
    const uint32_t *outputs; /* old values, whose names and encodings the outputs get */
};
int copy_node(struct copy *copy, const struct node *node, const struct copy_change *change,
              struct fault *fault);

/* Marks the outputs, which are old values, adds the sections and ends the new graph. */
int copy_finish(struct copy *copy, const uint32_t *outputs, uint32_t n_outputs, struct graph **ret,
                struct fault *fault);
