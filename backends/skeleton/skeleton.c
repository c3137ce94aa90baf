/*
 * The smallest backend that is whole: it runs chains of Relu and Reshape on float32, side by side,
 * all in one launch. Copy this folder to start a new one; the tests use it wherever the hardware
 * does not matter, and tell it by its options when to be slow, to fail or to get lost (script.h).
 * Nothing here is static but functions and tables: two may be open at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/backend.h"
#include "backends/skeleton/script.h"
#include "base/base.h"
#include "base/error.h"
#include "model/graph.h"
#include "model/ops/relu.h"
#include "model/ops/user_defined.h"

#define CHAINS_MAX 4

#define SLOW_US 1000000
#define LOOK_US 1000 /* how often a wedged run looks whether it may go on */

struct backend {
    struct script script;
    atomic_bool is_lost;
    atomic_uint n_compiles, n_bindings, n_runs; /* so far */
};

/* From an input to an output, through nodes that each read what the one before gave. */
struct chain {
    uint32_t value; /* its end */
    uint32_t output;
    float min, max; /* what all its Relus together let through */
    size_t n;       /* elements */
};

struct plan {
    struct backend *backend;
    struct chain chains[CHAINS_MAX]; /* one for each input */
    uint32_t n_chains, n_nodes;
    uint32_t launch_of[]; /* all 0 */
};

struct binding {
    const struct plan *plan;
    struct span in[CHAINS_MAX], out[CHAINS_MAX];
};

/* There is a device where the options say what it does. */
static int skeleton_probe(const struct backend_options *options, struct fault *fault)
{
    struct script script;

    return script_parse(options->options ? options->options : "", &script, fault);
}

static int skeleton_open(const struct backend_options *options, struct backend **ret,
                         struct fault *fault)
{
    struct backend *backend;
    struct script script;
    int r = script_parse(options->options ? options->options : "", &script, fault);

    if (r < 0)
        return r;
    if (*script.shut && access(script.shut, F_OK) == 0)
        return fail(fault, E_NO_HARDWARE, "the skeleton's device is shut");
    backend = calloc(1, sizeof(*backend));
    if (!backend)
        return fail(fault, -ENOMEM, "skeleton: out of memory");
    backend->script = script;
    *ret = backend;
    return 0;
}

static void skeleton_close(struct backend *backend)
{
    free(backend);
}

static bool skeleton_supports(const struct backend *backend, const struct graph *graph,
                              const struct node *node, struct fault *fault)
{
    (void)graph;
    if (node->op == OP_INPUT || backend->script.supports[node->op])
        return true;
    if (user_defined_refuse(node, fault) < 0)
        return false;
    fail(fault, E_LAYER_UNSUPPORTED, "layer %.100s: the skeleton does not run %s", node->name,
         op_get(node->op)->name);
    return false;
}

/* Sleeps, whatever signals come. */
static void sleep_us(uint64_t us)
{
    struct timespec left = {(time_t)(us / 1000000), (long)(us % 1000000 * 1000)};

    while (us > 0 && nanosleep(&left, &left) < 0 && errno == EINTR)
        ;
}

/* Is CALL the one that FAULT is to meet? */
static bool meets(const struct script *script, enum script_fault fault, uint32_t call)
{
    return script->at[fault] == call;
}

static int check_edges(const struct compile_request *request, struct fault *fault)
{
    const struct subgraph *subgraph = request->subgraph;

    if (subgraph->n_inputs != subgraph->n_outputs || subgraph->n_inputs > CHAINS_MAX)
        return fail(fault, E_LAYER_UNSUPPORTED, "the skeleton runs chains only, at most %d",
                    CHAINS_MAX);
    for (uint32_t i = 0; i < subgraph->n_inputs; i++)
        if (request->in[i].dtype != DTYPE_F32 || request->out[i].dtype != DTYPE_F32)
            return fail(fault, E_LAYER_UNSUPPORTED, "the skeleton has float32 edges only");
    return 0;
}

static struct chain *find_end(struct chain *chains, uint32_t n, uint32_t value)
{
    for (uint32_t i = 0; i < n; i++)
        if (chains[i].value == value)
            return &chains[i];
    return NULL;
}

static int add_node(struct chain *chains, uint32_t n, const struct node *node, struct fault *fault)
{
    struct chain *chain = find_end(chains, n, node->inputs[0]);

    if (!chain)
        return fail(fault, E_LAYER_UNSUPPORTED,
                    "layer %.100s: the skeleton runs chains only, and this leaves one", node->name);
    chain->value = node->outputs[0];
    if (node->op != OP_RELU)
        return 0;
    chain->min = 0;
    chain->max = fminf(chain->max, ((const struct relu_attrs *)node->attrs)->max);
    return 0;
}

static int find_chains(const struct subgraph *subgraph, struct chain *chains, struct fault *fault)
{
    const struct graph *graph = subgraph->graph;
    uint32_t n = subgraph->n_inputs;
    int r = 0;

    for (uint32_t i = 0; i < n; i++)
        chains[i] = (struct chain){subgraph->inputs[i], UINT32_MAX, -INFINITY, INFINITY,
                                   shape_elements(&graph->values[subgraph->inputs[i]].shape)};
    for (uint32_t i = 0; r == 0 && i < subgraph->n_nodes; i++) {
        const struct node *node = &graph->nodes[subgraph->nodes[i]];

        r = node->op == OP_INPUT ? 0 : add_node(chains, n, node, fault);
    }
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        struct chain *chain = find_end(chains, n, subgraph->outputs[i]);

        if (!chain || chain->output != UINT32_MAX)
            return fail(fault, E_LAYER_UNSUPPORTED, "the skeleton gives the ends of chains only");
        chain->output = i;
    }
    return r;
}

static int skeleton_compile(struct backend *backend, const struct compile_request *request,
                            struct plan **ret, struct fault *fault)
{
    const struct subgraph *subgraph = request->subgraph;
    struct chain chains[CHAINS_MAX];
    struct plan *plan = NULL;
    int r = check_edges(request, fault);

    if (r == 0)
        r = find_chains(subgraph, chains, fault);
    if (r < 0)
        return r;
    sleep_us(backend->script.compile_us);
    if (backend->is_lost)
        return fail(fault, E_DEVICE_LOST, "the skeleton's device is lost");
    if (!meets(&backend->script, SCRIPT_COMPILE, ++backend->n_compiles))
        plan = calloc(1, sizeof(*plan) + subgraph->n_nodes * sizeof(plan->launch_of[0]));
    if (!plan)
        return fail(fault, -ENOMEM, "skeleton: out of memory");
    plan->backend = backend;
    plan->n_chains = subgraph->n_inputs;
    memcpy(plan->chains, chains, plan->n_chains * sizeof(chains[0]));
    plan->n_nodes = subgraph->n_nodes;
    *ret = plan;
    return 0;
}

static void skeleton_plan_info(const struct plan *plan, struct plan_info *ret)
{
    *ret = (struct plan_info){
        .bytes = sizeof(*plan) + plan->n_nodes * sizeof(plan->launch_of[0]),
        .n_launches = 1,
        .launch_of = plan->launch_of,
    };
}

static void skeleton_plan_free(struct plan *plan)
{
    free(plan);
}

static bool too_small(const struct plan *plan, const struct binding_spans *spans)
{
    for (uint32_t i = 0; i < plan->n_chains; i++) {
        const struct chain *chain = &plan->chains[i];

        if (spans->in[i].size < chain->n * sizeof(float) ||
            spans->out[chain->output].size < chain->n * sizeof(float))
            return true;
    }
    return false;
}

static int skeleton_binding_new(const struct plan *plan, const struct binding_spans *spans,
                                struct binding **ret)
{
    struct backend *backend = plan->backend;
    struct binding *binding = NULL;

    if (backend->is_lost)
        return E_DEVICE_LOST;
    if (too_small(plan, spans))
        return E_REGION_BOUNDS;
    if (!meets(&backend->script, SCRIPT_NOMEM, ++backend->n_bindings))
        binding = malloc(sizeof(*binding));
    if (!binding)
        return -ENOMEM;
    binding->plan = plan;
    for (uint32_t i = 0; i < plan->n_chains; i++) {
        binding->in[i] = spans->in[i];
        binding->out[i] = spans->out[plan->chains[i].output];
    }
    *ret = binding;
    return 0;
}

static void skeleton_binding_free(struct binding *binding)
{
    free(binding);
}

static void compute(const struct chain *chain, const float *x, float *y)
{
    if (chain->min < 0 && x != y)
        memmove(y, x, chain->n * sizeof(*y));
    if (chain->min < 0)
        return;
    for (size_t i = 0; i < chain->n; i++) {
        float v = x[i] < chain->min ? chain->min : x[i];

        y[i] = v > chain->max ? chain->max : v;
    }
}

static void compute_all(const struct binding *binding)
{
    for (uint32_t i = 0; i < binding->plan->n_chains; i++)
        compute(&binding->plan->chains[i], span_base(&binding->in[i]), span_base(&binding->out[i]));
}

/* What a device leaves behind that died in the middle of a run. */
static void spoil(const struct binding *binding)
{
    for (uint32_t i = 0; i < binding->plan->n_chains; i++) {
        float *y = span_base(&binding->out[i]);

        for (size_t k = 0; k < (binding->plan->chains[i].n + 1) / 2; k++)
            y[k] = NAN;
    }
}

/* Exactly one run finds it: removing and renaming have one winner. */
static bool meets_loss(const struct script *script, uint32_t call)
{
    return meets(script, SCRIPT_LOST, call) || (*script->lose && unlink(script->lose) == 0);
}

static bool meets_wedge(const struct script *script, char *ret_held, size_t size)
{
    snprintf(ret_held, size, "%s.held", script->wedge);
    return *script->wedge && rename(script->wedge, ret_held) == 0;
}

static void hang(const struct script *script, uint32_t call, const struct binding *binding)
{
    char held[SCRIPT_PATH_SIZE + 8];

    if (meets(script, SCRIPT_HANG, call))
        for (spoil(binding);;)
            sleep_us(SLOW_US);
    if (!meets_wedge(script, held, sizeof(held)))
        return;
    spoil(binding);
    while (access(held, F_OK) == 0)
        sleep_us(LOOK_US);
}

static int skeleton_run(struct binding *binding, struct run_stats *stats)
{
    struct backend *backend = binding->plan->backend;
    const struct script *script = &backend->script;
    uint32_t call = ++backend->n_runs;

    if (meets_loss(script, call)) {
        backend->is_lost = true;
        spoil(binding);
    }
    if (backend->is_lost)
        return E_DEVICE_LOST;
    hang(script, call, binding);
    sleep_us(script->delay_us + (meets(script, SCRIPT_SLOW, call) ? SLOW_US : 0));
    compute_all(binding);
    *stats = (struct run_stats){0};
    return 0;
}

static void skeleton_set_perf(struct backend *backend, enum perf_profile profile)
{
    const char *path = backend->script.votes;
    char line[PERF_NAME_SIZE + 1];
    int fd, size;

    fd = *path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return;
    size = snprintf(line, sizeof(line), "%s\n", perf_name(profile));
    size = (int)write(fd, line, (size_t)size); /* should it fail, a test misses the line */
    close(fd);
}

const struct backend_ops skeleton_backend = {
    .abi = BACKEND_ABI,
    .name = "skeleton",
    .probe = skeleton_probe,
    .open = skeleton_open,
    .close = skeleton_close,
    .supports = skeleton_supports,
    .compile = skeleton_compile,
    .plan_info = skeleton_plan_info,
    .plan_free = skeleton_plan_free,
    .binding_new = skeleton_binding_new,
    .binding_free = skeleton_binding_free,
    .run = skeleton_run,
    .set_perf = skeleton_set_perf,
};
