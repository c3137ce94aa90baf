#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe/input.h"
#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/convert.h"
#include "convert/frontend.h"
#include "convert/words.h"

int caffe_ops_enter(struct conversion *c, const struct foreign_node *node)
{
    struct caffe_source *source = (struct caffe_source *)c;
    const struct ops_entry *entry = caffe_ops_find(node->op);
    int r = 0;

    c->node = node;
    source->param = entry->message ? pbtext_find(caffe_layer_of(node)->text, entry->message) : NULL;
    for (const struct pbtext_field *f = source->param ? source->param->first : NULL; f; f = f->next)
        if (!words_have(entry->fields, f->name))
            r = conversion_unsupported(c, WAY_REPLACE, "%.80s (line %u) is not supported", f->name,
                                       f->line);
    return r;
}

#define WAY_USER                                                                                   \
    "say the sizes of its tops (-d TOP 1,8,4,4) to keep it as a user-defined layer, replace it, "  \
    "or cut the network before it with --out_node"

/* Layers of a person's own code, by what they are called there. */
static int refuse_type(struct conversion *c)
{
    const struct pbtext_field *param = pbtext_find(caffe_layer_of(c->node)->text, "python_param");
    const struct pbtext_field *module = pbtext_find(param, "module");
    const struct pbtext_field *layer = pbtext_find(param, "layer");

    c->refused = true;
    if (strcmp(c->node->op, "Python") == 0)
        return conversion_unsupported(c, WAY_USER, "Python code (%.60s.%.60s) is not supported",
                                      module && module->text ? module->text : "?",
                                      layer && layer->text ? layer->text : "?");
    return conversion_unsupported(c, WAY_USER, "not supported");
}

/* Of a bottom that could not be made nothing is known, so a layer that reads it is not looked at.
 */
static bool knows_bottoms(struct conversion *c)
{
    for (uint32_t i = 0; i < c->node->n_inputs; i++)
        if (conversion_input(c, i)->state == TENSOR_UNKNOWN)
            return false;
    return true;
}

/* A layer that ops.def does not have. */
static int convert_stranger(struct conversion *c)
{
    struct caffe_source *source = (struct caffe_source *)c;

    if (caffe_ops_is_proposal(c)) {
        source->param = pbtext_find(caffe_layer_of(c->node)->text, "python_param");
        return knows_bottoms(c) ? convert_caffe_proposal(c) : 0;
    }
    if (!caffe_ops_is_sized(c))
        return refuse_type(c);
    return knows_bottoms(c) ? convert_caffe_user(c) : 0;
}

/* Missing weights are a problem also where the bottoms are not known. */
static int check_weights(struct conversion *c, const struct ops_entry *entry)
{
    const struct caffe_blob *blob;

    if (!entry->weights || c->node->n_inputs > 1 || layer_n_blobs(c))
        return 0;
    return layer_blob(c, 0, "the weights", 1, &blob);
}

/* Every layer says itself how many tops it may have; what it says of none is said here. */
static int check_tops(struct conversion *c)
{
    for (uint32_t i = 0; i < c->node->n_outputs; i++)
        if (conversion_output(c, i)->state == TENSOR_UNKNOWN && conversion_output(c, i)->needed)
            return conversion_unsupported(c, WAY_REPLACE, "top %u is not supported", i);
    return 0;
}

static int convert_node(struct conversion *c)
{
    const struct ops_entry *entry = caffe_ops_find(c->node->op);
    int r;

    if (!entry)
        return convert_stranger(c);
    r = caffe_ops_enter(c, c->node);
    if (r == 0 && !knows_bottoms(c))
        return check_weights(c, entry);
    if (r == 0)
        r = entry->convert(c);
    return r < 0 ? r : check_tops(c);
}

/* All layers mean the order of their axes that the file has. */
static enum layout_wish wish(const struct foreign_node *node)
{
    (void)node;
    return LAYOUT_PLAIN;
}

static const struct frontend frontend = {
    .define = caffe_input_define,
    .wish = wish,
    .add_inputs = caffe_input_add,
    .convert_node = convert_node,
    .print_names = caffe_ops_print_names,
    .only_pictures = true,
    .joined_names = true,
};

/* Each layer with its blobs. Two layers cannot share those of one name. */
static int attach_weights(const struct caffe_net *net, const struct caffe_weights *weights,
                          struct fault *fault)
{
    struct caffe_layer *layers = net->layers.base;
    struct names taken = {0};
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < net->layers.n; i++) {
        const struct caffe_weights_layer *found = caffe_weights_find(weights, layers[i].node.name);

        if (!found)
            continue;
        r = names_add(&taken, layers[i].node.name);
        if (r == -EEXIST)
            r = fail(fault, E_CONVERT_SYNTAX,
                     "line %u: there is a layer \"%.80s\" already, and the caffemodel has weights "
                     "for one",
                     layers[i].line, layers[i].node.name);
        layers[i].blobs = &found->blobs;
    }
    names_done(&taken);
    return r;
}

static int list_net(struct conversion *c, const struct caffe_net *net)
{
    const struct caffe_layer *layers = net->layers.base;
    const struct foreign_node **nodes = arena_alloc(&c->arena, net->layers.n * sizeof(*nodes) + 1);

    if (!nodes)
        return -ENOMEM;
    for (uint32_t i = 0; i < net->layers.n; i++)
        nodes[i] = &layers[i].node;
    c->nodes = nodes;
    c->n_nodes = net->layers.n;
    c->own_outputs = net->outputs;
    c->n_own_outputs = net->n_outputs;
    return 0;
}

/* The option was said in vain. The graph goes if memory is out. */
static int say_unprepared(struct graph **graph, struct buf *report)
{
    int r = buf_printf(report, "--enable_preprocessing: no input has a transform_param, and no "
                               "--input_size was said, so nothing is prepared\n");

    if (r >= 0)
        return 0;
    graph_unref(*graph);
    *graph = NULL;
    return r;
}

static int convert(const struct caffe_net *net, const struct convert_options *options, size_t size,
                   struct graph **ret, struct buf *report, struct fault *fault)
{
    struct caffe_source source = {.net = net, .has_weights = options->weights != NULL};
    int r;

    frontend_begin(&frontend, options, size + options->weights_size, &source.conversion, fault);
    r = list_net(&source.conversion, net);
    if (r == 0)
        r = frontend_convert(&source.conversion, ret, report);
    if (r == 0 && options->prepare && !source.prepares)
        r = say_unprepared(ret, report);
    frontend_end(&source.conversion);
    return r;
}

int caffe_convert(const void *bytes, size_t size, const struct convert_options *options,
                  struct graph **ret, struct buf *report, struct fault *fault)
{
    struct caffe_weights weights = {0};
    struct caffe_net net;
    int r = caffe_net_read(bytes, size, options->outputs, options->n_outputs, &net, fault);

    if (r < 0)
        return frontend_name_file(options->file, r, fault);
    if (options->weights)
        r = frontend_name_file(
            options->weights_file,
            caffe_weights_read(options->weights, options->weights_size, &weights, fault), fault);
    if (r == 0)
        r = frontend_name_file(options->file, attach_weights(&net, &weights, fault), fault);
    if (r == 0)
        r = frontend_name_file(options->file, convert(&net, options, size, ret, report, fault),
                               fault);
    caffe_weights_done(&weights);
    caffe_net_done(&net);
    return r;
}
