#pragma once
/*
 * Blobs by name: who makes them and who reads them. A layer that writes the blob it reads makes
 * another tensor of it, which is called LAYER.BLOB, as SNPE's converter calls it; but what is an
 * output of the network is called as the blob is, and the tensors before it give way.
 */
#include "convert/caffe/net.h"

/* A layer as the file has it, before its blobs are told apart. */
struct blobs_layer {
    struct caffe_layer layer;
    struct rows bottoms, tops; /* const char *: blobs */
    struct rows reads, makes;  /* uint32_t: tensors */
};

/*
 * Fills inputs and outputs of each layer's node, and the net's outputs. LAYERS: struct blobs_layer.
 * A layer whose node's op is "" only reads, so that what it reads is no output.
 */
int blobs_resolve(struct caffe_net *net, struct rows *layers, const char *const *asked,
                  uint32_t n_asked, struct fault *fault);
