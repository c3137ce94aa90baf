#pragma once
/*
 * Idioms: several nodes that together mean one layer. They are looked for when all constants are
 * known and nothing else is: by then a node's readers are counted, so that what an idiom replaces
 * can go unless somebody else reads it.
 *
 * What is asked for and is not there answers NULL or false. An error that is none of the graph's,
 * the end of memory, is kept in R, and nothing is found any more.
 */
#include "convert/tensorflow/tf_source.h"

struct match {
    struct conversion *c;
    int r; /* 0, -ENOMEM or another error of conversion_numbers but E_CONVERT_LAYER */
};

/* What NODE reads through input I; "": nothing. */
static inline const char *match_in(const struct tf_node *node, uint32_t i)
{
    return i < node->node.n_inputs ? node->node.inputs[i] : "";
}

/* The node that makes TENSOR in a run; NULL: an input of the network, or a constant. */
struct tf_node *match_maker(struct match *m, const char *tensor);

/* The same if its operator is one of the words of OPS, which blanks separate, and no idiom yet. */
struct tf_node *match_made_by(struct match *m, const char *tensor, const char *ops);

/* The same if it is the idiom OP. */
struct tf_node *match_idiom(struct match *m, const char *tensor, const struct tf_op *op);

bool match_is_op(const struct tf_node *node, const char *ops);

/* Is TENSOR read once? */
bool match_is_single(struct match *m, const char *tensor);

/* The numbers of a constant; NULL if TENSOR is none. */
const struct numbers *match_numbers(struct match *m, const char *tensor);

/* One number; false if TENSOR is something else. */
bool match_number(struct match *m, const char *tensor, double *ret);

/* Is TENSOR one number, and as good as that? */
bool match_is_number(struct match *m, const char *tensor, double number);

/*
 * A node of two inputs, one of which is constant: the other is *RET_X, the constant *RET_K.
 * *RET_FIRST: the constant comes first.
 */
bool match_sides(struct match *m, const struct tf_node *node, const char **ret_x,
                 const char **ret_k, bool *ret_first);

/* What a node reads besides X, of which it reads two things; NULL if X is none of them. */
const char *match_other(const struct tf_node *node, const char *x);

bool match_same(const char *a, const char *b);

/* What takes the place of a node and of those before it. */
struct replacement {
    const struct tf_op *op;
    const void *idiom;               /* copied by who makes it */
    const struct graphdef_node *def; /* NULL: as it was */
    const char *name, *foreign_op;   /* NULL: as they were */
    const char *inputs[8];
    uint32_t n_inputs;
};

/* NODE becomes WITH; what nobody reads any more goes. false if memory is out. */
bool match_replace(struct match *m, struct tf_node *node, const struct replacement *with);

/* NODE reads TENSOR through input I from now on. */
bool match_redirect(struct match *m, struct tf_node *node, uint32_t i, const char *tensor);
