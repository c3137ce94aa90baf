#pragma once
/*
 * A TensorFlow graph as its file tells it: nodes with their attributes, nothing resolved, nothing
 * checked but the syntax and the limits. Everything belongs to the graph's arena, except bytes of
 * weights (tensor_content), which stay in the file. Attributes whose name begins with _ say nothing
 * about what a node computes and are left out.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"
#include "model/message.h"

/* DataType, the ones that we can say something about. */
enum tf_type {
    TF_INVALID = 0,
    TF_FLOAT = 1,
    TF_DOUBLE = 2,
    TF_INT32 = 3,
    TF_UINT8 = 4,
    TF_INT16 = 5,
    TF_INT8 = 6,
    TF_STRING = 7,
    TF_COMPLEX64 = 8,
    TF_INT64 = 9,
    TF_BOOL = 10,
    TF_QINT8 = 11,
    TF_QUINT8 = 12,
    TF_QINT32 = 13,
    TF_BFLOAT16 = 14,
    TF_QINT16 = 15,
    TF_QUINT16 = 16,
    TF_UINT16 = 17,
    TF_COMPLEX128 = 18,
    TF_HALF = 19,
    TF_RESOURCE = 20,
    TF_VARIANT = 21,
    TF_UINT32 = 22,
    TF_UINT64 = 23,
    _TF_TYPE_MAX,
};

struct graphdef_shape {
    bool unknown_rank;
    struct rows dims; /* int64_t; negative: open */
};

struct graphdef_tensor {
    int32_t type; /* enum tf_type, or a number that we do not know */
    struct graphdef_shape shape;
    struct bytes content;   /* base NULL: not given */
    struct rows f32s, f64s; /* float, double */
    struct rows ints;       /* int64_t, of every other type; halves by their bits */
};

/* What an attribute holds; the first that is set. */
enum graphdef_kind {
    GRAPHDEF_NOTHING,
    GRAPHDEF_INT,
    GRAPHDEF_FLOAT,
    GRAPHDEF_BOOL,
    GRAPHDEF_TYPE,
    GRAPHDEF_TEXT,
    GRAPHDEF_SHAPE,
    GRAPHDEF_TENSOR,
    GRAPHDEF_LIST,
};

struct graphdef_attr {
    const char *name;
    enum graphdef_kind kind;
    float f;
    int64_t i;       /* INT, BOOL, TYPE */
    const char *s;   /* TEXT; NULL: not fit for a text */
    const void *sub; /* SHAPE, TENSOR, LIST: struct graphdef_shape, _tensor, _list */
};

struct graphdef_list {
    struct rows ints, floats; /* int64_t, float */
};

struct graphdef_node {
    const char *name, *op;
    const char *const *inputs; /* "node", "node:1", "^node" */
    uint32_t n_inputs, n_attrs;
    const struct graphdef_attr *attrs;
};

struct graphdef {
    struct arena arena;
    const struct graphdef_node *nodes;
    uint32_t n_nodes;
    bool is_meta; /* with variables in a checkpoint beside it */
};

/*
 * 0 and *RET, which points into BYTES; or E_CONVERT_SYNTAX (no such file; FAULT says which other
 * kind it is, where we know it), E_TOO_LARGE, -ENOMEM.
 */
int graphdef_read(const void *bytes, size_t size, struct graphdef *ret, struct fault *fault);
void graphdef_done(struct graphdef *graphdef);

/* For readers of tensors in other files (a checkpoint's index): field TO is a graphdef_shape. */
bool graphdef_take_shape(pb_istream_t *stream, const pb_field_t *field, void **arg);
