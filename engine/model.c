/*
 * A model: what its container holds, read once and shared by all networks that are made of it.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "engine/inside.h"
#include "model/dlc/dlc.h"

struct model {
    atomic_uint refs;
    struct digest digest;
    struct graph *graph;       /* as the container tells it */
    struct graph *float_graph; /* made when a float runtime first wants it; the loader's to make */
    struct dlc_metadata metadata;
};

int model_read(const void *bytes, size_t size, struct model **ret, struct fault *fault)
{
    _cleanup_(model_unrefp) struct model *model = calloc(1, sizeof(*model));
    int r;

    if (!model)
        return fail(fault, -ENOMEM, "model: out of memory");
    atomic_init(&model->refs, 1);
    r = dlc_read(bytes, size, &model->graph, &model->metadata, fault);
    if (r < 0)
        return r;
    digest_of(bytes, size, &model->digest);
    *ret = take_ptr(model);
    return 0;
}

struct model *model_ref(struct model *model)
{
    atomic_fetch_add_explicit(&model->refs, 1, memory_order_relaxed);
    return model;
}

void model_unref(struct model *model)
{
    if (!model || atomic_fetch_sub_explicit(&model->refs, 1, memory_order_acq_rel) > 1)
        return;
    graph_unref(model->graph);
    graph_unref(model->float_graph);
    dlc_metadata_done(&model->metadata);
    free(model);
}

const struct digest *model_digest(const struct model *model)
{
    return &model->digest;
}

const struct graph *model_graph(const struct model *model)
{
    return model->graph;
}

const char *model_version(const struct model *model)
{
    return model->metadata.model_version ? model->metadata.model_version : "N/A";
}

const struct dlc_metadata *model_metadata(const struct model *model)
{
    return &model->metadata;
}

size_t model_bytes(const struct model *model)
{
    size_t bytes = graph_weight_bytes(model->graph);

    if (model->float_graph && model->float_graph != model->graph)
        bytes += graph_weight_bytes(model->float_graph);
    return bytes;
}

static bool has_codes(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].data && graph->values[i].dtype == DTYPE_TF8)
            return true;
    return false;
}

int model_graph_for(struct model *model, enum mode mode, const struct graph **ret,
                    struct fault *fault)
{
    int r = 0;

    if (mode == MODE_FIXED8) {
        *ret = model->graph;
        return 0;
    }
    if (!model->float_graph) {
        if (has_codes(model->graph))
            r = graph_dequantize(model->graph, &model->float_graph, fault);
        else
            model->float_graph = graph_ref(model->graph);
    }
    if (r == 0)
        *ret = model->float_graph;
    return r;
}
