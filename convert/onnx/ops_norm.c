/* BatchNormalization and Softmax. */
#include <math.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/softmax.h"

/* What input 1 to 4 of a BatchNormalization say. */
enum { SCALE, BIAS, MEAN, VARIANCE, N_PARAMS };

static int read_params(struct conversion *c, uint32_t channels, const struct numbers *params[])
{
    for (uint32_t i = 0; i < N_PARAMS; i++) {
        int r = conversion_constant(c, i + 1, "the statistics", &params[i]);

        if (r < 0)
            return r;
        if (!params[i] || params[i]->n != channels)
            return conversion_unsupported(c, "check the model", "input %u does not hold %u numbers",
                                          i + 1, channels);
    }
    return 0;
}

/* gamma / sqrt(var + epsilon) and beta - mean * that, worked out in double. */
static int place_params(struct conversion *c, const struct numbers *params[], uint32_t channels,
                        float epsilon, uint32_t *ret_weights, uint32_t *ret_bias)
{
    const struct shape shape = {1, {channels}};
    struct walk walk = {.shape = shape, .stride = {1}};
    struct numbers weights, bias;
    struct blob *blob;
    float *w, *b;
    int r = numbers_new_f32(c, &shape, &weights, &w);

    if (r == 0)
        r = numbers_new_f32(c, &shape, &bias, &b);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < channels; i++) {
        double weight =
            numbers_at(params[SCALE], i) / sqrt(numbers_at(params[VARIANCE], i) + (double)epsilon);

        w[i] = (float)weight;
        b[i] = (float)(numbers_at(params[BIAS], i) - numbers_at(params[MEAN], i) * weight);
    }
    r = numbers_lay_out(c, &weights, &walk, 1, &blob);
    if (r == 0)
        r = conversion_add_constant(c, c->node->inputs[1], &shape, blob, ret_weights);
    walk = (struct walk){.shape = shape, .stride = {1}};
    if (r == 0)
        r = numbers_lay_out(c, &bias, &walk, 1, &blob);
    if (r == 0)
        r = conversion_add_constant(c, c->node->inputs[2], &shape, blob, ret_bias);
    return r;
}

/* The ways in which this node may mean more than the statistics of training. */
static int check_use(struct conversion *c, const struct tensor *x)
{
    int64_t training, spatial, is_test;
    int r = attr_int(c, "training_mode", 0, &training);

    if (r == 0)
        r = attr_int(c, "spatial", 1, &spatial);
    if (r == 0)
        r = attr_int(c, "is_test", 0, &is_test);
    if (r < 0)
        return r;
    for (uint32_t i = 1; i < c->node->n_outputs; i++)
        training |= conversion_output(c, i) && conversion_output(c, i)->needed;
    /* Before operator set 7 is_test 0 was the preset, and exporters left it there. */
    if (training)
        return conversion_unsupported(c, "export the model for inference", "training mode");
    if (x->shape.rank < 2)
        return conversion_unsupported(c, "check the model", "an input of rank %u", x->shape.rank);
    if (!spatial && x->shape.rank > 2)
        return conversion_unsupported(c, WAY_REPLACE, "statistics for each place (spatial 0)");
    return 0;
}

int convert_batch_norm(struct conversion *c)
{
    const struct numbers *params[N_PARAMS];
    uint32_t in[3];
    struct node_spec spec = {.op = OP_BATCH_NORM, .inputs = in, .n_inputs = 3};
    struct tensor *x;
    struct view view;
    float epsilon;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = check_use(c, x);
    if (r == 0)
        r = attr_float(c, "epsilon", 1e-5f, &epsilon);
    if (r == 0)
        r = read_params(c, x->shape.dim[1], params);
    if (r < 0)
        return r;
    view = layout_axis_last(x, 1);
    if (x->state != TENSOR_VALUE)
        view = view_channel_last(x->shape.rank);
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = place_params(c, params, x->shape.dim[1], epsilon, &in[1], &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/*
 * Before operator set 13 everything from axis FIRST on is one axis. That is one axis of the tensor
 * if the others have the size 1. Returns whether it is, and which.
 */
static bool find_one_axis(const struct conversion *c, const struct tensor *x, uint32_t first,
                          uint32_t *ret)
{
    uint32_t found = 0;

    *ret = first;
    if (onnx_model_of(c)->opset >= 13)
        return true;
    for (uint32_t i = first; i < x->shape.rank; i++)
        if (x->shape.dim[i] != 1) {
            *ret = i;
            found++;
        }
    return found <= 1;
}

/* Softmax over all axes from FIRST on: as a matrix, and back. */
static int emit_flat_softmax(struct conversion *c, struct tensor *x, uint32_t first)
{
    struct softmax_attrs attrs = {.axis = -1};
    struct shape flat = {2, {1, 1}};
    struct view view = view_identity();
    uint32_t in;
    struct node_spec spec = {.op = OP_SOFTMAX, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    int r = layout_bring_plain(c, x, &in);

    for (uint32_t i = 0; i < x->shape.rank; i++)
        flat.dim[i >= first] *= x->shape.dim[i];
    if (r == 0)
        r = layout_reshape(c, x->name, "flat", in, &flat, &in);
    if (r == 0)
        r = conversion_emit_main(c, "flat", &spec, &in);
    return r < 0 ? r : layout_emit_reshape(c, 0, in, &x->shape, &view);
}

int convert_softmax(struct conversion *c)
{
    uint32_t first, axis;
    struct tensor *x;
    int64_t said;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "axis", onnx_model_of(c)->opset >= 13 ? -1 : 1, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &first);
    if (r < 0)
        return r;
    if (!find_one_axis(c, x, first, &axis))
        return emit_flat_softmax(c, x, first);
    return emit_softmax(c, x, OP_SOFTMAX, axis);
}
