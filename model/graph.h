#pragma once
/*
 * A network as its file tells it: values, and nodes in an order in which they can run. No fused
 * operators, no device, no layout but the model's own (NHWC); constants are values with data.
 * Built by model/build.h, immutable afterwards, so that every thread may read it. Counted, because
 * the networks of one model share graphs; the data of constants is shared between graphs too.
 */
#include <stdint.h>

#include "base/base.h"
#include "base/blob.h"
#include "base/dtype.h"
#include "base/encoding.h"
#include "base/fault.h"
#include "base/shape.h"
#include "model/op.h"

#define NO_VALUE UINT32_MAX /* an optional input that is not there */
#define NO_NODE  UINT32_MAX

struct value {
    const char *name; /* the buffer's, verbatim: a user asks for it; unique in its graph */
    struct shape shape;
    enum dtype dtype;
    uint32_t producer; /* the node whose output this is; NO_NODE for a constant */
    struct blob *blob; /* of a constant; NULL for an activation */
    const void *data;  /* blob_base(blob), dense; NULL for an activation */
    const char *layer; /* of a constant that is a layer of its own in its container: that layer's
                          name; else NULL */

    /* What the container says, not what an operator implies: none, one, or one per channel. */
    const struct encoding *encodings;
    uint32_t n_encodings;
    uint32_t encoding_axis; /* which axis the channels are, if n_encodings > 1 */
};

struct node {
    const char *name; /* the layer's, verbatim; unique in its graph */
    enum op op;
    const void *attrs;                /* struct <op>_attrs; NULL if the operator has none */
    const uint32_t *inputs, *outputs; /* indices of values; an input may be NO_VALUE */
    uint32_t n_inputs, n_outputs;
};

/* A record of the container that we carry but do not read: AIP subnets, a cache. */
struct section {
    const char *name;
    const void *base;
    size_t size;
};

struct graph {
    const struct value *values;
    const struct node *nodes;
    const struct section *sections;
    uint32_t n_values, n_nodes, n_sections;
    const uint32_t *inputs;  /* the outputs of the Input nodes, in node order */
    const uint32_t *outputs; /* what a run gives: as asked for, else the last node's outputs */
    uint32_t n_inputs, n_outputs;
};

struct graph *
graph_ref(const struct graph *graph);  /* counts; the graph stays constant to readers */
void graph_unref(struct graph *graph); /* NULL is fine; from any thread */
DEFINE_CLEANUP(struct graph *, graph_unref);

/* The index, or NO_VALUE / NO_NODE. */
uint32_t graph_find_value(const struct graph *graph, const char *name);
uint32_t graph_find_node(const struct graph *graph, const char *name);

/* Bytes of all constants, each blob once. */
size_t graph_weight_bytes(const struct graph *graph);

/* Multiply-accumulates of one run of NODE; 0 where none are worth counting. */
uint64_t graph_node_macs(const struct graph *graph, const struct node *node);

/* Nodes that one backend runs as one step, and the values that cross its border. */
struct subgraph {
    const struct graph *graph;
    const uint32_t *nodes, *inputs, *outputs;
    uint32_t n_nodes, n_inputs, n_outputs;
};
