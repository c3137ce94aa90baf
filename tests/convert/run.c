#include "tests/convert/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dlc/dlc.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define CLOSE 2e-5 /* of the range: two orders of sums in float32 */

struct run {
    const struct case_tensor *in, *out;
    uint32_t n_in, n_out;
    double close;
};

static const float *find_input(const struct run *run, const char *name)
{
    for (uint32_t i = 0; i < run->n_in; i++)
        if (strcmp(run->in[i].name, name) == 0)
            return run->in[i].data;
    return NULL;
}

static const char *run_network(const struct run *run, struct network *network)
{
    const struct network_info *info = network_info(network);
    struct slot *slot = slot_take(network);
    const struct span *in = slot_inputs(slot), *out = slot_outputs(slot);
    const char *wrong = NULL;
    struct run_times times;
    int r = 0;

    for (uint32_t i = 0; i < info->n_inputs; i++)
        memcpy(span_base(&in[i]), find_input(run, info->inputs[i].name), info->inputs[i].size);
    for (uint32_t i = 0; r == 0 && i < info->n_steps; i++)
        r = slot_run(slot, i, in, out, &times);
    if (r < 0)
        wrong = "the run";
    for (uint32_t i = 0; !wrong && i < info->n_outputs; i++) {
        size_t n = shape_elements(&run->out[i].shape);
        double apart = numbers_apart_in_range(span_base(&out[i]), run->out[i].data, n);

        if (info->outputs[i].size != n * sizeof(float) || !(apart <= run->close))
            wrong = suite_text("the numbers of %s: %g apart", info->outputs[i].name, apart);
    }
    slot_release(slot);
    return wrong;
}

const char *run_graph(const struct graph *graph, struct engine *engine,
                      const struct case_tensor *in, uint32_t n_in, const struct case_tensor *out,
                      uint32_t n_out, double close)
{
    const struct run run = {in, out, n_in, n_out, close};
    const char *outputs[CASE_TENSORS_MAX], *wrong;
    const struct derive derive = {.outputs = outputs, .n_outputs = n_out};
    const struct network_options options = {.derive = &derive};
    struct network *network = NULL;
    struct model *model = NULL;
    struct fault fault = {""};
    struct buf dlc = {0};
    int r = dlc_write(graph, NULL, &dlc, &fault);

    for (uint32_t i = 0; i < n_out; i++)
        outputs[i] = out[i].name;
    if (r == 0)
        r = model_read(dlc.base, dlc.size, &model, &fault);
    if (r == 0)
        r = network_new(engine, model, &options, &network, &fault);
    wrong = r < 0 ? suite_text("the container: %s", fault.text) : run_network(&run, network);
    network_unref(network);
    model_unref(model);
    buf_done(&dlc);
    return wrong;
}

/* NULL if the layers are those of the case, or the graph's. */
static const char *other_ops(const struct convert_case *c, const struct graph *graph)
{
    const char *text = "the layers are";
    bool same = graph->n_nodes == c->n_ops;

    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        const char *name = op_get(graph->nodes[i].op)->name;

        same = same && strcmp(name, c->ops[i]) == 0;
        text = suite_text("%s %s", text, name);
    }
    return same || c->n_ops == 0 ? NULL : text;
}

/* What differs from the case, or NULL: names and sizes at the network's border, the layers. */
static const char *check_graph(const struct convert_case *c, const struct graph *graph)
{
    if (graph->n_inputs != c->n_in || graph->n_outputs != c->n_out)
        return "the number of inputs or outputs";
    for (uint32_t i = 0; i < c->n_in; i++)
        if (strcmp(graph->values[graph->inputs[i]].name, c->in[i].name) != 0 ||
            !shape_equal(&graph->values[graph->inputs[i]].shape, &c->in[i].shape))
            return suite_text("input %s", c->in[i].name);
    for (uint32_t i = 0; i < c->n_out; i++)
        if (strcmp(graph->values[graph->outputs[i]].name, c->out[i].name) != 0 ||
            !shape_equal(&graph->values[graph->outputs[i]].shape, &c->out[i].shape))
            return suite_text("output %s", c->out[i].name);
    return other_ops(c, graph);
}

static const char *check_case(const char *name, struct engine *engine)
{
    struct graph *graph = NULL;
    struct convert_case c;
    struct fault fault = {""};
    const char *wrong;

    case_read(case_path(name), &c);
    if (case_convert(&c, &graph, NULL, &fault) < 0)
        wrong = suite_text("%s", fault.text);
    else
        wrong = check_graph(&c, graph);
    if (!wrong)
        wrong = run_graph(graph, engine, c.in, c.n_in, c.out, c.n_out, CLOSE);
    graph_unref(graph);
    case_done(&c);
    return wrong;
}

void run_cases(const char *folder, size_t least)
{
    struct engine *engine;
    const char *const *names;
    size_t n, n_wrong = 0;

    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, NULL), 0);
    names = case_names(folder, &n);
    ck_assert_uint_ge(n, least);
    for (size_t i = 0; i < n; i++) {
        const char *wrong = check_case(names[i], engine);

        if (wrong)
            fprintf(stderr, "%s: %s\n", names[i], wrong);
        n_wrong += wrong != NULL;
    }
    engine_free(engine);
    ck_assert_uint_eq(n_wrong, 0);
}
