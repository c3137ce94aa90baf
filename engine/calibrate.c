#include "engine/calibrate.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pool.h"
#include "engine/inside.h"
#include "model/ops/clip.h"
#include "model/ops/relu.h"

#define MEMORY_MOST ((uint64_t)1 << 30) /* that several runs at a time may take together */

struct calibrator;

/* One of those that run: it has a slot and observations of its own. */
struct worker {
    struct calibrator *of;
    struct slot *slot;
    struct observations seen; /* of the network's inputs, then of its outputs */
    uint32_t n_zeros;
    int error; /* of run FAILED */
    uint32_t failed;
    struct fault fault;
};

struct calibrator {
    const struct calibration *how;
    const struct graph *graph; /* the model's */
    struct engine *engine;
    struct network *network;
    const bool *implied;    /* of each of the graph's values: see find_implied */
    const uint32_t *inputs; /* of each of the network's inputs: which of the graph's it is */
    struct pool *pool;
    struct worker *workers;
    uint32_t n_workers;
    pthread_t caller;
    atomic_uint next, done;
    atomic_bool stop;
    struct arena arena;
};

static void calibrator_done(struct calibrator *calibrator)
{
    for (uint32_t i = 0; calibrator->workers && i < calibrator->n_workers; i++) {
        struct worker *worker = &calibrator->workers[i];

        if (worker->slot)
            slot_release(worker->slot);
        observations_done(&worker->seen);
    }
    free(calibrator->workers);
    pool_free(calibrator->pool);
    network_unref(calibrator->network);
    engine_free(calibrator->engine);
    arena_done(&calibrator->arena);
}

static int out_of_memory(struct fault *fault)
{
    return fail(fault, -ENOMEM, "calibration: out of memory");
}

/* Where the first number stands that is not finite. */
static size_t find_odd(const float *x, size_t n)
{
    size_t i = 0;

    while (i < n && isfinite(x[i]))
        i++;
    return i;
}

static bool is_zero(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0)
            return false;
    return true;
}

static int fill_input(struct worker *worker, uint32_t run, uint32_t i, bool *zero)
{
    struct calibrator *of = worker->of;
    const struct tensor_info *info = &network_info(of->network)->inputs[i];
    const size_t n = info->size / sizeof(float);
    float *x = span_base(&slot_inputs(worker->slot)[i]);
    int r = of->how->fill(of->how->context, run, of->inputs[i], x, info->size, &worker->fault);

    if (r < 0)
        return r;
    if (observe_add(&worker->seen.v[i], x, n) < 0) {
        size_t at = find_odd(x, n);

        return fail(&worker->fault, E_ENCODING,
                    "calibration input %u, %.120s: number %zu of it is %g", run,
                    of->how->name(of->how->context, run, of->inputs[i]), at, (double)x[at]);
    }
    *zero = *zero && is_zero(x, n);
    return 0;
}

static int observe_outputs(struct worker *worker, uint32_t run)
{
    struct calibrator *of = worker->of;
    const struct network_info *info = network_info(of->network);

    for (uint32_t i = 0; i < info->n_outputs; i++) {
        const float *x = span_base(&slot_outputs(worker->slot)[i]);
        const size_t n = info->outputs[i].size / sizeof(float);

        if (observe_add(&worker->seen.v[info->n_inputs + i], x, n) < 0) {
            size_t at = find_odd(x, n);

            return fail(&worker->fault, E_ENCODING,
                        "calibration input %u, %.90s: number %zu of %.90s becomes %g", run,
                        of->how->name(of->how->context, run, 0), at, info->outputs[i].name,
                        (double)x[at]);
        }
    }
    return 0;
}

static int run_one(struct worker *worker, uint32_t run)
{
    struct calibrator *of = worker->of;
    const uint32_t n = network_info(of->network)->n_inputs;
    struct run_times times;
    bool zero = n > 0;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = fill_input(worker, run, i, &zero);
    if (r < 0)
        return r;
    worker->n_zeros += zero;
    r = slot_run(worker->slot, 0, slot_inputs(worker->slot), slot_outputs(worker->slot), &times);
    if (r < 0)
        return fail(&worker->fault, r, "calibration input %u: %.180s", run, error_get(r).text);
    return observe_outputs(worker, run);
}

/* Runs are handed out in order, so that of several that fail the first one's sentence is given. */
static void work(void *context, uint32_t i)
{
    struct calibrator *calibrator = context;
    struct worker *worker = &calibrator->workers[i];
    uint32_t run;

    while (worker->error == 0 && !atomic_load(&calibrator->stop) &&
           (run = atomic_fetch_add(&calibrator->next, 1)) < calibrator->how->n) {
        uint32_t done;

        worker->error = run_one(worker, run);
        worker->failed = run;
        if (worker->error < 0)
            atomic_store(&calibrator->stop, true);
        done = atomic_fetch_add(&calibrator->done, 1) + 1;
        if (calibrator->how->progress && pthread_equal(pthread_self(), calibrator->caller))
            calibrator->how->progress(calibrator->how->context, done);
    }
}

/*
 * The values that need not be looked at: what a Relu or Clip gives has the range of what it reads,
 * cut. That is a third of all numbers in most networks, and one walk through memory fewer for each.
 * Not so how they are spread or their means, nor what only the caller of a run reads, which keeps
 * its layer alive.
 */
static int find_implied(struct calibrator *calibrator)
{
    const struct graph *graph = calibrator->graph;
    bool *implied = arena_alloc(&calibrator->arena, graph->n_values * sizeof(*implied));

    if (!implied)
        return -ENOMEM;
    calibrator->implied = implied;
    for (uint32_t i = 0; i < graph->n_nodes && !calibrator->how->spread && !calibrator->how->means;
         i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++) {
            uint32_t value = graph->nodes[i].inputs[k];
            const struct node *producer;

            if (value == NO_VALUE || graph->values[value].blob)
                continue;
            producer = &graph->nodes[graph->values[value].producer];
            implied[value] = (producer->op == OP_RELU || producer->op == OP_CLIP) &&
                             !graph->values[producer->inputs[0]].blob;
        }
    return 0;
}

static float cut(float x, float lo, float hi)
{
    x = x < lo ? lo : x;
    return x > hi ? hi : x;
}

static void imply(const struct node *node, struct observations *seen)
{
    const struct observed *from = &seen->v[node->inputs[0]];
    struct observed *to = &seen->v[node->outputs[0]];
    float lo = 0, hi;

    if (node->op == OP_RELU) {
        hi = ((const struct relu_attrs *)node->attrs)->max;
    } else {
        lo = ((const struct clip_attrs *)node->attrs)->min;
        hi = ((const struct clip_attrs *)node->attrs)->max;
    }
    *to = (struct observed){
        .min = cut(from->min, lo, hi), .max = cut(from->max, lo, hi), .n = from->n};
}

/* In running order, for one may follow from another. */
static void imply_all(const struct calibrator *calibrator, struct observations *seen)
{
    const struct graph *graph = calibrator->graph;

    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        const struct node *node = &graph->nodes[i];

        if (calibrator->implied[node->outputs[0]] && seen->v[node->outputs[0]].n == 0)
            imply(node, seen);
    }
}

/* Every value that a layer computes and that is to be looked at, as an output. */
static const char *const *outputs_of(struct calibrator *calibrator, uint32_t *ret_n)
{
    const struct graph *graph = calibrator->graph;
    const char **names = arena_alloc(&calibrator->arena, graph->n_values * sizeof(*names));
    uint32_t n = 0;

    for (uint32_t i = 0; names && i < graph->n_values; i++)
        if (!graph->values[i].blob && !calibrator->implied[i] &&
            graph->nodes[graph->values[i].producer].op != OP_INPUT)
            names[n++] = graph->values[i].name;
    *ret_n = n;
    return names;
}

static int make_network(struct calibrator *calibrator, struct model *model, struct fault *fault)
{
    const struct engine_options options = {.n_threads = 1};
    struct derive derive = {0};
    const struct network_options wanted = {.derive = &derive, .n_slots = calibrator->n_workers};
    int r;

    if (find_implied(calibrator) < 0)
        return out_of_memory(fault);
    derive.outputs = outputs_of(calibrator, &derive.n_outputs);
    if (!derive.outputs)
        return out_of_memory(fault);
    r = engine_new(&options, &calibrator->engine, fault);
    return r < 0 ? r : network_new(calibrator->engine, model, &wanted, &calibrator->network, fault);
}

/* Which of the graph's inputs is each of the network's? */
static int match_inputs(struct calibrator *calibrator, struct fault *fault)
{
    const struct network_info *info = network_info(calibrator->network);
    const struct graph *graph = calibrator->graph;
    uint32_t *inputs = arena_alloc(&calibrator->arena, info->n_inputs * sizeof(*inputs));

    for (uint32_t i = 0; inputs && i < info->n_inputs; i++)
        for (uint32_t k = 0; k < graph->n_inputs; k++)
            if (graph->inputs[k] == graph_find_value(graph, info->inputs[i].name))
                inputs[i] = k;
    calibrator->inputs = inputs;
    return inputs ? 0 : out_of_memory(fault);
}

/* Observations of their kind for all that flows in and out. */
static int init_seen(const struct calibrator *calibrator, struct observations *seen)
{
    const struct network_info *info = network_info(calibrator->network);
    int r = observations_init(seen, info->n_inputs + info->n_outputs, calibrator->how->spread);

    for (uint32_t i = 0; r == 0 && calibrator->how->means && i < seen->n; i++) {
        const struct shape *shape =
            i < info->n_inputs ? &info->inputs[i].shape : &info->outputs[i - info->n_inputs].shape;

        r = observe_channels(&seen->v[i], shape->rank ? shape->dim[shape->rank - 1] : 1);
    }
    return r;
}

static int make_workers(struct calibrator *calibrator, struct fault *fault)
{
    const struct network_info *info = network_info(calibrator->network);

    if (calibrator->n_workers > info->n_slots)
        calibrator->n_workers = info->n_slots;
    while (calibrator->n_workers > 1 &&
           calibrator->n_workers * (uint64_t)info->slot_bytes > MEMORY_MOST)
        calibrator->n_workers--;
    calibrator->workers = calloc(calibrator->n_workers, sizeof(*calibrator->workers));
    if (!calibrator->workers || pool_new(calibrator->n_workers, &calibrator->pool) < 0)
        return out_of_memory(fault);
    for (uint32_t i = 0; i < calibrator->n_workers; i++) {
        struct worker *worker = &calibrator->workers[i];

        worker->of = calibrator;
        worker->slot = slot_take(calibrator->network);
        if (!slot_inputs(worker->slot) || init_seen(calibrator, &worker->seen) < 0)
            return out_of_memory(fault);
    }
    return 0;
}

/* The error of the first run that failed. */
static int first_error(const struct calibrator *calibrator, struct fault *fault)
{
    const struct worker *first = NULL;

    for (uint32_t i = 0; i < calibrator->n_workers; i++) {
        const struct worker *worker = &calibrator->workers[i];

        if (worker->error < 0 && (!first || worker->failed < first->failed))
            first = worker;
    }
    return first ? fail(fault, first->error, "%s", first->fault.text) : 0;
}

/* What all workers saw, by the graph's values. */
static int merge(const struct calibrator *calibrator, struct observations *seen,
                 uint32_t *ret_zeros)
{
    const struct network_info *info = network_info(calibrator->network);

    *ret_zeros = 0;
    for (uint32_t i = 0; i < calibrator->n_workers; i++) {
        const struct worker *worker = &calibrator->workers[i];

        *ret_zeros += worker->n_zeros;
        for (uint32_t k = 0; k < worker->seen.n; k++) {
            const struct observed *from = &worker->seen.v[k];
            const char *name =
                k < info->n_inputs ? info->inputs[k].name : info->outputs[k - info->n_inputs].name;
            struct observed *to = &seen->v[graph_find_value(calibrator->graph, name)];

            if (from->sums && !to->sums && observe_channels(to, from->n_channels) < 0)
                return -ENOMEM;
            observe_merge(to, from);
        }
    }
    return 0;
}

int calibrate(struct model *model, const struct calibration *calibration, struct observations *ret,
              uint32_t *ret_zeros, struct fault *fault)
{
    _cleanup_(calibrator_done) struct calibrator calibrator = {
        .how = calibration, .graph = model_graph(model), .caller = pthread_self()};
    _cleanup_(observations_done) struct observations seen = {0};
    uint32_t n_zeros = 0, n = calibration->n_threads ? calibration->n_threads : cores_online();
    int r;

    calibrator.n_workers = n < calibration->n ? n : calibration->n;
    if (calibration->n == 0)
        return fail(fault, E_BAD_PARAMS, "calibration: there is no input");
    r = make_network(&calibrator, model, fault);
    if (r == 0)
        r = match_inputs(&calibrator, fault);
    if (r == 0)
        r = make_workers(&calibrator, fault);
    if (r < 0)
        return r;
    if (observations_init(&seen, calibrator.graph->n_values, calibration->spread) < 0)
        return out_of_memory(fault);
    pool_run(calibrator.pool, calibrator.n_workers, work, &calibrator);
    r = first_error(&calibrator, fault);
    if (r < 0)
        return r;
    if (merge(&calibrator, &seen, &n_zeros) < 0)
        return out_of_memory(fault);
    *ret_zeros = n_zeros;
    imply_all(&calibrator, &seen);
    *ret = seen;
    seen = (struct observations){0};
    return 0;
}
