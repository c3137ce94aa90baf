#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/convert.h"
#include "convert/frontend.h"
#include "convert/onnx/inputs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/record.h"
#include "convert/onnx/types.h"

/* Operators that hold graphs of their own. */
static bool is_control_flow(const char *op)
{
    return strcmp(op, "If") == 0 || strcmp(op, "Loop") == 0 || strcmp(op, "Scan") == 0;
}

/* What it is called in the report: operators of other domains with their domain. */
static int refuse_operator(struct conversion *c)
{
    const char *domain = onnx_node_of(c->node)->domain;
    char op[2 * MESSAGE_TEXT_MAX];
    bool own = !*domain || strcmp(domain, "ai.onnx") == 0;

    c->refused = true;
    if (own && is_control_flow(c->node->op))
        return conversion_unsupported(c,
                                      "export the model without control flow: one branch, loops "
                                      "unrolled",
                                      "control flow is not supported");
    if (own)
        return conversion_unsupported(c, WAY_REPLACE, "not supported");
    snprintf(op, sizeof(op), "%s.%s", domain, c->node->op);
    if (report_add(&c->report, op, conversion_label(c->node),
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

    for (uint32_t i = 0; i < onnx_node_of(c->node)->n_attrs; i++)
        if (!is_word(entry->attrs, onnx_node_of(c->node)->attrs[i].name))
            r = conversion_unsupported(c, WAY_REPLACE, "attribute %.80s is not supported",
                                       onnx_node_of(c->node)->attrs[i].name);
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
    r = numbers && entry->fold ? entry->fold(c) : entry->convert(c);
    return r < 0 ? r : types_note(c);
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
    const struct foreign_node **nodes = arena_alloc(&c->arena, model->n_nodes * sizeof(*nodes) + 1);
    const char **outputs = arena_alloc(&c->arena, model->n_outputs * sizeof(*outputs) + 1);

    if (!nodes || !outputs)
        return -ENOMEM;
    for (uint32_t i = 0; i < model->n_nodes; i++)
        nodes[i] = &model->nodes[i].node;
    for (uint32_t i = 0; i < model->n_outputs; i++)
        outputs[i] = model->outputs[i].name;
    c->nodes = nodes;
    c->n_nodes = model->n_nodes;
    c->own_outputs = outputs;
    c->n_own_outputs = model->n_outputs;
    return 0;
}

int onnx_convert(const void *bytes, size_t size, const struct convert_options *options,
                 struct graph **ret, struct buf *report, struct fault *fault)
{
    struct onnx_model model;
    struct onnx_source source = {.model = &model};
    int r = onnx_model_read(bytes, size, &model, fault);

    if (r < 0)
        return r;
    frontend_begin(&frontend, options, size, &source.conversion, fault);
    r = list_model(&source.conversion, &model);
    if (r == 0)
        r = frontend_convert(&source.conversion, ret, report);
    frontend_end(&source.conversion);
    onnx_model_done(&model);
    return r;
}
