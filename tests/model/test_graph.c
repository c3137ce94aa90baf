#include <pthread.h>

#include "base/error.h"
#include "model/derive.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

#define NONE NO_VALUE, NO_VALUE, NO_VALUE

static struct graph *small_net(void)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4));
    uint32_t w = net_constant(builder, "w", SHAPE(3, 4), NULL);

    net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, NO_VALUE, NO_VALUE);
    return net_done(builder);
}

/* Each thread takes and drops references, and derives graphs that share the constants. */
static void *use_graph(void *arg)
{
    struct graph *graph = arg;
    long failed = 0;

    for (int i = 0; i < 2000; i++) {
        struct graph *mine = graph_ref(graph), *derived;
        const struct input_dims dims = {"x", SHAPE((uint32_t)(i % 5 + 1), 4)};

        if (i % 10 == 0 &&
            graph_derive(mine, &(struct derive){.dims = &dims, .n_dims = 1}, &derived, NULL) == 0)
            graph_unref(derived);
        failed += graph_find_value(mine, "fc:0") != 2;
        graph_unref(mine);
    }
    graph_unref(graph); /* the thread's own */
    return (void *)failed;
}

START_TEST(two_threads_may_hold_and_drop_a_graph)
{
    struct graph *graph = small_net();
    pthread_t threads[2];
    void *failed;

    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use_graph, graph_ref(graph)), 0);
    graph_unref(graph);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
}
END_TEST

START_TEST(names_are_found_exactly)
{
    struct graph *graph = small_net();

    ck_assert_uint_eq(graph_find_value(graph, "x"), 0);
    ck_assert_uint_eq(graph_find_value(graph, "w"), 1);
    ck_assert_uint_eq(graph_find_value(graph, "fc:0"), 2);
    ck_assert_uint_eq(graph_find_value(graph, "fc"), NO_VALUE);
    ck_assert_uint_eq(graph_find_value(graph, ""), NO_VALUE);
    ck_assert_uint_eq(graph_find_value(graph, "zzz"), NO_VALUE);
    ck_assert_uint_eq(graph_find_node(graph, "fc"), 1);
    ck_assert_uint_eq(graph_find_node(graph, "w"), NO_NODE);
    graph_unref(graph);
    graph_unref(NULL);
}
END_TEST

SUITE(two_threads_may_hold_and_drop_a_graph, names_are_found_exactly);
