#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "convert/convert.h"
#include "convert/frontend.h"
#include "convert/tensorflow/advice.h"
#include "convert/tensorflow/cut.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_inputs.h"
#include "convert/tensorflow/tf_ops.h"
#include "convert/tensorflow/tf_tensor.h"
#include "convert/tensorflow/variables.h"
#include "convert/words.h"

#define WAY_CUT                                                                                    \
    "replace it in the model, or cut the network: --out_node NODE ends before it, -d NODE SIZES "  \
    "begins behind it"

/* Operators that are refused in other words than the rest, by what their name contains. */
static const struct {
    const char *part;
    const char *what, *way;
} refusals[] = {
    {"Merge", "control flow is not supported", "export the graph without loops and conditions"},
    {"Switch", "control flow is not supported", "export the graph without loops and conditions"},
    {"Enter", "control flow is not supported", "export the graph without loops and conditions"},
    {"Exit", "control flow is not supported", "export the graph without loops and conditions"},
    {"NextIteration", "control flow is not supported",
     "export the graph without loops and conditions"},
    {"LoopCond", "control flow is not supported", "export the graph without loops and conditions"},
    {"TensorArray", "arrays of a loop are not supported",
     "export the graph without loops and conditions"},
    {"TensorList", "arrays of a loop are not supported",
     "export the graph without loops and conditions"},
    {"While", "control flow is not supported", "export the graph without loops and conditions"},
    {"If", "control flow is not supported", "export the graph without loops and conditions"},
    {"PartitionedCall", "calls of functions are not supported",
     "freeze the graph with its functions inlined"},
};

static int refuse_operator(struct conversion *c)
{
    c->refused = true;
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
        if (strstr(c->node->op, refusals[i].part))
            return conversion_unsupported(c, refusals[i].way, "%s", refusals[i].what);
    return conversion_unsupported(c, WAY_CUT, "not supported");
}

/* Of the file's node: idioms may have given it the bias of another. */
static uint32_t count_inputs(const struct graphdef_node *def)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < def->n_inputs; i++)
        n += *def->inputs[i] != '^';
    return n;
}

static int check_record(struct conversion *c, const struct tf_node *node)
{
    int r = 0;

    for (uint32_t i = 0; i < node->def->n_attrs; i++)
        if (!words_have(node->op->attrs, node->def->attrs[i].name))
            r = conversion_unsupported(c, WAY_CUT, "attribute %.80s is not supported",
                                       node->def->attrs[i].name);
    return r < 0 ? r : conversion_check_inputs(c, count_inputs(node->def), node->op->most);
}

/* What the inputs of the node are, all together. */
static void look_at_inputs(struct conversion *c, bool *ret_unknown, bool *ret_numbers)
{
    *ret_unknown = false;
    *ret_numbers = true;
    for (uint32_t i = 0; i < c->node->n_inputs; i++) {
        const struct tensor *tensor = conversion_input(c, i);

        if (!tensor)
            continue;
        *ret_unknown |= tensor->state == TENSOR_UNKNOWN;
        *ret_numbers &= tensor->state == TENSOR_NUMBERS;
    }
}

/* Has everything been made that somebody reads? Batch norms have outputs for training, ... */
static int check_outputs(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; i < c->node->n_outputs; i++) {
        const struct tensor *output = conversion_output(c, i);

        if (output && output->n_uses && output->state == TENSOR_UNKNOWN)
            r = conversion_unsupported(c, WAY_CUT, "its output %u is read, which is not supported",
                                       i);
    }
    return r;
}

/* By the first node that needs a run all constants are known: time to look for idioms. */
static int prepare(struct conversion *c, const struct tf_node *node, bool *ret_wanted)
{
    struct tf_source *source = tf_source_of(c);
    int r = 0;

    if (!node->is_static && !source->matched) {
        source->matched = true;
        r = idioms_find(c);
    }
    *ret_wanted = c->wanted[node - source->nodes];
    return r;
}

static int convert_node(struct conversion *c)
{
    const struct tf_node *node = tf_node_of(c->node);
    bool unknown, numbers, wanted;
    int r = prepare(c, node, &wanted);

    if (r < 0 || !wanted)
        return r;
    if (!node->op)
        return refuse_operator(c);
    r = node->op->attrs ? check_record(c, node) : 0;
    look_at_inputs(c, &unknown, &numbers);
    /* What follows a node that could not be converted is not looked at: its input has no shape. */
    if (r < 0 || unknown)
        return r;
    r = numbers && node->op->fold ? node->op->fold(c) : node->op->convert(c);
    return r < 0 ? r : check_outputs(c);
}

/* Pictures lie as in the graph: nothing is turned but where a node says NCHW. */
static enum layout_wish wish(const struct foreign_node *node)
{
    (void)node;
    return LAYOUT_PLAIN;
}

/* RECORD is the tf_node of a Const, or of a variable. */
static int read_numbers(struct conversion *c, const void *record, struct numbers *ret)
{
    const struct tf_node *node = record;
    const struct graphdef_attr *value = tf_attr_find(node->def, "value");

    if (strcmp(node->node.op, "Const") != 0)
        return variables_read(c, node, ret);
    if (!value || value->kind != GRAPHDEF_TENSOR)
        return conversion_unsupported(c, "check the model", "constant %.80s has no value",
                                      node->node.name);
    return tf_tensor_read(c, node->node.name, value->sub, ret);
}

static const struct frontend frontend = {
    .plain_outputs = true,
    .define = tf_inputs_define,
    .wish = wish,
    .add_inputs = tf_inputs_add,
    .convert_node = convert_node,
    .read = read_numbers,
    .advise = advice_print,
    .print_names = tf_ops_print_names,
};

int tensorflow_convert(const void *bytes, size_t size, const struct convert_options *options,
                       struct graph **ret, struct buf *report, struct fault *fault)
{
    struct graphdef graphdef;
    struct tf_source source = {.graphdef = &graphdef};
    int r = graphdef_read(bytes, size, &graphdef, fault);

    if (r < 0)
        return frontend_name_file(options->file, r, fault);
    frontend_begin(&frontend, options, size, &source.conversion, fault);
    r = cut_make(&source, options);
    if (r == 0)
        r = frontend_convert(&source.conversion, ret, report);
    variables_done(&source);
    frontend_end(&source.conversion);
    graphdef_done(&graphdef);
    return r;
}
