#include "tests/tools/made_net.h"

#include <string.h>

#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/binary.h"
#include "model/ops/conv.h"
#include "model/ops/input.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "tests/support/suite.h"

struct maker {
    const struct made_net *net;
    struct builder *builder;
    uint32_t last; /* the value that the next layer reads */
};

static void check(int r, const struct fault *fault)
{
    ck_assert_msg(r == 0, "%s", fault->text);
}

static void encode(struct maker *maker, uint32_t value, double widen)
{
    struct encoding encoding;
    struct fault fault = {""};

    if (!maker->net->coded)
        return;
    ck_assert_int_eq(encoding_of_range(-1, 1 + widen, &encoding), 0);
    check(build_encoding(maker->builder, value, &encoding, 1, 0, &fault), &fault);
}

/* A constant of N numbers, STEP i + FIRST. */
static uint32_t constant(struct maker *maker, const char *name, struct shape shape, float first,
                         float step)
{
    size_t n = shape_elements(&shape);
    _cleanup_(freep) float *numbers = calloc(n, sizeof(*numbers));
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(maker->net->coded ? n : n * sizeof(float));
    struct constant constant = {.name = name, .shape = shape, .blob = blob};
    struct encoding encoding;
    struct fault fault = {""};
    uint32_t value;

    for (size_t i = 0; i < n; i++)
        numbers[i] = first + step * (float)i;
    if (strcmp(name, "conv/weights_0") == 0)
        numbers[0] += maker->net->bump;
    if (maker->net->coded) {
        ck_assert_int_eq(encoding_of(numbers, n, &encoding), 0);
        encoding_quantize(&encoding, numbers, n, blob_base(blob));
        constant.dtype = DTYPE_TF8;
        constant.encodings = &encoding;
        constant.n_encodings = 1;
    } else {
        memcpy(blob_base(blob), numbers, n * sizeof(float));
    }
    check(build_constant(maker->builder, &constant, &value, &fault), &fault);
    return value;
}

/* A layer of the last value and of MORE constants. */
static void node(struct maker *maker, enum op op, const char *name, const char *output,
                 const void *attrs, const uint32_t *more, uint32_t n_more)
{
    uint32_t inputs[3] = {maker->last};
    const char *outputs[] = {output ? output : suite_text("%s:0", name)};
    const struct node_spec spec = {name, op, attrs, inputs, outputs, (op != OP_INPUT) + n_more, 1};
    struct fault fault = {""};

    if (n_more)
        memcpy(inputs + 1, more, n_more * sizeof(*more));
    check(build_node(maker->builder, &spec, &maker->last, &fault), &fault);
    encode(maker, maker->last, op == OP_SOFTMAX ? (double)maker->net->widen : 0);
}

static void add_layers(struct maker *maker)
{
    const struct made_net *net = maker->net;
    const int32_t size = net->size ? net->size : 8, dims[] = {1, size, size, 2};
    const struct input_attrs input = {
        .shape = {dims, 4}, .color_space_in = 4, .color_space_out = 4};
    const struct conv_attrs conv = {{3, 3, 1, 1, 1, 1, 1, 1, 1, 1, PADDING_EXPLICIT}, 1, 0};
    const struct relu_attrs relu = {net->clamp > 0 ? net->clamp : 6};
    const struct pool_attrs pool = {.window = {2, 2, 2, 2, 1, 1, 0, 0, 0, 0, PADDING_VALID}};
    const struct binary_attrs add = {.kind = BINARY_ADD};
    const uint32_t flat = (uint32_t)(size / 2 * (size / 2) * 4);
    uint32_t more[2];

    node(maker, OP_INPUT, "data", NULL, &input, NULL, 0);
    more[0] = constant(maker, "conv/weights_0", (struct shape){4, {3, 3, 2, 4}}, -1, 0.25f);
    more[1] = constant(maker, "conv/bias", (struct shape){1, {4}}, 0.5f, 0);
    node(maker, OP_CONV, "conv", NULL, &conv, more, 2);
    node(maker, OP_RELU, net->relu ? net->relu : "relu", net->relu_output, &relu, NULL, 0);
    node(maker, OP_POOL, "pool", NULL, &pool, NULL, 0);
    more[0] = constant(maker, "fc/weights_0", (struct shape){2, {3, flat}}, -1, 0.25f);
    more[1] = constant(maker, "fc/bias", (struct shape){1, {3}}, 0.5f, 0);
    node(maker, OP_FULLY_CONNECTED, "fc", NULL, NULL, more, 2);
    more[0] = constant(maker, "shift", (struct shape){2, {1, 3}}, 0.5f, 0);
    node(maker, OP_BINARY, "add", NULL, &add, more, 1);
    if (!net->without_softmax)
        node(maker, OP_SOFTMAX, "softmax", NULL, NULL, NULL, 0);
}

static void write_file(const struct made_net *net, const struct graph *graph)
{
    char *copyright = net->copyright ? strdup(net->copyright) : NULL;
    const struct dlc_metadata metadata = {.model_copyright = copyright};
    struct fault fault = {""};
    struct buf dlc = {NULL, 0, 0};

    check(dlc_write(graph, &metadata, &dlc, &fault), &fault);
    suite_write(suite_path(net->file), dlc.base, dlc.size);
    buf_done(&dlc);
    free(copyright);
}

void made_net(const struct made_net *net)
{
    struct maker maker = {.net = net};
    struct graph *graph;
    struct fault fault = {""};

    ck_assert_int_eq(builder_new(&maker.builder), 0);
    add_layers(&maker);
    if (net->record)
        check(build_section(maker.builder, net->record, net->record_text, strlen(net->record_text),
                            &fault),
              &fault);
    check(build_done(maker.builder, &graph, &fault), &fault);
    builder_free(maker.builder);
    write_file(net, graph);
    graph_unref(graph);
}
