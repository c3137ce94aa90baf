#include "tools/layout.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

#define GAP_X     24.0 /* between neighbours of a row */
#define GAP_Y     40.0 /* between rows */
#define BEND      10.0 /* how wide the place is where an edge passes a row */
#define MARGIN    20.0
#define ORDERINGS 12 /* sweeps; more changed nothing in any network looked at */
#define PLACINGS  25 /* odd: the last one goes down, so that chains are straight */

/* A node, or a bend: the place where a long edge passes a row. */
struct item {
    double x, width, key;
    uint32_t row, at; /* its place in the order of its row */
};

/* Neighbours in the row above (or below), of all items: those of item I are at STARTS[I]. */
struct links {
    uint32_t *starts, *to;
};

struct draft {
    struct layout *layout;
    struct item *items; /* the nodes, then the bends */
    uint32_t n_items, n_rows;
    uint32_t *bends;      /* of each node the first of its chain of bends */
    uint32_t *order;      /* items row by row */
    uint32_t *row_starts; /* n_rows + 1 */
    uint32_t *pairs;      /* upper and lower item of each link */
    uint32_t n_pairs;
    struct links up, down;
    bool straight; /* no bends */
};

/* Each node below all that it reads. */
static void assign_rows(struct draft *draft)
{
    const struct layout *layout = draft->layout;

    for (uint32_t i = 0; i < layout->n_edges; i++) {
        const struct layout_edge *edge = &layout->edges[i];
        uint32_t least = draft->items[edge->from].row + 1;

        if (draft->items[edge->to].row < least)
            draft->items[edge->to].row = least;
    }
}

/* A node that reads nothing moves down to the first that reads it. */
static int lower_sources(struct draft *draft)
{
    const struct layout *layout = draft->layout;
    uint32_t *least = malloc((layout->n_nodes + 1) * sizeof(*least));
    bool *reads = calloc(layout->n_nodes + 1, sizeof(*reads));

    for (uint32_t i = 0; least && i < layout->n_nodes; i++)
        least[i] = UINT32_MAX;
    for (uint32_t i = 0; least && reads && i < layout->n_edges; i++) {
        const struct layout_edge *edge = &layout->edges[i];
        uint32_t row = draft->items[edge->to].row;

        reads[edge->to] = true;
        if (row < least[edge->from])
            least[edge->from] = row;
    }
    for (uint32_t i = 0; least && reads && i < layout->n_nodes; i++)
        if (!reads[i] && least[i] != UINT32_MAX)
            draft->items[i].row = least[i] - 1;
    free(least);
    free(reads);
    return least && reads ? 0 : -ENOMEM;
}

/* How far down the edges of each node go; how long all edges are together, less a row each. */
static uint64_t find_lowest(const struct draft *draft, uint32_t *lowest)
{
    const struct layout *layout = draft->layout;
    uint64_t length = 0;

    for (uint32_t i = 0; i < layout->n_edges; i++) {
        const struct layout_edge *edge = &layout->edges[i];
        uint32_t row = draft->items[edge->to].row;

        length += row - draft->items[edge->from].row - 1;
        if (row > lowest[edge->from])
            lowest[edge->from] = row;
    }
    return length;
}

/* How many bends there are: one chain of them serves all edges of a node. */
static uint32_t count_bends(struct draft *draft, const uint32_t *lowest)
{
    const struct layout *layout = draft->layout;
    uint32_t n = 0;

    for (uint32_t i = 0; i < layout->n_nodes; i++) {
        uint32_t row = draft->items[i].row;

        draft->bends[i] = layout->n_nodes + n;
        if (!draft->straight && lowest[i] > row + 1)
            n += lowest[i] - row - 1;
        if (row + 1 > draft->n_rows)
            draft->n_rows = row + 1;
    }
    return n;
}

static int add_bends(struct draft *draft)
{
    const struct layout *layout = draft->layout;
    uint32_t *lowest = calloc((size_t)layout->n_nodes + 1, sizeof(*lowest)), n;
    struct item *more;

    if (!lowest)
        return -ENOMEM;
    draft->straight = find_lowest(draft, lowest) > LAYOUT_BENDS_MOST;
    n = count_bends(draft, lowest);
    more = realloc(draft->items, ((size_t)layout->n_nodes + n + 1) * sizeof(*more));
    draft->items = more ? more : draft->items;
    for (uint32_t i = 0; more && n && i < layout->n_nodes; i++)
        for (uint32_t row = more[i].row + 1; row < lowest[i]; row++)
            more[draft->bends[i] + row - more[i].row - 1] =
                (struct item){.width = BEND, .row = row};
    draft->n_items = layout->n_nodes + n;
    free(lowest);
    return more ? 0 : -ENOMEM;
}

/* What an edge from FROM leaves at ROW: the node, or its bend there. */
static uint32_t item_at(const struct draft *draft, uint32_t from, uint32_t row)
{
    uint32_t own = draft->items[from].row;

    return row == own ? from : draft->bends[from] + row - own - 1;
}

static void add_pair(struct draft *draft, uint32_t upper, uint32_t lower)
{
    draft->pairs[2 * draft->n_pairs] = upper;
    draft->pairs[2 * draft->n_pairs + 1] = lower;
    draft->n_pairs++;
}

/* Links between neighbouring rows: along the chains of bends, and from their ends to the readers.
 */
static int find_pairs(struct draft *draft)
{
    const struct layout *layout = draft->layout;

    draft->pairs = malloc(2 * sizeof(uint32_t) * ((size_t)layout->n_edges + draft->n_items + 1));
    if (!draft->pairs)
        return -ENOMEM;
    for (uint32_t i = 0; i < layout->n_edges; i++) {
        const struct layout_edge *edge = &layout->edges[i];
        uint32_t above = draft->items[edge->to].row - 1;

        if (!draft->straight || draft->items[edge->from].row == above)
            add_pair(draft, item_at(draft, edge->from, above), edge->to);
    }
    for (uint32_t i = 0; i < layout->n_nodes; i++) {
        uint32_t end = i + 1 < layout->n_nodes ? draft->bends[i + 1] : draft->n_items;

        for (uint32_t bend = draft->bends[i]; !draft->straight && bend < end; bend++)
            add_pair(draft, bend == draft->bends[i] ? i : bend - 1, bend);
    }
    return 0;
}

/* Those of item I are TO[STARTS[I]] to TO[STARTS[I + 1]]. SIDE 1: the lower item's upper ones. */
static int index_links(const struct draft *draft, uint32_t side, struct links *ret)
{
    ret->starts = calloc((size_t)draft->n_items + 2, sizeof(*ret->starts));
    ret->to = malloc(((size_t)draft->n_pairs + 1) * sizeof(*ret->to));
    if (!ret->starts || !ret->to)
        return -ENOMEM;
    for (uint32_t i = 0; i < draft->n_pairs; i++)
        ret->starts[draft->pairs[2 * i + side] + 2]++;
    for (uint32_t i = 2; i < draft->n_items + 2; i++)
        ret->starts[i] += ret->starts[i - 1];
    for (uint32_t i = 0; i < draft->n_pairs; i++)
        ret->to[ret->starts[draft->pairs[2 * i + side] + 1]++] = draft->pairs[2 * i + 1 - side];
    return 0;
}

/* Items row by row, at first in the order of the nodes, bends beside the node they come from. */
static int fill_rows(struct draft *draft)
{
    draft->order = malloc(((size_t)draft->n_items + 1) * sizeof(*draft->order));
    draft->row_starts = calloc((size_t)draft->n_rows + 2, sizeof(*draft->row_starts));
    if (!draft->order || !draft->row_starts)
        return -ENOMEM;
    for (uint32_t i = 0; i < draft->n_items; i++)
        draft->row_starts[draft->items[i].row + 2]++;
    for (uint32_t r = 2; r < draft->n_rows + 2; r++)
        draft->row_starts[r] += draft->row_starts[r - 1];
    for (uint32_t i = 0; i < draft->n_items; i++)
        draft->order[draft->row_starts[draft->items[i].row + 1]++] = i;
    for (uint32_t i = 0; i < draft->n_items; i++) {
        struct item *item = &draft->items[draft->order[i]];

        item->at = i - draft->row_starts[item->row];
    }
    return 0;
}

/* The mean place of an item's neighbours in the order of their row; its own if it has none. */
static double barycentre(const struct draft *draft, const struct links *links, uint32_t i)
{
    uint32_t first = links->starts[i], end = links->starts[i + 1];
    double sum = 0;

    for (uint32_t k = first; k < end; k++)
        sum += draft->items[links->to[k]].at;
    return end > first ? sum / (end - first) : draft->items[i].at;
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct item *items = context;
    const struct item *left = &items[*(const uint32_t *)a], *right = &items[*(const uint32_t *)b];

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->at < right->at ? -1 : left->at > right->at;
}

static void order_row(struct draft *draft, const struct links *links, uint32_t row)
{
    uint32_t *order = draft->order + draft->row_starts[row];
    uint32_t n = draft->row_starts[row + 1] - draft->row_starts[row];

    for (uint32_t i = 0; i < n; i++)
        draft->items[order[i]].key = barycentre(draft, links, order[i]);
    qsort_r(order, n, sizeof(*order), by_key, draft->items);
    for (uint32_t i = 0; i < n; i++)
        draft->items[order[i]].at = i;
}

static void order_rows(struct draft *draft)
{
    for (int sweep = 0; sweep < ORDERINGS; sweep++)
        for (uint32_t r = 1; r < draft->n_rows; r++)
            if (sweep % 2 == 0)
                order_row(draft, &draft->up, r);
            else
                order_row(draft, &draft->down, draft->n_rows - 1 - r);
}

/* A run of neighbours that touch each other, while a row is placed. */
struct block {
    double sum, weight; /* of where its items want to be, less where they are in the row */
    uint32_t first;
};

/* The mean place of an item's neighbours; its own if it has none. */
static double wanted_x(const struct draft *draft, const struct links *links, uint32_t i)
{
    uint32_t first = links->starts[i], end = links->starts[i + 1];
    double sum = 0;

    for (uint32_t k = first; k < end; k++)
        sum += draft->items[links->to[k]].x;
    return end > first ? sum / (end - first) : draft->items[i].x;
}

/* Bends that follow each other are pulled harder, so that long edges are straight. */
static double weight_of(const struct draft *draft, const struct links *links, uint32_t i)
{
    const uint32_t n = draft->layout->n_nodes;

    if (links->starts[i] == links->starts[i + 1])
        return 0.1;
    return i >= n && links->to[links->starts[i]] >= n ? 4 : 1;
}

static double distance(const struct item *left, const struct item *right)
{
    return left->width / 2 + GAP_X + right->width / 2;
}

/*
 * The places nearest to the wanted ones, by least squares, at which neighbours keep their distance:
 * less the distances it is a regression that must not fall, which joining what falls solves.
 */
static void place_row(struct draft *draft, const struct links *links, uint32_t row,
                      struct block *blocks)
{
    const uint32_t *order = draft->order + draft->row_starts[row];
    uint32_t n = draft->row_starts[row + 1] - draft->row_starts[row], n_blocks = 0;
    double at = 0;

    for (uint32_t i = 0; i < n; i++) {
        double weight = weight_of(draft, links, order[i]);
        struct item *item = &draft->items[order[i]];

        if (i)
            at += distance(&draft->items[order[i - 1]], item);
        item->key = at;
        blocks[n_blocks++] =
            (struct block){weight * (wanted_x(draft, links, order[i]) - at), weight, i};
        while (n_blocks > 1 && blocks[n_blocks - 1].sum * blocks[n_blocks - 2].weight <=
                                   blocks[n_blocks - 2].sum * blocks[n_blocks - 1].weight) {
            blocks[n_blocks - 2].sum += blocks[n_blocks - 1].sum;
            blocks[n_blocks - 2].weight += blocks[n_blocks - 1].weight;
            n_blocks--;
        }
    }
    for (uint32_t b = 0; b < n_blocks; b++)
        for (uint32_t i = blocks[b].first; i < (b + 1 < n_blocks ? blocks[b + 1].first : n); i++)
            draft->items[order[i]].x =
                blocks[b].sum / blocks[b].weight + draft->items[order[i]].key;
}

static int place_rows(struct draft *draft)
{
    struct block *blocks = malloc(((size_t)draft->n_items + 1) * sizeof(*blocks));

    if (!blocks)
        return -ENOMEM;
    for (int sweep = 0; sweep < PLACINGS; sweep++)
        for (uint32_t r = 0; r < draft->n_rows; r++)
            if (sweep % 2 == 0)
                place_row(draft, &draft->up, r, blocks);
            else
                place_row(draft, &draft->down, draft->n_rows - 1 - r, blocks);
    free(blocks);
    return 0;
}

/* The tallest node of each row, and from that the row's upper side. */
static int find_tops(const struct draft *draft, double **ret)
{
    double *tops = calloc((size_t)draft->n_rows + 1, sizeof(*tops)), y = MARGIN;

    if (!tops)
        return -ENOMEM;
    for (uint32_t i = 0; i < draft->layout->n_nodes; i++) {
        double *height = &tops[draft->items[i].row];

        if (draft->layout->nodes[i].height > *height)
            *height = draft->layout->nodes[i].height;
    }
    for (uint32_t r = 0; r <= draft->n_rows; r++) {
        double height = tops[r];

        tops[r] = y;
        y += height + GAP_Y;
    }
    *ret = tops;
    return 0;
}

static void move_to_origin(struct draft *draft)
{
    double left = 0, right = 0;

    for (uint32_t i = 0; i < draft->n_items; i++) {
        const struct item *item = &draft->items[i];

        if (i == 0 || item->x - item->width / 2 < left)
            left = item->x - item->width / 2;
        if (i == 0 || item->x + item->width / 2 > right)
            right = item->x + item->width / 2;
    }
    for (uint32_t i = 0; i < draft->n_items; i++)
        draft->items[i].x += MARGIN - left;
    draft->layout->width = right - left + 2 * MARGIN;
}

static void add_point(struct layout *layout, struct layout_edge *edge, double x, double y)
{
    layout->points[layout->n_points++] = (struct layout_point){x, y};
    edge->n_points++;
}

/* From the node down, beside those that are in the way, to the reader. */
static void lead_edge(const struct draft *draft, const double *tops, struct layout_edge *edge)
{
    struct layout *layout = draft->layout;
    const struct layout_node *from = &layout->nodes[edge->from], *to = &layout->nodes[edge->to];
    uint32_t row = draft->items[edge->from].row + 1;

    edge->first = layout->n_points;
    edge->n_points = 0;
    add_point(layout, edge, from->x, from->y + from->height);
    for (; !draft->straight && row < draft->items[edge->to].row; row++) {
        double x = draft->items[item_at(draft, edge->from, row)].x;

        add_point(layout, edge, x, tops[row]);
        add_point(layout, edge, x, tops[row + 1] - GAP_Y);
    }
    add_point(layout, edge, to->x, to->y);
}

static int allocate_points(const struct draft *draft)
{
    struct layout *layout = draft->layout;
    size_t n = 0;

    for (uint32_t i = 0; i < layout->n_edges; i++) {
        uint32_t from = draft->items[layout->edges[i].from].row;

        n += 2 + (draft->straight ? 0 : 2 * (draft->items[layout->edges[i].to].row - from - 1));
    }
    layout->points = malloc((n + 1) * sizeof(*layout->points));
    return layout->points ? 0 : -ENOMEM;
}

static int finish(struct draft *draft)
{
    struct layout *layout = draft->layout;
    double *tops;
    int r = find_tops(draft, &tops);

    if (r < 0)
        return r;
    move_to_origin(draft);
    for (uint32_t i = 0; i < layout->n_nodes; i++) {
        layout->nodes[i].x = draft->items[i].x;
        layout->nodes[i].y = tops[draft->items[i].row];
    }
    layout->height = tops[draft->n_rows] - GAP_Y + MARGIN;
    r = allocate_points(draft);
    for (uint32_t i = 0; r == 0 && i < layout->n_edges; i++)
        lead_edge(draft, tops, &layout->edges[i]);
    free(tops);
    return r;
}

static int prepare(struct draft *draft)
{
    const struct layout *layout = draft->layout;
    int r;

    draft->items = calloc((size_t)layout->n_nodes + 1, sizeof(*draft->items));
    draft->bends = calloc((size_t)layout->n_nodes + 1, sizeof(*draft->bends));
    if (!draft->items || !draft->bends)
        return -ENOMEM;
    for (uint32_t i = 0; i < layout->n_nodes; i++)
        draft->items[i].width = layout->nodes[i].width;
    assign_rows(draft);
    r = lower_sources(draft);
    if (r == 0)
        r = add_bends(draft);
    if (r == 0)
        r = find_pairs(draft);
    if (r == 0)
        r = index_links(draft, 1, &draft->up);
    if (r == 0)
        r = index_links(draft, 0, &draft->down);
    return r < 0 ? r : fill_rows(draft);
}

int layout_make(struct layout *layout)
{
    struct draft draft = {.layout = layout};
    int r = prepare(&draft);

    layout->points = NULL;
    layout->n_points = 0;
    if (r == 0) {
        order_rows(&draft);
        r = place_rows(&draft);
    }
    if (r == 0)
        r = finish(&draft);
    free(draft.items);
    free(draft.bends);
    free(draft.order);
    free(draft.row_starts);
    free(draft.pairs);
    free(draft.up.starts);
    free(draft.up.to);
    free(draft.down.starts);
    free(draft.down.to);
    return r;
}

void layout_done(struct layout *layout)
{
    free(layout->points);
    layout->points = NULL;
}
