#include "convert/onnx/inputs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/onnx/numbers.h"
#include "model/ops/input.h"

#define COLOR_BGR 4 /* the container's code, and SNPE's preset */

static const struct input_dims *find_dims(const struct conversion *c, const char *name)
{
    for (uint32_t i = 0; i < c->options->n_dims; i++)
        if (strcmp(c->options->dims[i].name, name) == 0)
            return &c->options->dims[i];
    return NULL;
}

static const struct onnx_info *find_info(const struct conversion *c, const char *name)
{
    for (uint32_t i = 0; i < c->model->n_inputs; i++)
        if (strcmp(c->model->inputs[i].name, name) == 0)
            return &c->model->inputs[i];
    return NULL;
}

static struct tensor *find_tensor(const struct conversion *c, const char *name)
{
    uint32_t at = names_find(&c->names, name);

    return at == NAMES_NONE ? NULL : (struct tensor *)c->tensors.base + at;
}

/* Is it something that a run brings, and not a weight? */
static bool is_input(const struct conversion *c, const char *name)
{
    const struct tensor *tensor = find_tensor(c, name);

    return find_info(c, name) && tensor && tensor->node == NO_NODE && !tensor->record;
}

static int check_name(struct conversion *c, const char *option, const char *name)
{
    const char *first = "none";

    if (is_input(c, name))
        return 0;
    for (uint32_t i = c->model->n_inputs; i-- > 0;)
        if (is_input(c, c->model->inputs[i].name))
            first = c->model->inputs[i].name;
    return fail(c->fault, E_CONVERT_OPTION,
                "%s %.80s: the model has no input of that name; its first is %.80s", option, name,
                first);
}

static int check_options(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->options->n_dims; i++)
        r = check_name(c, "-d", c->options->dims[i].name);
    for (uint32_t i = 0; r == 0 && i < c->options->n_inputs; i++)
        r = check_name(c, "-t or -e", c->options->inputs[i].name);
    return r;
}

/* "N,3,M1,?" as the file has the sizes, or 1,3,M1,H as -d would: FIRST replaces an open batch. */
static void print_dims(const struct onnx_info *info, bool for_option, char *out, size_t size)
{
    const struct onnx_dim *dims = info->dims.base;
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < info->dims.n && used < size; i++) {
        const char *comma = i ? "," : "";

        if (dims[i].size)
            used += (size_t)snprintf(out + used, size - used, "%s%" PRId64, comma, dims[i].size);
        else if (for_option && i == 0)
            used += (size_t)snprintf(out + used, size - used, "1");
        else
            used += (size_t)snprintf(out + used, size - used, "%s%.20s", comma,
                                     dims[i].param && *dims[i].param ? dims[i].param : "?");
    }
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
        snprintf(what, sizeof(what), "its sizes [%s] are open", sizes);
        snprintf(way, sizeof(way), "give numbers: -d %.60s %s", info->name, option);
    }
    c->open = true;
    return report_add(&c->report, REPORT_INPUT, info->name, what, way);
}

/* -d, or the file's sizes, where an open first one is a batch of 1. E_SHAPE if more is open. */
static int find_shape(struct conversion *c, const struct onnx_info *info, struct shape *ret)
{
    const struct input_dims *said = find_dims(c, info->name);
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

static void fill_attrs(const struct conversion *c, const char *name, struct input_attrs *attrs)
{
    attrs->color_space_in = attrs->color_space_out = COLOR_BGR;
    attrs->input_type = 0;
    for (uint32_t i = 0; i < c->options->n_inputs; i++)
        if (strcmp(c->options->inputs[i].name, name) == 0) {
            attrs->input_type = c->options->inputs[i].type;
            attrs->color_space_in = attrs->color_space_out = c->options->inputs[i].encoding;
        }
}

static int emit_input(struct conversion *c, struct tensor *tensor, const struct shape *shape)
{
    int32_t dims[SHAPE_RANK_MAX];
    struct input_attrs attrs = {.shape = {dims, shape->rank}};
    struct node_spec spec = {
        .op = OP_INPUT, .attrs = &attrs, .outputs = &tensor->name, .n_outputs = 1};
    struct shape sizes;

    tensor->view = shape->rank == 4 && tensor->spatial ? view_channel_last(4) : view_identity();
    sizes = view_apply(&tensor->view, shape);
    for (uint32_t i = 0; i < sizes.rank; i++) {
        if (sizes.dim[i] > INT32_MAX)
            return fail(c->fault, E_SHAPE, "input \"%.80s\" has a size of %u", tensor->name,
                        sizes.dim[i]);
        dims[i] = (int32_t)sizes.dim[i];
    }
    fill_attrs(c, tensor->name, &attrs);
    spec.name = unique_add(&c->layers, tensor->name);
    if (!spec.name)
        return -ENOMEM;
    tensor->state = TENSOR_VALUE;
    tensor->shape = *shape;
    return build_node(c->builder, &spec, &tensor->value, c->fault);
}

static int add_one(struct conversion *c, const struct onnx_info *info, struct tensor *tensor)
{
    struct shape shape;
    char what[96];
    int r;

    if (!info->is_tensor || (info->type != ONNX_UNDEFINED && !numbers_type_is_float(info->type))) {
        snprintf(what, sizeof(what), "it is of type %s; only float is supported",
                 info->is_tensor ? numbers_type_name(c, info->type) : "sequence, map or optional");
        return report_add(&c->report, REPORT_INPUT, info->name, what,
                          "make it a constant, or cut it off with --out_node");
    }
    r = find_shape(c, info, &shape);
    if (r == E_SHAPE)
        return say_open(c, info);
    return r < 0 ? r : emit_input(c, tensor, &shape);
}

int inputs_add(struct conversion *c)
{
    int r = check_options(c);

    for (uint32_t i = 0; r == 0 && i < c->model->n_inputs; i++) {
        const struct onnx_info *info = &c->model->inputs[i];
        struct tensor *tensor = find_tensor(c, info->name);

        if (tensor->needed && is_input(c, info->name))
            r = add_one(c, info, tensor);
    }
    return r;
}
