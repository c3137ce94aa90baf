#pragma once
/*
 * Containers of version 3: the records `model` and `model.params` to nodes and constants, and back.
 * What the files of this folder share; dlc.h is the way in from outside.
 */
#include "model/build.h"
#include "model/dlc/buffers.h"
#include "model/dlc/container.h"
#include "model/dlc/flat.h"
#include "model/dlc/flat_build.h"
#include "model/dlc/types.h"
#include "model/dlc/v3_tree.h"
#include "model/names.h"

#define V3_OUTPUTS_MAX OUTPUTS_MOST /* of a layer; below 64, for bits count them */
#define V3_INPUTS_MAX  UINT8_MAX

/* Adds all layers of the container to BUILDER. Errors as dlc_read says. */
int v3_read(const struct container *container, struct builder *builder, struct fault *fault);

/* Builds both records, headers included; BUILDs are zeroed before and to be done after. */
int v3_write(const struct graph *graph, struct flat_build *model, struct flat_build *params,
             struct fault *fault);

/* The two records while they are read. */
struct v3_reader {
    struct builder *builder;
    struct fault *fault;
    struct flat model, params;
    struct flat_vector layers, stored; /* Layer, LayerParams */
    struct names stored_names;
    struct buffers buffers;
    uint64_t n_links;     /* inputs of all layers so far */
    uint64_t n_bytes;     /* of all tensors so far */
    uint64_t n_kept;      /* bytes of all user-defined parameters so far */
    struct arena scratch; /* of the layer that is being read */
    bool structure;       /* numbers of constants stay where they are */
};

/* One layer of them. */
struct v3_layer {
    struct v3_reader *reader;
    const struct dlc_type *type;
    const char *name, *type_name;
    struct flat_vector inputs, outputs, attrs;
    struct shape shapes[V3_OUTPUTS_MAX]; /* OutputDims */
    uint32_t in[V3_INPUTS_MAX], n_in;    /* values */
};

/* Begins LAYER with what its table says; nothing is checked but the record's structure. */
void v3_layer_begin(struct v3_reader *reader, uint32_t i, struct v3_layer *ret);
/* Builds the node or constant. */
int v3_layer_read(struct v3_layer *layer);
/* Says "layer NAME (TYPE): ..." with the sentence in INNER; returns CODE. */
int v3_layer_fail(const struct v3_layer *layer, int code, const struct fault *inner);
/* 0, or E_DLC_RECORD if one of the two records turned out to be damaged. */
int v3_reader_error(const struct v3_reader *reader);

/* v3_params.c: finds the layers' entries and refuses two of one name. */
int v3_params_open(struct v3_reader *reader);
/* The tensors stored with LAYER; empty if there are none. */
struct flat_vector v3_params_of(const struct v3_layer *layer);
/* The one called NAME; false: it is not there. */
bool v3_params_find(const struct flat_vector *tensors, const char *name, struct flat_table *ret);
/* Makes it a constant called NAME; FALLBACK is its encoding if it has none itself (may be NULL). */
struct v3_encoding;
int v3_params_constant(struct v3_layer *layer, const struct flat_table *tensor, const char *name,
                       const struct v3_encoding *fallback, uint32_t *ret);

/* A node while it is written. */
struct v3_node {
    const struct graph *graph;
    const struct node *node;
    const struct dlc_type *type;
    const char *type_name;
    struct v3_tree *tree;
    struct v3_branch *attrs;
    const char *const *omitted; /* attributes that are not written, then NULL; or NULL */
};

/* v3_resample.c: is its layer called Scaling? Else Resize. */
struct resize_attrs;
bool v3_resize_is_scaling(const struct resize_attrs *resize);

/* v3_write_params.c: the tensors of all layers. */
struct layers;
int v3_write_params(const struct graph *graph, const struct layers *layers, int channels,
                    struct flat_build *build, struct fault *fault);
