#include "convert/frontend.h"

#include <errno.h>

#include "base/error.h"
#include "convert/cut.h"
#include "convert/input.h"
#include "convert/outputs.h"
#include "convert/plan.h"

/* A node that was refused made nothing, though some of its outputs may have been made before. */
static void forget_outputs(struct conversion *c)
{
    for (uint32_t i = 0; i < c->node->n_outputs; i++) {
        struct tensor *tensor = conversion_output(c, i);

        if (tensor)
            tensor->state = TENSOR_UNKNOWN;
    }
}

static int convert_nodes(struct conversion *c)
{
    for (uint32_t i = 0; i < c->n_nodes; i++) {
        int r;

        if (c->options->progress)
            c->options->progress(c->options->progress_context, i, c->n_nodes);
        if (!c->wanted[i])
            continue;
        c->node = c->nodes[i];
        r = c->frontend->convert_node(c);
        if (r == E_CONVERT_LAYER)
            forget_outputs(c);
        else if (r < 0)
            return r;
    }
    c->node = NULL;
    return 0;
}

/* What was put in needlessly first, for a Reshape hides a BatchNorm from the convolution. */
static int run_passes(const struct conversion *c, const struct graph *graph, struct graph **ret)
{
    _cleanup_(graph_unrefp) struct graph *dropped = NULL;
    int r = graph_drop_noop(graph, &dropped, c->fault);

    if (r == 0 && !c->options->keep_batchnorm)
        return graph_fold_batchnorm(dropped, c->frontend->joined_names, ret, c->fault);
    if (r == 0)
        *ret = take_ptr(dropped);
    return r;
}

static int convert(struct conversion *c, struct graph **ret)
{
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    int r = plan_make(c);

    if (r == 0)
        r = builder_new(&c->builder);
    if (r == 0)
        r = c->frontend->add_inputs(c);
    if (r == 0)
        r = convert_nodes(c);
    if (r == 0 && c->again)
        r = -EAGAIN;
    if (r == 0)
        r = outputs_finish(c, &graph);
    if (r == 0 && c->report.problems.n)
        r = c->open ? E_SHAPE : E_CONVERT_LAYER;
    return r < 0 ? r : run_passes(c, graph, ret);
}

static int say_problems(struct conversion *c, int r, struct buf *report)
{
    int r_print = report_print(&c->report, report);

    if (r == E_CONVERT_LAYER || r == E_SHAPE)
        report_fault(&c->report, r, c->fault);
    if (r_print == 0 && r == E_CONVERT_LAYER)
        r_print = cut_print(c, report);
    if (r_print == 0 && r == E_CONVERT_LAYER && c->frontend->advise)
        r_print = c->frontend->advise(c, report);
    if (r_print == 0 && c->refused)
        r_print = c->frontend->print_names(report);
    return r_print;
}

void frontend_begin(const struct frontend *frontend, const struct convert_options *options,
                    size_t size, struct conversion *ret, struct fault *fault)
{
    struct conversion *c = ret;

    c->frontend = frontend;
    c->options = options;
    c->fault = fault;
    c->report.arena = c->buffers.arena = c->layers.arena = &c->arena;
    c->bytes_left = CONVERSION_FREE_BYTES + CONVERSION_SPREAD * size;
}

/* Inputs of the file that no output needs. */
static int say_unused(const struct conversion *c, struct buf *report)
{
    const struct tensor *tensors = c->tensors.base;
    int r = 0;

    for (uint32_t i = 0; r >= 0 && i < c->tensors.n; i++)
        if (input_is(&tensors[i]) && !tensors[i].needed)
            r = buf_printf(report, "input \"%s\" is used by no output\n", tensors[i].name);
    return r < 0 ? r : 0;
}

int frontend_convert(struct conversion *c, struct graph **ret, struct buf *report)
{
    struct graph *graph = NULL;
    int r = convert(c, &graph), r_print = 0;

    if (r == 0)
        r_print = say_unused(c, report);
    else if (r != -ENOMEM && r != -EAGAIN)
        r_print = say_problems(c, r, report);
    if (r == 0 && r_print == 0)
        *ret = take_ptr(graph);
    graph_unref(graph);
    return r_print < 0 ? r_print : r;
}

void frontend_end(struct conversion *c)
{
    builder_free(c->builder);
    names_done(&c->names);
    unique_done(&c->buffers);
    unique_done(&c->layers);
    arena_done(&c->arena);
}

int frontend_name_file(const char *file, int r, struct fault *fault)
{
    struct fault inner;

    if (!file || !fault || (r != E_CONVERT_SYNTAX && r != E_TOO_LARGE && r != E_NOT_BUILT))
        return r;
    inner = *fault;
    return fail(fault, r, "%.80s: %s", file, inner.text);
}
