#pragma once
/*
 * Other graphs from a graph, sharing its constants. Pure functions: the old graph stays as it is.
 */
#include <stdbool.h>

#include "model/graph.h"

struct input_dims {
    const char *name; /* of an input value or an Input layer */
    struct shape shape;
};

struct derive {
    const struct input_dims *dims; /* inputs not named keep their shape */
    const char *const
        *outputs; /* values or layers (then all outputs of the layer); none: as they are */
    uint32_t n_dims, n_outputs;
};

/*
 * The part of GRAPH that the outputs need, with shapes inferred again from the new input dims.
 * E_SHAPE when a layer cannot follow (a Reshape to fixed sizes), E_NO_TENSOR when a name is
 * unknown, both with a sentence that lists what there is.
 */
int graph_derive(const struct graph *graph, const struct derive *derive, struct graph **ret,
                 struct fault *fault);

/* The same graph with every tf8 constant as float32 and no encodings on constants. */
int graph_dequantize(const struct graph *graph, struct graph **ret, struct fault *fault);

/*
 * passes/fold_batchnorm.c: a BatchNorm goes into the weights and bias of the Conv (depthwise too)
 * or FullyConnected before it, if nobody else reads that layer, not even the caller of a run, nor
 * its constants, and all constants are float32. The buffer has the BatchNorm's name; the layer
 * keeps its own, or with JOIN_NAMES has all of them with dots between, as SNPE names those of
 * Caffe.
 */
int graph_fold_batchnorm(const struct graph *graph, bool join_names, struct graph **ret,
                         struct fault *fault);

/*
 * passes/drop_noop.c: the same numbers with fewer layers. Reshapes, Permutes, slices, Pads, Tiles
 * that leave all numbers where they are go; a Reshape stays only in front of a layer that means
 * the shape, for functions of single numbers run in any. Two Permutes in a row are one. What is
 * given to whoever runs the network keeps its name and shape; so do inputs.
 */
int graph_drop_noop(const struct graph *graph, struct graph **ret, struct fault *fault);
