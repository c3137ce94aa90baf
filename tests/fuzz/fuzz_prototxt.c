/* NEEDS: convert model base */
/*
 * A prototxt of any bytes becomes a graph or a sentence. What stands behind a first byte 0 is the
 * caffemodel that goes with it; without one there is none.
 */
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct input_dims dims = {.name = "data", .shape = {4, {1, 3, 8, 8}}};
    static const struct convert_input nv21 = {.name = "data", .encoding = 104};
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    size_t text = end ? (size_t)(end - data) : size;
    struct convert_options options = {
        .dims = &dims,
        .n_dims = size % 2, /* the file's sizes, or ours */
        .prepare = true,    /* by what data layers say, sometimes by options too */
        .inputs = &nv21,
        .n_inputs = size % 4 == 3,
        .picture_width = size % 8 == 7 ? 12 : 0,
        .picture_height = size % 8 == 7 ? 10 : 0,
        .weights = end ? end + 1 : NULL,
        .weights_size = end ? size - text - 1 : 0,
    };
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = caffe_convert(data, text, &options, &graph, &report, &fault);

    if (r < 0 && (graph || !*fault.text))
        abort();
    if (r == 0 && (!graph || graph->n_outputs == 0))
        abort();
    graph_unref(graph);
    buf_done(&report);
    return 0;
}
