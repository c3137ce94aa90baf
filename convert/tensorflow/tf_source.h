#pragma once
/* What TensorFlow adds to a conversion: the graph, and what its nodes have beside inputs. */
#include "convert/conversion.h"
#include "convert/tensorflow/graphdef.h"

struct tf_op;
struct variables;

/*
 * A node of the part of the graph that is converted. An idiom of several nodes is one: it stands
 * where its last node stood, with a tf_op of its own.
 */
struct tf_node {
    struct foreign_node node;        /* first: tf_node_of() */
    const struct graphdef_node *def; /* whose attributes count */
    const struct tf_op *op;          /* NULL: not supported */
    bool is_static;                  /* depends on constants alone */
    bool is_idiom;
    const void *idiom; /* what an idiom's tf_op wants to know */
};

/* A tensor that a run brings: a Placeholder, or what -d names. */
struct tf_input {
    const char *tensor;                 /* "x:0" */
    const struct graphdef_shape *shape; /* as the file says it; NULL: it does not */
    int32_t type;                       /* enum tf_type; TF_INVALID: the file does not say it */
};

struct tf_source {
    struct conversion conversion; /* first */
    const struct graphdef *graphdef;
    struct convert_options options; /* the caller's, with inputs by their tensors' names */
    struct tf_node *nodes;          /* as conversion.nodes */
    struct rows inputs;             /* struct tf_input */
    uint32_t n_outputs;             /* of own_outputs, those that were asked for */
    bool matched;                   /* idioms were looked for */
    struct variables *variables;    /* of a checkpoint; NULL: nobody has asked for them */
};

static inline struct tf_source *tf_source_of(struct conversion *c)
{
    return (struct tf_source *)c;
}

static inline const struct tf_node *tf_node_of(const struct foreign_node *node)
{
    return (const struct tf_node *)node;
}
