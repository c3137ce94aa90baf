#include <errno.h>

#include "model/copy.h"
#include "model/derive.h"

/* How many numbers in a row have one encoding. */
static size_t run_length(const struct value *value)
{
    size_t n = 1;

    if (value->n_encodings == 1)
        return shape_elements(&value->shape);
    for (uint32_t i = value->encoding_axis + 1; i < value->shape.rank; i++)
        n *= value->shape.dim[i];
    return n;
}

static void decode(const struct value *from, float *x)
{
    const uint8_t *codes = from->data;
    const size_t length = run_length(from), n_runs = shape_elements(&from->shape) / length;

    for (size_t run = 0; run < n_runs; run++) {
        const struct encoding encoding = from->encodings[run % from->n_encodings];

        for (size_t i = 0; i < length; i++)
            *x++ = encoding_real(&encoding, *codes++);
    }
}

static int dequantize_constant(struct copy *copy, uint32_t value, struct fault *fault)
{
    const struct value *from = &copy->from->values[value];
    _cleanup_(blob_unrefp) struct blob *blob = NULL;
    struct constant constant = {
        .name = from->name, .shape = from->shape, .dtype = from->dtype, .blob = from->blob};
    int r;

    if (from->dtype == DTYPE_TF8) {
        blob = blob_new(shape_elements(&from->shape) * sizeof(float));
        if (!blob)
            return -ENOMEM;
        decode(from, blob_base(blob));
        constant.dtype = DTYPE_F32;
        constant.blob = blob;
    }
    r = build_constant(copy->to, &constant, &copy->values[value], fault);
    return r < 0 ? r : copy_const_layer(copy, value);
}

int graph_dequantize(const struct graph *graph, struct graph **ret, struct fault *fault)
{
    _cleanup_(copy_done) struct copy copy = {0};
    int r = copy_init(&copy, graph);

    for (uint32_t i = 0; r == 0 && i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];

        if (value->blob)
            r = dequantize_constant(&copy, i, fault);
        else if (graph->nodes[value->producer].outputs[0] == i)
            r = copy_node(&copy, &graph->nodes[value->producer], NULL, fault);
    }
    return r < 0 ? r : copy_finish(&copy, graph->outputs, graph->n_outputs, ret, fault);
}
