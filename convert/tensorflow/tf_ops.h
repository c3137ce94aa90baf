#pragma once
/*
 * The operators: what a node of each becomes. tf_ops.def says which function does which. A convert
 * function adds to the graph, or gives its outputs another name for what is there; a fold function
 * computes outputs from inputs that are all known.
 */
#include "convert/tensorflow/tf_source.h"

struct tf_op {
    const char *op;
    int (*convert)(struct conversion *c);
    int (*fold)(struct conversion *c); /* NULL: convert does, also when all inputs are known */
    uint32_t most;                     /* inputs */
    const char *attrs;                 /* all there are, in any version, between blanks */
};

/* NULL: no such operator here. */
const struct tf_op *tf_ops_find(const char *op);

/* One line: "operators that are supported: Abs, Add, ...". 0 or -ENOMEM. */
int tf_ops_print_names(struct buf *out);

/* How many outputs a node has that all belong to its result: the parts of a Split; 1 for most. */
uint32_t tf_ops_count_outputs(const struct graphdef_node *def);

bool tf_ops_is_placeholder(const struct graphdef_node *def); /* a run brings it */
bool tf_ops_is_constant(const struct graphdef_node *def);    /* known, though it reads nothing */
bool tf_ops_is_random(const struct graphdef_node *def);      /* not known, whatever it reads */
bool tf_ops_is_result(const struct graphdef_node *def);      /* may be a network's output */

/* Convert and fold functions, in the files that their operators are in. */
#define TF_OP(name, convert, fold, most, attrs) int convert(struct conversion *c);
#define TF_FOLD(name, convert, fold, most, attrs)                                                  \
    int convert(struct conversion *c);                                                             \
    int fold(struct conversion *c);
#include "convert/tensorflow/tf_ops.def"
#undef TF_OP
#undef TF_FOLD
