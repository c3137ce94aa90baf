/* Cast: the network computes in float, whatever the file says that its tensors are. */
#include <string.h>
#include <strings.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/record.h"
#include "convert/onnx/types.h"

/* The type that a Cast makes; operator sets before 6 spell it. */
int ops_cast_type(struct conversion *c, int64_t *ret)
{
    const struct onnx_attr *attr = attr_find(c, "to");

    if (attr && attr->type == ONNX_ATTR_STRING && attr->s) {
        *ret = strcmp(attr->s, "FLOAT") == 0 ? ONNX_FLOAT : ONNX_UNDEFINED;
        for (int32_t type = 0; type < _ONNX_TYPE_MAX; type++)
            if (strcasecmp(attr->s, record_type_name(c, type)) == 0)
                *ret = type;
        return 0;
    }
    return attr_int(c, "to", ONNX_UNDEFINED, ret);
}

int ops_emit_truncated(struct conversion *c, uint32_t value, const struct view *view)
{
    struct binary_attrs fraction = {BINARY_TRUNC_MOD}, subtract = {BINARY_SUB};
    uint32_t in[2] = {value}, parts[2] = {value};
    struct node_spec spec = {.op = OP_BINARY, .attrs = &fraction, .inputs = in, .n_inputs = 2};
    int r = emit_number(c, "one", 1, &in[1]);

    if (r == 0)
        r = conversion_emit_main(c, "fraction", &spec, &parts[1]);
    spec.attrs = &subtract;
    spec.inputs = parts;
    return r < 0 ? r : conversion_emit(c, 0, &spec, view);
}

/* To booleans: 1 for all but 0. */
static int emit_truth(struct conversion *c, struct tensor *x)
{
    struct binary_attrs attrs = {BINARY_NOT_EQUAL};
    struct view view = layout_own(x);
    uint32_t in[2];
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r = layout_bring(c, x, &view, &in[0]);

    if (r == 0)
        r = emit_number(c, "zero", 0, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_cast(struct conversion *c)
{
    struct tensor *x;
    struct view view;
    uint32_t in;
    int64_t type;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = ops_cast_type(c, &type);
    if (r < 0)
        return r;
    if (type <= ONNX_UNDEFINED || type >= _ONNX_TYPE_MAX || type == ONNX_STRING)
        return conversion_unsupported(c, WAY_REPLACE, "a cast to %s",
                                      record_type_name(c, (int32_t)type));
    if (type == ONNX_BOOL)
        return emit_truth(c, x);
    if (record_type_is_float((int32_t)type) || types_is_whole(x))
        return conversion_alias(c, 0, x);
    view = layout_own(x);
    r = layout_bring(c, x, &view, &in);
    return r < 0 ? r : ops_emit_truncated(c, in, &view);
}
