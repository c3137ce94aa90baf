#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/convert.h"
#include "convert/onnx/conversion.h"
#include "convert/onnx/inputs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/outputs.h"
#include "convert/onnx/plan.h"

/* Operators that hold graphs of their own. */
static bool is_control_flow(const char *op)
{
    return strcmp(op, "If") == 0 || strcmp(op, "Loop") == 0 || strcmp(op, "Scan") == 0;
}

/* What it is called in the report: operators of other domains with their domain. */
static int refuse_operator(struct conversion *c)
{
    const struct onnx_node *node = c->node;
    char op[2 * MESSAGE_TEXT_MAX];
    bool own = !*node->domain || strcmp(node->domain, "ai.onnx") == 0;

    c->refused = true;
    if (own && is_control_flow(node->op))
        return conversion_unsupported(c,
                                      "export the model without control flow: one branch, loops "
                                      "unrolled",
                                      "control flow is not supported");
    if (own)
        return conversion_unsupported(c, WAY_REPLACE, "not supported");
    snprintf(op, sizeof(op), "%s.%s", node->domain, node->op);
    if (report_add(&c->report, op, conversion_label(node),
                   "operators that are not ONNX's own are not supported", WAY_REPLACE) < 0)
        return -ENOMEM;
    return E_CONVERT_LAYER;
}

/* Is WORD one of the words of LIST, which blanks separate? */
static bool is_word(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; (at = strstr(at, word)); at++)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static int check_attrs(struct conversion *c, const struct ops_entry *entry)
{
    int r = 0;

    for (uint32_t i = 0; i < c->node->n_attrs; i++)
        if (!is_word(entry->attrs, c->node->attrs[i].name))
            r = conversion_unsupported(c, WAY_REPLACE, "attribute %.80s is not supported",
                                       c->node->attrs[i].name);
    return r;
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

    if (!entry)
        return refuse_operator(c);
    r = check_attrs(c, entry);
    look_at_inputs(c, &unknown, &numbers);
    /* What follows a node that could not be converted is not looked at: its input has no shape. */
    if (r < 0 || unknown)
        return r;
    return numbers && entry->fold ? entry->fold(c) : entry->convert(c);
}

static int convert_nodes(struct conversion *c)
{
    for (uint32_t i = 0; i < c->model->n_nodes; i++) {
        int r;

        if (!c->wanted[i])
            continue;
        c->node = &c->model->nodes[i];
        r = convert_node(c);
        if (r < 0 && r != E_CONVERT_LAYER)
            return r;
    }
    c->node = NULL;
    return 0;
}

static int convert(struct conversion *c, struct graph **ret)
{
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    int r = plan_make(c);

    if (r == 0)
        r = builder_new(&c->builder);
    if (r == 0)
        r = inputs_add(c);
    if (r == 0)
        r = convert_nodes(c);
    if (r == 0)
        r = outputs_finish(c, &graph);
    if (r == 0 && c->report.problems.n)
        r = c->open ? E_SHAPE : E_CONVERT_LAYER;
    if (r < 0)
        return r;
    if (!c->options->keep_batchnorm)
        return graph_fold_batchnorm(graph, ret, c->fault);
    *ret = take_ptr(graph);
    return 0;
}

static int say_problems(struct conversion *c, int r, struct buf *report)
{
    int r_print = report_print(&c->report, report);

    if (r == E_CONVERT_LAYER || r == E_SHAPE)
        report_fault(&c->report, r, c->fault);
    if (r_print == 0 && c->refused)
        r_print = ops_print_names(report);
    return r_print;
}

int onnx_convert(const void *bytes, size_t size, const struct convert_options *options,
                 struct graph **ret, struct buf *report, struct fault *fault)
{
    struct onnx_model model;
    struct conversion c = {.model = &model, .options = options, .fault = fault};
    int r = onnx_model_read(bytes, size, &model, fault), r_print;

    if (r < 0)
        return r;
    c.report.arena = c.buffers.arena = c.layers.arena = &c.arena;
    c.bytes_left = CONVERSION_FREE_BYTES + CONVERSION_SPREAD * size;
    r = convert(&c, ret);
    r_print = r < 0 && r != -ENOMEM ? say_problems(&c, r, report) : 0;
    builder_free(c.builder);
    names_done(&c.names);
    unique_done(&c.buffers);
    unique_done(&c.layers);
    arena_done(&c.arena);
    onnx_model_done(&model);
    return r_print < 0 ? r_print : r;
}
