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
