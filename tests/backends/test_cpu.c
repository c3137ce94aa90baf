#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/build.h"
#include "model/ops/binary.h"
#include "model/ops/clip.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "model/ops/reshape.h"
#include "model/ops/unary.h"
#include "tests/backends/rig.h"
#include "tests/support/faults.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

static const struct relu_attrs relu6 = {6};

static struct rig_backend cpu(void)
{
    return (struct rig_backend){backend_find("cpu"), ""};
}

static uint32_t one(struct builder *builder, const char *name, enum op op, const void *attrs,
                    uint32_t x)
{
    return net_node(builder, name, op, attrs, x, NO_VALUE, NO_VALUE, NO_VALUE);
}

static uint32_t weights(struct builder *builder, const char *name, struct shape shape)
{
    size_t n = shape_elements(&shape);
    float *numbers = malloc(n * sizeof(*numbers));
    struct random random = {n};
    uint32_t value;

    random_floats(&random, -0.4f, 0.4f, numbers, n);
    value = net_constant(builder, name, shape, numbers);
    free(numbers);
    return value;
}

static uint32_t conv(struct builder *builder, const char *name, uint32_t x, uint32_t m, int kernel,
                     int stride, uint32_t groups)
{
    const struct conv_attrs attrs = {
        .window = {kernel, kernel, stride, stride, 1, 1, 0, 0, 0, 0, PADDING_SAME},
        .groups = (int32_t)groups};
    uint32_t c = builder_value(builder, x)->shape.dim[3], k = (uint32_t)kernel;
    uint32_t w = weights(builder, suite_text("%s.w", name), SHAPE(k, k, c / groups, m));
    uint32_t b = weights(builder, suite_text("%s.b", name), SHAPE(m));

    return net_node(builder, name, OP_CONV, &attrs, x, w, b, NO_VALUE);
}

/* Every kernel that has several forms, two branches, batches, and two outputs of which one is read.
 */
static struct graph *branches(void)
{
    const struct pool_attrs pool = {POOL_MAX, {3, 3, 2, 2, 1, 1, 0, 0, 0, 0, PADDING_CAFFE}, false};
    const struct concat_attrs channels = {3};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(2, 32, 30, 3)), a, b, w;

    x = one(builder, "relu1", OP_RELU, NULL, conv(builder, "conv1", x, 24, 3, 1, 1));
    x = one(builder, "relu2", OP_RELU, &relu6, conv(builder, "depthwise", x, 24, 3, 1, 24));
    ck_assert_int_eq(build_output(builder, x, NULL), 0);
    a = one(builder, "pool", OP_POOL, &pool, x);
    b = conv(builder, "conv2", x, 40, 1, 2, 1);
    x = net_node(builder, "concat", OP_CONCAT, &channels, a, b, NO_VALUE, NO_VALUE);
    x = conv(builder, "grouped", x, 32, 3, 2, 4);
    w = weights(builder, "fc.w", SHAPE(10, 8 * 8 * 32));
    x = net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, NO_VALUE, NO_VALUE);
    x = one(builder, "prob", OP_SOFTMAX, NULL, x);
    ck_assert_int_eq(build_output(builder, x, NULL), 0);
    return net_done(builder);
}

static void run_branches(struct rig *rig, struct rig_memory *memory, uint32_t n_threads)
{
    struct rig_backend backend = cpu();
    struct binding *binding;
    struct random random = {3};

    rig_init(rig, &backend, branches(), n_threads);
    rig_compile(rig);
    rig_memory_init(rig, memory);
    binding = rig_bind(rig, memory);
    random_floats(&random, -1, 1, span_base(&memory->in[0]), memory->in[0].size / sizeof(float));
    for (int i = 0; i < 3; i++)
        rig_run(rig, binding);
    rig->ops->binding_free(binding);
    rig_memory_check(rig, memory);
}

START_TEST(a_network_gives_the_same_bits_with_any_number_of_threads)
{
    struct rig_memory memory[4];
    struct rig rig[4];

    for (uint32_t n_threads = 1; n_threads < 4; n_threads++)
        run_branches(&rig[n_threads], &memory[n_threads], n_threads);
    for (uint32_t i = 0; i < 2; i++)
        for (uint32_t n_threads = 2; n_threads < 4; n_threads++)
            ck_assert_mem_eq(span_base(&memory[n_threads].out[i]), span_base(&memory[1].out[i]),
                             memory[1].out[i].size);
    for (uint32_t n_threads = 1; n_threads < 4; n_threads++) {
        rig_memory_done(&memory[n_threads]);
        rig_done(&rig[n_threads]);
    }
}
END_TEST

START_TEST(instruction_sets_agree_and_unknown_ones_are_named)
{
    static const char *const isas[] = {"portable", "avx2", "avx512"};
    struct rig_memory first, memory;
    struct rig portable, rig;
    struct fault fault;

    setenv("SNPED_ISA", "portable", 1);
    run_branches(&portable, &first, 1);
    for (size_t i = 1; i < ARRAY_SIZE(isas); i++) {
        setenv("SNPED_ISA", isas[i], 1);
        if (backend_find("cpu")->probe(&(struct backend_options){0}, &fault) < 0) {
            ck_assert_ptr_nonnull(strstr(fault.text, "this processor has"));
            continue;
        }
        run_branches(&rig, &memory, 1);
        ck_assert_floats_near(rig_floats(&memory.out[1]), rig_floats(&first.out[1]), 20, 1e-6);
        rig_memory_done(&memory);
        rig_done(&rig);
    }
    setenv("SNPED_ISA", "mmx", 1);
    ck_assert_int_eq(backend_find("cpu")->probe(&(struct backend_options){0}, &fault), E_SETTING);
    ck_assert_str_eq(fault.text, "SNPED_ISA=mmx: not one of portable, avx2, avx512");
    rig_memory_done(&first);
    rig_done(&portable);
}
END_TEST

static int compile_branches(void *context)
{
    struct rig *rig = context;
    struct plan *plan = NULL;
    int r = rig->ops->compile(rig->backend, &rig->request, &plan, NULL);

    if (r == 0)
        rig->ops->plan_free(plan);
    return r;
}

START_TEST(memory_may_run_out_anywhere_in_compile)
{
    struct rig_backend backend = cpu();
    struct rig rig;

    if (!faults_work())
        return;
    rig_init(&rig, &backend, branches(), 1);
    faults_each(compile_branches, &rig);
    rig_done(&rig);
}
END_TEST

START_TEST(a_plan_is_small_beside_the_weights_that_it_uses_where_they_lie)
{
    struct rig_backend backend = cpu();
    struct rig rig;

    rig_init(&rig, &backend, branches(), 1);
    rig_compile(&rig);
    ck_assert_uint_lt(rig.info.bytes * 20, graph_weight_bytes(rig.graph));
    rig_done(&rig);
}
END_TEST

struct sum {
    int32_t groups; /* of a deconvolution; 0: a convolution */
    uint32_t group_out;
};

static uint32_t add_sum(struct builder *builder, const struct sum *sum, uint32_t x)
{
    const struct deconv_attrs attrs = {.window = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1, PADDING_EXPLICIT},
                                       .groups = sum->groups};

    if (!sum->groups)
        return conv(builder, "conv", x, 7, 3, 1, 1);
    return net_node(builder, "deconv", OP_DECONV, &attrs, x,
                    net_constant(builder, "w", SHAPE(3, 3, 3, sum->group_out), NULL), NO_VALUE,
                    NO_VALUE);
}

/* x [1,5,4,3] -> SUM -> LIMIT -> y, with the sum asked for too or not. */
static struct graph *sum_and_limit(const struct sum *sum, enum op limit, const void *attrs,
                                   bool show_sum)
{
    struct builder *builder = net_new();
    uint32_t x = add_sum(builder, sum, net_input(builder, "x", SHAPE(1, 5, 4, 3)));

    if (show_sum)
        ck_assert_int_eq(build_output(builder, x, NULL), 0);
    x = one(builder, "limit", limit, attrs, x);
    ck_assert_int_eq(build_output(builder, x, NULL), 0);
    return net_done(builder);
}

/* How many numbers come out, at most 140, into Y. */
static size_t run_limit(const struct sum *sum, enum op limit, const void *attrs, bool show_sum,
                        float *y, uint32_t *ret_launches)
{
    struct rig_backend backend = cpu();
    struct random random = {8};
    struct rig_memory memory;
    const void *in[1];
    float x[60];
    struct rig rig;
    size_t size;

    random_floats(&random, -9, 9, x, ARRAY_SIZE(x));
    x[30] = NAN;
    in[0] = x;
    rig_init(&rig, &backend, sum_and_limit(sum, limit, attrs, show_sum), 1);
    rig_compile(&rig);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, in);
    size = memory.out[show_sum].size;
    ck_assert_uint_le(size, 140 * sizeof(*y));
    memcpy(y, span_base(&memory.out[show_sum]), size);
    ck_assert_int_eq(rig.info.launch_of[0] == rig.info.launch_of[1], !show_sum);
    *ret_launches = rig.info.n_launches;
    rig_memory_done(&memory);
    rig_done(&rig);
    return size / sizeof(*y);
}

START_TEST(a_relu_or_clip_goes_along_with_the_sum_unless_the_sum_is_asked_for)
{
    const struct clip_attrs clip = {-1, 2.5f};
    const struct {
        enum op op;
        const void *attrs;
    } limits[] = {{OP_RELU, NULL}, {OP_RELU, &relu6}, {OP_CLIP, &clip}};
    const struct sum sums[] = {{0, 0}, {1, 7}, {3, 1}};

    for (size_t i = 0; i < 9; i++) {
        const struct sum *sum = &sums[i / 3];
        float along[140], apart[140];
        uint32_t n_along, n_apart;
        size_t n = run_limit(sum, limits[i % 3].op, limits[i % 3].attrs, false, along, &n_along);

        run_limit(sum, limits[i % 3].op, limits[i % 3].attrs, true, apart, &n_apart);
        ck_assert(n_along == 1 && n_apart == 2);
        ck_assert_floats_near(along, apart, n, 0); /* NaNs too */
    }
}
END_TEST

START_TEST(a_sum_with_two_readers_stays_apart)
{
    const struct binary_attrs add = {BINARY_ADD};
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t x = conv(builder, "conv", net_input(builder, "x", SHAPE(1, 2, 2, 3)), 4, 1, 1, 1);
    uint32_t y = one(builder, "relu", OP_RELU, NULL, x);
    struct rig rig;

    net_node(builder, "add", OP_BINARY, &add, x, y, NO_VALUE, NO_VALUE);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    ck_assert_uint_eq(rig.info.n_launches, 3);
    rig_done(&rig);
}
END_TEST

START_TEST(a_reshape_inside_is_no_launch_and_between_edges_a_copy)
{
    const struct reshape_attrs flat = {{(const int32_t[]){6}, 1}};
    const struct unary_attrs neg = {UNARY_NEG};
    const float x[] = {1, -2, 3, -4, 5, -6}, minus[] = {-1, 2, -3, 4, -5, 6};
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t in = net_input(builder, "x", SHAPE(1, 2, 3));
    uint32_t y = one(builder, "flat", OP_RESHAPE, &flat, in);
    uint32_t z =
        one(builder, "flat again", OP_RESHAPE, &flat, one(builder, "neg", OP_UNARY, &neg, y));
    struct rig_memory memory;
    struct rig rig;

    ck_assert_int_eq(build_output(builder, y, NULL), 0);
    ck_assert_int_eq(build_output(builder, z, NULL), 0);
    ck_assert_int_eq(build_output(builder, in, NULL), 0);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    ck_assert_uint_eq(rig.info.n_launches, 3); /* neg, and two copies of x */
    ck_assert_uint_eq(rig.info.scratch_size, 0);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, (const void *[]){x});
    ck_assert_mem_eq(span_base(&memory.out[0]), x, sizeof(x));
    ck_assert_mem_eq(span_base(&memory.out[1]), minus, sizeof(minus));
    ck_assert_mem_eq(span_base(&memory.out[2]), x, sizeof(x));
    rig_memory_done(&memory);
    rig_done(&rig);
}
END_TEST

START_TEST(an_output_may_be_read_on_and_asked_for_under_two_names)
{
    const struct reshape_attrs flat = {{(const int32_t[]){2}, 1}};
    const struct unary_attrs neg = {UNARY_NEG}, abs = {UNARY_ABS};
    const float x[] = {1, -2};
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t y = one(builder, "neg", OP_UNARY, &neg, net_input(builder, "x", SHAPE(1, 2)));
    uint32_t z = one(builder, "flat", OP_RESHAPE, &flat, y);
    uint32_t a = one(builder, "abs", OP_UNARY, &abs, z);
    struct rig_memory memory;
    struct rig rig;

    ck_assert_int_eq(build_output(builder, a, NULL), 0);
    ck_assert_int_eq(build_output(builder, y, NULL), 0);
    ck_assert_int_eq(build_output(builder, z, NULL), 0);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    ck_assert_uint_eq(rig.info.scratch_size, 0);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, (const void *[]){x});
    ck_assert_mem_eq(span_base(&memory.out[0]), ((const float[]){1, 2}), sizeof(x));
    ck_assert_mem_eq(span_base(&memory.out[1]), ((const float[]){-1, 2}), sizeof(x));
    ck_assert_mem_eq(span_base(&memory.out[2]), ((const float[]){-1, 2}), sizeof(x));
    rig_memory_done(&memory);
    rig_done(&rig);
}
END_TEST

START_TEST(scratch_is_shared_by_what_does_not_live_together)
{
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 100));
    struct rig rig;

    for (int i = 0; i < 9; i++)
        x = one(builder, suite_text("tanh%d", i), OP_TANH, NULL, x);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    ck_assert_uint_eq(rig.info.n_launches, 9);
    ck_assert_uint_le(rig.info.scratch_size, 2 * 448); /* 400 bytes are 7 lines */
    rig_done(&rig);
}
END_TEST

START_TEST(bytes_go_in_and_out_by_kernels)
{
    const struct unary_attrs neg = {UNARY_NEG};
    const uint8_t x[] = {0, 1, 127, 255};
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t in = net_input(builder, "x", SHAPE(1, 4));
    uint32_t y = one(builder, "again", OP_UNARY, &neg, one(builder, "neg", OP_UNARY, &neg, in));
    struct rig_memory memory;
    struct rig rig;

    ck_assert_int_eq(build_output(builder, y, NULL), 0);
    ck_assert_int_eq(build_output(builder, in, NULL), 0);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig.in[0].dtype = rig.out[0].dtype = rig.out[1].dtype = DTYPE_U8;
    rig_compile(&rig);
    rig_memory_init(&rig, &memory);
    ck_assert_uint_eq(memory.in[0].size, 4);
    rig_run_once(&rig, &memory, (const void *[]){x});
    ck_assert_mem_eq(span_base(&memory.out[0]), x, sizeof(x));
    ck_assert_mem_eq(span_base(&memory.out[1]), x, sizeof(x));
    rig_memory_done(&memory);
    rig_done(&rig);
}
END_TEST

/* x [1,2] -> FullyConnected without bias, twice its input -> Add 100 -> y */
START_TEST(a_bias_that_is_missing_is_not_the_next_layers_input)
{
    const struct binary_attrs add = {BINARY_ADD};
    const float x[] = {1, -3}, twice[] = {2, 0, 0, 2}, hundreds[] = {100, 100};
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t in = net_input(builder, "x", SHAPE(1, 2));
    uint32_t w = net_constant(builder, "w", SHAPE(2, 2), twice);
    uint32_t b = net_constant(builder, "b", SHAPE(1, 2), hundreds);
    uint32_t y = net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, in, w, NO_VALUE, NO_VALUE);
    struct rig_memory memory;
    struct rig rig;

    net_node(builder, "add", OP_BINARY, &add, b, y, NO_VALUE, NO_VALUE);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, (const void *[]){x});
    ck_assert_mem_eq(span_base(&memory.out[0]), ((const float[]){102, 94}), sizeof(x));
    rig_memory_done(&memory);
    rig_done(&rig);
}
END_TEST

/* x [1,1,1] -> Lstm of one unit whose gates are wide open: h = tanh(tanh(x)) -> Add 100 -> y */
START_TEST(a_state_that_is_missing_is_zero_whatever_comes_next)
{
    const struct binary_attrs add = {BINARY_ADD};
    const float x[] = {0.5f}, gates[] = {0, 0, 0, 1}, again[] = {0, 0, 0, 1},
                open[] = {99, 99, 99, 0};
    const float hundreds[] = {100};
    struct rig_backend backend = cpu();
    struct builder *builder = net_new();
    uint32_t in = net_input(builder, "x", SHAPE(1, 1, 1));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 4), gates);
    uint32_t r = net_constant(builder, "r", SHAPE(1, 4), again);
    uint32_t b = net_constant(builder, "b", SHAPE(4), open);
    uint32_t c = net_constant(builder, "c", SHAPE(1), hundreds);
    uint32_t y = net_node(builder, "lstm", OP_LSTM, NULL, in, w, r, b);
    struct rig_memory memory;
    struct rig rig;

    net_node(builder, "add", OP_BINARY, &add, c, y, NO_VALUE, NO_VALUE);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, (const void *[]){x});
    ck_assert_float_eq_tol(rig_floats(&memory.out[0])[0], 100 + tanhf(tanhf(0.5f)), 1e-5f);
    rig_memory_done(&memory);
    rig_done(&rig);
}
END_TEST

static void check_refused(struct graph *take_graph, const char *sentence)
{
    struct rig_backend backend = cpu();
    struct plan *plan = NULL;
    struct fault fault;
    struct rig rig;

    rig_init(&rig, &backend, take_graph, 1);
    ck_assert(!rig.ops->supports(rig.backend, rig.graph, &rig.graph->nodes[rig.nodes[0]], &fault));
    ck_assert_str_eq(fault.text, sentence);
    ck_assert_int_eq(rig.ops->compile(rig.backend, &rig.request, &plan, &fault),
                     E_LAYER_UNSUPPORTED);
    ck_assert_str_eq(fault.text, sentence);
    rig_done(&rig);
}

START_TEST(weights_that_are_no_constant_are_refused)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4)), w = net_input(builder, "w", SHAPE(3, 4));

    net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, NO_VALUE, NO_VALUE);
    check_refused(net_done(builder),
                  "layer fc: its input 1, w, has to be a constant on the cpu runtime; convert the "
                  "model with constants folded");
}
END_TEST

START_TEST(eight_bit_constants_are_refused_until_dequantised)
{
    const struct encoding encoding = {0, 255, 1, 0};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4)), w;
    struct constant constant = {.name = "w",
                                .shape = SHAPE(3, 4),
                                .dtype = DTYPE_TF8,
                                .blob = blob_new(12),
                                .encodings = &encoding,
                                .n_encodings = 1};

    memset(blob_base(constant.blob), 1, 12);
    ck_assert_int_eq(build_constant(builder, &constant, &w, NULL), 0);
    blob_unref(constant.blob);
    net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, NO_VALUE, NO_VALUE);
    check_refused(net_done(builder),
                  "layer fc: its constant w is 8-bit and the cpu runtime computes in float32: "
                  "dequantise first");
}
END_TEST

SUITE_WITH_FAULTS(a_network_gives_the_same_bits_with_any_number_of_threads,
                  instruction_sets_agree_and_unknown_ones_are_named,
                  memory_may_run_out_anywhere_in_compile,
                  a_plan_is_small_beside_the_weights_that_it_uses_where_they_lie,
                  a_relu_or_clip_goes_along_with_the_sum_unless_the_sum_is_asked_for,
                  a_sum_with_two_readers_stays_apart,
                  a_reshape_inside_is_no_launch_and_between_edges_a_copy,
                  an_output_may_be_read_on_and_asked_for_under_two_names,
                  scratch_is_shared_by_what_does_not_live_together, bytes_go_in_and_out_by_kernels,
                  a_bias_that_is_missing_is_not_the_next_layers_input,
                  a_state_that_is_missing_is_zero_whatever_comes_next,
                  weights_that_are_no_constant_are_refused,
                  eight_bit_constants_are_refused_until_dequantised);
