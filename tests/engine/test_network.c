/*
 * Networks made of a model: x [1,4] -> Relu -> y -> FullyConnected -> z [1,2], by hand.
 */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/engine.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "tests/support/suite.h"

static const float weights[2][4] = {{1, 2, 3, 4}, {-1, 0, 1, 0.5f}};
static const float bias[2] = {10, -1};

static struct blob *blob_of(const void *from, size_t size)
{
    struct blob *blob = blob_new(size);

    ck_assert_ptr_nonnull(blob);
    memcpy(blob_base(blob), from, size);
    return blob;
}

static uint32_t add_constant(struct builder *builder, const char *name, const struct shape *shape,
                             const void *data)
{
    struct blob *blob = blob_of(data, shape_elements(shape) * sizeof(float));
    const struct constant constant = {.name = name, .shape = *shape, .blob = blob};
    uint32_t value;

    ck_assert_int_eq(build_constant(builder, &constant, &value, NULL), 0);
    blob_unref(blob);
    return value;
}

static uint32_t add_node(struct builder *builder, const char *name, enum op op, const void *attrs,
                         const uint32_t *inputs, uint32_t n_inputs, const char *output)
{
    const struct node_spec spec = {name, op, attrs, inputs, &output, n_inputs, 1};
    struct fault fault = {""};
    uint32_t value = 0;

    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

static void make_dlc(struct buf *dlc)
{
    static const int32_t dims[] = {1, 4};
    const struct input_attrs input = {.shape = {dims, 2}};
    struct builder *builder;
    struct graph *graph;
    uint32_t x, fc[3];

    ck_assert_int_eq(builder_new(&builder), 0);
    x = add_node(builder, "x", OP_INPUT, &input, NULL, 0, "x");
    fc[0] = add_node(builder, "relu", OP_RELU, NULL, &x, 1, "y");
    fc[1] = add_constant(builder, "fc/weights_0", &(struct shape){2, {2, 4}}, weights);
    fc[2] = add_constant(builder, "fc/bias", &(struct shape){1, {2}}, bias);
    add_node(builder, "fc", OP_FULLY_CONNECTED, NULL, fc, 3, "z");
    ck_assert_int_eq(build_done(builder, &graph, NULL), 0);
    builder_free(builder);
    ck_assert_int_eq(dlc_write(graph, &(struct dlc_metadata){0}, dlc, NULL), 0);
    graph_unref(graph);
}

static struct buf dlc;
static struct engine *engine;
static struct model *model;

static void set_up(void)
{
    struct fault fault = {""};
    const struct engine_options options = {.n_threads = 2,
                                           .runtime_options = {[RUNTIME_SKEL_A] = "ops=all"}};

    make_dlc(&dlc);
    ck_assert_int_eq(engine_new(&options, &engine, &fault), 0);
    ck_assert_msg(model_read(dlc.base, dlc.size, &model, &fault) == 0, "%s", fault.text);
}

static void tear_down(void)
{
    model_unref(model);
    engine_free(engine);
    buf_done(&dlc);
}

static struct network *make(const struct network_options *options)
{
    struct network *network;
    struct fault fault = {""};

    ck_assert_msg(network_new(engine, model, options, &network, &fault) == 0, "%s", fault.text);
    return network;
}

static int refuse(const struct network_options *options, struct fault *fault)
{
    struct network *network = NULL;
    int r = network_new(engine, model, options, &network, fault);

    ck_assert_ptr_null(network);
    return r;
}

START_TEST(a_network_computes_what_its_layers_say)
{
    const float x[4] = {1, -5, 2, 4};
    struct run_times times;
    struct network *network;
    struct slot *slot;
    const float *z;

    set_up();
    network = make(&(struct network_options){0});
    slot = slot_take(network);
    memcpy(span_base(slot_inputs(slot)), x, sizeof(x));
    ck_assert_int_eq(slot_run(slot, 0, slot_inputs(slot), slot_outputs(slot), &times), 0);
    ck_assert(times.bound);
    z = span_base(slot_outputs(slot));
    ck_assert_float_eq(z[0], 1 * 1 + 3 * 2 + 4 * 4 + 10);
    ck_assert_float_eq(z[1], -1 + 2 + 2 - 1);
    ck_assert_int_eq(slot_run(slot, 0, slot_inputs(slot), slot_outputs(slot), &times), 0);
    ck_assert(!times.bound);
    ck_assert_uint_eq(times.copied_bytes, 0);
    slot_release(slot);
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(spans_that_alternate_are_bound_once)
{
    float memory[4][16] __attribute__((aligned(64))) = {{1, 1, 1, 1}, {0}, {2, 2, 2, 2}, {0}};
    struct region region = {.id = 7, .fd = -1, .base = memory, .size = sizeof(memory)};
    struct network *network;
    struct run_times times;
    struct slot *slot;
    int n_bound = 0;

    set_up();
    network = make(&(struct network_options){0});
    slot = slot_take(network);
    for (int i = 0; i < 6; i++) {
        const struct span in = {&region, NULL, i % 2 ? 128 : 0, 16};
        const struct span out = {&region, NULL, i % 2 ? 192 : 64, 8};

        ck_assert_int_eq(slot_run(slot, 0, &in, &out, &times), 0);
        n_bound += times.bound;
    }
    ck_assert_int_eq(n_bound, 2);
    ck_assert_float_eq(memory[1][0], 20);
    ck_assert_float_eq(memory[3][0], 30);
    slot_release(slot);
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(memory_that_comes_back_under_another_number_is_bound_anew)
{
    float memory[2][16] __attribute__((aligned(64))) = {{1, 1, 1, 1}};
    struct region region = {.id = 1, .fd = -1, .base = memory, .size = sizeof(memory)};
    const struct span in = {&region, NULL, 0, 16}, out = {&region, NULL, 64, 8};
    struct network *network;
    struct run_times times;
    struct slot *slot;

    set_up();
    network = make(&(struct network_options){0});
    slot = slot_take(network);
    for (int i = 0; i < 2 * SLOT_BINDINGS + 1; i++) {
        region.id++;
        ck_assert_int_eq(slot_run(slot, 0, &in, &out, &times), 0);
        ck_assert(times.bound);
    }
    slot_release(slot);
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(a_slot_belongs_to_one_job_until_it_is_released)
{
    struct network *network;
    struct slot *first, *second;

    set_up();
    network = make(&(struct network_options){.n_slots = 2});
    first = slot_take(network);
    second = slot_take(network);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_ne(first, second);
    ck_assert_ptr_null(slot_take(network));
    slot_release(first);
    ck_assert_ptr_eq(slot_take(network), first);
    slot_release(first);
    slot_release(second);
    network_unref(network);
    tear_down();
}
END_TEST

/* x [1,256] -> FullyConnected -> z [1,64]: enough weights for their share of the cost to be seen.
 */
static void read_large_model(void)
{
    static const int32_t dims[] = {1, 256};
    static const float zeros[64 * 256];
    const struct input_attrs input = {.shape = {dims, 2}};
    struct buf bytes = {0};
    struct builder *builder;
    struct graph *graph;
    uint32_t fc[3];

    ck_assert_int_eq(builder_new(&builder), 0);
    fc[0] = add_node(builder, "x", OP_INPUT, &input, NULL, 0, "x");
    fc[1] = add_constant(builder, "fc/weights_0", &(struct shape){2, {64, 256}}, zeros);
    fc[2] = add_constant(builder, "fc/bias", &(struct shape){1, {64}}, zeros);
    add_node(builder, "fc", OP_FULLY_CONNECTED, NULL, fc, 3, "z");
    ck_assert_int_eq(build_done(builder, &graph, NULL), 0);
    builder_free(builder);
    ck_assert_int_eq(dlc_write(graph, &(struct dlc_metadata){0}, &bytes, NULL), 0);
    graph_unref(graph);
    model_unref(model);
    ck_assert_int_eq(model_read(bytes.base, bytes.size, &model, NULL), 0);
    buf_done(&bytes);
}

START_TEST(ten_batches_cost_at_most_a_tenth_more_than_the_weights_of_one)
{
    struct network *networks[10];
    size_t plan_bytes = 0;
    size_t bytes;

    set_up();
    read_large_model();
    bytes = model_bytes(model);
    for (uint32_t i = 0; i < 10; i++) {
        const struct input_dims dims = {"x", {2, {i + 1, 256}}};
        const struct derive derive = {.dims = &dims, .n_dims = 1};

        networks[i] = make(&(struct network_options){.derive = &derive});
        ck_assert_uint_eq(network_info(networks[i])->outputs[0].shape.dim[0], i + 1);
        plan_bytes += network_info(networks[i])->plan_bytes;
    }
    ck_assert_uint_eq(model_bytes(model), bytes);
    ck_assert_uint_eq(bytes, (64 * 256 + 64) * sizeof(float));
    ck_assert_uint_le(plan_bytes, bytes / 10);
    for (int i = 0; i < 10; i++)
        network_unref(networks[i]);
    tear_down();
}
END_TEST

START_TEST(what_is_asked_for_in_the_middle_is_an_output)
{
    const char *const outputs[] = {"relu"}; /* the layer; its buffer is y */
    const struct derive derive = {.outputs = outputs, .n_outputs = 1};
    struct network *network;

    set_up();
    network = make(&(struct network_options){.derive = &derive});
    ck_assert_uint_eq(network_info(network)->n_outputs, 1);
    ck_assert_str_eq(network_info(network)->outputs[0].name, "y");
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(a_byte_at_an_edge_means_itself)
{
    const struct edge_type edge = {"x", DTYPE_U8};
    const uint8_t x[4] = {0, 1, 200, 255};
    struct network *network;
    struct run_times times;
    struct slot *slot;

    set_up();
    network = make(&(struct network_options){.edges = &edge, .n_edges = 1});
    ck_assert_uint_eq(network_info(network)->inputs[0].size, 4);
    slot = slot_take(network);
    memcpy(span_base(slot_inputs(slot)), x, sizeof(x));
    ck_assert_int_eq(slot_run(slot, 0, slot_inputs(slot), slot_outputs(slot), &times), 0);
    ck_assert_float_eq(*(float *)span_base(slot_outputs(slot)), 2 + 600 + 1020 + 10);
    slot_release(slot);
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(what_cannot_be_had_is_refused_with_a_sentence)
{
    const char *const outputs[] = {"nose"};
    const struct derive nose = {.outputs = outputs, .n_outputs = 1};
    const struct edge_type edge = {"nose", DTYPE_U8}, codes = {"x", DTYPE_TF8};
    const enum runtime dsp = RUNTIME_DSP;
    struct fault fault = {""};

    set_up();
    ck_assert_int_eq(refuse(&(struct network_options){.derive = &nose}, &fault), E_NO_TENSOR);
    ck_assert_ptr_nonnull(strstr(fault.text, "nose"));
    ck_assert_int_eq(refuse(&(struct network_options){.edges = &edge, .n_edges = 1}, &fault),
                     E_NO_TENSOR);
    ck_assert_int_eq(refuse(&(struct network_options){.edges = &codes, .n_edges = 1}, &fault),
                     E_TENSOR_SIZE);
    ck_assert_int_eq(refuse(&(struct network_options){.order = &dsp, .n_order = 1}, &fault),
                     E_NO_HARDWARE);
    ck_assert_str_eq(fault.text, "runtime dsp: its backend is not part of this build");
    tear_down();
}
END_TEST

START_TEST(a_runtime_that_is_not_here_is_passed_over_if_cpu_may_help)
{
    const enum runtime dsp = RUNTIME_DSP;
    struct network *network;

    set_up();
    network = make(&(struct network_options){.order = &dsp, .n_order = 1, .fallback = true});
    ck_assert_int_eq(network_info(network)->runtime, RUNTIME_CPU);
    ck_assert_str_eq(network_info(network)->why,
                     "not on dsp: runtime dsp: its backend is not part of this build");
    network_unref(network);
    tear_down();
}
END_TEST

/* The tests' double runs Relu and no matrix. */
START_TEST(each_runtime_says_which_layers_it_takes)
{
    struct fault fault = {""};

    set_up();
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_int_eq(engine_supports(engine, RUNTIME_CPU, model, i, &fault), 0);
    ck_assert_int_eq(engine_supports(engine, RUNTIME_SKEL_A, model, 0, &fault), 0);
    ck_assert_int_eq(engine_supports(engine, RUNTIME_SKEL_A, model, 1, &fault), 0);
    ck_assert_int_eq(engine_supports(engine, RUNTIME_SKEL_A, model, 2, &fault),
                     E_LAYER_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(fault.text, "fc"));
    ck_assert_int_eq(engine_supports(engine, RUNTIME_AIP, model, 0, &fault), E_NO_HARDWARE);
    tear_down();
}
END_TEST

START_TEST(the_digest_is_that_of_the_file)
{
    struct digest digest;

    set_up();
    digest_of(dlc.base, dlc.size, &digest);
    ck_assert_mem_eq(model_digest(model), &digest, sizeof(digest));
    tear_down();
}
END_TEST

SUITE(a_network_computes_what_its_layers_say, spans_that_alternate_are_bound_once,
      memory_that_comes_back_under_another_number_is_bound_anew,
      a_slot_belongs_to_one_job_until_it_is_released, each_runtime_says_which_layers_it_takes,
      ten_batches_cost_at_most_a_tenth_more_than_the_weights_of_one,
      what_is_asked_for_in_the_middle_is_an_output, a_byte_at_an_edge_means_itself,
      what_cannot_be_had_is_refused_with_a_sentence,
      a_runtime_that_is_not_here_is_passed_over_if_cpu_may_help, the_digest_is_that_of_the_file);
