/* NEEDS: convert model base */
/* A caffemodel of any bytes, read for a network that wants blobs of all kinds. */
#include <stdlib.h>
#include <string.h>

#include "convert/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char net[] =
    "input: 'data' input_dim: [1, 2, 3, 3]\n"
    "layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c'\n"
    "  convolution_param { num_output: 2 kernel_size: 1 } }\n"
    "layer { name: 'n' type: 'BatchNorm' bottom: 'c' top: 'n' }\n"
    "layer { name: 's' type: 'Scale' bottom: 'n' top: 's' scale_param { bias_term: true } }\n"
    "layer { name: 'p' type: 'PReLU' bottom: 's' top: 's' }\n"
    "layer { name: 'i' type: 'InnerProduct' bottom: 's' top: 'i'\n"
    "  inner_product_param { num_output: 2 bias_term: false } }\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct convert_options options = {.weights = data ? data : (const void *)net,
                                            .weights_size = size};
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = caffe_convert(net, sizeof(net) - 1, &options, &graph, &report, &fault);

    if (r < 0 && (graph || !*fault.text))
        abort();
    if (r == 0 && (!graph || graph->n_outputs == 0))
        abort();
    graph_unref(graph);
    buf_done(&report);
    return 0;
}
