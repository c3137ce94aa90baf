#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/caffe2/c2_source.h"
#include "convert/numbers.h"

const struct c2_arg *c2_arg_find(const struct c2_op *op, const char *name)
{
    const struct c2_arg *args = op->args.base;

    for (uint32_t i = 0; i < op->args.n; i++)
        if (strcmp(args[i].name, name) == 0)
            return &args[i];
    return NULL;
}

bool c2_arg_given(const struct conversion *c, const char *name)
{
    return c2_arg_find(c2_op_of(c->node), name) != NULL;
}

int c2_arg_int(struct conversion *c, const char *name, int64_t least, int64_t most, int64_t preset,
               int64_t *ret)
{
    const struct c2_arg *arg = c2_arg_find(c2_op_of(c->node), name);

    *ret = preset;
    if (!arg)
        return 0;
    if (!arg->has_i)
        return conversion_unsupported(c, C2_WAY_CHECK, "argument %.60s is no whole number", name);
    if (arg->i < least || arg->i > most)
        return conversion_unsupported(
            c, C2_WAY_CHECK, "argument %.60s: %" PRId64 " is outside %" PRId64 "..%" PRId64, name,
            arg->i, least, most);
    *ret = arg->i;
    return 0;
}

int c2_arg_float(struct conversion *c, const char *name, float preset, float *ret)
{
    const struct c2_arg *arg = c2_arg_find(c2_op_of(c->node), name);

    *ret = preset;
    if (!arg)
        return 0;
    if (!arg->has_f && !arg->has_i)
        return conversion_unsupported(c, C2_WAY_CHECK, "argument %.60s is no number", name);
    *ret = arg->has_f ? arg->f : (float)arg->i;
    return 0;
}

int c2_arg_ints(struct conversion *c, const char *name, struct ints *ret)
{
    const struct c2_arg *arg = c2_arg_find(c2_op_of(c->node), name);

    *ret = (struct ints){.given = false};
    if (!arg)
        return 0;
    if (arg->has_i && arg->ints.n == 0)
        *ret = (struct ints){true, 1, &arg->i};
    else if (!arg->has_i && !arg->has_f && !arg->s)
        *ret = (struct ints){true, arg->ints.n, arg->ints.base};
    else
        return conversion_unsupported(c, C2_WAY_CHECK, "argument %.60s is no list of whole numbers",
                                      name);
    return 0;
}

const char *c2_arg_text(const struct conversion *c, const char *name, const char *preset)
{
    const struct c2_arg *arg = c2_arg_find(c2_op_of(c->node), name);

    return arg && arg->s ? arg->s : preset;
}

/* A list's floats as whole numbers, for sizes that a fill of floats holds. */
static int copy_ints(struct conversion *c, const struct numbers *numbers, struct ints *ret)
{
    int64_t *to = arena_alloc(&c->arena, numbers->n * sizeof(*to) + 1);
    int r = conversion_charge(c, numbers->n * sizeof(*to));

    if (r < 0)
        return r;
    if (!to)
        return -ENOMEM;
    for (size_t i = 0; i < numbers->n; i++) {
        double number = numbers_at(numbers, i);

        if (!(number >= -1e9 && number <= 1e9))
            return conversion_unsupported(c, C2_WAY_CHECK, "%g is no size", number);
        to[i] = (int64_t)number;
    }
    *ret = (struct ints){true, (uint32_t)numbers->n, to};
    return 0;
}

int c2_ints_or_input(struct conversion *c, const char *name, uint32_t i, struct ints *ret)
{
    const struct numbers *numbers = NULL;
    int r = c2_arg_ints(c, name, ret);

    if (r < 0 || ret->given)
        return r;
    r = conversion_constant(c, i, name, &numbers);
    if (r < 0 || !numbers)
        return r;
    return copy_ints(c, numbers, ret);
}

int c2_refuse_output(struct conversion *c, uint32_t i, const char *what)
{
    const struct tensor *output = conversion_output(c, i);

    if (!output || !output->needed)
        return 0;
    return conversion_unsupported(c, WAY_REPLACE, "its output %u (%s) is used", i, what);
}

uint32_t c2_channel_axis(const struct conversion *c, uint32_t rank)
{
    return c2_is_channels_last(c) ? rank - 1 : 1;
}

bool c2_is_channels_last(const struct conversion *c)
{
    return strcmp(c2_arg_text(c, "order", "NCHW"), "NHWC") == 0;
}

struct view c2_picture_view(const struct conversion *c)
{
    return c2_is_channels_last(c) ? view_identity() : view_channel_last(4);
}

int c2_check_inputs(struct conversion *c, uint32_t least)
{
    if (c->node->n_inputs >= least && c->node->n_outputs >= 1)
        return 0;
    return conversion_unsupported(c, C2_WAY_CHECK, "%u inputs; it needs %u", c->node->n_inputs,
                                  least);
}

/* Sizes of a fill; without the argument it is one number. */
static int fill_shape(struct conversion *c, const struct c2_op *op, struct shape *ret)
{
    const struct c2_arg *arg = c2_arg_find(op, "shape");
    const int64_t *dims = arg ? arg->ints.base : NULL;
    uint32_t n = arg ? arg->ints.n : 0;

    *ret = (struct shape){.rank = n};
    if (n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, C2_WAY_CHECK,
                                      "blob %.80s has %u dimensions; %d are supported",
                                      op->node.outputs[0], n, SHAPE_RANK_MAX);
    for (uint32_t i = 0; i < n; i++) {
        if (dims[i] < 0 || dims[i] > INT32_MAX)
            return conversion_unsupported(c, C2_WAY_CHECK, "blob %.80s has an impossible size",
                                          op->node.outputs[0]);
        ret->dim[i] = (uint32_t)dims[i];
    }
    return 0;
}

static int missing(struct conversion *c, const struct c2_op *op, size_t have, size_t want)
{
    return conversion_unsupported(c, C2_WAY_CHECK,
                                  "blob %.80s holds %zu numbers, its sizes say %zu",
                                  op->node.outputs[0], have, want);
}

static int read_floats(struct conversion *c, const struct c2_op *op, const struct rows *floats,
                       const struct shape *shape, struct numbers *ret)
{
    float *to;
    int r = numbers_count(c, shape, &ret->n);

    if (r == 0 && floats->n != ret->n)
        r = missing(c, op, floats->n, ret->n);
    if (r == 0)
        r = numbers_new_f32(c, shape, ret, &to);
    if (r == 0 && floats->n)
        memcpy(to, floats->base, floats->n * sizeof(*to));
    return r;
}

static int read_whole(struct conversion *c, const struct c2_op *op, const struct rows *ints,
                      const struct shape *shape, struct numbers *ret)
{
    int64_t *to;
    int r = numbers_count(c, shape, &ret->n);

    if (r == 0 && ints->n != ret->n)
        r = missing(c, op, ints->n, ret->n);
    if (r == 0)
        r = numbers_new_whole(c, shape, ret, &to);
    if (r == 0 && ints->n)
        memcpy(to, ints->base, ints->n * sizeof(*to));
    return r;
}

static int read_constant(struct conversion *c, const struct c2_op *op, const struct shape *shape,
                         struct numbers *ret)
{
    const struct c2_arg *value = c2_arg_find(op, "value");
    float *to;
    int r = numbers_new_f32(c, shape, ret, &to);

    for (size_t i = 0; r == 0 && i < ret->n; i++)
        to[i] = !value ? 0 : value->has_f ? value->f : (float)value->i;
    return r;
}

int c2_fill_read(struct conversion *c, const void *record, struct numbers *ret)
{
    const struct c2_op *op = record;
    const struct c2_arg *values = c2_arg_find(op, "values");
    static const struct rows none;
    struct shape shape;
    int r = fill_shape(c, op, &shape);

    if (r < 0)
        return r;
    if (strcmp(op->node.op, "GivenTensorFill") == 0)
        return read_floats(c, op, values ? &values->floats : &none, &shape, ret);
    if (strcmp(op->node.op, "GivenTensorIntFill") == 0 ||
        strcmp(op->node.op, "GivenTensorInt64Fill") == 0)
        return read_whole(c, op, values ? &values->ints : &none, &shape, ret);
    if (strcmp(op->node.op, "ConstantFill") == 0)
        return read_constant(c, op, &shape, ret);
    return conversion_unsupported(c, "save the trained weights into the init net",
                                  "blob %.80s is filled by %.60s, which is no trained weight",
                                  op->node.outputs[0], op->node.op);
}
