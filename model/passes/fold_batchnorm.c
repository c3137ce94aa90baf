#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "model/copy.h"
#include "model/derive.h"

/*
 * y = (W x + b) * s + t = (W * s) x + (b * s + t), channel by channel, so a BatchNorm that alone
 * reads a convolution can live in its constants. Several in a row fold like one. Only float32
 * constants that nobody else reads are changed; everything else is left as it is.
 */
struct fold {
    struct copy copy;
    uint32_t *n_readers,
        *reader;         /* of each value: how often it is read (a run's output counts), by whom */
    uint32_t *n_dropped; /* how many of those readers fold away */
    struct blob **blobs; /* of each value: the constant's new data */
    uint32_t *output;    /* of each node that takes BatchNorms in: the last one's output */
    uint32_t *bias;      /* ... if it had no bias: the BatchNorm's, whose place its new one takes */
    bool *gone;          /* of each node: is folded away */
    char **names;        /* of each node: its new name; NULL: its own */
    bool join_names;
};

static void fold_done(struct fold *fold)
{
    for (uint32_t i = 0; fold->blobs && i < fold->copy.from->n_values; i++)
        blob_unref(fold->blobs[i]);
    for (uint32_t i = 0; fold->names && i < fold->copy.from->n_nodes; i++)
        free(fold->names[i]);
    copy_done(&fold->copy);
    free(fold->n_readers);
    free(fold->reader);
    free(fold->n_dropped);
    free(fold->blobs);
    free(fold->output);
    free(fold->bias);
    free(fold->gone);
    free(fold->names);
}

static void count_readers(struct fold *fold)
{
    const struct graph *graph = fold->copy.from;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++) {
            uint32_t input = graph->nodes[i].inputs[k];

            if (input == NO_VALUE)
                continue;
            fold->n_readers[input]++;
            fold->reader[input] = i;
        }
    for (uint32_t i = 0; i < graph->n_outputs; i++)
        fold->n_readers[graph->outputs[i]]++;
}

static int fold_init(struct fold *fold, const struct graph *graph)
{
    const size_t n_values = (size_t)graph->n_values + 1, n_nodes = (size_t)graph->n_nodes + 1;
    int r = copy_init(&fold->copy, graph);

    if (r < 0)
        return r;
    fold->n_readers = calloc(n_values, sizeof(*fold->n_readers));
    fold->reader = calloc(n_values, sizeof(*fold->reader));
    fold->n_dropped = calloc(n_values, sizeof(*fold->n_dropped));
    fold->blobs = calloc(n_values, sizeof(*fold->blobs));
    fold->output = calloc(n_nodes, sizeof(*fold->output));
    fold->bias = calloc(n_nodes, sizeof(*fold->bias));
    fold->gone = calloc(n_nodes, sizeof(*fold->gone));
    fold->names = calloc(n_nodes, sizeof(*fold->names));
    if (!fold->n_readers || !fold->reader || !fold->n_dropped || !fold->blobs || !fold->output ||
        !fold->bias || !fold->gone || !fold->names)
        return -ENOMEM;
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        fold->output[i] = fold->bias[i] = NO_VALUE;
    count_readers(fold);
    return 0;
}

static bool is_float_constant(const struct graph *graph, uint32_t value)
{
    return value != NO_VALUE && graph->values[value].blob &&
           graph->values[value].dtype == DTYPE_F32;
}

static uint32_t bias_of(const struct node *node)
{
    return node->n_inputs > 2 ? node->inputs[2] : NO_VALUE;
}

/* The BatchNorm that alone reads VALUE and can be folded, or NULL. */
static const struct node *next_batchnorm(const struct fold *fold, uint32_t value)
{
    const struct graph *graph = fold->copy.from;
    const struct node *node;

    if (fold->n_readers[value] != 1)
        return NULL;
    node = &graph->nodes[fold->reader[value]]; /* node 0 if only the caller of a run reads it */
    if (node->op != OP_BATCH_NORM || node->inputs[0] != value)
        return NULL;
    return is_float_constant(graph, node->inputs[1]) && is_float_constant(graph, node->inputs[2])
               ? node
               : NULL;
}

/* May the constants of NODE change for FIRST, the BatchNorm behind it? */
static bool may_change(const struct fold *fold, const struct node *node, const struct node *first)
{
    const struct graph *graph = fold->copy.from;
    uint32_t weights, bias;

    if (node->op != OP_CONV && node->op != OP_FULLY_CONNECTED)
        return false;
    weights = node->inputs[1];
    bias = bias_of(node);
    if (!is_float_constant(graph, weights) || fold->n_readers[weights] != 1)
        return false;
    if (bias == NO_VALUE)
        return fold->n_readers[first->inputs[2]] == 1;
    return is_float_constant(graph, bias) && fold->n_readers[bias] == 1;
}

/* What all BatchNorms of a chain do to one channel. */
struct affine {
    double scale, shift;
};

static void append_affine(const struct graph *graph, const struct node *batchnorm,
                          struct affine *affines, uint32_t n)
{
    const float *weights = graph->values[batchnorm->inputs[1]].data;
    const float *bias = graph->values[batchnorm->inputs[2]].data;

    for (uint32_t i = 0; i < n; i++) {
        affines[i].scale *= weights[i];
        affines[i].shift = affines[i].shift * weights[i] + bias[i];
    }
}

/* Conv keeps the output channel in the last axis of its weights, FullyConnected in the first. */
static int scale_weights(struct fold *fold, const struct node *node, const struct affine *affines,
                         uint32_t n_channels)
{
    const struct value *from = &fold->copy.from->values[node->inputs[1]];
    const size_t n = shape_elements(&from->shape), row = n / n_channels;
    struct blob *blob = blob_new(n * sizeof(float));
    const float *w = from->data;
    float *scaled;

    if (!blob)
        return -ENOMEM;
    scaled = blob_base(blob);
    for (size_t i = 0; i < n; i++)
        scaled[i] = (float)(w[i] * affines[node->op == OP_CONV ? i % n_channels : i / row].scale);
    fold->blobs[node->inputs[1]] = blob;
    return 0;
}

static int shift_bias(struct fold *fold, const struct node *node, const struct node *first,
                      const struct affine *affines, uint32_t n_channels)
{
    const uint32_t bias = bias_of(node);
    const float *b = bias == NO_VALUE ? NULL : fold->copy.from->values[bias].data;
    struct blob *blob = blob_new(n_channels * sizeof(float));
    float *shifted;

    if (!blob)
        return -ENOMEM;
    shifted = blob_base(blob);
    for (uint32_t i = 0; i < n_channels; i++)
        shifted[i] = (float)((b ? b[i] : 0) * affines[i].scale + affines[i].shift);
    fold->blobs[b ? bias : first->inputs[2]] = blob;
    return 0;
}

/* The name of node I with MORE behind a dot, unless another layer has that. */
static int join_name(struct fold *fold, uint32_t i, const char *more)
{
    const char *name = fold->names[i] ? fold->names[i] : fold->copy.from->nodes[i].name;
    size_t size = strlen(name) + strlen(more) + 2;
    char *joined = malloc(size);

    if (!joined)
        return -ENOMEM;
    snprintf(joined, size, "%s.%s", name, more);
    if (graph_find_node(fold->copy.from, joined) != NO_NODE) {
        free(joined);
        return 0;
    }
    free(fold->names[i]);
    fold->names[i] = joined;
    return 0;
}

/* Folds what stands behind node I, if it can be. */
static int fold_node(struct fold *fold, uint32_t i)
{
    const struct graph *graph = fold->copy.from;
    const struct node *node = &graph->nodes[i];
    const struct node *first = next_batchnorm(fold, node->outputs[0]);
    _cleanup_(freep) struct affine *affines = NULL;
    const struct shape *y = &graph->values[node->outputs[0]].shape;
    uint32_t n_channels;
    int r = 0;

    if (!first || !may_change(fold, node, first))
        return 0;
    n_channels = y->dim[y->rank - 1];
    affines = malloc(n_channels * sizeof(*affines));
    if (!affines)
        return -ENOMEM;
    for (uint32_t k = 0; k < n_channels; k++)
        affines[k] = (struct affine){1, 0};
    for (const struct node *bn = first; bn; bn = next_batchnorm(fold, fold->output[i])) {
        append_affine(graph, bn, affines, n_channels);
        fold->gone[graph->values[bn->outputs[0]].producer] = true;
        fold->n_dropped[bn->inputs[1]]++;
        fold->n_dropped[bn->inputs[2]]++;
        fold->output[i] = bn->outputs[0];
        if (r == 0 && fold->join_names)
            r = join_name(fold, i, bn->name);
    }
    if (bias_of(node) == NO_VALUE)
        fold->bias[i] = first->inputs[2];
    if (r == 0)
        r = scale_weights(fold, node, affines, n_channels);
    return r < 0 ? r : shift_bias(fold, node, first, affines, n_channels);
}

/* The constant with its new data, and without the encodings that told of the old. */
static int emit_changed(struct fold *fold, uint32_t value, struct fault *fault)
{
    const struct value *from = &fold->copy.from->values[value];
    const struct constant constant = {
        .name = from->name, .shape = from->shape, .dtype = DTYPE_F32, .blob = fold->blobs[value]};

    return build_constant(fold->copy.to, &constant, &fold->copy.values[value], fault);
}

static int emit_constant(struct fold *fold, uint32_t value, struct fault *fault)
{
    if (fold->copy.values[value] != NO_VALUE)
        return 0;
    if (fold->blobs[value])
        return emit_changed(fold, value, fault);
    if (fold->n_dropped[value] > 0 && fold->n_dropped[value] == fold->n_readers[value])
        return 0;
    return copy_constant(&fold->copy, value, fault);
}

static int emit_node(struct fold *fold, uint32_t i, struct fault *fault)
{
    const struct node *node = &fold->copy.from->nodes[i];
    struct copy_change change = {.name = fold->names[i], .outputs = &fold->output[i]};
    uint32_t inputs[3];
    int r;

    if (fold->gone[i])
        return 0;
    if (fold->output[i] == NO_VALUE)
        return copy_node(&fold->copy, node, NULL, fault);
    if (fold->bias[i] != NO_VALUE) {
        r = emit_constant(fold, fold->bias[i], fault); /* it may stand behind the node */
        if (r < 0)
            return r;
        inputs[0] = fold->copy.values[node->inputs[0]];
        inputs[1] = fold->copy.values[node->inputs[1]];
        inputs[2] = fold->copy.values[fold->bias[i]];
        change.inputs = inputs;
        change.n_inputs = 3;
    }
    return copy_node(&fold->copy, node, &change, fault);
}

int graph_fold_batchnorm(const struct graph *graph, bool join_names, struct graph **ret,
                         struct fault *fault)
{
    _cleanup_(fold_done) struct fold fold = {.join_names = join_names};
    int r = fold_init(&fold, graph);

    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++)
        if (!fold.gone[i])
            r = fold_node(&fold, i);
    for (uint32_t i = 0; r == 0 && i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];

        if (value->blob)
            r = emit_constant(&fold, i, fault);
        else if (graph->nodes[value->producer].outputs[0] == i)
            r = emit_node(&fold, value->producer, fault);
    }
    return r < 0 ? r : copy_finish(&fold.copy, graph->outputs, graph->n_outputs, ret, fault);
}
