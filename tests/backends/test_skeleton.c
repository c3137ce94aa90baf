#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/build.h"
#include "model/ops/reshape.h"
#include "tests/backends/rig.h"
#include "tests/support/suite.h"

/* x [4] -> LAYER -> y */
static struct graph *one_layer(enum op op, const void *attrs)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4));

    net_node(builder, "layer", op, attrs, x, NO_VALUE, NO_VALUE, NO_VALUE);
    return net_done(builder);
}

static void begin(struct rig *rig, struct rig_memory *memory, const char *options)
{
    const struct rig_backend backend = {backend_find("skeleton"), options};

    rig_init(rig, &backend, one_layer(OP_RELU, NULL), 1);
    rig_compile(rig);
    rig_memory_init(rig, memory);
}

static void end(struct rig *rig, struct rig_memory *memory)
{
    rig_memory_done(memory);
    rig_done(rig);
}

static int open_with(const char *options, struct fault *fault)
{
    const struct backend_ops *ops = backend_find("skeleton");
    struct backend *backend = NULL;
    int r = ops->open(&(struct backend_options){NULL, options}, &backend, fault);

    if (backend)
        ops->close(backend);
    return r;
}

START_TEST(without_options_there_is_no_device)
{
    struct fault fault;

    ck_assert_int_eq(open_with("", &fault), E_NO_HARDWARE);
    ck_assert_ptr_nonnull(strstr(fault.text, "[runtime skel_a] options = ops=all"));
    ck_assert_int_eq(open_with(NULL, &fault), E_NO_HARDWARE);
    ck_assert_int_eq(open_with("delay_us=5", &fault), E_NO_HARDWARE);
    ck_assert_int_eq(open_with("  ops=all  delay_us=5 ", &fault), 0);
}
END_TEST

START_TEST(a_word_that_means_nothing_is_named)
{
    struct fault fault;

    ck_assert_int_eq(open_with("ops=Conv", &fault), E_SETTING);
    ck_assert_str_eq(fault.text, "skeleton options: ops=Conv: it can run Relu and Reshape");
    ck_assert_int_eq(open_with("ops=all colour=red", &fault), E_SETTING);
    ck_assert_str_eq(fault.text,
                     "skeleton options: colour is none of ops=, delay_us=, compile_us=, fault=, "
                     "lose=, wedge=, shut=, votes=");
    ck_assert_int_eq(open_with("ops=all fault=lost@0", &fault), E_SETTING);
    ck_assert_int_eq(open_with("ops=all fault=lost", &fault), E_SETTING);
    ck_assert_int_eq(open_with("ops=all fault=angry@2", &fault), E_SETTING);
    ck_assert_int_eq(open_with("ops=all delay_us=soon", &fault), E_SETTING);
    ck_assert_int_eq(open_with("ops=all delay_us", &fault), E_SETTING);
}
END_TEST

START_TEST(it_supports_what_it_is_told_to)
{
    const struct rig_backend backend = {backend_find("skeleton"), "ops=Reshape"};
    const struct reshape_attrs square = {{(const int32_t[]){2, 2}, 2}};
    const float x[] = {1, -2, 3, -4};
    struct rig_memory memory;
    struct fault fault;
    struct rig rig;

    rig_init(&rig, &backend, one_layer(OP_RELU, NULL), 1);
    ck_assert(!rig.ops->supports(rig.backend, rig.graph, &rig.graph->nodes[rig.nodes[0]], &fault));
    ck_assert_str_eq(fault.text, "layer layer: the skeleton does not run Relu");
    rig_done(&rig);
    rig_init(&rig, &backend, one_layer(OP_RESHAPE, &square), 1);
    rig_compile(&rig);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, (const void *[]){x});
    ck_assert_mem_eq(span_base(&memory.out[0]), x, sizeof(x));
    end(&rig, &memory);
}
END_TEST

START_TEST(a_lost_device_stays_lost_until_it_is_opened_again)
{
    struct binding *binding, *other = NULL;
    struct plan *plan = NULL;
    struct rig_memory memory;
    struct run_stats stats;
    struct fault fault;
    struct rig rig;

    for (int life = 0; life < 2; life++) {
        begin(&rig, &memory, "ops=all fault=lost@3");
        binding = rig_bind(&rig, &memory);
        rig_run(&rig, binding);
        rig_run(&rig, binding);
        ck_assert_int_eq(rig.ops->run(binding, &stats), E_DEVICE_LOST);
        ck_assert_int_eq(rig.ops->run(binding, &stats), E_DEVICE_LOST);
        memory.spans.in = memory.in;
        memory.spans.out = memory.out;
        ck_assert_int_eq(rig.ops->binding_new(rig.plan, &memory.spans, &other), E_DEVICE_LOST);
        ck_assert_int_eq(rig.ops->compile(rig.backend, &rig.request, &plan, &fault), E_DEVICE_LOST);
        rig.ops->binding_free(binding);
        end(&rig, &memory);
    }
}
END_TEST

static bool is_there(const char *name)
{
    return access(suite_path(name), F_OK) == 0;
}

static const char *with_file(char options[256], const char *key)
{
    snprintf(options, 256, "ops=all %s=%s", key, suite_path(key));
    return options;
}

START_TEST(a_file_loses_the_device_once)
{
    struct rig_memory memory;
    struct run_stats stats;
    struct binding *binding;
    char options[256];
    struct rig rig;

    for (int life = 0; life < 2; life++) {
        begin(&rig, &memory, with_file(options, "lose"));
        binding = rig_bind(&rig, &memory);
        rig_run(&rig, binding);
        if (life == 0) {
            suite_write(suite_path("lose"), "", 0);
            ck_assert_int_eq(rig.ops->run(binding, &stats), E_DEVICE_LOST);
            ck_assert(isnan(*(float *)span_base(&memory.out[0])));
        }
        ck_assert(!is_there("lose"));
        rig.ops->binding_free(binding);
        end(&rig, &memory);
    }
}
END_TEST

static void *run_wedged(void *context)
{
    struct rig *rig = ((void **)context)[0];
    struct run_stats stats;

    return rig->ops->run(((void **)context)[1], &stats) == 0 ? context : NULL;
}

START_TEST(a_file_wedges_a_run_until_it_is_let_go)
{
    struct rig_memory memory, other;
    struct binding *next;
    char options[256];
    struct rig rig;
    pthread_t thread;
    void *arguments[2], *result;

    begin(&rig, &memory, with_file(options, "wedge"));
    rig_memory_init(&rig, &other);
    next = rig_bind(&rig, &other);
    arguments[0] = &rig;
    arguments[1] = rig_bind(&rig, &memory);
    suite_write(suite_path("wedge"), "", 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, run_wedged, arguments), 0);
    while (!is_there("wedge.held"))
        sched_yield();
    rig_run(&rig, next); /* goes through */
    suite_remove("wedge.held");
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_eq(result, arguments);
    rig.ops->binding_free(arguments[1]);
    rig.ops->binding_free(next);
    rig_memory_done(&other);
    end(&rig, &memory);
}
END_TEST

START_TEST(a_file_keeps_the_device_shut)
{
    char options[256];
    struct fault fault;

    suite_write(suite_path("shut"), "", 0);
    ck_assert_int_eq(open_with(with_file(options, "shut"), &fault), E_NO_HARDWARE);
    suite_remove("shut");
    ck_assert_int_eq(open_with(options, &fault), 0);
}
END_TEST

START_TEST(votes_are_written_down)
{
    const struct rig_backend backend = {backend_find("skeleton"), NULL};
    char options[256], text[64] = "";
    struct backend *opened;
    FILE *file;

    ck_assert_int_eq(backend.ops->open(&(struct backend_options){NULL, with_file(options, "votes")},
                                       &opened, NULL),
                     0);
    backend.ops->set_perf(opened, PERF_BURST);
    backend.ops->set_perf(opened, PERF_POWER_SAVER);
    backend.ops->close(opened);
    file = fopen(suite_path("votes"), "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, file), 0);
    fclose(file);
    ck_assert_str_eq(text, "burst\npower_saver\n");
    suite_remove("votes");
}
END_TEST

START_TEST(memory_runs_out_where_it_is_told_to)
{
    struct binding *binding = NULL;
    struct plan *plan = NULL;
    struct rig_memory memory;
    struct fault fault;
    struct rig rig;

    begin(&rig, &memory, "ops=Relu fault=nomem@2 fault=compile@2");
    memory.spans.in = memory.in;
    memory.spans.out = memory.out;
    for (int call = 1; call <= 3; call++) {
        ck_assert_int_eq(rig.ops->binding_new(rig.plan, &memory.spans, &binding),
                         call == 2 ? -ENOMEM : 0);
        if (call != 2)
            rig.ops->binding_free(binding);
    }
    ck_assert_int_eq(rig.ops->compile(rig.backend, &rig.request, &plan, &fault), -ENOMEM);
    ck_assert_int_eq(rig.ops->compile(rig.backend, &rig.request, &plan, &fault), 0);
    rig.ops->plan_free(plan);
    end(&rig, &memory);
}
END_TEST

START_TEST(runs_and_compiles_take_as_long_as_they_are_told_to)
{
    uint64_t start = clock_now_ns(&clock_monotonic), compiled, run;
    struct rig_memory memory;
    struct binding *binding;
    struct rig rig;

    begin(&rig, &memory, "ops=all delay_us=3000 compile_us=2000");
    compiled = clock_now_ns(&clock_monotonic);
    binding = rig_bind(&rig, &memory);
    rig_run(&rig, binding);
    run = clock_now_ns(&clock_monotonic);
    ck_assert_uint_ge(compiled - start, 2000000);
    ck_assert_uint_ge(run - compiled, 3000000);
    rig.ops->binding_free(binding);
    end(&rig, &memory);
}
END_TEST

START_TEST(anything_but_a_chain_is_refused)
{
    const struct rig_backend backend = {backend_find("skeleton"), "ops=all"};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4));
    struct plan *plan = NULL;
    struct fault fault;
    struct rig rig;

    net_node(builder, "left", OP_RELU, NULL, x, NO_VALUE, NO_VALUE, NO_VALUE);
    net_node(builder, "right", OP_RELU, NULL, x, NO_VALUE, NO_VALUE, NO_VALUE);
    rig_init(&rig, &backend, net_done(builder), 1);
    ck_assert_int_eq(rig.ops->compile(rig.backend, &rig.request, &plan, &fault),
                     E_LAYER_UNSUPPORTED);
    ck_assert_str_eq(fault.text, "layer right: the skeleton runs chains only, and this leaves one");
    rig_done(&rig);
}
END_TEST

START_TEST(chains_run_side_by_side)
{
    static const float x[] = {1, -1, 2, -2}, y[] = {-3, 3};
    static const float p[] = {1, 0, 2, 0}, q[] = {0, 3};
    const struct rig_backend backend = {backend_find("skeleton"), "ops=all"};
    struct builder *builder = net_new();
    struct rig_memory memory;
    uint32_t first, second;
    struct rig rig;

    first = net_relu(builder, "p", net_input(builder, "x", SHAPE(4)));
    second = net_relu(builder, "q", net_input(builder, "y", SHAPE(2)));
    ck_assert_int_eq(build_output(builder, second, NULL), 0);
    ck_assert_int_eq(build_output(builder, first, NULL), 0);
    rig_init(&rig, &backend, net_done(builder), 1);
    rig_compile(&rig);
    rig_memory_init(&rig, &memory);
    rig_run_once(&rig, &memory, (const void *[]){x, y});
    ck_assert_mem_eq(span_base(&memory.out[0]), q, sizeof(q));
    ck_assert_mem_eq(span_base(&memory.out[1]), p, sizeof(p));
    end(&rig, &memory);
}
END_TEST

SUITE(without_options_there_is_no_device, a_word_that_means_nothing_is_named,
      it_supports_what_it_is_told_to, a_lost_device_stays_lost_until_it_is_opened_again,
      a_file_loses_the_device_once, a_file_wedges_a_run_until_it_is_let_go,
      a_file_keeps_the_device_shut, votes_are_written_down, memory_runs_out_where_it_is_told_to,
      runs_and_compiles_take_as_long_as_they_are_told_to, anything_but_a_chain_is_refused,
      chains_run_side_by_side);
