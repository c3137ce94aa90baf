#pragma once
/*
 * Where to draw the nodes of a directed graph without cycles, which come in an order in which they
 * could run: in rows from top to bottom, every
 * edge going down, edges that pass rows led between the nodes there. After Sugiyama, Tagawa and
 * Toda 1981: rows by longest paths, orders by barycentres, places by least squares.
 */
#include <stdint.h>

struct layout_node {
    double width, height; /* given */
    double x, y;          /* the middle of its upper side */
};

struct layout_edge {
    uint32_t from, to; /* given; FROM is below TO: nodes come in an order in which they could run */
    uint32_t first, n_points; /* in POINTS */
};

struct layout_point {
    double x, y;
};

struct layout {
    struct layout_node *nodes; /* N_NODES and N_EDGES of them are the caller's */
    struct layout_edge *edges;
    uint32_t n_nodes, n_edges;
    struct layout_point *points; /* of all edges, each from the lower side to the upper one */
    uint32_t n_points;
    double width, height; /* of the whole, which begins at 0, 0 */
};

/*
 * Places everything. 0 or -ENOMEM. If edges would pass rows more than LAYOUT_BENDS_MOST times
 * together, all are straight lines.
 */
#define LAYOUT_BENDS_MOST 200000
int layout_make(struct layout *layout);
void layout_done(struct layout *layout); /* the points; nodes and edges stay the caller's */
