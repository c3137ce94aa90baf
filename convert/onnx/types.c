#include "convert/onnx/types.h"

#include <string.h>

#include "convert/onnx/ops.h"
#include "convert/onnx/record.h"

bool types_is_whole(const struct tensor *tensor)
{
    const struct onnx_tensor *record = tensor->record;

    if (tensor->state == TENSOR_VALUE)
        return tensor->whole;
    if (tensor->numbers)
        return !tensor->numbers->is_float;
    return record && !record_type_is_float(record->type);
}

/* Operators whose outputs are indices or booleans, whatever goes in. */
static bool makes_whole(const char *op)
{
    static const char *const makers[] = {"And",     "ArgMax",         "ArgMin",     "Equal",
                                         "Greater", "Less",           "Not",        "Or",
                                         "Xor",     "GreaterOrEqual", "LessOrEqual"};

    for (size_t i = 0; i < ARRAY_SIZE(makers); i++)
        if (strcmp(makers[i], op) == 0)
            return true;
    return false;
}

int types_note(struct conversion *c)
{
    const struct tensor *x = conversion_input(c, strcmp(c->node->op, "Where") == 0 ? 1 : 0);
    bool whole = x && types_is_whole(x);
    int64_t type;
    int r = 0;

    if (strcmp(c->node->op, "Cast") == 0) {
        r = ops_cast_type(c, &type);
        whole = r == 0 && !record_type_is_float((int32_t)type);
    } else if (strcmp(c->node->op, "DequantizeLinear") == 0) {
        whole = false;
    } else if (makes_whole(c->node->op)) {
        whole = true;
    }
    for (uint32_t i = 0; i < c->node->n_outputs; i++) {
        struct tensor *y = conversion_output(c, i);

        if (y && y->state == TENSOR_VALUE)
            y->whole = whole;
    }
    return r;
}
