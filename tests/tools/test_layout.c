/* Where the nodes of a graph are drawn: what must be true of every drawing, and of some by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"
#include "tools/layout.h"

#define NODES_MOST 400
#define EDGES_MOST 1200

/* A graph that lives on the stack of its test. */
struct drawn {
    struct layout_node nodes[NODES_MOST];
    struct layout_edge edges[EDGES_MOST];
    struct layout layout;
};

static void add_nodes(struct drawn *drawn, uint32_t n)
{
    drawn->layout = (struct layout){.nodes = drawn->nodes, .edges = drawn->edges, .n_nodes = n};
    for (uint32_t i = 0; i < n; i++)
        drawn->nodes[i] = (struct layout_node){100 + 10 * (i % 7), 40, NAN, NAN};
}

static void add_edge(struct drawn *drawn, uint32_t from, uint32_t to)
{
    drawn->edges[drawn->layout.n_edges++] = (struct layout_edge){from, to, 0, 0};
}

static bool is_inside(const struct layout_node *node, const struct layout_point *point)
{
    return fabs(point->x - node->x) < node->width / 2 && point->y > node->y &&
           point->y < node->y + node->height;
}

static void check_nodes(const struct layout *layout)
{
    for (uint32_t i = 0; i < layout->n_nodes; i++) {
        const struct layout_node *a = &layout->nodes[i];

        ck_assert(a->x - a->width / 2 >= 0 && a->x + a->width / 2 <= layout->width);
        ck_assert(a->y >= 0 && a->y + a->height <= layout->height);
        for (uint32_t k = 0; k < i; k++) {
            const struct layout_node *b = &layout->nodes[k];

            ck_assert_msg(fabs(a->y - b->y) >= 40 ||
                              fabs(a->x - b->x) >= (a->width + b->width) / 2 + 20,
                          "%u lies over %u", i, k);
        }
    }
}

/* From the lower side of one node to the upper side of the other, downwards, through no third. */
static void check_edge(const struct layout *layout, const struct layout_edge *edge, bool bends)
{
    const struct layout_node *from = &layout->nodes[edge->from], *to = &layout->nodes[edge->to];
    const struct layout_point *points = &layout->points[edge->first];

    ck_assert_uint_ge(edge->n_points, 2);
    ck_assert_uint_le(edge->first + edge->n_points, layout->n_points);
    ck_assert(points[0].x == from->x && points[0].y == from->y + from->height);
    ck_assert(points[edge->n_points - 1].x == to->x && points[edge->n_points - 1].y == to->y);
    for (uint32_t i = 1; i < edge->n_points; i++) {
        const struct layout_point middle = {(points[i - 1].x + points[i].x) / 2,
                                            (points[i - 1].y + points[i].y) / 2};

        ck_assert(points[i].y > points[i - 1].y);
        for (uint32_t k = 0; bends && k < layout->n_nodes; k++)
            ck_assert_msg(!is_inside(&layout->nodes[k], &middle), "an edge crosses %u", k);
    }
}

static void check(struct drawn *drawn)
{
    struct layout *layout = &drawn->layout;

    ck_assert_int_eq(layout_make(layout), 0);
    check_nodes(layout);
    for (uint32_t i = 0; i < layout->n_edges; i++)
        check_edge(layout, &layout->edges[i], true);
}

START_TEST(a_chain_is_straight)
{
    static struct drawn drawn;

    add_nodes(&drawn, 50);
    for (uint32_t i = 1; i < 50; i++)
        add_edge(&drawn, i - 1, i);
    check(&drawn);
    for (uint32_t i = 1; i < 50; i++) {
        ck_assert_double_eq_tol(drawn.nodes[i].x, drawn.nodes[0].x, 1e-6);
        ck_assert(drawn.nodes[i].y > drawn.nodes[i - 1].y);
        ck_assert_uint_eq(drawn.edges[i - 1].n_points, 2);
    }
    layout_done(&drawn.layout);
}
END_TEST

/* 0 -> 1, 2, 3 -> 4: the three side by side, the others in the middle. */
START_TEST(a_fan_is_symmetric)
{
    static struct drawn drawn;

    add_nodes(&drawn, 5);
    for (uint32_t i = 1; i < 4; i++)
        add_edge(&drawn, 0, i);
    for (uint32_t i = 1; i < 4; i++)
        add_edge(&drawn, i, 4);
    for (uint32_t i = 0; i < 5; i++)
        drawn.nodes[i].width = 100;
    check(&drawn);
    ck_assert_double_eq_tol(drawn.nodes[0].x, drawn.nodes[4].x, 1e-6);
    ck_assert_double_eq_tol(drawn.nodes[2].x, drawn.nodes[0].x, 1e-6);
    ck_assert_double_eq_tol(drawn.nodes[1].x + drawn.nodes[3].x, 2 * drawn.nodes[0].x, 1e-6);
    ck_assert(drawn.nodes[1].y == drawn.nodes[3].y);
    layout_done(&drawn.layout);
}
END_TEST

/* Residual blocks: what goes around a block must not push the network aside, block by block. */
START_TEST(a_long_network_stays_narrow)
{
    static struct drawn drawn;

    add_nodes(&drawn, 301);
    for (uint32_t i = 0; i < 300; i += 3) {
        add_edge(&drawn, i, i + 1);
        add_edge(&drawn, i + 1, i + 2);
        add_edge(&drawn, i, i + 3);
        add_edge(&drawn, i + 2, i + 3);
    }
    check(&drawn);
    ck_assert_double_lt(drawn.layout.width, 500);
    layout_done(&drawn.layout);
}
END_TEST

START_TEST(an_edge_goes_around_what_is_in_its_way)
{
    static struct drawn drawn;

    add_nodes(&drawn, 4);
    add_edge(&drawn, 0, 1);
    add_edge(&drawn, 1, 2);
    add_edge(&drawn, 0, 3);
    add_edge(&drawn, 2, 3);
    check(&drawn);
    ck_assert_uint_eq(drawn.edges[2].n_points, 6);
    layout_done(&drawn.layout);
}
END_TEST

/* A constant that the last layer reads is drawn above that one. */
START_TEST(what_reads_nothing_is_near_its_reader)
{
    static struct drawn drawn;

    add_nodes(&drawn, 6);
    for (uint32_t i = 2; i < 6; i++)
        add_edge(&drawn, i == 2 ? 0 : i - 1, i);
    add_edge(&drawn, 1, 5);
    check(&drawn);
    ck_assert(drawn.nodes[1].y == drawn.nodes[4].y);
    layout_done(&drawn.layout);
}
END_TEST

START_TEST(nothing_overlaps_in_any_graph)
{
    static struct drawn drawn;

    for (uint64_t seed = 0; seed < 15; seed++) {
        struct random random = {seed};
        uint32_t n = 2 + (uint32_t)random_below(&random, 80);

        add_nodes(&drawn, n);
        for (uint32_t to = 1; to < n; to++)
            for (uint64_t k = random_below(&random, 4); k > 0; k--) {
                uint64_t near = to > 8 && random_below(&random, 8) ? to - 8 : 0;

                add_edge(&drawn, (uint32_t)(near + random_below(&random, to - near)), to);
            }
        check(&drawn);
        layout_done(&drawn.layout);
    }
}
END_TEST

START_TEST(too_many_bends_become_straight_lines)
{
    enum { MANY = 1000 };
    struct layout_node *nodes = calloc(MANY, sizeof(*nodes));
    struct layout_edge *edges = calloc(2 * MANY, sizeof(*edges));
    struct layout layout = {.nodes = nodes, .edges = edges, .n_nodes = MANY};

    for (uint32_t i = 0; i < MANY; i++)
        nodes[i] = (struct layout_node){100, 40, 0, 0};
    for (uint32_t i = 1; i < MANY; i++) {
        edges[layout.n_edges++] = (struct layout_edge){i - 1, i, 0, 0};
        edges[layout.n_edges++] = (struct layout_edge){0, i, 0, 0};
    }
    ck_assert_int_eq(layout_make(&layout), 0);
    ck_assert_uint_eq(layout.n_points, 2 * layout.n_edges);
    for (uint32_t i = 0; i < layout.n_edges; i++)
        check_edge(&layout, &edges[i], false);
    layout_done(&layout);
    free(nodes);
    free(edges);
}
END_TEST

START_TEST(a_node_alone_and_no_node_at_all_are_drawn)
{
    static struct drawn drawn;

    add_nodes(&drawn, 1);
    check(&drawn);
    ck_assert_double_eq_tol(drawn.layout.width, 140, 1e-6);
    layout_done(&drawn.layout);
    add_nodes(&drawn, 0);
    check(&drawn);
    layout_done(&drawn.layout);
}
END_TEST

SUITE(a_chain_is_straight, a_fan_is_symmetric, a_long_network_stays_narrow,
      an_edge_goes_around_what_is_in_its_way, what_reads_nothing_is_near_its_reader,
      nothing_overlaps_in_any_graph, too_many_bends_become_straight_lines,
      a_node_alone_and_no_node_at_all_are_drawn);
