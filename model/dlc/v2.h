#pragma once
/*
 * Containers of version 2: the record `model`, a protobuf message with the weights inside, to nodes
 * and constants. What its files share; dlc.h is the way in from outside. The message is
 * proto/dlc_v2.proto; it is read layer by layer, and weights stay where they lie until they are
 * copied out.
 */
#include "model/build.h"
#include "model/dlc/buffers.h"
#include "model/dlc/container.h"
#include "model/dlc/proto/dlc_v2.pb.h"
#include "model/message.h"

/* Adds all layers of the container to BUILDER. Errors as dlc_read says. */
int v2_read(const struct container *container, struct builder *builder, struct fault *fault);

struct v2_reader {
    struct builder *builder;
    struct fault *fault;
    struct message message; /* the record */
    struct rows layers;     /* of struct bytes: where each lies in it */
    struct arena names;     /* of layers and buffers; lives as long as the reader */
    struct buffers buffers;
    bool structure; /* numbers of constants stay where they are */
};

/* The numbers of a tensor where they lie in the record; at least one of the two is empty. */
struct v2_numbers {
    struct bytes floats, codes;
    struct message_part floats_part, codes_part;
};

/* What layers store: weights_0 and bias, in the message of a convolution, of a matrix, of a norm.
 */
enum v2_holder { V2_CONV, V2_MATRIX, V2_NORM, _V2_HOLDER_MAX };
enum v2_tensor { V2_WEIGHTS, V2_BIAS, _V2_TENSOR_MAX };

/* One layer of the record. */
struct v2_layer {
    struct v2_reader *reader;
    struct arena *arena; /* of its names and of what its attributes point at */
    const struct v2_type *type;
    const char *name;
    struct rows inputs, outputs; /* of const char * */
    struct v2_numbers numbers[_V2_HOLDER_MAX][_V2_TENSOR_MAX];
    struct shape shape;           /* of its output */
    uint32_t in[UINT8_MAX], n_in; /* values */
    dlc2_Layer said;
};

/* A row of model/dlc_types.def. */
struct v2_type {
    uint32_t code;
    int32_t
        kind; /* of a neuron or an element-wise layer; V2_CLAMPED: any other with clamps; else 0 */
    enum op op;
    /* Fills ATTRS, which hold their presets. 0, -ENOMEM, or a sentence that need not name the
     * layer. */
    int (*read)(const struct v2_layer *layer, void *attrs, struct fault *fault);
};
#define V2_CLAMPED (-1)

/* v2_record.c: finds the layers; reads layer I, its names into ARENA. */
int v2_record_open(struct v2_reader *reader, const struct container *container);
int v2_record_layer(struct v2_reader *reader, uint32_t i, struct arena *arena,
                    struct v2_layer *ret);

/* v2_types.c: the layer's row, NULL if there is none; and what it is, for sentences. */
#define V2_KIND_SIZE 48
const struct v2_type *v2_types_find(const dlc2_Layer *layer);
const char *v2_types_name(const struct v2_layer *layer, char out[V2_KIND_SIZE]);

/* v2_params.c: is the tensor WHICH stored with the layer? Makes it a constant called NAME. */
const dlc2_Blob *v2_params_find(const struct v2_layer *layer, enum v2_tensor which);
int v2_params_constant(const struct v2_layer *layer, enum v2_tensor which, const char *name,
                       uint32_t *ret, struct fault *fault);
int v2_params_encoding(const dlc2_Encoding *said, struct encoding *ret, struct fault *fault);
