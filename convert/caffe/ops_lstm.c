/*
 * LSTM. Caffe has x as [T,N,...], a second bottom [T,N] that is 0 where a sequence begins, and
 * matrices [4H,I] and [4H,H] with the gates in the graph's own order; the graph has [N,T,I].
 */
#include <string.h>

#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/layout.h"
#include "model/ops/lstm.h"

enum { X, CONT, H0, C0 };

/* Blobs of the layer. */
enum { W_X, BIAS, W_H };

struct lstm {
    struct shape x; /* [T,N,I] */
    uint32_t hidden;
    bool exposed; /* states come in and go out */
};

static int read_lstm(struct conversion *c, const struct tensor *x, struct lstm *ret)
{
    int32_t hidden;
    uint32_t n;
    int r = param_i32(c, "num_output", 0, 1, INT32_MAX / 8, &hidden);

    if (r == 0)
        r = param_bool(c, "expose_hidden", false, &ret->exposed);
    if (r < 0)
        return r;
    n = ret->exposed ? 4 : 2;
    if (c->node->n_inputs != n || c->node->n_outputs != n - 1)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "%u bottoms and %u tops (a bottom that stays the same over "
                                      "time is not supported)",
                                      c->node->n_inputs, c->node->n_outputs);
    if (!hidden || x->shape.rank < 3)
        return conversion_unsupported(c, "check the prototxt",
                                      "it has no num_output, or its bottom less than 3 dimensions");
    ret->hidden = (uint32_t)hidden;
    ret->x = (struct shape){3, {x->shape.dim[0], x->shape.dim[1], 1}};
    for (uint32_t i = 2; i < x->shape.rank; i++)
        ret->x.dim[2] *= x->shape.dim[i];
    return 0;
}

/* Blob I, [4H,COLUMNS], as [COLUMNS,4H]. */
static int place_matrix(struct conversion *c, uint32_t i, const struct lstm *lstm, uint32_t columns,
                        const char *name, uint32_t *ret)
{
    struct walk walk = {.shape = {2, {columns, 4 * lstm->hidden}},
                        .stride = {1, (ptrdiff_t)columns}};
    const struct caffe_blob *blob;
    int r = layer_blob(c, i, "the weights", (uint64_t)columns * 4 * lstm->hidden, &blob);

    return r < 0 ? r : layer_lay_out(c, blob, &walk, &walk.shape, name, ret);
}

/* Bottom I, [1,N,H], as [N,H]; none if states do not come in. */
static int bring_state(struct conversion *c, uint32_t i, const struct lstm *lstm, uint32_t *ret)
{
    const struct shape shape = {2, {lstm->x.dim[1], lstm->hidden}};
    struct view plain = view_identity();
    struct tensor *state;
    int r;

    *ret = NO_VALUE;
    if (!lstm->exposed)
        return 0;
    r = conversion_activation(c, i, &state);
    if (r == 0 && shape_elements(&state->shape) != shape_elements(&shape))
        r = conversion_unsupported(c, "check the prototxt", "bottom %u is no state", i);
    return r < 0 ? r : layout_bring_shaped(c, state, &shape, &plain, ret);
}

static int bring_inputs(struct conversion *c, struct tensor *x, const struct lstm *lstm,
                        uint32_t *in)
{
    const struct shape steps = {2, {lstm->x.dim[0], lstm->x.dim[1]}};
    struct view time_second = {{1, 0, 2}};
    struct tensor *cont;
    int r = conversion_activation(c, CONT, &cont);

    if (r == 0 && shape_elements(&cont->shape) != shape_elements(&steps))
        r = conversion_unsupported(c, "check the prototxt", "bottom 1 is not [T,N]");
    if (r == 0)
        r = layout_bring_shaped(c, x, &lstm->x, &time_second, &in[0]);
    if (r == 0)
        r = place_matrix(c, W_X, lstm, lstm->x.dim[2], "weights", &in[1]);
    if (r == 0)
        r = place_matrix(c, W_H, lstm, lstm->hidden, "recurrent", &in[2]);
    if (r == 0)
        r = layer_place_bias(c, BIAS, true, 4 * lstm->hidden, &in[3]);
    if (r == 0)
        r = bring_state(c, H0, lstm, &in[4]);
    if (r == 0)
        r = bring_state(c, C0, lstm, &in[5]);
    return r < 0 ? r : layout_bring_shaped(c, cont, &steps, &time_second, &in[6]);
}

/* y [N,T,H] and the states [N,H] as tops [T,N,H] and [1,N,H]. */
static int name_tops(struct conversion *c, const uint32_t *out, const struct lstm *lstm)
{
    struct view plain = view_identity();
    struct tensor y = {.state = TENSOR_VALUE,
                       .value = out[0],
                       .view = {{1, 0, 2}},
                       .shape = {3, {lstm->x.dim[0], lstm->x.dim[1], lstm->hidden}}};
    const struct shape state = {3, {1, lstm->x.dim[1], lstm->hidden}};
    int r = conversion_alias(c, 0, &y);

    for (uint32_t i = 1; r == 0 && i < 3; i++)
        if (conversion_output(c, i)->needed)
            r = layout_emit_reshape(c, i, out[i], &state, &plain);
    return r;
}

int convert_caffe_lstm(struct conversion *c)
{
    static const char *const suffixes[] = {"y", "h", "c"};
    struct lstm_attrs attrs = {0};
    struct view time_second = {{1, 0, 2}};
    struct lstm lstm;
    uint32_t in[7], out[3];
    struct node_spec spec = {
        .op = OP_LSTM, .attrs = &attrs, .inputs = in, .n_inputs = 7, .n_outputs = 3};
    struct tensor *x;
    int r = conversion_activation(c, X, &x);

    if (r == 0)
        r = read_lstm(c, x, &lstm);
    if (r == 0)
        r = bring_inputs(c, x, &lstm, in);
    if (r < 0)
        return r;
    if (!lstm.exposed)
        return conversion_emit(c, 0, &spec, &time_second);
    r = conversion_emit_many(c, suffixes, &spec, out);
    return r < 0 ? r : name_tops(c, out, &lstm);
}
