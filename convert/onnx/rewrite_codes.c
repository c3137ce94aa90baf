/*
 * Operators on 8-bit codes: their inputs become numbers by DequantizeLinear, the operator is the
 * one on numbers, and QuantizeLinear makes codes of what it gives.
 */
#include <errno.h>
#include <string.h>

#include "convert/onnx/rewrite.h"

/* Where a tensor of codes stands among the inputs: itself, its scale, its zero point. */
struct place {
    uint32_t x, scale, zero;
};

static const struct place first = {0, 1, 2};
static const struct place second = {3, 4, 5};

/* The input of PLACE as numbers; AXIS is that of a list of scales. */
static const char *numbers(struct rewrite *w, const char *suffix, struct place place, int64_t axis)
{
    const char *y = REWRITE_PUT(w, false, "DequantizeLinear", rewrite_name(w, suffix),
                                rewrite_input(w, place.x), rewrite_input(w, place.scale),
                                rewrite_input(w, place.zero));

    rewrite_set_int(w, "axis", axis);
    return y;
}

/* The same of whole numbers, each of which means itself: what a ...Integer takes. */
static const char *whole(struct rewrite *w, const char *suffix, uint32_t x, uint32_t zero,
                         int64_t axis)
{
    const char *one = rewrite_number(w, "one", 1);
    const char *y = REWRITE_PUT(w, false, "DequantizeLinear", rewrite_name(w, suffix),
                                rewrite_input(w, x), one, rewrite_input(w, zero));

    rewrite_set_int(w, "axis", axis);
    return y;
}

/* The biases, input I: whole numbers in the steps of the product of both scales. */
static const char *bias(struct rewrite *w, uint32_t i, const char *scale_a, const char *scale_b)
{
    const char *y, *scale;

    if (!*rewrite_input(w, i))
        return "";
    scale = REWRITE_PUT(w, false, "Mul", rewrite_name(w, "step"), scale_a, scale_b);
    y = REWRITE_PUT(w, false, "DequantizeLinear", rewrite_name(w, "bias"), rewrite_input(w, i),
                    scale, "");
    rewrite_set_int(w, "axis", 0);
    return y;
}

/* Output 0: codes of X, whose scale and zero point are inputs SCALE and SCALE + 1. */
static int codes(struct rewrite *w, const char *x, uint32_t scale)
{
    REWRITE_PUT(w, false, "QuantizeLinear", rewrite_output(w, 0), x, rewrite_input(w, scale),
                rewrite_input(w, scale + 1));
    return 1;
}

int rewrite_domain(struct rewrite *w)
{
    rewrite_put(w, true, w->node->node.op, rewrite_output(w, 0), w->node->node.inputs,
                w->node->node.n_inputs);
    rewrite_copy_attrs(w, "");
    return 1;
}

int rewrite_qlinear_conv(struct rewrite *w)
{
    const char *x = numbers(w, "x", first, 1), *weights = numbers(w, "w", second, 0);
    const char *b = bias(w, 8, rewrite_input(w, first.scale), rewrite_input(w, second.scale));
    const char *y = REWRITE_PUT(w, true, "Conv", rewrite_name(w, "real"), x, weights, b);

    rewrite_copy_attrs(w, "");
    return codes(w, y, 6);
}

int rewrite_qlinear_matmul(struct rewrite *w)
{
    const char *a = numbers(w, "a", first, -2), *b = numbers(w, "b", second, -1);

    return codes(w, REWRITE_PUT(w, true, "MatMul", rewrite_name(w, "real"), a, b), 6);
}

int rewrite_conv_integer(struct rewrite *w)
{
    const char *x = whole(w, "x", 0, 2, 1), *weights = whole(w, "w", 1, 3, 0);

    REWRITE_PUT(w, true, "Conv", rewrite_output(w, 0), x, weights);
    rewrite_copy_attrs(w, "");
    return 1;
}

int rewrite_matmul_integer(struct rewrite *w)
{
    const char *a = whole(w, "a", 0, 2, -2), *b = whole(w, "b", 1, 3, -1);

    REWRITE_PUT(w, true, "MatMul", rewrite_output(w, 0), a, b);
    return 1;
}

/* QLinearAdd and QLinearMul. */
int rewrite_qlinear_pair(struct rewrite *w)
{
    const char *op = w->node->node.op + strlen("QLinear");
    const char *a = numbers(w, "a", first, 1), *b = numbers(w, "b", second, 1);

    return codes(w, REWRITE_PUT(w, true, op, rewrite_name(w, "real"), a, b), 6);
}

/* QLinearSigmoid and the like: X, its scale and zero point, those of the output. */
int rewrite_qlinear_each(struct rewrite *w)
{
    const char *op = w->node->node.op + strlen("QLinear"), *x, *y;

    /* A Softmax says of which operator set it is; before 13 it was another one. */
    if (rewrite_attr_int(w, "channels_last", 0) ||
        (rewrite_attr(w, "opset") &&
         (rewrite_attr_int(w, "opset", 0) < 13) != (w->model->opset < 13)))
        return 0;
    x = numbers(w, "x", first, 1);
    y = REWRITE_PUT(w, true, op, rewrite_name(w, "real"), x);
    rewrite_copy_attrs(w, "channels_last opset");
    return codes(w, y, 3);
}

/* The output's scale and zero point come first, then three inputs for each part. */
int rewrite_qlinear_concat(struct rewrite *w)
{
    uint32_t n = (w->node->node.n_inputs - 2) / 3;
    const char **parts = arena_alloc(&w->model->arena, n * sizeof(*parts) + 1), *y;

    if (w->node->node.n_inputs < 5)
        return 0;
    if (!parts)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        parts[i] = numbers(w, "part", (struct place){2 + 3 * i, 3 + 3 * i, 4 + 3 * i}, 1);
    y = rewrite_put(w, true, "Concat", rewrite_name(w, "real"), parts, n);
    rewrite_copy_attrs(w, "");
    return codes(w, y, 0);
}

int rewrite_qgemm(struct rewrite *w)
{
    bool turned = rewrite_attr_int(w, "transB", 0) != 0;
    float alpha = rewrite_attr_float(w, "alpha", 1);
    const char *a = numbers(w, "a", first, 0), *b = numbers(w, "b", second, turned ? 0 : 1);
    const char *scale = rewrite_input(w, first.scale), *c, *y;

    if (alpha != 1)
        scale = REWRITE_PUT(w, false, "Mul", rewrite_name(w, "alpha"), scale,
                            rewrite_number(w, "factor", alpha));
    c = bias(w, 6, scale, rewrite_input(w, second.scale));
    if (!*rewrite_input(w, 7)) {
        REWRITE_PUT(w, true, "Gemm", rewrite_output(w, 0), a, b, c);
        rewrite_copy_attrs(w, "");
        return 1;
    }
    y = REWRITE_PUT(w, true, "Gemm", rewrite_name(w, "real"), a, b, c);
    rewrite_copy_attrs(w, "");
    return codes(w, y, 7);
}
