/* NEEDS: convert model base */
/*
 * A TensorFlow graph of any bytes becomes a graph or a sentence: as the file has it, and with the
 * sizes and the output that most of the corpus names, so that the fuzzer gets behind them.
 */
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void convert(const uint8_t *data, size_t size, const struct convert_options *options)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = tensorflow_convert(data, size, options, &graph, &report, &fault);

    if (r < 0 && (graph || !*fault.text))
        abort();
    if (r == 0 && (!graph || graph->n_outputs == 0))
        abort();
    graph_unref(graph);
    buf_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct input_dims dims = {.name = "x", .shape = {4, {1, 4, 4, 2}}};
    static const char *const outputs[] = {"y"};

    convert(data, size, &(struct convert_options){0});
    convert(data, size,
            &(struct convert_options){.dims = &dims,
                                      .n_dims = 1,
                                      .outputs = outputs,
                                      .n_outputs = 1,
                                      .allow_unconsumed = true,
                                      .keep_batchnorm = true});
    return 0;
}
