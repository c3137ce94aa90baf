/*
 * ChannelShuffle: the channels of each group are dealt out, y[..., k*groups + g] = x[...,
 * g*(C/groups) + k].
 *
 * Shapes   x and y alike, rank 1 or more; groups divides the last axis.
 * Types    any; an encoding per tensor stays what it is.
 * Sources  Caffe ShuffleChannel; Caffe2 ChannelShuffle; the ONNX and TensorFlow chain of Reshape,
 *          Transpose, Reshape; DLC ChannelShuffle (documented, not seen; names are ours).
 */
#include "model/ops/channel_shuffle.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec channel_shuffle_specs[] = {
    {"groups", "groups", ATTR_I32, offsetof(struct channel_shuffle_attrs, groups), .preset = 1,
     .least = 1, .most = INT32_MAX, .help = "parts of the channels"},
    {0},
};

static int channel_shuffle_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct channel_shuffle_attrs *shuffle = node->attrs;
    const struct shape *x = &node->in[0]->shape;

    if (x->rank == 0)
        return fail(fault, E_SHAPE, "the input is a scalar; its last axis must be the channels");
    if (x->dim[x->rank - 1] % (uint32_t)shuffle->groups != 0)
        return fail(fault, E_SHAPE, "%u channels cannot be cut into %d groups", x->dim[x->rank - 1],
                    shuffle->groups);
    return op_infer_same(node, out, fault);
}

const struct op_def op_channel_shuffle = {
    .name = "ChannelShuffle",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct channel_shuffle_attrs),
    .attrs = channel_shuffle_specs,
    .infer = channel_shuffle_infer,
};
