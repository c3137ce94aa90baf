/*
 * Pad: rows of a constant, of the mirrored tensor (without its edge, or with it), of its edge or of
 * its other end around it.
 *
 * Shapes   y.dim[i] = before[i] + x.dim[i] + after[i]; with reflect, both are below x.dim[i], with
 *          symmetric and wrap they are not above it.
 * Types    any; an encoding per tensor stays what it is.
 * Sources  Caffe Padding; Caffe2 PadImage; ONNX Pad (constant, reflect, edge, wrap); TensorFlow
 *          Pad, PadV2, MirrorPad; DLC Pad (documented, not seen; attribute names are ours).
 */
#include "model/ops/pad.h"

#include <math.h>

#include "base/error.h"
#include "model/graph.h"

static const char *const modes[] = {"constant", "reflect", "edge", "symmetric", "wrap", NULL};

static const struct attr_spec pad_specs[] = {
    {"mode", "mode", ATTR_ENUM, offsetof(struct pad_attrs, mode), .words = modes,
     .help = "what is put around"},
    {"before", "pad_before", ATTR_I32S, offsetof(struct pad_attrs, before), .least = 0,
     .most = INT32_MAX, .help = "how many before, for each axis"},
    {"after", "pad_after", ATTR_I32S, offsetof(struct pad_attrs, after), .least = 0,
     .most = INT32_MAX, .help = "how many behind, for each axis"},
    {"value", "pad_value", ATTR_F32, offsetof(struct pad_attrs, value), .least = -INFINITY,
     .most = INFINITY, .help = "the constant"},
    {0},
};

uint32_t pad_most(enum pad_mode mode, uint32_t size)
{
    if (mode == PAD_REFLECT)
        return size - 1;
    return mode == PAD_SYMMETRIC || mode == PAD_WRAP ? size : UINT32_MAX;
}

static int pad_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct pad_attrs *pad = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct shape y = {.rank = x->rank};
    int r = 0;

    if (pad->before.n != x->rank || pad->after.n != x->rank)
        return fail(fault, E_OP_ATTR,
                    "before and after have %u and %u numbers, but the input has rank %u",
                    pad->before.n, pad->after.n, x->rank);
    for (uint32_t i = 0; r == 0 && i < x->rank; i++) {
        uint32_t before = (uint32_t)pad->before.v[i], after = (uint32_t)pad->after.v[i];

        if (before > pad_most(pad->mode, x->dim[i]) || after > pad_most(pad->mode, x->dim[i]))
            return fail(fault, E_OP_ATTR, "axis %u: a size of %u cannot be mirrored by %u and %u",
                        i, x->dim[i], before, after);
        r = op_set_dim(&y, i, (uint64_t)before + x->dim[i] + after, fault);
    }
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_pad = {
    .name = "Pad",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct pad_attrs),
    .attrs = pad_specs,
    .infer = pad_infer,
};
