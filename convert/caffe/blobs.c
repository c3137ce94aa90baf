#include "convert/caffe/blobs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/unique.h"
#include "model/names.h"

#define NO_TENSOR UINT32_MAX

/* One time that a blob is written. */
struct tensor_made {
    const char *blob, *layer; /* the layer's name; NULL: an input of the network */
    bool read;
    uint32_t first;       /* of the same blob */
    uint32_t later, last; /* of the same blob; later NO_TENSOR: this is the last */
    const char *name;
};

struct blobs {
    struct arena *arena;
    struct names names;  /* of blobs */
    struct rows latest;  /* uint32_t: by blob, its tensor so far */
    struct rows tensors; /* struct tensor_made */
    struct unique taken; /* names of tensors */
    struct fault *fault;
};

static struct tensor_made *tensor_at(const struct blobs *blobs, uint32_t i)
{
    return (struct tensor_made *)blobs->tensors.base + i;
}

/* The blob's tensor so far; NO_TENSOR: nothing made it yet. */
static uint32_t find(const struct blobs *blobs, const char *blob)
{
    uint32_t at = names_find(&blobs->names, blob);

    return at == NAMES_NONE ? NO_TENSOR : ((uint32_t *)blobs->latest.base)[at];
}

/* A tensor in the place of the blob's last one. */
static int make(struct blobs *blobs, const char *blob, const char *layer, uint32_t *ret)
{
    uint32_t before = find(blobs, blob), at = blobs->tensors.n, *latest;
    struct tensor_made *tensor = rows_push(&blobs->tensors, blobs->arena, sizeof(*tensor));
    int r = 0;

    if (!tensor)
        return -ENOMEM;
    *tensor = (struct tensor_made){blob, layer, false, at, NO_TENSOR, at, blob};
    if (before == NO_TENSOR) {
        r = names_add(&blobs->names, blob);
        if (r == 0 && !rows_push(&blobs->latest, blobs->arena, sizeof(*latest)))
            r = -ENOMEM;
    } else {
        tensor_at(blobs, before)->later = at;
        tensor->first = tensor_at(blobs, before)->first;
    }
    if (r < 0)
        return r;
    latest = blobs->latest.base;
    latest[names_find(&blobs->names, blob)] = at;
    *ret = at;
    return 0;
}

static int add_inputs(struct blobs *blobs, const struct caffe_net *net)
{
    const struct caffe_input *inputs = net->inputs.base;
    uint32_t at;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < net->inputs.n; i++) {
        if (find(blobs, inputs[i].name) != NO_TENSOR)
            return fail(blobs->fault, E_CONVERT_SYNTAX,
                        "line %u: there is an input \"%.120s\" already", inputs[i].line,
                        inputs[i].name);
        r = make(blobs, inputs[i].name, NULL, &at);
    }
    return r;
}

/* Is BLOB among the layer's bottoms? */
static bool reads(const struct blobs_layer *layer, const char *blob)
{
    const char *const *bottoms = layer->bottoms.base;

    for (uint32_t i = 0; i < layer->bottoms.n; i++)
        if (strcmp(bottoms[i], blob) == 0)
            return true;
    return false;
}

static int read_bottoms(struct blobs *blobs, struct blobs_layer *layer)
{
    const char *const *bottoms = layer->bottoms.base;

    for (uint32_t i = 0; i < layer->bottoms.n; i++) {
        uint32_t at = find(blobs, bottoms[i]);
        uint32_t *read = rows_push(&layer->reads, blobs->arena, sizeof(*read));

        if (!read)
            return -ENOMEM;
        if (at == NO_TENSOR)
            return fail(blobs->fault, E_CONVERT_SYNTAX,
                        "line %u: layer \"%.80s\" reads blob \"%.80s\", which no layer before it "
                        "makes",
                        layer->layer.line, conversion_label(&layer->layer.node), bottoms[i]);
        *read = at;
        tensor_at(blobs, at)->read = true;
    }
    return 0;
}

static int make_tops(struct blobs *blobs, struct blobs_layer *layer)
{
    const char *const *tops = layer->tops.base;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < layer->tops.n; i++) {
        uint32_t before = find(blobs, tops[i]);
        uint32_t *made = rows_push(&layer->makes, blobs->arena, sizeof(*made));

        if (!made)
            return -ENOMEM;
        if (before != NO_TENSOR && !reads(layer, tops[i]))
            return fail(blobs->fault, E_CONVERT_SYNTAX,
                        "line %u: layer \"%.80s\" makes blob \"%.80s\", which is there already",
                        layer->layer.line, conversion_label(&layer->layer.node), tops[i]);
        r = make(blobs, tops[i], layer->layer.node.name, made);
    }
    return r;
}

/* Is the blob, as it is in the end, an output: what the user asked for, or what nobody reads? */
static bool is_output(const struct tensor_made *last, const char *const *asked, uint32_t n_asked)
{
    for (uint32_t i = 0; i < n_asked; i++)
        if (strcmp(asked[i], last->blob) == 0)
            return true;
    return n_asked == 0 && !last->read;
}

/* Bears the blob's own name: an input, the last of an output, the first of another. */
static bool is_plain(const struct blobs *blobs, uint32_t i, const char *const *asked,
                     uint32_t n_asked)
{
    const struct tensor_made *made = tensor_at(blobs, i);

    if (!tensor_at(blobs, made->first)->layer)
        return i == made->first;
    return i ==
           (is_output(tensor_at(blobs, made->last), asked, n_asked) ? made->last : made->first);
}

static int name_tensor(struct blobs *blobs, uint32_t i, const char *const *asked, uint32_t n_asked)
{
    struct tensor_made *made = tensor_at(blobs, i);
    size_t size;
    char *name;

    if (is_plain(blobs, i, asked, n_asked))
        return 0;
    size = strlen(made->layer) + strlen(made->blob) + 2;
    name = arena_alloc(blobs->arena, size);
    if (!name)
        return -ENOMEM;
    snprintf(name, size, "%s.%s", made->layer, made->blob);
    made->name = unique_add(&blobs->taken, name);
    return made->name ? 0 : -ENOMEM;
}

static int name_tensors(struct blobs *blobs, const char *const *asked, uint32_t n_asked)
{
    int r = 0;

    for (uint32_t i = blobs->tensors.n; r == 0 && i-- > 0;) {
        struct tensor_made *made = tensor_at(blobs, i);

        if (made->later != NO_TENSOR)
            made->last = tensor_at(blobs, made->later)->last;
        if (made->first == i)
            r = unique_reserve(&blobs->taken, made->blob);
    }
    for (uint32_t i = 0; r == 0 && i < blobs->tensors.n; i++)
        r = name_tensor(blobs, i, asked, n_asked);
    return r;
}

/* The names of the tensors in ROWS. */
static int list_names(const struct blobs *blobs, const struct rows *rows, const char *const **ret)
{
    const uint32_t *tensors = rows->base;
    const char **names = arena_alloc(blobs->arena, rows->n * sizeof(*names) + 1);

    for (uint32_t i = 0; names && i < rows->n; i++)
        names[i] = tensor_at(blobs, tensors[i])->name;
    *ret = names;
    return names ? 0 : -ENOMEM;
}

/* Layers that only read fall out here. */
static int fill_nodes(struct blobs *blobs, struct caffe_net *net, const struct rows *layers)
{
    const struct blobs_layer *from = layers->base;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < layers->n; i++) {
        struct caffe_layer *layer;

        if (!*from[i].layer.node.op)
            continue;
        layer = rows_push(&net->layers, blobs->arena, sizeof(*layer));
        if (!layer)
            return -ENOMEM;
        *layer = from[i].layer;
        layer->node.n_inputs = from[i].reads.n;
        layer->node.n_outputs = from[i].makes.n;
        r = list_names(blobs, &from[i].reads, &layer->node.inputs);
        if (r == 0)
            r = list_names(blobs, &from[i].makes, &layer->node.outputs);
    }
    return r;
}

static int list_outputs(const struct blobs *blobs, struct caffe_net *net)
{
    const char **outputs = arena_alloc(blobs->arena, blobs->tensors.n * sizeof(*outputs) + 1);

    if (!outputs)
        return -ENOMEM;
    for (uint32_t i = 0; i < blobs->tensors.n; i++) {
        const struct tensor_made *made = tensor_at(blobs, i);

        if (made->layer && made->later == NO_TENSOR && !made->read)
            outputs[net->n_outputs++] = made->name;
    }
    net->outputs = outputs;
    return 0;
}

static int resolve(struct blobs *blobs, struct caffe_net *net, struct rows *layers,
                   const char *const *asked, uint32_t n_asked)
{
    struct blobs_layer *layer = layers->base;
    int r = add_inputs(blobs, net);

    for (uint32_t i = 0; r == 0 && i < layers->n; i++) {
        r = read_bottoms(blobs, &layer[i]);
        if (r == 0)
            r = make_tops(blobs, &layer[i]);
    }
    if (r == 0)
        r = name_tensors(blobs, asked, n_asked);
    if (r == 0)
        r = fill_nodes(blobs, net, layers);
    return r < 0 ? r : list_outputs(blobs, net);
}

int blobs_resolve(struct caffe_net *net, struct rows *layers, const char *const *asked,
                  uint32_t n_asked, struct fault *fault)
{
    struct blobs blobs = {.arena = &net->arena, .taken.arena = &net->arena, .fault = fault};
    int r = resolve(&blobs, net, layers, asked, n_asked);

    names_done(&blobs.names);
    unique_done(&blobs.taken);
    return r;
}
