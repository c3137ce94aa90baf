#include "tests/convert/run.h"

#include <stdlib.h>
#include <string.h>

#include "model/dlc/dlc.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

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
