/* QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear, of constants and of activations. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "convert/axes.h"
#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/quant.h"
#include "convert/onnx/record.h"

static const struct {
    int32_t type;
    int64_t least, most;
} ranges[] = {
    {ONNX_UINT8, 0, UINT8_MAX},         {ONNX_INT8, INT8_MIN, INT8_MAX},
    {ONNX_UINT16, 0, UINT16_MAX},       {ONNX_INT16, INT16_MIN, INT16_MAX},
    {ONNX_INT32, INT32_MIN, INT32_MAX},
};

/* The ends of codes of TYPE. */
static int set_range(struct conversion *c, int32_t type, struct quant *quant)
{
    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
        if (ranges[i].type == type) {
            quant->least = ranges[i].least;
            quant->most = ranges[i].most;
            return 0;
        }
    return conversion_unsupported(c, WAY_REPLACE, "codes of type %s", record_type_name(c, type));
}

/* The type of the codes that a QuantizeLinear makes: that of its zero point, else uint8. */
static int read_type(struct conversion *c, int32_t *ret)
{
    const struct tensor *zero = conversion_input(c, 2);
    const struct onnx_tensor *record = zero ? zero->record : NULL;
    int64_t type;
    int r = attr_int(c, "output_dtype", ONNX_UINT8, &type);

    *ret = record ? record->type : (int32_t)type;
    return r;
}

/* Scales and zero points: one each, or one for each place of an axis. */
struct steps {
    const struct numbers *scale, *zero; /* zero may be NULL: 0 */
    uint32_t n, axis;
};

static double scale_at(const struct steps *steps, size_t i)
{
    return numbers_at(steps->scale, steps->scale->n > 1 ? i : 0);
}

static int64_t zero_at(const struct steps *steps, size_t i)
{
    return steps->zero ? steps->zero->whole[steps->zero->n > 1 ? i : 0] : 0;
}

/* Whole zero points that leave room to subtract them. */
static bool is_zero(const struct numbers *zero)
{
    for (size_t i = 0; !zero->is_float && i < zero->n; i++)
        if (zero->whole[i] < INT32_MIN || zero->whole[i] > INT32_MAX)
            return false;
    return !zero->is_float && zero->n > 0;
}

static int read_steps(struct conversion *c, const struct shape *x, struct steps *ret)
{
    int64_t axis, block;
    int r = conversion_constant(c, 1, "the scales", &ret->scale);

    if (r == 0)
        r = conversion_constant(c, 2, "the zero points", &ret->zero);
    if (r == 0)
        r = attr_int(c, "axis", 1, &axis);
    if (r == 0)
        r = attr_int(c, "block_size", 0, &block);
    if (r < 0)
        return r;
    if (block || !ret->scale || ret->scale->n == 0)
        return conversion_unsupported(c, WAY_REPLACE, "scales for blocks, or none");
    if (ret->zero && !is_zero(ret->zero))
        return conversion_unsupported(c, "check the model", "zero points that are no codes");
    ret->n = (uint32_t)ret->scale->n;
    if (ret->zero && ret->zero->n > ret->n)
        ret->n = (uint32_t)ret->zero->n;
    ret->axis = 0;
    if (ret->n == 1)
        return 0;
    r = axes_find(c, axis, x->rank, &ret->axis);
    if (r == 0 && (ret->n != x->dim[ret->axis] || (ret->scale->n > 1 && ret->scale->n != ret->n) ||
                   (ret->zero && ret->zero->n > 1 && ret->zero->n != ret->n)))
        r = conversion_unsupported(c, "check the model", "%u scales do not fit axis %u", ret->n,
                                   ret->axis);
    return r;
}

/* Which of the steps each number of X has: numbers in a row of one place of the axis, and places.
 */
static size_t run_length(const struct shape *x, const struct steps *steps)
{
    size_t length = 1;

    if (steps->n == 1)
        return SIZE_MAX;
    for (uint32_t i = steps->axis + 1; i < x->rank; i++)
        length *= x->dim[i];
    return length;
}

/* Whole numbers as codes 0..255, and where their 0 is: BASE is what code 0 was. False: too wide. */
static bool find_base(const struct numbers *x, const struct steps *steps, int64_t *ret)
{
    int64_t least = INT64_MAX, most = INT64_MIN;

    for (size_t i = 0; i < x->n; i++) {
        least = x->whole[i] < least ? x->whole[i] : least;
        most = x->whole[i] > most ? x->whole[i] : most;
    }
    for (uint32_t i = 0; i < steps->n; i++) {
        least = zero_at(steps, i) < least ? zero_at(steps, i) : least;
        most = zero_at(steps, i) > most ? zero_at(steps, i) : most;
    }
    *ret = least < 0 ? INT8_MIN : 0;
    return least >= *ret && most <= *ret + UINT8_MAX;
}

static int make_codes(struct conversion *c, const struct numbers *x, const struct steps *steps,
                      struct numbers *y)
{
    struct codes *codes = arena_alloc(&c->arena, sizeof(*codes));
    struct encoding *encodings = arena_alloc(&c->arena, steps->n * sizeof(*encodings));
    int64_t base;
    uint8_t *v;
    int r;

    if (!codes || !encodings)
        return -ENOMEM;
    if (!find_base(x, steps, &base))
        return 0;
    r = conversion_charge(c, x->n);
    if (r < 0)
        return r;
    v = arena_alloc(&c->arena, x->n);
    for (size_t i = 0; v && i < x->n; i++)
        v[i] = (uint8_t)(x->whole[i] - base);
    for (uint32_t i = 0; i < steps->n; i++) {
        struct quant quant = {scale_at(steps, i), zero_at(steps, i), base, base + UINT8_MAX};

        if (!quant_encoding(&quant, &encodings[i]))
            return 0;
    }
    *codes = (struct codes){v, encodings, steps->n, steps->axis};
    y->codes = codes;
    return v ? 0 : -ENOMEM;
}

int fold_dequantize(struct conversion *c)
{
    const struct numbers *x;
    struct steps steps = {0};
    struct numbers y;
    size_t length;
    float *f32;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_steps(c, &x->shape, &steps);
    if (r == 0 && x->is_float)
        r = conversion_unsupported(c, WAY_REPLACE, "codes that are floats");
    if (r == 0)
        r = numbers_new_f32(c, &x->shape, &y, &f32);
    if (r < 0)
        return r;
    length = run_length(&x->shape, &steps);
    for (size_t i = 0; i < x->n; i++) {
        size_t at = i / length % steps.n;

        f32[i] =
            (float)(((double)x->whole[i] - (double)zero_at(&steps, at)) * scale_at(&steps, at));
    }
    if (x->n)
        r = make_codes(c, x, &steps, &y);
    return r < 0 ? r : conversion_set_numbers(c, 0, &y);
}

int fold_quantize(struct conversion *c)
{
    struct quant quant = {0};
    const struct numbers *x;
    struct steps steps = {0};
    struct numbers y;
    int32_t type = 0;
    size_t length;
    int64_t *whole;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_steps(c, &x->shape, &steps);
    if (r == 0)
        r = read_type(c, &type);
    if (r == 0)
        r = set_range(c, type, &quant);
    if (r == 0)
        r = numbers_new_whole(c, &x->shape, &y, &whole);
    if (r < 0)
        return r;
    length = run_length(&x->shape, &steps);
    for (size_t i = 0; i < x->n; i++) {
        size_t at = i / length % steps.n;
        double code =
            nearbyint(numbers_at(x, i) / scale_at(&steps, at)) + (double)zero_at(&steps, at);

        whole[i] = (int64_t)fmin(fmax(code, (double)quant.least), (double)quant.most);
    }
    return conversion_set_numbers(c, 0, &y);
}

/* One scale and zero point for all of an activation. */
static int read_one(struct conversion *c, const struct tensor *x, struct quant *ret)
{
    struct steps steps = {0};
    int r = read_steps(c, &x->shape, &steps);

    if (r < 0)
        return r;
    if (steps.n != 1)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "an activation with a scale for each channel; one for all "
                                      "is supported");
    ret->scale = scale_at(&steps, 0);
    ret->zero = zero_at(&steps, 0);
    if (!(ret->scale > 0))
        return conversion_unsupported(c, "check the model", "a scale of %g", ret->scale);
    return 0;
}

/* What output 0 holds are codes of QUANT, and its value has their encoding if it has none yet. */
static int note_codes(struct conversion *c, const struct quant *quant)
{
    struct tensor *y = conversion_output(c, 0);
    struct encoding encoding;
    struct fault fault = {""};

    y->quant = arena_copy(&c->arena, quant, sizeof(*quant));
    if (!y->quant)
        return -ENOMEM;
    if (!quant_encoding(quant, &encoding) || builder_value(c->builder, y->value)->n_encodings > 0)
        return 0;
    return build_encoding(c->builder, y->value, &encoding, 1, 0, &fault);
}

int convert_quantize(struct conversion *c)
{
    struct quant quant = {0};
    double least, most;
    struct tensor *x;
    int32_t type = 0;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_one(c, x, &quant);
    if (r == 0)
        r = read_type(c, &type);
    if (r == 0)
        r = set_range(c, type, &quant);
    if (r < 0)
        return r;
    quant_bounds(c, x, &least, &most);
    if (least >= quant_min(&quant) && most <= quant_max(&quant))
        r = conversion_alias(c, 0, x);
    else
        r = emit_clip(c, x, (float)quant_min(&quant), (float)quant_max(&quant));
    return r < 0 ? r : note_codes(c, &quant);
}

/* Numbers of FROM as codes of TO read them: factor * x + shift, without layers that do nothing. */
static int emit_affine(struct conversion *c, struct tensor *x, double factor, double shift)
{
    struct binary_attrs multiply = {BINARY_MUL}, add = {BINARY_ADD};
    struct view view = layout_own(x);
    uint32_t in[2];
    struct node_spec spec = {.op = OP_BINARY, .attrs = &multiply, .inputs = in, .n_inputs = 2};
    int r;

    if (factor == 1 && shift == 0)
        return conversion_alias(c, 0, x);
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0 && factor != 1) {
        r = emit_number(c, "factor", (float)factor, &in[1]);
        if (r == 0 && shift == 0)
            return conversion_emit(c, 0, &spec, &view);
        if (r == 0)
            r = conversion_emit_main(c, "scaled", &spec, &in[0]);
    }
    if (r == 0)
        r = emit_number(c, "shift", (float)shift, &in[1]);
    spec.attrs = &add;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_dequantize(struct conversion *c)
{
    /* Whole numbers that are no codes of a QuantizeLinear's mean themselves. */
    struct quant quant = {0}, from = {.scale = 1};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_one(c, x, &quant);
    if (r < 0)
        return r;
    if (x->quant)
        from = *x->quant;
    return emit_affine(c, x, quant.scale / from.scale,
                       (double)(from.zero - quant.zero) * quant.scale);
}

static int set_one(struct conversion *c, uint32_t i, double number, bool is_float)
{
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r;

    if (!conversion_output(c, i))
        return 0;
    if (!is_float) {
        r = numbers_new_whole(c, &(struct shape){0}, &y, &whole);
        if (r == 0)
            *whole = (int64_t)number;
    } else {
        r = numbers_new_f32(c, &(struct shape){0}, &y, &f32);
        if (r == 0)
            *f32 = (float)number;
    }
    return r < 0 ? r : conversion_set_numbers(c, i, &y);
}

/*
 * The range of each run decides what the codes mean; the graph keeps the numbers that they stand
 * for, as if the scale were 1.
 */
int convert_dynamic_quantize(struct conversion *c)
{
    static const struct quant open = {.scale = 1};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_alias(c, 0, x);
    if (r == 0)
        r = set_one(c, 1, 1, true);
    if (r == 0)
        r = set_one(c, 2, 0, false);
    if (r == 0 && conversion_output(c, 0)->state == TENSOR_VALUE)
        conversion_output(c, 0)->quant = &open;
    return r;
}
