/*
 * Normalize: y[n, ..., c] = x / sqrt(sum of squares + epsilon) * weights[c].
 *
 * Shapes   x and y alike, rank 2 or more; weights as many numbers as the last axis of x, or one.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe (SSD) Normalize (channel_shared: one weight); DLC Normalize (documented, not seen;
 *          names are ours).
 */
#include "model/ops/normalize.h"

#include <float.h>

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec normalize_specs[] = {
    {"across_spatial", "across_spatial", ATTR_BOOL,
     offsetof(struct normalize_attrs, across_spatial), .preset = 1,
     .help = "one length for all places of an image"},
    {"epsilon", "epsilon", ATTR_F32, offsetof(struct normalize_attrs, epsilon), .preset = 1e-10,
     .least = 0, .most = FLT_MAX, .help = "what is added to the sum"},
    {0},
};

static int normalize_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct shape *x = &node->in[0]->shape;
    int r;

    if (x->rank < 2)
        return fail(fault, E_SHAPE, "the input has rank %u; it must have a batch and channels",
                    x->rank);
    if (shape_elements(&node->in[1]->shape) != 1) {
        r = op_check_count(node, 1, "the weights", x->dim[x->rank - 1], fault);
        if (r < 0)
            return r;
    }
    return op_infer_same(node, out, fault);
}

static const char *const normalize_params[] = {NULL, "weights_0"};

const struct op_def op_normalize = {
    .name = "Normalize",
    .params = normalize_params,
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct normalize_attrs),
    .attrs = normalize_specs,
    .infer = normalize_infer,
};
