#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "model/dlc/layers.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_encoding.h"
#include "model/dlc/v3_format.h"
#include "model/ops/user_defined.h"

#define TENSORS_MAX USER_TENSORS_MOST /* of a layer; the most that others store is 3 */

/* A layer that has tensors: a node, or a constant that is a layer. */
struct entry {
    const char *name;
    const struct node *node; /* NULL: a constant */
    uint32_t value;
    uint32_t place; /* once it is written */
};

/* One tensor as it is written: the value's numbers, in the dims that containers use. */
struct tensor {
    const char *name;
    const struct value *value;
    struct shape shape;
    uint32_t encoding_axis;
};

#define LENT_LEAST 4096 /* bytes of weights that are not worth a copy */

struct writer {
    const struct graph *graph;
    struct flat_build *build;
    struct entry *entries;
    uint32_t n_entries;
    int channels;
    struct fault *fault;
};

/* Files always have a bias where a convolution or a matrix is: zeros if the model has none. */
static bool wants_bias(const struct node *node)
{
    if (node->op != OP_CONV && node->op != OP_DECONV && node->op != OP_FULLY_CONNECTED)
        return false;
    return node->n_inputs < 3 || node->inputs[2] == NO_VALUE;
}

static bool has_tensors(const struct graph *graph, const struct node *node)
{
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (layers_stored(graph, node, i))
            return true;
    return wants_bias(node);
}

static void gather(struct writer *writer, const struct layers *layers)
{
    for (uint32_t i = 0; i < layers->n; i++) {
        const struct layer *layer = &layers->v[i];

        if (!layer->node || has_tensors(writer->graph, layer->node))
            writer->entries[writer->n_entries++] =
                (struct entry){layer->name, layer->node, layer->value, 0};
    }
}

static int entry_order(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static int tensor_order(const void *a, const void *b)
{
    const struct tensor *left = a, *right = b;

    return strcmp(left->name, right->name);
}

/* A batch norm's tensors are [1,1,C,1] in files, a bias is flat; the numbers are the same. */
static struct tensor tensor_of(const struct graph *graph, const struct node *node, uint32_t input,
                               const char *name)
{
    const struct value *value = &graph->values[node->inputs[input]];
    uint32_t n = (uint32_t)shape_elements(&value->shape);
    struct tensor tensor = {name, value, value->shape, value->encoding_axis};

    if (node->op == OP_BATCH_NORM) {
        tensor.shape = (struct shape){4, {1, 1, n, 1}};
        tensor.encoding_axis = 2;
    } else if (strcmp(name, "bias") == 0 && node->op != OP_USER_DEFINED) {
        tensor.shape = (struct shape){1, {n}};
        tensor.encoding_axis = 0;
    }
    return tensor;
}

static uint32_t build_data(struct flat_build *build, const struct value *value)
{
    size_t n = shape_elements(&value->shape);
    bool codes = value->dtype == DTYPE_TF8;
    uint32_t size = codes ? 1 : 4, numbers;

    /* Weights stay where the graph has them until they are written; zeros of ours do not. */
    if (value->blob && n * size >= LENT_LEAST)
        numbers = flat_build_lent_vector(build, value->data, n, size);
    else
        numbers = flat_build_vector(build, value->data, n, size);
    flat_build_u8(build, V3_DATA_DTYPE, codes ? V3_DTYPE_U8 : V3_DTYPE_F32);
    flat_build_ref(build, codes ? V3_DATA_BYTES : V3_DATA_FLOATS, numbers);
    return flat_build_table(build);
}

/* The tensor's encoding as attributes; 0 if it has none. */
static int build_encodings(struct writer *writer, const struct tensor *tensor, uint32_t *ret)
{
    const struct value *value = tensor->value;
    struct v3_tree tree = {.error = 0};
    struct v3_branch *attrs, *list;

    *ret = 0;
    if (value->n_encodings == 0)
        return 0;
    attrs = v3_tree_root(&tree);
    list = v3_encoding_begin(&tree, attrs, writer->channels);
    v3_encoding_add(&tree, list, writer->channels, 0, value->encodings, value->n_encodings,
                    tensor->encoding_axis);
    *ret = v3_tree_build(&tree, attrs, writer->build);
    v3_tree_done(&tree);
    return tree.error;
}

static int build_tensor(struct writer *writer, const struct tensor *tensor, uint32_t *ret)
{
    struct flat_build *build = writer->build;
    uint32_t name, dims, data, attrs;
    int r;

    if (tensor->value->dtype != DTYPE_F32 && tensor->value->dtype != DTYPE_TF8)
        return fail(writer->fault, E_DLC_LAYER,
                    "constant %.100s holds integers: a container has no code for them",
                    tensor->value->name);
    name = flat_build_string(build, tensor->name);
    dims = flat_build_vector(build, tensor->shape.dim, tensor->shape.rank, 4);
    data = build_data(build, tensor->value);
    r = build_encodings(writer, tensor, &attrs);
    flat_build_ref(build, V3_TENSOR_NAME, name);
    flat_build_ref(build, V3_TENSOR_DIMS, dims);
    flat_build_ref(build, V3_TENSOR_DATA, data);
    flat_build_ref(build, V3_TENSOR_ATTRS, attrs);
    *ret = flat_build_table(build);
    return r;
}

/* A bias that the model does not have. */
struct zeros {
    void *data; /* NULL: none is wanted */
    struct value value;
    struct encoding encoding;
};

/* N of them, of the weights' kind. */
static int zeros_init(struct zeros *zeros, const struct value *weights, uint32_t n)
{
    zeros->data = calloc(n, sizeof(float));
    if (!zeros->data)
        return -ENOMEM;
    zeros->value = (struct value){
        .name = "bias",
        .shape = {1, {n}},
        .dtype = weights->dtype == DTYPE_TF8 ? DTYPE_TF8 : DTYPE_F32,
        .data = zeros->data,
    };
    if (zeros->value.dtype == DTYPE_TF8 && encoding_of_range(0, 0, &zeros->encoding) == 0) {
        zeros->value.encodings = &zeros->encoding;
        zeros->value.n_encodings = 1;
    }
    return 0;
}

/* The tensors of a node, in the order of their names; TENSORS_MAX and one for the zeros. */
static uint32_t list_tensors(const struct graph *graph, const struct node *node,
                             const struct zeros *zeros, struct tensor *ret)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < node->n_inputs && n < TENSORS_MAX; i++)
        if (layers_stored(graph, node, i))
            ret[n++] = tensor_of(graph, node, i, layers_stored(graph, node, i));
    if (zeros->data)
        ret[n++] = (struct tensor){"bias", &zeros->value, zeros->value.shape, 0};
    if (n)
        qsort(ret, n, sizeof(*ret), tensor_order);
    return n;
}

static int build_stored(struct writer *writer, const char *layer, const struct tensor *tensors,
                        uint32_t n, uint32_t *ret)
{
    uint32_t places[TENSORS_MAX + 1], name = flat_build_string(writer->build, layer), list;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = build_tensor(writer, &tensors[i], &places[i]);
    if (r < 0)
        return r;
    list = flat_build_refs(writer->build, places, n);
    flat_build_ref(writer->build, V3_STORED_NAME, name);
    flat_build_ref(writer->build, V3_STORED_TENSORS, list);
    *ret = flat_build_table(writer->build);
    return 0;
}

static int write_node(struct writer *writer, const struct entry *entry, uint32_t *ret)
{
    const struct graph *graph = writer->graph;
    const struct node *node = entry->node;
    struct tensor tensors[TENSORS_MAX + 1];
    struct zeros zeros = {.data = NULL};
    int r = 0;

    if (wants_bias(node)) {
        const struct shape *out = &graph->values[node->outputs[0]].shape;

        r = zeros_init(&zeros, &graph->values[node->inputs[1]], out->dim[out->rank - 1]);
    }
    if (r == 0)
        r = build_stored(writer, entry->name, tensors, list_tensors(graph, node, &zeros, tensors),
                         ret);
    free(zeros.data);
    return r;
}

static int write_entry(struct writer *writer, const struct entry *entry, uint32_t *ret)
{
    const struct value *value;

    if (entry->node)
        return write_node(writer, entry, ret);
    value = &writer->graph->values[entry->value];
    return build_stored(writer, entry->name,
                        &(const struct tensor){"value", value, value->shape, value->encoding_axis},
                        1, ret);
}

/* Written in the order of the graph, listed in the order of the names: as the original tools do. */
static int write_entries(struct writer *writer)
{
    struct flat_build *build = writer->build;
    uint32_t *places = malloc((writer->n_entries + 1) * sizeof(*places)), layers;
    int r = places ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < writer->n_entries; i++)
        r = write_entry(writer, &writer->entries[i], &writer->entries[i].place);
    if (r == 0) {
        qsort(writer->entries, writer->n_entries, sizeof(*writer->entries), entry_order);
        for (uint32_t i = 0; i < writer->n_entries; i++)
            places[i] = writer->entries[i].place;
        layers = flat_build_refs(build, places, writer->n_entries);
        flat_build_ref(build, V3_PARAMS_LAYERS, layers);
        r = flat_build_finish(build, flat_build_table(build), "NETP");
    }
    free(places);
    return r;
}

int v3_write_params(const struct graph *graph, const struct layers *layers, int channels,
                    struct flat_build *build, struct fault *fault)
{
    struct writer writer = {.graph = graph, .build = build, .channels = channels, .fault = fault};
    int r;

    writer.entries = calloc((size_t)layers->n + 1, sizeof(*writer.entries));
    if (!writer.entries)
        return -ENOMEM;
    gather(&writer, layers);
    r = write_entries(&writer);
    free(writer.entries);
    return r;
}
