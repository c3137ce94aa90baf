#include "model/quant/bias.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/copy.h"
#include "model/derive.h"
#include "model/quant/sums.h"

struct corrector {
    struct copy copy;
    const struct graph *coded; /* its constants as floats */
    const struct observations *seen;
    uint32_t *n_readers; /* of each value */
    struct blob **blobs; /* of each value: a bias's new numbers; NULL: as they are */
    uint32_t n;          /* biases */
};

static void corrector_done(struct corrector *corrector)
{
    for (uint32_t i = 0; corrector->blobs && i < corrector->copy.from->n_values; i++)
        blob_unref(corrector->blobs[i]);
    copy_done(&corrector->copy);
    free(corrector->n_readers);
    free(corrector->blobs);
}

static int corrector_init(struct corrector *corrector, const struct graph *graph)
{
    int r = copy_init(&corrector->copy, graph);

    if (r < 0)
        return r;
    corrector->n_readers = calloc((size_t)graph->n_values + 1, sizeof(*corrector->n_readers));
    corrector->blobs = calloc((size_t)graph->n_values + 1, sizeof(struct blob *));
    if (!corrector->n_readers || !corrector->blobs)
        return -ENOMEM;
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++)
            if (graph->nodes[i].inputs[k] != NO_VALUE)
                corrector->n_readers[graph->nodes[i].inputs[k]]++;
    return 0;
}

static bool may_change(const struct corrector *corrector, const struct node *node)
{
    const struct graph *graph = corrector->copy.from;
    const uint32_t bias = sum_is(node) ? sum_bias(node) : NO_VALUE;

    return bias != NO_VALUE && graph->values[bias].blob && graph->values[bias].dtype == DTYPE_F32 &&
           corrector->n_readers[bias] == 1 && graph->values[node->inputs[1]].blob &&
           graph->values[node->inputs[1]].dtype == DTYPE_F32 &&
           corrector->seen->v[node->inputs[0]].sums;
}

/* By how much the mean of each of a sum's outputs is off, at SHIFTS. */
static void find_shifts(const struct corrector *corrector, const struct node *node, double *shifts)
{
    const struct graph *graph = corrector->copy.from;
    const struct value *value = &graph->values[node->inputs[1]];
    const struct observed *x = &corrector->seen->v[node->inputs[0]];
    const float *exact = value->data;
    const float *coded =
        corrector->coded->values[graph_find_value(corrector->coded, value->name)].data;
    const struct sum sum = sum_of(graph, node);

    for (size_t i = 0; i < sum.n; i++)
        shifts[sum_out(&sum, i)] += ((double)coded[i] - (double)exact[i]) *
                                    observe_mean(x, sum_in(&sum, i) % x->n_channels);
}

static int correct(struct corrector *corrector, const struct node *node)
{
    const uint32_t bias = sum_bias(node);
    const struct value *from = &corrector->copy.from->values[bias];
    const size_t n = shape_elements(&from->shape);
    _cleanup_(freep) double *shifts = calloc(n + 1, sizeof(*shifts));
    struct blob *blob = blob_new(n * sizeof(float));
    const float *before = from->data;
    float *after;

    if (!blob || !shifts) {
        blob_unref(blob);
        return -ENOMEM;
    }
    corrector->blobs[bias] = blob;
    after = blob_base(blob);
    find_shifts(corrector, node, shifts);
    for (size_t i = 0; i < n; i++)
        after[i] = (float)((double)before[i] - shifts[i]);
    corrector->n++;
    return 0;
}

static int emit_constant(struct corrector *corrector, uint32_t value, struct fault *fault)
{
    const struct value *from = &corrector->copy.from->values[value];
    const struct constant constant = {.name = from->name,
                                      .shape = from->shape,
                                      .dtype = DTYPE_F32,
                                      .blob = corrector->blobs[value]};
    int r;

    if (!constant.blob)
        return copy_constant(&corrector->copy, value, fault);
    r = build_constant(corrector->copy.to, &constant, &corrector->copy.values[value], fault);
    return r < 0 ? r : copy_const_layer(&corrector->copy, value);
}

static int emit(struct corrector *corrector, struct graph **ret, struct fault *fault)
{
    const struct graph *graph = corrector->copy.from;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];

        if (value->blob)
            r = emit_constant(corrector, i, fault);
        else if (graph->nodes[value->producer].outputs[0] == i)
            r = copy_node(&corrector->copy, &graph->nodes[value->producer], NULL, fault);
    }
    return r < 0 ? r : copy_finish(&corrector->copy, graph->outputs, graph->n_outputs, ret, fault);
}

int graph_correct_biases(const struct graph *graph, const struct graph *coded,
                         const struct observations *seen, struct graph **ret, uint32_t *ret_n,
                         struct fault *fault)
{
    _cleanup_(corrector_done) struct corrector corrector = {.seen = seen};
    _cleanup_(graph_unrefp) struct graph *floats = NULL;
    int r = graph_dequantize(coded, &floats, fault);

    if (r < 0)
        return r;
    corrector.coded = floats;
    r = corrector_init(&corrector, graph);
    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++)
        if (may_change(&corrector, &graph->nodes[i]))
            r = correct(&corrector, &graph->nodes[i]);
    if (r < 0)
        return r;
    *ret_n = corrector.n;
    return emit(&corrector, ret, fault);
}
