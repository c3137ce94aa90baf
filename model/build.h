#pragma once
/*
 * Builds a graph node by node, in running order, checking each as it comes: arity, attributes,
 * shapes (infer runs at once, so the caller knows each output's shape), unique names, inputs that
 * exist. What a function copies is said; everything else is borrowed for the call only. After a
 * failed call the builder is as it was.
 */
#include "model/graph.h"

struct builder;

int builder_new(struct builder **ret);
void builder_free(struct builder *builder); /* NULL is fine */
DEFINE_CLEANUP(struct builder *, builder_free);

/* A constant; takes a reference of BLOB of its own. ENCODINGS are copied; N_ENCODINGS may be 0. */
struct constant {
    const char *name; /* copied */
    struct shape shape;
    enum dtype dtype;
    struct blob *blob;
    const struct encoding *encodings;
    uint32_t n_encodings, encoding_axis;
};
/* 0 and *RET, or E_GRAPH (name in use, size and shape differ), E_SHAPE, E_ENCODING, -ENOMEM. */
int build_constant(struct builder *builder, const struct constant *constant, uint32_t *ret,
                   struct fault *fault);

/* The constant VALUE is a layer of its own, called NAME, in its container. NAME is copied. */
int build_const_layer(struct builder *builder, uint32_t value, const char *name);

/* A node; name, attributes (lists too), and the names of its outputs are copied. */
struct node_spec {
    const char *name;
    enum op op;
    const void *attrs; /* NULL: the presets */
    const uint32_t *inputs;
    const char *const *outputs;
    uint32_t n_inputs, n_outputs;
};
/*
 * 0 and RET[0..n_outputs) the new values, or E_OP_ARITY, E_OP_ATTR, E_SHAPE, E_GRAPH, -ENOMEM; the
 * sentence begins with the layer's name. RET may be NULL.
 */
int build_node(struct builder *builder, const struct node_spec *spec, uint32_t *ret,
               struct fault *fault);

/* The 8-bit encoding that the container gives an activation. Copied. */
int build_encoding(struct builder *builder, uint32_t value, const struct encoding *encodings,
                   uint32_t n_encodings, uint32_t axis, struct fault *fault);

/* Marks VALUE as an output of the network, in the order of the calls. None: the last node's. */
int build_output(struct builder *builder, uint32_t value, struct fault *fault);

/* A record to be carried along; name and bytes are copied. */
int build_section(struct builder *builder, const char *name, const void *base, size_t size,
                  struct fault *fault);

/* What is known so far; the pointer holds until the next build_ call. */
const struct value *builder_value(const struct builder *builder, uint32_t value);

/* The finished graph; the builder is then empty and only to be freed. 0, E_GRAPH if it has no node.
 */
int build_done(struct builder *builder, struct graph **ret, struct fault *fault);
