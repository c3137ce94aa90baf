#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/convert.h"
#include "convert/frontend.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/inputs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/quant.h"
#include "convert/onnx/record.h"
#include "convert/onnx/rewrite.h"
#include "convert/onnx/types.h"
#include "convert/words.h"

#define PASSES_MAX 16 /* If in If in If ... */

static bool is_if(const struct foreign_node *node)
{
    return strcmp(node->op, "If") == 0 && ops_is_own(node);
}

/* Loops of graphs of their own. */
static bool is_loop(const char *op)
{
    return strcmp(op, "Loop") == 0 || strcmp(op, "Scan") == 0;
}

/* What it is called in the report: operators of other domains with their domain. */
static int refuse_operator(struct conversion *c)
{
    const char *domain = onnx_node_of(c->node)->domain;
    char op[2 * MESSAGE_TEXT_MAX];
    bool own = ops_is_own(c->node);

    c->refused = true;
    if (own && is_loop(c->node->op))
        return conversion_unsupported(c, "export the model with its loops unrolled",
                                      "control flow is not supported");
    if (own)
        return conversion_unsupported(c, WAY_REPLACE, "not supported");
    snprintf(op, sizeof(op), "%s.%s", domain, c->node->op);
    if (report_add(&c->report, op, conversion_label(c->node),
                   "operators that are not ONNX's own are not supported", WAY_REPLACE) < 0)
        return -ENOMEM;
    return E_CONVERT_LAYER;
}

/*
 * An If whose condition is known takes a branch when all nodes have been looked at: then the nodes
 * are written anew, and converted from the start.
 */
static int take_branch(struct conversion *c)
{
    struct onnx_source *source = (struct onnx_source *)c;
    struct tensor *tensor = conversion_input(c, 0);
    const struct numbers *condition = NULL;
    const struct onnx_attr *branch;
    struct taken *taken;
    int r;

    if (tensor && tensor->state != TENSOR_NUMBERS)
        return conversion_unsupported(c,
                                      "export the model with one branch, or a condition that "
                                      "depends on sizes only",
                                      "control flow that depends on an input of the network");
    r = tensor ? conversion_numbers(c, tensor, &condition) : 0;
    if (r < 0)
        return r;
    if (!condition || condition->n != 1)
        return conversion_unsupported(c, "check the model", "its condition is not one number");
    branch = attr_find(c, numbers_at(condition, 0) != 0 ? "then_branch" : "else_branch");
    if (!branch || branch->type != ONNX_ATTR_GRAPH || !branch->g.base)
        return conversion_unsupported(c, "check the model", "it has no branch to take");
    taken = rows_push(&source->taken, &source->model->arena, sizeof(*taken));
    if (!taken)
        return -ENOMEM;
    *taken = (struct taken){onnx_node_of(c->node), branch};
    c->again = true;
    return 0;
}

static int check_record(struct conversion *c, const struct ops_entry *entry)
{
    const struct onnx_node *node = onnx_node_of(c->node);
    int r = 0;

    for (uint32_t i = 0; i < node->n_attrs; i++) {
        const char *name = node->attrs[i].name;

        if (!words_have(entry->attrs, name))
            r = conversion_unsupported(c, WAY_REPLACE, "attribute %.80s is not supported", name);
        else if (attr_find(c, name) != &node->attrs[i])
            r = conversion_unsupported(c, "check the model", "attribute %.80s is there twice",
                                       name);
    }
    return r < 0 ? r : conversion_check_inputs(c, c->node->n_inputs, entry->most);
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

static int convert_node(struct conversion *c)
{
    const struct ops_entry *entry = ops_find(c->node);
    bool unknown, numbers;
    int r;

    look_at_inputs(c, &unknown, &numbers);
    if (is_if(c->node))
        return unknown ? 0 : take_branch(c);
    if (!entry)
        return refuse_operator(c);
    r = check_record(c, entry);
    /* What follows a node that could not be converted is not looked at: its input has no shape. */
    if (r < 0 || unknown)
        return r;
    r = quant_check(c);
    if (r == 0)
        r = numbers && entry->fold ? entry->fold(c) : entry->convert(c);
    if (r == 0)
        r = types_note(c);
    if (r == 0)
        quant_note(c);
    return r;
}

static enum layout_wish wish(const struct foreign_node *node)
{
    const struct ops_entry *entry = ops_find(node);

    return entry ? entry->layout : LAYOUT_PLAIN;
}

static int read_numbers(struct conversion *c, const void *record, struct numbers *ret)
{
    return record_read(c, record, ret);
}

static const struct frontend frontend = {
    .define = inputs_define,
    .wish = wish,
    .add_inputs = inputs_add,
    .convert_node = convert_node,
    .read = read_numbers,
    .print_names = ops_print_names,
};

/* What the file holds, as everyone sees it. */
static int list_model(struct conversion *c, const struct onnx_model *model)
{
    const struct foreign_node **nodes =
        arena_alloc(&c->arena, model->graph.n_nodes * sizeof(*nodes) + 1);
    const char **outputs = arena_alloc(&c->arena, model->graph.n_outputs * sizeof(*outputs) + 1);

    if (!nodes || !outputs)
        return -ENOMEM;
    for (uint32_t i = 0; i < model->graph.n_nodes; i++)
        nodes[i] = &model->graph.nodes[i].node;
    for (uint32_t i = 0; i < model->graph.n_outputs; i++)
        outputs[i] = model->graph.outputs[i].name;
    c->nodes = nodes;
    c->n_nodes = model->graph.n_nodes;
    c->own_outputs = outputs;
    c->n_own_outputs = model->graph.n_outputs;
    return 0;
}

/* One try with the nodes as they are; -EAGAIN: branches were taken, the list of nodes is another.
 */
static int convert_model(struct onnx_model *model, size_t size,
                         const struct convert_options *options, struct graph **ret,
                         struct buf *report, struct fault *fault)
{
    struct onnx_source source = {.model = model};
    int r;

    frontend_begin(&frontend, options, size, &source.conversion, fault);
    r = list_model(&source.conversion, model);
    if (r == 0)
        r = frontend_convert(&source.conversion, ret, report);
    frontend_end(&source.conversion);
    if (r != -EAGAIN)
        return r;
    r = rewrite_model(model, source.taken.base, source.taken.n, fault);
    return r < 0 ? r : -EAGAIN;
}

int onnx_convert(const void *bytes, size_t size, const struct convert_options *options,
                 struct graph **ret, struct buf *report, struct fault *fault)
{
    struct onnx_model model;
    int r = onnx_model_read(bytes, size, &model, fault);

    if (r < 0)
        return frontend_name_file(options->file, r, fault);
    r = -EAGAIN;
    for (int pass = 0; r == -EAGAIN && pass < PASSES_MAX; pass++) {
        r = rewrite_model(&model, NULL, 0, fault);
        if (r == 0)
            r = convert_model(&model, size, options, ret, report, fault);
    }
    if (r == -EAGAIN)
        r = fail(fault, E_TOO_LARGE, "more than %d If stand in each other", PASSES_MAX);
    onnx_model_done(&model);
    return r;
}
