/*
 * A device that is lost under its networks: x [1,4] -> Relu -> y on the tests' double, whose second
 * run finds it lost each time it is opened.
 */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/engine.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "tests/support/suite.h"

static const float x[4] = {1, -5, 2, -4}, want[4] = {1, 0, 2, 0};

static struct engine *engine;
static struct model *model;

static uint32_t add_node(struct builder *builder, const char *name, enum op op, const void *attrs,
                         const uint32_t *input)
{
    const struct node_spec spec = {name, op, attrs, input, &name, input != NULL, 1};
    uint32_t value = 0;

    ck_assert_int_eq(build_node(builder, &spec, &value, NULL), 0);
    return value;
}

static void set_up(void)
{
    static const int32_t dims[] = {1, 4};
    const struct engine_options options = {
        .n_threads = 1, .runtime_options = {[RUNTIME_SKEL_A] = "ops=all fault=lost@2"}};
    const struct input_attrs input = {.shape = {dims, 2}};
    struct buf dlc = {0};
    struct builder *builder;
    struct graph *graph;
    uint32_t value;

    ck_assert_int_eq(builder_new(&builder), 0);
    value = add_node(builder, "x", OP_INPUT, &input, NULL);
    add_node(builder, "y", OP_RELU, NULL, &value);
    ck_assert_int_eq(build_done(builder, &graph, NULL), 0);
    builder_free(builder);
    ck_assert_int_eq(dlc_write(graph, &(struct dlc_metadata){0}, &dlc, NULL), 0);
    graph_unref(graph);
    ck_assert_int_eq(engine_new(&options, &engine, NULL), 0);
    ck_assert_int_eq(model_read(dlc.base, dlc.size, &model, NULL), 0);
    buf_done(&dlc);
}

static void tear_down(void)
{
    model_unref(model);
    engine_free(engine);
}

/* The options' memory is gone when it comes back. */
static struct network *make(bool fallback)
{
    enum runtime order[] = {RUNTIME_SKEL_A};
    char name[] = "x";
    const struct input_dims dims = {name, {2, {1, 4}}};
    const char *outputs[] = {"y"};
    const struct derive derive = {&dims, outputs, 1, 1};
    const struct edge_type edge = {name, DTYPE_F32};
    const struct network_options options = {
        .order = order,
        .n_order = 1,
        .derive = &derive,
        .edges = &edge,
        .n_edges = 1,
        .fallback = fallback,
        .n_slots = 3,
    };
    struct network *network = NULL;

    ck_assert_int_eq(network_new(engine, model, &options, &network, NULL), 0);
    name[0] = '?';
    order[0] = RUNTIME_DSP;
    return network;
}

static int run(struct slot *slot)
{
    struct run_times times;
    int r;

    memcpy(span_base(slot_inputs(slot)), x, sizeof(x));
    r = slot_run(slot, 0, slot_inputs(slot), slot_outputs(slot), &times);
    if (r == 0)
        ck_assert_mem_eq(span_base(slot_outputs(slot)), want, sizeof(want));
    return r;
}

static int run_once(struct network *network)
{
    struct slot *slot = slot_take(network);
    int r = run(slot);

    slot_release(slot);
    return r;
}

static struct network *rebuild(struct network *old, bool stay)
{
    struct network *network = NULL;
    struct fault fault = {""};

    ck_assert_msg(network_rebuild(engine, old, stay, &network, &fault) == 0, "%s", fault.text);
    return network;
}

START_TEST(a_lost_network_is_made_again_as_it_was)
{
    struct network *old, *network;
    const void *answer;
    struct slot *slot;

    set_up();
    old = make(false);
    slot = slot_take(old);
    ck_assert_int_eq(run(slot), 0);
    answer = span_base(slot_outputs(slot));
    ck_assert_int_eq(run_once(old), E_DEVICE_LOST);
    ck_assert(!network_is_lost(old));
    network_retire(old);
    engine_lose(engine, RUNTIME_SKEL_A);
    ck_assert(network_is_lost(old));
    network = rebuild(old, true);
    ck_assert(!network_is_lost(network));
    ck_assert_uint_eq(network_info(network)->n_slots, 3);
    ck_assert_str_eq(network_info(network)->inputs[0].name, "x");
    ck_assert_int_eq(run_once(network), 0);
    ck_assert_int_eq(run_once(old), E_DEVICE_LOST);
    ck_assert_mem_eq(answer, want, sizeof(want)); /* one that is being sent stays whole */
    slot_release(slot);
    network_unref(old);
    network_unref(network);
    tear_down();
}
END_TEST

/* No run need meet it first. */
START_TEST(a_loss_that_a_compile_meets_is_over_with_the_next)
{
    struct network *old, *network = NULL;
    const enum runtime order = RUNTIME_SKEL_A;
    const struct network_options options = {.order = &order, .n_order = 1};
    struct fault fault = {""};

    set_up();
    old = make(false);
    ck_assert_int_eq(run_once(old), 0);
    ck_assert_int_eq(run_once(old), E_DEVICE_LOST);
    ck_assert_int_eq(network_new(engine, model, &options, &network, &fault), E_DEVICE_LOST);
    ck_assert_str_eq(fault.text, "the skeleton's device is lost");
    ck_assert(network_is_lost(old));
    ck_assert_int_eq(network_new(engine, model, &options, &network, &fault), 0);
    ck_assert_int_eq(run_once(network), 0);
    network_unref(old);
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(what_a_stuck_thread_uses_is_left_to_it)
{
    struct network *old, *network;
    struct slot *slot;

    set_up();
    old = make(false);
    slot = slot_take(old);
    ck_assert_int_eq(run(slot), 0);
    network_abandon(old);
    network_retire(old);
    engine_lose(engine, RUNTIME_SKEL_A);
    network = rebuild(old, true);
    ck_assert_int_eq(run_once(network), 0); /* beside the old one, which is open still */
    slot_release(slot);
    network_unref(old);
    network_unref(network);
    tear_down();
}
END_TEST

START_TEST(a_quarantined_runtime_is_passed_over_until_it_is_none)
{
    struct network *old, *away, *back, *none = NULL;
    struct fault fault = {""};

    set_up();
    old = make(true);
    engine_quarantine(engine, RUNTIME_SKEL_A, true);
    ck_assert_int_eq(engine_probe(engine, RUNTIME_SKEL_A, &fault), E_QUARANTINED);
    ck_assert_ptr_nonnull(strstr(fault.text, "[device skel_a] quarantine"));
    ck_assert_int_eq(network_rebuild(engine, old, true, &none, &fault), E_QUARANTINED);
    ck_assert_ptr_null(none);
    away = rebuild(old, false);
    ck_assert_int_eq(network_info(away)->runtime, RUNTIME_CPU);
    ck_assert_uint_eq(network_info(away)->quarantined, 1u << RUNTIME_SKEL_A);
    ck_assert_ptr_nonnull(
        strstr(network_info(away)->why, "not on skel_a: runtime skel_a was lost"));
    ck_assert_int_eq(run_once(away), 0);
    engine_quarantine(engine, RUNTIME_SKEL_A, false);
    back = rebuild(away, false);
    ck_assert_int_eq(network_info(back)->runtime, RUNTIME_SKEL_A);
    ck_assert_uint_eq(network_info(back)->quarantined, 0);
    ck_assert_str_eq(network_info(back)->why, "");
    network_unref(old);
    network_unref(away);
    network_unref(back);
    tear_down();
}
END_TEST

SUITE(a_lost_network_is_made_again_as_it_was, a_loss_that_a_compile_meets_is_over_with_the_next,
      what_a_stuck_thread_uses_is_left_to_it,
      a_quarantined_runtime_is_passed_over_until_it_is_none);
