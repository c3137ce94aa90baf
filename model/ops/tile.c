/*
 * Tile: x repeated along its axes, y(i, j, ...) = x(i mod I, j mod J, ...).
 *
 * Shapes   y.dim[i] = x.dim[i] * multiples[i].
 * Types    any; an encoding per tensor stays what it is.
 * Sources  Caffe Tile (one axis); Caffe2 Tile; ONNX Tile, Expand of a tensor; TensorFlow Tile,
 *          BroadcastTo; DLC Tile (documented, not seen; names are ours).
 */
#include "model/ops/tile.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec tile_specs[] = {
    {"multiples", "multiples", ATTR_I32S, offsetof(struct tile_attrs, multiples), .least = 1,
     .most = INT32_MAX, .help = "how often, for each axis"},
    {0},
};

static int tile_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct tile_attrs *tile = node->attrs;
    struct shape y = node->in[0]->shape;
    int r = 0;

    if (tile->multiples.n != y.rank)
        return fail(fault, E_OP_ATTR, "there are %u multiples, but the input has rank %u",
                    tile->multiples.n, y.rank);
    for (uint32_t i = 0; r == 0 && i < y.rank; i++)
        r = op_set_dim(&y, i, (uint64_t)y.dim[i] * (uint32_t)tile->multiples.v[i], fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_tile = {
    .name = "Tile",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct tile_attrs),
    .attrs = tile_specs,
    .infer = tile_infer,
};
