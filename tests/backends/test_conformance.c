/*
 * The contract of backends/backend.h, held against every backend of this build.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/build.h"
#include "model/ops/relu.h"
#include "model/ops/reshape.h"
#include "tests/backends/rig.h"
#include "tests/support/faults.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define N 4096 /* of the chain: enough that a backend may want several threads */

/* x [4,N/4] -> Relu -> Reshape -> Relu up to 6 -> y [N]: what every backend can do. */
static struct graph *chain(void)
{
    const struct reshape_attrs flat = {{(const int32_t[]){N}, 1}};
    const struct relu_attrs six = {6};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4, N / 4));

    x = net_node(builder, "relu", OP_RELU, NULL, x, NO_VALUE, NO_VALUE, NO_VALUE);
    x = net_node(builder, "flat", OP_RESHAPE, &flat, x, NO_VALUE, NO_VALUE, NO_VALUE);
    net_node(builder, "six", OP_RELU, &six, x, NO_VALUE, NO_VALUE, NO_VALUE);
    return net_done(builder);
}

static void check_chain(const float *x, const float *y)
{
    for (size_t i = 0; i < N; i++)
        ck_assert_float_eq(y[i], x[i] < 0 ? 0 : x[i] > 6 ? 6 : x[i]);
}

static void fill(const struct span *span, uint64_t seed)
{
    struct random random = {seed};

    random_floats(&random, -3, 9, span_base(span), span->size / sizeof(float));
}

#define FOR_EACH_BACKEND(it) for (const struct rig_backend *it = rig_backends(); it->ops; it++)

START_TEST(every_slot_is_there_and_one_that_is_not_is_named)
{
    FOR_EACH_BACKEND(it)
    {
        struct backend_ops broken = *it->ops;
        struct fault fault;

        ck_assert_int_eq(backend_check(it->ops, &fault), 0);
        broken.binding_new = NULL;
        ck_assert_int_eq(backend_check(&broken, &fault), E_ABI);
        ck_assert_ptr_nonnull(strstr(fault.text, "no binding_new"));
        broken = *it->ops;
        broken.abi++;
        ck_assert_int_eq(backend_check(&broken, &fault), E_ABI);
        ck_assert_ptr_eq(backend_find(it->ops->name), it->ops);
    }
    ck_assert_ptr_null(backend_find("abacus"));
}
END_TEST

START_TEST(a_plan_says_what_it_needs_and_every_node_has_a_launch)
{
    FOR_EACH_BACKEND(it)
    {
        struct rig rig;

        ck_assert_int_eq(it->ops->probe(&(struct backend_options){.options = it->options}, NULL),
                         0);
        rig_init(&rig, it, chain(), 1);
        rig_compile(&rig);
        ck_assert_uint_gt(rig.info.bytes, 0);
        ck_assert_uint_gt(rig.info.n_launches, 0);
        for (uint32_t i = 0; i < rig.subgraph.n_nodes; i++)
            ck_assert_uint_lt(rig.info.launch_of[i], rig.info.n_launches);
        rig_done(&rig);
    }
}
END_TEST

START_TEST(two_bindings_of_one_plan_take_turns)
{
    FOR_EACH_BACKEND(it)
    {
        struct rig_memory memory[2];
        struct binding *bindings[2];
        struct rig rig;

        rig_init(&rig, it, chain(), 1);
        rig_compile(&rig);
        for (int i = 0; i < 2; i++) {
            rig_memory_init(&rig, &memory[i]);
            bindings[i] = rig_bind(&rig, &memory[i]);
        }
        for (uint64_t turn = 0; turn < 6; turn++) {
            fill(&memory[turn & 1].in[0], turn + 1);
            rig_run(&rig, bindings[turn & 1]);
            for (int i = 0; i < 2 && turn > 0; i++)
                check_chain(rig_floats(&memory[i].in[0]), rig_floats(&memory[i].out[0]));
        }
        for (int i = 0; i < 2; i++) {
            rig_memory_check(&rig, &memory[i]);
            it->ops->binding_free(bindings[i]);
            rig_memory_done(&memory[i]);
        }
        rig_done(&rig);
    }
}
END_TEST

START_TEST(the_bits_do_not_depend_on_threads)
{
    FOR_EACH_BACKEND(it)
    {
        float *first = NULL;

        for (uint32_t n_threads = 1; n_threads <= 3; n_threads++) {
            struct rig_memory memory;
            struct binding *binding;
            struct rig rig;

            rig_init(&rig, it, chain(), n_threads);
            rig_compile(&rig);
            rig_memory_init(&rig, &memory);
            binding = rig_bind(&rig, &memory);
            fill(&memory.in[0], 5);
            rig_run(&rig, binding);
            if (!first) {
                first = malloc(N * sizeof(*first));
                memcpy(first, span_base(&memory.out[0]), N * sizeof(*first));
            }
            ck_assert_mem_eq(first, span_base(&memory.out[0]), N * sizeof(*first));
            it->ops->binding_free(binding);
            rig_memory_done(&memory);
            rig_done(&rig);
        }
        free(first);
    }
}
END_TEST

static void *compile_again_and_again(void *context)
{
    struct rig *rig = context;

    for (int i = 0; i < 40; i++) {
        struct plan *plan = NULL;

        if (rig->ops->compile(rig->backend, &rig->request, &plan, NULL) < 0)
            return rig;
        rig->ops->plan_free(plan);
    }
    return NULL;
}

START_TEST(compile_goes_on_beside_run_on_two_lanes)
{
    FOR_EACH_BACKEND(it)
    {
        struct rig_memory memory[2];
        struct binding *bindings[2];
        pthread_t loader;
        struct rig rig;
        void *failed;

        rig_init(&rig, it, chain(), 2);
        rig_compile(&rig);
        for (int i = 0; i < 2; i++) {
            rig_memory_init(&rig, &memory[i]);
            fill(&memory[i].in[0], 9);
            bindings[i] = rig_bind(&rig, &memory[i]);
        }
        ck_assert_int_eq(pthread_create(&loader, NULL, compile_again_and_again, &rig), 0);
        for (int i = 0; i < 100; i++)
            rig_run(&rig, bindings[i & 1]);
        ck_assert_int_eq(pthread_join(loader, &failed), 0);
        ck_assert_ptr_null(failed);
        for (int i = 0; i < 2; i++) {
            check_chain(rig_floats(&memory[i].in[0]), rig_floats(&memory[i].out[0]));
            it->ops->binding_free(bindings[i]);
            rig_memory_done(&memory[i]);
        }
        rig_done(&rig);
    }
}
END_TEST

START_TEST(a_run_does_not_allocate)
{
    if (!faults_work())
        return;
    FOR_EACH_BACKEND(it)
    {
        struct rig_memory memory;
        struct binding *binding;
        struct run_stats stats;
        uint64_t before;
        struct rig rig;
        int failed = 0;

        rig_init(&rig, it, chain(), 2);
        rig_compile(&rig);
        rig_memory_init(&rig, &memory);
        fill(&memory.in[0], 2);
        binding = rig_bind(&rig, &memory);
        rig_run(&rig, binding);
        before = faults_made_here(); /* Check's own words allocate: none until the end */
        for (int i = 0; i < 20; i++)
            failed |= it->ops->run(binding, &stats);
        ck_assert_uint_eq(faults_made_here(), before);
        ck_assert_int_eq(failed, 0);
        it->ops->binding_free(binding);
        rig_memory_done(&memory);
        rig_done(&rig);
    }
}
END_TEST

struct life {
    const char *options;
    struct rig rig;
    struct rig_memory memory;
};

/* The life of a plan without asserts on the way; -ENOMEM as soon as something says so. */
static int live(void *context)
{
    struct life *life = context;
    const struct rig *rig = &life->rig;
    struct binding_spans spans = life->memory.spans;
    struct backend *backend = NULL;
    struct binding *binding = NULL;
    struct plan *plan = NULL;
    struct fault fault;
    int r = rig->ops->open(&(struct backend_options){rig->pool, life->options}, &backend, &fault);

    spans.in = life->memory.in;
    spans.out = life->memory.out;
    if (r == 0)
        r = rig->ops->compile(backend, &rig->request, &plan, &fault);
    if (r == 0)
        r = rig->ops->binding_new(plan, &spans, &binding);
    if (binding)
        rig->ops->binding_free(binding);
    if (plan)
        rig->ops->plan_free(plan);
    if (backend)
        rig->ops->close(backend);
    return r;
}

START_TEST(memory_may_run_out_anywhere)
{
    if (!faults_work())
        return;
    FOR_EACH_BACKEND(it)
    {
        struct life life = {.options = it->options};

        rig_init(&life.rig, it, chain(), 1);
        rig_compile(&life.rig);
        rig_memory_init(&life.rig, &life.memory);
        faults_each(live, &life);
        rig_memory_done(&life.memory);
        rig_done(&life.rig);
    }
}
END_TEST

START_TEST(a_span_smaller_than_its_tensor_is_refused)
{
    FOR_EACH_BACKEND(it)
    {
        struct rig_memory memory;
        struct binding *binding = NULL;
        struct rig rig;

        rig_init(&rig, it, chain(), 1);
        rig_compile(&rig);
        rig_memory_init(&rig, &memory);
        memory.spans.in = memory.in;
        memory.spans.out = memory.out;
        memory.in[0].size--;
        ck_assert_int_eq(it->ops->binding_new(rig.plan, &memory.spans, &binding), E_REGION_BOUNDS);
        memory.in[0].size++;
        memory.out[0].size--;
        ck_assert_int_eq(it->ops->binding_new(rig.plan, &memory.spans, &binding), E_REGION_BOUNDS);
        ck_assert_ptr_null(binding);
        rig_memory_done(&memory);
        rig_done(&rig);
    }
}
END_TEST

START_TEST(an_edge_that_a_backend_lacks_is_refused_with_a_sentence)
{
    FOR_EACH_BACKEND(it)
    {
        struct fault fault = {""};
        struct plan *plan = NULL;
        struct rig rig;

        rig_init(&rig, it, chain(), 1);
        rig.in[0].dtype = DTYPE_I32;
        ck_assert_int_eq(it->ops->compile(rig.backend, &rig.request, &plan, &fault),
                         E_LAYER_UNSUPPORTED);
        ck_assert_ptr_null(plan);
        ck_assert_ptr_nonnull(strstr(fault.text, it->ops->name));
        rig_done(&rig);
    }
}
END_TEST

SUITE_WITH_FAULTS(every_slot_is_there_and_one_that_is_not_is_named,
                  a_plan_says_what_it_needs_and_every_node_has_a_launch,
                  two_bindings_of_one_plan_take_turns, the_bits_do_not_depend_on_threads,
                  compile_goes_on_beside_run_on_two_lanes, a_run_does_not_allocate,
                  memory_may_run_out_anywhere, a_span_smaller_than_its_tensor_is_refused,
                  an_edge_that_a_backend_lacks_is_refused_with_a_sentence);
