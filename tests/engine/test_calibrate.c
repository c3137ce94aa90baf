/*
 * A small network, calibrated and quantised, against what numpy makes of the published rule:
 * x [1,6,6,2] -> conv 3x3 -> relu -> pool 2x2, average -> fc [1,3]. Its sums are exact.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/calibrate.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/conv.h"
#include "model/ops/input.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "model/quant/quantize.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define NUMBERS(name, n, ...) static const float numbers_##name[n] = {__VA_ARGS__};
#define INPUT(i, n, ...)      static const float numbers_##i[n] = {__VA_ARGS__};
#define RANGE(...)
#define CODES(...)
#define CHANNEL(...)
#include "tests/engine/data/quantize_case.def"
#undef NUMBERS
#undef INPUT
#undef RANGE
#undef CODES
#undef CHANNEL

struct bits {
    uint32_t min, max, delta;
    int32_t offset;
};

static const struct expected_range {
    const char *name;
    struct bits bits;
} ranges[] = {
#define NUMBERS(...)
#define INPUT(...)
#define RANGE(name, ...) {name, {__VA_ARGS__}},
#define CODES(...)
#define CHANNEL(...)
#include "tests/engine/data/quantize_case.def"
#undef RANGE
#undef CODES
};

static const struct expected_codes {
    const char *name;
    size_t n;
    struct bits bits;
    uint8_t codes[72];
} tensors[] = {
#define RANGE(...)
#define CODES(name, n, a, b, c, d, ...) {name, n, {a, b, c, d}, {__VA_ARGS__}},
#include "tests/engine/data/quantize_case.def"
#undef CODES
#undef CHANNEL
};

static const struct expected_channel {
    const char *name;
    uint32_t channel;
    size_t n;
    struct bits bits;
    uint8_t codes[18];
} channels[] = {
#define CODES(...)
#define CHANNEL(name, i, n, a, b, c, d, ...) {name, i, n, {a, b, c, d}, {__VA_ARGS__}},
#include "tests/engine/data/quantize_case.def"
};

#define N_INPUTS 4
static const float *const inputs[N_INPUTS] = {numbers_0, numbers_1, numbers_2, numbers_3};

static uint32_t add_constant(struct builder *builder, const char *name, struct shape shape,
                             const float *from)
{
    const size_t size = shape_elements(&shape) * sizeof(float);
    struct blob *blob = blob_new(size);
    const struct constant constant = {.name = name, .shape = shape, .blob = blob};
    uint32_t value;

    memcpy(blob_base(blob), from, size);
    ck_assert_int_eq(build_constant(builder, &constant, &value, NULL), 0);
    blob_unref(blob);
    return value;
}

static uint32_t add_node(struct builder *builder, const char *name, enum op op, const void *attrs,
                         const uint32_t *in, uint32_t n_in)
{
    const char *output = op == OP_INPUT ? name : suite_text("%s:0", name);
    const struct node_spec spec = {name, op, attrs, in, &output, n_in, 1};
    struct fault fault = {""};
    uint32_t value = 0;

    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

static struct graph *make_graph(void)
{
    static const int32_t dims[] = {1, 6, 6, 2};
    const struct input_attrs input = {
        .shape = {dims, 4}, .color_space_in = 4, .color_space_out = 4};
    const struct conv_attrs conv = {{3, 3, 1, 1, 1, 1, 0, 0, 0, 0, PADDING_EXPLICIT}, 1, 0};
    const struct pool_attrs pool = {POOL_AVERAGE, {2, 2, 2, 2, 1, 1, 0, 0, 0, 0, PADDING_VALID}, 0};
    struct builder *builder;
    struct graph *graph;
    uint32_t in[3];

    ck_assert_int_eq(builder_new(&builder), 0);
    in[0] = add_node(builder, "x", OP_INPUT, &input, NULL, 0);
    in[1] = add_constant(builder, "w", (struct shape){4, {3, 3, 2, 4}}, numbers_W);
    in[2] = add_constant(builder, "b", (struct shape){1, {4}}, numbers_B);
    in[0] = add_node(builder, "conv", OP_CONV, &conv, in, 3);
    in[0] = add_node(builder, "relu", OP_RELU, NULL, in, 1);
    in[0] = add_node(builder, "pool", OP_POOL, &pool, in, 1);
    in[1] = add_constant(builder, "fw", (struct shape){2, {3, 16}}, numbers_FW);
    in[2] = add_constant(builder, "fb", (struct shape){1, {3}}, numbers_FB);
    add_node(builder, "fc", OP_FULLY_CONNECTED, NULL, in, 3);
    ck_assert_int_eq(build_done(builder, &graph, NULL), 0);
    builder_free(builder);
    return graph;
}

static struct model *make_model(const struct graph *graph)
{
    struct buf dlc = {0};
    struct model *model = NULL;
    struct fault fault = {""};

    ck_assert_int_eq(dlc_write(graph, NULL, &dlc, NULL), 0);
    ck_assert_msg(model_read(dlc.base, dlc.size, &model, &fault) == 0, "%s", fault.text);
    buf_done(&dlc);
    return model;
}

/* What a calibration is given in these tests. */
struct given {
    float x[N_INPUTS][72];
    int error; /* of run 2 */
    uint32_t told;
};

static int fill(void *context, uint32_t run, uint32_t input, void *data, size_t size,
                struct fault *fault)
{
    struct given *given = context;

    if (given->error && run == 2)
        return fail(fault, given->error, "run 2 has no file");
    if (input != 0 || size != sizeof(given->x[0]))
        return fail(fault, E_TENSOR_SIZE, "not what was asked for");
    memcpy(data, given->x[run], size);
    return 0;
}

/* Asked for by several threads at a time. */
static const char *name(void *context, uint32_t run, uint32_t input)
{
    static const char *const names[N_INPUTS] = {"file0.0", "file1.0", "file2.0", "file3.0"};

    (void)context;
    return input == 0 ? names[run] : "another input's";
}

static void progress(void *context, uint32_t done)
{
    struct given *given = context;

    ck_assert_uint_gt(done, 0);
    ck_assert_uint_le(done, N_INPUTS);
    given->told++;
}

static struct given *give(void)
{
    struct given given = {.error = 0};

    for (int i = 0; i < N_INPUTS; i++)
        memcpy(given.x[i], inputs[i], sizeof(given.x[i]));
    return suite_copy(&given, sizeof(given));
}

static int measure(struct model *model, struct given *given, uint32_t n_threads, bool spread,
                   struct observations *ret, struct fault *fault)
{
    const struct calibration how = {N_INPUTS, given,     fill,   name,
                                    progress, n_threads, spread, spread};
    uint32_t n_zeros = 99;
    int r = calibrate(model, &how, ret, &n_zeros, fault);

    ck_assert_uint_eq(n_zeros, r < 0 ? 99 : 0);
    return r;
}

static struct graph *quantize(struct model *model, const struct quantize_options *options)
{
    struct observations seen = {0};
    struct graph *graph = NULL;
    struct buf notes = {0};
    struct fault fault = {""};

    ck_assert_msg(measure(model, give(), 2, options->cut_activations, &seen, &fault) == 0, "%s",
                  fault.text);
    ck_assert_msg(graph_quantize(model_graph(model), &seen, options, &graph, &notes, &fault) == 0,
                  "%s", fault.text);
    ck_assert_uint_eq(notes.size, 0);
    buf_done(&notes);
    observations_done(&seen);
    return graph;
}

static void assert_bits(const struct encoding *encoding, const struct bits *bits, const char *what)
{
    uint32_t min, max, delta;

    memcpy(&min, &encoding->min, 4);
    memcpy(&max, &encoding->max, 4);
    memcpy(&delta, &encoding->delta, 4);
    ck_assert_msg(min == bits->min && max == bits->max && delta == bits->delta &&
                      encoding->offset == bits->offset,
                  "%s: %08x %08x %08x %d", what, min, max, delta, encoding->offset);
}

/* Containers call what they store with a layer by their own names. */
static const struct value *tensor(const struct graph *graph, const char *name)
{
    static const char *const names[][2] = {
        {"w", "conv/weights_0"}, {"b", "conv/bias"}, {"fw", "fc/weights_0"}, {"fb", "fc/bias"}};
    uint32_t value = NO_VALUE;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(names[i][0], name) == 0)
            value = graph_find_value(graph, names[i][1]);
    ck_assert_uint_ne(value, NO_VALUE);
    return &graph->values[value];
}

static void assert_ranges(const struct graph *graph)
{
    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
        uint32_t value = graph_find_value(graph, ranges[i].name);

        ck_assert_uint_ne(value, NO_VALUE);
        ck_assert_uint_eq(graph->values[value].n_encodings, 1);
        assert_bits(graph->values[value].encodings, &ranges[i].bits, ranges[i].name);
    }
}

static void assert_codes(const struct graph *graph, const struct expected_codes *expected)
{
    const struct value *value = tensor(graph, expected->name);

    ck_assert_int_eq(value->dtype, DTYPE_TF8);
    ck_assert_uint_eq(value->n_encodings, 1);
    assert_bits(value->encodings, &expected->bits, expected->name);
    ck_assert_mem_eq(value->data, expected->codes, expected->n);
}

START_TEST(ranges_and_codes_are_those_of_the_published_rule_to_the_bit)
{
    struct graph *made = make_graph(), *graph;
    struct model *model = make_model(made);

    graph = quantize(model, &(struct quantize_options){.weights = WEIGHTS_DEFAULT});
    assert_ranges(graph);
    for (size_t i = 0; i < ARRAY_SIZE(tensors); i++)
        assert_codes(graph, &tensors[i]);
    graph_unref(graph);
    model_unref(model);
    graph_unref(made);
}
END_TEST

START_TEST(each_channel_of_weights_has_its_own_encoding_and_survives_a_container)
{
    struct graph *made = make_graph(), *graph;
    struct model *model = make_model(made), *again;

    graph = quantize(model, &(struct quantize_options){.per_channel = true});
    again = make_model(graph);
    assert_ranges(model_graph(again));
    assert_codes(model_graph(again), &tensors[1]); /* biases have one all together */
    for (size_t i = 0; i < ARRAY_SIZE(channels); i++) {
        const struct expected_channel *expected = &channels[i];
        const struct value *value = tensor(model_graph(again), expected->name);
        const bool conv = value->shape.rank == 4;
        const uint8_t *codes = value->data;

        ck_assert_uint_eq(value->n_encodings, conv ? 4 : 3);
        ck_assert_uint_eq(value->encoding_axis, conv ? 3 : 0);
        assert_bits(&value->encodings[expected->channel], &expected->bits, expected->name);
        for (size_t k = 0; k < expected->n; k++)
            ck_assert_uint_eq(codes[conv ? k * 4 + expected->channel : expected->channel * 16 + k],
                              expected->codes[k]);
    }
    model_unref(again);
    graph_unref(graph);
    model_unref(model);
    graph_unref(made);
}
END_TEST

START_TEST(any_number_of_threads_sees_the_same)
{
    struct graph *made = make_graph();
    struct model *model = make_model(made);
    struct observations one = {0}, many = {0};
    struct fault fault;

    ck_assert_int_eq(measure(model, give(), 1, true, &one, &fault), 0);
    for (uint32_t n = 2; n < 8; n++) {
        ck_assert_int_eq(measure(model, give(), n, true, &many, &fault), 0);
        ck_assert_uint_eq(one.n, many.n);
        for (uint32_t i = 0; i < one.n; i++) {
            ck_assert_mem_eq(&one.v[i], &many.v[i], offsetof(struct observed, bins));
            ck_assert_mem_eq(one.v[i].bins, many.v[i].bins, OBSERVE_BINS * sizeof(uint64_t));
            for (uint32_t c = 0; one.v[i].sums && c < one.v[i].n_channels; c++)
                ck_assert_double_eq(observe_mean(&one.v[i], c), observe_mean(&many.v[i], c));
        }
        observations_done(&many);
    }
    observations_done(&one);
    model_unref(model);
    graph_unref(made);
}
END_TEST

START_TEST(what_is_not_finite_is_refused_with_file_and_place)
{
    struct graph *made = make_graph();
    struct model *model = make_model(made);
    struct observations seen = {0};
    struct given *given = give();
    struct fault fault;

    given->x[1][7] = NAN;
    given->x[3][0] = NAN;
    ck_assert_int_eq(measure(model, given, 3, false, &seen, &fault), E_ENCODING);
    ck_assert_str_eq(fault.text, "calibration input 1, file1.0: number 7 of it is nan");
    given = give();
    for (int i = 0; i < 72; i++)
        given->x[2][i] = 3e38f; /* finite, but no sum of several is */
    ck_assert_int_eq(measure(model, given, 1, false, &seen, &fault), E_ENCODING);
    ck_assert_msg(strstr(fault.text, "file2.0: number") &&
                      strstr(fault.text, " of conv:0 becomes "),
                  "%s", fault.text);
    given = give();
    given->error = -ENOENT;
    ck_assert_int_eq(measure(model, given, 2, false, &seen, &fault), -ENOENT);
    ck_assert_str_eq(fault.text, "run 2 has no file");
    ck_assert_ptr_null(seen.v);
    model_unref(model);
    graph_unref(made);
}
END_TEST

START_TEST(inputs_of_zeros_are_counted_and_no_inputs_refused)
{
    struct graph *made = make_graph();
    struct model *model = make_model(made);
    struct given *given = give();
    struct calibration how = {N_INPUTS, given, fill, name, NULL, 0, false, false};
    struct observations seen = {0};
    uint32_t n_zeros = 0;
    struct fault fault;

    memset(given->x[0], 0, sizeof(given->x[0]));
    memset(given->x[3], 0, sizeof(given->x[3]));
    ck_assert_int_eq(calibrate(model, &how, &seen, &n_zeros, &fault), 0);
    ck_assert_uint_eq(n_zeros, 2);
    ck_assert_uint_eq(given->told, 0);
    observations_done(&seen);
    how.n = 0;
    ck_assert_int_eq(calibrate(model, &how, &seen, &n_zeros, &fault), E_BAD_PARAMS);
    model_unref(model);
    graph_unref(made);
}
END_TEST

static void run(struct model *model, const float *x, float *y)
{
    struct engine *engine;
    struct network *network;
    struct run_times times;
    struct slot *slot;
    struct fault fault = {""};

    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, &fault), 0);
    ck_assert_msg(network_new(engine, model, &(struct network_options){0}, &network, &fault) == 0,
                  "%s", fault.text);
    slot = slot_take(network);
    memcpy(span_base(slot_inputs(slot)), x, 72 * sizeof(float));
    ck_assert_int_eq(slot_run(slot, 0, slot_inputs(slot), slot_outputs(slot), &times), 0);
    memcpy(y, span_base(slot_outputs(slot)), 3 * sizeof(float));
    slot_release(slot);
    network_unref(network);
    engine_free(engine);
}

/* Weights are off by at most half a step of 255, twice in a row: far less than 2 % together. */
START_TEST(the_cpu_runs_the_quantised_network_nearly_like_the_float_one)
{
    static const struct quantize_options modes[] = {
        {.weights = WEIGHTS_DEFAULT},
        {.weights = WEIGHTS_ENHANCED, .cut_activations = true},
        {.weights = WEIGHTS_ADJUSTED},
        {.weights = WEIGHTS_SYMMETRIC},
        {.float_biases = true},
        {.per_channel = true},
        {.per_channel = true, .weights = WEIGHTS_SYMMETRIC},
    };
    struct graph *made = make_graph();
    struct model *model = make_model(made);

    for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
        struct graph *graph = quantize(model, &modes[m]);
        struct model *quantized = make_model(graph);

        for (int i = 0; i < N_INPUTS; i++) {
            float exact[3], coded[3];

            run(model, inputs[i], exact);
            run(quantized, inputs[i], coded);
            ck_assert_floats_near(coded, exact, 3, 0.02 * 14.4);
        }
        model_unref(quantized);
        graph_unref(graph);
    }
    model_unref(model);
    graph_unref(made);
}
END_TEST

START_TEST(with_float_weights_a_network_computes_what_it_did)
{
    struct graph *made = make_graph(), *graph;
    struct model *model = make_model(made), *coded;
    float exact[3], same[3];

    graph = quantize(model, &(struct quantize_options){.float_weights = true});
    coded = make_model(graph);
    assert_ranges(model_graph(coded));
    for (size_t i = 0; i < ARRAY_SIZE(tensors); i++) {
        const struct value *value = tensor(model_graph(coded), tensors[i].name);

        ck_assert_int_eq(value->dtype, DTYPE_F32);
        ck_assert_uint_eq(value->n_encodings, 1);
        assert_bits(value->encodings, &tensors[i].bits, tensors[i].name);
    }
    run(model, inputs[3], exact);
    run(coded, inputs[3], same);
    ck_assert_mem_eq(same, exact, sizeof(exact));
    model_unref(coded);
    graph_unref(graph);
    model_unref(model);
    graph_unref(made);
}
END_TEST

SUITE(ranges_and_codes_are_those_of_the_published_rule_to_the_bit,
      each_channel_of_weights_has_its_own_encoding_and_survives_a_container,
      any_number_of_threads_sees_the_same, what_is_not_finite_is_refused_with_file_and_place,
      inputs_of_zeros_are_counted_and_no_inputs_refused,
      the_cpu_runs_the_quantised_network_nearly_like_the_float_one,
      with_float_weights_a_network_computes_what_it_did);
