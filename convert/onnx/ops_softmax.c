/* Softmax and LogSoftmax. */
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/softmax.h"

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

/* OP over all axes from FIRST on: as a matrix, and back. */
static int emit_flat(struct conversion *c, struct tensor *x, enum op op, uint32_t first)
{
    struct softmax_attrs attrs = {.axis = -1};
    struct shape flat = {2, {1, 1}};
    struct view view = view_identity();
    uint32_t in;
    struct node_spec spec = {.op = op, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
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
    enum op op = strcmp(c->node->op, "LogSoftmax") == 0 ? OP_LOG_SOFTMAX : OP_SOFTMAX;
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
        return emit_flat(c, x, op, first);
    return emit_softmax(c, x, op, axis);
}
