#include "convert/conversion.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

const char *conversion_label(const struct foreign_node *node)
{
    if (!node)
        return "";
    if (*node->name)
        return node->name;
    for (uint32_t i = 0; i < node->n_outputs; i++)
        if (*node->outputs[i])
            return node->outputs[i];
    return "unnamed";
}

const char *conversion_op(const struct foreign_node *node)
{
    return node->origin ? node->origin : node->op;
}

int conversion_unsupported(struct conversion *c, const char *way, const char *fmt, ...)
{
    char what[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    if (report_add(&c->report, c->node ? conversion_op(c->node) : REPORT_OUTPUT,
                   conversion_label(c->node), what, way) < 0)
        return -ENOMEM;
    return E_CONVERT_LAYER;
}

bool conversion_is_output(const struct conversion *c, const struct tensor *tensor)
{
    const uint32_t *outputs = c->outputs.base;

    for (uint32_t i = 0; i < c->outputs.n; i++)
        if ((const struct tensor *)c->tensors.base + outputs[i] == tensor)
            return true;
    return false;
}

bool conversion_is_reordered(const struct conversion *c, const char *name)
{
    for (uint32_t i = 0; i < c->options->n_reordered; i++)
        if (strcmp(c->options->reordered[i], name) == 0)
            return true;
    return false;
}

int conversion_charge(struct conversion *c, size_t bytes)
{
    if (bytes > c->bytes_left)
        return fail(c->fault, E_TOO_LARGE,
                    "node \"%.80s\" (%.40s): the constants of this network take far more memory "
                    "than the file holds",
                    conversion_label(c->node), c->node ? conversion_op(c->node) : "");
    c->bytes_left -= bytes;
    return 0;
}

static struct tensor *find_tensor(struct conversion *c, const char *name)
{
    uint32_t at = *name ? names_find(&c->names, name) : NAMES_NONE;

    return at == NAMES_NONE ? NULL : (struct tensor *)c->tensors.base + at;
}

struct tensor *conversion_input(struct conversion *c, uint32_t i)
{
    return i < c->node->n_inputs ? find_tensor(c, c->node->inputs[i]) : NULL;
}

struct tensor *conversion_output(struct conversion *c, uint32_t i)
{
    return i < c->node->n_outputs ? find_tensor(c, c->node->outputs[i]) : NULL;
}

int conversion_numbers(struct conversion *c, struct tensor *tensor, const struct numbers **ret)
{
    struct numbers *numbers;
    int r;

    if (!tensor->numbers) {
        numbers = arena_alloc(&c->arena, sizeof(*numbers));
        if (!numbers)
            return -ENOMEM;
        r = c->frontend->read(c, tensor->record, numbers);
        if (r < 0)
            return r;
        tensor->numbers = numbers;
    }
    *ret = tensor->numbers;
    return 0;
}

int conversion_constant(struct conversion *c, uint32_t i, const char *what,
                        const struct numbers **ret)
{
    struct tensor *tensor = conversion_input(c, i);

    if (!tensor) {
        *ret = NULL;
        return 0;
    }
    if (tensor->state != TENSOR_NUMBERS)
        return conversion_unsupported(c, WAY_CONSTANT, "%s (%.80s) come out of the network", what,
                                      tensor->name);
    return conversion_numbers(c, tensor, ret);
}

int conversion_activation(struct conversion *c, uint32_t i, struct tensor **ret)
{
    struct tensor *tensor = conversion_input(c, i);
    struct shape shape;
    int r;

    if (!tensor)
        return conversion_unsupported(c, "check the model", "input %u is missing", i);
    r = conversion_shape(c, tensor, &shape);
    if (r < 0)
        return r;
    tensor->shape = shape;
    *ret = tensor;
    return 0;
}

int conversion_shape(struct conversion *c, struct tensor *tensor, struct shape *ret)
{
    const struct numbers *numbers;
    int r;

    if (tensor->state == TENSOR_VALUE) {
        *ret = tensor->shape;
        return 0;
    }
    r = conversion_numbers(c, tensor, &numbers);
    if (r == 0)
        *ret = numbers->shape;
    return r;
}

/* build_node; what it finds wrong is a problem of the current node. */
static int build(struct conversion *c, const struct node_spec *spec, uint32_t *ret)
{
    struct fault fault = {""};
    int r = build_node(c->builder, spec, ret, &fault);

    if (r < 0 && r != -ENOMEM)
        return conversion_unsupported(c, "check the model and the sizes of its inputs", "%s",
                                      fault.text);
    return r;
}

/* The layer's name: the node's if it is free. */
static int name_layer(struct conversion *c, const char *base, struct node_spec *spec)
{
    spec->name = unique_add(&c->layers, base);
    return spec->name ? 0 : -ENOMEM;
}

int conversion_emit(struct conversion *c, uint32_t i, const struct node_spec *spec,
                    const struct view *view)
{
    struct tensor *tensor = conversion_output(c, i);
    struct node_spec whole = *spec;
    struct shape shape;
    uint32_t value;
    int r;

    if (!tensor)
        return conversion_unsupported(c, "check the model", "output %u has no name", i);
    whole.outputs = &tensor->name;
    whole.n_outputs = 1;
    r = name_layer(c, *c->node->name ? c->node->name : tensor->name, &whole);
    if (r == 0)
        r = build(c, &whole, &value);
    if (r < 0)
        return r;
    shape = builder_value(c->builder, value)->shape;
    tensor->state = TENSOR_VALUE;
    tensor->value = value;
    tensor->view = *view;
    tensor->shape = view_undo(view, &shape);
    return 0;
}

static int emit_named(struct conversion *c, const char *layer, const char *buffer,
                      const struct node_spec *spec, uint32_t *ret)
{
    struct node_spec whole = *spec;
    const char *output = unique_add(&c->buffers, buffer);
    int r = output ? name_layer(c, layer, &whole) : -ENOMEM;

    if (r < 0)
        return r;
    whole.outputs = &output;
    whole.n_outputs = 1;
    return build(c, &whole, ret);
}

static const char *join(struct conversion *c, const char *base, const char *suffix)
{
    size_t size = strlen(base) + strlen(suffix) + 2;
    char *text = arena_alloc(&c->arena, size);

    if (text)
        snprintf(text, size, "%s.%s", base, suffix);
    return text;
}

int conversion_emit_helper(struct conversion *c, const char *base, const char *suffix,
                           const struct node_spec *spec, uint32_t *ret)
{
    const char *name = join(c, base, suffix);

    return name ? emit_named(c, name, name, spec, ret) : -ENOMEM;
}

int conversion_emit_main(struct conversion *c, const char *suffix, const struct node_spec *spec,
                         uint32_t *ret)
{
    const char *label = conversion_label(c->node);
    const struct tensor *tensor = conversion_output(c, 0);
    const char *name = join(c, tensor ? tensor->name : label, suffix);

    return name ? emit_named(c, label, name, spec, ret) : -ENOMEM;
}

int conversion_emit_many(struct conversion *c, const char *const *suffixes,
                         const struct node_spec *spec, uint32_t *ret)
{
    const char *label = conversion_label(c->node), *outputs[OUTPUTS_MOST];
    struct node_spec whole = *spec;
    int r = name_layer(c, label, &whole);

    for (uint32_t i = 0; r == 0 && i < spec->n_outputs; i++) {
        const char *name = join(c, label, suffixes[i]);

        outputs[i] = name ? unique_add(&c->buffers, name) : NULL;
        if (!outputs[i])
            r = -ENOMEM;
    }
    whole.outputs = outputs;
    return r < 0 ? r : build(c, &whole, ret);
}

int conversion_part(struct conversion *c, uint32_t value, const struct view *view,
                    struct tensor *ret)
{
    const struct value *made = builder_value(c->builder, value);
    const char *name = arena_text(&c->arena, made->name, strlen(made->name));

    if (!name)
        return -ENOMEM;
    *ret = (struct tensor){
        .name = name,
        .state = TENSOR_VALUE,
        .node = NO_NODE,
        .shape = view_undo(view, &made->shape),
        .value = value,
        .view = *view,
    };
    return 0;
}

int conversion_alias(struct conversion *c, uint32_t i, const struct tensor *tensor)
{
    struct tensor *output = conversion_output(c, i);

    if (!output)
        return conversion_unsupported(c, "check the model", "output %u has no name", i);
    output->state = tensor->state;
    output->record = tensor->record;
    output->numbers = tensor->numbers;
    output->shape = tensor->shape;
    output->value = tensor->value;
    output->view = tensor->view;
    output->quant = tensor->quant;
    return 0;
}

int conversion_set_numbers(struct conversion *c, uint32_t i, const struct numbers *numbers)
{
    struct tensor *output = conversion_output(c, i);
    struct numbers *copy;

    if (!output)
        return conversion_unsupported(c, "check the model", "output %u has no name", i);
    copy = arena_copy(&c->arena, numbers, sizeof(*numbers));
    if (!copy)
        return -ENOMEM;
    output->state = TENSOR_NUMBERS;
    output->numbers = copy;
    return 0;
}

/* BASE; that of numbers is kept for the constant that they become. */
static const char *name_constant(struct conversion *c, const char *base)
{
    struct tensor *tensor = find_tensor(c, base);

    if (!tensor || tensor->state != TENSOR_NUMBERS || tensor->placed)
        return unique_add(&c->buffers, base);
    tensor->placed = true;
    if (tensor->node == NO_NODE)
        return unique_add(&c->buffers, base); /* it was not reserved */
    return base;
}

static int add_constant(struct conversion *c, const char *base, struct constant *constant,
                        uint32_t *ret)
{
    struct fault fault = {""};
    int r = -ENOMEM;

    constant->name = name_constant(c, base);
    if (constant->name)
        r = build_constant(c->builder, constant, ret, &fault);
    blob_unref(constant->blob);
    if (r < 0 && r != -ENOMEM)
        return conversion_unsupported(c, "check the model", "%s", fault.text);
    return r;
}

int conversion_check_inputs(struct conversion *c, uint32_t n, uint32_t most)
{
    if (n <= most)
        return 0;
    return conversion_unsupported(c, "check the model", "%u inputs; it has %u at most", n, most);
}

/* The first NaN of N numbers; N if there is none, which one pass without branches finds. */
static size_t find_nan(const float *from, size_t n)
{
    uint32_t found = 0;
    size_t i = 0;

    for (size_t k = 0; k < n; k++)
        found |= from[k] != from[k];
    while (found && from[i] == from[i])
        i++;
    return found ? i : n;
}

int conversion_add_constant(struct conversion *c, const char *base, const struct shape *shape,
                            struct blob *take_blob, uint32_t *ret)
{
    struct constant constant = {.shape = *shape, .dtype = DTYPE_F32, .blob = take_blob};
    size_t n = blob_size(take_blob) / sizeof(float), at = find_nan(blob_base(take_blob), n);

    if (at < n) {
        blob_unref(take_blob);
        return conversion_unsupported(c, "train the network again, or export it again",
                                      "number %zu of %s is no number (NaN)", at, base);
    }
    return add_constant(c, base, &constant, ret);
}

int conversion_add_codes(struct conversion *c, const char *base, const struct shape *shape,
                         struct blob *take_blob, const struct codes *codes, uint32_t axis,
                         uint32_t *ret)
{
    struct constant constant = {
        .shape = *shape,
        .dtype = DTYPE_TF8,
        .blob = take_blob,
        .encodings = codes->encodings,
        .n_encodings = codes->n_encodings,
        .encoding_axis = axis,
    };

    return add_constant(c, base, &constant, ret);
}
