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
        return emit_softmax_from(c, x, op, first);
    return emit_softmax(c, x, op, axis);
}
