#include "tools/dlc_page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/json.h"
#include "base/str.h"
#include "tools/dlc_json.h"
#include "tools/dlc_params.h"
#include "tools/dlc_tensor.h"
#include "tools/layout.h"
#include "tools/viewer_page.h"

/* Sizes of a node on the page, in CSS pixels; letters are 12 px high. */
#define NODE_HEIGHT 46.0
#define NODE_NARROW 110.0
#define NODE_FRAME  26.0 /* beside the text */
#define LETTER      6.9  /* mean width */
#define LETTER_WIDE 12.0 /* of scripts with large characters; a guess for all beyond Latin */
#define NAME_MOST   34   /* letters of a name; the page cuts longer ones in the middle */

struct drawing {
    const struct dlc_facts *facts;
    uint32_t *maker; /* of each value the layer that makes it */
    struct layout layout;
};

static double text_width(const char *text, size_t most)
{
    double width = 0;
    size_t n = 0;

    for (; *text && n < most; text++) {
        unsigned char byte = (unsigned char)*text;

        if ((byte & 0xc0) == 0x80)
            continue; /* not the first of its character */
        width += byte < 0xcc ? LETTER : LETTER_WIDE;
        n++;
    }
    return width;
}

/* Wide enough for the name, and for type and size beside each other. */
static double node_width(const struct dlc_facts *facts, const struct layer *layer)
{
    const struct value *values = facts->graph->values;
    const struct value *output = &values[layer->node ? layer->node->outputs[0] : layer->value];
    const char *type = layer->type ? layer->type : op_get(layer->node->op)->name;
    char dims[STR_SHAPE_SIZE];
    double name = text_width(layer->name, NAME_MOST);
    double above = text_width(type, NAME_MOST) +
                   text_width(str_shape(&output->shape, dims, sizeof(dims)), sizeof(dims)) +
                   3 * LETTER;

    return fmax(NODE_NARROW, fmax(name, above) + NODE_FRAME);
}

static void find_makers(struct drawing *drawing)
{
    const struct layers *layers = &drawing->facts->layers;

    for (uint32_t i = 0; i < layers->n; i++) {
        const struct layer *layer = &layers->v[i];

        if (!layer->node)
            drawing->maker[layer->value] = i;
        for (uint32_t k = 0; layer->node && k < layer->node->n_outputs; k++)
            drawing->maker[layer->node->outputs[k]] = i;
    }
}

/* An edge to layer TO, unless it is there. */
static void add_edge(struct layout *layout, uint32_t first, uint32_t from, uint32_t to)
{
    for (uint32_t i = first; i < layout->n_edges; i++)
        if (layout->edges[i].from == from)
            return;
    layout->edges[layout->n_edges++] = (struct layout_edge){.from = from, .to = to};
}

static void add_edges(struct drawing *drawing, uint32_t to)
{
    const struct graph *graph = drawing->facts->graph;
    const struct node *node = drawing->facts->layers.v[to].node;
    uint32_t first = drawing->layout.n_edges;

    for (uint32_t i = 0; node && i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE && !layers_stored(graph, node, i))
            add_edge(&drawing->layout, first, drawing->maker[node->inputs[i]], to);
}

static size_t count_inputs(const struct graph *graph)
{
    size_t n = 0;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        n += graph->nodes[i].n_inputs;
    return n;
}

static int draw(struct drawing *drawing)
{
    const struct dlc_facts *facts = drawing->facts;
    struct layout *layout = &drawing->layout;

    drawing->maker = calloc((size_t)facts->graph->n_values + 1, sizeof(*drawing->maker));
    layout->nodes = calloc((size_t)facts->layers.n + 1, sizeof(*layout->nodes));
    layout->edges = calloc(count_inputs(facts->graph) + 1, sizeof(*layout->edges));
    if (!drawing->maker || !layout->nodes || !layout->edges)
        return -ENOMEM;
    find_makers(drawing);
    layout->n_nodes = facts->layers.n;
    for (uint32_t i = 0; i < layout->n_nodes; i++) {
        layout->nodes[i].width = node_width(facts, &facts->layers.v[i]);
        layout->nodes[i].height = NODE_HEIGHT;
        add_edges(drawing, i);
    }
    return layout_make(layout);
}

static void drawing_done(struct drawing *drawing)
{
    layout_done(&drawing->layout);
    free(drawing->layout.nodes);
    free(drawing->layout.edges);
    free(drawing->maker);
}

/* A tenth of a pixel is enough. */
static void write_length(struct json *json, const char *key, double length)
{
    json_f64(json, key, round(10 * length) / 10);
}

static void write_spread(const struct value *value, struct json *json)
{
    struct tensor_spread spread;

    dlc_tensor_spread(value, &spread);
    json_object(json, NULL);
    json_u64(json, "n", spread.n);
    json_u64(json, "n_zero", spread.n_zero);
    json_u64(json, "n_not_finite", spread.n_not_finite);
    json_f64(json, "min", spread.min);
    json_f64(json, "max", spread.max);
    json_f64(json, "mean", spread.mean);
    json_f64(json, "deviation", spread.deviation);
    json_list(json, "bins");
    for (size_t i = 0; i < TENSOR_BINS; i++)
        json_u64(json, NULL, spread.bins[i]);
    json_list_end(json);
    json_object_end(json);
}

/* Of the tensors, in the order in which the layer's object lists them. */
static void write_spreads(const struct dlc_facts *facts, const struct layer *layer,
                          struct json *json)
{
    const struct value *values = facts->graph->values;
    const struct node *node = layer->node;

    json_list(json, "spreads");
    if (!node)
        write_spread(&values[layer->value], json);
    for (uint32_t i = 0; node && i < node->n_inputs; i++)
        if (layers_stored(facts->graph, node, i))
            write_spread(&values[node->inputs[i]], json);
    json_list_end(json);
}

static void write_more(void *context, const struct dlc_facts *facts, uint32_t i, struct json *json)
{
    const struct drawing *drawing = context;
    const struct layout_node *node = &drawing->layout.nodes[i];

    json_object(json, "place");
    write_length(json, "x", node->x);
    write_length(json, "y", node->y);
    write_length(json, "width", node->width);
    json_object_end(json);
    write_spreads(facts, &facts->layers.v[i], json);
}

static void write_edges(const struct layout *layout, struct json *json)
{
    json_list(json, "edges");
    for (uint32_t i = 0; i < layout->n_edges; i++) {
        const struct layout_edge *edge = &layout->edges[i];

        json_object(json, NULL);
        json_u64(json, "from", edge->from);
        json_u64(json, "to", edge->to);
        json_list(json, "points");
        for (uint32_t k = edge->first; k < edge->first + edge->n_points; k++) {
            write_length(json, NULL, layout->points[k].x);
            write_length(json, NULL, layout->points[k].y);
        }
        json_list_end(json);
        json_object_end(json);
    }
    json_list_end(json);
}

static int write_data(struct drawing *drawing, struct json *json)
{
    int r;

    json_object(json, NULL);
    write_length(json, "width", drawing->layout.width);
    write_length(json, "height", drawing->layout.height);
    write_length(json, "node_height", NODE_HEIGHT);
    json_u64(json, "name_most", NAME_MOST);
    write_edges(&drawing->layout, json);
    r = dlc_json_write(drawing->facts, "dlc", write_more, drawing, json);
    json_object_end(json);
    return r < 0 ? r : json_end(json);
}

/* In JSON "<" stands inside of texts only, where it may be written so. */
static int append_escaped(const struct buf *json, struct buf *out)
{
    size_t from = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i <= json->size; i++) {
        if (i < json->size && json->base[i] != '<')
            continue;
        r = buf_append(out, json->base + from, i - from);
        if (r == 0 && i < json->size)
            r = buf_append(out, "\\u003c", 6);
        from = i + 1;
    }
    return r;
}

static int append_text(const unsigned char *text, struct buf *out)
{
    return buf_append(out, text, strlen((const char *)text));
}

/* What stands at the places that page.html marks. */
static int append_part(const char *mark, const struct buf *json, struct buf *out)
{
    if (strncmp(mark, "@STYLE@", 7) == 0)
        return append_text(viewer_page_page_css, out);
    if (strncmp(mark, "@SCRIPT@", 8) == 0)
        return append_text(viewer_page_page_js, out);
    return append_escaped(json, out);
}

static int append_page(const struct buf *json, struct buf *out)
{
    const char *page = (const char *)viewer_page_page_html;
    int r = 0;

    while (r == 0 && *page) {
        const char *mark = strchrnul(page, '@');

        r = buf_append(out, page, (size_t)(mark - page));
        if (r == 0 && *mark) {
            r = append_part(mark, json, out);
            mark = strchr(mark + 1, '@') + 1;
        }
        page = mark;
    }
    return r;
}

int dlc_page_write(const struct dlc_facts *facts, struct buf *out)
{
    struct drawing drawing = {.facts = facts};
    struct json json = {0};
    int r = draw(&drawing);

    if (r == 0)
        r = write_data(&drawing, &json);
    if (r == 0)
        r = append_page(&json.text, out);
    json_done(&json);
    drawing_done(&drawing);
    return r;
}
