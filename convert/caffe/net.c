#include "convert/caffe/net.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe/blobs.h"
#include "convert/caffe/phase.h"
#include "convert/caffe/upgrade.h"
#include "model/text.h"

#define LAYERS_MAX 65536
#define BLOBS_MAX  1024 /* that one layer reads, or makes */
#define DIMS_MAX   32

struct reader {
    struct caffe_net *net;
    struct rows layers; /* struct blobs_layer */
    struct fault *fault;
};

/* What only trains or measures goes, as if it had no reader. */
static const char *const dropped[] = {
    "Accuracy",  "ContrastiveLoss", "DetectionEvaluate", "EuclideanLoss", "HDF5Output",
    "HingeLoss", "InfogainLoss",    "MultiBoxLoss",      "SmoothL1Loss",  "MultinomialLogisticLoss",
};

/* A loss of what a network says is what it says. */
static const struct {
    const char *loss, *layer;
} losses[] = {
    {"SigmoidCrossEntropyLoss", "Sigmoid"},
    {"SoftmaxWithLoss", "Softmax"},
};

static bool is_one_of(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* Data, ImageData, HDF5Data and their like, and Python that reads nothing, bring what a run brings.
 */
static bool is_data(const char *op, const struct rows *bottoms)
{
    size_t length = strlen(op);

    return bottoms->n == 0 && (strcmp(op, "Input") == 0 || strcmp(op, "Python") == 0 ||
                               (length >= 4 && strcmp(op + length - 4, "Data") == 0));
}

static int broken(const struct reader *reader, const struct pbtext_field *field, const char *why)
{
    return fail(reader->fault, E_CONVERT_SYNTAX, "line %u: \"%.60s\" %s", field->line, field->name,
                why);
}

#define NO_NAME "is no name: that is UTF-8 of at most 1024 bytes without control characters"

/* Is it a name that a container can hold? */
static bool is_name(const char *text)
{
    size_t size = text ? strlen(text) : 0;

    return text && size <= MESSAGE_TEXT_MAX && text_good(text, size) == size;
}

/* Repeated text: bottoms, tops. */
static int take_texts(struct reader *reader, const struct pbtext_field *message, const char *name,
                      struct rows *ret)
{
    for (const struct pbtext_field *f = pbtext_find(message, name); f; f = pbtext_next(f)) {
        const char **text = rows_push(ret, &reader->net->arena, sizeof(*text));

        if (!text)
            return -ENOMEM;
        if (!is_name(f->text) || !*f->text)
            return broken(reader, f, NO_NAME);
        if (ret->n > BLOBS_MAX)
            return broken(reader, f, "stands more than 1024 times in one layer");
        *text = f->text;
    }
    return 0;
}

/* One name, or "" if it is not there. */
static int take_text(const struct reader *reader, const struct pbtext_field *message,
                     const char *name, const char **ret)
{
    const struct pbtext_field *field = pbtext_find(message, name);

    *ret = field ? field->text : "";
    if (!is_name(*ret))
        return broken(reader, field, NO_NAME);
    return 0;
}

/* Sizes; those of a shape are called "dim". */
static int take_dims(const struct reader *reader, const struct pbtext_field *first, uint32_t n,
                     struct rows *ret)
{
    for (const struct pbtext_field *f = first; n > 0 && f; f = pbtext_next(f), n--) {
        int64_t *dim = rows_push(ret, &reader->net->arena, sizeof(*dim));

        if (!dim)
            return -ENOMEM;
        if (pbtext_whole(f, dim) < 0 || *dim > INT32_MAX)
            return broken(reader, f, "is no size");
        if (ret->n > DIMS_MAX)
            return broken(reader, f, "has more than 32 sizes");
    }
    return 0;
}

static int add_input(struct reader *reader, const char *name, uint32_t line,
                     struct caffe_input **ret)
{
    struct caffe_input *input =
        rows_push(&reader->net->inputs, &reader->net->arena, sizeof(*input));

    if (!input)
        return -ENOMEM;
    *input = (struct caffe_input){.name = name, .line = line};
    *ret = input;
    return 0;
}

/* The I-th field of that name. */
static const struct pbtext_field *find_at(const struct pbtext_field *message, const char *name,
                                          uint32_t i)
{
    const struct pbtext_field *field = pbtext_find(message, name);

    while (field && i-- > 0)
        field = pbtext_next(field);
    return field;
}

/* input: "data" with four input_dim each, or an input_shape each: how networks used to begin. */
static int take_heads(struct reader *reader, const struct pbtext_field *root)
{
    uint32_t n = pbtext_count(root, "input"), i = 0;
    uint32_t n_dims = pbtext_count(root, "input_dim"), n_shapes = pbtext_count(root, "input_shape");
    struct caffe_input *input;
    int r = 0;

    if (n_shapes == 0 && n_dims != 0 && n_dims != 4 * (uint64_t)n)
        return broken(reader, pbtext_find(root, "input_dim"), "must stand four times an input");
    if (n_shapes != 0 && n_shapes != n)
        return broken(reader, pbtext_find(root, "input_shape"), "must stand once an input");
    for (const struct pbtext_field *f = pbtext_find(root, "input"); r == 0 && f;
         f = pbtext_next(f), i++) {
        if (i >= BLOBS_MAX)
            return broken(reader, f, "stands more than 1024 times");
        if (!is_name(f->text) || !*f->text)
            return broken(reader, f, NO_NAME);
        r = add_input(reader, f->text, f->line, &input);
        if (r == 0 && n_shapes)
            r = take_dims(reader, pbtext_find(find_at(root, "input_shape", i), "dim"), DIMS_MAX + 1,
                          &input->dims);
        else if (r == 0 && n_dims)
            r = take_dims(reader, find_at(root, "input_dim", 4 * i), 4, &input->dims);
    }
    return r;
}

/* The message that says the shape of a data layer's top I; NULL: it does not say. */
static const struct pbtext_field *shape_of(const struct pbtext_field *layer, uint32_t i)
{
    const struct pbtext_field *param = pbtext_find(layer, "input_param");
    uint32_t n;

    if (!param)
        param = pbtext_find(layer, "dummy_data_param");
    n = pbtext_count(param, "shape");
    return find_at(param, "shape", n == 1 ? 0 : i);
}

/* MemoryData says the sizes of its first top in fields of their own. */
static int take_memory_dims(const struct reader *reader, const struct pbtext_field *layer,
                            struct rows *ret)
{
    static const char *const names[] = {"batch_size", "channels", "height", "width"};
    const struct pbtext_field *param = pbtext_find(layer, "memory_data_param");
    int r = 0;

    for (size_t i = 0; r == 0 && param && i < ARRAY_SIZE(names); i++)
        r = take_dims(reader, pbtext_find(param, names[i]), 1, ret);
    return r;
}

static int take_data(struct reader *reader, const struct pbtext_field *text,
                     const struct blobs_layer *layer)
{
    const char *const *tops = layer->tops.base;
    struct caffe_input *input;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < layer->tops.n; i++) {
        r = add_input(reader, tops[i], text->line, &input);
        if (r == 0)
            r = take_dims(reader, pbtext_find(shape_of(text, i), "dim"), DIMS_MAX + 1,
                          &input->dims);
        if (r == 0 && i == 0)
            r = take_memory_dims(reader, text, &input->dims);
        if (r == 0 && i == 0)
            input->layer = text;
    }
    return r;
}

/* A loss as what it measures; false: nothing of it stays. */
static bool settle_op(struct blobs_layer *layer)
{
    const char *op = layer->layer.node.op;

    if (is_one_of(dropped, ARRAY_SIZE(dropped), op))
        return false;
    if (strcmp(op, "Silence") == 0) {
        layer->layer.node.op = "";
        layer->tops.n = 0;
    }
    for (size_t i = 0; i < ARRAY_SIZE(losses); i++)
        if (strcmp(losses[i].loss, op) == 0) {
            layer->layer.node.op = losses[i].layer;
            layer->bottoms.n = layer->bottoms.n ? 1 : 0; /* the other is what should come out */
            layer->tops.n = layer->tops.n ? 1 : 0;
        }
    return true;
}

/* A loss need not name what it makes. */
static int name_top(struct reader *reader, struct blobs_layer *layer)
{
    const char **top;

    if (layer->tops.n || !*layer->layer.node.op || !*layer->layer.node.name ||
        (strcmp(layer->layer.node.op, "Softmax") != 0 &&
         strcmp(layer->layer.node.op, "Sigmoid") != 0))
        return 0;
    top = rows_push(&layer->tops, &reader->net->arena, sizeof(*top));
    if (top)
        *top = layer->layer.node.name;
    return top ? 0 : -ENOMEM;
}

static int take_layer(struct reader *reader, struct pbtext_field *text)
{
    struct blobs_layer layer = {.layer = {.text = text, .line = text->line}}, *kept;
    int r = text->text ? broken(reader, text, "is no message") : 0;

    if (r == 0)
        r = upgrade_layer(&reader->net->arena, text);
    if (r == 0)
        r = take_text(reader, text, "name", &layer.layer.node.name);
    if (r == 0)
        r = take_text(reader, text, "type", &layer.layer.node.op);
    if (r == 0)
        r = take_texts(reader, text, "bottom", &layer.bottoms);
    if (r == 0)
        r = take_texts(reader, text, "top", &layer.tops);
    if (r < 0)
        return r;
    if (!*layer.layer.node.op)
        return broken(reader, text, "has no type");
    layer.layer.node.op = upgrade_type(layer.layer.node.op);
    if (is_data(layer.layer.node.op, &layer.bottoms))
        return take_data(reader, text, &layer);
    if (!settle_op(&layer))
        return 0;
    r = name_top(reader, &layer);
    kept = r < 0 ? NULL : rows_push(&reader->layers, &reader->net->arena, sizeof(*kept));
    if (!kept)
        return -ENOMEM;
    *kept = layer;
    return 0;
}

static int take_layers(struct reader *reader, const struct pbtext_field *root)
{
    uint32_t n = 0;
    int r = 0;

    for (struct pbtext_field *f = root->first; r == 0 && f; f = f->next) {
        bool runs = true;

        if (strcmp(f->name, "layer") != 0 && strcmp(f->name, "layers") != 0)
            continue;
        if (n++ >= LAYERS_MAX)
            return broken(reader, f, "stands too often: 65536 layers are the limit");
        r = phase_includes(f, &runs, reader->fault);
        if (r == 0 && runs)
            r = take_layer(reader, f);
    }
    if (r == 0 && n == 0)
        r = fail(reader->fault, E_CONVERT_SYNTAX, "this is no network: it has no layers%s",
                 pbtext_find(root, "base_lr") ? " (a solver names the network's file)" : "");
    return r;
}

int caffe_net_read(const char *bytes, size_t size, const char *const *asked, uint32_t n_asked,
                   struct caffe_net *ret, struct fault *fault)
{
    struct caffe_net net = {0};
    struct reader reader = {.net = &net, .fault = fault};
    struct pbtext_field *root;
    int r = pbtext_parse(bytes, size, "prototxt", &net.arena, &root, fault);

    if (r == 0)
        r = take_heads(&reader, root);
    if (r == 0)
        r = take_layers(&reader, root);
    if (r == 0)
        r = blobs_resolve(&net, &reader.layers, asked, n_asked, fault);
    if (r < 0)
        caffe_net_done(&net);
    else
        *ret = net;
    return r;
}

void caffe_net_done(struct caffe_net *net)
{
    arena_done(&net->arena);
}
