/* NEEDS: convert model base */
/*
 * An ONNX file of any bytes becomes a graph or a sentence. Without a folder, so that nothing else
 * is read; with sizes for the first open input, so that the fuzzer gets behind it.
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
    int r = onnx_convert(data, size, options, &graph, &report, &fault);

    if (r < 0 && (graph || !*fault.text))
        abort();
    if (r == 0 && (!graph || graph->n_outputs == 0))
        abort();
    graph_unref(graph);
    buf_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct input_dims dims = {.name = "x", .shape = {4, {1, 3, 8, 8}}};

    convert(data, size, &(struct convert_options){0});
    convert(data, size,
            &(struct convert_options){.dims = &dims, .n_dims = 1, .keep_batchnorm = true});
    return 0;
}
