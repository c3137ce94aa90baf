/* Every case of data/: converted, checked for its layout, written, read, run on the cpu. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "tests/convert/case.h"
#include "tests/convert/run.h"
#include "tests/support/suite.h"

#define CLOSE 2e-5 /* of the range: two orders of sums in float32 */

static bool has_ops(const struct convert_case *c, const struct graph *graph)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (at >= c->n_ops || strcmp(op_get(graph->nodes[i].op)->name, c->ops[at++]) != 0)
            return false;
    return at == c->n_ops;
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
    return c->n_ops && !has_ops(c, graph) ? "the layers" : NULL;
}

static const char *check(const char *name, struct engine *engine)
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

START_TEST(each_case_gives_the_numbers_of_onnxruntime)
{
    struct engine *engine;
    const char *const *names;
    size_t n, n_wrong = 0;

    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, NULL), 0);
    names = case_names("", &n);
    ck_assert_uint_gt(n, 100);
    for (size_t i = 0; i < n; i++) {
        const char *wrong = check(names[i], engine);

        if (wrong)
            fprintf(stderr, "%s: %s\n", names[i], wrong);
        n_wrong += wrong != NULL;
    }
    engine_free(engine);
    ck_assert_uint_eq(n_wrong, 0);
}
END_TEST

SUITE(each_case_gives_the_numbers_of_onnxruntime);
