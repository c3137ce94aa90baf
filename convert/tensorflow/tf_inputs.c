#include "convert/tensorflow/tf_inputs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/input.h"
#include "convert/plan.h"
#include "convert/tensorflow/tf_tensor.h"

int tf_inputs_define(struct conversion *c)
{
    const struct tf_input *inputs = tf_source_of(c)->inputs.base;
    struct tensor *tensor;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < tf_source_of(c)->inputs.n; i++) {
        r = plan_define(c, inputs[i].tensor, NO_NODE, &tensor);
        if (r == 0)
            r = unique_reserve(&c->buffers, inputs[i].tensor);
    }
    return r;
}

/* "?,224,224,3" as the file has the sizes, or 1,224,224,3 as -d would. */
static void print_dims(const struct graphdef_shape *shape, bool for_option, char *out, size_t size)
{
    const int64_t *dims = shape->dims.base;
    size_t used = 0;

    out[0] = 0;
    for (uint32_t i = 0; i < shape->dims.n && used < size; i++) {
        const char *comma = i ? "," : "";

        if (dims[i] > 0)
            used += (size_t)snprintf(out + used, size - used, "%s%" PRId64, comma, dims[i]);
        else
            used += (size_t)snprintf(out + used, size - used, "%s%s", comma,
                                     for_option && i == 0 ? "1" : "?");
    }
}

static bool has_shape(const struct tf_input *input)
{
    return input->shape && !input->shape->unknown_rank;
}

/* "x:0" as a person writes it: x. */
static int name_length(const struct tf_input *input)
{
    size_t length = strlen(input->tensor);
    bool first = length > 2 && strcmp(input->tensor + length - 2, ":0") == 0;

    return (int)(first ? length - 2 : length);
}

static int say_open(struct conversion *c, const struct tf_input *input)
{
    char sizes[96], option[96], what[256], way[256];
    int length = name_length(input) < 60 ? name_length(input) : 60;

    if (!has_shape(input)) {
        snprintf(what, sizeof(what), "the file does not say its shape");
        snprintf(way, sizeof(way), "give it: -d %.*s SIZES", length, input->tensor);
    } else {
        print_dims(input->shape, false, sizes, sizeof(sizes));
        print_dims(input->shape, true, option, sizeof(option));
        snprintf(what, sizeof(what), "its sizes [%s] are open", sizes);
        snprintf(way, sizeof(way), "give numbers: -d %.*s %s", length, input->tensor, option);
    }
    c->open = true;
    return report_add(&c->report, REPORT_INPUT, input->tensor, what, way);
}

static int check_said(struct conversion *c, const struct tf_input *input,
                      const struct input_dims *said)
{
    const int64_t *dims = has_shape(input) ? input->shape->dims.base : NULL;
    char sizes[96];

    if (!dims || (said->shape.rank == input->shape->dims.n))
        return 0;
    print_dims(input->shape, false, sizes, sizeof(sizes));
    return fail(c->fault, E_CONVERT_OPTION,
                "-d %.*s: %u sizes, but the graph's placeholder has %u: [%s]", name_length(input),
                input->tensor, said->shape.rank, input->shape->dims.n, sizes);
}

/* -d, or the file's sizes, where an open first one is a batch of 1. E_SHAPE if more is open. */
static int find_shape(struct conversion *c, const struct tf_input *input, struct shape *ret)
{
    const struct input_dims *said = input_said(c, input->tensor);
    const int64_t *dims;

    if (said) {
        *ret = said->shape;
        return check_said(c, input, said);
    }
    if (!has_shape(input))
        return E_SHAPE;
    if (input->shape->dims.n > SHAPE_RANK_MAX)
        return fail(c->fault, E_CONVERT_LAYER,
                    "input \"%.80s\" has %u dimensions; %d are supported", input->tensor,
                    input->shape->dims.n, SHAPE_RANK_MAX);
    dims = input->shape->dims.base;
    *ret = (struct shape){.rank = input->shape->dims.n};
    for (uint32_t i = 0; i < ret->rank; i++) {
        if (dims[i] <= 0 && i > 0)
            return E_SHAPE;
        ret->dim[i] = dims[i] > 0 ? (uint32_t)dims[i] : 1;
    }
    return 0;
}

static int add_one(struct conversion *c, const struct tf_input *input, struct tensor *tensor)
{
    struct shape shape;
    char what[96];
    int r;

    if (input->type != TF_INVALID && !tf_type_is_number(input->type)) {
        snprintf(what, sizeof(what), "it is of type %s; only numbers are supported",
                 tf_type_name(c, input->type));
        return report_add(&c->report, REPORT_INPUT, input->tensor, what,
                          "cut it off: -d NODE SIZES makes another node the input");
    }
    r = find_shape(c, input, &shape);
    if (r == E_SHAPE)
        return say_open(c, input);
    return r < 0 ? r : input_emit(c, tensor, &shape);
}

int tf_inputs_add(struct conversion *c)
{
    const struct tf_input *inputs = tf_source_of(c)->inputs.base;
    int r = input_check_options(c);

    for (uint32_t i = 0; r == 0 && i < tf_source_of(c)->inputs.n; i++) {
        struct tensor *tensor = plan_find(c, inputs[i].tensor);

        if (tensor->needed && input_is(tensor))
            r = add_one(c, &inputs[i], tensor);
    }
    return r;
}
