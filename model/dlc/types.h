#pragma once
/* model/dlc_types.def as a table. */
#include <stdint.h>

#include "model/op.h"

#define CODE_OWN 100 /* from here on codes are ours */

enum {
    CODE_RELU_MAX = CODE_OWN, /* min(max(x, 0), max_clamp) */
    CODE_CLIP,                /* min(max(x, min_clamp), max_clamp) */
    CODE_TANH,
    CODE_ELU, /* a is its alpha */
    CODE_LEAKY_RELU,
    CODE_THRESHOLDED_RELU,
    CODE_HARD_SIGMOID,
    CODE_HARD_SWISH,
    CODE_SWISH,
    CODE_SELU,
};

struct v3_layer;
struct v3_node;

struct dlc_type {
    const char *name;
    const char *selector; /* NULL: the name says it all */
    enum op op;
    uint32_t code;

    /* Completes ATTRS after its rows were read. 0, or E_OP_ATTR with a sentence that need not name
     * the layer. */
    int (*read)(struct v3_layer *layer, void *attrs, struct fault *fault);
    /* Adds to the layer's attributes what its rows do not say. */
    void (*write)(struct v3_node *node);
};

/* The rows, in the order of the table; they end with a NULL name. */
extern const struct dlc_type types_table[];

/* The first row of OP; NULL if containers have no name for it. */
const struct dlc_type *types_of_op(enum op op);

/* How version 3 spells the layer's type: the name of one of its operator's rows, or NULL. */
struct node;
const char *types_name(const struct node *node);

/* Between a code of the container and the kind that an ATTR_ENUM holds; -1: no kind has it. */
int64_t types_kind(enum op op, const char *attribute, int64_t code);
uint32_t types_code(enum op op, const char *attribute, uint32_t kind);

#define TYPE(op, name, selector, code, read, write)                                                \
    int v3_read_##read(struct v3_layer *layer, void *attrs, struct fault *fault);                  \
    void v3_write_##write(struct v3_node *node);
#define OWN(op, attribute, first)
#define V2(op, code, kind, read)
#include "model/dlc_types.def"
#undef TYPE
#undef OWN
#undef V2
