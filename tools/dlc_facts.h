#pragma once
/*
 * A container as the tools show it: its layers, and what there is to say about each and about all.
 * snpe-dlc-info, snpe-dlc-diff and snpe-dlc-viewer share it.
 */
#include "base/runtime.h"
#include "engine/engine.h"
#include "model/dlc/dlc.h"
#include "model/dlc/layers.h"

/* What is said about one layer. */
struct layer_facts {
    uint64_t n_params;    /* numbers of the tensors that are stored with it */
    uint64_t param_bytes; /* as they are stored */
    uint64_t macs;
    uint32_t runtimes; /* bits of enum runtime: those that take it */
};

struct dlc_facts {
    const char *path; /* the caller's */
    size_t file_size;
    struct engine *engine;
    struct model *model;
    const struct graph *graph;
    const struct dlc_metadata *metadata;
    struct layers layers;
    struct layer_facts *of; /* each layer */
    uint32_t runtimes;      /* bits of those that can be used here */
    uint32_t batch;         /* inferences of one run: the first size of all inputs and outputs */
    uint64_t n_params;
    uint64_t macs;                       /* of one inference, as each layer's are */
    uint64_t weight_bytes, buffer_bytes; /* what a run in float32 needs, roughly */
    bool is_quantized;                   /* some value has an encoding */
};

/*
 * Looks at the file at PATH; only if ASK are runtimes asked what they take. 0, or an error with the
 * sentence, which names the file.
 */
int dlc_facts_read(const char *path, bool ask, struct dlc_facts *ret, struct fault *fault);
void dlc_facts_done(struct dlc_facts *facts); /* a zeroed struct is fine */
