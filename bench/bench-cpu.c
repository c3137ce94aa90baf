/*
 * How fast the cpu backend computes: MobileNetV1 1.0 and SqueezeNet 1.0 with random weights, whole
 * and, with --layers, each layer as a network of its own, with one thread and with two. SNPED_ISA=
 * chooses the instruction set. Prints milliseconds (least and median) and GFLOP/s, two a
 * multiply-add; asserts nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "base/args.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/str.h"
#include "model/build.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/input.h"
#include "model/ops/pool.h"
#include "model/ops/reduce.h"

#define RUNS_MAX 1000

struct bench {
    bool layers;
    uint64_t ms; /* a measurement takes */
};

/* A network under construction; names are numbers. */
struct net {
    struct builder *builder;
    uint32_t last; /* the value that the next layer reads */
    uint32_t n;
    struct fault fault;
};

static void __attribute__((noreturn)) die(const char *what, const struct fault *fault)
{
    fprintf(stderr, "bench-cpu: %s: %s\n", what, fault ? fault->text : "");
    exit(1);
}

static uint32_t channels(const struct net *net)
{
    const struct shape *shape = &builder_value(net->builder, net->last)->shape;

    return shape->dim[shape->rank - 1];
}

static uint32_t add_weights(struct net *net, struct shape shape)
{
    struct constant constant = {.shape = shape, .dtype = DTYPE_F32};
    size_t n = shape_elements(&shape);
    uint32_t state = 1, value;
    char name[32];
    float *w;

    snprintf(name, sizeof(name), "w%u", net->n++);
    constant.name = name;
    constant.blob = blob_new(n * sizeof(*w));
    if (!constant.blob)
        die("out of memory", NULL);
    w = blob_base(constant.blob);
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525 + 1013904223;
        w[i] = ((float)(state >> 8) * 0x1p-23f - 1) * 0.1f;
    }
    if (build_constant(net->builder, &constant, &value, &net->fault) < 0)
        die("constant", &net->fault);
    blob_unref(constant.blob);
    return value;
}

static uint32_t add_layer(struct net *net, enum op op, const void *attrs, const uint32_t *inputs,
                          uint32_t n_inputs)
{
    const char *outputs[1];
    char name[32], output[32];
    struct node_spec spec = {name, op, attrs, inputs, outputs, n_inputs, 1};

    snprintf(name, sizeof(name), "%s_%u", op_get(op)->name, net->n);
    snprintf(output, sizeof(output), "v%u", net->n++);
    outputs[0] = output;
    if (build_node(net->builder, &spec, &net->last, &net->fault) < 0)
        die(name, &net->fault);
    return net->last;
}

static void input(struct net *net, int32_t h, int32_t w, int32_t c)
{
    const struct input_attrs attrs = {.shape = {(const int32_t[]){1, h, w, c}, 4}};

    add_layer(net, OP_INPUT, &attrs, NULL, 0);
}

static struct window window_of(int32_t kernel, int32_t stride, enum padding padding)
{
    return (struct window){kernel, kernel, stride, stride, 1, 1, 0, 0, 0, 0, padding};
}

static uint32_t conv(struct net *net, uint32_t m, int32_t kernel, int32_t stride, uint32_t groups)
{
    struct conv_attrs attrs = {.window = window_of(kernel, stride, PADDING_SAME),
                               .groups = (int32_t)groups};
    uint32_t k = (uint32_t)kernel, inputs[3] = {net->last};

    inputs[1] = add_weights(net, (struct shape){4, {k, k, channels(net) / groups, m}});
    inputs[2] = add_weights(net, (struct shape){1, {m}});
    add_layer(net, OP_CONV, &attrs, inputs, 3);
    return add_layer(net, OP_RELU, NULL, &net->last, 1);
}

static void max_pool(struct net *net)
{
    const struct pool_attrs attrs = {POOL_MAX, window_of(3, 2, PADDING_CAFFE), false};

    add_layer(net, OP_POOL, &attrs, &net->last, 1);
}

static void mean_and_softmax(struct net *net)
{
    const struct reduce_attrs mean = {REDUCE_MEAN, false, {(const int32_t[]){1, 2}, 2}};

    add_layer(net, OP_REDUCE, &mean, &net->last, 1);
    add_layer(net, OP_SOFTMAX, NULL, &net->last, 1);
}

static void mobilenet_v1(struct net *net)
{
    static const struct {
        uint32_t channels;
        int32_t stride;
    } blocks[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                  {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};

    input(net, 224, 224, 3);
    conv(net, 32, 3, 2, 1);
    for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
        conv(net, channels(net), 3, blocks[i].stride, channels(net));
        conv(net, blocks[i].channels, 1, 1, 1);
    }
    conv(net, 1001, 1, 1, 1);
    mean_and_softmax(net);
}

static void fire(struct net *net, uint32_t squeeze, uint32_t expand)
{
    const struct concat_attrs attrs = {3};
    uint32_t inputs[2], squeezed = conv(net, squeeze, 1, 1, 1);

    inputs[0] = conv(net, expand, 1, 1, 1);
    net->last = squeezed;
    inputs[1] = conv(net, expand, 3, 1, 1);
    add_layer(net, OP_CONCAT, &attrs, inputs, 2);
}

static void squeezenet_v10(struct net *net)
{
    static const uint32_t squeeze[] = {16, 16, 32, 32, 48, 48, 64, 64};

    input(net, 227, 227, 3);
    conv(net, 96, 7, 2, 1);
    max_pool(net);
    for (size_t i = 0; i < ARRAY_SIZE(squeeze); i++) {
        fire(net, squeeze[i], 4 * squeeze[i]);
        if (i == 2 || i == 6)
            max_pool(net);
    }
    conv(net, 1000, 1, 1, 1);
    mean_and_softmax(net);
}

static uint64_t macs_of(const struct graph *graph, uint32_t position)
{
    const struct node *node = &graph->nodes[position];
    const struct op_def *op = op_get(node->op);
    const struct value *in[UINT8_MAX] = {NULL};
    const struct infer infer = {node->attrs, in, node->n_inputs, node->n_outputs};

    for (uint32_t i = 0; i < node->n_inputs; i++)
        in[i] = &graph->values[node->inputs[i]];
    return op->macs ? op->macs(&infer, &graph->values[node->outputs[0]].shape) : 0;
}

static void span_new(const struct graph *graph, uint32_t value, struct region *region,
                     struct span *ret)
{
    size_t size = shape_elements(&graph->values[value].shape) * sizeof(float);

    *region = (struct region){.fd = -1, .base = mem_alloc(size), .size = size};
    if (!region->base)
        die("out of memory", NULL);
    memset(region->base, 0, size);
    *ret = (struct span){.region = region, .size = size};
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void measure(const struct bench *bench, const struct backend_ops *ops,
                    struct binding *binding, const char *name, uint32_t n_threads, uint64_t macs)
{
    uint64_t times[RUNS_MAX], begin = clock_now_ns(&clock_monotonic), now = begin;
    struct run_stats stats;
    uint32_t n = 0;

    ops->run(binding, &stats);
    while (n < RUNS_MAX && (n < 3 || now - begin < bench->ms * 1000000)) {
        uint64_t start = clock_now_ns(&clock_monotonic);

        ops->run(binding, &stats);
        now = clock_now_ns(&clock_monotonic);
        times[n++] = now - start;
    }
    qsort(times, n, sizeof(times[0]), compare);
    printf("%-36s %u  %9.3f %9.3f %8.1f\n", name, n_threads, (double)times[0] * 1e-6,
           (double)times[n / 2] * 1e-6, 2 * (double)macs / (double)times[0]);
}

/* One input and one output: all that the networks here have. */
static void run_subgraph(const struct bench *bench, const struct subgraph *subgraph,
                         const char *name, uint32_t n_threads, uint64_t macs)
{
    const struct backend_ops *ops = backend_find("cpu");
    const struct edge f32 = {.dtype = DTYPE_F32};
    const struct compile_request request = {
        .subgraph = subgraph, .in = &f32, .out = &f32, .n_threads = n_threads};
    struct region regions[3] = {{0}};
    struct span in, out;
    struct binding_spans spans = {.in = &in, .out = &out, .scratch = {.region = &regions[2]}};
    struct plan_info info;
    struct binding *binding;
    struct backend *backend;
    struct fault fault;
    struct plan *plan;
    struct pool *pool;

    if (pool_new(n_threads, &pool) < 0 ||
        ops->open(&(struct backend_options){pool, ""}, &backend, &fault) < 0 ||
        ops->compile(backend, &request, &plan, &fault) < 0)
        die(name, &fault);
    ops->plan_info(plan, &info);
    span_new(subgraph->graph, subgraph->inputs[0], &regions[0], &in);
    span_new(subgraph->graph, subgraph->outputs[0], &regions[1], &out);
    regions[2] =
        (struct region){.fd = -1, .base = mem_alloc(info.scratch_size), .size = info.scratch_size};
    spans.scratch.size = info.scratch_size;
    if (ops->binding_new(plan, &spans, &binding) < 0)
        die(name, NULL);
    measure(bench, ops, binding, name, n_threads, macs);
    ops->binding_free(binding);
    ops->plan_free(plan);
    ops->close(backend);
    pool_free(pool);
    for (size_t i = 0; i < ARRAY_SIZE(regions); i++)
        mem_free(regions[i].base);
}

static void run_layers(const struct bench *bench, const struct graph *graph, uint32_t n_threads)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        const struct node *node = &graph->nodes[i];
        const struct shape *x, *y;
        struct subgraph one = {graph, &i, node->inputs, node->outputs, 1, 1, 1};
        char name[128], from[STR_SHAPE_SIZE], to[STR_SHAPE_SIZE];

        if (node->op == OP_INPUT || node->op == OP_CONCAT)
            continue;
        x = &graph->values[node->inputs[0]].shape;
        y = &graph->values[node->outputs[0]].shape;
        snprintf(name, sizeof(name), "%s %s %s", op_get(node->op)->name,
                 str_shape(x, from, sizeof(from)), str_shape(y, to, sizeof(to)));
        run_subgraph(bench, &one, name, n_threads, macs_of(graph, i));
    }
}

static void run_net(const struct bench *bench, const char *name, void (*build)(struct net *))
{
    struct net net = {0};
    struct graph *graph;
    uint32_t *nodes;
    uint64_t macs = 0;

    if (builder_new(&net.builder) < 0)
        die("out of memory", NULL);
    build(&net);
    if (build_done(net.builder, &graph, &net.fault) < 0)
        die(name, &net.fault);
    builder_free(net.builder);
    nodes = calloc(graph->n_nodes, sizeof(*nodes));
    if (!nodes)
        die("out of memory", NULL);
    for (uint32_t i = 1; i < graph->n_nodes; i++) {
        nodes[i - 1] = i;
        macs += macs_of(graph, i);
    }
    for (uint32_t n_threads = 1; n_threads <= 2; n_threads++) {
        struct subgraph all = {graph, nodes, graph->inputs, graph->outputs, graph->n_nodes - 1,
                               1,     1};

        run_subgraph(bench, &all, name, n_threads, macs);
        if (bench->layers)
            run_layers(bench, graph, n_threads);
    }
    free(nodes);
    graph_unref(graph);
}

static int on_option(void *context, const struct args_option *option, char *const *values,
                     struct fault *fault)
{
    struct bench *bench = context;

    if (strcmp(option->name, "layers") == 0)
        bench->layers = true;
    else if (str_u64(values[0], 1, 60000, &bench->ms) < 0)
        return fail(fault, E_SETTING, "--ms %s: not a number of milliseconds", values[0]);
    return 0;
}

static int on_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, E_SETTING, "%s: bench-cpu takes options only", word);
}

int main(int argc, char **argv)
{
    static const struct args_option options[] = {
        {.name = "layers", .help = "also each layer, as a network of its own"},
        {.name = "ms", .n_values = 1, .values = "N", .help = "how long to measure (default 1000)"},
        {0},
    };
    static const struct args_spec spec = {
        .program = "bench-cpu",
        .version = SNPED_VERSION,
        .synopsis = "[--layers] [--ms N]",
        .about = "Speed of the cpu backend on two networks with random weights.",
        .options = options,
    };
    struct bench bench = {.ms = 1000};
    struct fault fault;
    int r = args_parse(&spec, argc, argv, on_option, on_word, &bench, stdout, &fault);

    if (r < 0) {
        fprintf(stderr, "bench-cpu: %s\n", fault.text);
        return 2;
    }
    if (r > 0)
        return 0;
    printf("%-36s %s %9s %9s %8s\n", "network or layer", "th", "least ms", "median", "GFLOP/s");
    run_net(&bench, "MobileNetV1 1.0, 224x224", mobilenet_v1);
    run_net(&bench, "SqueezeNet 1.0, 227x227", squeezenet_v10);
    return 0;
}
