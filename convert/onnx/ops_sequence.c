/*
 * LSTM, GRU and RNN, in one direction or both. ONNX has x as [T,N,I] (layout 0) or [N,T,I] (layout
 * 1), matrices [D,G*H,I] and [D,G*H,H] with the gates of ONNX's order, two biases in one list
 * [D,2*G*H]; the graph has one layer a direction, [N,T,I], matrices [I,G*H] and [H,G*H] and one
 * list of biases. Two directions are two layers, and a Concat of what they give.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/sequence.h"
#include "model/ops/concat.h"
#include "model/ops/gru.h"
#include "model/ops/lstm.h"
#include "model/ops/rnn.h"

#define STATES_MAX 2

static int bring_inputs(struct conversion *c, struct tensor *x, const struct sequence *layer,
                        uint32_t direction, uint32_t *in, uint32_t *ret_n)
{
    struct view time_second = {{1, 0, 2}}, plain = view_identity();
    bool any = false;
    int r = layout_bring(c, x, layer->batch_first ? &plain : &time_second, &in[0]);

    if (r == 0)
        r = sequence_place_matrix(c, layer, SEQUENCE_W, direction, &in[1]);
    if (r == 0)
        r = sequence_place_matrix(c, layer, SEQUENCE_R, direction, &in[2]);
    if (r == 0)
        r = sequence_place_bias(c, layer, direction, &in[3]);
    *ret_n = 4;
    for (uint32_t i = 0; i < layer->kind->n_states; i++)
        any |= conversion_input(c, SEQUENCE_H0 + i) != NULL;
    for (uint32_t i = 0; r == 0 && any && i < layer->kind->n_states; i++)
        r = sequence_bring_state(c, layer, SEQUENCE_H0 + i, direction, &in[(*ret_n)++]);
    return r;
}

/* The layer of one direction; its outputs y [N,T,H] and states [N,H] in OUT. */
static int emit_direction(struct conversion *c, struct tensor *x, const struct sequence *layer,
                          uint32_t direction, uint32_t *out)
{
    static const char *const suffixes[] = {"y", "h", "c"};
    bool backward = layer->backward || direction == 1;
    struct lstm_attrs lstm = {backward};
    struct gru_attrs gru = {backward, layer->reset_after};
    struct rnn_attrs rnn = {backward, layer->relu[direction] ? RNN_RELU : RNN_TANH};
    uint32_t in[4 + STATES_MAX];
    struct node_spec spec = {
        .op = layer->kind->op, .inputs = in, .n_outputs = 1 + layer->kind->n_states};
    int r = bring_inputs(c, x, layer, direction, in, &spec.n_inputs);

    if (spec.op == OP_LSTM)
        spec.attrs = &lstm;
    else if (spec.op == OP_GRU)
        spec.attrs = &gru;
    else
        spec.attrs = &rnn;
    return r < 0 ? r : conversion_emit_many(c, suffixes, &spec, out);
}

/* What both directions give, each of SHAPE with 1 at AXIS, one behind the other along it. */
static int join(struct conversion *c, uint32_t i, const uint32_t *parts, const struct shape *shape,
                uint32_t axis, const struct view *view)
{
    static const char *const suffixes[] = {"forward", "backward"};
    const struct tensor *tensor = conversion_output(c, i);
    struct concat_attrs attrs = {(int32_t)axis};
    uint32_t in[2];
    struct node_spec spec = {.op = OP_CONCAT, .attrs = &attrs, .inputs = in, .n_inputs = 2};

    for (uint32_t k = 0; k < 2; k++) {
        int r = layout_reshape(c, tensor->name, suffixes[k], parts[k], shape, &in[k]);

        if (r < 0)
            return r;
    }
    return conversion_emit(c, i, &spec, view);
}

/*
 * Output I out of what each direction gives: y [N,T,H] as ONNX's Y [T,D,N,H] or [N,T,D,H], states
 * [N,H] as [D,N,H] or [N,D,H].
 */
static int emit_output(struct conversion *c, uint32_t i, const uint32_t *parts,
                       const struct sequence *layer)
{
    const struct tensor *tensor = conversion_output(c, i);
    struct view plain = view_identity(), sequence = {{1, 2, 0, 3}};
    struct shape shape = {4, {layer->batch, layer->length, 1, layer->hidden}};
    const struct view *view = layer->batch_first || i > 0 ? &plain : &sequence;
    uint32_t axis = 2;

    if (!tensor || !tensor->needed)
        return 0;
    if (i > 0) {
        axis = layer->batch_first ? 1 : 0;
        shape = (struct shape){3, {1, layer->batch, layer->hidden}};
        if (layer->batch_first)
            shape = (struct shape){3, {layer->batch, 1, layer->hidden}};
    }
    if (layer->n_directions == 1)
        return layout_emit_reshape(c, i, parts[0], &shape, view);
    return join(c, i, parts, &shape, axis, view);
}

int convert_sequence(struct conversion *c)
{
    uint32_t out[2][1 + STATES_MAX], parts[2] = {0};
    struct sequence layer = {0};
    struct tensor *x;
    int r = conversion_activation(c, SEQUENCE_X, &x);

    if (r == 0)
        r = sequence_read(c, x, &layer);
    for (uint32_t i = 0; r == 0 && i < layer.n_directions; i++)
        r = emit_direction(c, x, &layer, i, out[i]);
    for (uint32_t i = 0; r == 0 && i < 1 + layer.kind->n_states; i++) {
        for (uint32_t k = 0; k < layer.n_directions; k++)
            parts[k] = out[k][i];
        r = emit_output(c, i, parts, &layer);
    }
    return r;
}
