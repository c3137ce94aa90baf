#include "convert/onnx/inputs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/input.h"
#include "convert/onnx/record.h"
#include "convert/plan.h"

static int define_initializers(struct conversion *c)
{
    struct tensor *tensor;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < onnx_model_of(c)->graph.n_initializers; i++) {
        const struct onnx_tensor *record = &onnx_model_of(c)->graph.initializers[i];

        r = plan_define(c, record->name, NO_NODE, &tensor);
        if (r < 0)
            return r;
        tensor->state = TENSOR_NUMBERS;
        tensor->record = record;
    }
    return r;
}

/* Older files list initializers among the inputs too, as what they are when nothing is given. */
static int define_inputs(struct conversion *c)
{
    struct tensor *tensor;
    int r = 0;

    for (uint32_t i = 0; r >= 0 && i < onnx_model_of(c)->graph.n_inputs; i++) {
        const char *name = onnx_model_of(c)->graph.inputs[i].name;

        if (plan_find(c, name) && plan_find(c, name)->record)
            continue;
        r = plan_define(c, name, NO_NODE, &tensor);
        if (r == 0)
            r = unique_reserve(&c->buffers, name);
    }
    return r;
}

int inputs_define(struct conversion *c)
{
    int r = define_initializers(c);

    return r < 0 ? r : define_inputs(c);
}

/* "N,3,M1,?" as the file has the sizes, or 1,3,M1,H as -d would: FIRST replaces an open batch. */
static void print_dims(const struct onnx_info *info, bool for_option, char *out, size_t size)
{
    const struct onnx_dim *dims = info->dims.base;
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < info->dims.n && used < size; i++) {
        const char *comma = i ? "," : "";

        if (dims[i].size || (dims[i].is_zero && !for_option))
            used += (size_t)snprintf(out + used, size - used, "%s%" PRId64, comma, dims[i].size);
        else if (for_option && i == 0)
            used += (size_t)snprintf(out + used, size - used, "1");
        else
            used += (size_t)snprintf(out + used, size - used, "%s%.20s", comma,
                                     dims[i].param && *dims[i].param ? dims[i].param : "?");
    }
}

/* Sizes of 0 hold nothing, or are how their writer said that they are open. */
static const char *what_is_open(const struct onnx_info *info)
{
    const struct onnx_dim *dims = info->dims.base;

    for (uint32_t i = 0; i < info->dims.n; i++)
        if (dims[i].is_zero)
            return "hold a 0, and so no numbers";
    return "are open";
}

static int say_open(struct conversion *c, const struct onnx_info *info)
{
    char sizes[96], option[96], what[256], way[256];

    if (!info->has_shape) {
        snprintf(what, sizeof(what), "the file does not say its shape");
        snprintf(way, sizeof(way), "give it: -d %.60s SIZES", info->name);
    } else {
        print_dims(info, false, sizes, sizeof(sizes));
        print_dims(info, true, option, sizeof(option));
        snprintf(what, sizeof(what), "its sizes [%s] %s", sizes, what_is_open(info));
        snprintf(way, sizeof(way), "give numbers: -d %.60s %s", info->name, option);
    }
    c->open = true;
    return report_add(&c->report, REPORT_INPUT, info->name, what, way);
}

/* -d, or the file's sizes, where an open first one is a batch of 1. E_SHAPE if more is open. */
static int find_shape(struct conversion *c, const struct onnx_info *info, struct shape *ret)
{
    const struct input_dims *said = input_said(c, info->name);
    const struct onnx_dim *dims = info->dims.base;

    if (said && info->has_shape && said->shape.rank != info->dims.n)
        return fail(c->fault, E_CONVERT_OPTION,
                    "-d %.80s: %u sizes, but the model's input has %u dimensions", info->name,
                    said->shape.rank, info->dims.n);
    if (said) {
        *ret = said->shape;
        return 0;
    }
    if (!info->has_shape)
        return E_SHAPE;
    if (info->dims.n > SHAPE_RANK_MAX)
        return fail(c->fault, E_CONVERT_LAYER,
                    "input \"%.80s\" has %u dimensions; %d are supported", info->name, info->dims.n,
                    SHAPE_RANK_MAX);
    *ret = (struct shape){.rank = info->dims.n};
    for (uint32_t i = 0; i < info->dims.n; i++) {
        if (!dims[i].size && i > 0)
            return E_SHAPE;
        ret->dim[i] = dims[i].size ? (uint32_t)dims[i].size : 1;
    }
    return 0;
}

/* Whole numbers and booleans come in as floats too. */
static bool is_number(int32_t type)
{
    return type == ONNX_UNDEFINED || record_type_is_number(type);
}

static int add_one(struct conversion *c, const struct onnx_info *info, struct tensor *tensor)
{
    struct shape shape;
    char what[96];
    int r;

    if (!info->is_tensor || !is_number(info->type)) {
        snprintf(what, sizeof(what), "it is of type %s; numbers are supported",
                 info->is_tensor ? record_type_name(c, info->type) : "sequence, map or optional");
        return report_add(&c->report, REPORT_INPUT, info->name, what,
                          "make it a constant, or cut it off with --out_node");
    }
    r = find_shape(c, info, &shape);
    if (r == E_SHAPE)
        return say_open(c, info);
    tensor->whole = info->type != ONNX_UNDEFINED && !record_type_is_float(info->type);
    return r < 0 ? r : input_emit(c, tensor, &shape);
}

int inputs_add(struct conversion *c)
{
    int r = input_check_options(c);

    for (uint32_t i = 0; r == 0 && i < onnx_model_of(c)->graph.n_inputs; i++) {
        const struct onnx_info *info = &onnx_model_of(c)->graph.inputs[i];
        struct tensor *tensor = plan_find(c, info->name);

        if (tensor->needed && input_is(tensor))
            r = add_one(c, info, tensor);
    }
    return r;
}
