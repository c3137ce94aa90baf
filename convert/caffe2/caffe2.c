#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe2/c2_inputs.h"
#include "convert/caffe2/c2_ops.h"
#include "convert/convert.h"
#include "convert/frontend.h"

/* Packs and unpacks 8-bit pictures for a phone's camera; a network begins and ends inside. */
static bool is_packing(const char *op)
{
    return strcmp(op, "PackedInt8BGRANHWCToNCHWCStylizerPreprocess") == 0 ||
           strcmp(op, "BRGNCHWCToPackedInt8BGRAStylizerDeprocess") == 0;
}

static int refuse_operator(struct conversion *c)
{
    c->refused = true;
    if (is_packing(c->node->op))
        return conversion_unsupported(c,
                                      "save the predict net without it: its blob of floats is the "
                                      "network's input or output",
                                      "packing of 8-bit BGRA pictures is not supported");
    return conversion_unsupported(c, WAY_REPLACE, "not supported");
}

/* Of what could not be made nothing is known, so an operator that reads it is not looked at. */
static bool knows_inputs(struct conversion *c)
{
    for (uint32_t i = 0; i < c->node->n_inputs; i++) {
        const struct tensor *tensor = conversion_input(c, i);

        if (tensor && tensor->state == TENSOR_UNKNOWN)
            return false;
    }
    return true;
}

static int convert_node(struct conversion *c)
{
    const struct c2_entry *entry = c2_ops_find(c->node->op);
    int r;

    if (!entry)
        return refuse_operator(c);
    r = c2_ops_check_args(c, entry);
    return r < 0 || !knows_inputs(c) ? r : entry->convert(c);
}

/* All operators mean the order of their axes that the file has. */
static enum layout_wish wish(const struct foreign_node *node)
{
    (void)node;
    return LAYOUT_PLAIN;
}

static const struct frontend frontend = {
    .define = c2_inputs_define,
    .wish = wish,
    .add_inputs = c2_inputs_add,
    .convert_node = convert_node,
    .read = c2_fill_read,
    .print_names = c2_ops_print_names,
    .only_pictures = true,
};

/* Pictures lie in the graph as in the net. */
static const struct frontend frontend_channels_last = {
    .plain_outputs = true,
    .define = c2_inputs_define,
    .wish = wish,
    .add_inputs = c2_inputs_add,
    .convert_node = convert_node,
    .read = c2_fill_read,
    .print_names = c2_ops_print_names,
};

static int list_net(struct conversion *c, const struct c2_net *net)
{
    const struct c2_op *ops = net->ops.base;
    const struct foreign_node **nodes = arena_alloc(&c->arena, net->ops.n * sizeof(*nodes) + 1);

    if (!nodes)
        return -ENOMEM;
    for (uint32_t i = 0; i < net->ops.n; i++)
        nodes[i] = &ops[i].node;
    c->nodes = nodes;
    c->n_nodes = net->ops.n;
    c->own_outputs = net->own_outputs;
    c->n_own_outputs = net->n_own_outputs;
    return 0;
}

static bool says_channels_last(const struct c2_net *net)
{
    const struct c2_op *ops = net->ops.base;

    for (uint32_t i = 0; i < net->ops.n; i++) {
        const struct c2_arg *order = c2_arg_find(&ops[i], "order");

        if (order && order->s && strcmp(order->s, "NHWC") == 0)
            return true;
    }
    return false;
}

static int convert(const struct c2_net *net, const struct c2_net *init,
                   const struct convert_options *options, size_t size, struct graph **ret,
                   struct buf *report, struct fault *fault)
{
    struct c2_source source = {.net = net, .init = init, .channels_last = says_channels_last(net)};
    int r;

    frontend_begin(source.channels_last ? &frontend_channels_last : &frontend, options, size,
                   &source.conversion, fault);
    r = list_net(&source.conversion, net);
    if (r == 0)
        r = frontend_convert(&source.conversion, ret, report);
    frontend_end(&source.conversion);
    return r;
}

int caffe2_convert(const void *bytes, size_t size, const struct convert_options *options,
                   struct graph **ret, struct buf *report, struct fault *fault)
{
    struct c2_net net, init = {0};
    int r = c2_net_read(bytes, size, "predict net", options->prepare, &net, fault);

    if (r < 0)
        return frontend_name_file(options->file, r, fault);
    if (options->weights)
        r = frontend_name_file(
            options->weights_file,
            c2_net_read(options->weights, options->weights_size, "init net", false, &init, fault),
            fault);
    if (r == 0)
        r = convert(&net, &init, options, size + options->weights_size, ret, report, fault);
    c2_net_done(&init);
    c2_net_done(&net);
    return r;
}
