/*
 * FakeQuantWithMinMaxArgs, -Vars, -VarsPerChannel: numbers rounded to 8-bit codes and back, as
 * training leaves them. Weights become what they are rounded to; activations stay as they are, for
 * the network computes in float, and their range is kept as the encoding of their value.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

/* How many codes there are. */
struct grid {
    double least, most; /* codes: 0 or, with narrow_range, 1 and 2^bits - 1 */
};

static int read_grid(struct conversion *c, struct grid *ret)
{
    int64_t bits;
    bool narrow;
    int r = tf_attr_int(c, "num_bits", 8, &bits);

    if (r == 0)
        r = tf_attr_bool(c, "narrow_range", false, &narrow);
    if (r == 0 && (bits < 2 || bits > 16))
        r = conversion_unsupported(c, "check the model", "num_bits is out of range");
    if (r == 0)
        *ret = (struct grid){narrow, (double)((1 << bits) - 1)};
    return r;
}

/* The codes' step, and the code of 0: the range is moved so that 0 is one. */
struct codes_of {
    double step, zero;
};

static int nudge(struct conversion *c, const struct grid *grid, double low, double high,
                 struct codes_of *ret)
{
    double step = (high - low) / (grid->most - grid->least), zero;

    if (!(low < high) || !isfinite(low) || !isfinite(high))
        return conversion_unsupported(c, "check the model", "a range from %g to %g", low, high);
    zero = floor(grid->least - low / step + 0.5);
    if (zero < grid->least)
        zero = grid->least;
    else if (zero > grid->most)
        zero = grid->most;
    *ret = (struct codes_of){step, zero};
    return 0;
}

/* The range, attributes or inputs 1 and 2: of all, or one for each place of the last axis. */
struct limits {
    const struct numbers *low, *high;
    float attrs[2];
    struct numbers of_attrs[2];
};

static int read_limits(struct conversion *c, struct limits *ret)
{
    int r;

    if (strcmp(c->node->op, "FakeQuantWithMinMaxArgs") == 0) {
        r = tf_attr_float(c, "min", -6, &ret->attrs[0]);
        if (r == 0)
            r = tf_attr_float(c, "max", 6, &ret->attrs[1]);
        for (int i = 0; i < 2; i++)
            ret->of_attrs[i] = (struct numbers){.n = 1, .is_float = true, .f32 = &ret->attrs[i]};
        ret->low = &ret->of_attrs[0];
        ret->high = &ret->of_attrs[1];
        return r;
    }
    r = conversion_constant(c, 1, "the least number", &ret->low);
    if (r == 0)
        r = conversion_constant(c, 2, "the greatest number", &ret->high);
    if (r == 0 && (!ret->low || !ret->high || ret->low->n != ret->high->n || ret->low->n == 0))
        r = conversion_unsupported(c, "check the model", "its limits are not pairs");
    return r;
}

int tf_fold_fake_quant(struct conversion *c)
{
    const struct numbers *x;
    struct limits limits = {0};
    struct codes_of codes = {1, 0};
    struct numbers y;
    struct grid grid;
    float *f32;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_grid(c, &grid);
    if (r == 0)
        r = read_limits(c, &limits);
    if (r == 0)
        r = numbers_new_f32(c, &x->shape, &y, &f32);
    if (r < 0)
        return r;
    if (x->n % limits.low->n ||
        (limits.low->n > 1 &&
         (x->shape.rank == 0 || x->shape.dim[x->shape.rank - 1] != limits.low->n)))
        return conversion_unsupported(c, "check the model", "its limits do not fit its input");
    for (size_t k = 0; k < limits.low->n; k++) {
        r = nudge(c, &grid, numbers_at(limits.low, k), numbers_at(limits.high, k), &codes);
        for (size_t i = k; r == 0 && i < x->n; i += limits.low->n) {
            double code = numbers_at(x, i) / codes.step + codes.zero;

            code = floor(fmin(fmax(code, grid.least), grid.most) + 0.5);
            f32[i] = (float)((code - codes.zero) * codes.step);
        }
        if (r < 0)
            return r;
    }
    return conversion_set_numbers(c, 0, &y);
}

/* The encoding of a value that has none yet; other ranges than 8-bit ones cannot be kept. */
static int keep_range(struct conversion *c, const struct tensor *x, const struct codes_of *codes)
{
    struct encoding encoding = {
        .min = (float)(-codes->zero * codes->step),
        .max = (float)((255 - codes->zero) * codes->step),
        .delta = (float)codes->step,
        .offset = (int32_t)-codes->zero,
    };
    struct fault fault = {""};

    if (encoding_check(&encoding) < 0 || builder_value(c->builder, x->value)->n_encodings)
        return 0;
    return build_encoding(c->builder, x->value, &encoding, 1, 0, &fault);
}

int tf_fake_quant(struct conversion *c)
{
    struct limits limits = {0};
    struct codes_of codes;
    struct grid grid;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_grid(c, &grid);
    if (r == 0)
        r = read_limits(c, &limits);
    if (r == 0 && limits.low->n == 1) {
        r = nudge(c, &grid, numbers_at(limits.low, 0), numbers_at(limits.high, 0), &codes);
        if (r == 0 && grid.most == 255 && x->state == TENSOR_VALUE)
            r = keep_range(c, x, &codes);
    }
    return r < 0 ? r : conversion_alias(c, 0, x);
}
