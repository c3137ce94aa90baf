#pragma once
/* Graphs and containers for the tests of model/dlc, and how two graphs are compared. */
#include "base/buf.h"
#include "model/build.h"

/* Every operator of ops.def with every kind it has; encodings, constants, two records carried. */
struct graph *sample_every(void);

/* Input, Conv, Relu and a Softmax: 1.5 KiB as a container. */
struct graph *sample_small(void);

/* The same with 8-bit constants and encodings, the weights' for each channel if CHANNELS. */
struct graph *sample_coded(int channels);

/* The graph as a container, freed by buf_done. */
struct buf sample_bytes(const struct graph *graph);

/* Fails the test where A and B differ in nodes, attributes, shapes, constants or encodings; names
 * of constants that are stored with layers may differ. */
void sample_compare(const struct graph *a, const struct graph *b);

/* Node I of A against node TWIN of B, with all that they read and make. */
void sample_compare_nodes(const struct graph *a, uint32_t i, const struct graph *b, uint32_t twin);

/* Reads BASE; fails the test if that does not work. */
struct graph *sample_read(const void *base, size_t size);

/* The paths of the real containers of version 3, as suite_data finds them; NULL ends the list.
 * NULL if the shared data is not there. */
const char *const *sample_files(void);
const char *const *sample_files_v2(void); /* of version 2 */

/* What samples are made of. A float constant whose numbers are 0.25 i - 1. */
uint32_t sample_floats(struct builder *builder, const char *name, struct shape shape);
/* A node called NAME whose outputs are NAME:0, NAME:1, ...; the first output. */
uint32_t sample_node(struct builder *builder, enum op op, const char *name, const void *attrs,
                     const uint32_t *inputs, uint32_t n_inputs, uint32_t n_outputs);
uint32_t sample_input(struct builder *builder, const char *name, struct i32s shape);

/* sample_boxes.c: parts of sample_every with inputs of their own. */
void sample_add_boxes(struct builder *builder);
void sample_add_user(struct builder *builder);
