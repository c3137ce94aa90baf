/* NEEDS: convert model base */
/*
 * A predict net and an init net of any bytes become a graph or a sentence. Two bytes say how long
 * the first is; with sizes for "data", so that the fuzzer gets behind its input.
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
    int r = caffe2_convert(data, size, options, &graph, &report, &fault);

    if (r < 0 && (graph || !*fault.text))
        abort();
    if (r == 0 && (!graph || graph->n_outputs == 0))
        abort();
    graph_unref(graph);
    buf_done(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct input_dims dims = {.name = "data", .shape = {4, {1, 2, 5, 6}}};
    struct convert_options options = {.dims = &dims, .n_dims = 1, .keep_batchnorm = true};
    size_t first;

    if (size < 2)
        return 0;
    first = (size_t)(data[0] | data[1] << 8);
    data += 2;
    size -= 2;
    first = first < size ? first : size;
    options.weights = data + first;
    options.weights_size = size - first;
    options.prepare = memmem(data, first, "ImageInput", 10) != NULL;
    convert(data, first, &options);
    options.n_dims = 0;
    convert(data, first, &options);
    return 0;
}
