#pragma once
/*
 * Containers that no sane program writes: records put together layer by layer, with nothing
 * checked, and archives whose records were patched.
 */
#include "base/buf.h"
#include "base/shape.h"
#include "model/dlc/v3_tree.h"

struct net_layer {
    const char *name, *type;
    const char *in[3], *out[3]; /* until a NULL */
    struct shape dims[3];
    int32_t id; /* 0: its place */
};

#define NET_LAYERS_MAX  16
#define NET_TENSORS_MAX 8

struct net_tensor {
    const char *layer, *name;
    struct shape dims;
    uint8_t dtype;       /* 6 or 9 */
    const void *numbers; /* of N */
    uint32_t n;
    struct v3_branch *attrs; /* of net->tree; NULL: none */
};

/* Zero-initialise to begin. */
struct net {
    struct net_layer layers[NET_LAYERS_MAX];
    struct v3_branch *attrs[NET_LAYERS_MAX];
    struct net_tensor tensors[NET_TENSORS_MAX]; /* those of one layer side by side */
    uint32_t n_layers, n_tensors;
    struct v3_tree tree;
};

/* Adds a copy of LAYER; its list of attributes, to be added to, with OutputDims in it. */
struct v3_branch *net_add(struct net *net, const struct net_layer *layer);
/* Adds "x", an Input of these dims. */
void net_add_input(struct net *net, struct shape dims);
/* Adds zeros as a float tensor. */
void net_add_zeros(struct net *net, const char *layer, const char *name, struct shape dims);

/* The archive; the net is empty afterwards. */
struct buf net_bytes(struct net *net);

/* An archive of dlc.metadata, model and model.params; a NULL record is left out. */
struct buf net_archive(const void *model, size_t model_size, const void *params,
                       size_t params_size);

/*
 * The archive BYTES with the bytes FROM of its record replaced by as many bytes TO: where they
 * stand for the NTH time from the end, 1 and on. 0 replaces all. The test fails if they are not
 * there.
 */
struct buf net_patched(const struct buf *bytes, const char *record, const void *from,
                       const void *to, size_t n, uint32_t nth);
