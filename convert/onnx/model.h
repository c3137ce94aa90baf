#pragma once
/*
 * An ONNX file as it is: records with their names, nothing resolved, nothing checked but the syntax
 * and the limits. Everything belongs to the model's arena, except bytes of weights (raw_data),
 * which stay in the file.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/fault.h"
#include "base/mem.h"
#include "convert/conversion.h"
#include "model/message.h"

/* TensorProto.DataType, the ones that we can say something about. */
enum onnx_type {
    ONNX_UNDEFINED,
    ONNX_FLOAT,
    ONNX_UINT8,
    ONNX_INT8,
    ONNX_UINT16,
    ONNX_INT16,
    ONNX_INT32,
    ONNX_INT64,
    ONNX_STRING,
    ONNX_BOOL,
    ONNX_FLOAT16,
    ONNX_DOUBLE,
    ONNX_UINT32,
    ONNX_UINT64,
    ONNX_COMPLEX64,
    ONNX_COMPLEX128,
    ONNX_BFLOAT16,
    _ONNX_TYPE_MAX,
};

/* AttributeProto.AttributeType. */
enum onnx_attr_type {
    ONNX_ATTR_UNDEFINED,
    ONNX_ATTR_FLOAT,
    ONNX_ATTR_INT,
    ONNX_ATTR_STRING,
    ONNX_ATTR_TENSOR,
    ONNX_ATTR_GRAPH,
    ONNX_ATTR_FLOATS,
    ONNX_ATTR_INTS,
    ONNX_ATTR_STRINGS,
};

struct onnx_entry {
    const char *key, *value;
};

struct onnx_tensor {
    const char *name;
    int32_t type;           /* enum onnx_type, or a number that we do not know */
    struct rows dims;       /* int64_t, none negative */
    struct bytes raw;       /* base NULL: not given */
    struct rows f32s, f64s; /* float_data, double_data */
    struct rows i32s, i64s; /* int32_data, int64_data or uint64_data; all int64_t here */
    struct rows external;   /* struct onnx_entry */
    bool is_external;
};

struct onnx_attr {
    const char *name;
    int32_t type; /* enum onnx_attr_type, or another number */
    float f;
    int64_t i;
    const char *s; /* NULL: not given, or not fit for a string */
    struct onnx_tensor *t;
    struct bytes g;           /* a graph, unread; base NULL: not given */
    struct rows floats, ints; /* float, int64_t */
    struct rows strings;      /* const char * */
};

/*
 * Names inside a branch that was put in the place of its If: what the branch calls FROM[i] is
 * TO[i]; in what encloses it, OUTER tells.
 */
struct onnx_scope {
    const struct onnx_scope *outer;
    struct onnx_scope *next; /* of the model's scopes */
    struct names from;
    struct rows to; /* const char * */
};

struct onnx_node {
    struct foreign_node node; /* first: onnx_node_of() */
    const char *domain;
    const struct onnx_attr *attrs;
    uint32_t n_attrs;
    const struct onnx_scope *scope; /* of the branch it comes from; NULL: it is the model's own */
};

struct onnx_dim {
    int64_t size;      /* 0: open */
    bool is_zero;      /* the file says so: some writers mean open, others that it is empty */
    const char *param; /* its name, NULL if none */
};

/* A graph's input or output. */
struct onnx_info {
    const char *name;
    bool is_tensor, has_shape;
    int32_t type;
    struct rows dims; /* struct onnx_dim */
};

struct onnx_graph {
    const struct onnx_node *nodes;
    const struct onnx_tensor *initializers;
    const struct onnx_info *inputs, *outputs;
    uint32_t n_nodes, n_initializers, n_inputs, n_outputs;
};

struct onnx_model {
    struct arena arena;
    const uint8_t *base; /* of the file */
    int64_t opset;       /* of ONNX's own operators */
    struct onnx_graph graph;
    struct onnx_scope *scopes;
};

#define ONNX_NODES_MAX 200000 /* of a graph, or of a model with its branches */

/*
 * 0 and *RET, which points into BYTES; or E_CONVERT_SYNTAX, E_TOO_LARGE, E_NOT_BUILT (a newer
 * operator set, sparse weights) with FAULT, -ENOMEM.
 */
int onnx_model_read(const void *bytes, size_t size, struct onnx_model *ret, struct fault *fault);

/* A graph inside an attribute: 0 and *RET, or the same errors. */
int onnx_graph_read(struct onnx_model *model, struct bytes bytes, struct onnx_graph *ret,
                    struct fault *fault);
void onnx_model_done(struct onnx_model *model);
